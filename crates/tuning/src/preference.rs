//! Learning from pairs of answers (DPO and its family), from judged ones (KTO), and rewards.

use std::cell::RefCell;

use candle_core::{DType, Device, Tensor, Var};

use crate::decoder::{Decoder, Parameters, Pass};
use crate::examples::truncated;
use crate::losses::{self, Answers, PreferenceKnobs, PreferenceLoss};
use crate::objective::{Mode, Objective, Outcome};
use crate::{Error, ops};

/// A question in tokens and two answers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPair {
    /// The question and everything before it.
    pub prompt: Vec<u32>,
    /// The better answer.
    pub chosen: Vec<u32>,
    /// The worse answer.
    pub rejected: Vec<u32>,
}

impl TokenPair {
    /// Cut to a length as LLaMA-Factory cuts pairs: by the longer answer. Prompts keep their left part.
    #[must_use]
    pub fn cut(mut self, cutoff: usize) -> Self {
        let longer = self.chosen.len().max(self.rejected.len());
        let (source, target) = truncated(self.prompt.len(), longer, cutoff);
        self.prompt.truncate(source);
        self.chosen.truncate(target);
        self.rejected.truncate(target);
        self
    }

    fn texts(&self) -> [Vec<u32>; 2] {
        [&self.chosen, &self.rejected].map(|answer| [self.prompt.as_slice(), answer].concat())
    }
}

/// Tokens of answers, text by text.
pub(crate) struct Asked {
    /// Where each is guessed, in a pass's rows.
    pub(crate) places: Vec<u32>,
    /// What it is.
    pub(crate) targets: Vec<u32>,
    /// Which text it belongs to.
    pub(crate) owners: Vec<usize>,
}

/// The tokens of texts from where each one's answer begins on, in a pass of so many tokens a row.
pub(crate) fn asked(texts: &[Vec<u32>], from: &[usize], length: usize) -> Asked {
    let mut asked = Asked { places: Vec::new(), targets: Vec::new(), owners: Vec::new() };
    for (row, (text, from)) in texts.iter().zip(from).enumerate() {
        for (at, &token) in text.iter().enumerate().skip((*from).max(1)) {
            asked.places.push((row * length + at - 1) as u32);
            asked.targets.push(token);
            asked.owners.push(row);
        }
    }
    asked
}

/// Log-probabilities of whole answers: `[texts]` sums, and how many tokens each has. `from` is where each text's answer begins.
fn of_answers(
    decoder: &Decoder,
    texts: &[Vec<u32>],
    from: &[usize],
    pad: u32,
    adapters: bool,
    mode: &Mode,
) -> Result<(Tensor, Vec<f32>), Error> {
    let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
    let mut pass = mode.apply(Pass::of(&slices, pad));
    pass.adapters = adapters;
    let Asked { places, targets, owners } = asked(texts, from, pass.length);
    let places = Tensor::new(places, &decoder.device)?;
    let logits = decoder.logits(&decoder.hidden(&pass)?.index_select(&places, 0)?)?;
    let tokens = ops::log_probs(&logits, &targets)?.unsqueeze(1)?;
    // Sums by text, as a product with noughts and ones.
    let mut belongs = vec![0f32; texts.len() * owners.len()];
    let mut counts = vec![0f32; texts.len()];
    for (token, row) in owners.iter().enumerate() {
        belongs[row * owners.len() + token] = 1.0;
        counts[*row] += 1.0;
    }
    let belongs = Tensor::from_vec(belongs, (texts.len(), owners.len()), &decoder.device)?;
    Ok((belongs.matmul(&tokens)?.squeeze(1)?, counts))
}

/// Pairs of answers to learn from.
pub struct Preferences {
    pairs: Vec<TokenPair>,
    kind: PreferenceLoss,
    knobs: PreferenceKnobs,
    pad: u32,
    /// What the base says of each pair, once it was asked: it never changes.
    reference: RefCell<Vec<Option<[f32; 2]>>>,
}

impl Preferences {
    /// Of pairs; those that have no answer left are left out.
    pub fn new(
        pairs: Vec<TokenPair>,
        kind: PreferenceLoss,
        knobs: PreferenceKnobs,
        pad: u32,
    ) -> Self {
        let pairs = with_answers(pairs);
        let reference = RefCell::new(vec![None; pairs.len()]);
        Self { pairs, kind, knobs, pad, reference }
    }

    fn sides(
        &self,
        decoder: &Decoder,
        items: &[usize],
        adapters: bool,
        mode: &Mode,
    ) -> Result<(Tensor, Vec<f32>), Error> {
        let (mut texts, mut from) = (Vec::new(), Vec::new());
        for side in 0..2 {
            for &item in items {
                texts.push(self.pairs[item].texts()[side].clone());
                from.push(self.pairs[item].prompt.len());
            }
        }
        of_answers(decoder, &texts, &from, self.pad, adapters, mode)
    }

    fn answers(&self, sums: &Tensor, counts: &[f32]) -> Result<Answers, Error> {
        let half = counts.len() / 2;
        let numbers = if self.kind.averages() {
            let counts: Vec<f32> = counts.iter().map(|c| c.max(1.0)).collect();
            sums.div(&Tensor::new(counts, sums.device())?)?
        } else {
            sums.clone()
        };
        Ok(Answers {
            chosen: numbers.narrow(0, 0, half)?,
            rejected: numbers.narrow(0, half, half)?,
        })
    }

    /// What the base says of items, asked once each.
    fn reference(
        &self,
        decoder: &Decoder,
        items: &[usize],
        counts: &[f32],
    ) -> Result<Answers, Error> {
        if items.iter().any(|&item| self.reference.borrow()[item].is_none()) {
            let (sums, _) = self.sides(decoder, items, false, &Mode::default())?;
            let sums: Vec<f32> = sums.detach().to_vec1()?;
            let mut known = self.reference.borrow_mut();
            for (at, &item) in items.iter().enumerate() {
                known[item] = Some([sums[at], sums[items.len() + at]]);
            }
        }
        let known = self.reference.borrow();
        let side = |side: usize| items.iter().map(move |_| side).zip(items);
        let list: Vec<f32> = side(0)
            .chain(side(1))
            .map(|(side, &item)| known[item].map_or(0.0, |both| both[side]))
            .collect();
        self.answers(&Tensor::new(list, &decoder.device)?, counts)
    }
}

fn with_answers(pairs: Vec<TokenPair>) -> Vec<TokenPair> {
    let whole = |pair: &TokenPair| {
        !pair.prompt.is_empty() && !pair.chosen.is_empty() && !pair.rejected.is_empty()
    };
    pairs.into_iter().filter(whole).collect()
}

impl Objective for Preferences {
    fn len(&self) -> usize {
        self.pairs.len()
    }

    fn weight(&self, _item: usize) -> f64 {
        1.0
    }

    fn tokens(&self, item: usize) -> usize {
        let pair = &self.pairs[item];
        2 * pair.prompt.len() + pair.chosen.len() + pair.rejected.len()
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let (sums, counts) = self.sides(decoder, items, true, mode)?;
        let policy = self.answers(&sums, &counts)?;
        let reference = if self.kind.needs_reference() {
            Some(self.reference(decoder, items, &counts)?)
        } else {
            None
        };
        let mut each = losses::preference(self.kind, &self.knobs, &policy, reference.as_ref())?;
        if self.knobs.ftx > 0.0 {
            let half = items.len();
            let counts: Vec<f32> = counts[..half].iter().map(|c| c.max(1.0)).collect();
            let means = sums.narrow(0, 0, half)?.div(&Tensor::new(counts, sums.device())?)?;
            each = (each - (means * self.knobs.ftx)?)?;
        }
        let list = |x: &Tensor| -> Result<Vec<f32>, Error> { Ok(x.detach().to_vec1()?) };
        let (mut chosen, mut rejected) = (list(&policy.chosen)?, list(&policy.rejected)?);
        if let Some(reference) = &reference {
            for (own, base) in
                [(&mut chosen, &reference.chosen), (&mut rejected, &reference.rejected)]
            {
                own.iter_mut().zip(list(base)?).for_each(|(own, base)| *own -= base);
            }
        }
        let right = chosen.iter().zip(&rejected).filter(|(c, r)| c > r).count();
        let margin: f32 = chosen.iter().zip(&rejected).map(|(c, r)| c - r).sum();
        let weight = items.len() as f64;
        Ok(Outcome {
            loss: each.sum_all()?,
            weight,
            metrics: vec![
                ("rewards/accuracies", (right as f64).into(), weight),
                ("rewards/margins", (f64::from(margin) * self.knobs.beta).into(), weight),
            ],
        })
    }
}

/// Judged answers to learn from (KTO).
pub struct Judged {
    /// Question, answer, whether it is good.
    rows: Vec<(Vec<u32>, Vec<u32>, bool)>,
    knobs: PreferenceKnobs,
    pad: u32,
    /// What the base says of each answer, and of the answer to the question before in its place.
    reference: RefCell<Vec<Option<[f32; 2]>>>,
}

impl Judged {
    /// Of questions, answers, and whether these are good.
    pub fn new(rows: Vec<(Vec<u32>, Vec<u32>, bool)>, knobs: PreferenceKnobs, pad: u32) -> Self {
        let whole = |row: &(Vec<u32>, Vec<u32>, bool)| !row.0.is_empty() && !row.1.is_empty();
        let rows: Vec<_> = rows.into_iter().filter(whole).collect();
        let reference = RefCell::new(vec![None; rows.len()]);
        Self { rows, knobs, pad, reference }
    }

    /// Answers of items, then answers of their neighbours to the same questions.
    fn sums(
        &self,
        decoder: &Decoder,
        items: &[usize],
        adapters: bool,
        mode: &Mode,
    ) -> Result<Tensor, Error> {
        let (mut texts, mut from) = (Vec::new(), Vec::new());
        for shift in 0..2 {
            for &item in items {
                let answer = &self.rows[(item + shift) % self.rows.len()].1;
                texts.push([self.rows[item].0.as_slice(), answer].concat());
                from.push(self.rows[item].0.len());
            }
        }
        // A neighbour's answer may be longer than there is room for.
        texts.iter_mut().for_each(|text| text.truncate(decoder.context()));
        Ok(of_answers(decoder, &texts, &from, self.pad, adapters, mode)?.0)
    }
}

impl Objective for Judged {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn weight(&self, _item: usize) -> f64 {
        1.0
    }

    fn tokens(&self, item: usize) -> usize {
        let next = &self.rows[(item + 1) % self.rows.len()].1;
        2 * self.rows[item].0.len() + self.rows[item].1.len() + next.len()
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let count = items.len();
        let sums = self.sums(decoder, items, true, mode)?;
        if items.iter().any(|&item| self.reference.borrow()[item].is_none()) {
            let base: Vec<f32> =
                self.sums(decoder, items, false, &Mode::default())?.detach().to_vec1()?;
            let mut known = self.reference.borrow_mut();
            for (at, &item) in items.iter().enumerate() {
                known[item] = Some([base[at], base[count + at]]);
            }
        }
        let known = self.reference.borrow();
        let base = |which: usize| -> Vec<f32> {
            items.iter().map(|&item| known[item].map_or(0.0, |both| both[which])).collect()
        };
        let ratios = (sums.narrow(0, 0, count)? - Tensor::new(base(0), sums.device())?)?;
        let beside: Vec<f32> = sums.narrow(0, count, count)?.detach().to_vec1()?;
        let divergence = beside.iter().zip(base(1)).map(|(a, b)| f64::from(a - b)).sum::<f64>();
        let good: Vec<bool> = items.iter().map(|&item| self.rows[item].2).collect();
        let divergence = divergence / count.max(1) as f64;
        let each = losses::kto(&self.knobs, &ratios, divergence, &good)?;
        let weight = count as f64;
        Ok(Outcome {
            loss: each.sum_all()?,
            weight,
            metrics: vec![("kl", (divergence.max(0.0) * weight).into(), weight)],
        })
    }
}

/// What puts a number on a text: one row above the last token's hidden state.
#[derive(Debug, Clone)]
pub(crate) struct ValueHead {
    /// `[1, width]`
    pub(crate) weight: Var,
    /// `[1]`
    pub(crate) bias: Var,
}

impl ValueHead {
    /// A fresh one.
    pub(crate) fn new(width: usize, device: &Device) -> Result<Self, Error> {
        Ok(Self {
            weight: Var::zeros((1, width), DType::F32, device)?,
            bias: Var::zeros(1, DType::F32, device)?,
        })
    }

    /// Its variables, by the names that TRL's models have.
    pub(crate) fn parameters(&self) -> Parameters {
        Parameters::from([
            ("v_head.summary.weight".to_owned(), self.weight.clone()),
            ("v_head.summary.bias".to_owned(), self.bias.clone()),
        ])
    }

    /// What it says above hidden states, `[rows, width]` to `[rows]`.
    pub(crate) fn above(&self, hidden: &Tensor) -> candle_core::Result<Tensor> {
        hidden.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)?.squeeze(1)
    }
}

/// Pairs to learn a reward from.
pub(crate) struct Rewards {
    pairs: Vec<TokenPair>,
    head: ValueHead,
    pad: u32,
}

impl Rewards {
    /// Of pairs, with the head that is trained beside the adapter.
    pub(crate) fn new(pairs: Vec<TokenPair>, head: ValueHead, pad: u32) -> Self {
        Self { pairs: with_answers(pairs), head, pad }
    }
}

impl Objective for Rewards {
    fn len(&self) -> usize {
        self.pairs.len()
    }

    fn weight(&self, _item: usize) -> f64 {
        1.0
    }

    fn tokens(&self, item: usize) -> usize {
        let pair = &self.pairs[item];
        2 * pair.prompt.len() + pair.chosen.len() + pair.rejected.len()
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let count = items.len();
        let mut texts = Vec::with_capacity(2 * count);
        for side in 0..2 {
            texts.extend(items.iter().map(|&item| self.pairs[item].texts()[side].clone()));
        }
        let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let pass = mode.apply(Pass::of(&slices, self.pad));
        let last: Vec<u32> = texts
            .iter()
            .enumerate()
            .map(|(row, text)| (row * pass.length + text.len() - 1) as u32)
            .collect();
        let last = Tensor::new(last, &decoder.device)?;
        let hidden = decoder.hidden(&pass)?.index_select(&last, 0)?;
        let values = self.head.above(&hidden)?;
        let (chosen, rejected) = (values.narrow(0, 0, count)?, values.narrow(0, count, count)?);
        let each = losses::reward(&chosen, &rejected)?;
        let (a, b): (Vec<f32>, Vec<f32>) =
            (chosen.detach().to_vec1()?, rejected.detach().to_vec1()?);
        let right = a.iter().zip(&b).filter(|(a, b)| a > b).count();
        let weight = count as f64;
        Ok(Outcome {
            loss: each.sum_all()?,
            weight,
            metrics: vec![("accuracy", (right as f64).into(), weight)],
        })
    }
}
