//! When hands-free listening wakes, and when it falls asleep again.

use domain::EndOfTurn;
use domain::Partial;

use super::*;

fn nap() -> Nap {
    Nap::new(asked_for("Koto").unwrap())
}

fn understood(text: &str) -> Sign {
    Sign::Understood(Partial { committed: String::new(), tentative: text.to_owned() })
}

fn ended(seconds: usize) -> Sign {
    let speech = Utterance { pcm: vec![0.1; seconds * 16_000].into() };
    Sign::Ended { speech, silence_ms: 250, why: EndOfTurn::Finished }
}

#[test]
fn she_wakes_when_she_is_called_and_falls_asleep_when_nobody_goes_on() {
    let mut nap = nap();
    assert!(nap.hear(&Sign::Started).is_none());
    assert!(nap.hear(&understood("What a day.")).is_none() && nap.is_asleep());
    let phrase = nap.hear(&understood("Koto, what")).expect("she was called");
    assert_eq!(phrase.after("Koto, what time is it?"), Some("what time is it?"));
    assert!(!nap.is_asleep());
    assert_eq!(nap.pass(AWAKE / 2, false), None);
    assert_eq!(nap.pass(512, true), None, "the conversation goes on");
    assert_eq!(nap.pass(AWAKE - 1, false), None);
    assert_eq!(nap.pass(1, false), Some(true));
    assert_eq!(nap.pass(512, true), Some(false), "she speaks of her own accord");
}

#[test]
fn a_slow_recogniser_is_asked_once_about_what_ended_before_it_had_answered() {
    let mut nap = nap();
    nap.hear(&Sign::Started);
    nap.hear(&ended(1));
    let question = nap.question().expect("a question");
    assert_eq!((question.id, question.speech.pcm.len()), (Nap::QUESTION, 16_000));
    assert!(nap.question().is_none(), "once");
    assert!(nap.answered("Nothing for her.").is_none() && nap.is_asleep());
    nap.hear(&Sign::Started);
    nap.hear(&ended(1));
    let (_, end) = nap.answered("Hey Koto!").expect("she was called");
    assert!(matches!(end, Sign::Ended { .. }) && !nap.is_asleep());
}

#[test]
fn of_a_television_only_beginnings_are_written_down() {
    let mut nap = nap();
    let question = |seconds: usize| Question {
        id: 1,
        speech: Utterance { pcm: vec![0.1; seconds * 16_000].into() },
        pause: false,
    };
    assert!(!nap.is_deaf_to(&question(5)) && nap.is_deaf_to(&question(7)));
    nap.hear(&Sign::Started);
    nap.hear(&ended(120));
    assert_eq!(nap.question().map(|question| question.speech.pcm.len()), Some(BEGINNING));
}

#[test]
fn a_phrase_that_would_be_heard_in_everything_is_refused_with_a_remedy() {
    let problem = asked_for("Jo").unwrap_err();
    assert!(problem.message.contains("`Jo`") && problem.remedy.contains("longer"), "{problem}");
}
