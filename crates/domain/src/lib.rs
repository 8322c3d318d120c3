//! The nouns of Hanashi, the rules that need nothing but values, and the *ports*: the traits through which the
//! conductor reaches a language model, a voice, a recogniser, the speakers and the log.
//!
//! Invariant: nothing here does IO, reads a clock, starts a thread or knows an async runtime. Every other room may depend
//! on this one; this one depends on none.

mod cancel;
mod character;
mod conversation;
mod cue;
mod emotion;
mod hearing;
mod ids;
mod language;
mod network;
mod picture;
mod ports;
mod problem;
mod reply;
mod sampling;
mod sampling_changes;
mod speech;

pub use cancel::Cancel;
pub use character::{Attributes, Character, DepthPrompt, Persona, VoiceChoice};
pub use conversation::{Because, Cast, Conversation, Message, NewMessage, Role, Speaker};
pub use cue::{Cue, Direction, LONGEST_ARGUMENT, Show};
pub use emotion::Emotion;
pub use hearing::{EndOfTurn, Partial, Segment, Transcript, Utterance, VadEvent, joined};
pub use ids::{CharacterId, ConversationId, LineId, MessageId, Millis, TurnId};
pub use language::Lang;
pub use network::{Access, Network, Passage, Purpose, Traffic};
pub use picture::{Painter, Sketch};
pub use ports::{
    ChatTemplate, Embedder, Flow, LanguageModel, Log, ModelInfo, Playback, PlaybackEvent,
    SpeechDetector, SpeechSink, TokenCounter, TokenSink, Transcriber, TranscriptSink, Voice,
};
pub use problem::{Problem, ProblemKind};
pub use reply::{Ask, ChatMessage, FinishReason, FromPassages, ReplyEvent, ReplyStats};
pub use sampling::{
    Dry, Mirostat, PenaltyRule, PenaltyScope, Rows, SamplerOrder, Sampling, TagUse, Tags, WordBias,
};
pub use sampling_changes::{Biases, MOST_BIASES, SamplingChanges, read_biases, sampling_range};
pub use speech::{Heard, Line, MouthShape, SpokenPart, Viseme};
