//! As much of Python's pickle as the index of a Ren'Py archive needs: dictionaries, lists, tuples, strings and whole numbers.
//! Nothing is called, imported or built: any other opcode is an error.

use crate::error::Error;

/// A value of an index.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    None,
    Int(i128),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Dict(Vec<(Self, Self)>),
    Mark,
}

/// Values that one pickle may hold.
const MAX_VALUES: usize = 8_000_000;

/// Reads a pickle of any protocol.
pub(super) fn load(bytes: &[u8]) -> Result<Value, Error> {
    let mut machine = Machine { bytes, at: 0, stack: Vec::new(), memo: Vec::new(), values: 0 };
    loop {
        if machine.step()? {
            return machine.pop();
        }
    }
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    /// What was put away; only texts and bytes come back, as file names and prefixes do.
    memo: Vec<Option<Value>>,
    values: usize,
}

impl<'a> Machine<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(len).filter(|&end| end <= self.bytes.len());
        let end = end.ok_or_else(|| Error::damaged("the index ends in the middle of a value"))?;
        let out = &self.bytes[self.at..end];
        self.at = end;
        Ok(out)
    }

    fn unsigned(&mut self, width: usize) -> Result<u64, Error> {
        Ok(self.take(width)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn sized(&mut self, width: usize) -> Result<&'a [u8], Error> {
        let len = self.unsigned(width)?;
        self.take(usize::try_from(len).unwrap_or(usize::MAX))
    }

    fn line(&mut self) -> Result<&'a [u8], Error> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        let end = end.ok_or_else(|| Error::damaged("the index ends in the middle of a line"))?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn push(&mut self, value: Value) -> Result<(), Error> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Error::TooLarge("the archive's index".to_owned()));
        }
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, Error> {
        self.stack.pop().ok_or_else(|| Error::damaged("the index takes a value that it never made"))
    }

    /// Everything above the last mark.
    fn marked(&mut self) -> Result<Vec<Value>, Error> {
        let mark = self.stack.iter().rposition(|value| *value == Value::Mark);
        let mark = mark.ok_or_else(|| Error::damaged("the index has no mark"))?;
        let out = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(out)
    }

    fn memoise(&mut self, slot: usize) -> Result<(), Error> {
        if slot > MAX_VALUES {
            return Err(Error::TooLarge("the archive's index".to_owned()));
        }
        let value = self
            .stack
            .last()
            .filter(|value| matches!(value, Value::Text(_) | Value::Bytes(_)))
            .cloned();
        if self.memo.len() <= slot {
            // A slot far ahead of what was stored would cost memory for nothing.
            if slot > self.memo.len() + 1_000_000 {
                return Err(Error::damaged("the index remembers out of order"));
            }
            self.memo.resize(slot + 1, None);
        }
        self.memo[slot] = value;
        Ok(())
    }

    fn recall(&mut self, slot: usize) -> Result<(), Error> {
        let value = self.memo.get(slot).cloned().flatten();
        self.push(value.ok_or_else(|| Error::damaged("the index recalls what is no text"))?)
    }

    fn set_items(&mut self, items: Vec<Value>) -> Result<(), Error> {
        let Some(Value::Dict(dict)) = self.stack.last_mut() else {
            return Err(Error::damaged("the index fills what is no dictionary"));
        };
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            dict.push((key, value));
        }
        Ok(())
    }

    fn append(&mut self, items: Vec<Value>) -> Result<(), Error> {
        let Some(Value::List(list)) = self.stack.last_mut() else {
            return Err(Error::damaged("the index appends to what is no list"));
        };
        list.extend(items);
        Ok(())
    }

    fn tuple(&mut self, count: usize) -> Result<(), Error> {
        let from = self
            .stack
            .len()
            .checked_sub(count)
            .ok_or_else(|| Error::damaged("the index has too few values"))?;
        let items = self.stack.split_off(from);
        self.push(Value::List(items))
    }

    /// Runs one opcode; true at the end.
    fn step(&mut self) -> Result<bool, Error> {
        let opcode = self.take(1)?[0];
        match opcode {
            b'.' => return Ok(true),
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'(' => self.push(Value::Mark)?,
            b'}' => self.push(Value::Dict(Vec::new()))?,
            b']' | b')' => self.push(Value::List(Vec::new()))?,
            b'N' => self.push(Value::None)?,
            b'd' => {
                let items = self.marked()?;
                self.push(Value::Dict(Vec::new()))?;
                self.set_items(items)?;
            }
            b'l' | b't' => {
                let items = self.marked()?;
                self.push(Value::List(items))?;
            }
            b'u' => {
                let items = self.marked()?;
                self.set_items(items)?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set_items(vec![key, value])?;
            }
            b'e' => {
                let items = self.marked()?;
                self.append(items)?;
            }
            b'a' => {
                let item = self.pop()?;
                self.append(vec![item])?;
            }
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b'0' => drop(self.pop()?),
            _ => self.scalar(opcode)?,
        }
        Ok(false)
    }

    fn scalar(&mut self, opcode: u8) -> Result<(), Error> {
        match opcode {
            b'K' => {
                let number = self.unsigned(1)?;
                self.push(Value::Int(number.into()))
            }
            b'M' => {
                let number = self.unsigned(2)?;
                self.push(Value::Int(number.into()))
            }
            b'J' => {
                let number = self.unsigned(4)? as u32 as i32;
                self.push(Value::Int(number.into()))
            }
            0x8a => {
                let bytes = self.sized(1)?;
                let number = long(bytes)?;
                self.push(Value::Int(number))
            }
            b'I' | b'L' => {
                let text = std::str::from_utf8(self.line()?).unwrap_or_default();
                let number = text.trim().trim_end_matches('L').parse();
                self.push(Value::Int(
                    number.map_err(|_| Error::damaged(format!("`{text}` is no number")))?,
                ))
            }
            b'X' | 0x8c | 0x8d => {
                let width = match opcode {
                    b'X' => 4,
                    0x8c => 1,
                    _ => 8,
                };
                let text = String::from_utf8_lossy(self.sized(width)?).into_owned();
                self.push(Value::Text(text))
            }
            b'V' => {
                let text = String::from_utf8_lossy(self.line()?).into_owned();
                self.push(Value::Text(text))
            }
            b'U' | b'T' | b'C' | b'B' | 0x8e => {
                let width = match opcode {
                    b'U' | b'C' => 1,
                    0x8e => 8,
                    _ => 4,
                };
                let bytes = self.sized(width)?.to_vec();
                self.push(Value::Bytes(bytes))
            }
            b'S' => {
                let text = String::from_utf8_lossy(self.line()?);
                let inside = text.trim_matches(['\'', '"']).as_bytes().to_vec();
                self.push(Value::Bytes(inside))
            }
            b'q' | b'r' | b'h' | b'j' => {
                let slot =
                    self.unsigned(if matches!(opcode, b'q' | b'h') { 1 } else { 4 })? as usize;
                if matches!(opcode, b'q' | b'r') { self.memoise(slot) } else { self.recall(slot) }
            }
            b'p' | b'g' => {
                let text = std::str::from_utf8(self.line()?).unwrap_or_default();
                let slot = text
                    .trim()
                    .parse()
                    .map_err(|_| Error::damaged(format!("`{text}` is no slot")))?;
                if opcode == b'p' { self.memoise(slot) } else { self.recall(slot) }
            }
            0x94 => self.memoise(self.memo.len()),
            _ => Err(Error::damaged(format!(
                "the index uses opcode {opcode:#04x}, which no archive needs"
            ))),
        }
    }
}

/// A signed little-endian number of any length.
fn long(bytes: &[u8]) -> Result<i128, Error> {
    if bytes.len() > 16 {
        return Err(Error::damaged("a number in the index is too long"));
    }
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut wide = [if negative { 0xff } else { 0 }; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    Ok(i128::from_le_bytes(wide))
}
