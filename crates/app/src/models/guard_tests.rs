//! A model that goes wrong, and what its listener hears.

use std::sync::mpsc;

use domain::{Because, Character, NewMessage, Persona, Sampling, Speaker};
use testkit::{MemoryLog, Script, ScriptedModel};

use super::*;

struct Listener(mpsc::SyncSender<ReplyEvent>);

impl TokenSink for Listener {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.0.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}

fn ask(turn: u64) -> Ask {
    Ask {
        turn: TurnId(turn),
        messages: vec![],
        prompt: "<prompt>".into(),
        sampling: Sampling { seed: Some(5), ..Sampling::greedy() },
        max_tokens: 100,
        stop: vec![],
        from_passages: None,
    }
}

/// What a listener hears of a reply, and what the model was asked for it.
fn heard(scripts: &[&str], turn: u64) -> (String, Vec<ReplyEvent>, Vec<Ask>, Book) {
    let model = Arc::new(ScriptedModel::new(
        scripts.iter().map(|text| Script::text(text)).collect::<Vec<_>>(),
    ));
    let policies = Arc::new(Policies::default());
    policies.file(TurnId(1), Policy { feelings: true, ..Policy::new("Hello", vec![], &[]) });
    let guarded = Guarded::new(Arc::clone(&model) as Arc<dyn LanguageModel>, Arc::clone(&policies));
    let (to, events) = mpsc::sync_channel(1_000);
    guarded.reply(ask(turn), Box::new(Listener(to)), Cancel::new());
    let events: Vec<ReplyEvent> = events.iter().collect();
    let text = events
        .iter()
        .filter_map(|event| match event {
            ReplyEvent::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    (text, events, model.asks(), policies.take_book())
}

#[test]
fn what_is_wrong_is_written_anew_and_nobody_hears_it() {
    let (text, events, asks, book) =
        heard(&["[joy] As an AI, I am sorry. Bye.", "[joy] Come in, come in!"], 1);
    assert_eq!(text, "[joy] Come in, come in!");
    assert_eq!(
        events.iter().filter(|event| matches!(event, ReplyEvent::Started { .. })).count(),
        1
    );
    assert!(matches!(events.last(), Some(ReplyEvent::Finished(FinishReason::Stop, _))));
    assert_eq!(asks.len(), 2);
    assert_ne!(asks[0].sampling.seed, asks[1].sampling.seed);
    assert!(asks[1].sampling.temperature > 0.5, "greedy would write the same again");
    assert_eq!((book.replies, book.again, book.through), (1, 1, 0));
}

#[test]
fn what_was_heard_stays_and_the_model_goes_on_from_it() {
    let (text, _, asks, _) =
        heard(&["[joy] The tea is ready. As an AI, I drink none. ", "Sit down."], 1);
    assert!(text.starts_with("[joy] The tea is ready. ") && text.ends_with("Sit down."), "{text}");
    assert!(!text.contains("AI,"), "{text}");
    assert!(asks[1].prompt.starts_with("<prompt>[joy] The tea is ready."), "{}", asks[1].prompt);
    assert!(asks[1].max_tokens < 100);
}

#[test]
fn a_model_that_never_gets_it_right_is_heard_all_the_same() {
    let bad = "As an AI, I cannot.";
    let (text, _, asks, book) = heard(&[bad; 6], 1);
    assert_eq!((text.as_str(), asks.len()), (bad, 4));
    assert_eq!((book.again, book.through), (3, 1));
}

#[test]
fn a_turn_without_a_policy_passes_untouched() {
    let bad = "As an AI, I cannot.";
    let (text, _, asks, book) = heard(&[bad], 2);
    assert_eq!((text.as_str(), asks.len(), book), (bad, 1, Book::default()));
}

#[test]
fn among_several_a_farewell_of_another_is_not_hers() {
    let log = MemoryLog::default();
    let (koto, haru) = (CharacterId("koto".into()), CharacterId("haru".into()));
    let conversation = log.begin(&koto, "").unwrap().id;
    for (role, by, text) in [
        (Role::User, None, "It is late."),
        (Role::Character, Some(&haru), "Goodbye!"),
        (Role::User, None, "Koto, are you still there?"),
    ] {
        let speaker = by.map(|by| Speaker { character: by.clone(), because: Because::Silent });
        let parent = log.messages().last().map(|last| last.id);
        let text = text.to_owned();
        let new = NewMessage { conversation, parent, role, text, interrupted: false, speaker };
        log.append(new).unwrap();
    }
    let history = log.messages();
    let model = ScriptedModel::new(Vec::<Script>::new());
    let (character, persona) =
        (Character { name: "Koto".into(), ..Character::default() }, Persona::default());
    let info = model.info();
    let scene = prompt::Scene::new(TurnId(1), &character, &persona, &history, &info);
    let made = prompt::assemble(&scene, &model, &prompt::Limits::default()).unwrap();
    let takes_leave_again = |who: &CharacterId| {
        let policies = Policies::default();
        let request = Request {
            turn: TurnId(1),
            who,
            character: &character,
            present: &[],
            persona: &persona,
            history: &history,
            model: &model,
        };
        policies.watch(&request, &made, &log);
        policies.of(TurnId(1)).unwrap().said_before.takes_leave_again("Goodbye!")
    };
    assert!(!takes_leave_again(&koto), "she has said nothing yet");
    assert!(takes_leave_again(&haru));
}

/// A character that ships, and what stands beside its card.
fn shipped(id: &str) -> (Character, Profile) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../characters").join(id);
    let card = crate::characters::cards::read_card(&folder.join("card.json")).unwrap().character;
    let profile = std::fs::read_to_string(folder.join(PROFILE)).unwrap();
    (card, Profile::read(&profile).unwrap())
}

/// What the guard finds wrong with a reply to the last of some lines, as the product asks it.
fn found(
    (card, profile): &(Character, Profile),
    lines: &[(bool, &str)],
    reply: &str,
) -> Vec<Fault> {
    let asked = lines.last().map_or("", |(_, text)| *text);
    let policy = Policy::new(asked, Vec::new(), &profile.banned)
        .bounded(bounds(card, profile, &["You"]), lines);
    let mut watch = Watch::new(Policy { tries: 100, ..policy });
    for piece in reply.split_inclusive(' ') {
        watch.push(piece);
    }
    watch.finish();
    watch.again().to_vec()
}

#[test]
fn nothing_that_the_shipped_characters_were_written_to_say_leaves_their_world() {
    #[derive(serde::Deserialize)]
    struct Said {
        role: String,
        content: String,
    }
    #[derive(serde::Deserialize)]
    struct Talk {
        character: String,
        messages: Vec<Said>,
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/models/hanashi-mini/training/exchanges.jsonl");
    let people: std::collections::HashMap<&str, _> =
        ["koto", "haru"].into_iter().map(|id| (id, shipped(id))).collect();
    assert!(
        people
            .values()
            .all(|(card, profile)| !card.never_says.is_empty() || !profile.outside.is_empty())
    );
    let (mut looked, mut wrong) = (0, Vec::new());
    let outside = |fault: &Fault| {
        matches!(fault, Fault::Machine | Fault::Outside | Fault::Anothers | Fault::Banned)
    };
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let talk: Talk = serde_json::from_str(line).unwrap();
        let who = &people[talk.character.as_str()];
        let lines: Vec<(bool, &str)> = talk
            .messages
            .iter()
            .map(|said| (said.role == "assistant", said.content.as_str()))
            .collect();
        for (at, (_, reply)) in lines.iter().enumerate().filter(|(_, (hers, _))| *hers) {
            looked += 1;
            let faults = found(who, &lines[..at], reply);
            if faults.iter().any(outside) {
                wrong.push(format!("{faults:?}: {:?} {reply}", lines[..at].last()));
            }
        }
    }
    for who in people.values() {
        let card = &who.0;
        let examples = appraisal::metrics::exchanges(&card.example_dialogue, &[], &[]);
        assert!(examples.len() >= 3, "{}", card.name);
        let greetings = card.greetings.iter().map(|greeting| ("", greeting.as_str()));
        let all = examples.iter().map(|(said, line)| (said.as_str(), line.as_str()));
        for (said, line) in all.chain(greetings) {
            looked += 1;
            let faults = found(who, &[(false, said)], line);
            if faults.iter().any(outside) {
                wrong.push(format!("{faults:?}: {said} {line}"));
            }
        }
    }
    assert!(looked > 8_000, "{looked}");
    assert!(wrong.is_empty(), "{} of {looked}: {wrong:#?}", wrong.len());
}

#[test]
fn the_card_says_what_she_never_says_and_cannot_know_of() {
    let (card, profile) = shipped("koto");
    // Somebody of flesh: her card speaks of no machine.
    let human = Character {
        never_says: vec!["my dear fellow".into()],
        outside: vec!["smartphone".into()],
        system_prompt: String::new(),
        ..card.clone()
    };
    let log = MemoryLog::default();
    let koto = CharacterId("koto".into());
    let conversation = log.begin(&koto, "").unwrap().id;
    let new = NewMessage {
        conversation,
        parent: None,
        role: Role::User,
        text: "Good evening.".into(),
        interrupted: false,
        speaker: None,
    };
    log.append(new).unwrap();
    let history = log.messages();
    let model = ScriptedModel::new(Vec::<Script>::new());
    let persona = Persona { name: "Ann".into(), ..Persona::default() };
    let haru = CharacterId("haru".into());
    let guest = Character {
        name: "Haru Minami".into(),
        nickname: Some("Haru".into()),
        ..Character::default()
    };
    let info = model.info();
    let policy = |character: &Character| {
        let scene = prompt::Scene::new(TurnId(1), character, &persona, &history, &info);
        let made = prompt::assemble(&scene, &model, &prompt::Limits::default()).unwrap();
        let policies = Policies::default();
        let request = Request {
            turn: TurnId(1),
            who: &koto,
            character,
            present: &[(&haru, &guest)],
            persona: &persona,
            history: &history,
            model: &model,
        };
        policies.watch(&request, &made, &log);
        policies.of(TurnId(1)).unwrap()
    };
    let faults = |character: &Character, reply: &str| {
        let mut watch = Watch::new(Policy { feelings: false, tries: 100, ..policy(character) });
        watch.push(reply);
        watch.finish();
        watch.again().to_vec()
    };
    for (reply, fault) in [
        ("Good evening, my dear fellow.", Fault::Banned),
        ("Let me look at my smartphone.", Fault::Outside),
        ("I'm just an AI, but good evening.", Fault::Machine),
        ("Ann: Good evening.", Fault::Anothers),
        ("Haru: Good evening.", Fault::Anothers),
        ("Haru Minami: Good evening.", Fault::Anothers),
    ] {
        assert_eq!(faults(&human, reply), [fault], "{reply}");
    }
    // Her own card says that she may be asked whether she is an AI, and so she may say it.
    assert_eq!(faults(&card, "I'm just an AI, but good evening."), []);
    assert!(!profile.outside.is_empty(), "the file beside the card says it as well");
}
