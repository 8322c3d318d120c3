//! Looks at the validation set, checkpoints, and the end.

use super::sums::evaluate;
use super::{Event, Run, Summary, checkpoint};
use crate::Error;

impl Run<'_, '_> {
    /// Looks at the validation set; `false` when patience is at its end.
    pub(super) fn look(&mut self) -> Result<bool, Error> {
        let settings = self.training.settings;
        let step = self.state.step;
        self.state.looked = step;
        if let Some(validation) = self.training.validation.filter(|v| !v.is_empty()) {
            let (pass, of) = (self.state.pending, settings.accumulation);
            let (decoder, size) = (self.training.decoder, settings.batch_size);
            // A look takes as long as many passes: whoever needs the machine may take it between any two of it.
            let sums = evaluate(decoder, validation, size, &mut || {
                self.tell(&Event::Pass { step, pass, of });
            })?;
            let loss = sums.mean();
            // No pass follows the last look; and what is no number would be the best where nothing was looked at before.
            if !loss.is_finite() {
                return Err(self.ran_away());
            }
            let best = self.state.best.is_none_or(|(_, best)| loss < best);
            self.state.waited = if best { 0 } else { self.state.waited + 1 };
            if best {
                self.state.best = Some((step, loss));
                // What may be taken at the end must be on the disk.
                self.save()?;
            }
            let event = Event::Evaluated { step, loss, metrics: sums.metrics(), best };
            self.log.add(&event, self.state.seconds)?;
            self.tell(&event);
        }
        if let Some(sampler) = self.training.sampler {
            for (prompt, reply) in sampler(self.training.decoder)? {
                self.tell(&Event::Sample { step, prompt, reply });
            }
        }
        Ok(settings.patience == 0 || self.state.waited < settings.patience)
    }

    pub(super) fn save(&mut self) -> Result<(), Error> {
        let step = self.state.step;
        let folder = checkpoint::write(
            self.training.out,
            &self.training.form,
            &self.parameters,
            &self.moments,
            &self.gradients,
            &self.state,
        )?;
        checkpoint::prune(
            self.training.out,
            self.training.settings.keep,
            self.state.best.map(|(step, _)| step),
        );
        self.log.draw(self.training.out)?;
        self.tell(&Event::Saved { step, folder });
        Ok(())
    }

    pub(super) fn finish(mut self, ended: &'static str) -> Result<Summary, Error> {
        if ended == "finished" {
            if self.state.looked < self.state.step {
                self.look()?;
            }
            if checkpoint::steps(self.training.out).first() != Some(&self.state.step) {
                self.save()?;
            }
        }
        if let Some((step, _)) = self.state.best.filter(|(step, _)| *step != self.state.step)
            && self.training.settings.take_best
        {
            let folder = checkpoint::folder(self.training.out, step);
            self.training.form.read(&folder, &self.parameters)?;
        }
        self.training.form.write(self.training.out, &self.parameters)?;
        self.log.draw(self.training.out)?;
        Ok(Summary {
            steps: self.state.step,
            total: self.total,
            ended,
            loss: self.log.last_loss(),
            best: self.state.best,
            seconds: self.state.seconds,
            tokens: self.state.tokens,
        })
    }
}
