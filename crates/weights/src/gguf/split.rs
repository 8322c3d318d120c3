//! Models that `llama-gguf-split` has cut into several files: `name-00001-of-00003.gguf` and so on, beside each other. The first holds
//! the metadata, any of them tensors.

use std::path::{Path, PathBuf};

use super::Metadata;
use crate::error::{Refusal, damaged};

/// The largest models come in some dozens.
const MAX_PARTS: u64 = 1 << 10;

/// The files besides the first, in order; none where the model is whole.
pub(crate) fn other_parts(path: &Path, first: &Metadata) -> Result<Vec<PathBuf>, Refusal> {
    let count = first.u64("split.count").unwrap_or(0);
    if count < 2 {
        return Ok(Vec::new());
    }
    if count > MAX_PARTS {
        return damaged(format!("it says that it is one of {count} parts"));
    }
    let stem = |number: u64| {
        let name = path.file_name()?.to_str()?;
        name.strip_suffix(&ending(number, count))
    };
    match (first.u64("split.no").unwrap_or(0), stem(1)) {
        (0, Some(stem)) => Ok((2..=count)
            .map(|number| path.with_file_name(format!("{stem}{}", ending(number, count))))
            .collect()),
        (0, None) => Err(Refusal::Unsupported(format!(
            "it is the first of {count} parts, and its name does not end with `{}`, from which those of the others follow",
            ending(1, count)
        ))),
        (index, _) => Err(misplaced(index, count)),
    }
}

/// Whether the file at the place of a part (the first has the index 0) is that part, of as many as the first says: files of another
/// model may have been given its name.
pub(crate) fn check_part(part: &Metadata, first: &Metadata, index: usize) -> Result<(), Refusal> {
    let count = part.u64("split.count").unwrap_or(1);
    if count != first.u64("split.count").unwrap_or(1) {
        return damaged(format!("it says that it is one of {count} parts"));
    }
    match part.u64("split.no").unwrap_or(0) {
        own if own == index as u64 => Ok(()),
        own => Err(misplaced(own, count)),
    }
}

fn misplaced(index: u64, count: u64) -> Refusal {
    Refusal::Unsupported(format!(
        "it is part {} of {count}: open the first, whose name ends with `{}`",
        index.saturating_add(1),
        ending(1, count)
    ))
}

fn ending(number: u64, count: u64) -> String {
    format!("-{number:05}-of-{count:05}.gguf")
}
