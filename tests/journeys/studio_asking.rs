//! Instructions of a studio's dataset that the model in the box makes up: stopped, made, taken out again, and cut off by the program's end.

use app::api::{AppEvent, StudioAsking, StudioChoice, StudioQuery};
use journeys::Journey;

use crate::studio::started;

/// A script in which the keeper says two things to nobody: the first of a scene, and a monologue.
const ALONE: &str = "Keeper: The lamp is lit again tonight.\nAnn: Who are you?\nKeeper: I am the keeper of the lamp.\n\n\n\
    Ann: Where do you live?\nKeeper: In the lighthouse, of course.\nAnn: Good night.\nKeeper: Good night, friend.\n";

/// Waits for the end of what is being made up.
fn made_up(journey: &Journey) -> StudioAsking {
    let told = std::cell::RefCell::new(None);
    journey.until(|event| {
        let AppEvent::StudioAsking { asking, .. } = event else { return false };
        let ended = !["asking", "waiting"].contains(&&*asking.state);
        *told.borrow_mut() = ended.then(|| asking.clone());
        ended
    });
    told.take().unwrap()
}

#[test]
fn a_model_makes_up_what_was_said_before_lines_that_answer_nobody() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("alone.txt");
    std::fs::write(&script, ALONE).unwrap();
    let data = home.path().join("data");
    let journey = started(&data);
    let app = &journey.app;
    let files = vec![script.display().to_string()];
    let id = runtime.block_on(app.studio_begin(files, false)).unwrap().id;
    let keeper = |reconstruct| StudioChoice {
        speaker: "Keeper".into(),
        reconstruct,
        ..StudioChoice::default()
    };
    let choose = |reconstruct| runtime.block_on(app.studio_choose(&id, keeper(reconstruct)));
    let lines = |query: StudioQuery| {
        app.studio_lines(&id, &StudioQuery { count: 50, ..query }).unwrap().lines
    };
    let alone = runtime.block_on(app.studio_unprompted(&id, keeper(false))).unwrap();
    assert!(alone > 0);
    let plain = choose(false).unwrap();
    assert!(plain.dataset.as_ref().is_some_and(|dataset| dataset.made_up.is_none()));
    let before = lines(StudioQuery::default());

    // While it is asked the dataset stays as it was, and nothing of it is changed under it; who stops it has lost nothing.
    let begun = choose(true).unwrap();
    if begun.asking.is_some() {
        assert_eq!((&begun.dataset, &begun.choice), (&plain.dataset, &plain.choice));
    }
    app.studio_stop_asking(&id).unwrap();
    let ended = made_up(&journey);
    assert_eq!((ended.all, ended.problem), (alone, None));
    if ended.state == "stopped" {
        assert_eq!(app.studio_open(&id).unwrap(), plain);
    }

    choose(true).unwrap();
    let ended = made_up(&journey);
    assert_eq!((ended.state.as_str(), ended.done, ended.problem), ("made", alone, None));
    let made = app.studio_open(&id).unwrap();
    assert!(made.asking.is_none() && made.choice.reconstruct);
    let dataset = made.dataset.unwrap();
    let told = dataset.made_up.clone().unwrap();
    assert_eq!(told.asked + told.no_room, alone);
    assert!(!told.model.is_empty(), "{told:?}");
    let marked = lines(StudioQuery { made_up: true, ..StudioQuery::default() });
    assert_eq!(marked.len(), told.made_up as usize, "{told:?}");
    assert!(marked.iter().all(|line| line.remarks.iter().any(|remark| remark == "made_up")));

    // Without it, it is what it was; the end of the program in the middle changes nothing either.
    assert_eq!(choose(false).unwrap(), plain);
    assert_eq!(lines(StudioQuery::default()), before);
    choose(true).unwrap();
    app.shutdown().unwrap();
    drop(journey);
    let journey = started(&data);
    let desk = journey.app.studio_open(&id).unwrap();
    assert!(desk.asking.is_none());
    if !desk.choice.reconstruct {
        assert_eq!(desk, plain);
    }
    journey.app.shutdown().unwrap();
}
