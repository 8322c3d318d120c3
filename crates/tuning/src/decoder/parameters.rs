//! Names of what is trained, in a fixed order, and adapters on matrices.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Result, Tensor, Var};
use llm::BaseMark;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Adapter, Decoder, Linear, Weight};
use crate::Error;
use crate::adapter::AdapterFiles;
use crate::lora::Lora;

/// What is trained, by name.
pub(crate) type Parameters = BTreeMap<String, Var>;

impl Decoder {
    /// Everything that is trained, by the name that it is saved under.
    pub(crate) fn parameters(&self) -> Result<Parameters> {
        let mut all = Parameters::new();
        let mut weight = |name: String, weight: &Weight| {
            if let Weight::Trained(var) = weight {
                all.insert(format!("{name}.weight"), var.clone());
            }
        };
        weight(self.embedding_name.clone(), &self.embedding);
        for linear in self.linears().chain(&self.head) {
            weight(linear.name.clone(), &linear.weight);
        }
        let mut tensor = |name: String, tensor: &Tensor| -> Result<()> {
            if tensor.is_variable() {
                // The variable is the tensor itself: it shares its numbers and its id.
                all.insert(name, Var::from_tensor(tensor)?);
            }
            Ok(())
        };
        if let Some((name, positions)) = &self.positions {
            tensor(format!("{name}.weight"), positions)?;
        }
        let norms = self.blocks.iter().flat_map(|block| block.norms());
        for norm in norms.chain([&self.norm]) {
            tensor(format!("{}.weight", norm.name), &norm.weight)?;
            if let Some(bias) = &norm.bias {
                tensor(format!("{}.bias", norm.name), bias)?;
            }
        }
        for linear in self.linears() {
            if let Some(bias) = &linear.bias {
                tensor(format!("{}.bias", linear.name), bias)?;
            }
        }
        for linear in self.linears() {
            if let Some(adapter) = &linear.adapter {
                let path = format!("base_model.model.{}", linear.name);
                all.insert(format!("{path}.lora_A.weight"), adapter.a.clone());
                all.insert(format!("{path}.lora_B.weight"), adapter.b.clone());
            }
        }
        Ok(all)
    }

    /// Puts fresh adapters on the matrices that `lora` names: A uniform as Kaiming's rule with a = √5 says, B nought, so that
    /// the model begins as it was. Answers with how many.
    pub(crate) fn adapt(&mut self, lora: &Lora, seed: u64) -> Result<usize> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let device = self.device.clone();
        let mut count = 0;
        let mut put = |linear: &mut Linear| -> Result<()> {
            if !lora.is_target(&linear.name) {
                return Ok(());
            }
            let (out, columns) = linear.weight.dims()?;
            let rank = lora.rank;
            // √(6 / ((1 + 5) · in))
            let bound = (columns as f32).sqrt().recip();
            let a: Vec<f32> =
                (0..rank * columns).map(|_| (rng.random::<f32>() * 2.0 - 1.0) * bound).collect();
            linear.adapter = Some(Adapter {
                a: Var::from_tensor(&Tensor::from_vec(a, (rank, columns), &device)?)?,
                b: Var::zeros((out, rank), DType::F32, &device)?,
                scale: lora.scale(),
                dropout: lora.dropout,
            });
            count += 1;
            Ok(())
        };
        for block in &mut self.blocks {
            // Nobody else holds a block before training begins.
            let block = Arc::make_mut(block);
            block.linears_mut().into_iter().try_for_each(&mut put)?;
        }
        Ok(count)
    }

    /// Puts on an adapter that was read, in place of whatever was there; it is not trained.
    pub(crate) fn wear(
        &mut self,
        from: &Path,
        files: &AdapterFiles,
    ) -> std::result::Result<(), Error> {
        let device = self.device.clone();
        let mut worn = 0;
        let mut put = |linear: &mut Linear| -> std::result::Result<(), Error> {
            linear.adapter = None;
            let Some(part) = files.parts.get(&linear.name) else { return Ok(()) };
            let (out, columns) = linear.weight.dims()?;
            if part.a.dim(1)? != columns || part.b.dim(0)? != out {
                let name = &linear.name;
                return Err(Error::unusable(from, format!("its `{name}` is for another base")));
            }
            linear.adapter = Some(Adapter {
                a: Var::from_tensor(&part.a.to_device(&device)?)?,
                b: Var::from_tensor(&part.b.to_device(&device)?)?,
                scale: part.scale,
                dropout: 0.0,
            });
            worn += 1;
            Ok(())
        };
        for block in &mut self.blocks {
            Arc::make_mut(block).linears_mut().into_iter().try_for_each(&mut put)?;
        }
        if worn < files.parts.len() {
            return Err(Error::unusable(from, "it has parts for matrices that the model has not"));
        }
        Ok(())
    }

    /// What tells the model's weights from others of the same shape.
    pub(crate) fn base_mark(&self) -> Result<BaseMark> {
        let (rows, width) = self.embedding.dims()?;
        BaseMark::of(rows, width, |row, out| {
            let row = [row as u32];
            let numbers = match &self.embedding {
                Weight::Frozen(frozen) => frozen.rows(&row, &self.device)?,
                Weight::Trained(var) => var.index_select(&Tensor::new(&row, &self.device)?, 0)?,
            };
            let numbers = numbers.flatten_all()?.to_dtype(DType::F32)?.to_vec1::<f32>()?;
            out.copy_from_slice(&numbers);
            Ok(())
        })
    }

    /// Last parts of the paths of all matrices that an adapter can stand beside.
    pub(crate) fn target_names(&self) -> Vec<String> {
        last_parts(self.linears())
    }

    /// Targets of a LoRA that are no matrix's name.
    pub(crate) fn unknown_targets<'a>(&self, lora: &'a Lora) -> Vec<&'a str> {
        let targets = lora.targets.iter().map(String::as_str);
        targets
            .filter(|target| !self.linears().any(|linear| Lora::names(target, &linear.name)))
            .collect()
    }

    /// Those that have one.
    pub(crate) fn adapted_names(&self) -> Vec<String> {
        last_parts(self.linears().filter(|linear| linear.adapter.is_some()))
    }

    /// Sets the adapters to what was read, which must fit matrix by matrix.
    pub(crate) fn set_adapters(
        &self,
        from: &Path,
        files: &AdapterFiles,
    ) -> std::result::Result<(), Error> {
        let mut set = 0;
        for linear in self.linears() {
            let (part, own) = match (files.parts.get(&linear.name), &linear.adapter) {
                (Some(part), Some(own)) => (part, own),
                (None, None) => continue,
                _ => {
                    let name = &linear.name;
                    return Err(Error::unusable(
                        from,
                        format!("it and the settings do not agree on `{name}`"),
                    ));
                }
            };
            if part.a.dims() != own.a.dims() || part.b.dims() != own.b.dims() {
                return Err(Error::unusable(from, "its rank or its base is another"));
            }
            own.a.set(&part.a.to_device(&self.device)?)?;
            own.b.set(&part.b.to_device(&self.device)?)?;
            set += 1;
        }
        if set < files.parts.len() {
            return Err(Error::unusable(from, "it has parts for matrices that the model has not"));
        }
        Ok(())
    }
}

/// Last parts of paths, each once.
fn last_parts<'a>(linears: impl Iterator<Item = &'a Linear>) -> Vec<String> {
    let names: BTreeSet<&str> =
        linears.map(|linear| linear.name.rsplit('.').next().unwrap_or_default()).collect();
    names.into_iter().map(str::to_owned).collect()
}
