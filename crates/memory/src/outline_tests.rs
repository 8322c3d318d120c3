//! Scenes in chapters: what they were about, by rules and by a model, on the branch that happened.

use domain::{CharacterId, Role};

use super::tests::Talk;
use super::*;

fn outline(talk: &Talk) -> Vec<Chapter> {
    talk.memory.sync(&talk.log, || false).unwrap();
    talk.memory.outline(&talk.scope(), 20, &talk.log).unwrap()
}

fn long_ago(talk: &mut Talk) {
    for number in 0..40 {
        talk.user(&format!("Nothing much happened today, day {number}, only the usual things."));
    }
    let other = domain::Log::begin(&talk.log, &talk.character, "").unwrap().id;
    (talk.conversation, talk.leaf) = (other, None);
}

#[test]
fn a_scene_is_about_what_is_said_often_there_and_seldom_elsewhere() {
    let mut talk = Talk::new();
    long_ago(&mut talk);
    talk.user("We went to the lighthouse yesterday. I live in Leeds.");
    talk.say(Role::Character, "[joy] The lighthouse! Was there a storm?");
    talk.user("A storm, yes, the lighthouse shook.");
    let chapters = outline(&talk);
    assert_eq!(chapters.len(), 1);
    let scene = &chapters[0].scenes[0];
    assert_eq!(scene.about.topics[0], "lighthouse");
    assert!(scene.about.topics.contains(&"storm".to_owned()), "{:?}", scene.about.topics);
    assert!(!scene.about.topics.iter().any(|word| word == "usual"));
    assert_eq!(scene.about.told, [("home".to_owned(), "Leeds".to_owned())]);
    assert_eq!(scene.about.summary, None);
    assert!(chapters[0].topics.contains(&"lighthouse".to_owned()));
    // Asked again, it is the same, now out of the file.
    assert_eq!(outline(&talk), chapters);
    talk.user("And the lighthouse keeper gave us soup.");
    assert_eq!(outline(&talk)[0].scenes[0].episode.messages, 4, "it goes on");
}

#[test]
fn scenes_in_chinese_and_japanese_have_words_too() {
    let mut talk = Talk::new();
    long_ago(&mut talk);
    talk.user("昨天我们去看了灯塔。");
    talk.user("灯塔真高，灯塔里还有一只猫。");
    assert!(outline(&talk)[0].scenes[0].about.topics.contains(&"灯塔".to_owned()));
    let mut talk = Talk::new();
    long_ago(&mut talk);
    talk.user("昨日、灯台に行きました。");
    talk.user("灯台はとても高かったです。");
    assert!(outline(&talk)[0].scenes[0].about.topics.contains(&"灯台".to_owned()));
}

#[test]
fn a_model_sums_up_what_is_over_once_and_forgetting_takes_it_away() {
    let mut talk = Talk::new();
    let secret = talk.user("My sister's name is Zephyrine.");
    for line in ["She paints.", "Mostly boats.", "And seals."] {
        talk.user(line);
    }
    talk.memory.sync(&talk.log, || false).unwrap();
    let scope = talk.scope();
    let unsummed =
        |talk: &Talk, before| talk.memory.unsummed(&scope, before, 20, &talk.log).unwrap();
    assert_eq!(unsummed(&talk, 0), None, "it is not over");
    let scene = unsummed(&talk, u64::MAX).unwrap();
    assert_eq!(scene.lines.len(), 4);
    assert_eq!(scene.lines[0], (true, "My sister's name is Zephyrine.".to_owned()));
    talk.memory.keep_summary(&scene, "qwen", " They talked about a sister. ").unwrap();
    let about = outline(&talk)[0].scenes[0].about.clone();
    let summary = about.summary.unwrap();
    assert_eq!(
        (summary.text.as_str(), summary.by.as_str()),
        ("They talked about a sister.", "qwen")
    );
    assert_eq!(unsummed(&talk, u64::MAX), None, "once");
    talk.memory.forget_message(&scope, secret, &talk.log).unwrap();
    assert_eq!(outline(&talk)[0].scenes[0].about.summary, None);
    let again = unsummed(&talk, u64::MAX).unwrap();
    assert!(!again.lines.iter().any(|(_, line)| line.contains("Zephyrine")), "{again:?}");
}

#[test]
fn on_another_branch_the_scene_was_another() {
    let mut talk = Talk::new();
    let fork = talk.user("Let us begin.");
    for line in ["About boats.", "More boats.", "Still boats."] {
        talk.user(line);
    }
    let boats = talk.leaf;
    talk.sum_up("Boats.");
    talk.leaf = Some(fork);
    for line in ["About kites.", "More kites.", "Still kites."] {
        talk.user(line);
    }
    let scene = outline(&talk)[0].scenes[0].clone();
    assert_eq!(scene.about.summary, None);
    assert!(
        !scene.about.topics.iter().any(|word| word.contains("boat")),
        "{:?}",
        scene.about.topics
    );
    talk.leaf = boats;
    assert_eq!(outline(&talk)[0].scenes[0].about.summary.as_ref().unwrap().text, "Boats.");
}

#[test]
fn what_is_forgotten_is_in_no_scene_and_not_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.memory = Memory::open(&path).unwrap();
    let secret = talk.user("Zephyrine is hiding in the lighthouse.");
    talk.user("Well, the kettle sings.");
    let before = outline(&talk);
    assert!(before[0].scenes[0].about.topics.iter().any(|word| word == "Zephyrine"));
    assert!(before[0].scenes[0].episode.highlights.contains(&secret));
    talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    let after = outline(&talk);
    let scene = &after[0].scenes[0];
    assert_eq!(scene.episode.messages, 2, "it was said all the same");
    assert!(!scene.episode.highlights.contains(&secret));
    assert!(!scene.about.topics.iter().any(|word| word == "Zephyrine"), "{:?}", scene.about);
    drop(talk.memory);
    assert_eq!(testkit::holding(folder.path(), "zephyrine"), [] as [std::path::PathBuf; 0]);
}

#[test]
fn what_was_told_on_another_branch_stands_in_no_scene() {
    let mut talk = Talk::new();
    let fork = talk.user("Let us begin.");
    talk.user("I live in Leeds.");
    talk.leaf = Some(fork);
    talk.user("I live in York.");
    let told = outline(&talk)[0].scenes[0].about.told.clone();
    assert_eq!(told, [("home".to_owned(), "York".to_owned())]);
}

#[test]
fn a_guests_scene_holds_what_she_heard_and_has_a_summary_of_its_own() {
    let mut talk = Talk::new();
    let haru = CharacterId("haru".into());
    let together = domain::Cast { guests: vec![haru.clone()], ..domain::Cast::default() };
    talk.log.set_cast(talk.conversation, together.clone()).unwrap();
    talk.user("The lighthouse is green.");
    talk.user("It has a bell.");
    talk.log.set_cast(talk.conversation, domain::Cast::default()).unwrap();
    talk.user("The present for her is Zephyrine.");
    talk.log.set_cast(talk.conversation, together).unwrap();
    talk.user("The bell rings at noon.");
    talk.user("And at midnight.");
    talk.memory.sync(&talk.log, || false).unwrap();
    let hers = Scope { character: haru, here: None };
    let scene = talk.memory.unsummed(&hers, u64::MAX, 20, &talk.log).unwrap().unwrap();
    let lines: Vec<&str> = scene.lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "The lighthouse is green.",
            "It has a bell.",
            "The bell rings at noon.",
            "And at midnight."
        ]
    );
    talk.memory.keep_summary(&scene, "qwen", "A bell.").unwrap();
    let about = |scope: &Scope| {
        talk.memory.outline(scope, 20, &talk.log).unwrap()[0].scenes[0].about.clone()
    };
    let heard = about(&hers);
    assert_eq!(heard.summary.unwrap().text, "A bell.");
    assert!(!heard.topics.iter().any(|word| word == "Zephyrine"), "{:?}", heard.topics);
    assert_eq!(about(&talk.scope()).summary, None, "the host has heard more");
}

#[test]
fn a_summary_of_what_is_forgotten_meanwhile_is_not_kept() {
    let mut talk = Talk::new();
    let secret = talk.user("My sister's name is Zephyrine.");
    for line in ["She paints.", "Mostly boats.", "And seals."] {
        talk.user(line);
    }
    talk.memory.sync(&talk.log, || false).unwrap();
    let scope = talk.scope();
    let scene = talk.memory.unsummed(&scope, u64::MAX, 20, &talk.log).unwrap().unwrap();
    talk.memory.forget_message(&scope, secret, &talk.log).unwrap();
    talk.memory.keep_summary(&scene, "qwen", "Zephyrine is a sister.").unwrap();
    assert_eq!(outline(&talk)[0].scenes[0].about.summary, None);
}
