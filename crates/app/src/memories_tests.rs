//! The way back from changes by hand.

use super::*;

#[test]
fn only_the_newest_changes_can_be_taken_back_and_each_once() {
    let mut undos = Undos::default();
    let first = undos.keep(Undo::Pin(1, true));
    let ids: Vec<u32> = (0..KEPT).map(|_| undos.keep(Undo::Add(Vec::new()))).collect();
    assert!(undos.take(first).is_none(), "too long ago");
    assert!(undos.take(ids[0]).is_some());
    assert!(undos.take(ids[0]).is_none(), "taken back already");
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
