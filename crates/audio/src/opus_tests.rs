//! Opus of anybody's.

use super::*;

/// A second and a half of 440 Hz on two channels: `ffmpeg -f lavfi -i sine=frequency=440:duration=1.5 -ac 2 -c:a libopus -b:a 24k`.
const TONE: &[u8] = include_bytes!("../tests/fixtures/tone.opus");

/// Turns of a tone through zero, upwards.
fn turns(pcm: &[f32]) -> usize {
    pcm.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count()
}

#[test]
fn a_tone_is_as_long_and_as_high_as_it_was() {
    assert!(is_opus(TONE));
    let opus = Opus::open(TONE.to_vec()).unwrap();
    assert_eq!(opus.channels(), 2);
    assert_eq!(opus.promised(), 72_000);
    let pcm: Vec<f32> = opus.step_by(2).collect();
    assert_eq!(pcm.len(), 72_000);
    let middle = &pcm[12_000..60_000];
    assert!((438..=442).contains(&turns(middle)), "{}", turns(middle));
    let peak = middle.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((0.08..0.2).contains(&peak), "{peak}");
}

/// The tone with other numbers in its head: samples that are not heard, and 256ths of a decibel.
fn with_head(skip: u16, gain: i16) -> Vec<u8> {
    let mut bytes = TONE.to_vec();
    bytes[38..40].copy_from_slice(&skip.to_le_bytes());
    bytes[44..46].copy_from_slice(&gain.to_le_bytes());
    let sum = sum(&bytes[..47]);
    bytes[22..26].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn the_head_says_what_is_not_heard_and_how_loud_the_rest_is() {
    let read = |skip, gain| Opus::open(with_head(skip, gain)).unwrap().collect::<Vec<f32>>();
    // The encoder's own, and ten milliseconds more.
    let (plain, later) = (read(312, 0), read(312 + 480, 0));
    assert_eq!(later.len() + 2 * 480, plain.len());
    let same = |(one, other): (&f32, &f32)| one.to_bits() == other.to_bits();
    assert!(later.iter().zip(&plain[2 * 480..]).all(same));
    let peak = |pcm: &[f32]| pcm.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let louder = peak(&read(312, 6 * 256)) / peak(&plain);
    assert!((louder - 1.995).abs() < 0.01, "{louder}");
}

#[test]
fn a_file_ends_where_it_is_damaged() {
    let mut odd = TONE.to_vec();
    let middle = odd.len() / 2;
    odd[middle] ^= 0xff;
    let half = Opus::open(odd).unwrap().count();
    assert!(half < 2 * 72_000, "{half}");
    assert!(Opus::open(TONE[..20].to_vec()).is_err());
    // The head byte by byte, the rest here and there: decoding takes its time.
    for at in (0..200).chain((200..TONE.len()).step_by(101)) {
        let mut odd = TONE.to_vec();
        odd[at] = odd[at].wrapping_add(0x55);
        if let Ok(opus) = Opus::open(odd) {
            let _whatever = opus.take(4_000).count();
        }
    }
}

#[test]
fn heads_that_lie_are_refused() {
    let head = |rest: &[u8]| Head::read(&[b"OpusHead".as_slice(), rest].concat());
    let usual = [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(head(&usual).is_ok());
    assert!(head(&usual[..10]).is_err());
    let with = |at: usize, value: u8| {
        let mut odd = usual;
        odd[at] = value;
        head(&odd)
    };
    assert!(with(0, 16).is_err(), "another version");
    assert!(with(1, 0).is_err(), "no channels");
    assert!(with(1, 3).is_err(), "more than two without a table");
    assert!(with(10, 255).is_err(), "channels that stand for nothing");
    assert!(head(&[1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]).is_err(), "no streams");
}
