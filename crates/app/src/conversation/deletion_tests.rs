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
    let speaker = tts::Speaker::open(tts::Options::checkout()).unwrap();
    speaker.render("Zephyrine is a fine name.", domain::Lang::En, None).unwrap();
    let beside = Beside {
        memory: Some(&memory),
        knowledge: Some(&knowledge),
        data: folder.path(),
        voice: Some(&speaker),
    };
    assert!(purge_all(&log, beside, &[gone], |_| Ok(())).is_err());
    assert!(remove(&log, None, gone, true).is_err(), "nothing can be kept without a memory");
    assert_eq!(known().len(), 2, "and nothing was done");
    assert!(speaker.kept_bytes() > 0);

    remove(&log, Some(&memory), gone, true).unwrap();
    assert_eq!(known().len(), 2);
    restore(&log, Some(&memory), gone).unwrap();
    assert_eq!(known().len(), 2, "told once, not twice");
    remove(&log, Some(&memory), gone, false).unwrap();
    assert_eq!(known(), ["Momo"]);
    assert!(speaker.kept_bytes() > 0, "it can still be taken out of the trash");
    assert_eq!(purge_all(&log, beside, &[gone], |_| Ok(())).unwrap(), (1, Vec::new()));
    assert_eq!(speaker.kept_bytes(), 0, "nor how it sounded");
    assert!(log.tree(gone).is_err() || log.tree(gone).unwrap().is_empty());
    assert!(knowledge.kept_evidence(&message).unwrap().is_empty());
    assert_eq!(knowledge.kept_evidence(&other).unwrap().len(), 1);
    assert_eq!(known(), ["Momo"]);
}

#[test]
fn what_ended_half_way_is_made_good_by_the_next_attempt() {
    let log = EventLog::in_memory().unwrap();
    let memory = Memory::in_memory().unwrap();
    let koto = CharacterId("koto".into());
    let id = log.begin(&koto, "").unwrap().id;
    say(&log, id, "My cat is called Momo.");
    let known = || -> Vec<String> {
        let scope = MemoryScope { character: koto.clone(), here: None };
        memory.sync(&log, || false).unwrap();
        memory.facts(&scope).unwrap().into_iter().map(|fact| fact.value).collect()
    };
    assert_eq!(known(), ["Momo"]);
    // It was to be kept, and then it was not removed.
    memory.keep_told(id, &log).unwrap();
    remove(&log, Some(&memory), id, false).unwrap();
    assert_eq!(known(), [] as [String; 0]);
    // It was to be deleted for good, and was not deleted from the log.
    memory.erase_conversations(&[id], &log).unwrap();
    restore(&log, Some(&memory), id).unwrap();
    assert_eq!(known(), ["Momo"]);
}

#[test]
fn lorebooks_of_a_conversation_alone_go_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = EventLog::in_memory().unwrap();
    let koto = CharacterId("koto".into());
    let (gone, stays) = (log.begin(&koto, "").unwrap().id, log.begin(&koto, "").unwrap().id);
    let books = |id: ConversationId| folder.path().join("chats").join(id.to_string());
    for id in [gone, stays] {
        std::fs::create_dir_all(books(id)).unwrap();
        std::fs::write(books(id).join("book.json"), "{}").unwrap();
    }
    drop_books(folder.path(), gone).unwrap();
    drop_books(folder.path(), gone).unwrap();
    assert!(!books(gone).exists() && books(stays).join("book.json").is_file());
}

#[test]
fn a_purge_of_several_that_fails_says_how_many_are_gone_and_what_went_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let koto = CharacterId("koto".into());
    let failing = |count: usize, fails: usize| {
        let log = EventLog::in_memory().unwrap();
        let ids: Vec<ConversationId> =
            (0..count).map(|_| log.begin(&koto, "").unwrap().id).collect();
        ids.iter().for_each(|id| log.remove_conversation(*id).unwrap());
        let beside = Beside { memory: None, knowledge: None, data: folder.path(), voice: None };
        let mut number = 0;
        let purged = purge_all(&log, beside, &ids, |_| {
            number += 1;
            if number == fails {
                return Err(Problem::new(ProblemKind::Disk, "the disk is full", "free some space"));
            }
            Ok(())
        });
        (purged, log.removed_conversations().unwrap().len())
    };
    let (told, left) = failing(3, 3);
    let told = told.unwrap_err();
    assert!(told.message.starts_with("2 of 3 ") && told.message.contains("the disk is full"));
    assert_eq!((left, told.remedy.as_str()), (1, "free some space"));
    let (told, left) = failing(3, 1);
    assert!(told.unwrap_err().message.starts_with("0 of 3 "));
    assert_eq!(left, 3);
    assert_eq!(failing(1, 1).0.unwrap_err().message, "the disk is full");
    let (all, left) = failing(3, 0);
    assert_eq!((all.unwrap(), left), ((3, Vec::new()), 0));
}

#[test]
fn copies_that_still_hold_what_is_gone_are_named_once() {
    let disk = || Problem::new(ProblemKind::Disk, "the disk is full", "free some space");
    let told = stopped(disk(), 2, 3, &["old.sqlite".to_owned()]);
    assert_eq!(told.message.matches("`old.sqlite`").count(), 1, "{told:?}");
    assert!(told.remedy.contains("free some space") && told.remedy.contains("copies"), "{told:?}");
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
