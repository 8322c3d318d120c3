//! Single tools that need no conversation: speak a text, write down a recording, and those of the files below.

use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::{Cancel, Lang, Problem, ProblemKind, Transcript, Viseme, VoiceChoice};

use crate::places::Places;

mod bench_library;
mod books;
mod cards;
mod completing;
mod deleting;
mod documents;
mod extracting;
pub(crate) mod history;
mod library;
mod memories;
mod memory_bench;
mod prompt_bench;
mod prompts;
mod scenery;
mod talks;

pub use self::scenery::Scenery;
pub use crate::keeping::{
    Access, Aside, DataState, Finding, NetworkEntry, Use, accesses, asides, check, delete_aside,
    log_file, mend, move_data, network_of, pack, replace, restore_aside, time, unpack, usage,
};
pub use crate::planning::{Asked, Looked, look, plan, planned_file, write_shape};
pub use audio::read_wav;
pub use bench_library::{LibraryTimes, bench_library};
pub use books::{LoreEntry, LoreReport, Matching, match_lore};
pub use card::Dialect as CardDialect;
pub use cards::{
    CardReport, CardsChecked, Converted, cards_in, check_cards, convert_card, inspect_card,
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
pub use llm::synthetic::Size;
pub use llm::{BenchOptions, BenchReport, Quantization, Spread};
pub use memories::{Memories, Remark, day};
pub use memory::extraction::Verdict;
pub use memory_bench::{MemoryBench, bench_memory};
pub use models::{Choice, Fit, Machine, Plan, Reason, explain, resident};
pub use prompt_bench::{PromptBench, bench_prompt};
pub use prompts::{PromptAsked, PromptReport, show_prompt};
pub use talks::{TalkTaken, TalksTaken, import_talks};
pub use upkeep::Restored;

/// How a model is loaded that only counts tokens.
fn for_counting() -> llm::Options {
    llm::Options { device: llm::DeviceChoice::Processor, ..llm::Options::default() }
}

/// Adapters by their names or paths.
fn chosen(places: &Places, adapters: &[(String, f32)]) -> Result<Vec<llm::AdapterChoice>, Problem> {
    adapters.iter().map(|adapter| crate::adapters::choose(places, adapter)).collect()
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
pub fn say(places: &Places, text: &str, voice: Option<&str>, out: &Path) -> Result<Said, Problem> {
    let start = Instant::now();
    let speech = delivery::speech(text);
    if speech.trim().is_empty() {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "there is nothing in the text that can be said",
            "give a text with words in it",
        ));
    }
    let speaker = tts::Speaker::open(places.voice_options())?;
    let choice = voice.map(|voice| VoiceChoice { voice: voice.to_owned(), rate: 1.0, pitch: 0.0 });
    let spoken = speaker.render(&speech, Lang::guess(&speech, None), choice.as_ref())?;
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

/// Writes down what is said in a WAV file.
pub fn hear(
    places: &Places,
    file: &Path,
    ears: Option<&str>,
    language: Option<&str>,
) -> Result<Transcript, Problem> {
    let speech = audio::read_wav(file)?;
    let model: PathBuf = places.ears_model(ears.unwrap_or_default())?;
    let options = asr::RecogniserOptions {
        language: language.and_then(Lang::from_code),
        ..asr::RecogniserOptions::default()
    };
    let recogniser = asr::Recogniser::load(&model, options, &mut |_| {})?;
    recogniser.hear(speech, &Cancel::new())
}

/// Measures reading and writing of a language model; answers with the bytes that loading it left in use as well, where the system says
/// how many.
pub fn bench_model(
    places: &Places,
    model: Option<&str>,
    options: &BenchOptions,
    adapters: &[(String, f32)],
) -> Result<(BenchReport, Option<u64>), Problem> {
    let path = places.chat_model(model.unwrap_or_default())?;
    let adapters = chosen(places, adapters)?;
    let (before, mut after) = (resident(), None);
    let report =
        llm::bench(&path, &BenchOptions { adapters, ..options.clone() }, || after = resident())?;
    let held = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok((report, held))
}

/// Writes a model of noise with the shape of a Qwen3, for measurements without a download: speed does not depend on what the weights
/// say. In half floats (bf16) where that is asked for, else in Q4_K.
/// Its vocabulary has the words of the characters that come with the program. With a `rank`, an adapter of noise for it as well, in a
/// folder beside it, which is answered.
pub fn write_noise(
    places: &Places,
    path: &Path,
    (size, halves): (Size, bool),
    rank: Option<usize>,
) -> Result<Option<PathBuf>, Problem> {
    let cards = ["koto", "haru"]
        .map(|name| places.resources.join("characters").join(name).join("card.json"))
        .map(|card| std::fs::read_to_string(card).unwrap_or_default());
    let reads = cards.concat();
    let mut shape = llm::synthetic::Shape { reads, ..llm::synthetic::Shape::qwen3(size) };
    if halves {
        shape = shape.in_halves();
    }
    let written = llm::synthetic::write(path, &shape, 1).map_err(|error| error.to_string());
    let adapter = rank.map(|rank| (rank, path.with_extension("adapter")));
    let written = written.and_then(|()| match &adapter {
        Some((rank, folder)) => llm::synthetic::write_adapter(folder, &shape, *rank, 2)
            .map_err(|error| error.to_string()),
        None => Ok(()),
    });
    written.map(|()| adapter.map(|(_, folder)| folder)).map_err(|error| {
        Problem::new(
            domain::ProblemKind::Disk,
            format!("`{}` cannot be written: {error}", path.display()),
            "choose a folder with enough room: 400 MB for 0.6b in Q4_K, 5 GB for 8b, three and a half times as much in half floats",
        )
    })
}
