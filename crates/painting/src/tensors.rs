//! From a checkpoint's entries to tensors on a device. A shape that a description does not imply is refused before memory is taken.

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use domain::Cancel;
use weights::{Checkpoint, Dtype};

use crate::Error;
use crate::error::going_on;
use crate::plan::Storage;

/// Where weights come from and how they are kept. `name` is the path within the file so far.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a Checkpoint,
    pub(crate) device: &'a Device,
    pub(crate) storage: Storage,
    pub(crate) cancel: &'a Cancel,
}

/// A place within a source.
#[derive(Clone)]
pub(crate) struct At<'a> {
    source: Source<'a>,
    path: String,
}

impl<'a> Source<'a> {
    /// Where names begin.
    pub(crate) fn root(self) -> At<'a> {
        At { source: self, path: String::new() }
    }

    /// For candle's own modules, which compute in f32.
    pub(crate) fn builder(self, path: &str) -> VarBuilder<'a> {
        let backend = Lender(self);
        VarBuilder::from_backend(Box::new(backend), DType::F32, self.device.clone()).pp(path)
    }

    fn read(&self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        going_on(self.cancel)?;
        let entry = self.file.require(name)?;
        let same = entry.shape.len() == shape.len()
            && entry.shape.iter().zip(shape).all(|(found, wanted)| *found == *wanted as u64);
        if !same {
            let reason =
                format!("its tensor `{name}` is {:?} and should be {shape:?}", entry.shape);
            return Err(self.file.damaged(reason).into());
        }
        // What is added or multiplied number by number is small, and stays exact.
        let narrow = self.storage == Storage::Narrow && shape.len() > 1;
        let stored = match entry.dtype {
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::BF16,
            Dtype::F32 => DType::F32,
            _ => return self.wide(name, shape),
        };
        let mut bytes = vec![0; entry.bytes() as usize];
        self.file.read(entry, &mut bytes)?;
        let tensor = Tensor::from_raw_buffer(&bytes, stored, shape, &Device::Cpu)?;
        drop(bytes);
        let kept = match (narrow, stored) {
            (true, DType::F32) => DType::F16,
            (true, stored) => stored,
            (false, _) => DType::F32,
        };
        Ok(tensor.to_dtype(kept)?.to_device(self.device)?)
    }

    fn wide(&self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        let numbers = self.file.floats(name)?;
        Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?.to_device(self.device)?)
    }
}

impl At<'_> {
    /// Further in.
    pub(crate) fn at(&self, name: impl std::fmt::Display) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_string(),
            path => format!("{path}.{name}"),
        };
        Self { source: self.source, path }
    }

    /// Whether there is such a tensor.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.source.file.get(&self.at(name).path).is_some()
    }

    /// A tensor of a shape.
    ///
    /// # Errors
    /// Where it is not there, or of another shape; where its numbers cannot be read.
    pub(crate) fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        self.source.read(&self.at(name).path, shape)
    }

    /// The weights of a product. Some files keep them as convolutions of one pixel.
    pub(crate) fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Tensor, Error> {
        let path = self.at(name).path;
        let pixels = self.source.file.get(&path).is_some_and(|entry| entry.shape.len() == 4);
        if pixels {
            return Ok(self
                .source
                .read(&path, &[rows, columns, 1, 1])?
                .reshape((rows, columns))?);
        }
        self.source.read(&path, &[rows, columns])
    }
}

/// Hands tensors to candle's modules.
struct Lender<'a>(Source<'a>);

impl SimpleBackend for Lender<'_> {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        _: Init,
        dtype: DType,
        _: &Device,
    ) -> candle_core::Result<Tensor> {
        let tensor = self.0.read(name, shape.dims()).map_err(candle_core::Error::wrap)?;
        tensor.to_dtype(dtype)
    }

    fn get_unchecked(
        &self,
        name: &str,
        dtype: DType,
        device: &Device,
    ) -> candle_core::Result<Tensor> {
        let entry = self.0.file.require(name).map_err(candle_core::Error::wrap)?;
        let shape: Vec<usize> = entry.shape.iter().map(|n| *n as usize).collect();
        self.get(Shape::from(shape), name, Init::Const(0.0), dtype, device)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.0.file.get(name).is_some()
    }
}

/// What went wrong while one of candle's modules was loaded: our own words went through candle, which only keeps the text.
pub(crate) fn unwrapped(error: &candle_core::Error) -> Error {
    let text = error.to_string();
    Error::Part(text.lines().next().unwrap_or_default().to_owned())
}
