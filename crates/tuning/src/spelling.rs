//! Answers spelled in tokens that a base can tell apart.
//!
//! A vocabulary is made of one text and a model trained on another, so that a small model may have tokens that it never met. Their
//! rows in the table of embeddings were only ever pushed away from what was right, all in the same direction, and are one vector by
//! now: with that table for its output (tied embeddings) the model cannot say one of them and not another, and no adapter beside its
//! other matrices can teach it to. The first model in the box had 1,795 such tokens of 4,096, the present one has 1,339 of 8,192
//! (docs/studio.md). What is learnt is therefore written with the longest tokens that were met; what is said reads the same.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use llm::Vocabulary;
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use weights::Checkpoint;

use crate::Error;

/// Rows that are nearer than this are one.
const SAME: f32 = 0.99;
/// Rows that are drawn to find the vector that unmet tokens share.
const DRAWN: usize = 384;
/// A share of the rows that are one is no chance.
const SHARE: f32 = 0.03;
/// Largest table that is looked at, in numbers. Larger models have met their tokens.
const MAX_TABLE: u64 = 1 << 25;
/// Longest token that is spelled otherwise, in characters.
const MAX_TOKEN: usize = 32;
/// Names of the table in GGUF, transformers' and GPT-2's files.
const TABLES: [&str; 4] =
    ["token_embd.weight", "model.embed_tokens.weight", "transformer.wte.weight", "wte.weight"];

/// Which tokens a base cannot tell apart, and how their texts are written without them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelling {
    unmet: HashSet<u32>,
    others: HashMap<u32, Vec<u32>>,
}

impl Spelling {
    /// For a base on the disk.
    ///
    /// # Errors
    /// Where its table cannot be read.
    pub fn of(base: &Path, vocabulary: &Vocabulary) -> Result<Self, Error> {
        let file = Checkpoint::open(base)?;
        let Some((name, entry)) = TABLES.iter().find_map(|name| Some((name, file.get(name)?)))
        else {
            return Ok(Self::default());
        };
        let [rows, width] = entry.shape[..] else { return Ok(Self::default()) };
        // A file that has a head of its own can say what its table cannot tell apart.
        let own_head = ["output.weight", "lm_head.weight"].iter().any(|n| file.get(n).is_some());
        if own_head || width == 0 || rows.saturating_mul(width) > MAX_TABLE {
            return Ok(Self::default());
        }
        let table = table_of(&file, name, (rows as usize, width as usize))?;
        Ok(Self::without(unmet(&table, width as usize), vocabulary))
    }

    /// Without these tokens.
    fn without(unmet: HashSet<u32>, vocabulary: &Vocabulary) -> Self {
        let mut spelling = Self { unmet, others: HashMap::new() };
        let mut others: Vec<u32> = spelling.unmet.iter().copied().collect();
        others.sort_unstable();
        for id in others {
            if let Some(pieces) = spelling.spell(id, vocabulary) {
                spelling.others.insert(id, pieces);
            }
        }
        spelling
    }

    /// How many tokens were never met.
    pub fn unmet(&self) -> usize {
        self.unmet.len()
    }

    /// Tokens of the same text, none of which is one of many. What cannot be spelled otherwise stays.
    pub fn apply(&self, ids: &[u32], vocabulary: &Vocabulary) -> Vec<u32> {
        if !ids.iter().any(|id| self.others.contains_key(id)) {
            return ids.to_vec();
        }
        let spelled: Vec<u32> = ids
            .iter()
            .flat_map(|id| match self.others.get(id) {
                Some(pieces) => pieces.as_slice(),
                None => std::slice::from_ref(id),
            })
            .copied()
            .collect();
        if vocabulary.decode(&spelled) == vocabulary.decode(ids) { spelled } else { ids.to_vec() }
    }

    /// The text of a token in as few tokens as there can be.
    fn spell(&self, id: u32, vocabulary: &Vocabulary) -> Option<Vec<u32>> {
        let text = vocabulary.decode(&[id]);
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        // A token of half a letter, or one that is no text, has no other spelling.
        let plain = !text.is_empty()
            && ends.len() - 1 <= MAX_TOKEN
            && !text.contains('\u{fffd}')
            && vocabulary.encode(&text) == [id];
        if !plain {
            return None;
        }
        // The best way to each place, from the places before it.
        let mut best: Vec<Option<Vec<u32>>> = vec![None; ends.len()];
        best[0] = Some(Vec::new());
        for end in 1..ends.len() {
            for start in 0..end {
                let Some(before) = best[start].clone() else { continue };
                let shorter = best[end].as_ref().is_none_or(|known| before.len() + 1 < known.len());
                if !shorter {
                    continue;
                }
                if let [piece] = vocabulary.encode(&text[ends[start]..ends[end]])[..]
                    && !self.unmet.contains(&piece)
                {
                    best[end] = Some([before.as_slice(), &[piece]].concat());
                }
            }
        }
        best.pop().flatten()
    }
}

/// The numbers of a table, whatever it is stored as.
fn table_of(file: &Checkpoint, name: &str, shape: (usize, usize)) -> Result<Vec<f32>, Error> {
    let entry = file.require(name)?;
    let plain =
        |format: &GgmlDType| matches!(format, GgmlDType::F16 | GgmlDType::BF16 | GgmlDType::F32);
    let Some(format) = llm::ggml(entry.dtype).filter(|format| !plain(format)) else {
        return Ok(file.floats(name)?);
    };
    let mut bytes = vec![0; entry.bytes() as usize];
    file.read(entry, &mut bytes)?;
    let storage = QStorage::from_data(bytes.into(), &Device::Cpu, format)?;
    let table = QTensor::new(storage, shape)?.dequantize(&Device::Cpu)?;
    Ok(table.flatten_all()?.to_vec1::<f32>()?)
}

/// Rows that are one with many others.
fn unmet(table: &[f32], width: usize) -> HashSet<u32> {
    let rows = table.len() / width;
    let row = |at: usize| &table[at * width..(at + 1) * width];
    let norm = |row: &[f32]| row.iter().map(|x| x * x).sum::<f32>().sqrt();
    let near = |a: &[f32], b: &[f32]| {
        let product: f32 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        product > SAME * norm(a) * norm(b)
    };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let drawn: Vec<usize> = sample(&mut rng, rows, DRAWN.min(rows)).into_vec();
    let count = |at: usize| drawn.iter().filter(|other| near(row(at), row(**other))).count();
    let most = drawn.iter().map(|at| (count(*at), *at)).max();
    match most {
        Some((count, center)) if count > 1 && count as f32 > SHARE * drawn.len() as f32 => {
            (0..rows).filter(|at| near(row(*at), row(center))).map(|at| at as u32).collect()
        }
        _ => HashSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn rows_that_are_one_are_found_and_none_where_all_are_different() {
        let (rows, width) = (400, 16);
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut table: Vec<f32> =
            (0..rows * width).map(|_| rng.random_range(-1.0..1.0f32)).collect();
        assert!(unmet(&table, width).is_empty());
        let shared = table[7 * width..8 * width].to_vec();
        for row in 100..200 {
            for at in 0..width {
                table[row * width + at] = shared[at] + rng.random_range(-0.001..0.001f32);
            }
        }
        let found = unmet(&table, width);
        // Row 7 itself lies among them.
        assert_eq!(found.len(), 101);
        assert!(found.contains(&150) && found.contains(&7) && !found.contains(&99));
    }

    #[test]
    fn the_model_in_the_box_gets_its_words_in_pieces_that_it_knows() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
        let vocabulary = Vocabulary::read(&Checkpoint::open(&base).unwrap()).unwrap();
        let found = Spelling::of(&base, &vocabulary).unwrap();
        println!("{} of {} tokens were never met", found.unmet(), vocabulary.len());
        // Bytes of other scripts at least, which nothing else can spell.
        assert!(found.unmet() > 100, "only {} are one vector", found.unmet());
        assert!(found.unmet() * 5 < vocabulary.len(), "most of it is known (decision 0211)");
        // Whatever it met by now: as if these two were among them.
        let lost = [vocabulary.encode("Sure"), vocabulary.encode(" ideas")].concat();
        let unmet = found.unmet.iter().copied().chain(lost).collect();
        let spelling = Spelling::without(unmet, &vocabulary);
        let sure = vocabulary.encode("Sure");
        assert_ne!(spelling.apply(&sure, &vocabulary), sure, "one of many, in other pieces");
        for text in ["Sure, but what's a visual novel?", " ideas", "certainly 話し <|end|>"] {
            let ids = vocabulary.encode(text);
            let spelled = spelling.apply(&ids, &vocabulary);
            assert_eq!(vocabulary.decode(&spelled), vocabulary.decode(&ids), "{text}");
            for id in &spelled {
                assert!(!spelling.others.contains_key(id), "{id} of {text} could be spelled");
            }
        }
        let end = vocabulary.special("<|end|>").unwrap();
        assert_eq!(spelling.apply(&[end], &vocabulary), [end]);
    }
}
