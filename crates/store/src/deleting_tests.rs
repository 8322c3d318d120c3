//! Conversations that are deleted, and decisions that are taken back: what comes back, and that no byte stays of what went for good.

use domain::{ConversationId, Log, MessageId, NewMessage, Role};
use testkit::holding;

use crate::saves::NewSave;
use crate::{Decision, Dirs, EventLog, Lock};

fn open(dirs: &Dirs) -> EventLog {
    EventLog::open(dirs, Lock::acquire(dirs).unwrap()).unwrap()
}

/// A conversation of two messages; the second says `words`.
fn talk(log: &EventLog, words: &str) -> (ConversationId, MessageId) {
    let conversation = log.begin(&"koto".into(), "").unwrap().id;
    let message = |parent, role, text: &str| NewMessage {
        conversation,
        parent,
        role,
        text: text.to_owned(),
        interrupted: false,
        speaker: None,
    };
    let greeting = log.append(message(None, Role::Character, "Hello!")).unwrap();
    (conversation, log.append(message(Some(greeting.id), Role::User, words)).unwrap().id)
}

fn save(log: &EventLog, slot: &str, conversation: ConversationId, leaf: MessageId, line: &str) {
    let (slot, line) = (slot.to_owned(), line.to_owned());
    let stage = std::collections::BTreeMap::new();
    log.save(NewSave { slot, conversation, leaf: Some(leaf), line, stage }).unwrap();
}

fn slots(log: &EventLog) -> Vec<(String, ConversationId)> {
    log.saves().unwrap().into_iter().map(|save| (save.slot, save.conversation)).collect()
}

#[test]
fn a_removed_conversation_is_in_no_list_and_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = open(&dirs);
    let (gone, message) = talk(&log, "One.");
    let (stays, other) = talk(&log, "Two.");
    save(&log, "3", gone, message, "One.");
    save(&log, "4", stays, other, "Two.");
    let before = (log.summaries().unwrap(), slots(&log), log.last_talked().unwrap());
    assert_eq!(log.saves_into(gone).unwrap(), 1);
    log.remove_conversation(gone).unwrap();
    assert_eq!(log.summaries().unwrap().len(), 1);
    assert_eq!(slots(&log), [("4".to_owned(), stays)]);
    assert!(log.conversation(gone).is_err() && log.select(gone, None).is_err());
    assert!(log.remove_conversation(gone).is_err(), "it is removed already");
    assert!(log.restore_conversation(stays).is_err() && log.purge_conversations(&[stays]).is_err());
    drop(log);

    let log = open(&dirs);
    let removed = log.removed_conversations().unwrap();
    assert_eq!((removed.len(), removed[0].summary.conversation.id), (1, gone));
    assert!(removed[0].at > 0 && removed[0].summary.messages == 2);
    log.restore_conversation(gone).unwrap();
    assert_eq!((log.summaries().unwrap(), slots(&log), log.last_talked().unwrap()), before);
    assert_eq!(log.removed_conversations().unwrap(), []);
    let derived = log.derived_for_test();
    log.rebuild().unwrap();
    assert_eq!(log.derived_for_test(), derived);
}

#[test]
fn of_what_is_deleted_for_good_no_byte_stays_neither_here_nor_in_the_copies() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = open(&dirs);
    for number in 0..200 {
        talk(&log, &format!("Talk {number} is about the weather."));
    }
    let (gone, message) = talk(&log, "The password is Zephyrine.");
    log.rename(gone, "About Zephyrine").unwrap();
    save(&log, "quick", gone, message, "The password is Zephyrine.");
    let note = |subject: &str, value: &str| Decision {
        what: "facts".to_owned(),
        subject: subject.to_owned(),
        value: value.to_owned(),
    };
    log.decide(&[note(&message.to_string(), r#"[{"value":"Zephyrine"}]"#)]).unwrap();
    let scene = format!(r#"["koto","{message}","{message}"]"#);
    log.decide(&[note(&scene, r#"{"text":"Zephyrine again"}"#)]).unwrap();
    let (stays, kept) = talk(&log, "My cat is Quillon.");
    log.decide(&[note(&kept.to_string(), r#"[{"value":"Quillon"}]"#)]).unwrap();
    let copy = log.back_up(3).unwrap();
    log.remove_conversation(gone).unwrap();
    assert!(holding(folder.path(), "zephyrine").len() > 1, "the database and its copy");
    let purged = log.purge_conversations(&[gone]).unwrap();
    assert_eq!((purged.messages.len(), purged.left), (2, vec![]));
    assert_eq!(holding(folder.path(), "zephyrine"), [] as [std::path::PathBuf; 0]);

    // The rest is sound, and events cannot be deleted by anybody else.
    log.verify().unwrap();
    assert_eq!(log.path(kept).unwrap().len(), 2);
    assert_eq!(log.decided(0, 99).unwrap().len(), 1);
    assert_eq!(log.summaries().unwrap().len(), 201);
    let copied = rusqlite::Connection::open(&copy).unwrap();
    for connection in [&*log.connection(), &copied] {
        assert!(connection.execute("DELETE FROM events", []).is_err());
    }
    let derived = log.derived_for_test();
    log.rebuild().unwrap();
    assert_eq!(log.derived_for_test(), derived);
    assert!(log.conversation(stays).is_ok() && log.purge_conversations(&[gone]).is_err());
    drop(log);
    let seq = open(&dirs).last_seq().unwrap();
    assert!(talk(&open(&dirs), "More.").0 != gone && open(&dirs).last_seq().unwrap() > seq);
}

#[test]
fn a_slot_stays_empty_after_the_conversation_in_it_is_deleted() {
    let log = EventLog::in_memory().unwrap();
    let (first, one) = talk(&log, "One.");
    let (gone, two) = talk(&log, "Two.");
    save(&log, "1", first, one, "One.");
    save(&log, "1", gone, two, "Two.");
    save(&log, "2", gone, two, "Two.");
    save(&log, "2", first, one, "One.");
    save(&log, "auto", first, one, "One.");
    save(&log, "auto", gone, two, "Two.");
    log.remove_conversation(gone).unwrap();
    log.purge_conversations(&[gone]).unwrap();
    let there = [("auto".to_owned(), first), ("2".to_owned(), first)];
    assert_eq!(slots(&log), there);
    log.rebuild().unwrap();
    assert_eq!(slots(&log), there, "what was in the slot before does not come back");
}

#[test]
fn words_of_a_decision_that_is_taken_back_leave_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = open(&dirs);
    let (_, message) = talk(&log, "Hello.");
    let decide = |value: &str| {
        let (what, subject) = ("note".to_owned(), message.to_string());
        log.decide(&[Decision { what, subject, value: value.to_owned() }]).unwrap()
    };
    assert_eq!(decide(""), 0, "nothing is taken back where nothing was decided");
    assert_eq!((decide("\"Zephyrine\""), decide("\"Zephyrine\"")), (1, 1));
    let copy = log.back_up(3).unwrap();
    assert_eq!(holding(&dirs.backups(), "zephyrine"), std::slice::from_ref(&copy));
    let made = std::fs::metadata(&copy).unwrap().modified().unwrap();
    assert_eq!((decide(""), log.last_decided().unwrap()), (2, 2));
    assert_eq!(holding(folder.path(), "zephyrine"), [] as [std::path::PathBuf; 0]);
    assert_eq!(
        std::fs::metadata(&copy).unwrap().modified().unwrap(),
        made,
        "it is as old as it was"
    );

    // A copy that has not all of it does not look as if it had.
    let other = Decision {
        what: "note".to_owned(),
        subject: "another".to_owned(),
        value: "true".to_owned(),
    };
    log.decide(&[other]).unwrap();
    assert_eq!((decide("\"Quillon\""), decide("")), (4, 5));
    let copied = rusqlite::Connection::open(&copy).unwrap();
    let newest: i64 =
        copied.query_row("SELECT max(seq) FROM decided", [], |row| row.get(0)).unwrap();
    assert!(newest < log.last_decided().unwrap(), "{newest}");
    drop(copied);

    // A terminal beside the window writes decisions, and nothing else.
    let reader = EventLog::read_only(&dirs).unwrap();
    let forgotten = Decision {
        what: "forgotten".to_owned(),
        subject: message.to_string(),
        value: "true".to_owned(),
    };
    reader.decide(std::slice::from_ref(&forgotten)).unwrap();
    assert_eq!(log.decided(5, 9).unwrap()[0].decision, forgotten);
    assert!(reader.begin(&"koto".into(), "").is_err());
}

#[test]
fn a_copy_that_could_not_be_changed_is_named_and_changed_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = open(&dirs);
    let decide = |subject: &str, value: &str| {
        let (what, subject) = ("note".to_owned(), subject.to_owned());
        log.decide(&[Decision { what, subject, value: value.to_owned() }]).unwrap()
    };
    for (subject, value) in [("a", "\"Zephyrine\""), ("b", "\"Quillon\""), ("c", "\"Stays\"")] {
        decide(subject, value);
    }
    let copy = log.back_up(3).unwrap();
    let refuse = |sql: &str| rusqlite::Connection::open(&copy).unwrap().execute_batch(sql).unwrap();
    refuse("CREATE TRIGGER full BEFORE DELETE ON decided BEGIN SELECT RAISE(ABORT, 'no'); END");
    decide("a", "");
    assert_eq!(log.left_in_copies(), std::slice::from_ref(&copy));
    assert!(log.left_in_copies().is_empty(), "told once");
    assert_eq!(holding(&dirs.backups(), "zephyrine"), std::slice::from_ref(&copy));
    refuse("DROP TRIGGER full");
    decide("b", "");
    assert!(log.left_in_copies().is_empty());
    for gone in ["zephyrine", "quillon"] {
        assert_eq!(holding(&dirs.backups(), gone), [] as [std::path::PathBuf; 0], "{gone}");
    }
    assert_eq!(holding(&dirs.backups(), "stays"), [copy]);
}

#[test]
fn a_conversation_that_stayed_in_a_copy_leaves_it_with_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = open(&dirs);
    let (first, _) = talk(&log, "The password is Zephyrine.");
    let (second, _) = talk(&log, "My cat is Quillon.");
    let copy = log.back_up(3).unwrap();
    let in_copy =
        |sql: &str| rusqlite::Connection::open(&copy).unwrap().execute_batch(sql).unwrap();
    in_copy("CREATE TRIGGER full BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'no'); END");
    for id in [first, second] {
        log.remove_conversation(id).unwrap();
    }
    assert_eq!(log.purge_conversations(&[first]).unwrap().left, std::slice::from_ref(&copy));
    assert_eq!(holding(&dirs.backups(), "zephyrine"), std::slice::from_ref(&copy));
    in_copy("DROP TRIGGER full");
    let between = log.back_up(3).unwrap();
    assert!(log.purge_conversations(&[second]).unwrap().left.is_empty());
    for word in ["zephyrine", "quillon"] {
        assert_eq!(holding(folder.path(), word), [] as [std::path::PathBuf; 0], "{word}");
    }
    // A copy from between the two knows of the end of the first, and keeps that.
    let ends = "SELECT count(*) FROM events WHERE kind = 'conversation_purged'";
    let between = rusqlite::Connection::open(&between).unwrap();
    assert_eq!(between.query_row(ends, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}
