//! The deck without a sound card: the silent clock keeps the time, cuts and ducks like a device.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::{Flow, LineId, MouthShape, Playback, PlaybackEvent, SpokenPart, TurnId, Viseme};

use super::{Deck, DeckOptions, EventSink};
use crate::devices::DeviceChoice;

type Log = Arc<Mutex<Vec<(Instant, PlaybackEvent)>>>;

fn deck() -> (Deck, Log) {
    let log: Log = Arc::default();
    let sink = Arc::clone(&log);
    let sink: EventSink = Arc::new(move |event| sink.lock().unwrap().push((Instant::now(), event)));
    (Deck::silent(sink).unwrap(), log)
}

fn part(turn: u64, index: u32, ms: usize, last: bool) -> SpokenPart {
    SpokenPart {
        line: LineId { turn: TurnId(turn), index },
        pcm: vec![0.1; ms * 22_050 / 1000].into(),
        rate: 22_050,
        visemes: vec![Viseme { at_ms: 0, shape: MouthShape::A, weight: 1.0 }],
        last,
    }
}

/// Waits until an event is there and answers when it came.
fn wait(log: &Log, wanted: impl Fn(&PlaybackEvent) -> bool) -> Instant {
    let start = Instant::now();
    loop {
        if let Some((at, _)) = log.lock().unwrap().iter().find(|(_, event)| wanted(event)) {
            return *at;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", log.lock().unwrap());
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn started(index: u32) -> impl Fn(&PlaybackEvent) -> bool {
    move |event| matches!(event, PlaybackEvent::LineStarted { line, .. } if line.index == index)
}

fn drained(turn: u64) -> impl Fn(&PlaybackEvent) -> bool {
    move |event| *event == PlaybackEvent::Drained(TurnId(turn))
}

#[test]
fn silence_keeps_the_time_of_the_lines() {
    let (deck, log) = deck();
    deck.play(part(1, 0, 300, false));
    deck.play(part(1, 0, 100, true));
    deck.play(part(1, 1, 200, true));
    deck.finish(TurnId(1));
    let end = wait(&log, drained(1));
    let first = wait(&log, started(0));
    let second = wait(&log, started(1));
    let between = second.duration_since(first).as_millis();
    let whole = end.duration_since(first).as_millis();
    // Never early; late by as much as a busy machine delays a thread.
    assert!((380..1_500).contains(&between), "the second line came after {between} ms");
    assert!((580..2_000).contains(&whole), "the turn lasted {whole} ms");
    let visemes: usize =
        log.lock()
            .unwrap()
            .iter()
            .map(|(_, event)| match event {
                PlaybackEvent::LineStarted { visemes, .. }
                | PlaybackEvent::Visemes { visemes, .. } => visemes.len(),
                _ => 0,
            })
            .sum();
    assert_eq!(visemes, 3);
    assert!(
        !log.lock().unwrap().iter().any(|(_, event)| matches!(event, PlaybackEvent::DeviceLost(_))),
        "silence that was asked for is no loss"
    );
}

#[test]
fn a_cut_tells_what_was_heard_and_refuses_the_rest() {
    let (deck, log) = deck();
    deck.play(part(1, 0, 400, false));
    wait(&log, started(0));
    std::thread::sleep(Duration::from_millis(100));
    let before = Instant::now();
    let heard = deck.cut(TurnId(1));
    assert!(before.elapsed() < Duration::from_millis(100), "a cut does not wait");
    assert_eq!(heard.line, Some(LineId { turn: TurnId(1), index: 0 }));
    assert!((60..=400).contains(&heard.played_ms), "{heard:?}");
    assert_eq!(heard.line_ms, 0, "the line was still being spoken");
    assert_eq!(deck.play(part(1, 0, 100, true)), Flow::Stop);
    deck.finish(TurnId(1));
    // The next turn starts at once and is whole.
    assert_eq!(deck.play(part(2, 0, 200, true)), Flow::More);
    deck.finish(TurnId(2));
    wait(&log, drained(2));
    let log = log.lock().unwrap();
    assert!(!log.iter().any(|(_, event)| *event == PlaybackEvent::Drained(TurnId(1))));
    let ended = log.iter().filter(|(_, e)| matches!(e, PlaybackEvent::LineEnded { .. })).count();
    assert_eq!(ended, 1, "the cut line never ends");
}

#[test]
fn playing_waits_while_enough_is_queued_and_a_cut_wakes_it() {
    let (deck, _log) = deck();
    let deck = Arc::new(deck);
    let voice = Arc::clone(&deck);
    let start = Instant::now();
    let thread = std::thread::spawn(move || {
        let mut played = 0;
        while voice.play(part(1, 0, 200, false)) == Flow::More {
            played += 1;
        }
        (played, start.elapsed())
    });
    std::thread::sleep(Duration::from_millis(500));
    assert!(!thread.is_finished(), "it waits instead of piling up");
    deck.cut(TurnId(1));
    let (played, took) = thread.join().unwrap();
    assert!(took < Duration::from_millis(1_500), "woken after {took:?}");
    // 500 ms went by and 600 ms may wait: a handful of parts of 200 ms, and none too many.
    assert!((3..=10).contains(&played), "{played} parts were taken");
}

#[test]
fn a_cut_between_turns_keeps_the_other_turn() {
    let (deck, log) = deck();
    deck.play(part(1, 0, 150, true));
    deck.finish(TurnId(1));
    deck.play(part(2, 0, 150, true));
    deck.finish(TurnId(2));
    wait(&log, started(0));
    let heard = deck.cut(TurnId(2));
    assert_eq!(heard.line, None);
    wait(&log, drained(1));
    assert!(
        !log.lock().unwrap().iter().any(|(_, event)| *event == PlaybackEvent::Drained(TurnId(2)))
    );
}

#[test]
fn without_any_device_it_says_so_and_goes_on() {
    // Where the machine has speakers, this deck is simply heard.
    let log: Log = Arc::default();
    let sink = Arc::clone(&log);
    let sink: EventSink = Arc::new(move |event| sink.lock().unwrap().push((Instant::now(), event)));
    let options = DeckOptions { volume: 0.0, ..DeckOptions::default() };
    let deck = Deck::open(options, sink).unwrap();
    deck.play(part(1, 0, 200, true));
    deck.finish(TurnId(1));
    wait(&log, drained(1));
    if crate::devices().outputs.is_empty() {
        let lost = |event: &PlaybackEvent| matches!(event, PlaybackEvent::DeviceLost(_));
        wait(&log, lost);
        assert_eq!(log.lock().unwrap().iter().filter(|(_, event)| lost(event)).count(), 1);
    }
    deck.set_device(DeviceChoice::Silent);
    deck.play(part(2, 0, 100, true));
    deck.finish(TurnId(2));
    wait(&log, drained(2));
}
