//! Branches and saves of a real conversation: nothing that was said is ever lost, and a save leads back to where it was made.

use app::api::{AppEvent, EmotionName, MessageView, StageState};
use app::{Options, Output};
use journeys::Journey;

fn quiet(home: &std::path::Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    })
}

fn stage() -> StageState {
    StageState {
        scene: "park".into(),
        daylight: "dusk".into(),
        weather: "petals".into(),
        emotion: EmotionName::Shy,
    }
}

/// What is shown after the next change that ends with this message.
fn shown(journey: &Journey, last: &str) -> Vec<MessageView> {
    let is = |event: &AppEvent| {
        matches!(event, AppEvent::ConversationChanged { messages, .. }
            if messages.last().is_some_and(|message| message.id == last))
    };
    let seen = journey.until(is);
    let Some(AppEvent::ConversationChanged { messages, .. }) = seen.into_iter().last() else {
        unreachable!()
    };
    messages
}

#[test]
fn a_save_brings_back_whoever_was_there_and_a_branch_has_its_own_guests() {
    let home = tempfile::tempdir().unwrap();
    let journey = quiet(home.path());
    let there = || -> Vec<String> {
        journey.app.cast().unwrap().members.into_iter().map(|member| member.id).collect()
    };
    let first = journey.say("What do you like?").message.unwrap();
    let alone = journey.app.save("1", Some(&first.id), "a line", &stage()).unwrap();
    journey.app.invite("haru").unwrap();
    assert_eq!(there(), ["koto", "haru"]);
    let second = journey.say("Tell me about the rain.").message.unwrap();
    let together = journey.app.save("2", Some(&second.id), "a line", &stage()).unwrap();

    journey.app.load(alone.id).unwrap();
    shown(&journey, &first.id);
    assert_eq!(there(), ["koto"]);
    let third = journey.say("Tell me about the sea.").message.unwrap();
    assert_eq!(third.speaker, None);

    journey.app.load(together.id).unwrap();
    shown(&journey, &second.id);
    assert_eq!(there(), ["koto", "haru"]);
    journey.app.go_to(&third.id, true).unwrap();
    shown(&journey, &third.id);
    assert_eq!(there(), ["koto"]);
    journey.app.shutdown().unwrap();
}

#[test]
fn a_save_leads_back_and_what_was_said_since_stays_on_its_branch() {
    let home = tempfile::tempdir().unwrap();
    let journey = quiet(home.path());
    let first = journey.say("What do you like?").message.unwrap();
    let save = journey.app.save("12", Some(&first.id), "a line", &stage()).unwrap();
    let second = journey.say("Tell me about the rain.").message.unwrap();

    let loaded = journey.app.load(save.id).unwrap();
    let messages = shown(&journey, &first.id);
    assert_eq!((loaded.stage, messages.len()), (stage(), 2));

    // Where the person was is saved by the app, and from here another branch grows.
    let third = journey.say("Tell me about the sea.").message.unwrap();
    let saves = journey.app.saves().unwrap();
    assert_eq!(saves.iter().map(|save| save.slot.as_str()).collect::<Vec<_>>(), ["auto", "12"]);
    let nodes = journey.app.branches().unwrap();
    assert_eq!(nodes.len(), 6);
    let on_show = |id: &str| nodes.iter().any(|node| node.id == id && node.shown);
    assert!(on_show(&third.id) && !on_show(&second.id));

    // The first line of the other branch leads to where that was left.
    let other = nodes.iter().find(|node| node.text == "Tell me about the rain.").unwrap();
    journey.app.go_to(&other.id, true).unwrap();
    assert_eq!(shown(&journey, &second.id).len(), 4);
    journey.app.shutdown().unwrap();
    drop(journey);

    let journey = quiet(home.path());
    let messages = journey.app.snapshot().unwrap().messages;
    assert_eq!(messages.last().map(|message| &message.id), Some(&second.id));
    assert_eq!(journey.app.saves().unwrap().len(), 3, "the branch that was left is saved too");
    journey.app.load(save.id).unwrap();
    assert_eq!(shown(&journey, &first.id).len(), 2);
    journey.app.shutdown().unwrap();
}

#[test]
fn edits_and_branches_add_versions_and_why_tells_the_prompt() {
    let home = tempfile::tempdir().unwrap();
    let journey = quiet(home.path());
    assert!(journey.app.explain().is_none());
    let reply = journey.say("Good evening.").message.unwrap();
    let why = journey.app.explain().unwrap();
    assert!(why.blocks.iter().any(|block| block.name == "history"
        && block.text.contains("Good evening.")
        && block.tokens > 0));

    journey.app.edit(&reply.id, "It is a quiet evening.").unwrap();
    let is_edit = |event: &AppEvent| {
        matches!(event, AppEvent::ConversationChanged { messages, .. }
            if messages.last().is_some_and(|last| last.text == "It is a quiet evening."))
    };
    let seen = journey.until(is_edit);
    let Some(AppEvent::ConversationChanged { messages, .. }) = seen.last() else { unreachable!() };
    let edited = messages.last().unwrap();
    assert_eq!((edited.swipe, edited.swipes, edited.emotion), (1, 2, reply.emotion));

    // From the first answer the talk goes on differently.
    journey.app.say_after(&reply.id, "And tomorrow?").unwrap();
    let other = journey.turn().message.unwrap();
    let path: Vec<String> =
        journey.app.snapshot().unwrap().messages.into_iter().map(|one| one.id).collect();
    assert_eq!(path.len(), 4);
    assert_eq!((&path[1], &path[3]), (&reply.id, &other.id));

    let problem = journey.app.edit(&reply.id, "  ").unwrap_err();
    assert_eq!(problem.kind, "invalid");
    assert!(journey.app.edit("nobody", "x").is_err());
    assert!(journey.app.load(9999).is_err());
    journey.app.shutdown().unwrap();
}

#[test]
fn the_model_can_be_asked_what_one_might_say() {
    let home = tempfile::tempdir().unwrap();
    let journey = quiet(home.path());
    journey.say("Good evening.");
    let before = journey.app.snapshot().unwrap().messages;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lines = runtime.block_on(journey.app.suggest(3)).unwrap();
    assert!(lines.len() <= 3);
    for line in &lines {
        assert!(!line.trim().is_empty() && !line.contains('\n') && !line.contains('['), "{line}");
    }
    assert_eq!(journey.app.snapshot().unwrap().messages, before, "nothing was logged");
    // The conversation goes on as if nothing had happened.
    assert!(journey.say("Thank you.").message.is_some());
    journey.app.shutdown().unwrap();
}
