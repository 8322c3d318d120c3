//! Raw continuations, without a chat template: of decoder-only models, and answers from passages of T5, mT5 and PLUG.

use std::path::Path;
use std::time::Instant;

use domain::{
    Ask, Cancel, LanguageModel as _, Problem, ProblemKind, Sampling, SamplingChanges, TurnId,
};

use crate::app::paths::Paths;

/// A continuation that is asked for.
#[derive(Debug, Clone, Default)]
pub struct Completing<'a> {
    /// A chat model by name or path; none: the one that comes with the program.
    pub model: Option<&'a str>,
    /// Where it computes; none: as the settings say.
    pub device: Option<llm::DeviceChoice>,
    /// Adapters by names or paths, and how strongly they work.
    pub adapters: &'a [(String, f32)],
    /// The text to go on with; the first passage of a model that answers from passages.
    pub prompt: &'a str,
    /// More passages, each read by itself.
    pub passages: &'a [String],
    /// Beams of a model that answers from passages; none: as ChatPLUG writes, or one where tokens are drawn.
    pub beams: Option<u32>,
    /// At most so many tokens; [`u32::MAX`]: until the model ends, its room does, or (of answers from passages) the usual length is reached.
    pub tokens: u32,
    /// Tokens that there is room for, up to what the model was made for, which [`u32::MAX`] asks for; none: 4096.
    pub context: Option<u32>,
    /// Texts that end it, and are no part of it.
    pub stop: &'a [String],
    /// Always the likeliest token, without any rule.
    pub greedy: bool,
    /// Of the draws.
    pub seed: Option<u64>,
    /// What weights in plain floats are brought into while they are loaded; none: they stay as they are.
    pub quantize: Option<llm::Quantization>,
    /// How tokens are drawn, where it differs from the usual way.
    pub sampling: SamplingChanges,
}

/// A raw continuation.
#[derive(Debug, Clone)]
pub struct Completed {
    /// Where the model computed: `cpu`, `cuda:0`, `metal`.
    pub device: String,
    /// Why it was not where it was asked to be.
    pub notice: Option<String>,
    /// What speaks against adapters that fit, and biases that do nothing.
    pub doubts: Vec<String>,
    /// Tokens of the prompt; of all passages.
    pub prompt_ids: Vec<u32>,
    /// Tokens written.
    pub ids: Vec<u32>,
    /// Their text.
    pub text: String,
    /// Loading the model.
    pub load_ms: f32,
    /// Reading the prompt; nought where reading and writing are not told apart.
    pub prefill_ms: f32,
    /// Writing.
    pub decode_ms: f32,
}

impl Completing<'_> {
    /// Greedy is without any rule but those that are asked for.
    fn sampling(&self) -> Sampling {
        let usual = Sampling::default();
        let usual = if self.greedy {
            // A penalty that is asked for looks over the usual window, and not over none.
            Sampling { penalty_window: usual.penalty_window, ..Sampling::greedy() }
        } else {
            usual
        };
        self.sampling.over(Sampling { seed: self.seed, ..usual })
    }

    /// How many tokens to write. Without a limit no more than there is room for: a model that forgets what is long past would never end.
    fn most(&self, engine: &llm::Engine) -> u32 {
        if self.tokens != u32::MAX {
            return self.tokens;
        }
        let prompt = engine.tokenize(self.prompt).len() as u32;
        engine.info().context_length.saturating_sub(prompt).max(1)
    }

    /// A model on the device that is asked for, or that the settings name, and its adapters.
    fn engine(&self, paths: &Paths, path: &Path) -> Result<(llm::Engine, Vec<String>), Problem> {
        if !self.passages.is_empty() || self.beams.is_some() {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("`{}` does not answer from passages", path.display()),
                "leave out --passage and --beams, or choose a T5, an mT5 or a PLUG",
            ));
        }
        let device = self.device.unwrap_or_else(|| crate::models::compute_devices::of_paths(paths));
        let usual = llm::Options::default();
        let context_length = self.context.unwrap_or(usual.context_length);
        let options = llm::Options { context_length, device, quantize: self.quantize, ..usual };
        let engine = llm::Engine::load(path, &options, |_| {})?;
        let mut doubts = engine.use_adapters(&super::chosen(paths, self.adapters)?)?;
        let strangers = engine.strangers(&self.sampling().logit_bias).into_iter();
        let idle = |id| format!("the model has no token {id}: its bias does nothing");
        doubts.extend(strangers.map(idle));
        Ok((engine, doubts))
    }

    /// A model that answers from passages, and how it writes: as ChatPLUG does (beams, no n-gram twice, PLUG's penalty), greedily, or
    /// drawn with a seed.
    fn answerer(
        &self,
        path: &Path,
        several: bool,
    ) -> Result<(llm::AnswerEngine, llm::Writing), Problem> {
        if !self.adapters.is_empty() {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                format!("`{}` answers from passages, and takes no adapters", path.display()),
                "leave out --adapter",
            ));
        }
        if self.context.is_some() || !self.stop.is_empty() {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                format!(
                    "`{}` answers from passages: it reads as much of each as it can, and writes until its own end",
                    path.display()
                ),
                "leave out --context and --stop",
            ));
        }
        if self.beams.is_some_and(|beams| beams > 1) && (several || self.seed.is_some()) {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "several beams are searched, and nothing is drawn: there is one answer, whatever the seed",
                "leave out --beams, or --seed and --candidates",
            ));
        }
        let draws = !self.greedy && (self.seed.is_some() || self.beams == Some(1) || several);
        let asked = &self.sampling;
        let penalties = [asked.frequency_penalty, asked.presence_penalty, asked.dry_multiplier];
        let unknown = asked.penalty_window.is_some() || penalties.iter().any(Option::is_some);
        // Biases hold for beams and greedy answers, too.
        let biases =
            SamplingChanges { logit_bias: asked.logit_bias.clone(), ..SamplingChanges::default() };
        if *asked != biases && (!draws || unknown) {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                format!(
                    "`{}` answers from passages: it draws tokens where a seed or one beam is asked for, and knows no penalties but --repetition-penalty and --no-repeat-ngram",
                    path.display()
                ),
                "give --seed or --beams 1, and leave out other penalties; or leave out what says how tokens are chosen",
            ));
        }
        let usual = llm::Writing::default();
        let max_length = match self.tokens {
            // Nothing but its own end would end it.
            u32::MAX => usual.max_length,
            tokens => tokens.max(1) as usize,
        };
        let writing = if self.greedy {
            llm::Writing {
                beams: 1,
                sampling: biases.over(Sampling::greedy()),
                min_length: 0,
                max_length,
                no_repeat_ngram: 0,
                repetition_penalty: 1.0,
                ..usual
            }
        } else {
            let drawn = if self.seed.is_some() { 1 } else { usual.beams };
            llm::Writing {
                beams: self.beams.map_or(drawn, |beams| beams.max(1) as usize),
                sampling: asked.over(Sampling { seed: self.seed, ..usual.sampling.clone() }),
                min_length: usual.min_length.min(max_length / 2),
                max_length,
                // Its own rules, and not the sampler's.
                no_repeat_ngram: asked
                    .no_repeat_ngram
                    .map_or(usual.no_repeat_ngram, |n| n as usize),
                repetition_penalty: asked.repetition_penalty.unwrap_or(usual.repetition_penalty),
                ..usual
            }
        };
        Ok((llm::AnswerEngine::load(path, self.quantize, |_| {})?, writing))
    }

    /// Why a model that answers from passages is not where it was asked to be.
    fn not_there(&self) -> Option<String> {
        self.device.filter(|device| {
            !matches!(device, llm::DeviceChoice::Auto | llm::DeviceChoice::Processor)
        })?;
        Some("models that answer from passages compute on the processor".to_owned())
    }

    fn all_passages(&self) -> Vec<String> {
        std::iter::once(self.prompt.to_owned()).chain(self.passages.iter().cloned()).collect()
    }
}

/// Continues a text without a chat template.
///
/// # Errors
/// What loading the model says; [`ProblemKind::Invalid`] where it cannot be asked so.
pub fn complete(paths: &Paths, asked: &Completing<'_>) -> Result<Completed, Problem> {
    asked.sampling.check()?;
    let path = paths.chat_model(asked.model.unwrap_or_default())?;
    if llm::Answerer::recognises(&path) {
        return from_passages(&path, asked);
    }
    let (engine, doubts) = asked.engine(paths, &path)?;
    let completion = llm::Completion {
        prompt: asked.prompt.to_owned(),
        sampling: asked.sampling(),
        max_tokens: asked.most(&engine),
        stop: asked.stop.to_vec(),
    };
    let done = engine.complete(completion, Cancel::new())?;
    Ok(Completed {
        device: engine.computes_on().id.clone(),
        notice: engine.computes_on().notice.clone(),
        doubts,
        prompt_ids: done.prompt_ids,
        ids: done.ids,
        text: done.text,
        load_ms: engine.load_ms(),
        prefill_ms: done.stats.prefill_ms,
        decode_ms: done.stats.decode_ms,
    })
}

fn from_passages(path: &Path, asked: &Completing<'_>) -> Result<Completed, Problem> {
    let start = Instant::now();
    let (model, writing) = asked.answerer(path, false)?;
    let load_ms = start.elapsed().as_secs_f32() * 1e3;
    // Nobody cancels it.
    let done = model.complete(&asked.all_passages(), &writing, &Cancel::new())?;
    let done = done.ok_or(llm::Error::EmptyPrompt)?;
    Ok(Completed {
        device: llm::DeviceChoice::Processor.to_string(),
        notice: asked.not_there(),
        doubts: Vec::new(),
        prompt_ids: done.prompt_ids,
        ids: done.ids,
        text: done.text,
        load_ms,
        prefill_ms: done.stats.prefill_ms,
        decode_ms: done.stats.decode_ms,
    })
}

/// Several continuations of a text, written together; those of a model that answers from passages are drawn one after the other.
/// With a seed, each is drawn with the next one. Behind them what speaks against adapters that fit, as in [`Completed::doubts`].
///
/// # Errors
/// As [`complete`]'s.
pub fn candidates(
    paths: &Paths,
    asked: &Completing<'_>,
    count: usize,
) -> Result<(Vec<String>, Vec<String>), Problem> {
    asked.sampling.check()?;
    let path = paths.chat_model(asked.model.unwrap_or_default())?;
    if llm::Answerer::recognises(&path) {
        let (model, mut writing) = asked.answerer(&path, count > 1)?;
        writing.beams = 1;
        let passages = asked.all_passages();
        let mut texts = Vec::with_capacity(count);
        for index in 0..count as u64 {
            writing.sampling.seed = asked.seed.map(|seed| seed.wrapping_add(index));
            let done = model.complete(&passages, &writing, &Cancel::new())?;
            texts.extend(done.map(|done| done.text));
        }
        return Ok((texts, Vec::new()));
    }
    let (engine, doubts) = asked.engine(paths, &path)?;
    let ask = Ask {
        turn: TurnId::default(),
        messages: Vec::new(),
        prompt: asked.prompt.to_owned(),
        sampling: asked.sampling(),
        max_tokens: asked.most(&engine),
        stop: asked.stop.to_vec(),
        from_passages: None,
    };
    let written = engine.candidates(ask, count, Cancel::new())?;
    Ok((written.into_iter().map(|one| one.text).collect(), doubts))
}
