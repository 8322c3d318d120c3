//! What a training will take, before anything is loaded.

use std::path::Path;

use llm::Anatomy;
use serde::Serialize;
use weights::Checkpoint;

use crate::Error;
use crate::decoder::BaseFormat;

/// What cuBLAS and a context keep for themselves: an estimate.
const WORKSPACE: u64 = 384 << 20;

/// Bytes by what they are for. Activations are an estimate from the shapes; `docs/studio.md` has how near it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Weights of the base.
    pub weights: u64,
    /// What is trained beside the base, gradients and the optimiser's moments.
    pub trained: u64,
    /// What the backward pass needs of the forward pass.
    pub activations: u64,
    /// Logits and their gradients.
    pub logits: u64,
    /// What a graphics card's libraries keep for themselves.
    pub workspace: u64,
    /// Free memory, where the system says; a card's where it is planned on one.
    pub available: Option<u64>,
}

/// What is trained on, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How the base is kept.
    pub format: BaseFormat,
    /// Rank of the adapters; 0 where there are none.
    pub rank: usize,
    /// Texts of one forward pass.
    pub batch_size: usize,
    /// Tokens of the longest.
    pub length: usize,
    /// Blocks are computed twice.
    pub recompute: bool,
}

/// Tokens of a pass by which the least base of a card is meant.
const TOKENS: usize = 256;

impl Load {
    /// Numbers as they count for whether a card is worth it: where all of a small model is trained, long passes make up for it.
    pub(crate) fn work(&self, numbers: u64) -> u64 {
        let passes = (self.batch_size * self.length / TOKENS).max(1) as u64;
        if self.format == BaseFormat::Trained { numbers.saturating_mul(passes) } else { numbers }
    }
}

/// Numbers in a base's weights, and entries of its vocabulary.
pub(crate) fn sizes(file: &Checkpoint) -> (u64, u64) {
    let numbers = file.names().filter_map(|name| file.get(name)).map(weights::Entry::elements);
    let tables = [
        "token_embd.weight",
        "model.embed_tokens.weight",
        "embed_tokens.weight",
        "transformer.wte.weight",
        "wte.weight",
    ];
    let rows = tables.iter().find_map(|name| file.get(name)?.shape.first().copied());
    (numbers.sum(), rows.unwrap_or(0))
}

impl Plan {
    /// For a base on the disk.
    pub fn of(base: &Path, load: &Load) -> Result<Self, Error> {
        let file = Checkpoint::open(base)?;
        let anatomy = Anatomy::read(&file)?;
        let (numbers, vocabulary) = sizes(&file);
        let weights = match load.format {
            BaseFormat::Blocks => file.tensor_bytes(),
            BaseFormat::Dense | BaseFormat::Trained => numbers * 4,
        };
        Ok(Self::of_shape(&anatomy, weights, numbers, vocabulary, load))
    }

    /// For a shape.
    pub fn of_shape(
        anatomy: &Anatomy,
        weights: u64,
        numbers: u64,
        vocabulary: u64,
        load: &Load,
    ) -> Self {
        let a = anatomy;
        let (width, hidden) = (a.width as u64, a.hidden as u64);
        let (q, kv) = ((a.heads * a.head_dim) as u64, (a.kv_heads * a.head_dim) as u64);
        let gates = if a.architecture == "gpt2" { 1 } else { 2 };
        let trained = if load.format == BaseFormat::Trained {
            numbers
        } else {
            let ends =
                (width + q) + 2 * (width + kv) + (q + width) + (gates + 1) * (width + hidden);
            load.rank as u64 * ends * a.layers as u64
        };
        let tokens = (load.batch_size * load.length) as u64;
        // What a block keeps for each token: norms and sums of the residual stream, projections before and after they are
        // turned and reordered, gate, up and their product; and scores with their softmax for each pair. Each matrix keeps its
        // product, the adapter's, and the sum of both; with a bias what it is added to as well.
        let kept = 1 + 2 * u64::from(load.rank > 0) + u64::from(a.architecture == "gpt2");
        let each = (4 + 2 * kept) * width
            + (4 + kept) * q
            + (3 + 2 * kept) * kv
            + (gates * kept + 1) * hidden;
        let pairs = 2 * (a.heads * load.length) as u64;
        let block = tokens * (each + pairs) * 4;
        let blocks = a.layers as u64;
        // Twice for gradients of the block that is under way.
        let activations = if load.recompute {
            2 * block + blocks * tokens * width * 8
        } else {
            (blocks + 1) * block
        };
        // With dense matrices of blocks one is widened at a time; the widest is most often the table of the vocabulary.
        let widest = width * hidden.max(vocabulary);
        let widened = if load.format == BaseFormat::Blocks { widest * 4 } else { 0 };
        Self {
            weights: weights + widened,
            // Two moments, a gradient, and what is beside a base; where the base itself is trained, that is the sum of gradients
            // beside the one that came last.
            trained: trained * 16,
            activations,
            logits: 3 * tokens * vocabulary * 4,
            workspace: 0,
            available: available(),
        }
    }

    /// The same on a graphics card with so much free memory. Plain operations keep somewhat more than the processor's own do, copy
    /// their results once, and what was freed lies about in pieces: a third more, and what the libraries keep. An estimate on the safe
    /// side.
    #[must_use]
    pub fn on_device(self, free: u64) -> Self {
        let more = |bytes: u64| bytes.saturating_add(bytes / 3);
        Self {
            activations: more(self.activations),
            logits: more(self.logits),
            workspace: WORKSPACE,
            available: Some(free),
            ..self
        }
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        self.weights + self.trained + self.activations + self.logits + self.workspace
    }

    /// Refuses what does not fit.
    pub fn check(&self) -> Result<(), Error> {
        match self.available {
            Some(available) if self.total() > available => {
                Err(Error::Memory { needed: self.total(), available })
            }
            _ => Ok(()),
        }
    }
}

/// Bytes of memory that can be had without swapping; `None` where the system does not say.
pub fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_passes_of_a_small_model_are_worth_a_card() {
        let load = Load {
            format: BaseFormat::Trained,
            rank: 0,
            batch_size: 32,
            length: 512,
            recompute: false,
        };
        assert_eq!(load.work(17_000_000), 64 * 17_000_000);
        assert_eq!(Load { batch_size: 1, length: 9, ..load }.work(5), 5);
        assert_eq!(Load { format: BaseFormat::Dense, ..load }.work(5), 5);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_both_sizes() {
        let plan = Plan {
            weights: 6 << 30,
            trained: 1 << 30,
            activations: 1 << 30,
            logits: 0,
            workspace: 0,
            available: Some(4 << 30),
        };
        let told = plan.check().expect_err("it does not fit").to_string();
        assert!(told.contains("8.0 GB") && told.contains("4.0 GB"), "{told}");
        assert!(Plan { available: None, ..plan }.check().is_ok());
        assert!(Plan { available: Some(9 << 30), ..plan }.check().is_ok());
    }

    /// Peaks of `hanashi bench tune` with the model in the box, in MiB (docs/studio.md). Some 20 of them are the program.
    #[test]
    fn estimates_are_near_the_peaks_that_were_measured() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../assets/models/hanashi-mini/hanashi-mini.gguf");
        let load = Load {
            format: BaseFormat::Dense,
            rank: 8,
            batch_size: 4,
            length: 128,
            recompute: false,
        };
        let long = Load { batch_size: 8, length: 256, ..load };
        for (load, peak) in [
            (load, 245.4),
            (Load { format: BaseFormat::Blocks, ..load }, 243.3),
            (long, 859.1),
            (Load { recompute: true, ..long }, 497.5),
        ] {
            let planned =
                Plan::of(&base, &load).expect("it is ours").total() as f64 / f64::from(1 << 20);
            let ratio = (planned + 20.0) / peak;
            assert!((0.9..1.2).contains(&ratio), "{load:?}: {planned} where {peak} was measured");
        }
    }

    /// The same of `hanashi tune pretrain` with its usual shape and a vocabulary of 3,284.
    #[test]
    fn estimates_of_whole_models_are_near_the_peaks_that_were_measured() {
        let shape = crate::LlamaShape::default().filled(3284).expect("it is ours");
        for (batch_size, peak) in [(4, 1369.8), (8, 2398.2)] {
            let load = Load {
                format: BaseFormat::Trained,
                rank: 0,
                batch_size,
                length: 512,
                recompute: false,
            };
            let numbers = shape.numbers();
            let plan = Plan::of_shape(&shape.anatomy(), numbers * 4, numbers, 3284, &load);
            let ratio = (plan.total() as f64 / f64::from(1 << 20) + 20.0) / peak;
            assert!((0.9..1.2).contains(&ratio), "{load:?}: {plan:?} where {peak} was measured");
        }
    }
}
