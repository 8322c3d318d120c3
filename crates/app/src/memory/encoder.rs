//! Memories and documents found by meaning: the encoder that the person has, loaded beside the talk, and the vectors that it makes while
//! nobody waits for anything.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use api::MeaningView;
use domain::{Embedder, Problem};
use llm::Encoder;

use crate::app::{Answer, App, lock};
use crate::memory::recall::Remembering;

/// An encoder, and what it wants to read before a question and before anything else.
pub(crate) struct Encoding {
    encoder: Arc<dyn Embedder>,
    fingerprint: String,
    name: String,
    question: String,
    passage: String,
    /// Questions of the last turns, the newest last: a turn asks with the lines before it, too, and documents are asked as the memory is.
    asked: Mutex<VecDeque<(String, Vec<f32>)>>,
}

/// Vectors of questions that are kept.
const ASKED: usize = 12;
/// How long documents are read before somebody looks whether there is something else to do.
const SLICE: Duration = Duration::from_mins(1);

/// What is embedded as something that was said or written.
pub(crate) struct Said<'a>(pub(crate) &'a Encoding);

impl Embedder for Said<'_> {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        let texts: Vec<String> =
            texts.iter().map(|text| format!("{}{text}", self.0.passage)).collect();
        self.0.encoder.embed(&texts)
    }
}

impl Encoding {
    /// Loads an encoder from its folder, or from the file of its weights.
    pub(crate) fn load(path: &Path) -> Result<Self, Problem> {
        let encoder = Encoder::load(path, None, None)?;
        let fingerprint = encoder.fingerprint();
        let before = (encoder.before_question().to_owned(), encoder.before_passage().to_owned());
        Ok(Self::of(Arc::new(encoder), &fingerprint, before, path))
    }

    fn of(
        encoder: Arc<dyn Embedder>,
        fingerprint: &str,
        (question, passage): (String, String),
        path: &Path,
    ) -> Self {
        // The words before a text are read with it: the same weights under another name make other vectors.
        let fingerprint = format!("{fingerprint}{passage}");
        let (name, asked) = (name_of(path), Mutex::default());
        Self { encoder, fingerprint, name, question, passage, asked }
    }

    /// What tells it from any other.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The name of its folder.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The vector of a question.
    pub(crate) fn question(&self, line: &str) -> Option<Vec<f32>> {
        if let Some((_, vector)) = lock(&self.asked).iter().find(|(asked, _)| asked == line) {
            return Some(vector.clone());
        }
        let text = format!("{}{line}", self.question);
        match self.encoder.embed(&[text]) {
            Ok(mut vectors) => {
                let vector = vectors.pop()?;
                let mut asked = lock(&self.asked);
                asked.push_back((line.to_owned(), vector.clone()));
                if asked.len() > ASKED {
                    asked.pop_front();
                }
                Some(vector)
            }
            Err(problem) => {
                tracing::warn!(%problem, "a question has no meaning to search by");
                None
            }
        }
    }

    /// Makes the vectors that documents lack.
    pub(crate) fn read_documents(
        &self,
        knowledge: &knowledge::Knowledge,
        stop: impl FnMut() -> bool,
    ) -> Result<knowledge::Meaning, knowledge::Error> {
        knowledge.read_meaning(&self.fingerprint, &Said(self), stop)
    }

    /// Makes the vectors that a memory lacks.
    pub(crate) fn read(
        &self,
        memory: &memory::Memory,
        log: &store::EventLog,
        stop: impl FnMut() -> bool,
    ) -> Result<memory::Meaning, memory::Error> {
        memory.read_meaning(&self.fingerprint, &Said(self), log, stop)
    }
}

/// The folder's name, or the file's.
fn name_of(path: &Path) -> String {
    let file = path.extension().is_some_and(|end| end == "safetensors" || end == "bin");
    let path = if file { path.parent().unwrap_or(path) } else { path };
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The encoder in use; the path that is wanted, and what is wrong with it.
#[derive(Default)]
pub(crate) struct InUse {
    wanted: PathBuf,
    encoding: Option<Arc<Encoding>>,
    problem: Option<String>,
}

impl Remembering {
    /// Uses the encoder at a path from now on; an empty one is none. It is loaded on the memory's thread; one that failed is tried
    /// again.
    pub(crate) fn want_encoder(&self, path: &str) {
        let wanted = PathBuf::from(path.trim());
        {
            let mut now = write(&self.encoder);
            if now.wanted == wanted && now.problem.is_none() {
                return;
            }
            *now = InUse { wanted, ..InUse::default() };
        }
        self.nudge();
    }

    /// The same with one that is loaded already.
    fn use_loaded(&self, path: &str, encoding: Encoding) {
        let (wanted, encoding) = (PathBuf::from(path.trim()), Some(Arc::new(encoding)));
        *write(&self.encoder) = InUse { wanted, encoding, problem: None };
        self.nudge();
    }

    /// The encoder, where it is loaded.
    pub(crate) fn encoding(&self) -> Option<Arc<Encoding>> {
        read(&self.encoder).encoding.clone()
    }

    /// Loads the encoder that is wanted, and makes vectors of what was said and of documents until there is something better to do;
    /// whether there is more of it.
    pub(crate) fn read_meaning(&self) -> bool {
        let wanted = {
            let now = read(&self.encoder);
            let missing = now.encoding.is_none() && now.problem.is_none();
            (missing && !now.wanted.as_os_str().is_empty()).then(|| now.wanted.clone())
        };
        if let Some(path) = wanted {
            let loaded = Encoding::load(&path);
            let mut now = write(&self.encoder);
            if now.wanted == path {
                match loaded {
                    Ok(encoding) => now.encoding = Some(Arc::new(encoding)),
                    Err(problem) => {
                        tracing::warn!(%problem, "memories are found by their words alone");
                        now.problem = Some(problem.message);
                    }
                }
            }
        }
        let Some(encoding) = self.encoding() else { return false };
        let ours =
            |now: &InUse| now.encoding.as_ref().is_some_and(|now| Arc::ptr_eq(now, &encoding));
        let stop = || self.has_better_to_do() || !ours(&read(&self.encoder));
        let mut result =
            encoding.read(&self.memory, &self.log, stop).map(|_| ()).map_err(|error| match error {
                // The page says itself that it cannot be used.
                memory::Error::Encoder(why) => why,
                other => other.to_string(),
            });
        // A wiki takes days: what else is done in quiet hours has its turn in between.
        let (until, mut more) = (Instant::now() + SLICE, false);
        if let (Ok(()), Some(knowing)) = (&result, self.knowing.get()) {
            let stop = || {
                more = Instant::now() >= until;
                more || stop()
            };
            let read = encoding.read_documents(&knowing.knowledge, stop);
            result = read.map(|_| ()).map_err(|error| match error {
                knowledge::Error::Encoder(why) => why,
                other => other.to_string(),
            });
        }
        let mut now = write(&self.encoder);
        if !ours(&now) {
            let none = now.wanted.as_os_str().is_empty();
            drop(now);
            // What it was making when it was switched off must not stay.
            if none && let Err(problem) = self.forget_meaning() {
                tracing::warn!(%problem, "some vectors could not be thrown away");
            }
            self.nudge();
        } else if let Err(error) = result {
            tracing::warn!(%error, "memories and documents are found by their words alone");
            now.problem = Some(error);
            now.encoding = None;
            more = false;
        }
        more
    }

    /// Throws all vectors away.
    fn forget_meaning(&self) -> Result<(), Problem> {
        self.memory.forget_meaning()?;
        match self.knowing.get() {
            Some(knowing) => Ok(knowing.knowledge.forget_meaning()?),
            None => Ok(()),
        }
    }

    /// What the page shows of it; `None` where no encoder is wanted.
    pub(crate) fn meaning_view(&self) -> Result<Option<MeaningView>, Problem> {
        let Some(view) = self.encoder_view() else { return Ok(None) };
        let meaning = self.memory.meaning()?;
        Ok(Some(how_far(view, meaning.done, meaning.all)))
    }

    /// The same of the documents.
    pub(crate) fn documents_meaning(&self) -> Result<Option<MeaningView>, Problem> {
        let (Some(view), Some(knowing)) = (self.encoder_view(), self.knowing.get()) else {
            return Ok(None);
        };
        let meaning = knowing.knowledge.meaning()?;
        Ok(Some(how_far(view, meaning.done, meaning.all)))
    }

    /// The encoder that is wanted, and what is wrong with it.
    fn encoder_view(&self) -> Option<MeaningView> {
        let now = read(&self.encoder);
        let loaded = now.encoding.as_ref().map(|one| one.name.clone());
        (!now.wanted.as_os_str().is_empty()).then(|| MeaningView {
            name: loaded.unwrap_or_else(|| name_of(&now.wanted)),
            done: 0,
            all: 0,
            problem: now.problem.clone().unwrap_or_default(),
        })
    }
}

fn how_far(view: MeaningView, done: u64, all: u64) -> MeaningView {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    MeaningView { done: number(done), all: number(all), ..view }
}

fn read(lock: &RwLock<InUse>) -> std::sync::RwLockReadGuard<'_, InUse> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write(lock: &RwLock<InUse>) -> std::sync::RwLockWriteGuard<'_, InUse> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl App {
    /// Finds memories and documents by meaning, too, with an encoder of the library or in a folder; an empty name is none, and throws the
    /// vectors away.
    ///
    /// # Errors
    /// Where there is no encoder of that name that can be used: then everything stays as it was.
    pub fn use_encoder(&self, name: &str) -> Answer<()> {
        let changes = api::SettingsPatch {
            encoder: Some(name.trim().to_owned()),
            ..api::SettingsPatch::default()
        };
        self.change_settings(changes).map(drop)
    }

    /// Loads the encoder of a name; `None` for the empty one.
    ///
    /// # Errors
    /// Where there is no such encoder, or it cannot be used.
    pub(crate) fn load_encoder(&self, name: &str) -> Result<Option<Encoding>, Problem> {
        if name.trim().is_empty() {
            return Ok(None);
        }
        Encoding::load(&self.paths.encoder(name)?).map(Some)
    }

    /// Uses what [`Self::load_encoder`] loaded.
    pub(crate) fn take_encoder(&self, name: &str, loaded: Option<Encoding>) -> Result<(), Problem> {
        let Some(remembering) = &self.remembering else { return Ok(()) };
        if let Some(encoding) = loaded {
            remembering.use_loaded(&self.paths.encoder_path(name), encoding);
        } else {
            remembering.want_encoder("");
            remembering.forget_meaning()?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "encoder_tests.rs"]
mod tests;
