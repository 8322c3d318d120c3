//! What a model is given to read: the newest run of messages that it has not read, as far as a budget goes, with a few before them.

use std::collections::HashMap;

use domain::{CharacterId, Message, MessageId, Millis, Role};
use rusqlite::{Connection, OptionalExtension};
use store::EventLog;

use super::Reader;
use super::readers::key_of;
use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::search::{character, message_id};
use crate::{Error, sync};

/// Messages that are read at once.
const MESSAGES: usize = 24;
/// Messages before them that are only there to be understood.
const BEFORE: usize = 3;
/// Messages of a talk that may still go on that are worth a look before it is over.
const RIPE: i64 = 16;
/// Bytes of one message that are read; what comes behind was pasted, not said.
const OF_ONE: usize = 4 << 10;

/// Who says a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The person.
    User,
    /// The character whose memory it is.
    Character,
    /// Another character, or the narrator.
    Other,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The message.
    pub id: MessageId,
    /// Who said it.
    pub by: By,
    /// The words, without tags.
    pub text: String,
    /// It is to be read; what was read before stands there to be understood.
    pub new: bool,
}

/// What the two who talk are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The person; empty where that is not known.
    pub user: String,
    /// The character.
    pub character: String,
}

/// Messages that a model has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The oldest first.
    pub lines: Vec<Line>,
    /// How those who talk are called.
    pub names: Names,
    pub(super) character: CharacterId,
    /// All messages that count as read with it, the newest first.
    pub(super) read: Vec<MessageId>,
}

impl Window {
    /// Whether there is nothing in it to be read (all of it is forgotten, or nobody's words).
    pub fn is_silent(&self) -> bool {
        !self.lines.iter().any(|line| line.new && line.by != By::Other)
    }
}

impl Memory {
    /// The newest messages that a model has not read, of what has happened to a character: as many as `cost` says are worth `budget`
    /// together, one at least. `None` where it has read all that is over since `before` (Unix time in milliseconds), and of a talk that
    /// may go on there is little yet.
    pub fn unread_by(
        &self,
        reader: &Reader,
        scope: &Scope,
        (before, names): (Millis, &Names),
        (budget, cost): (usize, &dyn Fn(&str) -> usize),
        log: &EventLog,
    ) -> Result<Option<Window>, Error> {
        let sql = |source| self.failed(source);
        let (ids, older) = {
            let connection = self.lock();
            let look = || -> rusqlite::Result<(Vec<MessageId>, Vec<MessageId>)> {
                let Some(character) = character(&connection, scope)? else {
                    return Ok(Default::default());
                };
                let happened = Happened::of(&connection, character, scope)?;
                let read = Read::by(&connection, key_of(&connection, reader)?)?;
                newest(&connection, &happened, &read, before)
            };
            look().map_err(sql)?
        };
        if ids.is_empty() {
            return Ok(None);
        }
        let forgotten = self.forgotten()?;
        let line = |message: Message, new| {
            let by = match message.role {
                Role::User => By::User,
                Role::Character if message.said_by(&scope.character) == Some(&scope.character) => {
                    By::Character
                }
                _ => By::Other,
            };
            let text = sync::without_tags(&message.text);
            let text = words::beginning(&text, OF_ONE).to_owned();
            Line { id: message.id, by, text, new }
        };
        let (mut left, mut lines, mut read) = (budget, Vec::new(), Vec::new());
        let mut ids = ids.into_iter();
        let mut next = ids.next();
        while let Some(id) = next {
            let said = if forgotten.contains(&id) {
                None
            } else {
                Some(line(log.message(id)?, true)).filter(|line| !line.text.is_empty())
            };
            if let Some(mut line) = said {
                let mut costs = cost(&line.text);
                if costs > left && !lines.is_empty() {
                    break;
                }
                while costs > left && line.text.chars().nth(1).is_some() {
                    line.text.truncate(words::beginning(&line.text, line.text.len() / 2).len());
                    costs = cost(&line.text);
                }
                left = left.saturating_sub(costs);
                lines.push(line);
            }
            read.push(id);
            next = ids.next();
        }
        // A fifth of the budget, beyond it, for what is only there to be understood.
        let mut left = budget / 5;
        let before = next.into_iter().chain(ids).chain(older).take(BEFORE);
        for id in before.filter(|id| !forgotten.contains(id)) {
            let line = line(log.message(id)?, false);
            let costs = cost(&line.text);
            if costs > left || line.text.is_empty() {
                break;
            }
            left -= costs;
            lines.push(line);
        }
        lines.reverse();
        let character = scope.character.clone();
        Ok(Some(Window { lines, names: names.clone(), character, read }))
    }

    /// How many of the messages that have happened to a character a model has read, and how many there are.
    pub fn has_read(&self, reader: &Reader, scope: &Scope) -> Result<(u64, u64), Error> {
        let connection = self.lock();
        let count = || -> rusqlite::Result<(u64, u64)> {
            let Some(character) = character(&connection, scope)? else { return Ok((0, 0)) };
            let happened = Happened::of(&connection, character, scope)?;
            let read = Read::by(&connection, key_of(&connection, reader)?)?;
            let (mut of, mut all) = (0, 0);
            for (segment, until) in happened.segments() {
                let from = first_depth(&connection, segment)?;
                all += until + 1 - from;
                of += read.within(segment, from, until);
            }
            Ok((of.max(0).unsigned_abs(), all.max(0).unsigned_abs()))
        };
        count().map_err(|source| self.failed(source))
    }
}

/// What a model has read: of each segment the runs of depths.
#[derive(Debug, Default)]
pub(super) struct Read(HashMap<i64, Vec<(i64, i64)>>);

impl Read {
    pub(super) fn by(connection: &Connection, reader: i64) -> rusqlite::Result<Self> {
        let mut runs: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        let mut query = connection.prepare_cached(
            "SELECT a.segment, a.depth, z.depth FROM has_read r JOIN messages a ON a.id = r.first
             JOIN messages z ON z.id = r.last AND z.segment = a.segment WHERE r.reader = ?1",
        )?;
        let mut rows = query.query([reader])?;
        while let Some(row) = rows.next()? {
            runs.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
        }
        Ok(Self(runs))
    }

    fn runs(&self, segment: i64) -> &[(i64, i64)] {
        self.0.get(&segment).map_or(&[], Vec::as_slice)
    }

    /// The run that a message is in.
    fn around(&self, segment: i64, depth: i64) -> Option<(i64, i64)> {
        self.runs(segment).iter().copied().find(|(from, to)| (*from..=*to).contains(&depth))
    }

    /// How many messages of a stretch are read.
    fn within(&self, segment: i64, from: i64, until: i64) -> i64 {
        let of = |(a, z): &(i64, i64)| (z.min(&until) + 1 - a.max(&from)).max(0);
        self.runs(segment).iter().map(of).sum()
    }

    /// The runs that touch a stretch, and the stretch that they make with it.
    pub(super) fn joined(&self, segment: i64, from: i64, to: i64) -> (i64, i64, Vec<(i64, i64)>) {
        let touching: Vec<(i64, i64)> = self
            .runs(segment)
            .iter()
            .copied()
            .filter(|(a, z)| *a <= to + 1 && from <= *z + 1)
            .collect();
        let from = touching.iter().map(|run| run.0).fold(from, i64::min);
        let to = touching.iter().map(|run| run.1).fold(to, i64::max);
        (from, to, touching)
    }
}

fn first_depth(connection: &Connection, segment: i64) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(parent_depth + 1, 0) FROM segments WHERE key = ?1")?
        .query_row([segment], |row| row.get(0))
}

pub(super) fn message_at(
    connection: &Connection,
    segment: i64,
    depth: i64,
) -> rusqlite::Result<Option<(MessageId, i64, i64)>> {
    connection
        .prepare_cached("SELECT id, key, at FROM messages WHERE segment = ?1 AND depth = ?2")?
        .query_row((segment, depth), |row| Ok((message_id(row, 0)?, row.get(1)?, row.get(2)?)))
        .optional()
}

/// The newest run of messages that is not read, and what was said before it; the newest first.
fn newest(
    connection: &Connection,
    happened: &Happened,
    read: &Read,
    before: Millis,
) -> rusqlite::Result<(Vec<MessageId>, Vec<MessageId>)> {
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    let mut newest: Option<(i64, i64, i64)> = None;
    for (segment, until) in happened.segments() {
        let from = first_depth(connection, segment)?;
        let mut depth = until;
        while let Some((start, _)) = read.around(segment, depth) {
            depth = start - 1;
        }
        if depth < from {
            continue;
        }
        let Some((_, key, at)) = message_at(connection, segment, depth)? else { continue };
        // What is being talked about now is read when there is more of it, or when it is over.
        let fresh = depth == until && depth - from + 1 - read.within(segment, from, depth) < RIPE;
        if at >= before && fresh {
            continue;
        }
        if newest.is_none_or(|(known, ..)| key > known) {
            newest = Some((key, segment, depth));
        }
    }
    let Some((_, mut segment, mut depth)) = newest else { return Ok(Default::default()) };
    let (mut unread, mut older): (Vec<MessageId>, Vec<MessageId>) = Default::default();
    loop {
        if depth < first_depth(connection, segment)? {
            let above: (Option<i64>, Option<i64>) = connection
                .prepare_cached("SELECT parent, parent_depth FROM segments WHERE key = ?1")?
                .query_row([segment], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (Some(up), Some(to)) = above else { break };
            (segment, depth) = (up, to);
            continue;
        }
        let Some((id, ..)) = message_at(connection, segment, depth)? else { break };
        let goes_on = older.is_empty() && read.around(segment, depth).is_none();
        if goes_on && unread.len() < MESSAGES {
            unread.push(id);
        } else {
            older.push(id);
        }
        if older.len() == BEFORE {
            break;
        }
        depth -= 1;
    }
    Ok((unread, older))
}
