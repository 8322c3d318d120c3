//! BGI/Ethornell archives and their compressed entries (`DSC FORMAT 1.00`).

use std::io::{Read, Seek};

use super::{MAX_ENTRIES, Source, u32_at};
use crate::encoding::cp932;
use crate::error::Error;
use crate::files::{File, MAX_SCRIPT_BYTES};

const COMPRESSED: &[u8] = b"DSC FORMAT 1.00\0";

pub(super) fn extract<F: Read + Seek>(
    source: &mut Source<'_, F>,
    second: bool,
) -> Result<Vec<File>, Error> {
    let (name_len, entry_len) = if second { (0x60, 0x80) } else { (0x10, 0x20) };
    let count = u32_at(&source.bytes(12, 4)?, 0).unwrap_or_default() as usize;
    if count > MAX_ENTRIES {
        return Err(Error::TooLarge(format!("{count} entries")));
    }
    let table = source.bytes(16, count as u64 * entry_len as u64)?;
    let base = 16 + count as u64 * entry_len as u64;
    let mut files = Vec::new();
    for entry in table.chunks_exact(entry_len) {
        let place = |at| {
            u32_at(entry, at).map(u64::from).ok_or_else(|| Error::damaged("an entry is cut off"))
        };
        let (offset, size) = (base + place(name_len)?, place(name_len + 4)?);
        let head = source.bytes(offset, size.min(32))?;
        if !head.starts_with(COMPRESSED) && !head.starts_with(crate::bgi::MAGIC) {
            continue;
        }
        let stored = source.entry(offset, size)?;
        let bytes = if head.starts_with(COMPRESSED) {
            // A picture's size is in the same place: what is no script is given back.
            let bytes = decompress(&stored)?;
            if !bytes.starts_with(crate::bgi::MAGIC) {
                continue;
            }
            source.spend(bytes.len() as u64)?;
            bytes
        } else {
            stored
        };
        files.push(File { path: cp932(&entry[..name_len]), bytes });
    }
    Ok(files)
}

/// The keystream of the code table.
struct Key {
    key: u32,
    magic: u32,
}

impl Key {
    fn next(&mut self) -> u8 {
        let v0 = 20021u32.wrapping_mul(self.key & 0xffff);
        let v1 = (self.magic | self.key >> 16)
            .wrapping_mul(20021)
            .wrapping_add(self.key.wrapping_mul(346));
        let v1 = v1.wrapping_add(v0 >> 16) & 0xffff;
        self.key = (v1 << 16).wrapping_add(v0 & 0xffff).wrapping_add(1);
        v1 as u8
    }
}

/// Unpacks `DSC FORMAT 1.00`: 512 depths of a canonical Huffman code, then literals and copies.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let cut = || Error::damaged("a compressed entry is cut off");
    let size = u32_at(bytes, 0x14).ok_or_else(cut)? as usize;
    if size as u64 > MAX_SCRIPT_BYTES {
        return Err(Error::TooLarge(format!("an entry of {} MiB", size >> 20)));
    }
    let count = u32_at(bytes, 0x18).ok_or_else(cut)? as usize;
    let magic = u32::from(u16::from_le_bytes([bytes[0], bytes[1]])) << 16;
    let mut key = Key { key: u32_at(bytes, 0x10).ok_or_else(cut)?, magic };
    let depths = bytes.get(0x20..0x220).ok_or_else(cut)?;
    let mut codes: Vec<(u8, u16)> = (0u16..)
        .zip(depths)
        .map(|(code, &byte)| (byte.wrapping_sub(key.next()), code))
        .filter(|(depth, _)| *depth > 0)
        .collect();
    codes.sort_unstable();
    let tree = tree(&codes)?;
    let mut bits = Bits { bytes: &bytes[0x220..], at: 0 };
    let mut out = Vec::with_capacity(size.min(1 << 20));
    for _ in 0..count {
        if out.len() >= size {
            break;
        }
        let mut node = 0usize;
        let code = loop {
            let bit = usize::from(bits.next()?);
            node = match tree.get(node).map(|branches| branches[bit]) {
                Some(Branch::Node(next)) => next as usize,
                Some(Branch::Leaf(code)) => break code,
                _ => {
                    return Err(Error::damaged(
                        "a compressed entry uses a code that it does not have",
                    ));
                }
            };
        };
        if code < 256 {
            out.push(code as u8);
            continue;
        }
        let mut offset = 2usize;
        let mut distance = 0usize;
        for _ in 0..12 {
            distance = distance << 1 | usize::from(bits.next()?);
        }
        offset += distance;
        let from = out
            .len()
            .checked_sub(offset)
            .ok_or_else(|| Error::damaged("a compressed entry copies what is not there"))?;
        for at in from..from + usize::from(code & 0xff) + 2 {
            out.push(out[at]);
        }
    }
    if out.len() < size {
        return Err(cut());
    }
    out.truncate(size);
    Ok(out)
}

#[derive(Debug, Clone, Copy)]
enum Branch {
    Missing,
    Node(u32),
    Leaf(u16),
}

/// The tree of a canonical code, `codes` sorted by depth and symbol.
fn tree(codes: &[(u8, u16)]) -> Result<Vec<[Branch; 2]>, Error> {
    let bad = || Error::damaged("a compressed entry has no proper code table");
    let mut nodes = vec![[Branch::Missing; 2]];
    let mut value = 0u64;
    let mut last = 0u8;
    for &(depth, symbol) in codes {
        if depth > 60 {
            return Err(bad());
        }
        value <<= depth - last;
        last = depth;
        let mut node = 0usize;
        for level in (0..depth).rev() {
            let bit = (value >> level & 1) as usize;
            if level == 0 {
                if !matches!(nodes[node][bit], Branch::Missing) {
                    return Err(bad());
                }
                nodes[node][bit] = Branch::Leaf(symbol);
                continue;
            }
            node = match nodes[node][bit] {
                Branch::Node(next) => next as usize,
                Branch::Leaf(_) => return Err(bad()),
                Branch::Missing => {
                    nodes.push([Branch::Missing; 2]);
                    let next = nodes.len() - 1;
                    nodes[node][bit] = Branch::Node(next as u32);
                    next
                }
            };
        }
        value += 1;
    }
    Ok(nodes)
}

/// Bits, the highest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn next(&mut self) -> Result<bool, Error> {
        let byte = self
            .bytes
            .get(self.at / 8)
            .ok_or_else(|| Error::damaged("a compressed entry is cut off"))?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Ok(bit == 1)
    }
}
