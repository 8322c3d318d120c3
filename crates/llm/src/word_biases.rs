//! Biases of words, as the tokens that a vocabulary makes of them.

use domain::{Sampling, WordBias};

use crate::tokenizer::Tokenizer;

/// Ids among those of biases that a vocabulary has no token for; they do nothing.
pub(crate) fn strangers(tokenizer: &Tokenizer, biases: &[(u32, f32)]) -> Vec<u32> {
    let known = tokenizer.len();
    biases.iter().map(|(id, _)| *id).filter(|id| *id as usize >= known).collect()
}

/// The same settings, with words that come more or less often as token ids.
pub(crate) fn with_tokens_of_words(tokenizer: &Tokenizer, sampling: &Sampling) -> Sampling {
    let mut with = sampling.clone();
    let strangers = strangers(tokenizer, &with.logit_bias);
    if !strangers.is_empty() {
        tracing::warn!(?strangers, "biases name tokens that the model does not have");
    }
    for WordBias { text, exact, bias } in std::mem::take(&mut with.word_bias) {
        let mut ids = if exact { tokenizer.encode_within(&text) } else { tokenizer.encode(&text) };
        if !exact {
            ids.extend(tokenizer.encode(&format!(" {text}")));
            // A space alone, as some vocabularies have it, belongs to every word, and what stands for unknown letters to none. A
            // part of a letter says nothing yet.
            let unknown = tokenizer.unwritable();
            ids.retain(|id| {
                let mut says = String::new();
                tokenizer.detokenizer(false).push(*id, &mut says);
                (says.is_empty() || !says.trim().is_empty()) && Some(*id) != unknown
            });
        }
        ids.sort_unstable();
        ids.dedup();
        with.logit_bias.extend(ids.into_iter().map(|id| (id, bias)));
    }
    with
}
