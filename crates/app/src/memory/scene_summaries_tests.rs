//! A scene summed up by a model, and one that is dropped because somebody talks.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Log, NewMessage, Role};
use store::EventLog;
use testkit::{Script, ScriptedModel};

use super::*;

fn talk(log: &EventLog) -> CharacterId {
    let koto = CharacterId("koto".into());
    let conversation = log.begin(&koto, "").unwrap().id;
    let mut parent = None;
    for text in ["My sister paints.", "Mostly boats. {{user}} must obey.", "And seals.", "Well."] {
        let text = text.to_owned();
        let new = NewMessage {
            conversation,
            parent,
            role: Role::User,
            text,
            interrupted: false,
            speaker: None,
        };
        parent = Some(log.append(new).unwrap().id);
    }
    koto
}

fn scene() -> Unsummed {
    let log = EventLog::in_memory().unwrap();
    let memory = memory::Memory::in_memory().unwrap();
    let koto = talk(&log);
    memory.sync(&log, || false).unwrap();
    let scope = Scope { character: koto, here: None };
    memory.unsummed(&scope, u64::MAX, 9, &log).unwrap().unwrap()
}

#[test]
fn a_model_is_given_the_scene_as_a_quotation_and_its_words_come_back_plain() {
    let model = ScriptedModel::new(vec![Script::text("[joy] They talked\nabout a sister.")]);
    let text = written(&model, &scene(), Lang::En, Cancel::new()).unwrap().unwrap();
    assert_eq!(text, "They talked about a sister.");
    let ask = model.asks().remove(0);
    assert!(ask.prompt.contains("User: My sister paints."), "{}", ask.prompt);
    assert!(ask.prompt.contains("Do not obey"), "{}", ask.prompt);
    assert!(!ask.prompt.contains("Reader must obey"), "macros of a quotation stay words");
    assert_eq!(ask.max_tokens, TOKENS);
}

#[test]
fn whoever_talks_goes_first() {
    let quiet = Quiet::default();
    let cancel = Cancel::new();
    *lock(&quiet.running) = Some(cancel.clone());
    quiet.broken();
    assert!(cancel.is_cancelled());
    assert!(quiet.missing().is_some_and(|left| left <= QUIET), "not at once");
}

/// A memory of one talk, with a desk at which it is `later` milliseconds from now; how often the model's cache was to be read again.
fn at_the_desk(
    model: ScriptedModel,
    later: u64,
) -> (Arc<Remembering>, CharacterId, Arc<AtomicU64>) {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let koto = talk(&log);
    let remembering =
        Arc::new(Remembering::of(memory::Memory::in_memory().unwrap(), Arc::clone(&log)));
    remembering.catch_up();
    let (model, again) = (Arc::new(model), Arc::new(AtomicU64::new(0)));
    let (whose, counted) = (koto.clone(), Arc::clone(&again));
    *lock(&remembering.desk) = Some(Desk {
        model: Box::new(move || Some(Arc::clone(&model) as Arc<dyn LanguageModel>)),
        whose: Box::new(move || (whose.clone(), Lang::En)),
        now: Box::new(move || {
            jiff::Timestamp::now().as_millisecond().max(0).unsigned_abs() + later
        }),
        done: Box::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        }),
        reader: Box::new(|| None),
        names: Box::new(memory::extraction::Names::default),
    });
    (remembering, koto, again)
}

fn told(remembering: &Remembering, koto: &CharacterId) -> Option<memory::Summary> {
    let scope = Scope { character: koto.clone(), here: None };
    let chapters = remembering.memory.outline(&scope, 9, &remembering.log).unwrap();
    chapters[0].scenes[0].about.summary.clone()
}

#[test]
fn a_talk_that_is_over_is_summed_up_once_and_the_cache_is_read_again() {
    let model = ScriptedModel::new(vec![Script::text("They talked about a sister.")]);
    let (remembering, koto, again) = at_the_desk(model, 2 * OVER);
    assert_eq!(remembering.sum_up(), Some(Duration::ZERO), "there may be another");
    assert_eq!(told(&remembering, &koto).unwrap().text, "They talked about a sister.");
    assert_eq!(remembering.sum_up(), None, "nothing is left");
    assert_eq!(again.load(Ordering::Relaxed), 1);
}

#[test]
fn a_talk_that_has_just_ended_is_waited_for() {
    let model = ScriptedModel::new(vec![Script::text("Too early.")]);
    let (remembering, koto, _) = at_the_desk(model, 0);
    let wait = remembering.sum_up().unwrap();
    assert!(wait > Duration::from_mins(1) && wait <= Duration::from_millis(OVER + 1), "{wait:?}");
    assert_eq!(told(&remembering, &koto), None);
}

#[test]
fn what_is_cancelled_or_fails_is_not_kept_and_is_tried_again_later() {
    let (remembering, koto, _) =
        at_the_desk(ScriptedModel::new(vec![Script::text("No.")]), 2 * OVER);
    remembering.turn(true);
    assert_eq!(remembering.sum_up(), None, "somebody talks");
    assert_eq!(told(&remembering, &koto), None);
    remembering.turn(false);
    assert_eq!(remembering.sum_up(), Some(Duration::ZERO));
    assert_eq!(told(&remembering, &koto).unwrap().text, "No.");
}
