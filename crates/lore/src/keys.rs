//! All keys of all books, found in one pass over a text: plain ones by Aho-Corasick automata, regular expressions run only where
//! a text that they need occurs.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::fold::{self, Folding};
use crate::js_regex::{Pattern, SPEAKER};
use crate::words;

/// Longest key that is looked for, in bytes.
pub(crate) const MAX_KEY: usize = 4 << 10;

/// A key of an index; two entries with the same key share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyId(u32);

impl KeyId {
    pub(crate) fn at(self) -> usize {
        self.0 as usize
    }
}

/// How a key is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Rule {
    /// Capitals count.
    pub exact: bool,
    /// It must be a word.
    pub whole: bool,
}

/// Collects keys.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    folding: Folding,
    plain: HashMap<(String, Rule), KeyId>,
    /// By how they are written and whether capitals count; `None`: invalid.
    patterns: HashMap<(String, bool), Option<KeyId>>,
    compiled: Vec<(KeyId, Pattern)>,
    count: u32,
}

impl Collector {
    pub(crate) fn new(folding: Folding) -> Self {
        Self { folding, ..Self::default() }
    }

    /// How many there are by now.
    pub(crate) fn count(&self) -> usize {
        self.count as usize
    }

    fn next(&mut self) -> KeyId {
        self.count += 1;
        KeyId(self.count - 1)
    }

    /// A key in letters.
    pub(crate) fn plain(&mut self, key: &str, rule: Rule) -> KeyId {
        let text = if rule.exact { fold::narrow(key) } else { fold::fold(key, self.folding) };
        if let Some(&known) = self.plain.get(&(text.clone(), rule.clone())) {
            return known;
        }
        let id = self.next();
        self.plain.insert((text, rule), id);
        id
    }

    /// A regular expression.
    pub(crate) fn pattern(&mut self, written: &str, exact: bool) -> Result<KeyId, String> {
        let slot = (written.to_owned(), exact);
        if let Some(known) = self.patterns.get(&slot) {
            return known.ok_or_else(|| "is invalid, as above".to_owned());
        }
        match Pattern::new(written, exact) {
            Ok(pattern) => {
                let id = self.next();
                self.compiled.push((id, pattern));
                self.patterns.insert(slot, Some(id));
                Ok(id)
            }
            Err(reason) => {
                self.patterns.insert(slot, None);
                Err(reason)
            }
        }
    }

    /// Builds the automata. `Err`: they would be too large.
    pub(crate) fn build(self) -> Result<Keys, String> {
        let mut folded = Vec::new();
        let mut exact = Vec::new();
        let mut plain: Vec<_> = self.plain.into_iter().collect();
        plain.sort_by_key(|(_, id)| *id);
        for ((text, rule), id) in plain {
            let needle = Needle { id, whole: rule.whole };
            if rule.exact { exact.push((text, needle)) } else { folded.push((text, needle)) }
        }
        // What patterns need is looked for in the text as it stands.
        let mut raw = Vec::new();
        let mut everywhere = Vec::new();
        let mut of_speakers = Vec::new();
        for (place, (_, pattern)) in self.compiled.iter().enumerate() {
            if pattern.asks_who() {
                of_speakers.push(place);
                continue;
            }
            match pattern.needles() {
                Some(needles) => raw.extend(needles.into_iter().map(|text| (text, place))),
                None => everywhere.push(place),
            }
        }
        Ok(Keys {
            folding: self.folding,
            count: self.count as usize,
            folded: Automaton::new(folded)?,
            exact: Automaton::new(exact)?,
            raw: Automaton::new(raw)?,
            patterns: self.compiled,
            everywhere,
            of_speakers,
        })
    }
}

/// What stands behind a text of an automaton.
#[derive(Debug, Clone, Copy)]
struct Needle {
    id: KeyId,
    whole: bool,
}

/// Texts that are looked for together.
#[derive(Debug)]
struct Automaton<T> {
    machine: Option<AhoCorasick>,
    values: Vec<T>,
}

impl<T: Copy> Automaton<T> {
    fn new(needles: Vec<(String, T)>) -> Result<Self, String> {
        let (texts, values): (Vec<String>, Vec<T>) = needles.into_iter().unzip();
        let machine = (!texts.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::Standard)
                    .kind(Some(AhoCorasickKind::ContiguousNFA))
                    .build(&texts)
            })
            .transpose()
            .map_err(|error| format!("the keys are too many: {error}"))?;
        Ok(Self { machine, values })
    }

    fn each(&self, text: &str, mut found: impl FnMut(T, usize, usize)) {
        let Some(machine) = &self.machine else { return };
        for hit in machine.find_overlapping_iter(text) {
            found(self.values[hit.pattern().as_usize()], hit.start(), hit.end());
        }
    }
}

/// All keys, ready to be found.
#[derive(Debug)]
pub(crate) struct Keys {
    folding: Folding,
    count: usize,
    folded: Automaton<Needle>,
    exact: Automaton<Needle>,
    raw: Automaton<usize>,
    patterns: Vec<(KeyId, Pattern)>,
    /// Patterns that may occur in any text.
    everywhere: Vec<usize>,
    /// Patterns that ask who said it.
    of_speakers: Vec<usize>,
}

impl Keys {
    /// Keys that are never found.
    pub(crate) fn none(count: usize) -> Self {
        Self {
            folding: Folding::default(),
            count,
            folded: Automaton { machine: None, values: Vec::new() },
            exact: Automaton { machine: None, values: Vec::new() },
            raw: Automaton { machine: None, values: Vec::new() },
            patterns: Vec::new(),
            everywhere: Vec::new(),
            of_speakers: Vec::new(),
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Calls `found` for every key that occurs in a text that somebody (`name`, may be empty) said, for some of them more than once.
    pub(crate) fn find(&self, text: &str, name: &str, mut found: impl FnMut(KeyId)) {
        if text.is_empty() {
            return;
        }
        let plain = |automaton: &Automaton<Needle>, text: &str, found: &mut dyn FnMut(KeyId)| {
            automaton.each(text, |Needle { id, whole }, start, end| {
                if !whole || words::is_word(text, start, end) {
                    found(id);
                }
            });
        };
        if self.folded.machine.is_some() {
            plain(&self.folded, &fold::fold(text, self.folding), &mut found);
        }
        if self.exact.machine.is_some() {
            plain(&self.exact, &fold::narrow(text), &mut found);
        }
        if self.patterns.is_empty() {
            return;
        }
        let mut worth = self.everywhere.clone();
        self.raw.each(text, |place, _, _| worth.push(place));
        worth.sort_unstable();
        worth.dedup();
        for place in worth {
            let (id, pattern) = &self.patterns[place];
            if pattern.occurs(text) {
                found(*id);
            }
        }
        if self.of_speakers.is_empty() {
            return;
        }
        let colon = if name.is_empty() { "" } else { ": " };
        let said = format!("{SPEAKER}{name}{colon}{text}");
        for (id, pattern) in self.of_speakers.iter().map(|&place| &self.patterns[place]) {
            if pattern.occurs(&said) {
                found(*id);
            }
        }
    }
}
