//! Texts to words, so that overlap is counted alike in languages with and without spaces.
//!
//! Latin and other spaced scripts: runs of letters and digits, case folded; an apostrophe within belongs to the word. Chinese:
//! jieba's cut. Japanese (any kana in the text): a word ends where the script changes between kanji, hiragana and katakana, as
//! `TinySegmenter`'s strongest feature has it; coarse, but the same on both sides of every comparison.

use std::sync::LazyLock;

use domain::Lang;
use jieba_rs::Jieba;
use unicode_normalization::UnicodeNormalization;

/// Longest text that is cut, in characters; a reply that is longer is a runaway, and its beginning tells as much.
const LONGEST: usize = 20_000;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Class of a character, as far as words are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Han,
    Hiragana,
    Katakana,
    Apart,
}

fn class(c: char) -> Class {
    match c {
        '\u{3041}'..='\u{309f}' => Class::Hiragana,
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => {
            Class::Katakana
        }
        '\u{3005}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Han,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Apart,
    }
}

/// Width, case and typographic apostrophes made alike.
pub fn folded(text: &str) -> String {
    let plain = |c| if matches!(c, '\u{2019}' | '\u{2018}' | '\u{02bc}') { '\'' } else { c };
    text.chars().take(LONGEST).nfkc().flat_map(char::to_lowercase).map(plain).collect()
}

/// The words of a text in their order, folded; punctuation is none.
pub fn words(text: &str) -> Vec<String> {
    let text = folded(text);
    let japanese = Lang::guess(&text, None) == Lang::Ja;
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let kind = class(chars[at]);
        let start = at;
        at += 1;
        match kind {
            Class::Apart => continue,
            Class::Letter => {
                while at < chars.len() && joins(&chars, at) {
                    at += 1;
                }
            }
            Class::Han | Class::Hiragana | Class::Katakana => {
                // The long-vowel mark goes on with whatever kana it stands behind.
                while at < chars.len() && (class(chars[at]) == kind || chars[at] == 'ー') {
                    at += 1;
                }
            }
        }
        let run: String = chars[start..at].iter().collect();
        if kind == Class::Han && !japanese {
            out.extend(JIEBA.cut(&run, true).into_iter().map(|token| token.word.to_owned()));
        } else {
            out.push(run);
        }
    }
    out
}

/// Whether the character at a place goes on with the spaced word before it.
fn joins(chars: &[char], at: usize) -> bool {
    match chars[at] {
        '\'' => chars.get(at + 1).is_some_and(|&next| class(next) == Class::Letter),
        c => class(c) == Class::Letter,
    }
}

/// The characters of a text that are no space and no punctuation, folded: the units of BLEU over characters.
pub fn characters(text: &str) -> Vec<String> {
    folded(text).chars().filter(|&c| class(c) != Class::Apart).map(String::from).collect()
}

/// Words that carry grammar rather than content.
const LIGHT: &str = "a an the i you he she it we they me him her us them my your his its our their mine yours this that these \
those is am are was were be been being do does did have has had will would can could shall should may might must to of in on at \
by for with from as and or but not no yes so if than then there here what who whom whose where when why how which all any some \
oh ah well just very too also i'm you're he's she's it's we're they're don't that's i've i'd i'll \
的 了 着 过 吗 呢 吧 啊 呀 嗯 哦 我 你 他 她 它 我们 你们 他们 是 在 有 和 也 都 就 不 很 这 那 个 一个 什么 \
は が を に で と も の へ か よ ね な だ です ます でした ました ている ない これ それ あれ この その あの 私 僕 俺 あなた 君";

/// The words that say something: no articles, pronouns, auxiliaries, particles.
pub fn content_words(text: &str) -> Vec<String> {
    static SILENT: LazyLock<std::collections::HashSet<&'static str>> =
        LazyLock::new(|| LIGHT.split_whitespace().collect());
    words(text).into_iter().filter(|word| !SILENT.contains(word.as_str())).collect()
}

/// Whether a phrase stands in a text. Both are folded; a phrase of spaced letters must begin and end with a word (`art` is not in
/// `start`), one of Chinese or Japanese may stand anywhere.
pub fn contains(text: &str, phrase: &str) -> bool {
    holds(&folded(text), folded(phrase).trim())
}

/// Phrases that are looked for together: folded once, as is each text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrases(Vec<String>);

impl Phrases {
    /// Phrases to look for; empty ones are found nowhere.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        Self(phrases.into_iter().map(|phrase| folded(phrase).trim().to_owned()).collect())
    }

    /// Whether one of them stands in a text, as [`contains`] has it.
    pub fn any_in(&self, text: &str) -> bool {
        self.any_in_folded(&folded(text))
    }

    /// The same of a text in small letters already: of a whole card, folding costs more than looking.
    pub(crate) fn any_in_folded(&self, text: &str) -> bool {
        self.0.iter().any(|phrase| holds(text, phrase))
    }

    /// Each of them, folded.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// [`contains`] of texts that are folded already.
fn holds(text: &str, phrase: &str) -> bool {
    if phrase.is_empty() {
        return false;
    }
    let edge = |inside: Option<char>, outside: Option<char>| {
        !(inside.is_some_and(|c| class(c) == Class::Letter)
            && outside.is_some_and(|c| class(c) == Class::Letter))
    };
    text.match_indices(phrase).any(|(at, found)| {
        let end = at + found.len();
        edge(phrase.chars().next(), text[..at].chars().next_back())
            && edge(phrase.chars().next_back(), text[end..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_languages_are_cut_into_words() {
        assert_eq!(words("Don’t stop, Haru!"), ["don't", "stop", "haru"]);
        assert_eq!(words("我来到北京清华大学。"), ["我", "来到", "北京", "清华大学"]);
        assert_eq!(
            words("灯台のコーヒーは美味しい"),
            ["灯台", "の", "コーヒー", "は", "美味", "しい"]
        );
        assert_eq!(words("ＡＢＣ 'quoted' rock'n'roll"), ["abc", "quoted", "rock'n'roll"]);
        assert!(words("… !!! 。").is_empty());
    }

    #[test]
    fn light_words_say_nothing() {
        assert_eq!(content_words("I am the keeper of a lighthouse"), ["keeper", "lighthouse"]);
        assert_eq!(content_words("我是老师"), ["老师"]);
    }

    #[test]
    fn phrases_are_found_at_the_edges_of_words() {
        assert!(contains("It's ART.", "art") && !contains("We start.", "art"));
        assert!(contains("我喜欢茉莉花茶", "茉莉花茶") && contains("二十七歳です", "二十七歳"));
        assert!(contains("I don’t know", "don't know") && !contains("anything", " "));
        assert!(contains("number 29.", "29") && !contains("in 1929", "29"));
        let phrases = Phrases::new(["", "Art ", "茉莉"]);
        assert!(
            phrases.any_in("ART!")
                && phrases.any_in("茉莉花茶")
                && !phrases.any_in("start")
                && phrases.len() == 3
        );
    }
}
