//! Ren'Py archives: a line with the place of the index (and a key), and at that place a zlib-packed pickle of
//! `{name: [(offset ^ key, length ^ key[, prefix])]}`.

use std::collections::HashSet;
use std::io::{Read, Seek};

use super::pickle::{self, Value};
use super::{MAX_ENTRIES, MAX_INDEX_BYTES, Source, Taken, inflate, is_script_name};
use crate::error::Error;
use crate::files::File;

pub(super) fn extract<F: Read + Seek>(source: &mut Source<'_, F>) -> Result<Taken, Error> {
    let head = source.bytes(0, source.len.min(64))?;
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let version = words.next().unwrap_or_default();
    let hex = |word: Option<&str>| word.and_then(|word| u64::from_str_radix(word, 16).ok());
    let offset = hex(words.next())
        .ok_or_else(|| Error::damaged("the first line has no offset of an index"))?;
    let key = match version {
        "RPA-2.0" => 0,
        _ => hex(words.next()).ok_or_else(|| Error::damaged("the first line has no key"))?,
    };
    let packed = source.len.checked_sub(offset).filter(|&len| len <= MAX_INDEX_BYTES);
    let packed = packed.ok_or_else(|| {
        Error::damaged(format!("an index at {offset} of a file of {}", source.len))
    })?;
    let index = inflate(&source.bytes(offset, packed)?, MAX_INDEX_BYTES)?;
    let Value::Dict(entries) = pickle::load(&index)? else {
        return Err(Error::damaged("the index is no dictionary"));
    };
    if entries.len() > MAX_ENTRIES {
        return Err(Error::TooLarge(format!("{} entries", entries.len())));
    }
    let mut files = Vec::new();
    let mut compiled = Vec::new();
    for (name, places) in entries {
        let name = text(name)?;
        if is_script_name(&name) {
            files.push(File { bytes: content(source, &places, key)?, path: name });
        } else if name.ends_with(".rpyc") {
            compiled.push(name);
        }
    }
    let sources: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let alone =
        compiled.iter().filter(|name| !sources.contains(name.trim_end_matches('c'))).count();
    let note = (alone > 0).then(|| {
        format!(
            "holds {alone} compiled scripts (.rpyc) without their .rpy: unpack it and make .rpy files from them with unrpyc"
        )
    });
    Ok(Taken { files, note })
}

fn text(value: Value) -> Result<String, Error> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Bytes(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        _ => Err(Error::damaged("an entry's name is no text")),
    }
}

/// The segments of an entry, one after the other.
fn content<F: Read + Seek>(
    source: &mut Source<'_, F>,
    places: &Value,
    key: u64,
) -> Result<Vec<u8>, Error> {
    let Value::List(places) = places else { return Err(Error::damaged("an entry has no places")) };
    let mut out = Vec::new();
    for place in places {
        let Value::List(parts) = place else {
            return Err(Error::damaged("an entry's place is no tuple"));
        };
        let [Value::Int(offset), Value::Int(len), rest @ ..] = parts.as_slice() else {
            return Err(Error::damaged("an entry's place has no numbers"));
        };
        let plain = |number: i128| {
            u64::try_from(number ^ i128::from(key))
                .map_err(|_| Error::damaged("an entry lies nowhere"))
        };
        let prefix = match rest.first() {
            Some(Value::Bytes(bytes)) => bytes.as_slice(),
            Some(Value::Text(text)) => text.as_bytes(),
            _ => &[],
        };
        // The prefix is the entry's beginning, kept in the index; the length counts it.
        let len = plain(*len)?.saturating_sub(prefix.len() as u64);
        out.extend_from_slice(prefix);
        out.extend(source.entry(plain(*offset)?, len)?);
    }
    Ok(out)
}
