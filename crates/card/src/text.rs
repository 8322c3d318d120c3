//! Bytes to text. Cards are UTF-8 by every specification and something else in every old folder: UTF-16 from Windows editors, Shift-JIS,
//! GBK and Big5 from Japanese and Chinese tools, UTF-8 with a few bytes bitten off.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use crate::Warning;

/// The UTF-8 mark at the head of a text.
pub(crate) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// How much of a text is looked at to find its encoding.
const SAMPLE: usize = 256 << 10;

/// A text, whatever it is written in. UTF-8 costs no copy; the byte-order mark is not part of the text. Anything else is told.
pub(crate) fn decode<'a>(bytes: &'a [u8], warnings: &mut Vec<Warning>) -> Cow<'a, str> {
    if let Some(encoding) = utf16(bytes) {
        let (text, _, broken) = encoding.decode(bytes);
        let lost = if broken { "; some of it could not be read and became �" } else { "" };
        warnings.push(Warning::new("", format!("was written in {}{lost}", encoding.name())));
        return Cow::Owned(text.into_owned());
    }
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let lenient = String::from_utf8_lossy(bytes);
    if !mostly_utf8(bytes)
        && let Some((text, name)) = legacy(bytes)
    {
        warnings.push(Warning::new("", format!("was written in {name}, as far as can be told")));
        return Cow::Owned(text);
    }
    warnings.push(Warning::new("", "some bytes were no UTF-8 text and became �"));
    lenient
}

/// True where a text is UTF-8, a few damaged bytes excepted.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes[..bytes.len().min(SAMPLE)].utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad <= good / 4
}

/// UTF-16, by its mark or by its zero bytes: JSON and YAML begin with ASCII.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(UTF_16LE),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// A guess at an encoding from before Unicode; `None` where the bytes do not fit it.
fn legacy(bytes: &[u8]) -> Option<(String, &'static str)> {
    let encoding = guess(&bytes[..bytes.len().min(SAMPLE)]);
    let (text, _, broken) = encoding.decode(bytes);
    (!broken).then(|| (text.into_owned(), encoding.name()))
}

fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The names of an archive's entries. `utf8` says which of them are marked as such; the others share one encoding, for one program wrote
/// them: what fits UTF-8 is that, else it is guessed from all of them together.
pub(crate) fn names(raw: &[(&[u8], bool)]) -> Vec<String> {
    let foreign: Vec<&[u8]> = raw
        .iter()
        .filter(|(name, marked)| !marked && std::str::from_utf8(name).is_err())
        .map(|(name, _)| *name)
        .collect();
    let encoding = (!foreign.is_empty()).then(|| guess(&foreign.join(b"\n".as_slice())));
    raw.iter()
        .map(|(name, _)| match (std::str::from_utf8(name), encoding) {
            (Ok(name), _) => name.to_owned(),
            (Err(_), Some(encoding)) => encoding.decode_without_bom_handling(name).0.into_owned(),
            (Err(_), None) => String::from_utf8_lossy(name).into_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, SHIFT_JIS};

    use super::*;

    const JAPANESE: &str = "{\"name\":\"灯台守のミラ\",\"description\":\"静かな灯台に住んでいる。船を数えるのが好き。\"}";
    const CHINESE: &str =
        "{\"name\":\"守塔人米拉\",\"description\":\"她住在安静的灯塔里，喜欢数船和喝茶。\"}";

    #[test]
    fn old_encodings_are_found() {
        for (text, encoding) in [(JAPANESE, SHIFT_JIS), (CHINESE, GBK)] {
            let mut warnings = Vec::new();
            assert_eq!(decode(&encoding.encode(text).0, &mut warnings), text);
            assert!(warnings[0].message.contains("was written in"), "{warnings:?}");
        }
    }

    #[test]
    fn utf16_is_found_with_and_without_a_mark() {
        for (mark, big) in [(true, true), (true, false), (false, true), (false, false)] {
            let text = if mark { format!("\u{feff}{JAPANESE}") } else { JAPANESE.to_owned() };
            let bytes: Vec<u8> = text
                .encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let mut warnings = Vec::new();
            assert_eq!(decode(&bytes, &mut warnings), JAPANESE);
            assert_eq!(warnings.len(), 1);
        }
    }

    #[test]
    fn one_bitten_byte_does_not_make_it_another_encoding() {
        let mut bytes = JAPANESE.as_bytes().to_vec();
        bytes[12] = 0xff;
        let mut warnings = Vec::new();
        let text = decode(&bytes, &mut warnings);
        assert!(text.contains('�') && text.contains("ミラ"), "{text}");
        assert_eq!(decode("\u{feff}é".as_bytes(), &mut Vec::new()), "é");
    }

    #[test]
    fn names_of_an_archive_are_read_together() {
        let name = |text: &str| SHIFT_JIS.encode(text).0.into_owned();
        let raw = [name("表情/笑顔.png"), name("表情/泣き顔.png"), "絵.png".as_bytes().to_vec()];
        let raw: Vec<(&[u8], bool)> = raw.iter().map(|name| (name.as_slice(), false)).collect();
        assert_eq!(names(&raw), ["表情/笑顔.png", "表情/泣き顔.png", "絵.png"]);
    }
}
