//! The library as it is listed: the index behind it, favourites, removing with a way back, copies.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use api::library::{
    LibraryCard, LibraryOrder, LibraryPage, LibraryQuery, RemovedCharacter, TagEntry,
};
use api::{AppEvent, CharacterSummary};
use domain::{CharacterId, Millis, Problem, ProblemKind};
use store::{Card, Library, LibraryIndex, Marks, Order, Personas, Query};

use super::reading::{self, CARD_FILES};
use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};
use crate::characters::cards;

/// Most cards of one answer.
const MAX_PAGE: u32 = 500;
/// Most tags of one answer.
const MAX_TAGS: usize = 200;
/// Characters that every page is told of, whether it looks at the library or not.
const AT_HAND: usize = 60;

/// What the library is made of.
pub(crate) struct Shelf {
    pub(crate) library: Library,
    pub(crate) index: LibraryIndex,
    /// `None` where the file cannot be read; it is not written then.
    pub(crate) marks: Mutex<Option<Marks>>,
    /// Likewise.
    pub(crate) personas: Mutex<Option<Personas>>,
    indexing: AtomicBool,
}

impl Shelf {
    /// Opens the library. What a person should know of a file that cannot be read is told through `hub`.
    pub(crate) fn open(paths: &Paths, library: Library, hub: &Hub) -> Result<Self, Problem> {
        let index = LibraryIndex::open(&paths.dirs.library_index(), CARD_FILES)?;
        let tell = |error: store::Error| {
            hub.send(AppEvent::Notice { problem: Problem::from(error).into() });
        };
        Ok(Self {
            library,
            index,
            marks: Mutex::new(Marks::open(&paths.dirs.marks()).map_err(tell).ok()),
            personas: Mutex::new(Personas::open(&paths.dirs.personas()).map_err(tell).ok()),
            indexing: AtomicBool::new(false),
        })
    }

    /// Sees to it that the index knows these, whatever it knows of the others.
    pub(crate) fn know(&self, ids: impl Iterator<Item = CharacterId>) {
        for id in ids {
            if self.index.get(&id.0).is_none() {
                self.refresh(&id);
            }
        }
    }

    /// Brings one character up to date. A failure is logged: the index is a cache, and the next start mends it.
    pub(crate) fn refresh(&self, id: &CharacterId) {
        let read = |folder: &_| reading::reading(&self.library, folder);
        if let Err(error) = self.index.refresh(&self.library, id, &read) {
            tracing::warn!(%error, "the library's index could not be written");
        }
    }

    /// Reads what is new. Takes long where much is; `more` is called whenever there is more to see, and answers false to stop.
    pub(crate) fn sync(&self, more: &mut dyn FnMut() -> bool) -> Result<store::Synced, Problem> {
        let read = |folder: &_| reading::reading(&self.library, folder);
        self.indexing.store(true, Ordering::Relaxed);
        let synced = self.index.sync(&self.library, &read, more);
        self.indexing.store(false, Ordering::Relaxed);
        Ok(synced?)
    }

    pub(crate) fn is_indexing(&self) -> bool {
        self.indexing.load(Ordering::Relaxed)
    }

    /// Searches, and gives the part asked for.
    pub(crate) fn page(
        &self,
        query: &LibraryQuery,
        talked: &HashMap<String, Millis>,
    ) -> LibraryPage {
        let marks = lock(&self.marks).clone().unwrap_or_default();
        let asked = Query {
            text: query.text.clone(),
            tags: query.tags.clone(),
            favourites: query.favourites,
            order: match query.order {
                LibraryOrder::Name => Order::Name,
                LibraryOrder::Talked => Order::Talked,
                LibraryOrder::Added => Order::Added,
            },
        };
        let found = self.index.search(&asked, &marks, talked);
        let offset = query.offset as usize;
        let limit = query.limit.min(MAX_PAGE) as usize;
        let cards = found.cards.iter().skip(offset).take(limit);
        LibraryPage {
            all: self.index.len() as u32,
            total: found.cards.len() as u32,
            offset: query.offset,
            cards: cards.map(|card| view(card, &marks, talked)).collect(),
            tags: found
                .tags
                .into_iter()
                .take(MAX_TAGS)
                .map(|tag| TagEntry { tag: tag.tag, cards: tag.cards })
                .collect(),
            indexing: self.is_indexing(),
        }
    }
}

fn view(card: &Card, marks: &Marks, talked: &HashMap<String, Millis>) -> LibraryCard {
    LibraryCard {
        id: card.id.clone(),
        name: card.name.clone(),
        creator: card.creator.clone(),
        tagline: card.tagline.clone(),
        tags: card.tags.clone(),
        greetings: card.greetings,
        lore_entries: card.lore_entries,
        puppet: card.puppet,
        built_in: card.built_in,
        favourite: marks.is_favourite(&card.id),
        remote: marks.may_load_remote(&card.id),
        added_at: card.added_at as f64,
        talked_at: talked.get(&card.id).map(|at| *at as f64),
    }
}

impl App {
    /// Searches the library.
    pub fn library(&self, query: &LibraryQuery) -> Answer<LibraryPage> {
        let talked = self.log.last_talked().map_err(Problem::from)?;
        Ok(self.shelf.page(query, &talked))
    }

    /// The characters that a page should know without asking: who is on stage, who came with the app, who was talked to last.
    pub(crate) fn at_hand(&self) -> Vec<CharacterSummary> {
        let on_stage = lock(&self.stage).id.0.clone();
        let talked = self.log.last_talked().unwrap_or_default();
        let query = Query { order: Order::Talked, ..Query::default() };
        let found = self.shelf.index.search(&query, &Marks::default(), &talked);
        let (shipped, own): (Vec<_>, Vec<_>) =
            found.cards.into_iter().partition(|card| card.built_in);
        let mut chosen: Vec<_> = shipped.into_iter().chain(own).collect();
        if let Some(place) = chosen.iter().position(|card| card.id == on_stage)
            && place >= AT_HAND
        {
            chosen.swap(AT_HAND - 1, place);
        }
        chosen.truncate(AT_HAND);
        let mut all: Vec<_> = chosen.iter().map(|card| summary(card)).collect();
        let stage = lock(&self.stage);
        if all.iter().all(|one| one.id != stage.id.0) {
            all.push(stranger(&stage.id, &stage.character));
        }
        // Whoever is there is drawn, however long ago they were talked to.
        for guest in self.guests_of(stage.conversation) {
            if let Some(card) = self
                .shelf
                .index
                .get(&guest.0)
                .filter(|card| all.iter().all(|one| one.id != card.id))
            {
                all.push(summary(&card));
            }
        }
        all
    }

    /// Tells the page that the library is not what it was.
    pub(crate) fn tell_characters(&self) {
        self.hub.send(AppEvent::CharactersChanged { characters: self.at_hand() });
        self.hub.send(AppEvent::LibraryChanged {
            all: self.shelf.index.len() as u32,
            indexing: self.shelf.is_indexing(),
        });
    }

    /// Reads new and changed cards on a thread of its own.
    pub(crate) fn index_library(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        let shelf = Arc::clone(&self.shelf);
        let started = std::thread::Builder::new().name("library".to_owned()).spawn(move || {
            let mut more = || {
                app.upgrade().is_some_and(|app| {
                    app.tell_characters();
                    true
                })
            };
            match shelf.sync(&mut more) {
                Ok(synced) if synced != store::Synced::default() => {
                    tracing::info!(?synced, "the library is read");
                    more();
                }
                Ok(_) => {}
                Err(problem) => tracing::warn!(%problem, "the library could not be read"),
            }
        });
        if let Err(error) = started {
            tracing::error!(%error, "the library is not read");
        }
    }

    /// Marks a character as a favourite, or not.
    pub fn set_favourite(&self, id: &str, on: bool) -> Answer<()> {
        match &mut *lock(&self.shelf.marks) {
            Some(marks) => Ok(marks.set_favourite(id, on).map_err(Problem::from)?),
            None => Err(unreadable_choices().into()),
        }
    }

    /// Removes one of the person's characters; it can come back. Conversations stay. Who is on stage leaves it first.
    pub fn remove_character(&self, id: &str) -> Answer<RemovedCharacter> {
        let name = self.shelf.index.get(id).map_or_else(|| id.to_owned(), |card| card.name.clone());
        let character = CharacterId(id.to_owned());
        if self.shelf.library.find(&character).map_err(Problem::from)?.built_in {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("`{name}` comes with the app"),
                "it cannot be removed; a copy of it can",
            )
            .into());
        }
        if lock(&self.stage).id == character {
            let others = self.shelf.library.list();
            let next = others.iter().find(|folder| folder.id != character);
            let next = next.ok_or_else(|| {
                Problem::new(
                    ProblemKind::Invalid,
                    "this is the only character there is",
                    "import another one first",
                )
            })?;
            self.select_character(&next.id.0)?;
        }
        let key = self.shelf.library.remove(&character).map_err(Problem::from)?;
        self.shelf.refresh(&character);
        self.tell_characters();
        let removed_at = jiff::Timestamp::now().as_millisecond() as f64;
        Ok(RemovedCharacter { key, name, removed_at })
    }

    /// Brings a removed character back; answers with its id.
    pub fn restore_character(&self, key: &str) -> Answer<String> {
        let id = self.shelf.library.restore(key).map_err(Problem::from)?;
        self.shelf.refresh(&id);
        self.tell_characters();
        Ok(id.0)
    }

    /// What lies in the trash, the newest first.
    pub fn trash(&self) -> Answer<Vec<RemovedCharacter>> {
        let library = &self.shelf.library;
        let removed = library.trash().into_iter();
        Ok(removed
            .map(|one| RemovedCharacter {
                name: name_of_removed(library, &one.key).unwrap_or(one.id.0),
                key: one.key,
                removed_at: one.at as f64,
            })
            .collect())
    }

    /// Deletes one character that lies in the trash for good.
    pub fn delete_removed(&self, key: &str) -> Answer<()> {
        Ok(self.shelf.library.delete_removed(key).map_err(Problem::from)?)
    }

    /// Deletes what lies in the trash for good.
    pub fn empty_trash(&self) -> Answer<u32> {
        Ok(self.shelf.library.empty_trash().map_err(Problem::from)? as u32)
    }

    /// Copies a character with all its files, under another name; answers with the copy's id.
    pub fn duplicate_character(&self, id: &str, name: &str) -> Answer<String> {
        let copy = self.shelf.library.duplicate(&CharacterId(id.to_owned()));
        let copy = copy.map_err(Problem::from)?;
        let renamed = self.rename_card(&copy, name);
        self.shelf.refresh(&copy);
        self.tell_characters();
        renamed?;
        Ok(copy.0)
    }
}

/// The name in the card of a character in the trash.
fn name_of_removed(library: &Library, key: &str) -> Option<String> {
    let mut cards = CARD_FILES.iter().filter_map(|file| {
        let bytes = library.read_removed(key, file).ok().flatten()?;
        Some(card::import(&bytes, file).ok()?.character.name)
    });
    cards.next()
}

/// The card in the short form that every page knows.
fn summary(card: &Card) -> CharacterSummary {
    CharacterSummary {
        id: card.id.clone(),
        name: card.name.clone(),
        tagline: card.tagline.clone(),
        tags: card.tags.clone(),
        puppet: card.puppet,
        built_in: card.built_in,
    }
}

pub(crate) fn unreadable_choices() -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        "the file of your choices could not be read when the app started",
        "mend or move away the file that the notice named, and start the app again",
    )
}

/// Somebody on stage whom the index does not know: a card that was named on the command line.
fn stranger(id: &CharacterId, character: &domain::Character) -> CharacterSummary {
    CharacterSummary {
        id: id.0.clone(),
        name: character.name.clone(),
        tagline: cards::tagline(&super::plain::plain(&character.description)),
        tags: character.tags.clone(),
        puppet: false,
        built_in: false,
    }
}
