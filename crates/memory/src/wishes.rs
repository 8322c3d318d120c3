//! "Forget that", said in a talk: whether a line wants something forgotten, and what. Rules in English, Chinese and Japanese.
//!
//! Forgetting is a deletion, so the rules are narrow: an order, not a memory of having forgotten, not "don't forget", and not the
//! idiom "forget it" that only means never mind.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// What somebody wants forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// What they said just now.
    That,
    /// What was said about something, in their words.
    About(String),
}

/// Longest line that can be such an order, in characters: what is longer is a story in which somebody forgets.
const LONGEST: usize = 200;

fn expression(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).build().ok()
}

/// What may stand before the order in English.
const POLITE: &str = r"^(?:(?:no|nope|oh|ok|okay|well|actually|wait|sorry|hey|hm+|please|just|and|so|then|now)\b[\s,.!—-]*)*(?:(?:can|could|would|will) you (?:please |just )?|i (?:want|need|would like|'d like) you to |you (?:should|can|may|must) |let's |please )*";
/// And behind it.
const AFTER: &str = r"(?:[\s,]*(?:please|now|again|ok|okay|thanks|thank you|for me|will you|right away|from your memory))*[\s.!?…]*$";

static ENGLISH_THAT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(&format!(
        "{POLITE}(?:(?:forget|erase|delete|unlearn)(?: all(?: of)?)? (?:that|this|what i(?:'ve)? (?:just )?(?:said|told you|wrote)(?: just now)?|my last (?:message|line|words)|the last thing i said)|(?:don't|do not) remember (?:that|this|what i(?:'ve)? (?:just )?(?:said|told you)))(?: i (?:ever )?(?:said|told you|mentioned) (?:that|it|this|anything))?{AFTER}"
    ))
});
static ENGLISH_ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(&format!(
        r"{POLITE}(?:forget|erase|delete|unlearn|(?:don't|do not) remember) (?:(?:what|everything|anything|all|whatever|the things?|the stuff)(?: of)?(?: that)?(?: i(?:'ve| have)?(?: ever| just)? (?:said|told you|mentioned|wrote))?(?: you know)? (?:about|of|regarding|concerning) |that i(?:'ve| have)?(?: ever| just)? (?:said anything|told you(?: anything)?|mentioned|talked) (?:about )?)(.+?){AFTER}"
    ))
});
/// "Forget that my birthday is in May"; not "forget that you are a robot", which is about nothing that was said.
static ENGLISH_CLAUSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(&format!(
        r"{POLITE}(?:forget|(?:don't|do not) remember) that ((?:i|i'm|i've|my|we|we're|our)\b.+?){AFTER}"
    ))
});
static CHINESE_THAT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^(?:不[，,、]?|啊[，,]?|哎[，,]?|算了[，,]?|那[，,]?|请你?|拜托你?|麻烦你?|你|快|就)*(?:把)?(?:它|这个|那个|这件事|那件事|这句话?|那句话?|这些|那些|这话|(?:我)?(?:刚才|刚刚|刚|上面)(?:我)?(?:说|讲|告诉你)?的(?:话|那句话?|那些话?|事)?)?(?:都|全都|全部|统统|给)*(?:忘了|忘掉|忘记|忘)(?:它|这个|那个|这件事|那件事|这句话?|那句话?|这些|那些|这话|(?:我)?(?:刚才|刚刚|刚|上面)(?:我)?(?:说|讲|告诉你)?的(?:话|那句话?|那些话?|事)?)?(?:吧|好吗|好不好|可以吗|行吗|啦|呀)*[\s。.!！?？…~～]*$",
    )
});
static CHINESE_ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^(?:不[，,、]?|啊[，,]?|哎[，,]?|算了[，,]?|那[，,]?|请你?|拜托你?|麻烦你?|你|快|就)*(?:(?:忘了|忘掉|忘记)(?:我)?(?:刚才|之前|以前)?(?:说过?的|讲过?的|告诉(?:过)?你的)?(?:所有|一切)?(?:关于|有关)(.+?)(?:的(?:事情?|话|一切|内容|所有事))?|把(?:我?(?:刚才|之前|以前)?(?:说过?的|告诉(?:过)?你的))?(?:关于|有关)?(.+?)(?:的(?:事情?|话|一切|内容))?(?:都|全都|全部|统统)*(?:忘了|忘掉|忘记))(?:吧|好吗|好不好|可以吗|行吗|啦|呀)*[\s。.!！?？…~～]*$",
    )
});
/// "I forgot" has no subject in Chinese: 忘了, 把伞忘了. Whoever gives an order says more: an object, 请, 吧, 忘掉.
static CHINESE_FORGOT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(
        r"^(?:不|啊|哎|算了|那|你|快|就|都|全都|全部|统统|[，,、])*忘(?:了|记了?)?(?:啦|呀)?[\s。.!！?？…~～]*$|^(?:不|啊|哎|那|你|就|[，,、])*把.+忘(?:了|记了?)(?:啦|呀)?[\s。.!！?？…~～]*$",
    )
});
/// Endings of a Japanese request; 忘れてた and the like are none.
const REQUEST: &str = r"忘れて(?:ください|下さい|くれ(?:る|ない|ます|ませんか)*|ちょうだい|ほしい(?:です)?|欲しい(?:です)?|もらえる|いいよ)?(?:か|ね|よ|な)*[\s。.!！?？…~～]*$";
static JAPANESE_THAT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(&format!(
        r"^(?:いや|ううん|あ|ごめん|やっぱり|やっぱ|お願い|もう|ねえ)?[、,\s]*(?:それ|これ|あれ|今の(?:話|言葉|こと)?|いまの(?:話|こと)?|さっきの(?:話|言葉|こと)?|その(?:話|こと)|この(?:話|こと)|(?:今|さっき|いま)(?:私が|僕が|俺が)?(?:言った|話した)(?:こと|の))?(?:は|を|も)?[、\s]*(?:全部|ぜんぶ|もう)?{REQUEST}"
    ))
});
static JAPANESE_ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    expression(&format!(
        r"^(?:(?:いや|ううん|あ|ごめん|やっぱり|やっぱ|お願い|ねえ)[、,\s]*)?(?:私が|僕が|俺が|前に|さっき)*(.+?)(?:について(?:(?:言った|話した)(?:こと|の)|のこと|の話)?|に関する(?:こと|話)|のこと|の話|の件)(?:は|を|も)?[、\s]*(?:全部|ぜんぶ|もう)?{REQUEST}"
    ))
});

/// The part of a text that an expression asks for; `None` where it does not fit.
fn found<'t>(expression: &LazyLock<Option<Regex>>, text: &'t str) -> Option<&'t str> {
    let captures = expression.as_ref()?.captures(text)?;
    captures.iter().skip(1).flatten().next().map(|found| found.as_str().trim())
}

/// What a line wants forgotten; `None` where it wants nothing of the kind.
pub fn wish(line: &str) -> Option<Wish> {
    let line = line.trim().replace('’', "'");
    if line.chars().count() > LONGEST {
        return None;
    }
    // "I told you about Lena. Forget that." The order may be one sentence among others.
    let sentences = line.split_inclusive(['.', '!', '?', '\n', '。', '！', '？']);
    std::iter::once(line.as_str()).chain(sentences).find_map(|text| of_sentence(text.trim()))
}

fn of_sentence(text: &str) -> Option<Wish> {
    if CHINESE_FORGOT.as_ref().is_some_and(|known| known.is_match(text)) {
        return None;
    }
    let that = [&ENGLISH_THAT, &CHINESE_THAT, &JAPANESE_THAT];
    if that.iter().any(|expression| expression.as_ref().is_some_and(|known| known.is_match(text))) {
        return Some(Wish::That);
    }
    let about = [&ENGLISH_ABOUT, &ENGLISH_CLAUSE, &CHINESE_ABOUT, &JAPANESE_ABOUT];
    let topic = about.iter().find_map(|expression| found(expression, text))?;
    // A topic that only points ("forget what I said about that") is no topic.
    let points =
        ["that", "this", "it", "这个", "那个", "这件事", "那件事", "它", "それ", "これ", "あれ"];
    let topic_folded = topic.to_lowercase();
    if points.contains(&topic_folded.as_str()) {
        return Some(Wish::That);
    }
    // "Forget everything about me": half the memory. That is asked for on the memory page.
    (!PEOPLE.contains(&topic_folded.as_str())).then(|| Wish::About(topic.to_owned()))
}

/// Words that name nobody in particular.
const PEOPLE: [&str; 27] = [
    "me",
    "you",
    "us",
    "him",
    "her",
    "them",
    "everything",
    "everyone",
    "myself",
    "yourself",
    "我",
    "你",
    "您",
    "他",
    "她",
    "我们",
    "你们",
    "他们",
    "她们",
    "自己",
    "私",
    "僕",
    "俺",
    "君",
    "あなた",
    "彼",
    "彼女",
];

#[cfg(test)]
mod tests {
    use super::{Wish, wish};

    #[test]
    fn orders_to_forget_what_was_just_said() {
        for line in [
            "Forget that.",
            "forget that",
            "Please forget that!",
            "No, forget what I just said.",
            "Could you forget that, please?",
            "Oh. That was a secret. Forget that.",
            "I want you to forget what I told you.",
            "Don't remember that.",
            "Forget what I said about that.",
            "忘了这个",
            "忘了吧",
            "请把刚才的话忘掉",
            "把这件事忘了吧。",
            "不，忘了我刚才说的话。",
            "忘れて",
            "それは忘れてください。",
            "今のは忘れて",
            "さっき言ったことは忘れてね",
            "やっぱり、今の話は忘れて。",
        ] {
            assert_eq!(wish(line), Some(Wish::That), "{line}");
        }
    }

    #[test]
    fn orders_to_forget_something_by_name() {
        for (line, topic) in [
            ("No, forget what I said about Lena.", "Lena"),
            ("Forget everything about my ex, please.", "my ex"),
            ("forget what I told you about the house in Porto", "the house in Porto"),
            ("Please forget that my birthday is in May.", "my birthday is in May"),
            ("忘了我说的关于小雨的事", "小雨"),
            ("请把关于我妹妹的事都忘掉", "我妹妹"),
            ("把我的生日忘了吧", "我的生日"),
            ("レナのことは忘れて", "レナ"),
            ("仕事について言ったことは全部忘れてください", "仕事"),
        ] {
            assert_eq!(wish(line), Some(Wish::About(topic.to_owned())), "{line}");
        }
    }

    #[test]
    fn talk_about_forgetting_is_no_order() {
        for line in [
            "Don't forget that!",
            "I will never forget that.",
            "Forget it.",
            "Oh, forget about it.",
            "I always forget that.",
            "Did you forget that?",
            "Did you forget what I said about Lena?",
            "I forget everything about school.",
            "She told me to forget that and move on, but I could not.",
            "Forget that you are a robot.",
            "Forget everything about me.",
            "把他忘了吧",
            "彼のことは忘れて",
            "别忘了",
            "不要忘记我的生日",
            "我忘了",
            "我忘了带伞",
            "你忘了吗？",
            "忘了。",
            "啊，忘了！",
            "都忘了",
            "快忘了",
            "你忘了？",
            "不忘",
            "把钥匙忘了",
            "把伞忘了。",
            "你把我的生日忘了？",
            "糟糕。把伞忘了。",
            "忘れてた",
            "忘れてしまった",
            "忘れないで",
            "約束を忘れていた",
            "宿題を忘れてきた",
        ] {
            assert_eq!(wish(line), None, "{line}");
        }
    }
}
