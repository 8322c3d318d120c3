//! The text chunks of a PNG (`tEXt`, `zTXt`, `iTXt`) that hold cards.

use std::io::Read;
use std::ops::Range;

use flate2::read::ZlibDecoder;

use super::png_chunks::{self, Chunk};
use crate::base64_text;
use crate::json::MAX_JSON_BYTES;

/// Keyword of a V3 card.
pub(crate) const V3: &str = "ccv3";
/// Keyword of a V1 or V2 card.
pub(crate) const V2: &str = "chara";
/// Keyword of an asset of old V3 cards, before its path.
pub(crate) const ASSET: &str = "chara-ext-asset_";

/// The name of the asset in a chunk and where its base64 stands in the file; `None` for any other chunk. RisuAI leaves the colon out.
pub(crate) fn asset_place(chunk: &Chunk<'_>) -> Option<(String, Range<usize>)> {
    if &chunk.kind != b"tEXt" {
        return None;
    }
    let end = chunk.data.iter().position(|byte| *byte == 0)?;
    let keyword = String::from_utf8_lossy(&chunk.data[..end]);
    let name = keyword.strip_prefix(ASSET)?.trim_start_matches(':').to_owned();
    let from = chunk.place.start + 8 + end + 1;
    Some((name, from..chunk.place.end - 4))
}

/// The bytes of an asset from its base64.
pub(crate) fn asset(text: &[u8]) -> Result<Vec<u8>, String> {
    base64_text::decode(text).ok_or_else(|| "its text is no base64".to_owned())
}

/// Most that a compressed text may grow to: the longest card, in base64.
const MAX_TEXT: usize = MAX_JSON_BYTES / 3 * 4 + 4;

/// The keyword of a text chunk; `None` for any other.
pub(crate) fn keyword(chunk: &Chunk<'_>) -> Option<String> {
    if !matches!(&chunk.kind, b"tEXt" | b"zTXt" | b"iTXt") {
        return None;
    }
    let end = chunk.data.iter().take(80).position(|byte| *byte == 0)?;
    // Latin-1, by the specification; the ones that we look for are ASCII.
    Some(chunk.data[..end].iter().map(|byte| char::from(*byte)).collect())
}

/// True where the chunk holds a card of that keyword.
pub(crate) fn is(chunk: &Chunk<'_>, wanted: &str) -> bool {
    keyword(chunk).is_some_and(|keyword| keyword.trim().eq_ignore_ascii_case(wanted))
}

/// The JSON text in a chunk: unpacked, and out of its base64 (or as it stands, where a tool forgot that).
pub(crate) fn card(chunk: &Chunk<'_>) -> Result<Vec<u8>, String> {
    let text = text(chunk)?;
    let trimmed = text.trim_ascii();
    if trimmed.starts_with(b"{") {
        return Ok(trimmed.to_vec());
    }
    base64_text::decode(trimmed).ok_or_else(|| "its text is no base64".to_owned())
}

/// The text of a chunk, unpacked.
pub(crate) fn text(chunk: &Chunk<'_>) -> Result<Vec<u8>, String> {
    let cut = || "it is cut short".to_owned();
    let (_, rest) = split(chunk.data).ok_or_else(cut)?;
    match &chunk.kind {
        b"zTXt" => {
            let (method, packed) = rest.split_first().ok_or_else(cut)?;
            if *method == 0 {
                inflate(packed)
            } else {
                Err("it is packed in an unknown way".into())
            }
        }
        b"iTXt" => {
            let [flag, method, rest @ ..] = rest else { return Err(cut()) };
            let (_language, rest) = split(rest).ok_or_else(cut)?;
            let (_translated, text) = split(rest).ok_or_else(cut)?;
            match (flag, method) {
                (0, _) => bounded(text),
                (1, 0) => inflate(text),
                _ => Err("it is packed in an unknown way".into()),
            }
        }
        _ => bounded(rest),
    }
}

fn bounded(text: &[u8]) -> Result<Vec<u8>, String> {
    if text.len() > MAX_TEXT { Err(too_long()) } else { Ok(text.to_vec()) }
}

/// Before and after the first zero byte.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

fn inflate(packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let read = ZlibDecoder::new(packed).take(MAX_TEXT as u64 + 1).read_to_end(&mut text);
    if text.len() > MAX_TEXT {
        return Err(too_long());
    }
    // What could be unpacked of a damaged chunk may still be enough.
    match read {
        Err(error) if text.is_empty() => Err(format!("it cannot be unpacked ({error})")),
        _ => Ok(text),
    }
}

fn too_long() -> String {
    format!("its text is longer than {MAX_TEXT} bytes")
}

/// The data of a `tEXt` chunk with a card.
pub(crate) fn chunk_data(keyword: &str, json: &[u8]) -> Vec<u8> {
    [keyword.as_bytes(), &[0], base64_text::encode(json).as_bytes()].concat()
}

/// A copy of a PNG with these cards in it (keyword and JSON text, in that order) and no others, and these assets (name and bytes). A
/// chunk that already holds the wanted text stays as it is, so that a picture whose card did not change does not change either. `None`
/// where it is no PNG.
pub(crate) fn embed(
    picture: &[u8],
    cards: &[(&str, &[u8])],
    assets: &[(&str, &[u8])],
    dropped: &[usize],
) -> Option<Vec<u8>> {
    let chunks = png_chunks::read(picture)?.chunks;
    let mut kept: Vec<Option<&str>> = vec![None; chunks.len()];
    let mut added: Vec<Vec<u8>> = Vec::new();
    for card in cards {
        let place = chunks.iter().position(|chunk| {
            chunk.checksum_fits
                && is(chunk, card.0)
                && self::card(chunk).is_ok_and(|text| text == card.1)
        });
        match place {
            Some(place) => kept[place] = Some(card.0),
            None => added.push(chunk_data(card.0, card.1)),
        }
    }
    added.extend(assets.iter().map(|(name, bytes)| chunk_data(&format!("{ASSET}:{name}"), bytes)));
    let room = picture.len() + added.iter().map(|data| data.len() + 12).sum::<usize>();
    let mut out = Vec::with_capacity(room);
    out.extend_from_slice(&png_chunks::SIGNATURE);
    let (mut placed, mut end) = (false, png_chunks::SIGNATURE.len());
    for (chunk, kept) in chunks.iter().zip(kept) {
        end = chunk.place.end;
        let old_card = is_card(chunk);
        if !placed && (&chunk.kind == b"IEND" || old_card) {
            added.drain(..).for_each(|data| png_chunks::write(&mut out, *b"tEXt", &data));
            placed = true;
        }
        let gone = dropped.iter().any(|at| chunk.place.contains(at));
        if !gone && (!old_card || kept.is_some()) {
            out.extend_from_slice(&picture[chunk.place.clone()]);
        }
    }
    // In a file that was cut off, the card goes to its end, where it is found again.
    added.drain(..).for_each(|data| png_chunks::write(&mut out, *b"tEXt", &data));
    out.extend_from_slice(&picture[end..]);
    Some(out)
}

/// A copy of a PNG without its cards and their assets; `None` where it is no PNG.
pub(crate) fn without_cards(picture: &[u8]) -> Option<Vec<u8>> {
    let chunks = png_chunks::read(picture)?.chunks;
    let mut out = Vec::with_capacity(picture.len());
    out.extend_from_slice(&png_chunks::SIGNATURE);
    let own = |chunk: &&Chunk<'_>| !is_card(chunk) && asset_place(chunk).is_none();
    for chunk in chunks.iter().filter(own) {
        out.extend_from_slice(&picture[chunk.place.clone()]);
    }
    Some(out)
}

fn is_card(chunk: &Chunk<'_>) -> bool {
    [V2, V3].iter().any(|keyword| is(chunk, keyword))
}
