//! What can happen to a conversation: everything the person, the ears, the speakers and the workers report.

use domain::{
    CharacterId, EndOfTurn, MessageId, Millis, Partial, PlaybackEvent, Problem, Speaker,
    Transcript, TurnId, Utterance, VadEvent,
};

use crate::scene::Scene;
use crate::wake::WakePhrase;

/// Something that happened. The app sends most of them through the [`Baton`](crate::Baton); those marked *own* come from the
/// conductor's own workers, and the app has no reason to send them.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The person typed something. With `instead_of`, it is an edit: a sibling of that message (which was the person's).
    Say {
        /// What they typed; blank text is ignored.
        text: String,
        /// The message that it replaces on the branch shown.
        instead_of: Option<MessageId>,
    },
    /// The character says a given text (a greeting) as the first message; another one becomes its sibling.
    /// Macros are resolved and tags are still in it.
    Greet(String),
    /// Another answer to the last thing the person said; the old one stays as a sibling.
    Regenerate,
    /// The character goes on without being asked: what it says answers the last message, whoever that was from.
    GoOn,
    /// The person chooses who speaks next.
    Speak(CharacterId),
    /// A message is heard again. Nothing is logged, and the branch shown stays.
    Replay {
        /// The message.
        message: MessageId,
        /// Its text, with its tags.
        text: String,
    },
    /// Stop talking, writing, listening.
    Stop,
    /// The branch shown changes.
    Change(Change),

    /// The microphone is open.
    MicOpened,
    /// The microphone is closed; what was not finished is not heard.
    MicClosed,
    /// The talk button went down: listen, whatever the character is saying.
    TalkPressed,
    /// It came up. `None` where nothing was said.
    TalkReleased(Option<Utterance>),
    /// The voice activity detector, hands free. (Half duplex means: the app does not send these while the character speaks.)
    Speech {
        /// What it found.
        event: VadEvent,
        /// With [`VadEvent::Ended`]: the silence that it waited for before it was sure. Zero elsewhere.
        silence_ms: Millis,
        /// With [`VadEvent::Ended`]: why it took them to have finished.
        why: Option<EndOfTurn>,
    },
    /// What is said is for somebody else until she is called by the wake phrase (`true`), or for her.
    Asleep(bool),
    /// The speech that is going on began with this: it is no part of what was said.
    Called(WakePhrase),
    /// What was understood so far of the speech that is going on.
    Understood(Partial),
    /// They have been silent for a moment, and this is all that they said. They may have finished.
    Paused(String),
    /// They had not: they go on.
    Resumed,

    /// The speakers.
    Playback(PlaybackEvent),
    /// A model, voice or ears were put into or taken out of their [`Slot`](crate::Slot).
    PartsChanged,
    /// The language model will not come: turns that wait for it fail.
    ModelFailed(Problem),
    /// The ears will not come: speech that waits for them is dropped.
    EarsFailed(Problem),

    /// *Own.* Another character speaks after the one who has just spoken, unless the person does.
    Follow(Speaker),
    /// *Own.* Which parts there are now.
    Parts {
        /// There is a language model.
        model: bool,
        /// There are ears.
        ears: bool,
    },
    /// *Own.* What was understood so far of the speech that is going on are her own words: an echo.
    Echoed,
    /// *Own.* A transcript, or why there is none.
    Transcribed {
        /// The turn that it would begin.
        turn: TurnId,
        /// What was said.
        result: Result<Transcript, Problem>,
    },
    /// *Own.* The whole text of the reply is there.
    Written(TurnId),
    /// *Own.* All of the reply was heard (or shown, without a voice).
    Delivered(TurnId),
    /// *Own.* A worker failed; the turn cannot go on.
    Broke {
        /// The turn.
        turn: TurnId,
        /// Why.
        problem: Problem,
    },
}

impl Event {
    /// The person typed a new message.
    pub fn say(text: impl Into<String>) -> Self {
        Self::Say { text: text.into(), instead_of: None }
    }

    /// An event of the voice activity detector that is not the end of speech, or whose waiting time is not known.
    pub fn speech(event: VadEvent) -> Self {
        Self::Speech { event, silence_ms: 0, why: None }
    }
}

/// A change of what is shown. It ends the turn that is running, and what was heard of that stays.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Another branch: the conversation now ends at this message (`None`: before its first).
    Select(Option<MessageId>),
    /// The character's message is edited: the new text becomes its sibling. (For the person's own messages send
    /// [`Event::Say`] with `instead_of`, so that they are answered.)
    Rewrite {
        /// The message.
        message: MessageId,
        /// The new text, with its tags.
        text: String,
    },
    /// Another conversation, or another character.
    Open(Box<Scene>),
}

/// Why a turn begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The person typed.
    Typed {
        /// What.
        text: String,
        /// The message that it replaces.
        instead_of: Option<MessageId>,
    },
    /// The person spoke.
    Spoken(String),
    /// The last reply is to be written again.
    Again,
    /// The character greets.
    Greeting(String),
    /// The character goes on.
    On,
    /// The person chose who speaks.
    Chosen(CharacterId),
    /// Another character speaks after the one before.
    Follow(Speaker),
    /// A message is heard again.
    Replay {
        /// The message.
        message: MessageId,
        /// Its text.
        text: String,
    },
}
