//! The way back from changes by hand.

use super::*;

#[test]
fn only_the_newest_changes_can_be_taken_back_and_each_once() {
    let mut undos = Undos::default();
    let first = undos.keep(Undo::Add(Vec::new()));
    let ids: Vec<u32> = (0..KEPT).map(|_| undos.keep(Undo::Add(Vec::new()))).collect();
    assert!(undos.take(first).is_none(), "too long ago");
    assert!(undos.take(ids[0]).is_some());
    assert!(undos.take(ids[0]).is_none(), "taken back already");
    undos.clear();
    assert!(undos.take(ids[1]).is_none(), "its words are let go of");
}

#[test]
fn what_is_taken_back_after_the_memory_was_made_again_is_what_was_changed() {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let memory = memory::Memory::in_memory().unwrap();
    let koto = CharacterId("koto".into());
    let note = |attribute: &str, value: &str| Note {
        attribute: memory::facts::Attribute(attribute.into()),
        value: value.into(),
        of_user: true,
        at: 5,
        pinned: false,
    };
    let add = |attribute, value| {
        let fact = memory.add(&koto, &note(attribute, value), &log).unwrap();
        (fact, memory.name_of(fact).unwrap())
    };
    let ((_, job), (second, hobby)) = (add("job", "potter"), add("hobby", "chess"));
    let (_, city) = add("home", "Leeds");
    let before = memory.correct(second, Some("go"), &log).unwrap();
    let remembering = Remembering::of(memory, log);
    let (added, gone, corrected) = {
        let mut undos = lock(&remembering.undos);
        let gone = undos.keep(Undo::Pin(job.clone(), true));
        (undos.keep(Undo::Add(vec![job])), gone, undos.keep(Undo::Correct(hobby, before)))
    };
    let late = lock(&remembering.undos).keep(Undo::Add(vec![city]));
    remembering.undo(added).unwrap();
    remembering.memory.rebuild().unwrap();
    assert!(remembering.undo(gone).is_err(), "what is gone is not another fact");
    remembering.undo(corrected).unwrap();
    remembering.undo(late).unwrap();
    let scope = Scope { character: koto, here: None };
    let facts = remembering.memory.facts(&scope).unwrap();
    let values: Vec<(&str, bool)> =
        facts.iter().map(|fact| (fact.value.as_str(), fact.pinned)).collect();
    assert_eq!(values, [("chess", false)]);
}

#[test]
fn a_summary_is_taken_back_by_its_scene_and_not_by_its_number() {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let memory = memory::Memory::in_memory().unwrap();
    let koto = CharacterId("koto".into());
    let scope = Scope { character: koto.clone(), here: None };
    for (line, summary) in [("The lamp is lit.", "Of lamps."), ("I saw a seal.", "Of seals.")] {
        let conversation = log.begin(&koto, "").unwrap().id;
        let mut parent = None;
        for text in [line, "Yes.", "Indeed.", "Good night."] {
            let message = domain::NewMessage {
                conversation,
                parent,
                role: domain::Role::User,
                text: text.to_owned(),
                interrupted: false,
                speaker: None,
            };
            parent = Some(log.append(message).unwrap().id);
        }
        memory.sync(&log, || false).unwrap();
        let scene = memory.unsummed(&scope, u64::MAX, 9, &log).unwrap().unwrap();
        memory.keep_summary(&scene, "qwen", summary).unwrap();
    }
    let newest = |memory: &memory::Memory| memory.so_far(&scope, u64::MAX).unwrap().unwrap();
    let before = newest(&memory);
    let name = memory.scene_of(before.id).unwrap();
    memory.retell(before.id, "Of whales.", &log).unwrap();
    let remembering = Remembering::of(memory, log);
    let undo = lock(&remembering.undos).keep(Undo::Retell(name, before.summary));
    // What a model wrote about the lamps is gone then, and with it the numbers as they were.
    remembering.memory.rebuild().unwrap();
    remembering.memory.sync(&remembering.log, || false).unwrap();
    let hand = newest(&remembering.memory);
    assert_eq!(hand.summary.text, "Of whales.");
    assert_ne!(hand.id, before.id);
    remembering.undo(undo).unwrap();
    assert_eq!(newest(&remembering.memory).summary.text, "Of seals.");
}

#[test]
fn a_file_that_is_none_is_refused_by_name() {
    let (memory, log) = (memory::Memory::in_memory().unwrap(), EventLog::in_memory().unwrap());
    let scope = Scope { character: CharacterId("koto".into()), here: None };
    let folder = tempfile::tempdir().unwrap();
    let missing = import(&memory, &scope, &folder.path().join("no.json"), &log).unwrap_err();
    assert!(missing.message.contains("no.json"), "{missing:?}");
    let file = folder.path().join("bytes.json");
    std::fs::write(&file, [0xff, 0xfe, 0]).unwrap();
    let unreadable = import(&memory, &scope, &file, &log).unwrap_err();
    assert!(unreadable.message.contains("bytes.json"), "{unreadable:?}");
}
