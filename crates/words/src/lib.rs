//! Text to index terms. SQLite's own tokenisers find nothing in Chinese and Japanese, which write no spaces, so texts are cut here
//! and reach the index as words with spaces between them.
//!
//! Latin and other spaced scripts: words, case folded, English endings taken off lightly. Chinese: jieba's search cut, and pairs of
//! characters. Japanese (any kana in the text): pairs of characters. The pairs are in both, so that a question in one finds the
//! kanji of the other, and a word that jieba does not know is still found.

use std::collections::HashSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use unicode_normalization::UnicodeNormalization;

/// Longest text that is cut, in bytes; the rest of a longer one is not found.
const LONGEST: usize = 64 << 10;
/// Longest single term, in bytes: what is longer is no word.
const LONGEST_TERM: usize = 64;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The terms of a text, in its order, repeated as often as they occur.
pub fn terms(text: &str) -> Vec<String> {
    let folded: String =
        beginning(text, LONGEST).nfkc().flat_map(char::to_lowercase).map(hiragana).collect();
    let japanese = folded.chars().any(is_kana);
    let mut terms = Vec::new();
    for run in runs(&folded) {
        match run {
            Run::Spaced(word) => spaced(word, &mut terms),
            Run::Dense(run) => {
                if !japanese {
                    chinese(run, &mut terms);
                }
                pairs(run, &mut terms);
            }
        }
    }
    terms
}

/// Words that ask, and words that every sentence has: nothing is found by them.
const SILENT: [&str; 145] = [
    "what",
    "who",
    "whom",
    "whos",
    "whose",
    "where",
    "when",
    "why",
    "how",
    "which",
    "do",
    "doe",
    "did",
    "is",
    "are",
    "was",
    "were",
    "be",
    "am",
    "the",
    "a",
    "an",
    "of",
    "to",
    "in",
    "on",
    "at",
    "for",
    "and",
    "or",
    "but",
    "it",
    "its",
    "that",
    "this",
    "you",
    "your",
    "i",
    "my",
    "me",
    "we",
    "our",
    "he",
    "she",
    "him",
    "her",
    "his",
    "they",
    "them",
    "their",
    "please",
    "can",
    "could",
    "would",
    "will",
    "should",
    "have",
    "has",
    "had",
    "remember",
    "tell",
    "told",
    "know",
    "about",
    "there",
    "with",
    "not",
    "no",
    "so",
    "if",
    "as",
    "by",
    "from",
    "up",
    "any",
    "some",
    "said",
    "say",
    "还记",
    "记得",
    "什么",
    "什",
    "么",
    "怎么",
    "怎",
    "哪里",
    "哪",
    "里",
    "谁",
    "是",
    "的",
    "了",
    "吗",
    "呢",
    "在",
    "我",
    "你",
    "有",
    "是什",
    "么时",
    "时候",
    "什么时候",
    "么名",
    "做什",
    "的是",
    "什么样",
    "你还",
    "我的",
    "你的",
    "吗？",
    "何",
    "誰",
    "の何",
    "は何",
    "何で",
    "何を",
    "何が",
    "何の",
    "私の",
    "私は",
    "僕の",
    "私",
    "mine",
    "im",
    "ive",
    "again",
    "still",
    "recall",
    "对",
    "几",
    "还",
    "会",
    "做",
    "叫",
    "过",
    "来着",
    "何人",
    "何匹",
    "何歳",
    "何日",
    "何年",
    "何処",
    "何曜",
    "僕",
    "俺",
];

/// [`SILENT`] as the index has them.
static SILENT_TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    SILENT
        .iter()
        .flat_map(|word| terms(word))
        .chain(SILENT.iter().map(|&word| word.to_owned()))
        .collect()
});

/// Chinese words that hold a question together and name nothing; what stands between them is looked for.
const JOINTS: [&str; 34] = [
    "你还记得",
    "还记得",
    "记不记得",
    "记得",
    "什么时候",
    "什么样",
    "什么",
    "怎么",
    "怎样",
    "哪里",
    "哪儿",
    "哪个",
    "哪天",
    "哪",
    "多少",
    "为什么",
    "是不是",
    "有没有",
    "我的",
    "你的",
    "我",
    "你",
    "谁",
    "是",
    "的",
    "了",
    "吗",
    "呢",
    "在",
    "有",
    "过",
    "着",
    "吧",
    "啊",
];

/// Japanese particles: a pair of one of them and a word's end is grammar and no word.
const PARTICLES: [char; 12] =
    ['は', 'が', 'の', 'を', 'に', 'へ', 'と', 'も', 'で', 'や', 'か', 'ね'];

/// The terms of a question that something can be found by: without [`SILENT`], without pairs that are hiragana alone or hold a
/// particle, which in Japanese are mostly grammar, and in Chinese without the words between. Where nothing would remain, all of them.
pub fn telling(question: &str) -> Vec<String> {
    let naming = naming(question);
    if naming.is_empty() { terms(question) } else { naming }
}

/// The same, and none where a question names nothing ("where do I live?").
pub fn naming(question: &str) -> Vec<String> {
    let japanese = question.chars().any(is_kana);
    let pieces = if japanese { question.to_owned() } else { cut_out(question, &JOINTS) };
    let katakana: Vec<String> = question
        .nfkc()
        .collect::<String>()
        .split(|c: char| !matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'))
        .filter(|run| !run.is_empty())
        .flat_map(terms)
        .collect();
    terms(&pieces)
        .into_iter()
        .filter(|term| {
            let grammar = japanese
                && !katakana.contains(term)
                && (term.chars().all(is_kana)
                    || term.chars().count() == 2 && term.chars().any(|c| PARTICLES.contains(&c)));
            !grammar && !SILENT_TERMS.contains(term)
        })
        .collect()
}

/// A question without some words: what stood on either side of them is no pair.
pub fn without(question: &str, words: &[&str]) -> String {
    let dense: Vec<&str> =
        words.iter().copied().filter(|word| word.chars().any(is_dense)).collect();
    let spaced: Vec<Vec<String>> = words
        .iter()
        .filter(|word| !word.chars().any(is_dense))
        .map(|word| terms(word))
        .filter(|terms| !terms.is_empty())
        .collect();
    let question = cut_out(question, &dense);
    // Spaced words are compared as terms, so that `lives` goes with `live`.
    let pieces: Vec<&str> = question.split_whitespace().collect();
    let stems: Vec<Vec<String>> = pieces.iter().map(|piece| terms(piece)).collect();
    let mut kept = vec![true; pieces.len()];
    for word in &spaced {
        for start in 0..pieces.len() {
            let end = start + word.len();
            if end <= pieces.len()
                && (start..end)
                    .all(|at| matches!(&stems[at][..], [one] if *one == word[at - start]))
            {
                kept[start..end].fill(false);
            }
        }
    }
    let left: Vec<&str> =
        pieces.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(piece, _)| piece).collect();
    left.join(" ")
}

/// A text with spaces for some words, the longest first.
fn cut_out(text: &str, words: &[&str]) -> String {
    let mut words = words.to_vec();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match words.iter().find(|word| rest.starts_with(**word)) {
            Some(word) if !word.is_empty() => {
                out.push(' ');
                rest = &rest[word.len()..];
            }
            _ => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// The first `most` bytes of a text, cut at a character.
pub fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A stretch of one kind of writing.
enum Run<'a> {
    /// A word between spaces or punctuation.
    Spaced(&'a str),
    /// Han characters and kana.
    Dense(&'a str),
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let kind = |c: char| {
        if is_dense(c) { 2 } else { i32::from(c.is_alphanumeric() || c == '\'' || c == '\u{2019}') }
    };
    let mut runs = Vec::new();
    let mut start = 0;
    let mut now = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let next = if at == text.len() { 0 } else { kind(c) };
        if next != now {
            match now {
                1 => runs.push(Run::Spaced(&text[start..at])),
                2 => runs.push(Run::Dense(&text[start..at])),
                _ => {}
            }
            (start, now) = (at, next);
        }
    }
    runs
}

fn spaced(word: &str, terms: &mut Vec<String>) {
    let word = word.trim_matches(['\'', '\u{2019}']);
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word);
    let word: String = word.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    if word.is_empty() || word.len() > LONGEST_TERM {
        return;
    }
    terms.push(stem(&word));
}

/// Takes the commonest English endings off, the same way from questions and answers; being right matters less than being the same.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    for (ending, instead) in
        [("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")]
    {
        if let Some(start) = word.strip_suffix(ending)
            && start.len() >= 3
            && !(ending == "s"
                && (start.ends_with('s') || start.ends_with('u') || start.ends_with('i')))
        {
            return finish(format!("{start}{instead}"));
        }
    }
    finish(word.to_owned())
}

/// `make`, `mak(ing)`; `run`, `runn(ing)`: a final `e` and a doubled consonant go.
fn finish(mut stem: String) -> String {
    let bytes = stem.as_bytes();
    let last = bytes.len() - 1;
    let doubled = || {
        bytes[last] == bytes[last - 1]
            && !matches!(bytes[last], b'a' | b'e' | b'i' | b'o' | b'u' | b'l' | b's' | b'z')
    };
    if bytes.len() > 3 && (bytes[last] == b'e' || doubled()) {
        stem.pop();
    }
    stem
}

fn chinese(run: &str, terms: &mut Vec<String>) {
    let cut = JIEBA.cut_for_search(run, true);
    // Words of two characters are pairs already.
    terms.extend(
        cut.into_iter()
            .map(|word| word.word)
            .filter(|word| word.chars().count() != 2 && word.len() <= LONGEST_TERM)
            .map(str::to_owned),
    );
}

fn pairs(run: &str, terms: &mut Vec<String>) {
    let chars: Vec<char> = run.chars().collect();
    if let [one] = chars[..] {
        terms.push(one.to_string());
    }
    terms.extend(chars.windows(2).map(|pair| pair.iter().collect()));
}

/// Katakana to hiragana, so that either finds the other.
fn hiragana(c: char) -> char {
    match c {
        '\u{30a1}'..='\u{30f6}' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{31f0}'..='\u{31ff}')
}

fn is_dense(c: char) -> bool {
    is_kana(c)
        || matches!(c, '\u{30fc}' | '\u{3005}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use crate::{naming, telling, terms};

    #[track_caller]
    fn finds(text: &str, question: &str) {
        let (text, question) = (terms(text), terms(question));
        assert!(question.iter().any(|term| text.contains(term)), "{question:?} in {text:?}");
    }

    #[test]
    fn words_of_spaced_scripts_are_folded() {
        assert_eq!(terms("Anna's CATS, running!"), ["anna", "cat", "run"]);
        assert_eq!(terms("the classes"), ["the", "class"]);
        assert_eq!(terms("Größe"), ["größe"]);
        assert_eq!(terms("  "), Vec::<String>::new());
    }

    #[test]
    fn chinese_is_found_by_word_and_by_part() {
        finds("我妹妹在上海交通大学读书", "交通大学");
        finds("我最喜欢的水果是芒果", "你喜欢什么水果");
        finds("她叫慕容雪", "慕容");
    }

    #[test]
    fn japanese_is_found_whatever_the_kana() {
        finds("誕生日は五月です", "誕生日");
        finds("ネコを飼っています", "ねこ");
        finds("東京に住んでいます", "東京");
    }

    #[test]
    fn a_question_about_oneself_names_nothing() {
        for question in ["What do I have?", "Where am I?", "我对什么？", "私は何の"] {
            assert_eq!(naming(question), Vec::<String>::new(), "{question}");
            assert!(!telling(question).is_empty(), "{question}");
        }
        assert_eq!(naming("What is my sister called?"), ["sister", "call"]);
        assert_eq!(naming("我姐姐在哪里？"), ["姐姐"]);
    }

    #[test]
    fn widths_are_folded() {
        finds("ＡＢＣ", "abc");
        finds("ｶﾌｪで働いています", "カフェ");
    }

    #[test]
    fn a_very_long_text_is_cut_at_a_character() {
        assert!(!terms(&"雨".repeat(40_000)).is_empty());
    }
}
