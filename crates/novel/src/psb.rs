//! PSB, the packed JSON of KiriKiri Z (`.scn`), without encryption. Built from its description, tried on one file of a game.

use serde_json::{Map, Number, Value};

use crate::archive::inflate;
use crate::error::Error;
use crate::files::MAX_SCRIPT_BYTES;

/// Deepest nesting.
const MAX_DEPTH: usize = 64;
/// Most values: offsets may point to one value from many places.
const MAX_VALUES: usize = 4_000_000;
/// Most bytes of strings and of names, for the same reason.
const MAX_TEXT: usize = 256 << 20;
/// Bytes of a string; a longer one has no end.
const MAX_STRING: usize = 1 << 20;
/// Values that may be damaged before the whole file is: each of them costs time.
const MAX_DAMAGED: u64 = 1000;

/// Whether a file is PSB, packed or not.
pub(crate) fn is_psb(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PSB\0") || bytes.starts_with(b"mdf\0")
}

/// Reads a file: what is in it, and how many values are damaged and stand as null.
pub(crate) fn parse(bytes: &[u8]) -> Result<(Value, u64), Error> {
    if let Some(packed) = bytes.strip_prefix(b"mdf\0") {
        let size =
            packed.get(..4).map(|size| u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
        let size = u64::from(size.ok_or_else(cut)?);
        if size > MAX_SCRIPT_BYTES {
            return Err(Error::TooLarge(format!("a script of {} MiB", size >> 20)));
        }
        let unpacked = inflate(&packed[4..], size)?;
        if unpacked.starts_with(b"mdf\0") {
            return Err(Error::damaged("packed twice"));
        }
        return parse(&unpacked);
    }
    if !bytes.starts_with(b"PSB\0") {
        return Err(Error::damaged("no PSB file"));
    }
    let version = u16_at(bytes, 4)?;
    let [names, strings, strings_data] = [12, 16, 20].map(|at| u32_at(bytes, at));
    let entries = u32_at(bytes, 36)?;
    let (names, strings, strings_data) = (names?, strings?, strings_data?);
    if u16_at(bytes, 6)? != 0 || names >= bytes.len() || entries >= bytes.len() {
        return Err(Error::Refused(
            "an encrypted PSB file: it needs this game's key, and no keys come with this program. Choose scripts already taken out"
                .to_owned(),
        ));
    }
    let mut reader = Reader {
        bytes,
        names: Vec::new(),
        strings: Vec::new(),
        strings_data,
        values: 0,
        text: 0,
        damaged: 0,
    };
    reader.names = if version == 1 { reader.plain_names(names)? } else { reader.names(names)? };
    reader.strings = reader.array(strings)?.0;
    Ok((reader.value(entries, 0)?, reader.damaged))
}

fn cut() -> Error {
    Error::damaged("the file ends too early")
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Error> {
    bytes.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]])).ok_or_else(cut)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).ok_or_else(cut)?;
    Ok(u32::from_le_bytes(four) as usize)
}

struct Reader<'a> {
    bytes: &'a [u8],
    names: Vec<String>,
    strings: Vec<usize>,
    strings_data: usize,
    values: usize,
    text: usize,
    /// Values that could not be read.
    damaged: u64,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> Result<u8, Error> {
        self.bytes.get(at).copied().ok_or_else(cut)
    }

    fn number(&self, at: usize, width: usize) -> Result<u64, Error> {
        let end = at.checked_add(width).ok_or_else(cut)?;
        let bytes = self.bytes.get(at..end).ok_or_else(cut)?;
        Ok(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// An array of numbers at `at`, and where it ends.
    fn array(&self, at: usize) -> Result<(Vec<usize>, usize), Error> {
        let kind = self.byte(at)?;
        let width = usize::from(
            kind.checked_sub(0x0c)
                .filter(|width| (1..=8).contains(width))
                .ok_or_else(|| Error::damaged(format!("an array was expected at {at}")))?,
        );
        let count = self.number(at + 1, width)? as usize;
        let size =
            self.byte(at + 1 + width)?.checked_sub(0x0c).filter(|size| (1..=8).contains(size));
        let size =
            usize::from(size.ok_or_else(|| Error::damaged("an array of entries without a size"))?);
        let from = at + 2 + width;
        let len = count.checked_mul(size).filter(|&len| len <= self.bytes.len()).ok_or_else(cut)?;
        let body = self.bytes.get(from..from + len).ok_or_else(cut)?;
        if count > MAX_VALUES {
            return Err(Error::TooLarge(format!("an array of {count} entries")));
        }
        let entries = body
            .chunks_exact(size)
            .map(|entry| entry.iter().rev().fold(0u64, |n, &b| n << 8 | u64::from(b)));
        Ok((
            entries.map(|entry| usize::try_from(entry).unwrap_or(usize::MAX)).collect(),
            from + len,
        ))
    }

    fn zero_terminated(&self, at: usize) -> Result<&str, Error> {
        let rest = self.bytes.get(at..).ok_or_else(cut)?;
        let rest = &rest[..rest.len().min(MAX_STRING)];
        let end = rest.iter().position(|&byte| byte == 0).ok_or_else(cut)?;
        std::str::from_utf8(&rest[..end]).map_err(|_| Error::damaged("a string is not UTF-8"))
    }

    /// An array within a value. Its entries count as values do: many values may point to one array.
    fn counted(&mut self, at: usize) -> Result<(Vec<usize>, usize), Error> {
        let (entries, end) = self.array(at)?;
        self.values += entries.len();
        if self.values > MAX_VALUES {
            return Err(Error::TooLarge("the number of values".to_owned()));
        }
        Ok((entries, end))
    }

    /// Counts text that is kept.
    fn keep(&mut self, bytes: usize) -> Result<(), Error> {
        self.text += bytes;
        if self.text > MAX_TEXT {
            return Err(Error::TooLarge("the strings".to_owned()));
        }
        Ok(())
    }

    /// The first version has the names as strings.
    fn plain_names(&mut self, at: usize) -> Result<Vec<String>, Error> {
        let (offsets, end) = self.array(at)?;
        let mut names = Vec::new();
        for offset in offsets {
            let name = self.zero_terminated(end.saturating_add(offset))?.to_owned();
            self.keep(name.len())?;
            names.push(name);
        }
        Ok(names)
    }

    /// Later ones have a trie, read from the last letter to the first.
    fn names(&mut self, at: usize) -> Result<Vec<String>, Error> {
        let (charset, end) = self.array(at)?;
        let (data, end) = self.array(end)?;
        let (indices, _) = self.array(end)?;
        let bad = || Error::damaged("the names lead nowhere");
        let mut names = Vec::with_capacity(indices.len().min(1 << 16));
        for index in indices {
            let mut name = Vec::new();
            let mut c = *data.get(index).ok_or_else(bad)?;
            while c != 0 {
                let parent = *data.get(c).ok_or_else(bad)?;
                name.push(c.wrapping_sub(*charset.get(parent).ok_or_else(bad)?) as u8);
                c = parent;
                if name.len() > 1024 {
                    return Err(bad());
                }
            }
            self.keep(name.len())?;
            name.reverse();
            names.push(String::from_utf8(name).map_err(|_| bad())?);
        }
        Ok(names)
    }

    fn string(&mut self, index: usize) -> Result<Value, Error> {
        let offset =
            *self.strings.get(index).ok_or_else(|| Error::damaged("a string that is not there"))?;
        let text = self.zero_terminated(self.strings_data.saturating_add(offset))?.to_owned();
        self.keep(text.len())?;
        Ok(Value::String(text))
    }

    /// A value inside another: one that is damaged costs no more than itself.
    fn inner(&mut self, at: usize, depth: usize) -> Result<Value, Error> {
        self.value(at, depth + 1).or_else(|error| match error {
            Error::Damaged(_) if self.damaged < MAX_DAMAGED => {
                self.damaged += 1;
                Ok(Value::Null)
            }
            other => Err(other),
        })
    }

    fn value(&mut self, at: usize, depth: usize) -> Result<Value, Error> {
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            return Err(Error::TooLarge("the nesting of values".to_owned()));
        }
        let kind = self.byte(at)?;
        Ok(match kind {
            0x00 | 0x01 | 0x19..=0x1c | 0x22..=0x25 => Value::Null,
            0x02 => Value::Bool(false),
            0x03 => Value::Bool(true),
            0x04 => Value::from(0),
            0x05..=0x0c => {
                let width = usize::from(kind - 0x04);
                let unused = 64 - 8 * width as u32;
                Value::from((self.number(at + 1, width)? << unused) as i64 >> unused)
            }
            0x0d..=0x14 => Value::Array(self.counted(at)?.0.into_iter().map(Value::from).collect()),
            0x15..=0x18 => {
                let index = self.number(at + 1, usize::from(kind - 0x14))?;
                self.string(index as usize)?
            }
            0x1d => Value::from(0.0),
            0x1e => float(f64::from(f32::from_bits(self.number(at + 1, 4)? as u32))),
            0x1f => float(f64::from_bits(self.number(at + 1, 8)?)),
            0x20 => {
                let (offsets, base) = self.counted(at + 1)?;
                let items = offsets
                    .into_iter()
                    .map(|offset| self.inner(base.saturating_add(offset), depth));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            0x21 => {
                let (keys, end) = self.counted(at + 1)?;
                let (offsets, base) = self.counted(end)?;
                let mut object = Map::new();
                for (key, offset) in keys.into_iter().zip(offsets) {
                    let name = self
                        .names
                        .get(key)
                        .cloned()
                        .ok_or_else(|| Error::damaged("a name that is not there"))?;
                    self.keep(name.len())?;
                    object.insert(name, self.inner(base.saturating_add(offset), depth)?);
                }
                Value::Object(object)
            }
            other => return Err(Error::damaged(format!("a value of type {other:#04x}"))),
        })
    }
}

fn float(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file whose root is a list of `count` places, all of them that of the one value behind it.
    fn list_of_one(count: u16, value: &[u8]) -> Vec<u8> {
        let none: &[u8] = &[0x0d, 0, 0x0d];
        let mut bytes = b"PSB\0\x03\0\0\0".to_vec();
        for place in [44u32, 44, 53, 56, 0, 0, 0, 56, 0] {
            bytes.extend(place.to_le_bytes());
        }
        for _ in 0..4 {
            bytes.extend(none);
        }
        bytes.extend([0x20u8, 0x0e]);
        bytes.extend(count.to_le_bytes());
        bytes.push(0x0d);
        bytes.extend(std::iter::repeat_n(0u8, usize::from(count)));
        bytes.extend(value);
        bytes
    }

    #[test]
    fn one_value_at_many_places_is_counted_at_each() {
        let mut numbers: Vec<u8> = vec![0x0e];
        numbers.extend(2000u16.to_le_bytes());
        numbers.push(0x0d);
        numbers.extend(std::iter::repeat_n(7u8, 2000));
        let (tree, damaged) = parse(&list_of_one(2, &numbers)).unwrap();
        assert_eq!((tree[1][1999].as_u64(), damaged), (Some(7), 0));
        let error = parse(&list_of_one(3000, &numbers)).unwrap_err();
        assert!(matches!(error, Error::TooLarge(_)), "{error}");
    }

    #[test]
    fn a_file_may_have_some_damaged_values_and_not_only_such() {
        let (tree, damaged) = parse(&list_of_one(3, &[0xff])).unwrap();
        assert_eq!((tree, damaged), (Value::Array(vec![Value::Null; 3]), 3));
        assert!(matches!(parse(&list_of_one(3000, &[0xff])), Err(Error::Damaged(_))));
    }
}
