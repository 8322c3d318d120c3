//! Is this what was said, or what Whisper dreamt?
//!
//! Whisper writes *something* for noise and music, and sometimes runs in circles. No list of phrases is kept here: what it
//! reports of its own doubt is enough, together with the voice activity detector that was asked before.

/// What the model itself thinks of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    /// Probability that the window holds no speech.
    pub(crate) no_speech: f32,
    /// Mean natural logarithm of the tokens' probabilities.
    pub(crate) mean_log: f32,
}

/// False where a segment should be left out.
pub(crate) fn believable(text: &str, evidence: Evidence) -> bool {
    let doubted = evidence.no_speech > 0.6 && evidence.mean_log < -1.0;
    let guessed = evidence.mean_log < -2.0;
    let circling =
        distinct_share(text).is_some_and(|share| share < 0.15) && evidence.mean_log < -0.2;
    !(doubted || guessed || circling)
}

/// Share of different four-letter pieces among all of them; `None` where the text is too short to tell.
fn distinct_share(text: &str) -> Option<f32> {
    let letters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    if letters.len() < 60 {
        return None;
    }
    let all = letters.len() - 3;
    let distinct: std::collections::HashSet<&[char]> = letters.windows(4).collect();
    Some(distinct.len() as f32 / all as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_and_circles_are_left_out_and_speech_stays() {
        let sure = Evidence { no_speech: 0.01, mean_log: -0.1 };
        let unsure = Evidence { no_speech: 0.05, mean_log: -0.8 };
        let noise = Evidence { no_speech: 0.8, mean_log: -1.3 };
        let quiet = Evidence { no_speech: 0.8, mean_log: -0.3 };
        let circle = "and then and then ".repeat(12);
        let sentence = "I went to the sea yesterday, and the water was so cold that nobody swam.";
        for (text, evidence, expected) in [
            (sentence, sure, true),
            (sentence, unsure, true),
            (sentence, quiet, true),
            (sentence, noise, false),
            (sentence, Evidence { no_speech: 0.0, mean_log: -2.5 }, false),
            (circle.as_str(), unsure, false),
            (circle.as_str(), sure, true),
            ("no no no no no", unsure, true),
        ] {
            assert_eq!(believable(text, evidence), expected, "{text} {evidence:?}");
        }
    }
}
