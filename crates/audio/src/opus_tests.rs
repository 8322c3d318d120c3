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
