//! What conversations of several promise, and that those of one open as they were.

use domain::{Because, Cast, CharacterId, Log, NewMessage, ProblemKind, Role, Speaker};
use rusqlite::Connection;

use crate::{Dirs, Event, EventLog, Lock};

fn cast(guests: &[&str]) -> Cast {
    Cast { guests: guests.iter().map(|id| CharacterId::from(*id)).collect(), ..Cast::default() }
}

#[test]
fn who_was_there_and_who_spoke_and_why_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path().join("data"));
    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    assert!(log.conversation(c).unwrap().cast.is_alone());
    let present = Cast { muted: vec!["koto".into()], lines: 3, ..cast(&["haru", "ren"]) };
    log.set_cast(c, present.clone()).unwrap();
    let said = |parent, speaker| NewMessage {
        conversation: c,
        parent,
        role: Role::Character,
        text: "[joy] Hello!".to_owned(),
        interrupted: false,
        speaker,
    };
    let haru = Speaker { character: "haru".into(), because: Because::Named };
    let one = log.append(said(None, Some(haru.clone()))).unwrap();
    let two = log.append(said(Some(one.id), None)).unwrap();
    log.set_cast(c, cast(&[])).unwrap();
    drop(log);

    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    let path = log.path(two.id).unwrap();
    assert_eq!(path, [one, two], "a guest who has left is still who said it");
    let koto = CharacterId::from("koto");
    let by: Vec<_> = path.iter().map(|message| message.said_by(&koto).unwrap().0.clone()).collect();
    assert_eq!(by, ["haru", "koto"]);
    assert_eq!(path[0].speaker, Some(haru));
    assert!(log.conversation(c).unwrap().cast.is_alone());
    let changes = log.records(0, 100).unwrap();
    assert_eq!(
        changes.iter().filter(|record| matches!(record.event, Event::CastChanged { .. })).count(),
        2
    );
}

#[test]
fn a_cast_that_makes_no_sense_is_refused_and_leaves_no_event() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let before = log.records(0, 100).unwrap();
    for (wrong, word) in [
        (cast(&["koto"]), "already"),
        (cast(&["haru", "haru"]), "already"),
        (cast(&["a", "b", "c"]), "room"),
        (Cast { muted: vec!["haru".into()], ..cast(&[]) }, "muted"),
        (Cast { lines: 0, ..cast(&["haru"]) }, "lines"),
        (Cast { lines: Cast::LINES + 1, ..cast(&["haru"]) }, "lines"),
    ] {
        let problem = domain::Problem::from(log.set_cast(c, wrong).unwrap_err());
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert!(problem.message.contains(word), "{problem}");
    }
    log.set_cast(c, Cast::default()).unwrap();
    assert_eq!(log.records(0, 100).unwrap(), before, "what changes nothing is no event either");
}

/// Somebody who is invited on one branch is not there on another, and a save knows who was there when it was made.
#[test]
fn a_cast_belongs_to_the_branch_and_to_the_save() {
    let log = EventLog::in_memory().unwrap();
    let c = log.begin(&"koto".into(), "").unwrap().id;
    let say = |parent: Option<domain::MessageId>| {
        let (role, text) = (Role::Character, "Hello!".to_owned());
        let new =
            NewMessage { conversation: c, parent, role, text, interrupted: false, speaker: None };
        log.append(new).unwrap().id
    };
    let save = |leaf| {
        let (slot, stage) = ("quick".to_owned(), std::collections::BTreeMap::new());
        log.save(crate::NewSave { slot, conversation: c, leaf, line: String::new(), stage })
            .unwrap()
            .seq
    };
    let at = |leaf, until| log.cast_at(c, leaf, until).unwrap();
    let (alone, haru, both) = (cast(&[]), cast(&["haru"]), cast(&["haru", "ren"]));

    let one = say(None);
    let two = say(Some(one));
    let before = save(Some(two));
    log.set_cast(c, haru.clone()).unwrap();
    let after = save(Some(two));
    let three = say(Some(two));
    assert_eq!(
        (at(Some(two), Some(before)), at(Some(two), Some(after))),
        (alone.clone(), haru.clone())
    );
    assert_eq!(
        (at(Some(three), None), at(Some(two), None), at(Some(one), None)),
        (haru.clone(), haru.clone(), alone.clone())
    );

    // Another branch, from the first line, with two guests.
    log.select(c, Some(one)).unwrap();
    log.set_cast(c, alone.clone()).unwrap();
    let other = say(Some(one));
    log.set_cast(c, both.clone()).unwrap();
    let end = say(Some(other));
    assert_eq!(at(Some(end), None), both);
    assert_eq!((at(Some(three), None), at(Some(two), Some(before))), (haru.clone(), alone.clone()));
    assert_eq!(at(None, None), alone);

    // A load while a turn runs: what was heard of it comes after the change, and belongs to the branch it was said on.
    log.select(c, Some(three)).unwrap();
    log.set_cast(c, haru.clone()).unwrap();
    let cut = say(Some(end));
    log.select(c, Some(three)).unwrap();
    assert_eq!((at(Some(cut), None), at(Some(three), None)), (both, haru.clone()));
    // Another text of the last line.
    let instead = say(Some(two));
    assert_eq!(at(Some(instead), None), haru);
    assert_eq!(log.cast_at(log.begin(&"ren".into(), "").unwrap().id, None, None).unwrap(), alone);
}

/// A database as version 3 left it: its tables are made by the steps of that time, its messages name no speaker.
#[test]
fn a_database_of_version_three_opens_with_everything_and_nobody_else_there() {
    let folder = tempfile::tempdir().unwrap();
    let dirs = Dirs::at(folder.path().join("data"));
    dirs.create().unwrap();
    let mut old = Connection::open(dirs.database()).unwrap();
    crate::schema::MIGRATIONS.to_version(&mut old, 3).unwrap();
    old.execute_batch(&format!(
        "PRAGMA application_id = {};
         INSERT INTO events (conversation, at, kind, payload) VALUES
         ('{C}', 5, 'conversation_begun', '{{\"character\":\"koto\",\"title\":\"rain\"}}'),
         ('{C}', 6, 'message_added', '{{\"id\":\"{M}\",\"parent\":null,\"role\":\"character\",\"text\":\"[joy] Hello!\",\"interrupted\":false}}'),
         ('{C}', 7, 'save_made', '{{\"slot\":\"3\",\"leaf\":\"{M}\",\"line\":\"Hello!\",\"stage\":{{}}}}');",
        crate::schema::APPLICATION_ID
    ))
    .unwrap();
    drop(old);

    let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
    let all = log.conversations().unwrap();
    assert_eq!((all.len(), all[0].title.as_str(), &all[0].cast), (1, "rain", &Cast::default()));
    let path = log.path(all[0].leaf.unwrap()).unwrap();
    assert_eq!((path[0].text.as_str(), &path[0].speaker), ("[joy] Hello!", &None));
    assert_eq!(log.saves().unwrap()[0].leaf, all[0].leaf);
    assert_eq!(log.records(0, 100).unwrap().len(), 3);
}

const C: &str = "0192f000-0000-7000-8000-000000000001";
const M: &str = "0192f000-0000-7000-8000-000000000002";
