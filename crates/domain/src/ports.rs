//! The ports: what the conductor needs of the world. Adapters (`llm`, `tts`, `asr`, `audio`, `store`) implement them and
//! never see each other.
//!
//! The long-running ones answer through *sinks* from a thread of their own. A sink's call blocks while the receiver is
//! behind (that is the back-pressure of the whole pipeline) and answers [`Flow::Stop`] when nobody listens any more.

use std::path::PathBuf;

use crate::{
    Ask, Cancel, CharacterId, Conversation, ConversationId, Heard, Line, LineId, Message,
    MessageId, Millis, NewMessage, Problem, ReplyEvent, SpokenPart, Transcript, TurnId, Utterance,
    VadEvent, Viseme,
};

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    More,
    /// Nobody listens any more: stop at once, without another call.
    Stop,
}

/// Receives a reply. Called from the engine's thread; may block.
pub trait TokenSink: Send {
    /// Takes the next event.
    fn event(&mut self, event: ReplyEvent) -> Flow;
}

/// Receives the sound of one line. Called from the voice's thread; may block.
pub trait SpeechSink: Send {
    /// Takes the next part.
    fn part(&mut self, part: SpokenPart) -> Flow;
    /// The line could not be spoken; no more parts will come.
    fn failed(&mut self, line: LineId, problem: Problem);
}

/// Receives a transcript. Called once, from the recogniser's thread.
pub type TranscriptSink = Box<dyn FnOnce(Result<Transcript, Problem>) + Send>;

/// How the model wants a conversation written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatTemplate {
    /// The Jinja source from the model's file; `None` where it brings none.
    pub source: Option<String>,
    /// Text of the token that begins a document (may be empty).
    pub bos: String,
    /// Text of the token that ends one.
    pub eos: String,
}

/// What is known of a loaded model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelInfo {
    /// Name for people.
    pub name: String,
    /// Where it was loaded from.
    pub path: PathBuf,
    /// Architecture as the file names it (`llama`, `qwen3`).
    pub architecture: String,
    /// Longest prompt and reply together, in tokens.
    pub context_length: u32,
    /// How it wants a conversation written.
    pub template: ChatTemplate,
    /// The system prompt that a very small model was tuned with (GGUF key `hanashi.system_prompt`; `{{char}}` in it): used
    /// instead of the full card.
    pub system_prompt: Option<String>,
}

/// Counts tokens as the loaded model does.
pub trait TokenCounter: Send + Sync {
    /// Number of tokens of a text, special tokens parsed.
    fn count(&self, text: &str) -> usize;
}

/// A language model, local or remote.
pub trait LanguageModel: TokenCounter {
    /// Starts a reply and returns at once. A reply that is asked for while another runs waits for it (cancel the other).
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel);
    /// The same for a request beside the conversation, in whose cache nothing is to be disturbed. It gives way, within a token or a few
    /// dozen of a prompt, to `cancel` and to whatever else is asked for, and is finished as cancelled then. A model that keeps nothing of
    /// what it reads has nothing to disturb.
    fn reply_aside(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        self.reply(ask, sink, cancel);
    }
    /// Reads the beginning of a prompt, so that a reply to one that begins likewise comes sooner. Returns at once; a reply that is
    /// asked for meanwhile goes on from what was read. A model that keeps nothing of what it reads does nothing.
    fn read_ahead(&self, _beginning: String, _cancel: Cancel) {}
    /// Whether that does anything: making a beginning is work of its own.
    fn reads_ahead(&self) -> bool {
        false
    }
    /// What is loaded.
    fn info(&self) -> ModelInfo;
}

/// Turns texts into vectors of unit length.
pub trait Embedder: Send + Sync {
    /// One vector a text.
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem>;
}

/// A voice.
pub trait Voice: Send + Sync {
    /// Speaks one line: starts and returns at once; parts come in order. Lines are spoken in the order asked for. A line with
    /// nothing to say still gives one empty part with `last` set.
    fn speak(&self, line: Line, sink: Box<dyn SpeechSink>, cancel: Cancel);

    /// The voice of one of several characters; `None`: that one has none of its own, and this voice speaks for it.
    fn of(&self, _speaker: &CharacterId) -> Option<std::sync::Arc<dyn Voice>> {
        None
    }
}

/// A recogniser.
pub trait Transcriber: Send + Sync {
    /// Writes down an utterance: starts and returns at once.
    fn transcribe(&self, speech: Utterance, sink: TranscriptSink, cancel: Cancel);
}

/// Finds speech in a stream of frames.
pub trait SpeechDetector: Send {
    /// Takes the next samples (mono f32 at 16 kHz, any number) and says what they changed.
    fn push(&mut self, samples: &[f32]) -> Vec<VadEvent>;
    /// Push-to-talk was released, or the file ended: closes a running utterance.
    fn finish(&mut self) -> Option<VadEvent>;
    /// Forgets everything.
    fn reset(&mut self);
}

/// What the speakers report. Every time is taken from *played samples*.
#[derive(Debug, Clone, PartialEq)]
pub enum PlaybackEvent {
    /// The first sample of a line is heard now. The visemes known so far; more may follow in `Visemes`.
    LineStarted {
        /// Which line.
        line: LineId,
        /// Mouth shapes, times from the start of the line.
        visemes: Vec<Viseme>,
    },
    /// More mouth shapes for the line that is being played.
    Visemes {
        /// Which line.
        line: LineId,
        /// Mouth shapes, times from the start of the line.
        visemes: Vec<Viseme>,
    },
    /// How far the line that is being played has got; about every 250 ms.
    Playhead {
        /// Which line.
        line: LineId,
        /// Milliseconds heard.
        at_ms: Millis,
    },
    /// The last sample of a line was heard.
    LineEnded {
        /// Which line.
        line: LineId,
    },
    /// The last sample of the turn was heard (after [`Playback::finish`]).
    Drained(TurnId),
    /// The speakers went away; playing goes on silently in time, and with sound again when there are speakers.
    DeviceLost(Problem),
    /// There are speakers again.
    DeviceBack,
}

/// The speakers, or something that keeps their time (a file, silence).
pub trait Playback: Send + Sync {
    /// Queues a part; blocks while more than a moment is waiting. `Stop` where the part's turn has been cut.
    fn play(&self, part: SpokenPart) -> Flow;
    /// No more parts will come for this turn: `Drained` follows when all is heard.
    fn finish(&self, turn: TurnId);
    /// Lowers the voice while the person may be interrupting, or raises it again.
    fn duck(&self, down: bool);
    /// Silences a turn within a few milliseconds (a short fade) and says how much of it was heard. Later parts of it are refused.
    fn cut(&self, turn: TurnId) -> Heard;
}

/// The log of everything said. Calls are short and blocking; an `Ok` from a writing call means: on disk.
pub trait Log: Send + Sync {
    /// Begins a conversation.
    fn begin(&self, character: &CharacterId, title: &str) -> Result<Conversation, Problem>;
    /// Looks one up.
    fn conversation(&self, id: ConversationId) -> Result<Conversation, Problem>;
    /// All of them, the newest first.
    fn conversations(&self) -> Result<Vec<Conversation>, Problem>;
    /// Appends a message and moves the leaf to it.
    fn append(&self, message: NewMessage) -> Result<Message, Problem>;
    /// Moves the leaf to another message (another branch, another swipe); the move is an event of its own.
    fn select(&self, conversation: ConversationId, leaf: Option<MessageId>) -> Result<(), Problem>;
    /// The messages from the first to `leaf`.
    fn path(&self, leaf: MessageId) -> Result<Vec<Message>, Problem>;
    /// The messages with the same parent (the swipes of a message), oldest first.
    fn siblings(&self, message: MessageId) -> Result<Vec<Message>, Problem>;
}
