//! How fast a model runs here, for `hanashi bench llm`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use domain::Sampling;
use serde::Serialize;

use crate::adapting::{AdapterChoice, Loaded};
use crate::devices::DeviceChoice;
use crate::opening::{self, Opened};
use crate::session::drafting::DRAFTED;
use crate::session::{Generate, Session, elapsed_ms};
use crate::tensors::Quantization;
use crate::{Error, Options};

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchOptions {
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Tokens of the reply.
    pub reply_tokens: usize,
    /// How often; the first, unmeasured round warms up.
    pub runs: usize,
    /// Adapters whose cost is measured, in turn with the plain model.
    pub adapters: Vec<AdapterChoice>,
    /// Replies that are written together, in turn with one alone; fewer than 2 measures nothing.
    pub candidates: usize,
    /// A smaller model that guesses, in turn with the model alone.
    pub draft: Option<PathBuf>,
    /// Where it computes.
    pub device: DeviceChoice,
    /// What weights in plain floats are brought into while they are loaded.
    pub quantize: Option<Quantization>,
    /// Whether the prompt is also saved to a file and taken from there; on the processor alone.
    pub restore: bool,
}

impl Default for BenchOptions {
    fn default() -> Self {
        Self {
            prompt_tokens: 256,
            reply_tokens: 64,
            runs: 5,
            adapters: Vec::new(),
            candidates: 0,
            draft: None,
            device: DeviceChoice::default(),
            quantize: None,
            restore: false,
        }
    }
}

/// Middle and nearly worst of several runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Median.
    pub p50: f32,
    /// The 95th percentile (nearest rank) of times; for rates, of the slow end.
    pub p95: f32,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BenchReport {
    /// Name of the model.
    pub model: String,
    /// Architecture.
    pub architecture: String,
    /// Where it computes: `cpu`, or a device with its name.
    pub device: String,
    /// Why it is not where it was asked to be.
    pub notice: Option<String>,
    /// Threads that compute.
    pub threads: usize,
    /// Bytes of the weights.
    pub weight_bytes: usize,
    /// Bytes of KV cache that a token takes.
    pub cache_bytes_per_token: usize,
    /// Loading the file.
    pub load_ms: f32,
    /// Reading a prompt into an empty cache, tokens per second.
    pub prefill_tokens_per_s: Spread,
    /// Writing, tokens per second.
    pub decode_tokens_per_s: Spread,
    /// Reading the same prompt with 16 new tokens at its end, milliseconds.
    pub second_turn_ms: Spread,
    /// `second_turn_ms` over reading all of it anew (medians).
    pub second_turn_vs_cold: f32,
    /// Taking the prompt from a saved cache, in the page cache, milliseconds; where it was asked for.
    pub restore_ms: Option<Spread>,
    /// `restore_ms` over reading the prompt anew (medians).
    pub restore_vs_cold: Option<f32>,
    /// With the adapters, where there are any.
    pub adapted: Option<Adapted>,
    /// Tokens per second of several replies together, over those of one alone: the median of the rounds' ratios.
    pub candidates_vs_one: Option<f32>,
    /// Writing with the model that guesses over writing without: the median of the rounds' ratios.
    pub drafted_vs_plain: Option<f32>,
}

/// The same model with adapters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Adapted {
    /// Bytes of the adapters.
    pub bytes: usize,
    /// Reading and writing, tokens per second.
    pub prefill_tokens_per_s: Spread,
    /// Likewise.
    pub decode_tokens_per_s: Spread,
    /// Writing with over writing without, the median of the rounds' ratios: neighbours in time meet the same machine.
    pub decode_vs_plain: f32,
    /// Likewise, reading.
    pub prefill_vs_plain: f32,
}

/// Loads a model, calls `loaded`, and runs it. The text is noise: the time does not depend on it.
#[expect(clippy::too_many_lines, reason = "one measurement after the other, over one loaded model")]
pub fn bench(
    path: &Path,
    options: &BenchOptions,
    loaded: impl FnOnce(),
) -> Result<BenchReport, Error> {
    let start = Instant::now();
    let replies = options.candidates.max(1);
    let context = options.prompt_tokens + options.reply_tokens * replies + NEW_TOKENS;
    let opening = Options {
        context_length: u32::try_from(context).unwrap_or(u32::MAX),
        device: options.device,
        quantize: options.quantize,
        ..Options::default()
    };
    let Opened { mut session, on, .. } = opening::open(path, &opening, &mut |_| {})?;
    let load_ms = elapsed_ms(start);
    loaded();
    let model = Arc::clone(&session.model);
    let vocabulary = model.tokenizer.len() as u32;
    // Short files (a tiny context) shorten the test.
    let room =
        (model.info.context_length as usize).saturating_sub(options.reply_tokens + NEW_TOKENS);
    let length = options.prompt_tokens.min(room).max(1);
    let prompt: Vec<u32> = (0..length as u32).map(|i| i.wrapping_mul(7919) % vocabulary).collect();
    let longer: Vec<u32> =
        prompt.iter().copied().chain((0..NEW_TOKENS as u32).map(|i| i % vocabulary)).collect();

    let loaded = Loaded::default();
    let active = loaded.choose(&model.decoder, &options.adapters)?;
    let (mut prefill, mut decode, mut second) = (Vec::new(), Vec::new(), Vec::new());
    let (mut adapted_prefill, mut adapted_decode) = (Vec::new(), Vec::new());
    let (mut together, mut drafted) = (Vec::new(), Vec::new());
    let mut guessing = match &options.draft {
        Some(path) => {
            let draft = opening::open(path, &opening, &mut |_| {})?.session;
            draft.model.drafts_for(&model)?;
            let session = Session::new(Arc::clone(&model), opening.cache)?;
            Some(session.with_drafter(Some((draft, DRAFTED))))
        }
        None => None,
    };
    for run in 0..=options.runs.max(1) {
        if options.candidates > 1 {
            session.reset();
            session.prefill(&prompt, &|| false)?;
            let start = Instant::now();
            let count = session.write_several(options.candidates, options.reply_tokens)?;
            if run > 0 {
                together.push(count as f32 / start.elapsed().as_secs_f32());
            }
        }
        if let Some(session) = &mut guessing {
            session.prefill(&prompt, &|| false)?;
            let start = Instant::now();
            let count = session.write_blindly(options.reply_tokens)?;
            if run > 0 {
                drafted.push(count as f32 / start.elapsed().as_secs_f32());
            }
        }
        // With and without take turns at being first.
        let with = [run % 2 == 0, run % 2 == 1];
        for with in with.into_iter().filter(|with| !with || !active.is_empty()) {
            session.use_adapters(if with { active.clone() } else { Vec::new() });
            let round = round(&mut session, &prompt, &longer, options.reply_tokens)?;
            if run == 0 {
                continue;
            }
            if with {
                adapted_prefill.push(round.prefill);
                adapted_decode.push(round.decode);
            } else {
                prefill.push(round.prefill);
                decode.push(round.decode);
                second.push(round.second_ms);
            }
        }
        session.use_adapters(Vec::new());
    }
    let asked = options.restore && on.id == "cpu";
    let restored = if asked { restoring(&mut session, &prompt, options.runs)? } else { Vec::new() };
    let adapted = (!active.is_empty()).then(|| Adapted {
        bytes: loaded.bytes(),
        decode_vs_plain: ratio(&adapted_decode, &decode),
        prefill_vs_plain: ratio(&adapted_prefill, &prefill),
        prefill_tokens_per_s: rate(adapted_prefill),
        decode_tokens_per_s: rate(adapted_decode),
    });
    let candidates_vs_one = (options.candidates > 1).then(|| ratio(&together, &decode));
    let drafted_vs_plain = guessing.map(|_| ratio(&drafted, &decode));
    let (prefill, decode, second) = (rate(prefill), rate(decode), time(second));
    let cold_ms = longer.len() as f32 / prefill.p50 * 1e3;
    let restore_ms = (!restored.is_empty()).then(|| time(restored));
    let anew_ms = length as f32 / prefill.p50 * 1e3;
    Ok(BenchReport {
        model: model.info.name.clone(),
        architecture: model.info.architecture.clone(),
        device: if on.name.is_empty() { on.id } else { format!("{} ({})", on.id, on.name) },
        notice: on.notice,
        threads: crate::decoder::threads(),
        weight_bytes: model.decoder.weight_bytes(),
        cache_bytes_per_token: session.bytes_per_token(),
        load_ms,
        prefill_tokens_per_s: prefill,
        decode_tokens_per_s: decode,
        second_turn_vs_cold: second.p50 / cold_ms,
        second_turn_ms: second,
        restore_vs_cold: restore_ms.map(|restore| restore.p50 / anew_ms),
        restore_ms,
        adapted,
        candidates_vs_one,
        drafted_vs_plain,
    })
}

/// What one reading and one reply took.
struct Round {
    /// Tokens a second, from an empty cache.
    prefill: f32,
    /// Tokens a second, behind the longer prompt.
    decode: f32,
    /// Milliseconds for the longer prompt behind the shorter.
    second_ms: f32,
}

/// Reads a prompt into an empty cache, then a longer one that begins with it, and writes `tokens` behind that.
fn round(
    session: &mut Session,
    prompt: &[u32],
    longer: &[u32],
    tokens: usize,
) -> Result<Round, Error> {
    session.reset();
    // Nobody cancels.
    let cold = session.prefill(prompt, &|| false)?.unwrap_or_default();
    let again = session.prefill(longer, &|| false)?.unwrap_or_default();
    let start = Instant::now();
    let count = session.write_blindly(tokens)?;
    Ok(Round {
        prefill: prompt.len() as f32 / (cold.ms / 1e3),
        decode: count as f32 / start.elapsed().as_secs_f32(),
        second_ms: again.ms,
    })
}

/// Milliseconds from an empty cache to one that holds the prompt, taken from a file that was just written. Nothing where the prompt is too short
/// for a file, or the folder for temporary files takes none.
fn restoring(session: &mut Session, prompt: &[u32], runs: usize) -> Result<Vec<f32>, Error> {
    let folder = std::env::temp_dir().join(format!("hanashi-bench-caches-{}", std::process::id()));
    let times = match session.open_saved(&folder, u64::MAX) {
        Ok(saved) => {
            session.exchange_saved(Some(saved));
            restored(session, prompt, runs)
        }
        Err(_) => Ok(Vec::new()),
    };
    session.exchange_saved(None);
    // Hundreds of megabytes, whatever became of it.
    let _gone = std::fs::remove_dir_all(&folder);
    times
}

/// The same, over the folder that the session has.
fn restored(session: &mut Session, prompt: &[u32], runs: usize) -> Result<Vec<f32>, Error> {
    session.reset();
    session.prefill(prompt, &|| false)?;
    session.keep();
    let mut times = Vec::new();
    for _ in 0..runs.max(1) {
        session.reset();
        let start = Instant::now();
        let read = session.prefill(prompt, &|| false)?;
        // Whoever reads most of it again has not restored it, and will not the next time.
        if read.is_none_or(|read| read.reused * 2 <= prompt.len()) {
            break;
        }
        times.push(elapsed_ms(start));
    }
    Ok(times)
}

/// New tokens of the second turn.
const NEW_TOKENS: usize = 16;

/// Percentiles of times: high is bad.
fn time(mut values: Vec<f32>) -> Spread {
    values.sort_by(f32::total_cmp);
    Spread { p50: rank(&values, 0.5), p95: rank(&values, 0.95) }
}

/// Percentiles of rates: low is bad.
fn rate(mut values: Vec<f32>) -> Spread {
    values.sort_by(|a, b| b.total_cmp(a));
    Spread { p50: rank(&values, 0.5), p95: rank(&values, 0.95) }
}

/// Median of the ratios of neighbours.
fn ratio(these: &[f32], those: &[f32]) -> f32 {
    time(these.iter().zip(those).map(|(this, that)| this / that).collect()).p50
}

/// Nearest rank.
fn rank(sorted: &[f32], share: f32) -> f32 {
    let index = (share * sorted.len() as f32).ceil() as usize;
    sorted.get(index.saturating_sub(1)).copied().unwrap_or(0.0)
}

impl Session {
    /// Writes exactly `tokens` tokens, whatever they are.
    fn write_blindly(&mut self, tokens: usize) -> Result<usize, Error> {
        let sampling = Sampling::greedy();
        let ask = Generate { sampling: &sampling, max_tokens: tokens, stop: &[], trim: false };
        Ok(self.generate(&ask, &|| false, &mut |_| true)?.ids.len())
    }

    /// The same for several replies; answers with the tokens of all.
    fn write_several(&mut self, count: usize, tokens: usize) -> Result<usize, Error> {
        let sampling = Sampling::greedy();
        let ask = Generate { sampling: &sampling, max_tokens: tokens, stop: &[], trim: false };
        let all = self.candidates(&ask, count, &|| false)?;
        Ok(all.iter().map(|(one, _)| one.ids.len()).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_nearest_rank() {
        let spread = time(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!((spread.p50, spread.p95), (3.0, 5.0));
        let spread = rate(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!((spread.p50, spread.p95), (3.0, 1.0));
    }

    #[test]
    fn what_was_saved_is_taken_from_its_file_where_it_was_asked_for() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
        let options =
            BenchOptions { prompt_tokens: 128, reply_tokens: 4, runs: 2, ..Default::default() };
        let report = bench(&path, &options, || {}).unwrap();
        assert_eq!((report.restore_ms, report.restore_vs_cold), (None, None));
        let report =
            bench(&path, &BenchOptions { restore: true, ..options.clone() }, || {}).unwrap();
        assert!(report.restore_vs_cold.unwrap() > 0.0);
        // A prompt that is not worth a file is read again, which is no restoring.
        let short = BenchOptions { prompt_tokens: 16, restore: true, ..options };
        assert_eq!(bench(&path, &short, || {}).unwrap().restore_ms, None);
        let left =
            std::env::temp_dir().join(format!("hanashi-bench-caches-{}", std::process::id()));
        assert!(!left.exists());
    }
}
