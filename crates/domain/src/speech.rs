//! What the character says aloud: lines, sound, and the shapes of the mouth.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::{Cue, Lang, LineId, Millis, TurnId};

/// About one sentence of a reply, cut out of the stream as soon as it is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its place.
    pub id: LineId,
    /// What is shown: tags removed, everything else as the model wrote it (stage directions and white space included), so
    /// that the lines of a turn joined together are the displayed reply.
    pub text: String,
    /// What is spoken: without stage directions, markdown, emoji. Empty where nothing is to be said.
    pub speech: String,
    /// Language of `speech`.
    pub lang: Lang,
    /// What the character shows, by place in `text`.
    pub cues: Vec<Cue>,
}

/// The mouth's shape while a sound is made. Six shapes that every puppet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MouthShape {
    /// Closed: silence, and m, b, p.
    Closed,
    /// As in *father*.
    A,
    /// As in *see*; also s, t, and other sounds with a narrow opening.
    I,
    /// As in *you*; also w.
    U,
    /// As in *bed*.
    E,
    /// As in *more*.
    O,
}

/// From `at_ms` on the mouth moves towards `shape`, until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Viseme {
    /// Milliseconds from the start of the line's sound.
    pub at_ms: u32,
    /// Where the mouth goes.
    pub shape: MouthShape,
    /// How far it opens, 0.0 to 1.0.
    pub weight: f32,
}

/// A piece of a line's sound. A line is one or more parts in order; the last one says so.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenPart {
    /// The line that is spoken.
    pub line: LineId,
    /// Mono f32, −1.0 to 1.0. May be empty in the last part.
    pub pcm: Arc<[f32]>,
    /// Samples per second.
    pub rate: u32,
    /// Visemes that begin within this part, times from the start of the *line*.
    pub visemes: Vec<Viseme>,
    /// True for the last part of the line.
    pub last: bool,
}

/// How much of a turn was really heard when it was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// The turn that was cut.
    pub turn: TurnId,
    /// The line that was being played; `None` where no sample had been heard yet.
    pub line: Option<LineId>,
    /// Milliseconds of that line that had reached the ear.
    pub played_ms: Millis,
    /// Length of that line in milliseconds as far as known when it was cut; 0 where unknown.
    pub line_ms: Millis,
}
