//! On, off, and every way in which it can end in between.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{CharacterId, Log};
use store::{AuthorNotes, EventLog, Lock};
use vault::Secret;

use super::*;

const MARK: &[u8] = b"the heron at dusk";

/// A data folder with something of every kind in it.
fn home() -> (tempfile::TempDir, Dirs) {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path());
    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    log.begin(&CharacterId("koto".into()), "the heron at dusk").unwrap();
    log.back_up(3).unwrap();
    drop(log);
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let marked = |name: &str| {
        write(name, b"{\"a\": \"the heron at dusk\"}\n{\"b\": 1}\n");
    };
    marked("personas.json");
    marked("lorebooks/a.json");
    marked("lorebooks/.removed/b.json");
    marked("appraisals/one/transcript.jsonl");
    marked("appraisals/arena.jsonl");
    marked("pictures/pictures.json");
    marked("scenery/scenery.json");
    marked("studio/p/project.json");
    marked("studio/p/runs/1/samples.jsonl");
    marked("studio/p/data/train.jsonl");
    marked("reading-caches/x.kv");
    marked(".personas.json.77.tmp");
    write("settings.toml", b"theme = \"dark\"\nuser_description = \"the heron at dusk\"\n");
    write("studio/p/runs/1/trainer_log.jsonl", b"{\"loss\": 1}");
    write("library-index.sqlite", b"a cache");
    // Another database, as the memory's is.
    let other = rusqlite::Connection::open(folder.path().join("memory.sqlite")).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE a (t); INSERT INTO a VALUES ('the heron at dusk')").unwrap();
    (folder, dirs)
}

fn prepared(dirs: &Dirs) -> DataKey {
    let key = DataKey::random().unwrap();
    Header::new(&key, &Secret::new("correct horse".into()), Phase::Prepared)
        .unwrap()
        .write(dirs.root())
        .unwrap();
    key
}

fn phase(dirs: &Dirs) -> Option<Phase> {
    Header::read(dirs.root()).unwrap().map(|header| header.phase())
}

fn holding_the_mark(dirs: &Dirs) -> Vec<PathBuf> {
    files(dirs.root())
        .into_iter()
        .filter(|name| {
            let bytes = fs::read(dirs.root().join(name)).unwrap();
            bytes.windows(MARK.len()).any(|window| window == MARK)
        })
        .collect()
}

/// Everything is there, and opens.
fn is_whole(dirs: &Dirs) {
    let log = EventLog::open(dirs, Lock::acquire(dirs).unwrap()).unwrap();
    assert_eq!(log.conversations().unwrap()[0].title, "the heron at dusk");
    drop(log);
    let text: String = vault::open_read_only(&dirs.root().join("memory.sqlite"))
        .unwrap()
        .query_row("SELECT t FROM a", [], |row| row.get(0))
        .unwrap();
    assert_eq!(text.as_bytes(), MARK);
    for name in [
        "personas.json",
        "lorebooks/a.json",
        "appraisals/arena.jsonl",
        "studio/p/runs/1/samples.jsonl",
    ] {
        let bytes = vault::read(&dirs.root().join(name), 1000).unwrap();
        assert_eq!(bytes, b"{\"a\": \"the heron at dusk\"}\n{\"b\": 1}\n", "{name}");
    }
    let settings = store::SettingsFile::open(dirs.settings());
    assert_eq!(settings.get().user_description.as_bytes(), MARK);
    assert!(fs::read_to_string(dirs.settings()).unwrap().starts_with("theme = \"dark\"\n"));
}

fn open(dirs: &Dirs, key: &DataKey) {
    if let Some(header) = Header::read(dirs.root()).unwrap() {
        let copy = vault::recovery::key(&vault::recovery::code(key)).unwrap();
        vault::unlock(&header, copy).unwrap();
    }
}

#[test]
fn what_a_restore_set_aside_unencrypted_is_named_and_goes_with_the_copies() {
    let (_folder, dirs) = home();
    let aside = dirs.root().join("before-restore-now");
    let told = ["hanashi.sqlite-wal", "personas.json", "reading-caches/x", "studio/p/data/a.jsonl"];
    let open = ["characters/koto/card.json", "adapters/a.gguf", "studio/p/runs/1/a.safetensors"];
    for name in told.iter().chain(&open) {
        let path = aside.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, MARK).unwrap();
    }
    let key = prepared(&dirs);
    // One that was encrypted when it was set aside is for its own passphrase.
    let sealed = dirs.root().join("before-restore-then");
    fs::create_dir_all(&sealed).unwrap();
    fs::copy(dirs.root().join(vault::FILE), sealed.join(vault::FILE)).unwrap();
    fs::write(sealed.join("personas.json"), b"sealed").unwrap();
    resume(&dirs, &key, &mut |_| true).unwrap();
    let copies: Vec<PathBuf> = plain_copies(&dirs).into_iter().map(|(path, _)| path).collect();
    assert!(told.iter().all(|name| copies.contains(&aside.join(name))), "{copies:?}");
    delete_plain_copies(&dirs).unwrap();
    assert!(!told.iter().any(|name| aside.join(name).exists()));
    assert!(open.iter().all(|name| aside.join(name).exists()), "nobody encrypts those");
    assert!(sealed.join("personas.json").exists());
}

#[test]
fn on_and_off_and_nothing_that_was_said_is_left_readable_between() {
    let (_folder, dirs) = home();
    let key = prepared(&dirs);
    // Prepared is plain still, and works; the copies are the person's own, and nobody deletes them.
    is_whole(&dirs);
    assert!(!looks_sealed(&dirs));
    assert_eq!(delete_plain_copies(&dirs).unwrap(), 0);
    assert_eq!(check::sqlite_files(&dirs.backups()).len(), 1);
    let mut heard = Vec::new();
    resume(&dirs, &key, &mut |progress| {
        heard.push(progress.clone());
        true
    })
    .unwrap();
    assert_eq!(phase(&dirs), Some(Phase::Sealed));
    let last = heard.last().unwrap();
    assert!(last.done == last.total && last.total > 0 && last.file.is_empty(), "{last:?}");
    assert!(heard.iter().any(|progress| progress.file == "hanashi.sqlite"));
    // Without its key file it is still known for what it is.
    assert!(looks_sealed(&dirs));
    // Locked: refused and left alone.
    assert!(matches!(
        EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()),
        Err(store::Error::Vault(_))
    ));
    assert!(check(&dirs).iter().all(|finding| finding.state == State::Locked));
    open(&dirs, &key);
    is_whole(&dirs);
    assert!(check(&dirs).iter().all(|finding| finding.state == State::Sound));

    // Only the copy of before still has it, and is named.
    let copies: Vec<PathBuf> = plain_copies(&dirs).into_iter().map(|(path, _)| path).collect();
    let left: Vec<PathBuf> =
        holding_the_mark(&dirs).into_iter().map(|name| dirs.root().join(name)).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left, copies);
    assert!(delete_plain_copies(&dirs).unwrap() > 0);
    assert_eq!(holding_the_mark(&dirs), Vec::<PathBuf>::new());

    // New copies and new files are encrypted, too.
    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    log.begin(&CharacterId("koto".into()), "the heron at dusk, again").unwrap();
    log.back_up(3).unwrap();
    drop(log);
    let mut notes = AuthorNotes::open(&dirs.author_notes()).unwrap();
    let note = store::Note { text: "the heron at dusk".into(), ..store::Note::default() };
    notes.keep_for_character(&CharacterId("koto".into()), note).unwrap();
    assert!(plain_copies(&dirs).is_empty());
    assert_eq!(holding_the_mark(&dirs), Vec::<PathBuf>::new());

    let header = Header::read(dirs.root()).unwrap().unwrap();
    header.in_phase(Phase::Leaving).write(dirs.root()).unwrap();
    resume(&dirs, &key, &mut |_| true).unwrap();
    assert_eq!(phase(&dirs), None);
    assert!(!looks_sealed(&dirs));
    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    assert_eq!(log.conversations().unwrap().len(), 2);
    drop(log);
    // The key is gone: so no copy may need it.
    let copies = check::sqlite_files(&dirs.backups());
    assert!(copies.len() == 1 && copies.iter().all(|copy| vault::is_plain_database(copy)));
    assert!(holding_the_mark(&dirs).iter().any(|name| name == Path::new("author-notes.json")));
}

/// Ends at the n-th step of the way in or out as a process that is killed does; answers false where there are fewer steps.
fn dies_at(dirs: &Dirs, key: &DataKey, n: usize) -> bool {
    let mut step = 0;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        resume(dirs, key, &mut |_| {
            step += 1;
            assert!(step <= n, "the process dies here");
            true
        })
    }));
    ended.is_err()
}

#[test]
fn whenever_the_process_dies_the_next_start_goes_on() {
    let mut deaths = 0;
    for n in 0.. {
        let (_folder, dirs) = home();
        let key = prepared(&dirs);
        let died = dies_at(&dirs, &key, n);
        if died {
            deaths += 1;
            assert_eq!(phase(&dirs), Some(Phase::Sealing));
            // Nobody opens half of it, nobody begins anew.
            assert!(vault::seal_of(&dirs.database()).is_err());
            // A second death at the next step, and then it is left in peace.
            dies_at(&dirs, &key, 1);
            resume(&dirs, &key, &mut |_| true).unwrap();
        }
        assert_eq!(phase(&dirs), Some(Phase::Sealed));
        open(&dirs, &key);
        is_whole(&dirs);
        let header = Header::read(dirs.root()).unwrap().unwrap();
        header.in_phase(Phase::Leaving).write(dirs.root()).unwrap();
        if dies_at(&dirs, &key, n) {
            assert_eq!(phase(&dirs), Some(Phase::Unsealing));
            resume(&dirs, &key, &mut |_| true).unwrap();
        }
        assert_eq!(phase(&dirs), None);
        is_whole(&dirs);
        if !died {
            break;
        }
    }
    assert!(deaths > 10, "{deaths}");
}

#[test]
fn a_key_file_that_is_lost_on_the_way_is_made_again_of_the_key() {
    let (mut whole, mut half, mut nothing) = (0, 0, 0);
    for n in 0.. {
        for leaving in [false, true] {
            let (_folder, dirs) = home();
            let key = prepared(&dirs);
            if leaving {
                resume(&dirs, &key, &mut |_| true).unwrap();
                open(&dirs, &key);
                let header = Header::read(dirs.root()).unwrap().unwrap();
                header.in_phase(Phase::Leaving).write(dirs.root()).unwrap();
            }
            dies_at(&dirs, &key, n);
            if Header::read(dirs.root()).unwrap().is_some() {
                Header::remove(dirs.root()).unwrap();
            }
            assert_eq!(phase_of_files(&dirs, &DataKey::random().unwrap()), None);
            let Some(found) = phase_of_files(&dirs, &key) else {
                // Nothing is encrypted, or no longer: it is a plain folder, and needs none.
                assert!(!looks_sealed(&dirs));
                nothing += 1;
                is_whole(&dirs);
                continue;
            };
            let new = Header::new(&key, &Secret::new("another horse".into()), found).unwrap();
            new.write(dirs.root()).unwrap();
            resume(&dirs, &key, &mut |_| true).unwrap();
            assert_eq!(phase(&dirs), Some(Phase::Sealed));
            open(&dirs, &key);
            is_whole(&dirs);
            let copies: Vec<PathBuf> =
                plain_copies(&dirs).into_iter().map(|(path, _)| path).collect();
            let readable = holding_the_mark(&dirs).into_iter().map(|name| dirs.root().join(name));
            assert!(readable.into_iter().all(|path| copies.contains(&path)));
            if found == Phase::Sealed {
                whole += 1;
            } else {
                half += 1;
            }
        }
        if whole > 1 && nothing > 1 && half > 8 && n > 14 {
            break;
        }
        assert!(n < 60, "{whole} {half} {nothing}");
    }
}

#[test]
fn one_file_of_lines_or_one_old_copy_is_enough_to_know_the_key_by() {
    let lines = |dirs: &Dirs, key: &DataKey| {
        let path = dirs.root().join("appraisals/arena.jsonl");
        let sealed = vault::sealed_lines(&fs::read(&path).unwrap(), key).unwrap();
        fs::write(&path, sealed).unwrap();
    };
    let copy = |dirs: &Dirs, key: &DataKey| {
        let path = check::sqlite_files(&dirs.backups()).remove(0);
        let part = with_suffix(&path, PART);
        vault::convert((&path, None), (&part, Some(key))).unwrap();
        fs::rename(part, path).unwrap();
    };
    for seal in [lines as fn(&Dirs, &DataKey), copy] {
        let (_folder, dirs) = home();
        let key = DataKey::random().unwrap();
        assert_eq!(phase_of_files(&dirs, &key), None);
        seal(&dirs, &key);
        assert_eq!(phase_of_files(&dirs, &key), Some(Phase::Sealing));
        assert_eq!(phase_of_files(&dirs, &DataKey::random().unwrap()), None);
    }
}

#[test]
fn settings_that_cannot_be_put_back_are_named_before_anything_is_decrypted() {
    let (_folder, dirs) = home();
    let key = prepared(&dirs);
    resume(&dirs, &key, &mut |_| true).unwrap();
    let header = Header::read(dirs.root()).unwrap().unwrap();
    header.in_phase(Phase::Leaving).write(dirs.root()).unwrap();
    let (settings, hidden) = (dirs.settings(), store::private_settings(&dirs.settings()));
    let whole = fs::read(&hidden).unwrap();
    let refused = |broken: &Path| {
        let mut begun = false;
        let refused = resume(&dirs, &key, &mut |_| {
            begun = true;
            true
        });
        assert!(
            matches!(&refused, Err(Error::Store(store::Error::BrokenSettings { path, .. })) if path == broken),
            "{refused:?}"
        );
        assert!(!begun);
        assert_eq!(phase(&dirs), Some(Phase::Leaving));
    };
    fs::write(&hidden, &whole[..whole.len() - 1]).unwrap();
    refused(&hidden);
    fs::write(&hidden, &whole).unwrap();
    fs::write(&settings, "theme = = 1").unwrap();
    refused(&settings);
    fs::write(&settings, "theme = \"dark\"\n").unwrap();
    resume(&dirs, &key, &mut |_| true).unwrap();
    assert_eq!(phase(&dirs), None);
    is_whole(&dirs);
}

#[test]
fn who_stops_it_has_what_was_before() {
    for n in [0, 1, 3, 6] {
        let (_folder, dirs) = home();
        let key = prepared(&dirs);
        let mut step = 0;
        let stopped = resume(&dirs, &key, &mut |_| {
            step += 1;
            step <= n
        });
        assert!(matches!(stopped, Err(Error::Stopped)), "{stopped:?}");
        assert_eq!(phase(&dirs), None);
        is_whole(&dirs);
    }
}

#[test]
fn nothing_is_begun_with_damage_a_running_program_or_another_key() {
    let (_folder, dirs) = home();
    let key = prepared(&dirs);
    assert!(matches!(
        resume(&dirs, &DataKey::random().unwrap(), &mut |_| true),
        Err(Error::Vault(_))
    ));
    let lock = Lock::acquire(&dirs).unwrap();
    assert!(matches!(resume(&dirs, &key, &mut |_| true), Err(Error::Store(_))));
    drop(lock);
    fs::write(
        dirs.root().join("memory.sqlite"),
        b"rubbish that is no database, and long enough to be read",
    )
    .unwrap();
    assert!(matches!(resume(&dirs, &key, &mut |_| true), Err(Error::Damaged { .. })));
    assert_eq!(phase(&dirs), Some(Phase::Prepared));
}

#[test]
fn a_copy_that_the_key_does_not_open_is_named_before_anything_is_decrypted() {
    let (_folder, dirs) = home();
    let key = prepared(&dirs);
    resume(&dirs, &key, &mut |_| true).unwrap();
    open(&dirs, &key);
    let header = Header::read(dirs.root()).unwrap().unwrap();
    header.in_phase(Phase::Leaving).write(dirs.root()).unwrap();
    let copy = dirs.backups().join("hanashi-9999-daily.sqlite");
    fs::write(&copy, [7; 8192]).unwrap();
    let refused = resume(&dirs, &key, &mut |_| true);
    assert!(matches!(&refused, Err(Error::Damaged { path, .. }) if *path == copy), "{refused:?}");
    assert_eq!(phase(&dirs), Some(Phase::Leaving));
    is_whole(&dirs);
}

#[test]
fn a_reader_that_holds_a_database_open_sends_it_back_to_plain() {
    let (_folder, dirs) = home();
    let key = prepared(&dirs);
    let reader = rusqlite::Connection::open(dirs.root().join("memory.sqlite")).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM a;").unwrap();
    assert!(resume(&dirs, &key, &mut |_| true).is_err());
    drop(reader);
    assert_eq!(phase(&dirs), None);
    is_whole(&dirs);
}

#[test]
fn a_packed_encrypted_folder_comes_back_encrypted() {
    let (folder, dirs) = home();
    let key = prepared(&dirs);
    resume(&dirs, &key, &mut |_| true).unwrap();
    open(&dirs, &key);
    delete_plain_copies(&dirs).unwrap();
    let (file, to) = (folder.path().join("../packed.zip"), tempfile::tempdir().unwrap());
    crate::pack(&dirs, &file, false, |_, _| true).unwrap();
    let packed = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(!packed.windows(MARK.len()).any(|window| window == MARK));
    let again = to.path().join("again.zip");
    fs::write(&again, &packed).unwrap();
    let new = Dirs::at(to.path().join("home"));
    crate::unpack(&again, &new, |_, _| true).unwrap();
    assert_eq!(holding_the_mark(&new), Vec::<PathBuf>::new());
    is_whole(&new);
}
