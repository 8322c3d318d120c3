//! Piper voices: small VITS networks (`.onnx` with `.onnx.json`) that turn phonemes into sound.
//!
//! The session is run here, and not by a ready-made crate, for three reasons: phonemes must keep their punctuation, the
//! network's own phoneme durations are wanted for the lips, and a missing ONNX Runtime has to be an ordinary error.

mod config;
mod graph;
mod japanese;
mod phonemes;
mod pinyin;
mod runtime;
mod table;

use std::path::{Path, PathBuf};

use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;

pub(crate) use config::{Config, Phonemes};

use crate::espeak::Espeak;
use crate::sound::{Mark, Sound};
use crate::text::SENTENCE_MS;
use crate::visemes::Mouth;
use crate::{Options, TtsError};
use phonemes::{Sequence, Symbol};

const WHAT: &str = "the Piper voice";
/// Largest voice file that is read; Piper's largest are 120 MB.
const MAX_MODEL: u64 = 512 << 20;
/// Longest sound of one piece that is believed, in seconds.
const MAX_SECONDS: usize = 180;

/// The files of a voice: `<stem>.onnx` and `<stem>.onnx.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) stem: String,
    pub(crate) model: PathBuf,
    pub(crate) config: PathBuf,
}

impl Files {
    /// What tells them from any other files, and from what stood in their place before: where they are, how long, and when they were
    /// written.
    pub(crate) fn identity(&self) -> String {
        let one = |path: &Path| {
            let about = path.metadata().ok();
            let written = about.as_ref().and_then(|about| about.modified().ok());
            format!("{} {:?} {written:?}", path.display(), about.map(|about| about.len()))
        };
        format!("{} {}", one(&self.model), one(&self.config))
    }
}

/// The voices in some folders, sorted by stem; of two with the same stem the earlier folder's.
pub(crate) fn find(dirs: &[PathBuf]) -> Vec<Files> {
    let mut found: Vec<Files> = Vec::new();
    for dir in dirs {
        let Ok(entries) = std::fs::read_dir(dir) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            let Some(stem) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".onnx"))
            else {
                continue;
            };
            let config = path.with_file_name(format!("{stem}.onnx.json"));
            if !found.iter().any(|voice| voice.stem == stem) {
                found.push(Files { stem: stem.to_owned(), model: path.clone(), config });
            }
        }
    }
    found.sort_by(|a, b| a.stem.cmp(&b.stem));
    found
}

/// A loaded voice.
pub(crate) struct Piper {
    config: Config,
    session: Session,
    path: PathBuf,
    /// Whether the network's phoneme durations come out beside the sound.
    durations: bool,
}

impl std::fmt::Debug for Piper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piper").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Piper {
    /// Loads a voice: reads its configuration, checks the file, starts a session.
    pub(crate) fn open(files: &Files, options: &Options) -> Result<Self, TtsError> {
        let config = Config::open(&files.config)?;
        let damaged =
            |reason: String| TtsError::Damaged { what: WHAT, path: files.model.clone(), reason };
        let size =
            std::fs::metadata(&files.model).map_err(|error| damaged(error.to_string()))?.len();
        if size > MAX_MODEL {
            return Err(damaged(format!("{size} bytes are more than any Piper voice has")));
        }
        let mut bytes = std::fs::read(&files.model).map_err(|error| damaged(error.to_string()))?;
        let graph = graph::Graph::read(&bytes).map_err(|reason| damaged(reason.into()))?;
        graph.check(config.speakers > 1).map_err(damaged)?;

        runtime::load(&options.resources)?;
        let durations = graph.durations.is_some();
        if let Some(name) = &graph.durations {
            bytes.extend(graph::extra_output(name));
        }
        let session =
            session(&bytes, options.threads).map_err(|error| damaged(error.to_string()))?;
        let mut voice = Self { config, session, path: files.model.clone(), durations };
        voice.probe().map_err(|reason| {
            damaged(format!(
                "it does not fit its configuration `{}`: {reason}",
                files.config.display()
            ))
        })?;
        Ok(voice)
    }

    /// Speaks the highest of its ids once: a configuration of another voice fails here, and not in the middle of a talk.
    fn probe(&mut self) -> Result<(), String> {
        let highest = self.config.table.highest();
        let sequence = Sequence { ids: vec![highest; 9], symbols: vec![Symbol::Pad; 9] };
        let sound = self.infer(&sequence, 1.0, 1.0).map_err(|error| error.to_string())?;
        let sounds = !sound.pcm.is_empty() && sound.pcm.iter().all(|sample| sample.is_finite());
        if sounds { Ok(()) } else { Err("what it gives is no sound".into()) }
    }

    /// What it says of itself.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Speaks a piece, `rate` times as fast as recorded, and varied `variety` times as freely as its configuration says.
    pub(crate) fn say(
        &mut self,
        text: &str,
        rate: f32,
        variety: f32,
        espeak: &Espeak,
    ) -> Result<Sound, TtsError> {
        let sequences = match self.config.phonemes {
            Phonemes::Pinyin => pinyin::sentences(text)
                .iter()
                .map(|sentence| Sequence::of_pinyin(sentence, &self.config.table))
                .collect(),
            Phonemes::Japanese => vec![Sequence::new(&japanese::clauses(text), &self.config)],
            Phonemes::Espeak => {
                let clauses = espeak.clauses(text, &self.config.espeak_voice).map_err(|_| {
                    TtsError::Unsupported {
                        what: format!("{WHAT} `{}`", self.path.display()),
                        reason: format!("there are no rules for `{}` in espeak-ng's data", self.config.espeak_voice),
                        remedy: "point HANASHI_ESPEAK_DATA at a complete espeak-ng-data folder, or choose another voice",
                    }
                })?;
                vec![Sequence::new(&clauses, &self.config)]
            }
        };
        let mut sound = Sound { rate: self.config.sample_rate, ..Sound::default() };
        for sequence in sequences.iter().filter(|sequence| !sequence.is_silent()) {
            let said = self.infer(sequence, rate, variety).map_err(|error| {
                TtsError::Engine(format!("{} (file `{}`)", error, self.path.display()))
            })?;
            if !sound.pcm.is_empty() {
                sound.pause(SENTENCE_MS);
            }
            sound.append(&said);
        }
        Ok(sound)
    }

    fn infer(&mut self, sequence: &Sequence, rate: f32, variety: f32) -> ort::Result<Sound> {
        let count = sequence.ids.len();
        let noise_scale = self.config.noise_scale * variety;
        let scales = vec![noise_scale, self.config.length_scale / rate, self.config.noise_w];
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = vec![
            ("input", Tensor::from_array(([1, count], sequence.ids.clone()))?.into()),
            ("input_lengths", Tensor::from_array(([1], vec![count as i64]))?.into()),
            ("scales", Tensor::from_array(([3], scales))?.into()),
        ];
        if self.config.speakers > 1 {
            inputs.push(("sid", Tensor::from_array(([1], vec![0i64]))?.into()));
        }
        let outputs = self.session.run(inputs)?;
        let sample_rate = self.config.sample_rate;
        let (_, samples) = outputs[0].try_extract_tensor::<f32>()?;
        let length = samples.len().min(sample_rate as usize * MAX_SECONDS);
        let pcm = samples[..length].to_vec();
        let frames: Option<Vec<f32>> = if self.durations {
            let (_, frames) = outputs[1].try_extract_tensor::<f32>()?;
            (frames.len() == count).then(|| frames.to_vec())
        } else {
            None
        };
        let marks = marks(&sequence.symbols, frames.as_deref(), &pcm);
        Ok(Sound { pcm, rate: sample_rate, marks })
    }
}

fn session(bytes: &[u8], threads: usize) -> ort::Result<Session> {
    Session::builder()?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .commit_from_memory(bytes)
}

/// When each symbol begins: by the network's durations where they are known, else by share of the time in which there is
/// sound.
fn marks(symbols: &[Symbol], frames: Option<&[f32]>, pcm: &[f32]) -> Vec<Mark> {
    let audible = |x: &&f32| x.abs() > 0.01;
    let (first, last, weights): (usize, usize, Vec<f32>) = if let Some(frames) = frames {
        let length = |&frames: &f32| if frames.is_finite() { frames.max(0.0) } else { 0.0 };
        (0, pcm.len(), frames.iter().map(length).collect())
    } else {
        let first = pcm.iter().take_while(|x| !audible(x)).count();
        let silent_end = pcm.iter().rev().take_while(|x| !audible(x)).count();
        let last = pcm.len().saturating_sub(silent_end).max(first);
        (first, last, symbols.iter().map(|symbol| symbol.usual_share()).collect())
    };
    let total: f32 = weights.iter().sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let mut marks = Vec::with_capacity(symbols.len() + 1);
    let mut passed = 0.0;
    for (i, (symbol, weight)) in symbols.iter().zip(&weights).enumerate() {
        let mouths = symbol.mouths();
        if !mouths.is_empty() {
            let held = symbols[i + 1..].iter().take_while(|symbol| symbol.is_held()).count();
            let time = weights[i..=i + held].iter().sum::<f32>() / mouths.len() as f32;
            marks.extend(mouths.into_iter().enumerate().map(|(k, mouth)| {
                let begins = (passed + time * k as f32) / total;
                let at = first + ((last - first) as f32 * begins) as usize;
                Mark { at: at.min(pcm.len()), mouth }
            }));
        }
        passed += weight;
    }
    marks.push(Mark { at: last, mouth: Mouth::CLOSED });
    marks
}

/// The folder and stem of a voice in a list of folders.
pub(crate) fn find_one(stem: &str, dirs: &[PathBuf]) -> Result<Files, TtsError> {
    let harmless =
        Path::new(stem).file_name().is_some_and(|name| name == stem) && !stem.contains('\\');
    let voice =
        if harmless { find(dirs).into_iter().find(|voice| voice.stem == stem) } else { None };
    let voice = voice.ok_or_else(|| TtsError::UnknownVoice { id: format!("piper:{stem}") })?;
    if !voice.config.is_file() {
        return Err(TtsError::Missing {
            what: "the configuration of the Piper voice",
            path: voice.config,
            remedy: "fetch the `.onnx.json` file of the voice as well and put it beside the `.onnx` file",
        });
    }
    Ok(voice)
}

#[cfg(test)]
mod tests;
