//! Whether a line of talk needs documents at all, and what to look for. Small talk drags no manual into the prompt.
//!
//! ChatPLUG's decision is: a question, and not one about the two who talk. Its expressions are Chinese; those for English and Japanese
//! here are made after them. What only may need documents is looked for, too, but has to be met by most of its words.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::Serialize;

use crate::Passage;

/// Whether to look into documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A greeting, a word of agreement.
    No,
    /// A statement, or a question about the two who talk: only what is met by nearly all of its words.
    Maybe,
    /// A question about the world, or an order to explain.
    Yes,
}

impl Need {
    /// The least [`crate::Passage::coverage`], and the least number of words that a passage must hold; `None`: nothing is looked for.
    pub fn least(self) -> Option<(f64, usize)> {
        match self {
            Self::No => None,
            Self::Maybe => Some((0.75, 3)),
            Self::Yes => Some((0.34, 1)),
        }
    }

    /// Whether a passage says enough about the line to be read for it. What is asked for in other words is found by its meaning; what
    /// was only stated has to be met by its words.
    pub fn is_met_by(self, passage: &Passage) -> bool {
        self.least().is_some_and(|(coverage, words)| {
            passage.coverage >= coverage && passage.because.len() >= words
                || self == Self::Yes && passage.stands_out
        })
    }
}

/// Longest line that is read; what is longer is cut.
const LONGEST: usize = 2_000;

fn expression(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).build().ok()
}

/// "Can you tell me when …": what stands before the question proper.
static POLITE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^\W*(?:(?:hey|so|and|well|ok|okay|please|um|oh)\b\W*)*(?:(?:can|could|would|will) you (?:please )?(?:tell|explain|show|remind|look|find|say|describe|summari[sz]e)\b(?: (?:me|us|to me|up|out))*|do you (?:happen to )?(?:know|remember)|(?:please )?(?:tell|remind) (?:me|us)|how (?:do|can|should|would) (?:i|you|we|one)\b|i(?:'d| would) like to know|i want to know|i wonder)",
    )
});

/// Orders to explain.
static ORDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^\W*(?:please )?(?:explain|describe|summari[sz]e|define|look up|search|find|read|quote|list)\b|\btell (?:me|us) (?:about|more|what|how|why|when|where|who)\b|讲讲|讲一下|介绍|说说|解释|告诉我|请问|查一下|搜一下|总结|根据|教えて|について(?:話|説明|聞|知り)|説明して|調べて|要約|according to|in the (?:book|document|manual|file|article|text)",
    )
});

/// Questions, in ChatPLUG's words and their like.
static QUESTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"[?？]|吗|呢|什么|怎么|怎样|咋|啥|如何|为什么|哪|几|谁|多少|多大|多高|多久|是不是|有没有|是否|可不可以|能不能|行不行|是.{1,12}还是|ですか|ますか|でしょうか|何|誰|どこ|いつ|なぜ|どう|どの|どれ|いくつ|いくら|かな$|^\W*(?:(?:so|and|but|well)\b\W*)*(?:what|who|whom|whose|where|when|why|how|which|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b",
    )
});

/// "What a lovely day": asks nothing.
static EXCLAIMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(r"^\W*(?:what an?|how (?:very )?\w+ (?:of you|that is|it is))\b[^?？]*$")
});

/// About the two who talk.
static PERSONAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"\b(?:you|your|yours|yourself|my|mine|me|myself|us|our)\b|\bi(?:'m|'ve|'ll|'d)?\b|(?:我|你|您)+(?:是|叫|几岁|多少岁|毕业|今年|多大|哪里|经常|一般|平时|谁|会|工作|的?名字|年龄|职业|干什么|专业|看过|做过|喜欢|爱|吃过|听过|已经|最|来自|老家|在|想|觉得|好|还|能|可以|要|们)|(?:我|你|您)的|^(?:你|您|我)|あなた|君(?:は|の|が)|きみ|お前|私(?:は|の|が)|わたし|僕|ぼく|俺|お元気|元気",
    )
});

/// Greetings, thanks, agreement and nothing else.
static SMALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^\W*(?:(?:hi|hello|hey|yo|good (?:morning|evening|night|afternoon)|morning|bye|goodbye|see you|thanks|thank you|thx|ok|okay|yes|no|yeah|yep|nope|sure|lol|haha+|hm+|wow|great|nice|cool|really|sorry|please|there|so much|again|你好|您好|早上好|早安|晚安|晚上好|嗨|哈+|嗯+|好的?|谢谢|再见|拜拜|对|是的|不是|没有|真的|哦+|啊+|呀|吗|こんにちは|こんばんは|おはよう(?:ございます)?|おやすみ(?:なさい)?|ありがとう(?:ございます)?|はい|いいえ|うん|そう(?:ですね|だね)?|じゃあ?ね|またね|ごめん(?:ね|なさい)?)\W*)+$",
    )
});

/// A question that means something said before.
static LEANS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"\b(?:it|its|he|she|him|her|his|hers|they|them|their|that|this|those|these|there|then|one)\b|^\W*(?:and|what about|how about|why|when|where|how|who)\W*$|^\W*(?:and|what about|how about)\b|它|他|她|那个|这个|那里|这里|那时|其中|^那|呢[?？]?$|それ|その|あれ|あの|彼|そこ|これ|この|じゃあ",
    )
});

fn hits(expression: &LazyLock<Option<Regex>>, text: &str) -> bool {
    expression.as_ref().is_some_and(|expression| expression.is_match(text))
}

/// Whether a line needs documents.
pub fn need(line: &str) -> Need {
    let line = words::beginning(line.trim(), LONGEST);
    if line.is_empty() || hits(&SMALL, line) {
        return Need::No;
    }
    let polite =
        POLITE.as_ref().and_then(|polite| polite.find(line)).map_or(0, |found| found.end());
    let proper = &line[polite..];
    if (hits(&PERSONAL, proper) && !hits(&ORDER, line)) || hits(&EXCLAIMS, line) {
        return Need::Maybe;
    }
    if polite > 0 || hits(&ORDER, line) || hits(&QUESTION, line) { Need::Yes } else { Need::Maybe }
}

/// What to look for: the line, and where it only points at something ("and how tall is it?") what the person asked before.
/// `earlier`: the person's lines before, the newest first.
pub fn rewritten<'a>(line: &str, earlier: impl IntoIterator<Item = &'a str>) -> String {
    let line = words::beginning(line.trim(), LONGEST);
    // A line with several names of its own needs no other.
    let leans = hits(&LEANS, line) || words::telling(line).len() < 2;
    if !leans || hits(&SMALL, line) {
        return line.to_owned();
    }
    let before = earlier
        .into_iter()
        .take(3)
        .map(|before| words::beginning(before.trim(), LONGEST))
        .find(|before| !hits(&SMALL, before) && !hits(&LEANS, before));
    match before {
        Some(before) => format!("{before} {line}"),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_talk_needs_nothing() {
        for line in [
            "Hi!",
            "hello there",
            "Thank you so much!",
            "haha",
            "ok",
            "你好！",
            "晚安",
            "谢谢",
            "おはよう",
            "ありがとう！",
            "",
        ] {
            assert_eq!(need(line), Need::No, "{line}");
        }
    }

    #[test]
    fn questions_about_the_two_who_talk_and_statements_only_may() {
        for line in [
            "How are you today?",
            "What's your favourite colour?",
            "Do you love me?",
            "I went to the market today.",
            "你喜欢什么颜色？",
            "我叫什么名字？",
            "你今天好吗",
            "あなたの名前は何ですか？",
            "The weather is lovely.",
            "What a lovely day!",
        ] {
            assert_eq!(need(line), Need::Maybe, "{line}");
        }
    }

    #[test]
    fn questions_about_the_world_do() {
        for line in [
            "When was the lighthouse built?",
            "Can you tell me who wrote it?",
            "Do you know how tall the tower is?",
            "How do I open the valve?",
            "Explain the second law.",
            "What does the manual say about oil?",
            "灯塔是哪一年建成的？",
            "李白是谁",
            "请介绍一下这座灯塔",
            "灯台はいつ建てられましたか？",
            "灯台について教えて",
            "Tell me about Noss.",
        ] {
            assert_eq!(need(line), Need::Yes, "{line}");
        }
    }

    #[test]
    fn what_only_points_back_is_looked_for_with_what_it_points_at() {
        let earlier = ["Thanks!", "When was the lighthouse of Noss built?"];
        assert_eq!(
            rewritten("And how tall is it?", earlier),
            "When was the lighthouse of Noss built? And how tall is it?"
        );
        assert_eq!(
            rewritten("那它有多高？", ["灯塔是哪一年建成的？"]),
            "灯塔是哪一年建成的？ 那它有多高？"
        );
        assert_eq!(rewritten("Who painted the Mona Lisa?", earlier), "Who painted the Mona Lisa?");
    }
}
