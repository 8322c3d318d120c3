//! Conversations of other programs in a log.

use domain::Log;
use memory::{Memory, Scope};

use super::*;
use crate::imports::chat_formats;

const TAVERN: &str = include_str!("../chat_formats/samples/silly_tavern.jsonl");
const GROUP: &str = include_str!("../chat_formats/samples/group.jsonl");
const NOW: Millis = 1_800_000_000_000;

fn whom<'a>(character: &'a CharacterId, find: &'a dyn Fn(&str) -> Option<CharacterId>) -> Whom<'a> {
    Whom { character, name: "Koto", user: "You", find }
}

#[test]
fn a_chat_becomes_a_conversation_and_is_remembered() {
    let talks = chat_formats::read(TAVERN.as_bytes(), "Rain.jsonl").unwrap().unwrap();
    let koto = CharacterId("koto".to_owned());
    let foreign = foreign(&talks[0], &whom(&koto, &|_| None), NOW);
    let log = EventLog::in_memory().unwrap();
    let taken = into_log(&log, std::slice::from_ref(&foreign), |_| true).unwrap();
    let [TakenOver::New(id)] = taken[..] else { panic!("{taken:?}") };
    let leaf = log.conversation(id).unwrap().leaf.unwrap();
    let path = log.path(leaf).unwrap();
    let roles: Vec<Role> = path.iter().map(|message| message.role).collect();
    assert_eq!(
        roles,
        [Role::Character, Role::User, Role::Character, Role::Narrator, Role::Character]
    );
    assert_eq!(log.siblings(path[2].id).unwrap().len(), 2);
    // The last line has no date: a moment after the one before.
    assert_eq!(path[4].created_at, path[3].created_at + 1);
    assert!(path[4].created_at < NOW / 1_000 * 1_000);

    let memory = Memory::in_memory().unwrap();
    memory.sync(&log, || false).unwrap();
    let facts = memory.facts(&Scope { character: koto, here: None }).unwrap();
    let home = facts.iter().find(|fact| fact.attribute.0 == "home").expect("where she lives");
    assert!(home.value.starts_with("Porto") && home.of_user && home.at < NOW, "{home:?}");

    let again = into_log(&log, &[foreign], |_| true).unwrap();
    assert_eq!(again, [TakenOver::Known(id)]);
    assert_eq!(log.conversations().unwrap().len(), 1);
}

#[test]
fn of_a_group_those_who_are_here_speak_and_the_others_are_told_of() {
    let talks = chat_formats::read(GROUP.as_bytes(), "x.jsonl").unwrap().unwrap();
    let koto = CharacterId("koto".to_owned());
    let find =
        |name: &str| ["Koto", "Haru"].contains(&name).then(|| CharacterId(name.to_lowercase()));
    let (talk, warnings) = foreign(&talks[0], &whom(&koto, &find), NOW);
    assert_eq!(talk.cast.guests, [CharacterId("haru".to_owned())]);
    assert_eq!(talk.said[0].speaker, None);
    assert_eq!(talk.said[1].speaker.as_ref().unwrap().character.0, "haru");
    assert_eq!((talk.said[3].role, talk.said[3].texts[0].as_str()), (Role::Narrator, "Zorg: Grr."));
    assert!(warnings.iter().any(|warning| warning.contains("Zorg")), "{warnings:?}");
    let log = EventLog::in_memory().unwrap();
    let TakenOver::New(id) = into_log(&log, &[(talk, warnings)], |_| true).unwrap()[0] else {
        panic!()
    };
    assert_eq!(log.conversation(id).unwrap().cast.guests.len(), 1);
}

#[test]
fn one_character_speaks_whatever_they_are_called_here_and_names_are_filled_in() {
    let text = r#"{"type":"risuChat","ver":2,"data":{"message":[{"role":"user","data":"Hi {{char}}"},{"role":"char","data":"Hi {{user}}"}]}}"#;
    let talks = chat_formats::read(text.as_bytes(), "x.json").unwrap().unwrap();
    let koto = CharacterId("koto".to_owned());
    let (talk, warnings) = foreign(&talks[0], &whom(&koto, &|_| None), NOW);
    let texts: Vec<&str> = talk.said.iter().map(|said| said.texts[0].as_str()).collect();
    assert_eq!(texts, ["Hi Koto", "Hi You"]);
    assert_eq!(talk.said[1].role, Role::Character);
    assert!(warnings.is_empty(), "{warnings:?}");
    // No date anywhere: just now, in order.
    assert!(talk.said[0].at < talk.said[1].at && talk.said[1].at < NOW);
    // For another character it is another conversation.
    let haru = CharacterId("haru".to_owned());
    assert_ne!(digest(&talks[0], &koto), digest(&talks[0], &haru));
}

#[test]
fn a_stop_takes_nothing_of_what_it_stopped() {
    let said: String = (0..2_000)
        .map(|n| format!("{{\"name\":\"Mei\",\"is_user\":true,\"mes\":\"{n}\"}}\n"))
        .collect();
    let talks = chat_formats::read(said.as_bytes(), "x.jsonl").unwrap().unwrap();
    let koto = CharacterId("koto".to_owned());
    let one = foreign(&talks[0], &whom(&koto, &|_| None), NOW);
    let log = EventLog::in_memory().unwrap();
    let mut heard = Vec::new();
    let taken = into_log(&log, &[one.clone(), one], |through| {
        heard.push(through);
        through < 1_000
    });
    assert_eq!(taken.unwrap(), [TakenOver::Stopped]);
    assert_eq!(heard, [0, 512, 1_024]);
    assert!(log.conversations().unwrap().is_empty());
}
