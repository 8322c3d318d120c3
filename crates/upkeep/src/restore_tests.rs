//! A backup in place of what is there; and what is left where somebody pulls the plug.

use super::*;
use crate::pack;

fn put(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A folder as it was, its backup, and the same folder as it became.
fn changed(folder: &Path, models: bool) -> (Dirs, PathBuf) {
    let root = folder.join("data");
    let dirs = Dirs::at(&root);
    dirs.create().unwrap();
    put(&root, "settings.toml", b"speak = false\n");
    put(&root, "characters/koto/card.json", b"{}");
    put(&root, "models/m/m.gguf", b"weights");
    let backup = folder.join("backup.zip");
    pack(&dirs, &backup, models, |_, _| true).unwrap();
    put(&root, "settings.toml", b"speak = true\n");
    put(&root, "characters/haru/card.json", b"{}");
    put(&root, "models/m/m.gguf", b"other weights");
    put(&root, "logs/today.log", b"log");
    put(&root, errand::FILE, b"{}");
    (dirs, backup)
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn a_backup_takes_the_place_of_what_is_there_which_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (dirs, backup) = changed(folder.path(), true);
    let mut heard = 0;
    let restored = restore(&backup, &dirs, |done, _| {
        heard = done;
        true
    })
    .unwrap();
    let root = dirs.root();
    assert_eq!(read(root.join("settings.toml")), "speak = false\n");
    assert_eq!(read(root.join("models/m/m.gguf")), "weights");
    assert!(!root.join("characters/haru").exists(), "what came later went");
    let aside = restored.aside.unwrap();
    assert_eq!(read(aside.join("settings.toml")), "speak = true\n");
    assert_eq!(read(aside.join("models/m/m.gguf")), "other weights");
    assert!(aside.join("characters/haru/card.json").is_file());
    assert_eq!((restored.files, restored.bytes), (3, heard));
    assert_eq!(read(root.join("logs/today.log")), "log", "somebody writes into it just now");
    assert!(!root.join(SCRATCH).exists() && !root.join(SWAP).exists());
    // What was set aside is in no later backup.
    let next = folder.path().join("next.zip");
    assert_eq!(pack(&dirs, &next, true, |_, _| true).unwrap().files, 3);
}

#[test]
fn what_a_backup_does_not_bring_and_can_be_fetched_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (dirs, backup) = changed(folder.path(), false);
    restore(&backup, &dirs, |_, _| true).unwrap();
    assert_eq!(read(dirs.models().join("m/m.gguf")), "other weights");
    assert_eq!(read(dirs.settings()), "speak = false\n");
}

#[test]
fn one_that_is_stopped_or_is_no_backup_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (dirs, backup) = changed(folder.path(), true);
    assert!(matches!(restore(&backup, &dirs, |_, _| false), Err(Error::Stopped)));
    put(folder.path(), "no.zip", b"no backup");
    let no = folder.path().join("no.zip");
    assert!(matches!(restore(&no, &dirs, |_, _| true), Err(Error::NoBackup { .. })));
    // One whose bytes were changed: found before anything leaves its place.
    let mut bytes = std::fs::read(&backup).unwrap();
    let at = bytes.windows(7).position(|part| part == b"weights").unwrap();
    bytes[at] = b'W';
    std::fs::write(&no, bytes).unwrap();
    assert!(matches!(restore(&no, &dirs, |_, _| true), Err(Error::Damaged { .. })));
    assert_eq!(read(dirs.settings()), "speak = true\n");
    assert!(!dirs.root().join(SCRATCH).exists());
    let _lock = alone(&dirs).unwrap();
    assert!(matches!(restore(&backup, &dirs, |_, _| true), Err(Error::Store(_))));
}

/// However far the renames had come when the plug was pulled, what comes of it is the same.
#[test]
fn an_exchange_that_was_interrupted_ends_at_the_next_start() {
    for steps in 0..7 {
        let folder = tempfile::tempdir().unwrap();
        let (dirs, backup) = changed(folder.path(), true);
        let root = dirs.root().to_owned();
        let (mut zip, manifest) = open(&backup).unwrap();
        fill(&mut zip, &manifest, &backup, &root.join(SCRATCH), &mut |_| true).unwrap();
        let aside = format!("{ASIDE}now");
        let from = String::new();
        let mut swap = Swap { aside: aside.clone(), keep: vec![], out: false, from };
        write(&root, &swap).unwrap();
        // The first renames of either half, as `exchange` does them.
        std::fs::create_dir_all(root.join(&aside)).unwrap();
        let (old, new) = (["characters", "models", "settings.toml"], ["characters", "models"]);
        let all_old = ["characters", "models", "settings.toml", "voices", "backups"];
        for name in if steps < 4 { &old[..steps.min(3)] } else { &all_old[..] } {
            if root.join(name).exists() {
                std::fs::rename(root.join(name), root.join(&aside).join(name)).unwrap();
            }
        }
        if steps >= 4 {
            swap.out = true;
            write(&root, &swap).unwrap();
            for name in &new[..steps - 4] {
                std::fs::rename(root.join(SCRATCH).join(name), root.join(name)).unwrap();
            }
        }
        assert!(finish_restore(&dirs).unwrap(), "{steps}");
        assert_eq!(read(dirs.settings()), "speak = false\n", "{steps}");
        assert_eq!(read(root.join(&aside).join("settings.toml")), "speak = true\n", "{steps}");
        assert_eq!(read(dirs.models().join("m/m.gguf")), "weights", "{steps}");
        assert!(!root.join(SCRATCH).exists() && !finish_restore(&dirs).unwrap(), "{steps}");
    }
}

#[test]
fn a_plan_that_names_another_place_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (dirs, _) = changed(folder.path(), true);
    put(dirs.root(), SWAP, br#"{"aside":"before-restore-/../../x","keep":[],"out":false}"#);
    assert!(matches!(finish_restore(&dirs), Err(Error::Damaged { .. })));
    assert_eq!(read(dirs.settings()), "speak = true\n");
}
