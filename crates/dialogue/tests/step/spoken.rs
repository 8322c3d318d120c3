//! Turns that begin with speech.

use dialogue::{Event, Phase, Stage};
use domain::TurnId;
use testkit::{problem, speech};

use crate::common::{
    check, check_idle, confirmed, delivered, ended, faded, heard, ready, say, started, written,
};

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
