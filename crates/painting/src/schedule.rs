//! From noise to a latent in some steps: DDIM, Euler and Euler's ancestral method, as diffusers has them.
//!
//! candle has the first and the last, but without the spacings, offsets and ends that descriptions ask for. Times and scales are worked
//! out in f64; latents are f32.

use candle_core::Tensor;

use crate::Error;
use crate::config::{Betas, Prediction, ScheduleConfig, Solver, Spacing};

/// The steps of one picture.
pub(crate) struct Steps {
    solver: Solver,
    prediction: Prediction,
    clip: Option<f64>,
    /// What the denoiser is told, a step each.
    times: Vec<f64>,
    /// DDIM: how much of the picture there is before and behind each step. Euler: the noise's strength there.
    levels: Vec<(f64, f64)>,
    first: f64,
}

impl Steps {
    /// `count` steps, at least one.
    pub(crate) fn new(config: &ScheduleConfig, count: usize) -> Self {
        let count = count.clamp(1, config.steps);
        let kept = kept(config);
        let times = times(config, count);
        let (times, levels, first) = match config.solver {
            Solver::Ddim => {
                let stride = config.steps / count;
                let at = |time: f64| kept[(time as usize).min(config.steps - 1)];
                let end = if config.alpha_to_one { 1.0 } else { kept[0] };
                let levels = times
                    .iter()
                    .map(|&time| {
                        let before = time - stride as f64;
                        (at(time), if before >= 0.0 { at(before) } else { end })
                    })
                    .collect();
                (times, levels, 1.0)
            }
            Solver::Euler | Solver::EulerAncestral => {
                let all: Vec<f64> = kept.iter().map(|kept| ((1.0 - kept) / kept).sqrt()).collect();
                let mut sigmas: Vec<f64> = times.iter().map(|&time| between(&all, time)).collect();
                let mut times = times;
                if config.karras {
                    sigmas = karras(&sigmas);
                    times = sigmas.iter().map(|&sigma| time_of(&all, sigma)).collect();
                }
                let most = sigmas.iter().copied().fold(0.0, f64::max);
                let first = match config.spacing {
                    Spacing::Leading => (most * most + 1.0).sqrt(),
                    Spacing::Linspace | Spacing::Trailing => most,
                };
                let next = sigmas.iter().skip(1).copied().chain(std::iter::once(0.0));
                (times, sigmas.iter().copied().zip(next).collect(), first)
            }
        };
        let (solver, prediction, clip) = (config.solver, config.prediction, config.clip);
        Self { solver, prediction, clip, times, levels, first }
    }

    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// What the denoiser is told about a step.
    pub(crate) fn time(&self, step: usize) -> f64 {
        self.times[step]
    }

    /// How strong the noise is that everything begins with.
    pub(crate) fn first(&self) -> f64 {
        self.first
    }

    /// The latent as the denoiser takes it.
    pub(crate) fn scaled(&self, latent: &Tensor, step: usize) -> Result<Tensor, Error> {
        Ok(match self.solver {
            Solver::Ddim => latent.clone(),
            Solver::Euler | Solver::EulerAncestral => {
                let sigma = self.levels[step].0;
                (latent / (sigma * sigma + 1.0).sqrt())?
            }
        })
    }

    /// The latent behind a step. `noise` is asked for where the method adds some.
    pub(crate) fn step(
        &self,
        latent: &Tensor,
        output: &Tensor,
        step: usize,
        noise: &mut dyn FnMut() -> Result<Tensor, Error>,
    ) -> Result<Tensor, Error> {
        let (here, next) = self.levels[step];
        if self.solver == Solver::Ddim {
            let (picture, rest) = (here.sqrt(), (1.0 - here).sqrt());
            let (mut drawn, eps) = match self.prediction {
                Prediction::Noise => (((latent - (output * rest)?)? / picture)?, output.clone()),
                Prediction::Picture => (output.clone(), ((latent - (output * picture)?)? / rest)?),
                Prediction::Velocity => {
                    let drawn = ((latent * picture)? - (output * rest)?)?;
                    (drawn, ((output * picture)? + (latent * rest)?)?)
                }
            };
            if let Some(most) = self.clip {
                drawn = drawn.clamp(-most, most)?;
            }
            return Ok(((drawn * next.sqrt())? + (eps * (1.0 - next).sqrt())?)?);
        }
        let drawn = match self.prediction {
            Prediction::Noise => (latent - (output * here)?)?,
            Prediction::Picture => output.clone(),
            Prediction::Velocity => {
                let all = here * here + 1.0;
                ((output * (-here / all.sqrt()))? + (latent / all)?)?
            }
        };
        let slope = ((latent - drawn)? / here)?;
        if self.solver == Solver::Euler {
            return Ok((latent + (slope * (next - here))?)?);
        }
        let up = (next * next * (here * here - next * next) / (here * here)).sqrt();
        let down = (next * next - up * up).max(0.0).sqrt();
        let latent = (latent + (slope * (down - here))?)?;
        if up > 0.0 { Ok((latent + (noise()? * up)?)?) } else { Ok(latent) }
    }
}

/// How much of the picture is left at each time of the training.
fn kept(config: &ScheduleConfig) -> Vec<f64> {
    let steps = config.steps;
    let share = |at: usize| at as f64 / (steps.max(2) - 1) as f64;
    let beta = |at: usize| match config.betas {
        Betas::Linear => config.start + (config.end - config.start) * share(at),
        Betas::ScaledLinear => {
            let (start, end) = (config.start.sqrt(), config.end.sqrt());
            (start + (end - start) * share(at)).powi(2)
        }
        Betas::Cosine => {
            let bar = |t: f64| ((t + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2).cos().powi(2);
            (1.0 - bar((at + 1) as f64 / steps as f64) / bar(at as f64 / steps as f64)).min(0.999)
        }
    };
    let mut all = 1.0;
    (0..steps)
        .map(|at| {
            all *= 1.0 - beta(at);
            all
        })
        .collect()
}

/// The times of the steps, the noisiest first.
fn times(config: &ScheduleConfig, count: usize) -> Vec<f64> {
    let (all, n) = (config.steps as f64, count as f64);
    let euler = config.solver != Solver::Ddim;
    (0..count)
        .map(|at| {
            let at = at as f64;
            match config.spacing {
                Spacing::Linspace => {
                    let back = n - 1.0 - at;
                    let time = if count == 1 { 0.0 } else { back * (all - 1.0) / (n - 1.0) };
                    // Euler's are not rounded.
                    if euler { time } else { time.round_ties_even() }
                }
                Spacing::Leading => {
                    ((n - 1.0 - at) * (all / n).floor()).round_ties_even() + config.offset as f64
                }
                Spacing::Trailing => (all - at * all / n).round_ties_even() - 1.0,
            }
        })
        .map(|time| time.clamp(0.0, all - 1.0))
        .collect()
}

/// A value between those of two times.
fn between(values: &[f64], time: f64) -> f64 {
    let at = time.floor();
    let low = (at as usize).min(values.len() - 1);
    let high = (low + 1).min(values.len() - 1);
    values[low] + (values[high] - values[low]) * (time - at)
}

/// The spacing of Karras and others (2022), between the ends of another.
fn karras(sigmas: &[f64]) -> Vec<f64> {
    const RHO: f64 = 7.0;
    let (Some(most), Some(least)) = (sigmas.first(), sigmas.last()) else { return vec![] };
    let (most, least) = (most.powf(1.0 / RHO), least.powf(1.0 / RHO));
    let last = (sigmas.len().max(2) - 1) as f64;
    (0..sigmas.len()).map(|at| (most + at as f64 / last * (least - most)).powf(RHO)).collect()
}

/// The time at which noise is so strong, by logarithms.
fn time_of(sigmas: &[f64], sigma: f64) -> f64 {
    let low = sigmas
        .partition_point(|one| *one <= sigma)
        .saturating_sub(1)
        .min(sigmas.len().saturating_sub(2));
    let high = (low + 1).min(sigmas.len() - 1);
    let (a, b) = (sigmas[low].ln(), sigmas[high].ln());
    if high == low {
        return low as f64;
    }
    low as f64 + ((sigma.ln() - a) / (b - a)).clamp(0.0, 1.0)
}
