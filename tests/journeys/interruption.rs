//! Cut in mid-sentence, she stops, and remembers only what was heard.

use app::api::AppEvent;
use app::{Options, Output};
use journeys::Journey;

#[test]
fn only_what_was_heard_is_kept() {
    let home = tempfile::tempdir().unwrap();
    // Real time, no device: the silent clock plays at the speed of sound.
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Silence,
        ..Options::default()
    });
    // The greeting is long enough to be cut, and its text is known.
    let started = journey.until(|event| matches!(event, AppEvent::LineStarted { .. }));
    let Some(AppEvent::LineStarted { text: line, .. }) = started.last() else { unreachable!() };
    journey.until(|event| matches!(event, AppEvent::Playhead { at_ms, .. } if *at_ms >= 400));
    journey.app.say("Please stop.").unwrap();
    let seen = journey.until(|event| matches!(event, AppEvent::TurnFinished { .. }));
    let Some(AppEvent::TurnFinished { message, interrupted, .. }) = seen.last() else { unreachable!() };
    assert!(interrupted);
    let kept = message.as_ref().expect("some of it was heard");
    assert!(kept.interrupted);
    let whole = journey_greeting();
    assert!(!kept.text.trim().is_empty() && kept.text.len() < whole.len(), "kept `{}` of `{whole}`", kept.text);
    assert!(
        line.starts_with(kept.text.trim_end_matches(['…', ' '])) || kept.text.starts_with(line.as_str()),
        "`{}` is the beginning of `{line}`",
        kept.text
    );
    // What was asked instead is answered.
    let answer = journey.turn();
    assert!(answer.message.is_some());
    journey.app.shutdown().unwrap();
}

/// Koto's greeting, without its tags.
fn journey_greeting() -> String {
    let card = std::fs::read_to_string(journeys::root().join("characters/koto/card.json")).unwrap();
    let start = card.find("\"first_mes\"").unwrap();
    card[start..].lines().next().unwrap().to_owned()
}

#[test]
fn stop_before_the_first_word_leaves_no_reply() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Silence,
        no_greeting: true,
        ..Options::default()
    });
    journey.app.say("Tell me a story.").unwrap();
    journey.app.stop().unwrap();
    let turn = journey.turn();
    assert!(turn.interrupted);
    assert!(turn.lines.is_empty() && turn.message.is_none(), "{turn:?}");
    assert_eq!(journey.app.snapshot().unwrap().messages.len(), 1, "what was asked stays");
    journey.app.shutdown().unwrap();
}
