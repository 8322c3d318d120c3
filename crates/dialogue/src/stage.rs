//! Where a conversation stands. Plain data: all that the next [`step`](crate::step) depends on.

use domain::{TurnId, Utterance};

use crate::over::Over;

/// The state of the conversation.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Stage {
    /// What is going on.
    pub phase: Phase,
    /// Id of the next turn.
    pub next: TurnId,
    /// There is a language model.
    pub model: bool,
    /// There are ears.
    pub ears: bool,
    /// The microphone is open.
    pub mic: bool,
    /// What is said is for somebody else, until she is called.
    pub asleep: bool,
    /// A reply to what is being said is being prepared, before it is certain that they have finished.
    pub guessing: bool,
}

/// What is going on.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Phase {
    /// Nobody speaks.
    #[default]
    Idle,
    /// The person speaks.
    Listening(Ear),
    /// What the person said is being written down.
    Transcribing {
        /// The turn that it will begin.
        turn: TurnId,
        /// What they said; kept, because what they say next may belong to it.
        speech: Utterance,
        /// There are no ears yet.
        waiting: bool,
        /// They go on speaking.
        over: Option<Ear>,
    },
    /// A turn is running.
    Replying {
        /// Which.
        turn: TurnId,
        /// How far it is.
        work: Work,
        /// The person speaks, too: the voice is lowered until it is certain what that is.
        over: Option<Over>,
    },
}

/// The person speaks, as far as the ears can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ear {
    /// How they were noticed.
    pub by: By,
    /// It is certainly speech. Always true of the button.
    pub sure: bool,
}

impl Ear {
    /// Speech was detected; it may be a cough.
    pub const MAYBE: Self = Self { by: By::Voice, sure: false };
    /// Speech was detected, and lasted.
    pub const SURE: Self = Self { by: By::Voice, sure: true };
    /// The talk button is held.
    pub const BUTTON: Self = Self { by: By::Button, sure: true };
}

/// How speech is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By the voice activity detector.
    Voice,
    /// By the talk button.
    Button,
}

/// How far a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The language model is not there yet.
    Waiting,
    /// The reply is being written (and spoken behind that).
    Writing,
    /// The text is complete and being spoken.
    Written,
}

/// What the microphone button shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// The microphone is closed.
    Off,
    /// It is open, and nobody speaks.
    Waiting,
    /// It is open, and only the wake phrase is listened for.
    Asleep,
    /// The person speaks.
    Speech,
    /// What they said is being written down.
    Transcribing,
}

impl Stage {
    /// The turn that is running.
    pub fn turn(&self) -> Option<TurnId> {
        match self.phase {
            Phase::Replying { turn, .. } => Some(turn),
            _ => None,
        }
    }

    /// What the microphone button shows.
    pub fn hearing(&self) -> Hearing {
        match &self.phase {
            Phase::Listening(_)
            | Phase::Transcribing { over: Some(_), .. }
            | Phase::Replying { over: Some(Over::Noticed | Over::Nodding), .. } => Hearing::Speech,
            Phase::Transcribing { .. }
            | Phase::Replying { over: Some(Over::Weighed { .. }), .. } => Hearing::Transcribing,
            _ if self.mic && self.asleep => Hearing::Asleep,
            _ if self.mic => Hearing::Waiting,
            _ => Hearing::Off,
        }
    }

    /// The voice is lowered.
    pub fn ducked(&self) -> bool {
        matches!(self.phase, Phase::Replying { over: Some(_), .. })
    }
}
