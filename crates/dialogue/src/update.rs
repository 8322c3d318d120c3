//! What the conductor tells the app: the events of the page, in the words of `domain`.

use domain::{
    CharacterId, ConversationId, EndOfTurn, Line, LineId, Message, Millis, Partial, Problem,
    Speaker, TurnId, Viseme,
};

use crate::stage::Hearing;

/// Something to show. Updates come in order, from the conductor's task; whoever takes them returns at once.
///
/// A turn is `TurnStarted`, then any of the others that carry its id, then `TurnFinished` or `TurnFailed`.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A turn begins.
    TurnStarted {
        /// Which.
        turn: TurnId,
        /// What the person said; it is in the log. `None` where they said nothing new (another answer, a greeting).
        message: Option<Message>,
        /// Who of several will speak, and why; `None`: the conversation's own character.
        speaker: Option<Speaker>,
    },
    /// The model has written more (ahead of the voice).
    TextDelta {
        /// Of which turn.
        turn: TurnId,
        /// Displayed text, without tags.
        text: String,
    },
    /// A line is heard from now on; without a voice: is there.
    LineStarted {
        /// The line.
        line: Line,
        /// The mouth, as far as known; times from the start of the line.
        visemes: Vec<Viseme>,
        /// How long its sound is, where known.
        duration_ms: Option<Millis>,
    },
    /// More of the mouth for the line that is heard.
    Visemes {
        /// Which line.
        line: LineId,
        /// Times from the start of the line.
        visemes: Vec<Viseme>,
    },
    /// How far the line that is heard has got.
    Playhead {
        /// Which line.
        line: LineId,
        /// Milliseconds heard.
        at_ms: Millis,
    },
    /// A line was heard to its end.
    LineEnded(LineId),
    /// A turn is over.
    TurnFinished {
        /// Which.
        turn: TurnId,
        /// The reply as it is in the log; `None` where nothing of it was heard.
        message: Option<Message>,
        /// It was cut short.
        interrupted: bool,
        /// What it took.
        timings: Timings,
    },
    /// A turn broke off. What was heard of it is in the log, and then a `ConversationChanged` follows.
    TurnFailed {
        /// Which.
        turn: TurnId,
        /// Why.
        problem: Problem,
    },
    /// The messages shown changed otherwise than by the turn that runs.
    ConversationChanged {
        /// The conversation.
        conversation: ConversationId,
        /// With whom.
        character: CharacterId,
        /// The branch shown, first message first.
        messages: Vec<Message>,
    },
    /// What the microphone button shows.
    Hearing(Hearing),
    /// What was understood so far of somebody who is still speaking.
    Understood(Partial),
    /// What was understood, once they have finished.
    Heard(String),
    /// The person speaks and there are no ears: offer some. What they said waits.
    EarsWanted,
    /// Something a person should read.
    Notice(Problem),
}

/// When things happened within a turn: milliseconds since the person stopped speaking, or sent what they typed. So each
/// figure contains those before it, and `first_audio_ms` is the wait that the person felt.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timings {
    /// It was certain that they had stopped (the silence that was waited for).
    pub endpoint_ms: Option<Millis>,
    /// Why they were taken to have finished.
    pub end_of_turn: Option<EndOfTurn>,
    /// The reply was prepared before that was certain.
    pub guessed: bool,
    /// What they said was written down.
    pub transcript_ms: Option<Millis>,
    /// The first text of the reply came.
    pub first_token_ms: Option<Millis>,
    /// The first of it that can be said was complete: a clause.
    pub first_line_ms: Option<Millis>,
    /// The first sound of it was heard.
    pub first_audio_ms: Option<Millis>,
    /// The turn was over.
    pub total_ms: Millis,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// How many of them were in the KV cache already.
    pub reused_tokens: u32,
    /// Tokens of the reply.
    pub reply_tokens: u32,
    /// Tokens written a second, where the model said.
    pub tokens_per_s: Option<f32>,
}
