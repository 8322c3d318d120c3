//! Follows the instructions of a pickle (protocols 2 to 5) without being able to run anything: a call of one of PyTorch's four
//! ways to rebuild a tensor is *noted*, any other call leaves a value that stands for nothing.
//!
//! Values live in one vector and point at each other by number, so that neither deep nesting nor cycles can overflow the stack
//! when they are dropped, and their count is bounded.

use std::collections::{BTreeMap, HashMap};

use crate::Dtype;
use crate::error::{Refusal, damaged};

/// A state dictionary of ten thousand tensors makes about three hundred thousand.
const MAX_VALUES: usize = 1 << 21;

/// The longest name of a storage or tensor. A long text that is copied for each of many would fill the memory.
pub(super) const MAX_KEY: usize = 1 << 9;

/// The number of a value.
pub(super) type Id = u32;

/// A value, as far as tensors need it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Int(i64),
    Text(String),
    /// Tuples and lists.
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Storage {
        key: String,
        dtype: Option<Dtype>,
        elements: u64,
    },
    Tensor {
        storage: Id,
        offset: Id,
        shape: Id,
        strides: Id,
    },
    /// Anything else.
    Nothing,
}

/// The names from Python's modules that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    /// Numbers of one format; `None` for formats that are not read.
    Numbers(Option<Dtype>),
    Other,
}

impl Global {
    fn named(module: &str, name: &str) -> Self {
        match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Self::RebuildParameter,
            ("torch" | "torch.storage" | "torch.cuda", name) => {
                match name.strip_suffix("Storage") {
                    Some(numbers) => Self::Numbers(match numbers {
                        "Double" => Some(Dtype::F64),
                        "Float" => Some(Dtype::F32),
                        "Half" => Some(Dtype::F16),
                        "BFloat16" => Some(Dtype::BF16),
                        "Long" => Some(Dtype::I64),
                        "Int" => Some(Dtype::I32),
                        "Short" => Some(Dtype::I16),
                        "Char" => Some(Dtype::I8),
                        "Byte" => Some(Dtype::U8),
                        "Bool" => Some(Dtype::Bool),
                        _ => None,
                    }),
                    None => Self::Other,
                }
            }
            _ => Self::Other,
        }
    }
}

/// What stands on the stack.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Value(Id),
    Mark,
}

/// All values of one pickle.
pub(super) struct Machine {
    values: Vec<Value>,
    stack: Vec<Slot>,
    memo: HashMap<u32, Id>,
}

/// The rest of the instructions.
struct Tape<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Result<T> = std::result::Result<T, Refusal>;

impl<'a> Tape<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8]> {
        let end = usize::try_from(count).ok().and_then(|count| self.at.checked_add(count));
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(bytes) => {
                self.at += bytes.len();
                Ok(bytes)
            }
            None => damaged("its pickle ends too early"),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N as u64)?);
        Ok(array)
    }

    fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn line(&mut self) -> Result<&'a str> {
        let rest = &self.bytes[self.at..];
        let Some(end) = rest.iter().position(|b| *b == b'\n') else {
            return damaged("its pickle ends too early");
        };
        self.at += end + 1;
        std::str::from_utf8(&rest[..end])
            .map_err(|_| Refusal::Damaged("a name in its pickle is not text".into()))
    }

    fn text(&mut self, count: u64) -> Result<Value> {
        Ok(Value::Text(String::from_utf8_lossy(self.take(count)?).into_owned()))
    }
}

impl Machine {
    pub(super) fn new() -> Self {
        Self { values: Vec::new(), stack: Vec::new(), memo: HashMap::new() }
    }

    /// Follows the instructions up to the first STOP; gives the value that it leaves and how many bytes were used.
    pub(super) fn run(&mut self, bytes: &[u8]) -> Result<(Id, usize)> {
        let mut tape = Tape { bytes, at: 0 };
        loop {
            let instruction = tape.u8()?;
            if instruction == b'.' {
                return Ok((self.pop()?, tape.at));
            }
            if !self.load(instruction, &mut tape)? && !self.build(instruction, &mut tape)? {
                return damaged(format!(
                    "its pickle has the instruction {instruction:#04x}, which no file of PyTorch's has"
                ));
            }
        }
    }

    /// The value of a number.
    pub(super) fn value(&self, id: Id) -> &Value {
        self.values.get(id as usize).unwrap_or(&Value::Nothing)
    }

    /// Formats and lengths of all storages, by their keys.
    pub(super) fn storages(&self) -> BTreeMap<&str, (Dtype, u64)> {
        let storages = self.values.iter().filter_map(|value| match value {
            Value::Storage { key, dtype: Some(dtype), elements } => {
                Some((key.as_str(), (*dtype, *elements)))
            }
            _ => None,
        });
        storages.collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, list: Id) -> Vec<String> {
        let Value::List(items) = self.value(list) else { return Vec::new() };
        let texts = items.iter().filter_map(|id| match self.value(*id) {
            Value::Text(text) if text.len() <= MAX_KEY => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    }

    /// Instructions that put a plain value on the stack; `false` for the others.
    fn load(&mut self, instruction: u8, tape: &mut Tape<'_>) -> Result<bool> {
        let value = match instruction {
            b'N' | 0x88 | 0x89 | 0x8f => Value::Nothing,
            b'J' => Value::Int(i64::from(i32::from_le_bytes(tape.array()?))),
            b'K' => Value::Int(i64::from(tape.u8()?)),
            b'M' => Value::Int(i64::from(tape.u16()?)),
            0x8a => {
                let count = tape.u8()?;
                long(tape.take(u64::from(count))?)
            }
            0x8b => {
                let count = tape.u32()?;
                long(tape.take(u64::from(count))?)
            }
            b'G' => {
                tape.take(8)?;
                Value::Nothing
            }
            b'X' | b'T' => {
                let count = tape.u32()?;
                tape.text(u64::from(count))?
            }
            0x8c | b'U' => {
                let count = tape.u8()?;
                tape.text(u64::from(count))?
            }
            0x8d => {
                let count = tape.u64()?;
                tape.text(count)?
            }
            b'B' => {
                let count = tape.u32()?;
                tape.take(u64::from(count))?;
                Value::Nothing
            }
            b'C' => {
                let count = tape.u8()?;
                tape.take(u64::from(count))?;
                Value::Nothing
            }
            0x8e | 0x96 => {
                let count = tape.u64()?;
                tape.take(count)?;
                Value::Nothing
            }
            b')' | b']' => Value::List(Vec::new()),
            b'}' => Value::Dict(Vec::new()),
            b'c' => {
                let module = tape.line()?;
                Value::Global(Global::named(module, tape.line()?))
            }
            _ => return Ok(false),
        };
        self.push(value)?;
        Ok(true)
    }

    /// Instructions that work on what is on the stack; `false` for the others.
    fn build(&mut self, instruction: u8, tape: &mut Tape<'_>) -> Result<bool> {
        match instruction {
            // PROTO and FRAME.
            0x80 => drop(tape.u8()?),
            0x95 => drop(tape.u64()?),
            b'(' => self.stack.push(Slot::Mark),
            b'0' => drop(self.stack.pop()),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(Slot::Value(top));
            }
            b'q' => self.remember(u32::from(tape.u8()?))?,
            b'r' => self.remember(tape.u32()?)?,
            0x94 => self.remember(self.memo.len() as u32)?,
            b'h' => self.recall(u32::from(tape.u8()?))?,
            b'j' => self.recall(tape.u32()?)?,
            b't' | b'l' | 0x91 => {
                let items = self.pop_to_mark()?;
                self.push(Value::List(items))?;
            }
            0x85 => self.list(1)?,
            0x86 => self.list(2)?,
            0x87 => self.list(3)?,
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.pop_to_mark()?;
                self.append(&items)?;
            }
            b'd' => {
                let items = self.pop_to_mark()?;
                self.push(Value::Dict(pairs(&items)))?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.pop_to_mark()?;
                self.set(&items)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let global = match (self.value(module), self.value(name)) {
                    (Value::Text(module), Value::Text(name)) => Global::named(module, name),
                    _ => Global::Other,
                };
                self.push(Value::Global(global))?;
            }
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments)?;
            }
            0x92 => {
                self.pop()?;
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments)?;
            }
            // BUILD sets attributes of an object: none that hold tensors.
            b'b' => drop(self.pop()?),
            b'Q' => {
                let reference = self.pop()?;
                let storage = self.storage(reference);
                self.push(storage)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn push(&mut self, value: Value) -> Result<()> {
        if self.values.len() >= MAX_VALUES {
            return damaged("its pickle makes too many values");
        }
        self.stack.push(Slot::Value(self.values.len() as Id));
        self.values.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Id> {
        match self.stack.pop() {
            Some(Slot::Value(id)) => Ok(id),
            _ => damaged("its pickle takes more from its stack than there is"),
        }
    }

    fn top(&self) -> Result<Id> {
        match self.stack.last() {
            Some(Slot::Value(id)) => Ok(*id),
            _ => damaged("its pickle takes more from its stack than there is"),
        }
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>> {
        let Some(mark) = self.stack.iter().rposition(|slot| matches!(slot, Slot::Mark)) else {
            return damaged("its pickle looks for a mark that is not there");
        };
        let items = self.stack.drain(mark..).skip(1);
        let ids = items.filter_map(|slot| match slot {
            Slot::Value(id) => Some(id),
            Slot::Mark => None,
        });
        Ok(ids.collect())
    }

    fn list(&mut self, count: usize) -> Result<()> {
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(self.pop()?);
        }
        items.reverse();
        self.push(Value::List(items))
    }

    fn remember(&mut self, place: u32) -> Result<()> {
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<()> {
        match self.memo.get(&place) {
            Some(id) => {
                self.stack.push(Slot::Value(*id));
                Ok(())
            }
            None => damaged("its pickle asks for something that it never named"),
        }
    }

    fn append(&mut self, items: &[Id]) -> Result<()> {
        let top = self.top()?;
        if let Some(Value::List(list)) = self.values.get_mut(top as usize) {
            list.extend_from_slice(items);
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<()> {
        let top = self.top()?;
        if let Some(Value::Dict(dict)) = self.values.get_mut(top as usize) {
            dict.extend(pairs(items));
        }
        Ok(())
    }

    /// What a call would give, for the calls that are known; nothing is called.
    fn call(&mut self, function: Id, arguments: Id) -> Result<()> {
        let Value::List(arguments) = self.value(arguments) else {
            return self.push(Value::Nothing);
        };
        let result = match (self.value(function), arguments.as_slice()) {
            (Value::Global(Global::OrderedDict), []) => Value::Dict(Vec::new()),
            (Value::Global(Global::RebuildTensor), &[storage, offset, shape, strides, ..]) => {
                Value::Tensor { storage, offset, shape, strides }
            }
            (Value::Global(Global::RebuildParameter), &[tensor, ..]) => match self.value(tensor) {
                tensor @ Value::Tensor { .. } => tensor.clone(),
                _ => Value::Nothing,
            },
            _ => Value::Nothing,
        };
        self.push(result)
    }

    /// `("storage", type, key, device, count, …)`.
    fn storage(&self, reference: Id) -> Value {
        let Value::List(parts) = self.value(reference) else { return Value::Nothing };
        let &[kind, numbers, key, _, elements, ..] = parts.as_slice() else {
            return Value::Nothing;
        };
        match (self.value(kind), self.value(numbers), self.value(key), self.value(elements)) {
            (
                Value::Text(kind),
                Value::Global(Global::Numbers(dtype)),
                Value::Text(key),
                &Value::Int(elements @ 0..),
            ) if kind == "storage" && key.len() <= MAX_KEY => Value::Storage {
                key: key.clone(),
                dtype: *dtype,
                elements: elements.unsigned_abs(),
            },
            _ => Value::Nothing,
        }
    }
}

fn pairs(items: &[Id]) -> Vec<(Id, Id)> {
    items.as_chunks().0.iter().map(|[key, value]| (*key, *value)).collect()
}

/// A whole number of up to eight bytes, little endian; longer ones count nothing that a tensor has.
fn long(bytes: &[u8]) -> Value {
    if bytes.len() > 8 {
        return Value::Nothing;
    }
    let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
    let mut whole = [if negative { 0xff } else { 0 }; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    Value::Int(i64::from_le_bytes(whole))
}
