//! llama.cpp on a GGUF file: how fast it reads and writes, which tokens and logits it gives, what its samplers do. One JSON object on
//! stdout. `cargo xtask bench peers` runs it in turn with our engine; `cargo xtask reference llama` and the sampler tests' golden file
//! are made with it.

mod positions;
mod samplers;

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const HELP: &str = "\
peers bench FILE PROMPT_TOKENS REPLY_TOKENS THREADS RUNS
peers greedy FILE TOKENS IDS     (ids separated by commas)
peers logits FILE IDS            (behind every token)
peers samplers FILE              (what the samplers do to fixed logits; FILE lends its vocabulary)";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut backend = LlamaBackend::init()?;
    backend.void_logs();
    let report = match args[..] {
        ["bench", file, prompt, reply, threads, runs] => {
            bench(&backend, file, prompt.parse()?, reply.parse()?, threads.parse()?, runs.parse()?)?
        }
        ["greedy", file, tokens, ids] => greedy(&backend, file, tokens.parse()?, &list(ids)?)?,
        ["logits", file, ids] => positions::report(&backend, file, &list(ids)?)?,
        ["samplers", file] => samplers::report(&LlamaModel::load_from_file(
            &backend,
            file,
            &LlamaModelParams::default(),
        )?),
        _ => return Err(HELP.into()),
    };
    println!("{report}");
    Ok(())
}

fn list(ids: &str) -> Result<Vec<i32>> {
    Ok(ids.split(',').map(str::parse).collect::<std::result::Result<_, _>>()?)
}

/// Reads `prompt` tokens in one batch, as `llama-bench` does, then writes `reply` tokens one by one.
fn bench(
    backend: &LlamaBackend,
    file: &str,
    prompt: usize,
    reply: usize,
    threads: i32,
    runs: usize,
) -> Result<Value> {
    let start = Instant::now();
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new((prompt + reply + 16) as u32))
        .with_n_batch(prompt.max(512) as u32)
        .with_n_threads(threads)
        .with_n_threads_batch(threads);
    let mut context = model.new_context(backend, params)?;
    let load_ms = milliseconds(start);
    let vocabulary = model.n_vocab() as u32;
    let ids: Vec<LlamaToken> = (0..prompt as u32)
        .map(|i| LlamaToken((i.wrapping_mul(7919) % vocabulary) as i32))
        .collect();
    let (mut prefill_ms, mut decode_ms) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        context.clear_kv_cache();
        let start = Instant::now();
        read(&mut context, &ids, 0)?;
        let read_ms = milliseconds(start);
        let start = Instant::now();
        for at in 0..reply {
            let next = best(&context);
            read(&mut context, &[next], prompt + at)?;
        }
        let write_ms = milliseconds(start);
        // The first round warms up.
        if run > 0 || runs == 0 {
            prefill_ms.push(read_ms);
            decode_ms.push(write_ms);
        }
    }
    Ok(json!({
        "load_ms": load_ms,
        "prefill_tokens_per_s": rates(prompt, &prefill_ms),
        "decode_tokens_per_s": rates(reply, &decode_ms),
        "peak_bytes": peak_bytes(),
    }))
}

fn rates(tokens: usize, ms: &[f64]) -> Vec<f64> {
    ms.iter().map(|ms| tokens as f64 / ms * 1e3).collect()
}

/// The most likely tokens, one after the other, and how far ahead of the second each was.
fn greedy(backend: &LlamaBackend, file: &str, tokens: usize, ids: &[i32]) -> Result<Value> {
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new((ids.len() + tokens + 16) as u32))
        .with_n_batch(ids.len().max(512) as u32);
    let mut context = model.new_context(backend, params)?;
    let prompt: Vec<LlamaToken> = ids.iter().map(|&id| LlamaToken(id)).collect();
    read(&mut context, &prompt, 0)?;
    let (mut written, mut gaps) = (Vec::new(), Vec::new());
    for at in 0..tokens {
        let mut logits: Vec<f32> = logits(&context).to_vec();
        let next = best(&context);
        logits.sort_unstable_by(|a, b| b.total_cmp(a));
        written.push(next.0);
        gaps.push(logits[0] - logits[1]);
        if model.vocab().is_eog(next) {
            break;
        }
        read(&mut context, &[next], ids.len() + at)?;
    }
    Ok(json!({ "ids": written, "gaps": gaps, "vocabulary": model.n_vocab() }))
}

fn read(context: &mut LlamaContext<'_>, ids: &[LlamaToken], start: usize) -> Result<()> {
    let mut batch = LlamaBatch::new(ids.len(), 1);
    for (index, &id) in ids.iter().enumerate() {
        batch.add(id, (start + index) as i32, &[0], index + 1 == ids.len())?;
    }
    context.decode(&mut batch)?;
    context.synchronize();
    Ok(())
}

fn logits<'a>(context: &'a LlamaContext<'_>) -> &'a [f32] {
    context.get_logits_ith(-1)
}

fn best(context: &LlamaContext<'_>) -> LlamaToken {
    let mut best = (0, f32::NEG_INFINITY);
    for (id, &logit) in logits(context).iter().enumerate() {
        if logit > best.1 {
            best = (id, logit);
        }
    }
    LlamaToken(best.0 as i32)
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// The most memory that this process ever held (Linux).
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
