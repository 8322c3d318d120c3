//! GPT2-chitchat: the last utterances, each with a separator behind it, and nothing else. No persona, no knowledge.

use domain::Sampling;

use super::{ChatProfile, Decoding, Input, Session};

/// GPT2-chitchat's `interact.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gpt2Chitchat {
    /// How many utterances the model sees (`max_history_len`).
    pub utterances: usize,
}

impl Default for Gpt2Chitchat {
    fn default() -> Self {
        Self { utterances: 3 }
    }
}

impl ChatProfile for Gpt2Chitchat {
    fn name(&self) -> &'static str {
        "gpt2-chitchat"
    }

    fn input(&self, session: &Session<'_>) -> Input {
        let history = session.history;
        let recent = &history[history.len().saturating_sub(self.utterances)..];
        let mut text = "[CLS]".to_owned();
        for utterance in recent {
            text.push_str(utterance.text.trim());
            text.push_str("[SEP]");
        }
        Input::Text(text)
    }

    fn decoding(&self) -> Decoding {
        Decoding {
            sampling: Sampling {
                temperature: 1.0,
                top_k: 8,
                top_p: 1.0,
                min_p: 0.0,
                repetition_penalty: 1.0,
                penalty_window: 0,
                seed: None,
            },
            min_tokens: 0,
            max_tokens: 25,
            beams: 1,
            no_repeat_ngram: 0,
            length_penalty: 1.0,
            plain_penalty: true,
        }
    }

    fn stop(&self, _session: &Session<'_>) -> Vec<String> {
        vec!["[SEP]".into()]
    }

    /// Pieces of words are put together, and Latin words get their spaces back.
    fn finish(&self, written: &str) -> String {
        let mut out = String::new();
        for piece in written.replace("[SEP]", " ").replace("[CLS]", " ").split_whitespace() {
            if let Some(rest) = piece.strip_prefix("##") {
                out.push_str(rest);
                continue;
            }
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            if latin(out.chars().next_back()) && latin(piece.chars().next()) {
                out.push(' ');
            }
            out.push_str(&piece.replace("##", ""));
        }
        out
    }
}
