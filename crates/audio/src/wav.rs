//! WAV files: whatever is handed in becomes an utterance; what is written is mono, 16 bits.

use std::io::Read;
use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind, Utterance};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::resample::Resampler;

/// The longest recording that is read, in seconds.
pub const LONGEST_WAV: u64 = 30 * 60;
/// Rates that recordings come in, in hertz.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// More channels than this is no recording of speech.
const MOST_CHANNELS: u16 = 8;

/// Reads a WAV file (8 to 32 bits, integers or floats, 1 to 8 channels, 8 to 192 kHz) as mono speech at 16 kHz.
///
/// Fails where the file is missing, no WAV, cut off, empty or longer than [`LONGEST_WAV`].
pub fn read_wav(path: &Path) -> Result<Utterance, Problem> {
    let name = path.display();
    let file = std::fs::File::open(path).map_err(|error| {
        let remedy = "check the path, or record again";
        Problem::new(ProblemKind::Missing, format!("`{name}` cannot be opened ({error})"), remedy)
    })?;
    let bytes = file.metadata().map_or(u64::MAX, |data| data.len());
    let reader = WavReader::new(std::io::BufReader::new(file)).map_err(|error| match error {
        hound::Error::Unsupported => unsupported(path, "its encoding"),
        error => damaged(path, &format!("it is no WAV file ({error})")),
    })?;
    let spec = reader.spec();
    if !(1..=MOST_CHANNELS).contains(&spec.channels) {
        return Err(unsupported(path, &format!("{} channels", spec.channels)));
    }
    if !RATES.contains(&spec.sample_rate) {
        return Err(unsupported(path, &format!("{} samples per second", spec.sample_rate)));
    }
    let width = u64::from(spec.bits_per_sample.div_ceil(8)) * u64::from(spec.channels);
    let promised = u64::from(reader.duration());
    // A program that writes into a pipe cannot know the length and promises the largest.
    let streamed = promised.saturating_mul(width) > u64::from(u32::MAX) - 0x1_0000;
    let frames = promised.min(bytes / width.max(1));
    if frames / u64::from(spec.sample_rate) >= LONGEST_WAV {
        return Err(Problem::new(
            ProblemKind::Unsupported,
            format!("`{name}` is longer than {} minutes", LONGEST_WAV / 60),
            "cut it into shorter recordings",
        ));
    }
    let (pcm, got) = match (spec.sample_format, spec.bits_per_sample) {
        (SampleFormat::Float, 32) => mono(reader.into_samples::<f32>(), spec, |sample| sample)?,
        (SampleFormat::Int, bits @ (8 | 16 | 24 | 32)) => {
            let scale = 1.0 / (1_u64 << (bits - 1)) as f32;
            mono(reader.into_samples::<i32>(), spec, |sample| sample as f32 * scale)?
        }
        (_, bits) => return Err(unsupported(path, &format!("{bits} bits a sample"))),
    };
    if got == 0 {
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!("`{name}` holds no sound"),
            "record again and check the microphone",
        ));
    }
    if got < promised && !streamed {
        return Err(damaged(
            path,
            &format!("it is cut off: {got} of {promised} samples are there"),
        ));
    }
    Ok(Utterance { pcm: pcm.into() })
}

/// Mixes the channels and converts to 16 kHz; answers the samples and how many frames were there. A file that ends early
/// gives what it has.
fn mono<R: Read, S: hound::Sample>(
    samples: hound::WavIntoSamples<R, S>,
    spec: WavSpec,
    scale: impl Fn(S) -> f32,
) -> Result<(Vec<f32>, u64), Problem> {
    let mut resampler = Resampler::new(spec.sample_rate, Utterance::RATE)?;
    let channels = usize::from(spec.channels);
    let (mut out, mut block) = (Vec::new(), Vec::with_capacity(8_192));
    let (mut sum, mut at, mut frames) = (0.0, 0, 0);
    for sample in samples.map_while(Result::ok) {
        let value = scale(sample);
        sum += if value.is_finite() { value } else { 0.0 };
        at += 1;
        if at == channels {
            block.push((sum / channels as f32).clamp(-1.0, 1.0));
            (sum, at) = (0.0, 0);
            frames += 1;
            if block.len() == block.capacity() {
                resampler.push(&block, &mut out);
                block.clear();
            }
        }
    }
    resampler.push(&block, &mut out);
    resampler.finish(&mut out);
    Ok((out, frames))
}

/// Where a file is written until it is complete: `NAME.part` beside its place. A device (`/dev/null`) is written as it is: to put a file in
/// its place would take it from the whole system.
pub(crate) fn partial(path: &Path) -> PathBuf {
    if path.metadata().is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        return path.to_owned();
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Puts a complete file in its place.
pub(crate) fn complete(partial: &Path, path: &Path) -> Result<(), hound::Error> {
    if partial == path {
        return Ok(());
    }
    std::fs::rename(partial, path).map_err(hound::Error::IoError)
}

/// Writes mono samples as a 16-bit WAV file; the file appears complete or not at all.
pub fn write_wav(path: &Path, samples: &[f32], rate: u32) -> Result<(), Problem> {
    let partial = partial(path);
    let write = || -> Result<(), hound::Error> {
        let mut writer = WavWriter::create(&partial, wav_spec(rate))?;
        for &sample in samples {
            writer.write_sample(to_i16(sample))?;
        }
        writer.finalize()?;
        complete(&partial, path)
    };
    write().map_err(|error| {
        if partial != path {
            let _ = std::fs::remove_file(&partial);
        }
        disk_problem(path, &error)
    })
}

pub(crate) fn wav_spec(rate: u32) -> WavSpec {
    WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    }
}

pub(crate) fn to_i16(sample: f32) -> i16 {
    // `as` saturates and takes a NaN for 0.
    (sample * 32_767.0).round() as i16
}

/// A file that could not be written.
pub(crate) fn disk_problem(path: &Path, error: &hound::Error) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` cannot be written ({error})", path.display()),
        "check that the folder exists, that you may write there, and that the disk is not full",
    )
}

fn damaged(path: &Path, reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("`{}` cannot be read: {reason}", path.display()),
        "export it again as a WAV file",
    )
}

fn unsupported(path: &Path, what: &str) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{}` cannot be read: {what} is not supported", path.display()),
        "export it as a mono or stereo WAV file with 16 bits and 16 to 48 kHz",
    )
}

#[cfg(test)]
#[path = "wav_tests.rs"]
mod tests;
