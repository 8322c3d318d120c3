//! Memories as a file: what is known of one character's talks, to be kept, read by other programs, or taken over elsewhere.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::Millis;
use serde::{Deserialize, Serialize};
use store::EventLog;

use crate::facts::Attribute;
use crate::happened::Scope;
use crate::memory::Memory;
use crate::notes::{self, Note, Origin};
use crate::{Error, foreign};

/// Version of the file.
const VERSION: u32 = 1;
/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 16 << 20;
/// Most facts that are taken over at once.
const MOST: usize = 20_000;

/// The file: `{v, character, facts[{attribute, value, of_user, at, pinned, clause, before[]}]}`.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    v: u32,
    #[serde(default)]
    character: String,
    facts: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    attribute: String,
    value: String,
    #[serde(default = "yes")]
    of_user: bool,
    #[serde(default)]
    at: Millis,
    #[serde(default)]
    pinned: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    clause: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<String>,
}

impl File {
    /// Pieces of summaries, as of now: their own files do not say when they are from.
    fn of_summaries(scope: &Scope, pieces: Vec<String>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let at = now.as_millis() as Millis;
        let entry = |value| Entry {
            attribute: foreign::EARLIER.to_owned(),
            value,
            of_user: true,
            at,
            pinned: false,
            clause: String::new(),
            before: Vec::new(),
        };
        let facts = pieces.into_iter().map(entry).collect();
        Self { v: VERSION, character: scope.character.0.clone(), facts }
    }
}

fn yes() -> bool {
    true
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// The facts that are new.
    pub added: Vec<i64>,
    /// How many were known already, empty, or too long.
    pub skipped: usize,
}

impl Memory {
    /// Everything known as JSON.
    pub fn export(&self, scope: &Scope) -> Result<String, Error> {
        let facts = self
            .facts(scope)?
            .into_iter()
            .map(|fact| Entry {
                attribute: fact.attribute.0,
                value: fact.value,
                of_user: fact.of_user,
                at: fact.at,
                pinned: fact.pinned,
                clause: fact.clause,
                before: fact.before,
            })
            .collect();
        let file = File { v: VERSION, character: scope.character.0.clone(), facts };
        serde_json::to_string_pretty(&file).map_err(|error| Error::Foreign {
            file: "export".to_owned(),
            reason: error.to_string(),
        })
    }

    /// Takes over what [`Memory::export`] wrote, or the summaries in a chat of SillyTavern or RisuAI, as notes. What is known already is skipped, and what was learned later than the file
    /// says keeps holding.
    ///
    /// # Errors
    /// [`Error::Foreign`] where the text is no such file.
    pub fn import(
        &self,
        scope: &Scope,
        name: &str,
        text: &str,
        log: &EventLog,
    ) -> Result<TakenOver, Error> {
        let refused = |reason: String| Error::Foreign { file: name.to_owned(), reason };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = match foreign::summaries(text) {
            Some(pieces) if pieces.is_empty() => {
                return Err(refused("the chat has no summaries in it".to_owned()));
            }
            Some(pieces) => File::of_summaries(scope, pieces),
            None => serde_json::from_str(text).map_err(|error| refused(error.to_string()))?,
        };
        if file.v != VERSION {
            return Err(refused(format!(
                "it is of version {}, and {VERSION} is known here",
                file.v
            )));
        }
        if file.facts.len() > MOST {
            return Err(refused(format!("{} facts are more than {MOST}", file.facts.len())));
        }
        let known: Vec<(Attribute, bool, Vec<String>)> = self
            .facts(scope)?
            .into_iter()
            .map(|fact| (fact.attribute, fact.of_user, words::terms(&fact.value)))
            .collect();
        let mut taken = TakenOver { added: Vec::new(), skipped: 0 };
        let mut new = Vec::new();
        for entry in file.facts {
            let note = Note {
                attribute: Attribute(entry.attribute),
                value: entry.value,
                of_user: entry.of_user,
                at: entry.at,
                pinned: entry.pinned,
            };
            let terms = words::terms(&note.value);
            let twin = known.iter().any(|(attribute, of_user, value)| {
                *attribute == note.attribute && *of_user == note.of_user && *value == terms
            });
            if twin {
                taken.skipped += 1;
                continue;
            }
            match notes::tidied(&note) {
                Ok(note) => new.push(note),
                Err(_empty_or_too_long) => taken.skipped += 1,
            }
        }
        taken.added = self.deciding(log, |connection| {
            new.iter()
                .map(|note| notes::insert(connection, &scope.character, note, Origin::default()))
                .collect()
        })?;
        Ok(taken)
    }
}
