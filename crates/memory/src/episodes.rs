//! Scenes of the past: messages that belong together by time and conversation, each with the lines that say most. This is the floor
//! that needs no model: it invents nothing, because it only quotes.

use domain::{ConversationId, MessageId, Millis};
use serde::Serialize;

use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::search::{character, message_id, parsed};
use crate::{Error, sync};

/// A pause after which another scene begins.
pub const PAUSE: Millis = 2 * 60 * 60 * 1000;
/// Lines that stand for a scene.
const HIGHLIGHTS: usize = 3;
/// Messages looked at by one call.
const WINDOW: i64 = 6_000;

/// A scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Episode {
    /// Unix time in milliseconds of its first message.
    pub from: Millis,
    /// And of its last.
    pub to: Millis,
    /// Messages on the branch that happened.
    pub messages: usize,
    /// Where it happened.
    pub conversation: ConversationId,
    /// Its first message.
    pub first: MessageId,
    /// And its last.
    pub last: MessageId,
    /// What was said in it that says most, in its order.
    pub highlights: Vec<MessageId>,
    /// All of it in its order, as far as the character was there: what a guest has not heard lies between her own lines.
    #[serde(skip)]
    pub(crate) lines: Vec<MessageId>,
}

/// A message on the way into an episode.
struct Line {
    key: i64,
    id: MessageId,
    at: Millis,
    conversation: ConversationId,
    /// The person wanted it forgotten: it is quoted nowhere.
    forgotten: bool,
    weight: f64,
}

impl Memory {
    /// The newest scenes that ended before `before` (Unix time in milliseconds), the newest first.
    pub fn episodes(
        &self,
        scope: &Scope,
        before: Option<Millis>,
        limit: usize,
    ) -> Result<Vec<Episode>, Error> {
        let connection = self.lock();
        let look = || -> rusqlite::Result<Vec<Episode>> {
            let Some(character) = character(&connection, scope)? else { return Ok(Vec::new()) };
            let happened = Happened::of(&connection, character, scope)?;
            let before =
                before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
            let mut query = connection.prepare_cached(
                "SELECT m.key, m.id, m.at, m.telling, m.role, m.segment, m.depth, c.id, EXISTS (SELECT 1 FROM facts f WHERE f.message = m.key),
                   EXISTS (SELECT 1 FROM forgotten g WHERE g.message = m.id)
                 FROM messages m JOIN segments s ON s.key = m.segment JOIN conversations c ON c.key = s.conversation
                 WHERE (c.character = ?1 OR c.id IN (SELECT conversation FROM guests WHERE character = ?1)) AND m.at < ?2 ORDER BY m.key DESC LIMIT ?3",
            )?;
            let mut rows = query.query((character, before, WINDOW))?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                let conversation: Option<ConversationId> = parsed(row, 7)?;
                let (Some(conversation), true) =
                    (conversation, happened.has(row.get(5)?, row.get(6)?))
                else {
                    continue;
                };
                let by_user = row.get::<_, i64>(4)? == sync::USER;
                let tells: bool = row.get(8)?;
                let forgotten: bool = row.get(9)?;
                lines.push(Line {
                    key: row.get(0)?,
                    id: message_id(row, 1)?,
                    at: row.get::<_, i64>(2)?.max(0) as Millis,
                    conversation,
                    forgotten,
                    weight: row.get::<_, f64>(3)?
                        * if by_user { 1.0 } else { 0.6 }
                        * if tells { 2.0 } else { 1.0 },
                });
            }
            Ok(scenes(lines, limit))
        };
        look().map_err(|source| self.failed(source))
    }
}

/// Newest line first in, newest scene first out.
fn scenes(lines: Vec<Line>, limit: usize) -> Vec<Episode> {
    let mut scenes: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        let goes_on = scenes.last().and_then(|scene| scene.last()).is_some_and(|later| {
            later.conversation == line.conversation && later.at.saturating_sub(line.at) < PAUSE
        });
        if !goes_on && scenes.len() == limit {
            break;
        }
        match scenes.last_mut() {
            Some(scene) if goes_on => scene.push(line),
            _ => scenes.push(vec![line]),
        }
    }
    scenes.into_iter().filter_map(episode).collect()
}

fn episode(mut scene: Vec<Line>) -> Option<Episode> {
    let (first, last) = (scene.last()?, scene.first()?);
    let (from, to, conversation) = (first.at, last.at, first.conversation);
    let (first, last) = (first.id, last.id);
    let messages = scene.len();
    let lines = scene.iter().rev().map(|line| line.id).collect();
    scene.retain(|line| !line.forgotten);
    scene.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    scene.truncate(HIGHLIGHTS);
    scene.sort_by_key(|line| line.key);
    let highlights = scene.into_iter().map(|line| line.id).collect();
    Some(Episode { from, to, messages, conversation, first, last, highlights, lines })
}
