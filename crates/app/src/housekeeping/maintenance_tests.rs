//! What a window prepares is done at the next start, once, and not at all where nobody wants it any more.

use super::*;

fn data(folder: &Path) -> Dirs {
    let dirs = Dirs::at(folder.join("data"));
    dirs.create().unwrap();
    std::fs::write(dirs.settings(), "speak = false\n").unwrap();
    dirs
}

fn all(_: WorkProgress) -> bool {
    true
}

#[test]
fn a_backup_is_shown_then_restored_at_the_next_start_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(folder.path());
    let backup = folder.path().join("all.zip");
    upkeep::pack(&dirs, &backup, true, |_, _| true).unwrap();
    let view = look_into_backup(&backup).unwrap();
    assert!((view.files - 1.0).abs() < 0.5 && !view.models && !view.encrypted, "{view:?}");
    std::fs::write(dirs.settings(), "speak = true\n").unwrap();

    assert_eq!(errand(&dirs), None);
    prepare_restore(&dirs, &backup).unwrap();
    assert_eq!(errand(&dirs).unwrap().what, "restore");
    // Stopped: it still waits, and nothing has changed.
    let stopped = run_errand(&dirs, &mut |_| false).unwrap_err();
    assert!(stopped.message.contains("stopped"), "{stopped}");
    assert_eq!(std::fs::read_to_string(dirs.settings()).unwrap(), "speak = true\n");
    assert!(errand(&dirs).is_some());

    let report = run_errand(&dirs, &mut all).unwrap();
    assert_eq!(report.what, "restore");
    assert_eq!(std::fs::read_to_string(dirs.settings()).unwrap(), "speak = false\n");
    let aside = Path::new(&report.path).join("settings.toml");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "speak = true\n");
    assert_eq!(errand(&dirs), None);
    assert_eq!(run_errand(&dirs, &mut all).unwrap_err().kind, ProblemKind::Missing);
}

#[test]
fn what_cannot_be_done_is_said_before_the_program_starts_anew() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(folder.path());
    let inside = dirs.root().join("all.zip");
    upkeep::pack(&dirs, &inside, true, |_, _| true).unwrap();
    for problem in [
        prepare_restore(&dirs, &dirs.settings()).unwrap_err(),
        prepare_restore(&dirs, &inside).unwrap_err(),
        prepare_restore(&dirs, Path::new("/nowhere/at/all.zip")).unwrap_err(),
        prepare_move(&dirs, dirs.root()).unwrap_err(),
        prepare_move(&dirs, &dirs.models()).unwrap_err(),
    ] {
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem:?}");
    }
    assert_eq!(errand(&dirs), None);
}

#[test]
fn everything_moves_or_is_mended_and_a_change_of_mind_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(folder.path());
    let to = folder.path().join("disk/hanashi");
    prepare_move(&dirs, &to).unwrap();
    assert_eq!(errand(&dirs).unwrap().path, to.display().to_string());
    drop_errand(&dirs).unwrap();
    assert_eq!(errand(&dirs), None);

    prepare_move(&dirs, &to).unwrap();
    let report = run_errand(&dirs, &mut all).unwrap();
    assert_eq!(report.path, to.display().to_string());
    let moved = Dirs::resolve(Some(dirs.root())).unwrap();
    assert_eq!(moved.root(), to);
    assert!(errand(&moved).is_none(), "the note does not come along");

    std::fs::write(to.join("memory.sqlite"), b"rubbish that is no database").unwrap();
    prepare_mend(&moved).unwrap();
    let report = run_errand(&moved, &mut all).unwrap();
    let found = report.databases.iter().find(|one| one.name == "memory.sqlite").unwrap();
    assert_eq!(found.state, "remade");
    assert!(Path::new(&found.detail).is_file(), "{found:?}");
}

#[test]
fn whoever_holds_the_folder_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(folder.path());
    prepare_mend(&dirs).unwrap();
    let held = store::Lock::acquire(&dirs).unwrap();
    let letting_go = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        drop(held);
    });
    assert!(run_errand(&dirs, &mut all).unwrap().databases.is_empty());
    letting_go.join().unwrap();
}
