//! ChatNVL, and ChatGLM-Efficient-Tuning's way of asking that it was tuned with: ChatGLM2's numbered rounds. Who the character is stands in
//! the question, as the persona sentence (`source_prefix`) did in training.

use std::fmt::Write as _;

use domain::Sampling;

use super::{ChatProfile, Decoding, Input, Session, Utterance};

/// ChatNVL's models, and plain ChatGLM2, whose prompt theirs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatNvl;

/// The tokens before every prompt: `[gMASK]` and `sop`.
const PREFIX: &str = "[gMASK]sop";

impl ChatNvl {
    /// The prompt without the tokens before it.
    pub fn prompt(session: &Session<'_>) -> String {
        let mut rounds = rounds(session.history);
        let (asked, _) = rounds.pop().unwrap_or_default();
        let mut prompt = String::new();
        for (index, (question, answer)) in rounds.iter().enumerate() {
            // Writing into a text does not fail.
            let _always =
                write!(prompt, "[Round {}]\n\n问：{question}\n\n答：{answer}\n\n", index + 1);
        }
        let persona = [session.bot_info, session.user_info].map(str::trim);
        let persona: String =
            persona.iter().filter(|text| !text.is_empty()).flat_map(|text| [*text, "\n"]).collect();
        let _always =
            write!(prompt, "[Round {}]\n\n问：{persona}{asked}\n\n答：", rounds.len() + 1);
        prompt
    }
}

/// Questions with their answers; the last one is to be answered. What one side says in several messages is one text, and a greeting answers
/// an empty question.
fn rounds(history: &[Utterance<'_>]) -> Vec<(String, String)> {
    let mut rounds: Vec<(String, String)> = Vec::new();
    for Utterance { user, text } in history {
        let text = text.trim();
        let join = |to: &mut String| {
            if !to.is_empty() {
                to.push('\n');
            }
            to.push_str(text);
        };
        match (user, rounds.last_mut()) {
            (true, Some((question, answer))) if answer.is_empty() => join(question),
            (true, _) => rounds.push((text.to_owned(), String::new())),
            (false, Some((_, answer))) => join(answer),
            (false, None) => rounds.push((String::new(), text.to_owned())),
        }
    }
    // Behind an answer the character speaks again.
    if rounds.last().is_some_and(|(_, answer)| !answer.is_empty()) {
        rounds.push(Default::default());
    }
    rounds
}

impl ChatProfile for ChatNvl {
    fn name(&self) -> &'static str {
        "chatnvl"
    }

    fn input(&self, session: &Session<'_>) -> Input {
        Input::Text(format!("{PREFIX}{}", Self::prompt(session)))
    }

    /// ChatGLM-Efficient-Tuning's generation arguments.
    fn decoding(&self) -> Decoding {
        Decoding {
            sampling: Sampling { temperature: 0.95, top_k: 50, top_p: 0.7, ..Sampling::greedy() },
            min_tokens: 0,
            max_tokens: 2048,
            beams: 1,
            no_repeat_ngram: 0,
            length_penalty: 1.0,
            plain_penalty: false,
        }
    }

    fn stop(&self, _session: &Session<'_>) -> Vec<String> {
        // Small personal sets of a few rounds teach a model to write the next round, too.
        vec!["[Round ".into(), "\n\n问：".into()]
    }

    fn finish(&self, written: &str) -> String {
        let written = written.split("[Round ").next().unwrap_or_default();
        written.split("\n\n问：").next().unwrap_or_default().trim().to_owned()
    }
}
