//! What the event log promises, with real files.

use std::fs;
use std::path::Path;

use domain::{
    Because, Cast, CharacterId, ConversationId, Log, Message, MessageId, NewMessage, Problem,
    ProblemKind, Role, Speaker,
};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::{Dirs, Event, EventLog, Lock, SCHEMA_VERSION};

fn temporary() -> (tempfile::TempDir, Dirs) {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path().join("data"));
    (folder, dirs)
}

fn open(dirs: &Dirs) -> EventLog {
    EventLog::open(dirs, Lock::acquire(dirs).unwrap()).unwrap()
}

fn open_fails(dirs: &Dirs) -> Problem {
    EventLog::open(dirs, Lock::acquire(dirs).unwrap()).unwrap_err().into()
}

fn said(
    conversation: ConversationId,
    parent: Option<MessageId>,
    role: Role,
    text: &str,
) -> NewMessage {
    NewMessage {
        conversation,
        parent,
        role,
        text: text.to_owned(),
        interrupted: false,
        speaker: None,
    }
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

#[test]
fn what_was_said_is_there_after_a_restart() {
    let (_folder, dirs) = temporary();
    let log = open(&dirs);
    let conversation = log.begin(&"koto".into(), "rain").unwrap();
    assert_eq!(conversation.leaf, None);
    let one = log.append(said(conversation.id, None, Role::Character, "[joy] Hello!")).unwrap();
    let two = log.append(said(conversation.id, Some(one.id), Role::User, "雨ですね")).unwrap();
    drop(log);

    let log = open(&dirs);
    let found = log.conversation(conversation.id).unwrap();
    assert_eq!((found.leaf, found.title.as_str()), (Some(two.id), "rain"));
    assert_eq!(log.path(two.id).unwrap(), [one.clone(), two.clone()]);
    assert_eq!(log.message(two.id).unwrap(), two);
    assert_eq!(log.conversations().unwrap(), [found]);
    assert_eq!(log.summaries().unwrap()[0].messages, 2);
}

#[test]
fn swipes_are_siblings_and_going_back_is_an_event() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let greeting = log.append(said(c, None, Role::Character, "hi")).unwrap();
    let other_greeting = log.append(said(c, None, Role::Character, "hello")).unwrap();
    let question = log.append(said(c, Some(greeting.id), Role::User, "who?")).unwrap();
    let first = log.append(said(c, Some(question.id), Role::Character, "me")).unwrap();
    let second = log.append(said(c, Some(question.id), Role::Character, "I")).unwrap();

    assert_eq!(texts(&log.siblings(second.id).unwrap()), ["me", "I"]);
    assert_eq!(texts(&log.siblings(greeting.id).unwrap()), ["hi", "hello"]);
    assert_eq!(log.siblings(other_greeting.id).unwrap().len(), 2);
    assert_eq!(texts(&log.path(first.id).unwrap()), ["hi", "who?", "me"]);

    log.select(c, Some(first.id)).unwrap();
    assert_eq!(log.conversation(c).unwrap().leaf, Some(first.id));
    log.select(c, None).unwrap();
    assert_eq!(log.conversation(c).unwrap().leaf, None);
    log.rename(c, "who").unwrap();
    assert_eq!(log.conversation(c).unwrap().title, "who");

    let records = log.records(0, 100).unwrap();
    assert_eq!(records.len(), 9);
    assert!(matches!(records[8].event, Event::ConversationRenamed { .. }));
    assert_eq!(log.records(8, 100).unwrap().len(), 1);
    assert_eq!(log.records(0, 2).unwrap().len(), 2);
}

#[test]
fn the_newest_conversation_comes_first_even_in_the_same_millisecond() {
    let log = EventLog::in_memory().unwrap();
    let a = log.begin(&"a".into(), "").unwrap().id;
    let b = log.begin(&"b".into(), "").unwrap().id;
    let ids =
        |log: &EventLog| log.conversations().unwrap().into_iter().map(|c| c.id).collect::<Vec<_>>();
    assert_eq!(ids(&log), [b, a]);
    log.append(said(a, None, Role::User, "back again")).unwrap();
    assert_eq!(ids(&log), [a, b]);
}

#[test]
fn what_makes_no_sense_is_refused_and_leaves_no_event() {
    let log = EventLog::in_memory().unwrap();
    let a = log.begin(&"a".into(), "").unwrap().id;
    let b = log.begin(&"b".into(), "").unwrap().id;
    let message = log.append(said(a, None, Role::User, "x")).unwrap();
    let before = log.records(0, 100).unwrap();

    let nobody = ConversationId(uuid::Uuid::now_v7());
    let nothing = MessageId(uuid::Uuid::now_v7());
    let refused = [
        log.append(said(nobody, None, Role::User, "x")).map(drop),
        log.append(said(a, Some(nothing), Role::User, "x")).map(drop),
        log.append(said(b, Some(message.id), Role::User, "x")).map(drop),
        log.select(b, Some(message.id)),
        log.select(nobody, None),
        log.path(nothing).map(drop),
        log.siblings(nothing).map(drop),
        log.conversation(nobody).map(drop),
        log.rename(nobody, "x").map_err(Problem::from),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().kind, ProblemKind::Invalid);
    }
    assert_eq!(log.records(0, 100).unwrap(), before);
}

#[test]
fn the_log_can_be_used_from_many_threads() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    std::thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            let log = &log;
            scope.spawn(move || {
                for _ in 0..25 {
                    log.append(said(c, None, Role::User, name)).unwrap();
                }
            });
        }
    });
    assert_eq!(log.summaries().unwrap()[0].messages, 100);
}

/// What a person may do, with numbers that are taken modulo what is there.
#[derive(Debug, Clone)]
enum Step {
    Begin,
    Say(usize, Option<usize>, String, bool, Option<Speaker>),
    Select(usize, Option<usize>),
    Rename(usize, String),
    Invite(usize, Vec<bool>, u8),
}

fn speaker() -> impl Strategy<Value = Option<Speaker>> {
    let reason = prop::sample::select(Because::ALL.to_vec());
    prop::option::of(
        ("[a-z]{1,6}", reason)
            .prop_map(|(id, because)| Speaker { character: CharacterId(id), because }),
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        Just(Step::Begin),
        (any::<usize>(), any::<Option<usize>>(), ".{0,12}", any::<bool>(), speaker())
            .prop_map(|(c, parent, text, cut, who)| Step::Say(c, parent, text, cut, who)),
        (any::<usize>(), any::<Option<usize>>()).prop_map(|(c, leaf)| Step::Select(c, leaf)),
        (any::<usize>(), ".{0,8}").prop_map(|(c, title)| Step::Rename(c, title)),
        (any::<usize>(), prop::collection::vec(any::<bool>(), 3), 1..=Cast::LINES)
            .prop_map(|(c, who, lines)| Step::Invite(c, who, lines)),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn rebuilding_from_the_events_changes_nothing(steps in steps()) {
        let log = EventLog::in_memory().unwrap();
        let mut conversations = vec![log.begin(&CharacterId("first".into()), "").unwrap().id];
        let mut messages: Vec<Message> = Vec::new();
        for step in steps {
            let at = |n: usize| conversations[n % conversations.len()];
            let of = |c: ConversationId, n: Option<usize>| {
                let mine: Vec<_> = messages.iter().filter(|m| m.conversation == c).collect();
                n.filter(|_| !mine.is_empty()).map(|n| mine[n % mine.len()].id)
            };
            match step {
                Step::Begin => conversations.push(log.begin(&"again".into(), "t").unwrap().id),
                Step::Say(c, parent, text, interrupted, speaker) => {
                    let role = if interrupted { Role::Character } else { Role::User };
                    let speaker = speaker.filter(|_| interrupted);
                    let (conversation, parent) = (at(c), of(at(c), parent));
                    let new = NewMessage { conversation, parent, role, text, interrupted, speaker };
                    messages.push(log.append(new).unwrap());
                }
                Step::Select(c, leaf) => log.select(at(c), of(at(c), leaf)).unwrap(),
                Step::Rename(c, title) => log.rename(at(c), &title).unwrap(),
                Step::Invite(c, who, lines) => {
                    let guests = ["haru", "ren"].into_iter().zip(&who);
                    let guests: Vec<CharacterId> =
                        guests.filter(|(_, there)| **there).map(|(id, _)| id.into()).collect();
                    let muted = guests.iter().take(usize::from(who[2])).cloned().collect();
                    let cast = Cast { guests, muted, lines };
                    log.set_cast(at(c), cast.clone()).unwrap();
                    prop_assert_eq!(log.conversation(at(c)).unwrap().cast, cast);
                }
            }
        }
        let before = log.derived_for_test();
        log.rebuild().unwrap();
        prop_assert_eq!(log.derived_for_test(), before);
        for message in messages {
            let path = log.path(message.id).unwrap();
            prop_assert_eq!(path.last(), Some(&message));
        }
    }
}

fn fixture() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1.sqlite")
}

fn with_database(bytes: &[u8]) -> (tempfile::TempDir, Dirs) {
    let (folder, dirs) = temporary();
    dirs.create().unwrap();
    fs::write(dirs.database(), bytes).unwrap();
    (folder, dirs)
}

#[test]
fn a_database_of_version_one_migrates_and_a_copy_stays() {
    let original = fs::read(fixture()).unwrap();
    let (_folder, dirs) = with_database(&original);
    assert_eq!(Problem::from(EventLog::read_only(&dirs).unwrap_err()).kind, ProblemKind::Invalid);

    let log = open(&dirs);
    let summaries = log.summaries().unwrap();
    let found: Vec<_> = summaries
        .iter()
        .map(|s| (s.conversation.character.0.as_str(), s.conversation.title.as_str(), s.messages))
        .collect();
    assert_eq!(found, [("koto", "雨の日", 4), ("ren", "", 0)]);
    let leaf = summaries[0].conversation.leaf.unwrap();
    assert_eq!(
        texts(&log.path(leaf).unwrap()),
        ["[joy] Hello! 話しましょう。", "Who are you?", "[shy] I am Koto."]
    );
    assert_eq!(texts(&log.siblings(leaf).unwrap()), ["[shy] I am Koto.", "[neutral] Nobody."]);
    assert_eq!(log.records(0, 100).unwrap().len(), 8, "the events are all there");
    log.append(said(summaries[0].conversation.id, Some(leaf), Role::User, "new")).unwrap();

    let copies: Vec<_> =
        fs::read_dir(dirs.backups()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(copies.len(), 1);
    assert!(copies[0].to_string_lossy().ends_with("-before-v5.sqlite"), "{copies:?}");
    let copy = Connection::open(&copies[0]).unwrap();
    let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!((count("PRAGMA user_version"), count("SELECT count(*) FROM events")), (1, 8));
    drop(log);

    open(&dirs);
    assert_eq!(fs::read_dir(dirs.backups()).unwrap().count(), 1, "no second migration");
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_untouched() {
    let (_folder, dirs) = temporary();
    drop(open(&dirs));
    let connection = Connection::open(dirs.database()).unwrap();
    connection.pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let before = fs::read(dirs.database()).unwrap();

    let problem = open_fails(&dirs);
    assert_eq!(problem.kind, ProblemKind::Unsupported);
    assert!(
        problem.message.contains("newer version") && problem.remedy.contains("install"),
        "{problem}"
    );
    assert_eq!(fs::read(dirs.database()).unwrap(), before);
    assert_eq!(
        Problem::from(EventLog::read_only(&dirs).unwrap_err()).kind,
        ProblemKind::Unsupported
    );
}

#[test]
fn a_damaged_database_is_named_with_its_newest_backup_and_kept() {
    let (_folder, dirs) = temporary();
    let log = open(&dirs);
    let c = log.begin(&"koto".into(), "").unwrap().id;
    for n in 0..200 {
        log.append(said(c, None, Role::User, &format!("{n} {}", "x".repeat(200)))).unwrap();
    }
    let backup = log.back_up(3).unwrap();
    drop(log);

    // A page in the middle is overwritten: the header is fine, the content is not.
    let mut bytes = fs::read(dirs.database()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(dirs.database(), &bytes).unwrap();
    let problem = open_fails(&dirs);
    assert_eq!(problem.kind, ProblemKind::Damaged);
    assert!(problem.message.contains("hanashi.sqlite"), "{problem}");
    assert!(problem.remedy.contains(&backup.display().to_string()), "{problem}");
    assert_eq!(fs::read(dirs.database()).unwrap(), bytes);

    // The backup is whole.
    fs::copy(&backup, dirs.database()).unwrap();
    let log = open(&dirs);
    log.verify().unwrap();
    assert_eq!(log.summaries().unwrap()[0].messages, 200);
}

#[test]
fn files_that_are_no_database_of_ours_are_refused_and_kept() {
    let foreign = tempfile::tempdir().unwrap().path().join("foreign.sqlite");
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    let whole = fs::read(fixture()).unwrap();
    for bytes in [
        b"not a database, but longer than a header of one hundred bytes ".repeat(4),
        fs::read(&foreign).unwrap(),
        whole[..whole.len() / 2].to_vec(),
        b"SQLite format 3\0".to_vec(),
    ] {
        let (_folder, dirs) = with_database(&bytes);
        let problem = open_fails(&dirs);
        assert_eq!(problem.kind, ProblemKind::Damaged, "{problem}");
        assert_eq!(fs::read(dirs.database()).unwrap(), bytes);
    }
}

#[test]
fn an_empty_file_is_a_new_database() {
    let (_folder, dirs) = with_database(b"");
    open(&dirs).begin(&"koto".into(), "").unwrap();
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let (_folder, dirs) = temporary();
    let log = open(&dirs);
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let first = log.append(said(c, None, Role::User, "kept")).unwrap();
    // As small as it is now: the next page does not fit.
    log.execute_for_test("PRAGMA max_page_count = 1");
    let problem = loop {
        match log.append(said(c, Some(first.id), Role::User, &"y".repeat(4000))) {
            Ok(_) => {}
            Err(problem) => break problem,
        }
    };
    assert_eq!(problem.kind, ProblemKind::Disk);
    assert!(problem.remedy.contains("free some space"), "{problem}");
    let kept = log.records(0, 1000).unwrap();
    log.execute_for_test("PRAGMA max_page_count = 1000000");
    log.append(said(c, Some(first.id), Role::User, "room again")).unwrap();
    drop(log);

    let log = open(&dirs);
    log.verify().unwrap();
    assert_eq!(log.records(0, 1000).unwrap()[..kept.len()], kept);
    assert_eq!(log.message(first.id).unwrap().text, "kept");
}

#[test]
fn a_second_process_may_read_but_not_write() {
    let (_folder, dirs) = temporary();
    assert_eq!(Problem::from(EventLog::read_only(&dirs).unwrap_err()).kind, ProblemKind::Invalid);
    let log = open(&dirs);
    let c = log.begin(&"koto".into(), "").unwrap().id;
    assert_eq!(Problem::from(Lock::acquire(&dirs).unwrap_err()).kind, ProblemKind::Busy);

    let reader = EventLog::read_only(&dirs).unwrap();
    assert_eq!(reader.conversations().unwrap().len(), 1);
    assert_eq!(reader.append(said(c, None, Role::User, "x")).unwrap_err().kind, ProblemKind::Busy);
    assert_eq!(Problem::from(reader.rebuild().unwrap_err()).kind, ProblemKind::Busy);
    log.append(said(c, None, Role::User, "seen at once")).unwrap();
    assert_eq!(reader.summaries().unwrap()[0].messages, 1);
}

#[test]
fn what_was_written_is_on_disk_without_closing() {
    let (_folder, dirs) = temporary();
    let log = open(&dirs);
    let c = log.begin(&"koto".into(), "").unwrap().id;
    log.append(said(c, None, Role::User, "before the power cut")).unwrap();
    // As if the machine had stopped here: only what lies in the files counts.
    let (_copy, after) = temporary();
    after.create().unwrap();
    fs::copy(dirs.database(), after.database()).unwrap();
    let wal = |dirs: &Dirs| dirs.database().with_extension("sqlite-wal");
    fs::copy(wal(&dirs), wal(&after)).unwrap();
    assert_eq!(open(&after).summaries().unwrap()[0].messages, 1);
}

#[test]
fn daily_copies_are_made_once_and_old_ones_leave() {
    let (_folder, dirs) = temporary();
    let log = open(&dirs);
    log.begin(&"koto".into(), "").unwrap();
    assert!(log.back_up_daily(2).unwrap().is_some());
    assert!(log.back_up_daily(2).unwrap().is_none(), "the first one is fresh");
    let precious = dirs.backups().join("hanashi-2000-01-01T00-00-00-000Z-before-v2.sqlite");
    fs::write(&precious, b"kept").unwrap();
    for _ in 0..4 {
        log.back_up(2).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(precious.exists(), "copies from before a migration stay");
    assert_eq!(fs::read_dir(dirs.backups()).unwrap().count(), 3);
}
