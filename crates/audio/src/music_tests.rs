//! Files that somebody brought, as loops.

use hound::{SampleFormat, WavSpec, WavWriter};

use super::*;

/// A WAV file of a tone, with silence around it.
fn wav(rate: u32, channels: u16, seconds: f32) -> Vec<u8> {
    let spec = WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    let frames = (seconds * rate as f32) as usize;
    let quiet = rate as usize / 10;
    for frame in 0..frames {
        let loud = (quiet..frames - quiet).contains(&frame);
        let turn = frame as f32 / rate as f32 * 220.0 * std::f32::consts::TAU;
        let sample = if loud { (turn.sin() * 20_000.0) as i16 } else { 0 };
        for _ in 0..channels {
            writer.write_sample(sample).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

#[test]
fn kinds_are_told_by_how_files_begin() {
    assert_eq!(music_kind(&wav(8_000, 1, 2.0)), Some("wav"));
    assert_eq!(music_kind(b"OggS\0\x02"), Some("ogg"));
    assert_eq!(music_kind(b"fLaC\0"), Some("flac"));
    assert_eq!(music_kind(&[0xff, 0xfb, 0x90, 0x64]), Some("mp3"));
    for other in
        [&[0xff, 0xd8, 0xff, 0xe0][..], b"RIFF\0\0\0\0WEBP", b"PK\x03\x04", b"", &[0xff; 8]]
    {
        assert_eq!(music_kind(other), None, "{other:?}");
    }
}

#[test]
fn a_file_is_read_as_mono_at_a_rate_that_can_be_kept() {
    for (rate, channels, kept) in [(44_100, 2, 44_100), (8_000, 1, 8_000), (96_000, 2, 48_000)] {
        let file = wav(rate, channels, 3.0);
        let sound = read_music(&file).unwrap();
        assert_eq!(sound.rate, kept);
        assert_eq!(sound.pcm.len(), 3 * kept as usize);
        let peak = sound.pcm.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.55..0.65).contains(&peak), "{rate}: {peak}");
        let promised = look_at_music(&file).unwrap().unwrap();
        assert_eq!(promised.as_secs(), 3);
    }
}

#[test]
fn a_loop_has_no_seam_no_gap_and_the_loudness_of_what_ships() {
    let sound = read_music(&wav(16_000, 1, 6.0)).unwrap();
    let made = looped(&sound, Track::Music);
    let step = |a: f32, b: f32| (a - b).abs();
    let largest = made.pcm.windows(2).map(|pair| step(pair[0], pair[1])).fold(0.0, f32::max);
    let seam = step(made.pcm[0], made.pcm[made.pcm.len() - 1]);
    assert!(seam <= largest * 1.01, "{seam} of {largest}");
    // Of six seconds a fifth of silence and the overlap of the ends are gone.
    let seconds = made.pcm.len() as f32 / 16_000.0;
    assert!((4.7..5.0).contains(&seconds), "{seconds}");
    let loud = |part: &[f32]| (part.iter().map(|s| s * s).sum::<f32>() / part.len() as f32).sqrt();
    let (first, last) = (loud(&made.pcm[..800]), loud(&made.pcm[made.pcm.len() - 800..]));
    assert!(first > 0.05 && last > 0.05, "{first} {last}");
    assert!((loud(&made.pcm) - 0.11).abs() < 0.02);
    let place = looped(&sound, Track::Ambience);
    assert!(loud(&place.pcm) < loud(&made.pcm));
    let nothing = looped(&Sound { pcm: vec![0.0; 100].into(), rate: 8_000 }, Track::Music);
    assert!(nothing.pcm.iter().all(|sample| *sample == 0.0));
}

#[test]
fn opus_and_aac_are_read() {
    // A second and a half of 440 Hz each, of which AAC has a frame or two of its own beside; the commands are in the folder's LICENSE.
    for (file, kind) in [
        (include_bytes!("../tests/fixtures/tone.opus").as_slice(), "opus"),
        (include_bytes!("../tests/fixtures/tone.m4a"), "m4a"),
        (include_bytes!("../tests/fixtures/tone.aac"), "aac"),
    ] {
        assert_eq!(music_kind(file), Some(kind));
        look_at_music(file).unwrap();
        let sound = read_music(file).unwrap();
        let seconds = sound.pcm.len() as f32 / sound.rate as f32;
        assert!((1.49..1.6).contains(&seconds), "{kind}: {seconds}");
        let middle = &sound.pcm[sound.rate as usize / 4..sound.rate as usize * 5 / 4];
        let turns = middle.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((436..=444).contains(&turns), "{kind}: {turns}");
        for length in (0..file.len()).step_by(97) {
            let _whatever = read_music(&file[..length]);
        }
    }
    // Pictures come in the same boxes.
    assert_eq!(music_kind(b"\0\0\0\x1cftypavif\0\0\0\0mif1"), None);
}

#[test]
fn an_effect_is_heard_at_once_and_ends_in_silence() {
    let made = struck(&read_music(&wav(16_000, 1, 2.0)).unwrap());
    // A tenth of a second of silence at either end is gone.
    let seconds = made.pcm.len() as f32 / 16_000.0;
    assert!((1.75..1.85).contains(&seconds), "{seconds}");
    let peak = made.pcm.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((peak - EFFECT_PEAK).abs() < 0.01, "{peak}");
    assert!(made.pcm[made.pcm.len() - 1].abs() < 0.01);
    let nothing = struck(&Sound { pcm: vec![0.0; 100].into(), rate: 8_000 });
    assert!(nothing.pcm.iter().all(|sample| *sample == 0.0));
}

#[test]
fn what_is_no_music_is_refused_with_its_reason() {
    assert_eq!(read_music(b"<html>").unwrap_err(), MusicError::Unknown);
    assert_eq!(read_music(&wav(8_000, 1, 0.01)).unwrap_err(), MusicError::TooShort);
    let long = wav(8_000, 1, (LONGEST_MUSIC * 60 + 5) as f32);
    assert_eq!(read_music(&long).unwrap_err(), MusicError::TooLong);
    assert_eq!(look_at_music(&long).unwrap_err(), MusicError::TooLong);
    for cut in [b"OggS".to_vec(), b"fLaC\0\0\0\x22".to_vec(), wav(8_000, 1, 2.0)[..30].to_vec()] {
        assert!(matches!(read_music(&cut), Err(MusicError::Damaged(_) | MusicError::TooShort)));
    }
    // Noise behind a good beginning: no panic comes out, whatever it is taken for.
    let mut noise: Vec<u8> =
        (0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for head in [&b"OggS"[..], b"fLaC", b"ID3\x04", &[0xff, 0xfb, 0x90], b"RIFF\0\0\0\0WAVEfmt "] {
        noise[..head.len()].copy_from_slice(head);
        let _whatever = read_music(&noise);
    }
}
