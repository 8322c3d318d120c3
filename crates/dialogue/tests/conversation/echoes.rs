//! Her own voice, come back through the microphone.

use dialogue::{Event, Hearing, Update};
use domain::VadEvent;
use testkit::{Deck, ScriptedEars, ToneVoice, speech};

use crate::common::House;
use crate::is_line;

const REPLY: &str = "The harbour is lovely in the evening, and I often walk there with my cat.";

/// A reply is being spoken, and something was noticed over it.
async fn noticed(heard: &str) -> House {
    let (voice, ears) = (ToneVoice::new(50), ScriptedEars::new(&[heard]));
    let mut house = House::with([REPLY, "Yes?"], Deck::new(), Some(voice), Some(ears));
    house.send(Event::MicOpened).await;
    house.send(Event::say("Where do you walk?")).await;
    house.until_text("my cat.").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(0);
    house.until(is_line(0)).await;
    house.pass(600);
    house.until(|update| matches!(update, Update::Playhead { .. })).await;
    house.send(Event::speech(VadEvent::Started)).await;
    house.until(|update| matches!(update, Update::Hearing(Hearing::Speech))).await;
    house
}

#[tokio::test]
async fn words_that_she_is_saying_neither_cut_her_nor_are_answered() {
    let mut house = noticed("harbour is lovely in the evening").await;
    house.send(Event::Understood("the harbour is lovely".into())).await;
    house.send(Event::speech(VadEvent::Confirmed)).await;
    house.send(Event::speech(VadEvent::Ended(speech(900)))).await;
    house.wait_for(|house| !house.deck.ducked()).await;
    house.pass(10_000);
    let over = house.until_over().await;
    assert!(matches!(over, Update::TurnFinished { interrupted: false, .. }), "{over:?}");
    house.close().await;
    assert_eq!(house.logged().len(), 2, "{:?}", house.logged());
}

#[tokio::test]
async fn other_words_over_her_cut_as_ever() {
    let mut house = noticed("wait a moment").await;
    house.send(Event::Understood("wait a moment".into())).await;
    let over = house.until_over().await;
    assert!(matches!(over, Update::TurnFinished { interrupted: true, .. }), "{over:?}");
    house.close().await;
}
