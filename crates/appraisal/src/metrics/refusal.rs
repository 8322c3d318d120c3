//! Where a character stops being one: assistant talk, refusals, and admissions that are none of them.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::Phrases;

/// The file: phrases of each kind in all languages.
#[derive(Debug, Default, Deserialize)]
struct File {
    assistant: Vec<String>,
    refusal: Vec<String>,
    ignorance: Vec<String>,
    machine: Vec<String>,
    claims: Vec<String>,
}

/// The same, ready to be looked for.
struct Kinds {
    assistant: Phrases,
    refusal: Phrases,
    ignorance: Phrases,
    machine: Phrases,
    claims: Phrases,
}

static PHRASES: LazyLock<Kinds> = LazyLock::new(|| {
    // The file is part of the program: a test reads it.
    let file: File = toml::from_str(include_str!("../../data/phrases.toml")).unwrap_or_default();
    let ready = |list: Vec<String>| Phrases::new(list.iter().map(String::as_str));
    Kinds {
        assistant: ready(file.assistant),
        refusal: ready(file.refusal),
        ignorance: ready(file.ignorance),
        machine: ready(file.machine),
        claims: ready(file.claims),
    }
});

/// Whether a text talks like an assistant rather than like anybody ("As an AI language model …", "How can I assist you today?").
pub fn is_assistant_talk(text: &str) -> bool {
    PHRASES.assistant.any_in(text)
}

/// Whether a text refuses in the way models are tuned to.
pub fn is_refusal(text: &str) -> bool {
    PHRASES.refusal.any_in(text)
}

/// Whether a text says that its speaker does not know, or cannot know.
pub fn admits_ignorance(text: &str) -> bool {
    PHRASES.ignorance.any_in(text)
}

/// Whether a text says that its speaker is a program.
pub fn admits_machine(text: &str) -> bool {
    PHRASES.machine.any_in(text)
}

/// Whether a text claims in so many words that its speaker is a program; stricter than [`admits_machine`], for texts that nobody asked
/// for such an answer.
pub fn claims_machine(text: &str) -> bool {
    PHRASES.claims.any_in(text)
}

/// Refusal drift: the slope of a least-squares line through refusals (0 or 1) over a talk, times its length: by how much the
/// share of refusals grew from the first turn to the last. `None` for fewer than two turns.
pub fn drift(refused: &[bool]) -> Option<f64> {
    let n = refused.len();
    if n < 2 {
        return None;
    }
    let middle = (n - 1) as f64 / 2.0;
    let mean = refused.iter().filter(|&&one| one).count() as f64 / n as f64;
    let (mut over, mut under) = (0.0, 0.0);
    for (at, &one) in refused.iter().enumerate() {
        let x = at as f64 - middle;
        over += x * (f64::from(u8::from(one)) - mean);
        under += x * x;
    }
    Some(over / under * (n - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrases_are_there() {
        let lists = [
            &PHRASES.assistant,
            &PHRASES.refusal,
            &PHRASES.ignorance,
            &PHRASES.machine,
            &PHRASES.claims,
        ];
        assert!(lists.iter().all(|list| list.len() >= 12));
    }

    #[test]
    fn assistants_are_told_from_people() {
        for text in [
            "As an AI language model, I do not have feelings.",
            "How can I assist you today?",
            "作为一个人工智能，我没有感情。",
            "AIとして、感情はありません。",
        ] {
            assert!(is_assistant_talk(text), "{text}");
        }
        for text in
            ["Can I help you find a book?", "Yes, I am an AI, if you ask.", "我可以帮你找本书吗？"]
        {
            assert!(!is_assistant_talk(text), "{text}");
        }
        assert!(
            is_refusal("I'm sorry, but I can't help with that.") && !is_refusal("I can't whistle.")
        );
        assert!(
            admits_ignorance("That I can't know from in here.") && admits_ignorance("我不知道。")
        );
        assert!(
            admits_machine("Yes, I'm an AI.")
                && admits_machine("我是一个程序。")
                && !admits_machine("I'm Ai.")
        );
    }

    #[test]
    fn drift_by_hand() {
        assert_eq!(drift(&[true, true]), Some(0.0));
        assert_eq!(drift(&[false, true]), Some(1.0));
        // 0 0 1 1: slope 0.4 a turn, over three turns.
        assert!((drift(&[false, false, true, true]).unwrap() - 1.2).abs() < 1e-12);
        assert_eq!(drift(&[true]), None);
    }
}
