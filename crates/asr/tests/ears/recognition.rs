//! The recogniser over a real, small, trained model: exact transcripts, guards, long recordings, cancellation.

use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use asr::{Dictation, Recogniser, RecogniserOptions, Sign, inspect};
use domain::{Cancel, ProblemKind, Transcriber, Utterance};

use crate::common::{NOISES, RATE, fixture, read, shared, silence, transcripts};

/// The nano, loaded once, for one test at a time: its queue is short.
fn nano() -> MutexGuard<'static, Recogniser> {
    static NANO: OnceLock<Mutex<Recogniser>> = OnceLock::new();
    let nano = NANO.get_or_init(|| {
        let path = fixture().join("nano-whisper.en-q5_0.bin");
        let mut heard = Vec::new();
        let loaded =
            Recogniser::load(&path, RecogniserOptions::default(), &mut |at| heard.push(at))
                .unwrap();
        assert!(heard.windows(2).all(|pair| pair[0] <= pair[1]) && heard.last() == Some(&1.0));
        Mutex::new(loaded)
    });
    nano.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hear(pcm: Vec<f32>) -> domain::Transcript {
    nano().hear(Utterance { pcm: pcm.into() }, &Cancel::new()).unwrap()
}

#[test]
fn the_clips_are_heard_exactly() {
    let mut slowest = Duration::ZERO;
    for (path, text) in transcripts(&fixture().join("clips")) {
        let sound = read(&path);
        let length_ms = sound.len() as u64 * 1000 / RATE as u64;
        let start = Instant::now();
        let heard = hear(sound);
        slowest = slowest.max(start.elapsed());
        println!("{:4} ms for {length_ms} ms: {}", start.elapsed().as_millis(), heard.text);
        assert_eq!(heard.text, text);
        assert_eq!(heard.language, "en");
        let segments = &heard.segments;
        assert!(!segments.is_empty() && segments.iter().all(|s| s.start_ms < s.end_ms));
        assert!(segments.last().unwrap().end_ms <= length_ms);
    }
    println!("slowest {slowest:?}");
}

#[test]
fn silence_before_and_after_changes_nothing() {
    for (path, text) in transcripts(&fixture().join("clips")) {
        let sound = [silence(3.0), read(&path), silence(2.0)].concat();
        let heard = hear(sound);
        assert_eq!(heard.text, text);
        // The times are those of the recording, not of what was cut out of it.
        assert!(heard.segments[0].start_ms >= 2_600, "{:?}", heard.segments);
    }
}

#[test]
fn all_clips_beside_the_repository_are_heard_exactly() {
    let Some(folder) = shared().map(|shared| shared.join("models/whisper-nano/clips")) else {
        println!("skipped: no sample recordings beside the repository");
        return;
    };
    let clips = transcripts(&folder);
    for (path, text) in &clips {
        assert_eq!(hear(read(path)).text, *text, "{}", path.display());
    }
    println!("{} clips", clips.len());
    assert_eq!(clips.len(), 12);
}

#[test]
fn words_said_into_a_button_come_while_they_are_said_and_stay() {
    for (path, text) in transcripts(&fixture().join("clips")) {
        let sound = [silence(0.25), read(&path), silence(0.5)].concat();
        let mut dictation = Dictation::new(7);
        let (mut committed, mut paused) = (String::new(), None);
        for frame in sound.chunks(480) {
            for sign in dictation.hear(frame, frame) {
                let Sign::Ask(question) = sign else {
                    if let Sign::Paused(text) = sign {
                        paused = Some(text);
                    }
                    continue;
                };
                let heard = nano().hear(question.speech, &Cancel::new()).unwrap();
                for sign in dictation.understood(question.id, &heard) {
                    match sign {
                        Sign::Understood(partial) => {
                            assert!(partial.committed.starts_with(&committed), "{text}");
                            committed = partial.committed;
                        }
                        Sign::Paused(text) => paused = Some(text),
                        _ => {}
                    }
                }
            }
        }
        let whole = nano().hear(dictation.finish(), &Cancel::new()).unwrap();
        assert_eq!(whole.text, text, "{text}");
        assert_eq!(paused.as_deref(), Some(text.as_str()), "{text}: a reply could be prepared");
    }
}

#[test]
fn where_nobody_speaks_nothing_is_written() {
    assert_eq!(hear(Vec::new()).text, "");
    assert_eq!(hear(silence(0.05)).text, "");
    assert_eq!(hear(silence(4.0)).segments, []);
    for noise in NOISES {
        assert_eq!(hear(noise.make(5.0, -25.0)).text, "", "{noise:?}");
    }
    assert_eq!(hear(vec![f32::NAN; RATE]).text, "");
}

#[test]
fn ten_minutes_are_heard_in_pieces() {
    let clips = transcripts(&fixture().join("clips"));
    let sounds: Vec<Vec<f32>> = clips.iter().map(|(path, _)| read(path)).collect();
    let mut sound = Vec::new();
    let mut expected = 0;
    while sound.len() < 600 * RATE {
        sound.extend_from_slice(&sounds[expected % sounds.len()]);
        sound.extend(silence(9.0));
        expected += 1;
    }
    let start = Instant::now();
    let heard = hear(sound);
    println!("{expected} sentences in ten minutes took {:?}", start.elapsed());
    let right = heard
        .segments
        .iter()
        .enumerate()
        .filter(|(at, segment)| segment.text == clips[at % clips.len()].1)
        .count();
    assert_eq!(heard.segments.len(), expected);
    assert_eq!(right, expected);
    assert!(heard.segments.windows(2).all(|pair| pair[0].end_ms <= pair[1].start_ms));
    assert!(heard.segments.last().unwrap().start_ms > 580_000);
}

#[test]
fn a_cancelled_recognition_ends_soon_and_the_next_one_works() {
    let clip = read(&fixture().join("clips/06_synthetic_how_are_you_today.wav"));
    let cancel = Cancel::new();
    let (send, receive) = sync_channel(1);
    let long: Vec<f32> = clip.repeat(400);
    let sink = Box::new(move |result| send.send(result).unwrap());
    let nano = nano();
    nano.transcribe(Utterance { pcm: long.into() }, sink, cancel.clone());
    std::thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    cancel.cancel();
    let result = receive.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(result.unwrap_err().kind, ProblemKind::Busy);
    println!("ended {:?} after the cancellation", start.elapsed());
    drop(nano);
    assert_eq!(hear(clip).text, "How are you today?");
}

#[test]
fn every_job_is_answered_once_even_when_too_many_come() {
    let clip = read(&fixture().join("clips/05_synthetic_it_is_raining.wav"));
    let (send, receive) = sync_channel(64);
    let nano = nano();
    for _ in 0..32 {
        let send = send.clone();
        let sink =
            Box::new(move |result: Result<domain::Transcript, _>| send.send(result).unwrap());
        nano.transcribe(Utterance { pcm: clip.clone().into() }, sink, Cancel::new());
    }
    drop(send);
    let results: Vec<_> = receive.iter().collect();
    assert_eq!(results.len(), 32);
    let refused = results.iter().filter(|r| r.is_err()).count();
    let busy = results.iter().filter_map(|r| r.as_ref().err()).all(|p| p.kind == ProblemKind::Busy);
    assert!(busy && refused < 32, "{refused} refused");
}

#[test]
fn files_that_recognise_nothing_are_refused_before_they_are_loaded() {
    let load = |path: &Path| {
        Recogniser::load(path, RecogniserOptions::default(), &mut |_| {}).unwrap_err()
    };
    assert_eq!(load(Path::new("/nowhere.bin")).kind, ProblemKind::Missing);
    let Some(shared) = shared() else {
        println!("skipped: no sample models beside the repository");
        return;
    };
    let mut refused = 0;
    for stub in ["for-tests-ggml-tiny.bin", "for-tests-ggml-tiny.en.bin"] {
        let path = shared.join("models/whisper-stub-no-weights").join(stub);
        let about = inspect(&path).unwrap();
        assert!(!about.has_weights && about.size == "tiny");
        assert_eq!(about.multilingual, !stub.contains(".en"));
        let problem = load(&path);
        assert_eq!(problem.kind, ProblemKind::Unsupported);
        assert!(problem.message.contains("without weights"), "{problem}");
        refused += 1;
    }
    for foreign in [
        "models/silero-vad/for-tests-silero-v6.2.0-ggml.bin",
        "models/stories260k/stories260K.gguf",
        "models/silero-vad/silero_vad.onnx",
        "speech/en_jfk.wav",
    ] {
        assert_eq!(load(&shared.join(foreign)).kind, ProblemKind::Damaged, "{foreign}");
        refused += 1;
    }
    println!("{refused} files refused");
}
