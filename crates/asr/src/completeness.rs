//! Has the person finished? What they said tells: marks at the end, words that want more after them, in three languages.
//!
//! Whisper ends almost everything with a full stop, so that a full stop alone proves little: a word that cannot end a sentence
//! outweighs it.

use domain::EndOfTurn;

/// English words after which more must come.
const OPEN: [&str; 58] = [
    "a", "also", "although", "an", "and", "as", "because", "but", "cause", "dear", "each", "er",
    "erm", "every", "except", "his", "however", "i'd", "i'll", "i'm", "i've", "if", "into", "its",
    "let's", "maybe", "mr", "mrs", "my", "nor", "or", "our", "perhaps", "please", "she's", "since",
    "so", "than", "the", "their", "they're", "though", "uh", "uhm", "um", "unless", "until",
    "very", "we're", "we've", "whenever", "whereas", "whether", "while", "whose", "without",
    "you're", "your",
];

/// English words after which more often comes.
const HALF_OPEN: [&str; 53] = [
    "about", "after", "am", "are", "at", "be", "been", "before", "by", "can", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "he", "her", "how", "i", "in", "is", "just",
    "like", "of", "on", "really", "said", "she", "should", "some", "that", "then", "these", "they",
    "this", "to", "was", "we", "well", "were", "what", "when", "where", "which", "who", "why",
    "will", "with", "would",
];

/// English prepositions that sentences do end with.
const LEFT_BEHIND: [&str; 12] =
    ["about", "after", "at", "before", "by", "for", "from", "in", "of", "on", "to", "with"];

/// English words that begin a clause which waits for another.
const SUBORDINATE: [&str; 12] = [
    "after", "although", "as", "because", "before", "if", "once", "since", "though", "unless",
    "when", "while",
];

/// Chinese words that do.
const SUBORDINATE_ZH: [&str; 8] = ["因为", "因為", "如果", "要是", "虽然", "雖然", "即使", "只要"];

/// Japanese endings after which more must come: particles, conjunctions, fillers.
const OPEN_JA: [&str; 24] = [
    "は",
    "が",
    "を",
    "に",
    "で",
    "と",
    "の",
    "も",
    "へ",
    "や",
    "から",
    "ので",
    "けど",
    "けれど",
    "けれども",
    "でも",
    "だって",
    "たら",
    "なら",
    "とか",
    "えっと",
    "えーと",
    "あの",
    "あのう",
];

/// Japanese endings after which more often comes.
const HALF_OPEN_JA: [&str; 6] = ["て", "って", "し", "り", "ながら", "たり"];

/// Chinese endings after which more must come.
const OPEN_ZH: [&str; 30] = [
    "和",
    "跟",
    "与",
    "與",
    "或者",
    "或",
    "但是",
    "但",
    "可是",
    "不过",
    "因为",
    "因為",
    "所以",
    "如果",
    "要是",
    "虽然",
    "然后",
    "然後",
    "而且",
    "就是",
    "那个",
    "這個",
    "这个",
    "比如",
    "比如说",
    "的话",
    "关于",
    "把",
    "被",
    "让",
];

/// Chinese endings after which more often comes.
const HALF_OPEN_ZH: [&str; 8] = ["的", "是", "在", "我", "你", "他", "她", "很"];

/// Whether a transcript is complete: `Finished`, `Unfinished`, or `Unclear`.
pub fn completeness(text: &str) -> EndOfTurn {
    let text = text.trim();
    let words = text.trim_end_matches(|c: char| !c.is_alphanumeric() && c != 'ー');
    let marks = &text[words.len()..];
    if words.is_empty()
        || marks.contains("..")
        || marks.contains(['…', '—', '–', '-', '、', ',', '，', ':', '：', ';', '；'])
    {
        return EndOfTurn::Unfinished;
    }
    if marks.contains(['?', '？', '!', '！']) {
        return EndOfTurn::Finished;
    }
    let stopped = marks.contains(['.', '。', '．']);
    let (open, half_open) = openness(words);
    match (open, half_open, stopped) {
        (true, ..) | (_, true, false) => EndOfTurn::Unfinished,
        (_, false, true) => EndOfTurn::Finished,
        // *Yes, it is.* and *what I am looking for.* are sentences; *my favourite food is.* only looks like one.
        (_, true, true) if can_end(words) => EndOfTurn::Unclear,
        (_, true, true) => EndOfTurn::Unfinished,
        _ if finishes(words) => EndOfTurn::Finished,
        _ => EndOfTurn::Unclear,
    }
}

/// Can a sentence end with such a word after all: in a short answer, or after its preposition was left behind?
fn can_end(words: &str) -> bool {
    let last = words.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    words.chars().last().is_none_or(is_wide)
        || words.split_whitespace().count() <= 3
        || LEFT_BEHIND.contains(&last.as_str())
}

/// Is this a clause that waits for its main clause: *when I was young*, 如果下雨?
fn is_subordinate(words: &str) -> bool {
    if words.contains([',', '，', '、']) {
        return false;
    }
    let first = words.split_whitespace().next().unwrap_or_default().to_lowercase();
    (SUBORDINATE.contains(&first.as_str()) && words.contains(' '))
        || SUBORDINATE_ZH.iter().any(|start| words.starts_with(start))
}

/// Must more come, and does more often come?
fn openness(words: &str) -> (bool, bool) {
    let Some(last) = words.chars().last() else { return (false, false) };
    if is_subordinate(words) {
        return (true, true);
    }
    if !is_wide(last) {
        let word = words.rsplit(char::is_whitespace).next().unwrap_or_default();
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric()).replace('’', "'");
        let word = word.to_lowercase();
        // A word alone is an answer: *So?* *Well.* *Please.*
        let alone = words.split_whitespace().count() < 2;
        return (!alone && OPEN.contains(&word.as_str()), HALF_OPEN.contains(&word.as_str()));
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| words.ends_with(ending));
    if is_japanese(words) {
        // だから and そうですが want more; 雨から is どこから's answer: both are taken to want more.
        (ends(&OPEN_JA), ends(&HALF_OPEN_JA))
    } else {
        (ends(&OPEN_ZH), ends(&HALF_OPEN_ZH))
    }
}

/// Endings that finish a sentence without any mark.
fn finishes(words: &str) -> bool {
    let endings: &[&str] = if is_japanese(words) {
        &[
            "です",
            "ます",
            "ました",
            "でした",
            "ですか",
            "ますか",
            "よ",
            "ね",
            "か",
            "ない",
            "ください",
            "だ",
            "た",
        ]
    } else {
        &["吗", "嗎", "吧", "呢", "了", "啊", "呀", "谢谢"]
    };
    endings.iter().any(|ending| words.ends_with(ending))
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use EndOfTurn::{Finished, Unclear, Unfinished};

    #[test]
    fn sentences_are_told_from_their_beginnings() {
        for (text, expected) in [
            ("What is your name?", Finished),
            ("Tell me a story.", Finished),
            ("Stop!", Finished),
            ("Yes.", Finished),
            ("So.", Finished),
            ("Seven two five.", Finished),
            ("Tell me a", Unfinished),
            ("I went to the shop and.", Unfinished),
            ("I went to the shop, and", Unfinished),
            ("Well,", Unfinished),
            ("I think...", Unfinished),
            ("Because I", Unfinished),
            ("That is what I am looking for.", Unclear),
            ("Yes, it is.", Unclear),
            ("My favourite food is.", Unfinished),
            ("When I was a child.", Unfinished),
            ("When I was a child, we lived by the sea.", Finished),
            ("When?", Finished),
            ("If.", Finished),
            ("如果明天下雨。", Unfinished),
            ("如果明天下雨，我们就在家。", Finished),
            ("I had a long day", Unclear),
            ("", Unfinished),
            ("...", Unfinished),
            ("昨日、海に", Unfinished),
            ("昨日、海に行きました。", Finished),
            ("昨日、海に行きました", Finished),
            ("行きたいんですけど", Unfinished),
            ("雨が降って。", Unclear),
            ("元気ですか", Finished),
            ("そうですか？", Finished),
            ("今天天气很好。", Finished),
            ("你叫什么名字？", Finished),
            ("我觉得，因为", Unfinished),
            ("我昨天去了", Finished),
            ("我喜欢的", Unfinished),
            ("我喜欢的。", Unclear),
        ] {
            assert_eq!(completeness(text), expected, "{text}");
        }
    }

    #[test]
    fn the_lists_are_in_order_and_apart() {
        for list in [&OPEN[..], &HALF_OPEN[..]] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
        }
        assert!(OPEN.iter().all(|word| !HALF_OPEN.contains(word)));
    }
}
