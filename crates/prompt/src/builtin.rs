//! The built-in chat templates, for models that bring none (or none that works). Formats: seed-systems §4.4.

use domain::{ModelInfo, TokenCounter};

/// A built-in format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    ChatMl,
    Llama2,
    Llama3,
    Gemma,
    Mistral,
    Alpaca,
    Vicuna,
    ChatGlm3,
    Glm4,
    Phi4,
    /// `Human:` and `Assistant:`, LLaMA-Factory's default.
    Default,
    /// The texts and nothing else.
    Empty,
    /// Plain text, `Name: words`: for models that know no turns at all.
    Transcript,
}

impl Builtin {
    pub(crate) const ALL: [Self; 13] = [
        Self::ChatMl,
        Self::Llama2,
        Self::Llama3,
        Self::Gemma,
        Self::Mistral,
        Self::Alpaca,
        Self::Vicuna,
        Self::ChatGlm3,
        Self::Glm4,
        Self::Phi4,
        Self::Default,
        Self::Empty,
        Self::Transcript,
    ];

    /// The format of a name, for people who know better.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The format that the vocabulary speaks for (a control token is one token, its letters are several), else the one that the
    /// model's name speaks for, else plain text.
    pub(crate) fn fitting(model: &ModelInfo, counter: &dyn TokenCounter) -> Self {
        let knows = |token: &str| counter.count(token) == 1;
        if knows("<|im_sep|>") {
            return Self::Phi4;
        }
        if knows("[gMASK]") && knows("<|assistant|>") {
            return if knows("<sop>") { Self::Glm4 } else { Self::ChatGlm3 };
        }
        if knows("<|im_start|>") {
            return Self::ChatMl;
        }
        if knows("<|start_header_id|>") {
            return Self::Llama3;
        }
        if knows("<start_of_turn>") {
            return Self::Gemma;
        }
        if knows("[INST]") {
            return Self::Mistral;
        }
        let name = format!("{} {}", model.name, model.architecture).to_lowercase();
        let named = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if named(&["vicuna"]) {
            Self::Vicuna
        } else if named(&["alpaca"]) {
            Self::Alpaca
        } else if named(&["llama-2", "llama2", "llama 2"]) && named(&["chat"]) {
            Self::Llama2
        } else if named(&["mistral", "mixtral"]) && named(&["instruct"]) {
            Self::Mistral
        } else {
            Self::Transcript
        }
    }

    /// Name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ChatMl => "chatml",
            Self::Llama2 => "llama2",
            Self::Llama3 => "llama3",
            Self::Gemma => "gemma",
            Self::Mistral => "mistral",
            Self::Alpaca => "alpaca",
            Self::Vicuna => "vicuna",
            Self::ChatGlm3 => "chatglm3",
            Self::Glm4 => "glm4",
            Self::Phi4 => "phi4",
            Self::Default => "default",
            Self::Empty => "empty",
            Self::Transcript => "transcript",
        }
    }

    /// Its Jinja source.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::ChatMl => include_str!("builtin/chatml.jinja"),
            Self::Llama2 => include_str!("builtin/llama2.jinja"),
            Self::Llama3 => include_str!("builtin/llama3.jinja"),
            Self::Gemma => include_str!("builtin/gemma.jinja"),
            Self::Mistral => include_str!("builtin/mistral.jinja"),
            Self::Alpaca => include_str!("builtin/alpaca.jinja"),
            Self::Vicuna => include_str!("builtin/vicuna.jinja"),
            Self::ChatGlm3 => include_str!("builtin/chatglm3.jinja"),
            Self::Glm4 => include_str!("builtin/glm4.jinja"),
            Self::Phi4 => include_str!("builtin/phi4.jinja"),
            Self::Default => include_str!("builtin/default.jinja"),
            Self::Empty => include_str!("builtin/empty.jinja"),
            Self::Transcript => include_str!("builtin/transcript.jinja"),
        }
    }

    /// Texts that end a reply. Names end one only where turns are plain text: a chat model may well write `Ann:` in a story.
    pub(crate) fn stop(self, char: &str, user: &str) -> Vec<String> {
        match self {
            Self::ChatMl
            | Self::Llama3
            | Self::Gemma
            | Self::Llama2
            | Self::Mistral
            | Self::Phi4
            | Self::Empty => end_markers(self.source()),
            Self::ChatGlm3 | Self::Glm4 => vec!["<|user|>".into(), "<|observation|>".into()],
            Self::Default => vec!["Human:".into(), "Assistant:".into()],
            Self::Alpaca => vec!["### Instruction:".into(), "### Response:".into()],
            Self::Vicuna => vec!["USER:".into(), "ASSISTANT:".into()],
            Self::Transcript => vec![format!("\n{user}:"), format!("\n{char}:")],
        }
    }
}

/// The tokens that end a turn in a template: a safety net for files that name another token as the last one of a document.
pub(crate) fn end_markers(source: &str) -> Vec<String> {
    ["<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>", "[INST]"]
        .into_iter()
        .filter(|marker| source.contains(marker))
        .map(str::to_owned)
        .collect()
}
