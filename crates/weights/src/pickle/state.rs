//! Finds the tensors in what a pickle left: a dictionary of names, perhaps inside another (`state_dict`, `model`, `module`).

use std::collections::BTreeMap;

use super::machine::{Id, MAX_KEY, Machine, Value};
use super::{Place, Tensor};
use crate::error::{Refusal, damaged};

/// Keys under which training code keeps a model among other things; the names inside stand for themselves.
const WRAPPERS: [&str; 4] = ["state_dict", "model_state_dict", "model", "module"];
/// Dictionaries inside each other.
const MAX_DEPTH: usize = 4;
/// Real files have up to a few thousand tensors.
const MAX_TENSORS: usize = 1 << 17;
/// More than any tensor of PyTorch's has.
const MAX_RANK: usize = 8;

/// The tensors of the dictionary `top`, their storages found by `place`.
pub(super) fn tensors(
    machine: &Machine,
    top: Id,
    place: &dyn Fn(&str) -> Option<Place>,
) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let mut search = Search { machine, place, found: BTreeMap::new() };
    search.dictionary(top, "", 0)?;
    if search.found.is_empty() {
        return damaged("its pickle holds no tensors by name");
    }
    Ok(search.found)
}

struct Search<'a> {
    machine: &'a Machine,
    place: &'a dyn Fn(&str) -> Option<Place>,
    found: BTreeMap<String, Tensor>,
}

impl Search<'_> {
    fn dictionary(&mut self, id: Id, prefix: &str, depth: usize) -> Result<(), Refusal> {
        let machine = self.machine;
        let Value::Dict(entries) = machine.value(id) else { return Ok(()) };
        let inner = |wrapper: &str| {
            entries.iter().find_map(|&(key, value)| {
                match (machine.value(key), machine.value(value)) {
                    (Value::Text(key), Value::Dict(_)) if key == wrapper => Some(value),
                    _ => None,
                }
            })
        };
        if depth < MAX_DEPTH
            && let Some(wrapped) = WRAPPERS.iter().find_map(|wrapper| inner(wrapper))
        {
            return self.dictionary(wrapped, prefix, depth + 1);
        }
        for &(key, value) in entries {
            let Value::Text(key) = machine.value(key) else { continue };
            if key.len() > MAX_KEY {
                continue;
            }
            match machine.value(value) {
                Value::Dict(_) if depth < MAX_DEPTH => {
                    self.dictionary(value, &format!("{prefix}{key}."), depth + 1)?;
                }
                Value::Tensor { .. } => {
                    let name = format!("{prefix}{key}");
                    if let Some(tensor) = self.tensor(&name, value)? {
                        self.found.insert(name, tensor);
                    }
                    if self.found.len() > MAX_TENSORS {
                        return damaged(format!("it has more than {MAX_TENSORS} tensors"));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where a tensor lies; `None` for formats that are not read (masks and counters that no model needs).
    fn tensor(&self, name: &str, id: Id) -> Result<Option<Tensor>, Refusal> {
        let &Value::Tensor { storage, offset, shape, strides } = self.machine.value(id) else {
            return Ok(None);
        };
        let Value::Storage { key, dtype, elements } = self.machine.value(storage) else {
            return damaged(format!("its tensor `{name}` has no numbers"));
        };
        let Some(dtype) = *dtype else { return Ok(None) };
        let (Some(shape), Some(strides), &Value::Int(first)) =
            (self.sizes(shape), self.sizes(strides), self.machine.value(offset))
        else {
            return damaged(format!("its tensor `{name}` has a shape that cannot be"));
        };
        let Some(place) = (self.place)(key) else {
            return damaged(format!("the numbers of its tensor `{name}` are missing"));
        };
        if dtype.bytes(*elements).is_none_or(|bytes| bytes > place.bytes) {
            return damaged(format!("it has fewer numbers for its tensor `{name}` than it says"));
        }
        let outside = || damaged(format!("its tensor `{name}` reaches beyond its numbers"));
        let Ok(first) = u64::try_from(first) else { return outside() };
        let count = shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d));
        let last = shape.iter().zip(&strides).try_fold(0u64, |last, (&size, &stride)| {
            size.saturating_sub(1).checked_mul(stride).and_then(|n| last.checked_add(n))
        });
        // A tensor that repeats its numbers would let a small file fill the memory.
        let (Some(count), Some(last)) = (count, last) else { return outside() };
        if shape.len() != strides.len() || count > *elements {
            return outside();
        }
        let span = if count == 0 { 0 } else { last + 1 };
        if first.checked_add(span).is_none_or(|end| end > *elements) {
            return outside();
        }
        let offset = place.offset + first * dtype.block_bytes();
        Ok(Some(Tensor { dtype, shape, strides, offset, span: span * dtype.block_bytes() }))
    }

    fn sizes(&self, id: Id) -> Option<Vec<u64>> {
        let Value::List(items) = self.machine.value(id) else { return None };
        if items.len() > MAX_RANK {
            return None;
        }
        let size = |id: &Id| match self.machine.value(*id) {
            Value::Int(n) => u64::try_from(*n).ok(),
            _ => None,
        };
        items.iter().map(size).collect()
    }
}
