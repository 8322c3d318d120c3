//! Several characters in one conversation.

use dialogue::{Change, Event, Guest, Scene, Update};
use domain::{Because, Cast, CharacterId, Role, Speaker};

use crate::common::House;

/// Koto at home, Haru and Nao as guests.
async fn invite(house: &mut House, lines: u8) {
    let guest = |name: &str| Guest {
        id: CharacterId(name.to_lowercase()),
        character: testkit::character(name),
    };
    let guests = vec![guest("Haru"), guest("Nao")];
    let ids = guests.iter().map(|guest| guest.id.clone()).collect();
    let cast = Cast { guests: ids, lines, ..Cast::default() };
    open(house, Scene { guests, cast, ..house.scene.clone() }).await;
}

async fn open(house: &mut House, scene: Scene) {
    house.send(Event::Change(Change::Open(Box::new(scene)))).await;
    house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
}

/// `haru (named): Hello.`, in the order of the log.
fn said(house: &House) -> Vec<String> {
    let who = |speaker: &Option<Speaker>| match speaker {
        Some(one) => format!("{} ({})", one.character, one.because.name()),
        None => "koto".to_owned(),
    };
    let all = house.log.messages();
    all.iter()
        .map(|one| match one.role {
            Role::Character => format!("{}: {}", who(&one.speaker), one.text),
            _ => format!("> {}", one.text),
        })
        .collect()
}

#[tokio::test]
async fn the_one_who_is_named_answers_with_her_own_sheet_and_the_log_says_why() {
    let mut house = House::silent(["Hello.", "Yes?"]);
    invite(&mut house, 1).await;
    house.send(Event::say("Haru, are you there?")).await;
    let begun = house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    let Update::TurnStarted { speaker: Some(speaker), .. } = begun else { panic!("nobody") };
    assert_eq!((speaker.character.0.as_str(), speaker.because), ("haru", Because::Named));
    house.until_over().await;
    house.send(Event::say("And who else?")).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(
        said(&house),
        [
            "> Haru, are you there?",
            "haru (named): Hello.",
            "> And who else?",
            "koto (silent): Yes?"
        ]
    );
    let asks = house.model.asks();
    assert!(asks[0].prompt.ends_with("Haru:"), "{}", asks[0].prompt);
    assert!(asks[1].prompt.ends_with("Koto:"), "{}", asks[1].prompt);
}

#[tokio::test]
async fn they_talk_among_themselves_as_long_as_the_cast_says() {
    let mut house = House::silent(["Nao, tell her.", "It rains.", "It does.", "Never said."]);
    invite(&mut house, 3).await;
    house.send(Event::say("Koto, how is the weather?")).await;
    for _ in 0..3 {
        house.until_over().await;
    }
    house.close().await;
    assert_eq!(
        said(&house),
        [
            "> Koto, how is the weather?",
            "koto (named): Nao, tell her.",
            "nao (addressed): It rains.",
            "haru (silent): It does."
        ]
    );
}

#[tokio::test]
async fn a_line_that_turns_to_the_person_ends_their_talk() {
    let mut house = House::silent(["What do you think, Ren?", "Never said."]);
    invite(&mut house, 5).await;
    house.send(Event::say("Koto?")).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(said(&house), ["> Koto?", "koto (named): What do you think, Ren?"]);
}

#[tokio::test]
async fn another_answer_takes_back_one_line_and_its_speaker_writes_it() {
    let mut house = House::silent(["Nao?", "Here.", "Present."]);
    invite(&mut house, 2).await;
    house.send(Event::say("Haru, call her.")).await;
    house.until_over().await;
    house.until_over().await;
    house.send(Event::Regenerate).await;
    house.until_over().await;
    house.close().await;
    let all = house.log.messages();
    assert_eq!(
        said(&house)[1..],
        ["haru (named): Nao?", "nao (addressed): Here.", "nao (addressed): Present."]
    );
    assert_eq!(all[3].parent, all[2].parent, "a sibling of the line it stands for");
}

#[tokio::test]
async fn the_person_chooses_who_speaks_and_nobody_else_follows() {
    let mut house = House::silent(["I speak.", "And on."]);
    invite(&mut house, 4).await;
    house.send(Event::Speak("nao".into())).await;
    house.until_over().await;
    house.send(Event::GoOn).await;
    house.until_over().await;
    house.send(Event::Speak("nobody".into())).await;
    let failed = house.until_over().await;
    house.close().await;
    assert!(
        matches!(failed, Update::TurnFailed { problem, .. } if problem.message.contains("not there"))
    );
    assert_eq!(said(&house), ["nao (chosen): I speak.", "nao (on): And on."]);
}

#[tokio::test]
async fn an_edited_line_stays_its_speakers_and_who_has_left_does_not_answer() {
    let mut house = House::silent(["Mine.", "Koto again."]);
    invite(&mut house, 1).await;
    house.send(Event::say("Haru?")).await;
    house.until_over().await;
    let line = house.log.messages()[1].clone();
    let text = "Still mine.".to_owned();
    house.send(Event::Change(Change::Rewrite { message: line.id, text })).await;
    house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    assert_eq!(house.log.messages()[2].speaker, line.speaker);

    let leaf = Some(house.log.messages()[2].id);
    let alone = Scene { leaf, ..house.scene.clone() };
    open(&mut house, alone).await;
    house.send(Event::Regenerate).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(said(&house)[3], "koto: Koto again.");
}
