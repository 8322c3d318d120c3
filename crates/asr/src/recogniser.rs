//! Whisper on a thread of its own: utterances in, transcripts out.
//!
//! The thread `whisper` owns the model. An utterance is first cut into passages of speech ([`crate::passages`]); each
//! passage is decoded greedily, with Whisper's own temperature fallback, and what is not believable is left out
//! ([`crate::guard`]). Where nobody speaks, Whisper is not even asked.

use std::collections::HashMap;
use std::ffi::c_void;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

use domain::{
    Cancel, Lang, Millis, Problem, ProblemKind, Segment, Transcriber, Transcript, TranscriptSink,
    Utterance, joined,
};
use whisper_rs::{
    FullParams, WhisperContext, WhisperContextParameters, WhisperError, WhisperState,
};

use crate::decoded::{Decoded, Passages, Voicing};
use crate::guard::{Evidence, believable};
use crate::language::Languages;
use crate::parameters::{base_params, threads_for};
use crate::passages::{passages, quiet};
use crate::whisper_file::{WhisperFile, inspect};

/// Jobs that may wait. More means that nobody cancels what is no longer wanted.
const WAITING: usize = 4;
/// Shorter sounds are no words.
const SHORTEST_MS: Millis = 100;
/// Positions of the encoder for a second of sound.
const POSITIONS: usize = 50;
/// Positions behind the sound that are computed with it: the model was trained on windows that end in silence.
const BEHIND: usize = 128;
/// No fewer positions than these are computed (15 s): with much fewer, published models begin to repeat themselves.
const FEWEST: usize = 768;
/// So much of an utterance must have been heard to be sure of its language; it tells the utterance from others, too (a shorter
/// beginning would not: many microphones begin with nothing but zeros).
const LANGUAGE_AFTER: usize = 2 * Utterance::RATE as usize;
/// Passages are filled up with silence to this length: Whisper is unsure about very short ones.
const PADDED: usize = Utterance::RATE as usize;

/// How to recognise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecogniserOptions {
    /// The language spoken; `None` lets the model find out.
    pub language: Option<Lang>,
    /// Threads; `None` takes the machine's cores, four at most, and one for a very small model.
    pub threads: Option<u32>,
    /// Names and words to expect (of the character, of the lorebook), as one text in the style of a transcript.
    pub prompt: String,
    /// Hand every recording to whisper.cpp as it is: no passages, no guards. To compare with; silence and noise become words.
    pub plain: bool,
}

/// A loaded Whisper model.
#[derive(Debug)]
pub struct Recogniser {
    file: WhisperFile,
    jobs: Option<mpsc::SyncSender<Job>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    speech: Utterance,
    sink: TranscriptSink,
    cancel: Cancel,
}

impl Recogniser {
    /// Loads a model; `progress` hears 0.0 to 1.0 meanwhile. Blocks until it is loaded: call it from a thread that may.
    ///
    /// Fails where the file is missing, damaged, no Whisper model, or holds no weights.
    pub fn load(
        path: &Path,
        options: RecogniserOptions,
        progress: &mut dyn FnMut(f32),
    ) -> Result<Self, Problem> {
        progress(0.0);
        let file = inspect(path)?;
        if !file.has_weights {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                format!(
                    "`{}` is a test file without weights and recognises nothing",
                    path.display()
                ),
                "choose another recogniser in the settings",
            ));
        }
        check_processor()?;
        // whisper.cpp reads without saying how far it is: read the file once before, so that it comes from memory then.
        warm(path, file.bytes, progress);
        whisper_rs::install_logging_hooks();
        let (jobs, todo) = mpsc::sync_channel::<Job>(WAITING);
        let (ready, loaded) = mpsc::sync_channel(1);
        let closing = Arc::new(AtomicBool::new(false));
        let for_thread = Arc::clone(&closing);
        let info = file.clone();
        let thread = std::thread::Builder::new()
            .name("whisper".into())
            .spawn(move || match Worker::load(&info, options, for_thread) {
                Ok(mut worker) => {
                    // Nobody waits any more where this fails; the jobs end with the sender.
                    let _ = ready.send(Ok(()));
                    while let Ok(job) = todo.recv() {
                        worker.run(job);
                    }
                }
                Err(problem) => drop(ready.send(Err(problem))),
            })
            .map_err(|error| {
                Problem::new(
                    ProblemKind::Memory,
                    format!("the thread that recognises speech could not be started ({error})"),
                    "close other programs and try again",
                )
            })?;
        let recogniser = Self { file, jobs: Some(jobs), closing, thread: Some(thread) };
        match loaded.recv() {
            Ok(Ok(())) => {
                progress(1.0);
                Ok(recogniser)
            }
            Ok(Err(problem)) => Err(problem),
            Err(_) => Err(internal("loading it failed")),
        }
    }

    /// What is loaded.
    pub fn file(&self) -> &WhisperFile {
        &self.file
    }

    /// Writes down an utterance and waits for it: for files and tests.
    pub fn hear(&self, speech: Utterance, cancel: &Cancel) -> Result<Transcript, Problem> {
        let (send, receive) = mpsc::sync_channel(1);
        let sink: TranscriptSink = Box::new(move |result| {
            // The receiver waits below.
            let _ = send.send(result);
        });
        self.transcribe(speech, sink, cancel.clone());
        receive.recv().unwrap_or_else(|_| Err(internal("the recogniser stopped")))
    }
}

impl Transcriber for Recogniser {
    fn transcribe(&self, speech: Utterance, sink: TranscriptSink, cancel: Cancel) {
        let Some(jobs) = &self.jobs else { return };
        match jobs.try_send(Job { speech, sink, cancel }) {
            Ok(()) => {}
            Err(mpsc::TrySendError::Full(job)) => (job.sink)(Err(Problem::new(
                ProblemKind::Busy,
                "the recogniser is still busy with what was said before",
                "say it again in a moment",
            ))),
            Err(mpsc::TrySendError::Disconnected(job)) => {
                (job.sink)(Err(internal("the recogniser stopped")));
            }
        }
    }
}

impl Drop for Recogniser {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was logged where it happened.
            let _ = thread.join();
        }
    }
}

/// Reads a file once, for progress and for the system's cache. Failures show when it is loaded.
fn warm(path: &Path, bytes: u64, progress: &mut dyn FnMut(f32)) {
    let Ok(mut file) = File::open(path) else { return };
    let mut block = vec![0; 1 << 20];
    let mut read = 0_u64;
    while let Ok(count) = file.read(&mut block) {
        if count == 0 {
            break;
        }
        read += count as u64;
        progress(0.9 * (read as f32 / bytes.max(1) as f32).min(1.0));
    }
}

/// The portable build of whisper.cpp uses AVX2 and its kin; without them it would die of an illegal instruction.
fn check_processor() -> Result<(), Problem> {
    #[cfg(target_arch = "x86_64")]
    {
        let able = std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("fma")
            && std::arch::is_x86_feature_detected!("f16c")
            && std::arch::is_x86_feature_detected!("bmi2");
        if !able {
            return Err(Problem::new(
                ProblemKind::Unsupported,
                "this processor lacks the instructions that speech recognition needs (AVX2, FMA, F16C, BMI2)",
                "type instead, or build the app on this machine with GGML_NATIVE=ON",
            ));
        }
    }
    Ok(())
}

fn internal(what: &str) -> Problem {
    Problem::new(
        ProblemKind::Internal,
        format!("speech recognition failed: {what}"),
        "try again; if it happens again, choose another recogniser and report this",
    )
}

/// Lives on the thread `whisper`.
struct Worker {
    file: WhisperFile,
    state: WhisperState,
    options: RecogniserOptions,
    closing: Arc<AtomicBool>,
    /// Parameters by language. whisper-rs never frees a language it was given, so each is given once.
    params: HashMap<Option<&'static str>, FullParams<'static, 'static>>,
    voicing: Voicing,
    decoded: Passages,
    /// Languages to choose from; `None` where there is nothing to choose.
    languages: Option<Languages>,
    /// The language that was found last.
    last: &'static str,
    /// How the utterance began whose language was found last, and the language: while it goes on, that stays.
    speaks: Option<(Vec<f32>, &'static str)>,
}

/// What whisper.cpp asks while it computes.
struct StopWhen {
    cancel: Cancel,
    closing: Arc<AtomicBool>,
}

impl StopWhen {
    fn stop(&self) -> bool {
        self.cancel.is_cancelled() || self.closing.load(Ordering::Acquire)
    }
}

impl Worker {
    fn load(
        file: &WhisperFile,
        options: RecogniserOptions,
        closing: Arc<AtomicBool>,
    ) -> Result<Self, Problem> {
        let failed = |error: WhisperError| {
            Problem::new(
                ProblemKind::Memory,
                format!("`{}` could not be loaded ({error})", file.path.display()),
                "close other programs, or choose a smaller recogniser",
            )
        };
        // Without flash attention: on a CPU it makes the encoder twice as slow.
        let mut parameters = WhisperContextParameters::default();
        parameters.flash_attn(cfg!(any(feature = "cuda", feature = "metal")));
        let context = WhisperContext::new_with_params(&file.path, parameters).map_err(failed)?;
        let state = context.create_state().map_err(failed)?;
        let chosen = options.plain || options.language.is_some() || !file.multilingual;
        Ok(Self {
            file: file.clone(),
            state,
            languages: (!chosen).then(|| Languages::of(&context)),
            options,
            closing,
            params: HashMap::new(),
            voicing: Voicing::default(),
            decoded: Passages::default(),
            last: Lang::En.code(),
            speaks: None,
        })
    }

    fn run(&mut self, job: Job) {
        let Job { speech, sink, cancel } = job;
        let stop = StopWhen { cancel, closing: Arc::clone(&self.closing) };
        // A panic, of ours or of the sink, must not take the thread with it: the next utterance may be fine.
        let caught = catch_unwind(AssertUnwindSafe(|| self.transcribe(&speech, &stop)));
        let result = caught.unwrap_or_else(|_| Err(internal("a mistake in the program")));
        if catch_unwind(AssertUnwindSafe(|| sink(result))).is_err() {
            tracing::error!("whoever asked for a transcript failed to take it");
        }
    }

    fn transcribe(&mut self, speech: &Utterance, stop: &StopWhen) -> Result<Transcript, Problem> {
        let mut transcript = Transcript::default();
        if !self.file.multilingual {
            transcript.language = Lang::En.code().into();
        } else if let Some(language) = self.options.language {
            transcript.language = language.code().into();
        }
        if speech.duration_ms() < SHORTEST_MS {
            return Ok(transcript);
        }
        if self.options.plain {
            self.decode(&speech.pcm, None, 0, stop)?;
            transcript.segments = self.segments();
            let texts: Vec<&str> =
                transcript.segments.iter().map(|segment| segment.text.as_str()).collect();
            transcript.text = joined(&texts);
            return Ok(transcript);
        }
        let window = self.file.window_ms as usize * Utterance::RATE as usize / 1000;
        let heard = self.voicing.probabilities(&speech.pcm, &|| stop.stop());
        let mut found: Option<&'static str> = None;
        for passage in passages(&heard, speech.pcm.len(), window) {
            if stop.stop() {
                break;
            }
            let start_ms = passage.start as Millis * 1000 / Millis::from(Utterance::RATE);
            let length_ms = passage.len() as Millis * 1000 / Millis::from(Utterance::RATE);
            let quiet = quiet(&heard, &passage);
            let decoded = self.passage(&speech.pcm[passage], quiet, found, stop)?;
            // The first passage decides on the language of the whole utterance.
            found = found.or(decoded.found);
            for segment in decoded.segments {
                transcript.segments.push(Segment {
                    start_ms: start_ms + segment.start_ms.min(length_ms),
                    end_ms: start_ms + segment.end_ms.min(length_ms),
                    text: segment.text,
                });
            }
        }
        if stop.stop() {
            return Err(Problem::new(
                ProblemKind::Busy,
                "the recognition was cancelled",
                "say it again",
            ));
        }
        if let Some(found) = found {
            transcript.language = found.into();
        }
        let texts: Vec<&str> =
            transcript.segments.iter().map(|segment| segment.text.as_str()).collect();
        transcript.text = joined(&texts);
        Ok(transcript)
    }

    /// What a passage says; decoded once. At its end so many samples are `quiet`.
    fn passage(
        &mut self,
        pcm: &[f32],
        quiet: usize,
        language: Option<&'static str>,
        stop: &StopWhen,
    ) -> Result<Decoded, Problem> {
        if let Some(known) = self.decoded.get(pcm, quiet, language) {
            return Ok(known);
        }
        let known = language.or_else(|| {
            let (beginning, language) = self.speaks.as_ref()?;
            pcm.starts_with(beginning).then_some(*language)
        });
        let started = Instant::now();
        let positions = self.positions(pcm.len());
        // Whoever speaks mostly speaks the language they spoke before. Where it turns out to be another, everything is done again.
        let mut taken = known.or(self.languages.is_some().then_some(self.last));
        self.decode(pcm, taken, positions, stop)?;
        let mut segments = self.segments();
        if known.is_none()
            && !stop.stop()
            && let Some(found) = self.language(taken)
        {
            if taken != Some(found) {
                self.decode(pcm, Some(found), positions, stop)?;
                segments = self.segments();
            }
            (taken, self.last) = (Some(found), found);
            if pcm.len() >= LANGUAGE_AFTER {
                self.speaks = Some((pcm[..LANGUAGE_AFTER].to_vec(), found));
            }
        }
        if positions > 0 && segments.is_empty() && !stop.stop() {
            // Nothing believable: perhaps for want of the rest of the window.
            self.decode(pcm, taken, 0, stop)?;
            segments = self.segments();
        }
        tracing::debug!(samples = pcm.len(), positions, ?taken, took = ?started.elapsed(), "a passage was decoded");
        let decoded = Decoded { segments, found: taken.filter(|_| self.file.multilingual) };
        if !stop.stop() {
            self.decoded.put(pcm, language, decoded.clone());
        }
        Ok(decoded)
    }

    /// Positions of the encoder to compute for a passage; zero for the whole window. Most of what is said is short, and a window
    /// of thirty seconds costs more than twice as much as half of it (attention grows with the square).
    fn positions(&self, samples: usize) -> i32 {
        let needed = (samples * POSITIONS).div_ceil(Utterance::RATE as usize) + BEHIND;
        let whole = self.file.window_ms as usize * POSITIONS / 1000;
        let positions = needed.max(FEWEST);
        if positions < whole { positions as i32 } else { 0 }
    }

    /// The language of what was decoded last, where it is to be found; it was `taken` for another, or the same.
    fn language(&mut self, taken: Option<&'static str>) -> Option<&'static str> {
        let threads = self.threads();
        self.languages?.heard(&mut self.state, threads, taken)
    }

    fn threads(&self) -> u32 {
        self.options.threads.unwrap_or_else(|| threads_for(&self.file)).clamp(1, 64)
    }

    fn decode(
        &mut self,
        pcm: &[f32],
        language: Option<&'static str>,
        positions: i32,
        stop: &StopWhen,
    ) -> Result<(), Problem> {
        let mut params = self.params(language);
        params.set_audio_ctx(positions);
        #[expect(
            unsafe_code,
            reason = "whisper-rs' safe variant calls its closure through a wrong pointer"
        )]
        // SAFETY: `should_stop` reads a `StopWhen`, which `stop` is, and which outlives the call of `full` below.
        unsafe {
            params.set_abort_callback(Some(should_stop));
            params.set_abort_callback_user_data(std::ptr::from_ref(stop).cast_mut().cast());
        }
        let padded: Vec<f32>;
        let pcm = if pcm.len() < PADDED {
            padded = pcm.iter().copied().chain(std::iter::repeat(0.0)).take(PADDED).collect();
            &padded
        } else {
            pcm
        };
        match self.state.full(params, pcm) {
            Ok(()) => Ok(()),
            // An aborted run also reports a failure.
            Err(_) if stop.stop() => Ok(()),
            Err(error) => Err(internal(&error.to_string())),
        }
    }

    fn params(&mut self, language: Option<&'static str>) -> FullParams<'static, 'static> {
        let wanted = language.or_else(|| self.options.language.map(Lang::code));
        let wanted = if self.file.multilingual { wanted } else { Some(Lang::En.code()) };
        let (options, threads) = (&self.options, self.threads());
        self.params.entry(wanted).or_insert_with(|| base_params(options, threads, wanted)).clone()
    }

    fn segments(&self) -> Vec<Segment> {
        let mut kept = Vec::new();
        for segment in self.state.as_iter() {
            let Ok(text) = segment.to_str_lossy() else { continue };
            let mut logs = Vec::new();
            for at in 0..segment.n_tokens() {
                if let Some(token) = segment.get_token(at) {
                    logs.push(token.token_data().plog);
                }
            }
            let evidence = Evidence {
                no_speech: segment.no_speech_probability(),
                mean_log: logs.iter().sum::<f32>() / logs.len().max(1) as f32,
            };
            let text = text.trim().to_owned();
            if text.is_empty() {
                continue;
            }
            if !self.options.plain && !believable(&text, evidence) {
                tracing::debug!(?evidence, "a segment was left out");
                continue;
            }
            // Hundredths of a second; a start may be senseless, never negative for us.
            let ms = |hundredths: i64| hundredths.max(0) as Millis * 10;
            let start_ms = ms(segment.start_timestamp());
            let end_ms = ms(segment.end_timestamp()).max(start_ms);
            kept.push(Segment { start_ms, end_ms, text });
        }
        kept
    }
}

/// Called by whisper.cpp between its steps.
#[expect(unsafe_code, reason = "whisper.cpp calls this through its C interface")]
unsafe extern "C" fn should_stop(user_data: *mut c_void) -> bool {
    // SAFETY: `decode` passes a pointer to a `StopWhen` that lives until whisper.cpp returns; it is only read.
    unsafe { &*user_data.cast::<StopWhen>() }.stop()
}
