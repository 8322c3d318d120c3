//! MPEG-4 files (ISO/IEC 14496-12), looked over before anything decodes them.
//!
//! symphonia allocates for as many entries as a table says that it has, and a failed allocation ends the program, which nothing can
//! catch. So what is allocated for must be there. This follows only the outermost boxes, to leave out the sound itself: in all others the
//! tables are looked for by their names, so that no trick of nesting hides one.

/// Tables, and the bytes of an entry.
const TABLES: [(&[u8], u64); 4] = [(b"stts", 8), (b"stsc", 12), (b"stco", 4), (b"co64", 8)];
/// Boxes that are read as one.
const WHOLE: [&[u8]; 4] = [b"hdlr", b"data", b"mean", b"name"];
/// Files within a file: no more are looked at, and none has so many.
const MOST_BEGINNINGS: usize = 8;

/// Whether all that would be allocated for, wherever in these bytes an MPEG-4 file begins, is no longer than they are.
pub(crate) fn is_bounded(bytes: &[u8]) -> bool {
    let names = bytes.windows(4).enumerate().skip(4);
    let mut beginnings = names.filter(|(_, name)| *name == b"ftyp").map(|(at, _)| at - 4);
    let bounded = beginnings.by_ref().take(MOST_BEGINNINGS).all(|from| boxes_fit(&bytes[from..]));
    bounded && beginnings.next().is_none()
}

/// The outermost boxes of a file.
fn boxes_fit(bytes: &[u8]) -> bool {
    let mut from = 0;
    while let Some(size) = number(bytes, from, 4) {
        let (head, size) = match size {
            0 => (8, bytes.len() as u64),
            1 => (16, number(bytes, from + 8, 8).unwrap_or(0)),
            size => (8, size),
        };
        if size < head {
            // Nobody reads on from here.
            return true;
        }
        let end = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(from);
        // One that is cut off may be none: what seems to be its size can be part of something else.
        let is_sound = bytes.get(from + 4..from + 8).is_some_and(|name| name == b"mdat");
        let to = end.min(bytes.len());
        if !is_sound || end > bytes.len() {
            let mut names = bytes[from..to].windows(4).enumerate();
            if !names.all(|(at, name)| fits(bytes, from + at, name)) {
                return false;
            }
        }
        from = to;
    }
    true
}

/// Whether what follows a name is as long as it says.
fn fits(bytes: &[u8], at: usize, name: &[u8]) -> bool {
    let all = bytes.len() as u64;
    let behind = |head: usize| bytes.len().saturating_sub(at + head) as u64;
    if let Some((_, entry)) = TABLES.iter().find(|(table, _)| *table == name) {
        return number(bytes, at + 8, 4).is_none_or(|count| count * entry <= behind(12));
    }
    if name == b"stsz" {
        return match (number(bytes, at + 8, 4), number(bytes, at + 12, 4)) {
            (Some(0), Some(count)) => count * 4 <= behind(16),
            // All samples are as long.
            (Some(each), _) => each <= all,
            (None, _) => true,
        };
    }
    let is_long = at >= 4 && number(bytes, at - 4, 4) == Some(1);
    !is_long || !WHOLE.contains(&name) || number(bytes, at + 4, 8).is_none_or(|size| size <= all)
}

/// A number of so many bytes, the highest first.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(count)?)?;
    Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::read_music;

    const TONE: &[u8] = include_bytes!("../tests/fixtures/tone.m4a");

    /// The tone, in which these stand so far behind the last of these names.
    fn with(name: &[u8], behind: usize, value: &[u8]) -> Vec<u8> {
        let mut bytes = TONE.to_vec();
        let at = bytes.windows(4).rposition(|four| four == name).unwrap() + behind;
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    }

    #[test]
    fn tables_that_are_longer_than_the_file_are_refused() {
        assert!(is_bounded(TONE));
        let tables: [(&[u8], usize); 4] = [(b"stts", 8), (b"stsc", 8), (b"stco", 8), (b"stsz", 12)];
        for (name, behind) in tables {
            let huge = with(name, behind, &[0xff; 4]);
            assert!(!is_bounded(&huge), "{}", name.escape_ascii());
            assert!(read_music(&huge).is_err());
            // Behind a tag without anything in it.
            let tagged = [b"ID3\x04\0\0\0\0\0\0".as_slice(), &huge].concat();
            assert!(!is_bounded(&tagged) && read_music(&tagged).is_err());
        }
        assert!(!is_bounded(&with(b"stsz", 8, &[0xff; 4])), "samples of four gigabytes");
        let long: &[u8] = b"\0\0\0\x01hdlr\0\0\x40\0\0\0\0\0";
        assert!(!is_bounded(&[TONE, long].concat()), "a name of seventy terabytes");
    }

    #[test]
    fn names_within_the_sound_are_sound_and_other_bytes_are_nothing() {
        let mut bytes = TONE.to_vec();
        let sound = bytes.windows(4).position(|four| four == b"mdat").unwrap() + 100;
        bytes[sound..sound + 12].copy_from_slice(b"stco\xff\xff\xff\xff\xff\xff\xff\xff");
        assert!(is_bounded(&bytes));
        assert!(is_bounded(b"") && is_bounded(b"ID3\x04 and no more"));
        assert!(is_bounded(b"\0\0\0\x08ftyp\0\0\0\x01moov"), "cut off");
        assert!(!is_bounded(&b"\0\0\0\x08ftyp".repeat(MOST_BEGINNINGS + 1)));
    }
}
