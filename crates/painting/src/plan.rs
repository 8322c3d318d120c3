//! What drawing takes of memory, worked out from files and sizes before anything is loaded.

use crate::Folder;
use crate::attention::SCORES;
use crate::error::Error;

/// How weights are kept. All arithmetic is f32 either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In f32.
    Wide,
    /// In sixteen bits, widened while they are used: half the memory, somewhat slower.
    Narrow,
}

/// What a picture takes. The three parts are in memory one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Width that is drawn, in pixels.
    pub width: usize,
    /// Height that is drawn, in pixels.
    pub height: usize,
    /// How weights are kept.
    pub storage: Storage,
    /// Most memory at a time, in bytes.
    pub bytes: u64,
}

/// Left to other programs, and to what allocations lose between them.
const SPARE: u64 = 512 << 20;

impl Folder {
    /// Plans a picture of a shape with `free` bytes of memory: weights in f32 where they fit, else in sixteen bits.
    ///
    /// # Errors
    /// [`Error::Memory`] where not even that fits.
    pub fn plan(&self, width: u32, height: u32, free: u64) -> Result<Plan, Error> {
        let (width, height) = self.size(width, height);
        let plan =
            |storage| Plan { width, height, storage, bytes: self.bytes(width, height, storage) };
        let (wide, narrow) = (plan(Storage::Wide), plan(Storage::Narrow));
        let fits = |plan: &Plan| plan.bytes.saturating_add(SPARE) <= free;
        match (fits(&wide), fits(&narrow)) {
            (true, _) => Ok(wide),
            (false, true) => Ok(narrow),
            (false, false) => Err(Error::Memory {
                width: width as u32,
                height: height as u32,
                needed: gigabytes(narrow.bytes.saturating_add(SPARE)),
                free: gigabytes(free),
            }),
        }
    }

    fn bytes(&self, width: usize, height: usize, storage: Storage) -> u64 {
        let weights = |file: &weights::Checkpoint, part: &str| -> u64 {
            let entries = file
                .names()
                .filter(|name| name.starts_with(part))
                .filter_map(|name| file.get(name));
            let each = if storage == Storage::Wide { 4 } else { 2 };
            entries.map(|entry| entry.elements().saturating_mul(each)).fold(0, u64::saturating_add)
        };
        let factor = self.vae.factor();
        let (unet, vae) =
            (self.denoising(width / factor, height / factor), self.decoding(width, height));
        // A tensor is read as a whole, then brought into its form: the largest stands there twice for a moment.
        let largest = |file: &weights::Checkpoint| -> u64 {
            file.names()
                .filter_map(|name| file.get(name))
                .map(|entry| 8 * entry.elements())
                .max()
                .unwrap_or(0)
        };
        let text = weights(&self.text_weights, "").saturating_add(largest(&self.text_weights));
        let unet = weights(&self.unet_weights, "")
            .saturating_add(unet)
            .saturating_add(largest(&self.unet_weights));
        let vae = weights(&self.vae_weights, "decoder.")
            .saturating_add(vae)
            .saturating_add(largest(&self.vae_weights));
        text.max(unet).max(vae)
    }

    /// What the denoiser holds beside its weights, in bytes: what is kept for the way up, some copies of the largest map, one piece of
    /// scores and its exponentials, the widest inner layer.
    fn denoising(&self, width: usize, height: usize) -> u64 {
        let config = &self.unet;
        let (mut skips, mut largest) = (0, 0);
        for (block, channels) in config.channels.iter().enumerate() {
            let map = channels * (width >> block).max(1) * (height >> block).max(1);
            skips += (config.layers[block] + 1) * map;
            largest = largest.max(map);
        }
        4 * (skips
            + (8 + 12) * largest
            + 3 * SCORES.min(heads_of(config.heads.first(), width * height))) as u64
    }

    /// The same for the decoder, whose largest maps have as many pixels as the picture. Seven of them: with six, a model of full size took
    /// 5 % more than planned (640 × 416 in f32: 2.16 GB, of which the planner now says 2.33).
    fn decoding(&self, width: usize, height: usize) -> u64 {
        let config = &self.vae;
        let channels =
            |at: usize| config.channels.get(at).or(config.channels.last()).copied().unwrap_or(0);
        // The second block from outside is doubled with all its channels.
        let map = channels(0).max(channels(1)) * width * height;
        let inner = width / config.factor() * (height / config.factor());
        4 * (7 * map + 3 * SCORES.min(inner * inner)) as u64
    }
}

fn heads_of(heads: Option<&usize>, pixels: usize) -> usize {
    heads.copied().unwrap_or(1).saturating_mul(pixels).saturating_mul(pixels)
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
