//! Music of strangers: files of Ogg Vorbis, MP3, FLAC and WAV, read within bounds and made a loop.
//!
//! Such files are hostile input: length, rate and channels are bounded while they are decoded, and a decoder that panics is a damaged file.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rodio::{Decoder, Source};

use crate::bed::{Sound, Track};

/// Longest music that is played, in minutes.
pub const LONGEST_MUSIC: u32 = 10;
/// Shortest sound that can be a loop, in seconds.
const SHORTEST_SECONDS: f32 = 1.0;
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

/// Why a file is no music.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MusicError {
    /// It is another kind of file.
    #[error("it is no sound that can be read (Ogg Vorbis, MP3, FLAC, WAV)")]
    Unknown,
    /// It begins like one, and cannot be decoded.
    #[error("it is a damaged sound file: {0}")]
    Damaged(String),
    /// It is longer than [`LONGEST_MUSIC`].
    #[error("it is longer than {LONGEST_MUSIC} minutes")]
    TooLong,
    /// Nothing, or hardly anything, is in it.
    #[error("there is less than a second of sound in it")]
    TooShort,
    /// Nobody hears that.
    #[error("it has {0}, which is not supported")]
    Odd(String),
}

/// The ending of a sound file by how it begins: `ogg`, `mp3`, `flac`, `wav`; `None` for anything else.
pub fn music_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'O', b'g', b'g', b'S', ..] => Some("ogg"),
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
    guarded(bytes, |mut decoder, _| {
        let promised = decoder.total_duration();
        if promised.is_some_and(|length| length.as_secs() > u64::from(LONGEST_MUSIC) * 60) {
            return Err(MusicError::TooLong);
        }
        if decoder.by_ref().take(1024).count() == 0 {
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
    guarded(bytes, |decoder, (channels, rate)| {
        let halves = rate.div_ceil(HIGHEST_RATE).max(1) as usize;
        let most = (LONGEST_MUSIC * 60) as usize * rate as usize / halves;
        let step = usize::from(channels) * halves;
        let mut pcm: Vec<f32> = Vec::new();
        let (mut sum, mut summed) = (0.0_f32, 0);
        for sample in decoder {
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
    let heard = |sample: &f32| sample.abs() > SILENCE;
    let from = sound.pcm.iter().position(heard).unwrap_or(0);
    let to = sound.pcm.iter().rposition(heard).map_or(sound.pcm.len(), |last| last + 1);
    let pcm = &sound.pcm[from..to];
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

/// Opens a decoder and lets `work` use it; whatever panics in it is damage.
fn guarded<T>(
    bytes: &[u8],
    work: impl FnOnce(Decoder<Cursor<Vec<u8>>>, (u16, u32)) -> Result<T, MusicError>,
) -> Result<T, MusicError> {
    let kind = music_kind(bytes).ok_or(MusicError::Unknown)?;
    let opened = AssertUnwindSafe(|| {
        let decoder = Decoder::builder()
            .with_data(Cursor::new(bytes.to_vec()))
            .with_byte_len(bytes.len() as u64)
            .with_hint(kind)
            .build()
            .map_err(|error| MusicError::Damaged(error.to_string()))?;
        let (channels, rate) = (decoder.channels().get(), decoder.sample_rate().get());
        if channels > MOST_CHANNELS {
            return Err(MusicError::Odd(format!("{channels} channels")));
        }
        if !RATES.contains(&rate) {
            return Err(MusicError::Odd(format!("{rate} samples a second")));
        }
        work(decoder, (channels, rate))
    });
    catch_unwind(opened)
        .unwrap_or_else(|_| Err(MusicError::Damaged("the decoder gave it up".to_owned())))
}

#[cfg(test)]
#[path = "music_tests.rs"]
mod tests;
