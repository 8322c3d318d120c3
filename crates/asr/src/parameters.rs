//! How whisper.cpp is asked to decode.

use whisper_rs::{FullParams, SamplingStrategy};

use crate::recogniser::RecogniserOptions;
use crate::whisper_file::WhisperFile;

/// Models smaller than this many bytes get one thread.
const SMALL_MODEL: u64 = 16 << 20;

/// whisper.cpp's threads wait for each other by spinning: for a very small model that costs more than it gives, and on a
/// busy machine far more.
pub(crate) fn threads_for(file: &WhisperFile) -> u32 {
    if file.bytes < SMALL_MODEL {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4) as u32)
}

/// Everything that is the same for every passage in a language (`None`: find out).
pub(crate) fn base_params(
    options: &RecogniserOptions,
    threads: u32,
    language: Option<&str>,
) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 2 });
    params.set_n_threads(threads as i32);
    params.set_language(Some(match language {
        Some("zh") => "zh",
        Some("ja") => "ja",
        Some("en") => "en",
        Some(other) => {
            whisper_rs::get_lang_id(other).and_then(whisper_rs::get_lang_str).unwrap_or("auto")
        }
        None => "auto",
    }));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params.set_suppress_blank(true);
    // Whisper's thresholds for "this went wrong, try warmer", with three tries instead of six.
    params.set_temperature_inc(0.4);
    params.set_entropy_thold(2.4);
    params.set_logprob_thold(-1.0);
    params.set_no_speech_thold(0.6);
    let prompt: String = options.prompt.chars().filter(|&c| c != '\0').collect();
    if !prompt.is_empty() {
        params.set_initial_prompt(&prompt);
    }
    params
}
