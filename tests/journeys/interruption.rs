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
        no_greeting: true,
        ..Options::default()
    });
    // The model draws its words: a reply may be over before it can be cut. One of a few will be long enough.
    let questions = [
        "Tell me a story.",
        "What is your shop like?",
        "Who is Haru?",
        "What do you do when it rains?",
    ];
    for question in questions.into_iter().cycle().take(12) {
        journey.app.say(question).unwrap();
        let begun = journey.until(|event| {
            matches!(event, AppEvent::TurnFinished { .. })
                || matches!(event, AppEvent::Playhead { at_ms, .. } if *at_ms >= 700)
        });
        if !matches!(begun.last(), Some(AppEvent::Playhead { .. })) {
            continue;
        }
        journey.app.say("Please stop.").unwrap();
        let ended = journey.until(|event| matches!(event, AppEvent::TurnFinished { .. }));
        // What was asked instead is answered.
        assert!(journey.turn().message.is_some());
        let Some(AppEvent::TurnFinished { message, interrupted: true, .. }) = ended.last() else {
            continue;
        };
        let written: String = begun
            .iter()
            .chain(&ended)
            .filter_map(|event| match event {
                AppEvent::TextDelta { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        // Not even one whole word was: nothing is kept then.
        let Some(kept) = message else { continue };
        assert!(kept.interrupted);
        assert!(kept.text.len() < written.len(), "kept `{}` of `{written}`", kept.text);
        assert!(
            written.starts_with(kept.text.trim_end_matches(['…', ' '])),
            "`{}` of `{written}`",
            kept.text
        );
        journey.app.shutdown().unwrap();
        return;
    }
    panic!("no reply was long enough to be cut");
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
