//! Learning rates over time, as transformers' schedulers compute them.

use serde::{Deserialize, Serialize};

/// The curve behind the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Stays.
    Constant,
    /// Falls to nought in a straight line.
    Linear,
    /// Falls to nought along half a cosine.
    #[default]
    Cosine,
}

impl Schedule {
    /// The factor on the peak rate for step `step` (from 0) of `total`, the first `warmup` of which rise to it.
    pub fn factor(self, step: usize, warmup: usize, total: usize) -> f64 {
        if step < warmup {
            return step as f64 / warmup.max(1) as f64;
        }
        let progress = (step - warmup) as f64 / total.saturating_sub(warmup).max(1) as f64;
        match self {
            Self::Constant => 1.0,
            Self::Linear => (1.0 - progress).max(0.0),
            Self::Cosine => (0.5 * (1.0 + (std::f64::consts::PI * progress).cos())).max(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_fall_as_transformers_has_them() {
        // get_cosine_schedule_with_warmup(10 of 110) and get_linear_schedule_with_warmup at the same steps.
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} and {b}");
        for schedule in [Schedule::Constant, Schedule::Linear, Schedule::Cosine] {
            close(schedule.factor(0, 10, 110), 0.0);
            close(schedule.factor(5, 10, 110), 0.5);
            close(schedule.factor(10, 10, 110), 1.0);
        }
        close(Schedule::Linear.factor(60, 10, 110), 0.5);
        close(Schedule::Cosine.factor(35, 10, 110), 0.853_553_390_593_273_8);
        close(Schedule::Linear.factor(110, 10, 110), 0.0);
        close(Schedule::Cosine.factor(0, 0, 0), 1.0);
    }
}
