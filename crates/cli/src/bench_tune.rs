//! `hanashi bench tune`: tokens a second of training.

use std::path::PathBuf;

use app::Paths;
use app::studio::tuning::{BaseFormat, bench};
use clap::Args;
use domain::Problem;
use serde_json::{Value, json};

use crate::bench::{machine, peak_memory, spread};

#[derive(Debug, Args)]
pub(crate) struct BenchTune {
    /// The base: a chat model of the library, a GGUF file or a folder (default: the model in the box).
    #[arg(long, short, value_name = "NAME|FILE", default_value = "")]
    model: String,
    /// Train GPT2-chitchat's shape from nothing instead; `small` is a tenth of it.
    #[arg(long, value_name = "SHAPE", num_args = 0..=1, default_missing_value = "small", value_parser = ["small", "full"])]
    scratch: Option<String>,
    /// Rank of the adapters.
    #[arg(long, default_value_t = 8)]
    rank: usize,
    /// Texts of a step.
    #[arg(long, default_value_t = 4)]
    batch_size: usize,
    /// Tokens of each.
    #[arg(long, default_value_t = 128)]
    length: usize,
    /// Steps, after one that warms up.
    #[arg(long, default_value_t = 10)]
    steps: usize,
    /// Keep a GGUF's blocks, widened for each product.
    #[arg(long)]
    blocks: bool,
    /// Compute blocks twice.
    #[arg(long)]
    recompute: bool,
    /// Where it computes: auto, cpu, cuda:0, metal.
    #[arg(long, default_value = "auto")]
    device: app::DeviceChoice,
    /// The report of another program with the same shapes (`{"tokens_per_s": …, "peak_mib": …}`), for the ratios.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

pub(crate) fn run(paths: &Paths, arguments: &BenchTune) -> Result<Value, Problem> {
    let options = bench::BenchOptions {
        rank: arguments.rank,
        batch_size: arguments.batch_size.max(1),
        length: arguments.length.max(2),
        steps: arguments.steps.max(1),
        format: if arguments.blocks { BaseFormat::Blocks } else { BaseFormat::Dense },
        recompute: arguments.recompute,
        device: arguments.device,
    };
    let report = match arguments.scratch.as_deref() {
        Some(shape) => app::studio::tuning::bench_scratch(shape == "small", &options)?,
        None => app::studio::tuning::bench_lora(paths, &arguments.model, &options)?,
    };
    let mut speeds: Vec<f64> =
        report.step_ms.iter().map(|ms| report.tokens as f64 * 1000.0 / ms).collect();
    speeds.sort_by(f64::total_cmp);
    let median = speeds.get(speeds.len() / 2).copied().unwrap_or(0.0);
    let taken = report.taken.map(|bytes| bytes as f64 / f64::from(1 << 20));
    let mut ratios = json!({});
    if let Some(path) = &arguments.against {
        let other: Value = std::fs::read(path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        if let Some(speed) = other["tokens_per_s"].as_f64() {
            ratios["speed"] = json!(median / speed);
        }
        // The other one's is that of the card where it computes on one.
        let own = if report.on.id == "cpu" { peak_memory() } else { taken };
        if let (Some(own), Some(peak)) = (own, other["peak_mib"].as_f64()) {
            ratios["peak_memory"] = json!(own / peak);
        }
    }
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": options.steps,
        "device": report.on,
        "tokens_a_step": report.tokens,
        "trained": report.trained,
        "metrics": {
            "step": spread(report.step_ms, "ms"),
            "gradients": spread(report.gradient_ms, "ms"),
            "speed": spread(speeds, "tokens/s"),
            "planned_memory": spread(vec![report.planned as f64 / f64::from(1 << 20)], "MiB"),
            "device_memory": spread(taken.into_iter().collect(), "MiB"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": ratios,
    }))
}
