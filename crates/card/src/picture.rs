//! Cards in pictures: the chunks of a PNG, the metadata of the others.

use crate::asset::{self, Place};
use crate::container::{Found, exif, jpeg, payload, png_chunks, png_text, webp, zip};
use crate::detect::{self, Outside};
use crate::import::{damaged, from_text};
use crate::{Asset, Container, Error, Imported, Warning, archive};
use png_chunks::Chunk;

/// A card in a PNG: V3 before V2, by the specification; the first of each, as others do; then EXIF, then any text that reads as a card.
pub(crate) fn from_png(bytes: &[u8], file: &str) -> Result<Imported, Error> {
    let read = png_chunks::read(bytes).ok_or_else(|| damaged(file, "it is no PNG"))?;
    let of = |keyword: &'static str| {
        read.chunks.iter().filter(move |chunk| png_text::is(chunk, keyword)).map(move |chunk| {
            let text = png_text::card(chunk);
            (Found { place: keyword, text, guess: false }, chunk.checksum_fits)
        })
    };
    let exif = read
        .chunks
        .iter()
        .filter(|chunk| &chunk.kind == b"eXIf")
        .flat_map(|chunk| exif::cards(chunk.data));
    let texts = read.chunks.iter().filter(|chunk| is_other_text(chunk)).filter_map(|chunk| {
        let text = payload::json(&png_text::text(chunk).ok()?)?;
        Some(Found { place: "text", text: Ok(text), guess: true })
    });
    let guesses = exif.chain(texts).map(|found| (found, true));
    let found = of(png_text::V3).chain(of(png_text::V2)).chain(guesses);
    let animated = read.chunks.iter().any(|chunk| &chunk.kind == b"acTL");
    let container = if animated { Container::Apng } else { Container::Png };
    match first_card(found, file)? {
        Some(mut card) => {
            if !read.complete {
                card.warnings.insert(0, Warning::new("", "the picture is cut off at its end"));
            }
            card.container = container;
            card.picture = Some(0..bytes.len());
            carried(&mut card, &read.chunks);
            Ok(card)
        }
        None => archive::import(bytes, file).unwrap_or_else(|| Err(without(read.complete, file))),
    }
}

/// A card in the metadata of a WEBP or JPEG.
pub(crate) fn from_metadata(
    bytes: &[u8],
    found: Vec<Found>,
    complete: bool,
    container: Container,
    file: &str,
) -> Result<Imported, Error> {
    let Some(mut card) = first_card(found.into_iter().map(|found| (found, true)), file)? else {
        return Err(without(complete, file));
    };
    if !complete {
        card.warnings.insert(0, Warning::new("", "the picture is cut off at its end"));
    }
    card.container = container;
    card.picture = Some(0..bytes.len());
    Ok(card)
}

/// A card in a file within an archive: its text, or a picture that holds it. Archives in archives are not opened.
pub(crate) fn inner(bytes: &[u8], path: &str) -> Result<Imported, Error> {
    match detect::outside(bytes) {
        Outside::Text => from_text(bytes.to_vec(), path),
        Outside::Png if zip::open(bytes).is_ok_and(|archive| archive.is_none()) => {
            from_png(bytes, path)
        }
        Outside::Webp => from_metadata(bytes, webp::cards(bytes).0, true, Container::Webp, path),
        Outside::Jpeg => from_metadata(bytes, jpeg::cards(bytes), true, Container::Jpeg, path),
        _ => Err(without(true, path)),
    }
    .map(|mut card| {
        // What it says of places is about the inner file.
        card.assets.retain(|asset| asset.origin.is_some());
        card
    })
}

fn without(complete: bool, file: &str) -> Error {
    if complete {
        Error::NotACard {
            file: file.to_owned(),
            what: "a picture without a card inside",
            remedy: "get the original file: pictures sent through chats or shown on web pages lose their card",
        }
    } else {
        damaged(file, "the picture is cut off, and no card is in what is left")
    }
}

/// The first that can be read, with a warning for each that could not. An error where there was one that says it is a card, and none
/// could be read.
fn first_card(
    found: impl Iterator<Item = (Found, bool)>,
    file: &str,
) -> Result<Option<Imported>, Error> {
    let mut failures: Vec<(&'static str, String)> = Vec::new();
    for (found, checksum_fits) in found {
        let card =
            found.text.and_then(|text| from_text(text, file).map_err(|error| error.to_string()));
        match card {
            Ok(mut card) => {
                if !checksum_fits {
                    let message = "the checksum of the card in the picture is wrong";
                    card.warnings.insert(0, Warning::new("", message));
                }
                let failures =
                    failures.into_iter().map(|(place, message)| Warning::new(place, message));
                card.warnings.splice(0..0, failures);
                return Ok(Some(card));
            }
            Err(_) if found.guess => {}
            Err(message) => {
                failures.push((
                    found.place,
                    format!("could not be read and was passed over: {message}"),
                ));
            }
        }
    }
    match failures.pop() {
        Some((place, message)) => {
            Err(damaged(file, &format!("the card in its `{place}` chunk {message}")))
        }
        None => Ok(None),
    }
}

fn is_other_text(chunk: &Chunk<'_>) -> bool {
    png_text::keyword(chunk).is_some_and(|keyword| {
        !keyword.starts_with(png_text::ASSET)
            && ![png_text::V2, png_text::V3].iter().any(|card| png_text::is(chunk, card))
    })
}

/// Assets in chunks of their own, as V3 cards had them before CHARX: those that the card names get their place, the others are added.
fn carried(card: &mut Imported, chunks: &[Chunk<'_>]) {
    for (name, place) in chunks.iter().filter_map(png_text::asset_place) {
        let mut named = false;
        for asset in &mut card.assets {
            if asset::chunk_name(&asset.uri) == Some(name.as_str()) {
                asset.settle(Place::Chunk(place.clone()));
                named = true;
            }
        }
        if !named {
            let (uri, ext) = (format!("__asset:{name}"), asset::ending(&name));
            card.assets.push(Asset::at("embedded".into(), name, uri, ext, Place::Chunk(place)));
        }
    }
    card.original.assets.clone_from(&card.assets);
}
