//! Novels, for the terminal and the studio: what a folder holds, its rows, datasets of them and of the person's own chats.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use appraisal::arena::{Mark, latest};
use domain::{Character, CharacterId, Log, Message, Problem, ProblemKind, Role};
use novel::chatlog::{self, Chat};
use novel::dataset::{self, Sources};
use store::{EventLog, Library};

use crate::app::paths::Paths;
use crate::appraisal::arena;
use crate::characters::cards;
use crate::studio::reading::nobody_speaks;

pub use novel::dataset::{
    Format, Made, Narration, Options as DatasetOptions, Profile, Recipe, TermAction,
};
pub use novel::{Engine, Scan};

/// Where the parts of a dataset come from.
#[derive(Debug, Clone, Default)]
pub struct From {
    /// Folders of scripts, files of rows, chats of other programs.
    pub paths: Vec<PathBuf>,
    /// A character whose attributes become questions and answers: a file, or an id of the library.
    pub character: Option<String>,
    /// A text with questions and answers, line by line.
    pub questions: Option<PathBuf>,
    /// The person's own chats, with their swipes.
    pub own_chats: bool,
}

/// What a folder of scripts holds.
pub fn scan(folder: &Path) -> Result<Scan, Problem> {
    Ok(novel::Novel::read(novel::read_folder(folder)?, false).scan())
}

/// Writes the rows of a folder; answers with what it holds.
pub fn extract(folder: &Path, out: &Path, translations: bool) -> Result<Scan, Problem> {
    let novel = novel::Novel::read(novel::read_folder(folder)?, translations);
    novel::write_rows(out, &novel.lines)?;
    Ok(novel.scan())
}

/// Writes the texts of a folder as VNTextPatch has them; answers with what it holds.
pub fn extract_messages(folder: &Path, out: &Path) -> Result<Scan, Problem> {
    let novel = novel::Novel::read(novel::read_folder(folder)?, false);
    novel::write_messages(out, &novel.lines)?;
    Ok(novel.scan())
}

/// Makes a dataset in `folder`.
pub fn dataset(
    paths: &Paths,
    from: &From,
    recipe: &Recipe,
    folder: &Path,
) -> Result<Made, Problem> {
    dataset_with(paths, from, recipe, folder, |_| Ok(()))
}

/// Likewise, with what `add` adds to the sources once they are read; where it fails nothing is written.
pub(crate) fn dataset_with(
    paths: &Paths,
    from: &From,
    recipe: &Recipe,
    folder: &Path,
    add: impl FnOnce(&mut Sources) -> Result<(), Problem>,
) -> Result<Made, Problem> {
    let mut sources = Sources::default();
    let mut refused = None;
    for path in &from.paths {
        let scan = sources.add(path)?;
        refused = refused.or_else(|| scan?.refused.into_iter().next());
    }
    let found = !(sources.lines.is_empty() && sources.chats.is_empty());
    if let Some(name) = &from.character {
        sources.character = Some(character(paths, name)?);
    }
    if let Some(path) = &from.questions {
        let bytes = cards::read_bounded(path)?;
        sources.questions = Some(novel::decode(&bytes).text);
    }
    if from.own_chats {
        let log = EventLog::read_only(&paths.dirs).map_err(no_chats)?;
        add_own(paths.dirs.root(), &log, &library(paths), &mut sources)?;
    }
    add(&mut sources)?;
    dataset::make(&sources, recipe, folder).map_err(|error| match refused {
        // Of an archive that is encrypted nothing but its name is known.
        Some(one) if !found && matches!(error, novel::Error::Empty(_)) => {
            nobody_speaks(Some((&one.file, &one.reason)))
        }
        _ => error.into(),
    })
}

/// Where there is no database, nobody has talked yet.
fn no_chats(error: store::Error) -> Problem {
    match error {
        store::Error::Unknown { what: "database", id } => Problem::new(
            ProblemKind::Missing,
            format!("there are no chats of your own: `{id}` is not there"),
            "talk with somebody first, or name the folder of your data (`--data-dir`)",
        ),
        other => other.into(),
    }
}

fn library(paths: &Paths) -> Library {
    Library::new(paths.dirs.characters(), Some(paths.shipped_characters()))
}

fn character(paths: &Paths, name: &str) -> Result<Character, Problem> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(cards::read_card(path)?.character);
    }
    Ok(cards::load(&library(paths), &CharacterId::from(name))?.character)
}

/// Adds what the person's own conversations and judgements teach: their chats with the answers beside the shown ones, and the comparisons
/// that one side won. A reply that was marked as faulty is not learnt: where an answer beside it is better, that one takes its place.
/// What a guest says is in another voice and not learnt either.
pub(crate) fn add_own(
    data: &Path,
    log: &EventLog,
    library: &Library,
    sources: &mut Sources,
) -> Result<(), Problem> {
    let (entries, _) = arena::books(data)?;
    let judged: Judged = latest(&entries)
        .into_iter()
        .map(|(message, marked)| (message.to_owned(), faulty(&marked.marks)))
        .collect();
    for conversation in log.conversations()? {
        let Some(leaf) = conversation.leaf else { continue };
        let own = &conversation.character;
        // A character that was removed still has its id.
        let name = cards::load(library, own)
            .map_or_else(|_| own.to_string(), |loaded| loaded.character.name);
        let empty = Chat { user: "User".to_owned(), character: name.clone(), ..Chat::default() };
        let mut parts = vec![empty.clone()];
        for message in log.path(leaf)? {
            if message.role == Role::Narrator || message.interrupted {
                continue;
            }
            let learnt = message.role == Role::User || message.said_by(own) == Some(own);
            let message =
                if learnt { own_message(log, &message, (own, &name), &judged)? } else { None };
            let Some(part) = parts.last_mut() else { continue };
            if let Some(message) = message {
                part.messages.push(message);
                continue;
            }
            // What it answered goes as well, and what follows stands for itself.
            while part.messages.last().is_some_and(|last| last.is_user) {
                part.messages.pop();
            }
            parts.push(empty.clone());
        }
        let file = |at: usize| format!("conversation {}.{at}", conversation.id);
        sources.chats.extend(parts.into_iter().enumerate().map(|(at, part)| (file(at), part)));
    }
    sources
        .preferences
        .extend(appraisal::arena::preferences(&entries).into_iter().map(arena::preference));
    Ok(())
}

/// Whether a message was marked as faulty, by its id; what nobody looked at is not there.
type Judged = HashMap<String, bool>;

fn faulty(marks: &[Mark]) -> bool {
    marks.iter().any(|mark| mark.is_fault())
}

/// A message with her answers beside it, the best one shown; `None` where it is faulty and nothing beside it is better.
fn own_message(
    log: &EventLog,
    message: &Message,
    (own, name): (&CharacterId, &str),
    judged: &Judged,
) -> Result<Option<chatlog::Message>, Problem> {
    let is_user = message.role == Role::User;
    let beside = if is_user { Vec::new() } else { log.siblings(message.id)? };
    let beside: Vec<Message> = beside
        .into_iter()
        .filter(|swipe| !swipe.interrupted && swipe.said_by(own) == Some(own))
        .collect();
    let marked = |message: &Message| judged.get(&message.id.to_string()).copied();
    let mut text = message.text.clone();
    if !is_user && marked(message) == Some(true) {
        // One that was looked at and found fine goes before one that nobody looked at.
        let fine = beside.iter().find(|swipe| marked(swipe) == Some(false));
        let unmarked = || beside.iter().find(|swipe| marked(swipe).is_none());
        match fine.or_else(unmarked) {
            Some(better) => text.clone_from(&better.text),
            None => return Ok(None),
        }
    }
    Ok(Some(chatlog::Message {
        name: if is_user { "User".to_owned() } else { name.to_owned() },
        is_user,
        swipes: beside.into_iter().map(|swipe| swipe.text).collect(),
        text,
        line: 0,
    }))
}

#[cfg(test)]
mod tests {
    use domain::{Because, NewMessage, Speaker};

    use super::*;

    #[test]
    fn a_dataset_of_what_was_refused_says_what_was_refused() {
        let home = tempfile::tempdir().unwrap();
        let game = home.path().join("game");
        std::fs::create_dir(&game).unwrap();
        std::fs::write(game.join("script.rpyc"), b"RENPY RPC2 and more").unwrap();
        let paths = Paths::find(Some(home.path()), Path::new("")).unwrap();
        let from = From { paths: vec![game], ..From::default() };
        let told = dataset(&paths, &from, &Recipe::default(), &home.path().join("out"));
        let told = told.unwrap_err().message;
        assert!(told.contains("script.rpyc") && told.contains("compiled"), "{told}");
    }

    #[test]
    fn what_a_guest_says_is_not_learnt_as_an_answer_of_the_hosts() {
        let home = tempfile::tempdir().unwrap();
        let log = EventLog::in_memory().unwrap();
        let host = CharacterId("koto".to_owned());
        let conversation = log.begin(&host, "").unwrap().id;
        let say = |parent, role, text: &str, guest: Option<&str>| {
            let character = guest.map(|id| CharacterId(id.to_owned()));
            let speaker = character.map(|character| Speaker { character, because: Because::Only });
            let text = text.to_owned();
            let message =
                NewMessage { conversation, parent, role, text, interrupted: false, speaker };
            log.append(message).unwrap().id
        };
        let asked = say(None, Role::User, "Tea?", None);
        // Beside her answer, behind it, and alone behind a question.
        say(Some(asked), Role::Character, "Coffee.", Some("rin"));
        let answer = say(Some(asked), Role::Character, "Yes, please.", None);
        let added = say(Some(answer), Role::Character, "And coffee.", Some("rin"));
        let asked = say(Some(added), Role::User, "And you, Rin?", None);
        let answer = say(Some(asked), Role::Character, "I said it.", Some("rin"));
        let asked = say(Some(answer), Role::User, "Good night.", None);
        say(Some(asked), Role::Character, "Sleep well.", Some("koto"));

        let mut sources = Sources::default();
        let library = Library::new(home.path().join("characters"), None);
        add_own(home.path(), &log, &library, &mut sources).unwrap();
        let learnt: Vec<(bool, &str, Vec<&str>)> = sources
            .chats
            .iter()
            .flat_map(|(_, chat)| &chat.messages)
            .map(|one| {
                let swipes = one.swipes.iter().map(String::as_str).collect();
                (one.is_user, one.text.as_str(), swipes)
            })
            .collect();
        assert_eq!(
            learnt,
            [
                (true, "Tea?", vec![]),
                (false, "Yes, please.", vec!["Yes, please."]),
                (true, "Good night.", vec![]),
                (false, "Sleep well.", vec!["Sleep well."]),
            ]
        );
    }
}
