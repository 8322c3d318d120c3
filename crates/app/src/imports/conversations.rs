//! Conversations of other programs, taken into the log: with whom, who of several spoke, when, what else was said, the person's name
//! and note. All of a conversation or nothing of it; the same one twice is known.

use std::path::Path;
use std::sync::Mutex;

use api::library::{ImportPreview, ImportTarget, Twin};
use api::{AppEvent, ImportReport};
use domain::{
    Because, Cancel, Cast, CharacterId, ConversationId, Millis, Problem, ProblemKind, Role, Speaker,
};
use sha2::{Digest, Sha256};
use store::{EventLog, Foreign, Past, Personas, Profile, Scope, TakenOver};

use crate::app::{App, lock};
use crate::imports::chat_formats::{By, Said, Talk};
use crate::imports::dropped_files::report;

/// Names that programs give to a person who gave none.
const NOBODY: [&str; 7] = ["", "you", "user", "anon", "anonymous", "unused", "human"];

/// Whom the characters of a file are here.
pub(crate) struct Whom<'a> {
    /// With whom the conversation is.
    pub(crate) character: &'a CharacterId,
    /// Their name.
    pub(crate) name: &'a str,
    /// What `{{user}}` becomes where the file names nobody.
    pub(crate) user: &'a str,
    /// The character of a name, where there is one.
    pub(crate) find: &'a dyn Fn(&str) -> Option<CharacterId>,
}

/// What tells a conversation of a file from every other, taken over for a character.
pub(crate) fn digest(talk: &Talk, character: &CharacterId) -> [u8; 16] {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    add(&character.0);
    for said in &talk.said {
        add(match &said.by {
            By::Person => "\u{0}person",
            By::Narrator => "\u{0}narrator",
            By::Character(name) => name,
        });
        said.texts.iter().for_each(|text| add(text));
        add(&said.at.unwrap_or_default().to_string());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

/// A conversation as the log takes it, and what a person should know of it.
pub(crate) fn foreign(talk: &Talk, whom: &Whom<'_>, now: Millis) -> (Foreign, Vec<String>) {
    let mut warnings = talk.warnings.clone();
    let speakers = talk.speakers();
    let same = |one: &str, other: &str| store::fold(one) == store::fold(other);
    // Of one character every line is theirs, whatever they are called here.
    let own = match speakers.iter().find(|name| same(name, whom.name)) {
        Some(name) => *name,
        None => speakers
            .iter()
            .find(|name| same(name, &talk.character))
            .or_else(|| speakers.first())
            .copied()
            .unwrap_or_default(),
    };
    let mut guests: Vec<(&str, CharacterId)> = Vec::new();
    let mut strangers: Vec<&str> = Vec::new();
    for name in speakers.iter().filter(|name| **name != own && !name.is_empty()) {
        match (whom.find)(name).filter(|id| id != whom.character) {
            Some(id) if guests.len() < Cast::GUESTS => guests.push((name, id)),
            _ => strangers.push(name),
        }
    }
    if !strangers.is_empty() {
        warnings.push(format!(
            "no character here is called {}: what they said is told by the narrator (import their cards first, at most {} beside `{}`, and then the chat)",
            strangers.join(", "),
            Cast::GUESTS,
            whom.name
        ));
    }
    let user = if is_nobody(&talk.user) { whom.user } else { &talk.user };
    let times = times(&talk.said, now);
    let said = talk.said.iter().zip(times).map(|(said, at)| {
        let (role, speaker, named) = match &said.by {
            By::Person => (Role::User, None, None),
            By::Narrator => (Role::Narrator, None, None),
            By::Character(name) if name == own || name.is_empty() => (Role::Character, None, None),
            By::Character(name) => match guests.iter().find(|(guest, _)| guest == name) {
                Some((_, id)) => {
                    let speaker = Speaker { character: id.clone(), because: Because::Chosen };
                    (Role::Character, Some(speaker), Some(name))
                }
                None => (Role::Narrator, None, Some(name)),
            },
        };
        let char = named.map_or(whom.name, String::as_str);
        let texts = said.texts.iter().map(|text| {
            // What the reader could not fill in, for want of a name.
            let text = prompt::Names { char, user }.expand(text);
            match (role, named) {
                (Role::Narrator, Some(name)) => format!("{name}: {text}"),
                _ => text,
            }
        });
        Past { at, role, speaker, texts: texts.collect(), chosen: said.chosen }
    });
    let said = said.collect();
    let guests: Vec<CharacterId> = guests.into_iter().map(|(_, id)| id).collect();
    let cast = Cast { guests, ..Cast::default() };
    let talk = Foreign {
        character: whom.character.clone(),
        title: talk.title.clone(),
        digest: digest(talk, whom.character),
        cast,
        said,
    };
    (talk, warnings)
}

/// When each thing was said; where the file does not say, a moment after what was said before.
fn times(said: &[Said], now: Millis) -> Vec<Millis> {
    let first = said.iter().position(|said| said.at.is_some());
    let known = |at: i64| Millis::try_from(at).unwrap_or_default();
    let mut last = match first {
        Some(place) => {
            said[place].at.map(known).unwrap_or_default().saturating_sub(place as u64 + 1)
        }
        None => now.saturating_sub(said.len() as u64 + 1),
    };
    said.iter()
        .map(|said| {
            last = said.at.map_or(last + 1, known);
            last
        })
        .collect()
}

/// Whether a name is what programs call a person who gave none.
pub(crate) fn is_nobody(name: &str) -> bool {
    NOBODY.contains(&name.trim().to_lowercase().as_str())
}

/// Takes conversations into a log. Answers each with what it became; a stop ends the rest.
pub(crate) fn into_log(
    log: &EventLog,
    talks: &[(Foreign, Vec<String>)],
    mut go_on: impl FnMut(usize) -> bool,
) -> Result<Vec<TakenOver>, Problem> {
    let mut before = 0;
    let mut taken = Vec::with_capacity(talks.len());
    for (talk, _) in talks {
        let one = log.take_over(talk, |through| go_on(before + through))?;
        before += talk.said.len();
        taken.push(one);
        if one == TakenOver::Stopped {
            break;
        }
    }
    Ok(taken)
}

/// A conversation that is being taken over, to be stopped.
#[derive(Debug, Default)]
pub(crate) struct Importing(Mutex<Cancel>);

impl Importing {
    fn begin(&self) -> Cancel {
        let stop = Cancel::new();
        *lock(&self.0) = stop.clone();
        stop
    }
}

/// That a person stopped it.
pub(crate) fn stopped() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "the import was stopped; nothing of this conversation was taken over",
        "import the file again",
    )
}

/// Where what belongs to a conversation and is no message is kept.
pub(crate) struct Beside<'a> {
    /// `None` where the file cannot be read.
    pub(crate) notes: Option<&'a mut store::AuthorNotes>,
    /// Likewise.
    pub(crate) personas: Option<&'a mut Personas>,
    /// The folder of lorebooks.
    pub(crate) lorebooks: &'a Path,
    /// The person's name by the settings.
    pub(crate) user: &'a str,
}

impl Beside<'_> {
    /// Keeps the note, who the person is, and the lorebook of a conversation. Answers what a person should know of it.
    pub(crate) fn keep(&mut self, conversation: ConversationId, talk: &Talk) -> Vec<String> {
        let mut told = Vec::new();
        if let Some((text, depth)) = &talk.note {
            let note = store::Note { text: text.clone(), depth: *depth };
            let notes = self.notes.as_mut();
            let kept = notes.map(|notes| notes.keep_for_conversation(conversation, note));
            if !matches!(kept, Some(Ok(()))) {
                told.push("the author's note could not be kept".to_owned());
            }
        }
        if !is_nobody(&talk.user) && store::fold(&talk.user) != store::fold(self.user) {
            let personas = self.personas.as_mut();
            let kept = personas.map(|personas| be_called(personas, &talk.user, conversation));
            if !matches!(kept, Some(Ok(()))) {
                told.push(format!("that you were `{}` could not be kept", talk.user));
            }
        }
        if let Some(book) = &talk.book {
            let name = if talk.title.is_empty() { &talk.character } else { &talk.title };
            let folder = self.lorebooks.join("chats").join(conversation.to_string());
            let kept =
                serde_json::to_vec(book).map_err(|error| error.to_string()).and_then(|bytes| {
                    lore::read(&bytes).map_err(|error| error.to_string())?;
                    let slug = store::slug(name);
                    crate::prompting::lorebook_files::add(&folder, &slug, &bytes)
                        .map_err(|problem| problem.message)
                });
            told.push(match kept {
                Ok(_) => {
                    "the chat's own lorebook comes along, for this conversation alone".to_owned()
                }
                Err(detail) => format!("the chat's own lorebook could not be kept: {detail}"),
            });
        }
        told
    }
}

/// Lets the person be of this name in a conversation: by the profile of the name, or a new one.
fn be_called(
    personas: &mut Personas,
    name: &str,
    conversation: ConversationId,
) -> Result<(), store::Error> {
    let known = personas.profiles().iter().find(|one| store::fold(&one.name) == store::fold(name));
    let id = match known.map(|profile| profile.id.clone()) {
        Some(id) => id,
        None => personas.save(Profile { name: name.to_owned(), ..Profile::default() })?,
    };
    personas.choose(&Scope::Conversation(conversation), Some(&id))
}

impl App {
    /// Stops the conversation that is being taken over: nothing of it stays.
    pub fn stop_import(&self) {
        lock(&self.importing.0).cancel();
    }

    /// What the conversations of a file are.
    pub(crate) fn preview_talks(
        &self,
        talks: &[Talk],
        file: &str,
        blank: &ImportPreview,
    ) -> ImportPreview {
        let first = &talks[0];
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let (target, is_named) = self.talker(first);
        let id = CharacterId(target.id.clone());
        let known: Option<Vec<ConversationId>> = talks
            .iter()
            .map(|talk| self.log.taken_over(digest(talk, &id)).ok().flatten())
            .collect();
        let mut warnings: Vec<String> = Vec::new();
        for warning in talks.iter().flat_map(|talk| &talk.warnings) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        let greeting = first.said.first().map(|said| said.texts[said.chosen].as_str());
        ImportPreview {
            kind: Some("conversation".to_owned()),
            name: if first.character.is_empty() {
                stem.to_owned()
            } else {
                first.character.clone()
            },
            format: first.program.to_owned(),
            greeting: greeting.unwrap_or_default().chars().take(400).collect(),
            greetings: 0,
            messages: talks.iter().map(|talk| talk.said.len() as u32).sum(),
            talks: talks.len() as u32,
            swipes: talks.iter().map(|talk| talk.swipes() as u32).sum(),
            // Everything is here already: whoever looks for it is led to it.
            twin: known.and_then(|known| known.into_iter().next()).map(|id| Twin {
                id: id.to_string(),
                name: target.name.clone(),
                same_file: true,
                built_in: false,
            }),
            target: Some(target),
            to_choose: !is_named,
            warnings,
            ..blank.clone()
        }
    }

    /// Takes the conversations of a file over: for `into`, else for the character of that name, else for who is on stage.
    pub(crate) fn take_talks(
        &self,
        talks: &[Talk],
        into: Option<&str>,
    ) -> Result<ImportReport, Problem> {
        let id = into.map_or_else(
            || CharacterId(self.talker(&talks[0]).0.id),
            |id| CharacterId(id.to_owned()),
        );
        self.shelf.library.find(&id)?;
        let name =
            self.shelf.index.get(&id.0).map_or_else(|| id.0.clone(), |card| card.name.clone());
        let settings = lock(&self.settings).get().persona();
        let find = |name: &str| self.named(name).map(|target| CharacterId(target.id));
        let whom = Whom { character: &id, name: &name, user: &settings.name, find: &find };
        let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
        let foreign: Vec<(Foreign, Vec<String>)> =
            talks.iter().map(|talk| foreign(talk, &whom, now)).collect();
        let all: usize = foreign.iter().map(|(talk, _)| talk.said.len()).sum();
        let stop = self.importing.begin();
        let taken = into_log(&self.log, &foreign, |through| {
            self.hub.send(AppEvent::Importing { through: through as u32, of: all as u32 });
            !stop.is_cancelled()
        })?;
        let mut warnings: Vec<String> = Vec::new();
        let (mut newest, mut known, mut new) = (None, None, 0);
        let lorebooks = self.paths.dirs.lorebooks();
        let (mut notes, mut personas) = (lock(&self.notes), lock(&self.shelf.personas));
        for (taken, (talk, (_, told))) in taken.iter().zip(talks.iter().zip(&foreign)) {
            match taken {
                TakenOver::New(conversation) => {
                    new += 1;
                    newest.get_or_insert(*conversation);
                    warnings.extend(
                        told.iter()
                            .filter(|one| !warnings.contains(one))
                            .cloned()
                            .collect::<Vec<_>>(),
                    );
                    let mut beside = Beside {
                        notes: notes.as_mut(),
                        personas: personas.as_mut(),
                        lorebooks: &lorebooks,
                        user: &settings.name,
                    };
                    warnings.extend(beside.keep(*conversation, talk));
                }
                TakenOver::Known(conversation) => _ = known.get_or_insert(*conversation),
                TakenOver::Stopped if new == 0 => return Err(stopped()),
                TakenOver::Stopped => {
                    warnings.push(format!("stopped after {new} of {} conversations", talks.len()));
                }
            }
        }
        drop((notes, personas));
        if new > 0 {
            self.prepare_books();
            if let Some(remembering) = &self.remembering {
                remembering.catch_up_soon();
            }
            self.tell_characters();
        }
        let conversation = newest.or(known).map(|id| id.to_string()).unwrap_or_default();
        let report = report("conversation", name, conversation, warnings);
        Ok(ImportReport { known: new == 0, ..report })
    }

    /// The character of exactly this name.
    fn named(&self, name: &str) -> Option<ImportTarget> {
        let folded = store::fold(name);
        if folded.is_empty() {
            return None;
        }
        let everybody = self.shelf.index.search(
            &store::Query::default(),
            &store::Marks::default(),
            &std::collections::HashMap::default(),
        );
        let found = everybody.cards.iter().find(|card| store::fold(&card.name) == folded)?;
        Some(ImportTarget { id: found.id.clone(), name: found.name.clone() })
    }

    /// Whom a conversation is with, and whether its names say so: the character of that name, else of one who speaks in it, else who
    /// is on stage.
    fn talker(&self, talk: &Talk) -> (ImportTarget, bool) {
        let mut names = vec![talk.character.as_str()];
        names.extend(talk.speakers());
        if let Some(found) = names.into_iter().find_map(|name| self.named(name)) {
            return (found, true);
        }
        let stage = lock(&self.stage);
        (ImportTarget { id: stage.id.0.clone(), name: stage.character.name.clone() }, false)
    }
}

#[cfg(test)]
mod tests;
