//! The lorebooks of a conversation: the card's own, and the files that a person puts into folders. Read when they change, made
//! ready once, asked in every turn.
//!
//! Folders, each with books of any format that `lore` reads: `lorebooks/` for every conversation, `lorebooks/persona/` with who the
//! person is, `lorebooks/chats/<conversation>/` for one conversation, and `characters/<id>/lorebooks/` beside a card.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use api::LoreFired;
use domain::{
    Character, CharacterId, ConversationId, MessageId, Persona, Problem, ProblemKind, TokenCounter,
};
use lore::{Book, Folding, Index, Outcome, Scope, Settings, State, Warning};
use prompt::{Scene, activate, replay};
use store::Library;

use crate::app::lock;
use crate::characters::cards;
use crate::characters::library::CARD_FILES;

/// How much of the context lore may take, as the divisor.
const SHARE_OF_CONTEXT: u32 = 4;
/// How many states of earlier messages are kept at hand.
const KEPT_STATES: usize = 2000;
/// More files than this in one folder are somebody's mistake.
const MAX_FILES: usize = 200;

/// Where books come from.
#[derive(Clone)]
pub(crate) struct Shelf {
    library: Library,
    root: PathBuf,
    /// Held while books are made ready, so that whoever needs them waits for that and does not do it again.
    made: Arc<Mutex<Option<Made>>>,
}

/// Books that are ready.
struct Made {
    key: Key,
    index: Index,
    states: HashMap<MessageId, State>,
}

/// What books were made ready from: where any of it changes, they are made anew.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    files: Vec<(Scope, PathBuf, Option<SystemTime>, u64)>,
    names: (String, String),
    settings: Settings,
}

impl Shelf {
    pub(crate) fn new(library: Library, root: &Path) -> Self {
        Self { library, root: root.join("lorebooks"), made: Arc::default() }
    }

    /// Where the characters lie.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// Which entries fire in a scene, and the same for people; `None`: there are no books.
    pub(crate) fn activate(
        &self,
        scene: &Scene<'_>,
        character: &CharacterId,
        counter: &dyn TokenCounter,
        rules: Settings,
    ) -> Option<(Outcome, Vec<LoreFired>)> {
        let conversation = scene.history.first()?.conversation;
        let people = (scene.character, scene.persona);
        let mut made = lock(&self.made);
        let Made { index, states, .. } =
            self.made_ready(&mut made, people, character, Some(conversation), rules)?;
        index.set_token_budget(rules.token_budget);
        if index.is_empty() {
            return None;
        }
        let (state, found) = replay(scene, index, counter, &|id| states.get(&id).cloned());
        if states.len() > KEPT_STATES {
            states.clear();
        }
        states.extend(found);
        let outcome = activate(scene, index, &state, counter);
        let fired = crate::prompting::fired_lore::fired(index, &outcome);
        Some((outcome, fired))
    }

    /// Makes the books of a conversation ready on a thread of its own: a large one takes most of a second, and the turn that needs it
    /// should find it done. A turn that comes sooner waits for it.
    pub(crate) fn prepare(
        &self,
        people: (Character, Persona),
        character: CharacterId,
        conversation: ConversationId,
        rules: Settings,
    ) {
        let shelf = self.clone();
        let started = std::thread::Builder::new().name("books".to_owned()).spawn(move || {
            let people = (&people.0, &people.1);
            let mut made = lock(&shelf.made);
            shelf.made_ready(&mut made, people, &character, Some(conversation), rules);
        });
        if let Err(error) = started {
            tracing::warn!(%error, "the lorebooks are made ready when they are needed");
        }
    }

    /// What is made ready, made anew where anything that it comes from has changed.
    fn made_ready<'a>(
        &self,
        made: &'a mut Option<Made>,
        people: (&Character, &Persona),
        character: &CharacterId,
        conversation: Option<ConversationId>,
        rules: Settings,
    ) -> Option<&'a mut Made> {
        let key = self.key(people, character, conversation, rules);
        if made.as_ref().is_none_or(|made| made.key != key) {
            let index = self.index(people, character, &key);
            *made = Some(Made { key, index, states: HashMap::new() });
        }
        made.as_mut()
    }

    /// The books of a conversation, made ready.
    pub(crate) fn ready(
        &self,
        people: (&Character, &Persona),
        character: &CharacterId,
        conversation: Option<ConversationId>,
        rules: Settings,
    ) -> Index {
        let key = self.key(people, character, conversation, rules);
        let mut index = self.index(people, character, &key);
        index.set_token_budget(rules.token_budget);
        index
    }

    fn key(
        &self,
        (character, persona): (&Character, &Persona),
        id: &CharacterId,
        conversation: Option<ConversationId>,
        rules: Settings,
    ) -> Key {
        Key {
            files: self.files(id, conversation),
            names: (character.short_name().to_owned(), persona.name.clone()),
            // The budget depends on the model, which may come later, and nothing is made ready by it.
            settings: Settings { token_budget: None, ..rules },
        }
    }

    fn index(
        &self,
        (character, persona): (&Character, &Persona),
        id: &CharacterId,
        key: &Key,
    ) -> Index {
        let mut books = Vec::new();
        for (scope, path, ..) in &key.files {
            let read = if *scope == Scope::Character && is_card(path) {
                self.of_card(id)
            } else {
                read(path).map(Some)
            };
            match read {
                Ok(Some((book, warnings))) => {
                    for Warning { field, message } in warnings {
                        tracing::info!(book = %path.display(), field, message, "odd lorebook");
                    }
                    books.push((*scope, book));
                }
                Ok(None) => {}
                Err(problem) => {
                    tracing::warn!(book = %path.display(), %problem, "a lorebook is left out");
                }
            }
        }
        let names = prompt::Names { char: character.short_name(), user: &persona.name };
        let index = Index::new(books, key.settings, &prompt::Macros::new(names, 0));
        for Warning { field, message } in index.warnings() {
            tracing::info!(field, message, "odd lorebook");
        }
        index
    }

    /// The book in a character's card.
    fn of_card(&self, character: &CharacterId) -> Result<Option<(Book, Vec<Warning>)>, Problem> {
        let loaded = cards::load(&self.library, character)?;
        loaded.book.map(|book| Ok(lore::read_value(&book)?)).transpose()
    }

    /// The files that hold books for a conversation.
    fn files(
        &self,
        character: &CharacterId,
        conversation: Option<ConversationId>,
    ) -> Vec<(Scope, PathBuf, Option<SystemTime>, u64)> {
        let mut files = Vec::new();
        let mut add = |scope, path: PathBuf| {
            if let Ok(data) = std::fs::metadata(&path)
                && data.is_file()
            {
                files.push((scope, path, data.modified().ok(), data.len()));
            }
        };
        for path in books_in(&self.root) {
            add(Scope::Global, path);
        }
        if let Ok(folder) = self.library.find(character) {
            let mut card = CARD_FILES.iter().map(|name| folder.path.join(name));
            if let Some(path) = card.find(|path| path.is_file()) {
                add(Scope::Character, path);
            }
            for path in books_in(&folder.path.join("lorebooks")) {
                add(Scope::Character, path);
            }
        }
        for path in books_in(&self.root.join("persona")) {
            add(Scope::Persona, path);
        }
        let chat = conversation.map(|id| self.root.join("chats").join(id.to_string()));
        for path in chat.iter().flat_map(|folder| books_in(folder)) {
            add(Scope::Chat, path);
        }
        files
    }
}

/// The engine's rules, as the person wants them, for a model that reads so many tokens.
pub(crate) fn rules(context_tokens: u32, settings: &store::Settings) -> Settings {
    Settings {
        token_budget: Some(context_tokens / SHARE_OF_CONTEXT),
        scan_depth: settings.lore_scan_depth,
        folding: Folding { kana: settings.lore_fold_kana, ..Folding::default() },
        ..Settings::default()
    }
}

fn is_card(path: &Path) -> bool {
    let beside_card = path.parent().and_then(Path::file_name) == Some("lorebooks".as_ref());
    !beside_card && CARD_FILES.iter().any(|name| path.ends_with(name))
}

/// The books of a folder, by name.
pub(crate) fn books_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            matches!(ending.to_ascii_lowercase().as_str(), "json" | "lorebook")
        })
        .take(MAX_FILES)
        .collect();
    paths.sort();
    paths
}

/// Reads a book from a file of its own, or out of a card of any kind.
pub(crate) fn read(path: &Path) -> Result<(Book, Vec<Warning>), Problem> {
    let bytes = cards::read_bounded(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let (mut book, warnings) = match lore::read(&bytes) {
        Ok(read) => read,
        // A picture or an archive may be a card with a book in it.
        Err(error @ lore::Error::NotJson { .. }) => match card::import(&bytes, &name) {
            Ok(imported) => match imported.book {
                Some(book) => lore::read_value(&book)?,
                None => {
                    return Err(Problem::new(
                        ProblemKind::Invalid,
                        format!("the card `{name}` has no lorebook"),
                        "choose a card with one, or a lorebook",
                    ));
                }
            },
            Err(_) => return Err(error.into()),
        },
        Err(error) => return Err(error.into()),
    };
    if book.name.is_empty() {
        book.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok((book, warnings))
}
