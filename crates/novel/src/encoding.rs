//! Bytes to text: the encodings that scripts of novels are found in.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte-order mark, lines as they were; where only carriage returns end them (old Macs), line feeds do.
    pub text: String,
    /// Name of the encoding, as the Encoding Standard calls it.
    pub encoding: &'static str,
    /// Some bytes meant nothing in it and became U+FFFD.
    pub damaged: bool,
}

/// How much is looked at to guess an encoding.
const GUESS_BYTES: usize = 1 << 16;

/// Decodes by byte-order mark, by the pattern of UTF-16, by the escapes of ISO-2022-JP, as UTF-8 where that is valid, and otherwise by the guess that leaves
/// the least damage (Shift-JIS, GBK, Big5, EUC and the single-byte encodings of browsers). A few wrong bytes do not change the guess.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = as_written(bytes);
    if decoded.text.contains('\r') && !decoded.text.contains('\n') {
        decoded.text = decoded.text.replace('\r', "\n");
    }
    decoded
}

fn as_written(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = bare_utf16(bytes) {
        return with(encoding, bytes);
    }
    if is_iso_2022_jp(bytes) {
        return with(ISO_2022_JP, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), encoding: UTF_8.name(), damaged: false };
    }
    let guessed = guess(bytes);
    let decoded = with(guessed, bytes);
    // An encoding of one byte a character takes any bytes: where a few wrong ones ruled all others out, it is what is left.
    if (decoded.damaged || guessed.is_single_byte())
        && let Some(encoding) = beside_strays(bytes)
    {
        return with(encoding, bytes);
    }
    if !decoded.damaged {
        return decoded;
    }
    // A guess that does not fit may have been misled by a stray byte: what loses the fewest characters wins.
    let lost = |decoded: &Decoded| decoded.text.matches('\u{fffd}').count();
    [UTF_8, SHIFT_JIS, GB18030, BIG5, EUC_JP, EUC_KR]
        .into_iter()
        .map(|encoding| with(encoding, bytes))
        .fold(decoded, |best, other| if lost(&other) < lost(&best) { other } else { best })
}

/// Wrong lines among so many at most are strays.
const STRAYS: usize = 4;

/// The encoding that would be guessed if a few lines were not there: those that are no text in it.
fn beside_strays(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(GUESS_BYTES)];
    let lines = || head.split_inclusive(|&byte| byte == b'\n').filter(|line| !line.is_ascii());
    let all = lines().count();
    [UTF_8, SHIFT_JIS, GB18030, EUC_JP, BIG5, EUC_KR].into_iter().find(|&encoding| {
        let whole: Vec<&[u8]> =
            lines().filter(|line| !encoding.decode_without_bom_handling(line).1).collect();
        let strays = all - whole.len();
        // What is UTF-8 by chance is soon none.
        strays > 0
            && strays * STRAYS <= all
            && (encoding == UTF_8 || guess(&whole.concat()) == encoding)
    })
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: encoding.name(), damaged }
}

/// UTF-16 without a mark: line feeds and spaces with a zero beside them, always on the same side.
pub(crate) fn bare_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(GUESS_BYTES) & !1];
    if head.len() < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let (mut little, mut big) = (0usize, 0usize);
    for pair in head.chunks_exact(2) {
        match *pair {
            [b' ' | b'\n' | b'\r' | b'\t' | b'[' | b']', 0] => little += 1,
            [0, b' ' | b'\n' | b'\r' | b'\t' | b'[' | b']'] => big += 1,
            [0, 0] => return None,
            _ => {}
        }
    }
    let enough = head.len() / 2 / 200 + 1;
    if little >= enough && big == 0 {
        Some(UTF_16LE)
    } else if big >= enough && little == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Seven bits a byte, and among them an escape that says that Japanese follows: kanji of either year, letters, half-width kana. A terminal's
/// colours have escapes of other forms.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    const ESCAPES: [&[u8]; 4] = [b"$B", b"$@", b"(J", b"(I"];
    bytes.is_ascii()
        && bytes
            .split(|&byte| byte == 0x1b)
            .skip(1)
            .any(|behind| ESCAPES.iter().any(|escape| behind.starts_with(escape)))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], bytes.len() <= GUESS_BYTES);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    if encoding == encoding_rs::GBK {
        GB18030
    } else if encoding.is_single_byte() && is_japanese(bytes) {
        // A few words of Japanese among much ASCII look like Western accents.
        SHIFT_JIS
    } else {
        encoding
    }
}

/// Valid Shift-JIS whose every character beyond ASCII is Japanese, with kana among them.
fn is_japanese(bytes: &[u8]) -> bool {
    let (text, damaged) = SHIFT_JIS.decode_without_bom_handling(bytes);
    let kana = |c: char| ('\u{3041}'..='\u{30ff}').contains(&c);
    let japanese = |c: char| {
        c.is_ascii()
            || kana(c)
            || ('\u{3000}'..='\u{303f}').contains(&c)
            || ('\u{4e00}'..='\u{9fff}').contains(&c)
            || ('\u{ff01}'..='\u{ff5e}').contains(&c)
    };
    !damaged && text.chars().all(japanese) && text.chars().any(kana)
}

/// Decodes a zero-terminated cp932 string, as compiled Japanese scripts hold them.
pub(crate) fn cp932(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    SHIFT_JIS.decode_without_bom_handling(&bytes[..end]).0.into_owned()
}
