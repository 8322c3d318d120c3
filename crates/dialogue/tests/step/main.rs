//! The pure heart: what happens in which order, and what must never happen.

mod common;
mod over;
mod promises;
mod spoken;

use dialogue::{Change, Event, Stage};
use testkit::problem;

use crate::common::{
    broke, check, check_idle, confirmed, delivered, ended, heard, nobody, ready, say, started,
    written,
};

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
