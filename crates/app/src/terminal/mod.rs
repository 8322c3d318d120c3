//! What the terminal offers beside a conversation: single tools over the rooms and a data folder, most without a running
//! [`App`](crate::App). `cli` reads the arguments and prints.
//!
//! Begin with the file of the command's name (`cards` for `hanashi card`); speaking and writing down are here, measurements in `bench`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::{Cancel, Lang, Problem, ProblemKind, Transcript, TurnId, Viseme, VoiceChoice};

use crate::app::paths::Paths;

pub mod bench;
mod books;
mod cards;
mod completing;
mod deleting;
mod documents;
mod extracting;
pub(crate) mod history;
mod library;
mod memories;
mod prompts;
mod reconstructing;
mod scenery;
mod talks;

pub use self::scenery::Scenery;
pub use crate::housekeeping::data_folder::{
    Aside, DataState, Finding, Use, asides, check, delete_aside, mend, move_data, pack, replace,
    restore_aside, time, unpack, usage,
};
pub use crate::housekeeping::network::{Access, NetworkEntry, accesses};
pub use crate::models::plan::{Asked, Looked, look, plan, planned_file, write_shape};
pub use audio::read_wav;
pub use books::{LoreEntry, LoreReport, Matching, match_lore};
pub use card::Dialect as CardDialect;
pub use cards::{
    CardReport, CardTaken, CardsChecked, Converted, cards_in, check_cards, convert_card,
    import_card, inspect_card,
};
pub use completing::{Completed, Completing, candidates, complete};
pub use deleting::{Deleting, Talk, list_talks};
pub use documents::{Documents, Tried, bench_know};
pub use extracting::{Examined, Extraction, ExtractionStep, examine_model};
pub use knowledge::bench::Measured as KnowMeasured;
pub use knowledge::{Passage as KnowPassage, Watch as KnowWatch};
pub use library::{
    Checked, Progress, Taken, adapters, bytes, import, models, pull, pull_from, remote_models,
    remove, search_web, set_picture_key, set_remote_key, set_search_key, verify,
};
pub use llm::Quantization;
pub use memories::{Memories, Remark, day};
pub use memory::extraction::Verdict;
pub use models::{Choice, Fit, Machine, Plan, Reason, explain, resident};
pub use prompts::{PromptAsked, PromptReport, show_prompt};
pub use reconstructing::{Reconstructing, dataset_reconstructed};
pub use talks::{TalkTaken, TalksTaken, import_talks, whose};
pub use upkeep::Restored;

/// How a model is loaded that only counts tokens.
fn for_counting() -> llm::Options {
    llm::Options { device: llm::DeviceChoice::Processor, ..llm::Options::default() }
}

/// Adapters by their names or paths.
fn chosen(paths: &Paths, adapters: &[(String, f32)]) -> Result<Vec<llm::AdapterChoice>, Problem> {
    adapters.iter().map(|adapter| crate::models::adapters::choose(paths, adapter)).collect()
}

/// A text that was spoken into a file.
#[derive(Debug, Clone)]
pub struct Said {
    /// Samples of the file.
    pub samples: usize,
    /// Samples per second.
    pub rate: u32,
    /// Time it took to make.
    pub wall_ms: u64,
    /// Mouth shapes, times from the start.
    pub visemes: Vec<Viseme>,
}

/// Speaks a text into a WAV file.
pub fn say(paths: &Paths, text: &str, voice: Option<&str>, out: &Path) -> Result<Said, Problem> {
    let start = Instant::now();
    // As a reply goes: tags, thoughts and stage directions are not said, and what it feels like is.
    let mut scribe = delivery::Scribe::new(TurnId(0), Some(Lang::guess(text, None)));
    let mut lines = scribe.push(text).lines;
    lines.extend(scribe.finish().lines);
    if lines.iter().all(|line| line.speech.trim().is_empty()) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "there is nothing in the text that can be said",
            "give a text with words in it",
        ));
    }
    let speaker = tts::Speaker::open(paths.voice_options())?;
    let choice = voice.map(|voice| VoiceChoice { voice: voice.to_owned(), rate: 1.0, pitch: 0.0 });
    let spoken = speaker.render_lines(&lines, choice.as_ref());
    let spoken = spoken.map_err(|mut problem| {
        // Only the choice of the voice can be wrong, and there is no page to choose it on.
        if problem.kind == ProblemKind::Invalid {
            "choose one that `hanashi models list` shows".clone_into(&mut problem.remedy);
        }
        problem
    })?;
    audio::write_wav(out, &spoken.pcm, spoken.rate)?;
    Ok(Said {
        samples: spoken.pcm.len(),
        rate: spoken.rate,
        wall_ms: start.elapsed().as_millis() as u64,
        visemes: spoken.visemes,
    })
}

/// The microphones that the system knows.
pub fn microphones() -> Vec<audio::DeviceInfo> {
    audio::devices().inputs
}

/// Writes down what is said in a recording: a WAV file, or another sound that can be played.
pub fn hear(
    paths: &Paths,
    file: &Path,
    ears: Option<&str>,
    language: Option<&str>,
) -> Result<Transcript, Problem> {
    let speech = audio::read_recording(file)?;
    let model: PathBuf = paths.ears_model(ears.unwrap_or_default())?;
    let options = asr::RecogniserOptions {
        language: language.and_then(Lang::from_code),
        ..asr::RecogniserOptions::default()
    };
    let recogniser = asr::Recogniser::load(&model, options, &mut |_| {})?;
    recogniser.hear(speech, &Cancel::new())
}
