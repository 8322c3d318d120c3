//! What a voice makes of one piece of text.

use crate::visemes::Mouth;

/// A mouth shape that begins at a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    /// Index of the sample.
    pub(crate) at: usize,
    /// The shape.
    pub(crate) mouth: Mouth,
}

/// Sound of one piece of text, with its marks in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sound {
    /// Mono, −1.0 to 1.0.
    pub(crate) pcm: Vec<f32>,
    /// Samples per second.
    pub(crate) rate: u32,
    /// In order of time.
    pub(crate) marks: Vec<Mark>,
}

impl Sound {
    /// Appends silence with the mouth closed.
    pub(crate) fn pause(&mut self, ms: u32) {
        if ms > 0 {
            self.marks.push(Mark { at: self.pcm.len(), mouth: Mouth::CLOSED });
            self.pcm.resize(self.pcm.len() + (self.rate as usize * ms as usize) / 1000, 0.0);
        }
    }

    /// Appends what is said next, of the same rate.
    pub(crate) fn append(&mut self, next: &Self) {
        debug_assert_eq!(self.rate, next.rate, "one voice has one rate");
        let base = self.pcm.len();
        self.pcm.extend_from_slice(&next.pcm);
        self.marks.extend(next.marks.iter().map(|mark| Mark { at: base + mark.at, ..*mark }));
    }
}
