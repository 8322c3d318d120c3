//! What an adapter says of the model that it was trained over, so that it is not put over another one of the same shape.
//!
//! Names are no proof: the same weights are called differently by every program, and other weights the same. A few numbers of the
//! embeddings are: no two bases share them, and storing a model in other blocks hardly moves them. Checkpoints of one family that
//! were tuned further keep theirs; those are told apart by name alone.

use serde_json::{Value, json};

/// Where the mark stands in an `adapter_config.json`; PEFT passes over keys that it does not know.
const KEY: &str = "hanashi_base";
/// Tokens that are looked at, and numbers of each.
const TOKENS: usize = 16;
const NUMBERS: usize = 4;
/// Samples of the same weights correlate to 0.99 and more in four bits, and to 0.9 in two; those of others hardly ever to 0.5.
const ALIKE: f32 = 0.8;

/// Samples of a model's embeddings.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseMark {
    width: usize,
    /// `[TOKENS][NUMBERS]`, noughts for tokens that there are not.
    samples: Vec<f32>,
}

impl BaseMark {
    /// Of embeddings of `rows` × `width`, each row of which `read` writes into what it is given.
    ///
    /// # Errors
    /// What `read` says.
    pub fn of<E>(
        rows: usize,
        width: usize,
        mut read: impl FnMut(usize, &mut [f32]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut row = vec![0.0; width];
        let mut samples = Vec::with_capacity(TOKENS * NUMBERS);
        for token in 0..TOKENS {
            // Near the beginning, where every copy of a vocabulary has the same tokens, however its end is padded.
            let at = token * 61 + 5;
            if at < rows {
                read(at, &mut row)?;
            } else {
                // Of a small vocabulary: noughts, and not another token, which would depend on how many rows pad it.
                row.fill(0.0);
            }
            samples.extend((0..NUMBERS).map(|n| row.get(n * width / NUMBERS + token).copied()));
        }
        Ok(Self { width, samples: samples.into_iter().map(Option::unwrap_or_default).collect() })
    }

    /// Reads it from an adapter's description; `None` where there is none that is understood.
    pub fn read(config: &Value) -> Option<Self> {
        let mark = config.get(KEY)?;
        let samples = mark.get("embedding")?.as_array()?;
        let samples: Vec<f32> =
            samples.iter().filter_map(Value::as_f64).map(|number| number as f32).collect();
        let whole = samples.len() == TOKENS * NUMBERS && samples.iter().all(|n| n.is_finite());
        let width = usize::try_from(mark.get("width")?.as_u64()?).ok()?;
        whole.then_some(Self { width, samples })
    }

    /// Writes it into an adapter's description, an object.
    pub fn write(&self, config: &mut Value) {
        config[KEY] = json!({ "width": self.width, "embedding": self.samples });
    }

    /// Whether both are of the same weights, in whatever blocks.
    pub fn is(&self, other: &Self) -> bool {
        if self.width != other.width {
            return false;
        }
        // A token that one of them has not says nothing.
        let both = self.samples.chunks(NUMBERS).zip(other.samples.chunks(NUMBERS));
        let both = both.filter(|(a, b)| [a, b].iter().all(|token| token.iter().any(|n| *n != 0.0)));
        let (a, b): (Vec<&[f32]>, Vec<&[f32]>) = both.unzip();
        match correlation(&a.concat(), &b.concat()) {
            Some(correlation) => correlation >= ALIKE,
            // Embeddings that are all alike tell nothing.
            None => self.samples == other.samples,
        }
    }
}

/// Pearson's; `None` where one side does not vary.
fn correlation(a: &[f32], b: &[f32]) -> Option<f32> {
    let centred = |numbers: &[f32]| -> Vec<f64> {
        let mean = numbers.iter().map(|n| f64::from(*n)).sum::<f64>() / numbers.len() as f64;
        numbers.iter().map(|n| f64::from(*n) - mean).collect()
    };
    let (a, b) = (centred(a), centred(b));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let spread = (dot(&a, &a) * dot(&b, &b)).sqrt();
    (spread > 0.0).then(|| (dot(&a, &b) / spread) as f32)
}

/// Whether a base's name (`Qwen/Qwen3-0.6B`, or a path) is one of those that the loaded model goes by, as far as letters and digits
/// tell: a file's name may say more, such as its blocks.
pub(crate) fn is_called<'a>(base: &str, mut names: impl Iterator<Item = &'a str>) -> bool {
    let plain = |name: &str| -> String {
        let name = name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(name);
        let name = [".gguf", ".safetensors", ".bin"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let base = plain(base);
    base.is_empty() || names.any(|name| plain(name).contains(&base))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(salt: usize, rounded_to: f32) -> BaseMark {
        padded(salt, rounded_to, 500)
    }

    fn padded(salt: usize, rounded_to: f32, rows: usize) -> BaseMark {
        let number = |i: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 504.0 - 1.0;
        let round = |n: f32| (n / rounded_to).round() * rounded_to;
        let read = |row: usize, out: &mut [f32]| -> Result<(), ()> {
            for (i, out) in out.iter_mut().enumerate() {
                *out = round(number(row * 64 + i));
            }
            Ok(())
        };
        BaseMark::of(rows, 64, read).unwrap()
    }

    #[test]
    fn the_same_weights_are_known_in_other_blocks_and_others_are_not() {
        let base = mark(1, 1e-6);
        assert!(base.is(&mark(1, 0.1)), "rounded as four bits round");
        assert!(!base.is(&mark(2, 1e-6)));
        for rows in [512, 640, 960] {
            assert!(base.is(&padded(1, 0.1, rows)), "padded to {rows} rows");
            assert!(!base.is(&padded(2, 1e-6, rows)));
        }
        let narrower = BaseMark { width: 32, ..base.clone() };
        assert!(!base.is(&narrower));
        let mut config = json!({ "peft_type": "LORA" });
        base.write(&mut config);
        assert_eq!(BaseMark::read(&config), Some(base));
    }

    #[test]
    fn what_is_no_mark_says_nothing() {
        for mark in [json!(null), json!([1]), json!({ "width": 8, "embedding": [1.0, 2.0] })] {
            assert_eq!(BaseMark::read(&json!({ "hanashi_base": mark })), None);
        }
        let flat = BaseMark { width: 8, samples: vec![1.0; 64] };
        assert!(
            flat.is(&flat.clone())
                && !flat.is(&BaseMark { samples: vec![0.0; 64], ..flat.clone() })
        );
    }

    #[test]
    fn names_are_compared_by_what_they_say() {
        let names = ["Qwen3 0.6B Instruct", "Qwen3-0.6B-Q4_K_M.gguf"];
        assert!(is_called("Qwen/Qwen3-0.6B", names.into_iter()));
        assert!(is_called("/models/qwen3-0.6b.gguf", names.into_iter()));
        assert!(!is_called("Qwen/Qwen3-4B", names.into_iter()));
        assert!(!is_called("Qwen/Qwen3-0.6B-Base", names.into_iter()));
        assert!(is_called("", names.into_iter()));
    }
}
