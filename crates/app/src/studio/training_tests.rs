//! A training gives way to whoever talks, and what a project keeps of one is right afterwards.

use std::path::Path;

use domain::Flow;

use super::*;

/// Projects in a folder, beside a program that lies in it, too.
fn store(home: &Path) -> (Paths, Store) {
    let paths = Paths::find(Some(home), &home.join("program")).unwrap();
    let store = Store::new(&paths, Arc::default());
    (paths, store)
}

fn frozen(method: &str, base: &Path) -> Frozen {
    Frozen {
        base: base.to_owned(),
        method: method.into(),
        effort: "usual".into(),
        epochs: None,
        learning_rate: None,
        blocks: false,
        recompute: false,
        device: String::new(),
        judge: None,
        character: "Ann".into(),
        steps: 10,
    }
}

#[test]
fn it_waits_until_she_has_answered_or_it_is_to_end() {
    let home = tempfile::tempdir().unwrap();
    let (paths, store) = store(home.path());
    let state = StudioRun { state: "training".into(), ..StudioRun::default() };
    let running = Running {
        project: "p".into(),
        now: Arc::new(Mutex::new(state)),
        asked: Arc::new(AtomicU8::new(GO)),
        ended: Arc::default(),
    };
    let busy = Arc::new(AtomicBool::new(false));
    let mut work = Work {
        paths,
        store,
        project: Project::default(),
        book: None,
        running: running.clone(),
        hub: Arc::default(),
        busy: Arc::clone(&busy),
        told: Instant::now(),
    };
    let pass = Event::Pass { step: 1, pass: 0, of: 1 };
    assert_eq!(work.heard(&pass, home.path()), Flow::More, "nobody talks");
    for paused in [false, true] {
        busy.store(true, Ordering::Relaxed);
        std::thread::scope(|scope| {
            let heard = scope.spawn(|| work.heard(&pass, home.path()));
            let begun = Instant::now();
            while running.now().state != "waiting" && begun.elapsed() < Duration::from_mins(1) {
                std::thread::sleep(Duration::from_millis(1));
            }
            let waits = running.now().state == "waiting" && !heard.is_finished();
            if paused {
                running.ask(PAUSE);
            } else {
                busy.store(false, Ordering::Relaxed);
            }
            let flow = heard.join().unwrap();
            assert!(waits, "it went on while she talked");
            let (wanted, state) =
                if paused { (Flow::Stop, "pausing") } else { (Flow::More, "training") };
            assert_eq!((flow, running.now().state.as_str()), (wanted, state));
        });
    }
}

#[test]
fn where_one_is_given_up_the_judge_before_it_is_still_a_judge() {
    let home = tempfile::tempdir().unwrap();
    let (paths, store) = store(home.path());
    for (trained, run, method) in [(None, 2, "reward"), (Some(1), 2, "reward"), (Some(3), 3, "")] {
        let project = Project {
            id: "p".into(),
            run: 4,
            state: RunState::Paused,
            trained,
            judge: Some(2),
            frozen: Some(frozen("ppo", &paths.built_in_model())),
            ..Project::default()
        };
        store.write(&project).unwrap();
        let left = forget(&store, &project).unwrap();
        assert_eq!((left.run, left.state), (run, RunState::Finished));
        let told = super::super::views::standing(&store, &left, None).unwrap();
        assert_eq!((told.state.as_str(), told.method.as_str()), ("finished", method));
    }
}

#[test]
fn the_model_in_the_box_is_found_where_the_program_lies_now() {
    let home = tempfile::tempdir().unwrap();
    let (paths, store) = store(home.path());
    let before = home.path().join("gone/assets/models/hanashi-mini/hanashi-mini.gguf");
    let another = home.path().join("gone/another.gguf");
    let project = Project {
        id: "p".into(),
        trained_on: before.clone(),
        judge_on: another.clone(),
        frozen: Some(frozen("ppo", &before)),
        ..Project::default()
    };
    store.write(&project).unwrap();
    let read = store.read("p").unwrap();
    let now = paths.built_in_model();
    assert_eq!((&read.trained_on, &read.frozen.unwrap().base), (&now, &now));
    assert_eq!(read.judge_on, another, "what somebody chose is missed by its own name");
    // What still lies there is what it was.
    std::fs::create_dir_all(before.parent().unwrap()).unwrap();
    std::fs::write(&before, "").unwrap();
    assert_eq!(store.read("p").unwrap().trained_on, before);
}
