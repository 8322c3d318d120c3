//! A model that goes wrong, and what its listener hears.

use std::sync::mpsc;

use domain::Sampling;
use testkit::{Script, ScriptedModel};

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
