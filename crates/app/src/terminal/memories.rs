//! What is remembered, looked at and put right without a running app.

use std::path::{Path, PathBuf};

use domain::{CharacterId, Problem, ProblemKind};
use memory::facts::Attribute;
use memory::{About, Episode, Fact, Memory, Note, Scope};
use serde::Serialize;
use store::EventLog;

use crate::app::paths::Paths;
use crate::memory::encoder::Encoding;
use crate::memory::recall::FILE;

/// Messages that an encoder reads between two words about it.
const MESSAGES: usize = 256;

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
    /// How near it is to the question in meaning, -1 to 1, where an encoder found it.
    pub near: Option<f32>,
}

/// A scene of the past, for people.
#[derive(Debug, Clone, Serialize)]
pub struct Scene {
    /// When it began, in local time.
    pub when: String,
    /// What it is.
    #[serde(flatten)]
    pub episode: Episode,
    /// The lines that say most.
    pub lines: Vec<String>,
    /// What it was about.
    pub about: About,
}

/// The memory of one data folder, up to date.
pub struct Memories {
    pub(super) memory: Memory,
    pub(super) log: EventLog,
    encoding: Option<Encoding>,
    /// What language models have read: it holds what was said, too.
    readings: PathBuf,
}

impl Memories {
    /// Opens it and reads what the log has beyond it.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`] where nothing was said yet in this data folder.
    pub fn open(paths: &Paths) -> Result<Self, Problem> {
        if !paths.dirs.database().exists() {
            return Err(Problem::new(
                ProblemKind::Missing,
                format!("there are no conversations in `{}`", paths.dirs.root().display()),
                "talk to a character first, or name another folder with `--data-dir`",
            ));
        }
        let log = EventLog::read_only(&paths.dirs)?;
        let memory = Memory::open(&paths.dirs.root().join(FILE))?;
        memory.sync(&log, || false)?;
        Ok(Self { memory, log, encoding: None, readings: paths.dirs.reading_caches() })
    }

    /// Finds what means something like the question, too: loads an encoder and lets it read what it has not read, telling how far it
    /// is. The vectors are kept for the next time, and by the app where its settings name the same encoder.
    pub fn with_encoder(
        mut self,
        path: &Path,
        mut progress: impl FnMut(memory::Meaning),
    ) -> Result<Self, Problem> {
        let encoding = Encoding::load(path)?;
        loop {
            let mut messages = 0;
            let meaning = encoding.read(&self.memory, &self.log, || {
                messages += 1;
                messages > MESSAGES
            })?;
            progress(meaning);
            if messages <= MESSAGES {
                break;
            }
        }
        self.encoding = Some(encoding);
        Ok(self)
    }

    /// The character of a name, or of a folder's; also one who is remembered and is in the library no more.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`] where nobody is called so.
    pub fn whose(&self, paths: &Paths, name: &str) -> Result<CharacterId, Problem> {
        super::talks::whose(paths, name).or_else(|problem| {
            let gone = CharacterId(name.to_owned());
            let remembers = self.acquaintance(&gone)?.is_some() || !self.facts(&gone)?.is_empty();
            if remembers { Ok(gone) } else { Err(problem) }
        })
    }

    /// How long the person and a character have known each other; `None` where nothing was said.
    pub fn acquaintance(
        &self,
        character: &CharacterId,
    ) -> Result<Option<memory::Acquaintance>, Problem> {
        Ok(self.memory.acquaintance(&scope(character))?)
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
        let meaning = self.encoding.as_ref().and_then(|encoding| encoding.question(question));
        let hits = self.memory.search_near(
            &scope(character),
            question,
            meaning.as_deref(),
            limit,
            &self.log,
        )?;
        hits.into_iter()
            .map(|hit| {
                let message = self.log.message(hit.message)?;
                Ok(Remark {
                    message: message.id.to_string(),
                    at: hit.at,
                    by_user: hit.by_user,
                    text: message.text,
                    because: hit.because,
                    near: hit.near,
                })
            })
            .collect()
    }

    /// Forgets a fact and every message that told it; answers how many messages those were.
    pub fn forget(&self, character: &CharacterId, fact: i64) -> Result<usize, Problem> {
        let forgotten = self.memory.forget(&scope(character), fact, &self.log)?;
        self.forget_readings()?;
        Ok(forgotten.messages())
    }

    fn forget_readings(&self) -> Result<(), Problem> {
        forget_readings(&self.readings)
    }

    /// Scenes of the past, the newest first, each with the lines that say most.
    pub fn episodes(&self, character: &CharacterId, limit: usize) -> Result<Vec<Scene>, Problem> {
        let chapters = self.memory.outline(&scope(character), limit, &self.log)?;
        chapters
            .into_iter()
            .flat_map(|chapter| chapter.scenes)
            .map(|memory::Scene { episode, about }| {
                let lines = episode.highlights.iter().map(|id| Ok(self.log.message(*id)?.text));
                let lines = lines.collect::<Result<Vec<_>, Problem>>()?;
                let at = jiff::Timestamp::from_millisecond(episode.from as i64).unwrap_or_default();
                let when = at.to_zoned(jiff::tz::TimeZone::system());
                let when = when.strftime("%Y-%m-%d %H:%M").to_string();
                Ok(Scene { when, episode, lines, about })
            })
            .collect()
    }

    /// Writes something down about the person.
    pub fn add(
        &self,
        character: &CharacterId,
        attribute: &str,
        value: &str,
    ) -> Result<i64, Problem> {
        let note = Note {
            attribute: Attribute(attribute.to_owned()),
            value: value.to_owned(),
            of_user: true,
            at: jiff::Timestamp::now().as_millisecond().max(0).unsigned_abs(),
            pinned: false,
        };
        Ok(self.memory.add(character, &note, &self.log)?)
    }

    /// Everything known, as JSON.
    pub fn export(&self, character: &CharacterId) -> Result<String, Problem> {
        Ok(self.memory.export(&scope(character))?)
    }

    /// Takes a file over that [`Memories::export`] wrote; answers how many facts are new and how many were not.
    pub fn import(&self, character: &CharacterId, file: &Path) -> Result<(usize, usize), Problem> {
        let taken = crate::memory::page::import(&self.memory, &scope(character), file, &self.log)?;
        Ok((taken.added.len(), taken.skipped))
    }

    /// What to tell of copies of the database that still hold what was just forgotten or put right; `None` where none does.
    pub fn copies_left(&self) -> Option<Problem> {
        crate::memory::page::copies_left(&self.log)
    }

    /// Puts the summary of a scene right; an empty text takes it away.
    pub fn retell(&self, summary: i64, text: &str) -> Result<(), Problem> {
        self.memory.retell(summary, text, &self.log)?;
        self.forget_readings()
    }

    /// Puts a fact right.
    pub fn correct(&self, fact: i64, value: &str) -> Result<(), Problem> {
        Ok(self.memory.correct(fact, Some(value), &self.log).map(|_| ())?)
    }

    /// Keeps a fact in every prompt, or no longer.
    pub fn pin(&self, fact: i64, pinned: bool) -> Result<(), Problem> {
        Ok(self.memory.pin(fact, pinned, &self.log)?)
    }
}

/// What language models have read of something that is forgotten goes, too.
pub(super) fn forget_readings(readings: &Path) -> Result<(), Problem> {
    llm::forget_saved(readings).map_err(|error| {
        Problem::new(
            ProblemKind::Disk,
            format!("it is forgotten, but a saved cache in `{}` holds it: {error}", readings.display()),
            "end other programs that use this data folder, then delete the folder: it is made again",
        )
    })
}

/// A day in local time.
pub fn day(at: u64) -> String {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX));
    at.unwrap_or_default().to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d").to_string()
}

pub(super) fn scope(character: &CharacterId) -> Scope {
    Scope { character: character.clone(), here: None }
}
