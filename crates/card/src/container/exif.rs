//! The texts of an EXIF block (TIFF directories): user comment, description, Windows comment, and whatever a tool put elsewhere.

use super::{Found, payload};

/// Most entries that are looked at, over all directories.
const MAX_ENTRIES: usize = 512;

const USER_COMMENT: u16 = 0x9286;
const SUB_DIRECTORY: u16 = 0x8769;

/// Pieces that hold JSON, the user comment first. `block` with or without its `Exif\0\0`.
pub(crate) fn cards(block: &[u8]) -> Vec<Found> {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut entries = entries(block).unwrap_or_default();
    entries.sort_by_key(|(tag, _)| *tag != USER_COMMENT);
    entries
        .into_iter()
        .filter_map(|(tag, data)| {
            let text = payload::json(data)?;
            let place = if tag == USER_COMMENT { "EXIF UserComment" } else { "EXIF" };
            Some(Found { place, text: Ok(text), guess: true })
        })
        .collect()
}

#[derive(Clone, Copy)]
struct Tiff<'a> {
    bytes: &'a [u8],
    big: bool,
}

impl<'a> Tiff<'a> {
    fn u16(self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(
            (if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }) as usize,
        )
    }

    /// The data of the entry at that place; a length that does not fit is cut to what is there.
    fn data(self, at: usize) -> Option<&'a [u8]> {
        let size = match self.u16(at + 2)? {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let length = self.u32(at + 4)?.checked_mul(size)?;
        let from = if length <= 4 { at + 8 } else { self.u32(at + 8)? };
        let end = from.checked_add(length)?.min(self.bytes.len());
        self.bytes.get(from..end)
    }
}

/// Tags with their data, over the chain of directories and the EXIF directory.
fn entries(block: &[u8]) -> Option<Vec<(u16, &[u8])>> {
    let big = match block.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let tiff = Tiff { bytes: block, big };
    let mut directories = vec![tiff.u32(4)?];
    let (mut found, mut seen, mut looked) = (Vec::new(), Vec::new(), 0);
    while let Some(at) = directories.pop() {
        if seen.contains(&at) || seen.len() > 16 {
            continue;
        }
        seen.push(at);
        let Some(count) = tiff.u16(at) else { continue };
        for entry in (0..usize::from(count)).map(|n| at + 2 + n * 12) {
            looked += 1;
            if looked > MAX_ENTRIES {
                return Some(found);
            }
            let Some(tag) = tiff.u16(entry) else { break };
            if tag == SUB_DIRECTORY {
                directories.extend(tiff.u32(entry + 8));
            } else if let Some(data) = tiff.data(entry).filter(|data| data.len() > 4) {
                found.push((tag, data));
            }
        }
        directories.extend(tiff.u32(at + 2 + usize::from(count) * 12).filter(|next| *next != 0));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block whose EXIF directory has that comment, by hand.
    fn block(comment: &[u8], big: bool) -> Vec<u8> {
        let u16 = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
        let u32 = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
        let entry = |tag, kind, count, value| {
            [&u16(tag)[..], &u16(kind), &u32(count), &u32(value)].concat()
        };
        [
            if big { b"MM" } else { b"II" }.to_vec(),
            u16(42).to_vec(),
            u32(8).to_vec(),
            u16(1).to_vec(),
            entry(SUB_DIRECTORY, 4, 1, 26),
            u32(0).to_vec(),
            u16(1).to_vec(),
            entry(USER_COMMENT, 7, comment.len() as u32, 44),
            u32(0).to_vec(),
            comment.to_vec(),
        ]
        .concat()
    }

    #[test]
    fn comments_are_found_in_both_byte_orders() {
        for big in [true, false] {
            let found =
                cards(&[b"Exif\0\0".to_vec(), block(b"ASCII\0\0\0{\"name\":\"A\"}", big)].concat());
            assert_eq!(found[0].text.as_deref(), Ok(b"{\"name\":\"A\"}".as_slice()));
            assert_eq!(found[0].place, "EXIF UserComment");
        }
    }

    #[test]
    fn loops_and_lies_end() {
        let mut looped = block(b"ASCII\0\0\0{}", true);
        looped[22..26].copy_from_slice(&8u32.to_be_bytes());
        cards(&looped);
        let mut lying = block(b"ASCII\0\0\0{\"a\":1}", false);
        lying[32..36].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(cards(&lying)[0].text.is_ok(), "a length that lies is cut to what is there");
        for end in 0..lying.len() {
            cards(&lying[..end]);
        }
    }
}
