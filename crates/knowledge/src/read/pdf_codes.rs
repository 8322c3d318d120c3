//! Letters of CJK fonts that bring no map to Unicode, but an encoding that is one of the world's: `UniGB-UCS2-H`, `90ms-RKSJ-V`. The
//! codes are then Unicode, or those of an old encoding.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};
use hayro_syntax::object::{Dict, Name};
use hayro_syntax::page::Page;

/// What the codes of a page's fonts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codes {
    /// UTF-16.
    Unicode,
    /// Bytes of this encoding.
    Old(&'static Encoding),
}

impl Codes {
    /// Those of all fonts of a page that bring no map; `None` where there are none, or fonts that differ.
    pub(super) fn of(page: &Page<'_>) -> Option<Self> {
        let fonts = &page.resources().fonts;
        let mut found = None;
        for key in fonts.keys() {
            let Some(font) = fonts.get::<Dict<'_>>(&key) else { continue };
            let composite =
                font.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Type0");
            if !composite {
                continue;
            }
            // Some programs write a name where the map belongs: the codes are Unicode then.
            let identity = font
                .get::<Name<'_>>("ToUnicode")
                .is_some_and(|map| map.as_ref() == b"Identity-H" || map.as_ref() == b"Identity-V");
            if !identity && font.contains_key("ToUnicode") {
                continue;
            }
            let codes = if identity {
                Self::Unicode
            } else {
                Self::named(font.get::<Name<'_>>("Encoding")?.as_ref())?
            };
            if found.is_some_and(|before| before != codes) {
                return None;
            }
            found = Some(codes);
        }
        found
    }

    /// The predefined encodings of the specification.
    fn named(name: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?;
        let begins = |list: &[&str]| list.iter().any(|start| name.starts_with(start));
        if name.starts_with("Uni") && (name.contains("UCS2") || name.contains("UTF16")) {
            Some(Self::Unicode)
        } else if begins(&["GBK-EUC", "GBKp-EUC", "GBK2K", "GB-EUC"]) {
            Some(Self::Old(GB18030))
        } else if begins(&[
            "90ms-RKSJ",
            "90msp-RKSJ",
            "90pv-RKSJ",
            "83pv-RKSJ",
            "Add-RKSJ",
            "Ext-RKSJ",
        ]) {
            Some(Self::Old(SHIFT_JIS))
        } else if begins(&["EUC-H", "EUC-V"]) {
            Some(Self::Old(EUC_JP))
        } else if begins(&["B5pc", "ETen-B5", "ETenms-B5", "HKscs-B5"]) {
            Some(Self::Old(BIG5))
        } else if begins(&["KSC-EUC", "KSCms-UHC", "KSCpc-EUC"]) {
            Some(Self::Old(EUC_KR))
        } else {
            None
        }
    }

    /// The letter that a code stands for.
    pub(super) fn letter(self, code: u32) -> Option<char> {
        match self {
            Self::Unicode if code > 0xffff => {
                let pair = [(code >> 16) as u16, code as u16];
                char::decode_utf16(pair).next()?.ok()
            }
            Self::Unicode => char::from_u32(code),
            Self::Old(encoding) => {
                let bytes = code.to_be_bytes();
                let start = bytes.iter().position(|&byte| byte != 0)?;
                let (text, damaged) = encoding.decode_without_bom_handling(&bytes[start..]);
                text.chars().next().filter(|_| !damaged)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_letters() {
        for (name, code, letter) in [
            ("UniGB-UCS2-H", 0x706f, '灯'),
            ("UniJIS-UTF16-V", 0xd840_dc0b, '𠀋'),
            ("GBK-EUC-H", 0xb5c6, '灯'),
            ("GBKp-EUC-V", 0x41, 'A'),
        ] {
            assert_eq!(Codes::named(name.as_bytes()).unwrap().letter(code), Some(letter), "{name}");
        }
        let bytes = SHIFT_JIS.encode("灯").0;
        let code = bytes.iter().fold(0u32, |sum, &byte| (sum << 8) | u32::from(byte));
        assert_eq!(Codes::named(b"90ms-RKSJ-H").unwrap().letter(code), Some('灯'));
        assert_eq!(Codes::named(b"Identity-H"), None);
    }
}
