//! A file to an [`Imported`] card.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::coerce::Coercion;
use crate::container::{jpeg, webp};
use crate::detect::{self, Outside};
use crate::dialect::{self, Kind};
use crate::imported::Original;
use crate::{
    Container, Dialect, Error, Imported, MAX_FILE_BYTES, MAX_JSON_BYTES, Warning, archive, details,
    export, json, picture, read, text, yaml,
};

/// Reads a card. `file` is the file's name: for messages, and for a card that has no name of its own.
///
/// # Errors
/// [`Error::NotACard`] and [`Error::NotYet`] say what the file is instead; [`Error::Damaged`], [`Error::TooLarge`].
pub fn import(bytes: &[u8], file: &str) -> Result<Imported, Error> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge {
            file: file.to_owned(),
            bytes: bytes.len(),
            most: MAX_FILE_BYTES,
        });
    }
    match detect::outside(bytes) {
        Outside::Text => from_text(bytes.to_vec(), file),
        Outside::Png => picture::from_png(bytes, file),
        Outside::Webp => {
            let (found, complete) = webp::cards(bytes);
            picture::from_metadata(bytes, found, complete, Container::Webp, file)
        }
        // An archive behind the picture, else the picture's own metadata.
        Outside::Jpeg => match archive::import(bytes, file) {
            Some(Ok(card)) => Ok(card),
            archive => {
                let found = jpeg::cards(bytes);
                picture::from_metadata(bytes, found, true, Container::Jpeg, file)
                    .or_else(|error| archive.unwrap_or(Err(error)))
            }
        },
        Outside::Zip => archive::import(bytes, file)
            .unwrap_or_else(|| Err(damaged(file, "the archive is cut off"))),
        Outside::NotYet(what) => Err(Error::NotYet { file: file.to_owned(), what }),
        // A self-extracting archive begins like a program.
        Outside::Other(what) => match archive::import(bytes, file) {
            Some(Ok(card)) => Ok(card),
            _ => Err(not_a_card(file, what)),
        },
    }
}

pub(crate) fn damaged(file: &str, detail: &str) -> Error {
    Error::Damaged { file: file.to_owned(), detail: detail.to_owned() }
}

fn not_a_card(file: &str, what: &'static str) -> Error {
    Error::NotACard {
        file: file.to_owned(),
        what,
        remedy: "choose a character card: JSON, YAML, CHARX, or a picture with a card inside",
    }
}

/// A tree of values, and what it was written in.
struct Tree {
    value: Value,
    container: Container,
    /// The text is correct JSON of that tree.
    exact: bool,
    /// Known already, from marks in the text.
    dialect: Option<Dialect>,
}

/// The text of a card: JSON, YAML, or plain with marks.
pub(crate) fn from_text(source: Vec<u8>, file: &str) -> Result<Imported, Error> {
    if source.len() > MAX_JSON_BYTES {
        let length = source.len();
        let detail = format!("its text is {length} bytes long, and {MAX_JSON_BYTES} are allowed");
        return Err(damaged(file, &detail));
    }
    let mut warnings = Vec::new();
    let decoded = text::decode(&source, &mut warnings);
    let tree = tree_of(&decoded, file, &mut warnings)?;
    // A text in another encoding is kept, and written, as UTF-8.
    let recoded = match decoded {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text.into_bytes()),
    };
    from_tree(tree, recoded.unwrap_or(source), warnings, file)
}

fn tree_of(decoded: &str, file: &str, warnings: &mut Vec<Warning>) -> Result<Tree, Error> {
    let start = decoded.trim_start();
    if start.starts_with(['{', '[']) {
        return match json::parse_or_repair(decoded, warnings) {
            Ok((value, repaired)) => {
                Ok(Tree { value, container: Container::Json, exact: !repaired, dialect: None })
            }
            Err(_) if is_json_lines(decoded) => Err(Error::NotACard {
                file: file.to_owned(),
                what: "a chat log",
                remedy: "import it as a conversation; for the character, import its card",
            }),
            Err(detail) => Err(damaged(file, &detail)),
        };
    }
    if let Some((dialect, parts)) = dialect::plain_text(decoded) {
        let value = Value::Object(parts);
        return Ok(Tree {
            value,
            container: Container::Text,
            exact: false,
            dialect: Some(dialect),
        });
    }
    if start.is_empty() {
        return Err(not_a_card(file, "an empty file"));
    }
    if !detect::like_yaml(decoded, file) {
        return Err(not_a_card(file, "a text without a card in it"));
    }
    match yaml::parse(decoded, warnings) {
        Some(value) => Ok(Tree { value, container: Container::Yaml, exact: false, dialect: None }),
        None => Err(not_a_card(file, "a text without a card in it")),
    }
}

fn from_tree(
    tree: Tree,
    source: Vec<u8>,
    mut warnings: Vec<Warning>,
    file: &str,
) -> Result<Imported, Error> {
    let Tree { mut value, container, mut exact, dialect } = tree;
    if let Some((inner, message)) = dialect::wrapped(&value).filter(|_| dialect.is_none()) {
        warnings.push(Warning::new("", message));
        value = inner.clone();
        exact = false;
    }
    let kind = match (dialect, &value) {
        (Some(dialect), Value::Object(parts)) => Kind::Foreign(dialect, parts),
        _ => dialect::of(&value),
    };
    let mut imported = match kind {
        Kind::Card => {
            let source = if exact { source } else { export::text(&value) };
            card(value, source, warnings, file)
        }
        Kind::Foreign(dialect, inner) => {
            let original = match container {
                Container::Json => value.clone(),
                _ => Value::String(String::from_utf8_lossy(&source).into_owned()),
            };
            foreign(dialect, inner, &original, warnings, file)
        }
        Kind::Other(no) => {
            return Err(Error::NotACard {
                file: file.to_owned(),
                what: no.what,
                remedy: no.remedy,
            });
        }
    };
    imported.container = container;
    Ok(imported)
}

/// A card in another program's format. `original` is what is kept of its source.
pub(crate) fn foreign(
    dialect: Dialect,
    inner: &Map<String, Value>,
    original: &Value,
    warnings: Vec<Warning>,
    file: &str,
) -> Imported {
    let mut coercion = Coercion { warnings };
    let raw = dialect::convert(dialect, inner, original, file, &mut coercion);
    let source = export::text(&raw);
    let mut imported = card(raw, source, coercion.warnings, file);
    imported.dialect = dialect;
    imported
}

/// One JSON object a line, two lines or more.
fn is_json_lines(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let object = |line: Option<&str>| {
        line.is_some_and(|line| {
            line.len() < 1 << 20
                && line.trim_start().starts_with('{')
                && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
        })
    };
    object(lines.next()) && object(lines.next())
}

/// A card by the specifications.
pub(crate) fn card(raw: Value, source: Vec<u8>, warnings: Vec<Warning>, file: &str) -> Imported {
    let mut coercion = Coercion { warnings };
    let (spec, in_data) = read::layout(&raw, &mut coercion);
    let mut character = read::character(&raw, in_data, &mut coercion);
    if character.name.is_empty() {
        character.name = name_of(file);
        coercion.warn("name", format!("was empty; the file's was taken: `{}`", character.name));
    }
    let book = read::book(&raw, in_data, &mut coercion);
    let assets = read::assets(&raw, in_data, &mut coercion);
    let details = read::body(&raw, in_data)
        .map(|body| details::read(body, &mut coercion))
        .unwrap_or_default();
    Imported {
        original: Original {
            character: character.clone(),
            details: details.clone(),
            book: book.clone(),
            assets: assets.clone(),
            entry: None,
        },
        character,
        details,
        warnings: coercion.warnings,
        container: Container::Json,
        dialect: Dialect::Card,
        spec,
        raw,
        book,
        assets,
        picture: None,
        new_picture: None,
        source,
    }
}

/// A name out of a file's name.
pub(crate) fn name_of(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let name = stem.split(|c: char| c.is_whitespace() || c == '_').filter(|part| !part.is_empty());
    let name = name.collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}
