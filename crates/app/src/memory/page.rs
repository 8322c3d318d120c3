//! The memory page: what a character knows, looked at, put right, forgotten, and every change of it taken back.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use api::{
    AppEvent, MemoryAcquaintance, MemoryChapter, MemoryFact, MemoryImport, MemoryPage, MemoryScene,
    MemorySource, Recollection,
};
use domain::{CharacterId, Log, MessageId, Problem, ProblemKind};
use memory::{
    Because, Chapter, Fact, FactName, Forgotten, Item, Note, Recalled, Scene, SceneName, Scope,
    Summary,
};
use store::EventLog;

use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::views;
use crate::memory::recall::{self, Remembering};

/// Changes that can be taken back, the newest of them.
const KEPT: usize = 50;
/// Scenes of the time line.
const SCENES: usize = 60;
/// Messages shown around the one that a memory comes from, on either side.
const AROUND: usize = 2;

/// What was changed by hand in this run.
#[derive(Debug, Default)]
pub(crate) struct Undos {
    next: u32,
    kept: VecDeque<(u32, Undo)>,
}

/// The way back from a change.
#[derive(Debug)]
enum Undo {
    Correct(FactName, Option<String>),
    Pin(FactName, bool),
    Forget(Forgotten),
    Add(Vec<FactName>),
    Retell(SceneName, Summary),
}

impl Undos {
    fn keep(&mut self, undo: Undo) -> u32 {
        self.next += 1;
        self.kept.push_back((self.next, undo));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        self.next
    }

    /// Keeps the way back from something forgotten.
    pub(crate) fn forgotten(&mut self, forgotten: Forgotten) -> u32 {
        self.keep(Undo::Forget(forgotten))
    }

    /// Lets go of all of them, with the words that they hold.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    fn take(&mut self, id: u32) -> Option<Undo> {
        let place = self.kept.iter().position(|(one, _)| *one == id)?;
        self.kept.remove(place).map(|(_, undo)| undo)
    }
}

impl App {
    /// What a character remembers.
    pub fn memories(&self, character: &str) -> Answer<MemoryPage> {
        let remembering = self.memory()?;
        remembering.catch_up();
        let scope = self.memory_scope(character)?;
        let facts = remembering.memory.facts(&scope).map_err(Problem::from)?;
        let chapters =
            remembering.memory.outline(&scope, SCENES, &self.log).map_err(Problem::from)?;
        let acquaintance =
            remembering.memory.acquaintance(&scope).map_err(Problem::from)?.map(acquaintance);
        let name = cards::load(&self.shelf.library, &scope.character)
            .map_or_else(|_| character.to_owned(), |found| found.character.name);
        let lang = views::lang(lock(&self.settings).get());
        let unused =
            self.parts.model.get().is_some_and(|model| model.info().system_prompt.is_some());
        Ok(MemoryPage {
            character: character.to_owned(),
            name,
            acquaintance,
            meaning: remembering.meaning_view()?,
            reader: self.memory_reader(remembering, &scope)?,
            facts: facts.iter().map(|one| fact(one, lang)).collect(),
            chapters: chapters
                .into_iter()
                .map(|one| self.memory_chapter(one))
                .collect::<Answer<_>>()?,
            reading: !remembering.is_ready(),
            unused,
        })
    }

    /// What would come to mind, were this asked now with nothing of it in the prompt.
    pub fn memory_ask(&self, character: &str, question: &str) -> Answer<Vec<Recollection>> {
        let remembering = self.memory()?;
        remembering.catch_up();
        let scope = self.memory_scope(character)?;
        let visible = std::collections::HashSet::new();
        let meaning = remembering.encoding().and_then(|encoding| encoding.question(question));
        let recalled = remembering
            .comes_to_mind(&scope, (question, meaning.as_deref()), &visible)
            .map_err(Problem::from)?;
        Ok(recalled.iter().map(recollection).collect())
    }

    /// Where something was said.
    pub fn memory_source(&self, message: &str) -> Answer<MemorySource> {
        let id = message_id(message)?;
        let found = self.log.message(id).map_err(Problem::from)?;
        let conversation = self.log.conversation(found.conversation)?;
        // The branch that is shown goes on behind the message, where the message is on it.
        let shown =
            conversation.leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        let path = if shown.iter().any(|one| one.id == id) { shown } else { self.log.path(id)? };
        let at = path.iter().position(|one| one.id == id).unwrap_or_default();
        let around = &path[at.saturating_sub(AROUND)..(at + AROUND + 1).min(path.len())];
        Ok(MemorySource {
            conversation: conversation.id.to_string(),
            title: conversation.title,
            messages: around.iter().map(views::bare).collect(),
        })
    }

    /// Puts a fact right. Answers the number to take it back with, as every change does.
    pub fn memory_correct(&self, fact: u32, value: &str) -> Answer<u32> {
        let remembering = self.memory()?;
        let fact = i64::from(fact);
        let name = remembering.memory.name_of(fact).map_err(Problem::from)?;
        let before =
            remembering.memory.correct(fact, Some(value), &self.log).map_err(Problem::from)?;
        remembering.tell_copies();
        Ok(lock(&remembering.undos).keep(Undo::Correct(name, before)))
    }

    /// Keeps a fact in every prompt, or no longer.
    pub fn memory_pin(&self, fact: u32, pinned: bool) -> Answer<u32> {
        let remembering = self.memory()?;
        let fact = i64::from(fact);
        let name = remembering.memory.name_of(fact).map_err(Problem::from)?;
        remembering.memory.pin(fact, pinned, &self.log).map_err(Problem::from)?;
        remembering.tell_copies();
        Ok(lock(&remembering.undos).keep(Undo::Pin(name, !pinned)))
    }

    /// Forgets a fact and every message that told it.
    pub fn memory_forget(&self, character: &str, fact: u32) -> Answer<u32> {
        let remembering = self.memory()?;
        let scope = self.memory_scope(character)?;
        let forgotten =
            remembering.memory.forget(&scope, i64::from(fact), &self.log).map_err(Problem::from)?;
        remembering.forgot(true);
        Ok(lock(&remembering.undos).keep(Undo::Forget(forgotten)))
    }

    /// Forgets a message.
    pub fn memory_forget_message(&self, character: &str, message: &str) -> Answer<u32> {
        let remembering = self.memory()?;
        let scope = self.memory_scope(character)?;
        let forgotten = remembering
            .memory
            .forget_message(&scope, message_id(message)?, &self.log)
            .map_err(Problem::from)?;
        remembering.forgot(true);
        Ok(lock(&remembering.undos).keep(Undo::Forget(forgotten)))
    }

    /// Puts what is written about a scene right by hand; an empty text takes it away.
    pub fn memory_retell(&self, summary: u32, text: &str) -> Answer<u32> {
        let remembering = self.memory()?;
        let id = i64::from(summary);
        let scene = remembering.memory.scene_of(id).map_err(Problem::from)?;
        let before = remembering.memory.retell(id, text, &self.log).map_err(Problem::from)?;
        remembering.forgot(true);
        Ok(lock(&remembering.undos).keep(Undo::Retell(scene, before)))
    }

    /// Writes something down about the person by hand.
    pub fn memory_add(&self, character: &str, attribute: &str, value: &str) -> Answer<u32> {
        let remembering = self.memory()?;
        let note = Note {
            attribute: memory::facts::Attribute(attribute.to_owned()),
            value: value.to_owned(),
            of_user: true,
            at: jiff::Timestamp::now().as_millisecond().max(0).unsigned_abs(),
            pinned: false,
        };
        let fact = remembering
            .memory
            .add(&CharacterId(character.to_owned()), &note, &self.log)
            .map_err(Problem::from)?;
        let name = remembering.memory.name_of(fact).map_err(Problem::from)?;
        Ok(lock(&remembering.undos).keep(Undo::Add(vec![name])))
    }

    /// Takes a change back.
    pub fn memory_undo(&self, undo: u32) -> Answer<()> {
        Ok(self.memory()?.undo(undo)?)
    }

    /// Writes everything known to a file.
    pub fn memory_export(&self, character: &str, path: &Path) -> Answer<()> {
        let remembering = self.memory()?;
        remembering.catch_up();
        let scope = self.memory_scope(character)?;
        let text = remembering.memory.export(&scope).map_err(Problem::from)?;
        Ok(store::atomic::write(path, text.as_bytes()).map_err(Problem::from)?)
    }

    /// Takes a file of memories over.
    pub fn memory_import(&self, character: &str, path: &Path) -> Answer<MemoryImport> {
        let remembering = self.memory()?;
        let scope = self.memory_scope(character)?;
        let taken = import(&remembering.memory, &scope, path, &self.log)?;
        let (added, skipped) = (taken.added.len() as u32, taken.skipped as u32);
        let names = taken.added.iter().map(|fact| remembering.memory.name_of(*fact));
        let names = names.collect::<Result<_, _>>().map_err(Problem::from)?;
        let undo = lock(&remembering.undos).keep(Undo::Add(names));
        Ok(MemoryImport { added, skipped, undo })
    }

    fn memory(&self) -> Result<&Arc<Remembering>, Problem> {
        self.remembering.as_ref().ok_or_else(|| {
            Problem::new(
                ProblemKind::NotReady,
                "nothing is remembered in this run",
                "start the app again; the log of the program says what is wrong",
            )
        })
    }

    /// A character's memory as seen from the stage.
    fn memory_scope(&self, character: &str) -> Result<Scope, Problem> {
        let stage = lock(&self.stage).clone();
        let character = CharacterId(character.to_owned());
        let here = if stage.id == character {
            Some((stage.conversation, self.log.conversation(stage.conversation)?.leaf))
        } else {
            None
        };
        Ok(Scope { character, here })
    }

    fn memory_chapter(&self, chapter: Chapter) -> Answer<MemoryChapter> {
        Ok(MemoryChapter {
            from: chapter.from as f64,
            to: chapter.to as f64,
            topics: chapter.topics,
            scenes: chapter
                .scenes
                .into_iter()
                .map(|scene| self.memory_scene(scene))
                .collect::<Answer<_>>()?,
        })
    }

    fn memory_scene(&self, scene: Scene) -> Answer<MemoryScene> {
        let Scene { episode, about } = scene;
        let (summary, by) =
            about.summary.map(|summary| (summary.text, summary.by)).unwrap_or_default();
        let highlights = episode
            .highlights
            .iter()
            .map(|id| Ok(views::bare(&self.log.message(*id).map_err(Problem::from)?)))
            .collect::<Answer<_>>()?;
        Ok(MemoryScene {
            from: episode.from as f64,
            to: episode.to as f64,
            messages: episode.messages as u32,
            first: episode.first.to_string(),
            highlights,
            topics: about.topics,
            told: about.told,
            summary,
            summary_id: about.summary_id.and_then(|id| u32::try_from(id).ok()),
            by_hand: by == memory::BY_HAND,
            by,
        })
    }
}

impl Remembering {
    /// Takes a change back.
    pub(crate) fn undo(&self, undo: u32) -> Result<(), Problem> {
        let gone = || {
            Problem::new(
                ProblemKind::Invalid,
                "this change cannot be taken back any more",
                "change it by hand",
            )
        };
        let undo = lock(&self.undos).take(undo).ok_or_else(gone)?;
        let memory = &self.memory;
        let fact = |name: &FactName| memory.named(name)?.ok_or_else(gone);
        match &undo {
            Undo::Correct(name, before) => {
                memory.correct(fact(name)?, before.as_deref(), &self.log)?;
            }
            Undo::Pin(name, pinned) => memory.pin(fact(name)?, *pinned, &self.log)?,
            Undo::Forget(forgotten) => memory.remember_again(forgotten, &self.log)?,
            Undo::Add(names) => memory.delete_notes(names, &self.log)?,
            Undo::Retell(scene, before) => {
                let summary = memory.summary_of(scene)?.ok_or_else(gone)?;
                memory.retell_by(summary, before, &self.log)?;
            }
        }
        self.tell_copies();
        Ok(())
    }

    /// Tells of the copies of the database that still hold what was taken back or forgotten.
    pub(crate) fn tell_copies(&self) {
        if let Some(problem) = copies_left(&self.log) {
            self.tell(AppEvent::Notice { problem: problem.into() });
        }
    }
}

/// What the person is told of copies that could not be changed when something was forgotten; `None` where all could.
pub(crate) fn copies_left(log: &EventLog) -> Option<Problem> {
    let left = log.left_in_copies();
    if left.is_empty() {
        return None;
    }
    let names: Vec<String> = left.iter().map(|path| format!("`{}`", path.display())).collect();
    Some(Problem::new(
        ProblemKind::Disk,
        format!(
            "it is forgotten, but still stands in copies that could not be changed: {}",
            names.join(", ")
        ),
        "delete these files yourself, or end what holds them: they are tried again the next time that something is forgotten",
    ))
}

/// Takes a file over.
pub(crate) fn import(
    memory: &memory::Memory,
    scope: &Scope,
    path: &Path,
    log: &EventLog,
) -> Result<memory::TakenOver, Problem> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let unreadable = |reason: String| {
        Problem::new(
            ProblemKind::Invalid,
            format!("`{name}` cannot be read: {reason}"),
            "choose a file that the memory page wrote (`hanashi memory export` in a terminal)",
        )
    };
    let bytes = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if bytes > memory::MAX_BYTES {
        return Err(unreadable(format!("its {bytes} bytes are more than {}", memory::MAX_BYTES)));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(memory.import(scope, &name, &text, log)?)
}

fn message_id(message: &str) -> Result<MessageId, Problem> {
    message.parse().map_err(|_| {
        Problem::new(
            ProblemKind::Invalid,
            format!("there is no message `{message}`"),
            "open the memory again",
        )
    })
}

fn acquaintance(known: memory::Acquaintance) -> MemoryAcquaintance {
    MemoryAcquaintance {
        since: known.since as f64,
        last: known.last as f64,
        days: known.days,
        said: u32::try_from(known.said).unwrap_or(u32::MAX),
        name: known.name,
        her_name: known.her_name,
    }
}

fn fact(fact: &Fact, lang: domain::Lang) -> MemoryFact {
    let (who, attribute) = match fact.attribute.0.rsplit_once(" / ") {
        Some((who, about)) => (Some(who.to_owned()), about.to_owned()),
        None => (None, fact.attribute.0.clone()),
    };
    MemoryFact {
        id: u32::try_from(fact.id).unwrap_or(u32::MAX),
        who,
        attribute,
        value: fact.value.clone(),
        said: fact.said.clone(),
        clause: fact.clause.clone(),
        by: fact.by.clone(),
        of_user: fact.of_user,
        message: fact.message.map(|id| id.to_string()),
        at: fact.at as f64,
        pinned: fact.pinned,
        before: fact.before.clone(),
        line: recall::line(&Item::Fact(fact.clone()), lang),
    }
}

/// Something recalled, for people.
pub(crate) fn recollection(recalled: &Recalled) -> Recollection {
    let (why, words) = match &recalled.because {
        Because::Core => ("core", Vec::new()),
        Because::Pinned => ("pinned", Vec::new()),
        Because::Words(words) => ("words", words.clone()),
        Because::Meaning => ("meaning", Vec::new()),
        Because::Around => ("around", Vec::new()),
        Because::Before => ("before", Vec::new()),
    };
    let summary = match &recalled.item {
        Item::Scene(scene) => u32::try_from(scene.id).ok(),
        Item::Fact(_) | Item::Quote { .. } => None,
    };
    let (fact, message, by_user, text, at) = match &recalled.item {
        Item::Fact(fact) => {
            let text = format!("{}: {}", fact.attribute.0, fact.value);
            (u32::try_from(fact.id).ok(), fact.message, fact.of_user, text, fact.at)
        }
        Item::Quote { message, at, by_user, text } => {
            (None, Some(*message), *by_user, text.clone(), *at)
        }
        Item::Scene(scene) => {
            (None, Some(scene.first), false, scene.summary.text.clone(), scene.from)
        }
    };
    Recollection {
        fact,
        summary,
        message: message.map(|id| id.to_string()),
        by_user,
        text,
        at: at as f64,
        why: why.to_owned(),
        words,
    }
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
