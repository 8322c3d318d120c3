//! Forgetting, undoing, notes by hand, and what a file of the memory holds afterwards.

use domain::{CharacterId, Log};
use testkit::holding;

use super::tests::{Talk, pair};
use super::*;
use crate::facts::Attribute;

fn note(attribute: &str, value: &str, at: u64) -> Note {
    Note {
        attribute: Attribute(attribute.into()),
        value: value.into(),
        of_user: true,
        at,
        pinned: false,
    }
}

#[test]
fn nothing_of_what_is_forgotten_is_left_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.memory = Memory::open(&path).unwrap();
    for number in 0..300 {
        talk.user(&format!("Line {number} is about the weather."));
    }
    let secret = talk.user("My sister's name is Zephyrine.");
    talk.user("No, sorry, it's Quillon.");
    assert_eq!(talk.known(), [pair("sister", "Quillon")]);
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    talk.memory.correct(fact.id, Some("Quillonette"), &talk.log).unwrap();
    for word in ["zephyrine", "quillonette"] {
        assert!(!holding(folder.path(), word).is_empty(), "{word}");
    }
    let forgotten = talk.memory.forget(&talk.scope(), fact.id, &talk.log).unwrap();
    assert_eq!(forgotten.messages(), 2, "the older value goes with it");
    assert_eq!(talk.known(), []);
    for word in ["zephyrine", "zephyrin", "quillon"] {
        assert_eq!(holding(folder.path(), word), [] as [std::path::PathBuf; 0], "{word}");
    }
    assert_eq!(talk.memory.search(&talk.scope(), "Zephyrine", 9, &talk.log).unwrap(), []);
    // The message is in the conversation, so it can be read again.
    assert!(talk.log.message(secret).unwrap().text.contains("Zephyrine"));
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("sister", "Quillonette")]);
    assert_eq!(talk.memory.search(&talk.scope(), "Zephyrine", 9, &talk.log).unwrap().len(), 1);
}

#[test]
fn what_else_the_message_told_stays_known() {
    let mut talk = Talk::new();
    talk.user("My name is Tom and I live in Leeds.");
    let known = talk.known();
    assert_eq!(known, [pair("home", "Leeds"), pair("name", "Tom")]);
    let leeds = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    let forgotten = talk.memory.forget(&talk.scope(), leeds.id, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("name", "Tom")]);
    talk.memory.rebuild().unwrap();
    assert_eq!(talk.known(), [pair("name", "Tom")]);
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!(talk.known(), known);
}

#[test]
fn among_several_a_fact_is_forgotten_by_all_and_the_rest_stays_with_each_who_heard_it() {
    let mut talk = Talk::new();
    let haru = CharacterId("haru".into());
    let together = domain::Cast { guests: vec![haru.clone()], ..domain::Cast::default() };
    talk.log.set_cast(talk.conversation, together).unwrap();
    talk.user("My cat is called Momo. I live in Leeds.");
    let known = talk.known();
    assert!(known.contains(&pair("cat", "Momo")), "{known:?}");
    let hers = Scope { character: haru, here: None };
    let heard = |talk: &Talk| -> Vec<(String, String)> {
        let facts = talk.memory.facts(&hers).unwrap();
        facts.into_iter().map(|fact| (fact.attribute.0, fact.value)).collect()
    };
    assert_eq!(heard(&talk), known);
    let facts = talk.memory.facts(&talk.scope()).unwrap();
    let cat = facts.iter().find(|fact| fact.value == "Momo").unwrap();
    let forgotten = talk.memory.forget(&talk.scope(), cat.id, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("home", "Leeds")]);
    assert_eq!(heard(&talk), [pair("home", "Leeds")]);
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!((talk.known(), heard(&talk)), (known.clone(), known));
}

#[test]
fn a_message_can_be_forgotten_by_itself() {
    let mut talk = Talk::new();
    let id = talk.user("The lighthouse was painted green.");
    talk.known();
    let forgotten = talk.memory.forget_message(&talk.scope(), id, &talk.log).unwrap();
    assert!(!talk.recalled("What colour was the lighthouse?").contains("green"));
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert!(talk.recalled("What colour was the lighthouse?").contains("green"));
}

#[test]
fn a_note_is_recalled_put_right_pinned_and_survives_a_rebuild() {
    let talk = Talk::new();
    let id = talk.memory.add(&talk.character, &note(" Birthday ", "May", 5), &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("birthday", "May")]);
    assert!(talk.recalled("When is my birthday?").contains("birthday: May"));
    assert_eq!(talk.memory.correct(id, Some("June"), &talk.log).unwrap().as_deref(), Some("May"));
    talk.memory.pin(id, true, &talk.log).unwrap();
    talk.memory.rebuild().unwrap();
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    assert_eq!((fact.value.as_str(), fact.pinned, fact.message), ("June", true, None));
    assert!(talk.recalled("Nice weather!").contains("birthday: June"), "pinned is in every prompt");
    let forgotten = talk.memory.forget(&talk.scope(), fact.id, &talk.log).unwrap();
    assert_eq!(talk.known(), []);
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("birthday", "June")]);
    assert!(matches!(
        talk.memory.add(&talk.character, &note("x", " ", 0), &talk.log),
        Err(Error::Empty)
    ));
    let story = "a".repeat(500);
    assert!(matches!(
        talk.memory.add(&talk.character, &note("x", &story, 0), &talk.log),
        Err(Error::TooLong)
    ));
}

#[test]
fn of_a_note_and_a_message_the_newer_holds() {
    let mut talk = Talk::new();
    talk.memory.add(&talk.character, &note("home", "York", 1), &talk.log).unwrap();
    talk.user("I live in Leeds.");
    assert_eq!(talk.known(), [pair("home", "Leeds")]);
    talk.memory.add(&talk.character, &note("home", "Hull", u64::MAX / 4), &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("home", "Hull")]);
    assert!(!talk.recalled("Where do I live?").contains("I live in Leeds"), "it holds no longer");
}

#[test]
fn what_was_put_right_by_hand_is_not_quoted_wrongly() {
    let mut talk = Talk::new();
    talk.user("I live in Leeds, near the canal.");
    talk.known();
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    talk.memory.correct(fact.id, Some("York"), &talk.log).unwrap();
    let recalled = talk.recalled("Where do I live?");
    assert!(recalled.contains("home: York") && !recalled.contains("Leeds"), "{recalled}");
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    assert!(fact.said.is_some_and(|said| said.starts_with("Leeds")));
    talk.memory.correct(fact.id, None, &talk.log).unwrap();
    assert!(talk.recalled("Where do I live?").contains("Leeds"));
}

#[test]
fn of_two_tastes_in_one_message_each_has_its_own_fate() {
    let mut talk = Talk::new();
    talk.user("I love tea. I love cats.");
    talk.known();
    let facts = talk.memory.facts(&talk.scope()).unwrap();
    let tea = facts.iter().find(|fact| fact.value == "tea").unwrap();
    talk.memory.correct(tea.id, Some("green tea"), &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("likes", "cats"), pair("likes", "green tea")]);
}

#[test]
fn memories_go_to_a_file_and_come_back() {
    let mut talk = Talk::new();
    talk.user("My name is Tom and I live in Leeds.");
    talk.known();
    let file = talk.memory.export(&talk.scope()).unwrap();
    assert_eq!(
        talk.memory.import(&talk.scope(), "own.json", &file, &talk.log).unwrap().added,
        [] as [i64; 0]
    );
    let other = Scope { character: CharacterId("haru".into()), here: None };
    let taken = talk.memory.import(&other, "own.json", &file, &talk.log).unwrap();
    assert_eq!((taken.added.len(), taken.skipped), (2, 0));
    assert_eq!(talk.memory.facts(&other).unwrap().len(), 2);
    let added: Vec<FactName> =
        taken.added.iter().map(|fact| talk.memory.name_of(*fact).unwrap()).collect();
    talk.memory.delete_notes(&added, &talk.log).unwrap();
    assert_eq!(talk.memory.facts(&other).unwrap(), []);
    for bad in ["", "{}", "[]", "{\"v\":2,\"facts\":[]}", "{\"v\":1,\"facts\":[{\"attribute\":3}]}"]
    {
        let refused = talk.memory.import(&other, "bad.json", bad, &talk.log);
        assert!(matches!(refused, Err(Error::Foreign { .. })), "{bad}: {refused:?}");
    }
    let empty = "{\"v\":1,\"facts\":[{\"attribute\":\"a\",\"value\":\"\"}]}";
    assert_eq!(talk.memory.import(&other, "empty.json", empty, &talk.log).unwrap().skipped, 1);
}

#[test]
fn decisions_of_the_first_version_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.memory = Memory::open(&path).unwrap();
    talk.user("I live in Leeds.");
    let gone = talk.user("I have a dog called Rex.");
    talk.known();
    drop(std::mem::replace(&mut talk.memory, Memory::in_memory().unwrap()));
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(&format!(
        "DROP TABLE decisions; DROP TABLE forgotten; DROP TABLE notes; PRAGMA user_version = 1;
         CREATE TABLE decisions (message TEXT NOT NULL, attribute TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0,
           forgotten INTEGER NOT NULL DEFAULT 0, value TEXT, PRIMARY KEY (message, attribute)) STRICT;
         INSERT INTO decisions (message, attribute, value) SELECT m.id, 'home', 'York' FROM messages m JOIN facts f ON f.message = m.key
           WHERE f.attribute = 'home';
         INSERT INTO decisions (message, attribute, forgotten) VALUES ('{gone}', 'dog', 1);"
    ))
    .unwrap();
    drop(old);
    talk.memory = Memory::open(&path).unwrap();
    assert_eq!(talk.known(), [pair("home", "York")]);
}

#[test]
fn scenes_are_parted_by_time_and_quoted() {
    let mut talk = Talk::new();
    talk.user("I live in Leeds.");
    talk.user("Hello.");
    let other = talk.log.begin(&talk.character, "").unwrap().id;
    let before = (talk.conversation, talk.leaf);
    (talk.conversation, talk.leaf) = (other, None);
    talk.user("My cat is called Momo.");
    talk.known();
    let scenes = talk.memory.episodes(&talk.scope(), None, 10).unwrap();
    assert_eq!(scenes.iter().map(|scene| scene.messages).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(scenes[1].conversation, before.0);
    assert_eq!(scenes[1].highlights.len(), 2);
    assert_eq!(talk.memory.episodes(&talk.scope(), None, 1).unwrap().len(), 1);
    assert_eq!(talk.memory.episodes(&talk.scope(), Some(1), 10).unwrap(), []);
}

#[test]
fn summaries_of_other_programs_become_notes_that_are_recalled() {
    let talk = Talk::new();
    let chat = r#"[{"mes": "Hi", "extra": {"memory": "Mei keeps a lighthouse at Dover. She is afraid of geese."}}]"#;
    let taken = talk.memory.import(&talk.scope(), "chat.jsonl", chat, &talk.log).unwrap();
    assert_eq!((taken.added.len(), taken.skipped), (1, 0));
    assert!(talk.recalled("Where is the lighthouse?").contains("Dover"));
    let again = talk.memory.import(&talk.scope(), "chat.jsonl", chat, &talk.log).unwrap();
    assert_eq!((again.added.len(), again.skipped), (0, 1), "known already");
    let empty = talk
        .memory
        .import(&talk.scope(), "chat.jsonl", r#"[{"mes": "Hi"}]"#, &talk.log)
        .unwrap_err();
    assert!(empty.to_string().contains("no summaries"), "{empty}");
    let added: Vec<FactName> =
        taken.added.iter().map(|fact| talk.memory.name_of(*fact).unwrap()).collect();
    talk.memory.delete_notes(&added, &talk.log).unwrap();
    assert_eq!(talk.known(), []);
}
