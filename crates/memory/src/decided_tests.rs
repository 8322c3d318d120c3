//! The memory's file may go at any time: what the person decided is in the log.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::{Cast, CharacterId, Log, MessageId, NewMessage, Role};
use proptest::prelude::*;
use store::{Dirs, EventLog, Lock};

use super::*;
use crate::facts::Attribute;

mod copies;

/// A data folder in which somebody talks.
struct Home {
    folder: tempfile::TempDir,
    log: Option<EventLog>,
    memory: Option<Memory>,
    conversation: domain::ConversationId,
    leaf: Option<MessageId>,
}

fn koto() -> CharacterId {
    CharacterId("koto".into())
}

fn haru() -> CharacterId {
    CharacterId("haru".into())
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = open_log(folder.path());
        let conversation = log.begin(&koto(), "").unwrap().id;
        let guests = vec![haru()];
        log.set_cast(conversation, Cast { guests, ..Cast::default() }).unwrap();
        let memory = Memory::open(&folder.path().join("memory.sqlite")).unwrap();
        Self { folder, log: Some(log), memory: Some(memory), conversation, leaf: None }
    }

    fn log(&self) -> &EventLog {
        self.log.as_ref().unwrap()
    }

    fn memory(&self) -> &Memory {
        let memory = self.memory.as_ref().unwrap();
        assert!(memory.sync(self.log(), || false).unwrap().complete);
        memory
    }

    fn say(&mut self, text: &str) -> MessageId {
        let message = NewMessage {
            conversation: self.conversation,
            parent: self.leaf,
            role: Role::User,
            text: text.into(),
            interrupted: false,
            speaker: None,
        };
        let id = self.log().append(message).unwrap().id;
        self.leaf = Some(id);
        id
    }

    fn scope(&self) -> Scope {
        Scope { character: koto(), here: Some((self.conversation, self.leaf)) }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("memory.sqlite")
    }

    /// Everything that is known by anybody, whatever its numbers are.
    fn known(&self) -> Vec<String> {
        let memory = self.memory();
        let mut all = Vec::new();
        for character in [koto(), haru()] {
            let scope = Scope { character, here: None };
            for mut fact in memory.facts(&scope).unwrap() {
                fact.id = 0;
                all.push(format!("{} {fact:?}", scope.character.0));
            }
            for word in ["lantern", "Leeds", "Momo", "green"] {
                let hits = memory.search(&scope, word, 99, self.log()).unwrap();
                let found: BTreeSet<String> =
                    hits.iter().map(|hit| hit.message.to_string()).collect();
                all.push(format!("{} {word} {found:?}", scope.character.0));
            }
            for chapter in memory.outline(&scope, 9, self.log()).unwrap() {
                for scene in chapter.scenes {
                    let by_hand = scene.about.summary.filter(|summary| summary.by == BY_HAND);
                    all.push(format!("{} {:?}", scope.character.0, by_hand.map(|one| one.text)));
                }
            }
        }
        let forgotten: BTreeSet<String> =
            memory.forgotten().unwrap().iter().map(ToString::to_string).collect();
        all.push(format!("{forgotten:?}"));
        all
    }

    /// The memory's file is lost.
    fn lose(&mut self) {
        self.memory = None;
        remove_database(&self.path());
        self.memory = Some(Memory::open(&self.path()).unwrap());
    }
}

fn remove_database(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
}

fn open_log(folder: &Path) -> EventLog {
    let dirs = Dirs::at(folder);
    EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap()
}

fn note(attribute: &str, value: &str) -> Note {
    let attribute = Attribute(attribute.into());
    Note { attribute, value: value.into(), of_user: true, at: 5, pinned: false }
}

/// What somebody does with a memory; the numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Say(usize),
    Back(usize),
    Pin(usize, bool),
    Correct(usize, bool),
    Add(usize),
    Forget(usize),
    ForgetMessage(usize),
    ForgetTopic,
    Undo,
    Retell(bool),
    Remove(bool),
    Restore,
    Purge,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..LINES.len()).prop_map(Step::Say),
        1 => (0..9usize).prop_map(Step::Back),
        2 => (0..9usize, any::<bool>()).prop_map(|(fact, on)| Step::Pin(fact, on)),
        2 => (0..9usize, any::<bool>()).prop_map(|(fact, on)| Step::Correct(fact, on)),
        2 => (0..3usize).prop_map(Step::Add),
        3 => (0..9usize).prop_map(Step::Forget),
        1 => (0..9usize).prop_map(Step::ForgetMessage),
        1 => Just(Step::ForgetTopic),
        3 => Just(Step::Undo),
        1 => any::<bool>().prop_map(Step::Retell),
        1 => any::<bool>().prop_map(Step::Remove),
        1 => Just(Step::Restore),
        1 => Just(Step::Purge),
    ]
}

const LINES: [&str; 9] = [
    "My name is Tom and I live in Leeds.",
    "My cat is called Momo.",
    "I like green tea. My sister's name is Lena.",
    "My birthday is in May.",
    "No, sorry, it's in June.",
    "我住在上海。",
    "The lantern in the harbour was green.",
    "Lena lives in Porto.",
    "What do you think of that?",
];

impl Home {
    #[expect(clippy::too_many_lines, reason = "a step each")]
    fn take(&mut self, step: &Step, undos: &mut Vec<Forgotten>) {
        let scope = self.scope();
        let fact = |at: &usize, home: &Self| {
            let facts = home.memory().facts(&scope).unwrap();
            (!facts.is_empty()).then(|| facts[at % facts.len()].id)
        };
        match step {
            Step::Say(line) => {
                self.say(LINES[*line]);
            }
            Step::Back(by) => {
                let Some(leaf) = self.leaf else { return };
                let path = self.log().path(leaf).unwrap();
                let to = path[path.len().saturating_sub(1 + by)].id;
                self.log().select(self.conversation, Some(to)).unwrap();
                self.leaf = Some(to);
            }
            Step::Pin(at, on) => {
                if let Some(fact) = fact(at, self) {
                    self.memory().pin(fact, *on, self.log()).unwrap();
                }
            }
            Step::Correct(at, on) => {
                if let Some(fact) = fact(at, self) {
                    let value = on.then_some("something else");
                    self.memory().correct(fact, value, self.log()).unwrap();
                }
            }
            Step::Add(which) => {
                let notes = [note("home", "York"), note("cat", "Momo"), note("food", "soup")];
                self.memory().add(&koto(), &notes[*which], self.log()).unwrap();
            }
            Step::Forget(at) => {
                if let Some(fact) = fact(at, self) {
                    undos.push(self.memory().forget(&scope, fact, self.log()).unwrap());
                }
            }
            Step::ForgetMessage(at) => {
                let Some(leaf) = self.leaf else { return };
                let path = self.log().path(leaf).unwrap();
                let message = path[at % path.len()].id;
                undos.push(self.memory().forget_message(&scope, message, self.log()).unwrap());
            }
            Step::ForgetTopic => {
                let order = self.say("Forget what I said about Lena.");
                let path = self.log().path(order).unwrap();
                let heeded = self.memory().heed(&self.scope(), &path, self.log()).unwrap();
                undos.push(heeded.unwrap().forgotten);
            }
            Step::Undo => {
                if let Some(undo) = undos.pop() {
                    self.memory().remember_again(&undo, self.log()).unwrap();
                }
            }
            Step::Retell(on) => {
                let memory = self.memory();
                if let Some(scene) = memory.unsummed(&scope, u64::MAX, 9, self.log()).unwrap() {
                    memory.keep_summary(&scene, "qwen", "They spoke of tea.").unwrap();
                }
                if let Some(scene) = memory.so_far(&scope, u64::MAX / 2).unwrap() {
                    let text = if *on { "They spoke of cats." } else { "" };
                    memory.retell(scene.id, text, self.log()).unwrap();
                }
            }
            Step::Remove(keep) => {
                if *keep {
                    self.memory().keep_told(self.conversation, self.log()).unwrap();
                }
                self.log().remove_conversation(self.conversation).unwrap();
                self.conversation = self.log().begin(&koto(), "").unwrap().id;
                self.leaf = None;
                // What was forgotten there is taken back nowhere else.
                undos.clear();
            }
            Step::Restore => {
                let removed = self.log().removed_conversations().unwrap();
                let Some(removed) = removed.first() else { return };
                let id = removed.summary.conversation.id;
                self.log().restore_conversation(id).unwrap();
                self.memory().drop_kept(id, self.log()).unwrap();
            }
            Step::Purge => {
                let removed = self.log().removed_conversations().unwrap();
                let Some(removed) = removed.first() else { return };
                let id = removed.summary.conversation.id;
                self.memory().erase_conversations(&[id], self.log()).unwrap();
                self.log().purge_conversations(&[id]).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn whatever_was_decided_is_the_same_after_the_memory_is_lost(
        steps in prop::collection::vec(step(), 4..28),
    ) {
        let mut home = Home::new();
        let mut undos = Vec::new();
        for step in &steps {
            home.take(step, &mut undos);
        }
        let known = home.known();
        home.lose();
        prop_assert_eq!(home.known(), known.clone());
        // The whole program anew, too.
        home.log = None;
        home.log = Some(open_log(home.folder.path()));
        home.lose();
        prop_assert_eq!(home.known(), known);
    }
}

#[test]
fn what_was_forgotten_stays_forgotten_where_the_memory_is_damaged() {
    let mut home = Home::new();
    home.say("My name is Tom and I live in Leeds.");
    home.say("My cat is called Momo.");
    let scope = home.scope();
    let facts = home.memory().facts(&scope).unwrap();
    let of = |attribute: &str| facts.iter().find(|one| one.attribute.0 == attribute).unwrap().id;
    home.memory().pin(of("name"), true, home.log()).unwrap();
    home.memory().correct(of("cat"), Some("Mochi"), home.log()).unwrap();
    home.memory().forget(&scope, of("home"), home.log()).unwrap();
    home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    let known = home.known();
    home.memory = None;
    std::fs::write(home.path(), b"this is no database, and longer than a header would be").unwrap();
    home.memory = Some(Memory::open(&home.path()).unwrap());
    assert_eq!(home.known(), known);
    let facts = home.memory().facts(&scope).unwrap();
    let values: BTreeSet<&str> = facts.iter().map(|fact| fact.value.as_str()).collect();
    assert_eq!(values, ["Mochi", "Tom", "potter"].into());
    assert!(home.path().with_extension("damaged").exists());
}

#[test]
fn nothing_is_changed_where_the_log_cannot_be_written() {
    let mut home = Home::new();
    home.say("My cat is called Momo.");
    let scope = home.scope();
    let cat = home.memory().facts(&scope).unwrap().remove(0);
    let known = home.known();
    let broken = EventLog::read_only(&Dirs::at(home.folder.path())).unwrap();
    let dirs = Dirs::at(home.folder.path());
    rusqlite::Connection::open(dirs.database())
        .unwrap()
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON decided BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();
    assert!(home.memory().pin(cat.id, true, &broken).is_err());
    assert!(home.memory().forget(&scope, cat.id, &broken).is_err());
    assert!(home.memory().add(&koto(), &note("job", "potter"), &broken).is_err());
    assert_eq!(home.known(), known);
}

#[test]
fn a_pin_finds_its_fact_again_where_other_rules_read_it() {
    let mut home = Home::new();
    let message = home.say("My cat is called Momo.").to_string();
    let scope = home.scope();
    let cat = home.memory().facts(&scope).unwrap().remove(0);
    home.memory().correct(cat.id, Some("Mochi"), home.log()).unwrap();
    // As rules of yesterday had read it.
    home.memory()
        .deciding(home.log(), |connection| {
            connection
                .execute("UPDATE decisions SET said = 'called Momo' WHERE message = ?1", [&message])
        })
        .unwrap();
    assert_eq!(home.memory().facts(&scope).unwrap()[0].value, "Momo");
    home.lose();
    assert_eq!(home.memory().facts(&scope).unwrap()[0].value, "Mochi");
}

#[test]
fn an_entry_of_another_shape_is_passed_over_and_the_others_are_taken() {
    let mut home = Home::new();
    let cat = home.say("My cat is called Momo.").to_string();
    home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    let known = home.known();
    let kept = home.log().decided(0, 9).unwrap().remove(0).decision.subject;
    let entry = |what: &str, subject: &str, value: &str| store::Decision {
        what: what.into(),
        subject: subject.into(),
        value: value.into(),
    };
    let odd = [
        entry("facts", &cat, "5"),
        entry("facts", "another", r#"["Momo"]"#),
        entry("facts", "a third", r#"[{"attribute":"cat"}]"#),
        entry("scene", "no list", r#"{"text":"By hand."}"#),
        entry("scene", r#"["koto"]"#, r#"{"text":"By hand."}"#),
        entry("scene", r#"["koto","a","b"]"#, "[7]"),
        entry("note", &kept, "true"),
        entry("note", "odd", r#"{"character":"koto","value":7}"#),
    ];
    home.log().decide(&odd).unwrap();
    assert_eq!(home.known(), known, "what was known stays");
    let fits = r#"{"character":"koto","of_user":true,"attribute":"home","value":"Leeds","at":9,"pinned":false,"source":null}"#;
    home.log().decide(&[entry("note", "fits", fits)]).unwrap();
    let values: Vec<String> =
        home.memory().facts(&home.scope()).unwrap().into_iter().map(|fact| fact.value).collect();
    assert!(values.contains(&"Leeds".to_owned()), "{values:?}");
    home.lose();
    assert!(home.known().join("\n").contains("Leeds"), "a new memory reads on, too");
}

#[test]
fn a_damaged_memory_that_was_set_aside_goes_when_something_is_forgotten() {
    let mut home = Home::new();
    home.say("My cat is called Momo.");
    let aside = home.path().with_extension("damaged");
    std::fs::write(&aside, "Momo").unwrap();
    let scope = home.scope();
    let cat = home.memory().facts(&scope).unwrap().remove(0);
    home.memory().forget(&scope, cat.id, home.log()).unwrap();
    assert!(!aside.exists());
    home.say("I live in Leeds.");
    // It cannot be deleted: nothing is forgotten, and the file is named.
    std::fs::create_dir(&aside).unwrap();
    let scope = home.scope();
    let city = home.memory().facts(&scope).unwrap().remove(0);
    let refused = home.memory().forget(&scope, city.id, home.log()).unwrap_err().to_string();
    assert!(refused.contains("memory.damaged"), "{refused}");
    let gone = home.conversation;
    home.log().remove_conversation(gone).unwrap();
    assert!(home.memory().erase_conversations(&[gone], home.log()).is_err());
    std::fs::remove_dir(&aside).unwrap();
    std::fs::write(&aside, "Leeds").unwrap();
    home.memory().erase_conversations(&[gone], home.log()).unwrap();
    assert!(!aside.exists());
}

#[test]
fn a_name_finds_its_fact_after_the_numbers_were_given_anew() {
    let mut home = Home::new();
    let first = home.memory().add(&koto(), &note("job", "potter"), home.log()).unwrap();
    home.say("My cat is called Momo.");
    let scope = home.scope();
    let second = home.memory().add(&koto(), &note("hobby", "chess"), home.log()).unwrap();
    let cat = home.memory().facts(&scope).unwrap();
    let cat = cat.iter().find(|fact| fact.value == "Momo").unwrap().id;
    let name = |fact| home.memory().name_of(fact).unwrap();
    let (job, hobby, told) = (name(first), name(second), name(cat));
    home.memory().delete_notes(std::slice::from_ref(&job), home.log()).unwrap();
    home.memory().rebuild().unwrap();
    let value = |name: &FactName| {
        let id = home.memory().named(name).unwrap()?;
        let facts = home.memory().facts(&scope).unwrap();
        facts.into_iter().find(|fact| fact.id == id).map(|fact| fact.value)
    };
    assert_eq!(home.memory().named(&hobby).unwrap(), Some(first), "its number was another's");
    assert_eq!(
        (value(&job), value(&hobby), value(&told)),
        (None, Some("chess".into()), Some("Momo".into()))
    );
    // Gone already: nobody else's note goes for it, and no message's fact.
    home.memory().delete_notes(&[job, told.clone()], home.log()).unwrap();
    assert_eq!((value(&hobby), value(&told)), (Some("chess".into()), Some("Momo".into())));
}
