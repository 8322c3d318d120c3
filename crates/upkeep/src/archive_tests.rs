//! There and back; and everything that can be wrong with a file that claims to be a backup.

use super::*;
use domain::{CharacterId, Log};
use store::EventLog;

/// Something that is to be forgotten.
fn decision() -> store::Decision {
    let (what, subject) = ("forgotten".to_owned(), "a message".to_owned());
    store::Decision { what, subject, value: "true".to_owned() }
}

fn data(root: &Path) -> Dirs {
    let dirs = Dirs::at(root);
    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    log.begin(&CharacterId("koto".into()), "a title").unwrap();
    log.decide(&[decision()]).unwrap();
    drop(log);
    let write = |name: &str, bytes: &[u8]| {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write("settings.toml", b"speak = false\n");
    write("characters/雨/card.json", "{\"name\":\"雨\"}".as_bytes());
    write("models/m/m.gguf", &vec![3; 2_500_000]);
    write("models/m/half.gguf.part", b"half");
    write("voices/v/v.onnx", b"voice");
    write("reading-caches/x", b"cache");
    write("updates/hanashi.deb", b"an installer");
    write("library-index.sqlite", b"cache");
    write("logs/a.log", b"log");
    dirs
}

#[test]
fn what_is_packed_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let file = folder.path().join("all.zip");
    let mut last = (0, 0);
    let packed = pack(&dirs, &file, true, |done, total| {
        last = (done, total);
        true
    })
    .unwrap();
    assert!(last.0 > 2_500_000 && last.0 <= last.1 * 2, "{last:?}");
    assert_eq!(packed.files, 5, "the database, settings, a card, a model, a voice");

    let back = Dirs::at(folder.path().join("back"));
    let unpacked = unpack(&file, &back, |_, _| true).unwrap();
    assert_eq!((unpacked.files, unpacked.bytes), (packed.files, packed.bytes));
    for name in ["settings.toml", "characters/雨/card.json", "models/m/m.gguf", "voices/v/v.onnx"]
    {
        let read = |dirs: &Dirs| std::fs::read(dirs.root().join(name)).unwrap();
        assert_eq!(read(&dirs), read(&back), "{name}");
    }
    for name in [
        "models/m/half.gguf.part",
        "reading-caches/x",
        "updates/hanashi.deb",
        "library-index.sqlite",
        "logs/a.log",
    ] {
        assert!(!back.root().join(name).exists(), "{name}");
    }
    let log = EventLog::open(&back, Lock::acquire(&back).unwrap()).unwrap();
    assert_eq!(log.conversations().unwrap()[0].title, "a title");
    assert_eq!(log.decided(0, 9).unwrap()[0].decision, decision(), "what was forgotten stays so");
}

/// A person with a small first disk puts a link in the place of the models.
#[cfg(unix)]
#[test]
fn what_lies_on_another_disk_is_packed_and_what_cannot_be_read_is_no_small_backup() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let elsewhere = folder.path().join("elsewhere");
    std::fs::rename(dirs.models(), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, dirs.models()).unwrap();
    let file = folder.path().join("all.zip");
    assert_eq!(pack(&dirs, &file, true, |_, _| true).unwrap().files, 5);
    let back = Dirs::at(folder.path().join("back"));
    unpack(&file, &back, |_, _| true).unwrap();
    assert_eq!(std::fs::read(back.models().join("m/m.gguf")).unwrap(), vec![3; 2_500_000]);

    let closed = dirs.characters().join("雨");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything (root) has nothing to be told.
    if std::fs::read_dir(&closed).is_err() {
        let less = pack(&dirs, &folder.path().join("less.zip"), true, |_, _| true);
        assert!(matches!(less, Err(Error::Io { .. })), "{less:?}");
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn models_may_stay_out_and_the_program_may_be_running() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let running = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    running.begin(&CharacterId("haru".into()), "still in the journal").unwrap();
    let file = folder.path().join("small.zip");
    assert_eq!(pack(&dirs, &file, false, |_, _| true).unwrap().files, 3);
    drop(running);
    let back = Dirs::at(folder.path().join("back"));
    unpack(&file, &back, |_, _| true).unwrap();
    let log = EventLog::open(&back, Lock::acquire(&back).unwrap()).unwrap();
    assert_eq!(log.conversations().unwrap().len(), 2);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let file = folder.path().join("all.zip");
    pack(&dirs, &file, false, |_, _| true).unwrap();
    assert!(matches!(pack(&dirs, &file, false, |_, _| true), Err(Error::NotEmpty(_))));
    assert!(matches!(unpack(&file, &dirs, |_, _| true), Err(Error::NotEmpty(_))));
    // A name that was mistyped is no backup of nothing.
    let typo = Dirs::at(folder.path().join("dota"));
    let none = folder.path().join("none.zip");
    assert!(matches!(pack(&typo, &none, false, |_, _| true), Err(Error::Io { .. })));
    assert!(!none.exists());
    // Folders of a program that was started once and never used are no reason to refuse.
    let fresh = Dirs::at(folder.path().join("fresh"));
    fresh.create().unwrap();
    unpack(&file, &fresh, |_, _| true).unwrap();
}

#[test]
fn stopping_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let file = folder.path().join("all.zip");
    assert!(matches!(pack(&dirs, &file, true, |done, _| done < 1_500_000), Err(Error::Stopped)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    pack(&dirs, &file, true, |_, _| true).unwrap();
    let back = Dirs::at(folder.path().join("back"));
    assert!(matches!(unpack(&file, &back, |done, _| done < 1_500_000), Err(Error::Stopped)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_a_killed_restore_left_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let file = folder.path().join("all.zip");
    pack(&dirs, &file, true, |_, _| true).unwrap();
    let back = Dirs::at(folder.path().join("back"));
    let left = with_suffix(back.root(), ".restoring");
    std::fs::create_dir_all(left.join("models")).unwrap();
    std::fs::write(left.join("models/half"), b"half").unwrap();
    unpack(&file, &back, |_, _| true).unwrap();
    assert!(!left.exists() && !back.root().join("models/half").exists());
}

#[test]
fn a_file_that_was_changed_cut_or_is_none_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = data(&folder.path().join("data"));
    let file = folder.path().join("all.zip");
    pack(&dirs, &file, true, |_, _| true).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let back = Dirs::at(folder.path().join("back"));
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(&file, bytes).unwrap();
        let result = unpack(&file, &back, |_, _| true);
        assert!(
            matches!(result, Err(Error::NoBackup { .. } | Error::Damaged { .. })),
            "{what}: {result:?}"
        );
        assert!(
            !back.root().exists() && !with_suffix(back.root(), ".restoring").exists(),
            "{what}"
        );
    };
    for cut in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        refused(&whole[..cut], &format!("cut after {cut}"));
    }
    // A run of threes is the model's own bytes, stored as they are.
    let at = whole.windows(64).position(|window| window.iter().all(|&b| b == 3)).unwrap();
    let mut changed = whole.clone();
    changed[at + 40] = 4;
    refused(&changed, "a byte of the model");
    refused(b"PK\x03\x04 and then nothing like a zip", "rubbish");
}

/// A backup made by somebody else.
fn forged(folder: &Path, name: &str, body: &[u8], claims: u64) -> PathBuf {
    let path = folder.join("forged.zip");
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(body).unwrap();
    let sha256 = hex(&Sha256::digest(body));
    let files = BTreeMap::from([(name.to_owned(), Entry { size: claims, sha256 })]);
    let manifest = Manifest { v: VERSION, program: "x".into(), at_ms: 0, files };
    zip.start_file(MANIFEST, SimpleFileOptions::default()).unwrap();
    zip.write_all(&serde_json::to_vec(&manifest).unwrap()).unwrap();
    zip.finish().unwrap();
    path
}

#[test]
fn a_forged_backup_writes_nowhere_else_and_no_more_than_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let back = Dirs::at(folder.path().join("deep/back"));
    for name in ["../evil", "/etc/evil", "a/../../evil", "c:evil", "a\\b", "./x"] {
        let file = forged(folder.path(), name, b"evil", 4);
        let result = unpack(&file, &back, |_, _| true);
        assert!(matches!(result, Err(Error::NoBackup { .. })), "{name}: {result:?}");
    }
    let file = forged(folder.path(), "bomb", &vec![0; 1_000_000], 10);
    assert!(matches!(unpack(&file, &back, |_, _| true), Err(Error::Damaged { .. })));
    let file = forged(folder.path(), "huge", b"small", u64::MAX - 5);
    assert!(matches!(unpack(&file, &back, |_, _| true), Err(Error::NoSpace { .. })));
    assert!(!back.root().exists());
}
