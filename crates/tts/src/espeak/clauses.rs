//! Text to IPA, clause by clause, with the punctuation that espeak-ng itself throws away.

use std::ffi::{c_char, c_void};

use espeak_rs_sys as sys;

use super::{Engine, borrowed, c_string};

/// Phonemes as IPA characters.
const IPA: i32 = 2;
/// More clauses than a piece of text has.
const MAX_CLAUSES: usize = 400;

/// A clause of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    /// IPA with stress marks; words separated by spaces; markers of language removed.
    pub(crate) ipa: String,
    /// The mark that ended it: one of `,.?!;:`.
    pub(crate) mark: Option<char>,
}

/// Reads a text with the voice that is loaded. The engine is borrowed from its lock, which keeps other calls out.
pub(super) fn read(_locked: &Engine, text: &str) -> Vec<Clause> {
    let text = c_string(text);
    let bytes = text.as_bytes();
    let start: *const c_char = text.as_ptr();
    let mut next: *const c_void = start.cast();
    let mut from = 0;
    let mut clauses: Vec<Clause> = Vec::new();
    while !next.is_null() && from < bytes.len() && clauses.len() < MAX_CLAUSES {
        // SAFETY: `next` points into `text`, a NUL-terminated string that lives through the loop; espeak-ng moves it past
        // the clause it read, or sets it to null at the end. The lock is held.
        let ipa = unsafe {
            borrowed(sys::espeak_TextToPhonemes(&raw mut next, sys::espeakCHARS_UTF8 as i32, IPA))
        };
        // SAFETY: null is handled; otherwise both point into `text` or one past its end.
        let to = if next.is_null() {
            bytes.len()
        } else {
            let offset = unsafe { next.cast::<c_char>().offset_from(start) };
            usize::try_from(offset).unwrap_or(0).clamp(from, bytes.len())
        };
        if to == from {
            break; // no progress
        }
        let used = String::from_utf8_lossy(&bytes[from..to]);
        from = to;
        let ipa = without_markers(&ipa);
        let mark = mark(&used);
        if ipa.is_empty() {
            if let (Some(mark), Some(last)) = (mark, clauses.last_mut()) {
                last.mark.get_or_insert(mark);
            }
            continue;
        }
        clauses.push(Clause { ipa, mark });
    }
    clauses
}

/// The mark at the end of the text that a clause used up. espeak-ng reads one character too far, so the last character may
/// belong to the next clause.
fn mark(used: &str) -> Option<char> {
    let mark = |c| {
        Some(match c {
            ',' | '，' | '、' => ',',
            '.' | '。' => '.',
            '?' | '？' => '?',
            '!' | '！' => '!',
            ';' | '；' | '…' => ';',
            ':' | '：' => ':',
            _ => return None,
        })
    };
    used.trim_end().chars().rev().take(3).find_map(mark)
}

/// Removes `(en)` and its like, which say that espeak-ng changed language inside a text.
fn without_markers(ipa: &str) -> String {
    let mut out = String::with_capacity(ipa.len());
    let mut inside = false;
    for c in ipa.chars() {
        match c {
            '(' => inside = true,
            ')' if inside => inside = false,
            _ if inside => {}
            ' ' | '\n' | '_' if out.is_empty() || out.ends_with(' ') => {}
            '\n' | '_' => out.push(' '),
            c => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_language_are_not_phonemes() {
        assert_eq!(without_markers("(en)h(cmn) ni2\nxɑ"), "h ni2 xɑ");
        assert_eq!(without_markers(" həlˈoʊ  ðˈɛɹ "), "həlˈoʊ ðˈɛɹ");
    }

    #[test]
    fn the_mark_is_found_behind_one_character_too_many() {
        assert_eq!(mark("Hello there, h"), Some(','));
        assert_eq!(mark("are you?"), Some('?'));
        assert_eq!(mark("no mark"), None);
    }

    /// What `espeak-ng -q --ipa -v VOICE` (1.52, our data folder) says of the same words; Debian's 1.51 says the same of the German ones.
    #[test]
    fn other_languages_are_read_as_espeak_ng_itself_reads_them() {
        let espeak = crate::espeak::Espeak::open(
            &crate::Options::checkout().resources.join("espeak-ng-data"),
        )
        .unwrap();
        for (voice, text, expected) in [
            (
                "de",
                "Guten Morgen, wie geht es dir heute?",
                "ɡˈuːtən mˈɔɾɡən viː ɡˈeːt ɛs diːɾ hˈɔøtə",
            ),
            ("de", "12 Uhr, 3,5 Meter.", "tsvˈœlf ˈuːɾ dɾˈaɪ kɔmɑː fˈʏnf mˈeːtɜ"),
            (
                "fr",
                "Il fait beau ce matin au bord de la mer.",
                "il fˈɛ bˈo sə- matˈɛ̃ o bˈɔʁ də- la- mˈɛʁ",
            ),
            (
                "es",
                "La luz del faro brilla toda la noche.",
                "la lˈuθ ðel fˈaɾo βɾˈiʎa tˈoða la nˈotʃe",
            ),
            ("it", "Il mare oggi è molto tranquillo.", "il mˈare ˈɔdʒːɪ e mˈolto trankwˈillo"),
            ("pt-br", "A lua nasceu sobre o porto.", "a lˈuæ nasˈeʊ sˈobri ʊ pˈoɾətʊ"),
            ("nl", "De vuurtoren brandt de hele nacht.", "də vyrtˈoːrən brˈɑnt tə hˈeːlə nˈɑxt"),
            ("pl", "Dzisiaj wieczorem będzie padać.", "dʑˈiɕaj vʲɛtʃˈɔrɛm bˌɛɲdʑɛ pˈadatɕ"),
            ("cs", "Dnes večer bude pršet.", "dnˈes vˈetʃer bˌude pˈr̩ʃet"),
            ("sv", "Fyren lyser hela natten.", "fˈyːrən lˈyːsər hˈeːla nˈatːən"),
            ("fi", "Majakka palaa koko yön.", "mˈajakːa pˈalaː kˈoko ˈyøn"),
            ("ru", "Сегодня вечером будет дождь.", "sʲivˈodnʲʌ vʲitʃʲˈerʌm bˌudʲit dˈoʃtʲ"),
            ("tr", "Fener bütün gece yanıyor.", "fenˈɛr bytˈøn ɟˈedʒɛ janˈɯjɔr"),
        ] {
            let clauses = espeak.clauses(text, voice).unwrap();
            let ipa: Vec<&str> = clauses.iter().map(|clause| clause.ipa.as_str()).collect();
            assert_eq!(ipa.join(" "), expected, "{voice}");
        }
    }
}
