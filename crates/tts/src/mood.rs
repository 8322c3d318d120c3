//! How a feeling sounds: a little faster or slower, higher or lower, livelier or flatter than the voice is otherwise.
//!
//! Small steps: a feeling lasts for a whole reply at times, which has to stay easy to follow.

use domain::{Emotion, Line, Show, TurnId};

/// What a feeling changes of a voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prosody {
    /// Speed, as a factor.
    pub(crate) rate: f32,
    /// How much higher, in steps of espeak-ng's scale from 0 to 99.
    pub(crate) pitch: i32,
    /// How much more the pitch moves, in steps of the same scale.
    pub(crate) range: i32,
    /// How freely a Piper voice varies its sound, as a factor; it has no pitch of its own to set.
    pub(crate) variety: f32,
}

impl From<Emotion> for Prosody {
    fn from(feeling: Emotion) -> Self {
        let (rate, pitch, range, variety) = match feeling {
            Emotion::Neutral => (1.0, 0, 0, 1.0),
            Emotion::Joy => (1.06, 5, 12, 1.1),
            Emotion::Sad => (0.9, -5, -12, 0.85),
            Emotion::Angry => (1.06, 2, 14, 1.1),
            Emotion::Surprised => (1.05, 8, 16, 1.15),
            Emotion::Shy => (0.95, 4, -6, 0.9),
            Emotion::Love => (0.94, 2, 4, 1.0),
            Emotion::Thinking => (0.92, 0, -4, 0.95),
            Emotion::Sleepy => (0.86, -6, -16, 0.8),
            Emotion::Worried => (1.04, 4, 4, 1.0),
        };
        Self { rate, pitch, range, variety }
    }
}

/// The feeling in which the lines of a turn are spoken.
#[derive(Debug, Default)]
pub(crate) struct Mood {
    turn: Option<TurnId>,
    feeling: Emotion,
}

impl Mood {
    /// The feeling of the better part of a line: one that shows in its first half, else that in which the line before it ended.
    pub(crate) fn of(&mut self, line: &Line) -> Emotion {
        if self.turn != Some(line.id.turn) || line.id.index == 0 {
            *self = Self { turn: Some(line.id.turn), ..Self::default() };
        }
        // The newest first.
        let feelings = || {
            line.cues.iter().rev().filter_map(|cue| match cue.show {
                Show::Feeling(feeling) => Some((cue.at, feeling)),
                Show::Stage(..) => None,
            })
        };
        let half = line.text.chars().count() / 2;
        let before = self.feeling;
        let here = feelings().find(|(at, _)| *at <= half).map_or(before, |found| found.1);
        self.feeling = feelings().next().map_or(before, |found| found.1);
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Cue, Lang, LineId};

    #[test]
    fn a_feeling_lasts_until_another_one_or_the_end_of_the_turn() {
        let mut mood = Mood::default();
        let mut of = |turn, index, cues: &[(usize, Emotion)]| {
            let text = "Ten letter".to_owned();
            let cue = |&(at, feeling): &(usize, Emotion)| Cue { at, show: Show::Feeling(feeling) };
            let id = LineId { turn: TurnId(turn), index };
            let cues = cues.iter().map(cue).collect();
            mood.of(&Line { id, speech: text.clone(), text, lang: Lang::En, cues })
        };
        assert_eq!(of(1, 0, &[]), Emotion::Neutral);
        assert_eq!(of(1, 1, &[(0, Emotion::Joy)]), Emotion::Joy);
        assert_eq!(of(1, 2, &[(9, Emotion::Sad)]), Emotion::Joy, "it changes at the very end");
        assert_eq!(of(1, 3, &[]), Emotion::Sad);
        assert_eq!(of(2, 1, &[]), Emotion::Neutral, "another turn");
        assert_eq!(of(2, 2, &[(0, Emotion::Shy), (3, Emotion::Angry)]), Emotion::Angry);
        assert_eq!(of(2, 0, &[]), Emotion::Neutral, "the same turn said again");
    }
}
