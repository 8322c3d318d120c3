//! What is remembered, looked at and put right without a running app.

use domain::{CharacterId, Problem, ProblemKind};
use memory::{Fact, Memory, Scope};
use serde::Serialize;
use store::EventLog;

use crate::places::Places;
use crate::remembering::FILE;

/// A message that a search found.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    /// Its id in the log.
    pub message: String,
    /// Unix time in milliseconds.
    pub at: u64,
    /// The person said it (else the character).
    pub by_user: bool,
    /// What was said, tags included.
    pub text: String,
    /// The words that it was found by.
    pub because: Vec<String>,
}

/// The memory of one data folder, up to date.
pub struct Memories {
    memory: Memory,
    log: EventLog,
}

impl Memories {
    /// Opens it and reads what the log has beyond it.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`] where nothing was said yet in this data folder.
    pub fn open(places: &Places) -> Result<Self, Problem> {
        if !places.dirs.database().exists() {
            return Err(Problem::new(
                ProblemKind::Missing,
                format!("there are no conversations in `{}`", places.dirs.root().display()),
                "talk to a character first, or name another folder with `--data-dir`",
            ));
        }
        let log = EventLog::read_only(&places.dirs)?;
        let memory = Memory::open(&places.dirs.root().join(FILE))?;
        memory.sync(&log, || false)?;
        Ok(Self { memory, log })
    }

    /// What is known, the newest first.
    pub fn facts(&self, character: &CharacterId) -> Result<Vec<Fact>, Problem> {
        Ok(self.memory.facts(&scope(character))?)
    }

    /// What was said about something, the best first.
    pub fn search(
        &self,
        character: &CharacterId,
        question: &str,
        limit: usize,
    ) -> Result<Vec<Remark>, Problem> {
        let hits = self.memory.search(&scope(character), question, limit, &self.log)?;
        hits.into_iter()
            .map(|hit| {
                let message = self.log.message(hit.message)?;
                Ok(Remark {
                    message: message.id.to_string(),
                    at: hit.at,
                    by_user: hit.by_user,
                    text: message.text,
                    because: hit.because,
                })
            })
            .collect()
    }

    /// Forgets a fact.
    pub fn forget(&self, fact: i64) -> Result<(), Problem> {
        Ok(self.memory.forget(fact)?)
    }

    /// Puts a fact right.
    pub fn correct(&self, fact: i64, value: &str) -> Result<(), Problem> {
        Ok(self.memory.correct(fact, value)?)
    }

    /// Keeps a fact in every prompt, or no longer.
    pub fn pin(&self, fact: i64, pinned: bool) -> Result<(), Problem> {
        Ok(self.memory.pin(fact, pinned)?)
    }
}

fn scope(character: &CharacterId) -> Scope {
    Scope { character: character.clone(), here: None }
}
