//! Who speaks while a model is still loading is heard, and answered when it is ready.

use app::api::{PartKind, PartState};
use app::{Options, Output};
use journeys::{Journey, nano};

#[test]
fn speech_before_anything_is_loaded_is_answered_when_it_is() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::at_once(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        ears: Some(nano().join("nano-whisper.en-q5_0.bin").display().to_string()),
        no_greeting: true,
        ..Options::default()
    });
    let clip = nano().join("clips/06_synthetic_how_are_you_today.wav");
    journey.app.say_recorded(app::terminal::read_wav(&clip).unwrap()).unwrap();
    let state = journey.app.snapshot().unwrap().model;
    println!("when it was said, the model was {state:?}");
    let turn = journey.turn();
    assert_eq!(turn.heard.as_deref(), Some("How are you today?"));
    assert!(turn.message.is_some_and(|message| !message.text.trim().is_empty()));
    assert!(matches!(journey.app.snapshot().unwrap().model, PartState::Ready { .. }));
    journey.wait_for(PartKind::Ears);
    journey.app.shutdown().unwrap();
}
