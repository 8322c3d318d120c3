//! What must never happen, in whatever order events come.

use std::collections::BTreeMap;

use dialogue::{Change, Effect, Event, Phase, Stage, step};
use domain::TurnId;
use proptest::prelude::*;
use testkit::{problem, speech};

use crate::common::{broke, confirmed, delivered, ended, faded, heard, nobody, started, written};

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
