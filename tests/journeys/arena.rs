//! Judging replies of a real conversation: compared blind, marked, counted, exported; the conversation hears of none of it.

use app::api::ArenaSide;
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

    let round = runtime.block_on(app.arena_round("Any news?", &side(0.8), &side(0.2))).unwrap();
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
