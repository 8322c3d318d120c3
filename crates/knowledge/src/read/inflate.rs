//! What a PDF's streams would unpack to, found out before anything keeps it: the library that reads PDFs unpacks whatever it needs into
//! memory, however much that is.

use std::io::Read;

use crate::error::Refusal;

/// Most that one stream may unpack to.
const STREAM: u64 = 128 << 20;
/// Most that all of them may.
const ALTOGETHER: u64 = 2 << 30;
/// How far before a stream its dictionary is looked for.
const DICTIONARY: usize = 2048;

/// Refuses a PDF whose streams unpack to more than any honest one's. Pictures are never unpacked here and are not counted.
pub(super) fn within_bounds(pdf: &[u8]) -> Result<(), Refusal> {
    let mut left = ALTOGETHER;
    let mut at = 0;
    while let Some(found) = find(&pdf[at..], b"stream") {
        let mark = at + found;
        at = mark + b"stream".len();
        if pdf[..mark].ends_with(b"end") {
            continue;
        }
        let from = mark.saturating_sub(DICTIONARY);
        let dictionary = &pdf[from..mark];
        let dictionary = match rfind(dictionary, b"obj") {
            Some(start) => &dictionary[start..],
            None => dictionary,
        };
        let layers = count(dictionary, b"FlateDecode") + count(dictionary, b"/Fl ");
        let picture = find(dictionary, b"/Image").is_some();
        if layers == 0 || picture {
            continue;
        }
        let data = &pdf[at..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        if layers > 2 {
            return Err(Refusal::Bomb("a stream that is packed more than twice"));
        }
        let once = flate2::read::ZlibDecoder::new(data);
        let size = if layers == 2 {
            unpacked(flate2::read::ZlibDecoder::new(once))
        } else {
            unpacked(once)
        };
        if size > STREAM {
            return Err(Refusal::Bomb("a stream of more than 128 megabytes"));
        }
        left = left
            .checked_sub(size)
            .ok_or(Refusal::Bomb("streams of more than two gigabytes altogether"))?;
    }
    Ok(())
}

/// How much comes out, counted to just beyond the limit. What is damaged ends where it is.
fn unpacked(mut from: impl Read) -> u64 {
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    while let Ok(count) = from.read(&mut buffer) {
        size += count as u64;
        if count == 0 || size > STREAM {
            break;
        }
    }
    size
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(haystack, needle)
}

fn count(haystack: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find_iter(haystack, needle).count()
}
