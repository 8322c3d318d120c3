//! A reply that is prepared before it is certain that the person has finished: a head start, or no trace at all.

use std::sync::Arc;

use dialogue::{Event, Update, WakePhrase};
use domain::{EndOfTurn, LanguageModel, Partial, Transcriber, VadEvent};
use testkit::{Deck, ScriptedEars, ScriptedModel, ToneVoice, speech};

use crate::common::House;

fn house(understood: &[&str]) -> House {
    let scripts = ["Good morning to you.", "And good night."];
    let house = House::with(scripts, Deck::new(), Some(ToneVoice::new(50)), None);
    house.ports.ears.set(Some(Arc::new(ScriptedEars::new(understood)) as Arc<dyn Transcriber>));
    house
}

async fn speak(house: &House) {
    house.send(Event::MicOpened).await;
    house.send(Event::speech(VadEvent::Started)).await;
    house.send(Event::speech(VadEvent::Confirmed)).await;
}

async fn finish(house: &House) {
    let event = VadEvent::Ended(speech(900));
    let why = Some(EndOfTurn::Finished);
    house.send(Event::Speech { event, silence_ms: 256, why }).await;
}

#[tokio::test]
async fn a_prepared_reply_is_taken_when_it_answers_what_was_said() {
    let mut house = house(&["Good morning."]);
    speak(&house).await;
    house.send(Event::Paused("Good morning.".into())).await;
    house.wait_for(|house| house.model.asks().len() == 1).await;
    assert!(house.log.messages().is_empty() && house.seen.is_empty(), "nobody knows of it");
    finish(&house).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    while !house.is_over().await {
        house.pass(20);
    }
    assert_eq!(house.model.asks().len(), 1, "it is not asked again");
    assert_eq!(house.logged(), ["User: Good morning.", "Character: Good morning to you."]);
    let Some(Update::TurnFinished { timings, .. }) = house.seen.last() else { panic!() };
    assert!(timings.guessed);
    assert_eq!((timings.endpoint_ms, timings.end_of_turn), (Some(256), Some(EndOfTurn::Finished)));
    house.close().await;
}

#[tokio::test]
async fn a_prepared_reply_to_something_else_leaves_no_trace() {
    let mut house = house(&["Good morning and good night."]);
    speak(&house).await;
    house.send(Event::Paused("Good morning.".into())).await;
    house.wait_for(|house| house.model.asks().len() == 1).await;
    house.send(Event::Resumed).await;
    finish(&house).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    while !house.is_over().await {
        house.pass(20);
    }
    assert_eq!(house.model.asks().len(), 2);
    assert_eq!(
        house.logged(),
        ["User: Good morning and good night.", "Character: And good night."]
    );
    let Some(Update::TurnFinished { timings, .. }) = house.seen.last() else { panic!() };
    assert!(!timings.guessed);
    house.close().await;
}

#[tokio::test]
async fn what_is_prepared_waits_instead_of_running_ahead() {
    let script = "word ".repeat(500);
    let ears = ScriptedEars::new(&[]);
    let mut house =
        House::with([script.as_str()], Deck::new(), Some(ToneVoice::new(50)), Some(ears));
    speak(&house).await;
    house.send(Event::Paused("Go on".into())).await;
    house.wait_for(|house| house.model.asks().len() == 1).await;
    assert_eq!(house.displayed(), 0);
    house.close().await;
    assert!(house.log.messages().is_empty());
}

#[tokio::test]
async fn what_is_said_is_prepared_for_while_it_is_said() {
    let mut house = house(&["Good morning from the sea."]);
    speak(&house).await;
    house.send(Event::Understood("Good".into())).await;
    house.send(Event::Understood("Good morning".into())).await;
    house.wait_for(|house| house.model.readings().len() == 2).await;
    let certain = "Ren: Good".to_owned();
    assert_eq!(house.model.readings(), [(String::new(), true), (certain, true)]);
    house.send(Event::Understood("Good moon".into())).await;
    house.send(Event::Understood("Good morning from the sea".into())).await;
    house.wait_for(|house| house.model.readings().len() == 3).await;
    let sea = "(The sea is near.)\nRen: Good".to_owned();
    assert_eq!(house.model.readings()[2], (sea.clone(), true), "a word that two looks agree on");
    assert!(!house.model.readings()[1].1, "something else came to mind");
    assert!(house.model.asks().is_empty() && house.log.messages().is_empty());
    finish(&house).await;
    while !house.is_over().await {
        house.pass(20);
    }
    let story = house.story();
    let shown: Vec<_> =
        story.lines().filter_map(|line| line.strip_prefix("understood: |")).collect();
    assert_eq!(
        shown,
        ["Good", "Good morning", "Good moon", "Good morning from the sea"],
        "shown as they are said"
    );
    let [ask] = &house.model.asks()[..] else { panic!("one reply") };
    assert!(ask.prompt.starts_with(&sea));
    assert_eq!(house.model.readings()[2], (sea, true), "the reply goes on from it");
    house.close().await;
}

#[tokio::test]
async fn another_model_reads_for_itself_and_whoever_goes_stops_reading() {
    let mut house = house(&["Good morning."]);
    speak(&house).await;
    house.send(Event::Understood("Good".into())).await;
    house.wait_for(|house| house.model.readings().len() == 1).await;
    let other = Arc::new(ScriptedModel::new(["And good night."]));
    house.ports.model.set(Some(Arc::clone(&other) as Arc<dyn LanguageModel>));
    house.send(Event::Understood("Good morning".into())).await;
    house.wait_for(|_| other.readings().len() == 1).await;
    assert!(!house.model.readings()[0].1, "the model that left need not");
    assert_eq!(other.readings(), [("Ren: Good".to_owned(), true)]);
    house.close().await;
    assert!(!other.readings()[0].1, "nobody will ask for it");
}

#[tokio::test]
async fn a_model_that_keeps_nothing_is_given_nothing_to_read() {
    let mut house = house(&["Good morning."]);
    let model = Arc::new(ScriptedModel::new(["Good morning to you."]).forgetful());
    house.ports.model.set(Some(Arc::clone(&model) as Arc<dyn LanguageModel>));
    speak(&house).await;
    house.send(Event::Understood("Good".into())).await;
    finish(&house).await;
    while !house.is_over().await {
        house.pass(20);
    }
    assert_eq!((model.readings().len(), model.asks().len()), (0, 1));
    house.close().await;
}

#[tokio::test]
async fn what_was_read_for_other_words_is_given_up() {
    let mut house = house(&["Good morning."]);
    speak(&house).await;
    house.send(Event::Understood("Good sea".into())).await;
    house.wait_for(|house| house.model.readings().len() == 1).await;
    finish(&house).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    while !house.is_over().await {
        house.pass(20);
    }
    assert!(!house.model.readings()[0].1);
    house.close().await;
}

#[tokio::test]
async fn what_called_her_is_not_among_the_words_that_are_shown() {
    let mut house = house(&["Koto, good morning."]);
    speak(&house).await;
    house.send(Event::Called(WakePhrase::new("Koto").expect("a phrase"))).await;
    let heard = |committed: &str, tentative: &str| {
        Event::Understood(Partial {
            committed: committed.to_owned(),
            tentative: tentative.to_owned(),
        })
    };
    house.send(heard("Koto,", "good moon")).await;
    house.send(heard("Koto, good", "morning")).await;
    finish(&house).await;
    while !house.is_over().await {
        house.pass(20);
    }
    let story = house.story();
    assert!(story.contains("understood: |good moon\nunderstood: good|morning\n"), "{story}");
    house.close().await;
}
