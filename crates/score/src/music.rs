//! Loops with harmony: a chain of chords, a bass under them, figures over them. Original, made for this project.

use crate::noise::Noise;
use crate::reverb;
use crate::tone::{Note, Voice};

/// A loop: chords of four beats each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Song {
    /// Beats a minute.
    beats: u16,
    /// Keys of each chord, lowest first.
    chords: &'static [[u8; 4]],
    /// Which of a chord's keys is played at each half beat of a chord (0 to 3; 4 and 5: the second and third an octave up), −1 for none.
    figure: &'static [[i8; 8]],
    /// The tune: a key for each beat of the whole loop, 0 for none.
    tune: &'static [u8],
    lead: Voice,
    figure_voice: Voice,
    /// How loud the held chords are, in hundredths.
    pad: u8,
    /// Share of the room, in hundredths, and its length in tenths of a second.
    room: (u8, u8),
}

/// Rain on a window: open fifths, slow.
pub(crate) const CALM: Song = Song {
    beats: 66,
    chords: &[
        [48, 55, 64, 71],
        [45, 52, 60, 67],
        [41, 48, 57, 64],
        [43, 50, 59, 64],
        [48, 55, 64, 71],
        [40, 47, 55, 62],
        [41, 48, 57, 64],
        [43, 50, 57, 62],
    ],
    figure: &[[0, -1, 1, -1, 2, -1, 1, -1], [0, -1, 1, 2, 3, -1, 2, -1]],
    tune: &[
        76, 0, 0, 74, 72, 0, 0, 0, 69, 0, 72, 0, 74, 0, 0, 0, 76, 0, 0, 79, 78, 0, 0, 0, 72, 0, 69,
        0, 67, 0, 0, 0,
    ],
    lead: Voice::Piano,
    figure_voice: Voice::Piano,
    pad: 34,
    room: (34, 22),
};

/// A morning with the door open.
pub(crate) const BRIGHT: Song = Song {
    beats: 104,
    chords: &[
        [43, 55, 59, 62],
        [50, 54, 57, 62],
        [40, 55, 59, 64],
        [48, 52, 55, 60],
        [43, 55, 59, 62],
        [50, 54, 57, 62],
        [48, 52, 55, 64],
        [50, 54, 57, 60],
    ],
    figure: &[[0, 2, 1, 2, 3, 2, 1, 2], [0, 1, 2, 3, 4, 3, 2, 1]],
    tune: &[
        74, 0, 71, 74, 69, 0, 0, 0, 71, 0, 67, 71, 64, 0, 67, 0, 74, 0, 79, 78, 74, 0, 69, 0, 72,
        71, 72, 76, 74, 0, 0, 0,
    ],
    lead: Voice::Bell,
    figure_voice: Voice::Pluck,
    pad: 16,
    room: (22, 14),
};

/// What is over, remembered kindly.
pub(crate) const WISTFUL: Song = Song {
    beats: 58,
    chords: &[
        [45, 52, 60, 64],
        [41, 53, 57, 60],
        [48, 52, 55, 64],
        [43, 50, 59, 62],
        [45, 52, 60, 64],
        [38, 50, 57, 65],
        [40, 52, 56, 62],
        [45, 52, 57, 60],
    ],
    figure: &[[0, -1, 2, -1, 3, -1, 2, -1], [0, -1, 1, -1, 2, 3, 2, -1]],
    tune: &[
        72, 0, 71, 69, 69, 0, 0, 67, 67, 0, 64, 0, 62, 0, 0, 0, 76, 0, 74, 72, 77, 0, 0, 74, 71, 0,
        68, 0, 69, 0, 0, 0,
    ],
    lead: Voice::Piano,
    figure_voice: Voice::Piano,
    pad: 30,
    room: (40, 28),
};

/// Something is about to be said.
pub(crate) const TENSE: Song = Song {
    beats: 84,
    chords: &[
        [38, 50, 53, 57],
        [38, 50, 53, 58],
        [38, 49, 52, 55],
        [37, 49, 52, 56],
        [38, 50, 53, 57],
        [34, 46, 53, 58],
        [36, 48, 51, 55],
        [33, 45, 49, 52],
    ],
    figure: &[[0, 0, 1, 0, 0, 0, 2, 0], [0, 0, 1, 0, 0, 3, 2, 0]],
    tune: &[
        0, 0, 69, 0, 0, 0, 70, 0, 0, 0, 67, 0, 0, 0, 68, 0, 0, 0, 69, 0, 0, 0, 70, 69, 0, 0, 67, 0,
        64, 0, 0, 0,
    ],
    lead: Voice::Bell,
    figure_voice: Voice::Bass,
    pad: 30,
    room: (38, 24),
};

/// Late, with one lamp on.
pub(crate) const NIGHT: Song = Song {
    beats: 54,
    chords: &[
        [41, 53, 57, 64],
        [40, 52, 55, 62],
        [38, 50, 57, 60],
        [43, 50, 53, 59],
        [41, 53, 57, 64],
        [40, 52, 59, 62],
        [38, 53, 57, 60],
        [36, 48, 55, 64],
    ],
    figure: &[[0, -1, -1, 2, -1, 3, -1, -1], [0, -1, 2, -1, 3, -1, -1, -1]],
    tune: &[
        0, 72, 0, 76, 0, 0, 74, 0, 0, 69, 0, 72, 71, 0, 0, 0, 0, 72, 0, 79, 0, 78, 74, 0, 0, 72,
        69, 0, 67, 0, 0, 0,
    ],
    lead: Voice::Bell,
    figure_voice: Voice::Piano,
    pad: 40,
    room: (46, 32),
};

/// Half beats of a chord.
const HALVES: usize = 8;

impl Song {
    /// One round.
    pub(crate) fn render(&self, rate: u32) -> Vec<f32> {
        let beat = 60.0 / f32::from(self.beats);
        let chord = beat * 4.0;
        let seconds = chord * self.chords.len() as f32;
        let mut buffer = vec![0.0; (seconds * rate as f32) as usize];
        let mut hand = Noise::new(7);
        for note in self.notes(beat, &mut hand) {
            note.play(&mut buffer, rate);
        }
        let (wet, length) = self.room;
        reverb::around(&mut buffer, rate, f32::from(wet) / 100.0, f32::from(length) / 10.0);
        buffer
    }

    fn notes(&self, beat: f32, hand: &mut Noise) -> Vec<Note> {
        let mut notes = Vec::new();
        for (index, keys) in self.chords.iter().enumerate() {
            let start = index as f32 * beat * 4.0;
            for key in &keys[1..] {
                let strength = f32::from(self.pad) / 100.0 * 0.4;
                notes.push(Note {
                    at: start,
                    length: beat * 3.6,
                    key: f32::from(*key),
                    strength,
                    voice: Voice::Pad,
                });
            }
            notes.push(Note {
                at: start,
                length: beat * 3.2,
                key: f32::from(keys[0]),
                strength: 0.5,
                voice: Voice::Bass,
            });
            let figure = self.figure[index % self.figure.len()];
            for (half, step) in figure.into_iter().enumerate().take(HALVES) {
                let Ok(step) = usize::try_from(step) else { continue };
                let key = f32::from(keys[if step < 4 { step } else { step - 3 }])
                    + if step < 4 { 0.0 } else { 12.0 };
                // A hand is never quite even.
                let late = hand.share() * 0.012;
                let strength = (if half % 4 == 0 { 0.42 } else { 0.32 }) + hand.next() * 0.04;
                let at = start + half as f32 * beat / 2.0 + late;
                notes.push(Note {
                    at,
                    length: beat * 0.9,
                    key,
                    strength,
                    voice: self.figure_voice,
                });
            }
        }
        for (index, key) in self.tune.iter().enumerate().filter(|(_, key)| **key > 0) {
            let at = index as f32 * beat + hand.share() * 0.015;
            let strength = 0.5 + hand.next() * 0.05;
            notes.push(Note {
                at,
                length: beat * 1.4,
                key: f32::from(*key),
                strength,
                voice: self.lead,
            });
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::{BRIGHT, CALM, NIGHT, Song, TENSE, WISTFUL};

    #[test]
    fn every_song_has_a_beat_of_tune_for_each_beat_of_harmony() {
        for song in [&CALM, &BRIGHT, &WISTFUL, &TENSE, &NIGHT] {
            let Song { chords, tune, figure, .. } = song;
            assert_eq!(tune.len(), chords.len() * 4);
            assert!(figure.iter().flatten().all(|step| (-1..=5).contains(step)));
        }
    }
}
