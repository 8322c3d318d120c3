//! JPEG: segments before the picture itself, of which `APP1` (EXIF, XMP) and comments may hold a card.

use super::{Found, exif, payload};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// Bytes of GUID, length and offset before a part of extended XMP.
const XMP_MORE_HEAD: usize = 32 + 4 + 4;

/// True for the first bytes of a JPEG picture.
pub(crate) fn is(file: &[u8]) -> bool {
    file.starts_with(b"\xff\xd8\xff")
}

/// Cards in the picture's metadata. A segment holds 64 KiB, so a long card is spread over several comments.
pub(crate) fn cards(file: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    let (mut comments, mut extended) = (Vec::new(), Vec::new());
    for (marker, data) in segments(file) {
        match marker {
            0xe1 if data.starts_with(b"Exif\0\0") => found.extend(exif::cards(data)),
            0xe1 if data.starts_with(XMP) => {
                let text = payload::json_in_xml(&data[XMP.len()..]);
                found.extend(text.map(|text| Found { place: "XMP", text: Ok(text), guess: true }));
            }
            0xe1 if data.starts_with(XMP_MORE) => {
                extended.extend_from_slice(
                    data.get(XMP_MORE.len() + XMP_MORE_HEAD..).unwrap_or_default(),
                );
            }
            0xfe => comments.extend_from_slice(data),
            _ => {}
        }
    }
    let more = [("comment", payload::json(&comments)), ("XMP", payload::json_in_xml(&extended))];
    found.extend(
        more.into_iter()
            .filter_map(|(place, text)| Some(Found { place, text: Ok(text?), guess: true })),
    );
    found
}

/// The segments before the picture's data.
fn segments(file: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2usize;
    std::iter::from_fn(move || {
        loop {
            let (&mark, &kind) = (file.get(at)?, file.get(at + 1)?);
            match (mark, kind) {
                (0xff, 0xff) => at += 1,
                (0xff, 0x01 | 0xd0..=0xd7) => at += 2,
                // The picture itself, or its end.
                (0xff, 0xda | 0xd9) => return None,
                (0xff, kind) => {
                    let length = file.get(at + 2..at + 4)?.try_into().map_or(0, u16::from_be_bytes);
                    let from = at + 4;
                    let end = (at + 2).checked_add(usize::from(length.max(2)))?;
                    at = end;
                    return Some((kind, file.get(from..end.min(file.len()))?));
                }
                _ => return None,
            }
        }
    })
}
