//! `hanashi bench`: measurements, never tests. Medians and the 95th percentile over the runs of one start.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use app::Paths;
use app::api::PartKind;
use app::{Options, Output};
use domain::Problem;
use serde_json::{Value, json};

use crate::arguments::{BenchCommand, Cast, Common};
use crate::print;
use crate::session::{Session, from_api};
use crate::talk;

/// What the turns of a bench say, one after the other.
const LINES: [&str; 8] = [
    "Hello.",
    "How are you today?",
    "I had a long day.",
    "Tell me a story.",
    "What do you like?",
    "It is raining.",
    "Do you remember me?",
    "Good night.",
];

/// Runs the command.
#[expect(clippy::too_many_lines, reason = "a bench each")]
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &BenchCommand,
) -> Result<ExitCode, Problem> {
    let report = match command {
        BenchCommand::Turn {
            cast,
            ears,
            suite: true,
            minutes,
            seed,
            clips,
            only,
            voice,
            recital,
            ..
        } => {
            let options = app::terminal::bench::voice::SuiteOptions {
                only: only
                    .iter()
                    .filter_map(|name| app::terminal::bench::voice::Part::named(name))
                    .collect(),
                minutes: (*minutes).clamp(1, 600),
                seed: *seed,
                ears: ears.clone(),
                model: cast.model.clone(),
                voice: voice.clone(),
                recital: *recital,
                clips: clips.clone(),
            };
            crate::suite::run(paths, &options)?
        }
        BenchCommand::Turn { cast, runs, wav, ears, .. } => {
            turn(cast, (*runs).max(1), wav.as_deref(), ears.as_deref())?
        }
        BenchCommand::Prompt { entries, messages, runs } => {
            prompt_speed(paths, *entries, *messages, *runs)?
        }
        BenchCommand::Llm {
            model,
            noise,
            noise_size,
            noise_halves,
            adapter,
            noise_adapter,
            candidates,
            draft,
            device,
            quantize,
            restore,
            prompt,
            reply,
            runs,
        } => {
            let options = app::terminal::bench::BenchOptions {
                prompt_tokens: *prompt,
                reply_tokens: *reply,
                runs: *runs,
                candidates: *candidates,
                draft: draft.as_deref().map(|draft| paths.chat_model(draft)).transpose()?,
                device: *device,
                quantize: *quantize,
                restore: *restore,
                ..app::terminal::bench::BenchOptions::default()
            };
            let mut adapters = adapter.clone();
            match noise {
                Some(file) => {
                    let shape = (*noise_size, *noise_halves);
                    adapters.extend(make_noise(paths, file, shape, *noise_adapter)?);
                    model_speed(paths, Some(&file.display().to_string()), &options, &adapters)?
                }
                None => model_speed(paths, model.as_deref(), &options, &adapters)?,
            }
        }
        BenchCommand::Plan(asked) => crate::plan::bench(asked)?,
        BenchCommand::Memory { model: Some(model), .. } => memory_reading(paths, model)?,
        BenchCommand::Memory { seeds, messages, keep, encoder, misses, model: None } => {
            let (messages, encoder) = (*messages as usize, encoder.as_deref());
            let asked = app::terminal::bench::MemoryAsked { seeds, messages, encoder };
            memory(paths, asked, keep.as_deref(), *misses)?
        }
        BenchCommand::Know { documents, dump } => know(*documents as usize, u64::from(*dump))?,
        BenchCommand::Tune(arguments) => crate::bench_tune::run(paths, arguments)?,
        BenchCommand::Library { cards, runs } => library(*cards, (*runs).max(1))?,
    };
    if common.json {
        print::json(&report);
    } else {
        print::line(&format!("{report:#}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn turn(
    cast: &Cast,
    runs: u32,
    wav: Option<&std::path::Path>,
    ears: Option<&str>,
) -> Result<Value, Problem> {
    let speech = wav.map(app::terminal::read_wav).transpose()?.map(|speech| {
        let quiet = |ms: usize| vec![0.0; ms * domain::Utterance::RATE as usize / 1000];
        domain::Utterance { pcm: [&quiet(400)[..], &speech.pcm, &quiet(1_600)].concat().into() }
    });
    // A data folder of its own: a bench is not part of anybody's conversation.
    let scratch = std::env::temp_dir().join(format!("hanashi-bench-{}", std::process::id()));
    let start = Instant::now();
    let session = Session::start(Options {
        data_dir: Some(scratch.clone()),
        output: Output::File(scratch.join("bench.wav")),
        ears: ears.map(str::to_owned),
        no_greeting: true,
        ..cast.options()
    })?;
    let open_ms = start.elapsed().as_secs_f64() * 1000.0;
    session.wait_for(PartKind::Model)?;
    session.wait_for(PartKind::Voice)?;
    if speech.is_some() {
        session.wait_for(PartKind::Ears)?;
    }
    let ready_ms = start.elapsed().as_secs_f64() * 1000.0;
    let mut outcomes = Vec::new();
    for run in 0..runs {
        match &speech {
            // As into a microphone, so that the end of it has to be found.
            Some(speech) => session.app.listen_to(speech),
            None => session.app.say(LINES[run as usize % LINES.len()]),
        }
        .map_err(from_api)?;
        outcomes.push(talk::follow(&session, false)?);
    }
    session.app.shutdown()?;
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    let stage = |of: &dyn Fn(&app::api::Timings) -> Option<f64>| -> Value {
        spread(outcomes.iter().filter_map(|outcome| of(&outcome.timings)).collect(), "ms")
    };
    let tokens: Vec<Value> = outcomes
        .iter()
        .map(|outcome| json!([outcome.timings.prompt_tokens, outcome.timings.reused_tokens]))
        .collect();
    let mut ends = std::collections::BTreeMap::<&str, u32>::new();
    for why in outcomes.iter().filter_map(|outcome| outcome.timings.end_of_turn.as_deref()) {
        *ends.entry(why).or_default() += 1;
    }
    let speed =
        outcomes.iter().filter_map(|outcome| outcome.timings.tokens_per_s.map(f64::from)).collect();
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": runs,
        "metrics": {
            "open": spread(vec![open_ms], "ms"),
            "parts_ready": spread(vec![ready_ms], "ms"),
            "endpoint": stage(&|timings| timings.endpoint_ms),
            "transcript": stage(&|timings| timings.transcript_ms),
            "first_token": stage(&|timings| timings.first_token_ms),
            "first_line": stage(&|timings| timings.first_line_ms),
            "first_audio": stage(&|timings| timings.first_audio_ms),
            "total": stage(&|timings| Some(timings.total_ms)),
            "decode": spread(speed, "tokens/s"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": {},
        "prompt_tokens_and_reused": tokens,
        "ends_of_turn": ends,
    }))
}

/// Writes a model of noise; answers with the adapter beside it, where one is asked for.
fn make_noise(
    paths: &Paths,
    file: &Path,
    shape: (app::terminal::bench::Size, bool),
    rank: Option<u16>,
) -> Result<Option<(String, f32)>, Problem> {
    let own = app::terminal::bench::write_noise(paths, file, shape, rank.map(usize::from))?;
    Ok(own.map(|folder| (folder.display().to_string(), 1.0)))
}

fn model_speed(
    paths: &Paths,
    model: Option<&str>,
    options: &app::terminal::bench::BenchOptions,
    adapters: &[(String, f32)],
) -> Result<Value, Problem> {
    let before = held_memory();
    let (report, held) = app::terminal::bench::bench_model(paths, model, options, adapters)?;
    // The model has gone again.
    let after = held_memory();
    let held = held.map(|bytes| bytes as f64 / f64::from(1 << 20));
    let of = |spread: app::terminal::bench::Spread, unit: &str| json!({ "p50": spread.p50, "p95": spread.p95, "unit": unit });
    let mut value = json!({
        "v": 1,
        "machine": machine(),
        "runs": options.runs,
        "model": report.model,
        "architecture": report.architecture,
        "device": report.device,
        "notice": report.notice,
        "threads": report.threads,
        "weight_bytes": report.weight_bytes,
        "cache_bytes_per_token": report.cache_bytes_per_token,
        "metrics": {
            "load": spread(vec![f64::from(report.load_ms)], "ms"),
            "prefill": of(report.prefill_tokens_per_s, "tokens/s"),
            "decode": of(report.decode_tokens_per_s, "tokens/s"),
            "second_turn": of(report.second_turn_ms, "ms"),
            "memory_before": spread(before.into_iter().collect(), "MiB"),
            "loaded_memory": spread(held.into_iter().collect(), "MiB"),
            "memory_after": spread(after.into_iter().collect(), "MiB"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": { "second_turn_vs_cold": report.second_turn_vs_cold },
    });
    if let Some((restore, ratio)) = report.restore_ms.zip(report.restore_vs_cold) {
        value["metrics"]["restore"] = of(restore, "ms");
        value["ratios"]["restore_vs_cold"] = ratio.into();
    }
    if let Some(ratio) = report.candidates_vs_one {
        value["ratios"]["candidates_vs_one"] = ratio.into();
    }
    if let Some(ratio) = report.drafted_vs_plain {
        value["ratios"]["drafted_vs_plain"] = ratio.into();
    }
    if let Some(adapted) = report.adapted {
        value["adapter_bytes"] = adapted.bytes.into();
        value["metrics"]["adapted_prefill"] = of(adapted.prefill_tokens_per_s, "tokens/s");
        value["metrics"]["adapted_decode"] = of(adapted.decode_tokens_per_s, "tokens/s");
        value["ratios"]["adapted_decode_vs_plain"] = adapted.decode_vs_plain.into();
        value["ratios"]["adapted_prefill_vs_plain"] = adapted.prefill_vs_plain.into();
    }
    Ok(value)
}

fn library(cards: u32, runs: u32) -> Result<Value, Problem> {
    let scratch = std::env::temp_dir().join(format!("hanashi-bench-{}", std::process::id()));
    let times = app::terminal::bench::bench_library(&scratch, cards, runs);
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    let times = times?;
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": runs,
        "cards": cards,
        "metrics": {
            "read_all": spread(vec![times.read_all_ms], "ms"),
            "open": spread(times.open_ms, "ms"),
            "search": spread(times.search_ms, "ms"),
            "page": spread(times.page_ms, "ms"),
            "text": spread(vec![times.text_bytes as f64 / f64::from(1 << 20)], "MiB"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": {},
    }))
}

/// Does something with a folder that is gone afterwards.
fn with_scratch<T>(work: impl FnOnce(&Path) -> Result<T, Problem>) -> Result<T, Problem> {
    let scratch = std::env::temp_dir().join(format!("hanashi-bench-{}", std::process::id()));
    let made = std::fs::create_dir_all(&scratch).map_err(|error| {
        Problem::new(
            domain::ProblemKind::Disk,
            format!("`{}` cannot be made: {error}", scratch.display()),
            "free some space, or set TMPDIR to a folder that can be written",
        )
    });
    let done = made.and_then(|()| work(&scratch));
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    done
}

fn know(documents: usize, dump_mb: u64) -> Result<Value, Problem> {
    let (small, large) =
        with_scratch(|folder| app::terminal::bench_know(documents, dump_mb, folder))?;
    let told = |one: &app::terminal::KnowMeasured| {
        let mut told = json!(one);
        if let Some(fields) = told.as_object_mut() {
            fields.remove("search_ms");
        }
        told
    };
    let mut report = json!({
        "v": 1,
        "machine": machine(),
        "runs": 1,
        "metrics": {
            "search": spread(small.search_ms.clone(), "ms"),
            "text": spread(vec![small.text_mb_per_s], "MB/s"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": {},
        "documents": told(&small),
    });
    if let Some(large) = &large {
        report["metrics"]["search_dump"] = spread(large.search_ms.clone(), "ms");
        report["metrics"]["text_dump"] = spread(vec![large.text_mb_per_s], "MB/s");
        report["dump"] = told(large);
    }
    Ok(report)
}

fn memory(
    paths: &Paths,
    asked: app::terminal::bench::MemoryAsked<'_>,
    keep: Option<&Path>,
    misses: bool,
) -> Result<Value, Problem> {
    let run = |folder: &Path| app::terminal::bench::bench_memory(paths, asked, folder);
    let bench = match keep {
        Some(folder) => run(folder)?,
        None => with_scratch(run)?,
    };
    let mut report = json!({
        "v": 1,
        "machine": machine(),
        "runs": bench.years.len(),
        "metrics": {
            "recall": spread(bench.years.iter().flat_map(|year| year.recall_ms.clone()).collect(), "ms"),
            "build": spread(bench.years.iter().filter_map(|year| year.build_s).collect(), "s"),
            "peak_memory": spread(peak_memory().into_iter().collect(), "MiB"),
        },
        "ratios": {
            "prefix_reuse": bench.prefix.reuse,
            "prefix_reuse_without_memory": bench.prefix_without.reuse,
            "prefix_reuse_alternating": bench.prefix_alternating.reuse,
            "prefix_ready": bench.prefix.ready,
            "read_early": bench.prefix.early,
        },
        "prefix": {
            "with": bench.prefix,
            "without": bench.prefix_without,
            "alternating": bench.prefix_alternating,
        },
        "counted_with": bench.counted_with,
        "years": bench.years.iter().map(|one| year(one, misses)).collect::<Vec<_>>(),
    });
    if let Some(encoder) = &bench.encoder {
        let times = |one: &app::terminal::bench::Meant| one.recall_ms.clone();
        let times = bench.years.iter().filter_map(|one| one.with_encoder.as_ref()).flat_map(times);
        report["metrics"]["recall_encoder"] = spread(times.collect(), "ms");
        report["encoder"] = json!(encoder);
    }
    if let Some(large) = &bench.large {
        report["metrics"]["recall_large"] = spread(large.recall_ms.clone(), "ms");
        report["large"] = year(large, misses);
        if let Some(fused) = &large.fused {
            report["metrics"]["recall_fused"] = spread(fused.recall_ms.clone(), "ms");
            report["fused"] = year(fused, misses);
        }
    }
    Ok(report)
}

/// How a model does at finding facts in made-up conversations.
fn memory_reading(paths: &Paths, model: &str) -> Result<Value, Problem> {
    let (name, examined) = app::terminal::examine_model(paths, model)?;
    let papers: Vec<f64> = examined.iter().flat_map(|one| one.ms.clone()).collect();
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": papers.len(),
        "model": name,
        "metrics": { "window": spread(papers, "ms") },
        "languages": examined,
    }))
}

/// A diary's outcome without its single times, with what was missed where somebody asked for it.
fn year(report: &impl serde::Serialize, misses: bool) -> Value {
    let mut year = json!(report);
    let shorten = |answered: &mut Value| {
        if let Some(fields) = answered.as_object_mut().filter(|_| !misses) {
            fields.remove("misses");
        }
    };
    shorten(&mut year);
    if let Some(fields) = year.as_object_mut() {
        fields.remove("recall_ms");
        fields.remove("fused");
        match fields.get_mut("with_encoder") {
            Some(Value::Null) => drop(fields.remove("with_encoder")),
            Some(meant) => shorten(meant),
            None => {}
        }
    }
    year
}

fn prompt_speed(
    paths: &Paths,
    entries: usize,
    messages: usize,
    runs: usize,
) -> Result<Value, Problem> {
    let bench = app::terminal::bench::bench_prompt(paths, entries, messages, runs)?;
    Ok(json!({
        "v": 1,
        "machine": machine(),
        "runs": bench.match_ms.len(),
        "metrics": {
            "index": spread(bench.index_ms, "ms"),
            "match": spread(bench.match_ms, "ms"),
            "match_cpu": spread(bench.match_cpu_ms, "ms"),
            "assemble": spread(bench.assemble_ms, "ms"),
        },
        "ratios": {},
        "entries": bench.entries,
        "messages": bench.messages,
        "fired": bench.fired,
        "counted_with": bench.counted_with,
    }))
}

/// Median and 95th percentile (nearest rank).
pub(crate) fn spread(mut values: Vec<f64>, unit: &str) -> Value {
    values.sort_by(f64::total_cmp);
    let rank = |share: f64| {
        let place = (values.len() as f64 * share).ceil() as usize;
        values.get(place.saturating_sub(1)).map(|value| (value * 10.0).round() / 10.0)
    };
    json!({ "p50": rank(0.5), "p95": rank(0.95), "unit": unit })
}

/// Cores and processor, as far as the system says.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    format!("{} × {cores}", name.trim_start_matches([' ', '\t', ':']).trim())
}

/// The most memory that this process ever held, in MiB.
pub(crate) fn peak_memory() -> Option<f64> {
    of_status("VmHWM:")
}

/// The memory that it holds now, in MiB.
fn held_memory() -> Option<f64> {
    of_status("VmRSS:")
}

/// An entry of what Linux says of this process.
fn of_status(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim()
        .trim_end_matches(" kB")
        .trim()
        .parse::<f64>()
        .ok()
        .map(|kilobytes| kilobytes / 1024.0)
}
