//! From a file to a model at work, on the device that is asked for or on the processor.
//!
//! What a model takes on a device is planned before anything is read. Loading there ends with a trial pass, since kernels are
//! compiled and memory is found missing only when they run; whatever fails until then, the processor takes over and it is said why.

use std::path::Path;
use std::sync::Arc;

use weights::{Checkpoint, Dtype};

use crate::decoder::{Config, Logits, scratch_bytes};
use crate::devices::{self, ComputesOn, Decision, Found, Needs};
use crate::model::Model;
use crate::session::Session;
use crate::tensors::Quantization;
use crate::{Error, Options};

/// A trial pass reads so many tokens at once, then one: candle has kernels of their own for a few rows and for many.
const TRIAL: usize = 24;

/// A model at work, and where.
pub(crate) struct Opened {
    pub(crate) session: Session,
    pub(crate) on: ComputesOn,
    /// Whether there is room for a second branch beside the first.
    pub(crate) branches: bool,
}

/// Loads a model.
pub(crate) fn open(
    path: &Path,
    options: &Options,
    progress: &mut dyn FnMut(f32),
) -> Result<Opened, Error> {
    let mut found = devices::find(options.device);
    let notice = if found.is_empty() {
        None
    } else {
        match decided(options, &found, &needs(path, options)?) {
            Decision::Processor { notice } => notice,
            Decision::Device { index, branches, planned, notice } => {
                let on = found.swap_remove(index);
                let tried = on.and_then(|(device, about)| {
                    let session = devices::guarded(|| {
                        on_device(path, options, &device, progress).map_err(|e| e.to_string())
                    });
                    session
                        .map(|session| (session, about.clone()))
                        .map_err(|reason| format!("{}: {reason}", about.name))
                });
                match tried {
                    Ok((session, about)) => {
                        let on = ComputesOn { id: about.id, name: about.name, planned, notice };
                        return Ok(Opened { session, on, branches });
                    }
                    Err(reason) => {
                        tracing::warn!(reason, "the device was not used");
                        Some(format!("{reason}; the language model computes on the processor"))
                    }
                }
            }
        }
    };
    drop(found);
    let context = options.context_length as usize;
    let model = Model::load(path, context, options.quantize, progress)?;
    let session = Session::new(Arc::new(model), options.cache)?;
    let on = ComputesOn::processor(notice);
    Ok(Opened { session, on, branches: options.branches })
}

/// Whether a model would be loaded where its options say with the memory that is free now, and a second branch with it where one is
/// wanted. What cannot be read, and what belongs on the processor, has room: loading says what is wrong with it.
pub fn has_room(path: &Path, options: &Options) -> bool {
    let Ok(needs) = needs(path, options) else { return true };
    match decided(options, &devices::find(options.device), &needs) {
        Decision::Processor { notice } | Decision::Device { notice, .. } => notice.is_none(),
    }
}

fn decided(options: &Options, found: &[Found], needs: &Needs) -> Decision {
    let about = found.iter().map(|one| one.as_ref().map(|(_, about)| about.clone()));
    let about: Vec<_> = about.map(|one| one.map_err(String::clone)).collect();
    devices::decide(options.device, &about, needs)
}

fn on_device(
    path: &Path,
    options: &Options,
    device: &candle_core::Device,
    progress: &mut dyn FnMut(f32),
) -> Result<Session, Error> {
    let context = options.context_length as usize;
    let model = Model::load_on(path, context, options.quantize, Some(device), progress)?;
    let mut session = Session::new(Arc::new(model), options.cache)?;
    session.try_out(TRIAL)?;
    Ok(session)
}

/// What a model will take on a device, from its description alone; rather too much than too little.
fn needs(path: &Path, options: &Options) -> Result<Needs, Error> {
    let file = Checkpoint::open(path)?;
    let config = Config::read(&file)?;
    let context = config.trained_context.min(options.context_length as usize).max(1);
    let shape = config.cache_shape(1, options.cache);
    let per_token = shape.layers * 2 * shape.kv_heads * shape.head_dim;
    let format = options.cache.on_device();
    let entries = || file.names().filter_map(|name| file.get(name));
    let weights = entries().map(|entry| {
        let plain = matches!(entry.dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16);
        match options.quantize {
            // Tables get at least six bits and norms stay: a little more than the format's own.
            Some(format) if plain && entry.shape.len() > 1 => entry.elements() / 16 * bits(format),
            _ => entry.bytes(),
        }
    });
    let widest = entries().filter(|entry| entry.shape.len() == 2);
    let vocabulary = widest.filter_map(|entry| entry.shape.iter().max()).max().copied();
    Ok(Needs {
        weights: weights.sum(),
        cache: (format.bytes(per_token, shape.head_dim) as u64).saturating_mul(context as u64),
        scratch: scratch_bytes(&config, context, vocabulary.unwrap_or(0) as usize),
        branches: options.branches,
    })
}

/// Bytes of sixteen numbers, rounded up.
fn bits(format: Quantization) -> u64 {
    match format {
        Quantization::Q8 => 17,
        Quantization::Q6 => 14,
        Quantization::Q5 => 12,
        Quantization::Q4 => 10,
    }
}

impl Session {
    /// Runs what a reply will run, and forgets it.
    ///
    /// # Errors
    /// What the device answers, or [`Error::BadLogits`] where it computes nonsense.
    fn try_out(&mut self, tokens: usize) -> Result<(), Error> {
        let many = vec![0; tokens.min(self.capacity().saturating_sub(1))];
        let mut logits = Vec::new();
        if !many.is_empty() {
            self.forward(0..many.len(), &many, Logits::None)?;
        }
        logits.extend(self.forward(0..1, &[0], Logits::Last)?);
        self.reset();
        if logits.iter().all(|logit| logit.is_finite()) {
            return Ok(());
        }
        Err(Error::BadLogits { model: self.model.info.name.clone(), tokens: many.len() + 1 })
    }
}
