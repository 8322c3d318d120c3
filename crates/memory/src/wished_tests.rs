//! "Forget that" in the talk, and what there is between two people.

use domain::{Lang, Log, MessageId, Role};

use super::tests::{Talk, pair};
use super::*;

/// Follows the last line.
fn heed(talk: &Talk) -> Option<Heeded> {
    talk.memory.sync(&talk.log, || false).unwrap();
    let path = talk.log.path(talk.leaf.unwrap()).unwrap();
    talk.memory.heed(&talk.scope(), &path, &talk.log).unwrap()
}

fn finds(talk: &Talk, question: &str) -> usize {
    talk.memory.search(&talk.scope(), question, 50, &talk.log).unwrap().len()
}

#[test]
fn that_is_what_was_told_last_and_what_was_said_about_it_since() {
    let mut talk = Talk::new();
    talk.user("I live in Leeds.");
    talk.say(Role::Character, "Rainy!");
    talk.user("My sister's name is Zephyrine.");
    talk.say(Role::Character, "Zephyrine is a lovely name.");
    talk.user("Hm.");
    talk.user("No, forget that.");
    let heeded = heed(&talk).unwrap();
    assert_eq!((heeded.topic.clone(), heeded.messages), (None, 3));
    assert_eq!(talk.known(), [pair("home", "Leeds")]);
    assert_eq!(finds(&talk, "Zephyrine"), 0);
    assert_eq!(heed(&talk), None, "an order is followed once");
    talk.memory.remember_again(&heeded.forgotten, &talk.log).unwrap();
    assert!(talk.known().contains(&pair("sister", "Zephyrine")));
    assert_eq!(finds(&talk, "Zephyrine"), 2);
    assert_eq!(heed(&talk), None, "taken back is taken back");
}

#[test]
fn a_topic_is_forgotten_wherever_it_was_mentioned_and_nothing_else_is() {
    let mut talk = Talk::new();
    talk.user("My sister Quillon lives in Porto.");
    talk.user("I live in Leeds.");
    talk.say(Role::Character, "How is Quillon?");
    talk.user("Quillon has a boat. My birthday is in May.");
    talk.user("Please forget everything about Quillon.");
    let heeded = heed(&talk).unwrap();
    assert_eq!((heeded.topic.as_deref(), heeded.messages), (Some("Quillon"), 3));
    assert_eq!(finds(&talk, "Quillon"), 0);
    assert_eq!(finds(&talk, "Leeds"), 1);
    let mut known = talk.known();
    known.sort();
    assert_eq!(known, [pair("birthday", "May"), pair("home", "Leeds")], "told beside it");
    talk.memory.remember_again(&heeded.forgotten, &talk.log).unwrap();
    assert!(finds(&talk, "Quillon") >= 3);
}

#[test]
fn what_kind_of_fact_it_is_names_it_too_in_three_languages() {
    for (tell, order, attribute) in [
        ("My birthday is in May.", "Forget what I said about my birthday.", "birthday"),
        ("我的生日是五月三日。", "请把我的生日忘了吧。", "birthday"),
        ("私の誕生日は五月三日です。", "誕生日のことは忘れてください。", "birthday"),
    ] {
        let mut talk = Talk::new();
        talk.user("I live in Leeds.");
        talk.user(tell);
        talk.memory.sync(&talk.log, || false).unwrap();
        assert!(talk.known().iter().any(|(name, _)| name == attribute), "{tell}");
        talk.user(order);
        let heeded = heed(&talk).unwrap();
        assert_eq!(heeded.messages, 1, "{order}");
        assert_eq!(talk.known(), [pair("home", "Leeds")], "{order}");
    }
}

#[test]
fn what_was_put_right_is_forgotten_by_the_name_it_had() {
    let mut talk = Talk::new();
    talk.user("My sister's name is Zephyrine.");
    talk.user("No, sorry, it's Quillon.");
    assert_eq!(talk.known(), [pair("sister", "Quillon")]);
    talk.user("Forget what I said about Zephyrine.");
    assert_eq!(heed(&talk).unwrap().messages, 1);
    let facts = talk.memory.facts(&talk.scope()).unwrap();
    let left: Vec<(&str, usize)> =
        facts.iter().map(|fact| (fact.value.as_str(), fact.before.len())).collect();
    assert_eq!(left, [("Quillon", 0)]);
}

#[test]
fn half_a_topic_is_not_enough_and_an_unknown_one_forgets_nothing() {
    let mut talk = Talk::new();
    talk.user("Quillon has a boat.");
    talk.user("Forget what I said about Quillon's accident.");
    assert_eq!(heed(&talk).unwrap().messages, 0);
    assert_eq!(finds(&talk, "Quillon boat"), 1);
}

#[test]
fn on_another_branch_it_is_not_forgotten() {
    let mut talk = Talk::new();
    let fork = talk.user("Hello.");
    let other = talk.user("Quillon has a boat.");
    talk.leaf = Some(fork);
    talk.user("Quillon has a kite.");
    talk.user("Forget everything about Quillon.");
    assert_eq!(heed(&talk).unwrap().messages, 1);
    talk.leaf = Some(other);
    assert_eq!(finds(&talk, "Quillon boat"), 1);
}

#[test]
fn what_is_only_guessed_at_forgets_nothing() {
    let mut talk = Talk::new();
    talk.user("My sister's name is Zephyrine.");
    talk.memory.sync(&talk.log, || false).unwrap();
    let mut path = talk.log.path(talk.leaf.unwrap()).unwrap();
    let mut guess = path[0].clone();
    guess.id = MessageId::NOT_LOGGED;
    guess.text = "Forget that.".into();
    path.push(guess);
    assert_eq!(talk.memory.heed(&talk.scope(), &path, &talk.log).unwrap(), None);
    assert_eq!(talk.known().len(), 1);
}

#[test]
fn an_acquaintance_is_counted_on_the_branch_that_happened() {
    let mut talk = Talk::new();
    assert_eq!(talk.memory.acquaintance(&talk.scope()).unwrap(), None);
    let fork = talk.user("Please call me Mei.");
    talk.user("I'll call you Kiki from now on.");
    talk.memory.sync(&talk.log, || false).unwrap();
    let known = talk.memory.acquaintance(&talk.scope()).unwrap().unwrap();
    assert_eq!((known.days, known.said, known.before), (1, 2, None));
    assert_eq!((known.name.as_deref(), known.her_name.as_deref()), (Some("Mei"), Some("Kiki")));
    assert_eq!(known.line(Lang::En, known.last), None, "a first day has no line");
    talk.leaf = Some(fork);
    let before = talk.memory.acquaintance(&talk.scope()).unwrap().unwrap();
    assert_eq!((before.said, before.her_name), (1, None));
    talk.say(Role::Character, "Hello, Mei.");
    talk.user("And another branch.");
    talk.memory.sync(&talk.log, || false).unwrap();
    assert_eq!(talk.memory.acquaintance(&talk.scope()).unwrap().unwrap().said, 2);
}

#[test]
fn the_line_of_an_acquaintance_says_how_long_and_when_last() {
    let day = 86_400_000;
    let known = Acquaintance {
        since: 0,
        last: 40 * day,
        before: Some(37 * day),
        days: 12,
        said: 300,
        name: None,
        her_name: Some("Kiki {{user}}".into()),
    };
    let line = known.line(Lang::En, 40 * day + 5).unwrap();
    assert!(line.contains("for 40 days") && line.contains("on 12 of them"), "{line}");
    assert!(line.contains("last 3 days ago") && line.contains("{ {user}}"), "{line}");
    for lang in [Lang::Zh, Lang::Ja] {
        let line = known.line(lang, 40 * day + 5).unwrap();
        assert!(line.contains("40") && line.contains("12") && line.contains('3'), "{line}");
    }
}

#[test]
fn names_that_two_agree_on_are_read_in_three_languages() {
    for (line, name) in [
        ("I'll call you Kiki.", Some("Kiki")),
        ("From now on I'll call you Starlight", Some("Starlight")),
        ("以后我就叫你小琴吧", Some("小琴")),
        ("これからことちゃんって呼ぶね", Some("ことちゃん")),
        ("I'll call you back tomorrow.", None),
        ("I'll call you later", None),
    ] {
        let found = facts::read(line, None);
        let found = found.iter().find(|one| one.attribute.0 == "her name");
        assert_eq!(found.map(|one| one.value.as_str()), name, "{line}");
    }
}
