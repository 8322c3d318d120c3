//! espeak-ng behind a safe face.
//!
//! The library is global state: one set of buffers and one current voice per process. Every call therefore goes through
//! one lock, and inside a call nothing of ours is run but a callback that appends to a buffer. espeak-ng speaks about a
//! thousand times faster than real time, so a piece of text is rendered whole and the lock is held for milliseconds.

#![expect(unsafe_code, reason = "espeak-ng is a C library")]

mod clauses;

use std::ffi::{CStr, CString, c_char, c_int, c_short, c_void};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Cancel;
use espeak_rs_sys as sys;

pub(crate) use clauses::Clause;

use crate::TtsError;
use crate::sound::{Mark, Sound};
use crate::visemes::mouths;

/// PCM per callback, in milliseconds: how often a cancellation is noticed.
const BUFFER_MS: c_int = 20;
/// Longest sound of one piece. A piece has 300 characters at most, which is a quarter of this at the slowest rate.
const MAX_SECONDS: usize = 120;
/// Longest data path: espeak-ng keeps it in a buffer of 160 bytes, with a file name behind it.
const MAX_PATH: usize = 120;

/// How a piece is spoken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Manner {
    /// Voice name, `en-gb` or `en-gb+f3`.
    pub(crate) voice: String,
    /// Words per minute.
    pub(crate) words_per_minute: u32,
    /// 0 to 99; 50 as the voice has it.
    pub(crate) pitch: u32,
    /// How much the pitch moves, 0 to 99; 50 as the voice has it.
    pub(crate) range: u32,
}

/// What the process's one espeak-ng is set to.
struct Engine {
    /// Sample rate and data folder, once it has started.
    started: Option<(u32, PathBuf)>,
    /// Name of the voice that is loaded.
    voice: Option<String>,
}

static ENGINE: Mutex<Engine> = Mutex::new(Engine { started: None, voice: None });
/// Where the callback writes; null outside `espeak_Synth`.
static TAKE: AtomicPtr<Take<'static>> = AtomicPtr::new(ptr::null_mut());

/// A started espeak-ng.
#[derive(Debug, Clone)]
pub(crate) struct Espeak {
    data: PathBuf,
    rate: u32,
}

impl Espeak {
    /// Starts espeak-ng with its data folder. A second call reuses the first one's start, because the library has one
    /// data folder per process.
    pub(crate) fn open(data: &Path) -> Result<Self, TtsError> {
        let data = data.canonicalize().unwrap_or_else(|_| data.to_path_buf());
        let mut engine = lock();
        if let Some((rate, started)) = &engine.started {
            return Ok(Self { data: started.clone(), rate: *rate });
        }
        let path = data.to_str().filter(|path| path.len() <= MAX_PATH).ok_or_else(|| {
            TtsError::Unsupported {
                what: format!("the folder `{}`", data.display()),
                reason: format!("espeak-ng takes paths of at most {MAX_PATH} bytes"),
                remedy: "move it to a shorter path and point HANASHI_ESPEAK_DATA there",
            }
        })?;
        let path = c_string(path);
        let options = sys::espeakINITIALIZE_PHONEME_EVENTS
            | sys::espeakINITIALIZE_PHONEME_IPA
            | sys::espeakINITIALIZE_DONT_EXIT;
        // SAFETY: the path is a C string that lives through the call; the lock keeps other calls out. Without
        // DONT_EXIT the library would end the process where its data cannot be read.
        let rate = unsafe {
            sys::espeak_Initialize(
                sys::espeak_AUDIO_OUTPUT_AUDIO_OUTPUT_SYNCHRONOUS,
                BUFFER_MS,
                path.as_ptr(),
                options as c_int,
            )
        };
        let rate =
            u32::try_from(rate).ok().filter(|&rate| rate > 0).ok_or_else(|| TtsError::Damaged {
                what: "espeak-ng's data folder",
                path: data.clone(),
                reason: "espeak-ng could not start with it".into(),
            })?;
        // SAFETY: the callback is a plain function that lives as long as the program.
        unsafe { sys::espeak_SetSynthCallback(Some(on_sound)) };
        engine.started = Some((rate, data.clone()));
        Ok(Self { data, rate })
    }

    /// True where the voice and its variant exist in the data folder.
    pub(crate) fn has(&self, voice: &str) -> bool {
        let harmless = |name: &str| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        let (base, variant) = match voice.split_once('+') {
            Some((base, variant)) => (base, Some(variant)),
            None => (voice, None),
        };
        if !harmless(base) || !variant.is_none_or(harmless) {
            return false;
        }
        let variant_exists =
            variant.is_none_or(|variant| self.data.join("voices/!v").join(variant).is_file());
        variant_exists && set_voice(&mut lock(), voice).is_ok()
    }

    /// Speaks a piece. Cancelled: what there is so far.
    pub(crate) fn say(
        &self,
        text: &str,
        manner: &Manner,
        cancel: &Cancel,
    ) -> Result<Sound, TtsError> {
        let mut engine = lock();
        let rate = self.rate;
        set_voice(&mut engine, &manner.voice)?;
        for (parameter, value) in [
            (sys::espeak_PARAMETER_espeakRATE, manner.words_per_minute),
            (sys::espeak_PARAMETER_espeakPITCH, manner.pitch),
            (sys::espeak_PARAMETER_espeakRANGE, manner.range),
        ] {
            // SAFETY: plain numbers; the lock is held.
            unsafe { sys::espeak_SetParameter(parameter, value as c_int, 0) };
        }
        let text = c_string(text);
        let mut take = Take {
            pcm: Vec::new(),
            phonemes: Vec::new(),
            limit: rate as usize * MAX_SECONDS,
            cancel,
        };
        TAKE.store((&raw mut take).cast(), Ordering::Release);
        // SAFETY: the text is a C string of the length given, UTF-8 as flagged; `take` outlives the call, and the callback
        // runs inside this call only (synchronous output); the lock keeps other calls out.
        let status = unsafe {
            sys::espeak_Synth(
                text.as_ptr().cast::<c_void>(),
                text.as_bytes_with_nul().len(),
                0,
                0, // positions count characters; from the start
                0,
                sys::espeakCHARS_UTF8,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        TAKE.store(ptr::null_mut(), Ordering::Release);
        drop(engine);
        if status != sys::espeak_ERROR_EE_OK && !cancel.is_cancelled() {
            return Err(TtsError::Engine(format!("espeak-ng reported status {status}")));
        }
        Ok(take.into_sound(rate))
    }

    /// The clauses of a text as IPA, with the mark that ended each: what a Piper voice was trained on.
    #[expect(clippy::unused_self, reason = "only a started espeak-ng can read")]
    pub(crate) fn clauses(&self, text: &str, voice: &str) -> Result<Vec<Clause>, TtsError> {
        let mut engine = lock();
        set_voice(&mut engine, voice)?;
        Ok(clauses::read(&engine, text))
    }
}

fn lock() -> MutexGuard<'static, Engine> {
    // A panic inside cannot leave the C library half-way: it runs no code of ours that can panic.
    ENGINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loads a voice unless it is the loaded one.
fn set_voice(engine: &mut Engine, voice: &str) -> Result<(), TtsError> {
    if engine.voice.as_deref() == Some(voice) {
        return Ok(());
    }
    // espeak-ng finds a voice by the name of its file, and British English lies in a file called `en`.
    let name = match voice.strip_prefix("en-gb") {
        Some(rest) if rest.is_empty() || rest.starts_with('+') => c_string(&format!("en{rest}")),
        _ => c_string(voice),
    };
    // SAFETY: a C string that lives through the call; the lock is held (the guard is borrowed).
    let status = unsafe { sys::espeak_SetVoiceByName(name.as_ptr()) };
    if status == sys::espeak_ERROR_EE_OK {
        engine.voice = Some(voice.to_owned());
        Ok(())
    } else {
        engine.voice = None;
        Err(TtsError::UnknownVoice { id: format!("espeak:{voice}") })
    }
}

/// Text for C: a NUL would end it early, so NULs are dropped.
fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// What the callback collects.
struct Take<'a> {
    pcm: Vec<i16>,
    /// Sample and phoneme.
    phonemes: Vec<(usize, String)>,
    /// More samples than this end the synthesis.
    limit: usize,
    cancel: &'a Cancel,
}

impl Take<'_> {
    /// Samples as floats; phonemes as mouth shapes, a diphthong's second one half-way.
    fn into_sound(self, rate: u32) -> Sound {
        let pcm: Vec<f32> = self.pcm.iter().map(|&s| f32::from(s) / 32_768.0).collect();
        let mut marks = Vec::with_capacity(self.phonemes.len() * 2);
        for (i, (at, phoneme)) in self.phonemes.iter().enumerate() {
            let end = self.phonemes.get(i + 1).map_or(pcm.len(), |(next, _)| *next).max(*at);
            let shapes = mouths(phoneme);
            for (k, &mouth) in shapes.iter().enumerate() {
                let at = (at + (end - at) * k / shapes.len()).min(pcm.len());
                marks.push(Mark { at, mouth });
            }
        }
        Sound { pcm, rate, marks }
    }
}

/// Called by espeak-ng with every 20 ms of sound; answers 1 to stop it.
unsafe extern "C" fn on_sound(
    wav: *mut c_short,
    count: c_int,
    events: *mut sys::espeak_EVENT,
) -> c_int {
    // SAFETY: `say` set this to a live `Take` for the time of `espeak_Synth`, on this same thread.
    let Some(take) = (unsafe { TAKE.load(Ordering::Acquire).as_mut() }) else { return 1 };
    let mut event = events;
    // SAFETY: espeak-ng passes a list that ends with a terminating event (or no list at all).
    while let Some(e) = unsafe { event.as_ref() } {
        match e.type_ {
            sys::espeak_EVENT_TYPE_espeakEVENT_LIST_TERMINATED => break,
            sys::espeak_EVENT_TYPE_espeakEVENT_PHONEME => {
                // SAFETY: for this type of event the union holds the text: up to 8 bytes, NUL-terminated where shorter.
                let name: [c_char; 8] = unsafe { e.id.string };
                let bytes: Vec<u8> =
                    name.iter().map(|&c| c as u8).take_while(|&c| c != 0).collect();
                let at = usize::try_from(e.sample).unwrap_or(0);
                take.phonemes.push((at, String::from_utf8_lossy(&bytes).into_owned()));
            }
            _ => {}
        }
        // SAFETY: not the terminating event, so another one follows.
        event = unsafe { event.add(1) };
    }
    if let (false, Ok(count)) = (wav.is_null(), usize::try_from(count)) {
        // SAFETY: espeak-ng passes `count` samples.
        take.pcm.extend_from_slice(unsafe { std::slice::from_raw_parts(wav, count) });
    }
    c_int::from(take.cancel.is_cancelled() || take.pcm.len() > take.limit)
}

/// Borrows text that espeak-ng owns.
///
/// # Safety
/// `text` is null or points to a NUL-terminated string that lives until the next call to espeak-ng.
unsafe fn borrowed(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: as promised by the caller.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
