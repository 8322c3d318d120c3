//! What the room promises: keys, codes, files and databases that are right or refused.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use proptest::prelude::*;
use rusqlite::ErrorCode;

use crate::*;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// A folder that is encrypted and open.
fn sealed_folder() -> (tempfile::TempDir, Header) {
    let folder = tempfile::tempdir().unwrap();
    let key = DataKey::random().unwrap();
    let header = Header::new(&key, &secret("correct horse"), Phase::Sealed).unwrap();
    header.write(folder.path()).unwrap();
    unlock(&header, key).unwrap();
    (folder, header)
}

#[test]
fn the_passphrase_opens_the_key_in_whatever_form_it_is_typed() {
    let key = DataKey::random().unwrap();
    let header = Header::new(&key, &secret("ぱすわーど ABC é"), Phase::Sealed).unwrap();
    let folder = tempfile::tempdir().unwrap();
    header.write(folder.path()).unwrap();
    let read = Header::read(folder.path()).unwrap().unwrap();
    assert_eq!(read, header);
    // Decomposed, full width.
    for typed in ["ぱすわーど ABC é", "は\u{309a}すわーと\u{3099} ＡＢＣ e\u{301}"] {
        assert!(read.open(&secret(typed)).unwrap() == key, "{typed}");
    }
    assert!(matches!(read.open(&secret("ぱすわーど abc é")), Err(Error::WrongPassphrase)));
    assert!(matches!(
        Header::new(&key, &secret("short"), Phase::Sealed),
        Err(Error::ShortPassphrase { .. })
    ));
    // Another passphrase: the same key, the same folder, and the old one is of no use.
    let changed = read.rewrapped(&key, &secret("another one")).unwrap();
    assert_eq!(changed.id(), read.id());
    assert!(changed.open(&secret("another one")).unwrap() == key);
    assert!(matches!(changed.open(&secret("ぱすわーど ABC é")), Err(Error::WrongPassphrase)));
    assert!(matches!(
        read.rewrapped(&DataKey::random().unwrap(), &secret("another one")),
        Err(Error::WrongCode)
    ));
}

#[test]
fn a_key_file_that_claims_the_impossible_is_refused_before_anything_is_worked_out() {
    let folder = tempfile::tempdir().unwrap();
    let header =
        Header::new(&DataKey::random().unwrap(), &secret("passphrase"), Phase::Sealed).unwrap();
    header.write(folder.path()).unwrap();
    let path = folder.path().join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    let refused = |changed: String| {
        assert_ne!(changed, text, "nothing was changed");
        fs::write(&path, changed).unwrap();
        let error = Header::read(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Header { .. }), "{error}");
        // Nobody takes it for a plain folder.
        assert!(seal_of(&folder.path().join("x")).is_err());
    };
    refused(text.replace("memory_kib = 131072", "memory_kib = 4294967295"));
    refused(text.replace("passes = 3", "passes = 1000000"));
    refused(text.replace("lanes = 1", "lanes = 0"));
    refused(text.replace("v = 1", "v = 0"));
    refused(text.replace("argon2id", "md5"));
    refused(text.replace("salt = \"", "salt = \"00"));
    refused(text.replace("wrapped = \"", "wrapped = \"zz"));
    refused(text[..text.len() / 2].to_owned());
    refused(String::new());
    // One of a later version is not damaged: nobody shall put a new one in its place.
    fs::write(&path, text.replace("v = 1", "v = 2")).unwrap();
    assert!(matches!(Header::read(folder.path()), Err(Error::Newer { found: 2, .. })));
    assert!(seal_of(&folder.path().join("x")).is_err());
    fs::write(&path, "v = 3\nnew = true").unwrap();
    assert!(matches!(Header::read(folder.path()), Err(Error::Newer { found: 3, .. })));
    fs::write(&path, [0xff; 100]).unwrap();
    assert!(matches!(Header::read(folder.path()), Err(Error::Header { .. })));
    // Whatever is changed in what the key is bound to, the passphrase no longer opens it.
    for (from, to) in [("passes = 3", "passes = 2"), ("memory_kib = 131072", "memory_kib = 65536")]
    {
        fs::write(&path, text.replace(from, to)).unwrap();
        let header = Header::read(folder.path()).unwrap().unwrap();
        assert!(matches!(header.open(&secret("passphrase")), Err(Error::WrongPassphrase)));
    }
}

#[test]
fn a_recovery_code_is_read_as_people_write_and_slips_are_noticed() {
    let key = DataKey::random().unwrap();
    let code = recovery::code(&key);
    assert_eq!(code.len(), 56 + 13);
    assert!(recovery::key(&code).unwrap() == key);
    let sloppy = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    assert!(recovery::key(&sloppy).unwrap() == key);
    let wide: String = code
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c != '-').unwrap_or('ー'))
        .collect();
    assert!(recovery::key(&wide).unwrap() == key);
    // Every single character that is another one.
    let plain: Vec<char> = code.chars().filter(|c| *c != '-').collect();
    for at in 0..plain.len() {
        let mut wrong = plain.clone();
        wrong[at] = if wrong[at] == '7' { '8' } else { '7' };
        let wrong: String = wrong.into_iter().collect();
        assert!(matches!(recovery::key(&wrong), Err(Error::BadCode(_))), "{at}");
    }
    for bad in ["", "7", &code[..code.len() - 1], &format!("{}7", *code), "これはコードではない"]
    {
        assert!(matches!(recovery::key(bad), Err(Error::BadCode(_))), "{bad}");
    }
}

#[test]
fn a_file_is_encrypted_where_its_folder_is_and_refused_where_it_is_locked() {
    let (folder, header) = sealed_folder();
    let path = folder.path().join("deep/er/note.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let bytes = seal_for(&path, b"what was said").unwrap().into_owned();
    assert!(!bytes.windows(4).any(|four| four == b"said"));
    fs::write(&path, &bytes).unwrap();
    assert!(is_sealed(&path));
    assert_eq!(plain_length(bytes.len() as u64), Some(13));
    assert_eq!(read(&path, 100).unwrap(), b"what was said");
    assert_eq!(read(&path, 12).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    // Put there by hand.
    let by_hand = folder.path().join("by-hand.json");
    fs::write(&by_hand, "{}").unwrap();
    assert_eq!(read(&by_hand, 100).unwrap(), b"{}");

    lock(&header);
    assert_eq!(read(&path, 100).unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    assert_eq!(seal_for(&path, b"x").unwrap_err().kind(), std::io::ErrorKind::PermissionDenied);
    header.clone().in_phase(Phase::Sealing).write(folder.path()).unwrap();
    assert!(matches!(seal_of(&path), Err(Error::Unfinished(_))));
    // Elsewhere nothing is encrypted.
    let plain = tempfile::tempdir().unwrap();
    assert!(matches!(seal_of(&plain.path().join("a")), Ok(Seal::Plain)));
    fs::write(plain.path().join("a"), &bytes).unwrap();
    assert!(read(&plain.path().join("a"), 100).is_err(), "never noise for text");
}

#[test]
fn a_database_is_encrypted_where_its_folder_is_and_refused_where_it_is_locked() {
    let (folder, header) = sealed_folder();
    let path = folder.path().join("talk.sqlite");
    let connection = open(&path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE said (text TEXT);
             INSERT INTO said VALUES ('the heron flies at dusk');",
        )
        .unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(5).any(|five| five == b"heron"), "{}", path.display());
    }
    // A copy by SQLite itself has the same key.
    let copy = folder.path().join("copy.sqlite");
    connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).unwrap();
    drop(connection);
    assert!(!is_plain_database(&path) && !is_plain_database(&copy));
    for path in [&path, &copy] {
        let text: String = open_read_only(path)
            .unwrap()
            .query_row("SELECT text FROM said", [], |row| row.get(0))
            .unwrap();
        assert_eq!(text, "the heron flies at dusk");
    }
    lock(&header);
    let error = open(&path).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::AuthorizationForStatementDenied));
    assert!(error.to_string().contains("locked"), "{error}");
    assert!(open(&folder.path().join("new.sqlite")).is_err());
    assert!(!folder.path().join("new.sqlite").exists(), "nothing is made in a locked folder");
    // Another key is no key.
    let other = DataKey::random().unwrap();
    let error = database::with_key(&path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY, Some(&other))
        .unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase));
}

/// Tables as ours are: keys of their own and not, indexes, triggers, full text.
fn fill(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA user_version = 7; PRAGMA application_id = 1234;
             CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
             CREATE TABLE plain (a TEXT, b BLOB); CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID;
             CREATE INDEX by_body ON events (body); CREATE VIEW seen AS SELECT body FROM events;
             CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61');
             CREATE TABLE log (n INTEGER);
             CREATE TRIGGER noted AFTER INSERT ON plain BEGIN INSERT INTO log VALUES (1); END;",
        )
        .unwrap();
    for n in 0..500 {
        connection
            .execute("INSERT INTO events (body) VALUES (?1)", [format!("line {n} heron")])
            .unwrap();
        connection
            .execute("INSERT INTO words (text) VALUES (?1)", [format!("line {n} heron")])
            .unwrap();
        connection.execute("INSERT INTO plain VALUES (?1, zeroblob(300))", [n]).unwrap();
        connection.execute("INSERT INTO keyed VALUES (?1)", [format!("k{n}")]).unwrap();
    }
    connection.execute("DELETE FROM events WHERE seq < 10", []).unwrap();
}

#[test]
fn a_database_is_the_same_after_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let key = DataKey::random().unwrap();
    fill(&at("a"));
    // Left over from an attempt before.
    fs::write(at("b"), b"rubbish").unwrap();
    convert((&at("a"), None), (&at("b"), Some(&key))).unwrap();
    assert!(is_plain_database(&at("a")) && !is_plain_database(&at("b")));
    for end in ["a-wal", "a-shm", "a-journal", "b-wal", "b-journal"] {
        assert!(!at(end).exists(), "{end}");
    }
    assert!(!fs::read(at("b")).unwrap().windows(5).any(|five| five == b"heron"));
    convert((&at("b"), Some(&key)), (&at("c"), None)).unwrap();
    assert!(is_plain_database(&at("c")));
    let dump = |path: &Path| -> Vec<String> {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut all = Vec::new();
        for sql in [
            "SELECT seq || body FROM events ORDER BY seq",
            "SELECT rowid || a || hex(b) FROM plain ORDER BY rowid",
            "SELECT k FROM keyed ORDER BY k",
            "SELECT rowid || text FROM words WHERE words MATCH 'heron' ORDER BY rowid",
            "SELECT name || seq FROM sqlite_sequence",
            "SELECT count(*) || 'log' FROM log",
            "SELECT user_version || 'v' FROM pragma_user_version",
            "SELECT application_id || 'id' FROM pragma_application_id",
            "SELECT type || name || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name",
        ] {
            let mut query = connection.prepare(sql).unwrap();
            let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap();
            all.extend(rows.map(Result::unwrap));
        }
        all
    };
    let (before, after) = (dump(&at("a")), dump(&at("c")));
    assert!(before.len() > 2000);
    assert_eq!(before, after);
}

#[test]
fn a_database_in_use_or_damaged_is_not_converted() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let key = DataKey::random().unwrap();
    fill(&at("a"));
    let before = fs::read(at("a")).unwrap();
    let other = rusqlite::Connection::open(at("a")).unwrap();
    other.execute_batch("BEGIN; SELECT count(*) FROM events;").unwrap();
    assert!(matches!(convert((&at("a"), None), (&at("b"), Some(&key))), Err(Error::Sqlite { .. })));
    drop(other);
    let mut bytes = before;
    let length = bytes.len();
    bytes[length / 4..length / 2].fill(0x5a);
    fs::write(at("a"), &bytes).unwrap();
    assert!(convert((&at("a"), None), (&at("b"), Some(&key))).is_err());
    // Only its head says now that it has no write-ahead log.
    assert_eq!(fs::read(at("a")).unwrap()[100..], bytes[100..], "left as it was");
}

fn sealed(plain: &[u8], key: &DataKey) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), key).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

/// What a reader hands out, and whether it says that all is well.
fn opened(bytes: &[u8], key: &DataKey) -> (Vec<u8>, bool) {
    let mut plain = Vec::new();
    let well =
        Reader::new(bytes, key).and_then(|mut reader| reader.read_to_end(&mut plain)).is_ok();
    (plain, well)
}

const CHUNK: usize = 64 << 10;

#[test]
fn lengths_around_a_chunk_come_back_and_are_known_from_outside() {
    let key = DataKey::random().unwrap();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7] {
        let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let bytes = sealed(&plain, &key);
        assert_eq!(opened(&bytes, &key), (plain, true), "{length}");
        assert_eq!(plain_length(bytes.len() as u64), Some(length as u64));
        assert!(!opened(&bytes, &DataKey::random().unwrap()).1, "another key");
    }
    assert_eq!(plain_length(5), None);
}

#[test]
fn chunks_cannot_be_swapped_dropped_doubled_or_borrowed() {
    let key = DataKey::random().unwrap();
    let plain: Vec<u8> = (0..3 * CHUNK + 50).map(|n| (n / CHUNK) as u8).collect();
    let (bytes, other) = (sealed(&plain, &key), sealed(&plain, &key));
    let head = 28;
    let chunk = |bytes: &[u8], n: usize| -> Vec<u8> {
        let from = head + n * (CHUNK + 16);
        bytes[from..bytes.len().min(from + CHUNK + 16)].to_vec()
    };
    let build = |parts: &[Vec<u8>]| [bytes[..head].to_vec(), parts.concat()].concat();
    let [a, b, c, last] = [0, 1, 2, 3].map(|n| chunk(&bytes, n));
    assert!(opened(&build(&[a.clone(), b.clone(), c.clone(), last.clone()]), &key).1);
    let foreign = chunk(&other, 1);
    for parts in [
        vec![b.clone(), a.clone(), c.clone(), last.clone()],
        vec![a.clone(), c.clone(), last.clone()],
        vec![a.clone(), b.clone(), c.clone()],
        vec![a.clone(), a.clone(), b.clone(), c.clone(), last.clone()],
        vec![a.clone(), foreign, c.clone(), last.clone()],
        vec![a.clone(), b.clone(), c.clone(), last.clone(), last.clone()],
        vec![],
    ] {
        let (handed_out, well) = opened(&build(&parts), &key);
        assert!(!well);
        assert!(plain.starts_with(&handed_out), "only what is authentic is handed out");
    }
}

#[test]
fn lines_are_appended_and_a_damaged_one_costs_no_other() {
    let (folder, _header) = sealed_folder();
    let path = folder.path().join("votes.jsonl");
    let mut bytes = b"{\"plain\": 1}\n".to_vec();
    for line in ["{\"a\": \"heron\"}", "{\"b\": 2}", "{\"c\": 3}"] {
        bytes.extend(line_for(&path, line).unwrap());
    }
    fs::write(&path, &bytes).unwrap();
    assert!(!bytes.windows(5).any(|five| five == b"heron"));
    let all = b"{\"plain\": 1}\n{\"a\": \"heron\"}\n{\"b\": 2}\n{\"c\": 3}\n";
    assert_eq!(read(&path, 1000).unwrap(), all);
    // One letter of the second, and the last one cut off.
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + LINE.len() + 60;
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    bytes.truncate(bytes.len() - 5);
    fs::write(&path, &bytes).unwrap();
    let text = String::from_utf8(read(&path, 1000).unwrap()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[2], lines.len()), ("{\"plain\": 1}", "{\"b\": 2}", 4));
    assert!(lines[1].starts_with("~hanashi1 ") && lines[3].starts_with("~hanashi1 "));
    // Whoever goes on behind a torn line begins one of its own.
    bytes.extend(line_for(&path, "{\"d\": 4}").unwrap());
    fs::write(&path, &bytes).unwrap();
    assert!(read(&path, 1000).unwrap().ends_with(b"\n{\"d\": 4}\n"));
    // Switched off, such a line is still there, and costs no other; a file of nothing else is refused.
    let plain = tempfile::tempdir().unwrap();
    let path = plain.path().join("votes.jsonl");
    fs::write(&path, &text).unwrap();
    assert_eq!(read(&path, 1000).unwrap(), text.as_bytes());
    fs::write(&path, lines[1]).unwrap();
    assert!(read(&path, 1000).is_err());
    // Many short lines are longer encrypted than anybody reads: never a part of them as if it were all.
    let many: Vec<u8> =
        (0..100).flat_map(|_| line_for(&folder.path().join("a"), "1").unwrap()).collect();
    let path = folder.path().join("many.jsonl");
    fs::write(&path, &many).unwrap();
    assert_eq!(read(&path, many.len() as u64).unwrap(), b"1\n".repeat(100));
    assert_eq!(read(&path, 300).unwrap_err().kind(), std::io::ErrorKind::InvalidData);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_cut_off_or_changed_anywhere_is_refused(
        length in 0_usize..200_000, at in any::<prop::sample::Index>(), bit in 0_u8..8, cut in any::<bool>()
    ) {
        let key = DataKey::random().unwrap();
        let plain: Vec<u8> = (0..length).map(|n| (n * 7 % 256) as u8).collect();
        let mut bytes = sealed(&plain, &key);
        let place = at.index(bytes.len());
        if cut { bytes.truncate(place) } else { bytes[place] ^= 1 << bit }
        let (handed_out, well) = opened(&bytes, &key);
        prop_assert!(!well);
        prop_assert!(plain.starts_with(&handed_out));
    }

    #[test]
    fn written_in_pieces_it_is_the_same(pieces in prop::collection::vec(0_usize..90_000, 0..6)) {
        let key = DataKey::random().unwrap();
        let mut writer = Writer::new(Vec::new(), &key).unwrap();
        let mut plain = Vec::new();
        for (n, length) in pieces.iter().enumerate() {
            writer.write_all(&vec![n as u8; *length]).unwrap();
            plain.extend(vec![n as u8; *length]);
        }
        prop_assert_eq!(opened(&writer.finish().unwrap(), &key), (plain, true));
    }
}
