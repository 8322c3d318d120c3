//! Scenes in chapters: what they were about, by rules and by a model, on the branch that happened.

use domain::Role;

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
    talk.memory.sync(&talk.log, || false).unwrap();
    let scene = talk.memory.unsummed(&talk.scope(), u64::MAX, 20, &talk.log).unwrap().unwrap();
    talk.memory.keep_summary(&scene, "qwen", "Boats.").unwrap();
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
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let left = bytes.windows(9).any(|window| window.eq_ignore_ascii_case(b"zephyrine"));
        assert!(!left, "it is still in the file");
    }
}
