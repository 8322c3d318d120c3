//! Hands free: what is said into the microphone (a recording in its place, in real time) is understood and
//! answered.

use app::{Options, Output};
use domain::Utterance;
use journeys::{Journey, nano};

/// A clip of the recogniser's own with silence around it.
fn said(clip: &str) -> Utterance {
    let spoken = app::terminal::read_wav(&nano().join("clips").join(clip)).expect("the clip");
    let silence = |ms: usize| vec![0.0; ms * 16];
    Utterance { pcm: [&silence(300)[..], &spoken.pcm, &silence(1_800)].concat().into() }
}

fn start(home: &std::path::Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(home.to_owned()),
        output: Output::Silence,
        ears: Some(nano().join("nano-whisper.en-q5_0.bin").to_string_lossy().into_owned()),
        no_greeting: true,
        ..Options::default()
    })
}

#[test]
fn a_finished_sentence_is_answered_and_says_why_it_was_taken_for_one() {
    let home = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    journey.app.listen_to(&said("06_synthetic_how_are_you_today.wav")).unwrap();
    let turn = journey.turn();
    assert_eq!(turn.heard.as_deref(), Some("How are you today?"));
    assert!(turn.message.is_some());
    assert_eq!(turn.timings.end_of_turn.as_deref(), Some("finished"), "{:?}", turn.timings);
    let waited = turn.timings.endpoint_ms.unwrap();
    assert!((200.0..=450.0).contains(&waited), "{waited} ms of silence");
    journey.app.shutdown().unwrap();
}
