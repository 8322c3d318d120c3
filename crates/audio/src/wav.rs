//! WAV files: whatever is handed in becomes an utterance; what is written is mono, 16 bits.

use std::fs::File;
use std::io::{Cursor, Read};
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

/// Bytes at the beginning of a file in which the header is looked for.
const HEADER: u64 = 64 << 10;
/// Programs that write into a pipe promise the largest length that they can write down, or so much of it: sox, arecord, ffmpeg.
const UNKNOWN: u32 = 0x7fff_0000;

/// Reads a WAV file (8 to 32 bits, integers or floats, or floats of 64, 1 to 8 channels, 8 to 192 kHz) as mono speech at 16 kHz.
///
/// Fails where the file is missing, no WAV, cut off, empty or longer than [`LONGEST_WAV`].
pub fn read_wav(path: &Path) -> Result<Utterance, Problem> {
    read_rest(path, Vec::new(), open(path)?)
}

/// The same of a file whose beginning was read: a pipe cannot be opened again.
pub(crate) fn read_rest(path: &Path, begun: Vec<u8>, file: File) -> Result<Utterance, Problem> {
    let bytes = file.metadata().map_or(u64::MAX, |data| data.len());
    let reader = plain(begun, file, bytes).map_err(hound::Error::IoError).and_then(WavReader::new);
    let reader = reader.map_err(|error| match error {
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
        return Err(too_long(path));
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
        return Err(no_sound(path));
    }
    // Of a pipe it is only known now.
    if got / u64::from(spec.sample_rate) >= LONGEST_WAV {
        return Err(too_long(path));
    }
    if got < promised && !streamed {
        return Err(damaged(
            path,
            &format!("it is cut off: {got} of {promised} samples are there"),
        ));
    }
    Ok(Utterance { pcm: pcm.into() })
}

/// A file with nothing in its header but the format and the length of the sound: that of what is there, where it was written into a pipe.
fn plain(mut head: Vec<u8>, mut file: File, bytes: u64) -> std::io::Result<Box<dyn Read>> {
    file.by_ref().take(HEADER).read_to_end(&mut head)?;
    let Some(Header { clean, sound, doubles }) = header(&head, bytes) else {
        return Ok(Box::new(std::io::BufReader::new(Cursor::new(head).chain(file))));
    };
    let clean = Cursor::new(clean);
    let sound = Cursor::new(head.split_off(sound)).chain(file);
    Ok(if doubles {
        Box::new(clean.chain(Singles { doubles: std::io::BufReader::new(sound), left: Vec::new() }))
    } else {
        Box::new(std::io::BufReader::new(clean.chain(sound)))
    })
}

/// What stands before the sound.
struct Header {
    /// Without other chunks than the format and the head of the sound.
    clean: Vec<u8>,
    /// Where the sound begins in the file.
    sound: usize,
    /// Its samples have 64 bits, and `clean` promises 32.
    doubles: bool,
}

/// The header of a file without its other chunks, of which hound does not skip those of an odd length; `None` where it is no WAV file,
/// or a longer one than was looked at.
fn header(head: &[u8], bytes: u64) -> Option<Header> {
    let number = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    if !head.starts_with(b"RIFF") || head.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut clean = head[..12].to_vec();
    let mut doubles = false;
    // Bytes of a sample of all channels.
    let (mut at, mut block) = (12, 1);
    loop {
        let (name, size) = (head.get(at..at + 4)?, number(at + 4)?);
        let (begins, ends) = (at + 8, (at + 8).checked_add(size as usize)?);
        match name {
            b"data" => {
                // Of a pipe nothing is known beforehand: as much as there may be.
                let there = bytes.saturating_sub(begins as u64);
                let most =
                    if there == 0 { u32::MAX } else { u32::try_from(there).unwrap_or(u32::MAX) };
                let size = if size < UNKNOWN { size } else { most / block * block };
                clean.extend(name);
                clean.extend((if doubles { size / 2 } else { size }).to_le_bytes());
                return Some(Header { clean, sound: begins, doubles });
            }
            b"fmt " => {
                block = (number(begins + 12)? & 0xffff).max(1);
                let mut format = head.get(at..ends)?.to_vec();
                doubles = halved(&mut format).is_some();
                clean.extend(format);
            }
            _ => {}
        }
        at = ends.checked_add(size as usize % 2)?;
    }
}

/// A format chunk of floats of 64 bits becomes one of 32, which hound reads; `None` where it is another, which stays.
fn halved(chunk: &mut [u8]) -> Option<()> {
    let short = |at: usize| Some(u16::from_le_bytes(chunk.get(at..at + 2)?.try_into().ok()?));
    // The number of the format stands further on where the chunk is of the longer kind.
    let kind = if short(8)? == 0xfffe { short(32)? } else { short(8)? };
    (kind == 3 && short(22)? == 64).then_some(())?;
    let block = (short(20)? / 2).to_le_bytes();
    let second = u32::from_le_bytes(chunk.get(16..20)?.try_into().ok()?) / 2;
    chunk[16..20].copy_from_slice(&second.to_le_bytes());
    chunk[20..22].copy_from_slice(&block);
    chunk[22..24].copy_from_slice(&32_u16.to_le_bytes());
    if chunk.len() >= 28 && chunk[8..10] == [0xfe, 0xff] {
        chunk[26..28].copy_from_slice(&32_u16.to_le_bytes());
    }
    Some(())
}

/// Floats of 64 bits as floats of 32.
struct Singles<R> {
    doubles: R,
    /// Bytes of the last one that nobody has asked for yet, last first.
    left: Vec<u8>,
}

impl<R: Read> Read for Singles<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut written = 0;
        while written < out.len() {
            if let Some(byte) = self.left.pop() {
                out[written] = byte;
                written += 1;
                continue;
            }
            let mut double = [0; 8];
            match self.doubles.read_exact(&mut double) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
            self.left.extend((f64::from_le_bytes(double) as f32).to_be_bytes());
        }
        Ok(written)
    }
}

/// Mixes the channels and converts to 16 kHz; answers the samples and how many frames were there. A file that ends early
/// gives what it has, and what is too long no more than that it is.
fn mono<R: Read, S: hound::Sample>(
    samples: hound::WavIntoSamples<R, S>,
    spec: WavSpec,
    scale: impl Fn(S) -> f32,
) -> Result<(Vec<f32>, u64), Problem> {
    let mut resampler = Resampler::new(spec.sample_rate, Utterance::RATE)?;
    let channels = usize::from(spec.channels);
    let (mut out, mut block) = (Vec::new(), Vec::with_capacity(8_192));
    let (mut sum, mut at, mut frames) = (0.0, 0, 0);
    let most = LONGEST_WAV as usize * spec.sample_rate as usize * channels;
    for sample in samples.map_while(Result::ok).take(most) {
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

/// Opens a recording.
pub(crate) fn open(path: &Path) -> Result<File, Problem> {
    let name = path.display();
    File::open(path).map_err(|error| {
        let remedy = "check the path, or record again";
        Problem::new(ProblemKind::Missing, format!("`{name}` cannot be opened ({error})"), remedy)
    })
}

pub(crate) fn too_long(path: &Path) -> Problem {
    let name = path.display();
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{name}` is longer than {} minutes", LONGEST_WAV / 60),
        "cut it into shorter recordings",
    )
}

pub(crate) fn no_sound(path: &Path) -> Problem {
    let name = path.display();
    Problem::new(
        ProblemKind::Invalid,
        format!("`{name}` holds no sound"),
        "record again and check the microphone",
    )
}

pub(crate) fn damaged(path: &Path, reason: &str) -> Problem {
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
