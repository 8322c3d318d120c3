//! WAV files of every kind that a person may hand in, good and bad.

use std::path::{Path, PathBuf};

use domain::ProblemKind;
use hound::{SampleFormat, WavSpec, WavWriter};

use super::{partial, read_wav, write_wav};

fn tone(i: usize, rate: u32) -> f32 {
    (std::f32::consts::TAU * 500.0 * i as f32 / rate as f32).sin() * 0.5
}

/// Half a second of a 500 Hz tone in the given format.
fn written(folder: &Path, spec: WavSpec) -> PathBuf {
    let path = folder.join("tone.wav");
    let mut writer = WavWriter::create(&path, spec).unwrap();
    for i in 0..spec.sample_rate as usize / 2 {
        for _ in 0..spec.channels {
            let value = tone(i, spec.sample_rate);
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(value).unwrap(),
                SampleFormat::Int => {
                    let scale = ((1_u64 << (spec.bits_per_sample - 1)) - 1) as f32;
                    writer.write_sample((value * scale) as i32).unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
    path
}

#[test]
fn every_usual_format_gives_the_same_speech() {
    let folder = tempfile::tempdir().unwrap();
    let mut covered = 0;
    for (sample_format, bits_per_sample) in [
        (SampleFormat::Int, 8),
        (SampleFormat::Int, 16),
        (SampleFormat::Int, 24),
        (SampleFormat::Int, 32),
        (SampleFormat::Float, 32),
    ] {
        for channels in [1, 2] {
            for sample_rate in [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000] {
                let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format };
                let speech = read_wav(&written(folder.path(), spec)).unwrap();
                assert!((speech.duration_ms() as i64 - 500).abs() <= 1, "{spec:?}");
                let middle = &speech.pcm[2_000..6_000];
                let error: f32 = middle
                    .iter()
                    .enumerate()
                    .map(|(i, &sample)| (sample - tone(i + 2_000, 16_000)).abs())
                    .fold(0.0, f32::max);
                // Eight bits, and half a sample of shift where a rate is odd.
                assert!(error < 0.1, "{spec:?}: {error}");
                covered += 1;
            }
        }
    }
    println!("{covered} formats");
}

#[test]
fn floats_of_64_bits_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("double.wav");
    // Plainly, and with the longer format that says more of the channels.
    for long in [false, true] {
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
        bytes.extend(if long { 40_u32 } else { 16 }.to_le_bytes());
        bytes.extend(if long { 0xfffe_u16 } else { 3 }.to_le_bytes());
        bytes.extend(1_u16.to_le_bytes());
        bytes.extend(16_000_u32.to_le_bytes());
        bytes.extend(128_000_u32.to_le_bytes());
        bytes.extend(8_u16.to_le_bytes());
        bytes.extend(64_u16.to_le_bytes());
        if long {
            bytes.extend([22, 0, 64, 0, 4, 0, 0, 0, 3, 0]);
            bytes.extend(*b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
        }
        bytes.extend(b"data");
        bytes.extend(64_000_u32.to_le_bytes());
        bytes.extend((0..8_000).flat_map(|i| f64::from(tone(i, 16_000)).to_le_bytes()));
        std::fs::write(&path, &bytes).unwrap();
        let speech = read_wav(&path).unwrap();
        assert_eq!(speech.duration_ms(), 500, "{long}");
        assert!((speech.pcm[1_000] - tone(1_000, 16_000)).abs() < 1e-3, "{long}");
        std::fs::write(&path, &bytes[..bytes.len() - 800]).unwrap();
        assert_eq!(read_wav(&path).unwrap_err().kind, ProblemKind::Damaged);
    }
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let samples: Vec<f32> = (0..16_000).map(|i| tone(i, 16_000)).collect();
    write_wav(&path, &samples, 16_000).unwrap();
    let speech = read_wav(&path).unwrap();
    let error = speech.pcm.iter().zip(&samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(speech.pcm.len() == 16_000 && error < 1e-4, "{error}");
}

fn refused(bytes: &[u8]) -> domain::Problem {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.wav");
    std::fs::write(&path, bytes).unwrap();
    let problem = read_wav(&path).unwrap_err();
    assert!(problem.message.contains("bad.wav"), "the file is named: {problem}");
    problem
}

/// A header that promises `promised` bytes of 16-bit mono sound, followed by `there` bytes of it.
fn wav_bytes(rate: u32, promised: u32, there: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend(promised.saturating_add(36).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(2_u16.to_le_bytes());
    bytes.extend(16_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(promised.to_le_bytes());
    bytes.resize(bytes.len() + there, 7);
    bytes
}

#[test]
fn bad_files_are_refused_with_their_reason() {
    assert_eq!(refused(b"").kind, ProblemKind::Damaged);
    assert_eq!(refused(b"not a wav file at all, but a text").kind, ProblemKind::Damaged);
    assert_eq!(refused(&[0; 4_096]).kind, ProblemKind::Damaged);
    assert_eq!(refused(&wav_bytes(16_000, 32_000, 32_000)[..30]).kind, ProblemKind::Damaged);
    let problem = refused(&wav_bytes(16_000, 32_000, 16_000));
    assert_eq!(problem.kind, ProblemKind::Damaged);
    assert!(problem.message.contains("8000 of 16000"), "{problem}");
    assert_eq!(refused(&wav_bytes(16_000, 0, 0)).kind, ProblemKind::Invalid);
    assert_eq!(refused(&wav_bytes(4_000, 32_000, 32_000)).kind, ProblemKind::Unsupported);
    assert_eq!(refused(&wav_bytes(900_000, 3_200, 3_200)).kind, ProblemKind::Unsupported);
    let missing = read_wav(Path::new("/nowhere/at/all.wav")).unwrap_err();
    assert_eq!(missing.kind, ProblemKind::Missing);
}

#[test]
fn a_stream_of_unknown_length_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.wav");
    // As ffmpeg, arecord and sox write it.
    for promised in [u32::MAX, u32::MAX - 1, i32::MAX as u32, 0x7fff_f000] {
        std::fs::write(&path, wav_bytes(16_000, promised, 32_001)).unwrap();
        assert_eq!(read_wav(&path).unwrap().duration_ms(), 1_000, "{promised:x}");
    }
    let mut tagged = wav_bytes(16_000, u32::MAX, 32_000);
    tagged.splice(36..36, *b"LIST\x03\0\0\0abc\0");
    std::fs::write(&path, tagged).unwrap();
    assert_eq!(read_wav(&path).unwrap().duration_ms(), 1_000);
}

#[test]
fn more_than_half_an_hour_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let seconds: u32 = 31 * 60;
    let size = u64::from(seconds) * 8_000 * 2;
    std::fs::write(&path, wav_bytes(8_000, size as u32, 0)).unwrap();
    // A sparse file: the length is there, the bytes are not.
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(size + 44).unwrap();
    let start = std::time::Instant::now();
    let problem = read_wav(&path).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Unsupported);
    assert!(problem.message.contains("30 minutes"), "{problem}");
    assert!(start.elapsed().as_secs() < 2);
}

#[test]
fn a_device_is_never_replaced_by_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.wav");
    assert_eq!(partial(&file), folder.path().join("a.wav.part"));
    #[cfg(unix)]
    assert_eq!(partial(Path::new("/dev/null")), Path::new("/dev/null"));
}
