//! Conversations that are deleted: what stays known, what comes back, and that nothing of them stays in the file.

use domain::Log;
use store::{Dirs, EventLog, Lock};
use testkit::holding;

use super::tests::{Talk, pair};
use super::*;

/// A talk on the disk, and the folder.
fn on_disk() -> (tempfile::TempDir, Talk) {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let mut talk = Talk::new();
    talk.log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    talk.memory = Memory::open(&folder.path().join("memory.sqlite")).unwrap();
    talk.conversation = talk.log.begin(&talk.character, "").unwrap().id;
    (folder, talk)
}

/// The conversation that was held is deleted, and another begun.
fn remove(talk: &mut Talk, keep: bool) -> domain::ConversationId {
    let gone = talk.conversation;
    if keep {
        talk.memory.keep_told(gone, &talk.log).unwrap();
    }
    talk.log.remove_conversation(gone).unwrap();
    talk.conversation = talk.log.begin(&talk.character, "").unwrap().id;
    talk.leaf = None;
    gone
}

#[test]
fn what_was_told_in_a_deleted_conversation_is_unknown_until_it_comes_back() {
    let mut talk = Talk::new();
    talk.user("My cat is called Momo.");
    talk.user("The lighthouse was painted green.");
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    let gone = remove(&mut talk, false);
    assert_eq!(talk.known(), []);
    assert!(!talk.recalled("What colour was the lighthouse?").contains("green"));
    assert_eq!(talk.memory.search(&talk.scope(), "lighthouse", 9, &talk.log).unwrap(), []);
    assert_eq!(talk.memory.acquaintance(&talk.scope()).unwrap(), None);
    assert!(talk.memory.episodes(&talk.scope(), None, 9).unwrap().is_empty());
    talk.memory.rebuild().unwrap();
    assert_eq!(talk.known(), []);
    talk.log.restore_conversation(gone).unwrap();
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    assert!(talk.recalled("What colour was the lighthouse?").contains("green"));
}

#[test]
fn what_she_learned_there_stays_known_where_that_is_wanted_and_her_words_do_not() {
    let mut talk = Talk::new();
    talk.user("My cat is called Momo.");
    talk.user("My birthday is in May.");
    talk.user("No, sorry, it's in June.");
    talk.user("The lighthouse was painted green.");
    let known = talk.known();
    let cat = talk.memory.facts(&talk.scope()).unwrap().pop().unwrap();
    talk.memory.correct(cat.id, Some("Mochi"), &talk.log).unwrap();
    let gone = remove(&mut talk, true);
    let kept = [pair("birthday", "June"), pair("cat", "Mochi")];
    assert_eq!((talk.known(), talk.known()), (kept.to_vec(), kept.to_vec()));
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    assert_eq!((fact.message, fact.conversation), (None, None));
    assert!(!talk.recalled("What colour was the lighthouse?").contains("green"));
    // Deleted again after it came back: once, and not twice.
    talk.log.restore_conversation(gone).unwrap();
    talk.memory.drop_kept(gone, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("birthday", "June"), pair("cat", "Mochi")]);
    assert_ne!(talk.known(), known);
    talk.conversation = gone;
    let gone = remove(&mut talk, true);
    talk.memory.erase_conversations(&[gone], &talk.log).unwrap();
    talk.log.purge_conversations(&[gone]).unwrap();
    assert_eq!(talk.known(), kept);
    talk.memory.rebuild().unwrap();
    assert_eq!(talk.known(), kept);
}

#[test]
fn no_byte_of_a_conversation_stays_once_it_is_deleted_for_good() {
    let (folder, mut talk) = on_disk();
    for number in 0..50 {
        talk.user(&format!("Line {number} is about the weather."));
    }
    remove(&mut talk, false);
    talk.user("My sister's name is Zephyrine.");
    talk.user("Quillon is what I call the heron.");
    for number in 0..4 {
        talk.user(&format!("Something else {number}."));
    }
    talk.sum_up("She told of Zephyrine.");
    let scene = talk.memory.so_far(&talk.scope(), u64::MAX / 2).unwrap().unwrap();
    talk.memory.retell(scene.id, "Zephyrine is her sister.", &talk.log).unwrap();
    let sister = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    talk.memory.correct(sister.id, Some("Zephyrinette"), &talk.log).unwrap();
    talk.log.back_up(3).unwrap();
    assert!(holding(folder.path(), "zephyrinette").len() > 2, "log, copy and memory");
    let gone = remove(&mut talk, false);
    talk.user("My cat is called Momo.");
    talk.known();
    talk.memory.erase_conversations(&[gone], &talk.log).unwrap();
    assert_eq!(talk.log.purge_conversations(&[gone]).unwrap().left, [] as [std::path::PathBuf; 0]);
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    for word in ["zephyrin", "quillon", "heron"] {
        assert_eq!(holding(folder.path(), word), [] as [std::path::PathBuf; 0], "{word}");
    }
    // A message after it has the number of one that went, and is found all the same.
    talk.user("The lantern is blue.");
    assert_eq!(talk.known().len(), 1);
    assert_eq!(talk.memory.search(&talk.scope(), "lantern", 9, &talk.log).unwrap().len(), 1);
}

#[test]
fn a_memory_that_missed_the_deletion_reads_everything_anew() {
    let mut talk = Talk::new();
    talk.user("My sister's name is Zephyrine.");
    talk.known();
    let sister = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    talk.memory.correct(sister.id, Some("Zephyrinette"), &talk.log).unwrap();
    let gone = remove(&mut talk, false);
    talk.user("My cat is called Momo.");
    talk.known();
    // As where the program ended between the two.
    talk.log.purge_conversations(&[gone]).unwrap();
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    let count = "SELECT count(*) FROM terms WHERE term LIKE 'zeph%'";
    let words: i64 = talk.memory.lock().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(words, 0);
    assert!(talk.log.conversation(gone).is_err());
    // What was decided about its messages is gone, too, and the log is not told of it again.
    let count = "SELECT count(*) FROM decisions";
    let decided: i64 = talk.memory.lock().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(decided, 0);
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    assert!(talk.log.decided(0, 9).unwrap().is_empty());
}

#[test]
fn a_log_that_was_brought_back_and_is_further_by_now_than_it_was_is_read_anew() {
    let (folder, mut talk) = on_disk();
    let dirs = Dirs::at(folder.path());
    let cat = talk.user("My cat is called Momo.");
    let copy = talk.log.back_up(3).unwrap();
    talk.user("My sister's name is Zephyrine.");
    assert_eq!(talk.known().len(), 2);
    talk.log = EventLog::in_memory().unwrap();
    std::fs::copy(copy, dirs.database()).unwrap();
    talk.log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    talk.leaf = Some(cat);
    talk.user("My birthday is in May.");
    talk.user("Good night.");
    assert_eq!(talk.known(), [pair("birthday", "May"), pair("cat", "Momo")]);
}

#[test]
fn what_was_being_summed_up_while_it_was_deleted_is_not_kept() {
    let mut talk = Talk::new();
    for number in 0..6 {
        talk.user(&format!("Something else {number}."));
    }
    talk.memory.sync(&talk.log, || false).unwrap();
    let scene = talk.memory.unsummed(&talk.scope(), u64::MAX, 20, &talk.log).unwrap().unwrap();
    let gone = remove(&mut talk, false);
    talk.known();
    talk.memory.erase_conversations(&[gone], &talk.log).unwrap();
    talk.memory.keep_summary(&scene, "qwen", "She told of Zephyrine.").unwrap();
    let count = "SELECT count(*) FROM summaries";
    let kept: i64 = talk.memory.lock().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
}

#[test]
fn a_kept_note_that_is_forgotten_and_brought_back_still_belongs_to_its_conversation() {
    let mut talk = Talk::new();
    talk.user("My cat is called Momo.");
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    let gone = remove(&mut talk, true);
    let forget = |talk: &Talk| {
        talk.known();
        let kept = talk.memory.facts(&talk.scope()).unwrap().remove(0);
        talk.memory.forget(&talk.scope(), kept.id, &talk.log).unwrap()
    };
    let forgotten = forget(&talk);
    talk.memory.remember_again(&forgotten, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    talk.log.restore_conversation(gone).unwrap();
    talk.known();
    talk.memory.drop_kept(gone, &talk.log).unwrap();
    assert_eq!(
        talk.memory.facts(&talk.scope()).unwrap().len(),
        1,
        "told by the conversation alone"
    );
    let left = talk.log.last_decided().unwrap();
    talk.memory.drop_kept(gone, &talk.log).unwrap();
    assert_eq!(talk.log.last_decided().unwrap(), left);
    let facts = talk.memory.facts(&talk.scope()).unwrap();
    assert!(facts[0].message.is_some(), "no note of it is left: {facts:?}");
}
