//! Servers that draw, behind [`domain::Painter`]: OpenAI's images API (which many others speak), Stable Diffusion WebUI's (AUTOMATIC1111,
//! Forge, SD.Next) and ComfyUI's. All that is sent is a description of the scene, a style, a size, a seed and a model's name.
//!
//! What comes back is a stranger's file: bounded here, decoded within bounds by whoever takes it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use domain::{Cancel, Network, Painter, Passage, Problem, ProblemKind, Purpose, Sketch};
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};

use crate::request::{Run, client, within};
use crate::{Address, Error, Options};

/// Longest answer that holds a picture, in bytes: 32 MiB of a file, a third more as base64.
const MAX_BODY: usize = 48 << 20;
/// Longest answer that holds none.
const MAX_WORDS: usize = 4 << 20;
/// Most commas and brackets of an answer: each may stand for a value, which takes many times its byte. Pictures in base64 have none.
const MAX_PARTS: usize = 1 << 16;
/// Between two looks whether ComfyUI is done.
const LOOK: Duration = Duration::from_millis(400);
/// What a picture shall not be.
const NEGATIVE: &str =
    "text, letters, watermark, signature, lowres, blurry, deformed, extra fingers, nsfw";
/// Steps of a diffusion, and how closely it follows the words.
const STEPS: u32 = 24;
const GUIDANCE: f32 = 6.5;
/// Sizes that OpenAI's API takes for pictures that are wider than high: of its newer models, and of its older ones.
const WIDE: [&str; 2] = ["1536x1024", "1792x1024"];

/// Which API a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureApi {
    /// `POST /v1/images/generations`.
    OpenAi,
    /// `POST /sdapi/v1/txt2img`.
    Automatic1111,
    /// `POST /prompt`, then `/history` and `/view`.
    ComfyUi,
}

/// A server that draws.
pub struct PictureServer {
    api: PictureApi,
    options: Options,
    client: Client,
}

impl PictureServer {
    /// A server at an address. `model` may be empty: the one that it has loaded, or its first. It may draw for `patience` altogether.
    ///
    /// # Errors
    /// Where the address is none, or a key would travel readable.
    pub fn new(
        api: PictureApi,
        address: Address,
        (model, key): (&str, Option<String>),
        patience: Duration,
        network: Arc<dyn Network>,
    ) -> Result<Self, Error> {
        let model = model.trim().to_owned();
        let (context_length, told) = (0, None);
        let options = Options { address, model, key, context_length, patience, network, told };
        let client = client(&options)?;
        Ok(Self { api, options, client })
    }

    /// Reads what a person typed as the address of such a server.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn address(api: PictureApi, typed: &str) -> Result<Address, Error> {
        match api {
            PictureApi::OpenAi => {
                let typed = typed.trim().trim_end_matches('/');
                Address::parse(typed.strip_suffix("/images/generations").unwrap_or(typed))
            }
            _ => Address::of_site(typed),
        }
    }

    async fn ask(&self, sketch: &Sketch, run: &Run<'_>) -> Result<Option<Vec<u8>>, Error> {
        // One for all that a picture takes: a server that is looked at every moment would fill the log.
        let mut passage = run.pass(Purpose::Picture, "a picture")?;
        match self.api {
            PictureApi::OpenAi => self.openai(sketch, run, &mut passage).await,
            PictureApi::Automatic1111 => self.automatic1111(sketch, run, &mut passage).await,
            PictureApi::ComfyUi => self.comfyui(sketch, run, &mut passage).await,
        }
    }

    fn post(&self, path: &str, body: &Value) -> (RequestBuilder, u64) {
        let body = body.to_string();
        let sent = body.len() as u64;
        let request = self.client.post(self.options.address.call(path));
        (request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body), sent)
    }

    async fn openai(
        &self,
        sketch: &Sketch,
        run: &Run<'_>,
        passage: &mut Passage,
    ) -> Result<Option<Vec<u8>>, Error> {
        let mut body = json!({ "prompt": prompt(sketch), "n": 1, "size": WIDE[0] });
        if !self.options.model.is_empty() {
            body["model"] = json!(self.options.model);
        }
        // Servers differ in what they take: the newer models of OpenAI always send the picture and refuse to be asked for it, the
        // older ones and most others send an address unless asked; each knows its own sizes.
        let mut tries = [
            ("response_format", json!("b64_json")),
            ("response_format", Value::Null),
            ("size", json!(WIDE[1])),
        ]
        .into_iter();
        loop {
            if let Some((key, value)) = tries.next() {
                match value {
                    Value::Null => drop(body.as_object_mut().and_then(|all| all.remove(key))),
                    value => body[key] = value,
                }
                if key == "size" {
                    body["response_format"] = json!("b64_json");
                }
            }
            let last = tries.len() == 0;
            let answer =
                run.answer(self.post("images/generations", &body), passage, MAX_BODY).await;
            let answer = match answer {
                Err(Error::Refused { status: 400 | 422, .. }) if !last => continue,
                answer => answer?,
            };
            let Some(answer) = answer else { return Ok(None) };
            let data = &self.json(&answer)?["data"][0];
            return match data["b64_json"].as_str() {
                Some(text) => self.decoded(text).map(Some),
                None if data["url"].is_string() => Err(self.nonsense(
                    "it answers with an address instead of a picture, and no other machine is asked",
                )),
                None => Err(self.nonsense("its answer holds no picture")),
            };
        }
    }

    async fn automatic1111(
        &self,
        sketch: &Sketch,
        run: &Run<'_>,
        passage: &mut Passage,
    ) -> Result<Option<Vec<u8>>, Error> {
        let (width, height) = diffusion_size(sketch);
        let mut body = json!({
            "prompt": prompt(sketch),
            "negative_prompt": NEGATIVE,
            "width": width,
            "height": height,
            "steps": STEPS,
            "cfg_scale": GUIDANCE,
            "seed": sketch.seed,
        });
        if !self.options.model.is_empty() {
            body["override_settings"] = json!({ "sd_model_checkpoint": self.options.model });
        }
        let answer = run.answer(self.post("sdapi/v1/txt2img", &body), passage, MAX_BODY).await?;
        let Some(answer) = answer else { return Ok(None) };
        let answer = self.json(&answer)?;
        match answer["images"][0].as_str() {
            Some(text) => self.decoded(text).map(Some),
            None => Err(self.nonsense("its answer holds no picture")),
        }
    }

    async fn comfyui(
        &self,
        sketch: &Sketch,
        run: &Run<'_>,
        passage: &mut Passage,
    ) -> Result<Option<Vec<u8>>, Error> {
        let get = |url: Url| (self.client.get(url), 0);
        let mut model = self.options.model.clone();
        if model.is_empty() {
            let url = self.options.address.call("object_info/CheckpointLoaderSimple");
            let Some(known) = run.answer(get(url), passage, MAX_WORDS).await? else {
                return Ok(None);
            };
            let known = self.json(&known)?;
            let names = &known["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0];
            let first = names[0].as_str().ok_or_else(|| {
                self.nonsense("it has no checkpoint; put one into its `models/checkpoints`")
            })?;
            first.clone_into(&mut model);
        }
        let body = json!({ "prompt": workflow(sketch, &model) });
        let Some(queued) = run.answer(self.post("prompt", &body), passage, MAX_WORDS).await? else {
            return Ok(None);
        };
        let queued = self.json(&queued)?;
        let id = queued["prompt_id"].as_str().filter(|id| is_plain(id));
        let id = id.ok_or_else(|| self.nonsense("it does not say what it draws as"))?;
        let made = loop {
            let url = self.options.address.call(&format!("history/{id}"));
            let Some(history) = run.answer(get(url), passage, MAX_WORDS).await? else {
                return Ok(None);
            };
            let history = self.json(&history)?;
            let entry = &history[id];
            if entry["status"]["status_str"] == "error" {
                return Err(self.nonsense("it could not draw; its own window says why"));
            }
            let outputs = entry["outputs"].as_object();
            let image = outputs.into_iter().flat_map(|all| all.values()).find_map(|output| {
                Some(output["images"][0].clone()).filter(|image| image["filename"].is_string())
            });
            if let Some(image) = image {
                break image;
            }
            let status = &entry["status"];
            if status["status_str"] == "success" || status["completed"] == true {
                return Err(self.nonsense("it says that it is done, and shows no picture"));
            }
            if run.pause(LOOK).await {
                return Ok(None);
            }
        };
        let mut url = self.options.address.call("view");
        for key in ["filename", "subfolder", "type"] {
            url.query_pairs_mut().append_pair(key, made[key].as_str().unwrap_or_default());
        }
        run.answer(get(url), passage, MAX_BODY).await
    }

    fn json(&self, bytes: &[u8]) -> Result<Value, Error> {
        if bytes.iter().filter(|byte| b",[{".contains(byte)).count() > MAX_PARTS {
            return Err(self.nonsense("it holds far more than a picture"));
        }
        serde_json::from_slice(bytes).map_err(|error| self.nonsense(format!("no JSON ({error})")))
    }

    /// A picture in base64, with or without what a `data:` address has before it.
    fn decoded(&self, text: &str) -> Result<Vec<u8>, Error> {
        let bare = match text.split_once(";base64,") {
            Some((head, rest)) if head.starts_with("data:") => rest,
            _ => text,
        };
        base64::engine::general_purpose::STANDARD
            .decode(bare.trim())
            .map_err(|_| self.nonsense("its picture is damaged"))
    }

    fn nonsense(&self, why: impl Into<String>) -> Error {
        Error::Nonsense { host: self.options.address.host().to_owned(), why: why.into() }
    }
}

impl Painter for PictureServer {
    fn host(&self) -> Option<&str> {
        Some(self.options.address.host())
    }

    fn name(&self) -> String {
        match (self.options.model.as_str(), self.api) {
            ("", PictureApi::OpenAi) => "images".to_owned(),
            ("", PictureApi::Automatic1111) => "Stable Diffusion WebUI".to_owned(),
            ("", PictureApi::ComfyUi) => "ComfyUI".to_owned(),
            (model, _) => model.to_owned(),
        }
    }

    fn draw(&self, sketch: &Sketch, cancel: &Cancel) -> Result<Option<Vec<u8>>, Problem> {
        let cancelled = || cancel.is_cancelled();
        let run = Run { options: &self.options, client: &self.client, cancelled: &cancelled };
        within(&self.options, self.ask(sketch, &run)).map_err(told)
    }
}

/// What a person is told: the usual advice is about servers of language models.
fn told(error: Error) -> Problem {
    let remedy = match error {
        Error::Nonsense { .. } => {
            "check in the settings that the kind of server and its address are those of what runs there"
        }
        Error::Unreachable { .. } => {
            "check that the server runs and that its address is right, or switch `allow_remote_pictures` off"
        }
        error => return error.into(),
    };
    Problem::new(ProblemKind::Network, error.to_string(), remedy)
}

/// The words that a picture is made of.
fn prompt(sketch: &Sketch) -> String {
    match (sketch.style.trim(), sketch.description.trim()) {
        ("", description) => description.to_owned(),
        (style, description) => format!("{style}, {description}"),
    }
}

/// A size that models of Stable Diffusion are used to: about 0.6 megapixels, in steps of 64.
fn diffusion_size(sketch: &Sketch) -> (u32, u32) {
    let shape = (f64::from(sketch.width) / f64::from(sketch.height.max(1))).clamp(0.5, 2.0);
    let height = (600_000.0 / shape).sqrt();
    let step = |side: f64| ((side / 64.0).round() as u32).max(4) * 64;
    (step(height * shape), step(height))
}

/// ComfyUI's own example of text to picture, with our words in it.
fn workflow(sketch: &Sketch, model: &str) -> Value {
    let (width, height) = diffusion_size(sketch);
    json!({
        "model": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": model } },
        "size": { "class_type": "EmptyLatentImage", "inputs": { "width": width, "height": height, "batch_size": 1 } },
        "yes": { "class_type": "CLIPTextEncode", "inputs": { "text": prompt(sketch), "clip": ["model", 1] } },
        "no": { "class_type": "CLIPTextEncode", "inputs": { "text": NEGATIVE, "clip": ["model", 1] } },
        "draw": { "class_type": "KSampler", "inputs": {
            "model": ["model", 0], "positive": ["yes", 0], "negative": ["no", 0], "latent_image": ["size", 0],
            "seed": sketch.seed, "steps": STEPS, "cfg": GUIDANCE, "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1.0 } },
        "see": { "class_type": "VAEDecode", "inputs": { "samples": ["draw", 0], "vae": ["model", 2] } },
        "keep": { "class_type": "SaveImage", "inputs": { "images": ["see", 0], "filename_prefix": "hanashi" } },
    })
}

/// What may stand in an address as it is.
fn is_plain(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 100
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
