//! KiriKiri's scrambled text files: `FE FE mode FF FE`, then UTF-16 in one of three disguises.

use crate::archive::inflate;
use crate::error::Error;
use crate::files::MAX_SCRIPT_BYTES;

/// Whether a file is scrambled.
pub(crate) fn is_scrambled(bytes: &[u8]) -> bool {
    matches!(bytes, [0xfe, 0xfe, 0..=2, 0xff, 0xfe, ..])
}

/// Takes the disguise off. The result is text in UTF-16LE.
pub(crate) fn unscramble(bytes: &[u8]) -> Result<String, Error> {
    let body = bytes.get(5..).unwrap_or_default();
    let units: Vec<u16> = match bytes.get(2) {
        Some(0) => units(body).map(|unit| mode_0(unit).unwrap_or(unit)).collect(),
        Some(1) => units(body).map(|unit| (unit & 0xaaaa) >> 1 | (unit & 0x5555) << 1).collect(),
        Some(2) => {
            let number = |at: usize| {
                let bytes = body.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
                bytes
                    .map(u64::from_le_bytes)
                    .ok_or_else(|| Error::damaged("a scrambled script is cut off"))
            };
            let (packed, size) = (number(0)?, number(8)?);
            if size > MAX_SCRIPT_BYTES {
                return Err(Error::TooLarge(format!("a script of {} MiB", size >> 20)));
            }
            let stream = &body[16..];
            let stream = &stream[..usize::try_from(packed).unwrap_or(usize::MAX).min(stream.len())];
            units(&inflate(stream, size)?).collect()
        }
        _ => return Err(Error::damaged("a scrambled script of an unknown mode")),
    };
    Ok(String::from_utf16_lossy(&units).trim_start_matches('\u{feff}').to_owned())
}

fn units(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// Mode 0 leaves control characters alone.
fn mode_0(unit: u16) -> Option<u16> {
    let [lo, hi] = unit.to_le_bytes();
    (hi != 0 || lo >= 0x20).then(|| u16::from_le_bytes([lo ^ 1, hi ^ (lo & 0xfe)]))
}
