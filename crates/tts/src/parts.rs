//! Chops a line's sound into parts for whoever plays it, with the visemes that begin in each.

use std::sync::Arc;

use domain::{Cancel, Flow, LineId, SpeechSink, SpokenPart};

use crate::resample::resample;
use crate::sound::Sound;
use crate::visemes::Track;

/// The first part is short, so that the voice starts early.
const FIRST_PART_MS: usize = 100;
const PART_MS: usize = 200;
/// Rate of a line without any sound.
const SILENT_RATE: u32 = 22_050;

/// Writes one line to a sink.
pub(crate) struct Parts<'a> {
    line: LineId,
    sink: &'a mut dyn SpeechSink,
    cancel: &'a Cancel,
    /// Rate of the line: that of its first piece; later ones are converted to it.
    rate: Option<u32>,
    pending: Vec<f32>,
    /// Samples already given away.
    sent: usize,
    track: Track,
}

impl<'a> Parts<'a> {
    /// Begins a line.
    pub(crate) fn new(line: LineId, sink: &'a mut dyn SpeechSink, cancel: &'a Cancel) -> Self {
        let track = Track::default();
        Self { line, sink, cancel, rate: None, pending: Vec::new(), sent: 0, track }
    }

    /// Appends the sound of a piece and gives away every part that is complete.
    pub(crate) fn push(&mut self, sound: &Sound) -> Flow {
        let rate = *self.rate.get_or_insert(sound.rate);
        let base = self.sent + self.pending.len();
        for mark in &sound.marks {
            let at_ms = ms(base, rate) + ms(mark.at, sound.rate);
            self.track.push(at_ms, mark.mouth);
        }
        if sound.rate == rate {
            self.pending.extend_from_slice(&sound.pcm);
        } else {
            self.pending.extend(resample(&sound.pcm, sound.rate, rate));
        }
        let lookahead = samples(Track::LOOKAHEAD_MS as usize, rate) + 1;
        let mut start = 0;
        loop {
            let ms = if self.sent == 0 { FIRST_PART_MS } else { PART_MS };
            let size = samples(ms, rate);
            if self.pending.len() - start < size + lookahead {
                break;
            }
            if self.give(start..start + size, rate, false) == Flow::Stop {
                return Flow::Stop;
            }
            start += size;
        }
        self.pending.drain(..start);
        Flow::More
    }

    /// Gives away the rest, flagged as the last part.
    pub(crate) fn finish(mut self) -> Flow {
        let rate = self.rate.unwrap_or(SILENT_RATE);
        self.give(0..self.pending.len(), rate, true)
    }

    fn give(&mut self, range: std::ops::Range<usize>, rate: u32, last: bool) -> Flow {
        if self.cancel.is_cancelled() {
            return Flow::Stop;
        }
        self.sent += range.len();
        let end_ms = ms(self.sent, rate);
        let mut visemes =
            if last { self.track.finish(end_ms) } else { self.track.take_before(end_ms) };
        // Rounding may put a shape a millisecond past the end.
        for viseme in &mut visemes {
            viseme.at_ms = viseme.at_ms.min(end_ms);
        }
        let pcm: Arc<[f32]> = self.pending[range].into();
        self.sink.part(SpokenPart { line: self.line, pcm, rate, visemes, last })
    }
}

fn ms(samples: usize, rate: u32) -> u32 {
    u32::try_from(samples as u64 * 1000 / u64::from(rate)).unwrap_or(u32::MAX)
}

fn samples(ms: usize, rate: u32) -> usize {
    rate as usize * ms / 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::Mark;
    use crate::visemes::{Mouth, mouths};
    use domain::{Problem, TurnId};

    struct Kept(Vec<SpokenPart>);
    impl SpeechSink for Kept {
        fn part(&mut self, part: SpokenPart) -> Flow {
            self.0.push(part);
            Flow::More
        }
        fn failed(&mut self, _: LineId, problem: Problem) {
            panic!("{problem}");
        }
    }

    const LINE: LineId = LineId { turn: TurnId(1), index: 0 };

    #[test]
    fn parts_join_to_the_sound_and_own_their_visemes() {
        let cancel = Cancel::new();
        let mut kept = Kept(Vec::new());
        let mut parts = Parts::new(LINE, &mut kept, &cancel);
        let vowels = ["a", "i", "u", "e", "o"];
        let marks =
            (0..10).map(|i| Mark { at: i * 1600, mouth: mouths(vowels[i % 5])[0] }).collect();
        let pcm: Vec<f32> = (0..16_000).map(|i| (i as f32 * 0.01).sin()).collect();
        assert_eq!(parts.push(&Sound { pcm: pcm.clone(), rate: 16_000, marks }), Flow::More);
        assert_eq!(
            parts.push(&Sound { pcm: vec![0.0; 8000], rate: 8000, marks: vec![] }),
            Flow::More
        );
        assert_eq!(parts.finish(), Flow::More);

        let joined: Vec<f32> = kept.0.iter().flat_map(|p| p.pcm.iter().copied()).collect();
        assert_eq!(&joined[..16_000], &pcm[..]);
        assert_eq!(joined.len(), 32_000);
        assert_eq!(kept.0[0].pcm.len(), 1600);
        assert_eq!(kept.0.iter().filter(|p| p.last).count(), 1);
        assert!(kept.0.last().unwrap().last);
        let mut start = 0;
        for part in &kept.0 {
            let end = start + part.pcm.len() * 1000 / 16_000;
            for viseme in &part.visemes {
                assert!(
                    (start..=end).contains(&(viseme.at_ms as usize)),
                    "{viseme:?} {start}..{end}"
                );
            }
            start = end;
        }
        let times: Vec<u32> = kept.0.iter().flat_map(|p| &p.visemes).map(|v| v.at_ms).collect();
        assert_eq!(times.len(), 11);
        assert!(times.is_sorted());
    }

    #[test]
    fn a_silent_line_is_one_empty_last_part() {
        let cancel = Cancel::new();
        let mut kept = Kept(Vec::new());
        assert_eq!(Parts::new(LINE, &mut kept, &cancel).finish(), Flow::More);
        assert_eq!(kept.0.len(), 1);
        assert!(kept.0[0].last && kept.0[0].pcm.is_empty() && kept.0[0].visemes.is_empty());
    }

    #[test]
    fn nothing_is_given_after_cancelling() {
        let cancel = Cancel::new();
        let mut kept = Kept(Vec::new());
        let mut parts = Parts::new(LINE, &mut kept, &cancel);
        cancel.cancel();
        let mark = Mark { at: 0, mouth: Mouth::CLOSED };
        let sound = Sound { pcm: vec![0.0; 22_050], rate: 22_050, marks: vec![mark] };
        assert_eq!(parts.push(&sound), Flow::Stop);
        assert!(kept.0.is_empty());
    }
}
