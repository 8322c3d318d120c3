//! A loaded model: decoder, tokenizer and what a template needs to know.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use candle_core::Device;
use domain::{ChatTemplate, ModelInfo};
use weights::Checkpoint;

use crate::Error;
use crate::decoder::{Config, Decoder};
use crate::memory::Trim;
use crate::sampler::Pieces;
use crate::saved;
use crate::tensors::Quantization;
use crate::tokenizer::Tokenizer;

/// The largest KV cache that is set up.
const MAX_CACHE_BYTES: usize = 1 << 36;

/// Weights and vocabulary of one model.
pub(crate) struct Model {
    pub(crate) decoder: Decoder,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) info: ModelInfo,
    /// Tells this model's saved caches from others'.
    pub(crate) fingerprint: [u8; 32],
    pieces: OnceLock<Arc<Pieces>>,
    /// The last, so that weights and vocabulary have gone before it.
    _trim: Trim,
}

impl Model {
    /// Loads a model from a file or folder; `quantization` is what plain numbers are brought into. The context is the model's
    /// own, but at most `context`.
    pub(crate) fn load(
        path: &Path,
        context: usize,
        quantization: Option<Quantization>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        Self::load_on(path, context, quantization, None, progress)
    }

    /// The same, with the blocks on a device.
    pub(crate) fn load_on(
        path: &Path,
        context: usize,
        quantization: Option<Quantization>,
        device: Option<&Device>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        let loaded = Self::read(path, context, quantization, device, progress);
        crate::memory::give_back();
        loaded
    }

    fn read(
        path: &Path,
        context: usize,
        quantization: Option<Quantization>,
        device: Option<&Device>,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Error> {
        let file = Checkpoint::open(path)?;
        let config = Config::read(&file)?;
        let context = config.trained_context.min(context).max(1);
        let cache_bytes = [2, config.blocks.len(), config.kv_width(), context, size_of::<f32>()]
            .iter()
            .try_fold(1usize, |product, &n| product.checked_mul(n));
        if cache_bytes.is_none_or(|bytes| bytes > MAX_CACHE_BYTES) {
            return Err(file
                .unsupported(format!("its memory of {context} tokens would take more than 64 GB"))
                .into());
        }
        let fingerprint = saved::fingerprint(file.files(), &format!("{quantization:?}"))
            .map_err(|source| weights::Error::io(path, source))?;
        let architecture = config.architecture.clone();
        // A vocabulary of a hundred thousand tokens takes as long to set up as some hundred megabytes of weights to read.
        let (tokenizer, decoder) = std::thread::scope(|scope| {
            let reading = std::thread::Builder::new()
                .name("tokenizer".into())
                .spawn_scoped(scope, || Tokenizer::read(&file))
                .map_err(|source| Error::Stopped {
                    reason: format!("its thread did not start: {source}"),
                })?;
            let decoder = Decoder::load(&file, config, context, quantization, device, progress);
            let tokenizer = reading.join().unwrap_or_else(|_| {
                Err(Error::Stopped { reason: "its tokenizer could not be set up".into() })
            });
            Ok::<_, Error>((tokenizer?, decoder?))
        })?;
        if tokenizer.len() > decoder.vocabulary() {
            return Err(file
                .damaged(format!(
                    "its tokenizer has {} tokens and its embeddings are for {}",
                    tokenizer.len(),
                    decoder.vocabulary()
                ))
                .into());
        }
        let info = ModelInfo {
            name: name(&file, path),
            path: path.to_owned(),
            architecture,
            context_length: context as u32,
            template: ChatTemplate {
                source: Tokenizer::template(&file),
                bos: tokenizer.text(tokenizer.bos()),
                eos: tokenizer.text(tokenizer.eos()),
            },
            system_prompt: file.metadata.str("hanashi.system_prompt").map(str::to_owned),
        };
        let pieces = OnceLock::new();
        Ok(Self { decoder, tokenizer, info, fingerprint, pieces, _trim: Trim })
    }

    /// The texts of all tokens, for samplers that look at them.
    pub(crate) fn pieces(&self) -> Arc<Pieces> {
        let make = || {
            let text = |id| {
                let mut text = String::new();
                let mut detokenizer = self.tokenizer.detokenizer(false);
                detokenizer.push(id, &mut text);
                // Part of a letter is no end of the reply, which has no text either.
                if detokenizer.is_within_character() {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
                text
            };
            Arc::new(Pieces::new((0..self.tokenizer.len() as u32).map(text).collect()))
        };
        Arc::clone(self.pieces.get_or_init(make))
    }
}

/// The name in the file, unless the converter only repeated the architecture there.
pub(crate) fn name(file: &Checkpoint, path: &Path) -> String {
    let metadata = &file.metadata;
    // A folder's name has no ending, even where there is a dot in it.
    let stem = || {
        let stem = if path.is_dir() { path.file_name() } else { path.file_stem() };
        stem.map(|s| s.to_string_lossy().into_owned())
    };
    metadata
        .str("general.name")
        .map(str::trim)
        .filter(|n| !n.is_empty() && Some(*n) != metadata.str("general.architecture"))
        .map(str::to_owned)
        .or_else(stem)
        .unwrap_or_default()
}
