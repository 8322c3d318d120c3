//! Checkpoints: everything that a training needs to go on as if it had never been interrupted.
//!
//! A checkpoint is a folder that gets its name (`checkpoint-{step}`) when all of it is on the disk. It holds the weights in the
//! form that they are used in, the optimiser's moments, and where in the data the training stands: the same wherever it computed,
//! so that it can go on elsewhere.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use weights::Checkpoint;

use crate::decoder::Parameters;
use crate::optimiser::{Gradients, Moments, Numbers};
use crate::{Error, files};

/// Names of the files within.
const STATE: &str = "trainer_state.json";
const MOMENTS: &str = "optimizer.safetensors";

/// Where a training stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) v: u32,
    /// Steps made.
    pub(crate) step: usize,
    /// Epochs that are behind.
    pub(crate) epoch: usize,
    /// Forward passes of this epoch that are behind.
    pub(crate) pass: usize,
    /// Forward passes since the last step.
    pub(crate) pending: usize,
    /// Tokens read.
    pub(crate) tokens: u64,
    /// Seconds of training.
    pub(crate) seconds: f64,
    /// The best look at the validation set: step, loss.
    pub(crate) best: Option<(usize, f64)>,
    /// Looks without a better one.
    pub(crate) waited: usize,
    /// The step of the last look.
    pub(crate) looked: usize,
    /// Numbers of the objective's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) carried: Vec<f64>,
    /// What must not change between two runs of one training.
    pub(crate) fixed: Fixed,
}

/// What must not change between two runs of one training.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fixed {
    pub(crate) items: usize,
    pub(crate) targets: u64,
    pub(crate) batch_size: usize,
    pub(crate) accumulation: usize,
    pub(crate) seed: u64,
    pub(crate) trained: usize,
}

/// In which form weights are kept.
pub struct Form<'a> {
    /// Name of the file (`adapter_model.safetensors`).
    pub file: &'static str,
    /// Names of files of the same model are those of transformers' GPT-2, whose matrices stand `[in, out]`.
    pub turned: bool,
    /// Writes what belongs beside the weights: descriptions, vocabulary.
    pub beside: &'a dyn Fn(&Path) -> Result<(), Error>,
}

/// What a reward model keeps beside its adapter, in a file of its own as TRL and LLaMA-Factory do.
const VALUE_HEAD: (&str, &str) = ("v_head.", "value_head.safetensors");

impl Form<'_> {
    /// The file that a parameter is kept in.
    fn file_of(&self, name: &str) -> &'static str {
        if name.starts_with(VALUE_HEAD.0) { VALUE_HEAD.1 } else { self.file }
    }

    fn is_turned(&self, name: &str, rank: usize) -> bool {
        self.turned && rank == 2 && name.contains(".c_")
    }

    /// Writes the weights and what belongs beside them.
    pub(crate) fn write(&self, folder: &Path, parameters: &Parameters) -> Result<(), Error> {
        let mut lists: BTreeMap<&str, Vec<(String, Tensor)>> = BTreeMap::new();
        for (name, var) in parameters {
            let tensor = var.as_tensor().detach();
            let turned = self.is_turned(name, tensor.rank());
            let tensor = if turned { tensor.t()?.contiguous()? } else { tensor };
            lists.entry(self.file_of(name)).or_default().push((name.clone(), tensor));
        }
        for (file, list) in lists {
            files::tensors(&folder.join(file), &list)?;
        }
        (self.beside)(folder)
    }

    /// Sets the weights to what a folder has.
    pub(crate) fn read(&self, folder: &Path, parameters: &Parameters) -> Result<(), Error> {
        let mut opened: BTreeMap<&str, Checkpoint> = BTreeMap::new();
        for (name, var) in parameters {
            let path = folder.join(self.file_of(name));
            let file = match opened.entry(self.file_of(name)) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(Checkpoint::open(&path)?),
            };
            let numbers = file.floats(name)?;
            let turned = self.is_turned(name, var.rank());
            let shape = if turned { var.t()?.shape().clone() } else { var.shape().clone() };
            if numbers.len() != shape.elem_count() {
                return Err(Error::unusable(&path, format!("`{name}` has another shape there")));
            }
            let tensor = Tensor::from_vec(numbers, shape, &Device::Cpu)?;
            let tensor = if turned { tensor.t()?.contiguous()? } else { tensor };
            var.set(&tensor.to_device(var.device())?)?;
        }
        Ok(())
    }
}

/// The folder of a step's checkpoint.
pub(crate) fn folder(out: &Path, step: usize) -> PathBuf {
    out.join(format!("checkpoint-{step}"))
}

/// Steps of the checkpoints in a folder, the latest first.
pub(crate) fn steps(out: &Path) -> Vec<usize> {
    let mut steps: Vec<usize> = fs::read_dir(out)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join(STATE).is_file())
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("checkpoint-")?.parse().ok())
        .collect();
    steps.sort_unstable_by(|a, b| b.cmp(a));
    steps
}

/// Writes one. Where that of the same step is there already, its numbers are the same, and only where the training stands is
/// written anew: it is never taken away before there is another.
pub(crate) fn write(
    out: &Path,
    form: &Form<'_>,
    parameters: &Parameters,
    moments: &Moments,
    pending: &Gradients,
    state: &State,
) -> Result<PathBuf, Error> {
    let path = folder(out, state.step);
    if path.join(STATE).is_file() && pending.sums.iter().all(Numbers::is_empty) {
        files::json(&path.join(STATE), state)?;
        return Ok(path);
    }
    files::folder(&path, |part| {
        form.write(part, parameters)?;
        let mut list = Vec::new();
        let lists = moments.first.iter().zip(&moments.second).zip(&pending.sums);
        for (name, ((m, v), pending)) in parameters.keys().zip(lists) {
            let vector = |numbers: &Numbers| {
                let list = numbers.list()?;
                Tensor::from_slice(&list, list.len(), &Device::Cpu)
            };
            list.push((format!("m.{name}"), vector(m)?));
            list.push((format!("v.{name}"), vector(v)?));
            if !pending.is_empty() {
                list.push((format!("g.{name}"), vector(pending)?));
            }
        }
        files::tensors(&part.join(MOMENTS), &list)?;
        files::json(&part.join(STATE), state)
    })?;
    Ok(path)
}

/// Reads one: sets the weights, answers with the rest.
pub(crate) fn read(
    folder: &Path,
    form: &Form<'_>,
    parameters: &Parameters,
) -> Result<(Moments, Gradients, State), Error> {
    let path = folder.join(STATE);
    let text = fs::read(&path).map_err(Error::read(&path))?;
    let state: State =
        serde_json::from_slice(&text).map_err(|e| Error::unusable(&path, e.to_string()))?;
    let file = Checkpoint::open(&folder.join(MOMENTS))?;
    let mut moments = Moments::new(parameters)?;
    let mut pending = Gradients::new(parameters);
    for (at, (name, var)) in parameters.iter().enumerate() {
        let list = |kind: &str| -> Result<Numbers, Error> {
            let list = file.floats(&format!("{kind}.{name}"))?;
            if list.len() != var.elem_count() {
                return Err(Error::unusable(folder, format!("`{name}` has another shape there")));
            }
            Ok(Numbers::beside(var, list)?)
        };
        moments.first[at] = list("m")?;
        moments.second[at] = list("v")?;
        if file.get(&format!("g.{name}")).is_some() {
            pending.sums[at] = list("g")?;
        }
    }
    moments.steps = state.step as u64;
    form.read(folder, parameters)?;
    Ok((moments, pending, state))
}

/// Where a training begins: no moments yet, nothing pending.
///
/// # Errors
/// Where a device has no room for the moments.
pub(crate) fn fresh(
    parameters: &Parameters,
    fixed: Fixed,
) -> Result<(Moments, Gradients, State), Error> {
    let state = State { v: 1, fixed, ..State::default() };
    Ok((Moments::new(parameters)?, Gradients::new(parameters), state))
}

/// Where a training goes on: the last checkpoint that can be read; the beginning, where there is none.
///
/// # Errors
/// Where no checkpoint can be read, or they are of another training.
pub(crate) fn latest(
    out: &Path,
    form: &Form<'_>,
    parameters: &Parameters,
    fixed: Fixed,
) -> Result<(Moments, Gradients, State), Error> {
    let known = steps(out);
    let mut why = None;
    for (at, step) in known.iter().enumerate() {
        match read(&folder(out, *step), form, parameters) {
            Ok((_, _, state)) if state.fixed != fixed => {
                return Err(Error::unusable(
                    out,
                    "its checkpoints are of another dataset, batch size, accumulation, seed or model",
                ));
            }
            Ok(found) => {
                // Their place is wanted by what will be made again.
                for later in &known[..at] {
                    files::remove(&folder(out, *later));
                }
                return Ok(found);
            }
            Err(error) => {
                tracing::warn!(%error, "a checkpoint is passed over");
                why.get_or_insert(error);
            }
        }
    }
    why.map_or_else(|| fresh(parameters, fixed), Err)
}

/// Removes all but the latest `keep` and the best.
pub(crate) fn prune(out: &Path, keep: usize, best: Option<usize>) {
    for step in steps(out).into_iter().skip(keep.max(1)) {
        if Some(step) != best {
            files::remove(&folder(out, step));
        }
    }
}
