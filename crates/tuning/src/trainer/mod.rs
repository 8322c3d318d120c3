//! The loop: passes, steps, looks at the validation set, checkpoints, and an end.
//!
//! Everything that is drawn (the order of examples, what is dropped) follows from the seed and where the training stands, so
//! that one that was killed and goes on makes the very same steps.

mod checkpoint;
mod curves;
mod log;
mod looks;
mod settings;
mod sums;

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use domain::Flow;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

pub use checkpoint::Form;
use checkpoint::{Fixed, State};
pub use curves::{Curves, Point, checkpoint_of, curves};
use log::Log;
pub(crate) use settings::Listener;
pub use settings::{Event, Settings, Summary, Warmup};
use sums::Sums;
pub use sums::measure;

use crate::decoder::{Decoder, Kept, Parameters, mixed};
use crate::error::LastGood;
use crate::objective::{Mode, Objective, Unread};
use crate::optimiser::{Gradients, Moments};
use crate::{Error, files};

/// Answers to a few lines, while training.
pub type Sampler<'a> = dyn Fn(&Decoder) -> Result<Vec<(String, String)>, Error> + 'a;

/// What is trained on what, to where.
pub struct Training<'a> {
    /// The model.
    pub decoder: &'a Decoder,
    /// What to learn.
    pub objective: &'a dyn Objective,
    /// What to watch the loss on.
    pub validation: Option<&'a dyn Objective>,
    /// How.
    pub settings: &'a Settings,
    /// Folder for checkpoints, log and result.
    pub out: &'a Path,
    /// In which form weights are written.
    pub form: Form<'a>,
    /// Answers to show after each look at the validation set.
    pub sampler: Option<&'a Sampler<'a>>,
    /// Variables beside the decoder's (a value head), by the names that they are kept under.
    pub more: Parameters,
}

/// A look at the validation set and a checkpoint that are due.
#[derive(Default)]
struct Owed {
    look: bool,
    save: bool,
}

/// A training under way.
struct Run<'a, 'b> {
    training: &'a Training<'a>,
    parameters: Parameters,
    moments: Moments,
    gradients: Gradients,
    state: State,
    log: Log,
    order: Vec<usize>,
    total: usize,
    sums: Sums,
    /// Of passes since the last step.
    unread: Unread,
    events: &'b mut dyn FnMut(&Event) -> Flow,
    stopped: bool,
    /// What waits until a collection was learnt.
    owed: Owed,
    /// Whether there is something collected to learn from.
    collected: bool,
    /// Steps and seconds of this run, for what is left.
    made: (usize, f64),
    last_rate: f64,
    last_norm: f64,
}

/// Trains until everything is done, patience ends, or `events` says stop; goes on from the last checkpoint in `out` if
/// `resume`. What is in `out` when it returns can be used.
pub fn train(
    training: &Training<'_>,
    resume: bool,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Error> {
    training.settings.check()?;
    let mut run = Run::begin(training, resume, events)?;
    let ended = run.go()?;
    run.finish(ended)
}

impl<'a, 'b> Run<'a, 'b> {
    fn begin(
        training: &'a Training<'a>,
        resume: bool,
        events: &'b mut dyn FnMut(&Event) -> Flow,
    ) -> Result<Self, Error> {
        let settings = training.settings;
        let mut parameters = training.decoder.parameters()?;
        parameters.extend(training.more.iter().map(|(name, var)| (name.clone(), var.clone())));
        let trained = parameters.values().map(|var| var.elem_count()).sum();
        let items = training.objective.len();
        if items == 0 {
            return Err(Error::settings("there is nothing in the dataset that could be learnt"));
        }
        if parameters.is_empty() {
            return Err(Error::settings(
                "nothing of the model would be trained: no matrix fits the targets",
            ));
        }
        let total = Self::steps(settings, items)?;
        std::fs::create_dir_all(training.out).map_err(Error::write(training.out))?;
        files::sweep(training.out);
        let weight: f64 = (0..items).map(|item| training.objective.weight(item)).sum();
        let fixed = Fixed {
            items,
            targets: weight as u64,
            batch_size: settings.batch_size,
            accumulation: settings.accumulation,
            seed: settings.seed,
            trained,
        };
        let (moments, gradients, state) = if resume {
            checkpoint::latest(training.out, &training.form, &parameters, fixed)?
        } else if checkpoint::steps(training.out).is_empty() {
            checkpoint::fresh(&parameters, fixed)?
        } else {
            return Err(Error::unusable(
                training.out,
                "there are checkpoints of an earlier training in it; go on with it (*Go on*, or `--resume` in a terminal) or choose an empty folder",
            ));
        };
        let log = Log::open(training.out, state.step)?;
        let mut run = Self {
            parameters,
            moments,
            gradients,
            log,
            order: Vec::new(),
            total,
            sums: Sums::default(),
            unread: Unread::default(),
            events,
            stopped: false,
            owed: Owed::default(),
            collected: false,
            made: (0, 0.0),
            last_rate: 0.0,
            last_norm: 0.0,
            state,
            training,
        };
        if let Some(collects) = training.objective.collects() {
            collects.carry(&run.state.carried);
        }
        run.shuffle();
        let warmup = run.training.settings.warmup.steps(total);
        run.tell(&Event::Started { total, done: run.state.step, items, trained, warmup });
        Ok(run)
    }

    /// Steps that there will be.
    ///
    /// # Errors
    /// Where half batches are dropped and none is whole.
    fn steps(settings: &Settings, items: usize) -> Result<usize, Error> {
        let passes = Self::passes(settings, items);
        if passes == 0 {
            return Err(Error::settings(format!(
                "{items} examples do not fill a batch of {}, and half batches are dropped",
                settings.batch_size
            )));
        }
        let an_epoch = if settings.compat {
            (passes / settings.accumulation).max(1)
        } else {
            passes.div_ceil(settings.accumulation)
        };
        let all = (an_epoch as f64 * settings.epochs).ceil() as usize;
        Ok(settings.max_steps.map_or(all, |most| most.min(all).max(1)))
    }

    /// Forward passes of an epoch.
    fn passes(settings: &Settings, items: usize) -> usize {
        if settings.compat {
            items / settings.batch_size
        } else {
            items.div_ceil(settings.batch_size)
        }
    }

    fn shuffle(&mut self) {
        let seed = mixed(self.training.settings.seed, self.state.epoch as u64);
        if let Some(collects) = self.training.objective.collects() {
            self.order = collects.order(seed);
            return;
        }
        self.order = (0..self.training.objective.len()).collect();
        self.order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    }

    fn tell(&mut self, event: &Event) {
        if (self.events)(event) == Flow::Stop {
            self.stopped = true;
        }
    }

    fn go(&mut self) -> Result<&'static str, Error> {
        let settings = self.training.settings;
        let passes = Self::passes(settings, self.order.len());
        while self.state.step < self.total {
            if self.state.pass == passes {
                self.state.pass = 0;
                self.state.epoch += 1;
                self.shuffle();
                if self.looks_at_epochs() && self.state.looked < self.state.step && !self.look()? {
                    return Ok("no_better");
                }
                if settings.save_every == 0 {
                    self.save()?;
                }
            }
            // Between two steps nothing is half done.
            if self.stopped && self.state.pending == 0 && self.is_settled() {
                self.save()?;
                return Ok("stopped");
            }
            let begun = Instant::now();
            if self.collect()? == Flow::Stop {
                continue;
            }
            self.pass()?;
            self.state.pass += 1;
            self.state.pending += 1;
            let last_of_epoch = self.state.pass == passes && !settings.compat;
            let stepped = self.state.pending == settings.accumulation || last_of_epoch;
            if stepped {
                self.step()?;
            }
            let seconds = begun.elapsed().as_secs_f64();
            self.state.seconds += seconds;
            self.sums.seconds += seconds;
            self.made.1 += seconds;
            if stepped && !self.behind_a_step()? {
                return Ok("no_better");
            }
            let (step, pass) = (self.state.step, self.state.pending);
            self.tell(&Event::Pass { step, pass, of: settings.accumulation });
        }
        Ok("finished")
    }

    /// Whether no collection is half learnt.
    fn is_settled(&self) -> bool {
        let done = self.state.pass;
        let all = Self::passes(self.training.settings, self.order.len());
        let whole = |every: usize| done.is_multiple_of(every) || done == all;
        self.training.objective.collects().is_none_or(|collects| whole(collects.passes()))
    }

    /// Makes the texts of the passes to come, where the objective makes its own and the last ones are learnt. `Stop` where a
    /// person's stop came in between: nothing was made then.
    fn collect(&mut self) -> Result<Flow, Error> {
        let training = self.training;
        let Some(collects) = training.objective.collects() else { return Ok(Flow::More) };
        let (first, every) = (self.state.pass, collects.passes());
        if self.collected && !first.is_multiple_of(every) {
            return Ok(Flow::More);
        }
        let size = training.settings.batch_size;
        let end = ((first / every + 1) * every * size).min(self.order.len());
        let items = self.order[first * size..end].to_vec();
        let place = (self.state.epoch as u64) << 32 | first as u64;
        let seed = mixed(training.settings.seed ^ 0xc011, place);
        let (step, of) = (self.state.step, training.settings.accumulation);
        let flow = collects.collect(training.decoder, &items, seed, &mut || {
            self.tell(&Event::Pass { step, pass: 0, of });
            // A collection that is half learnt is learnt to its end.
            if self.stopped && first.is_multiple_of(every) { Flow::Stop } else { Flow::More }
        })?;
        self.collected = flow == Flow::More;
        self.state.carried = collects.carried();
        Ok(flow)
    }

    fn looks_at_epochs(&self) -> bool {
        self.training.settings.evaluate_every == 0
    }

    /// One forward and backward pass.
    fn pass(&mut self) -> Result<(), Error> {
        let (settings, objective) = (self.training.settings, self.training.objective);
        let size = settings.batch_size;
        let items: Vec<usize> =
            self.order[self.state.pass * size..].iter().take(size).copied().collect();
        let kept = settings.recompute.then(|| Kept::new(Mutex::new(Vec::new())));
        let place = (self.state.epoch as u64) << 32 | self.state.pass as u64;
        let mode = Mode { dropout: Some(mixed(settings.seed ^ 0x5eed, place)), kept: kept.clone() };
        let outcome = objective.loss(self.training.decoder, &items, &mode)?;
        self.unread.push(&outcome.loss, outcome.weight, outcome.metrics);
        let divisor = if settings.compat {
            outcome.weight * settings.accumulation as f64
        } else {
            self.weight_of_step()
        };
        if outcome.weight > 0.0 {
            let store = (outcome.loss / divisor)?.backward()?;
            let kept = kept.map(|kept| {
                std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
            });
            self.gradients.add(&self.parameters, &store, &kept.unwrap_or_default())?;
            if settings.compat {
                self.last_norm = self.gradients.clip(settings.max_grad_norm)?;
            }
        }
        if settings.compat {
            // Here a checkpoint may be written between two passes of a step.
            self.read()?;
        }
        let tokens: usize = items.iter().map(|&item| objective.tokens(item)).sum();
        self.state.tokens += tokens as u64;
        self.sums.tokens += tokens as u64;
        Ok(())
    }

    /// Reads what the passes since the last step say: once a step, since a device is waited for.
    fn read(&mut self) -> Result<(), Error> {
        for (loss, weight, metrics) in self.unread.read()? {
            if !loss.is_finite() {
                return Err(self.ran_away());
            }
            self.sums.add(loss, weight, &metrics);
        }
        Ok(())
    }

    /// What all items of the step that is under way count together.
    fn weight_of_step(&self) -> f64 {
        let settings = self.training.settings;
        let first = (self.state.pass - self.state.pending) * settings.batch_size;
        self.order[first..]
            .iter()
            .take(settings.accumulation * settings.batch_size)
            .map(|&item| self.training.objective.weight(item))
            .sum::<f64>()
            .max(f64::MIN_POSITIVE)
    }

    fn step(&mut self) -> Result<(), Error> {
        let settings = self.training.settings;
        let norm = if settings.compat {
            self.last_norm
        } else {
            self.gradients.clip(settings.max_grad_norm)?
        };
        self.read()?;
        if !norm.is_finite() {
            return Err(self.ran_away());
        }
        let warmup = settings.warmup.steps(self.total);
        let factor = settings.schedule.factor(self.state.step, warmup, self.total);
        self.last_rate = settings.learning_rate * factor;
        self.last_norm = norm;
        self.moments.step(
            &self.parameters,
            &self.gradients,
            self.last_rate,
            &settings.optimiser,
        )?;
        self.gradients.clear();
        self.state.pending = 0;
        self.state.step += 1;
        self.made.0 += 1;
        Ok(())
    }

    /// The weights ran away in the step before, whose loss was still a number. A checkpoint of theirs is taken off: what is gone on
    /// from makes the same passes again, at whatever rate, and would end here each time.
    fn ran_away(&self) -> Error {
        files::remove(&checkpoint::folder(self.training.out, self.state.step));
        let kept = checkpoint::steps(self.training.out).first().copied();
        let kept = kept.map(|step| (step, checkpoint::folder(self.training.out, step)));
        Error::NotFinite { step: self.state.step, kept: LastGood(kept) }
    }

    /// What follows a step: a line of the log, a look, a checkpoint. `false` ends the training.
    fn behind_a_step(&mut self) -> Result<bool, Error> {
        let settings = self.training.settings;
        let step = self.state.step;
        let due = |every: usize| every > 0 && step.is_multiple_of(every);
        if due(settings.log_every.max(1)) || step == self.total {
            let left = (self.total - step) as f64;
            let passes = Self::passes(settings, self.order.len()).max(1);
            let event = Event::Step {
                step,
                total: self.total,
                epoch: self.state.epoch as f64 + self.state.pass as f64 / passes as f64,
                loss: self.sums.mean(),
                metrics: self.sums.metrics(),
                learning_rate: self.last_rate,
                grad_norm: self.last_norm,
                tokens_per_s: self.sums.tokens as f64 / self.sums.seconds.max(1e-9),
                remaining_s: self.made.1 / self.made.0.max(1) as f64 * left,
            };
            self.log.add(&event, self.state.seconds)?;
            self.sums = Sums::default();
            self.tell(&event);
        }
        self.owed.look |= due(settings.evaluate_every);
        self.owed.save |= due(settings.save_every);
        if !self.is_settled() {
            return Ok(true);
        }
        let owed = std::mem::take(&mut self.owed);
        let better = !owed.look || self.look()?;
        if owed.save {
            self.save()?;
        }
        Ok(better)
    }
}
