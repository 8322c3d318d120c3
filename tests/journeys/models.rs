//! A larger model is fetched while one talks, and takes over between two answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use app::api::{AppEvent, PartKind, PartState, SettingsPatch};
use journeys::{Journey, hub, root};

fn built_in() -> PathBuf {
    root().join("assets/models/hanashi-mini/hanashi-mini.gguf")
}

/// An app whose own catalogue offers a file.
fn with_offer(home: &Path, url: &str) -> Journey {
    let catalogue = format!(
        "version = 1\n[[model]]\nid = 'another'\nkind = 'chat'\nname = 'Another'\nlicence = {{ id = 'CC-BY-4.0' }}\nfiles = [{{ url = '{url}', name = 'another.gguf' }}]\n"
    );
    std::fs::create_dir_all(home).unwrap();
    std::fs::write(home.join("catalogue.toml"), catalogue).unwrap();
    Journey::in_text(home)
}

#[test]
fn a_model_is_fetched_while_one_talks_and_takes_over_between_two_answers() {
    let home = tempfile::tempdir().unwrap();
    let size = built_in().metadata().unwrap().len();
    let files = BTreeMap::from([("/o/n/m.gguf".to_owned(), std::fs::read(built_in()).unwrap())]);
    // Slowly enough to talk meanwhile.
    let url = hub(files, Some((512 << 10, Duration::from_millis(100))));
    let journey = with_offer(home.path(), &format!("{url}/o/n/m.gguf"));
    let first = journey.say("Hello! I am fond of rain.");
    journey.app.fetch_set(&["another".to_owned()]).unwrap();
    let second = journey.say("How are you?");
    let start = Instant::now();
    while journey.app.snapshot().unwrap().settings.chat_model != "another"
        || !matches!(journey.app.snapshot().unwrap().model, PartState::Ready { .. })
    {
        assert!(start.elapsed() < Duration::from_mins(2), "it never took over");
        std::thread::sleep(Duration::from_millis(20));
    }
    journey.wait_for(PartKind::Model);
    let third = journey.say("Do you remember what I like?");
    assert!([&first, &second, &third].iter().all(|turn| turn.message.is_some()));
    let snapshot = journey.app.snapshot().unwrap();
    assert_eq!(snapshot.messages.len(), 6, "nothing was lost");
    assert!(
        third.timings.prompt_tokens > first.timings.prompt_tokens,
        "the new model reads what was said to the old one: {:?} after {:?}",
        third.timings,
        first.timings
    );
    let accesses = journey.app.accesses().unwrap();
    assert_eq!(accesses.len(), 1, "{accesses:?}");
    assert_eq!(accesses[0].received, Some(size as f64));
    assert_eq!(accesses[0].host, "127.0.0.1");
    let plan = journey.app.plan(&["another".to_owned()]).unwrap();
    assert!(plan.set.contains(&"another".to_owned()) && plan.fits, "{plan:?}");
    journey.app.shutdown().unwrap();
}

#[test]
fn never_is_enforced_before_a_name_is_looked_up() {
    let home = tempfile::tempdir().unwrap();
    let journey = with_offer(home.path(), "https://hub.invalid/m.gguf");
    let offline = SettingsPatch { offline: Some(true), ..SettingsPatch::default() };
    journey.app.change_settings(offline).unwrap();
    journey.app.pull("another").unwrap();
    let problem = journey
        .until(|event| matches!(event, AppEvent::Download { problem: Some(_), .. }))
        .into_iter()
        .find_map(|event| match event {
            AppEvent::Download { problem, .. } => problem,
            _ => None,
        })
        .unwrap();
    assert!(problem.message.contains("may never connect"), "{problem:?}");
    let accesses = journey.app.accesses().unwrap();
    assert_eq!(accesses.len(), 1);
    assert!(accesses[0].refused && accesses[0].host == "hub.invalid");
    journey.app.shutdown().unwrap();
}

/// The window is closed in the middle of a download: it waits, goes on where it stopped, and takes over as it would have.
#[test]
fn a_set_that_was_cut_off_by_the_end_of_the_program_goes_on_and_is_used() {
    let home = tempfile::tempdir().unwrap();
    let files = BTreeMap::from([("/o/n/m.gguf".to_owned(), std::fs::read(built_in()).unwrap())]);
    let size = files["/o/n/m.gguf"].len() as f64;
    let url = hub(files.clone(), Some((64 << 10, Duration::from_millis(20))));
    let journey = with_offer(home.path(), &format!("{url}/o/n/m.gguf"));
    journey.app.fetch_set(&["another".to_owned()]).unwrap();
    journey.until(|event| matches!(event, AppEvent::Download { entry, .. } if entry.done > 1e6));
    journey.app.shutdown().unwrap();
    drop(journey);

    let journey = with_offer(home.path(), &format!("{}/o/n/m.gguf", hub(files, None)));
    let another =
        || journey.app.models().unwrap().into_iter().find(|one| one.id == "another").unwrap();
    let waits = another();
    assert_eq!(waits.state, "paused");
    assert!(waits.done > 0.0 && waits.done < size, "{} of {size}", waits.done);
    journey.app.pull("another").unwrap();
    let start = Instant::now();
    let used = || journey.app.snapshot().unwrap().settings.chat_model == "another";
    // It may be used a moment before the list says that it is here.
    while !used() || another().state != "installed" {
        assert!(start.elapsed() < Duration::from_mins(1), "{}, and not used", another().state);
        std::thread::sleep(Duration::from_millis(20));
    }
    // Once it is used nothing is wanted any more: another choice stays.
    let back = SettingsPatch { chat_model: Some(String::new()), ..SettingsPatch::default() };
    journey.app.change_settings(back).unwrap();
    journey.app.shutdown().unwrap();
    let wanted = std::fs::read_to_string(home.path().join("models/wanted.json")).unwrap();
    assert_eq!(wanted, "[]");
}
