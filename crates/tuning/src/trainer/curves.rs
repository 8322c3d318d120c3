//! The curves of a training, read back from its log: for somebody who looks at it later, or while it runs.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::log::MAX_LOG;

/// Names of measures in metrics and logs.
const ACCURACIES: [&str; 2] = ["accuracy", "rewards/accuracies"];
const SCORE: &str = "rewards/score";
const KL: &str = "kl";

/// One line of a log.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Steps made.
    pub step: usize,
    /// Mean loss.
    pub loss: f64,
    /// Share of tokens that would have been guessed, or of pairs that were told apart, where it was measured.
    pub accuracy: Option<f64>,
    /// What a reward model says of answers that were tried.
    pub score: Option<f64>,
    /// How far they stray from the base, in nats an answer.
    pub kl: Option<f64>,
    /// Learning rate, for a step.
    pub learning_rate: Option<f64>,
    /// Tokens a second, for a step.
    pub tokens_per_s: Option<f64>,
}

impl Point {
    /// Of an event's numbers, as they would be read from the log.
    pub fn of(
        step: usize,
        loss: f64,
        metrics: &[(String, f64)],
        learning_rate: Option<f64>,
    ) -> Self {
        let of = |wanted: &str| metrics.iter().find(|(name, _)| name == wanted).map(|(_, v)| *v);
        Self {
            step,
            loss,
            accuracy: ACCURACIES.iter().find_map(|name| of(name)),
            score: of(SCORE),
            kl: of(KL),
            learning_rate,
            tokens_per_s: None,
        }
    }
}

/// What a log says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curves {
    /// Of what is learnt.
    pub train: Vec<Point>,
    /// Of what is watched.
    pub watched: Vec<Point>,
    /// Steps in all.
    pub total: usize,
}

/// Reads the log in a training's folder; what is not there is empty, lines that are damaged are left out.
pub fn curves(folder: &Path) -> Curves {
    let path = folder.join("trainer_log.jsonl");
    let known = fs::metadata(&path).is_ok_and(|about| about.len() <= MAX_LOG);
    let text = if known { fs::read(&path).unwrap_or_default() } else { Vec::new() };
    let mut curves = Curves::default();
    for line in String::from_utf8_lossy(&text).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let Some(step) = line["current_steps"].as_u64() else { continue };
        let point = |loss: f64, of: &str| Point {
            step: usize::try_from(step).unwrap_or(usize::MAX),
            loss,
            accuracy: ACCURACIES.iter().find_map(|name| line[format!("{of}{name}")].as_f64()),
            score: line[format!("{of}{SCORE}")].as_f64(),
            kl: line[format!("{of}{KL}")].as_f64(),
            learning_rate: line["lr"].as_f64(),
            tokens_per_s: line["throughput"].as_f64(),
        };
        if let Some(loss) = line["loss"].as_f64() {
            curves.train.push(point(loss, ""));
        } else if let Some(loss) = line["eval_loss"].as_f64() {
            curves.watched.push(point(loss, "eval_"));
        }
        if let Some(total) = line["total_steps"].as_u64() {
            curves.total = usize::try_from(total).unwrap_or(usize::MAX);
        }
    }
    curves
}

/// The step of the last checkpoint in a training's folder: a training that was stopped goes on behind it.
pub fn checkpoint_of(folder: &Path) -> Option<usize> {
    super::checkpoint::steps(folder).first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_with_half_a_line_is_read() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(curves(folder.path()), Curves::default());
        assert_eq!(checkpoint_of(folder.path()), None);
        let text = "{\"current_steps\":5,\"total_steps\":20,\"loss\":2.5,\"lr\":0.001,\"accuracy\":0.25,\"throughput\":90.5}\n\
                    {\"current_steps\":5,\"eval_loss\":3.0}\nnonsense\n{\"current_steps\":10,\"tot";
        fs::write(folder.path().join("trainer_log.jsonl"), text).unwrap();
        let found = curves(folder.path());
        let of = |loss| Point { step: 5, loss, ..Point::default() };
        assert_eq!(
            found.train,
            [Point {
                accuracy: Some(0.25),
                learning_rate: Some(0.001),
                tokens_per_s: Some(90.5),
                ..of(2.5)
            }]
        );
        assert_eq!((found.watched, found.total), (vec![of(3.0)], 20));
        let tried = "{\"current_steps\":5,\"loss\":2.5,\"rewards/score\":0.5,\"kl\":1.5}\n\
                     {\"current_steps\":5,\"eval_loss\":3.0,\"eval_rewards/accuracies\":0.75}\n";
        fs::write(folder.path().join("trainer_log.jsonl"), tried).unwrap();
        let found = curves(folder.path());
        let metrics = [("kl".to_owned(), 1.5), ("rewards/score".to_owned(), 0.5)];
        assert_eq!(found.train, [Point::of(5, 2.5, &metrics, None)]);
        assert_eq!(found.watched, [Point { accuracy: Some(0.75), ..of(3.0) }]);
    }
}
