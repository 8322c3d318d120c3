//! Stages and events in a word each, and tables of what an event brings about.

use dialogue::{Cause, Effect, Event, Phase, Stage, step};
use domain::{MessageId, TurnId, VadEvent};
use testkit::{problem, speech, transcript};

/// A stage with everything in its place.
pub(crate) fn ready() -> Stage {
    Stage { model: true, ears: true, mic: true, ..Stage::default() }
}

/// Some message.
#[expect(clippy::unwrap_used, reason = "a constant")]
pub(crate) fn nobody() -> MessageId {
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

pub(crate) fn broke(turn: u64) -> Event {
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
        Effect::Understood(partial) => format!("words {:?}", partial.text()),
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
