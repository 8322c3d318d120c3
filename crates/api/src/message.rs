//! What was said, as it is shown: messages with their faces and gestures, mouth shapes, and how long a turn took.

use domain::{Emotion, MouthShape};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::StageCue;

/// One mouth shape of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Viseme {
    /// Milliseconds from the start of the line's sound.
    pub at_ms: u32,
    /// `closed`, `a`, `i`, `u`, `e`, `o`.
    pub shape: MouthName,
    /// 0.0 to 1.0.
    pub weight: f32,
}

impl From<domain::Viseme> for Viseme {
    fn from(viseme: domain::Viseme) -> Self {
        Self { at_ms: viseme.at_ms, shape: viseme.shape.into(), weight: viseme.weight }
    }
}

macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident of $source:ident { $($variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
        #[serde(rename_all = "lowercase")]
        #[expect(missing_docs, reason = "each variant is the domain's of the same name")]
        pub enum $name { $($variant),* }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                match value { $($source::$variant => Self::$variant),* }
            }
        }

        impl From<$name> for $source {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),* }
            }
        }
    };
}

mirror!(
    /// A mouth shape by name.
    MouthName of MouthShape { Closed, A, I, U, E, O }
);
mirror!(
    /// An emotion by name.
    EmotionName of Emotion { Neutral, Joy, Sad, Angry, Surprised, Shy, Love, Thinking, Sleepy, Worried }
);

/// A change of expression within a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Cue {
    /// Characters (Unicode scalar values) from the start of the line's text.
    pub at: u32,
    /// What is shown from there on.
    pub emotion: EmotionName,
}

/// Who said a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The person.
    User,
    /// The character.
    Character,
    /// Neither.
    Narrator,
}

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Id in the log.
    pub id: String,
    /// Who said it.
    pub role: Speaker,
    /// Id of the character who said it, where several are there; `None`: the conversation's own.
    pub speaker: Option<String>,
    /// Why it was that one's turn: `chosen`, `named`, `addressed`, `silent`, `only`, `on`.
    pub because: Option<String>,
    /// Without emotion tags.
    pub text: String,
    /// The first emotion of the message.
    pub emotion: EmotionName,
    /// Changes of expression within the text.
    pub cues: Vec<Cue>,
    /// What happens to the stage within the text.
    pub staging: Vec<StageCue>,
    /// What the character offers as answers.
    pub choices: Vec<String>,
    /// Cut short by the person.
    pub interrupted: bool,
    /// Position among its alternatives, from 0.
    pub swipe: u32,
    /// How many alternatives there are, itself included.
    pub swipes: u32,
    /// Unix time in milliseconds.
    pub created_at: f64,
}

/// How long the stages of a turn took, from the end of what the person said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// Waiting for the end of speech.
    pub endpoint_ms: Option<f64>,
    /// Why that was taken for the end: `released`, `finished`, `unclear`, `unfinished`, `longest`.
    pub end_of_turn: Option<String>,
    /// The reply was prepared before that was certain.
    pub guessed: bool,
    /// Writing down what was said.
    pub transcript_ms: Option<f64>,
    /// Until the model's first token.
    pub first_token_ms: Option<f64>,
    /// Until the first clause that the voice can begin with.
    pub first_line_ms: Option<f64>,
    /// Until the first sample.
    pub first_audio_ms: Option<f64>,
    /// Until the end of the turn.
    pub total_ms: f64,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// How many of them were in the KV cache.
    pub reused_tokens: u32,
    /// Tokens of the reply.
    pub reply_tokens: u32,
    /// Tokens written a second, where known.
    pub tokens_per_s: Option<f32>,
}
