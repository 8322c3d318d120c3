//! Speech over a reply, and replies that are prepared before the person has finished.

use dialogue::{Event, Phase, Stage};
use domain::TurnId;
use testkit::{problem, speech};

use crate::common::{
    check, check_idle, confirmed, delivered, ended, faded, heard, ready, say, started, written,
};

fn understood(text: &str) -> Event {
    Event::Understood(text.into())
}

fn paused(text: &str) -> Event {
    Event::Paused(text.into())
}

const HELLO: &str = "begin 0 typed, think 0";

#[test]
fn a_first_word_cuts_before_speech_has_lasted() {
    check(
        ready(),
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (understood(""), ""),
            (understood("Wait"), "cut 0, words \"Wait\", unduck"),
            (confirmed(), ""),
            (ended(900), "transcribe 1 900ms, transcribing"),
        ],
    );
}

#[test]
fn nods_never_cut_however_long_they_last() {
    for nod in ["Mm-hmm.", "うん、うん", "嗯嗯。"] {
        check_idle(
            ready(),
            &[
                (say("Hello"), HELLO),
                (started(), "duck, speech"),
                (understood(nod), ""),
                (confirmed(), ""),
                (ended(700), "transcribe 1 700ms, transcribing"),
                (heard(1, nod), "unduck, waiting"),
                (written(0), ""),
                (delivered(0), "finish 0"),
            ],
        );
    }
}

#[test]
fn an_echo_of_her_own_words_is_no_more_than_a_nod() {
    check_idle(
        ready(),
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (Event::Echoed, ""),
            (confirmed(), ""),
            (ended(700), "transcribe 1 700ms, transcribing"),
            (heard(1, ""), "unduck, waiting"),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
    check(
        ready(),
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (Event::Echoed, ""),
            (understood("Wait"), "cut 0, words \"Wait\", unduck"),
        ],
    );
}

#[test]
fn a_nod_that_becomes_a_sentence_cuts() {
    check(
        ready(),
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (understood("Yeah"), ""),
            (confirmed(), ""),
            (understood("Yeah, but"), "cut 0, words \"Yeah, but\", unduck"),
        ],
    );
}

#[test]
fn short_speech_is_weighed_while_she_waits_with_a_lowered_voice() {
    let before = [
        (say("Hello"), HELLO),
        (started(), "duck, speech"),
        (ended(400), "transcribe 1 400ms, transcribing"),
    ];
    let after = |rest: &[(Event, &'static str)]| [before.to_vec(), rest.to_vec()].concat();
    // A short word is answered.
    check(
        ready(),
        &after(&[(
            heard(1, "Stop."),
            "cut 0, heard \"Stop.\", begin 1 spoken, think 1, unduck, waiting",
        )]),
    );
    // A nod, or nothing after all, costs nothing.
    for text in ["Mm.", " ", "嗯"] {
        check_idle(
            ready(),
            &after(&[
                (heard(1, text), "unduck, waiting"),
                (written(0), ""),
                (delivered(0), "finish 0"),
            ]),
        );
    }
    // A recogniser that fails is told of, and she goes on.
    let failed = Event::Transcribed { turn: TurnId(1), result: Err(problem("deaf")) };
    check(ready(), &after(&[(failed, "notice, unduck, waiting")]));
    // Speaking up again meanwhile is no nod.
    check(
        ready(),
        &after(&[
            (started(), "cut 0, unduck, speech"),
            (heard(1, "No"), "heard \"No\", begin 1 spoken, think 1, duck"),
        ]),
    );
    // Stopping, typing, failing drop it.
    check_idle(ready(), &after(&[(Event::Stop, "cut 0, drop 1, unduck, waiting")]));
    check(
        ready(),
        &after(&[(say("typed"), "cut 0, drop 1, begin 2 typed, think 2, unduck, waiting")]),
    );
}

#[test]
fn a_reply_that_ends_while_speech_is_weighed_leaves_the_speech_to_be_answered() {
    check(
        ready(),
        &[
            (say("Hello"), HELLO),
            (written(0), ""),
            (started(), "duck, speech"),
            (ended(400), "transcribe 1 400ms, transcribing"),
            (delivered(0), "finish 0, unduck"),
            (heard(1, "Yes"), "heard \"Yes\", begin 1 spoken, think 1, waiting"),
        ],
    );
}

#[test]
fn without_ears_short_speech_interrupts_and_waits_for_them() {
    let stage = Stage { ears: false, ..ready() };
    check(
        stage,
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (ended(400), "cut 0, want-ears, unduck, transcribing"),
        ],
    );
}

#[test]
fn their_words_are_shown_and_read_ahead_of_while_they_speak() {
    check(
        ready(),
        &[
            (started(), "speech"),
            (understood(" "), ""),
            (understood("Hello"), "words \"Hello\""),
            (understood("Hello there"), "words \"Hello there\""),
        ],
    );
    let without = Stage { model: false, ..ready() };
    // Shown they are all the same.
    check(without, &[(started(), "speech"), (understood("Hello"), "words \"Hello\"")]);
}

#[test]
fn what_was_understood_before_or_after_speech_changes_nothing() {
    check_idle(
        ready(),
        &[
            (understood("stale"), ""),
            (say("Hello"), HELLO),
            (understood("stale"), ""),
            (started(), "duck, speech"),
            (faded(), "unduck, waiting"),
            (understood("stale"), ""),
            (written(0), ""),
            (delivered(0), "finish 0"),
        ],
    );
}

#[test]
fn a_reply_is_prepared_in_a_pause_and_forgotten_when_they_go_on() {
    check(
        ready(),
        &[
            (started(), "speech"),
            (confirmed(), ""),
            (paused("Hello"), "guess \"Hello\""),
            (Event::Resumed, "forget"),
            (Event::Resumed, ""),
            (paused("Hello there"), "guess \"Hello there\""),
            (ended(900), "transcribe 0 900ms, transcribing"),
            (heard(0, "Hello there"), "heard \"Hello there\", begin 0 spoken, think 0, waiting"),
            (Event::Resumed, ""),
        ],
    );
}

#[test]
fn what_was_prepared_goes_with_what_it_was_for() {
    let prepared = [(started(), "speech"), (confirmed(), ""), (paused("Hello"), "guess \"Hello\"")];
    let after = |rest: &[(Event, &'static str)]| [prepared.to_vec(), rest.to_vec()].concat();
    check_idle(ready(), &after(&[(Event::Stop, "forget, waiting")]));
    check_idle(ready(), &after(&[(Event::MicClosed, "forget, off")]));
    check_idle(
        ready(),
        &after(&[
            (ended(900), "transcribe 0 900ms, transcribing"),
            (heard(0, ""), "forget, waiting"),
        ]),
    );
    // They go on before the first part is written down: more is to come.
    let stage = check(
        ready(),
        &after(&[
            (ended(900), "transcribe 0 900ms, transcribing"),
            (started(), "forget, speech"),
            (paused("more"), ""),
        ]),
    );
    assert!(matches!(stage.phase, Phase::Transcribing { .. }));
    // Nothing is prepared without a model, or for nothing.
    let stage = Stage { model: false, ..ready() };
    check(stage, &[(started(), "speech"), (paused("Hello"), "")]);
    check(ready(), &[(started(), "speech"), (paused(" "), ""), (paused("x"), "guess \"x\"")]);
}

#[test]
fn the_button_says_when_it_is_over() {
    check(
        ready(),
        &[
            (say("Hello"), HELLO),
            (started(), "duck, speech"),
            (ended(400), "transcribe 1 400ms, transcribing"),
            (Event::TalkPressed, "cut 0, drop 1, unduck, speech"),
            (Event::TalkReleased(Some(speech(700))), "transcribe 2 700ms, transcribing"),
        ],
    );
}
