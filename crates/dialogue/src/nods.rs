//! Words that only say *I am listening*: whoever hears them goes on speaking.

use std::sync::LazyLock;

/// English ones, as recognisers spell them, without punctuation.
const WORDS: [&str; 31] = [
    "ah", "aha", "aah", "alright", "cool", "eh", "hm", "hmm", "hmmm", "huh", "mhm", "mm", "mmhm",
    "mmhmm", "mmm", "nice", "oh", "ok", "okay", "ooh", "right", "really", "sure", "uh", "uhhuh",
    "uhuh", "um", "wow", "yeah", "yep", "yup",
];

/// Several English words that are one nod together.
const PHRASES: [&str; 6] = ["i see", "got it", "go on", "of course", "i know", "and then"];

/// Japanese and Chinese ones, the longest first so that a text can be taken apart greedily.
static SYLLABLES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut all = vec![
        "うん",
        "うーん",
        "ううん",
        "ん",
        "んー",
        "ええ",
        "えー",
        "はい",
        "はーい",
        "へえ",
        "へー",
        "ふーん",
        "ふうん",
        "ほう",
        "ほんと",
        "本当",
        "そう",
        "そうか",
        "そっか",
        "そうなんだ",
        "そうですね",
        "そうですか",
        "なるほど",
        "なるほどね",
        "ああ",
        "あー",
        "おお",
        "わあ",
        "嗯",
        "唔",
        "哦",
        "噢",
        "喔",
        "啊",
        "呃",
        "哎",
        "哇",
        "对",
        "對",
        "对的",
        "是",
        "是的",
        "是吗",
        "好",
        "好的",
        "真的",
        "原来如此",
        "这样啊",
        "明白",
        "知道了",
    ];
    all.sort_by_key(|word| std::cmp::Reverse(word.len()));
    all
});

/// True where a text holds nothing but such words. False for an empty one.
pub(crate) fn only_nods(text: &str) -> bool {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|c| *c != '-' && *c != '\'' && *c != '’')
        .map(|c| if c.is_alphanumeric() || c == 'ー' { c } else { ' ' })
        .collect();
    let mut words = plain.split_whitespace().peekable();
    if words.peek().is_none() {
        return false;
    }
    while let Some(word) = words.next() {
        if WORDS.contains(&word) || syllables(word) {
            continue;
        }
        let phrase = words.peek().map(|next| format!("{word} {next}"));
        if !phrase.is_some_and(|phrase| PHRASES.contains(&phrase.as_str())) {
            return false;
        }
        words.next();
    }
    true
}

/// True where an unspaced text falls into such syllables.
fn syllables(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let Some(after) = SYLLABLES.iter().find_map(|known| rest.strip_prefix(known)) else {
            return false;
        };
        rest = after.trim_start_matches('ー');
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nods_are_told_from_words() {
        for nod in [
            "Mm.",
            "Mm-hmm.",
            "Uh-huh, uh-huh.",
            "Yeah, okay.",
            "I see.",
            "Oh, right!",
            "うん、うん。",
            "うんうん",
            "へえー",
            "なるほど。そうですか。",
            "はい",
            "嗯嗯。",
            "哦，是吗？",
            "对对对",
            "OK, 嗯",
        ] {
            assert!(only_nods(nod), "{nod}");
        }
        for words in [
            "",
            "...",
            "No.",
            "Stop.",
            "Wait, what?",
            "Yeah, but why?",
            "I see you.",
            "I",
            "うんどう",
            "違う",
            "待って",
            "うん、でも",
            "不对",
            "对不起",
            "好吃吗",
            "等一下",
            "Oh no.",
        ] {
            assert!(!only_nods(words), "{words}");
        }
    }
}
