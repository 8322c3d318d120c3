//! A file to an [`Imported`] card.

use serde_json::Value;

use crate::coerce::Coercion;
use crate::detect::{self, Outside};
use crate::png_chunks::{self, Chunk};
use crate::{
    Asset, Container, Error, Imported, MAX_FILE_BYTES, Spec, Warning, json, png_text, read,
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
    match detect::outside(bytes, file) {
        Outside::Json => from_json(bytes.to_vec(), Vec::new(), file),
        Outside::Png => from_png(bytes, file),
        Outside::NotYet(what) => Err(Error::NotYet { file: file.to_owned(), what }),
        Outside::Other(what) => Err(Error::NotACard {
            file: file.to_owned(),
            what,
            remedy: "choose a character card: JSON, or a PNG picture with one inside",
        }),
    }
}

fn from_json(source: Vec<u8>, mut warnings: Vec<Warning>, file: &str) -> Result<Imported, Error> {
    let raw = match json::parse(&source, &mut warnings) {
        Ok(raw) => raw,
        Err(_) if is_json_lines(&source) => {
            return Err(Error::NotACard {
                file: file.to_owned(),
                what: "a chat log",
                remedy: "open it as a conversation once chats can be imported; for the character, import its card",
            });
        }
        Err(detail) => return Err(Error::Damaged { file: file.to_owned(), detail }),
    };
    if let Some(error) = detect::not_a_card(&raw, file) {
        return Err(error);
    }
    Ok(card(raw, source, warnings, file))
}

/// One JSON object a line, two lines or more.
fn is_json_lines(source: &[u8]) -> bool {
    let mut lines =
        source.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let object = |line: Option<&[u8]>| {
        line.is_some_and(|line| {
            line.len() < 1 << 20
                && serde_json::from_slice::<Value>(line).is_ok_and(|value| value.is_object())
        })
    };
    object(lines.next()) && object(lines.next())
}

fn from_png(bytes: &[u8], file: &str) -> Result<Imported, Error> {
    let damaged =
        |detail: &str| Error::Damaged { file: file.to_owned(), detail: detail.to_owned() };
    let read = png_chunks::read(bytes).ok_or_else(|| damaged("it is no PNG"))?;
    let mut warnings = Vec::new();
    if !read.complete {
        warnings.push(Warning::new("", "the picture is cut off at its end"));
    }
    // V3 before V2, by the specification; the first of each, as others do.
    let of = |keyword: &'static str| {
        read.chunks.iter().filter(move |chunk| png_text::is(chunk, keyword))
    };
    let mut failures = Vec::new();
    for chunk in of(png_text::V3).chain(of(png_text::V2)) {
        match from_chunk(chunk, file) {
            Ok(mut card) => {
                for (field, message) in failures {
                    warnings.push(Warning::new(field, message));
                }
                warnings.append(&mut card.warnings);
                card.warnings = warnings;
                let animated = read.chunks.iter().any(|chunk| &chunk.kind == b"acTL");
                card.container = if animated { Container::Apng } else { Container::Png };
                card.picture = Some(0..bytes.len());
                card.assets.extend(carried(&read.chunks));
                return Ok(card);
            }
            Err(message) => {
                let keyword = png_text::keyword(chunk).unwrap_or_default();
                failures
                    .push((keyword, format!("could not be read and was passed over: {message}")));
            }
        }
    }
    match failures.pop() {
        Some((keyword, message)) => {
            Err(damaged(&format!("the card in its `{keyword}` chunk {message}")))
        }
        None if read.complete => Err(Error::NotACard {
            file: file.to_owned(),
            what: "a picture without a card inside",
            remedy: "get the original file: pictures sent through chats or shown on web pages lose their card",
        }),
        None => Err(damaged("the picture is cut off, and no card is in what is left")),
    }
}

fn from_chunk(chunk: &Chunk<'_>, file: &str) -> Result<Imported, String> {
    let source = png_text::card(chunk)?;
    let mut card = from_json(source, Vec::new(), file).map_err(|error| error.to_string())?;
    if !chunk.checksum_fits {
        card.warnings
            .insert(0, Warning::new("", "the checksum of the card in the picture is wrong"));
    }
    Ok(card)
}

/// Assets in chunks of their own, as V3 cards had them before CHARX.
fn carried(chunks: &[Chunk<'_>]) -> Vec<Asset> {
    chunks
        .iter()
        .filter_map(png_text::keyword)
        .filter_map(|keyword| {
            let path = keyword.strip_prefix(png_text::ASSET)?.trim_start_matches(':').to_owned();
            let ext = path.rsplit_once('.').map(|(_, ext)| ext.to_owned()).unwrap_or_default();
            Some(Asset { kind: "embedded".into(), uri: format!("__asset:{path}"), name: path, ext })
        })
        .collect()
}

fn card(raw: Value, source: Vec<u8>, warnings: Vec<Warning>, file: &str) -> Imported {
    let mut coercion = Coercion { warnings };
    let (spec, in_data) = read::layout(&raw, &mut coercion);
    let mut character = read::character(&raw, in_data, &mut coercion);
    if character.name.is_empty() {
        character.name = name_of(file);
        coercion.warn("name", format!("was empty; the file's was taken: `{}`", character.name));
    }
    let book = read::book(&raw, in_data, &mut coercion);
    let assets = read::assets(&raw, in_data, &mut coercion);
    Imported {
        original: character.clone(),
        character,
        warnings: coercion.warnings,
        container: Container::Json,
        spec,
        raw,
        book,
        assets,
        picture: None,
        source,
    }
}

/// A name out of a file's name.
fn name_of(file: &str) -> String {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let name = stem.split(|c: char| c.is_whitespace() || c == '_').filter(|part| !part.is_empty());
    let name = name.collect::<Vec<_>>().join(" ");
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}

impl Spec {
    /// True where the fields are in `data`.
    pub(crate) fn in_data(self) -> bool {
        self != Self::V1
    }
}
