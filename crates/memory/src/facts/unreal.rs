//! What is said but not meant: what others say, what would be, what is played, what is in a story. Nothing of it is a fact.

use std::sync::LazyLock;

use domain::Lang;
use regex::Regex;

/// Longest name that may stand in quotation marks, in characters and in words: `my cat is "Momo"`, 我家狗叫“阿福”.
const A_NAME: (usize, usize) = (12, 2);

/// Marks that open a quotation, and what closes it.
const QUOTES: [(char, char); 5] = [('"', '"'), ('“', '”'), ('「', '」'), ('『', '』'), ('«', '»')];

/// Words that a quoted person speaks of themselves with.
const FIRST_PERSON: [&str; 8] = ["我", "俺", "私", "僕", "あたし", " i ", "i'm", "my "];

/// A text without what it quotes; names in quotation marks stay, without the marks.
pub(super) fn without_quotations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, (open, close))) = rest
        .char_indices()
        .find_map(|(at, c)| QUOTES.iter().find(|(open, _)| *open == c).map(|pair| (at, *pair)))
    {
        let inside = &rest[at + open.len_utf8()..];
        let Some(length) = inside.find(close) else { break };
        let quoted = &inside[..length];
        out.push_str(&rest[..at]);
        let said = format!(" {} ", quoted.to_lowercase());
        let is_name = quoted.chars().count() <= A_NAME.0
            && quoted.split_whitespace().count() <= A_NAME.1
            && !FIRST_PERSON.iter().any(|word| said.contains(word));
        if is_name {
            out.push_str(quoted);
        } else {
            // What stood before it and behind it are no one sentence.
            out.push('…');
        }
        rest = &inside[length + close.len_utf8()..];
    }
    out.push_str(rest);
    out
}

/// Rules of a language: any of them makes a clause unreal.
fn rules(patterns: &[&str]) -> Vec<Regex> {
    patterns.iter().filter_map(|pattern| super::rules::one(pattern)).collect()
}

static EN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    rules(&[
        r"(?i)^(?:what |only |even |as )?if\b|\b(?:as|even|only|what) if i\b",
        r"(?i)\b(?:wish|imagine|pretend|suppose|supposing|assume|assuming|let[’']s (?:say|play|pretend)|dreamt|dreamed)\b",
        r"(?i)\bi (?:would|could|might|may|should)\b|\bi[’']d (?:be|have|love|rather|never|do|go|say|live|want|sleep|eat|take|give|die|kill|move|marry|buy|prefer)\b|\bif i (?:was|were|had|lived)\b",
        r"(?i)^(?:maybe|perhaps|probably|apparently)\b",
        r"(?i)\b(?:just kidding|kidding|joking|as a joke)\b",
        // Somebody else's words: "she said I'm …", "he always says my …".
        r"(?i)\b(?:he|she|they|everybody|everyone|somebody|someone|people|it|[\p{L}’']+) (?:always |often |just |still |once )?(?:says|said|thinks|thought|claims|claimed|believes|told me|tells me|wrote|writes|asked|asks|joked|jokes|calls me)\b.*\b(?:i|i[’']m|my|me)\b",
        r"(?i)^(?:in|like in) (?:the|a|this|that|my) (?:story|novel|book|film|movie|game|play|series|song|dream)\b",
        r"(?i)\b(?:as|like) \w+ (?:says|said|puts it|would say)\b",
        r"(?i)\bmy (?:[\p{L}\-]+ )?(?:character|oc|avatar|persona|protagonist|sim)\b",
    ])
});

static ZH: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    rules(&[
        r"如果|要是|假如|假设|假装|假使|倘若|万一|想象|幻想|就当|当我是|的话$",
        r"说不定|也许|或许|可能|大概我|恨不得|该多好|就好了$|就好啦$",
        r"开玩笑|逗你|骗你的|闹着玩",
        // Somebody else's words.
        r"^[^我]{1,12}(?:说|讲|问|觉得|认为|以为|写道)(?:过|道|了)?[：:，,…]?(?:我|自己|他|她)",
        r"(?:跟|对|和|告诉|问)我(?:说|讲)?(?:过|道)?[：:]",
        r"(?:书|小说|故事|电影|剧|戏|游戏|梦|歌)(?:里|中|上)|角色",
        r"(?:笑|饿|累|困|渴|急|气|冷|热|烦|无聊|撑)(?:死|疯|坏|晕)",
    ])
});

static JA: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    rules(&[
        r"もし|たとえば私|仮に|だとして|だとしたら|ふりをし|つもりで(?:話|遊|呼)|ごっこ",
        r"(?:たら|れば)(?:いい|よかった)|のに(?:な|ね)?$|だったら|たらなぁ?$|たいな(?:ぁ|あ)?$",
        r"かもしれ|かもね?$|なんてね|冗談|嘘だけど|うそだよ",
        r"(?:って|と)(?:言って(?:た|い|る|ま)|言った|言われ|聞いた)|(?:は|が).*(?:って|と)言う(?:ん|の|よ)?",
        r"(?:ゲーム|小説|映画|本|ドラマ|漫画|アニメ|夢)の中|キャラ|主人公|登場人物",
        r"死にそう|死ぬほど",
    ])
});

/// Whether a clause says what is not so: it tells nothing of who says it.
pub(super) fn is_unreal(clause: &str, lang: Lang) -> bool {
    let rules = match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
        Lang::Ja => &JA,
    };
    rules.iter().any(|rule| rule.is_match(clause))
}

/// Whether a clause says under which condition the rest of its sentence would be so.
pub(super) fn is_conditional(clause: &str, lang: Lang) -> bool {
    match lang {
        Lang::En => clause.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("if ")),
        Lang::Zh => ["如果", "要是", "假如", "假设", "假使", "倘若", "万一"]
            .iter()
            .any(|word| clause.starts_with(word)),
        Lang::Ja => clause.starts_with("もし"),
    }
}

/// Where somebody else begins to speak after a colon: "She told me: I'm …", 舅舅老说：我…. What stands behind it is theirs.
static SPEAKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:\b(?:said|says|told me|tells me|asked|wrote|writes|replied|shouted|sang|sings)(?: to me)?|(?:说|道|讲|问|写)|(?:言う|言った|曰く))\s*[:：]",
    )
    .ok()
});

/// What of a sentence is the speaker's own.
pub(super) fn own_words(sentence: &str) -> &str {
    match SPEAKS.as_ref().and_then(|rule| rule.find(sentence)) {
        Some(found) => &sentence[..found.start()],
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_go_and_names_stay() {
        assert_eq!(without_quotations("Tom said \"I live in Boston\""), "Tom said …");
        assert_eq!(without_quotations("my cat is called \"Momo\""), "my cat is called Momo");
        assert_eq!(without_quotations("小明说“我住在北京”。"), "小明说…。");
        assert_eq!(without_quotations("an \"open one"), "an \"open one");
    }

    #[test]
    fn what_another_says_is_theirs() {
        assert_eq!(own_words("She told me: I'm pregnant."), "She ");
        assert_eq!(own_words("我说错了"), "我说错了");
    }

    #[test]
    fn what_would_be_is_unreal() {
        for (text, lang) in [
            ("If I were a cat", Lang::En),
            ("He always says my house is a mess", Lang::En),
            ("要是我住在巴黎", Lang::Zh),
            ("パリに住めたらいいのに", Lang::Ja),
        ] {
            assert!(is_unreal(text, lang), "{text}");
        }
        for (text, lang) in
            [("I live in Leeds", Lang::En), ("我会说粤语", Lang::Zh), ("東京に住んでる", Lang::Ja)]
        {
            assert!(!is_unreal(text, lang), "{text}");
        }
    }
}
