//! How well two know each other: since when, how often, when last, and the names that they agreed on. Counted from the log, so that it
//! belongs to the branch like everything else, and small enough for every prompt.

use std::collections::BTreeMap;

use domain::{Lang, Millis};
use rusqlite::Connection;
use serde::Serialize;

use crate::facts::Attribute;
use crate::happened::{Happened, Scope};
use crate::memory::Memory;
use crate::search::character;
use crate::{Error, knows, sync};

/// What there is between the person and a character. Days are those of UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acquaintance {
    /// Unix time in milliseconds of the first thing that the person said.
    pub since: Millis,
    /// And of the last.
    pub last: Millis,
    /// The last thing that they said on a day before the last one; `None` on the first day.
    pub before: Option<Millis>,
    /// Days on which they talked.
    pub days: u32,
    /// What the person said, in messages.
    pub said: u64,
    /// What the person wants to be called.
    pub name: Option<String>,
    /// What the person calls the character.
    pub her_name: Option<String>,
}

impl Memory {
    /// What there is between the person and a character; `None` where the person has said nothing yet.
    pub fn acquaintance(&self, scope: &Scope) -> Result<Option<Acquaintance>, Error> {
        let connection = self.lock();
        let look = || -> rusqlite::Result<Option<Acquaintance>> {
            let Some(character) = character(&connection, scope)? else { return Ok(None) };
            let happened = Happened::of(&connection, character, scope)?;
            let days = days(&connection, &happened)?;
            let (Some(first), Some(last)) = (days.values().next(), days.values().next_back())
            else {
                return Ok(None);
            };
            let called = |attribute: &str| -> rusqlite::Result<Option<String>> {
                let attribute = Attribute(attribute.to_owned());
                let held =
                    knows::current(&connection, character, &happened, sync::USER, &attribute)?;
                Ok(held.into_iter().next_back().map(|told| told.fact.value))
            };
            Ok(Some(Acquaintance {
                since: first.from,
                last: last.to,
                before: days.values().rev().nth(1).map(|day| day.to),
                days: u32::try_from(days.len()).unwrap_or(u32::MAX),
                said: days.values().map(|day| day.said).sum(),
                name: called("name")?,
                her_name: called("her name")?,
            }))
        };
        look().map_err(|source| self.failed(source))
    }
}

/// A day on which the person said something.
struct Day {
    said: u64,
    from: Millis,
    to: Millis,
}

fn days(connection: &Connection, happened: &Happened) -> rusqlite::Result<BTreeMap<i64, Day>> {
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    let mut visits = connection.prepare_cached(
        "SELECT day, said, from_at, to_at, first, last, last_depth FROM visits WHERE segment = ?1",
    )?;
    let mut counted = connection.prepare_cached(
        "SELECT count(*), coalesce(min(at), 0), coalesce(max(at), 0) FROM messages
         WHERE key BETWEEN ?1 AND ?2 AND segment = ?3 AND depth <= ?4 AND role = ?5 AND at / ?6 = ?7",
    )?;
    for (segment, limit) in happened.segments() {
        let mut rows = visits.query([segment])?;
        while let Some(row) = rows.next()? {
            let day: i64 = row.get(0)?;
            let (mut said, mut from, mut to): (i64, i64, i64) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            if row.get::<_, i64>(6)? > limit {
                // The branch leaves the segment on this day.
                let (first, last): (i64, i64) = (row.get(4)?, row.get(5)?);
                (said, from, to) = counted.query_row(
                    (first, last, segment, limit, sync::USER, sync::DAY, day),
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )?;
            }
            if said < 1 {
                continue;
            }
            let (from, to) = (from.max(0) as Millis, to.max(0) as Millis);
            let known = days.entry(day).or_insert(Day { said: 0, from, to });
            known.said += said.max(0) as u64;
            known.from = known.from.min(from);
            known.to = known.to.max(to);
        }
    }
    Ok(days)
}

impl Acquaintance {
    /// The line that a model reads, at a time; `None` on the first day, when there is nothing to say.
    pub fn line(&self, lang: Lang, now: Millis) -> Option<String> {
        let before = self.before?;
        let ago = |then: Millis| now.saturating_sub(then) / sync::DAY.unsigned_abs();
        let (known, gone) = (ago(self.since).max(1), ago(before));
        let mut line = match lang {
            Lang::En => {
                let gone = match gone {
                    0 => "less than a day ago".to_owned(),
                    1 => "a day ago".to_owned(),
                    days => format!("{days} days ago"),
                };
                let known = if known == 1 { "a day".to_owned() } else { format!("{known} days") };
                format!(
                    "{{{{user}}}} and {{{{char}}}} have known each other for {known} and talked on {} of them; before today last {gone}.",
                    self.days
                )
            }
            Lang::Zh => {
                let gone =
                    if gone == 0 { "不到一天前".to_owned() } else { format!("{gone}天前") };
                format!(
                    "{{{{user}}}}和{{{{char}}}}认识{known}天了，其中{}天聊过天；今天之前上次聊天是{gone}。",
                    self.days
                )
            }
            Lang::Ja => {
                let gone =
                    if gone == 0 { "一日以内".to_owned() } else { format!("{gone}日前") };
                format!(
                    "{{{{user}}}}と{{{{char}}}}は知り合って{known}日、そのうち{}日話した。今日の前に話したのは{gone}。",
                    self.days
                )
            }
        };
        if let Some(name) = &self.her_name {
            // What somebody said becomes no macro of the prompt.
            let name = name.replace("{{", "{ {");
            let (before, after) = match lang {
                Lang::En => (" {{user}} calls {{char}} \"", "\"."),
                Lang::Zh => ("{{user}}叫{{char}}“", "”。"),
                Lang::Ja => ("{{user}}は{{char}}を「", "」と呼ぶ。"),
            };
            line.extend([before, &name, after]);
        }
        Some(line)
    }
}
