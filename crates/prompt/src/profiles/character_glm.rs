//! CharacterGLM-6B: who talks with whom, what is known of each, and lines that begin with a name in brackets.

use domain::Sampling;

use super::{ChatProfile, Decoding, Input, Session};

/// The tokens before every prompt: `[gMASK]` and `sop`.
const PREFIX: &str = "[gMASK]sop";

/// What a person is called of whom nothing is known.
const NOBODY: &str = "用户";

/// CharacterGLM's remote code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CharacterGlm;

impl CharacterGlm {
    /// The prompt without the tokens before it.
    pub fn prompt(session: &Session<'_>) -> String {
        // Every line end within a text is a space: a line is an utterance.
        let line = |text: &str| text.replace('\n', " ");
        let bot = line(session.bot_name);
        let user = line(user_name(session));
        let mut lines = vec![format!("以下是一段{bot}和{user}之间的对话。")];
        for (name, info) in [(&bot, session.bot_info), (&user, session.user_info)] {
            if !info.is_empty() {
                lines.push(format!("关于{name}的信息：{}", line(info)));
            }
        }
        for (at, utterance) in session.history.iter().enumerate() {
            // A greeting answers nothing: the first pair's question is left out where it is empty.
            if at == 0 && utterance.user && utterance.text.is_empty() {
                continue;
            }
            let name = if utterance.user { &user } else { &bot };
            lines.push(format!("[{name}]{}", line(utterance.text.trim())));
        }
        lines.push(format!("[{bot}]"));
        lines.join("\n")
    }
}

fn user_name<'a>(session: &Session<'a>) -> &'a str {
    if session.user_name.trim().is_empty() { NOBODY } else { session.user_name }
}

impl ChatProfile for CharacterGlm {
    fn name(&self) -> &'static str {
        "characterglm"
    }

    fn input(&self, session: &Session<'_>) -> Input {
        Input::Text(format!("{PREFIX}{}", Self::prompt(session)))
    }

    fn decoding(&self) -> Decoding {
        Decoding {
            sampling: Sampling {
                temperature: 0.8,
                top_k: 0,
                top_p: 0.8,
                min_p: 0.0,
                repetition_penalty: 1.0,
                penalty_window: 0,
                seed: None,
            },
            min_tokens: 0,
            max_tokens: 8192,
            beams: 1,
            no_repeat_ngram: 0,
            length_penalty: 1.0,
            plain_penalty: false,
        }
    }

    fn stop(&self, session: &Session<'_>) -> Vec<String> {
        // Some fine-tunes run on with the person's next line.
        vec![format!("\n[{}]", user_name(session)), format!("\n[{}]", session.bot_name)]
    }

    fn finish(&self, written: &str) -> String {
        written.split("\n[").next().unwrap_or_default().trim().to_owned()
    }
}
