//! Logs and memories that are older than the other: brought back from a copy, cut short by a power cut, or of an earlier version.

use super::*;

impl Home {
    /// The log is brought back from a copy, in which this message was the last.
    fn bring_back(&mut self, copy: &Path, last: MessageId) {
        self.log = None;
        let database = Dirs::at(self.folder.path()).database();
        remove_database(&database);
        std::fs::copy(copy, database).unwrap();
        self.log = Some(open_log(self.folder.path()));
        self.leaf = Some(last);
    }
}

#[test]
fn a_memory_that_is_older_than_the_log_takes_over_what_was_decided_since() {
    let mut home = Home::new();
    let secret = home.say("My sister's name is Zephyrine.");
    home.say("My cat is called Momo.");
    home.known();
    let old = home.folder.path().join("old.sqlite");
    home.memory().lock().execute("VACUUM INTO ?1", [old.to_string_lossy()]).unwrap();
    let scope = home.scope();
    home.memory().forget_message(&scope, secret, home.log()).unwrap();
    let note = home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    home.memory().pin(note, true, home.log()).unwrap();
    let known = home.known();
    // As after a power cut, which may cost the memory its last seconds.
    home.memory = None;
    remove_database(&home.path());
    std::fs::rename(&old, home.path()).unwrap();
    home.memory = Some(Memory::open(&home.path()).unwrap());
    assert_eq!(home.known(), known);
    let bytes = std::fs::read(home.path()).unwrap();
    let word = b"zephyrine";
    assert!(!bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)));
}

#[test]
fn a_log_that_is_brought_back_from_a_copy_is_told_what_was_decided_since() {
    let mut home = Home::new();
    let secret = home.say("My sister's name is Zephyrine.");
    let first = home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    let copy = home.log().back_up(3).unwrap();
    let scope = home.scope();
    home.memory().forget_message(&scope, secret, home.log()).unwrap();
    let first = home.memory().name_of(first).unwrap();
    home.memory().delete_notes(&[first], home.log()).unwrap();
    home.memory().add(&koto(), &note("food", "soup"), home.log()).unwrap();
    home.say("My cat is called Momo.");
    let _ = home.known();
    home.bring_back(&copy, secret);
    let values = |home: &Home| -> Vec<String> {
        let facts = home.memory().facts(&home.scope()).unwrap();
        facts.into_iter().map(|fact| fact.value).collect()
    };
    assert_eq!(values(&home), ["soup"], "the cat was never mentioned there");
    home.lose();
    assert_eq!(values(&home), ["soup"]);
    home.say("My cat is called Mimi.");
    assert_eq!(values(&home), ["Mimi", "soup"], "and the log is read on");
}

#[test]
fn a_log_that_is_brought_back_and_written_past_where_it_was_is_noticed() {
    let mut home = Home::new();
    let secret = home.say("My sister's name is Zephyrine.");
    let kept = home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    let copy = home.log().back_up(3).unwrap();
    let scope = home.scope();
    home.memory().forget_message(&scope, secret, home.log()).unwrap();
    home.memory().correct(kept, Some("weaver"), home.log()).unwrap();
    home.memory().add(&koto(), &note("food", "soup"), home.log()).unwrap();
    let through = home.log().last_decided().unwrap();
    home.bring_back(&copy, secret);
    // Somebody else writes more than was ever there.
    let elsewhere = Memory::in_memory().unwrap();
    elsewhere.sync(home.log(), || false).unwrap();
    for word in ["hat", "scarf", "coat", "shoes", "gloves", "belt"] {
        elsewhere.add(&koto(), &note(word, word), home.log()).unwrap();
    }
    assert!(home.log().last_decided().unwrap() > through);
    let values = |memory: &Memory| -> Vec<String> {
        memory.sync(home.log(), || false).unwrap();
        let facts = memory.facts(&home.scope()).unwrap();
        let mut values: Vec<String> = facts.into_iter().map(|fact| fact.value).collect();
        values.sort();
        values
    };
    let all = ["belt", "coat", "gloves", "hat", "scarf", "shoes", "soup", "weaver"];
    assert_eq!(values(home.memory()), all, "and the sister stays forgotten");
    assert_eq!(values(&elsewhere), all);
    assert_eq!(values(&Memory::in_memory().unwrap()), all, "the log has all of it");
}

/// The tables of decisions as version 7 had them.
const OF_7: &str = "
CREATE TABLE decisions (message TEXT NOT NULL, attribute TEXT NOT NULL, said TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0, value TEXT,
  PRIMARY KEY (message, attribute, said)) STRICT;
CREATE TABLE forgotten (message TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE heeded (message TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE retold (character TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (character, first, last)) STRICT, WITHOUT ROWID;
CREATE TABLE notes (key INTEGER PRIMARY KEY AUTOINCREMENT, character TEXT NOT NULL, of_user INTEGER NOT NULL, attribute TEXT NOT NULL,
  value TEXT NOT NULL, at INTEGER NOT NULL, pinned INTEGER NOT NULL) STRICT;
PRAGMA user_version = 7;
";

#[test]
fn what_an_older_version_kept_in_the_memory_alone_is_told_to_the_log_once() {
    let mut home = Home::new();
    let cat = home.say("My cat is called Momo.");
    let secret = home.say("I live in Leeds.");
    let four: Vec<MessageId> = (0..4).map(|n| home.say(&format!("Green lantern {n}."))).collect();
    let attribute = home.memory().facts(&home.scope()).unwrap().pop().unwrap().attribute.0;
    home.memory = None;
    remove_database(&home.path());
    let old = rusqlite::Connection::open(home.path()).unwrap();
    old.execute_batch(OF_7).unwrap();
    let (cat, secret, last) = (cat.to_string(), secret.to_string(), four[3].to_string());
    old.execute("INSERT INTO decisions VALUES (?1, ?2, 'Momo', 1, 'Mochi')", (&cat, attribute))
        .unwrap();
    old.execute("INSERT INTO forgotten VALUES (?1)", [&secret]).unwrap();
    old.execute("INSERT INTO heeded VALUES (?1)", [&secret]).unwrap();
    old.execute("INSERT INTO retold VALUES ('koto', ?1, ?2, 'By hand.')", (&cat, &last)).unwrap();
    for value in ["potter", "baker"] {
        old.execute(
            "INSERT INTO notes (character, of_user, attribute, value, at, pinned) VALUES ('koto', 1, 'work', ?1, 9, 0)",
            [value],
        )
        .unwrap();
    }
    drop(old);
    home.memory = Some(Memory::open(&home.path()).unwrap());
    let known = home.known();
    let all = known.join("\n");
    for word in ["Mochi", "baker", "By hand.", &secret] {
        assert!(all.contains(word), "{word}: {all}");
    }
    assert!(!all.contains("I live"), "{all}");
    let told = home.log().last_decided().unwrap();
    assert_eq!(told, 6);
    home.lose();
    assert_eq!(home.known(), known);
    assert_eq!(home.log().last_decided().unwrap(), told, "once");
}
