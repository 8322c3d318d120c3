//! A folder as diffusers lays it out: an index (`model_index.json`) and a folder for each part of a model that draws.
//!
//! As with other folders, names, shapes and lengths are checked by `weights`, and numbers are not read. Pickles are refused altogether:
//! every model of this kind is published as safetensors, too. Whether the arithmetic that the descriptions ask for is known is for
//! `painting` to say; `app` asks it before a folder is taken in, and a test there holds both together.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use weights::Checkpoint;

use super::Content;
use super::folder::refused;
use crate::Error;

/// The index. It gets its name last when a folder is copied.
pub(crate) const INDEX: &str = "model_index.json";
/// Longest description that is read.
const MAX_JSON: u64 = 1 << 20;
/// The one pipeline that is drawn with.
const PIPELINE: &str = "StableDiffusionPipeline";
/// The parts that are used, and what their weights are called.
const PARTS: [(&str, &str); 3] = [
    ("text_encoder", "model"),
    ("unet", "diffusion_pytorch_model"),
    ("vae", "diffusion_pytorch_model"),
];
/// Everything else that is used, the index last.
const BESIDE: [&str; 11] = [
    "text_encoder/config.json",
    "unet/config.json",
    "vae/config.json",
    "scheduler/scheduler_config.json",
    "tokenizer/tokenizer.json",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer_config.json",
    "tokenizer/special_tokens_map.json",
    "LICENSE",
    INDEX,
];

/// Whether a folder may be such a model: a look at one name.
pub(crate) fn looks_like(folder: &Path) -> bool {
    folder.join(INDEX).is_file()
}

pub(crate) fn read(folder: &Path) -> Result<Content, Error> {
    let path = folder.join(INDEX);
    let index = json(&path)?;
    let class = index["_class_name"].as_str().unwrap_or("nothing it says");
    if class != PIPELINE {
        let class: String = class.chars().take(80).collect();
        return Err(Error::unsupported(
            folder,
            format!("is a model for pictures of a kind that this version does not know ({class})"),
            "bring a folder of Stable Diffusion 1.x, 2.x or one of their turbo models in diffusers' layout",
        ));
    }
    let mut files = vec![];
    let mut numbers: u64 = 0;
    for (part, stem) in PARTS {
        let file = part_of(&folder.join(part), stem)?;
        let count = file.names().filter_map(|name| file.get(name)).map(weights::Entry::elements);
        numbers = count.fold(numbers, u64::saturating_add);
        files.extend(file.paths().map(Path::to_owned));
        // The list of shards goes along with them.
        if !files.contains(&file.path) {
            files.push(file.path);
        }
    }
    for needed in ["unet/config.json", "vae/config.json", "scheduler/scheduler_config.json"] {
        if !folder.join(needed).is_file() {
            return Err(Error::damaged(
                folder,
                format!("has no {needed}"),
                "bring the whole folder as it was published",
            ));
        }
    }
    files.extend(BESIDE.iter().map(|name| folder.join(name)).filter(|file| file.is_file()));
    Ok(Content::Pictures { numbers, files })
}

fn part_of(folder: &Path, stem: &str) -> Result<Checkpoint, Error> {
    let opened = Checkpoint::of_part(folder, stem).map_err(|error| refused(folder, &error))?;
    opened.ok_or_else(|| {
        Error::unsupported(
            folder,
            format!("has no {stem}.safetensors, and pickles are not drawn with"),
            "fetch the same model's `.safetensors` files: PyTorch's pickles (`.bin`) can hold programs",
        )
    })
}

fn json(path: &Path) -> Result<Value, Error> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let long = file.metadata().map_err(Error::io("read", path))?.len() > MAX_JSON;
    let read = serde_json::from_reader(BufReader::new(file.take(MAX_JSON)));
    match read {
        Ok(value) if !long => Ok(value),
        _ => Err(Error::damaged(
            path,
            "is not a description of a model",
            "download the folder again",
        )),
    }
}

/// The folder that a file of such a model belongs to.
pub(crate) fn around(file: &Path) -> Option<PathBuf> {
    let parent = file.parent()?;
    let parents = [Some(parent), parent.parent()];
    parents.into_iter().flatten().find(|folder| looks_like(folder)).map(Path::to_owned)
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
