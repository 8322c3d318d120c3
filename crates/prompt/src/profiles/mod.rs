//! Seed profiles: how the systems that came before wanted a conversation written, to the letter, because their weights know nothing
//! else. What no profile fits is rendered with a chat template.

mod character_glm;
mod chat_nvl;
mod chat_plug;
mod gpt2_chitchat;
mod session;

use domain::{ModelInfo, Sampling};

pub use character_glm::CharacterGlm;
pub use chat_nvl::ChatNvl;
pub use chat_plug::{ChatPlug, Weights, Wording};
pub use gpt2_chitchat::Gpt2Chitchat;
pub use session::{Session, Utterance};

pub(crate) use session::OwnSession;

/// What a model reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One text, control tokens written out.
    Text(String),
    /// Passages that a fusion-in-decoder model reads side by side.
    Passages(Vec<String>),
}

/// How a profile draws tokens, beyond what [`Sampling`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoding {
    /// Temperature, top-k, top-p, penalty.
    pub sampling: Sampling,
    /// Fewest tokens of a reply.
    pub min_tokens: u32,
    /// Most tokens of a reply.
    pub max_tokens: u32,
    /// Beams; 1: none.
    pub beams: u32,
    /// No group of so many tokens comes twice; 0: off.
    pub no_repeat_ngram: u32,
    /// Exponent of a beam's length; 1: its mean.
    pub length_penalty: f32,
    /// The penalty divides logits whatever their sign (GPT2-chitchat) instead of by their sign (Hugging Face).
    pub plain_penalty: bool,
}

/// One system's way of writing a conversation.
pub trait ChatProfile {
    /// Its name.
    fn name(&self) -> &'static str;
    /// What the model reads.
    fn input(&self, session: &Session<'_>) -> Input;
    /// The same for a model that reads at most so many tokens of a passage; only profiles of passages differ in it.
    fn input_within(
        &self,
        session: &Session<'_>,
        _most: usize,
        _count: &dyn Fn(&str) -> usize,
    ) -> Input {
        self.input(session)
    }
    /// How tokens are drawn.
    fn decoding(&self) -> Decoding;
    /// Texts that end a reply.
    fn stop(&self, session: &Session<'_>) -> Vec<String>;
    /// The reply, as people read it.
    fn finish(&self, written: &str) -> String;
}

/// The profile whose text such a model was made for; `None`: it takes a chat template.
pub fn profile_for(model: &ModelInfo) -> Option<Box<dyn ChatProfile>> {
    if model.template.source.as_deref().is_some_and(|source| !source.trim().is_empty()) {
        return None;
    }
    let passages = |weights| Some(Box::new(ChatPlug { weights, ..ChatPlug::pipeline() }) as _);
    match model.architecture.as_str() {
        "t5" | "mt5" => return passages(Weights::T5),
        "plug" => return passages(Weights::Plug),
        _ => {}
    }
    let name = format!("{} {}", model.name, model.path.file_name()?.to_string_lossy());
    let name: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    if name.contains("characterglm") {
        Some(Box::new(CharacterGlm))
    } else if model.architecture == "chatglm"
        && ["chatnvl", "chatglm2"].iter().any(|known| name.contains(known))
    {
        Some(Box::new(ChatNvl))
    } else if name.contains("chitchat") && model.architecture.contains("gpt2") {
        Some(Box::new(Gpt2Chitchat::default()))
    } else {
        None
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
