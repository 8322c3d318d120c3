//! A trial of made microphones, each with something wrong.

use super::*;

const RATE: u32 = 48_000;

/// Noise of a level, the same every time.
fn noise(db: f32, samples: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let amplitude = 10_f32.powf(db / 20.0) * 3_f32.sqrt();
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..samples).map(|_| next() * amplitude).collect()
}

/// Something like speech: a swelling tone of a peak.
fn speech(peak: f32, samples: usize) -> Vec<f32> {
    let tone = |i: usize, hz: f32| (i as f32 * hz * std::f32::consts::TAU / RATE as f32).sin();
    (0..samples).map(|i| tone(i, 220.0) * tone(i, 2.0).abs() * peak).collect()
}

fn mix(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| (a + b).clamp(-1.0, 1.0)).collect()
}

/// A microphone with room noise, speech and an echo of these levels (peak, peak, peak after cancellation).
fn trial(room_db: f32, voice: f32, echo: Option<(f32, f32)>, rate: u32, offset: f32) -> Trial {
    let mut trial = Trial::new();
    let seconds = |s: usize| s * rate as usize;
    let shifted = |samples: Vec<f32>| -> Vec<f32> {
        samples.into_iter().map(|sample| (sample + offset).clamp(-1.0, 1.0)).collect()
    };
    trial.step(TrialStep::Quiet);
    trial.raw(&shifted(noise(room_db, seconds(1), 1)), rate);
    trial.clean(&noise(room_db, 16_000, 1));
    trial.step(TrialStep::Speak);
    let said = mix(&speech(voice, seconds(3)), &noise(room_db, seconds(3), 2));
    trial.raw(&shifted(said), rate);
    if let Some((heard, left)) = echo {
        trial.step(TrialStep::Playback);
        trial.raw(&shifted(mix(&speech(heard, seconds(3)), &noise(room_db, seconds(3), 3))), rate);
        for frame in speech(left, seconds(3)).chunks(512) {
            trial.clean(frame);
        }
    }
    trial
}

#[test]
fn a_good_microphone_has_nothing_wrong() {
    let report = trial(-65.0, 0.3, Some((0.1, 0.0005)), RATE, 0.0).report(0);
    assert!(report.findings.is_empty(), "{report:?}");
    assert_eq!(report.rate, RATE);
    assert!((report.floor_db.unwrap() + 65.0).abs() < 1.0, "{report:?}");
    assert!((-20.0..-10.0).contains(&report.speech_db.unwrap()), "{report:?}");
    // Headphones: nothing of the playback is heard.
    let headphones = trial(-65.0, 0.3, Some((0.0, 0.0)), RATE, 0.0).report(0);
    assert!(headphones.findings.is_empty(), "{headphones:?}");
}

#[test]
fn every_fault_is_named() {
    for (name, trial, dropped, expected) in [
        ("no voice", trial(-50.0, 0.0, None, RATE, 0.0), 0, Finding::NothingHeard),
        ("quiet", trial(-80.0, 0.003, None, RATE, 0.0), 0, Finding::Quiet),
        ("noisy", trial(-30.0, 0.2, None, RATE, 0.0), 0, Finding::Noisy),
        ("clipping", trial(-65.0, 3.0, None, RATE, 0.0), 0, Finding::Clipping),
        ("offset", trial(-65.0, 0.3, None, RATE, 0.1), 0, Finding::Offset),
        ("telephone", trial(-65.0, 0.3, None, 8_000, 0.0), 0, Finding::Narrow),
        ("echo", trial(-65.0, 0.3, Some((0.3, 0.1)), RATE, 0.0), 0, Finding::Echo),
        ("lost samples", trial(-65.0, 0.3, None, RATE, 0.0), 480, Finding::Dropouts),
    ] {
        let report = trial.report(dropped);
        assert_eq!(report.findings, [expected], "{name}: {report:?}");
        let problem = expected.problem();
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty());
    }
}

#[test]
fn a_muted_microphone_is_told_from_a_quiet_room() {
    let mut muted = Trial::new();
    muted.step(TrialStep::Quiet);
    muted.raw(&vec![0.0; 4_800], RATE);
    assert!(muted.is_silent());
    muted.step(TrialStep::Speak);
    muted.raw(&vec![0.0; 48_000], RATE);
    assert_eq!(muted.report(0).findings, [Finding::Silent]);
    assert!(!trial(-90.0, 0.0, None, RATE, 0.0).is_silent());
    // Nothing at all came: that is not silence, it is no answer.
    assert!(!Trial::new().is_silent());
}

#[test]
fn an_offset_is_not_taken_for_loudness_and_broken_samples_for_sound() {
    let report = trial(-65.0, 0.3, None, RATE, 0.2).report(0);
    assert!(report.floor_db.unwrap() < -60.0, "{report:?}");
    let mut broken = Trial::new();
    broken.step(TrialStep::Speak);
    broken.raw(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY], 192_000);
    assert!(broken.is_silent());
    assert!(broken.take_peak() < f32::EPSILON);
    assert!(broken.report(0).offset.abs() < f32::EPSILON);
}

#[test]
fn the_worst_comes_first() {
    let report = trial(-65.0, 3.0, None, 8_000, 0.0).report(1);
    assert_eq!(report.findings, [Finding::Clipping, Finding::Narrow, Finding::Dropouts]);
}
