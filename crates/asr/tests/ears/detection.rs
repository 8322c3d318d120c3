//! The voice activity detector: it finds all the speech, and noise starts nothing.

use crate::common::{NOISES, RATE, fixture, read, shared, silence, transcripts, with_noise};
use asr::{Detector, DetectorOptions, FRAME, Silero};
use domain::{SpeechDetector, Utterance, VadEvent};

fn detector() -> Detector {
    Detector::new(DetectorOptions::default()).unwrap()
}

/// Pushes a sound in pieces of an odd size, then finishes.
fn events(detector: &mut Detector, sound: &[f32]) -> Vec<VadEvent> {
    let mut events: Vec<VadEvent> =
        sound.chunks(777).flat_map(|part| detector.push(part)).collect();
    events.extend(detector.finish());
    events
}

fn utterances(events: &[VadEvent]) -> Vec<&Utterance> {
    events
        .iter()
        .filter_map(|event| match event {
            VadEvent::Ended(utterance) => Some(utterance),
            _ => None,
        })
        .collect()
}

fn padded(sound: &[f32]) -> Vec<f32> {
    [silence(1.0).as_slice(), sound, silence(1.0).as_slice()].concat()
}

#[test]
fn probabilities_equal_those_of_onnx_runtime() {
    let text = include_str!("../../assets/silero/golden.json");
    let golden: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut compared = 0;
    let mut check = |name: &str, sound: &[f32]| {
        let expected = golden[name].as_array().unwrap();
        let mut silero = Silero::new();
        assert_eq!(sound.len() / FRAME, expected.len(), "{name}");
        for (at, (frame, expected)) in sound.chunks_exact(FRAME).zip(expected).enumerate() {
            let probability = silero.probability(frame.try_into().unwrap());
            let expected = expected.as_f64().unwrap() as f32;
            assert!(
                (probability - expected).abs() < 2e-3,
                "{name}, frame {at}: {probability} instead of {expected}"
            );
            compared += 1;
        }
    };
    check("buzz_2s", &buzz(2.0));
    for name in ["01_synthetic_what_is_your_name", "06_synthetic_how_are_you_today"] {
        check(name, &read(&fixture().join("clips").join(format!("{name}.wav"))));
    }
    println!("{compared} frames compared");
    assert!(compared > 100);
}

/// Something like a voice: the same as `buzz` in `assets/silero/extract.py`.
fn buzz(seconds: f64) -> Vec<f32> {
    let (mut a, mut b, mut c, mut d) = (0.0_f64, 0.0, 0.0, 0.0);
    (0..(16_000.0 * seconds) as usize)
        .map(|i| {
            let x = if i % 133 == 0 { 1.0 } else { 0.0 };
            (a, b) = (x + 1.88 * a - 0.95 * b, a);
            (c, d) = (a + 1.55 * c - 0.90 * d, c);
            (0.01 * c * if (i / 4_000) % 2 == 0 { 1.0 } else { 0.0 }) as f32
        })
        .collect()
}

#[test]
fn each_clip_is_one_utterance_with_its_beginning_and_its_end() {
    let mut clips = transcripts(&fixture().join("clips"));
    if let Some(shared) = shared() {
        clips.extend(transcripts(&shared.join("models/whisper-nano/clips")).split_off(6));
    }
    let mut missed = Vec::new();
    for (path, text) in &clips {
        let sound = padded(&read(path));
        // The digits were spliced with pauses of up to 400 ms.
        // As in the app: a short word counts.
        let options =
            DetectorOptions { endpoint_ms: 500, meant_ms: 96, ..DetectorOptions::default() };
        let mut detector = Detector::new(options).unwrap();
        let events = events(&mut detector, &sound);
        let found = utterances(&events);
        let whole: usize = found.iter().map(|utterance| utterance.pcm.len()).sum();
        // What counts: no part of the speech is outside. Loud samples outside the utterances are lost words.
        let loud = |sound: &[f32]| sound.iter().filter(|s| s.abs() > 0.05).count();
        let inside: usize = found.iter().map(|utterance| loud(&utterance.pcm)).sum();
        let share = inside as f32 / loud(&sound).max(1) as f32;
        println!("{share:.3} {} utterances, {whole} samples: {text}", found.len());
        if found.len() != 1 || share < 0.98 {
            missed.push(format!("{text} ({} utterances, {share:.2} of it)", found.len()));
        }
        assert!(matches!(events.first(), Some(VadEvent::Started)));
    }
    println!("{} clips", clips.len());
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn speech_is_found_under_noise() {
    let clips = transcripts(&fixture().join("clips"));
    let (mut heard, mut all) = (0, 0);
    for (path, _) in &clips {
        for noise in NOISES {
            for decibels in [20.0, 10.0] {
                let sound = with_noise(&padded(&read(path)), noise, decibels);
                let events = events(&mut detector(), &sound);
                heard += usize::from(utterances(&events).len() == 1);
                all += 1;
            }
        }
    }
    println!("{heard} of {all} noisy clips are one utterance");
    assert!(heard * 100 >= all * 95, "{heard} of {all}");
}

#[test]
fn noise_alone_starts_nothing() {
    let mut minutes = 0.0;
    for noise in NOISES {
        for decibels in [-60.0, -40.0, -25.0, -12.0] {
            let sound = noise.make(30.0, decibels);
            let events = events(&mut detector(), &sound);
            assert!(events.is_empty(), "{noise:?} at {decibels} dB: {events:?}");
            minutes += 0.5;
        }
    }
    println!("{minutes} minutes of noise");
}

#[test]
fn silence_and_nothing_at_all_start_nothing() {
    assert!(events(&mut detector(), &[]).is_empty());
    assert!(events(&mut detector(), &silence(20.0)).is_empty());
    let broken = [f32::NAN, f32::INFINITY, -7.0, 1e30];
    assert!(
        events(&mut detector(), &broken.repeat(4_000))
            .iter()
            .all(|e| !matches!(e, VadEvent::Ended(_)))
    );
}

#[test]
fn a_cough_fades_and_speech_is_confirmed() {
    let speech = read(&fixture().join("clips/04_synthetic_do_you_remember_me.wav"));
    let whole = events(&mut detector(), &padded(&speech));
    assert!(
        matches!(whole.as_slice(), [VadEvent::Started, VadEvent::Confirmed, VadEvent::Ended(_)]),
        "{whole:?}"
    );
    // A syllable, then silence: begun, not meant.
    let begin = speech.iter().position(|s| s.abs() > 0.1).unwrap();
    let syllable = padded(&speech[begin..begin + RATE / 7]);
    let short = events(&mut detector(), &syllable);
    assert!(matches!(short.as_slice(), [] | [VadEvent::Started, VadEvent::Faded]), "{short:?}");
    // With a lower bar the same syllable counts.
    let low = DetectorOptions { onset_ms: 32, meant_ms: 32, ..DetectorOptions::default() };
    let mut eager = Detector::new(low).unwrap();
    eager.confirm_after(32);
    let short = events(&mut eager, &syllable);
    assert_eq!(utterances(&short).len(), 1, "{short:?}");
}

#[test]
fn the_end_comes_after_the_chosen_silence() {
    let speech = read(&fixture().join("clips/01_synthetic_what_is_your_name.wav"));
    let last = speech.iter().rposition(|s| s.abs() > 0.02).unwrap();
    let sound = [&speech[..=last], silence(3.0).as_slice()].concat();
    for endpoint_ms in [200, 500, 1_000] {
        let options = DetectorOptions { endpoint_ms, ..DetectorOptions::default() };
        let mut detector = Detector::new(options).unwrap();
        let mut at = None;
        for (index, frame) in sound.chunks(FRAME).enumerate() {
            if detector.push(frame).iter().any(|event| matches!(event, VadEvent::Ended(_))) {
                at = Some((index + 1) * FRAME);
            }
        }
        let late = (at.unwrap() as i64 - last as i64) * 1000 / RATE as i64;
        println!("endpoint {endpoint_ms} ms: told {late} ms after the last loud sample");
        assert!(
            (i64::from(endpoint_ms) - 64..i64::from(endpoint_ms) + 200).contains(&late),
            "{late}"
        );
    }
}

#[test]
fn chunks_of_any_size_give_the_same_events() {
    let sound = padded(&read(&fixture().join("clips/02_synthetic_tell_me_a_story.wav")));
    let whole = events(&mut detector(), &sound);
    for size in [1, 160, 512, 5_000] {
        let mut detector = detector();
        let mut got: Vec<VadEvent> =
            sound.chunks(size).flat_map(|part| detector.push(part)).collect();
        got.extend(detector.finish());
        assert_eq!(got, whole, "in pieces of {size}");
    }
}

#[test]
fn push_to_talk_ends_what_is_running() {
    let speech = read(&fixture().join("clips/03_synthetic_i_had_a_long_day.wav"));
    let mut detector = detector();
    let before: Vec<VadEvent> = detector.push(&speech[..RATE]);
    assert!(utterances(&before).is_empty());
    assert!(!detector.so_far().is_empty());
    assert!(matches!(detector.finish(), Some(VadEvent::Ended(_))));
    assert!(detector.finish().is_none() && detector.so_far().is_empty());
}

#[test]
fn an_endless_talker_is_cut_at_the_longest_utterance() {
    let clip = read(&fixture().join("clips/04_synthetic_do_you_remember_me.wav"));
    let begin = clip.iter().position(|s| s.abs() > 0.05).unwrap();
    let end = clip.iter().rposition(|s| s.abs() > 0.05).unwrap();
    let sound = clip[begin..end].repeat(30);
    let options =
        DetectorOptions { longest_ms: 5_000, endpoint_ms: 1_000, ..DetectorOptions::default() };
    let mut detector = Detector::new(options).unwrap();
    let events = events(&mut detector, &sound);
    let found = utterances(&events);
    assert!(found.len() >= sound.len() / RATE / 7, "{} utterances", found.len());
    assert!(found.iter().all(|utterance| utterance.duration_ms() <= 5_100));
}

#[test]
fn senseless_settings_are_refused() {
    for options in [
        DetectorOptions { onset: 1.5, ..DetectorOptions::default() },
        DetectorOptions { offset: 0.9, ..DetectorOptions::default() },
        DetectorOptions { endpoint_ms: 0, ..DetectorOptions::default() },
        DetectorOptions { longest_ms: 10, ..DetectorOptions::default() },
        DetectorOptions { onset: f32::NAN, ..DetectorOptions::default() },
    ] {
        assert!(Detector::new(options).is_err(), "{options:?}");
    }
}

#[test]
fn recorded_speech_is_found() {
    let Some(folder) = shared().map(|shared| shared.join("speech")) else {
        println!("skipped: no sample recordings beside the repository");
        return;
    };
    let clips = transcripts(&folder);
    for (path, text) in &clips {
        let sound = padded(&read(path));
        let options = DetectorOptions { endpoint_ms: 600, ..DetectorOptions::default() };
        let found = events(&mut Detector::new(options).unwrap(), &sound);
        let found = utterances(&found);
        let seconds: f32 = found.iter().map(|u| u.duration_ms() as f32 / 1000.0).sum();
        println!(
            "{:40} {} utterances, {seconds:.1} of {:.1} s: {}",
            path.file_name().unwrap().to_string_lossy(),
            found.len(),
            sound.len() as f32 / RATE as f32,
            text.chars().take(40).collect::<String>()
        );
        assert!(!found.is_empty(), "{}", path.display());
        assert!(
            seconds < sound.len() as f32 / RATE as f32 - 0.9,
            "the silence around is not speech"
        );
    }
    println!("{} recordings", clips.len());
    // 14 s of silence before, 3 s after.
    let single = read(&folder.join("en_airi_single_tts.wav"));
    let found = events(&mut detector(), &single);
    let first: usize = utterances(&found).iter().map(|u| u.pcm.len()).sum();
    assert!(first < single.len() / 3, "only the speech is kept");
}
