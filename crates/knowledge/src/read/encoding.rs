//! Files as UTF-8, a buffer at a time: the encoding is found out from the beginning, and nothing longer than a buffer is held.

use std::io::{self, BufRead, Read};

use encoding_rs::{
    CoderResult, Decoder, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};

/// How much is looked at to guess an encoding.
const HEAD: usize = 1 << 16;
/// How much is decoded at once.
const BUFFER: usize = 1 << 15;

/// A reader whose bytes are UTF-8, whatever those of the file are. What means nothing becomes U+FFFD.
pub(super) struct Utf8<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    text: Vec<u8>,
    text_at: usize,
    ended: bool,
}

impl<R: Read> Utf8<R> {
    /// Reads the beginning and decides.
    pub(super) fn new(mut inner: R) -> io::Result<Self> {
        let mut raw = Vec::new();
        inner.by_ref().take(HEAD as u64).read_to_end(&mut raw)?;
        let whole = raw.len() < HEAD;
        let decoder = encoding_of(&raw, whole).new_decoder_with_bom_removal();
        Ok(Self { inner, decoder, raw, raw_at: 0, text: Vec::new(), text_at: 0, ended: false })
    }

    fn refill(&mut self) -> io::Result<()> {
        self.text.resize(BUFFER, 0);
        self.text_at = 0;
        let mut written = 0;
        while written == 0 && !self.ended {
            let mut last = false;
            if self.raw_at == self.raw.len() {
                self.raw.resize(BUFFER, 0);
                self.raw_at = 0;
                let read = self.inner.read(&mut self.raw)?;
                self.raw.truncate(read);
                last = read == 0;
            }
            let (result, read, wrote, _) =
                self.decoder.decode_to_utf8(&self.raw[self.raw_at..], &mut self.text, last);
            self.raw_at += read;
            written = wrote;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        self.text.truncate(written);
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let count = from.len().min(to.len());
        to[..count].copy_from_slice(&from[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text_at == self.text.len() && !self.ended {
            self.refill()?;
        }
        Ok(&self.text[self.text_at..])
    }

    fn consume(&mut self, count: usize) {
        self.text_at = (self.text_at + count).min(self.text.len());
    }
}

/// The encoding that a file's beginning speaks for. `whole`: it is all there is.
pub(super) fn encoding_of(head: &[u8], whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = bare_utf16(head) {
        return encoding;
    }
    if switches_to_japanese(head) {
        return ISO_2022_JP;
    }
    match std::str::from_utf8(head) {
        Ok(_) => return UTF_8,
        // A letter may be cut in two at the end of the beginning.
        Err(error) if error.error_len().is_none() && !whole => return UTF_8,
        Err(_) => {}
    }
    if let Some(encoding) = declared(head) {
        return encoding;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(head, whole);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    if encoding == encoding_rs::GBK {
        GB18030
    } else if encoding.is_single_byte() && is_japanese(head) {
        // A few words of Japanese among much ASCII look like Western accents.
        SHIFT_JIS
    } else {
        encoding
    }
}

/// What HTML and XML say of themselves.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(1024)];
    let text: String = head.iter().map(|&byte| char::from(byte).to_ascii_lowercase()).collect();
    let after = ["charset=", "encoding="]
        .iter()
        .find_map(|mark| text.find(mark).map(|at| &text[at + mark.len()..]))?;
    let label: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8)
}

/// UTF-16 without a mark: line ends and spaces with a zero beside them, always on the same side.
fn bare_utf16(head: &[u8]) -> Option<&'static Encoding> {
    if head.len() < 4 {
        return None;
    }
    let (mut little, mut big) = (0usize, 0usize);
    for pair in head.chunks_exact(2) {
        match *pair {
            [b' '..=b'z' | b'\n' | b'\r' | b'\t', 0] => little += 1,
            [0, b' '..=b'z' | b'\n' | b'\r' | b'\t'] => big += 1,
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

/// ISO-2022-JP, of mails and old pages: all of it is ASCII, so it would pass for UTF-8, and escapes say where letters are Japanese.
fn switches_to_japanese(head: &[u8]) -> bool {
    head.is_ascii()
        && (memchr::memmem::find(head, b"\x1b$B").is_some()
            || memchr::memmem::find(head, b"\x1b$@").is_some())
}

/// Shift-JIS whose every letter beyond ASCII is Japanese, with kana among them.
fn is_japanese(head: &[u8]) -> bool {
    let (text, damaged) = SHIFT_JIS.decode_without_bom_handling(&head[..head.len() & !1]);
    let kana = |c: char| ('\u{3041}'..='\u{30ff}').contains(&c);
    let japanese = |c: char| {
        c.is_ascii()
            || kana(c)
            || matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
    };
    !damaged && text.chars().all(japanese) && text.chars().any(kana)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(bytes: &[u8], expected: &str) {
        let mut text = String::new();
        Utf8::new(bytes).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, expected);
    }

    #[test]
    fn every_encoding_becomes_utf_8() {
        let chinese = "第一章 北边的灯塔。她在那里住了三十年，没有人知道为什么。\r\n";
        let japanese = "第一章　北の灯台。彼女はそこに三十年住んでいた。\r\n";
        reads(&GB18030.encode(chinese).0, chinese);
        reads(&SHIFT_JIS.encode(japanese).0, japanese);
        reads(japanese.as_bytes(), japanese);
        reads(b"\x1b$BKL$NEtBf\x1b(B, 1907", "北の灯台, 1907");
        reads(b"\x1b[1mbold\x1b[0m", "\u{1b}[1mbold\u{1b}[0m");
        for mark in [true, false] {
            let bom = if mark { "\u{feff}" } else { "" };
            let text = format!("{bom}The lighthouse of 北\r\n");
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            reads(&little, "The lighthouse of 北\r\n");
            reads(&big, "The lighthouse of 北\r\n");
        }
        reads(b"<meta charset=windows-1252>caf\xe9", "<meta charset=windows-1252>café");
    }

    #[test]
    fn a_letter_on_the_edge_of_a_buffer_stays_whole() {
        let text = format!("{}灯塔", "a".repeat(HEAD - 1));
        reads(text.as_bytes(), &text);
        let text = "雨".repeat(200_000);
        reads(text.as_bytes(), &text);
    }

    #[test]
    fn damage_is_no_end() {
        reads("abc 雨\n".repeat(20).as_bytes(), &"abc 雨\n".repeat(20));
        let mut bytes = "abc 雨\n".repeat(20_000).into_bytes();
        bytes[100_000] = 0xff;
        let mut text = String::new();
        Utf8::new(&bytes[..]).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text.matches('\u{fffd}').count(), 1);
    }
}
