//! Whether she gives something to a conversation: proactivity and less-information, two of CharacterGLM's six kinds of marks
//! (arXiv 2311.16832), by rule.

use std::collections::HashSet;

use crate::words::{content_words, words};

/// Share of a reply's content words that must be new for a new topic.
const NEW: f64 = 0.5;

/// Fewer characters than this say little; fewer content words likewise.
const FEW_CHARACTERS: usize = 5;
const FEW_WORDS: usize = 2;

/// Whether a reply leads on: it asks something, or at least three of its content words, and half of them, stood neither in what
/// was said to it nor in the reply before.
pub fn is_proactive(reply: &str, asked: &str, before: Option<&str>) -> bool {
    if reply.contains(['?', '？']) {
        return true;
    }
    let known: HashSet<String> =
        words(asked).into_iter().chain(before.into_iter().flat_map(words)).collect();
    let own = content_words(reply);
    let new = own.iter().filter(|word| !known.contains(*word)).count();
    // A statement brings a topic of its own only where it is more than an answer.
    reply.chars().filter(|c| matches!(c, '.' | '!' | '。' | '！')).count() >= 2
        && new >= 3
        && new as f64 >= NEW * own.len() as f64
}

/// Whether a reply says next to nothing: fewer than five characters, or fewer than two content words.
pub fn says_little(reply: &str) -> bool {
    let letters = reply.chars().filter(|c| c.is_alphanumeric()).count();
    letters < FEW_CHARACTERS || content_words(reply).len() < FEW_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_or_a_topic_of_her_own_leads_on() {
        assert!(is_proactive("And you?", "I like tea.", None));
        assert!(is_proactive("你呢？", "我喜欢茶", None));
        assert!(is_proactive(
            "Tea, yes. The gulls stole three buns from the bakery today.",
            "Do you like tea?",
            None
        ));
        assert!(!is_proactive("I like tea.", "Do you like tea?", None));
        assert!(!is_proactive(
            "The gulls stole buns. They did.",
            "tell",
            Some("The gulls stole buns.")
        ));
    }

    #[test]
    fn little_is_little_in_every_language() {
        assert!(
            says_little("Mm.") && says_little("") && says_little("嗯。") && says_little("I do.")
        );
        assert!(!says_little("I love old letters.") && !says_little("我喜欢旧书信。"));
    }
}
