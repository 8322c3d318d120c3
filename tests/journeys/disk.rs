//! What was said is still there tomorrow; what is broken is named and harms nothing else.

use app::api::{AppEvent, PartState};
use app::{App, Options, Output};
use journeys::{Journey, root};

fn text_only(home: &std::path::Path) -> Options {
    Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    }
}

#[test]
fn a_conversation_goes_on_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(text_only(home.path()));
    let said = journey.say("I love music.").message.unwrap();
    journey.app.shutdown().unwrap();
    drop(journey);
    let journey = Journey::start(text_only(home.path()));
    let messages = journey.app.snapshot().unwrap().messages;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1], said);
    journey.app.shutdown().unwrap();
}

#[test]
fn another_answer_leaves_the_first_one_to_swipe_back_to() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(text_only(home.path()));
    let first = journey.say("What do you like?").message.unwrap();
    journey.app.regenerate().unwrap();
    let second = journey.turn().message.unwrap();
    assert_eq!((second.swipe, second.swipes), (1, 2));
    journey.app.swipe(&second.id, -1).unwrap();
    let seen = journey.until(|event| matches!(event, AppEvent::ConversationChanged { .. }));
    let Some(AppEvent::ConversationChanged { messages, .. }) = seen.last() else { unreachable!() };
    assert_eq!(messages.last().map(|message| &message.id), Some(&first.id));
    journey.app.shutdown().unwrap();
}

#[test]
fn a_second_copy_is_told_that_the_first_is_running() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(text_only(home.path()));
    let second = App::start(Options { resources: root(), ..text_only(home.path()) });
    let problem = second.err().expect("it does not start");
    assert_eq!(problem.kind, domain::ProblemKind::Busy, "{problem}");
    assert!(!problem.remedy.is_empty());
    // The first one was not disturbed.
    assert!(journey.say("Are you there?").message.is_some());
    journey.app.shutdown().unwrap();
}

#[test]
fn a_broken_model_is_named_and_the_built_in_one_answers() {
    let home = tempfile::tempdir().unwrap();
    let broken = home.path().join("broken.gguf");
    let whole = std::fs::read(root().join("assets/models/hanashi-mini/hanashi-mini.gguf")).unwrap();
    std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    // Chosen in the settings yesterday, broken today.
    let data = home.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(
        data.join("settings.toml"),
        format!("chat_model = {:?}\n", broken.display().to_string()),
    )
    .unwrap();
    let journey = Journey::start(text_only(&data));
    let turn = journey.say("Hello.");
    assert!(turn.message.is_some());
    let PartState::Ready { name } = journey.app.snapshot().unwrap().model else {
        panic!("no model")
    };
    assert!(!name.is_empty());
    journey.app.shutdown().unwrap();
}

#[test]
fn a_model_that_was_asked_for_by_name_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { model: Some("nobody-made-this".to_owned()), ..text_only(home.path()) };
    let app = App::start(Options { resources: root(), ..options }).unwrap();
    let start = std::time::Instant::now();
    let problem = loop {
        match app.snapshot().unwrap().model {
            PartState::Failed { problem, .. } => break problem,
            PartState::Ready { name } => panic!("`{name}` took its place"),
            _ => assert!(start.elapsed().as_secs() < 60, "it neither fails nor loads"),
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    assert!(
        problem.message.contains("nobody-made-this") && !problem.remedy.is_empty(),
        "{problem:?}"
    );
    app.shutdown().unwrap();
}

#[test]
fn files_are_taken_in_or_refused_with_a_reason() {
    let home = tempfile::tempdir().unwrap();
    let journey = Journey::start(text_only(&home.path().join("data")));
    let nonsense = home.path().join("nonsense.png");
    std::fs::write(&nonsense, b"this is no picture").unwrap();
    let card = root().join("characters/haru/card.json");
    let paths = [nonsense, card, home.path().join("missing.json")];
    let reports = journey.app.import_files(&paths.map(|path| path.display().to_string()));
    assert_eq!(reports.len(), 3);
    assert!(reports[0].problem.as_ref().is_some_and(|problem| !problem.remedy.is_empty()));
    assert_eq!((reports[1].kind.as_deref(), reports[1].name.as_str()), (Some("character"), "Haru"));
    assert!(reports[2].problem.is_some());
    journey.app.select_character(&reports[1].id).unwrap();
    assert_eq!(journey.app.snapshot().unwrap().character, reports[1].id);
    assert!(journey.say("Hello, Haru.").message.is_some());
    journey.app.shutdown().unwrap();
}
