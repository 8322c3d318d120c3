//! Summaries in recall: of which scenes, on which branch, until when; put right and taken away by hand.

use super::*;
use crate::tests::Talk;
use crate::{Because, Item, Limits};

/// A scene of four lines that begins with `first`, summed up; then another conversation.
fn summed(talk: &mut Talk, first: &str, summary: &str) -> MessageId {
    let begun = talk.user(first);
    for line in ["She paints.", "Mostly in oil.", "And at night."] {
        talk.user(line);
    }
    talk.sum_up(summary);
    let other = domain::Log::begin(&talk.log, &talk.character, "").unwrap().id;
    (talk.conversation, talk.leaf) = (other, None);
    begun
}

fn scenes(talk: &Talk, question: &str) -> Vec<(String, Because)> {
    let found = talk
        .memory
        .recall(&talk.scope(), question, &HashSet::new(), Limits::default(), &talk.log)
        .unwrap();
    let summary = |one: crate::Recalled| match one.item {
        Item::Scene(scene) => Some((scene.summary.text, one.because)),
        _ => None,
    };
    found.into_iter().filter_map(summary).collect()
}

#[test]
fn a_question_brings_the_summary_of_the_scene_that_it_touches() {
    let mut talk = Talk::new();
    let first =
        summed(&mut talk, "My cousin Zephyrine came by.", "They spoke of a watercolour class.");
    summed(&mut talk, "The lamp is lit.", "They spoke of lamps.");
    talk.user("Good morning.");
    talk.memory.sync(&talk.log, || false).unwrap();
    // By its own words, although nobody said them so.
    let found = scenes(&talk, "How was the watercolour class?");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(matches!(&found[0].1, Because::Words(words) if words.contains(&"watercolour".into())));
    // Because something of the scene is quoted.
    let found = scenes(&talk, "Who is Zephyrine?");
    assert_eq!(found, [("They spoke of a watercolour class.".to_owned(), Because::Around)]);
    assert_eq!(scenes(&talk, "Is it raining?"), []);
    // Where the scene stands in the prompt anyway it is not told again.
    let visible = HashSet::from([first]);
    let found = talk
        .memory
        .recall(&talk.scope(), "the watercolour class", &visible, Limits::default(), &talk.log)
        .unwrap();
    assert!(!found.iter().any(|one| matches!(one.item, Item::Scene(_))), "{found:?}");
    // Other characters know nothing of it.
    talk.character = CharacterId("haru".into());
    assert_eq!(scenes(&talk, "How was the watercolour class?"), []);
}

#[test]
fn summaries_of_another_character_crowd_none_out() {
    let mut talk = Talk::new();
    let own = talk.character.clone();
    summed(&mut talk, "Hello.", "They spoke of a watercolour class for a long, long while.");
    talk.character = CharacterId("haru".into());
    talk.conversation = domain::Log::begin(&talk.log, &talk.character, "").unwrap().id;
    for _ in 0..=CANDIDATES {
        summed(&mut talk, "Hello.", "A watercolour class.");
    }
    talk.conversation = domain::Log::begin(&talk.log, &own, "").unwrap().id;
    talk.character = own;
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(scenes(&talk, "How was the watercolour class?").len(), 1);
}

#[test]
fn a_scene_of_another_branch_is_told_by_nobody() {
    let mut talk = Talk::new();
    let fork = talk.user("Let us begin.");
    for line in ["About boats.", "More boats.", "Still boats."] {
        talk.user(line);
    }
    let boats = talk.leaf;
    talk.sum_up("A regatta was planned.");
    talk.leaf = Some(fork);
    talk.user("About kites.");
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(scenes(&talk, "What of the regatta?"), []);
    assert_eq!(talk.memory.so_far(&talk.scope(), u64::MAX).unwrap(), None);
    talk.leaf = boats;
    assert_eq!(scenes(&talk, "What of the regatta?").len(), 1);
    let so_far = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap().unwrap();
    assert_eq!((so_far.first, so_far.last), (fork, boats.unwrap()));
    assert_eq!(talk.memory.so_far(&talk.scope(), 0).unwrap(), None, "it was not over then");
}

#[test]
fn a_scene_that_goes_on_is_summed_up_anew_and_told_once() {
    let mut talk = Talk::new();
    for line in ["About boats.", "More boats.", "Still boats.", "A regatta, then."] {
        talk.user(line);
    }
    talk.sum_up("They planned a regatta.");
    talk.user("In June.");
    talk.sum_up("They planned a regatta in June.");
    assert_eq!(talk.memory.unsummed(&talk.scope(), u64::MAX, 9, &talk.log).unwrap(), None);
    let limits = Limits { scenes: 9, ..Limits::default() };
    let found = talk
        .memory
        .recall(&talk.scope(), "the regatta?", &HashSet::new(), limits, &talk.log)
        .unwrap();
    let texts: Vec<&str> = found
        .iter()
        .filter_map(|one| match &one.item {
            Item::Scene(scene) => Some(scene.summary.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["They planned a regatta in June."]);
}

#[test]
fn a_summary_is_put_right_and_taken_away_by_hand_and_both_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.memory = Memory::open(&path).unwrap();
    summed(&mut talk, "My cousin came by.", "Quillanne paints seals.");
    let id = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap().unwrap().id;
    let model = talk.memory.retell(id, "She paints whales.", &talk.log).unwrap();
    assert_eq!(model, Summary { text: "Quillanne paints seals.".into(), by: "qwen".into() });
    assert_eq!(scenes(&talk, "Who paints whales?")[0].0, "She paints whales.");
    assert_eq!(scenes(&talk, "Who is Quillanne?"), []);
    let hand = talk.memory.retell_by(id, &model, &talk.log).unwrap();
    assert_eq!(hand.by, BY_HAND);
    assert_eq!(scenes(&talk, "Who is Quillanne?").len(), 1);
    talk.memory.retell(id, "", &talk.log).unwrap();
    assert_eq!(scenes(&talk, "Who is Quillanne?"), []);
    assert_eq!(talk.memory.unsummed(&talk.scope(), u64::MAX, 9, &talk.log).unwrap(), None);
    assert!(matches!(talk.memory.retell(id + 99, "x", &talk.log), Err(Error::Unknown(_))));
    drop(talk.memory);
    assert_eq!(testkit::holding(folder.path(), "quillanne"), [] as [std::path::PathBuf; 0]);
}

#[test]
fn what_is_forgotten_is_in_no_summary_any_more() {
    let mut talk = Talk::new();
    let secret = summed(&mut talk, "My cousin Zephyrine came by.", "Zephyrine paints in oil.");
    assert_eq!(scenes(&talk, "Does Zephyrine paint?").len(), 1);
    let forgotten = talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    assert_eq!(scenes(&talk, "Does Zephyrine paint?"), []);
    assert_eq!(talk.memory.so_far(&talk.scope(), u64::MAX).unwrap(), None);
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!(talk.memory.so_far(&talk.scope(), u64::MAX).unwrap(), None, "written anew");
}

#[test]
fn what_was_written_by_hand_survives_a_rebuild_and_no_forgetting() {
    let so_far = |talk: &Talk| talk.memory.so_far(&talk.scope(), u64::MAX).unwrap();
    let mut talk = Talk::new();
    let secret = summed(&mut talk, "My cousin came by.", "She paints seals.");
    talk.memory.retell(so_far(&talk).unwrap().id, "She paints whales.", &talk.log).unwrap();
    talk.memory.rebuild().unwrap();
    assert_eq!(scenes_now(&talk, "Who paints whales?")[0].0, "She paints whales.");
    assert_eq!(so_far(&talk).unwrap().summary.by, BY_HAND);
    // Even where it has not been brought back yet.
    talk.memory.rebuild().unwrap();
    talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    assert_eq!(scenes_now(&talk, "Who paints whales?"), []);
    assert_eq!(so_far(&talk), None);

    let mut talk = Talk::new();
    summed(&mut talk, "My cousin came by.", "She paints seals.");
    talk.memory.retell(so_far(&talk).unwrap().id, "", &talk.log).unwrap();
    talk.memory.rebuild().unwrap();
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(so_far(&talk), None);
    let unsummed = talk.memory.unsummed(&talk.scope(), u64::MAX, 9, &talk.log).unwrap();
    assert_eq!(unsummed, None, "no model is asked for another");
}

#[test]
fn what_was_written_by_hand_comes_back_with_the_message_that_it_went_with() {
    let so_far = |talk: &Talk| {
        let found = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap();
        found.map(|found| found.summary.text)
    };
    let mut talk = Talk::new();
    let secret = summed(&mut talk, "My cousin came by.", "She paints seals.");
    let id = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap().unwrap().id;
    talk.memory.retell(id, "She paints whales.", &talk.log).unwrap();
    let forget = |message| talk.memory.forget_message(&talk.scope(), message, &talk.log).unwrap();
    let again = |forgotten| talk.memory.remember_again(forgotten, &talk.log).unwrap();
    let forgotten = forget(secret);
    assert_eq!(so_far(&talk), None);
    again(&forgotten);
    assert_eq!(so_far(&talk).as_deref(), Some("She paints whales."));
    // In the log, too: it outlives what is derived.
    talk.memory.rebuild().unwrap();
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(so_far(&talk).as_deref(), Some("She paints whales."));

    // Not as long as another message of the scene is forgotten: it may tell of that.
    let first = forget(secret);
    let there = talk.log.message(secret).unwrap().conversation;
    let tree = talk.log.tree(there).unwrap();
    let other = tree.iter().find(|message| message.id != secret).unwrap().id;
    let second = forget(other);
    again(&first);
    assert_eq!(so_far(&talk), None);
    again(&second);
    assert_eq!(so_far(&talk), None, "the second took no summary away");
}

#[test]
fn the_number_of_a_summary_that_is_gone_is_not_given_to_another() {
    let mut talk = Talk::new();
    let secret = summed(&mut talk, "My cousin Zephyrine came by.", "Zephyrine paints in oil.");
    let id = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap().unwrap().id;
    talk.memory.forget_message(&talk.scope(), secret, &talk.log).unwrap();
    summed(&mut talk, "The lamp is lit.", "They spoke of lamps.");
    // Whoever takes back what she did to the first must not write into the second.
    assert!(matches!(talk.memory.retell(id, "Zephyrine.", &talk.log), Err(Error::Unknown(_))));
    let so_far = talk.memory.so_far(&talk.scope(), u64::MAX).unwrap().unwrap();
    assert_eq!(so_far.summary.text, "They spoke of lamps.");
}

#[test]
fn what_is_forgotten_of_one_talk_leaves_the_summary_of_another_of_that_time() {
    let mut talk = Talk::new();
    talk.user("About boats.");
    let (conversation, leaf) = (talk.conversation, talk.leaf);
    let haru = Scope { character: CharacterId("haru".into()), here: None };
    let hers = domain::Log::begin(&talk.log, &haru.character, "").unwrap().id;
    (talk.conversation, talk.leaf) = (hers, None);
    let secret = talk.user("My cousin Zephyrine came by.");
    (talk.conversation, talk.leaf) = (conversation, leaf);
    for line in ["More boats.", "Still boats.", "A regatta, then."] {
        talk.user(line);
    }
    talk.sum_up("They planned a regatta.");
    talk.memory.forget_message(&haru, secret, &talk.log).unwrap();
    assert_eq!(scenes(&talk, "What of the regatta?").len(), 1);
}

#[test]
fn a_summary_of_what_was_put_right_since_is_not_told() {
    let mut talk = Talk::new();
    summed(&mut talk, "My birthday is in March.", "They spoke of the birthday in March.");
    talk.user("Good morning.");
    assert_eq!(scenes_now(&talk, "When is my birthday?").len(), 1);
    // Times are in milliseconds.
    std::thread::sleep(std::time::Duration::from_millis(2));
    talk.user("No, wait, my birthday is in May.");
    assert_eq!(scenes_now(&talk, "When is my birthday?"), []);
}

fn scenes_now(talk: &Talk, question: &str) -> Vec<(String, Because)> {
    talk.memory.sync(&talk.log, || false).unwrap();
    scenes(talk, question)
}
