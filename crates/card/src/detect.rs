//! What a file is, by its first bytes, so that a refusal can say so.

use crate::container::{jpeg, png_chunks, webp, zip};

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    Png,
    Webp,
    Jpeg,
    Zip,
    /// Something written: JSON, YAML, plain.
    Text,
    /// Of a kind that may hold a character, and is not read.
    NotYet(&'static str),
    /// Not a card at all.
    Other(&'static str),
}

/// First bytes of files that people drop by mistake.
const OTHERS: [(&[u8], &str); 14] = [
    (b"GGUF", "a language model"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"fLaC", "a sound"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of a kind that is not read (7z)"),
    (b"Rar!\x1a\x07", "an archive of a kind that is not read (RAR)"),
    (b"\x1f\x8b", "an archive of a kind that is not read (gzip)"),
    (b"SQLite format 3\0", "a database"),
    (b"MOC3", "a Live2D model"),
    (b"glTF", "a 3D model"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
];

/// Looks at the first bytes.
pub(crate) fn outside(file: &[u8]) -> Outside {
    if file.starts_with(&png_chunks::SIGNATURE) {
        return Outside::Png;
    }
    if webp::is(file) {
        return Outside::Webp;
    }
    if jpeg::is(file) {
        return Outside::Jpeg;
    }
    if zip::is(file) {
        return Outside::Zip;
    }
    if file.starts_with(b"RIFF") {
        return Outside::Other("a sound");
    }
    if file.starts_with(&[0x6f, 0x00]) && file.len() > 6 {
        return Outside::NotYet("a RisuAI module");
    }
    if file.starts_with(b"rcc||") || file.starts_with(b"RCC||") {
        return Outside::NotYet("an encrypted RisuAI card");
    }
    if let Some((_, what)) = OTHERS.iter().find(|(head, _)| file.starts_with(head)) {
        return Outside::Other(what);
    }
    if file.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Outside::Other("an empty file");
    }
    let head = &file[..file.len().min(4096)];
    let zeros = memchr::memchr_iter(0, head).count();
    let utf16 = head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || zeros * 3 > head.len() && head.get(2..4).is_some_and(|pair| pair.contains(&0));
    // Zero bytes at the very end are padding.
    let padded = zeros > 0
        && file
            .iter()
            .position(|byte| *byte == 0)
            .is_some_and(|at| file[at..].iter().all(|byte| *byte == 0));
    if zeros > 0 && !utf16 && !padded {
        return Outside::Other("a binary file of an unknown kind");
    }
    Outside::Text
}

/// Whether a text may be a YAML character: by its name, or by two keys at the margin.
pub(crate) fn like_yaml(text: &str, name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if matches!(ending.as_deref(), Some("yaml" | "yml")) {
        return true;
    }
    let key = |line: &&str| {
        line.split_once(':').is_some_and(|(key, rest)| {
            let word = !key.is_empty()
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            word && (rest.is_empty() || rest.starts_with(' '))
        })
    };
    text.lines().take(400).filter(key).count() >= 2
}
