//! What a model reads becomes facts, is read once, and stays away where the person wanted that.

use domain::{CharacterId, ConversationId, Log, MessageId, NewMessage, Role};
use store::EventLog;

use super::*;
use crate::{Memory, Scope};

/// A talk, the memory of it, and a model.
struct Desk {
    log: EventLog,
    memory: Memory,
    conversation: ConversationId,
    scope: Scope,
    reader: Reader,
}

fn reader(name: &str) -> Reader {
    Reader { name: name.to_owned(), version: "1".to_owned() }
}

impl Desk {
    fn new() -> Self {
        let log = EventLog::in_memory().unwrap();
        let koto = CharacterId("koto".into());
        let conversation = log.begin(&koto, "").unwrap().id;
        let scope = Scope { character: koto, here: None };
        let memory = Memory::in_memory().unwrap();
        Self { log, memory, conversation, scope, reader: reader("tiny") }
    }

    fn say(&self, parent: Option<MessageId>, role: Role, text: &str) -> MessageId {
        let new = NewMessage {
            conversation: self.conversation,
            parent,
            role,
            text: text.to_owned(),
            interrupted: false,
            speaker: None,
        };
        let id = self.log.append(new).unwrap().id;
        self.memory.sync(&self.log, || false).unwrap();
        id
    }

    /// Lines of the person's, one behind the other.
    fn tell(&self, mut parent: Option<MessageId>, lines: &[&str]) -> Vec<MessageId> {
        let say = |text: &&str| {
            let id = self.say(parent, Role::User, text);
            parent = Some(id);
            id
        };
        lines.iter().map(say).collect()
    }

    fn window_for(&self, reader: &Reader) -> Option<Window> {
        let cost = |text: &str| text.chars().count();
        let now = (u64::MAX, &Names::default());
        self.memory.unread_by(reader, &self.scope, now, (400, &cost), &self.log).unwrap()
    }

    fn window(&self) -> Option<Window> {
        self.window_for(&self.reader)
    }

    fn keep(&self, window: &Window, reply: &str) -> Kept {
        self.memory.keep_read(window, &self.reader, reply, &self.log).unwrap()
    }

    /// Reads what is newest with this reply.
    fn read(&self, reply: &str) -> Kept {
        self.keep(&self.window().expect("something to read"), reply)
    }

    /// What is known, with the model that found it.
    fn known(&self) -> Vec<(String, String, Option<String>)> {
        let facts = self.memory.facts(&self.scope).unwrap();
        facts.into_iter().map(|fact| (fact.attribute.0, fact.value, fact.by)).collect()
    }
}

fn fact(what: &str, value: &str, by: Option<&str>) -> (String, String, Option<String>) {
    (what.to_owned(), value.to_owned(), by.map(str::to_owned))
}

const BAKERY: &str = "The night shifts at the bakery wear me out.";
const FOUND: &str = "user | work | the bakery | night shifts at the bakery wear me out";

#[test]
fn what_a_model_finds_becomes_a_fact_with_its_name_and_its_message() {
    let desk = Desk::new();
    let ids = desk.tell(None, &["Hello.", BAKERY]);
    let kept = desk.read(&format!("{FOUND}\nuser | pets | a dragon | I have a dragon"));
    assert_eq!((kept.lines, kept.grounded, kept.kept), (2, 1, 1));
    assert_eq!(kept.dropped.get(&Refused::Unsaid), Some(&1));
    assert_eq!(desk.known(), [fact("work", "the bakery", Some("tiny"))]);
    let facts = desk.memory.facts(&desk.scope).unwrap();
    assert_eq!((facts[0].message, facts[0].of_user), (Some(ids[1]), true));
    assert_eq!(facts[0].clause, "The night shifts at the bakery wear me out");
}

#[test]
fn what_a_rule_has_read_there_holds() {
    let desk = Desk::new();
    desk.tell(None, &["I live in Leeds, near the mill."]);
    let known = desk.known();
    let kept = desk.read(
        "user | home | Leeds | I live in Leeds\nuser | home | the mill | I live in Leeds, near the mill",
    );
    assert_eq!((kept.kept, kept.known), (0, 2));
    assert_eq!(desk.known(), known);
}

#[test]
fn a_models_word_takes_no_plainer_ones_place() {
    let desk = Desk::new();
    let ids = desk.tell(None, &["I live in Leeds.", "Porto is lovely, I am staying for the week."]);
    let kept = desk.read("user | home | Porto | Porto is lovely, I am staying");
    assert_eq!(kept.dropped.get(&Refused::Doubtful), Some(&1), "{kept:?}");
    desk.tell(Some(ids[1]), &["So Porto it is: I gave up the old flat and moved all my boxes."]);
    let kept = desk.read("user | home | Porto | So Porto it is: I gave up the old flat");
    assert_eq!(kept.kept, 1, "{kept:?}");
    let facts = desk.memory.facts(&desk.scope).unwrap();
    assert_eq!(
        (facts[0].value.as_str(), &facts[0].before[..]),
        ("Porto", &["Leeds".to_owned()][..])
    );
}

#[test]
fn every_message_is_read_once_by_every_model_and_the_newest_first() {
    let desk = Desk::new();
    let lines: Vec<String> = (0..60).map(|n| format!("Line number {n}, nothing more.")).collect();
    let ids = desk.tell(None, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let mut read = Vec::new();
    let first = desk.window().unwrap();
    assert_eq!(first.lines.last().unwrap().id, ids[59]);
    // Whoever is killed before anything is kept reads the same again.
    assert_eq!(desk.window().unwrap(), first);
    while let Some(window) = desk.window() {
        let new: Vec<MessageId> =
            window.lines.iter().filter(|line| line.new).map(|line| line.id).collect();
        assert!(!new.is_empty() && new.len() <= 24);
        read.splice(0..0, new);
        desk.keep(&window, "-");
    }
    assert_eq!(read, ids);
    assert_eq!(desk.memory.has_read(&desk.reader, &desk.scope).unwrap(), (60, 60));
    let other = reader("other");
    assert_eq!(desk.memory.has_read(&other, &desk.scope).unwrap(), (0, 60));
    assert!(desk.window_for(&other).is_some());
    // What is said later is read, with what came before it to be understood.
    let later = desk.tell(Some(ids[59]), &["And one more."])[0];
    let window = desk.window().unwrap();
    let shown: Vec<(MessageId, bool)> = window.lines.iter().map(|one| (one.id, one.new)).collect();
    assert_eq!(shown[shown.len() - 2..], [(ids[59], false), (later, true)]);
    assert_eq!(desk.keep(&window, FOUND).dropped.get(&Refused::Unsaid), Some(&1));
}

#[test]
fn what_is_being_talked_about_waits_until_it_is_over_or_there_is_enough() {
    let desk = Desk::new();
    let last = desk.tell(None, &["Hello.", BAKERY])[1];
    let cost = |text: &str| text.len();
    let unread = |desk: &Desk| {
        let now = (0, &Names::default());
        desk.memory.unread_by(&desk.reader, &desk.scope, now, (9_999, &cost), &desk.log).unwrap()
    };
    assert_eq!(unread(&desk), None);
    desk.tell(Some(last), &["Well."; 14]);
    assert_eq!(unread(&desk).unwrap().lines.len(), 16);
}

#[test]
fn a_message_too_long_for_the_budget_is_read_from_its_beginning() {
    let desk = Desk::new();
    desk.tell(None, &[&format!("{BAKERY} {}", "and so on ".repeat(200))]);
    let window = desk.window().unwrap();
    assert!(window.lines[0].text.starts_with(BAKERY) && window.lines[0].text.len() <= 400);
    assert_eq!(desk.keep(&window, FOUND).kept, 1);
    assert_eq!(desk.window(), None);
}

#[test]
fn what_happened_on_another_branch_is_not_read_and_does_not_hold() {
    let desk = Desk::new();
    let first = desk.tell(None, &["Hello."])[0];
    let left = desk.tell(Some(first), &[BAKERY])[0];
    desk.read(FOUND);
    let shown = desk.tell(Some(first), &["I like rain."])[0];
    assert!(!desk.known().iter().any(|(what, ..)| what == "work"));
    let window = desk.window().unwrap();
    assert!(window.lines.iter().any(|line| line.id == shown && line.new));
    assert!(!window.lines.iter().any(|line| line.id == left));
    desk.log.select(desk.conversation, Some(left)).unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert_eq!(desk.known(), [fact("work", "the bakery", Some("tiny"))]);
}

#[test]
fn what_was_forgotten_does_not_come_back_through_a_model() {
    let desk = Desk::new();
    let ids =
        desk.tell(None, &[BAKERY, "Nice weather.", "Ah, the bakery. I stand there at four, too."]);
    // It was given the window before anything was forgotten.
    let before = desk.window().unwrap();
    let again = "user | work | the bakery | Ah, the bakery";
    desk.keep(&desk.window().unwrap(), FOUND);
    let fact_id = desk.memory.facts(&desk.scope).unwrap()[0].id;
    let forgotten = desk.memory.forget(&desk.scope, fact_id, &desk.log).unwrap();
    assert!(desk.known().is_empty());
    // Late, and by another model that reads what else was said of it.
    let kept = desk.keep(&before, FOUND);
    assert_eq!(kept.dropped.get(&Refused::Forgotten), Some(&1));
    let other = reader("other");
    let window = desk.window_for(&other).unwrap();
    assert!(!window.lines.iter().any(|line| line.id == ids[0]), "it is not even shown");
    let kept = desk.memory.keep_read(&window, &other, again, &desk.log).unwrap();
    assert_eq!(kept.dropped.get(&Refused::Forgotten), Some(&1), "{kept:?}");
    // Nor when the memory is made again.
    desk.memory.rebuild().unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert!(desk.known().is_empty());
    // But it does where that is taken back.
    desk.memory.remember_again(&forgotten, &desk.log).unwrap();
    assert_eq!(desk.known(), [fact("work", "the bakery", Some("tiny"))]);
}

#[test]
fn what_the_person_tells_again_after_it_was_forgotten_is_known_again() {
    let desk = Desk::new();
    let ids = desk.tell(None, &[BAKERY]);
    desk.read(FOUND);
    let known = desk.memory.facts(&desk.scope).unwrap()[0].id;
    desk.memory.forget(&desk.scope, known, &desk.log).unwrap();
    // So that the log's clock, which counts milliseconds, has moved.
    std::thread::sleep(std::time::Duration::from_millis(5));
    let heard = desk.say(Some(ids[0]), Role::Character, "Lena still stands in the bakery.");
    let kept = desk.read("Lena | work | the bakery | Lena still stands in the bakery");
    assert_eq!(kept.dropped.get(&Refused::Forgotten), Some(&1), "{kept:?}");
    desk.tell(Some(heard), &[BAKERY]);
    assert_eq!(desk.read(FOUND).kept, 1);
    assert!(desk.known().contains(&fact("work", "the bakery", Some("tiny"))));
}

#[test]
fn what_a_model_found_that_invents_stays_away_when_its_message_is_remembered_again() {
    let desk = Desk::new();
    let last = desk.tell(None, &[BAKERY])[0];
    desk.read(FOUND);
    let known = desk.memory.facts(&desk.scope).unwrap()[0].id;
    let forgotten = desk.memory.forget(&desk.scope, known, &desk.log).unwrap();
    desk.tell(Some(last), &["Well."]);
    let kept = desk.read(&"user | pets | a dragon | I have a dragon\n".repeat(12));
    assert_eq!(kept.standing.verdict, Verdict::Unfit);
    desk.memory.remember_again(&forgotten, &desk.log).unwrap();
    assert!(desk.known().is_empty());
}

#[test]
fn what_the_person_put_right_stays() {
    let desk = Desk::new();
    let ids = desk.tell(None, &["I work as a baker.", BAKERY]);
    let known = desk.memory.facts(&desk.scope).unwrap()[0].id;
    desk.memory.correct(known, Some("pastry chef"), &desk.log).unwrap();
    let kept = desk.read(FOUND);
    assert_eq!(kept.dropped.get(&Refused::Decided), Some(&1), "{kept:?}");
    assert_eq!(desk.known(), [fact("work", "pastry chef", None)]);
    // What a model found can be put right, too, and holds through a memory that is made again.
    desk.tell(Some(ids[1]), &["The neighbours complain about the oboe that I practise."]);
    desk.read("user | hobby | the oboe | The neighbours complain about the oboe");
    let oboe = desk.memory.facts(&desk.scope).unwrap();
    let oboe = oboe.iter().find(|fact| fact.value == "the oboe").unwrap().id;
    desk.memory.correct(oboe, Some("the bassoon"), &desk.log).unwrap();
    desk.memory.rebuild().unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert!(
        desk.known().contains(&fact("hobby", "the bassoon", Some("tiny"))),
        "{:?}",
        desk.known()
    );
}

#[test]
fn what_was_read_outlives_a_memory_that_is_made_again() {
    let desk = Desk::new();
    desk.tell(None, &["Hello.", BAKERY]);
    desk.read(FOUND);
    desk.memory.rebuild().unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert_eq!(desk.known(), [fact("work", "the bakery", Some("tiny"))]);
    assert_eq!(desk.window(), None, "nothing is read twice");
}

#[test]
fn a_memory_of_the_version_before_keeps_what_was_decided_and_is_read_by_models() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.sqlite");
    let old = Desk { memory: Memory::open(&path).unwrap(), ..Desk::new() };
    let last = old.tell(None, &["I live in Leeds."])[0];
    let home = old.memory.facts(&old.scope).unwrap()[0].id;
    old.memory.correct(home, Some("York"), &old.log).unwrap();
    old.memory
        .lock()
        .execute_batch(
            "DROP TABLE readers; DROP TABLE has_read; DROP TABLE found; DROP INDEX messages_by_place;
             ALTER TABLE facts DROP COLUMN reader; ALTER TABLE decided_through DROP COLUMN entry;
             ALTER TABLE decided_through DROP COLUMN at; PRAGMA user_version = 9;",
        )
        .unwrap();
    let desk = Desk { memory: Memory::open(&path).unwrap(), ..old };
    desk.memory.sync(&desk.log, || false).unwrap();
    assert_eq!(desk.known(), [fact("home", "York", None)]);
    desk.tell(Some(last), &[BAKERY]);
    assert_eq!(desk.read(FOUND).kept, 1);
    assert!(desk.known().contains(&fact("work", "the bakery", Some("tiny"))));
}

#[test]
fn a_model_that_invents_is_not_asked_any_more_and_what_it_found_goes() {
    let desk = Desk::new();
    let last = desk.tell(None, &[BAKERY])[0];
    assert_eq!(desk.read(FOUND).standing.verdict, Verdict::Unknown);
    assert_eq!(desk.known().len(), 1);
    desk.tell(Some(last), &["Well."]);
    let kept = desk.read(&"user | pets | a dragon | I have a dragon\n".repeat(12));
    assert_eq!(kept.standing.verdict, Verdict::Unfit);
    assert!(desk.known().is_empty());
    assert_eq!(desk.memory.standing(&desk.reader).unwrap().verdict, Verdict::Unfit);
    desk.memory.rebuild().unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert!(desk.known().is_empty());
}

#[test]
fn what_the_person_put_right_stays_though_its_model_turns_out_to_invent() {
    let desk = Desk::new();
    let ids = desk.tell(None, &[BAKERY, "The neighbours complain about the oboe that I practise."]);
    let oboe = "user | hobby | the oboe | The neighbours complain about the oboe";
    assert_eq!(desk.read(&format!("{FOUND}\n{oboe}")).kept, 2);
    let facts = desk.memory.facts(&desk.scope).unwrap();
    let oboe = facts.iter().find(|fact| fact.value == "the oboe").unwrap().id;
    desk.memory.correct(oboe, Some("the bassoon"), &desk.log).unwrap();
    let last = desk.tell(Some(ids[1]), &["Well."])[0];
    let kept = desk.read(&"user | pets | a dragon | I have a dragon\n".repeat(12));
    assert_eq!(kept.standing.verdict, Verdict::Unfit);
    let bassoon = [fact("hobby", "the bassoon", Some("tiny"))];
    assert_eq!(desk.known(), bassoon, "and the bakery is gone");
    // Forgotten and taken back since, and when the memory is made again.
    let oboe = desk.memory.facts(&desk.scope).unwrap()[0].id;
    let forgotten = desk.memory.forget(&desk.scope, oboe, &desk.log).unwrap();
    desk.tell(Some(last), &["Well, well."]);
    assert!(desk.known().is_empty());
    desk.memory.remember_again(&forgotten, &desk.log).unwrap();
    assert_eq!(desk.known(), bassoon);
    desk.memory.rebuild().unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert_eq!(desk.known(), bassoon);
}

#[test]
fn a_note_of_what_a_model_had_found_goes_with_it_unless_it_was_pinned() {
    let unfit = "user | pets | a dragon | I have a dragon\n".repeat(12);
    for pinned in [false, true] {
        let desk = Desk::new();
        desk.tell(None, &[BAKERY]);
        assert_eq!(desk.read(FOUND).kept, 1);
        desk.memory.keep_told(desk.conversation, &desk.log).unwrap();
        desk.log.remove_conversation(desk.conversation).unwrap();
        desk.memory.sync(&desk.log, || false).unwrap();
        let note = desk.memory.facts(&desk.scope).unwrap()[0].clone();
        assert_eq!((note.message, note.value.as_str()), (None, "the bakery"));
        desk.memory.pin(note.id, pinned, &desk.log).unwrap();
        let elsewhere =
            Desk { conversation: desk.log.begin(&desk.scope.character, "").unwrap().id, ..desk };
        elsewhere.tell(None, &["Well."]);
        assert_eq!(elsewhere.read(&unfit).standing.verdict, Verdict::Unfit);
        let left = elsewhere.memory.facts(&elsewhere.scope).unwrap().len();
        assert_eq!(left, usize::from(pinned), "pinned: {pinned}");
        // And so it stays.
        elsewhere.memory.rebuild().unwrap();
        elsewhere.memory.sync(&elsewhere.log, || false).unwrap();
        let left = elsewhere.memory.facts(&elsewhere.scope).unwrap().len();
        assert_eq!(left, usize::from(pinned), "pinned: {pinned}");
    }
}

#[test]
fn a_conversation_that_is_deleted_for_good_takes_along_what_was_found_in_it() {
    let desk = Desk::new();
    desk.tell(None, &[BAKERY]);
    let late = desk.window().unwrap();
    desk.read(FOUND);
    desk.log.remove_conversation(desk.conversation).unwrap();
    desk.memory.sync(&desk.log, || false).unwrap();
    assert!(desk.known().is_empty());
    desk.memory.erase_conversations(&[desk.conversation], &desk.log).unwrap();
    desk.log.purge_conversations(&[desk.conversation]).unwrap();
    let kept = desk.keep(&late, FOUND);
    assert_eq!(kept.dropped.get(&Refused::Gone), Some(&1));
    for table in ["found", "has_read"] {
        let count = format!("SELECT count(*) FROM {table}");
        let left: i64 = desk.memory.lock().query_row(&count, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
