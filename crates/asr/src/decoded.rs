//! What was computed of an utterance stays good when it has grown.
//!
//! While somebody speaks, what they said so far is recognised again and again. The passages before the last pause are the same
//! every time, and so is the whole when nothing but quiet came after the last look: neither is decoded twice. So a long monologue
//! costs no more than its last passage at the end, and the transcript of a look in the first silence is the final one, as is that of
//! a look just before it which held all of the speech. Nothing changes but the time it takes.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use domain::Segment;

use crate::passages::frame;
use crate::silero::{FRAME, Silero};

/// Passages that are remembered: more than ten minutes have at Whisper's window of 30 s.
const REMEMBERED: usize = 64;

/// What a passage says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// Times from the start of the passage.
    pub(crate) segments: Vec<Segment>,
    /// The language that the model found, where it was asked to.
    pub(crate) found: Option<&'static str>,
}

#[derive(Debug)]
struct Entry {
    samples: usize,
    hash: u64,
    language: Option<&'static str>,
    decoded: Decoded,
}

/// The passages decoded last.
#[derive(Debug, Default)]
pub(crate) struct Passages(VecDeque<Entry>);

impl Passages {
    /// What these samples said, decoded for a language, without some or all of the `quiet` ones at their end.
    pub(crate) fn get(
        &mut self,
        pcm: &[f32],
        quiet: usize,
        language: Option<&'static str>,
    ) -> Option<Decoded> {
        let least = pcm.len().saturating_sub(quiet).max(1);
        let same = |entry: &Entry| {
            entry.samples >= least
                && entry.language == language
                && pcm.get(..entry.samples).is_some_and(|beginning| hash(beginning) == entry.hash)
        };
        let at = self.0.iter().position(same)?;
        // Moved to the end: what is asked for again is forgotten last.
        let entry = self.0.remove(at)?;
        let decoded = entry.decoded.clone();
        self.0.push_back(entry);
        Some(decoded)
    }

    /// Remembers what a passage says.
    pub(crate) fn put(&mut self, pcm: &[f32], language: Option<&'static str>, decoded: Decoded) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(Entry { samples: pcm.len(), hash: hash(pcm), language, decoded });
    }
}

fn hash(pcm: &[f32]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for sample in pcm {
        sample.to_bits().hash(&mut hasher);
    }
    hasher.finish()
}

/// Where speech is in an utterance that grows.
#[derive(Debug, Default)]
pub(crate) struct Voicing {
    pcm: Option<Arc<[f32]>>,
    /// Of the whole frames.
    probabilities: Vec<f32>,
    silero: Silero,
}

impl Voicing {
    /// Probability of speech in each frame of 32 ms; the last frame is filled up with silence. Stops early where `stop`
    /// says so.
    pub(crate) fn probabilities(&mut self, pcm: &Arc<[f32]>, stop: &dyn Fn() -> bool) -> Vec<f32> {
        let known = self.probabilities.len() * FRAME;
        let grown = self.pcm.as_ref().is_some_and(|before| {
            pcm.len() >= known && before[..known.min(before.len())] == pcm[..known]
        });
        if !grown {
            self.silero.reset();
            self.probabilities.clear();
        }
        self.pcm = None;
        let whole = pcm.len() / FRAME;
        for at in self.probabilities.len()..whole {
            if at % 256 == 0 && stop() {
                self.probabilities.clear();
                return Vec::new();
            }
            let probability = self.silero.probability(&frame(&pcm[at * FRAME..(at + 1) * FRAME]));
            self.probabilities.push(probability);
        }
        self.pcm = Some(Arc::clone(pcm));
        let mut all = self.probabilities.clone();
        let rest = &pcm[whole * FRAME..];
        if !rest.is_empty() {
            // On a copy: what follows may fill the frame up.
            all.push(self.silero.clone().probability(&frame(rest)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(samples: usize) -> Vec<f32> {
        (0..samples).map(|at| ((at * at) as f32 * 0.01).sin() * 0.3).collect()
    }

    #[test]
    fn a_grown_utterance_is_judged_as_if_it_were_new() {
        let long = sound(40_000);
        let fresh =
            |samples: usize| Voicing::default().probabilities(&long[..samples].into(), &|| false);
        let mut voicing = Voicing::default();
        for samples in [10_000, 10_100, 25_000, 40_000, 512, 40_000] {
            assert_eq!(voicing.probabilities(&long[..samples].into(), &|| false), fresh(samples));
        }
        let other: Vec<f32> = long.iter().map(|sample| -sample).collect();
        let found = voicing.probabilities(&other.as_slice().into(), &|| false);
        assert_eq!(found, Voicing::default().probabilities(&other.into(), &|| false));
        // One that was stopped half-way knows nothing.
        assert!(voicing.probabilities(&sound(300_000).into(), &|| true).is_empty());
        assert_eq!(voicing.probabilities(&long[..25_000].into(), &|| false), fresh(25_000));
    }

    #[test]
    fn only_the_same_speech_is_remembered() {
        let mut passages = Passages::default();
        let decoded = |text: &str| Decoded {
            segments: vec![Segment { start_ms: 0, end_ms: 10, text: text.to_owned() }],
            found: None,
        };
        let one = sound(1_000);
        passages.put(&one, None, decoded("one"));
        assert_eq!(passages.get(&one, 0, None), Some(decoded("one")));
        assert_eq!(passages.get(&one, 0, Some("en")), None);
        assert_eq!(passages.get(&one[1..], 0, None), None);
        let longer = sound(1_100);
        assert_eq!(passages.get(&longer, 99, None), None, "a sample of speech is missing");
        assert_eq!(passages.get(&longer, 100, None), Some(decoded("one")));
        assert_eq!(passages.get(&one[..900], 900, None), None, "it held more");
        for count in 0..REMEMBERED {
            passages.put(&sound(count), None, decoded("other"));
        }
        assert_eq!(passages.get(&one, 0, None), None, "the oldest is forgotten");
    }
}
