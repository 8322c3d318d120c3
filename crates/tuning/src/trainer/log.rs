//! `trainer_log.jsonl` as LLaMA-Factory writes it, and its curves as a picture.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::settings::Event;
use crate::{Error, files};

/// Largest log that is read again.
pub(super) const MAX_LOG: u64 = 1 << 28;

/// The log of one training.
pub(crate) struct Log {
    path: PathBuf,
    lines: Vec<Value>,
}

impl Log {
    /// Goes on behind what a log says of the steps up to `step`.
    pub(crate) fn open(folder: &Path, step: usize) -> Result<Self, Error> {
        let path = folder.join("trainer_log.jsonl");
        let known = fs::metadata(&path).is_ok_and(|about| about.len() <= MAX_LOG);
        let text =
            if known { fs::read_to_string(&path).unwrap_or_default() } else { String::new() };
        let lines: Vec<Value> = text
            .lines()
            // A line that was cut short by a power failure is no line.
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter(|line: &Value| line["current_steps"].as_u64().is_some_and(|s| s <= step as u64))
            .collect();
        let log = Self { path, lines };
        let kept: String = log.lines.iter().map(|line| format!("{line}\n")).collect();
        files::bytes(&log.path, kept.as_bytes())?;
        Ok(log)
    }

    /// Appends what an event says.
    pub(crate) fn add(&mut self, event: &Event, seconds: f64) -> Result<(), Error> {
        let line = match event {
            Event::Step {
                step,
                total,
                epoch,
                loss,
                metrics,
                learning_rate,
                grad_norm,
                tokens_per_s,
                remaining_s,
            } => {
                let mut line = json!({
                    "current_steps": step,
                    "total_steps": total,
                    "loss": loss,
                    "lr": learning_rate,
                    "epoch": epoch,
                    "percentage": (*step as f64 / (*total).max(1) as f64 * 1e4).round() / 100.0,
                    "elapsed_time": clock(seconds),
                    "remaining_time": clock(*remaining_s),
                    "throughput": tokens_per_s,
                    "grad_norm": grad_norm,
                });
                for (name, value) in metrics {
                    line[name.as_str()] = json!(value);
                }
                line
            }
            Event::Evaluated { step, loss, metrics, .. } => {
                let mut line = json!({ "current_steps": step, "eval_loss": loss });
                for (name, value) in metrics {
                    line[format!("eval_{name}")] = json!(value);
                }
                line
            }
            Event::Placed { .. }
            | Event::Started { .. }
            | Event::Pass { .. }
            | Event::Sample { .. }
            | Event::Saved { .. } => return Ok(()),
        };
        let open = fs::OpenOptions::new().append(true).create(true).open(&self.path);
        open.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
            .map_err(Error::write(&self.path))?;
        self.lines.push(line);
        Ok(())
    }

    /// The loss of the last line.
    pub(crate) fn last_loss(&self) -> f64 {
        self.lines.iter().rev().find_map(|line| line["loss"].as_f64()).unwrap_or(f64::NAN)
    }

    /// Draws the losses.
    pub(crate) fn draw(&self, folder: &Path) -> Result<(), Error> {
        let of = |key: &str| -> Vec<(f64, f64)> {
            let point = |line: &Value| Some((line["current_steps"].as_f64()?, line[key].as_f64()?));
            self.lines.iter().filter_map(point).collect()
        };
        files::bytes(
            &folder.join("training_loss.svg"),
            picture(&of("loss"), &of("eval_loss")).as_bytes(),
        )
    }
}

/// Seconds as `h:mm:ss`.
fn clock(seconds: f64) -> String {
    let seconds = if seconds.is_finite() { seconds.max(0.0) as u64 } else { 0 };
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Two curves: the training's with what is smooth of it, the validation's with dots.
fn picture(train: &[(f64, f64)], validation: &[(f64, f64)]) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 360.0;
    const EDGE: f64 = 48.0;
    let all = || train.iter().chain(validation);
    let last = all().map(|p| p.0).fold(1.0, f64::max);
    let low = all().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let high = all().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
    let (low, high) =
        if low < high { (low, high) } else { (low.min(0.0) - 0.5, high.max(0.0) + 0.5) };
    let x = |step: f64| EDGE + step / last * (WIDTH - 2.0 * EDGE);
    let y = |loss: f64| HEIGHT - EDGE - (loss - low) / (high - low) * (HEIGHT - 2.0 * EDGE);
    let line = |points: &[(f64, f64)], style: &str| {
        let list: Vec<String> =
            points.iter().map(|(s, l)| format!("{:.1},{:.1}", x(*s), y(*l))).collect();
        format!("<polyline fill=\"none\" {style} points=\"{}\"/>\n", list.join(" "))
    };
    let mut smooth = Vec::with_capacity(train.len());
    for &(step, loss) in train {
        let before = smooth.last().map_or(loss, |&(_, before): &(f64, f64)| before);
        smooth.push((step, 0.8 * before + 0.2 * loss));
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for tick in 0..=4 {
        let loss = low + (high - low) * f64::from(tick) / 4.0;
        let step = last * f64::from(tick) / 4.0;
        // Writing into a string cannot fail.
        let _never = writeln!(
            svg,
            "<line x1=\"{EDGE}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{loss:.2}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{step:.0}</text>",
            WIDTH - EDGE,
            y(loss),
            y(loss),
            EDGE - 6.0,
            y(loss) + 4.0,
            x(step),
            HEIGHT - EDGE + 18.0,
        );
    }
    svg += &line(train, "stroke=\"#9bb\"");
    svg += &line(&smooth, "stroke=\"#067\" stroke-width=\"2\"");
    svg += &line(validation, "stroke=\"#c40\" stroke-width=\"2\"");
    for (step, loss) in validation {
        let _never = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"#c40\"/>",
            x(*step),
            y(*loss)
        );
    }
    svg += "<text x=\"60\" y=\"24\" fill=\"#067\">training</text>";
    if !validation.is_empty() {
        svg += "<text x=\"130\" y=\"24\" fill=\"#c40\">validation</text>";
    }
    svg + "\n</svg>\n"
}
