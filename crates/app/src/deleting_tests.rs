//! A conversation that is deleted for good takes along what others keep about it.

use domain::{CharacterId, NewMessage};
use memory::Scope as MemoryScope;

use super::*;

fn say(log: &EventLog, conversation: ConversationId, text: &str) -> String {
    let message = NewMessage {
        conversation,
        parent: None,
        role: Role::User,
        text: text.to_owned(),
        interrupted: false,
        speaker: None,
    };
    log.append(message).unwrap().id.to_string()
}

#[test]
fn what_is_not_in_the_trash_is_not_deleted_and_what_is_takes_its_evidence_along() {
    let folder = tempfile::tempdir().unwrap();
    let log = EventLog::in_memory().unwrap();
    let memory = Memory::in_memory().unwrap();
    let knowledge = Knowledge::open(&folder.path().join("knowledge.sqlite")).unwrap();
    let koto = CharacterId("koto".into());
    let (gone, stays) = (log.begin(&koto, "").unwrap().id, log.begin(&koto, "").unwrap().id);
    let message = say(&log, gone, "My sister's name is Zephyrine.");
    let other = say(&log, stays, "My cat is called Momo.");
    for id in [&message, &other] {
        let passage = [("/a.txt", "{\"text\":\"Zephyrine\"}".to_owned())];
        knowledge.keep_evidence(id, &passage).unwrap();
    }
    let known = || -> Vec<String> {
        let scope = MemoryScope { character: koto.clone(), here: None };
        memory.sync(&log, || false).unwrap();
        memory.facts(&scope).unwrap().into_iter().map(|fact| fact.value).collect()
    };
    assert_eq!(known().len(), 2);
    assert!(purge(&log, Some(&memory), Some(&knowledge), gone).is_err());
    assert!(remove(&log, None, gone, true).is_err(), "nothing can be kept without a memory");
    assert_eq!(known().len(), 2, "and nothing was done");

    remove(&log, Some(&memory), gone, true).unwrap();
    assert_eq!(known().len(), 2);
    restore(&log, Some(&memory), gone).unwrap();
    assert_eq!(known().len(), 2, "told once, not twice");
    remove(&log, Some(&memory), gone, false).unwrap();
    assert_eq!(known(), ["Momo"]);
    let purged = purge(&log, Some(&memory), Some(&knowledge), gone).unwrap();
    assert_eq!(purged.messages.len(), 1);
    assert!(knowledge.kept_evidence(&message).unwrap().is_empty());
    assert_eq!(knowledge.kept_evidence(&other).unwrap().len(), 1);
    assert_eq!(known(), ["Momo"]);
}

#[test]
fn a_title_is_the_first_thing_that_was_said() {
    let log = EventLog::in_memory().unwrap();
    let id = log.begin(&CharacterId("koto".into()), "").unwrap().id;
    let of = |log: &EventLog| title(log, &log.conversation(id).unwrap()).unwrap();
    assert_eq!(of(&log), "");
    say(&log, id, &format!("{} end", "rain ".repeat(20)));
    assert!(of(&log).starts_with("rain rain") && of(&log).ends_with('…'));
    log.rename(id, "The storm").unwrap();
    assert_eq!(of(&log), "The storm");
}
