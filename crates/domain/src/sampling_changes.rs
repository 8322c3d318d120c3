//! How tokens are drawn, as people write it: numbers within their ranges, and words that come more or less often.

use crate::sampling::{Mirostat, SamplerOrder, Sampling, WordBias};
use crate::{Problem, ProblemKind};

/// A change of some settings of the sampler; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "the fields are those of `Sampling`")]
pub struct SamplingChanges {
    pub temperature: Option<f32>,
    pub temperature_range: Option<f32>,
    pub temperature_exponent: Option<f32>,
    pub top_k: Option<u32>,
    pub top_p: Option<f32>,
    pub min_p: Option<f32>,
    pub typical_p: Option<f32>,
    pub xtc_probability: Option<f32>,
    pub xtc_threshold: Option<f32>,
    pub mirostat_tau: Option<f32>,
    pub mirostat_eta: Option<f32>,
    pub repetition_penalty: Option<f32>,
    pub penalty_window: Option<u32>,
    pub frequency_penalty: Option<f32>,
    pub presence_penalty: Option<f32>,
    pub dry_multiplier: Option<f32>,
    pub dry_base: Option<f32>,
    pub dry_allowed: Option<u32>,
    pub dry_window: Option<u32>,
    pub no_repeat_ngram: Option<u32>,
    pub sampler_order: Option<SamplerOrder>,
    /// Lines as [`read_biases`] takes them; they come to those that are there.
    pub logit_bias: Vec<String>,
}

/// What a number of the sampler may be, by its name; `None` for what is none.
pub fn sampling_range(key: &str) -> Option<(f64, f64)> {
    Some(match key {
        "temperature" | "temperature_range" => (0.0, 2.0),
        "temperature_exponent" => (0.0, 10.0),
        "top_k" => (0.0, 1000.0),
        "top_p" | "min_p" | "typical_p" | "xtc_probability" => (0.0, 1.0),
        // Above a half no two tokens could be so likely, and nothing would be left out.
        "xtc_threshold" => (0.0, 0.5),
        "mirostat_tau" => (0.0, 20.0),
        "mirostat_eta" => (0.001, 1.0),
        "repetition_penalty" => (1.0, 2.0),
        "penalty_window" | "dry_window" => (0.0, 4096.0),
        "frequency_penalty" | "presence_penalty" => (-2.0, 2.0),
        "dry_multiplier" => (0.0, 5.0),
        "dry_base" => (1.0, 4.0),
        "dry_allowed" => (1.0, 64.0),
        "no_repeat_ngram" => (0.0, 64.0),
        _ => return None,
    })
}

impl SamplingChanges {
    /// Whether every number is within its range, and every line of biases is one.
    ///
    /// # Errors
    /// [`ProblemKind::Invalid`], with the first that is not.
    pub fn check(&self) -> Result<(), Problem> {
        let whole = |number: Option<u32>| number.map(f64::from);
        let float = |number: Option<f32>| number.map(f64::from);
        for (key, value) in [
            ("temperature", float(self.temperature)),
            ("temperature_range", float(self.temperature_range)),
            ("temperature_exponent", float(self.temperature_exponent)),
            ("top_k", whole(self.top_k)),
            ("top_p", float(self.top_p)),
            ("min_p", float(self.min_p)),
            ("typical_p", float(self.typical_p)),
            ("xtc_probability", float(self.xtc_probability)),
            ("xtc_threshold", float(self.xtc_threshold)),
            ("mirostat_tau", float(self.mirostat_tau)),
            ("mirostat_eta", float(self.mirostat_eta)),
            ("repetition_penalty", float(self.repetition_penalty)),
            // That all of them are looked over is no number of theirs.
            ("penalty_window", whole(self.penalty_window.filter(|tokens| *tokens != u32::MAX))),
            ("frequency_penalty", float(self.frequency_penalty)),
            ("presence_penalty", float(self.presence_penalty)),
            ("dry_multiplier", float(self.dry_multiplier)),
            ("dry_base", float(self.dry_base)),
            ("dry_allowed", whole(self.dry_allowed)),
            ("dry_window", whole(self.dry_window)),
            ("no_repeat_ngram", whole(self.no_repeat_ngram)),
        ] {
            let (Some(value), Some((low, high))) = (value, sampling_range(key)) else { continue };
            // Floats of the command line are a hair beside their decimals.
            let inside = (low - 1e-6..=high + 1e-6).contains(&value);
            if !inside {
                return Err(Problem::new(
                    ProblemKind::Invalid,
                    format!("`{key}` cannot be {value}"),
                    format!("choose a number from {low} to {high}"),
                ));
            }
        }
        read_biases(&self.logit_bias).map(drop)
    }

    /// Puts the changes over other settings. Lines that are no biases are passed over: [`check`](Self::check) names them.
    #[must_use]
    pub fn over(&self, mut s: Sampling) -> Sampling {
        fn take<T: Copy>(to: &mut T, from: Option<T>) {
            if let Some(value) = from {
                *to = value;
            }
        }
        take(&mut s.temperature, self.temperature);
        take(&mut s.temperature_range, self.temperature_range);
        take(&mut s.temperature_exponent, self.temperature_exponent);
        take(&mut s.top_k, self.top_k);
        take(&mut s.top_p, self.top_p);
        take(&mut s.min_p, self.min_p);
        take(&mut s.typical_p, self.typical_p);
        take(&mut s.xtc_probability, self.xtc_probability);
        take(&mut s.xtc_threshold, self.xtc_threshold);
        take(&mut s.repetition_penalty, self.repetition_penalty);
        take(&mut s.penalty_window, self.penalty_window);
        take(&mut s.frequency_penalty, self.frequency_penalty);
        take(&mut s.presence_penalty, self.presence_penalty);
        take(&mut s.dry.multiplier, self.dry_multiplier);
        take(&mut s.dry.base, self.dry_base);
        take(&mut s.dry.allowed, self.dry_allowed);
        take(&mut s.dry.window, self.dry_window);
        take(&mut s.no_repeat_ngram, self.no_repeat_ngram);
        take(&mut s.order, self.sampler_order);
        if let Some(tau) = self.mirostat_tau {
            let eta = s.mirostat.map_or(Mirostat::ETA, |before| before.eta);
            s.mirostat = (tau > 0.0).then_some(Mirostat { tau, eta });
        }
        if let (Some(mirostat), Some(eta)) = (&mut s.mirostat, self.mirostat_eta) {
            mirostat.eta = eta;
        }
        for line in &self.logit_bias {
            if let Ok(biases) = read_biases(std::slice::from_ref(line)) {
                biases.put_on(&mut s);
            }
        }
        s
    }
}

/// Biases of words and of token ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Biases {
    /// By words, which a model's vocabulary makes tokens of.
    pub words: Vec<WordBias>,
    /// By token ids.
    pub ids: Vec<(u32, f32)>,
}

impl Biases {
    /// Adds them to those that are there.
    pub fn put_on(self, sampling: &mut Sampling) {
        sampling.word_bias.extend(self.words);
        sampling.logit_bias.extend(self.ids);
    }
}

/// More lines are a mistake somewhere.
pub const MOST_BIASES: usize = 256;
/// So are longer words, in letters.
const LONGEST: usize = 200;
/// Beyond it a token never comes, or nothing else does.
const STRONGEST: f32 = 100.0;

/// Reads lines of `WORD = NUMBER`, in SillyTavern's three ways of naming tokens: a word stands for its tokens at the beginning of a
/// text and behind a space; `{exact text}` for the tokens of exactly this; `[12, 345]` for these ids. Empty lines are passed over.
///
/// # Errors
/// [`ProblemKind::Invalid`], with the first line that is none.
pub fn read_biases(lines: &[String]) -> Result<Biases, Problem> {
    let refuse = |line: &str, why: &str| {
        Problem::new(
            ProblemKind::Invalid,
            format!("`{}` is no bias: {why}", line.chars().take(80).collect::<String>()),
            "write a line as `lantern = -5`, `{ exact text} = 2` or `[12, 345] = -100`, from -100 (never) to 100 (always)",
        )
    };
    let mut biases = Biases::default();
    let lines = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    for (index, line) in lines.enumerate() {
        if index == MOST_BIASES {
            return Err(refuse(
                line,
                &format!("{MOST_BIASES} lines stand before it, and no more are taken"),
            ));
        }
        let (what, number) =
            line.rsplit_once('=').ok_or_else(|| refuse(line, "there is no `=` in it"))?;
        let bias: f32 = number
            .trim()
            .parse()
            .map_err(|_| refuse(line, &format!("`{}` is no number", number.trim())))?;
        // Not a number is within no range.
        if !(-STRONGEST..=STRONGEST).contains(&bias) {
            return Err(refuse(line, "its number is beyond 100"));
        }
        let what = what.trim();
        let within = |open, close| what.strip_prefix(open)?.strip_suffix(close);
        if what.chars().count() > LONGEST {
            return Err(refuse(line, &format!("it is longer than {LONGEST} letters")));
        }
        if let Some(ids) = within('[', ']') {
            for id in ids.split(',') {
                let id = id
                    .trim()
                    .parse()
                    .map_err(|_| refuse(line, &format!("`{}` is no token id", id.trim())))?;
                biases.ids.push((id, bias));
            }
            continue;
        }
        let exact = within('{', '}');
        let text = exact.unwrap_or(what);
        if text.is_empty() {
            return Err(refuse(line, "no word stands before the `=`"));
        }
        biases.words.push(WordBias { text: text.to_owned(), exact: exact.is_some(), bias });
    }
    Ok(biases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn biases_name_words_exact_texts_and_ids() {
        let read =
            read_biases(&lines("lantern = -5\n\n{ Oh, a = b} = 2.5\n[12, 345] = -100\n灯=1"))
                .unwrap();
        let word = |text: &str, exact, bias| WordBias { text: text.into(), exact, bias };
        assert_eq!(
            read.words,
            [word("lantern", false, -5.0), word(" Oh, a = b", true, 2.5), word("灯", false, 1.0)]
        );
        assert_eq!(read.ids, [(12, -100.0), (345, -100.0)]);
    }

    #[test]
    fn a_line_that_is_none_is_named_with_the_reason() {
        for (line, why) in [
            ("lantern", "no `=`"),
            ("lantern = many", "`many` is no number"),
            ("lantern = nan", "beyond 100"),
            ("lantern = 101", "beyond 100"),
            ("= 4", "no word"),
            ("[1, x] = 4", "`x` is no token id"),
            ("[-1] = 4", "`-1` is no token id"),
        ] {
            let problem = read_biases(&[line.to_owned()]).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Invalid);
            assert!(problem.message.contains(why) && problem.message.contains(line), "{problem}");
        }
        let many = vec!["a = 1".to_owned(); 257];
        assert!(read_biases(&many).unwrap_err().message.contains("256 lines"));
        assert!(read_biases(&["x".repeat(300) + "=1"]).is_err());
    }

    #[test]
    fn changes_go_over_what_is_there_and_nothing_else_moves() {
        let before = Sampling::default();
        assert_eq!(SamplingChanges::default().over(before.clone()), before);
        let changes = SamplingChanges {
            xtc_threshold: Some(0.2),
            mirostat_tau: Some(5.0),
            dry_allowed: Some(3),
            sampler_order: Some(SamplerOrder::LlamaCpp),
            logit_bias: lines("lamp = 1\n[7] = -2"),
            ..SamplingChanges::default()
        };
        changes.check().unwrap();
        let after = changes.over(before.clone());
        assert_eq!(after.mirostat, Some(Mirostat { tau: 5.0, eta: Mirostat::ETA }));
        assert_eq!((after.xtc_threshold.to_bits(), after.dry.allowed), (0.2f32.to_bits(), 3));
        assert_eq!(
            (after.order, after.logit_bias.as_slice()),
            (SamplerOrder::LlamaCpp, &[(7, -2.0)][..])
        );
        assert_eq!(after.word_bias.len(), 1);
        assert_eq!(after.top_k, before.top_k);
        let off = SamplingChanges { mirostat_tau: Some(0.0), ..SamplingChanges::default() };
        assert_eq!(off.over(after).mirostat, None);
    }

    #[test]
    fn a_number_out_of_its_range_is_refused_by_name() {
        for changes in [
            SamplingChanges { top_p: Some(1.5), ..SamplingChanges::default() },
            SamplingChanges { top_p: Some(f32::NAN), ..SamplingChanges::default() },
        ] {
            let problem = changes.check().unwrap_err();
            assert!(
                problem.to_string().contains("`top_p`") && problem.remedy.contains("0 to 1"),
                "{problem}"
            );
        }
        let edge = SamplingChanges { mirostat_eta: Some(0.001), ..SamplingChanges::default() };
        edge.check().unwrap();
    }
}
