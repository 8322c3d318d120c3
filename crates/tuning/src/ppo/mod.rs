//! Learning from a reward model by trying answers: proximal policy optimisation, on a small scale.
//!
//! A collection is a batch of prompts: the model answers them, the reward model says how good each answer is, the model
//! without its adapter how far each token strays. From that, some passes learn; then the next collection begins with what was
//! learnt. Defaults are those of TRL before 0.12, as LLaMA-Factory and ChatGLM-Efficient-Tuning use it.

mod estimates;
mod judge;
mod loss;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use candle_core::Tensor;
use domain::Flow;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::decoder::{Decoder, Pass, mixed};
use crate::generate::{self, Sampling};
use crate::objective::{Collects, Mode, Objective, Outcome};
use crate::preference::{ValueHead, asked};
use crate::{Error, ops};
use judge::RewardModel;
use loss::Written;

/// Strengths, and how answers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PpoKnobs {
    /// Times that each collection is learnt from.
    pub epochs: usize,
    /// What straying from the reference costs, a nat, to begin with.
    pub kl: f64,
    /// Nats an answer that the cost is steered to; `None` leaves the cost.
    pub kl_target: Option<f64>,
    /// Answers over which it is steered.
    pub kl_horizon: f64,
    /// What a later reward is worth.
    pub gamma: f64,
    /// How far advantages look ahead.
    pub lambda: f64,
    /// How far a token's probability may move in one collection, as a share.
    pub clip: f64,
    /// How far a value may move.
    pub value_clip: f64,
    /// What the value head's loss weighs.
    pub value_weight: f64,
    /// A pass whose probabilities moved farther than this, on average, teaches nothing.
    pub ratio_threshold: f64,
    /// Bring rewards to variance 1.
    pub whiten_rewards: bool,
    /// Tokens of an answer at most.
    pub answer: usize,
    /// Temperature of the answers.
    pub temperature: f64,
    /// Share of the likeliest tokens that they are drawn from.
    pub top_p: f64,
}

impl Default for PpoKnobs {
    fn default() -> Self {
        Self::USUAL
    }
}

impl PpoKnobs {
    /// TRL's before 0.12.
    pub const USUAL: Self = Self {
        epochs: 4,
        kl: 0.2,
        kl_target: Some(6.0),
        kl_horizon: 10_000.0,
        gamma: 1.0,
        lambda: 0.95,
        clip: 0.2,
        value_clip: 0.2,
        value_weight: 0.1,
        ratio_threshold: 10.0,
        whiten_rewards: false,
        answer: 64,
        temperature: 1.0,
        top_p: 1.0,
    };

    /// What is wrong with them, if anything.
    pub fn check(&self) -> Result<(), Error> {
        let wrong =
            |what: &str, value: f64| Err(Error::settings(format!("{what} of {value} cannot be")));
        let above = |x: f64| x.is_finite() && x > 0.0;
        if self.epochs == 0 || self.epochs > 1000 {
            return wrong("a number of PPO epochs", self.epochs as f64);
        }
        if self.answer == 0 {
            return wrong("a longest answer", 0.0);
        }
        if !(self.kl.is_finite() && self.kl >= 0.0) {
            return wrong("a cost of straying", self.kl);
        }
        for (what, value) in [
            ("a target of straying", self.kl_target.unwrap_or(1.0)),
            ("a horizon", self.kl_horizon),
            ("a clip", self.clip),
            ("a clip of values", self.value_clip),
            ("a temperature", self.temperature),
        ] {
            if !above(value) {
                return wrong(what, value);
            }
        }
        for (what, value) in [("a discount", self.gamma), ("a look ahead", self.lambda)] {
            if !(0.0..=1.0).contains(&value) {
                return wrong(what, value);
            }
        }
        if !(above(self.top_p) && self.top_p <= 1.0) {
            return wrong("a share of likely tokens", self.top_p);
        }
        Ok(())
    }
}

/// An answer that was tried.
struct Tried {
    /// Prompt and answer.
    text: Vec<u32>,
    /// Where the answer begins.
    from: usize,
    /// Of each of its tokens.
    log_probs: Vec<f32>,
    values: Vec<f32>,
    rewards: Vec<f32>,
    advantages: Vec<f32>,
    returns: Vec<f32>,
    /// What the reward model said.
    score: f32,
    /// Nats that it strays.
    strayed: f64,
}

/// Prompts to try answers to.
pub(crate) struct Ppo {
    prompts: Vec<Vec<u32>>,
    knobs: PpoKnobs,
    /// Prompts of a pass, and passes of a step: a collection is what one step reads.
    batch: usize,
    passes: usize,
    head: ValueHead,
    asking: Rc<Asking>,
    /// The collection that is learnt from, by prompt.
    tried: RefCell<BTreeMap<usize, Tried>>,
    penalty: Cell<f64>,
}

/// How answers are asked for and judged: the same for learning and watching.
pub(crate) struct Asking {
    judge: RewardModel,
    sampling: Sampling,
    /// Tokens that end an answer.
    ends: Vec<u32>,
    /// What fills up.
    pad: u32,
}

impl Asking {
    /// With the reward model of a folder, over the matrices of the base.
    pub(crate) fn new(
        base: &Decoder,
        reward: &Path,
        knobs: &PpoKnobs,
        (ends, pad): (Vec<u32>, u32),
    ) -> Result<Self, Error> {
        let sampling =
            Sampling { most: knobs.answer, temperature: knobs.temperature, top_p: knobs.top_p };
        Ok(Self { judge: RewardModel::beside(base, reward)?, sampling, ends, pad })
    }

    /// Prompts with their answers, where each answer begins, and what the reward model says; `None` where `tick` said stop.
    fn answers(
        &self,
        decoder: &Decoder,
        prompts: &[&[u32]],
        seeds: &[u64],
        tick: &mut dyn FnMut() -> Flow,
    ) -> Result<Option<Answers>, Error> {
        let is_end = |id| self.ends.contains(&id);
        let replies = generate::replies(decoder, prompts, &self.sampling, seeds, &is_end, tick)?;
        let Some(replies) = replies else { return Ok(None) };
        let from = replies.iter().map(|(start, _)| start.len()).collect();
        let texts: Vec<Vec<u32>> =
            replies.into_iter().map(|(start, reply)| [start, reply].concat()).collect();
        let scores = self.judge.scores(&texts, self.pad)?;
        Ok(Some(Answers { texts, from, scores }))
    }
}

/// Answers to some prompts.
struct Answers {
    /// Prompts and answers.
    texts: Vec<Vec<u32>>,
    /// Where each answer begins.
    from: Vec<usize>,
    /// What the reward model says.
    scores: Vec<f32>,
}

impl Ppo {
    /// `batch` prompts a pass, `passes` passes a step.
    pub(crate) fn new(
        prompts: Vec<Vec<u32>>,
        knobs: PpoKnobs,
        (batch, passes): (usize, usize),
        head: ValueHead,
        asking: Rc<Asking>,
    ) -> Self {
        Self {
            prompts: with_something(prompts),
            knobs,
            batch,
            passes,
            head,
            asking,
            tried: RefCell::default(),
            penalty: Cell::new(knobs.kl),
        }
    }

    /// Log-probabilities of answers' tokens, text by text, and what the value head expects before each where it is asked.
    fn read(
        &self,
        decoder: &Decoder,
        (texts, from): (&[Vec<u32>], &[usize]),
        adapters: bool,
        mode: &Mode,
    ) -> Result<(Tensor, Tensor), Error> {
        let slices: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let mut pass = mode.apply(Pass::of(&slices, self.asking.pad));
        pass.adapters = adapters;
        let asked = asked(texts, from, pass.length);
        let places = Tensor::new(asked.places, &decoder.device)?;
        let hidden = decoder.hidden(&pass)?.index_select(&places, 0)?;
        let log_probs = ops::log_probs(&decoder.logits(&hidden)?, &asked.targets)?;
        Ok((log_probs, self.head.above(&hidden)?))
    }

    /// Tries answers to some prompts; `None` where `tick` said stop.
    fn try_answers(
        &self,
        decoder: &Decoder,
        which: &[usize],
        seed: u64,
        tick: &mut dyn FnMut() -> Flow,
    ) -> Result<Option<Vec<(usize, Tried)>>, Error> {
        let prompts: Vec<&[u32]> = which.iter().map(|&p| self.prompts[p].as_slice()).collect();
        let seeds: Vec<u64> = which.iter().map(|&p| mixed(seed, p as u64)).collect();
        let answers = self.asking.answers(decoder, &prompts, &seeds, tick)?;
        let Some(Answers { texts, from, scores }) = answers else { return Ok(None) };
        let list = |x: &Tensor| -> Result<Vec<f32>, Error> { Ok(x.detach().to_vec1()?) };
        let read = (texts.as_slice(), from.as_slice());
        let (policy, values) = self.read(decoder, read, true, &Mode::default())?;
        let (reference, _) = self.read(decoder, read, false, &Mode::default())?;
        let (policy, values, reference) = (list(&policy)?, list(&values)?, list(&reference)?);
        let mut at = 0;
        let mut tried = Vec::with_capacity(which.len());
        for (row, text) in texts.into_iter().enumerate() {
            let own = at..at + text.len() - from[row];
            at = own.end;
            let (log_probs, before) = (&policy[own.clone()], &reference[own.clone()]);
            let strayed = log_probs.iter().zip(before).map(|(p, r)| f64::from(p - r)).sum();
            tried.push((
                which[row],
                Tried {
                    from: from[row],
                    rewards: estimates::rewards(log_probs, before, scores[row], self.penalty.get()),
                    log_probs: log_probs.to_vec(),
                    values: values[own].to_vec(),
                    advantages: Vec::new(),
                    returns: Vec::new(),
                    score: scores[row],
                    strayed,
                    text,
                },
            ));
        }
        Ok(Some(tried))
    }

    /// Fills in what the answers' tokens were worth.
    fn weigh(&self, tried: &mut BTreeMap<usize, Tried>) {
        if self.knobs.whiten_rewards {
            let mut all: Vec<&mut f32> =
                tried.values_mut().flat_map(|t| t.rewards.iter_mut()).collect();
            estimates::whiten(&mut all, false);
        }
        for one in tried.values_mut() {
            (one.advantages, one.returns) = estimates::advantages(
                &one.rewards,
                &one.values,
                self.knobs.gamma,
                self.knobs.lambda,
            );
        }
        let mut all: Vec<&mut f32> =
            tried.values_mut().flat_map(|t| t.advantages.iter_mut()).collect();
        estimates::whiten(&mut all, true);
    }
}

impl Collects for Ppo {
    fn passes(&self) -> usize {
        self.passes * self.knobs.epochs
    }

    fn order(&self, seed: u64) -> Vec<usize> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut prompts: Vec<usize> = (0..self.prompts.len()).collect();
        prompts.shuffle(&mut rng);
        let mut order = Vec::with_capacity(self.len());
        for collection in prompts.chunks_mut(self.batch * self.passes) {
            for epoch in 0..self.knobs.epochs {
                collection.shuffle(&mut rng);
                order.extend(collection.iter().map(|prompt| epoch * self.prompts.len() + prompt));
            }
        }
        order
    }

    fn collect(
        &self,
        decoder: &Decoder,
        items: &[usize],
        seed: u64,
        tick: &mut dyn FnMut() -> Flow,
    ) -> Result<Flow, Error> {
        let mut prompts: Vec<usize> = items.iter().map(|item| item % self.prompts.len()).collect();
        prompts.sort_unstable();
        prompts.dedup();
        let mut tried = BTreeMap::new();
        // As many side by side as memory was planned for.
        for some in prompts.chunks(self.batch) {
            let Some(more) = self.try_answers(decoder, some, seed, tick)? else {
                return Ok(Flow::Stop);
            };
            tried.extend(more);
        }
        self.weigh(&mut tried);
        if let Some(target) = self.knobs.kl_target {
            let strayed =
                tried.values().map(|t| t.strayed).sum::<f64>() / tried.len().max(1) as f64;
            let horizon = self.knobs.kl_horizon;
            let next =
                estimates::next_penalty(self.penalty.get(), strayed, target, tried.len(), horizon);
            self.penalty.set(next);
        }
        self.tried.replace(tried);
        Ok(Flow::More)
    }

    fn carried(&self) -> Vec<f64> {
        vec![self.penalty.get()]
    }

    fn carry(&self, carried: &[f64]) {
        if let Some(penalty) = carried.first() {
            self.penalty.set(*penalty);
        }
    }
}

impl Objective for Ppo {
    /// Each prompt as often as a collection is learnt from.
    fn len(&self) -> usize {
        self.prompts.len() * self.knobs.epochs
    }

    /// Tokens of the answer, once there is one.
    fn weight(&self, item: usize) -> f64 {
        let tried = self.tried.borrow();
        tried.get(&(item % self.prompts.len())).map_or(1.0, |one| one.log_probs.len() as f64)
    }

    fn tokens(&self, item: usize) -> usize {
        let prompt = item % self.prompts.len();
        self.tried.borrow().get(&prompt).map_or(self.prompts[prompt].len(), |one| one.text.len())
    }

    fn loss(&self, decoder: &Decoder, items: &[usize], mode: &Mode) -> Result<Outcome, Error> {
        let tried = self.tried.borrow();
        let all: Vec<&Tried> =
            items.iter().filter_map(|item| tried.get(&(item % self.prompts.len()))).collect();
        let texts: Vec<Vec<u32>> = all.iter().map(|one| one.text.clone()).collect();
        let from: Vec<usize> = all.iter().map(|one| one.from).collect();
        let (log_probs, values) = self.read(decoder, (&texts, &from), true, mode)?;
        let flat = |of: &dyn Fn(&Tried) -> &Vec<f32>| {
            let list: Vec<f32> = all.iter().flat_map(|one| of(one).iter().copied()).collect();
            Tensor::new(list, &decoder.device)
        };
        let written = Written {
            log_probs: flat(&|one| &one.log_probs)?,
            values: flat(&|one| &one.values)?,
            advantages: flat(&|one| &one.advantages)?,
            returns: flat(&|one| &one.returns)?,
        };
        let losses = loss::clipped(&self.knobs, &log_probs, &values, &written)?;
        let weight = log_probs.elem_count() as f64;
        let value: f32 = losses.value.detach().to_scalar()?;
        let mut loss = (losses.policy + (losses.value * self.knobs.value_weight)?)?;
        if losses.ratio > self.knobs.ratio_threshold {
            loss = (loss * 0.0)?;
        }
        let answers = all.len() as f64;
        let sum = |of: &dyn Fn(&Tried) -> f64| all.iter().map(|one| of(one)).sum::<f64>();
        Ok(Outcome {
            loss,
            weight,
            metrics: vec![
                ("rewards/score", sum(&|one| f64::from(one.score)).into(), answers),
                ("kl", sum(&|one| one.strayed).into(), answers),
                ("kl_cost", (self.penalty.get() * answers).into(), answers),
                ("answer_tokens", weight.into(), answers),
                ("clipped", losses.clipped.into(), weight),
                ("value_loss", f64::from(value).into(), weight),
            ],
        })
    }

    fn collects(&self) -> Option<&dyn Collects> {
        Some(self)
    }
}

/// Prompts that have something in them.
fn with_something(prompts: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    prompts.into_iter().filter(|prompt| !prompt.is_empty()).collect()
}

/// Prompts to watch: how good the reward model finds answers to them.
pub(crate) struct Watched {
    prompts: Vec<Vec<u32>>,
    asking: Rc<Asking>,
}

impl Watched {
    pub(crate) fn new(prompts: Vec<Vec<u32>>, asking: Rc<Asking>) -> Self {
        Self { prompts: with_something(prompts), asking }
    }
}

impl Objective for Watched {
    fn len(&self) -> usize {
        self.prompts.len()
    }

    fn weight(&self, _item: usize) -> f64 {
        1.0
    }

    fn tokens(&self, item: usize) -> usize {
        self.prompts[item].len() + self.asking.sampling.most
    }

    /// The score with the other sign, so that less is better; the same draw for each prompt every time.
    fn loss(&self, decoder: &Decoder, items: &[usize], _mode: &Mode) -> Result<Outcome, Error> {
        let prompts: Vec<&[u32]> =
            items.iter().map(|&item| self.prompts[item].as_slice()).collect();
        let seeds: Vec<u64> = items.iter().map(|&item| mixed(0, item as u64)).collect();
        let answers = self.asking.answers(decoder, &prompts, &seeds, &mut || Flow::More)?;
        let sum: f64 =
            answers.iter().flat_map(|answers| &answers.scores).copied().map(f64::from).sum();
        let weight = items.len() as f64;
        Ok(Outcome {
            loss: Tensor::new(-sum as f32, &decoder.device)?,
            weight,
            metrics: vec![("rewards/score", sum.into(), weight)],
        })
    }
}
