//! Memories found by meaning: the encoder that the person has, loaded beside the talk, and the vectors that it makes while nobody
//! waits for anything.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use domain::{Embedder, Problem, ProblemKind};
use llm::Encoder;

use crate::api::MeaningView;
use crate::app::{Answer, App, lock};
use crate::remembering::Remembering;

/// An encoder, and what it wants to read before a question and before anything else.
pub(crate) struct Encoding {
    encoder: Arc<dyn Embedder>,
    fingerprint: String,
    name: String,
    question: &'static str,
    passage: &'static str,
}

/// What is embedded as something that was said.
struct Said<'a>(&'a Encoding);

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
        Ok(Self::of(Arc::new(encoder), &fingerprint, path))
    }

    fn of(encoder: Arc<dyn Embedder>, fingerprint: &str, path: &Path) -> Self {
        let (question, passage) = before_texts(path);
        // The words before a text are read with it: the same weights under another name make other vectors.
        let fingerprint = format!("{fingerprint}{passage}");
        Self { encoder, fingerprint, name: name_of(path), question, passage }
    }

    /// The vector of a question.
    pub(crate) fn question(&self, line: &str) -> Option<Vec<f32>> {
        let text = format!("{}{line}", self.question);
        match self.encoder.embed(&[text]) {
            Ok(mut vectors) => vectors.pop(),
            Err(problem) => {
                tracing::warn!(%problem, "a question has no meaning to search by");
                None
            }
        }
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

/// What stands before a question, and before anything else. E5 was trained with these words, and does badly without; its files do not
/// say so, and their place is called `multilingual-e5-small` or the like.
fn before_texts(path: &Path) -> (&'static str, &'static str) {
    let path = path.to_string_lossy().to_lowercase();
    let e5 = path.split(|c: char| !c.is_alphanumeric()).any(|part| part == "e5");
    if e5 { ("query: ", "passage: ") } else { ("", "") }
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

    /// Loads the encoder that is wanted, and makes vectors until there is something better to do.
    pub(crate) fn read_meaning(&self) {
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
        let Some(encoding) = self.encoding() else { return };
        let ours =
            |now: &InUse| now.encoding.as_ref().is_some_and(|now| Arc::ptr_eq(now, &encoding));
        let stop = || self.has_better_to_do() || !ours(&read(&self.encoder));
        let result = encoding.read(&self.memory, &self.log, stop);
        let mut now = write(&self.encoder);
        if !ours(&now) {
            let none = now.wanted.as_os_str().is_empty();
            drop(now);
            // What it was making when it was switched off must not stay.
            if none && let Err(error) = self.memory.forget_meaning() {
                tracing::warn!(%error, "some vectors could not be thrown away");
            }
            self.nudge();
        } else if let Err(error) = result {
            tracing::warn!(%error, "memories are found by their words alone");
            now.problem = Some(error.to_string());
            now.encoding = None;
        }
    }

    /// What the page shows of it; `None` where no encoder is wanted.
    pub(crate) fn meaning_view(&self) -> Result<Option<MeaningView>, Problem> {
        let now = read(&self.encoder);
        if now.wanted.as_os_str().is_empty() {
            return Ok(None);
        }
        let meaning = self.memory.meaning()?;
        Ok(Some(MeaningView {
            name: now
                .encoding
                .as_ref()
                .map_or_else(|| name_of(&now.wanted), |one| one.name.clone()),
            done: u32::try_from(meaning.done).unwrap_or(u32::MAX),
            all: u32::try_from(meaning.all).unwrap_or(u32::MAX),
            problem: now.problem.clone().unwrap_or_default(),
        }))
    }
}

fn read(lock: &RwLock<InUse>) -> std::sync::RwLockReadGuard<'_, InUse> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write(lock: &RwLock<InUse>) -> std::sync::RwLockWriteGuard<'_, InUse> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl App {
    /// Finds memories by meaning, too, with the encoder in a folder; an empty path is none, and throws the vectors away.
    ///
    /// # Errors
    /// Where there is no encoder at the path that can be used: then everything stays as it was.
    pub fn use_encoder(&self, path: &str) -> Answer<()> {
        let path = path.trim();
        let mut loaded = None;
        if !path.is_empty() {
            let at = Path::new(path);
            if !at.exists() {
                let problem = Problem::new(
                    ProblemKind::Missing,
                    format!("there is nothing at `{path}`"),
                    "choose the folder of an encoder: `config.json`, the tokenizer and the weights",
                );
                return Err(problem.into());
            }
            loaded = Some(Encoding::load(at)?);
        }
        lock(&self.settings)
            .change(|settings| path.clone_into(&mut settings.encoder))
            .map_err(Problem::from)?;
        if let Some(remembering) = &self.remembering {
            if let Some(encoding) = loaded {
                remembering.use_loaded(path, encoding);
            } else {
                remembering.want_encoder(path);
                remembering.memory.forget_meaning().map_err(Problem::from)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
