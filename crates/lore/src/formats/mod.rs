//! Bytes to a [`Book`]: which tool's file it is, and what each of its fields means.

mod agnai;
mod card;
mod novelai;
mod reader;
mod risu;
mod sillytavern;
mod write;

use serde_json::{Map, Value};

use crate::{Book, Entry, Error, Format, Warning};
use reader::Reader;

pub use write::{lorebook_v3, without_decorators};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 32 << 20;
/// Most entries of a book; what comes after them is left out with a warning.
pub const MAX_ENTRIES: usize = 100_000;

/// Reads a lorebook of any known format, also out of the JSON of a character card.
///
/// # Errors
/// Where the bytes are too many, no JSON, or JSON of something else. Odd fields of a lorebook are warnings.
pub fn read(bytes: &[u8]) -> Result<(Book, Vec<Warning>), Error> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge { bytes: bytes.len(), most: MAX_FILE_BYTES });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| Error::NotJson { reason: error.to_string() })?;
    let (book, mut warnings) = read_value(&value)?;
    if matches!(text, std::borrow::Cow::Owned(_)) {
        warnings.insert(
            0,
            Warning::new("", "was not UTF-8 throughout; the damaged letters were replaced"),
        );
    }
    Ok((book, warnings))
}

/// Reads a lorebook of any known format from its JSON, for example a card's `character_book`.
///
/// # Errors
/// [`Error::NotALorebook`].
pub fn read_value(value: &Value) -> Result<(Book, Vec<Warning>), Error> {
    let bare;
    let file = match value {
        Value::Object(file) => file,
        // The entries alone, as small tools write them.
        Value::Array(items) if !items.is_empty() && items.iter().take(8).all(is_entry) => {
            bare = Map::from_iter([("entries".to_owned(), value.clone())]);
            &bare
        }
        _ => {
            return Err(Error::NotALorebook { found: format!("it holds {}", reader::kind(value)) });
        }
    };
    let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or_default();
    let inner = |key: &str| file.get(key).and_then(Value::as_object);
    let mut warnings = Vec::new();
    let book = match (text("spec"), text("type"), text("kind")) {
        ("lorebook_v3", ..) => match inner("data") {
            Some(data) => Book { format: Format::LorebookV3, ..card::book(data, &mut warnings) },
            None => return Err(Error::NotALorebook { found: "its `data` is missing".into() }),
        },
        (spec, ..) if spec.starts_with("chara_card") => return of_card(file),
        (_, "risu", _) => risu::book(file, &mut warnings),
        (_, _, "memory") => agnai::book(file, &mut warnings),
        _ if file.contains_key("lorebookVersion") => novelai::book(file, &mut warnings),
        _ => match file.get("entries") {
            Some(Value::Object(_)) => sillytavern::book(file, &mut warnings),
            Some(Value::Array(entries)) if looks_like(entries, &["key", "keysecondary"]) => {
                sillytavern::book(file, &mut warnings)
            }
            Some(Value::Array(entries)) if looks_like(entries, &["keywords", "entry"]) => {
                agnai::book(file, &mut warnings)
            }
            Some(Value::Array(_)) => card::book(file, &mut warnings),
            _ if file.contains_key("character_book")
                || inner("data").is_some_and(|data| data.contains_key("character_book")) =>
            {
                return of_card(file);
            }
            Some(other) => {
                return Err(Error::NotALorebook {
                    found: format!("its `entries` are {}", reader::kind(other)),
                });
            }
            None => return Err(Error::NotALorebook { found: "it has no `entries`".into() }),
        },
    };
    Ok((book, warnings))
}

/// The book of a character card.
fn of_card(card: &Map<String, Value>) -> Result<(Book, Vec<Warning>), Error> {
    let data = card.get("data").and_then(Value::as_object).unwrap_or(card);
    match data.get("character_book") {
        Some(book @ Value::Object(fields)) if !fields.contains_key("character_book") => {
            read_value(book)
        }
        _ => Err(Error::NotALorebook { found: "it is a character card without a book".into() }),
    }
}

/// Whether a member of a bare list is an entry: something that calls, and something that is said.
fn is_entry(item: &Value) -> bool {
    let has = |names: &[&str], is: fn(&Value) -> bool| {
        names.iter().filter_map(|name| item.get(*name)).any(is)
    };
    has(&["keys", "key", "keywords"], |keys| keys.is_array() || keys.is_string())
        && has(&["content", "entry"], Value::is_string)
}

/// Whether the first entries have one of these fields.
fn looks_like(entries: &[Value], fields: &[&str]) -> bool {
    entries.iter().take(8).any(|entry| {
        !entry.get("keys").is_some_and(Value::is_array)
            && fields.iter().any(|field| entry.get(*field).is_some())
    })
}

/// Reads entries with the rules of one format.
fn entries(
    list: Vec<(Option<&str>, &Value)>,
    warnings: &mut Vec<Warning>,
    read: impl Fn(&mut Reader<'_>) -> Entry,
) -> Vec<Entry> {
    if list.len() > MAX_ENTRIES {
        warnings.push(Warning::new(
            "entries",
            format!("are {}; the first {MAX_ENTRIES} were read", list.len()),
        ));
    }
    let mut found: Vec<Entry> = Vec::with_capacity(list.len().min(MAX_ENTRIES));
    for (number, (name, value)) in list.into_iter().take(MAX_ENTRIES).enumerate() {
        let path = format!("entries[{}]", name.map_or_else(|| number.to_string(), str::to_owned));
        let Value::Object(raw) = value else {
            warnings
                .push(Warning::new(path, format!("was {}, not an object", reader::kind(value))));
            continue;
        };
        let mut reader = Reader { fields: raw, path, warnings };
        let mut entry = read(&mut reader);
        if entry.id.is_empty() {
            name.unwrap_or(&number.to_string()).clone_into(&mut entry.id);
        }
        let field = reader.path.clone();
        let (_, _, unused) = crate::split_decorators(&entry.content);
        warnings.extend(crate::decorators::warnings(&format!("{field}.content"), &unused));
        entry.raw.clone_from(raw);
        found.push(entry);
    }
    found
}

/// What a book says of itself, whatever the format calls it. Its entries are still to come.
fn header(fields: &Map<String, Value>, format: Format, warnings: &mut Vec<Warning>) -> Book {
    let mut reader = Reader { fields, path: String::new(), warnings };
    Book {
        name: reader.text(&["name"]),
        description: reader.text(&["description"]),
        scan_depth: reader.count(&["scan_depth", "scanDepth"]),
        token_budget: reader.count(&["token_budget", "tokenBudget"]),
        recursive: reader.flag(&["recursive_scanning", "recursiveScanning"]),
        entries: Vec::new(),
        format,
        raw: without_entries(fields, "entries"),
    }
}

/// The values of a list or of an object whose names are numbers, in the order of the file.
fn members(value: Option<&Value>) -> Vec<(Option<&str>, &Value)> {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| (None, item)).collect(),
        Some(Value::Object(items)) => {
            items.iter().map(|(name, item)| (Some(name.as_str()), item)).collect()
        }
        _ => Vec::new(),
    }
}

/// What of a book is no entry.
fn without_entries(fields: &Map<String, Value>, key: &str) -> Map<String, Value> {
    fields.iter().filter(|(name, _)| *name != key).map(|(n, v)| (n.clone(), v.clone())).collect()
}
