//! Chinese: characters to pinyin with tone digits, which espeak-ng reads as well as it can speak Mandarin, and Piper's Mandarin voices
//! take apart into their phonemes.
//!
//! espeak-ng's own small dictionary knows 3,800 characters and no words, so 银行 and 行走 come out alike. The table in
//! `assets/dictionaries/zh` has 27,000 characters and 91,000 words with their readings and how common they are; the
//! cheapest path through a sentence gives the words, and with them readings and breaks. Words stand there in simplified characters;
//! those of a text in traditional ones are looked up in both.

use std::collections::HashMap;
use std::path::Path;

use super::pieces::is_han;
use crate::TtsError;

const WHAT: &str = "the Chinese dictionary";
/// The table has 1.2 MB of content.
const LIMIT: usize = 16 << 20;
/// Cost of a character that no table knows; more than any known one.
const UNKNOWN_COST: u32 = 400;

/// Reads Chinese: text to pinyin.
pub(crate) struct Chinese {
    /// Cost, and reading where it is not that of the characters.
    words: HashMap<Box<str>, (u16, Box<str>)>,
    /// The simplified character of a traditional one.
    simplified: HashMap<char, char>,
    /// Characters in the longest word.
    longest: usize,
}

impl Chinese {
    /// Loads `zh/pinyin.tsv.zst`.
    pub(crate) fn open(path: &Path) -> Result<Self, TtsError> {
        let damaged =
            |reason: String| TtsError::Damaged { what: WHAT, path: path.to_path_buf(), reason };
        let bytes = crate::zst::read(path, WHAT, LIMIT)?;
        let table = std::str::from_utf8(&bytes).map_err(|error| damaged(error.to_string()))?;
        let mut words = HashMap::with_capacity(120_000);
        let mut simplified = HashMap::with_capacity(3000);
        let mut longest = 1;
        for (number, line) in table.lines().enumerate() {
            let mut fields = line.split('\t');
            let entry = fields.next().zip(fields.next().and_then(|cost| cost.parse().ok()));
            let Some((word, cost)) = entry else {
                return Err(damaged(format!("line {} has no cost", number + 1)));
            };
            longest = longest.max(word.chars().count());
            words.insert(word.into(), (cost, fields.next().unwrap_or("").into()));
            let alone = |text: &str| text.chars().next().filter(|c| c.len_utf8() == text.len());
            simplified.extend(alone(word).zip(fields.next().and_then(alone)));
        }
        if words.is_empty() {
            return Err(damaged("it is empty".into()));
        }
        Ok(Self { words, simplified, longest })
    }

    /// Pinyin with tone digits, the syllables of a word joined: 我喜欢你。 → `wo3 xi3huan5 ni3.` Marks stay.
    pub(crate) fn spoken(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() * 3);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let end = rest.find(|other| is_han(other) != is_han(c));
            let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            if is_han(c) {
                self.read(run, &mut out);
            } else {
                out.push_str(run);
            }
        }
        out
    }

    /// One run of Chinese characters.
    fn read(&self, run: &str, out: &mut String) {
        let mut syllables: Vec<Syllable<'_>> = Vec::new();
        for word in self.split(run) {
            let simple = self.simplified(word);
            // A word is read as its characters are where the table has nothing else to say of it, in the form in which it stands there.
            let (form, reading) = match (self.words.get(word), self.words.get(&*simple)) {
                (Some((_, reading)), _) => (word, &**reading),
                (None, Some((_, reading))) => (&*simple, &**reading),
                (None, None) => (word, ""),
            };
            let mut readings = reading.split(' ').filter(|reading| !reading.is_empty());
            for (i, (character, same)) in word.chars().zip(form.chars()).enumerate() {
                let alone = || self.words.get(same.encode_utf8(&mut [0; 4]) as &str);
                if let Some(sound) = readings.next().or_else(|| Some(&*alone()?.1)) {
                    syllables.push(Syllable { character, sound, begins: i == 0 });
                }
            }
        }
        for i in 0..syllables.len() {
            let before = i.checked_sub(1).map(|before| syllables[before].character);
            if let Some(sound) = changed_tone(syllables[i], before, syllables.get(i + 1).copied()) {
                syllables[i].sound = sound;
            }
        }
        for Syllable { sound, begins, .. } in syllables {
            if begins && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            out.push_str(sound);
        }
    }

    /// A text in simplified characters, as many as it has.
    fn simplified(&self, text: &str) -> String {
        text.chars().map(|c| self.simplified.get(&c).copied().unwrap_or(c)).collect()
    }

    /// The cheapest way to cut a run into words.
    fn split<'t>(&self, run: &'t str) -> Vec<&'t str> {
        let bounds = |text: &str| -> Vec<usize> {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
        };
        let simple = self.simplified(run);
        let (written, folded) = (bounds(run), bounds(&simple));
        let count = written.len() - 1;
        let mut best = vec![(u32::MAX, 0); count + 1];
        best[0] = (0, 0);
        for end in 1..=count {
            for start in end.saturating_sub(self.longest)..end {
                let as_written = self.words.get(&run[written[start]..written[end]]);
                let as_folded = self.words.get(&simple[folded[start]..folded[end]]);
                let cost = match as_written.into_iter().chain(as_folded).map(|one| one.0).min() {
                    Some(cost) => u32::from(cost),
                    None if end - start == 1 => UNKNOWN_COST,
                    None => continue,
                };
                let total = best[start].0.saturating_add(cost);
                if total < best[end].0 {
                    best[end] = (total, start);
                }
            }
        }
        let mut words = Vec::new();
        let mut end = count;
        while end > 0 {
            let start = best[end].1;
            words.push(&run[written[start]..written[end]]);
            end = start;
        }
        words.reverse();
        words
    }
}

/// One character as it is read.
#[derive(Clone, Copy)]
struct Syllable<'t> {
    character: char,
    sound: &'t str,
    /// A word begins here.
    begins: bool,
}

/// 一 and 不 take their tone from the syllable that follows, except where 一 is a digit among digits or counts out an order: the first
/// month, the first of a month, number one, the first floor.
fn changed_tone(
    syllable: Syllable<'_>,
    before: Option<char>,
    after: Option<Syllable<'_>>,
) -> Option<&'static str> {
    const DIGITS: &str = "零一二三四五六七八九";
    let next = after.map(|after| after.character);
    let next_tone = after.and_then(|after| after.sound.chars().next_back());
    match (syllable.character, syllable.sound) {
        // Also where a word of the table has it otherwise: there 一月 is a month's time.
        ('一', "yi1" | "yi2" | "yi4")
            if next.is_some_and(|c| "月号號楼樓级級".contains(c))
                || (next == Some('日') && before == Some('月')) =>
        {
            Some("yi1")
        }
        ('一', "yi1") => {
            let counted = before.is_some_and(|c| DIGITS.contains(c) || "十第点".contains(c))
                || next.is_some_and(|c| DIGITS.contains(c));
            match next_tone {
                _ if counted => None,
                Some('4') => Some("yi2"),
                Some('1'..='3') => Some("yi4"),
                _ => None,
            }
        }
        ('不', "bu4") => next_tone.filter(|&tone| tone == '4').map(|_| "bu2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::{Options, dictionary};

    #[test]
    fn words_decide_how_a_character_is_read() {
        let chinese =
            Chinese::open(&dictionary(&Options::checkout().resources, "zh/pinyin.tsv.zst"))
                .unwrap();
        for (text, expected) in [
            ("你好", "ni3hao3"),
            ("我喜欢你.", "wo3 xi3huan5 ni3."),
            ("今天天气怎么样?", "jin1tian1 tian1qi4 zen3me5yang4?"),
            ("银行", "yin2hang2"),
            ("行走", "xing2zou3"),
            ("他长大了", "ta1 zhang3da4 le5"),
            ("很长", "hen3 chang2"),
            ("音乐让人快乐", "yin1yue4 rang4 ren2 kuai4le4"),
            ("我觉得不对", "wo3 jue2de5 bu2dui4"),
            ("一起睡觉", "yi4qi3 shui4jiao4"),
            ("绿色", "lv4se4"),
            ("一个人", "yi2ge4 ren2"),
            ("二零二六年", "er4 ling2 er4 liu4 nian2"),
            ("两个", "liang3 ge4"),
            ("三点一四", "san1 dian3 yi1 si4"),
            ("百分之五十", "bai3fen1zhi1 wu3shi2"),
            ("一月一日", "yi1yue4 yi1ri4"),
            ("十一月", "shi2yi1yue4"),
            ("一个月", "yi2ge4 yue4"),
            ("一日三餐", "yi2ri4 san1can1"),
            ("一号一楼", "yi1hao4 yi1lou2"),
            // Traditional characters: the words are those of the simplified ones.
            ("銀行的音樂", "yin2hang2 de5 yin1yue4"),
            ("我覺得頭髮很長", "wo3 jue2de5 tou2fa5 hen3 chang2"),
            ("一個東西，一樓", "yi2ge4 dong1xi5，yi1lou2"),
            ("乾隆的衣服乾淨", "qian2long2 de5 yi1fu5 gan1jing5"),
            ("笑著說著名的話", "xiao4 zhe5 shuo1 zhu4ming2 de5 hua4"),
            ("別著急，她睡著了", "bie2 zhao2ji2，ta1 shui4zhao2 le5"),
        ] {
            let got = chinese.spoken(text);
            assert_eq!(got.replace(' ', ""), expected.replace(' ', ""), "{text}: {got}");
        }
        // An unknown character is passed over, not read as garbage, and nothing hangs.
        assert_eq!(chinese.spoken("\u{20000}"), "");
        assert!(chinese.spoken(&"长".repeat(2000)).len() > 2000);
    }
}
