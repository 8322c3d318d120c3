//! The pure heart: what happens in which order, and what must never happen.

mod over;

use dialogue::{Cause, Change, Effect, Event, Phase, Stage, step};
use domain::{MessageId, TurnId, VadEvent};
use proptest::prelude::*;
use std::collections::BTreeMap;
use testkit::{problem, speech, transcript};

/// A stage with everything in its place.
pub(crate) fn ready() -> Stage {
    Stage { model: true, ears: true, mic: true, ..Stage::default() }
}

/// Some message.
#[expect(clippy::unwrap_used, reason = "a constant")]
fn nobody() -> MessageId {
    "00000000-0000-0000-0000-000000000001".parse().unwrap()
}

pub(crate) fn say(text: &str) -> Event {
    Event::say(text)
}

pub(crate) fn started() -> Event {
    Event::speech(VadEvent::Started)
}

pub(crate) fn confirmed() -> Event {
    Event::speech(VadEvent::Confirmed)
}

pub(crate) fn faded() -> Event {
    Event::speech(VadEvent::Faded)
}

pub(crate) fn ended(ms: u64) -> Event {
    Event::speech(VadEvent::Ended(speech(ms)))
}

pub(crate) fn heard(turn: u64, text: &str) -> Event {
    Event::Transcribed { turn: TurnId(turn), result: Ok(transcript(text)) }
}

pub(crate) fn written(turn: u64) -> Event {
    Event::Written(TurnId(turn))
}

pub(crate) fn delivered(turn: u64) -> Event {
    Event::Delivered(TurnId(turn))
}

fn broke(turn: u64) -> Event {
    Event::Broke { turn: TurnId(turn), problem: problem("it broke") }
}

/// An effect in a word or two.
fn word(effect: &Effect) -> String {
    match effect {
        Effect::Transcribe { turn, speech } => {
            format!("transcribe {} {}ms", turn.0, speech.duration_ms())
        }
        Effect::DropTranscript(turn) => format!("drop {}", turn.0),
        Effect::WantEars => "want-ears".into(),
        Effect::Heard(text) => format!("heard {text:?}"),
        Effect::Begin { turn, cause } => {
            let cause = match cause {
                Cause::Typed { .. } => "typed",
                Cause::Spoken(_) => "spoken",
                Cause::Again => "again",
                Cause::Greeting(_) => "greeting",
                Cause::On => "on",
                Cause::Chosen(_) => "chosen",
                Cause::Follow(_) => "follow",
                Cause::Replay { .. } => "replay",
            };
            format!("begin {} {cause}", turn.0)
        }
        Effect::Guess(text) => format!("guess {text:?}"),
        Effect::Forget => "forget".into(),
        Effect::Think(turn) => format!("think {}", turn.0),
        Effect::Recite { turn, .. } => format!("recite {}", turn.0),
        Effect::Finish(turn) => format!("finish {}", turn.0),
        Effect::Cut(turn) => format!("cut {}", turn.0),
        Effect::Fail { turn, .. } => format!("fail {}", turn.0),
        Effect::Change(_) => "change".into(),
        Effect::Duck(down) => if *down { "duck" } else { "unduck" }.into(),
        Effect::Hearing(hearing) => format!("{hearing:?}").to_lowercase(),
        Effect::Notice(_) => "notice".into(),
    }
}

/// Runs events and gives the effects of each, joined by commas.
fn run(mut stage: Stage, events: Vec<Event>) -> (Stage, Vec<String>) {
    let mut effects = vec![];
    for event in events {
        let (next, done) = step(stage, event);
        stage = next;
        effects.push(done.iter().map(word).collect::<Vec<_>>().join(", "));
    }
    (stage, effects)
}

/// Asserts the effects of each event, and that the stage is idle afterwards.
#[track_caller]
pub(crate) fn check(stage: Stage, table: &[(Event, &str)]) -> Stage {
    let (events, expected): (Vec<_>, Vec<_>) = table.iter().cloned().unzip();
    let (stage, effects) = run(stage, events);
    assert_eq!(effects, expected);
    stage
}

#[track_caller]
pub(crate) fn check_idle(stage: Stage, table: &[(Event, &str)]) {
    let stage = check(stage, table);
    assert_eq!(stage.phase, Phase::Idle);
}

#[test]
fn a_typed_turn() {
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (written(0), ""),
            (delivered(0), "finish 0"),
            (say("  \n"), ""),
        ],
    );
}

#[test]
fn a_spoken_turn() {
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (confirmed(), ""),
            (ended(900), "transcribe 0 900ms, transcribing"),
            (heard(0, "Hello"), "heard \"Hello\", begin 0 spoken, think 0, waiting"),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
}

#[test]
fn a_cough_costs_nothing() {
    check_idle(ready(), &[(started(), "speech"), (faded(), "waiting")]);
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (started(), "duck, speech"),
            (faded(), "unduck, waiting"),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
}

#[test]
fn barge_in_ducks_then_cuts_then_listens() {
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (started(), "duck, speech"),
            (confirmed(), "cut 0, unduck"),
            (written(0), ""),
            (delivered(0), ""),
            (ended(1200), "transcribe 1 1200ms, transcribing"),
            (heard(1, "Wait"), "heard \"Wait\", begin 1 spoken, think 1, waiting"),
            (written(1), ""),
            (delivered(1), "finish 1"),
        ],
    );
}

#[test]
fn speech_that_began_before_the_end_of_a_reply_is_heard() {
    let stage = check(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (written(0), ""),
            (started(), "duck, speech"),
            (delivered(0), "finish 0, unduck"),
            (confirmed(), ""),
            (ended(500), "transcribe 1 500ms, transcribing"),
        ],
    );
    assert!(matches!(stage.phase, Phase::Transcribing { .. }));
}

#[test]
fn silence_after_all_is_no_turn() {
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (ended(400), "transcribe 0 400ms, transcribing"),
            (heard(0, " "), "waiting"),
        ],
    );
}

#[test]
fn a_recogniser_that_fails_is_told_and_forgotten() {
    let failed = Event::Transcribed { turn: TurnId(0), result: Err(problem("deaf")) };
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (ended(400), "transcribe 0 400ms, transcribing"),
            (failed, "notice, waiting"),
        ],
    );
}

#[test]
fn the_button_cuts_at_once() {
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (Event::TalkPressed, "cut 0, speech"),
            (started(), ""),
            (faded(), ""),
            (Event::TalkReleased(Some(speech(700))), "transcribe 1 700ms, transcribing"),
            (heard(1, "Hi"), "heard \"Hi\", begin 1 spoken, think 1, waiting"),
            (Event::Stop, "cut 1"),
            (Event::TalkPressed, "speech"),
            (Event::TalkReleased(None), "waiting"),
        ],
    );
}

#[test]
fn typing_while_she_speaks_interrupts() {
    check_idle(
        ready(),
        &[
            (say("One"), "begin 0 typed, think 0"),
            (say("Two"), "cut 0, begin 1 typed, think 1"),
            (written(0), ""),
            (delivered(0), ""),
            (broke(0), ""),
            (written(1), ""),
            (delivered(1), "finish 1"),
        ],
    );
}

#[test]
fn stop_silences_everything() {
    check_idle(ready(), &[(say("One"), "begin 0 typed, think 0"), (Event::Stop, "cut 0")]);
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (confirmed(), ""),
            (Event::Stop, "waiting"),
            (confirmed(), ""),
            (ended(900), ""),
        ],
    );
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (ended(900), "transcribe 0 900ms, transcribing"),
            (Event::Stop, "drop 0, waiting"),
            (heard(0, "Hello"), ""),
        ],
    );
    check_idle(ready(), &[(Event::Stop, "")]);
}

#[test]
fn another_answer() {
    check_idle(
        ready(),
        &[
            (Event::Regenerate, "begin 0 again, think 0"),
            (Event::Regenerate, "cut 0, begin 1 again, think 1"),
            (written(1), ""),
            (delivered(1), "finish 1"),
        ],
    );
}

#[test]
fn going_on_is_a_turn_of_its_own() {
    check_idle(
        ready(),
        &[(Event::GoOn, "begin 0 on, think 0"), (written(0), ""), (delivered(0), "finish 0")],
    );
}

#[test]
fn hearing_a_message_again_needs_no_model() {
    let again = |text: &str| Event::Replay { message: nobody(), text: text.to_owned() };
    check_idle(
        Stage { model: false, ..ready() },
        &[
            (again("[joy] Hello!"), "begin 0 replay, recite 0"),
            (again("[joy] Hello!"), "cut 0, begin 1 replay, recite 1"),
            (written(1), ""),
            (delivered(1), "finish 1"),
            (again(" "), ""),
        ],
    );
}

#[test]
fn a_greeting_needs_no_model() {
    let stage = Stage { model: false, ..ready() };
    check_idle(
        stage,
        &[
            (Event::Greet("[joy] Hello!".into()), "begin 0 greeting, recite 0"),
            (written(0), ""),
            (delivered(0), "finish 0"),
            (Event::Greet(" ".into()), ""),
        ],
    );
}

#[test]
fn words_wait_for_the_model() {
    let stage = Stage { model: false, ..ready() };
    check_idle(
        stage.clone(),
        &[
            (say("One"), "begin 0 typed"),
            (say("Two"), "cut 0, begin 1 typed"),
            (Event::Parts { model: true, ears: true }, "think 1"),
            (Event::Parts { model: true, ears: true }, ""),
            (written(1), ""),
            (delivered(1), "finish 1"),
        ],
    );
    check_idle(
        stage,
        &[
            (say("One"), "begin 0 typed"),
            (Event::ModelFailed(problem("no model")), "fail 0"),
            (Event::ModelFailed(problem("no model")), ""),
        ],
    );
}

#[test]
fn speech_waits_for_the_ears_while_typed_talk_goes_on() {
    let stage = Stage { ears: false, ..ready() };
    check_idle(
        stage.clone(),
        &[
            (Event::TalkPressed, "speech"),
            (Event::TalkReleased(Some(speech(800))), "want-ears, transcribing"),
            (Event::Parts { model: true, ears: true }, "transcribe 0 800ms"),
            (heard(0, "Hello"), "heard \"Hello\", begin 0 spoken, think 0, waiting"),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
    check_idle(
        stage.clone(),
        &[
            (Event::TalkPressed, "speech"),
            (Event::TalkReleased(Some(speech(800))), "want-ears, transcribing"),
            (say("Never mind"), "begin 1 typed, think 1, waiting"),
            (Event::Parts { model: true, ears: true }, ""),
            (written(1), ""),
            (delivered(1), "finish 1"),
        ],
    );
    check_idle(
        stage,
        &[
            (started(), "speech"),
            (ended(800), "want-ears, transcribing"),
            (Event::EarsFailed(problem("no ears")), "notice, waiting"),
        ],
    );
}

#[test]
fn what_is_said_in_two_breaths_is_one_utterance() {
    check_idle(
        ready(),
        &[
            (started(), "speech"),
            (ended(500), "transcribe 0 500ms, transcribing"),
            (started(), "speech"),
            (confirmed(), ""),
            (ended(700), "drop 0, transcribe 1 1200ms, transcribing"),
            (heard(0, "lost"), ""),
            (heard(1, "both"), "heard \"both\", begin 1 spoken, think 1, waiting"),
            (Event::Stop, "cut 1"),
        ],
    );
}

#[test]
fn what_is_understood_while_they_go_on_speaking_is_kept_and_answered_later() {
    let stage = check(
        ready(),
        &[
            (started(), "speech"),
            (ended(500), "transcribe 0 500ms, transcribing"),
            (started(), "speech"),
            (confirmed(), ""),
            (heard(0, "First"), "heard \"First\", begin 0 spoken, cut 0"),
        ],
    );
    assert!(matches!(stage.phase, Phase::Listening(_)));
    check(
        ready(),
        &[
            (started(), "speech"),
            (ended(500), "transcribe 0 500ms, transcribing"),
            (started(), "speech"),
            (heard(0, "First"), "heard \"First\", begin 0 spoken, think 0, duck"),
            (faded(), "unduck, waiting"),
        ],
    );
}

#[test]
fn too_much_waiting_speech_is_told() {
    let stage = Stage { ears: false, ..ready() };
    check(
        stage,
        &[
            (started(), "speech"),
            (ended(100_000), "want-ears, transcribing"),
            (started(), "speech"),
            (ended(30_000), "notice, want-ears, transcribing"),
            (Event::Parts { model: true, ears: true }, "transcribe 1 30000ms"),
        ],
    );
}

#[test]
fn words_spoken_while_typing_are_not_lost() {
    check(
        ready(),
        &[
            (started(), "speech"),
            (confirmed(), ""),
            (say("typed"), "begin 0 typed, think 0, waiting"),
            (ended(900), "cut 0, transcribe 1 900ms, transcribing"),
        ],
    );
    check(
        ready(),
        &[
            (started(), "speech"),
            (say("typed"), "begin 0 typed, think 0, duck"),
            (confirmed(), "cut 0, unduck"),
        ],
    );
}

#[test]
fn a_closed_microphone_hears_nothing() {
    check_idle(
        Stage { mic: false, ..ready() },
        &[
            (Event::MicOpened, "waiting"),
            (started(), "speech"),
            (confirmed(), ""),
            (Event::MicClosed, "off"),
            (say("Hello"), "begin 0 typed, think 0"),
            (started(), "duck, speech"),
            (Event::MicClosed, "unduck, off"),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
}

#[test]
fn a_change_of_scene_ends_the_turn() {
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (Event::Change(Change::Select(None)), "cut 0, change"),
            (Event::Change(Change::Select(None)), "change"),
        ],
    );
}

#[test]
fn a_failure_ends_the_turn_once() {
    check_idle(
        ready(),
        &[
            (say("Hello"), "begin 0 typed, think 0"),
            (broke(0), "fail 0"),
            (broke(0), ""),
            (delivered(0), ""),
        ],
    );
}

#[test]
fn a_reply_is_not_over_before_its_text_is() {
    check(
        ready(),
        &[(say("Hello"), "begin 0 typed, think 0"), (delivered(0), ""), (written(0), "")],
    );
}

/// Any event, with turns near those that a short story can have.
fn any_event() -> impl Strategy<Value = Event> {
    let turn = 0..8_u64;
    let text = prop::sample::select(vec!["", "Hello", "嗯"]);
    prop_oneof![
        3 => text.clone().prop_map(Event::say),
        1 => text.clone().prop_map(|text| Event::Greet(text.into())),
        1 => Just(Event::Regenerate),
        1 => Just(Event::GoOn),
        1 => text.clone().prop_map(|text| Event::Replay {
            message: nobody(),
            text: text.into(),
        }),
        1 => Just(Event::Stop),
        1 => Just(Event::Change(Change::Select(None))),
        1 => Just(Event::MicOpened),
        1 => Just(Event::MicClosed),
        1 => Just(Event::TalkPressed),
        1 => (0..3_u64).prop_map(|n| Event::TalkReleased((n > 0).then(|| speech(n * 20)))),
        4 => Just(started()),
        4 => Just(confirmed()),
        2 => Just(faded()),
        4 => (1..40_u64).prop_map(ended),
        3 => text.clone().prop_map(|text| Event::Understood(text.into())),
        2 => text.clone().prop_map(|text| Event::Paused(text.into())),
        2 => Just(Event::Echoed),
        2 => Just(Event::Resumed),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(model, ears)| Event::Parts { model, ears }),
        1 => Just(Event::ModelFailed(problem("no model"))),
        1 => Just(Event::EarsFailed(problem("no ears"))),
        5 => (turn.clone(), text).prop_map(|(turn, text)| heard(turn, text)),
        4 => turn.clone().prop_map(written),
        4 => turn.clone().prop_map(delivered),
        1 => turn.prop_map(broke),
    ]
}

/// Which turn an effect asks something for.
fn turn_of(effect: &Effect) -> Option<TurnId> {
    match effect {
        Effect::Transcribe { turn, .. }
        | Effect::Begin { turn, .. }
        | Effect::Recite { turn, .. }
        | Effect::Fail { turn, .. }
        | Effect::DropTranscript(turn)
        | Effect::Think(turn)
        | Effect::Finish(turn)
        | Effect::Cut(turn) => Some(*turn),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Life {
    Transcribing,
    Running,
    Over,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_order_of_events_breaks_the_promises(
        events in prop::collection::vec(any_event(), 0..60),
        ready in any::<(bool, bool)>(),
    ) {
        let mut stage = Stage { model: ready.0, ears: ready.1, ..Stage::default() };
        let mut lives: BTreeMap<TurnId, Life> = BTreeMap::new();
        let (mut ducked, mut prepared) = (false, false);
        for event in events.into_iter().chain([Event::Stop]) {
            let (next, effects) = step(stage, event);
            stage = next;
            for effect in &effects {
                if let Some(turn) = turn_of(effect) {
                    let life = lives.get(&turn).copied();
                    let now = match effect {
                        Effect::Transcribe { .. } => {
                            prop_assert_eq!(life, None, "{:?}", effect);
                            Life::Transcribing
                        }
                        Effect::DropTranscript(_) => {
                            prop_assert_eq!(life, Some(Life::Transcribing), "{:?}", effect);
                            Life::Over
                        }
                        Effect::Begin { .. } => {
                            prop_assert!(matches!(life, None | Some(Life::Transcribing)), "{:?}", effect);
                            prop_assert!(!lives.values().any(|life| *life == Life::Running), "two at a time");
                            Life::Running
                        }
                        Effect::Think(_) | Effect::Recite { .. } => {
                            prop_assert_eq!(life, Some(Life::Running), "{:?}", effect);
                            Life::Running
                        }
                        _ => {
                            prop_assert_eq!(life, Some(Life::Running), "{:?}", effect);
                            Life::Over
                        }
                    };
                    lives.insert(turn, now);
                }
                match effect {
                    Effect::Guess(_) => prepared = true,
                    Effect::Forget => prop_assert!(std::mem::take(&mut prepared), "nothing to forget"),
                    Effect::Think(_) => prepared = false,
                    _ => {}
                }
                if let Effect::Duck(down) = effect {
                    prop_assert_ne!(*down, ducked);
                    ducked = *down;
                }
            }
            let running = lives.iter().find(|(_, life)| **life == Life::Running).map(|(turn, _)| *turn);
            prop_assert_eq!(running, stage.turn());
            prop_assert_eq!(prepared, stage.guessing);
            let open = matches!(stage.phase, Phase::Listening(_) | Phase::Transcribing { .. });
            prop_assert!(open || !prepared, "a prepared reply outlives what it was for");
        }
        prop_assert!(!lives.values().any(|life| *life == Life::Running));
    }
}
