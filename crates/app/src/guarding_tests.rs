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
