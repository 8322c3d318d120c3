//! Phonemes of Piper's Mandarin voices (`phoneme_type` `pinyin`): syllables with tone digits to initials, finals and tones.
//!
//! A syllable is three symbols of the voice's table: `zh` `uang` `1`. One that begins with a vowel has the initial `Ø`; y and w
//! count as initials (圆 is `y` `uan` `2`); ü is written `v` behind l and n alone (略 is `l` `ve` `4`, 学 `x` `ue` `2`). 儿 is a syllable of its own
//! (`Ø` `er` `2`), also where it colours the one before it. Marks are symbols: `.`, `?` and `!` with numbers of their own, every short pause
//! with the same one. A pad follows each tone and each mark, and nothing else; a sentence is spoken by itself.
//!
//! Sources: piper-tts 1.8.0 (`phonemize_chinese.py`, `g2pw_onnx.py`) and the tables of g2pW 0.1.2. The table of phonemes in the
//! former gives the configurations of the voices Chaowen and Xiao Ya to the byte: sizes and MD5 of the maker's list.
//!
//! Which tones a voice wants follows from what it was trained on (decision 0237): 一 and 不 with the tone that they have in place
//! (`text::Chinese` gives it), two third tones in a row as they are in the dictionary, because the voice has learnt what they become.

use super::table::Table;

/// The voices' initials, longest first, so that `zh` is found before `z`.
const INITIALS: [&str; 23] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r",
    "z", "c", "s", "y", "w",
];
/// In the place of an initial, before a vowel.
const NO_INITIAL: &str = "Ø";
/// The voices' finals that a syllable of Mandarin has in this spelling; their tables have three more (`ueng`, `van`, `vn`), which
/// are always written otherwise (`w` `eng`, `j` `uan`, `j` `un`).
const FINALS: [&str; 34] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie",
    "iao", "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un",
    "uang", "ue", "v", "ve",
];
const TONES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// A syllable, in the symbols of the voices' table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syllable {
    /// `zh`; `Ø` where it begins with a vowel.
    pub(super) initial: &'static str,
    /// `uang`.
    pub(super) rime: &'static str,
    /// `1` to `5`; 5 is the neutral tone.
    pub(super) tone: &'static str,
}

/// What stands in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// What is spoken.
    Syllable(Syllable),
    /// A pause: one of `,.?!…`.
    Mark(char),
}

/// A text in pinyin as `text::Chinese` gives it, by sentences; none without a syllable. Spaces part words and are no pauses,
/// and what is neither a syllable nor a mark is not said.
pub(super) fn sentences(pinyin: &str) -> Vec<Vec<Unit>> {
    let mut sentences = Vec::new();
    let mut sentence: Vec<Unit> = Vec::new();
    let mut start = 0;
    for (at, c) in pinyin.char_indices() {
        if c.is_ascii_lowercase() {
            continue;
        }
        let letters = &pinyin[start..at];
        start = at + c.len_utf8();
        match c {
            '1'..='5' => sentence.extend(syllable(letters, c).map(Unit::Syllable)),
            ',' | '…' if !sentence.is_empty() => sentence.push(Unit::Mark(c)),
            '.' | '?' | '!' if !sentence.is_empty() => {
                sentence.push(Unit::Mark(c));
                sentences.push(std::mem::take(&mut sentence));
            }
            _ => {}
        }
    }
    if !sentence.is_empty() {
        sentences.push(sentence);
    }
    sentences
}

/// `None` for what is no syllable of Mandarin.
fn syllable(letters: &str, tone: char) -> Option<Syllable> {
    // Hummed sounds, which the voices have no symbols for: the readings that g2pW gives first for 嗯, 呣 and 哼.
    let letters = match letters {
        "n" | "ng" => "en",
        "m" => "mu",
        "hm" | "hng" => "heng",
        usual => usual,
    };
    let initial = INITIALS.into_iter().find(|initial| letters.starts_with(initial));
    let rest = &letters[initial.map_or(0, str::len)..];
    let rime = FINALS.into_iter().find(|rime| *rime == rest)?;
    let tone = TONES.into_iter().find(|one| one.starts_with(tone))?;
    Some(Syllable { initial: initial.unwrap_or(NO_INITIAL), rime, tone })
}

/// How many symbols a voice's table lacks, and the first of them; `None` where it has all that a syllable needs.
pub(super) fn lacking(table: &Table) -> Option<(usize, &'static str)> {
    let needed = INITIALS.into_iter().chain([NO_INITIAL]).chain(FINALS).chain(TONES);
    let mut lacking = needed.filter(|symbol| table.get(symbol).is_none());
    let first = lacking.next()?;
    Some((1 + lacking.count(), first))
}

impl Syllable {
    /// The consonant in IPA, for the mouth; empty where there is none.
    pub(super) fn consonant(&self) -> &'static [&'static str] {
        match self.initial {
            "b" => &["b"],
            "p" => &["p"],
            "m" => &["m"],
            "f" => &["f"],
            "d" => &["d"],
            "t" => &["t"],
            "n" => &["n"],
            "l" => &["l"],
            "g" => &["ɡ"],
            "k" => &["k"],
            "j" | "q" | "x" => &["ɕ"],
            "zh" | "ch" | "sh" | "r" => &["ʂ"],
            "z" | "c" | "s" => &["s"],
            "y" if self.rime.starts_with('u') => &["ɥ"],
            "y" => &["j"],
            "w" => &["w"],
            // h is made far behind the lips.
            _ => &[],
        }
    }

    /// The vowels in IPA one after another, and the nasal that ends them.
    pub(super) fn vowels(&self) -> &'static [&'static str] {
        let rounded = matches!(self.initial, "j" | "q" | "x" | "y");
        match self.rime {
            "a" => &["a"],
            "o" => &["o"],
            "e" if self.initial == "y" => &["ɛ"],
            "e" => &["ɤ"],
            "ai" => &["a", "i"],
            "ei" => &["e", "i"],
            "ao" => &["ɑ", "ʊ"],
            "ou" => &["o", "ʊ"],
            "an" if self.initial == "y" => &["ɛ", "n"],
            "an" => &["a", "n"],
            "en" => &["ə", "n"],
            "ang" => &["ɑ", "ŋ"],
            "eng" => &["ə", "ŋ"],
            "ong" => &["ʊ", "ŋ"],
            "er" => &["ɚ"],
            "i" if matches!(self.initial, "zh" | "ch" | "sh" | "r" | "z" | "c" | "s") => &["ɨ"],
            "i" => &["i"],
            "ia" => &["i", "a"],
            "ie" => &["i", "ɛ"],
            "iao" => &["i", "ɑ", "ʊ"],
            "iu" => &["i", "o", "ʊ"],
            "ian" => &["i", "ɛ", "n"],
            "in" => &["i", "n"],
            "iang" => &["i", "ɑ", "ŋ"],
            "ing" => &["i", "ŋ"],
            "iong" => &["y", "ʊ", "ŋ"],
            "u" if rounded => &["y"],
            "u" => &["u"],
            "ua" => &["u", "a"],
            "uo" => &["u", "o"],
            "uai" => &["u", "a", "i"],
            "ui" => &["u", "e", "i"],
            "uan" if rounded => &["y", "ɛ", "n"],
            "uan" => &["u", "a", "n"],
            "un" if rounded => &["y", "n"],
            "un" => &["u", "ə", "n"],
            "uang" => &["u", "ɑ", "ŋ"],
            "ue" | "ve" => &["y", "ɛ"],
            "v" => &["y"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use domain::{Lang, MouthShape};
    use proptest::prelude::*;

    use super::*;
    use crate::Options;
    use crate::front::Front;
    use crate::text::pieces;
    use crate::visemes::mouths;

    /// A sentence a line, its symbols with spaces between.
    fn symbols(pinyin: &str) -> String {
        let mut out = String::new();
        for sentence in sentences(pinyin) {
            for unit in sentence {
                match unit {
                    Unit::Syllable(one) => {
                        write!(out, "{} {} {} ", one.initial, one.rime, one.tone).unwrap();
                    }
                    Unit::Mark(mark) => write!(out, "{mark} ").unwrap(),
                }
            }
            out.push('\n');
        }
        out.replace(" \n", "\n").trim_end().to_owned()
    }

    /// The whole way of a line's text, as the voice's thread goes it.
    fn read(front: &mut Front, text: &str) -> String {
        let pieces = pieces(text, Lang::Zh, false);
        assert!(pieces.iter().all(|piece| piece.lang == Lang::Zh), "{pieces:?}");
        let said: Vec<String> =
            pieces.iter().map(|piece| symbols(&front.spoken(piece, false).unwrap())).collect();
        said.join("\n")
    }

    /// Written out by hand by the rules of `phonemize_chinese.py`: initial, final, tone; marks as they stand.
    #[test]
    fn texts_become_the_symbols_that_the_voices_were_trained_on() {
        let mut front = Front::new(&Options::checkout().resources);
        for (text, expected) in [
            // Two third tones stay as the dictionary has them.
            ("你好。", "n i 3 h ao 3 ."),
            ("植物开放。", "zh i 2 w u 4 k ai 1 f ang 4 ."),
            // Every kind of ü: behind l and n, behind j, q, x, and with y.
            ("绿色，女士，战略。", "l v 4 s e 4 , n v 3 sh i 4 , zh an 4 l ve 4 ."),
            ("雪圈，军云！", "x ue 3 q uan 1 , j un 1 y un 2 !"),
            ("月圆，雨。", "y ue 4 y uan 2 , y u 3 ."),
            // Without an initial.
            ("爱，饿，安，恩。", "Ø ai 4 , Ø e 4 , Ø an 1 , Ø en 1 ."),
            ("二，儿子，欧洲。", "Ø er 4 , Ø er 2 z i 5 , Ø ou 1 zh ou 1 ."),
            // y and w are initials.
            ("我有用翁。", "w o 3 y ou 3 y ong 4 w eng 1 ."),
            // 一 and 不 as they are said in place.
            ("一个，一天，第一！", "y i 2 g e 4 , y i 4 t ian 1 , d i 4 y i 1 !"),
            ("不要，不好。", "b u 2 y ao 4 , b u 4 h ao 3 ."),
            // Readings by words; neutral tones.
            ("银行在重庆吗？", "y in 2 h ang 2 z ai 4 ch ong 2 q ing 4 m a 5 ?"),
            ("妈妈喜欢这个东西。", "m a 1 m a 5 x i 3 h uan 5 zh e 4 g e 5 d ong 1 x i 5 ."),
            // Numbers, dates and signs in words; a space is no pause.
            ("我有 3 个苹果", "w o 3 y ou 3 s an 1 g e 4 p ing 2 g uo 3"),
            ("77%", "b ai 3 f en 1 zh i 1 q i 1 sh i 2 q i 1"),
            ("3月1日", "s an 1 y ue 4 y i 1 r i 4"),
            // Each sentence by itself, and what dots end.
            ("好。走吧！嗯……行？", "h ao 3 .\nz ou 3 b a 5 !\nØ en 1 …\nx ing 2 ?"),
            ("“穷”、《窘》（炯）", "q iong 2 , j iong 3 , j iong 3 ,"),
            ("銀行裡有一個人。", "y in 2 h ang 2 l i 3 y ou 3 y i 2 g e 4 r en 2 ."),
        ] {
            assert_eq!(read(&mut front, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_syllable_is_not_said() {
        assert_eq!(symbols("n2 m4 hm5 ng4"), "Ø en 2 m u 4 h eng 5 Ø en 4");
        for odd in ["", " ", "hello", "hao", "hao6", "3", "xyz3", "zh1", "!!!", "……", "ü4", "好"]
        {
            assert_eq!(symbols(odd), "", "{odd}");
        }
        assert_eq!(symbols("?,ni3?!.hao3"), "n i 3 ?\nh ao 3");
    }

    /// Every reading of the dictionary that comes with the program.
    #[test]
    fn every_reading_of_the_dictionary_has_symbols() {
        let path =
            crate::resources::dictionary(&Options::checkout().resources, "zh/pinyin.tsv.zst");
        let table = crate::zst::read(&path, "the Chinese dictionary", 16 << 20).unwrap();
        let table = String::from_utf8(table).unwrap();
        let readings = table.lines().filter_map(|line| line.split('\t').nth(2));
        let mut seen = std::collections::BTreeSet::new();
        for reading in readings.flat_map(|reading| reading.split(' ')) {
            seen.insert(reading);
            let said = sentences(reading);
            assert!(matches!(&said[..], [one] if one.len() == 1), "{reading}: {said:?}");
        }
        assert!(seen.len() > 1200, "{}", seen.len());
    }

    #[test]
    fn mouths_follow_finals_and_lips_meet() {
        use MouthShape::{A, Closed, E, I, O, U};
        let shapes = |pinyin: &str| -> (Vec<MouthShape>, Vec<MouthShape>) {
            let said = sentences(pinyin);
            let Unit::Syllable(one) = said[0][0] else { panic!("{pinyin} is a syllable") };
            let shape = |sounds: &[&str]| {
                sounds.iter().flat_map(|sound| mouths(sound)).map(|mouth| mouth.shape).collect()
            };
            (shape(one.consonant()), shape(one.vowels()))
        };
        for (pinyin, consonant, vowels) in [
            ("ma1", vec![Closed], vec![A]),
            ("bo1", vec![Closed], vec![O]),
            ("pi2", vec![Closed], vec![I]),
            ("e4", vec![], vec![E]),
            ("nv3", vec![I], vec![U]),
            ("ju2", vec![I], vec![U]),
            ("wu3", vec![U], vec![U]),
            ("yue4", vec![U], vec![U, E]),
            ("yan2", vec![I], vec![E, I]),
            ("hai3", vec![], vec![A, I]),
            ("hao3", vec![], vec![A, U]),
            ("shuang1", vec![U], vec![U, A, E]),
            ("zhi1", vec![U], vec![I]),
            ("liu2", vec![I], vec![I, O, U]),
            ("er2", vec![], vec![E]),
        ] {
            assert_eq!(shapes(pinyin), (consonant, vowels), "{pinyin}");
        }
        for initial in INITIALS.into_iter().chain([NO_INITIAL]) {
            for rime in FINALS {
                let one = Syllable { initial, rime, tone: "1" };
                assert!(!one.vowels().is_empty(), "{initial}{rime}");
                assert!(one.vowels().iter().all(|sound| mouths(sound).len() == 1), "{rime}");
            }
        }
    }

    proptest! {
        /// Nothing that is written breaks it, and nothing comes out but what a voice's table has.
        #[test]
        fn any_text_gives_symbols_of_the_table(text in "([a-zü]{0,7}[0-9]?[ ,.?!…好]{0,2}){0,12}|.{0,80}") {
            for sentence in sentences(&text) {
                prop_assert!(matches!(sentence[0], Unit::Syllable(_)));
                prop_assert!(sentence.len() <= text.len());
                for unit in sentence {
                    match unit {
                        Unit::Syllable(one) => {
                            prop_assert!(one.initial == NO_INITIAL || INITIALS.contains(&one.initial));
                            prop_assert!(FINALS.contains(&one.rime) && TONES.contains(&one.tone));
                        }
                        Unit::Mark(mark) => prop_assert!(",.?!…".contains(mark)),
                    }
                }
            }
        }
    }
}
