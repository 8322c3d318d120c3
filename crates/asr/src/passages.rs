//! Cuts a recording into passages of speech that fit into the recogniser's window.
//!
//! Whisper hears at most one window at a time (30 s for the published models) and invents words where there is silence. So
//! the recogniser only ever gets what the voice activity detector took for speech, cut at pauses.

use std::ops::Range;

use domain::Utterance;

use crate::silero::FRAME;

/// Probabilities from which a frame is speech, and below which it is silence again.
const ONSET: f32 = 0.5;
const OFFSET: f32 = 0.35;
/// Shorter speech than this is a click.
const SHORTEST: usize = 2;
/// Sound kept around speech: the first and the last consonant are quiet.
const BEFORE: usize = (300 * Utterance::RATE as usize) / 1000;
/// A frame less than the silence in which the listener asks what was said, so that the answer is still good when it turns out to
/// be all (see `decoded.rs`). Whisper itself goes on with silence.
const AFTER: usize = 2 * FRAME;
/// So many unsure frames behind speech are how it fades; more of them are words that are said softly.
const FADING: usize = 3;

/// A frame for the detector: filled up with silence, and without nonsense.
pub(crate) fn frame(part: &[f32]) -> [f32; FRAME] {
    let mut frame = [0.0; FRAME];
    for (slot, sample) in frame.iter_mut().zip(part) {
        *slot = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
    }
    frame
}

/// The passages, in samples, in order, none longer than `window` samples. `total` is the length of the recording.
pub(crate) fn passages(probabilities: &[f32], total: usize, window: usize) -> Vec<Range<usize>> {
    let window = window.max(4 * FRAME);
    let mut passages: Vec<Range<usize>> = Vec::new();
    // Pauses up to a tenth of the window stay inside: the words around them help each other.
    let longest_gap =
        (window / 10).clamp(Utterance::RATE as usize / 2, 3 * Utterance::RATE as usize);
    for stretch in stretches(probabilities, window.saturating_sub(BEFORE + AFTER) / FRAME) {
        let start = (stretch.start * FRAME).saturating_sub(BEFORE);
        let end = (stretch.end * FRAME + AFTER).min(total);
        match passages.last_mut() {
            Some(last) if start < last.end + longest_gap && end - last.start <= window => {
                last.end = end;
                continue;
            }
            // Neighbours must not hear the same words twice: what surrounds speech is shared out.
            Some(last) => last.end = last.end.min(stretch.start * FRAME),
            None => {}
        }
        let start = start.max(passages.last().map_or(0, |last| last.end));
        passages.push(start..end);
    }
    passages.retain(|passage| passage.end > passage.start);
    passages
}

/// Samples at the end of a passage that hold no speech.
pub(crate) fn quiet(probabilities: &[f32], passage: &Range<usize>) -> usize {
    let end = passage.end.div_ceil(FRAME).min(probabilities.len());
    let sure = (passage.start / FRAME..end).rev().find(|&at| probabilities[at] >= ONSET);
    let Some(last) = sure else { return 0 };
    let unsure = probabilities[last + 1..end].iter().filter(|one| **one >= OFFSET).count();
    if unsure > FADING { 0 } else { passage.end.saturating_sub((last + 1) * FRAME) }
}

/// Runs of speech frames, none longer than `longest` frames: longer ones are cut where speech is least sure.
fn stretches(probabilities: &[f32], longest: usize) -> Vec<Range<usize>> {
    let longest = longest.max(2);
    let mut found = Vec::new();
    let mut start = None;
    for at in 0..=probabilities.len() {
        let probability = probabilities.get(at).copied().unwrap_or(0.0);
        match start {
            None if probability >= ONSET => start = Some(at),
            Some(begin) if probability < OFFSET => {
                if at - begin >= SHORTEST {
                    split(probabilities, begin..at, longest, &mut found);
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn split(
    probabilities: &[f32],
    stretch: Range<usize>,
    longest: usize,
    found: &mut Vec<Range<usize>>,
) {
    let mut rest = stretch;
    while rest.len() > longest {
        let second_half = rest.start + longest / 2..rest.start + longest;
        let weakest = second_half
            .clone()
            .min_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]))
            .unwrap_or(second_half.end);
        let cut = weakest.max(rest.start + 1);
        found.push(rest.start..cut);
        rest.start = cut;
    }
    found.push(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: usize = Utterance::RATE as usize;

    /// One letter a frame: `#` speech, `-` unsure, `.` silence.
    fn frames(text: &str) -> Vec<f32> {
        text.chars()
            .map(|letter| match letter {
                '#' => 0.9,
                '-' => 0.4,
                _ => 0.02,
            })
            .collect()
    }

    #[test]
    fn speech_is_found_with_its_surroundings() {
        let probabilities =
            frames(&format!("{}{}{}", ".".repeat(60), "#-#".repeat(10), ".".repeat(60)));
        let found = passages(&probabilities, 150 * FRAME, 30 * RATE);
        assert_eq!(
            (found.len(), found.first()),
            (1, Some(&(60 * FRAME - BEFORE..90 * FRAME + AFTER)))
        );
    }

    #[test]
    fn silence_and_clicks_are_no_passages() {
        assert!(passages(&[], 0, 30 * RATE).is_empty());
        assert!(passages(&frames(&".".repeat(500)), 500 * FRAME, 30 * RATE).is_empty());
        assert!(passages(&frames("....#....#......"), 16 * FRAME, 30 * RATE).is_empty());
    }

    #[test]
    fn near_speech_is_joined_and_far_speech_is_not() {
        let near = format!("{}{}{}", "#".repeat(20), ".".repeat(40), "#".repeat(20));
        assert_eq!(passages(&frames(&near), 80 * FRAME, 30 * RATE).len(), 1);
        let far = format!("{}{}{}", "#".repeat(20), ".".repeat(150), "#".repeat(20));
        assert_eq!(passages(&frames(&far), 190 * FRAME, 30 * RATE).len(), 2);
        // In a small window the same pause parts them.
        assert_eq!(passages(&frames(&near), 80 * FRAME, 5 * RATE).len(), 2);
    }

    #[test]
    fn what_is_quiet_at_the_end_of_a_passage_is_known() {
        let probabilities = frames("..####--..");
        assert_eq!(quiet(&probabilities, &(0..10 * FRAME)), 4 * FRAME);
        assert_eq!(quiet(&probabilities, &(0..6 * FRAME + 10)), 10);
        assert_eq!(quiet(&probabilities, &(0..5 * FRAME)), 0);
        assert_eq!(quiet(&frames("####----.."), &(0..10 * FRAME)), 0, "a soft word");
        assert_eq!(quiet(&frames("...."), &(0..4 * FRAME)), 0, "no speech: nothing to go by");
    }

    proptest::proptest! {
        #[test]
        fn passages_are_in_order_apart_and_fit(
            letters in "[#.-]{0,600}",
            window in (2 * RATE)..(31 * RATE),
            missing in 0..FRAME,
        ) {
            let probabilities = frames(&letters);
            let total = (probabilities.len() * FRAME).saturating_sub(missing);
            let found = passages(&probabilities, total, window);
            let mut before = 0;
            for passage in &found {
                proptest::prop_assert!(passage.start >= before && passage.start < passage.end);
                proptest::prop_assert!(passage.end <= total && passage.len() <= window);
                before = passage.end;
            }
            // Every sure run of at least two frames is inside some passage.
            for stretch in stretches(&probabilities, usize::MAX) {
                let samples = stretch.start * FRAME..(stretch.end * FRAME).min(total);
                let covered: usize = found
                    .iter()
                    .map(|p| p.end.min(samples.end).saturating_sub(p.start.max(samples.start)))
                    .sum();
                proptest::prop_assert_eq!(covered, samples.len());
            }
        }
    }
}
