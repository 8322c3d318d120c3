//! What swiping, editing, branching, saving, loading and crashing in any order must keep: every line.

use std::collections::BTreeMap;

use domain::{CharacterId, ConversationId, Log, Message, MessageId, NewMessage, ProblemKind, Role};
use proptest::prelude::*;

use crate::{Dirs, EventLog, KEPT, Lock, NewSave, Save};

fn stage(scene: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("scene".to_owned(), scene.to_owned()),
        ("emotion".to_owned(), "joy".to_owned()),
    ])
}

fn new_save(slot: &str, conversation: ConversationId, leaf: Option<MessageId>) -> NewSave {
    NewSave {
        slot: slot.to_owned(),
        conversation,
        leaf,
        line: "a line".into(),
        stage: stage("park"),
    }
}

fn add(log: &EventLog, c: ConversationId, parent: Option<MessageId>, text: &str) -> Message {
    let new = NewMessage {
        conversation: c,
        parent,
        role: Role::Character,
        text: text.to_owned(),
        interrupted: false,
        speaker: None,
    };
    log.append(new).unwrap()
}

fn slots(log: &EventLog) -> Vec<String> {
    log.saves().unwrap().into_iter().map(|save| save.slot).collect()
}

#[test]
fn a_numbered_slot_shows_its_newest_save_and_the_log_keeps_the_older() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let one = add(&log, c, None, "one");
    let first = log.save(new_save("7", c, Some(one.id))).unwrap();
    let two = add(&log, c, Some(one.id), "two");
    let second = log.save(new_save("7", c, Some(two.id))).unwrap();
    assert_eq!(log.saves().unwrap(), std::slice::from_ref(&second));
    assert_eq!(
        (second.leaf, second.line.as_str(), &second.stage),
        (Some(two.id), "a line", &stage("park"))
    );
    let events = log.records(0, 100).unwrap();
    assert_eq!(events.iter().filter(|r| r.seq == first.seq || r.seq == second.seq).count(), 2);

    log.clear_save("7").unwrap();
    assert_eq!(log.saves().unwrap(), []);
    assert_eq!(log.records(0, 100).unwrap().len(), events.len() + 1);
    log.clear_save("7").unwrap();
    assert_eq!(
        log.records(0, 100).unwrap().len(),
        events.len() + 1,
        "an empty slot is not emptied"
    );
}

#[test]
fn the_shelves_list_their_newest_and_every_save_can_be_loaded() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let made: Vec<Save> =
        (0..KEPT + 3).map(|_| log.save(new_save("quick", c, None)).unwrap()).collect();
    log.save(new_save("auto", c, None)).unwrap();
    log.save(new_save("108", c, None)).unwrap();
    let listed = slots(&log);
    assert_eq!(listed[..2], ["108", "auto"], "the newest first");
    assert_eq!(listed.iter().filter(|slot| *slot == "quick").count(), KEPT as usize);
    for save in made {
        assert_eq!(log.save_at(save.seq).unwrap(), save);
    }
}

#[test]
fn a_save_leaves_the_conversation_as_it_is() {
    let log = EventLog::in_memory().unwrap();
    let old = log.begin(&"koto".into(), "").unwrap().id;
    let new = log.begin(&"koto".into(), "").unwrap().id;
    let before = log.summaries().unwrap();
    log.save(new_save("1", old, None)).unwrap();
    assert_eq!(log.summaries().unwrap(), before);
    assert_eq!(before[0].conversation.id, new);
}

#[test]
fn slots_and_pointers_that_do_not_exist_are_refused() {
    let log = EventLog::in_memory().unwrap();
    let (a, b) = (log.begin(&"a".into(), "").unwrap().id, log.begin(&"b".into(), "").unwrap().id);
    let message = add(&log, a, None, "x");
    for slot in ["", "0", "1000", "01", "-1", "1.0", "Quick", "1; DROP TABLE saves"] {
        let error = log.save(new_save(slot, a, None)).unwrap_err();
        assert_eq!(domain::Problem::from(error).kind, ProblemKind::Invalid, "{slot}");
        assert!(log.clear_save(slot).is_err(), "{slot}");
    }
    assert!(
        log.save(new_save("1", b, Some(message.id))).is_err(),
        "another conversation's message"
    );
    assert!(log.save(new_save("1", ConversationId(uuid::Uuid::now_v7()), None)).is_err());
    let many = (0..40).map(|n| (n.to_string(), String::new())).collect();
    assert!(log.save(NewSave { stage: many, ..new_save("1", a, None) }).is_err());
    assert!(log.save_at(1).is_err());
    let long = NewSave { line: "あ".repeat(5000), ..new_save("1", a, None) };
    assert_eq!(log.save(long).unwrap().line.chars().count(), 200);
}

#[test]
fn a_tree_has_every_branch_and_knows_where_each_was_left() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let root = add(&log, c, None, "root");
    let left = add(&log, c, Some(root.id), "left");
    let right = add(&log, c, Some(root.id), "right");
    let deep = add(&log, c, Some(left.id), "deep");
    assert_eq!(log.tree(c).unwrap(), [root.clone(), left.clone(), right.clone(), deep.clone()]);
    let leaf = |of: &Message| log.newest_leaf(of.id).unwrap();
    assert_eq!(
        [leaf(&root), leaf(&left), leaf(&right), leaf(&deep)],
        [deep.id, deep.id, right.id, deep.id]
    );
    assert!(log.newest_leaf(MessageId(uuid::Uuid::now_v7())).is_err());
}

/// What a person may do, with numbers that are taken modulo what is there.
#[derive(Debug, Clone)]
enum Step {
    Say,
    Swipe(usize),
    Edit(usize),
    Branch(usize),
    Save(u8),
    Clear(u8),
    Load(usize),
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Say),
        2 => any::<usize>().prop_map(Step::Swipe),
        2 => any::<usize>().prop_map(Step::Edit),
        2 => any::<usize>().prop_map(Step::Branch),
        3 => any::<u8>().prop_map(Step::Save),
        1 => any::<u8>().prop_map(Step::Clear),
        2 => any::<usize>().prop_map(Step::Load),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_keeps_every_line_and_every_save(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path().join("data"));
        let open = || EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
        let mut log = open();
        let c = log.begin(&CharacterId("koto".into()), "").unwrap().id;
        // What must be true, kept by hand beside the log.
        let mut paths: Vec<(MessageId, Vec<String>)> = vec![];
        let mut saved: Vec<(Save, Vec<String>)> = vec![];
        let mut leaf: Option<MessageId> = None;
        let path_of = |paths: &[(MessageId, Vec<String>)], leaf: Option<MessageId>| {
            leaf.map_or_else(Vec::new, |leaf| {
                paths.iter().find(|(id, _)| *id == leaf).map(|(_, path)| path.clone()).unwrap()
            })
        };
        for (n, step) in steps.into_iter().enumerate() {
            let pick = |i: usize, paths: &[(MessageId, Vec<String>)]| {
                (!paths.is_empty()).then(|| paths[i % paths.len()].0)
            };
            match step {
                Step::Say => {
                    let message = add(&log, c, leaf, &format!("line {n}"));
                    let mut path = path_of(&paths, leaf);
                    path.push(message.text.clone());
                    leaf = Some(message.id);
                    paths.push((message.id, path));
                }
                // Another version of an earlier message: a sibling.
                Step::Edit(i) => if let Some(id) = pick(i, &paths) {
                    let message = log.message(id).unwrap();
                    let edited = add(&log, c, message.parent, &format!("edit {n}"));
                    let mut path = path_of(&paths, message.parent);
                    path.push(edited.text.clone());
                    leaf = Some(edited.id);
                    paths.push((edited.id, path));
                },
                Step::Swipe(i) => if let Some(id) = pick(i, &paths) {
                    let siblings = log.siblings(id).unwrap();
                    let other = siblings[i % siblings.len()].id;
                    leaf = Some(log.newest_leaf(other).unwrap());
                    log.select(c, leaf).unwrap();
                },
                Step::Branch(i) => {
                    leaf = pick(i, &paths);
                    log.select(c, leaf).unwrap();
                }
                Step::Save(slot) => {
                    let slot = match slot % 5 { 0 => "quick".to_owned(), 1 => "auto".to_owned(), n => n.to_string() };
                    let save = log.save(new_save(&slot, c, leaf)).unwrap();
                    if slot.parse::<u32>().is_ok() {
                        saved.retain(|(other, _)| other.slot != slot);
                    }
                    saved.push((save, path_of(&paths, leaf)));
                }
                Step::Clear(slot) => {
                    let slot = (2 + slot % 3).to_string();
                    log.clear_save(&slot).unwrap();
                    saved.retain(|(save, _)| save.slot != slot);
                }
                Step::Load(i) => if !saved.is_empty() {
                    let (save, path) = &saved[i % saved.len()];
                    let found = log.save_at(save.seq).unwrap();
                    prop_assert_eq!(&found, save);
                    log.select(found.conversation, found.leaf).unwrap();
                    leaf = found.leaf;
                    prop_assert_eq!(&path_of(&paths, leaf), path);
                }
                Step::Crash => {
                    drop(log);
                    log = open();
                    prop_assert_eq!(log.conversation(c).unwrap().leaf, leaf);
                }
            }
        }
        drop(log);
        let log = open();
        prop_assert_eq!(log.conversation(c).unwrap().leaf, leaf);
        prop_assert_eq!(log.tree(c).unwrap().len(), paths.len());
        for (id, path) in &paths {
            let texts: Vec<String> = log.path(*id).unwrap().into_iter().map(|m| m.text).collect();
            prop_assert_eq!(&texts, path);
        }
        for (save, path) in &saved {
            let found = log.save_at(save.seq).unwrap();
            prop_assert_eq!(&found, save);
            let texts = found.leaf.map_or_else(Vec::new, |leaf| log.path(leaf).unwrap());
            prop_assert_eq!(&texts.into_iter().map(|m| m.text).collect::<Vec<_>>(), path);
        }
        let before = log.derived_for_test();
        log.rebuild().unwrap();
        prop_assert_eq!(log.derived_for_test(), before);
    }
}
