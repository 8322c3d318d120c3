//! Novels, for the terminal and the studio: what a folder holds, its rows, datasets of them and of the person's own chats.

use std::path::{Path, PathBuf};

use domain::{Character, CharacterId, Log, Message, Problem, Role};
use novel::chatlog::{self, Chat};
use novel::dataset::{self, Sources};
use store::{EventLog, Library};

use crate::characters;
use crate::places::Places;

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
    places: &Places,
    from: &From,
    recipe: &Recipe,
    folder: &Path,
) -> Result<Made, Problem> {
    let mut sources = Sources::default();
    for path in &from.paths {
        sources.add(path)?;
    }
    if let Some(name) = &from.character {
        sources.character = Some(character(places, name)?);
    }
    if let Some(path) = &from.questions {
        let bytes = characters::read_bounded(path)?;
        sources.questions = Some(novel::decode(&bytes).text);
    }
    if from.own_chats {
        sources.chats.extend(own_chats(places)?);
    }
    Ok(dataset::make(&sources, recipe, folder)?)
}

fn library(places: &Places) -> Library {
    Library::new(places.dirs.characters(), Some(places.shipped_characters()))
}

fn character(places: &Places, name: &str) -> Result<Character, Problem> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok(characters::read_card(path)?.character);
    }
    Ok(characters::load(&library(places), &CharacterId::from(name))?.character)
}

/// The branch that the person stands on, of every conversation, with the answers beside it.
fn own_chats(places: &Places) -> Result<Vec<(String, Chat)>, Problem> {
    let log = EventLog::read_only(&places.dirs)?;
    let library = library(places);
    let mut chats = Vec::new();
    for conversation in log.conversations()? {
        let Some(leaf) = conversation.leaf else { continue };
        // A character that was removed still has its id.
        let name = characters::load(&library, &conversation.character)
            .map_or_else(|_| conversation.character.to_string(), |loaded| loaded.character.name);
        let mut chat = Chat { user: "User".to_owned(), character: name.clone(), ..Chat::default() };
        for message in log.path(leaf)? {
            if message.role != Role::Narrator && !message.interrupted {
                chat.messages.push(own_message(&log, message, &name)?);
            }
        }
        chats.push((format!("conversation {}", conversation.id), chat));
    }
    Ok(chats)
}

fn own_message(log: &EventLog, message: Message, name: &str) -> Result<chatlog::Message, Problem> {
    let is_user = message.role == Role::User;
    let swipes = if is_user { Vec::new() } else { log.siblings(message.id)? };
    Ok(chatlog::Message {
        name: if is_user { "User".to_owned() } else { name.to_owned() },
        is_user,
        swipes: swipes
            .into_iter()
            .filter(|swipe| !swipe.interrupted && swipe.role == Role::Character)
            .map(|swipe| swipe.text)
            .collect(),
        text: message.text,
        line: 0,
    })
}
