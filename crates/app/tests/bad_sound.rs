//! What bad devices give, through everything that listens (rate conversion, echo canceller, listener, recogniser), offline:
//! the same words come out, or none, and never a panic.

use std::path::PathBuf;

use asr::{Listener, ListenerOptions, Recogniser, RecogniserOptions, Sign};
use audio::{Denoise, EchoCanceller, resample};
use domain::{Cancel, Utterance};

fn nano() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/whisper-nano")
}

fn recogniser() -> Recogniser {
    let model = nano().join("nano-whisper.en-q5_0.bin");
    Recogniser::load(&model, RecogniserOptions::default(), &mut |_| {})
        .expect("the tests' own model")
}

/// A clip with quiet around it.
fn said(clip: &str) -> Vec<f32> {
    let spoken = audio::read_wav(&nano().join("clips").join(clip)).expect("the clip");
    let silence = |ms: usize| vec![0.0; ms * 16];
    [&silence(600)[..], &spoken.pcm, &silence(1_500)].concat()
}

/// What is understood of what a device gives at a rate.
fn heard(ears: &Recogniser, device: &[f32], rate: u32) -> Vec<String> {
    let sound = resample(device, rate, Utterance::RATE).expect("a rate that devices have");
    let mut echo = EchoCanceller::new(Denoise::default()).expect("a canceller");
    let (mut clean, mut speech) = (Vec::new(), Vec::new());
    echo.split(&sound, &mut clean, &mut speech);
    let mut listener = Listener::new(ListenerOptions::default()).expect("the defaults");
    let mut signs = listener.push_both(&clean, &speech);
    signs.extend(listener.finish());
    let texts = signs.into_iter().filter_map(|sign| match sign {
        Sign::Ended { speech, .. } => {
            Some(ears.hear(speech, &Cancel::new()).expect("an answer").text)
        }
        _ => None,
    });
    texts.filter(|text| !text.trim().is_empty()).collect()
}

#[test]
fn what_bad_devices_give_is_understood_like_what_good_ones_give() {
    let ears = recogniser();
    let good = said("06_synthetic_how_are_you_today.wav");
    let expected = ["How are you today?"];
    let at = |rate: u32| resample(&good, Utterance::RATE, rate).expect("a rate that devices have");
    let peak = good.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    // Twelve decibels over what the device can express.
    let clipped: Vec<f32> =
        good.iter().map(|sample| (sample / peak * 4.0).clamp(-1.0, 1.0)).collect();
    let shifted: Vec<f32> = good.iter().map(|sample| sample * 0.5 + 0.3).collect();
    let quiet: Vec<f32> = good.iter().map(|sample| sample / peak * 0.04).collect();
    for (name, sound, rate) in [
        ("good", good.clone(), 16_000),
        ("8 kHz", at(8_000), 8_000),
        ("44.1 kHz", at(44_100), 44_100),
        ("192 kHz", at(192_000), 192_000),
        ("clipping", clipped, 16_000),
        ("DC offset", shifted, 16_000),
        ("very quiet", quiet, 16_000),
    ] {
        assert_eq!(heard(&ears, &sound, rate), expected, "{name}");
    }
}

#[test]
fn a_device_that_vanishes_in_the_middle_of_a_word_loses_only_what_was_not_said() {
    let ears = recogniser();
    let good = said("06_synthetic_how_are_you_today.wav");
    // Before the closing silence, some way into the last word.
    let cut = good.len() - 1_500 * 16 - 100 * 16;
    let texts = heard(&ears, &good[..cut], 16_000);
    assert_eq!(texts.len(), 1, "what was said is written down: {texts:?}");
    assert!(texts[0].starts_with("How are you"), "{texts:?}");
}

#[test]
fn what_is_no_speech_is_nothing() {
    let ears = recogniser();
    let seconds = |s: usize| s * 16_000;
    for (name, sound) in [
        ("silence", vec![0.0; seconds(10)]),
        ("an offset", vec![0.5; seconds(10)]),
        ("full scale", vec![1.0; seconds(10)]),
        ("a hum", (0..seconds(10)).map(|i| (i as f32 * 50.0 * 0.000_392_7).sin()).collect()),
        ("no numbers", vec![f32::NAN; seconds(2)]),
    ] {
        assert_eq!(heard(&ears, &sound, 16_000), Vec::<String>::new(), "{name}");
    }
}
