//! An adapter and its base to one model: W' = W + scale · B·A.
//!
//! A GGUF base gives a GGUF, with everything that it says about itself and in the formats that its matrices have; a base of
//! transformers' gives the same folder with one file of weights.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;

/// ggml's formats of matrices.
pub use candle_core::quantized::GgmlDType as Format;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{self, Value};
use candle_core::{DType, Device, Tensor};
use llm::Anatomy;
use serde::Serialize;
use weights::{Checkpoint, Container, Dtype};

use crate::adapter::{self, AdapterFiles, Part};
use crate::decoder::load::{gguf_name, interleaved_row};
use crate::{Error, files};

/// What was merged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Merged {
    /// Matrices that changed.
    pub changed: usize,
    /// Bytes of the new weights.
    pub bytes: u64,
    /// The largest share that an adapter adds to its matrix, by the norms of both.
    pub strongest: f64,
}

/// Merges the adapter in `adapter` into `base`; a file for a GGUF base, a folder for others. `format` is what changed matrices
/// of a GGUF become (as they were, if `None`).
pub fn merge(
    base: &Path,
    adapter: &Path,
    out: &Path,
    format: Option<Format>,
) -> Result<Merged, Error> {
    let file = Checkpoint::open(base)?;
    let anatomy = Anatomy::read(&file)?;
    let adapter_files = adapter::read(adapter)?;
    if file.container == Container::Gguf {
        gguf(&file, &anatomy, &adapter_files, adapter, out, format)
    } else {
        folder(&file, &adapter_files, adapter, out)
    }
}

/// The norm of all numbers.
fn norm(x: &Tensor) -> Result<f64, Error> {
    Ok(f64::from(x.sqr()?.sum_all()?.sqrt()?.to_scalar::<f32>()?))
}

/// Adds a part to a matrix `[out, in]`; also says what share it adds.
fn added(matrix: &Tensor, delta: &Tensor) -> Result<(Tensor, f64), Error> {
    let share = norm(delta)? / norm(matrix)?.max(f64::MIN_POSITIVE);
    Ok(((matrix + delta)?, share))
}

fn fits(adapter: &Path, module: &str, part: &Part, shape: &[u64]) -> Result<(), Error> {
    let (out, columns) = (part.b.dim(0)? as u64, part.a.dim(1)? as u64);
    if shape != [out, columns] {
        return Err(Error::unusable(
            adapter,
            format!(
                "its part for `{module}` is {out}×{columns}, and the base's matrix is {shape:?}; it was made for another base"
            ),
        ));
    }
    Ok(())
}

fn no_such_matrix(adapter: &Path, module: &str) -> Error {
    Error::unusable(
        adapter,
        format!("the base has no matrix `{module}`; it was made for another base"),
    )
}

fn gguf(
    file: &Checkpoint,
    anatomy: &Anatomy,
    adapter: &AdapterFiles,
    folder: &Path,
    out: &Path,
    format: Option<Format>,
) -> Result<Merged, Error> {
    let mut parts: BTreeMap<String, (&str, &Part)> = BTreeMap::new();
    for (module, part) in &adapter.parts {
        let name = gguf_name(&format!("{module}.weight"))
            .filter(|name| file.get(name).is_some())
            .ok_or_else(|| no_such_matrix(folder, module))?;
        fits(folder, module, part, &file.require(&name)?.shape)?;
        parts.insert(name, (module, part));
    }
    // The file was checked above; candle's reader keeps values in the widths that they were written with.
    let source = File::open(&file.path).map_err(Error::read(&file.path))?;
    let mut source = BufReader::new(source);
    let content = gguf_file::Content::read(&mut source)?;
    let mut merged = Merged { changed: 0, bytes: 0, strongest: 0.0 };
    let mut tensors: Vec<(String, QTensor)> = Vec::new();
    let mut names: Vec<&String> = content.tensor_infos.keys().collect();
    names.sort_by_key(|name| content.tensor_infos[*name].offset);
    for name in names {
        let tensor = content.tensor(&mut source, name, &Device::Cpu)?;
        let tensor = match parts.get(name) {
            None => tensor,
            Some((module, part)) => {
                let mut delta = part.delta()?;
                if anatomy.interleaved && (module.ends_with("q_proj") || module.ends_with("k_proj"))
                {
                    let rows = delta.dim(0)?;
                    let mut order = vec![0u32; rows];
                    for row in 0..rows {
                        order[interleaved_row(row, anatomy.head_dim)] = row as u32;
                    }
                    delta = delta.index_select(&Tensor::new(order, &Device::Cpu)?, 0)?;
                }
                let (sum, share) = added(&tensor.dequantize(&Device::Cpu)?, &delta)?;
                merged.changed += 1;
                merged.strongest = merged.strongest.max(share);
                QTensor::quantize(&sum, format.unwrap_or_else(|| tensor.dtype()))?
            }
        };
        merged.bytes += tensor.storage_size_in_bytes() as u64;
        tensors.push((name.clone(), tensor));
    }
    // Tensors are written at the usual distances, whatever the base had.
    let mut metadata: Vec<(&str, &Value)> = content
        .metadata
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .filter(|(key, _)| *key != "general.alignment")
        .collect();
    metadata.sort_by_key(|(key, _)| (*key != "general.architecture", *key));
    let list: Vec<(&str, &QTensor)> = tensors.iter().map(|(n, t)| (n.as_str(), t)).collect();
    files::whole(out, |part| {
        let mut target = BufWriter::new(File::create(part).map_err(Error::write(out))?);
        gguf_file::write(&mut target, &metadata, &list).map_err(|error| writing(out, error))
    })?;
    Ok(merged)
}

/// A failure of candle's writer is one of the disk.
fn writing(path: &Path, error: candle_core::Error) -> Error {
    match error {
        candle_core::Error::Io(source) => Error::write(path)(source),
        other => Error::Compute(other),
    }
}

/// Weights that have a name in transformers' files and are no longer needed.
const WEIGHTS: [&str; 4] = ["safetensors", "bin", "pt", "gguf"];

fn folder(
    file: &Checkpoint,
    adapter: &AdapterFiles,
    from: &Path,
    out: &Path,
) -> Result<Merged, Error> {
    let own = if file.path.is_dir() { file.path.as_path() } else { file.folder() };
    if fs::canonicalize(own).ok().is_some_and(|own| fs::canonicalize(out).is_ok_and(|o| o == own)) {
        return Err(Error::settings("the merged model would take the place of its base"));
    }
    let named = |module: &str| {
        let name = format!("{module}.weight");
        let bare = name.split_once('.').map(|(_, rest)| rest.to_owned());
        [Some(name), bare].into_iter().flatten().find(|name| file.get(name).is_some())
    };
    let mut parts: BTreeMap<String, (&str, &Part)> = BTreeMap::new();
    for (module, part) in &adapter.parts {
        let name = named(module).ok_or_else(|| no_such_matrix(from, module))?;
        let mut shape = file.require(&name)?.shape.clone();
        if module.contains(".c_") {
            shape.reverse();
        }
        fits(from, module, part, &shape)?;
        parts.insert(name, (module, part));
    }
    let mut merged = Merged { changed: 0, bytes: 0, strongest: 0.0 };
    let mut list = Vec::new();
    for name in file.names() {
        let entry = file.require(name)?;
        let dtype = dtype(file, entry.dtype)?;
        let shape: Vec<usize> = entry.shape.iter().map(|&n| n as usize).collect();
        let mut bytes = vec![0; entry.bytes() as usize];
        file.read(entry, &mut bytes)?;
        merged.bytes += bytes.len() as u64;
        let mut tensor = Tensor::from_raw_buffer(&bytes, dtype, &shape, &Device::Cpu)?;
        if let Some((module, part)) = parts.get(name) {
            let mut delta = part.delta()?;
            if module.contains(".c_") {
                delta = delta.t()?.contiguous()?;
            }
            let (sum, share) = added(&tensor.to_dtype(DType::F32)?, &delta)?;
            merged.changed += 1;
            merged.strongest = merged.strongest.max(share);
            tensor = sum.to_dtype(dtype)?;
        }
        list.push((name.to_owned(), tensor));
    }
    files::folder(out, |part| {
        files::tensors(&part.join("model.safetensors"), &list)?;
        for entry in fs::read_dir(own).map_err(Error::read(own))?.flatten() {
            let path = entry.path();
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            let index =
                path.file_name().is_some_and(|n| n.to_string_lossy().ends_with(".index.json"));
            if path.is_file() && !WEIGHTS.contains(&ending) && !index {
                fs::copy(&path, part.join(entry.file_name())).map_err(Error::write(out))?;
            }
        }
        Ok(())
    })?;
    Ok(merged)
}

/// candle's name of a plain format.
fn dtype(file: &Checkpoint, dtype: Dtype) -> Result<DType, Error> {
    Ok(match dtype {
        Dtype::F32 => DType::F32,
        Dtype::F16 => DType::F16,
        Dtype::BF16 => DType::BF16,
        Dtype::F64 => DType::F64,
        Dtype::I64 => DType::I64,
        Dtype::U8 | Dtype::Bool => DType::U8,
        other => {
            return Err(file.unsupported(format!("it has tensors stored as {other:?}")).into());
        }
    })
}
