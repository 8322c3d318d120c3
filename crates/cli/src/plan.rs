//! `hanashi models plan` and `hanashi bench plan`.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use app::Paths;
use app::terminal::{self, Asked, Fit};
use clap::Args;
use domain::{Lang, Problem, ProblemKind};
use serde_json::{Value, json};

use crate::arguments::Common;
use crate::bench::machine;
use crate::print;

/// What to plan for.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A model or voice that must be in the set; several are possible.
    #[arg(long = "with", value_name = "ID")]
    chosen: Vec<String>,
    /// Tokens of context (default: as in the settings).
    #[arg(long, value_name = "TOKENS")]
    context: Option<u64>,
    /// Language that is talked (`en`, `zh`, `ja`; default: as in the settings).
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Without the window.
    #[arg(long)]
    terminal: bool,
    /// Without a recogniser.
    #[arg(long)]
    no_ears: bool,
    /// Without a voice of its own.
    #[arg(long)]
    no_voice: bool,
}

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct PlanBench {
    /// Tokens that are read.
    #[arg(long, default_value_t = 1024)]
    prompt: u64,
    /// Where the models of noise are written (4 GB; removed afterwards).
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,
}

/// Runs `models plan`.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    asked: &PlanArguments,
) -> Result<ExitCode, Problem> {
    let language = match &asked.language {
        Some(code) => Some(Lang::from_code(code).ok_or_else(|| {
            Problem::new(
                ProblemKind::Invalid,
                format!("there is no language `{code}`"),
                "name one of en, zh, ja",
            )
        })?),
        None => None,
    };
    let (machine, plan) = terminal::plan(
        paths,
        &Asked {
            chosen: asked.chosen.clone(),
            context: asked.context,
            language,
            terminal: asked.terminal,
            deaf: asked.no_ears,
            silent: asked.no_voice,
        },
    )?;
    let code = if plan.fits { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if common.json {
        let texts: Vec<String> = plan.reasons.iter().map(terminal::Reason::text).collect();
        print::json(&json!({ "v": 1, "machine": machine, "plan": plan, "explanation": texts }));
        return Ok(code);
    }
    for reason in &plan.reasons {
        print::line(&format!("- {}", reason.text()));
    }
    print::line("");
    let bytes = terminal::bytes;
    for one in &plan.choices {
        let verdict = match one.verdict {
            Fit::Fits { spare } => format!("fits with {} to spare", bytes(spare)),
            Fit::Slow { spare } => {
                format!("fits with {} to spare, slower than speech", bytes(spare))
            }
            Fit::TooLarge { missing } => format!("too large: {} are missing", bytes(missing)),
        };
        let mark = if one.recommended { "*" } else { " " };
        let about = if one.footprint.estimated { "about " } else { "" };
        let here = if one.here { "here" } else { "" };
        print::line(&format!(
            "{mark} {:<28} {here:<5} {about}{:<9} {verdict}",
            one.id,
            bytes(one.needs)
        ));
    }
    print::line("");
    print::line(&format!(
        "* {}: {} in all, {} to fetch",
        if plan.fits { "the set" } else { "this set does not fit" },
        bytes(plan.needs),
        bytes(plan.download)
    ));
    Ok(code)
}

/// Runs `bench plan`: each model in a process of its own, whose memory is compared with what was planned for it. First as files of
/// blocks, then as folders of half floats that become four bits while they are loaded.
pub(crate) fn bench(asked: &PlanBench) -> Result<Value, Problem> {
    let scratch = asked.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let place = scratch.join(format!("hanashi-noise-{}", std::process::id()));
    // What this program takes before it has done anything; writing models is not counted.
    let program = terminal::resident().ok_or_else(|| {
        Problem::new(
            ProblemKind::Unsupported,
            "this system does not say how much memory a program takes",
            "measure on Linux",
        )
    })?;
    let mut rows = Vec::new();
    let measured = measure(asked, program, &place.with_extension("gguf"), false, &mut rows)
        .and_then(|()| measure(asked, program, &place, true, &mut rows));
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left =
        (std::fs::remove_file(place.with_extension("gguf")), std::fs::remove_dir_all(&place));
    measured?;
    let worst =
        rows.iter().filter_map(|row| row["error"].as_f64()).fold(0.0, |a: f64, b| a.max(b.abs()));
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": 1,
        "metrics": {},
        "ratios": { "worst_error": worst },
        "shapes": rows,
    }))
}

fn measure(
    asked: &PlanBench,
    program: u64,
    place: &std::path::Path,
    folder: bool,
    rows: &mut Vec<Value>,
) -> Result<(), Problem> {
    const REPLY: u64 = 16;
    /// What `bench llm` reads for a second turn.
    const MORE: u64 = 16;
    let quantize = folder.then_some(terminal::Quantization::Q4);
    let mib = |bytes: u64| (bytes as f64 / f64::from(1 << 20)).round();
    for index in 0.. {
        let Some(name) = terminal::write_shape(index, place, folder)? else { break };
        let planned = terminal::planned_file(place, asked.prompt + REPLY + MORE, quantize)?;
        let mut command = Command::new(std::env::current_exe().map_err(|e| cannot_start(&e))?);
        command
            .args(["--json", "bench", "llm", "--runs", "1", "--reply", &REPLY.to_string()])
            // What is planned here is this machine's memory, and not a card's.
            .args(["--device", "cpu"])
            .args(["--prompt", &asked.prompt.to_string(), "--model"])
            .arg(place);
        if folder {
            command.args(["--quantize", "q4"]);
        }
        let output = command.output().map_err(|e| cannot_start(&e))?;
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let metric = |name: &str| report["metrics"][name]["p50"].as_f64();
        let (peak, loaded) =
            metric("peak_memory").zip(metric("loaded_memory")).ok_or_else(|| {
                Problem::new(
                    ProblemKind::Internal,
                    format!(
                        "`{name}` was not measured: {}",
                        String::from_utf8_lossy(&output.stderr)
                    ),
                    "try again with more free memory",
                )
            })?;
        let total = (planned.total() + program) as f64 / f64::from(1 << 20);
        rows.push(json!({
            "shape": name,
            "from": if folder { "half floats, to four bits" } else { "blocks" },
            "file_bytes": size(place),
            "planned_mib": total.round(),
            "measured_mib": peak.round(),
            "error": ((total / peak - 1.0) * 1000.0).round() / 1000.0,
            "planned_loaded_mib": mib(planned.weights + planned.tables),
            "loaded_mib": loaded.round(),
            "load_ms": metric("load"),
        }));
        print::aside(&format!("{name}: done"));
    }
    Ok(())
}

/// Bytes of a file, or of a folder's files.
fn size(place: &std::path::Path) -> u64 {
    match std::fs::read_dir(place) {
        Ok(files) => files.flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum(),
        Err(_) => place.metadata().map_or(0, |data| data.len()),
    }
}

fn cannot_start(error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Internal,
        format!("this program could not be started once more ({error})"),
        "start it by its full path",
    )
}
