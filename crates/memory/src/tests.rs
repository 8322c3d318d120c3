//! The memory over a real log.

use std::collections::HashSet;

use domain::{CharacterId, ConversationId, Log, MessageId, NewMessage, Role};
use proptest::prelude::*;
use store::EventLog;

use super::*;

/// A conversation that is being held.
pub(crate) struct Talk {
    pub(crate) log: EventLog,
    pub(crate) memory: Memory,
    pub(crate) conversation: ConversationId,
    pub(crate) leaf: Option<MessageId>,
    pub(crate) character: CharacterId,
}

impl Talk {
    pub(crate) fn new() -> Self {
        let log = EventLog::in_memory().unwrap();
        let character = CharacterId("koto".into());
        let conversation = log.begin(&character, "").unwrap().id;
        Self { log, memory: Memory::in_memory().unwrap(), conversation, leaf: None, character }
    }

    pub(crate) fn say(&mut self, role: Role, text: &str) -> MessageId {
        let message = NewMessage {
            conversation: self.conversation,
            parent: self.leaf,
            role,
            text: text.into(),
            interrupted: false,
            speaker: None,
        };
        let id = self.log.append(message).unwrap().id;
        self.leaf = Some(id);
        id
    }

    pub(crate) fn user(&mut self, text: &str) -> MessageId {
        self.say(Role::User, text)
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope { character: self.character.clone(), here: Some((self.conversation, self.leaf)) }
    }

    /// Keeps `text` as a model's summary of the newest scene that has none.
    pub(crate) fn sum_up(&self, text: &str) {
        self.memory.sync(&self.log, || false).unwrap();
        let scene = self.memory.unsummed(&self.scope(), u64::MAX, 20, &self.log).unwrap().unwrap();
        self.memory.keep_summary(&scene, "qwen", text).unwrap();
    }

    pub(crate) fn known(&self) -> Vec<(String, String)> {
        assert!(self.memory.sync(&self.log, || false).unwrap().complete);
        let facts = self.memory.facts(&self.scope()).unwrap();
        facts.into_iter().map(|fact| (fact.attribute.0, fact.value)).collect()
    }

    pub(crate) fn recalled(&self, question: &str) -> String {
        self.memory.sync(&self.log, || false).unwrap();
        let recalled = self
            .memory
            .recall(&self.scope(), question, &HashSet::new(), Limits::default(), &self.log)
            .unwrap();
        recalled
            .into_iter()
            .map(|one| match one.item {
                Item::Fact(fact) => format!("{}: {}", fact.attribute.0, fact.value),
                Item::Quote { text, .. } => format!("\"{text}\""),
                Item::Scene(scene) => format!("[{}]", scene.summary.text),
            })
            .collect::<Vec<_>>()
            .join("\n")
    }
}

pub(crate) fn pair(attribute: &str, value: &str) -> (String, String) {
    (attribute.into(), value.into())
}

#[test]
fn what_was_told_is_known_and_recalled() {
    let mut talk = Talk::new();
    talk.user("Hi! My name is Tom and my sister's name is Anna.");
    talk.say(Role::Character, "[joy] Hello Tom!");
    talk.user("We went to the lighthouse in Dover yesterday, it was stormy.");
    assert_eq!(talk.known(), [pair("sister", "Anna"), pair("name", "Tom")]);
    assert!(talk.recalled("What is my sister called?").contains("sister: Anna"));
    assert!(talk.recalled("Where was the lighthouse?").contains("Dover"));
}

#[test]
fn a_correction_replaces_and_the_old_value_is_not_recalled() {
    let mut talk = Talk::new();
    talk.user("My birthday is in March.");
    talk.say(Role::Character, "March! How lovely.");
    talk.user("No, wait, it's in May.");
    assert_eq!(talk.known(), [pair("birthday", "May")]);
    let recalled = talk.recalled("When is my birthday?");
    assert!(
        recalled.contains("birthday: May") && !recalled.contains("\"My birthday is in March"),
        "{recalled}"
    );
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    assert_eq!(fact.before, ["March"]);
}

#[test]
fn a_taste_can_change_sides() {
    let mut talk = Talk::new();
    talk.user("I love coriander. I love tea.");
    talk.user("I don't like coriander any more.");
    assert_eq!(talk.known(), [pair("dislikes", "coriander"), pair("likes", "tea")]);
}

#[test]
fn on_another_branch_it_did_not_happen() {
    let mut talk = Talk::new();
    let start = talk.user("Hello there.");
    talk.user("My cat is called Momo.");
    let one_branch = talk.leaf;
    talk.leaf = Some(start);
    talk.log.select(talk.conversation, Some(start)).unwrap();
    talk.user("My cat is called Kuro.");
    assert_eq!(talk.known(), [pair("cat", "Kuro")]);
    assert!(!talk.recalled("What is my cat's name?").contains("Momo"));
    talk.log.select(talk.conversation, one_branch).unwrap();
    talk.leaf = one_branch;
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
    // Other conversations see the branch that is shown.
    let other = talk.log.begin(&talk.character, "").unwrap().id;
    (talk.conversation, talk.leaf) = (other, None);
    assert_eq!(talk.known(), [pair("cat", "Momo")]);
}

#[test]
fn another_character_knows_nothing_of_it() {
    let mut talk = Talk::new();
    talk.user("My cat is called Momo.");
    talk.character = CharacterId("haru".into());
    talk.conversation = talk.log.begin(&talk.character, "").unwrap().id;
    talk.leaf = None;
    assert_eq!(talk.known(), []);
    assert_eq!(talk.recalled("What is my cat's name?"), "");
}

#[test]
fn what_is_forgotten_stays_forgotten_when_the_memory_is_made_again() {
    let mut talk = Talk::new();
    talk.user("I live in Leeds.");
    talk.user("I have a dog called Rex.");
    assert_eq!(talk.known().len(), 2);
    let leeds = talk
        .memory
        .facts(&talk.scope())
        .unwrap()
        .into_iter()
        .find(|fact| fact.value == "Leeds")
        .unwrap();
    talk.memory.forget(&talk.scope(), leeds.id, &talk.log).unwrap();
    assert_eq!(talk.known(), [pair("dog", "Rex")]);
    assert!(!talk.recalled("Where do I live? Leeds?").contains("Leeds"));
    talk.memory.rebuild().unwrap();
    assert_eq!(talk.known(), [pair("dog", "Rex")]);
    assert!(matches!(
        talk.memory.forget(&talk.scope(), 9_999, &talk.log),
        Err(Error::Unknown(9_999))
    ));
}

#[test]
fn a_pin_and_a_correction_by_hand_survive_too() {
    let mut talk = Talk::new();
    talk.user("I live in Leeds.");
    talk.known();
    let fact = talk.memory.facts(&talk.scope()).unwrap().remove(0);
    talk.memory.pin(fact.id, true, &talk.log).unwrap();
    talk.memory.correct(fact.id, Some("Leeds, near the canal"), &talk.log).unwrap();
    talk.memory.rebuild().unwrap();
    assert_eq!(talk.known(), [pair("home", "Leeds, near the canal")]);
    assert!(talk.memory.facts(&talk.scope()).unwrap()[0].pinned);
}

#[test]
fn what_stands_in_the_prompt_anyway_is_not_recalled() {
    let mut talk = Talk::new();
    let id = talk.user("The lighthouse was painted green.");
    talk.memory.sync(&talk.log, || false).unwrap();
    let visible = HashSet::from([id]);
    let found = talk
        .memory
        .recall(&talk.scope(), "lighthouse green", &visible, Limits::default(), &talk.log)
        .unwrap();
    assert_eq!(found, []);
}

#[test]
fn chinese_and_japanese_are_recalled() {
    let mut talk = Talk::new();
    talk.user("我妹妹叫小雨，她在上海读书。");
    talk.user("昨日は江ノ島の灯台に行きました。");
    assert!(talk.recalled("我妹妹叫什么名字？").contains("妹妹: 小雨"));
    assert!(talk.recalled("灯台はどこでしたか？").contains("江ノ島"));
}

#[test]
fn questions_with_operators_of_the_index_are_only_words() {
    let mut talk = Talk::new();
    talk.user("near or and not lighthouse");
    for question in
        ["\"", "a OR", "NEAR(", "who : c1", "*", "-", "lighthouse*", "NOT", "^x", "\u{0}"]
    {
        talk.recalled(question);
    }
    assert!(talk.recalled("NOT \"lighthouse").contains("near or and not lighthouse"));
}

#[test]
fn a_damaged_file_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.user("I live in Leeds.");
    std::fs::write(&path, b"SQLite format 3\0 and then nothing that makes sense, again and again")
        .unwrap();
    let journal = folder.path().join("memory.sqlite-wal");
    std::fs::write(&journal, b"the journal of another file").unwrap();
    talk.memory = Memory::open(&path).unwrap();
    assert!(std::fs::read(&journal).map_or(true, |bytes| !bytes.starts_with(b"the journal")));
    assert_eq!(talk.known(), [pair("home", "Leeds")]);
    drop(std::mem::replace(&mut talk.memory, Memory::in_memory().unwrap()));
    talk.memory = Memory::open(&path).unwrap();
    assert_eq!(
        talk.memory.sync(&talk.log, || false).unwrap().records,
        0,
        "what was read is not read again"
    );
    assert_eq!(talk.known(), [pair("home", "Leeds")]);
}

#[test]
fn a_stopped_sync_goes_on_where_it_was() {
    let mut talk = Talk::new();
    for number in 0..2_100 {
        talk.user(&format!("line {number}"));
    }
    let mut portions = 0;
    let progress = talk
        .memory
        .sync(&talk.log, || {
            portions += 1;
            portions > 1
        })
        .unwrap();
    assert!(!progress.complete && progress.records == 2_000);
    assert!(talk.memory.sync(&talk.log, || false).unwrap().complete);
    assert_eq!(talk.memory.search(&talk.scope(), "line 2099", 1, &talk.log).unwrap().len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever tree of messages: a search finds exactly those on the path, as the log itself walks it.
    #[test]
    fn the_branch_of_the_index_is_the_path_of_the_log(parents in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
        let mut talk = Talk::new();
        let mut ids: Vec<MessageId> = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            talk.leaf = if ids.is_empty() || number % 11 == 10 { None } else { Some(*parent.get(&ids)) };
            ids.push(talk.user(&format!("beacon n{number}")));
        }
        talk.memory.sync(&talk.log, || false).unwrap();
        for leaf in &ids {
            talk.leaf = Some(*leaf);
            let mut found: Vec<MessageId> =
                talk.memory.search(&talk.scope(), "beacon", 100, &talk.log).unwrap().into_iter().map(|hit| hit.message).collect();
            let mut path: Vec<MessageId> = talk.log.path(*leaf).unwrap().into_iter().map(|message| message.id).collect();
            found.sort();
            path.sort();
            prop_assert_eq!(found, path);
        }
    }
}

#[test]
fn what_is_said_among_several_belongs_to_those_who_were_there() {
    let mut talk = Talk::new();
    let haru = CharacterId("haru".into());
    talk.user("I live in Leeds.");
    let guests = vec![haru.clone()];
    let cast = domain::Cast { guests, ..domain::Cast::default() };
    talk.log.set_cast(talk.conversation, cast).unwrap();
    talk.user("My cat is called Momo.");
    let speaker = domain::Speaker { character: haru.clone(), because: domain::Because::Silent };
    let line = NewMessage {
        conversation: talk.conversation,
        parent: talk.leaf,
        role: Role::Character,
        text: "My birthday is in June.".into(),
        interrupted: false,
        speaker: Some(speaker),
    };
    talk.leaf = Some(talk.log.append(line).unwrap().id);
    talk.log.set_cast(talk.conversation, domain::Cast::default()).unwrap();
    talk.user("I am a baker.");

    let known = |talk: &Talk| {
        let mut known: Vec<String> = talk.known().into_iter().map(|(_, value)| value).collect();
        known.sort();
        known
    };
    let koto = known(&talk);
    assert!(koto.iter().any(|value| value.contains("Leeds")), "{koto:?}");
    assert!(koto.iter().any(|value| value.contains("Momo")), "{koto:?}");
    assert!(!koto.iter().any(|value| value.contains("June")), "another's birthday: {koto:?}");

    // From a conversation of her own she remembers what she heard, and nothing else.
    let scene = (talk.conversation, talk.leaf);
    talk.character = haru;
    (talk.conversation, talk.leaf) = (talk.log.begin(&talk.character, "").unwrap().id, None);
    let own = known(&talk);
    assert!(own.iter().any(|value| value.contains("Momo")), "{own:?}");
    assert!(own.iter().any(|value| value.contains("June")), "{own:?}");
    assert!(!own.iter().any(|value| value.contains("Leeds") || value.contains("baker")), "{own:?}");
    assert!(talk.recalled("Where do I live, in Leeds?").is_empty());
    (talk.conversation, talk.leaf) = scene;
    assert_eq!(known(&talk), own, "seen from the scene it is the same");
}

#[test]
fn the_index_has_small_pages_from_its_beginning_and_is_put_together_at_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let mut talk = Talk::new();
    talk.memory = Memory::open(&path).unwrap();
    let number = |talk: &Talk, query: &str| -> i64 {
        talk.memory.lock().query_row(query, [], |row| row.get(0)).unwrap()
    };
    let page = "SELECT v FROM texts_config WHERE k = 'pgsz'";
    let pieces = "SELECT count(DISTINCT segid) FROM texts_idx";
    assert_eq!(number(&talk, page), 1000);
    for line in 0..12 {
        talk.user(&format!("Number {line}."));
        talk.memory.sync(&talk.log, || false).unwrap();
    }
    assert!(number(&talk, pieces) > 4);
    talk.memory = Memory::open(&path).unwrap();
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(number(&talk, pieces), 1);
    talk.memory.rebuild().unwrap();
    assert_eq!(number(&talk, page), 1000);
}
