//! Which entries of the lorebooks fired in a turn and what called them, for whoever asks why.

use api::LoreFired;
use lore::{Because, Index, Logic, Outcome, Place, Trimmed, Verdict};

/// More entries than this are not told of one by one: a book of thousands of constant ones is no explanation.
const MOST: usize = 200;
/// Longest text that is told of an entry, in characters.
const LONGEST_TEXT: usize = 1_000;
/// Why an entry is left out whose outlet nothing in the prompt names.
const OUTLET: &str = "outlet";
/// What `prompt` breaks control tokens with.
const WORD_JOINER: char = '\u{2060}';
/// Most keys that are told of an entry.
const MOST_KEYS: usize = 24;

/// The entries that fired, in the order of the prompt; those that were left out behind them.
pub(crate) fn fired(index: &Index, outcome: &Outcome) -> Vec<LoreFired> {
    // A trimmed entry has no place in the order.
    let trimmed = outcome.verdicts.iter().filter(|one| one.fired && one.trimmed.is_some());
    outcome.placed().chain(trimmed).take(MOST).map(|verdict| told(index, verdict)).collect()
}

fn told(index: &Index, verdict: &Verdict) -> LoreFired {
    let books: Vec<_> = index.books().collect();
    let (scope, book) = books[verdict.book];
    let entry = &book.entries[verdict.entry];
    let name_of = |id: &str| {
        let called = book.entries.iter().find(|one| one.id == id);
        called.map_or_else(|| id.to_owned(), name)
    };
    let in_outlet = matches!(verdict.position, Some(lore::Position::Outlet(_)));
    let mut told = LoreFired {
        name: name(entry),
        book: book.name.clone(),
        scope: scope.name().to_owned(),
        keys: entry.keys.iter().take(MOST_KEYS).cloned().collect(),
        rule: verdict.because.rule().to_owned(),
        tokens: verdict.tokens as u32,
        text: verdict.text.chars().take(LONGEST_TEXT).collect(),
        ..LoreFired::default()
    };
    match verdict.trimmed {
        Some(Trimmed::BookBudget { .. }) => "book",
        Some(Trimmed::TotalBudget { .. }) => "books",
        Some(Trimmed::FullContext) => "context",
        // Until its text is found in the prompt.
        None if in_outlet => OUTLET,
        None => "",
    }
    .clone_into(&mut told.left_out);
    match &verdict.because {
        Because::Sticky { left } => told.count = *left,
        Because::Key { key, place, secondary } => {
            told.key.clone_from(key);
            let place = match place {
                Place::Message(from_the_end) => {
                    told.count = *from_the_end;
                    "message"
                }
                Place::Entry(id) => {
                    told.caller = name_of(id);
                    "entry"
                }
                Place::Beside => "beside",
                Place::Window => "window",
            };
            place.clone_into(&mut told.place);
            match secondary {
                Some((Logic::AndAny | Logic::AndAll, keys)) => told.with.clone_from(keys),
                Some((Logic::NotAny | Logic::NotAll, keys)) => told.without.clone_from(keys),
                None => {}
            }
        }
        _ => {}
    }
    told
}

/// What a person would call an entry: its name, else what they noted, else its first keys, else its number.
fn name(entry: &lore::Entry) -> String {
    let named = [&entry.name, &entry.comment].into_iter().find(|text| !text.trim().is_empty());
    match named {
        Some(name) => name.clone(),
        None if entry.keys.is_empty() => format!("#{}", entry.id),
        None => entry.keys.iter().take(3).cloned().collect::<Vec<_>>().join(", "),
    }
}

/// Marks what fired and is in none of the texts of a prompt's blocks. `takes_none`: the model is too small for lore. Whatever had a
/// place of its own gave way when the context was full; what was for an outlet stands where nothing asked for it.
pub(crate) fn mark_left_out(fired: &mut [LoreFired], blocks: &[&str], takes_none: bool) {
    // What could be taken for a control token is broken with it in prompts, and says the same.
    let plain = |text: &str| text.replace(WORD_JOINER, "");
    let blocks: Vec<String> = blocks.iter().map(|block| plain(block)).collect();
    for one in fired {
        let outlet = one.left_out == OUTLET;
        if !outlet && !one.left_out.is_empty() {
            continue;
        }
        let text = plain(one.text.trim());
        let there = text.is_empty() || blocks.iter().any(|block| block.contains(&text));
        match (there, takes_none) {
            (true, _) => "",
            (false, true) => "model",
            (false, false) if outlet => OUTLET,
            (false, false) => "context",
        }
        .clone_into(&mut one.left_out);
    }
}
