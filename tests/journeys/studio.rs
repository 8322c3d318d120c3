//! From a dataset to a character: a LoRA on the model in the box, merged, and answering.

use app::Paths;
use app::api::{
    AppEvent, StudioChange, StudioChoice, StudioQuery, StudioRecipe, StudioRun, StudioTerms,
};
use app::studio::tuning::{
    self, BaseFormat, Event, Lora, LoraOrder, MergedFormat, Settings, Warmup,
};
use app::terminal::Completing;
use app::{Options, Output};
use domain::Flow;
use journeys::{Journey, root};

const ROWS: &str = r#"[
    {"instruction": "Who are you?", "input": "", "output": "I am the keeper of the lamp."},
    {"instruction": "Where do you live?", "input": "", "output": "In the lighthouse, of course."},
    {"instruction": "Hello.", "input": "", "output": "The lamp is lit, friend.", "history": [["Who are you?", "I am the keeper of the lamp."]]}
]"#;

#[test]
fn a_character_is_learnt_by_the_model_in_the_box_and_answers() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    let dataset = home.path().join("rows.json");
    std::fs::write(&dataset, ROWS).unwrap();
    let out = home.path().join("adapter");
    let order = LoraOrder {
        base: String::new(),
        base_name: String::new(),
        dataset,
        names: Vec::new(),
        character: "Sylvie".into(),
        system: None,
        out: out.clone(),
        lora: Lora { rank: 8, alpha: 32.0, ..Lora::default() },
        settings: Settings {
            epochs: 25.0,
            batch_size: 3,
            accumulation: 1,
            learning_rate: 5e-3,
            warmup: Warmup::Steps(2),
            save_every: 1000,
            ..Settings::default()
        },
        format: BaseFormat::Dense,
        cutoff: 128,
        packing: false,
        train_on_prompt: false,
        mask_history: false,
        max_samples: None,
        val_size: 0.0,
        device: app::DeviceChoice::Processor,
        resume: false,
        from: None,
        probes: vec!["Who are you?".into()],
    };
    let prepared = tuning::prepare(&paths, &order).unwrap();
    assert_eq!((prepared.train.len(), prepared.skipped, prepared.cut), (3, 0, 0));
    assert_eq!(prepared.template, "the model's own");
    let mut seen = Vec::new();
    let summary = tuning::lora(&order, &prepared, &mut |event| {
        seen.push(event.clone());
        Flow::More
    })
    .unwrap();
    assert!(summary.loss < 0.5, "loss {}", summary.loss);
    assert!(seen.iter().any(|event| matches!(event, Event::Sample { .. })));

    let model = home.path().join("sylvie.gguf");
    let merged = tuning::merge(&paths, "", &out, &model, MergedFormat::Same).unwrap();
    // Six blocks of seven matrices.
    assert_eq!(merged.changed, 42);
    // What the model in the box reads on stage before it answers.
    let prompt = "<|begin|><|system|>You are Sylvie.<|end|><|user|>Who are you?<|end|><|char|>";
    let name = model.display().to_string();
    let asked = Completing {
        model: Some(&name),
        device: None,
        adapters: &[],
        prompt,
        passages: &[],
        beams: None,
        tokens: 24,
        greedy: true,
        ..Completing::default()
    };
    let answer = app::terminal::complete(&paths, &asked).unwrap();
    assert_eq!(answer.text.trim(), "I am the keeper of the lamp.");
}

/// A scene that is told in plain text, as somebody would type it.
const SCENE: &str = "Ann: Who are you?\nKeeper: I am the keeper of the lamp.\nAnn: Where do you live?\n\
    Keeper: In the lighthouse, of course.\nAnn: Is it cold there?\nKeeper: Only when the door is open.\n\
    Ann: Good night.\nThe Keeper: Good night, friend.\nAnn: Sleep well.\nThe Keeper: You too.\n";

pub(crate) fn started(home: &std::path::Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    })
}

/// Waits until a project's training is in one of these states; answers with how it stands.
fn wait_for(journey: &Journey, id: &str, states: &[&str]) -> StudioRun {
    let there = || journey.app.studio_run(id).unwrap().filter(|run| states.contains(&&*run.state));
    // A turn may have passed over the event.
    if there().is_none() {
        journey.until(
            |event| matches!(event, AppEvent::Studio { run, .. } if states.contains(&&*run.state)),
        );
    }
    there().unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one journey, step by step")]
fn a_project_goes_from_a_script_over_a_pause_and_a_restart_to_the_stage() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("lamp.txt");
    std::fs::write(&script, SCENE).unwrap();
    let data = home.path().join("data");
    let journey = started(&data);
    let app = &journey.app;

    // What cannot be begun says why.
    assert!(runtime.block_on(app.studio_begin(vec![], false)).is_err());
    let empty = home.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let told = runtime.block_on(app.studio_begin(vec![empty.display().to_string()], false));
    assert!(told.unwrap_err().message.contains("nobody speaks"));

    let desk =
        runtime.block_on(app.studio_begin(vec![script.display().to_string()], false)).unwrap();
    let id = desk.id.clone();
    let keeper = desk.scan.people.iter().find(|one| one.name == "Keeper").unwrap();
    assert_eq!((keeper.lines, desk.scan.refused.len()), (3, 0));
    let choice = StudioChoice {
        speaker: "Keeper".into(),
        aliases: vec!["The Keeper".into()],
        ..StudioChoice::default()
    };
    let desk = runtime.block_on(app.studio_choose(&id, choice)).unwrap();
    assert_eq!(desk.dataset.unwrap().answers, 5);

    // A line is changed and another one taken out; both are on the disk at once.
    let change = |entry, turn, what: &str, answer: &str| StudioChange {
        entry,
        turn,
        what: what.into(),
        said: "Who are you?".into(),
        answer: answer.into(),
    };
    app.studio_change(&id, &change(0, 0, "edit", "I am the keeper of the light.")).unwrap();
    let left = app.studio_change(&id, &change(0, 2, "remove", "")).unwrap();
    assert_eq!((left.answers, left.removed, left.changed), (4, 1, 1));
    assert!(app.studio_change(&id, &change(9, 9, "remove", "")).is_err());

    let recipe = StudioRecipe { epochs: Some(400.0), ..StudioRecipe::default() };
    let advice = runtime.block_on(app.studio_recipe(&id, recipe)).unwrap();
    assert!(advice.fits && advice.way == "dense", "{advice:?}");
    assert_eq!(advice.bases[0].id, "");
    assert!(advice.seconds_low > 0.0 && advice.seconds_high > advice.seconds_low);
    let mad = StudioRecipe { epochs: Some(0.0), ..StudioRecipe::default() };
    assert!(runtime.block_on(app.studio_recipe(&id, mad)).is_err());

    app.studio_train(&id).unwrap();
    assert!(app.studio_train(&id).is_err(), "one training at a time");
    assert!(app.studio_change(&id, &change(0, 1, "remove", "")).is_err(), "it is being learnt");
    // Some steps are made, then the person pauses it.
    let made = |event: &AppEvent| matches!(event, AppEvent::Studio { run, .. } if run.step >= 10);
    journey.until(made);
    app.studio_pause(&id).unwrap();
    let paused = wait_for(&journey, &id, &["paused", "failed", "finished"]);
    assert_eq!(paused.state, "paused", "{paused:?}");
    assert!((10..400).contains(&paused.step));
    let run = app.studio_run(&id).unwrap().unwrap();
    assert_eq!(run.train.last().unwrap().step, paused.step);
    assert!(!run.samples.is_empty(), "what it answered meanwhile is kept");
    assert!(runtime.block_on(app.studio_round(&id, "Who are you?", true)).is_err());
    app.shutdown().unwrap();
    drop(journey);

    // After a restart it is there, and goes on behind the step where it was.
    let journey = started(&data);
    let app = &journey.app;
    let list = app.studio_projects().unwrap();
    assert_eq!((list[0].name.as_str(), list[0].state.as_str()), ("Keeper", "paused"));
    assert_eq!(list[0].step, paused.step);
    app.studio_train(&id).unwrap();
    journey.until(|event| matches!(event, AppEvent::Studio { run, .. } if run.step > paused.step));
    // Somebody talks meanwhile: the answer comes, and the training waits for its end. On a slow machine a pass that is under way may
    // outlast an answer, because its threads give way: so she is talked to until one ends while she answers, or all are over.
    let waited = loop {
        app.say("Do you like tea?").unwrap();
        let talk = journey.until(|event| {
            matches!(event, AppEvent::TurnFinished { .. } | AppEvent::TurnFailed { .. })
        });
        let end = talk.last().unwrap();
        assert!(matches!(end, AppEvent::TurnFinished { message: Some(_), .. }), "{end:?}");
        let is = |event: &AppEvent, states: &[&str]| matches!(event, AppEvent::Studio { run, .. } if states.contains(&&*run.state));
        let told = |states: &[&str]| talk.iter().any(|event| is(event, states));
        if told(&["waiting"]) {
            break true;
        }
        if told(&["finished", "failed"]) {
            break false;
        }
    };
    assert!(waited, "it went on while she talked");
    let last = wait_for(&journey, &id, &["finished", "failed"]);
    assert_eq!((last.state.as_str(), last.problem.as_ref()), ("finished", None));
    let run = app.studio_run(&id).unwrap().unwrap();
    assert_eq!((run.step, run.total), (400, 400));
    assert!(run.train.windows(2).all(|pair| pair[0].step < pair[1].step));
    assert!(run.train.last().unwrap().loss < 0.6 * run.train[0].loss);

    // Both answer, without a name until the vote.
    let round = runtime.block_on(app.studio_round(&id, "Who are you?", true)).unwrap();
    assert!(!round.left.is_empty() && !round.right.is_empty());
    let reveal = app.studio_vote(&id, &round.id, "left").unwrap();
    assert_eq!(reveal.votes.tuned + reveal.votes.base, 1);
    assert_eq!(reveal.votes.tuned == 1, reveal.tuned_left);
    assert!(app.studio_vote(&id, &round.id, "left").is_err());
    // The arena knows it, too, and its books hold the vote.
    let adapters = app.adapters().unwrap();
    assert!(adapters.iter().any(|one| one.id == format!("studio:{id}") && one.name == "Keeper"));
    let side = |adapter: &str| app::api::ArenaSide {
        temperature: Some(0.0),
        adapter: Some(adapter.to_owned()),
        ..app::api::ArenaSide::default()
    };
    let studio = format!("studio:{id}");
    let round = runtime.block_on(app.arena_round("Who are you?", &side(&studio), &side("")));
    let round = round.unwrap();
    assert_ne!(round.left, round.right, "one of them has learnt something");
    assert!(runtime.block_on(app.arena_round("Hm?", &side("studio:x"), &side(""))).is_err());
    assert_eq!(app.arena_results().unwrap().pairs.len(), 1);

    // Somebody else is chosen now; what was trained is still the keeper's.
    let ann = StudioChoice { speaker: "Ann".into(), ..StudioChoice::default() };
    let desk = runtime.block_on(app.studio_choose(&id, ann)).unwrap();
    assert_eq!((desk.name.as_str(), desk.trained), ("Ann", true));
    assert!(app.adapters().unwrap().iter().any(|one| one.id == studio && one.name == "Keeper"));

    // On stage: a new character of that name, with an adapter of her own.
    assert!(app.studio_use(&id, Some("koto")).is_err(), "who comes with the app keeps her voice");
    let desk = app.studio_use(&id, None).unwrap();
    let who = desk.used_by.unwrap();
    assert_eq!(app.snapshot().unwrap().character, who);
    assert!(who.to_lowercase().contains("keeper"), "{who}");
    let own = data.join("characters").join(&who).join("adapter");
    assert!(own.join("adapter_model.safetensors").is_file());
    let hers = journey.say("Who are you?").message.unwrap();
    assert!(!hers.text.is_empty());
    assert_eq!(app.studio_unuse(&id).unwrap().used_by, None);
    assert!(!own.exists());

    app.studio_remove(&id).unwrap();
    assert!(app.studio_projects().unwrap().is_empty());
    app.studio_restore(&id).unwrap();
    assert_eq!(app.studio_projects().unwrap().len(), 1);
    app.shutdown().unwrap();
}

#[test]
fn what_was_swiped_away_and_marked_teaches_what_is_liked() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let journey = started(home.path());
    let app = &journey.app;
    journey.say("What do you like?");
    app.regenerate().unwrap();
    let shown = journey.turn().message.unwrap();
    // Two answers of a small model may be the same words: an edited one is not.
    app.edit(&shown.id, "I like the rain on the roof.").unwrap();
    journey.until(|event| matches!(event, AppEvent::ConversationChanged { .. }));
    let mark = |marks: &[&str]| {
        let replies = app.marked_replies().unwrap();
        let newest = replies.last().unwrap().clone();
        let marks: Vec<String> = marks.iter().map(|mark| (*mark).to_owned()).collect();
        app.mark_reply(&newest.message, &marks).unwrap();
        newest.text
    };
    let begin = || runtime.block_on(app.studio_begin(vec![], true)).unwrap();
    let koto = StudioChoice { speaker: "Koto".into(), ..StudioChoice::default() };

    let desk = begin();
    let who = desk.scan.people.iter().find(|one| one.name == "Koto").unwrap();
    assert!(who.swipes >= 1, "{who:?}");
    let made = runtime.block_on(app.studio_choose(&desk.id, koto.clone())).unwrap();
    let pairs = made.dataset.unwrap().preferences;
    assert!(pairs >= 1);
    let query = StudioQuery { count: 10, ..StudioQuery::default() };
    let kept = app.studio_lines(&desk.id, &query).unwrap().lines[0].answer.clone();
    // With the feeling that she showed, as the stage wants it.
    assert!(kept.ends_with("I like the rain on the roof."), "{kept}");

    // Marked as faulty, it is the worse answer, and another one is learnt.
    assert!(kept.ends_with(&mark(&["out_of_character"])));
    let again = begin();
    runtime.block_on(app.studio_choose(&again.id, koto)).unwrap();
    let better = app.studio_lines(&again.id, &query).unwrap().lines[0].answer.clone();
    assert_ne!(better, kept);

    let recipe = StudioRecipe { method: "prefer".into(), ..StudioRecipe::default() };
    let advice = runtime.block_on(app.studio_recipe(&desk.id, recipe)).unwrap();
    assert_eq!(advice.items, pairs);
    app.studio_train(&desk.id).unwrap();
    let ended = wait_for(&journey, &desk.id, &["finished", "failed"]);
    assert_eq!((ended.state.as_str(), ended.problem), ("finished", None));

    // To practise, a judge is needed; it is made of the same pairs, and speaks with nobody.
    let method = |method: &str| StudioRecipe {
        method: method.into(),
        effort: "light".into(),
        device: Some("cpu".into()),
        ..StudioRecipe::default()
    };
    let told = runtime.block_on(app.studio_recipe(&desk.id, method("ppo"))).unwrap_err();
    assert!(told.message.contains("no judge"), "{told:?}");
    for (what, judge) in [("reward", true), ("ppo", true)] {
        let advice = runtime.block_on(app.studio_recipe(&desk.id, method(what))).unwrap();
        assert!(advice.fits && advice.device == "cpu" && advice.steps > 0, "{advice:?}");
        app.studio_train(&desk.id).unwrap();
        let ended = wait_for(&journey, &desk.id, &["finished", "failed"]);
        assert_eq!((ended.state.as_str(), ended.problem), ("finished", None), "{what}");
        let desk = app.studio_open(&desk.id).unwrap();
        assert_eq!((desk.judge, desk.trained), (judge, true), "{what}");
        let run = desk.run.unwrap();
        let last = run.train.last().unwrap();
        assert_eq!(run.method, what);
        assert_eq!((last.score.is_some(), last.kl.is_some()), (what == "ppo", what == "ppo"));
        assert_eq!(last.accuracy.is_some(), what == "reward");
    }
    app.shutdown().unwrap();
}

/// More of the lines, in a second file: one of hardly a word, one with a sign of the script, and somebody new.
const MORE: &str = "Ann: Did you hear that?\nKeeper: Hm.\nAnn: The radio said something.\nKeeper: It said {weather_report} again.\n\
    Ben: May I come in?\nKeeper: The door is open, sailor.\nBen: Is there tea?\nKeeper: There is always tea.\n";

#[test]
#[expect(clippy::too_many_lines, reason = "one journey, step by step")]
fn files_are_added_doubtful_lines_go_and_a_training_is_given_up() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let (first, second) = (home.path().join("lamp.txt"), home.path().join("door.txt"));
    std::fs::write(&first, SCENE).unwrap();
    std::fs::write(&second, MORE).unwrap();
    let data = home.path().join("data");
    let journey = started(&data);
    let app = &journey.app;
    let desk =
        runtime.block_on(app.studio_begin(vec![first.display().to_string()], false)).unwrap();
    let id = desk.id;
    let keeper = || StudioChoice {
        speaker: "Keeper".into(),
        aliases: vec!["The Keeper".into()],
        ..StudioChoice::default()
    };
    runtime.block_on(app.studio_choose(&id, keeper())).unwrap();

    // More files: who speaks is asked anew. What is no file, or in there already, changes nothing.
    let add = |path: &std::path::Path| {
        runtime.block_on(app.studio_add(&id, vec![path.display().to_string()]))
    };
    assert!(add(&home.path().join("none.txt")).is_err());
    assert_eq!(app.studio_open(&id).unwrap().sources.len(), 1);
    let desk = add(&second).unwrap();
    assert_eq!((desk.sources.len(), desk.choice.speaker.as_str()), (2, ""));
    assert!(desk.dataset.is_none());
    assert!(desk.scan.people.iter().any(|one| one.name == "Ben" && one.lines == 2));
    assert_eq!(add(&second).unwrap().sources.len(), 2);
    assert!(app.studio_lines(&id, &StudioQuery::default()).is_err(), "nobody is chosen");
    let desk = runtime.block_on(app.studio_choose(&id, keeper())).unwrap();
    let all = desk.dataset.unwrap().answers;
    assert_eq!(all, 9);

    // Lines are found by their words and by what is doubtful about them; the doubtful ones go with one press each.
    let query = |text: &str, remarked: bool, touched: bool| {
        let query = StudioQuery {
            text: text.into(),
            remarked,
            touched,
            count: 50,
            ..StudioQuery::default()
        };
        app.studio_lines(&id, &query).unwrap()
    };
    assert_eq!(query("TEA", false, false).all, 1);
    let doubtful = query("", true, false);
    let remarks: Vec<&str> =
        doubtful.lines.iter().flat_map(|line| &line.remarks).map(String::as_str).collect();
    assert_eq!(remarks, ["short", "markup"]);
    assert!(app.studio_tidy(&id, "ugly").is_err());
    assert_eq!(app.studio_tidy(&id, "short").unwrap().answers, all - 1);
    let tidied = app.studio_tidy(&id, "markup").unwrap();
    assert_eq!((tidied.answers, tidied.removed), (all - 2, 2));
    assert_eq!(app.studio_tidy(&id, "markup").unwrap(), tidied);
    // One of them is put back as it was.
    let gone = query("", false, true).lines;
    assert_eq!(gone[0].answer, "Hm.");
    let back = StudioChange {
        entry: gone[0].entry,
        turn: gone[0].turn,
        what: "restore".into(),
        said: String::new(),
        answer: String::new(),
    };
    assert_eq!(app.studio_change(&id, &back).unwrap().answers, all - 1);

    // A training that is given up while it runs, and one that was paused: nothing is left of either, and lines can be changed again.
    assert!(app.studio_give_up(&id).is_err(), "nothing is being trained");
    let recipe = StudioRecipe { epochs: Some(400.0), ..StudioRecipe::default() };
    runtime.block_on(app.studio_recipe(&id, recipe)).unwrap();
    let runs = data.join("studio").join(&id).join("runs");
    let kept = || std::fs::read_dir(&runs).map_or(0, Iterator::count);
    for paused in [false, true] {
        app.studio_train(&id).unwrap();
        journey.until(|event| matches!(event, AppEvent::Studio { run, .. } if run.step >= 2));
        assert_eq!(kept(), 1);
        if paused {
            app.studio_pause(&id).unwrap();
            assert_eq!(wait_for(&journey, &id, &["paused", "failed"]).state, "paused");
            assert!(add(&first).is_err(), "it is to go on with this dataset");
            app.studio_give_up(&id).unwrap();
        } else {
            app.studio_give_up(&id).unwrap();
            journey.until(
                |event| matches!(event, AppEvent::Studio { run, .. } if run.state.is_empty()),
            );
        }
        assert!(app.studio_run(&id).unwrap().is_none());
        assert_eq!(kept(), 0);
        let desk = app.studio_open(&id).unwrap();
        assert_eq!((desk.trained, desk.run), (false, None));
        assert_eq!(app.studio_tidy(&id, "short").unwrap().answers, all - 2);
        assert_eq!(app.studio_projects().unwrap()[0].state, "new");
    }
    app.shutdown().unwrap();
    drop(journey);

    // What was taken out is still out after a restart.
    let journey = started(&data);
    let desk = journey.app.studio_open(&id).unwrap();
    assert_eq!(desk.dataset.unwrap(), tidied);
    journey.app.shutdown().unwrap();
}

#[test]
fn terms_are_covered_or_left_out_and_a_card_tells_of_itself() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let files = [("lamp.txt", SCENE), ("door.txt", MORE)].map(|(name, text)| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    });
    let journey = started(&home.path().join("data"));
    let app = &journey.app;
    let id = runtime.block_on(app.studio_begin(files.to_vec(), false)).unwrap().id;
    let choose = |choice: StudioChoice| {
        let choice = StudioChoice { speaker: "Keeper".into(), ..choice };
        let desk = runtime.block_on(app.studio_choose(&id, choice))?;
        let lines = app.studio_lines(&id, &StudioQuery { count: 50, ..StudioQuery::default() })?;
        Ok::<_, app::api::Problem>((desk.dataset.unwrap().answers, format!("{:?}", lines.lines)))
    };
    let (all, plain) = choose(StudioChoice::default()).unwrap();
    assert!(plain.contains("lamp"), "{plain}");

    let about_lamps = |terms| StudioChoice {
        terms,
        known_terms: vec![" lamp ".to_owned(), String::new()],
        ..StudioChoice::default()
    };
    let (answers, text) = choose(about_lamps(StudioTerms::Replace)).unwrap();
    assert_eq!(answers, all);
    assert!(!text.contains("lamp") && text.contains("<term_1>"), "{text}");
    assert_eq!(app.studio_open(&id).unwrap().choice.known_terms, ["lamp"]);
    let (answers, text) = choose(about_lamps(StudioTerms::Drop)).unwrap();
    assert!(answers < all && !text.contains("lamp"), "{answers} of {all}: {text}");

    let card = |id: &str| StudioChoice { attributes: Some(id.into()), ..StudioChoice::default() };
    let (answers, _) = choose(card("koto")).unwrap();
    assert!(answers > all, "{answers} with what the card tells, {all} without");
    assert!(choose(card("nobody")).is_err());
    assert_eq!(app.studio_open(&id).unwrap().choice.attributes.as_deref(), Some("koto"));
    assert_eq!(choose(StudioChoice::default()).unwrap().0, all);
    app.shutdown().unwrap();
}
