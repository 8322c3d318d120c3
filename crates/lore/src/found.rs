//! Where keys were found: in which message, beside the conversation, in which entry.

use std::collections::{BTreeMap, HashSet};

use domain::TokenCounter;

use crate::because::Place;
use crate::book::{AlsoScan, Window};
use crate::chat::{Chat, Form, Settings};
use crate::index::{Index, Ready};
use crate::keys::KeyId;

/// Nowhere.
const NEVER: u32 = u32::MAX;

/// Where every key of an index was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Whether a key was found anywhere: asked first, for of ten thousand entries' keys nearly none was, and this fits the cache.
    anywhere: Vec<bool>,
    /// The newest message with the key, counted from the end, 0 is the newest.
    nearest: Vec<u32>,
    /// Texts beside the conversation, as bits of [`AlsoScan`].
    beside: Vec<u8>,
    /// The first entry whose content holds it.
    called: Vec<u32>,
    /// For windows that are not counted in messages.
    windows: BTreeMap<Window, HashSet<KeyId>>,
}

/// What of all that an entry may see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    pub window: Window,
    pub also: AlsoScan,
    /// Other entries' contents.
    pub entries: bool,
}

impl Sight {
    /// What an entry may see.
    pub(crate) fn of(index: &Index, ready: &Ready, form: Form) -> Self {
        let entry = index.entry(ready);
        let book = index.book(ready);
        let decorated = match form {
            Form::Chat => ready.decorators.scan_depth.map(Window::Messages),
            Form::Text => ready.decorators.instruct_scan_depth.map(Window::Tokens),
        };
        let depth = book.scan_depth.unwrap_or(index.settings.scan_depth);
        Self {
            window: decorated.or(entry.window).unwrap_or(Window::Messages(depth)),
            also: entry.also_scan,
            entries: recursive(index, ready) && !entry.exclude_recursion,
        }
    }
}

/// Whether the book of an entry lets entries call it.
pub(crate) fn recursive(index: &Index, ready: &Ready) -> bool {
    let Settings { recursive, .. } = index.settings;
    index.book(ready).recursive.unwrap_or(recursive)
}

impl Found {
    /// Searches the conversation as deep as anybody looks.
    pub(crate) fn search(
        index: &Index,
        chat: &Chat<'_>,
        sights: &[Sight],
        counter: &dyn TokenCounter,
    ) -> Self {
        let count = index.keys.count();
        let mut found = Self {
            anywhere: vec![false; count],
            nearest: vec![NEVER; count],
            beside: vec![0; count],
            called: vec![NEVER; count],
            windows: BTreeMap::new(),
        };
        let mut deepest = 0;
        let mut also = 0;
        for sight in sights {
            also |= sight.also.0;
            match sight.window {
                Window::Messages(depth) => deepest = deepest.max(depth),
                window => {
                    found.windows.entry(window).or_default();
                }
            }
        }
        let newest_first = chat.messages.iter().rev().take(deepest as usize);
        for (depth, message) in newest_first.enumerate() {
            index.keys.find(message.text, message.name, |key| {
                found.anywhere[key.at()] = true;
                let nearest = &mut found.nearest[key.at()];
                *nearest = (*nearest).min(depth as u32);
            });
        }
        for (bit, text) in chat.sources.in_order().into_iter().enumerate() {
            if also & (1 << bit) != 0 {
                index.keys.find(text, "", |key| {
                    found.anywhere[key.at()] = true;
                    found.beside[key.at()] |= 1 << bit;
                });
            }
        }
        for (window, keys) in &mut found.windows {
            for text in last(chat, *window, counter) {
                index.keys.find(text, "", |key| {
                    found.anywhere[key.at()] = true;
                    keys.insert(key);
                });
            }
        }
        found
    }

    /// Searches an entry's content; whether a key was found there for the first time.
    pub(crate) fn search_entry(&mut self, index: &Index, entry: usize, content: &str) -> bool {
        let mut new = false;
        index.keys.find(content, "", |key| {
            self.anywhere[key.at()] = true;
            let called = &mut self.called[key.at()];
            if *called == NEVER {
                *called = entry as u32;
                new = true;
            }
        });
        new
    }

    /// Where a key was found, as far as an entry may look. `name` gives the id of an entry.
    pub(crate) fn place(
        &self,
        key: KeyId,
        sight: Sight,
        name: impl Fn(usize) -> String,
    ) -> Option<Place> {
        self.seen(key, sight).then(|| {
            let nearest = self.nearest[key.at()];
            match sight.window {
                Window::Messages(depth) if nearest < depth => Place::Message(nearest + 1),
                Window::Messages(_) => self.elsewhere(key, sight, name),
                window if self.windows.get(&window).is_some_and(|keys| keys.contains(&key)) => {
                    Place::Window
                }
                _ => self.elsewhere(key, sight, name),
            }
        })
    }

    fn elsewhere(&self, key: KeyId, sight: Sight, name: impl Fn(usize) -> String) -> Place {
        if self.beside[key.at()] & sight.also.0 != 0 {
            Place::Beside
        } else {
            Place::Entry(name(self.called[key.at()] as usize))
        }
    }

    /// Whether a key was found anywhere at all.
    pub(crate) fn anywhere(&self, key: KeyId) -> bool {
        self.anywhere[key.at()]
    }

    /// Whether a key was found as far as an entry may look.
    pub(crate) fn seen(&self, key: KeyId, sight: Sight) -> bool {
        if !self.anywhere[key.at()] {
            return false;
        }
        let in_window = match sight.window {
            Window::Messages(depth) => self.nearest[key.at()] < depth,
            window => self.windows.get(&window).is_some_and(|keys| keys.contains(&key)),
        };
        in_window
            || self.beside[key.at()] & sight.also.0 != 0
            || sight.entries && self.called[key.at()] != NEVER
    }
}

/// The last words of a conversation, newest message first.
fn last<'a>(chat: &Chat<'a>, window: Window, counter: &dyn TokenCounter) -> Vec<&'a str> {
    let size = |text: &str| match window {
        Window::Tokens(_) => counter.count(text),
        _ => text.chars().count(),
    };
    let (Window::Tokens(most) | Window::Characters(most) | Window::Messages(most)) = window;
    let mut left = most as usize;
    let mut texts = Vec::new();
    for message in chat.messages.iter().rev() {
        if left == 0 {
            break;
        }
        let whole = size(message.text);
        if whole <= left {
            texts.push(message.text);
            left -= whole;
            continue;
        }
        // The longest end of it that fits; sizes grow with the text, so halving finds it.
        let starts: Vec<usize> = message.text.char_indices().map(|(at, _)| at).collect();
        let place = starts.partition_point(|&at| size(&message.text[at..]) > left);
        if let Some(&at) = starts.get(place) {
            texts.push(&message.text[at..]);
        }
        break;
    }
    texts
}
