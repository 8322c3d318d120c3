//! Documents for people: the list, reading with progress, a search, taking out and putting back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{
    AppEvent, DocumentView, LookedUp, MeaningView, PassageView, PlaceView, ReadingView, RefusedView,
};
use domain::{Cancel, CharacterId, Flow, Problem, ProblemKind};
use knowledge::{Outcome, Passage, Place, Reader, Watch};

use crate::app::{Answer, App, lock};
use crate::knowledge::lookup::Knowing;

/// Passages that a search of the page shows.
const SHOWN: usize = 12;

/// The table of rules of a character, or of all; `None` where its id is no name for a file.
pub(crate) fn rules_file(folder: &Path, character: Option<&CharacterId>) -> Option<PathBuf> {
    let name = character.map_or("all", |id| id.0.as_str());
    let plain =
        !name.is_empty() && !name.contains(['/', '\\', ':', '\0']) && !name.starts_with('.');
    plain.then(|| folder.join(format!("{name}.toml")))
}

/// File, place and headings: `noss.pdf, p. 3, The Lamp`.
pub(crate) fn citation(passage: &Passage) -> String {
    let place = passage.place.to_string();
    let parts = [file_name(&passage.file), place, passage.heading.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A file's name; of a page its machine's.
fn file_name(path: &str) -> String {
    if let Some((_, rest)) = path.split_once("://") {
        return rest.split('/').next().unwrap_or(rest).to_owned();
    }
    Path::new(path)
        .file_name()
        .map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A passage as the page shows it.
pub(crate) fn passage(passage: &Passage) -> PassageView {
    let (kind, at) = match passage.place {
        Place::Whole => ("whole", 0),
        Place::Page(at) => ("page", at),
        Place::Line(at) => ("line", at),
        Place::Row(at) => ("row", at),
        Place::Time(at) => ("time", at),
        Place::Chapter(at) => ("chapter", at),
    };
    PassageView {
        name: file_name(&passage.file),
        path: passage.file.clone(),
        place: PlaceView { kind: kind.to_owned(), at },
        heading: passage.heading.clone(),
        text: passage.text.clone(),
        because: passage.because.clone(),
        coverage: passage.coverage as f32,
        near: passage.near,
        evidence: None,
        said: String::new(),
    }
}

fn document(document: knowledge::Document) -> DocumentView {
    DocumentView {
        id: u32::try_from(document.id).unwrap_or(u32::MAX),
        name: file_name(&document.path),
        path: document.path,
        title: document.title,
        character: document.character,
        format: document.format,
        kilobytes: u32::try_from(document.size.div_ceil(1024)).unwrap_or(u32::MAX),
        passages: u32::try_from(document.chunks).unwrap_or(u32::MAX),
        state: match document.state {
            knowledge::State::Ready => "ready",
            knowledge::State::Reading => "reading",
            knowledge::State::Refused => "refused",
        }
        .to_owned(),
        reason: document.reason,
        message: document.message,
    }
}

impl App {
    fn knowing(&self) -> Answer<&Arc<Knowing>> {
        self.knowing.as_ref().ok_or_else(|| {
            let message = "the index of documents could not be opened in this run";
            let remedy = "look at the log, then start the app again";
            Problem::new(ProblemKind::Damaged, message, remedy).into()
        })
    }

    /// The documents that a character may read, or all.
    pub fn documents(&self, character: Option<&str>) -> Answer<Vec<DocumentView>> {
        let character = character.map(|id| CharacterId(id.to_owned()));
        let found =
            self.knowing()?.knowledge.documents(character.as_ref()).map_err(Problem::from)?;
        Ok(found.into_iter().map(document).collect())
    }

    /// Reads files and folders, for a character or for all. Returns at once; [`AppEvent::Reading`] tells how far it is.
    pub fn add_documents(&self, paths: Vec<String>, character: Option<String>) -> Answer<()> {
        let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        self.read_documents(move |knowing, tell| {
            let character = character.map(CharacterId);
            knowing.knowledge.add(&paths, character.as_ref(), tell)
        })
    }

    /// Looks at everything that was added again: what changed is read, what is gone is forgotten.
    pub fn refresh_documents(&self) -> Answer<()> {
        self.read_documents(|knowing, tell| knowing.knowledge.refresh(tell))
    }

    /// Stops reading. What was read is kept, and the next reading goes on there.
    pub fn stop_documents(&self) {
        if let Some(cancel) = &*lock(&self.reading_documents) {
            cancel.cancel();
        }
    }

    /// What a question finds, as a character would find it, or in all documents.
    pub fn search_documents(
        &self,
        question: &str,
        character: Option<&str>,
    ) -> Answer<Vec<PassageView>> {
        let character = character.map(|id| CharacterId(id.to_owned()));
        let reader = character.as_ref().map_or(Reader::Person, Reader::Character);
        let encoding = self.remembering.as_ref().and_then(|remembering| remembering.encoding());
        let meaning = encoding.and_then(|encoding| encoding.question(question));
        let found = self
            .knowing()?
            .knowledge
            .search_near(reader, question, meaning.as_deref(), SHOWN)
            .map_err(Problem::from)?;
        Ok(found.iter().map(passage).collect())
    }

    /// How many passages an encoder has read; `None` where documents are found by their words alone.
    pub fn documents_meaning(&self) -> Answer<Option<MeaningView>> {
        match &self.remembering {
            Some(remembering) => Ok(remembering.documents_meaning()?),
            None => Ok(None),
        }
    }

    /// Takes a document out; until the next start it can be put back.
    pub fn remove_document(&self, id: u32) -> Answer<()> {
        Ok(self.knowing()?.knowledge.remove(id.into()).map_err(Problem::from)?)
    }

    /// Puts a document back.
    pub fn restore_document(&self, id: u32) -> Answer<()> {
        Ok(self.knowing()?.knowledge.restore(id.into()).map_err(Problem::from)?)
    }

    /// What was looked up for the last turn; `None` before the first.
    pub fn looked_up(&self) -> Option<LookedUp> {
        self.knowing.as_ref()?.last()
    }

    /// What an earlier reply leaned on; empty where on nothing.
    pub fn evidence(&self, message: &str) -> Answer<Vec<PassageView>> {
        let kept = self.knowing()?.knowledge.kept_evidence(message).map_err(Problem::from)?;
        Ok(kept.iter().filter_map(|one| serde_json::from_str(one).ok()).collect())
    }

    fn read_documents(
        &self,
        read: impl FnOnce(
            &Knowing,
            &mut dyn FnMut(Watch<'_>) -> Flow,
        ) -> Result<knowledge::Report, knowledge::Error>
        + Send
        + 'static,
    ) -> Answer<()> {
        let knowing = Arc::clone(self.knowing()?);
        let cancel = Cancel::default();
        {
            let mut reading = lock(&self.reading_documents);
            if reading.is_some() {
                return Err(Problem::new(
                    ProblemKind::Busy,
                    "documents are being read already",
                    "wait for it, or stop it",
                )
                .into());
            }
            *reading = Some(cancel.clone());
        }
        let (hub, slot) = (Arc::clone(&self.hub), Arc::clone(&self.reading_documents));
        let remembering = self.remembering.clone();
        let work = move || {
            let mut view = nothing_yet();
            let result = read(&knowing, &mut |step: Watch<'_>| {
                if told(&mut view, &step) {
                    hub.send(AppEvent::Reading { reading: view.clone() });
                }
                if cancel.is_cancelled() { Flow::Stop } else { Flow::More }
            });
            view.finished = true;
            view.problem = result.err().map(|error| Problem::from(error).into());
            *lock(&slot) = None;
            hub.send(AppEvent::Reading { reading: view });
            // New passages have no vectors yet.
            if let Some(remembering) = remembering {
                remembering.nudge();
            }
        };
        if let Err(error) = std::thread::Builder::new().name("documents".to_owned()).spawn(work) {
            *lock(&self.reading_documents) = None;
            let message = format!("the reading thread could not be started ({error})");
            return Err(Problem::new(ProblemKind::Memory, message, "close other programs").into());
        }
        Ok(())
    }
}

fn nothing_yet() -> ReadingView {
    ReadingView {
        done: 0,
        files: 0,
        name: String::new(),
        part: None,
        finished: false,
        refused: Vec::new(),
        problem: None,
    }
}

/// Notes a step; whether it is worth telling: of ten thousand small files only every so many are.
fn told(view: &mut ReadingView, step: &Watch<'_>) -> bool {
    match step {
        Watch::Found { files } => {
            view.files = u32::try_from(*files).unwrap_or(u32::MAX);
            true
        }
        Watch::Reading { path, bytes, size } => {
            view.name = file_name(&path.to_string_lossy());
            view.part = (*size > 0).then(|| (*bytes as f32 / *size as f32).min(1.0));
            true
        }
        Watch::Done { path, outcome, done, files } => {
            view.name = file_name(&path.to_string_lossy());
            view.part = None;
            view.done = u32::try_from(*done).unwrap_or(u32::MAX);
            let refused = if let Outcome::Refused { reason, message } = outcome {
                let (reason, message) = (reason.clone(), message.clone());
                view.refused.push(RefusedView { name: view.name.clone(), reason, message });
                true
            } else {
                false
            };
            refused || done == files || done.is_multiple_of((files / 100).max(1))
        }
    }
}
