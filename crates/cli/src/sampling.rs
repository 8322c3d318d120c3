//! How tokens are drawn, as it is typed.

use clap::builder::{StringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use domain::{SamplerOrder, SamplingChanges};

/// Flags of the sampler. What is not typed stays as it is. Where llama.cpp calls a flag otherwise, its name is understood, too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How tokens are chosen")]
pub(crate) struct SamplingFlags {
    /// 0 always takes the likeliest token, 2 is wild.
    #[arg(long, alias = "temp", value_name = "NUMBER")]
    temperature: Option<f32>,
    /// How far the temperature moves with how sure the model is, up and down (0 to 2; 0: off).
    #[arg(long, value_name = "NUMBER")]
    dynatemp_range: Option<f32>,
    /// How steeply it moves (0 to 10).
    #[arg(long, alias = "dynatemp-exp", value_name = "NUMBER")]
    dynatemp_exponent: Option<f32>,
    /// Only so many likeliest tokens (0: off).
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = or_none)]
    top_k: Option<u32>,
    /// Only the likeliest that have this probability together (1: off).
    #[arg(long, value_name = "SHARE")]
    top_p: Option<f32>,
    /// Nothing less likely than this share of the likeliest (0: off).
    #[arg(long, value_name = "SHARE")]
    min_p: Option<f32>,
    /// Only tokens about as surprising as expected (1: off).
    #[arg(long, alias = "typical", value_name = "SHARE")]
    typical_p: Option<f32>,
    /// How often the likeliest tokens are left out (XTC; 0: off).
    #[arg(long, value_name = "SHARE")]
    xtc_probability: Option<f32>,
    /// Of the tokens at least this likely XTC leaves out all but the last (0 to 0.5).
    #[arg(long, value_name = "SHARE")]
    xtc_threshold: Option<f32>,
    /// Keeps the surprise near so many bits, instead of these choices (mirostat 2; 0: off, 5 is usual).
    #[arg(long, alias = "mirostat-ent", value_name = "BITS")]
    mirostat_tau: Option<f32>,
    /// How fast mirostat comes back to it (0.001 to 1).
    #[arg(long, alias = "mirostat-lr", value_name = "NUMBER")]
    mirostat_eta: Option<f32>,
    /// llama.cpp's switch: 2 is mirostat of 5 bits where none are named, 0 none.
    #[arg(long, hide = true, value_parser = switch_of_mirostat)]
    mirostat: Option<bool>,
    /// How much tokens that were just used are avoided (1: not at all, to 2).
    #[arg(long, alias = "repeat-penalty", value_name = "NUMBER")]
    repetition_penalty: Option<f32>,
    /// Over how many of the last tokens the penalties look (-1: all).
    #[arg(
        long,
        alias = "repeat-last-n",
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = window_or_all
    )]
    penalty_window: Option<u32>,
    /// Taken off for every time that a token was just used (-2 to 2).
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    frequency_penalty: Option<f32>,
    /// Taken off once for tokens that were just used (-2 to 2).
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    presence_penalty: Option<f32>,
    /// How hard repeated phrases are avoided (DRY; 0: off, 0.8 is usual).
    #[arg(long, value_name = "NUMBER")]
    dry_multiplier: Option<f32>,
    /// How quickly that grows with their length (1 to 4).
    #[arg(long, value_name = "NUMBER")]
    dry_base: Option<f32>,
    /// Repetitions of so many tokens cost nothing yet.
    #[arg(long, alias = "dry-allowed-length", value_name = "N")]
    dry_allowed: Option<u32>,
    /// How many of the last tokens DRY looks through (0, or -1 as llama.cpp writes it: all).
    #[arg(
        long,
        alias = "dry-penalty-last-n",
        value_name = "N",
        allow_negative_numbers = true,
        value_parser = or_none
    )]
    dry_window: Option<u32>,
    /// No run of so many tokens comes twice (0: off).
    #[arg(long, value_name = "N")]
    no_repeat_ngram: Option<u32>,
    /// In which order the choices come.
    #[arg(long, value_name = "ORDER")]
    sampler_order: Option<Order>,
    /// A word that comes more often or less, as `lantern=-5`, `{exact text}=2`, or `[12, 345]=-100` for token ids; -100 is never, 100
    /// always. May be given several times.
    #[arg(long, short_alias = 'l', value_name = "WORD=NUMBER", value_parser = StringValueParser::new().map(bias))]
    logit_bias: Vec<String>,
}

/// Where 0 is without a limit, which llama.cpp also writes as -1.
fn or_none(text: &str) -> Result<u32, std::num::ParseIntError> {
    if text == "-1" { Ok(0) } else { text.parse() }
}

/// How many of the last tokens; llama.cpp writes -1 for all.
fn window_or_all(text: &str) -> Result<u32, std::num::ParseIntError> {
    if text == "-1" { Ok(u32::MAX) } else { text.parse() }
}

/// llama.cpp's number of the version.
fn switch_of_mirostat(text: &str) -> Result<bool, &'static str> {
    match text {
        "0" => Ok(false),
        "2" => Ok(true),
        _ => Err("only mirostat 2 is there (0: off)"),
    }
}

/// A line as it is; llama.cpp's `15043+1` and `15043-inf` as `[15043]=1` and `[15043]=-100`, which is never.
fn bias(text: String) -> String {
    let theirs = || {
        let (id, number) = text.split_at(text.find(['+', '-'])?);
        let id: u32 = id.parse().ok()?;
        let number: f32 = number.parse().ok()?;
        let number = if number.is_infinite() { number.signum() * 100.0 } else { number };
        Some(format!("[{id}]={number}"))
    };
    theirs().unwrap_or(text)
}

/// llama.cpp's own, in bits.
const USUAL_MIROSTAT: f32 = 5.0;

/// The orders of the chain.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    /// Temperature, top-k, top-p, min-p, typical, XTC.
    HuggingFace,
    /// Top-k, typical, top-p, min-p, XTC, temperature.
    LlamaCpp,
}

impl SamplingFlags {
    /// The same for the app, which checks it.
    pub(crate) fn changes(&self) -> SamplingChanges {
        SamplingChanges {
            temperature: self.temperature,
            temperature_range: self.dynatemp_range,
            temperature_exponent: self.dynatemp_exponent,
            top_k: self.top_k,
            top_p: self.top_p,
            min_p: self.min_p,
            typical_p: self.typical_p,
            xtc_probability: self.xtc_probability,
            xtc_threshold: self.xtc_threshold,
            mirostat_tau: match self.mirostat {
                Some(false) => Some(0.0),
                Some(true) => self.mirostat_tau.or(Some(USUAL_MIROSTAT)),
                None => self.mirostat_tau,
            },
            mirostat_eta: self.mirostat_eta,
            repetition_penalty: self.repetition_penalty,
            penalty_window: self.penalty_window,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            dry_multiplier: self.dry_multiplier,
            dry_base: self.dry_base,
            dry_allowed: self.dry_allowed,
            dry_window: self.dry_window,
            no_repeat_ngram: self.no_repeat_ngram,
            sampler_order: self.sampler_order.map(|order| match order {
                Order::HuggingFace => SamplerOrder::HuggingFace,
                Order::LlamaCpp => SamplerOrder::LlamaCpp,
            }),
            logit_bias: self.logit_bias.clone(),
        }
    }
}
