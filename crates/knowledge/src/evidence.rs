//! Grounding evidence: which passage a reply leans on, by ROUGE-L precision, as ChatPLUG does it (the longest common subsequence of
//! reply and passage over the length of the reply; evidence above 0.7).
//!
//! ChatPLUG counts characters, which is right for Chinese. In a script with spaces two texts about nothing in common share most of
//! their letters in order, so there the unit is a word. A reply may chat and tell something in one breath; each of its sentences is
//! measured, too.

use serde::Serialize;

/// Above this a reply leans on a passage.
pub const ENOUGH: f64 = 0.7;
/// Shortest sentence that can be evidence, in units: shorter ones are found anywhere.
const SHORTEST: usize = 6;
/// Most units of either side that are compared.
const LONGEST: usize = 2_000;

/// A passage that a reply leans on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Which of the passages.
    pub passage: usize,
    /// ROUGE-L precision, above [`ENOUGH`] and up to 1.
    pub score: f64,
    /// The reply, or the sentence of it, that leans on the passage.
    pub said: String,
}

/// The passages that a reply leans on, the best first; each at most once.
pub fn evidence<'a>(reply: &str, passages: impl IntoIterator<Item = &'a str>) -> Vec<Evidence> {
    let parts: Vec<(&str, Vec<String>)> = std::iter::once(reply)
        .chain(sentences(reply))
        .map(|text| (text.trim(), units(text)))
        .filter(|(_, units)| units.len() >= SHORTEST)
        .collect();
    let mut found: Vec<Evidence> = Vec::new();
    for (passage, text) in passages.into_iter().enumerate() {
        let units = units(text);
        let best = parts
            .iter()
            .map(|(said, part)| (precision(part, &units), said))
            .filter(|(score, _)| *score > ENOUGH)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((score, said)) = best {
            found.push(Evidence { passage, score, said: (*said).to_owned() });
        }
    }
    found.sort_by(|one, other| other.score.total_cmp(&one.score));
    found
}

/// ROUGE-L precision of a reply against a passage: 0 to 1.
pub fn rouge_l_precision(reply: &str, passage: &str) -> f64 {
    precision(&units(reply), &units(passage))
}

fn precision(reply: &[String], passage: &[String]) -> f64 {
    if reply.is_empty() {
        return 0.0;
    }
    let mut row = vec![0usize; passage.len() + 1];
    for unit in reply {
        let mut diagonal = 0;
        for (at, other) in passage.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if unit == other { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[passage.len()] as f64 / reply.len() as f64
}

/// Words of spaced scripts, letters of the others; punctuation is no unit.
fn units(text: &str) -> Vec<String> {
    let mut units = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let dense = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}');
        if c.is_alphanumeric() && !dense {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            units.push(std::mem::take(&mut word));
        }
        if dense {
            units.push(c.to_string());
        }
        if units.len() >= LONGEST {
            return units;
        }
    }
    if !word.is_empty() {
        units.push(word);
    }
    units
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '?', '。', '！', '？', '…', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWER: &str = "The lighthouse of Noss was built in 1907 by Elsa Brandt, and its lamp burns until five in the morning.";
    const LI_BAI: &str = "李白（701年－762年），字太白，号青莲居士，唐代著名诗人，被后人誉为诗仙。";

    #[test]
    fn a_reply_that_says_what_a_passage_says_leans_on_it() {
        let found = evidence(
            "Oh, I love that place! The lighthouse of Noss was built in 1907 by Elsa Brandt.",
            ["Something else entirely about cooking rice with a lid on.", TOWER],
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].passage, 1);
        assert!(found[0].said.starts_with("The lighthouse"));
        assert_eq!(evidence("李白字太白，是唐代著名诗人。", [LI_BAI]).len(), 1);
    }

    #[test]
    fn small_talk_leans_on_nothing() {
        for reply in [
            "I am so glad to see you again, how was your day?",
            "今天天气真好，我们一起去散步吧，你觉得怎么样？",
            "Yes.",
        ] {
            assert_eq!(evidence(reply, [TOWER, LI_BAI]), [], "{reply}");
        }
    }

    #[test]
    fn precision_is_the_seed_systems() {
        assert!((rouge_l_precision("abc def", "abc x def y") - 1.0).abs() < 1e-9);
        assert!((rouge_l_precision("李白是诗人", "李白，唐代诗人") - 0.8).abs() < 1e-9);
        assert!(rouge_l_precision("", "abc").abs() < 1e-9);
    }
}
