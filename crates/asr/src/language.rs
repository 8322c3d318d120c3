//! Which language is spoken, told from what the encoder has computed anyway.
//!
//! whisper.cpp finds it before everything else and runs its encoder for that alone, which is nearly all that a short sentence
//! costs. But the encoder's result is the same whatever language follows. So the recogniser takes a language for granted, and
//! afterwards one step of the decoder tells which it was: Whisper's first token behind *start of transcript* names it.

use whisper_rs::{WhisperContext, WhisperState};

/// The languages in the vocabulary of a multilingual model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Languages {
    /// The token *start of transcript*; the languages' tokens follow it.
    start: i32,
    count: usize,
}

impl Languages {
    pub(crate) fn of(context: &WhisperContext) -> Self {
        // Behind the languages come the tasks, the first of which is to translate.
        let (start, end) = (context.token_sot(), context.token_translate());
        Self { start, count: usize::try_from(end - start - 1).unwrap_or(0) }
    }

    /// The language of the sound that was decoded last, for which this one was `taken`. `None` where the decoder failed.
    pub(crate) fn heard(
        self,
        state: &mut WhisperState,
        threads: u32,
        taken: Option<&'static str>,
    ) -> Option<&'static str> {
        let found = self.encoded(state, threads)?;
        if Some(found) == taken {
            return Some(found);
        }
        // Where a sentence ends before the sound does whisper.cpp encodes once more, from there on: what it was asked of may be a breath.
        state.encode(0, threads as usize).ok()?;
        self.encoded(state, threads)
    }

    /// The language of the sound that was encoded last.
    fn encoded(self, state: &mut WhisperState, threads: u32) -> Option<&'static str> {
        state.decode(&[self.start], 0, threads as usize).ok()?;
        let first = usize::try_from(self.start).ok()? + 1;
        let found = likeliest(state.get_logits().ok()?.get(first..first + self.count)?)?;
        whisper_rs::get_lang_str(i32::try_from(found).ok()?)
    }
}

/// Where the largest value is; `None` where there is no value.
fn likeliest(logits: &[f32]) -> Option<usize> {
    let sane = logits.iter().enumerate().filter(|(_, logit)| !logit.is_nan());
    sane.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_language_is_found_among_senseless_values() {
        assert_eq!(likeliest(&[-3.0, f32::NAN, 2.0, 1.0]), Some(2));
        assert_eq!(likeliest(&[f32::NEG_INFINITY, -1.0]), Some(1));
        assert_eq!(likeliest(&[f32::NAN]), None);
        assert_eq!(likeliest(&[]), None);
    }
}
