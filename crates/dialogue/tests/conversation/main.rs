//! Whole conversations with the conductor, among fakes whose time the test moves.

mod common;
mod echoes;
mod guessing;
mod several;

use std::sync::Arc;

use common::House;
use dialogue::{Change, Event, Scene, Update};
use domain::{LanguageModel, PlaybackEvent, ProblemKind, Transcriber, VadEvent};
use testkit::{Deck, Gate, Script, ScriptedEars, ScriptedModel, ToneVoice, problem, speech};

fn is_line(index: u32) -> impl Fn(&Update) -> bool {
    move |update| matches!(update, Update::LineStarted { line, .. } if line.id.index == index)
}

#[tokio::test]
async fn a_barge_in_keeps_only_what_was_heard() {
    let mut house = House::with(
        [
            "[joy] I am so glad you came today, because the rain has stopped and the sea is calm. [shy] Shall we walk along the shore together now?",
            "[surprised] Oh, of course, forgive me. What is it?",
        ],
        Deck::new(),
        Some(ToneVoice::new(50)),
        Some(ScriptedEars::new(&["Wait a moment."])),
    );
    house.send(Event::MicOpened).await;
    house.send(Event::say("Hello, Koto.")).await;
    house.until_text("together now?").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.clock.advance(350);
    house.pass(0);
    house.until(is_line(0)).await;
    house.pass(1700);
    house.until(is_line(1)).await;
    house.pass(1200);
    house.until(|update| matches!(update, Update::Playhead { at_ms: 1500, .. })).await;
    house.send(Event::speech(VadEvent::Started)).await;
    house.until(|update| matches!(update, Update::Hearing(dialogue::Hearing::Speech))).await;
    house.wait_for(|house| house.deck.ducked()).await;
    house.pass(500);
    house.until(|update| matches!(update, Update::Playhead { at_ms: 2000, .. })).await;
    house.send(Event::speech(VadEvent::Confirmed)).await;
    house.until_over().await;
    house.wait_for(|house| !house.deck.ducked()).await;
    house.pass(800);
    house
        .send(Event::Speech { event: VadEvent::Ended(speech(1100)), silence_ms: 200, why: None })
        .await;
    house.until_text("What is it?").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.clock.advance(120);
    house.pass(0);
    house.until(is_line(0)).await;
    house.pass(10_000);
    house.until_over().await;
    house.close().await;

    insta::assert_snapshot!(house.story(), @r#"
    hearing: waiting
    0 started: Hello, Koto.
    0 text I am so glad you came today, because the rain has stopped and the sea is calm.  Shall we walk along the shore together now?
    0 line 0 "I am so glad you came today," ["joy@0"] 14 visemes Some(1400) ms
    0 line 0 ended
    0 line 1 " because the rain has stopped and the sea is calm." [] 25 visemes Some(2450) ms
    0 line 1 at 300 ms
    0 line 1 at 1500 ms
    hearing: speech
    0 line 1 at 2000 ms
    0 finished interrupted: [joy] I am so glad you came today, because the rain has stopped and the sea is [-/-/0/350/3750 ms, 0 of 4 tokens reused]
    hearing: transcribing
    heard: Wait a moment.
    1 started: Wait a moment.
    hearing: waiting
    1 text Oh, of course, forgive me. What is it?
    1 line 0 "Oh, of course, forgive me." ["surprised@0"] 13 visemes Some(1300) ms
    1 line 0 ended
    1 line 1 " What is it?" [] 6 visemes Some(550) ms
    1 line 1 ended
    1 finished: [surprised] Oh, of course, forgive me. What is it? [200/200/200/320/10320 ms, 3 of 26 tokens reused]
    "#);
    insta::assert_snapshot!(house.logged().join("\n"), @r"
    User: Hello, Koto.
    Character: [joy] I am so glad you came today, because the rain has stopped and the sea is (interrupted)
    User: Wait a moment.
    Character: [surprised] Oh, of course, forgive me. What is it?
    ");
    // What was not heard was never said: the model does not find it in its next prompt.
    insta::assert_snapshot!(house.model.asks()[1].prompt, @r"
    Ren: Hello, Koto.
    Koto: [joy] I am so glad you came today, because the rain has stopped and the sea is
    Ren: Wait a moment.
    Koto:
    ");
}

#[tokio::test]
async fn the_voice_starts_while_the_model_still_writes() {
    let gate = Gate::default();
    let script =
        Script::text("Well, that is a long story, ").gate(&gate).then("and it is not over.");
    let mut house = House::with([script], Deck::instant(), Some(ToneVoice::new(50)), None);
    house.send(Event::say("Tell me.")).await;
    // The first line is heard although the model waits at the gate.
    house.until(is_line(0)).await;
    gate.open();
    house.until(is_line(1)).await;
    let over = house.until_over().await;
    assert!(matches!(over, Update::TurnFinished { interrupted: false, .. }), "{over:?}");
    house.close().await;
}

#[tokio::test]
async fn a_slow_voice_slows_the_model_down() {
    let sentence = "This is one more sentence of eight words. ";
    let script = Script::text(&sentence.repeat(40));
    let mut house = House::with([script], Deck::with_limit(300), Some(ToneVoice::new(50)), None);
    house.send(Event::say("Go on.")).await;
    house.wait_for(|house| house.deck.waiting_ms() > 0).await;
    house.pass(0);
    house.until(is_line(0)).await;
    // One line is being played, one spoken, two wait: the model may be a channel of tokens ahead of the page, no more.
    house.settle().await;
    let displayed = house.displayed();
    assert!((8..48).contains(&displayed), "{displayed} of 320 words are displayed");
    for _ in 0..400 {
        house.pass(300);
        if house.is_over().await {
            break;
        }
    }
    house.close().await;
    assert_eq!(house.logged()[1], format!("Character: {}", sentence.repeat(40).trim_end()));
}

#[tokio::test]
async fn typing_interrupts_and_is_answered() {
    let mut house =
        House::new(["I was just thinking of the old lighthouse by the bay.", "Of course."]);
    house.send(Event::say("What are you thinking of?")).await;
    house.until_text("bay.").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(1000);
    house.until(|update| matches!(update, Update::Playhead { .. })).await;
    house.send(Event::say("May I come in?")).await;
    house.until_over().await;
    house.until_text("Of course.").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(500);
    house.until_over().await;
    house.close().await;
    assert_eq!(
        house.logged(),
        [
            "User: What are you thinking of?",
            "Character: I was just thinking (interrupted)",
            "User: May I come in?",
            "Character: Of course.",
        ]
    );
}

#[tokio::test]
async fn stop_before_the_first_token_leaves_only_the_question() {
    let gate = Gate::default();
    let mut house =
        House::new([Script::default().gate(&gate).then("Too late."), Script::text("Yes.")]);
    house.send(Event::say("Hello?")).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    house.send(Event::Stop).await;
    let over = house.until_over().await;
    assert!(
        matches!(over, Update::TurnFinished { message: None, interrupted: true, .. }),
        "{over:?}"
    );
    gate.open();
    house.send(Event::say("Are you there?")).await;
    house.until_text("Yes.").await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(200);
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged(), ["User: Hello?", "User: Are you there?", "Character: Yes."]);
    assert!(!house.story().contains("Too late"));
}

#[tokio::test]
async fn a_model_that_fails_keeps_what_was_heard() {
    let gate = Gate::default();
    let script = Script::text("I will tell you everything, but first, ")
        .gate(&gate)
        .fail(problem("out of memory"));
    let mut house = House::new([script]);
    house.send(Event::say("Tell me.")).await;
    house.until_text("first,").await;
    house.wait_for(|house| house.deck.waiting_ms() == 1_350).await;
    house.pass(10_000);
    house.until(|update| matches!(update, Update::LineEnded(_))).await;
    gate.open();
    let over = house.until_over().await;
    assert!(matches!(over, Update::TurnFailed { .. }), "{over:?}");
    let changed = house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    assert!(matches!(changed, Update::ConversationChanged { messages, .. } if messages.len() == 2));
    house.close().await;
    assert_eq!(
        house.logged(),
        ["User: Tell me.", "Character: I will tell you everything, (interrupted)"]
    );
}

#[tokio::test]
async fn a_model_that_dies_or_says_nothing_is_told() {
    let scripts = [Script::default().vanish(), Script::text("<think>hm</think>")];
    let mut house = House::new(scripts);
    for expected in ["stopped in the middle", "answered with nothing"] {
        house.send(Event::say("Hello.")).await;
        let over = house.until_over().await;
        assert!(
            matches!(&over, Update::TurnFailed { problem, .. } if problem.message.contains(expected)),
            "{over:?}"
        );
    }
    house.close().await;
}

#[tokio::test]
async fn two_quick_inputs_are_both_kept_and_answered_together() {
    let gate = Gate::default();
    let mut house =
        House::silent([Script::default().gate(&gate).then("No."), Script::text("Both, gladly.")]);
    house.send(Event::say("Tea?")).await;
    house.send(Event::say("Or cake?")).await;
    house.until_over().await;
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged(), ["User: Tea?", "User: Or cake?", "Character: Both, gladly."]);
    assert!(house.model.asks().last().is_some_and(|ask| ask.prompt.contains("Tea?")));
}

#[tokio::test]
async fn without_a_voice_lines_are_shown_as_they_come() {
    let mut house = House::silent(["[joy] Good morning to you, my friend. [nod]"]);
    house.send(Event::say("Morning.")).await;
    house.until_over().await;
    house.close().await;
    insta::assert_snapshot!(house.story(), @r#"
    0 started: Morning.
    0 text Good morning to you,
    0 line 0 "Good morning to you," ["joy@0"] 0 visemes None ms
    0 line 0 ended
    0 text  my friend.
    0 line 1 " my friend." [] 0 visemes None ms
    0 line 1 ended
    0 finished: [joy] Good morning to you, my friend. [-/-/0/-/0 ms, 0 of 3 tokens reused]
    "#);
}

#[tokio::test]
async fn without_a_voice_what_was_displayed_is_kept() {
    let gate = Gate::default();
    let mut house = House::silent([Script::text("One two three four, five ").gate(&gate)]);
    house.send(Event::say("Count.")).await;
    house.until_text("five").await;
    house.send(Event::Stop).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged()[1], "Character: One two three four, five (interrupted)");
}

#[tokio::test]
async fn a_line_that_cannot_be_spoken_is_shown_in_its_place() {
    let mut house = House::with(
        [
            "This is the first line, and this one has the forbidden word in it. This is what comes after all of that, I think.",
        ],
        Deck::instant(),
        Some(ToneVoice::failing(50, Some("forbidden"))),
        None,
    );
    house.send(Event::say("Go.")).await;
    house.until_over().await;
    house.close().await;
    let lines: Vec<_> = house
        .seen
        .iter()
        .filter_map(|update| match update {
            Update::LineStarted { line, .. } => Some(line.id.index),
            Update::Notice(_) => Some(99),
            _ => None,
        })
        .filter(|&index| index != 99)
        .collect();
    assert_eq!(lines, [0, 1, 2]);
    assert!(house.story().contains("notice: the tone broke"));
    assert!(!house.logged()[1].contains("interrupted"));
}

#[tokio::test]
async fn another_answer_is_a_sibling() {
    let mut house = House::silent([
        Script::text("First."),
        Script::text("Second."),
        Script::default().vanish(),
    ]);
    house.send(Event::say("Well?")).await;
    house.until_over().await;
    house.send(Event::Regenerate).await;
    house.until_over().await;
    let messages = house.log.messages();
    assert_eq!(messages[1].parent, messages[2].parent);
    // One that fails leaves the old one on show.
    house.send(Event::Regenerate).await;
    let gone = house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    assert!(matches!(gone, Update::ConversationChanged { messages, .. } if messages.len() == 1));
    house.until_over().await;
    let back = house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    assert!(
        matches!(back, Update::ConversationChanged { messages, .. } if messages[1].text == "Second.")
    );
    // And another swipe is a matter of selecting it.
    house.send(Event::Change(Change::Select(Some(messages[1].id)))).await;
    let shown = house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    assert!(
        matches!(shown, Update::ConversationChanged { messages, .. } if messages[1].text == "First.")
    );
    house.close().await;
}

#[tokio::test]
async fn going_on_answers_what_was_said_last_and_hearing_again_logs_nothing() {
    let mut house = House::silent(["[joy] First.", "[shy] And more."]);
    house.send(Event::say("Well?")).await;
    house.until_over().await;
    house.send(Event::GoOn).await;
    house.until_over().await;
    let messages = house.log.messages();
    assert_eq!(messages[2].parent, Some(messages[1].id));
    assert_eq!(messages[2].text, "[shy] And more.");

    let (message, text) = (messages[1].id, messages[1].text.clone());
    house.send(Event::Replay { message, text }).await;
    let line = house.until(is_line(0)).await;
    assert!(matches!(line, Update::LineStarted { line, .. } if line.text == "First."));
    let over = house.until_over().await;
    assert!(
        matches!(&over, Update::TurnFinished { message: Some(same), .. } if same.id == message),
        "{over:?}"
    );
    assert_eq!(house.log.messages().len(), 3);
    // What is said next still answers the end of the branch.
    house.send(Event::say("I see.")).await;
    house.until_over().await;
    assert_eq!(house.log.messages()[3].parent, Some(messages[2].id));
    house.close().await;
}

#[tokio::test]
async fn nothing_to_answer_again_is_told() {
    let mut house = House::silent(["Never."]);
    house.send(Event::Regenerate).await;
    let over = house.until_over().await;
    assert!(
        matches!(&over, Update::TurnFailed { problem, .. } if problem.kind == ProblemKind::Invalid)
    );
    house.close().await;
    assert_eq!(house.seen.len(), 1, "{}", house.story());
}

#[tokio::test]
async fn edits_are_siblings_too() {
    let mut house = House::silent(["Four.", "Five."]);
    house.send(Event::say("Two and two?")).await;
    house.until_over().await;
    let question = house.log.messages()[0].id;
    house.send(Event::Say { text: "Two and three?".into(), instead_of: Some(question) }).await;
    house.until_over().await;
    let answer = house.log.messages()[3].id;
    house
        .send(Event::Change(Change::Rewrite { message: answer, text: "[joy] Five!".into() }))
        .await;
    let shown = house
        .until(|update| matches!(update, Update::ConversationChanged { messages, .. } if messages.len() == 2))
        .await;
    assert!(matches!(shown, Update::ConversationChanged { messages, .. }
        if messages[0].text == "Two and three?" && messages[1].text == "[joy] Five!"));
    house.close().await;
    let messages = house.log.messages();
    assert_eq!(messages.len(), 5, "nothing was overwritten");
    assert_eq!(messages[2].parent, None);
    assert_eq!(messages[4].parent, messages[3].parent);
    assert_eq!(house.model.asks()[1].prompt, "Ren: Two and three?\nKoto:");
}

#[tokio::test]
async fn a_greeting_is_spoken_and_kept_whole() {
    let mut house = House::new(["Fine."]);
    house.ports.model.set(None);
    house.send(Event::Greet("[joy] Hello! I am Koto, and this is my shop.".into())).await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(300);
    house.until(is_line(0)).await;
    house.send(Event::Stop).await;
    let over = house.until_over().await;
    assert!(
        matches!(&over, Update::TurnFinished { message: Some(message), interrupted: true, .. } if message.text.ends_with("my shop.")),
        "{over:?}"
    );
    house.close().await;
    assert_eq!(house.logged(), ["Character: [joy] Hello! I am Koto, and this is my shop."]);
}

#[tokio::test]
async fn what_is_said_over_a_greeting_answers_the_part_that_was_heard() {
    let mut house = House::new(["Fine."]);
    house.send(Event::Greet("[joy] Hello! I am Koto, and this is my shop.".into())).await;
    house.wait_for(|house| house.deck.finishing().is_some()).await;
    house.pass(700);
    house.until(is_line(0)).await;
    house.send(Event::say("Hello, Koto.")).await;
    house.until_over().await;
    let shown = house.until(|update| matches!(update, Update::ConversationChanged { .. })).await;
    let Update::ConversationChanged { messages, .. } = shown else { unreachable!() };
    let part = messages.last().expect("a greeting").clone();
    assert!(part.interrupted && part.text.starts_with("[joy] Hello"), "{part:?}");
    assert!(!part.text.contains("my shop"), "{part:?}");
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    house.wait_for(|house| !house.model.asks().is_empty()).await;
    house.close().await;
    let messages = house.log.messages();
    // The whole one stays beside it, to be shown again.
    assert!(messages[0].text.ends_with("my shop.") && messages[0].parent == messages[1].parent);
    assert_eq!(messages[2].parent, Some(messages[1].id));
    assert!(!house.model.asks()[0].prompt.contains("my shop"), "{:?}", house.model.asks()[0]);
}

#[tokio::test]
async fn words_wait_for_the_model() {
    let mut house = House::silent(["Here I am."]);
    house.ports.model.set(None);
    house.send(Event::say("Anyone?")).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    house.ports.model.set(Some(house.model.clone() as Arc<dyn LanguageModel>));
    house.send(Event::PartsChanged).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged(), ["User: Anyone?", "Character: Here I am."]);
}

#[tokio::test]
async fn speech_waits_for_the_ears() {
    let mut house = House::silent(["Good."]);
    house.send(Event::TalkPressed).await;
    house.send(Event::TalkReleased(Some(speech(600)))).await;
    house.until(|update| matches!(update, Update::EarsWanted)).await;
    let ears = Arc::new(ScriptedEars::new(&["Can you hear me?"]));
    house.ports.ears.set(Some(ears.clone() as Arc<dyn Transcriber>));
    house.send(Event::PartsChanged).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged(), ["User: Can you hear me?", "Character: Good."]);
    assert_eq!(ears.heard()[0].duration_ms(), 600);
}

#[tokio::test]
async fn nothing_is_shown_as_said_that_is_not_on_disk() {
    let mut house = House::silent(["Never."]);
    house.log.set_full(true);
    house.send(Event::say("Hello.")).await;
    let over = house.until_over().await;
    assert!(
        matches!(&over, Update::TurnFailed { problem, .. } if problem.kind == ProblemKind::Disk)
    );
    house.log.set_full(false);
    house.send(Event::say("Hello again.")).await;
    house.until(|update| matches!(update, Update::TurnStarted { .. })).await;
    house.close().await;
    assert_eq!(
        house.seen.iter().filter(|update| matches!(update, Update::TurnStarted { .. })).count(),
        1
    );
    assert_eq!(house.logged()[0], "User: Hello again.");
}

#[tokio::test]
async fn a_reply_that_cannot_be_kept_is_told() {
    let gate = Gate::default();
    let mut house = House::silent([Script::text("Hi ").gate(&gate).then("there.")]);
    house.send(Event::say("Hello.")).await;
    house.until_text("Hi").await;
    house.log.set_full(true);
    gate.open();
    let over = house.until_over().await;
    assert!(
        matches!(&over, Update::TurnFailed { problem, .. } if problem.kind == ProblemKind::Disk)
    );
    house.close().await;
}

#[tokio::test]
async fn another_conversation_ends_the_turn() {
    let gate = Gate::default();
    let mut house = House::silent([Script::text("Once upon ").gate(&gate), Script::text("Hello.")]);
    house.send(Event::say("A story?")).await;
    house.until_text("upon").await;
    let next = domain::Log::begin(&*house.log, &house.scene.character_id, "two").unwrap();
    let scene = Scene { conversation: next.id, ..house.scene.clone() };
    house.send(Event::Change(Change::Open(Box::new(scene)))).await;
    house.until(|update| matches!(update, Update::ConversationChanged { messages, .. } if messages.is_empty())).await;
    house.send(Event::say("Hi.")).await;
    house.until_over().await;
    house.close().await;
    let messages = house.log.messages();
    assert_eq!(messages[1].text, "Once upon");
    assert_eq!((messages[2].conversation, messages[2].parent), (next.id, None));
}

#[tokio::test]
async fn lost_speakers_are_a_notice() {
    let mut house = House::new(["Hello."]);
    house.deck.report(PlaybackEvent::DeviceLost(problem("the speakers were unplugged")));
    house.until(|update| matches!(update, Update::Notice(_))).await;
    house.close().await;
}

#[tokio::test]
async fn closing_in_the_middle_of_everything_keeps_what_was_heard_and_ends() {
    let gate = Gate::default();
    let script = Script::text("One two three four five, ").gate(&gate);
    let mut house = House::with([script], Deck::with_limit(100), Some(ToneVoice::new(50)), None);
    house.send(Event::say("Count.")).await;
    house.wait_for(|house| house.deck.waiting_ms() > 100).await;
    house.pass(200);
    house.wait_for(|house| house.deck.waiting_ms() > 100).await;
    house.pass(200);
    house.until(|update| matches!(update, Update::Playhead { .. })).await;
    house.close().await;
    assert_eq!(house.logged()[1], "Character: One two (interrupted)");
}

#[tokio::test]
async fn aborting_in_the_middle_of_everything_leaves_nobody_waiting() {
    let script = Script::text(&"One two three four five, ".repeat(100));
    let voice = Arc::new(ToneVoice::new(50));
    let mut house = House::with([script], Deck::with_limit(100), None, None);
    house.ports.voice.set(Some(voice.clone()));
    house.send(Event::say("Count.")).await;
    // The model waits for the scribe, the scribe for the voice, the voice for the speakers.
    house.wait_for(|house| house.deck.waiting_ms() > 100).await;
    house.settle().await;
    house.abort().await;
    // The threads of the fakes are joined when they are dropped.
    let (done, joined) = std::sync::mpsc::sync_channel(1);
    std::thread::spawn(move || {
        drop((house, voice));
        done.send(())
    });
    joined.recv_timeout(std::time::Duration::from_secs(5)).expect("nobody waits for ever");
}

#[tokio::test]
async fn a_transcript_that_never_comes_is_told() {
    struct Dead;
    impl Transcriber for Dead {
        fn transcribe(&self, _: domain::Utterance, _: domain::TranscriptSink, _: domain::Cancel) {}
    }
    let mut house = House::silent(["Never."]);
    house.ports.ears.set(Some(Arc::new(Dead)));
    house.send(Event::TalkPressed).await;
    house.send(Event::TalkReleased(Some(speech(300)))).await;
    house.until(|update| matches!(update, Update::Notice(_))).await;
    house.close().await;
}

#[tokio::test]
async fn a_replaced_model_finishes_what_it_began() {
    let gate = Gate::default();
    let mut house = House::silent([Script::text("Old ").gate(&gate).then("words.")]);
    house.send(Event::say("Hello.")).await;
    house.until_text("Old").await;
    let new = Arc::new(ScriptedModel::new(["New words."]));
    house.ports.model.set(Some(new as Arc<dyn LanguageModel>));
    house.send(Event::PartsChanged).await;
    gate.open();
    house.until_over().await;
    house.send(Event::say("And now?")).await;
    house.until_over().await;
    house.close().await;
    assert_eq!(house.logged()[1], "Character: Old words.");
    assert_eq!(house.logged()[3], "Character: New words.");
}
