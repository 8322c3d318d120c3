//! Books made ready to be matched: decorators read, keys collected, automata built. Made once a conversation, used every turn.

use std::collections::HashSet;

use crate::book::KeySyntax;
use crate::chat::{Expand, Form, Settings};
use crate::decorators::{self, Decorators};
use crate::found::{Sight, recursive};
use crate::keys::{Collector, KeyId, Keys, MAX_KEY, Rule};
use crate::{Book, Entry, Filter, Warning};

/// Whose a book is. In the order in which equal entries stand in the prompt: what is nearer to the conversation comes later, and
/// is the last to go when a budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// For every conversation.
    Global,
    /// The character's.
    Character,
    /// The person's.
    Persona,
    /// Of this conversation alone.
    Chat,
}

impl Scope {
    /// Its name for machines: `global`, `character`, `persona`, `chat`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Character => "character",
            Self::Persona => "persona",
            Self::Chat => "chat",
        }
    }
}

/// An entry, ready to be matched.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Place of its book.
    pub book: usize,
    /// Place in its book.
    pub entry: usize,
    pub decorators: Decorators,
    /// The content without decorators, macros as they are written.
    pub body: String,
    /// Under which its memory is kept.
    pub memory: String,
    /// Its keys; `None` in place of one that cannot be found.
    pub keys: Vec<Option<KeyId>>,
    pub secondary: Vec<Option<KeyId>>,
    pub additional: Vec<Vec<Option<KeyId>>>,
    pub exclude: Vec<Option<KeyId>>,
    pub exclude_all: Vec<Option<KeyId>>,
    /// What is remembered of it matters to somebody.
    pub remembers: bool,
}

/// Books, ready to be matched.
#[derive(Debug)]
pub struct Index {
    pub(crate) books: Vec<(Scope, Book)>,
    pub(crate) entries: Vec<Ready>,
    pub(crate) keys: Keys,
    pub(crate) settings: Settings,
    warnings: Vec<Warning>,
    /// Some entry's fate depends on earlier turns.
    pub(crate) remembers: bool,
    /// What each entry may see in a chat, and in a text.
    pub(crate) sights: [Vec<Sight>; 2],
    /// Levels of recursion that entries wait for.
    pub(crate) levels: Vec<u32>,
    /// The keys of entries of which nothing but their keys decides, one after the other: whether any of them was found is asked of
    /// all entries in every turn, and nearly always the answer is no.
    plain_keys: Vec<KeyId>,
    /// Where each entry's are; `None`: more than its keys decides.
    plain: Vec<Option<(u32, u32)>>,
}

impl Index {
    /// Makes books ready. `expand` resolves the macros of keys.
    pub fn new(mut books: Vec<(Scope, Book)>, settings: Settings, expand: &dyn Expand) -> Self {
        books.sort_by_key(|(scope, _)| *scope);
        let mut warnings = Vec::new();
        let mut collector = Collector::new(settings.folding);
        let mut entries = Vec::new();
        let mut memories = HashSet::new();
        for (book_at, (scope, book)) in books.iter().enumerate() {
            for (entry_at, entry) in book.entries.iter().enumerate() {
                let mut maker = Maker {
                    collector: &mut collector,
                    settings: &settings,
                    expand,
                    entry,
                    field: format!("{}entries[{entry_at}]", of_book(&books, book_at)),
                    warnings: &mut warnings,
                };
                let mut ready = maker.ready(book_at, entry_at);
                ready.memory = format!("{}/{}/{}", scope.name(), book.name, entry.id);
                // Two entries of one id have memories of their own.
                while !memories.insert(ready.memory.clone()) {
                    ready.memory.push('\'');
                }
                entries.push(ready);
            }
        }
        let count = collector.count();
        let keys = collector.build().unwrap_or_else(|reason| {
            warnings.push(Warning::new("entries", format!("cannot be matched: {reason}")));
            Keys::none(count)
        });
        let remembers = entries.iter().any(|entry| entry.remembers);
        let mut index = Self {
            books,
            entries,
            keys,
            settings,
            warnings,
            remembers,
            sights: [Vec::new(), Vec::new()],
            levels: Vec::new(),
            plain_keys: Vec::new(),
            plain: Vec::new(),
        };
        index.sights = [Form::Chat, Form::Text]
            .map(|form| index.entries.iter().map(|ready| Sight::of(&index, ready, form)).collect());
        index.levels = index.delay_levels();
        index.find_plain();
        index
    }

    /// The levels that entries wait for, without repetition.
    fn delay_levels(&self) -> Vec<u32> {
        let mut levels: Vec<u32> = self
            .entries
            .iter()
            .filter(|ready| recursive(self, ready))
            .map(|ready| self.entry(ready).delay_until_recursion)
            .filter(|&level| level > 0)
            .collect();
        levels.sort_unstable();
        levels.dedup();
        levels
    }

    fn find_plain(&mut self) {
        let none = Decorators::default();
        for at in 0..self.entries.len() {
            let (ready, entry) = (&self.entries[at], self.entry(&self.entries[at]));
            let keys: Vec<KeyId> = ready.keys.iter().copied().flatten().collect();
            let plain = entry.enabled
                && !entry.constant
                && !ready.remembers
                && ready.decorators == none
                && entry.filter == Filter::default()
                && (entry.delay, entry.delay_until_recursion) == (0, 0)
                && !keys.is_empty();
            let start = self.plain_keys.len() as u32;
            self.plain.push(plain.then_some((start, keys.len() as u32)));
            if plain {
                self.plain_keys.extend(keys);
            }
        }
    }

    /// Whether only its keys decide over an entry, and `found` says of none of them that it was found.
    pub(crate) fn is_out(&self, entry: usize, found: impl Fn(KeyId) -> bool) -> bool {
        self.plain[entry].is_some_and(|(start, count)| {
            !self.plain_keys[start as usize..][..count as usize].iter().any(|&key| found(key))
        })
    }

    /// Changes how many tokens all books may take together, which depends on the model and on nothing that was made ready.
    pub fn set_token_budget(&mut self, tokens: Option<u32>) {
        self.settings.token_budget = tokens;
    }

    /// What in the books cannot work: invalid regular expressions, keys without an effect.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The books in their order.
    pub fn books(&self) -> impl Iterator<Item = (Scope, &Book)> {
        self.books.iter().map(|(scope, book)| (*scope, book))
    }

    /// Whether what happened in earlier turns matters: only then the state must be kept.
    pub fn remembers(&self) -> bool {
        self.remembers
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn entry(&self, ready: &Ready) -> &Entry {
        &self.books[ready.book].1.entries[ready.entry]
    }

    pub(crate) fn book(&self, ready: &Ready) -> &Book {
        &self.books[ready.book].1
    }
}

fn of_book(books: &[(Scope, Book)], place: usize) -> String {
    if books.len() == 1 {
        return String::new();
    }
    match books[place].1.name.as_str() {
        "" => format!("{}.", books[place].0.name()),
        name => format!("{}.", name.chars().take(40).collect::<String>()),
    }
}

/// Makes one entry ready.
struct Maker<'a> {
    collector: &'a mut Collector,
    settings: &'a Settings,
    expand: &'a dyn Expand,
    entry: &'a Entry,
    field: String,
    warnings: &'a mut Vec<Warning>,
}

impl Maker<'_> {
    fn ready(&mut self, book: usize, place: usize) -> Ready {
        let entry = self.entry;
        let (decorators, body, _) = decorators::split(&entry.content);
        let uses_secondary = entry.selective && entry.syntax != KeySyntax::Regex;
        let remembers = entry.sticky > 0
            || entry.cooldown > 0
            || decorators.keep_activate_after_match
            || decorators.dont_activate_after_match;
        Ready {
            book,
            entry: place,
            body: body.to_owned(),
            memory: String::new(),
            keys: if entry.enabled { self.keys("keys", &entry.keys) } else { Vec::new() },
            secondary: if uses_secondary {
                self.keys("secondary_keys", &entry.secondary_keys)
            } else {
                Vec::new()
            },
            additional: decorators
                .additional_keys
                .iter()
                .map(|list| self.keys("content.@@additional_keys", list))
                .collect(),
            // The specification ignores it there, for what a pattern is cannot be excluded by letters.
            exclude: if entry.syntax == KeySyntax::Regex {
                Vec::new()
            } else {
                self.keys("content.@@exclude_keys", &decorators.exclude_keys)
            },
            exclude_all: if entry.syntax == KeySyntax::Regex {
                Vec::new()
            } else {
                self.keys("content.@@exclude_keys_all", &decorators.exclude_keys_all)
            },
            decorators,
            remembers,
        }
    }

    fn keys(&mut self, name: &str, keys: &[String]) -> Vec<Option<KeyId>> {
        keys.iter().map(|key| self.key(name, key)).collect()
    }

    fn key(&mut self, name: &str, written: &str) -> Option<KeyId> {
        let exact = self.entry.case_sensitive.unwrap_or(self.settings.case_sensitive);
        let pattern = match self.entry.syntax {
            KeySyntax::Plain => false,
            KeySyntax::Regex => true,
            // As SillyTavern: `/start, /stop` ends in no flags and is text.
            KeySyntax::Slashed => crate::js_regex::slashed(written)
                .is_some_and(|(_, flags)| flags.chars().all(|flag| "dgimsuvy".contains(flag))),
        };
        let expanded;
        let key = if written.contains(['{', '<']) && !pattern {
            expanded = self.expand.key(written);
            expanded.trim()
        } else {
            written.trim()
        };
        if key.is_empty() {
            if !written.is_empty() {
                self.warn(name, written, "is empty and calls nothing");
            }
            return None;
        }
        if pattern {
            return match self.collector.pattern(key, exact) {
                Ok(id) => Some(id),
                Err(reason) => {
                    self.warn(name, written, &format!("{reason}; it matches nothing"));
                    None
                }
            };
        }
        if key.len() > MAX_KEY {
            self.warn(name, written, "is too long to be looked for; it matches nothing");
            return None;
        }
        let whole = self.entry.whole_words.unwrap_or(self.settings.whole_words);
        Some(self.collector.plain(key, Rule { exact, whole }))
    }

    fn warn(&mut self, name: &str, key: &str, message: &str) {
        let key: String = key.chars().take(60).collect();
        self.warnings
            .push(Warning::new(format!("{}.{name}", self.field), format!("`{key}` {message}")));
    }
}
