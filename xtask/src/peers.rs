//! `cargo xtask bench peers`: our engine and llama.cpp on the same file, in turn, and what came of it in docs/bench/llm.json.
//!
//! A round is a process of each, so that load time and peak memory are measured, too, and one engine's threads never wait
//! beside the other's. llama.cpp is built with every instruction of this machine (xtask/peers, a workspace of its own that
//! nothing else builds); ours is the binary that ships.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::repo;

/// Rounds; medians are taken over them.
const ROUNDS: usize = 5;
/// Tokens that are read and written in a round.
const PROMPT: usize = 256;
const REPLY: usize = 64;
/// The same where a conversation is long: attention over what was said is then most of the work.
const LONG_PROMPT: usize = 3072;
const LONG_REPLY: usize = 32;
/// Tokens of the conversation that a second turn goes on from.
const HISTORY: usize = 2048;
/// What both write on from, with the model in the box.
const PROMPTS: [&str; 4] = [
    "<|begin|><|system|>You are Koto.<|end|><|user|>Hello!<|end|><|char|>",
    "<|begin|><|system|>You are Koto.<|end|><|user|>What do you like?<|end|><|char|>",
    "<|begin|><|system|>You are Koto.<|end|><|user|>おはよう。<|end|><|char|>",
    "<|begin|><|system|>You are Koto.<|end|><|user|>你好！<|end|><|char|>",
];

/// Figures of one side, one a round.
#[derive(Default)]
struct Figures {
    prefill: Vec<f64>,
    decode: Vec<f64>,
    load_ms: Vec<f64>,
    peak_mib: Vec<f64>,
}

pub(crate) fn run(model: Option<&str>) -> Result<ExitCode> {
    let cargo = repo::cargo();
    let peers = repo::root().join("xtask/peers");
    build(&cargo, repo::root(), &["--workspace", "--bin", "hanashi", "--locked"])?;
    build(&cargo, &peers, &["--locked"])?;
    let hanashi = repo::target().join("release/hanashi");
    let llama = peers.join("target/release/peers");
    let threads = cores();

    let made = repo::target().join("bench/qwen3-0.6b-noise.gguf");
    let model = if let Some(path) = model {
        PathBuf::from(path)
    } else {
        if !made.exists() {
            std::fs::create_dir_all(made.parent().unwrap_or(&made))?;
            println!("making {}", made.display());
            let made = made.display().to_string();
            json_of(&hanashi, &["bench", "llm", "--noise", &made, "--runs", "1", "--json"], 0)?;
        }
        made
    };
    let file = model.display().to_string();

    let mut report = Report { model, threads, ..Report::default() };
    for round in 1..=ROUNDS {
        report.load.extend(load_average());
        for (tokens, ours, theirs) in [
            ((PROMPT, REPLY), &mut report.ours, &mut report.theirs),
            ((LONG_PROMPT, LONG_REPLY), &mut report.ours_long, &mut report.theirs_long),
        ] {
            theirs.add_llama(&bench_llama(&llama, &file, tokens, threads)?)?;
            ours.add_ours(&bench(&hanashi, &file, tokens, threads)?)?;
            println!(
                "round {round}, {} tokens: prefill {:.0} and {:.0} t/s, decode {:.1} and {:.1} t/s (ours, llama.cpp)",
                tokens.0,
                last(&ours.prefill),
                last(&theirs.prefill),
                last(&ours.decode),
                last(&theirs.decode)
            );
        }
        // What was measured is kept, whatever becomes of the rest.
        report.write()?;
    }
    report.agreement = agreement(&hanashi, &llama)?;
    report.write()?;
    let second = bench(&hanashi, &file, (HISTORY, 1), threads)?;
    report.second_turn = Some(number(&second, "/ratios/second_turn_vs_cold")?);
    println!("{:#}\nwritten to {}", report.json(), report.write()?.display());
    Ok(ExitCode::SUCCESS)
}

/// All that was measured so far.
#[derive(Default)]
struct Report {
    model: PathBuf,
    threads: usize,
    ours: Figures,
    theirs: Figures,
    ours_long: Figures,
    theirs_long: Figures,
    /// Processes that wanted to run before each round: above the number of cores, both engines waited for others.
    load: Vec<f64>,
    second_turn: Option<f64>,
    agreement: Value,
}

impl Report {
    fn json(&self) -> Value {
        let (ours, theirs) = (&self.ours, &self.theirs);
        let (ours_long, theirs_long) = (&self.ours_long, &self.theirs_long);
        json!({
            "v": 1,
            "machine": machine(),
            "threads": self.threads,
            "load_average": self.load,
            "runs": ours.decode.len(),
            "model": self.model.file_name().map(|name| name.to_string_lossy()),
            "tokens": {
                "prompt": PROMPT, "reply": REPLY,
                "long_prompt": LONG_PROMPT, "long_reply": LONG_REPLY,
                "history": HISTORY,
            },
            "metrics": {
                "prefill": spread(&ours.prefill, "tokens/s"),
                "prefill_llama_cpp": spread(&theirs.prefill, "tokens/s"),
                "decode": spread(&ours.decode, "tokens/s"),
                "decode_llama_cpp": spread(&theirs.decode, "tokens/s"),
                "long_prefill": spread(&ours_long.prefill, "tokens/s"),
                "long_prefill_llama_cpp": spread(&theirs_long.prefill, "tokens/s"),
                "long_decode": spread(&ours_long.decode, "tokens/s"),
                "long_decode_llama_cpp": spread(&theirs_long.decode, "tokens/s"),
                "load": spread(&ours.load_ms, "ms"),
                "load_llama_cpp": spread(&theirs.load_ms, "ms"),
                "peak_memory": spread(&ours.peak_mib, "MiB"),
                "peak_memory_llama_cpp": spread(&theirs.peak_mib, "MiB"),
            },
            "ratios": {
                "decode_vs_llama_cpp": ratio(&ours.decode, &theirs.decode),
                "prefill_vs_llama_cpp": ratio(&ours.prefill, &theirs.prefill),
                "long_decode_vs_llama_cpp": ratio(&ours_long.decode, &theirs_long.decode),
                "long_prefill_vs_llama_cpp": ratio(&ours_long.prefill, &theirs_long.prefill),
                "load_time_vs_llama_cpp": ratio(&ours.load_ms, &theirs.load_ms),
                "peak_memory_vs_llama_cpp": ratio(&ours.peak_mib, &theirs.peak_mib),
                "second_turn_vs_cold": self.second_turn,
            },
            "greedy_agreement": self.agreement,
        })
    }

    fn write(&self) -> Result<PathBuf> {
        let to = repo::root().join("docs/bench/llm.json");
        std::fs::create_dir_all(to.parent().unwrap_or(&to))?;
        std::fs::write(&to, format!("{:#}\n", self.json()))?;
        Ok(to)
    }
}

/// The system's own figure over the last minute (Linux).
fn load_average() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn build(cargo: &str, dir: &Path, args: &[&str]) -> Result<()> {
    let status =
        Command::new(cargo).args(["build", "--release"]).args(args).current_dir(dir).status()?;
    ensure!(status.success(), "building in {} failed", dir.display());
    Ok(())
}

/// Runs a program and reads the JSON that it prints. `threads` = 0 leaves the number to it.
fn json_of(program: &Path, args: &[&str], threads: usize) -> Result<Value> {
    let mut command = Command::new(program);
    command.args(args);
    if threads > 0 {
        command.env("RAYON_NUM_THREADS", threads.to_string());
    }
    let out = command.output().with_context(|| format!("{} did not start", program.display()))?;
    if !out.status.success() {
        bail!("{} failed: {}", program.display(), String::from_utf8_lossy(&out.stderr));
    }
    serde_json::from_slice(&out.stdout)
        .with_context(|| format!("{} did not print JSON", program.display()))
}

/// One run of llama.cpp: so many tokens read, so many written.
fn bench_llama(
    llama: &Path,
    file: &str,
    (prompt, reply): (usize, usize),
    threads: usize,
) -> Result<Value> {
    let (prompt, reply, threads) = (prompt.to_string(), reply.to_string(), threads.to_string());
    json_of(llama, &["bench", file, &prompt, &reply, &threads, "1"], 0)
}

/// The same of ours.
fn bench(
    hanashi: &Path,
    file: &str,
    (prompt, reply): (usize, usize),
    threads: usize,
) -> Result<Value> {
    let (prompt, reply) = (prompt.to_string(), reply.to_string());
    let args = [
        "bench", "llm", "--model", file, "--prompt", &prompt, "--reply", &reply, "--runs", "1",
        "--json",
    ];
    json_of(hanashi, &args, threads)
}

impl Figures {
    fn add_ours(&mut self, report: &Value) -> Result<()> {
        self.prefill.push(number(report, "/metrics/prefill/p50")?);
        self.decode.push(number(report, "/metrics/decode/p50")?);
        self.load_ms.push(number(report, "/metrics/load/p50")?);
        self.peak_mib.push(number(report, "/metrics/peak_memory/p50")?);
        Ok(())
    }

    fn add_llama(&mut self, report: &Value) -> Result<()> {
        self.prefill.push(number(report, "/prefill_tokens_per_s/0")?);
        self.decode.push(number(report, "/decode_tokens_per_s/0")?);
        self.load_ms.push(number(report, "/load_ms")?);
        self.peak_mib.push(number(report, "/peak_bytes")? / f64::from(1 << 20));
        Ok(())
    }
}

/// The model in the box, greedily, through both: how many tokens agree before a choice that rounding could turn.
fn agreement(hanashi: &Path, llama: &Path) -> Result<Value> {
    let file = repo::root().join("assets/models/hanashi-mini/hanashi-mini.gguf");
    let file = file.display().to_string();
    let mut cases = Vec::new();
    for prompt in PROMPTS {
        let args = [
            "complete", "--model", &file, "--prompt", prompt, "--tokens", "64", "--greedy",
            "--json",
        ];
        let ours = json_of(hanashi, &args, 0)?;
        let list = |value: &Value| -> Vec<u64> {
            value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect()
        };
        let (prompt_ids, ours) = (list(&ours["prompt_ids"]), list(&ours["ids"]));
        let ids: Vec<String> = prompt_ids.iter().map(u64::to_string).collect();
        let theirs = json_of(llama, &["greedy", &file, "64", &ids.join(",")], 0)?;
        let gaps: Vec<f64> =
            theirs["gaps"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        let theirs = list(&theirs["ids"]);
        let agree = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        // Theirs holds the token that ends the reply, ours does not.
        let complete = agree == ours.len() && theirs.len() <= agree + 1;
        cases.push(json!({
            "tokens": ours.len(),
            "agree": agree,
            "complete": complete,
            "gap_where_they_part": (!complete).then(|| gaps.get(agree).copied()).flatten(),
        }));
    }
    Ok(json!({ "model": "hanashi-mini", "cases": cases }))
}

fn number(report: &Value, at: &str) -> Result<f64> {
    report
        .pointer(at)
        .and_then(Value::as_f64)
        .with_context(|| format!("no number at {at} in {report}"))
}

fn last(values: &[f64]) -> f64 {
    values.last().copied().unwrap_or_default()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Median, and the slowest and fastest round: the machine's noise.
fn spread(values: &[f64], unit: &str) -> Value {
    let round = |value: f64| (value * 10.0).round() / 10.0;
    let fold = |f: fn(f64, f64) -> f64| values.iter().copied().reduce(f).unwrap_or_default();
    json!({ "p50": round(median(values)), "min": round(fold(f64::min)), "max": round(fold(f64::max)), "unit": unit })
}

/// Median over the rounds of ours over theirs, each with its own neighbour: what else the machine does meets both.
fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
    (median(&ratios) * 1000.0).round() / 1000.0
}

fn cores() -> usize {
    std::env::var("RAYON_NUM_THREADS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}

fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{} × {cores}", name.trim_start_matches([' ', '\t', ':']).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine was busy in the last two rounds: neighbours agree, medians over all rounds would not.
        assert!(
            (ratio(&[20.0, 22.0, 5.0, 6.0, 11.0], &[10.0, 11.0, 2.5, 3.0, 5.5]) - 2.0).abs() < 1e-9
        );
    }

    #[test]
    fn a_report_without_the_figure_is_an_error() {
        let error = number(&json!({ "metrics": {} }), "/metrics/decode/p50").unwrap_err();
        assert!(error.to_string().contains("/metrics/decode/p50"));
    }
}
