//! Judging replies of a real conversation: compared blind, marked, counted, exported; the conversation hears of none of it.

use app::api::{AppEvent, AppraisalOrder, ArenaSide};
use app::{Options, Output};
use journeys::Journey;

fn side(temperature: f32) -> ArenaSide {
    ArenaSide { temperature: Some(temperature), guard: true, ..ArenaSide::default() }
}

#[test]
fn replies_are_compared_marked_counted_and_exported() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    });
    let app = &journey.app;
    assert!(
        runtime.block_on(app.arena_round("", &side(0.8), &side(0.2))).is_err(),
        "nothing was said"
    );
    let reply = journey.say("Do you like tea?").message.unwrap();
    let before = app.snapshot().unwrap().messages;

    // The small model may say the same twice, and of two that are alike none is preferred.
    let round = (0..20)
        .map(|_| runtime.block_on(app.arena_round("Any news?", &side(0.8), &side(0.2))).unwrap())
        .find(|round| round.left != round.right)
        .expect("two replies that differ");
    assert!(!round.left.is_empty() && !round.right.is_empty(), "{round:?}");
    assert!(!round.left.contains('['), "replies are shown as displayed: {}", round.left);
    assert!(app.arena_vote(&round.id, "maybe", "").is_err());
    let reveal = app.arena_vote(&round.id, "left", "interview").unwrap();
    let labels = [&reveal.left, &reveal.right];
    assert!(labels.iter().any(|label| label.contains("temperature 0.8")), "{reveal:?}");
    assert!(app.arena_vote(&round.id, "left", "").is_err(), "a vote is given once");
    let missing = ArenaSide { model: "no-such-model".into(), ..side(0.5) };
    assert!(runtime.block_on(app.arena_round("Hello", &side(0.5), &missing)).is_err());

    assert!(app.arena_sheet(&[0; 6]).is_err() && app.arena_sheet(&[6; 6]).is_err());
    app.arena_sheet(&[4, 0, 3, 0, 0, 5]).unwrap();
    app.mark_reply(&reply.id, &["repetition".into()]).unwrap();
    app.mark_reply(&reply.id, &["proactive".into()]).unwrap();
    assert!(app.mark_reply(&reply.id, &["ugly".into()]).is_err());
    assert!(app.mark_reply("nothing", &[]).is_err());
    let marked = app.marked_replies().unwrap();
    assert_eq!(marked.last().unwrap().marks.as_deref(), Some(&["proactive".to_owned()][..]));

    let results = app.arena_results().unwrap();
    assert_eq!(results.pairs.len(), 1);
    let all = &results.pairs[0].counts[0];
    assert_eq!(all.win + all.lose, 1);
    assert_eq!(results.sheets[0].values[1], None);
    assert_eq!(results.marks[0].overall, Some(-100.0));
    let files = app.arena_export().unwrap();
    let pairs = std::fs::read_to_string(&files[1]).unwrap();
    assert!(pairs.contains("\"chosen\"") && pairs.contains("Any news?"), "{pairs}");
    assert_eq!(app.snapshot().unwrap().messages, before, "the conversation hears of none of it");
    app.shutdown().unwrap();
}

#[test]
fn she_is_interviewed_beside_the_talk_and_two_interviews_are_compared() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    });
    let app = &journey.app;
    let order = AppraisalOrder { character: "koto".into(), ..AppraisalOrder::default() };
    let ended = |event: &AppEvent| matches!(event, AppEvent::Appraisal { run } if run.finished);
    let interview = || {
        app.start_appraisal(&order).unwrap();
        assert!(app.start_appraisal(&order).is_err(), "one at a time");
        match journey.until(ended).pop() {
            Some(AppEvent::Appraisal { run }) => run,
            other => panic!("{other:?}"),
        }
    };
    // One that is stopped leaves nothing.
    app.start_appraisal(&order).unwrap();
    app.stop_appraisal();
    journey.until(ended);
    assert!(runtime.block_on(app.appraisals()).unwrap().is_empty());

    let first = interview();
    assert_eq!(first.problem, None);
    let second = interview();
    let list = runtime.block_on(app.appraisals()).unwrap();
    assert_eq!(list.len(), 2);
    assert!(list.iter().all(|one| one.character == "Koto" && one.replies > 50));
    let (before, after) = (first.id.unwrap(), second.id.unwrap());
    let same = runtime.block_on(app.compare_appraisals(&before, &after)).unwrap();
    assert!(!same.unlike && same.changes.len() > 10);
    assert!(same.changes.iter().all(|change| change.verdict == "same"), "{:?}", same.changes);
    let page = app.keep_comparison(&before, &after).unwrap();
    assert!(std::fs::read_to_string(page).unwrap().contains("before and after"));
    assert!(runtime.block_on(app.compare_appraisals(&before, "../arena")).is_err());
    app.remove_appraisal(&before).unwrap();
    assert!(app.remove_appraisal(&before).is_err());
    assert!(app.start_appraisal(&AppraisalOrder { adapter: "studio:x".into(), ..order }).is_err());
    app.shutdown().unwrap();
}
