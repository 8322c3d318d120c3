//! Sounds of strangers: files of Ogg Vorbis, Opus, MP3, AAC, FLAC and WAV, read within bounds and made a loop, or an effect.
//!
//! Such files are hostile input: length, rate and channels are bounded while they are decoded, and a decoder that panics is a damaged file.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rodio::{Decoder, Source};

use crate::bed::{Sound, Track};
use crate::mpeg4;
use crate::opus::{self, Opus};

/// Longest music that is played, in minutes.
pub const LONGEST_MUSIC: u32 = 10;
/// Shortest sound that is one, in seconds.
const SHORTEST_SECONDS: f32 = 0.02;
/// Rates above are halved: nobody hears what is lost, and the memory is.
const HIGHEST_RATE: u32 = 48_000;
/// Rates that files may have.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Channels that files may have.
const MOST_CHANNELS: u16 = 8;
/// The end is laid over the beginning this long, at most.
const SEAM_SECONDS: f32 = 1.5;
/// What is quieter at either end is no part of a loop: encoders leave silence there, which would be heard as a stumble.
const SILENCE: f32 = 0.0008;
/// Loudness that music is brought to, as a root mean square, and the peak that it may have then: those of the pieces that ship.
const MUSIC_LEVEL: (f32, f32) = (0.11, 0.5);
/// The same for places.
const AMBIENCE_LEVEL: (f32, f32) = (0.07, 0.35);
/// Peak of an effect: that of those that ship.
const EFFECT_PEAK: f32 = 0.5;
/// Seconds over which the end of an effect fades, so that it does not click.
const FADE_SECONDS: f32 = 0.02;

/// Brands of MPEG-4 files that hold sound.
const MP4: [&[u8]; 6] = [b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2"];

/// Why a file is no music.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MusicError {
    /// It is another kind of file.
    #[error("it is no sound that can be read (Ogg Vorbis, Opus, MP3, AAC, FLAC, WAV)")]
    Unknown,
    /// It begins like one, and cannot be decoded.
    #[error("it is a damaged sound file: {0}")]
    Damaged(String),
    /// It is longer than [`LONGEST_MUSIC`].
    #[error("it is longer than {LONGEST_MUSIC} minutes")]
    TooLong,
    /// Nothing, or hardly anything, is in it.
    #[error("there is hardly any sound in it")]
    TooShort,
    /// Nobody hears that.
    #[error("it has {0}, which is not supported")]
    Odd(String),
}

/// The ending of a sound file by how it begins: `ogg`, `opus`, `mp3`, `m4a`, `aac`, `flac`, `wav`; `None` for anything else.
pub fn music_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'O', b'g', b'g', b'S', ..] if opus::is_opus(bytes) => Some("opus"),
        [b'O', b'g', b'g', b'S', ..] => Some("ogg"),
        // MPEG-4 says what it is for; pictures come in the same boxes.
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if MP4.iter().any(|known| brand.starts_with(known)) =>
        {
            Some("m4a")
        }
        // A frame of AAC as it is sent: twelve bits of synchronisation, layer 0.
        [0xff, second, ..] if second & 0xf6 == 0xf0 => Some("aac"),
        [b'f', b'L', b'a', b'C', ..] => Some("flac"),
        [b'I', b'D', b'3', ..] => Some("mp3"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("wav"),
        // A frame of MPEG audio, layer III: eleven bits of synchronisation, no reserved version, rate or bitrate.
        [0xff, second, third, ..]
            if second & 0xe6 == 0xe2
                && second & 0x18 != 0x08
                && third >> 4 != 0xf
                && third >> 4 != 0
                && third >> 2 & 3 != 3 =>
        {
            Some("mp3")
        }
        _ => None,
    }
}

/// Looks whether a file can be played, by its beginning. Answers how long it says that it is.
///
/// # Errors
/// [`MusicError`]; what is damaged further on shows only in [`read_music`].
pub fn look_at_music(bytes: &[u8]) -> Result<Option<Duration>, MusicError> {
    guarded(bytes, |samples| {
        let promised = samples.promised();
        if promised.is_some_and(|length| length.as_secs() > u64::from(LONGEST_MUSIC) * 60) {
            return Err(MusicError::TooLong);
        }
        if samples.take(1024).count() == 0 {
            return Err(MusicError::TooShort);
        }
        Ok(promised)
    })
}

/// Reads a whole file: mono, at most 48,000 samples a second.
///
/// # Errors
/// [`MusicError`].
pub fn read_music(bytes: &[u8]) -> Result<Sound, MusicError> {
    read_sound(bytes, LONGEST_MUSIC)
}

/// The same of as many minutes as `longest`.
pub(crate) fn read_sound(bytes: &[u8], longest: u32) -> Result<Sound, MusicError> {
    guarded(bytes, |samples| {
        let (channels, rate) = samples.shape();
        let halves = rate.div_ceil(HIGHEST_RATE).max(1) as usize;
        let most = (longest * 60) as usize * rate as usize / halves;
        let step = usize::from(channels) * halves;
        let mut pcm: Vec<f32> = Vec::new();
        let (mut sum, mut summed) = (0.0_f32, 0);
        for sample in samples {
            sum += if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
            summed += 1;
            if summed == step {
                if pcm.len() >= most {
                    return Err(MusicError::TooLong);
                }
                pcm.push(sum / step as f32);
                (sum, summed) = (0.0, 0);
            }
        }
        let rate = rate / halves as u32;
        if (pcm.len() as f32) < SHORTEST_SECONDS * rate as f32 {
            return Err(MusicError::TooShort);
        }
        Ok(Sound { pcm: pcm.into(), rate })
    })
}

/// A sound as a loop: silence at its ends cut off, its end laid over its beginning, as loud as the pieces that ship.
pub fn looped(sound: &Sound, track: Track) -> Sound {
    let pcm = heard(sound);
    let seam = ((SEAM_SECONDS * sound.rate as f32) as usize).min(pcm.len() / 6);
    let (body, tail) = pcm.split_at(pcm.len() - seam);
    let mut pcm = body.to_vec();
    for (index, (sample, end)) in pcm.iter_mut().zip(tail).enumerate() {
        // Two pieces that have nothing to do with each other: their powers are to add up to one, not their heights.
        let turn = index as f32 / seam as f32 * std::f32::consts::FRAC_PI_2;
        *sample = *sample * turn.sin() + end * turn.cos();
    }
    let (loudness, highest) = match track {
        Track::Music => MUSIC_LEVEL,
        Track::Ambience => AMBIENCE_LEVEL,
    };
    let peak = pcm.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let power = pcm.iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
    let mean = (power / pcm.len().max(1) as f64).sqrt() as f32;
    if peak > 0.0 && mean > 0.0 {
        let gain = (loudness / mean).min(highest / peak);
        pcm.iter_mut().for_each(|sample| *sample *= gain);
    }
    Sound { pcm: pcm.into(), rate: sound.rate }
}

/// A sound as it is heard once: silence at its ends cut off, as loud as the effects that ship, its last moment faded.
pub fn struck(sound: &Sound) -> Sound {
    let mut pcm = heard(sound).to_vec();
    let fade = ((FADE_SECONDS * sound.rate as f32) as usize).min(pcm.len());
    for (left, sample) in pcm.iter_mut().rev().take(fade).enumerate() {
        *sample *= left as f32 / fade as f32;
    }
    let peak = pcm.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    if peak > 0.0 {
        pcm.iter_mut().for_each(|sample| *sample *= EFFECT_PEAK / peak);
    }
    Sound { pcm: pcm.into(), rate: sound.rate }
}

/// What is heard of a sound: all of it but the silence at its ends.
fn heard(sound: &Sound) -> &[f32] {
    let heard = |sample: &f32| sample.abs() > SILENCE;
    let from = sound.pcm.iter().position(heard).unwrap_or(0);
    let to = sound.pcm.iter().rposition(heard).map_or(sound.pcm.len(), |last| last + 1);
    &sound.pcm[from..to]
}

/// A file as its samples, channel by channel in turn.
enum Samples {
    Opus(Box<Opus>),
    Other(Box<Decoder<Cursor<Vec<u8>>>>),
}

impl Samples {
    fn open(bytes: &[u8]) -> Result<Self, MusicError> {
        let kind = music_kind(bytes).ok_or(MusicError::Unknown)?;
        if kind == "opus" {
            return Ok(Self::Opus(Box::new(Opus::open(bytes.to_vec())?)));
        }
        // Behind tags, which MP3s begin with, MPEG-4 is opened as well.
        if matches!(kind, "m4a" | "mp3") && !mpeg4::is_bounded(bytes) {
            return Err(MusicError::Damaged("a table in it is longer than the file".to_owned()));
        }
        let decoder = Decoder::builder()
            .with_data(Cursor::new(bytes.to_vec()))
            .with_byte_len(bytes.len() as u64)
            .with_hint(kind)
            .build()
            .map_err(|error| MusicError::Damaged(error.to_string()))?;
        Ok(Self::Other(Box::new(decoder)))
    }

    /// Channels, and samples of each in a second.
    fn shape(&self) -> (u16, u32) {
        match self {
            Self::Opus(opus) => (opus.channels(), opus::RATE),
            Self::Other(decoder) => (decoder.channels().get(), decoder.sample_rate().get()),
        }
    }

    /// How long the file says that it is.
    fn promised(&self) -> Option<Duration> {
        match self {
            Self::Opus(opus) => {
                Some(Duration::from_millis(opus.promised() / u64::from(opus::RATE / 1000)))
            }
            Self::Other(decoder) => decoder.total_duration(),
        }
    }
}

impl Iterator for Samples {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        match self {
            Self::Opus(opus) => opus.next(),
            Self::Other(decoder) => decoder.next(),
        }
    }
}

/// Opens a file and lets `work` use its samples; whatever panics in it is damage.
fn guarded<T>(
    bytes: &[u8],
    work: impl FnOnce(Samples) -> Result<T, MusicError>,
) -> Result<T, MusicError> {
    let opened = AssertUnwindSafe(|| {
        let samples = Samples::open(bytes)?;
        let (channels, rate) = samples.shape();
        if channels > MOST_CHANNELS {
            return Err(MusicError::Odd(format!("{channels} channels")));
        }
        if !RATES.contains(&rate) {
            return Err(MusicError::Odd(format!("{rate} samples a second")));
        }
        work(samples)
    });
    catch_unwind(opened)
        .unwrap_or_else(|_| Err(MusicError::Damaged("the decoder gave it up".to_owned())))
}

#[cfg(test)]
#[path = "music_tests.rs"]
mod tests;
