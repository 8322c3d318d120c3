//! The engine's thread as the conductor sees it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use domain::{
    Ask, Cancel, FinishReason, Flow, LanguageModel, Problem, ProblemKind, ReplyEvent, ReplyStats,
    Sampling, TokenCounter, TokenSink, TurnId,
};

use super::noise;
use crate::synthetic::Shape;
use crate::word_biases::{strangers, with_tokens_of_words};
use crate::{Completion, Engine, Options};

/// Hands events over one at a time, so that a test can act between two tokens.
struct Channel(SyncSender<ReplyEvent>);

impl TokenSink for Channel {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if self.0.send(event).is_ok() { Flow::More } else { Flow::Stop }
    }
}

fn ask(prompt: &str, max_tokens: u32) -> Ask {
    Ask {
        turn: TurnId::default(),
        messages: Vec::new(),
        prompt: prompt.into(),
        sampling: Sampling { temperature: 1.0, seed: Some(3), ..Sampling::greedy() },
        max_tokens,
        stop: Vec::new(),
        from_passages: None,
    }
}

fn seeded(seed: u64) -> Ask {
    let mut ask = ask("hello", 200);
    ask.sampling.seed = Some(seed);
    ask
}

fn start(engine: &Engine, ask: Ask, room: usize) -> (Receiver<ReplyEvent>, Cancel) {
    let (sink, events) = sync_channel(room);
    let cancel = Cancel::new();
    engine.reply(ask, Box::new(Channel(sink)), cancel.clone());
    (events, cancel)
}

fn next(events: &Receiver<ReplyEvent>) -> ReplyEvent {
    events.recv_timeout(Duration::from_mins(1)).unwrap()
}

/// Everything up to the end: text, reason, stats.
fn finish(events: &Receiver<ReplyEvent>) -> (String, FinishReason, ReplyStats) {
    let mut text = String::new();
    loop {
        match next(events) {
            ReplyEvent::Started { .. } => {}
            ReplyEvent::Text(more) => {
                assert!(!more.is_empty());
                text.push_str(&more);
            }
            ReplyEvent::Finished(reason, stats) => return (text, reason, stats),
            ReplyEvent::Failed(problem) => panic!("{problem}"),
        }
    }
}

fn failure(events: &Receiver<ReplyEvent>) -> Problem {
    match next(events) {
        ReplyEvent::Failed(problem) => problem,
        other => panic!("{other:?}"),
    }
}

fn engine() -> (tempfile::TempDir, Engine) {
    let (folder, path) = noise(&Shape::tiny("llama"));
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    (folder, engine)
}

#[test]
fn a_reply_streams_and_the_next_one_reuses_its_prompt() {
    let (_folder, engine) = engine();
    let (events, _) = start(&engine, ask("hello there", 20), 64);
    assert!(matches!(
        next(&events),
        ReplyEvent::Started { prompt_tokens: 12, reused_tokens: 0, .. }
    ));
    let (text, _, stats) = finish(&events);
    assert!(!text.is_empty() && stats.reply_tokens > 0);
    let (events, _) = start(&engine, ask("hello there, you", 20), 64);
    assert!(matches!(
        next(&events),
        ReplyEvent::Started { prompt_tokens: 17, reused_tokens: 12, .. }
    ));
    finish(&events);
}

#[test]
fn the_same_seed_gives_the_same_reply() {
    let (_folder, engine) = engine();
    let texts: Vec<String> =
        (0..3).map(|_| finish(&start(&engine, ask("again", 30), 64).0).0).collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
}

#[test]
fn cancelling_takes_effect_within_one_token() {
    let (_folder, engine) = engine();
    // A model of noise may end at once with one seed; one that goes on for a while is wanted.
    let seed = (0..100)
        .find(|&seed| finish(&start(&engine, seeded(seed), 256).0).0.chars().count() > 20)
        .unwrap();
    // No room: each event waits until it is taken, so that the engine is never ahead of the test by more than one token.
    let (events, cancel) = start(&engine, seeded(seed), 0);
    assert!(matches!(next(&events), ReplyEvent::Started { .. }));
    let mut seen = 0;
    while seen < 5 {
        if let ReplyEvent::Text(_) = next(&events) {
            seen += 1;
        }
    }
    cancel.cancel();
    let mut late = 0;
    let reason = loop {
        match next(&events) {
            ReplyEvent::Text(_) => late += 1,
            ReplyEvent::Finished(reason, _) => break reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason, FinishReason::Cancelled);
    assert!(late <= 1, "{late} tokens after the cancel");
    // And the engine is ready for the next one.
    finish(&start(&engine, ask("hello", 3), 64).0);
}

#[test]
fn a_dropped_receiver_ends_the_reply() {
    let (_folder, engine) = engine();
    let (events, _) = start(&engine, ask("hello", 200), 0);
    next(&events);
    drop(events);
    finish(&start(&engine, ask("hello", 3), 64).0);
}

#[test]
fn requests_queue_in_order() {
    let (_folder, engine) = engine();
    let replies: Vec<_> = (0..4).map(|_| start(&engine, ask("queue", 10), 64)).collect();
    let texts: Vec<String> = replies.iter().map(|(events, _)| finish(events).0).collect();
    assert!(texts.iter().all(|t| *t == texts[0]));
}

#[test]
fn a_full_inbox_is_a_problem_and_not_a_wait() {
    let (_folder, engine) = engine();
    let (blocked, _cancel) = start(&engine, ask("hello", 200), 0);
    next(&blocked);
    let waiting: Vec<_> = (0..40).map(|_| start(&engine, ask("hello", 1), 64)).collect();
    let (last, _) = &waiting[39];
    assert_eq!(failure(last).kind, ProblemKind::Busy);
    drop(blocked);
    finish(&waiting[0].0);
}

#[test]
fn a_prompt_that_is_too_long_says_so() {
    let (_folder, engine) = engine();
    let (events, _) = start(&engine, ask(&"x".repeat(300), 5), 64);
    let problem = failure(&events);
    assert_eq!(problem.kind, ProblemKind::Invalid);
    assert!(problem.to_string().contains("301 tokens"), "{problem}");
}

#[test]
fn a_panic_in_a_sink_fails_the_reply_and_spares_the_engine() {
    struct Breaks(SyncSender<ReplyEvent>);
    impl TokenSink for Breaks {
        fn event(&mut self, event: ReplyEvent) -> Flow {
            assert!(!matches!(event, ReplyEvent::Started { .. }), "on purpose");
            self.0.send(event).unwrap();
            Flow::More
        }
    }
    let (_folder, engine) = engine();
    let (sink, events) = sync_channel(4);
    engine.reply(ask("hello", 5), Box::new(Breaks(sink)), Cancel::new());
    let problem = failure(&events);
    assert_eq!(problem.kind, ProblemKind::Internal);
    assert!(problem.message.contains("on purpose"), "{problem}");
    finish(&start(&engine, ask("hello", 3), 64).0);
}

#[test]
fn reading_ahead_makes_the_reply_start_at_once() {
    let (_folder, engine) = engine();
    engine.prefill("a card of some length", Cancel::new());
    let (events, _) = start(&engine, ask("a card of some length, and a question", 3), 64);
    assert!(matches!(next(&events), ReplyEvent::Started { reused_tokens: 22, .. }));
    finish(&events);
}

#[test]
fn stop_texts_end_a_reply_and_are_not_part_of_it() {
    let (_folder, engine) = engine();
    let (whole, ..) = finish(&start(&engine, ask("stop", 60), 64).0);
    let characters: Vec<char> = whole.chars().collect();
    assert!(characters.len() > 12);
    let stop: String = characters[8..11].iter().collect();
    let before = &whole[..whole.find(&stop).unwrap()];
    let mut question = ask("stop", 60);
    question.stop = vec![stop];
    let (text, reason, _) = finish(&start(&engine, question, 64).0);
    assert_eq!((text.as_str(), reason), (before, FinishReason::Stop));
}

#[test]
fn dropping_the_engine_ends_what_it_does() {
    let (_folder, engine) = engine();
    let (events, _) = start(&engine, ask("hello", 200), 256);
    next(&events);
    drop(engine);
    assert!(matches!(
        finish(&events).1,
        FinishReason::Cancelled | FinishReason::Length | FinishReason::Stop
    ));
    assert!(events.recv().is_err(), "the sink was dropped with the thread");
}

#[test]
fn completing_reports_ids_text_and_times() {
    let (_folder, engine) = engine();
    let completion = Completion {
        prompt: "abc".into(),
        sampling: Sampling::greedy(),
        max_tokens: 7,
        stop: Vec::new(),
    };
    let done = engine.complete(completion.clone(), Cancel::new()).unwrap();
    assert_eq!(done.prompt_ids, [256, 97, 98, 99]);
    assert_eq!(done.ids.len(), 7);
    assert_eq!(done.stats.reply_tokens, 7);
    assert_eq!(engine.count("abc"), 3);
    let cancelled = Cancel::new();
    cancelled.cancel();
    let done = engine.complete(completion, cancelled).unwrap();
    assert_eq!((done.reason, done.ids.len()), (FinishReason::Cancelled, 0));
}

#[test]
fn loading_reports_progress() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let mut seen = Vec::new();
    Engine::load(&path, &Options::default(), |share| seen.push(share)).unwrap();
    assert!(seen.is_sorted() && seen.len() > 5);
    assert!((seen[seen.len() - 1] - 1.0).abs() < 1e-6);
}

#[test]
fn exact_texts_are_biased_without_the_space_that_sentencepiece_adds() {
    let model = super::load(&super::fixture("llama.gguf"), 64);
    let tokens = |exact| {
        let word = domain::WordBias { text: "story".into(), exact, bias: 1.0 };
        let sampling = Sampling { word_bias: vec![word], ..Sampling::greedy() };
        let biased = with_tokens_of_words(&model.tokenizer, &sampling).logit_bias;
        let pieces = model.pieces();
        biased.into_iter().map(|(id, _)| pieces.of(id).to_owned()).collect::<Vec<_>>()
    };
    let begins_with_space = |text: &String| text.starts_with(' ');
    assert!(tokens(false).iter().any(begins_with_space), "{:?}", tokens(false));
    assert!(!tokens(true).is_empty() && !tokens(true).iter().any(begins_with_space));
    assert_eq!(strangers(&model.tokenizer, &[(0, 1.0), (1 << 20, 1.0)]), [1 << 20]);
}

#[test]
fn words_come_as_often_as_their_biases_say() {
    let (_folder, path) = noise(&Shape::tiny("qwen3"));
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    let written = |bias: &str| {
        let mut sampling = Sampling::greedy();
        domain::read_biases(&[bias.to_owned()]).unwrap().put_on(&mut sampling);
        let prompt = "the lamp".to_owned();
        let ask = Completion { prompt, sampling, max_tokens: 12, stop: Vec::new() };
        engine.complete(ask, Cancel::new()).unwrap()
    };
    let plain = written("");
    // Every byte is a token of this vocabulary: those of the word, and nothing else; no space comes with it.
    let only = written("qz = 100").text;
    assert!(only.len() >= 12 && only.bytes().all(|byte| b"qz".contains(&byte)), "{only:?}");
    assert!(written("{ } = 100").text.bytes().all(|byte| byte == b' '), "exactly this text");
    // A letter of several tokens: each of them, though none says anything alone.
    let (prompt, sampling) = ("灯".to_owned(), Sampling::greedy());
    let ask = Completion { prompt, sampling, max_tokens: 1, stop: Vec::new() };
    let parts = engine.complete(ask, Cancel::new()).unwrap().prompt_ids;
    assert!(parts.len() > 1 && written("灯 = 100").ids.iter().all(|id| parts.contains(id)));
    // What is forbidden does not come, by its id or by its text.
    let first = plain.ids[0];
    assert_ne!(written(&format!("[{first}] = -100")).ids[0], first);
}

#[test]
fn what_is_asked_aside_leaves_the_conversation_as_it_was_and_gives_way_to_it() {
    let (_folder, path) = noise(&Shape::tiny("llama"));
    let engine = Engine::load(&path, &Options::default(), |_| {}).unwrap();
    let talk = "a conversation that is rather long already";
    let (events, _) = start(&engine, ask(talk, 8), 64);
    let (first, ..) = finish(&events);
    let aside = |ask: Ask, room: usize| {
        let (sink, events) = sync_channel(room);
        engine.reply_aside(ask, Box::new(Channel(sink)), Cancel::new());
        events
    };
    let (_, reason, stats) = finish(&aside(ask("something else", 8), 64));
    assert_ne!(reason, FinishReason::Cancelled);
    let (_, _, again) = finish(&aside(ask("something else", 8), 64));
    assert_eq!(again.reused_tokens + 1, stats.prompt_tokens, "it is read once");
    let (events, _) = start(&engine, ask(talk, 8), 64);
    let (same, _, stats) = finish(&events);
    assert_eq!(
        (same, stats.reused_tokens + 1),
        (first, stats.prompt_tokens),
        "nothing is read anew"
    );
    // Nobody takes its first words, so it is at work until the turn comes.
    let slow = aside(ask("something long", 3_000), 0);
    assert!(matches!(next(&slow), ReplyEvent::Started { .. }));
    let (events, _) = start(&engine, ask(talk, 8), 64);
    let (_, reason, _) = finish(&slow);
    assert_eq!(reason, FinishReason::Cancelled);
    finish(&events);
}
