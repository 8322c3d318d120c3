//! Conversations that are deleted: put into the trash, taken out of it, deleted for good with all that belongs to them.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use api::{PurgedConversations, RemovedConversation};
use domain::{Conversation, ConversationId, Log, Problem, ProblemKind, Role};
use knowledge::Knowledge;
use memory::Memory;
use store::{EventLog, Purged};

use crate::app::{Answer, App, lock};
use crate::appraisal::arena;

/// Longest title that is made of a first message, in characters.
const TITLE: usize = 48;
/// How long a turn may take to end that runs in a conversation which is deleted.
const PATIENCE: Duration = Duration::from_secs(3);

/// Title of a conversation; where it has none, the first thing that the person said on its branch. May be empty.
pub(crate) fn title(log: &EventLog, conversation: &Conversation) -> Result<String, Problem> {
    if !conversation.title.is_empty() {
        return Ok(conversation.title.clone());
    }
    let path = conversation.leaf.map(|leaf| log.path(leaf)).transpose()?.unwrap_or_default();
    let said = path.iter().find(|message| message.role == Role::User);
    let words = said.map(|message| message.text.split_whitespace().collect::<Vec<_>>().join(" "));
    let words = words.unwrap_or_default();
    Ok(if words.chars().count() > TITLE {
        format!("{}…", words.chars().take(TITLE).collect::<String>().trim_end())
    } else {
        words
    })
}

pub(crate) fn conversation_id(id: &str) -> Result<ConversationId, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            ProblemKind::Invalid,
            format!("there is no conversation `{id}`"),
            "open the list of conversations again",
        )
    })
}

/// Puts a conversation into the trash. `keep`: what she learned there stays known.
pub(crate) fn remove(
    log: &EventLog,
    memory: Option<&Memory>,
    id: ConversationId,
    keep: bool,
) -> Result<(), Problem> {
    log.conversation(id)?;
    if keep {
        let memory = memory.ok_or_else(no_memory)?;
        memory.sync(log, || false)?;
        memory.keep_told(id, log)?;
    } else if let Some(memory) = memory {
        // Of an attempt that ended half way.
        memory.drop_kept(id, log)?;
    }
    log.remove_conversation(id)?;
    if let Some(memory) = memory {
        memory.sync(log, || false)?;
    }
    Ok(())
}

/// Takes a conversation out of the trash.
pub(crate) fn restore(
    log: &EventLog,
    memory: Option<&Memory>,
    id: ConversationId,
) -> Result<(), Problem> {
    log.restore_conversation(id)?;
    if let Some(memory) = memory {
        memory.sync(log, || false)?;
        if !memory.holds(id)? {
            // It was to be deleted for good, and that ended half way.
            memory.rebuild()?;
            memory.sync(log, || false)?;
        }
        memory.drop_kept(id, log)?;
    }
    Ok(())
}

/// Refuses where a conversation does not lie in the trash.
pub(crate) fn must_be_removed(log: &EventLog, id: ConversationId) -> Result<(), Problem> {
    let removed = log.removed_conversations()?;
    if removed.iter().any(|one| one.summary.conversation.id == id) {
        return Ok(());
    }
    Err(store::Error::Unknown { what: "removed conversation", id: id.to_string() }.into())
}

/// What has to do with a conversation and is not the log.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub(crate) memory: Option<&'a Memory>,
    pub(crate) knowledge: Option<&'a Knowledge>,
    /// The data folder, with the arena's books in it.
    pub(crate) data: &'a Path,
    /// The voice that said what was said, where there is one: it keeps the sound.
    pub(crate) voice: Option<&'a tts::Speaker>,
}

/// Deletes conversations that lie in the trash for good: of each what `one` deletes, then what was remembered and voted and what
/// documents said to them, and last, all at once, their words in the log. Answers how many, and the copies of the database that still
/// hold some.
///
/// # Errors
/// The first of `one`, or of the rest. Of several it is told how many are gone, and which copies still hold those.
pub(crate) fn purge_all(
    log: &EventLog,
    beside: Beside<'_>,
    ids: &[ConversationId],
    mut one: impl FnMut(ConversationId) -> Result<(), Problem>,
) -> Result<(usize, Vec<String>), Problem> {
    let (mut ready, mut failed) = (Vec::with_capacity(ids.len()), None);
    for id in ids {
        match must_be_removed(log, *id).and_then(|()| one(*id)) {
            Ok(()) => ready.push(*id),
            Err(problem) => {
                failed = Some(problem);
                break;
            }
        }
    }
    let purged = if ready.is_empty() { Ok(Purged::default()) } else { purge(log, beside, &ready) };
    let (gone, left) = match purged {
        Ok(purged) => (ready.len(), purged.left),
        Err(problem) => {
            failed = Some(problem);
            (0, Vec::new())
        }
    };
    let copies: Vec<String> = left.iter().map(|copy| copy.display().to_string()).collect();
    match failed {
        None => Ok((gone, copies)),
        Some(problem) if ids.len() == 1 => Err(problem),
        Some(problem) => Err(stopped(problem, gone, ids.len(), &copies)),
    }
}

fn purge(
    log: &EventLog,
    Beside { memory, knowledge, data, voice }: Beside<'_>,
    ids: &[ConversationId],
) -> Result<Purged, Problem> {
    if let Some(voice) = voice {
        voice.forget_said();
    }
    // The log last: what could not be deleted elsewhere can be tried again.
    if let Some(memory) = memory {
        memory.sync(log, || false)?;
        memory.erase_conversations(ids, log)?;
    }
    for id in ids {
        let messages = log.tree(*id)?;
        arena::purge(data, *id, &messages)?;
        if let Some(knowledge) = knowledge {
            let ids: Vec<String> = messages.iter().map(|one| one.id.to_string()).collect();
            knowledge.forget_evidence(ids.iter().map(String::as_str))?;
        }
    }
    let mut purged = log.purge_conversations(ids)?;
    if let Some(memory) = memory
        && let Err(error) = memory.sync(log, || false)
    {
        // It is gone from both already; the next reading learns from the log that it is.
        tracing::warn!(%error, "the memory was not told yet that something is deleted for good");
    }
    // What was decided about its messages may still stand in others.
    for copy in log.left_in_copies() {
        if !purged.left.contains(&copy) {
            purged.left.push(copy);
        }
    }
    Ok(purged)
}

/// A failure after `gone` of `all` conversations were deleted for good.
fn stopped(problem: Problem, gone: usize, all: usize, copies: &[String]) -> Problem {
    let Problem { kind, message, remedy } = problem;
    let message = format!("{gone} of {all} conversations are deleted for good, then: {message}");
    if copies.is_empty() {
        return Problem::new(kind, message, remedy);
    }
    let names: Vec<String> = copies.iter().map(|copy| format!("`{copy}`")).collect();
    Problem::new(
        kind,
        format!(
            "{message}; copies that could not be changed still hold those: {}",
            names.join(", ")
        ),
        format!("{remedy}; delete the copies yourself"),
    )
}

/// Deletes the lorebooks that are for a conversation alone: a talk of another program brings its own along.
pub(crate) fn drop_books(lorebooks: &Path, id: ConversationId) -> Result<(), Problem> {
    let path = lorebooks.join("chats").join(id.to_string());
    match std::fs::remove_dir_all(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(store::Error::Io { action: "delete", path, source }.into())
        }
        _ => Ok(()),
    }
}

fn no_memory() -> Problem {
    Problem::new(
        ProblemKind::NotReady,
        "nothing is remembered in this run, so nothing can be kept",
        "start the app again, or choose to forget what was told there",
    )
}

impl App {
    /// Puts a conversation into the trash; `forget` what the character learned there, too, or keep it. Where it is on stage, another
    /// takes its place.
    pub fn remove_conversation(&self, id: &str, forget: bool) -> Answer<()> {
        let id = conversation_id(id)?;
        self.log.conversation(id)?;
        let mut stage = lock(&self.stage).clone();
        if stage.conversation == id {
            let others = self.log.conversations()?;
            let other = others.iter().find(|one| one.character == stage.id && one.id != id);
            stage.conversation = match other {
                Some(other) => other.id,
                None => self.log.begin(&stage.id, "")?.id,
            };
            stage.greeting = 0;
            self.put_on_stage(&stage)?;
            // What was heard of a turn that ran is still written down there.
            let begun = Instant::now();
            while self.busy.load(Ordering::Relaxed) && begun.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let remembering = self.remembering.as_ref();
        remove(&self.log, remembering.map(|one| &one.memory), id, !forget)?;
        if let Some(remembering) = remembering {
            remembering.forgot(true);
        }
        Ok(())
    }

    /// Takes a conversation out of the trash, as it was.
    pub fn restore_conversation(&self, id: &str) -> Answer<()> {
        let memory = self.remembering.as_ref().map(|one| &one.memory);
        Ok(restore(&self.log, memory, conversation_id(id)?)?)
    }

    /// The conversations with the character on stage that lie in the trash, the newest first.
    pub fn removed_conversations(&self) -> Answer<Vec<RemovedConversation>> {
        let stage = lock(&self.stage).clone();
        let removed = self.log.removed_conversations().map_err(Problem::from)?;
        removed
            .into_iter()
            .filter(|one| one.summary.conversation.character == stage.id)
            .map(|one| {
                Ok(RemovedConversation {
                    id: one.summary.conversation.id.to_string(),
                    title: title(&self.log, &one.summary.conversation)?,
                    removed_at: one.at as f64,
                    messages: one.summary.messages as u32,
                })
            })
            .collect()
    }

    /// Deletes a conversation that lies in the trash for good, or all of the character on stage: what was said, in the copies of the
    /// database as well, pictures, notes, lorebooks of its own, what was remembered of it.
    pub fn purge_conversations(&self, id: Option<&str>) -> Answer<PurgedConversations> {
        let ids: Vec<ConversationId> = if let Some(id) = id {
            vec![conversation_id(id)?]
        } else {
            let all = self.removed_conversations()?;
            all.iter().map(|one| conversation_id(&one.id)).collect::<Result<_, _>>()?
        };
        let speaker = self.parts.speaker();
        let beside = Beside {
            voice: speaker.as_deref(),
            memory: self.remembering.as_ref().map(|one| &one.memory),
            knowledge: self.knowing.as_ref().map(|one| &one.knowledge),
            data: self.paths.dirs.root(),
        };
        // A comparison that waits for its vote holds what was said there.
        lock(&self.arena.open).take();
        let purged = purge_all(&self.log, beside, &ids, |id| {
            self.with_album(|album| album.purge(id))?;
            drop_books(&self.paths.dirs.lorebooks(), id)?;
            if let Some(notes) = &mut *lock(&self.notes) {
                notes.drop_conversation(id)?;
            }
            if let Some(personas) = &mut *lock(&self.shelf.personas) {
                personas.drop_conversation(id)?;
            }
            Ok(())
        });
        // Where it stopped half way, too: some of them are gone.
        if let Some(remembering) = &self.remembering {
            lock(&remembering.undos).clear();
            remembering.forgot(true);
        }
        let (conversations, copies) = purged?;
        Ok(PurgedConversations { conversations: conversations as u32, copies })
    }
}

#[cfg(test)]
#[path = "deletion_tests.rs"]
mod tests;
