//! Saves: pointers into the log, with how the stage looked. Making one is an event, so that a slot that is used again loses
//! nothing: the older save stays in the log, and so does every line that either of them points to.

use std::collections::BTreeMap;

use domain::{ConversationId, MessageId, Millis};
use rusqlite::{OptionalExtension, Row};

use crate::derive::{id, optional_id, unreadable, whole};
use crate::event::Event;
use crate::{Error, EventLog};

/// The slot of quick saves: each one is kept, the newest count.
pub const QUICK: &str = "quick";
/// The slot of saves that the app makes by itself, before it leaves a branch.
pub const AUTO: &str = "auto";
/// The highest numbered slot.
pub const MAX_SLOT: u32 = 999;
/// How many quick saves, and how many automatic ones, are listed.
pub const KEPT: u32 = 9;
/// Longest line that is kept with a save, in characters.
const LINE: usize = 200;
/// Most facts of the stage, and the longest of them in bytes: a page may not fill the log by saving.
const STAGE: (usize, usize) = (16, 200);

/// A save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// Position in the log.
    pub seq: i64,
    /// [`QUICK`], [`AUTO`] or a number.
    pub slot: String,
    /// The conversation it points into.
    pub conversation: ConversationId,
    /// The message it points to; `None` before the first.
    pub leaf: Option<MessageId>,
    /// The line that was being read.
    pub line: String,
    /// How the stage looked, by name.
    pub stage: BTreeMap<String, String>,
    /// Unix time in milliseconds.
    pub at: Millis,
}

/// A save that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSave {
    /// [`QUICK`], [`AUTO`] or a number from 1 to [`MAX_SLOT`].
    pub slot: String,
    /// The conversation it points into.
    pub conversation: ConversationId,
    /// The message it points to.
    pub leaf: Option<MessageId>,
    /// The line that is being read; cut where it is long.
    pub line: String,
    /// How the stage looks.
    pub stage: BTreeMap<String, String>,
}

/// Several saves share these slots; a numbered one holds one.
pub(crate) fn is_shelf(slot: &str) -> bool {
    slot == QUICK || slot == AUTO
}

fn checked(slot: &str) -> Result<(), Error> {
    let number = |slot: &str| slot.parse::<u32>().ok().filter(|n| n.to_string() == slot);
    if is_shelf(slot) || number(slot).is_some_and(|n| (1..=MAX_SLOT).contains(&n)) {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "there is no save slot `{slot}`: use a number from 1 to {MAX_SLOT}, `{QUICK}` or `{AUTO}`"
    )))
}

impl EventLog {
    /// Makes a save. A numbered slot shows the newest one from then on.
    pub fn save(&self, save: NewSave) -> Result<Save, Error> {
        let NewSave { slot, conversation, leaf, line, stage } = save;
        checked(&slot)?;
        if stage.len() > STAGE.0 || stage.iter().any(|(k, v)| k.len().max(v.len()) > STAGE.1) {
            return Err(Error::Invalid("a save holds too much of the stage".to_owned()));
        }
        let line: String = line.chars().take(LINE).collect();
        let event = Event::SaveMade { slot, leaf, line, stage };
        let record = self.write(conversation, event, |connection| {
            self.must_exist(connection, conversation)?;
            leaf.map_or(Ok(()), |leaf| self.must_belong(connection, leaf, conversation))
        })?;
        self.save_at(record.seq)
    }

    /// Empties a numbered slot.
    pub fn clear_save(&self, slot: &str) -> Result<(), Error> {
        checked(slot)?;
        let Some(save) = self.saves()?.into_iter().find(|save| save.slot == slot) else {
            return Ok(());
        };
        let event = Event::SaveCleared { slot: slot.to_owned() };
        self.write(save.conversation, event, |_| Ok(())).map(drop)
    }

    /// What is in the slots, the newest first: one save of each numbered slot, the [`KEPT`] newest of each shelf.
    pub fn saves(&self) -> Result<Vec<Save>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {SAVE} FROM (
                       SELECT *, row_number() OVER (PARTITION BY slot ORDER BY seq DESC) AS age FROM saves
                       WHERE conversation NOT IN (SELECT id FROM conversations WHERE removed IS NOT NULL)
                     ) WHERE age <= ?1 ORDER BY seq DESC"
                ))?
                .query_map([KEPT], save_of)?
                .collect()
        })
    }

    /// The save at a position of the log.
    pub fn save_at(&self, seq: i64) -> Result<Save, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(&format!("SELECT {SAVE} FROM saves WHERE seq = ?1"))?
                .query_row([seq], save_of)
                .optional()
        })?
        .ok_or_else(|| Error::Unknown { what: "save", id: seq.to_string() })
    }
}

/// Columns of [`save_of`].
const SAVE: &str = "seq, slot, conversation, leaf, line, stage, at";

fn save_of(row: &Row<'_>) -> rusqlite::Result<Save> {
    let stage: String = row.get(5)?;
    Ok(Save {
        seq: row.get(0)?,
        slot: row.get(1)?,
        conversation: id(row, 2)?,
        leaf: optional_id(row, 3)?,
        line: row.get(4)?,
        stage: serde_json::from_str(&stage).map_err(|error| unreadable(5, error))?,
        at: whole(row, 6)?,
    })
}
