//! Draws: loads a part, uses it, lets go of it, and goes on with the next, on threads that give way to all others.

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use domain::{Cancel, Painter, Problem, Sketch};
use image::{ImageFormat, RgbImage};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::ThreadPoolBuilder;
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

use crate::Folder;
use crate::error::Error;
use crate::plan::Plan;
use crate::schedule::Steps;
use crate::tensors::Source;
use crate::text::{TextEncoder, Words};
use crate::unet::Unet;
use crate::vae::Vae;

/// Of 0 to 99, as a training's (decision 0163).
const PRIORITY: u8 = 10;
/// Steps and guidance where nobody says otherwise: as servers are asked for, and as turbo models are published.
const STEPS: usize = 24;
const GUIDANCE: f64 = 6.5;
const TURBO_STEPS: usize = 4;
/// Most steps that anybody may ask for.
const MOST_STEPS: usize = 150;
/// What a picture shall not be.
const NEGATIVE: &str =
    "text, letters, watermark, signature, lowres, blurry, deformed, extra fingers, nsfw";

/// Where a picture is computed.
#[derive(Debug, Clone)]
pub struct Room {
    /// The device; [`Device::Cpu`] is always there.
    pub device: Device,
    /// Bytes of memory that are free there.
    pub free: u64,
    /// Threads of the processor; nought for as many as it has cores.
    pub threads: usize,
}

impl Room {
    /// The processor, all of its cores.
    pub fn processor(free: u64) -> Self {
        Self { device: Device::Cpu, free, threads: 0 }
    }
}

/// How far a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Steps that are done; all of them while pixels are made.
    pub done: usize,
    /// Steps altogether.
    pub of: usize,
}

/// Draws with a model that lies in a folder.
pub struct Studio {
    folder: Folder,
    room: Room,
    steps: usize,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
}

impl Studio {
    /// A model and where it computes. `steps` nought: as many as suit it. `progress` is called from the drawing threads.
    pub fn new(
        folder: Folder,
        room: Room,
        steps: usize,
        progress: Arc<dyn Fn(Progress) + Send + Sync>,
    ) -> Self {
        let usual = if folder.turbo { TURBO_STEPS } else { STEPS };
        let steps = if steps == 0 { usual } else { steps.min(MOST_STEPS) };
        // Turbo models were not trained for more, and only lose by it.
        let steps = if folder.turbo { steps.min(TURBO_STEPS) } else { steps };
        Self { folder, room, steps, progress }
    }

    /// What a picture of a shape would take.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn plan(&self, width: u32, height: u32) -> Result<Plan, Error> {
        self.folder.plan(width, height, self.room.free)
    }

    fn drawn(&self, sketch: &Sketch, cancel: &Cancel) -> Result<Vec<u8>, Error> {
        let plan = self.plan(sketch.width, sketch.height)?;
        tracing::debug!(?plan, model = %self.folder.name, "drawing");
        let device = &self.room.device;
        let guided = !self.folder.turbo;
        let (wanted, unwanted) = self.words(&prompt(sketch), guided, &plan, cancel)?;
        let latent = self.latent((&wanted, unwanted.as_ref()), sketch.seed, &plan, cancel)?;
        let source =
            Source { file: &self.folder.vae_weights, device, storage: plan.storage, cancel };
        let decoder = Vae::load(source, &self.folder.vae)?;
        let pixels = decoder.decode(&latent, cancel)?;
        drop(decoder);
        encoded(&pixels)
    }

    /// What is wanted and, where the model is guided, what is not.
    fn words(
        &self,
        prompt: &str,
        guided: bool,
        plan: &Plan,
        cancel: &Cancel,
    ) -> Result<(Tensor, Option<Tensor>), Error> {
        let words = Words::load(&self.folder.path, &self.folder.text)?;
        let source = Source {
            file: &self.folder.text_weights,
            device: &self.room.device,
            storage: plan.storage,
            cancel,
        };
        let encoder = TextEncoder::load(source, &self.folder.text)?;
        let wanted = encoder.forward(&words.tokens(prompt)?)?;
        let unwanted = guided.then(|| encoder.forward(&words.tokens(NEGATIVE)?)).transpose()?;
        Ok((wanted, unwanted))
    }

    fn latent(
        &self,
        (wanted, unwanted): (&Tensor, Option<&Tensor>),
        seed: u32,
        plan: &Plan,
        cancel: &Cancel,
    ) -> Result<Tensor, Error> {
        let device = &self.room.device;
        let source =
            Source { file: &self.folder.unet_weights, device, storage: plan.storage, cancel };
        let unet = Unet::load(source, &self.folder.unet)?;
        let factor = self.folder.vae.factor();
        let shape = [1, self.folder.unet.latent, plan.height / factor, plan.width / factor];
        // Drawn on the processor, so that a seed means the same picture on every device.
        let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
        let mut noise = || noise(&mut chance, &shape, device);
        let steps = Steps::new(&self.folder.schedule, self.steps);
        let mut latent = (noise()? * steps.first())?;
        (self.progress)(Progress { done: 0, of: steps.len() });
        for step in 0..steps.len() {
            latent =
                denoised(&unet, &steps, step, &latent, (wanted, unwanted), cancel, &mut noise)?;
            (self.progress)(Progress { done: step + 1, of: steps.len() });
        }
        Ok(latent)
    }
}

/// One step.
pub(crate) fn denoised(
    unet: &Unet,
    steps: &Steps,
    step: usize,
    latent: &Tensor,
    (wanted, unwanted): (&Tensor, Option<&Tensor>),
    cancel: &Cancel,
    noise: &mut dyn FnMut() -> Result<Tensor, Error>,
) -> Result<Tensor, Error> {
    let scaled = steps.scaled(latent, step)?;
    let time = steps.time(step);
    let towards = unet.forward(&scaled, time, wanted, cancel)?;
    // One after the other and not as a batch of two: half the memory, and sooner given up.
    let output = match unwanted {
        Some(unwanted) => {
            let away = unet.forward(&scaled, time, unwanted, cancel)?;
            let difference = ((towards - &away)? * GUIDANCE)?;
            (away + difference)?
        }
        None => towards,
    };
    steps.step(latent, &output, step, noise)
}

/// Numbers of the normal distribution (Box and Muller's method).
fn noise(chance: &mut ChaCha8Rng, shape: &[usize], device: &Device) -> Result<Tensor, Error> {
    let count: usize = shape.iter().product();
    let mut numbers = Vec::with_capacity(count + 1);
    while numbers.len() < count {
        let radius = (-2.0 * (1.0 - chance.random::<f64>()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * chance.random::<f64>()).sin_cos();
        numbers.extend([(radius * cos) as f32, (radius * sin) as f32]);
    }
    numbers.truncate(count);
    Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?.to_device(device)?)
}

/// The words that a picture is made of.
fn prompt(sketch: &Sketch) -> String {
    match (sketch.style.trim(), sketch.description.trim()) {
        ("", description) => description.to_owned(),
        // What is behind the 75th token is not seen: the scene goes first.
        (style, description) => format!("{description}, {style}"),
    }
}

/// Pixels from minus one to one as a PNG file.
fn encoded(pixels: &Tensor) -> Result<Vec<u8>, Error> {
    let (_, _, height, width) = pixels.dims4()?;
    let rows =
        pixels.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.squeeze(0)?.permute((1, 2, 0))?;
    let numbers: Vec<f32> = rows.contiguous()?.flatten_all()?.to_vec1()?;
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(Error::NoNumbers);
    }
    let bytes = numbers
        .iter()
        .map(|number| ((number / 2.0 + 0.5).clamp(0.0, 1.0) * 255.0).round() as u8)
        .collect();
    let image = RgbImage::from_raw(width as u32, height as u32, bytes);
    let image = image.ok_or_else(|| Error::Stopped("the picture has the wrong size".to_owned()))?;
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}

impl Painter for Studio {
    fn host(&self) -> Option<&str> {
        None
    }

    fn name(&self) -> String {
        self.folder.name.clone()
    }

    /// A PNG file in the model's own size. Blocks for as long as it draws, which may be minutes; all of the model is let go of before it
    /// returns.
    fn draw(&self, sketch: &Sketch, cancel: &Cancel) -> Result<Option<Vec<u8>>, Problem> {
        let stopped = Error::Stopped;
        let pool = ThreadPoolBuilder::new()
            .num_threads(self.room.threads)
            .thread_name(|at| format!("painter-{at}"))
            .start_handler(|_| step_back())
            .build()
            .map_err(|error| stopped(error.to_string()))?;
        // Products of matrices use the pool of the thread that asks for them. A driver that breaks down is no reason to end.
        let work = std::panic::AssertUnwindSafe(|| pool.install(|| self.drawn(sketch, cancel)));
        let drawn = std::panic::catch_unwind(work)
            .unwrap_or_else(|_| Err(stopped("a library broke down".to_owned())));
        match drawn {
            _ if cancel.is_cancelled() => Ok(None),
            Ok(file) => Ok(Some(file)),
            Err(error) => Err(error.into()),
        }
    }
}

/// Gives the thread that calls a low priority. Where the system refuses it goes on as it is.
fn step_back() {
    let Ok(value) = ThreadPriorityValue::try_from(PRIORITY) else { return };
    if let Err(error) = set_current_thread_priority(ThreadPriority::Crossplatform(value)) {
        tracing::debug!(?error, "a thread that draws keeps its priority");
    }
}
