//! Whether a reply says what is true of the character.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::words::{Phrases, contains, words};

/// What a right answer holds: alternatives between `|`, each of which may ask for several things with `&` (ChatPLUG's
/// `#test_persona` has the alternatives).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Gold(pub String);

impl Gold {
    /// The alternatives, each with the phrases that it asks for.
    pub fn alternatives(&self) -> impl Iterator<Item = Vec<&str>> {
        self.0
            .split('|')
            .map(|one| {
                one.split('&').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>()
            })
            .filter(|parts| !parts.is_empty())
    }

    /// Whether a text holds one of the alternatives.
    pub fn is_in(&self, text: &str) -> bool {
        self.alternatives().any(|parts| parts.iter().all(|part| contains(text, part)))
    }
}

/// Words with which somebody says no, in three languages.
const NO: [&str; 27] = [
    "no",
    "not",
    "never",
    "nobody",
    "nope",
    "don't",
    "didn't",
    "doesn't",
    "isn't",
    "wasn't",
    "aren't",
    "can't",
    "cannot",
    "won't",
    "wrong",
    "mistaken",
    "mix me up",
    "haven't",
    "不是",
    "没有",
    "没",
    "不",
    "才不",
    "いいえ",
    "違い",
    "ちがう",
    "じゃない",
];

/// Words with which somebody says yes.
const YES: [&str; 19] = [
    "yes",
    "yeah",
    "yep",
    "of course",
    "right",
    "exactly",
    "indeed",
    "true",
    "sure",
    "certainly",
    "是的",
    "对",
    "没错",
    "当然",
    "嗯",
    "はい",
    "ええ",
    "そうです",
    "うん",
];

/// Whether a reply denies.
pub fn denies(reply: &str) -> bool {
    static READY: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(NO));
    READY.any_in(reply)
}

/// Whether a reply says yes within its first six words, and nowhere no: how somebody falls for a false premise.
pub fn affirms(reply: &str) -> bool {
    let beginning: String = words(reply).into_iter().take(6).collect::<Vec<_>>().join(" ");
    // Chinese and Japanese words stand without spaces.
    let dense: String = beginning.chars().filter(|c| !c.is_whitespace()).collect();
    let said = |word: &&str| {
        if word.is_ascii() { contains(&beginning, word) } else { dense.contains(*word) }
    };
    YES.iter().any(said) && !denies(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_and_parts() {
        let gold = Gold("twenty-seven|27|two & seven".into());
        assert!(gold.is_in("I'm 27!") && gold.is_in("Twenty-seven, as of spring."));
        assert!(gold.is_in("A two and a seven.") && !gold.is_in("Two lamps."));
        assert!(!Gold("|".into()).is_in("anything"));
        assert!(Gold("二十七".into()).is_in("我今年二十七岁"));
    }

    #[test]
    fn false_premises() {
        assert!(
            affirms("Yes, I am a dentist.")
                && affirms("当然，我是医生。")
                && affirms("はい、医者です。")
        );
        assert!(!affirms("No, I keep a shop.") && !affirms("Right, but I am not a dentist."));
        assert!(!affirms("I keep a shop by the harbour, yes.") && denies("我不是医生"));
    }
}
