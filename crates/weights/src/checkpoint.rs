//! One model, whichever files it comes in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::gguf::Metadata;
use crate::{Dtype, Error, gguf, pickle, safetensors};

/// A description is some kilobytes, the list of a large model's shards some hundred.
const MAX_JSON: u64 = 1 << 24;
/// Shards of one model.
const MAX_SHARDS: usize = 1 << 10;
/// Where a folder's weights are looked for, the best first.
const WEIGHTS: [&str; 4] = [
    "model.safetensors.index.json",
    "model.safetensors",
    "pytorch_model.bin.index.json",
    "pytorch_model.bin",
];

/// The same for one part of a model in diffusers' layout, behind the part's own name.
const VARIANTS: [&str; 4] =
    ["fp16.safetensors", "safetensors", "safetensors.index.fp16.json", "safetensors.index.json"];

/// What a model came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// GGUF, with its metadata inside: one file, or several parts of which the first was opened.
    Gguf,
    /// Safetensors, with a `config.json` beside them.
    Safetensors,
    /// PyTorch's pickles, with a `config.json` beside them.
    Pickle,
}

/// Where one tensor lies and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How its numbers are stored.
    pub dtype: Dtype,
    /// Its shape, the length of a row last.
    pub shape: Vec<u64>,
    file: usize,
    offset: u64,
    /// Bytes that it lies in.
    span: u64,
    /// Where its rows do not follow each other: numbers from one index to the next, a dimension each.
    strides: Option<Vec<u64>>,
}

impl Entry {
    /// How many numbers.
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    /// Bytes of its numbers.
    pub fn bytes(&self) -> u64 {
        self.dtype.bytes(self.elements()).unwrap_or(0)
    }

    /// Whether its bytes stand in the file as they are read, one behind the other.
    pub fn is_whole(&self) -> bool {
        self.strides.is_none()
    }
}

/// An opened model: names and places of its tensors, and what is said about it.
#[derive(Debug)]
pub struct Checkpoint {
    /// The file or folder it was opened as, for messages.
    pub path: PathBuf,
    /// What it came in.
    pub container: Container,
    /// What a GGUF file says; empty for the others.
    pub metadata: Metadata,
    /// The `config.json` beside the weights; `Null` where there is none.
    pub config: serde_json::Value,
    files: Vec<(PathBuf, File)>,
    tensors: BTreeMap<String, Entry>,
    /// Tensors in formats that are not read, with the format's name.
    unread: BTreeMap<String, String>,
}

/// Which file holds which tensor.
#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl Checkpoint {
    /// Opens a file (GGUF, or the first of its parts; safetensors; a pickle; the index of shards) or a folder that holds one of the
    /// latter three, and reads names, shapes and descriptions, but no numbers.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let about = std::fs::metadata(path).map_err(|e| Error::io(path, e))?;
        if !about.is_dir() {
            return Self::file(path);
        }
        match WEIGHTS.iter().map(|name| path.join(name)).find(|file| file.is_file()) {
            Some(file) => Self::file(&file),
            None => Err(Error::Missing { path: path.join("model.safetensors") }),
        }
    }

    /// Opens the weights of one part of a model in diffusers' layout, `stem` being how the part's files begin: safetensors, whole or in
    /// shards, in sixteen bits where these are there. `None` where there are no safetensors.
    pub fn of_part(folder: &Path, stem: &str) -> Result<Option<Self>, Error> {
        let file = VARIANTS
            .iter()
            .map(|variant| folder.join(format!("{stem}.{variant}")))
            .find(|file| file.is_file());
        let Some(file) = file else { return Ok(None) };
        let opened = Self::file(&file)?;
        match opened.container {
            Container::Safetensors => Ok(Some(opened)),
            _ => Err(opened.damaged("it is not a safetensors file")),
        }
    }

    fn file(path: &Path) -> Result<Self, Error> {
        let mut checkpoint = Self {
            path: path.to_owned(),
            container: Container::Gguf,
            metadata: Metadata::default(),
            config: serde_json::Value::Null,
            files: Vec::new(),
            tensors: BTreeMap::new(),
            unread: BTreeMap::new(),
        };
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            for shard in shards(path)? {
                checkpoint.add(&shard)?;
            }
        } else {
            checkpoint.add(path)?;
            let parts = gguf::other_parts(path, &checkpoint.metadata).map_err(|e| e.at(path))?;
            for part in &parts {
                checkpoint.add(part)?;
                if checkpoint.container != Container::Gguf {
                    let reason = "it is not a GGUF file (its first four bytes are not `GGUF`)";
                    return Err(Error::damaged(part, reason));
                }
            }
            // Parts of two models may fit each other by name and number.
            if let Some(tensors) = checkpoint.metadata.u64("split.tensors.count")
                && !parts.is_empty()
                && tensors != checkpoint.tensors.len() as u64
            {
                return Err(checkpoint.damaged(format!("its header claims {tensors} tensors")));
            }
        }
        if checkpoint.container != Container::Gguf {
            let config = path.with_file_name("config.json");
            if config.is_file() {
                checkpoint.config = json(&config)?;
            }
        }
        checkpoint.bounded()?;
        Ok(checkpoint)
    }

    /// Adds the tensors of one file.
    fn add(&mut self, path: &Path) -> Result<(), Error> {
        let (file, length, start) = opened(path)?;
        let index = self.files.len();
        let mut insert = |name: String, entry| {
            if self.tensors.insert(name.clone(), entry).is_some() {
                return Err(Error::damaged(path, format!("it has the tensor `{name}` twice")));
            }
            Ok(())
        };
        if pickle::recognises(&start) {
            self.container = Container::Pickle;
            for (name, t) in pickle::read(&file, length).map_err(|e| e.at(path))? {
                let rows = contiguous(&t.shape);
                // A dimension of one element may have any stride.
                let plain =
                    t.shape.iter().zip(&t.strides).zip(&rows).all(|((&n, a), b)| n <= 1 || a == b);
                insert(
                    name,
                    Entry {
                        dtype: t.dtype,
                        strides: (!plain).then_some(t.strides),
                        shape: t.shape,
                        file: index,
                        offset: t.offset,
                        span: t.span,
                    },
                )?;
            }
        } else if start.get(8) == Some(&b'{') {
            self.container = Container::Safetensors;
            let mut source = BufReader::new(&file);
            for (name, t) in safetensors::read(&mut source, length).map_err(|e| e.at(path))? {
                match t.dtype {
                    Ok(dtype) => insert(
                        name,
                        Entry {
                            dtype,
                            shape: t.shape,
                            file: index,
                            offset: t.offset,
                            span: t.bytes,
                            strides: None,
                        },
                    )?,
                    Err(format) => {
                        self.unread.insert(name, format);
                    }
                }
            }
        } else {
            let (metadata, tensors) = gguf::read(path, &mut BufReader::new(&file), length)?;
            self.container = Container::Gguf;
            // Of several parts the first says everything.
            if index == 0 {
                self.metadata = metadata;
            } else {
                gguf::check_part(&metadata, &self.metadata, index).map_err(|e| e.at(path))?;
            }
            for (name, t) in tensors {
                let shape = t.dims.iter().rev().copied().collect();
                insert(
                    name,
                    Entry {
                        dtype: t.dtype,
                        shape,
                        file: index,
                        offset: t.offset,
                        span: t.bytes,
                        strides: None,
                    },
                )?;
            }
        }
        self.files.push((path.to_owned(), file));
        Ok(())
    }

    /// Tensors may share numbers (tied embeddings in a pickle), but not so often that a small file fills the memory.
    fn bounded(&self) -> Result<(), Error> {
        let mut total: u64 = 0;
        for (path, file) in &self.files {
            let length = file.metadata().map_err(|e| Error::io(path, e))?.len();
            total = total.saturating_add(length);
        }
        let claimed = self.tensors.values().fold(0u64, |sum, t| sum.saturating_add(t.bytes()));
        if claimed > total.saturating_mul(2) {
            return Err(self.damaged("its tensors claim more bytes than it has"));
        }
        Ok(())
    }

    /// A tensor's entry.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.tensors.get(name)
    }

    /// Names of all tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// A tensor's entry, or why it cannot be had.
    pub fn require(&self, name: &str) -> Result<&Entry, Error> {
        match (self.tensors.get(name), self.unread.get(name)) {
            (Some(entry), _) => Ok(entry),
            (None, Some(format)) => Err(Error::unsupported(
                &self.path,
                format!("its tensor `{name}` is stored as {format}"),
            )),
            (None, None) => Err(self.damaged(format!("it lacks the tensor `{name}`"))),
        }
    }

    /// Bytes of all tensors together.
    pub fn tensor_bytes(&self) -> u64 {
        self.tensors.values().map(Entry::bytes).sum()
    }

    /// All files of weights, opened; where in them reading goes on is anybody's.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().map(|(_, file)| file)
    }

    /// Where the files of weights lie.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
    }

    /// The folder that the files lie in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Fills `out` with a tensor's bytes, row by row. `out` has the entry's own length.
    pub fn read(&self, entry: &Entry, out: &mut [u8]) -> Result<(), Error> {
        let Some(strides) = &entry.strides else { return self.read_part(entry, 0, out) };
        let mut span = vec![0; entry.span as usize];
        self.read_part(entry, 0, &mut span)?;
        gather(&span, entry.dtype.block_bytes() as usize, &entry.shape, strides, out);
        Ok(())
    }

    /// Fills `out` with what stands in the file from a tensor's byte `start` on; several threads may do so at once. Parts of a tensor
    /// are parts of its rows where it [is whole](Entry::is_whole).
    pub fn read_part(&self, entry: &Entry, start: u64, out: &mut [u8]) -> Result<(), Error> {
        let (path, file) = &self.files[entry.file];
        read_at(file, entry.offset + start, out).map_err(|e| Error::io(path, e))
    }

    /// A tensor of plain numbers as f32, row by row.
    pub fn floats(&self, name: &str) -> Result<Vec<f32>, Error> {
        let entry = self.require(name)?;
        let mut bytes = vec![0; entry.bytes() as usize];
        self.read(entry, &mut bytes)?;
        let mut numbers = Vec::with_capacity(entry.elements() as usize);
        if entry.dtype.widen(&bytes, &mut numbers) {
            Ok(numbers)
        } else {
            let format = entry.dtype;
            Err(self.unsupported(format!("its tensor `{name}` is stored as {format:?}")))
        }
    }

    /// A damaged file, with a reason.
    pub fn damaged(&self, reason: impl Into<String>) -> Error {
        Error::damaged(&self.path, reason)
    }

    /// A file that cannot be used, with a reason.
    pub fn unsupported(&self, reason: impl Into<String>) -> Error {
        Error::unsupported(&self.path, reason)
    }
}

/// Fills `out` from a place in a file, wherever else in it reading goes on.
#[cfg(unix)]
fn read_at(file: &File, at: u64, out: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, at)
}

/// The same where the system has no such call: every read says where.
#[cfg(windows)]
fn read_at(file: &File, mut at: u64, mut out: &mut [u8]) -> std::io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !out.is_empty() {
        match file.seek_read(out, at) {
            Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                at += count as u64;
                out = &mut out[count..];
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The files that an index names, each once. They lie beside it.
fn shards(index: &Path) -> Result<Vec<PathBuf>, Error> {
    let list: Index = serde_json::from_value(json(index)?)
        .map_err(|e| Error::damaged(index, format!("it is not a list of shards: {e}")))?;
    let names: BTreeSet<&str> = list.weight_map.values().map(String::as_str).collect();
    if names.is_empty() || names.len() > MAX_SHARDS {
        return Err(Error::damaged(index, format!("it names {} shards", names.len())));
    }
    let shard = |name: &str| {
        // A name with a path in it would reach outside the folder.
        if name.contains(['/', '\\', ':']) || name.starts_with('.') {
            return Err(Error::damaged(
                index,
                format!("its shard `{name}` does not lie beside it"),
            ));
        }
        Ok(index.with_file_name(name))
    };
    names.into_iter().map(shard).collect()
}

/// A file from its beginning, its length, and the bytes by which its container is known: nine, or all that it has.
fn opened(path: &Path) -> Result<(File, u64, Vec<u8>), Error> {
    let io = |e| Error::io(path, e);
    let file = File::open(path).map_err(io)?;
    let about = file.metadata().map_err(io)?;
    if !about.is_file() {
        return Err(Error::Missing { path: path.to_owned() });
    }
    let mut start = vec![0; about.len().min(9) as usize];
    (&file).read_exact(&mut start).map_err(io)?;
    (&file).seek(SeekFrom::Start(0)).map_err(io)?;
    Ok((file, about.len(), start))
}

fn json(path: &Path) -> Result<serde_json::Value, Error> {
    let io = |e| Error::io(path, e);
    let file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    if length > MAX_JSON {
        return Err(Error::damaged(path, format!("a description of {length} bytes cannot be")));
    }
    serde_json::from_reader(BufReader::new(file.take(MAX_JSON)))
        .map_err(|e| Error::damaged(path, format!("it is not a description: {e}")))
}

/// Strides of a tensor whose rows follow each other.
fn contiguous(shape: &[u64]) -> Vec<u64> {
    let mut strides = vec![1u64; shape.len()];
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i].saturating_mul(shape[i].max(1));
    }
    strides
}

/// Brings elements of `size` bytes that lie at `strides` into rows.
fn gather(span: &[u8], size: usize, shape: &[u64], strides: &[u64], out: &mut [u8]) {
    let mut index = vec![0u64; shape.len()];
    for element in out.chunks_exact_mut(size) {
        let at: u64 = index.iter().zip(strides).map(|(i, stride)| i * stride).sum();
        element.copy_from_slice(&span[at as usize * size..][..size]);
        for (i, &length) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < length {
                break;
            }
            *i = 0;
        }
    }
}
