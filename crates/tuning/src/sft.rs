//! Learning to write what was written: cross-entropy over answers (or whole texts).

use candle_core::{D, DType, Tensor};

use crate::decoder::{Decoder, Pass};
use crate::examples::{Example, Row, batch, packed, rows};
use crate::objective::{Mode, Objective, Outcome, Sum};
use crate::{Error, ops};

/// Examples to learn by heart, as well as it goes.
pub struct Supervised {
    rows: Vec<Row>,
    pad: u32,
}

impl Supervised {
    /// Of examples; those in which nothing is learnt are left out. With `pack` as many as fit share a row.
    pub fn new(examples: &[Example], pad: u32, pack: Option<usize>) -> Self {
        let useful: Vec<Example> = examples.iter().filter(|e| e.targets() > 0).cloned().collect();
        let rows = match pack {
            Some(capacity) => packed(&useful, capacity),
            None => rows(&useful),
        };
        Self { rows, pad }
    }
}

impl Objective for Supervised {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn weight(&self, item: usize) -> f64 {
        self.rows[item].targets() as f64
    }

    fn tokens(&self, item: usize) -> usize {
        self.rows[item].ids.len()
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let rows: Vec<&Row> = items.iter().map(|&item| &self.rows[item]).collect();
        let (pass, places, targets) = batch(&rows, self.pad);
        next_tokens(decoder, &mode.apply(pass), Some(places), &targets)
    }
}

/// Cross-entropy of the tokens that come next: at some places of a pass, or at all of them.
pub(crate) fn next_tokens(
    decoder: &Decoder,
    pass: &Pass,
    places: Option<Vec<u32>>,
    targets: &[u32],
) -> Result<Outcome, Error> {
    let hidden = decoder.hidden(pass)?;
    // The vocabulary is the widest product of all: only rows that count go through it.
    let hidden = match places {
        Some(places) => ops::rows_at(&hidden, places)?,
        None => hidden,
    };
    let logits = decoder.logits(&hidden)?;
    let wanted = Tensor::new(targets, &decoder.device)?;
    let guesses = logits.detach().argmax(D::Minus1)?.to_dtype(DType::U32)?;
    let hits = guesses.eq(&wanted)?.to_dtype(DType::F32)?.sum_all()?;
    let loss = ops::log_probs(&logits, targets)?.sum_all()?.neg()?;
    let weight = targets.len() as f64;
    Ok(Outcome { loss, weight, metrics: vec![("accuracy", Sum::There(hits), weight)] })
}
