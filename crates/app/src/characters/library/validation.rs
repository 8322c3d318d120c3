//! What a person should look at before saving a card. Nothing here is an opinion on style: each is something that will not work.

use std::collections::HashSet;

use api::editor::{BookDocument, CardDocument, CardIssue, EntryDocument};
use appraisal::guard::{LONGEST_PHRASE, MOST_PHRASES};

/// Longest text of one field that is saved, in bytes: far beyond any model's context.
const MAX_TEXT: usize = 4 << 20;

/// Looks a document over.
pub(crate) fn issues(document: &CardDocument) -> Vec<CardIssue> {
    let mut issues = Vec::new();
    let mut note = |field: &str, code: &str, detail: &str, blocks: bool| {
        issues.push(CardIssue {
            field: field.to_owned(),
            code: code.to_owned(),
            detail: detail.to_owned(),
            blocks,
        });
    };
    if document.name.trim().is_empty() {
        note("name", "name_empty", "", true);
    }
    if document.greetings.iter().all(|text| text.trim().is_empty()) {
        note("greetings", "no_greeting", "", false);
    }
    for (field, text) in long_texts(document) {
        if text.len() > MAX_TEXT {
            note(field, "too_long", &(MAX_TEXT >> 20).to_string(), true);
        }
    }
    let mut tags = HashSet::new();
    for tag in &document.tags {
        if !tags.insert(store::fold(tag.trim())) {
            note("tags", "tag_twice", tag.trim(), false);
        }
    }
    // What the guard would leave out in silence.
    for (field, list) in [("neverSays", &document.never_says), ("outside", &document.outside)] {
        if list.len() > MOST_PHRASES {
            note(field, "phrases_many", &MOST_PHRASES.to_string(), false);
        }
        for phrase in list.iter().filter(|phrase| phrase.chars().count() > LONGEST_PHRASE) {
            let begins: String = phrase.chars().take(20).collect();
            note(field, "phrase_long", &begins, false);
        }
    }
    let mut languages = HashSet::new();
    for (at, language) in document.notes.iter().enumerate() {
        let code = language.language.trim();
        let plain = code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase());
        if !plain || !languages.insert(code) {
            note(&format!("notes.{at}"), "bad_language", code, !code.is_empty() && !plain);
        }
    }
    let icons = document.assets.iter().filter(|asset| asset.kind == "icon" && asset.name == "main");
    if icons.count() > 1 {
        note("assets", "main_icon", "", false);
    }
    for (at, asset) in document.assets.iter().enumerate() {
        if asset.uri.starts_with("http://") || asset.uri.starts_with("https://") {
            note(&format!("assets.{at}"), "asset_remote", &asset.uri, false);
        } else if asset.uri.is_empty() && asset.file.is_empty() {
            note(&format!("assets.{at}"), "asset_empty", &asset.name, false);
        }
    }
    if let Some(book) = &document.book {
        lore(book, &mut note);
    }
    issues
}

fn long_texts(document: &CardDocument) -> [(&'static str, &String); 8] {
    [
        ("description", &document.description),
        ("personality", &document.personality),
        ("scenario", &document.scenario),
        ("exampleDialogue", &document.example_dialogue),
        ("systemPrompt", &document.system_prompt),
        ("postHistoryInstructions", &document.post_history_instructions),
        ("creatorNotes", &document.creator_notes),
        ("name", &document.name),
    ]
}

fn lore(book: &BookDocument, note: &mut dyn FnMut(&str, &str, &str, bool)) {
    for (at, entry) in book.entries.iter().enumerate() {
        let field = |name: &str| format!("book.entries.{at}.{name}");
        let activated = entry.content.trim_start().starts_with("@@activate");
        if entry.enabled && !entry.constant && entry.keys.is_empty() && !activated {
            note(&field("keys"), "key_missing", label(entry), false);
        }
        if entry.enabled && entry.content.trim().is_empty() {
            note(&field("content"), "never_fires", label(entry), false);
        }
        if entry.selective && entry.secondary_keys.is_empty() {
            note(&field("secondaryKeys"), "secondary_missing", label(entry), false);
        }
        let patterns = entry.keys.iter().chain(&entry.secondary_keys);
        for pattern in patterns.filter(|key| entry.use_regex || is_slashed(key)) {
            if let Err(why) = compile(pattern) {
                note(&field("keys"), "bad_regex", &format!("{pattern}: {why}"), false);
            }
        }
    }
}

fn label(entry: &EntryDocument) -> &str {
    [&entry.name, &entry.comment]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("", String::as_str)
}

/// `/…/flags`.
fn is_slashed(key: &str) -> bool {
    key.len() > 2 && key.starts_with('/') && key[1..].contains('/')
}

/// Tries a key as a regular expression, with or without slashes and flags round it; answers why not.
fn compile(key: &str) -> Result<(), String> {
    let pattern = match key.strip_prefix('/').and_then(|inner| inner.rsplit_once('/')) {
        Some((inner, flags)) if flags.chars().all(|flag| flag.is_ascii_lowercase()) => inner,
        _ => key,
    };
    let mut builder = regex::RegexBuilder::new(pattern);
    builder.size_limit(1 << 20);
    builder.build().map(drop).map_err(|error| {
        // The last line says what is wrong; those before draw the pattern.
        error
            .to_string()
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned()
    })
}
