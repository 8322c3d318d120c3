//! A folder in diffusers' layout: which files its parts are and what their descriptions say. Names and lengths of the tensors are checked
//! by `weights`; whether their shapes are those that the descriptions imply is seen when they are loaded. No number is read here.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use weights::Checkpoint;

use crate::Error;
use crate::config::{ScheduleConfig, TextConfig, UnetConfig, VaeConfig};
use crate::described::Described;

/// The file that makes a folder such a model.
pub const INDEX: &str = "model_index.json";
/// Descriptions are some kilobytes.
const MAX_JSON: u64 = 1 << 20;
/// The one pipeline that is drawn with.
const PIPELINE: &str = "StableDiffusionPipeline";
/// What each part is by its makers' name.
const PARTS: [(&str, &str); 3] =
    [("text_encoder", "CLIPTextModel"), ("unet", "UNet2DConditionModel"), ("vae", "AutoencoderKL")];
/// How many pixels may at most become one, a side; of the published models it is 64. Sides are multiples of it, so that a description could
/// otherwise ask for a picture of any size.
const MOST_HALVED: usize = 128;

/// An opened model.
#[derive(Debug)]
pub struct Folder {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name for people: the folder's.
    pub name: String,
    pub(crate) text: TextConfig,
    pub(crate) unet: UnetConfig,
    pub(crate) vae: VaeConfig,
    pub(crate) schedule: ScheduleConfig,
    /// It was distilled to draw in a few steps, without guidance.
    pub(crate) turbo: bool,
    pub(crate) text_weights: Checkpoint,
    pub(crate) unet_weights: Checkpoint,
    pub(crate) vae_weights: Checkpoint,
}

/// Whether a folder may be such a model: a look at one name.
pub fn is_folder(path: &Path) -> bool {
    path.join(INDEX).is_file()
}

impl Folder {
    /// Opens a folder and reads what it says of itself.
    ///
    /// # Errors
    /// Where it is none, of another family, in pickles, or computed in a way that is not known here: always with what was found.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let index_path = path.join(INDEX);
        let index = json(path, INDEX)?;
        let class = index["_class_name"].as_str().unwrap_or("nothing");
        if class != PIPELINE {
            let class: String = class.chars().take(80).collect();
            return Err(Error::unsupported(&index_path, format!("it is a {class}")));
        }
        for (part, expected) in PARTS {
            let named = index[part][1].as_str().unwrap_or("nothing");
            if named != expected {
                let named: String = named.chars().take(80).collect();
                return Err(Error::unsupported(&index_path, format!("its {part} is a {named}")));
            }
        }
        let described = |part: &str, name: &str| -> Result<(PathBuf, Value), Error> {
            let folder = path.join(part);
            Ok((folder.join(name), json(&folder, name)?))
        };
        let (at, value) = described("text_encoder", "config.json")?;
        let text = TextConfig::read(&Described { path: &at, value: &value })?;
        let (unet_at, value) = described("unet", "config.json")?;
        let unet = UnetConfig::read(&Described { path: &unet_at, value: &value })?;
        let (at, value) = described("vae", "config.json")?;
        let vae = VaeConfig::read(&Described { path: &at, value: &value })?;
        let (at, value) = described("scheduler", "scheduler_config.json")?;
        let schedule = ScheduleConfig::read(&Described { path: &at, value: &value })?;
        if unet.latent != vae.latent {
            let reason = format!(
                "it computes with {} channels and the decoder with {}",
                unet.latent, vae.latent
            );
            return Err(Error::unsupported(&unet_at, reason));
        }
        if unet.context != text.width {
            let reason =
                format!("it expects words of {} numbers and gets {}", unet.context, text.width);
            return Err(Error::unsupported(&unet_at, reason));
        }
        let halved = unet.multiple() * vae.factor();
        if halved > MOST_HALVED {
            let reason = format!("its blocks make one number of {halved} pixels a side");
            return Err(Error::unsupported(&unet_at, reason));
        }
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let turbo = turbo(&name, &index, &value);
        Ok(Self {
            text_weights: part(path, "text_encoder", "model")?,
            unet_weights: part(path, "unet", "diffusion_pytorch_model")?,
            vae_weights: part(path, "vae", "diffusion_pytorch_model")?,
            path: path.to_owned(),
            name,
            text,
            unet,
            vae,
            schedule,
            turbo,
        })
    }

    /// A family for people.
    pub fn family(&self) -> &'static str {
        match (self.turbo, self.unet.context) {
            (true, _) => "Stable Diffusion, turbo",
            (false, 768) => "Stable Diffusion 1.x",
            (false, 1024) => "Stable Diffusion 2.x",
            _ => "Stable Diffusion",
        }
    }

    /// The size that is drawn for a picture of a shape: about as many pixels as it was trained with, in sides that its blocks can
    /// halve as often as they do.
    pub(crate) fn size(&self, width: u32, height: u32) -> (usize, usize) {
        let shape = (f64::from(width) / f64::from(height.max(1))).clamp(0.5, 2.0);
        let multiple = self.unet.multiple() * self.vae.factor();
        let side = (self.unet.sample * self.vae.factor()).min(1024) as f64;
        let step = |length: f64| ((length / multiple as f64).round() as usize).max(1) * multiple;
        (step(side * shape.sqrt()), step(side / shape.sqrt()))
    }
}

/// Turbo models say it by their name, or by the schedule that only they are published with.
fn turbo(name: &str, index: &Value, scheduler: &Value) -> bool {
    let origin = index["_name_or_path"].as_str().unwrap_or_default();
    [name, origin].iter().any(|name| name.to_ascii_lowercase().contains("turbo"))
        || scheduler["_class_name"].as_str().is_some_and(|class| class.starts_with("Euler"))
            && scheduler["timestep_spacing"] == "trailing"
}

/// A part's weights.
fn part(model: &Path, folder: &str, stem: &str) -> Result<Checkpoint, Error> {
    let folder = model.join(folder);
    if let Some(weights) = Checkpoint::of_part(&folder, stem)? {
        return Ok(weights);
    }
    let pickle = [
        "pytorch_model.bin",
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.fp16.bin",
        "pytorch_model.fp16.bin",
    ];
    match pickle.iter().find(|name| folder.join(name).is_file()) {
        Some(name) => Err(Error::Unsupported {
            path: folder.join(name),
            reason: "it is a PyTorch pickle, which can hold programs".to_owned(),
            remedy: "fetch the same model's `.safetensors` files, which most are published with as well",
        }),
        None => Err(Error::Missing { path: folder, part: format!("{stem}.safetensors") }),
    }
}

/// A description, read within bounds.
pub(crate) fn json(folder: &Path, name: &str) -> Result<Value, Error> {
    let path = folder.join(name);
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::Missing { path: folder.to_owned(), part: name.to_owned() }
        }
        _ => Error::damaged(&path, error.to_string()),
    };
    let file = File::open(&path).map_err(io)?;
    if file.metadata().map_err(io)?.len() > MAX_JSON {
        return Err(Error::damaged(&path, "a description is not that long"));
    }
    serde_json::from_reader(BufReader::new(file.take(MAX_JSON)))
        .map_err(|error| Error::damaged(&path, format!("it is not a description: {error}")))
}
