//! Conversations, listed and deleted without a running app.

use domain::{CharacterId, ConversationId, Problem};
use knowledge::Knowledge;
use memory::Memory;
use serde::Serialize;
use store::{AuthorNotes, ConversationSummary, EventLog, Lock, Personas, Pictures};

use crate::app::paths::Paths;
use crate::conversation::deletion;
use crate::memory::recall;

/// A conversation, for people.
#[derive(Debug, Clone, Serialize)]
pub struct Talk {
    /// Its id.
    pub id: String,
    /// With whom.
    pub character: String,
    /// Its title, or the first thing that the person said in it; may be empty.
    pub title: String,
    /// Messages on all its branches.
    pub messages: u64,
    /// When something was last said in it: Unix time in milliseconds.
    pub updated_at: u64,
    /// Saves that point into it.
    pub saves: usize,
    /// When it was put into the trash; `None` for one that is not there.
    pub removed_at: Option<u64>,
}

/// The conversations of one data folder, the newest first, those in the trash behind the others; of one character, or all.
///
/// # Errors
/// As of the log; there is nothing to list where nothing was said yet.
pub fn list_talks(paths: &Paths, character: Option<&CharacterId>) -> Result<Vec<Talk>, Problem> {
    if !paths.dirs.database().exists() {
        return Ok(Vec::new());
    }
    let log = EventLog::read_only(&paths.dirs)?;
    let saves = log.saves()?;
    let there = log.summaries()?.into_iter().map(|summary| (summary, None));
    let removed = log.removed_conversations()?;
    let removed = removed.into_iter().map(|one| (one.summary, Some(one.at)));
    let talk = |(ConversationSummary { conversation, messages }, removed_at)| {
        Ok(Talk {
            id: conversation.id.to_string(),
            title: deletion::title(&log, &conversation)?,
            messages,
            updated_at: conversation.updated_at,
            saves: saves.iter().filter(|save| save.conversation == conversation.id).count(),
            removed_at,
            character: conversation.character.0,
        })
    };
    there
        .chain(removed)
        .filter(|(one, _)| character.is_none_or(|whose| one.conversation.character == *whose))
        .map(talk)
        .collect()
}

/// The right to delete conversations of a data folder.
pub struct Deleting<'a> {
    paths: &'a Paths,
    log: EventLog,
    memory: Memory,
}

impl<'a> Deleting<'a> {
    /// # Errors
    /// Where the app has the folder open: there it is done in the window.
    pub fn open(paths: &'a Paths) -> Result<Self, Problem> {
        let log = EventLog::open(&paths.dirs, Lock::acquire(&paths.dirs)?)?;
        let memory = Memory::open(&paths.dirs.root().join(recall::FILE))?;
        Ok(Self { paths, log, memory })
    }

    /// Puts a conversation into the trash; answers how many saves go with it.
    pub fn remove(&self, id: &str, forget: bool) -> Result<usize, Problem> {
        let id = listed(id)?;
        let saves = self.log.saves_into(id)?;
        deletion::remove(&self.log, Some(&self.memory), id, !forget)?;
        self.forget_readings()?;
        Ok(saves)
    }

    /// Takes a conversation out of the trash.
    pub fn restore(&self, id: &str) -> Result<(), Problem> {
        deletion::restore(&self.log, Some(&self.memory), listed(id)?)
    }

    /// Deletes one conversation of the trash for good, or all that lie there. Answers how many, and the copies that still hold some.
    pub fn purge(&self, id: Option<&str>) -> Result<(usize, Vec<String>), Problem> {
        let ids: Vec<ConversationId> = if let Some(id) = id {
            vec![listed(id)?]
        } else {
            let all = self.log.removed_conversations()?;
            all.into_iter().map(|one| one.summary.conversation.id).collect()
        };
        let dirs = &self.paths.dirs;
        let file = dirs.root().join(crate::knowledge::lookup::FILE);
        let knowledge = file.exists().then(|| Knowledge::open(&file)).transpose()?;
        let mut pictures = Pictures::open(&dirs.pictures())?;
        let mut notes = AuthorNotes::open(&dirs.author_notes())?;
        let mut personas = Personas::open(&dirs.personas())?;
        let (memory, knowledge) = (Some(&self.memory), knowledge.as_ref());
        let beside = deletion::Beside { memory, knowledge, data: dirs.root(), voice: None };
        let purged = deletion::purge_all(&self.log, beside, &ids, |id| {
            pictures.purge(id)?;
            deletion::drop_books(&dirs.lorebooks(), id)?;
            notes.drop_conversation(id)?;
            personas.drop_conversation(id)?;
            Ok(())
        });
        // Where it stopped half way, too: some of them are gone. What stopped it is told first.
        let readings = self.forget_readings();
        let purged = purged?;
        readings?;
        Ok(purged)
    }

    fn forget_readings(&self) -> Result<(), Problem> {
        super::memories::forget_readings(&self.paths.dirs.reading_caches())
    }
}

/// A conversation by the id that `hanashi talks list` shows.
fn listed(id: &str) -> Result<ConversationId, Problem> {
    deletion::conversation_id(id).map_err(|mut problem| {
        "name one that `hanashi talks list` shows".clone_into(&mut problem.remedy);
        problem
    })
}
