//! Mouth shapes: which shape a phoneme (in IPA, as espeak-ng names it) asks for, and how a stream of them becomes a track
//! that a face can follow.

use domain::{MouthShape, Viseme};

/// Two shapes closer together than this look like trembling; the less visible one is dropped.
const MIN_GAP_MS: u32 = 50;

/// What a phoneme does to the mouth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mouth {
    /// Shape.
    pub(crate) shape: MouthShape,
    /// How far it opens, 0.0 to 1.0.
    pub(crate) weight: f32,
    /// How much it is missed when it is dropped: lips that meet > vowels > other consonants > silence.
    rank: u8,
}

impl Mouth {
    /// Silence.
    pub(crate) const CLOSED: Self = Self { shape: MouthShape::Closed, weight: 0.0, rank: 0 };
    /// m, b, p.
    const LIPS: Self = Self { shape: MouthShape::Closed, weight: 0.0, rank: 3 };

    const fn vowel(shape: MouthShape, weight: f32) -> Self {
        Self { shape, weight, rank: 2 }
    }

    const fn consonant(shape: MouthShape, weight: f32) -> Self {
        Self { shape, weight, rank: 1 }
    }
}

/// The shapes of one phoneme, to be spread evenly over its time: one, or two for a diphthong. Empty where the mouth stays as
/// it is (h, k, marks of language or stress).
pub(crate) fn mouths(phoneme: &str) -> Vec<Mouth> {
    if phoneme.chars().all(|c| matches!(c, ' ' | '_' | ':' | '|')) {
        return vec![Mouth::CLOSED]; // a pause
    }
    if phoneme.starts_with('(') {
        return Vec::new(); // a marker of language, `(en)`
    }
    let mut shapes: Vec<Mouth> = Vec::with_capacity(2);
    for vowel in phoneme.chars().filter_map(vowel) {
        match shapes.last() {
            Some(last) if last.shape == vowel.shape => {}
            _ if shapes.len() < 2 => shapes.push(vowel),
            _ => shapes[1] = vowel,
        }
    }
    if shapes.is_empty() {
        shapes.extend(phoneme.chars().find_map(consonant));
    }
    shapes
}

fn vowel(c: char) -> Option<Mouth> {
    use MouthShape::{A, E, I, O, U};
    Some(match c {
        'a' | 'ä' | 'ɑ' | 'A' => Mouth::vowel(A, 1.0),
        'æ' => Mouth::vowel(A, 0.85),
        'ʌ' | 'ɐ' => Mouth::vowel(A, 0.7),
        'i' | 'ĩ' => Mouth::vowel(I, 0.75),
        'ɪ' | 'ɨ' => Mouth::vowel(I, 0.6),
        'u' | 'ũ' => Mouth::vowel(U, 0.8),
        'ʊ' | 'y' | 'ʉ' => Mouth::vowel(U, 0.65),
        'ɯ' => Mouth::vowel(U, 0.55),
        'e' | 'ɛ' => Mouth::vowel(E, 0.8),
        'ɜ' | 'ɝ' | 'ɚ' | 'ɤ' => Mouth::vowel(E, 0.6),
        'ə' => Mouth::vowel(E, 0.45),
        'o' | 'õ' => Mouth::vowel(O, 0.9),
        'ɔ' | 'ɒ' => Mouth::vowel(O, 1.0),
        'ø' | 'œ' => Mouth::vowel(O, 0.6),
        _ => return None,
    })
}

fn consonant(c: char) -> Option<Mouth> {
    use MouthShape::{E, I, U};
    Some(match c {
        'm' | 'b' | 'p' => Mouth::LIPS,
        'f' | 'v' | 'ɸ' | 'β' => Mouth::consonant(I, 0.12),
        'w' | 'ʍ' | 'ɥ' => Mouth::vowel(U, 0.5),
        'ʃ' | 'ʒ' | 'ɹ' | 'r' | 'ɻ' | 'ʂ' | 'ʐ' => Mouth::consonant(U, 0.35),
        's' | 'z' | 't' | 'd' | 'n' | 'l' | 'j' | 'ʲ' | 'ɕ' | 'ʑ' | 'ɾ' | 'ɽ' | 'θ' | 'ð' | 'ç'
        | 'ɲ' | 'ʔ' => Mouth::consonant(I, 0.3),
        'ɡ' | 'g' | 'k' | 'ŋ' | 'ɴ' => Mouth::consonant(E, 0.25),
        _ => return None,
    })
}

/// Turns shapes in order of time into a track: at least [`MIN_GAP_MS`] between two, no repetition, closed at the end.
#[derive(Debug, Default)]
pub(crate) struct Track {
    waiting: Option<(u32, Mouth)>,
    /// What came too soon after the one that waits and is less visible: shown late where it lasts (the a of `ba`), else never.
    late: Option<(u32, Mouth)>,
    last: Option<Viseme>,
    ready: Vec<Viseme>,
}

impl Track {
    /// How far behind the newest shape a viseme may still change, in milliseconds.
    pub(crate) const LOOKAHEAD_MS: u32 = MIN_GAP_MS;

    /// Takes the next shape; `at_ms` never goes back.
    pub(crate) fn push(&mut self, at_ms: u32, mouth: Mouth) {
        match &mut self.waiting {
            Some((since, waiting)) if at_ms < since.saturating_add(MIN_GAP_MS) => {
                if mouth.rank >= waiting.rank {
                    *waiting = mouth;
                    self.late = None;
                } else {
                    self.late = Some((since.saturating_add(MIN_GAP_MS), mouth));
                }
            }
            _ => {
                self.settle();
                self.settle_late(at_ms);
                self.waiting = Some((at_ms, mouth));
            }
        }
    }

    fn settle(&mut self) {
        if let Some((at_ms, mouth)) = self.waiting.take() {
            self.show(at_ms, mouth);
        }
    }

    /// `until_ms`: when the next shape comes.
    fn settle_late(&mut self, until_ms: u32) {
        if let Some((at_ms, mouth)) = self.late.take()
            && until_ms >= at_ms.saturating_add(MIN_GAP_MS)
        {
            self.show(at_ms, mouth);
        }
    }

    fn show(&mut self, at_ms: u32, mouth: Mouth) {
        let same = match self.last {
            Some(last) => last.shape == mouth.shape && (last.weight - mouth.weight).abs() < 0.1,
            None => mouth.shape == MouthShape::Closed, // the mouth is closed before the line begins
        };
        if !same {
            let viseme = Viseme { at_ms, shape: mouth.shape, weight: mouth.weight };
            self.last = Some(viseme);
            self.ready.push(viseme);
        }
    }

    /// The visemes that begin before `until_ms`; every shape up to [`Self::LOOKAHEAD_MS`] later must have been pushed.
    pub(crate) fn take_before(&mut self, until_ms: u32) -> Vec<Viseme> {
        if self.waiting.is_some_and(|(at_ms, _)| at_ms < until_ms) {
            self.settle();
        }
        if self.waiting.is_none() && self.late.is_some_and(|(at_ms, _)| at_ms < until_ms) {
            self.settle_late(u32::MAX);
        }
        let count = self.ready.iter().take_while(|v| v.at_ms < until_ms).count();
        self.ready.drain(..count).collect()
    }

    /// The rest, with the mouth closed at or before `end_ms`.
    pub(crate) fn finish(&mut self, end_ms: u32) -> Vec<Viseme> {
        match self.waiting {
            Some((at_ms, _)) if end_ms < at_ms.saturating_add(MIN_GAP_MS) => {
                self.waiting = Some((at_ms, Mouth::CLOSED));
                self.settle();
            }
            _ => {
                self.settle();
                self.settle_late(end_ms);
                self.show(end_ms, Mouth::CLOSED);
            }
        }
        std::mem::take(&mut self.ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MouthShape::{A, Closed, E, I, O, U};

    fn shapes(phoneme: &str) -> Vec<MouthShape> {
        mouths(phoneme).iter().map(|m| m.shape).collect()
    }

    #[test]
    fn phonemes_of_three_languages_have_the_shape_a_speaker_makes() {
        for (phoneme, expected) in [
            ("m", vec![Closed]),
            ("ˈoʊ", vec![O, U]),
            ("aɪ", vec![A, I]),
            ("ˈiɛ", vec![I, E]),
            ("ɯᵝ", vec![U]),
            ("ä", vec![A]),
            ("tɕh", vec![I]),
            ("ʃ", vec![U]),
            ("", vec![Closed]),
            ("(en)", vec![]),
            ("h", vec![]),
        ] {
            assert_eq!(shapes(phoneme), expected, "{phoneme}");
        }
    }

    #[test]
    fn close_shapes_merge_and_lips_win() {
        let mut track = Track::default();
        track.push(0, mouths("a")[0]);
        track.push(100, mouths("t")[0]);
        track.push(120, mouths("m")[0]); // 20 ms later: replaces the t
        track.push(200, mouths("i")[0]);
        let visemes = track.finish(400);
        let got: Vec<_> = visemes.iter().map(|v| (v.at_ms, v.shape)).collect();
        assert_eq!(got, [(0, A), (100, Closed), (200, I), (400, Closed)]);
    }

    #[test]
    fn a_vowel_close_behind_lips_that_meet_is_late_and_not_lost() {
        let mut track = Track::default();
        track.push(0, mouths("a")[0]);
        track.push(200, mouths("b")[0]);
        track.push(230, mouths("a")[0]);
        track.push(400, mouths("p")[0]);
        track.push(430, mouths("i")[0]); // 60 ms long: there is no room for it behind the p
        track.push(490, mouths("m")[0]);
        track.push(520, mouths("o")[0]);
        assert_eq!(track.take_before(500).len(), 4);
        let visemes = track.finish(700);
        let got: Vec<_> = visemes.iter().map(|v| (v.at_ms, v.shape)).collect();
        assert_eq!(got, [(540, O), (700, Closed)]);
    }

    #[test]
    fn a_late_shape_comes_in_the_part_that_it_begins_in() {
        let mut track = Track::default();
        track.push(0, mouths("a")[0]);
        track.push(180, mouths("b")[0]);
        track.push(220, mouths("e")[0]);
        let shapes = |visemes: Vec<Viseme>| -> Vec<_> {
            visemes.iter().map(|v| (v.at_ms, v.shape)).collect()
        };
        assert_eq!(shapes(track.take_before(200)), [(0, A), (180, Closed)]);
        track.push(400, mouths("i")[0]);
        assert_eq!(shapes(track.take_before(400)), [(230, E)]);
        assert_eq!(shapes(track.finish(600)), [(400, I), (600, Closed)]);
    }

    #[test]
    fn a_track_always_ends_closed_and_within_the_sound() {
        let mut track = Track::default();
        track.push(0, mouths("o")[0]);
        track.push(90, mouths("a")[0]);
        let visemes = track.finish(100);
        let last = visemes.last().unwrap();
        assert_eq!(last.shape, Closed);
        assert!(last.at_ms <= 100);
    }
}
