//! WEBP: RIFF chunks, of which `EXIF` and `XMP ` may hold a card.

use super::{Found, exif, payload};

/// True for the first bytes of a WEBP picture.
pub(crate) fn is(file: &[u8]) -> bool {
    file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP")
}

/// Cards in the picture's metadata, and whether the file ends as it should.
pub(crate) fn cards(file: &[u8]) -> (Vec<Found>, bool) {
    let mut found = Vec::new();
    let mut at = 12usize;
    while let Some(head) = file.get(at..at + 8) {
        let length = head[4..].try_into().map_or(0, u32::from_le_bytes) as usize;
        let from = at + 8;
        let data = &file[from..from.saturating_add(length).min(file.len())];
        match &head[..4] {
            b"EXIF" => found.extend(exif::cards(data)),
            b"XMP " => found.extend(payload::json_in_xml(data).map(|text| Found {
                place: "XMP",
                text: Ok(text),
                guess: true,
            })),
            _ => {}
        }
        // Chunks begin at even places.
        at = from.saturating_add(length).saturating_add(length & 1);
    }
    (found, at == file.len() || at == file.len() + 1)
}
