//! Table tests of the timeline: 1,000 samples per second, so that a sample is a millisecond.

use domain::{Heard, LineId, MouthShape, PlaybackEvent, TurnId, Viseme};

use super::Timeline;

const RATE: u32 = 1_000;

fn line(turn: u64, index: u32) -> LineId {
    LineId { turn: TurnId(turn), index }
}

fn viseme(at_ms: u32) -> Viseme {
    Viseme { at_ms, shape: MouthShape::A, weight: 1.0 }
}

/// Short names of events: `>1.0+2` line 0 of turn 1 starts with two visemes, `~` more visemes, `@` playhead, `<` ends, `.` drained.
fn short(events: &[PlaybackEvent]) -> String {
    let name = |line: &LineId| format!("{}.{}", line.turn.0, line.index);
    let words: Vec<String> = events
        .iter()
        .map(|event| match event {
            PlaybackEvent::LineStarted { line, visemes } => {
                format!(">{}+{}", name(line), visemes.len())
            }
            PlaybackEvent::Visemes { line, visemes } => {
                format!("~{}+{}", name(line), visemes.len())
            }
            PlaybackEvent::Playhead { line, at_ms } => format!("@{}={at_ms}", name(line)),
            PlaybackEvent::LineEnded { line } => format!("<{}", name(line)),
            PlaybackEvent::Drained(turn) => format!(".{}", turn.0),
            other => format!("{other:?}"),
        })
        .collect();
    words.join(" ")
}

#[test]
fn a_line_starts_with_its_first_sample_and_ends_with_its_last() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![viseme(0), viseme(50)], false);
    assert_eq!(short(&timeline.advance(0)), "");
    assert_eq!(short(&timeline.advance(1)), ">1.0+2");
    timeline.append(line(1, 0), 100, vec![viseme(120)], true);
    assert_eq!(short(&timeline.advance(50)), "~1.0+1");
    assert_eq!(short(&timeline.advance(199)), "");
    assert_eq!(short(&timeline.advance(200)), "<1.0");
    assert!(timeline.is_idle());
}

#[test]
fn a_starved_line_does_not_end() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![], false);
    assert_eq!(short(&timeline.advance(100)), ">1.0+0");
    assert_eq!(short(&timeline.advance(5_000)), "");
    timeline.append(line(1, 0), 10, vec![], true);
    assert_eq!(short(&timeline.advance(110)), "<1.0");
}

#[test]
fn lines_follow_each_other_and_the_turn_drains_once() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![], true);
    timeline.append(line(1, 1), 0, vec![], true); // nothing to say: a stage direction
    timeline.append(line(1, 2), 50, vec![], true);
    timeline.finish(TurnId(1));
    timeline.finish(TurnId(1));
    assert_eq!(short(&timeline.advance(100)), ">1.0+0 <1.0 >1.1+0 <1.1");
    assert_eq!(short(&timeline.advance(150)), ">1.2+0 <1.2 .1");
    assert_eq!(short(&timeline.advance(150)), "");
}

#[test]
fn a_turn_without_sound_drains_at_once() {
    let mut timeline = Timeline::new(RATE);
    timeline.finish(TurnId(4));
    assert_eq!(short(&timeline.advance(0)), ".4");
}

#[test]
fn a_line_whose_voice_failed_is_ended_by_the_next_one_or_by_the_end() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![], false);
    timeline.append(line(1, 1), 100, vec![], false);
    timeline.finish(TurnId(1));
    assert_eq!(short(&timeline.advance(200)), ">1.0+0 <1.0 >1.1+0 <1.1 .1");
}

#[test]
fn the_playhead_reports_every_quarter_of_a_second() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 1_000, vec![], true);
    let said: Vec<String> = (0..=10)
        .map(|i| short(&timeline.advance(i * 100)))
        .filter(|said| !said.is_empty())
        .collect();
    assert_eq!(said, [">1.0+0", "@1.0=300", "@1.0=500", "@1.0=800", "@1.0=1000 <1.0"]);
}

#[test]
fn a_cut_tells_what_was_heard() {
    let heard = |line, played_ms, line_ms| Heard { turn: TurnId(1), line, played_ms, line_ms };
    // (samples heard, is the second line complete) -> what was heard
    let table = [
        (0, true, heard(None, 0, 0)),
        (1, true, heard(Some(line(1, 0)), 1, 100)),
        (40, true, heard(Some(line(1, 0)), 40, 100)),
        (100, true, heard(Some(line(1, 0)), 100, 100)),
        (130, true, heard(Some(line(1, 1)), 30, 80)),
        (130, false, heard(Some(line(1, 1)), 30, 0)),
        (900, true, heard(Some(line(1, 1)), 80, 80)),
    ];
    for (at, complete, expected) in table {
        let mut timeline = Timeline::new(RATE);
        timeline.append(line(1, 0), 100, vec![], true);
        timeline.append(line(1, 1), 80, vec![], complete);
        timeline.advance(at);
        let (heard, _) = timeline.cut(TurnId(1), at.min(180));
        assert_eq!(heard, expected, "cut at {at}");
        timeline.finish(TurnId(1));
        assert_eq!(short(&timeline.advance(1_000)), "", "a cut turn says nothing more");
        assert!(timeline.is_cut(TurnId(1)) && !timeline.is_cut(TurnId(2)));
    }
}

#[test]
fn a_cut_leaves_other_turns_alone() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![], true);
    timeline.append(line(2, 0), 60, vec![], true);
    timeline.finish(TurnId(1));
    timeline.finish(TurnId(2));
    timeline.advance(30);
    let (heard, gone) = timeline.cut(TurnId(1), 40);
    assert_eq!(heard.played_ms, 30);
    assert_eq!((gone.len(), gone.first()), (1, Some(&(40..100))));
    assert_eq!(timeline.queued(), 100);
    assert_eq!(short(&timeline.advance(40)), "");
    assert_eq!(short(&timeline.advance(100)), ">2.0+0 <2.0 .2");
}

#[test]
fn nothing_played_before_is_confused_with_a_new_turn() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 100, vec![], true);
    timeline.finish(TurnId(1));
    timeline.advance(100);
    let (heard, gone) = timeline.cut(TurnId(2), 100);
    assert_eq!((heard.line, gone.len()), (None, 0));
}

#[test]
fn another_rate_keeps_the_milliseconds() {
    let mut timeline = Timeline::new(RATE);
    timeline.append(line(1, 0), 400, vec![], true);
    timeline.advance(100);
    timeline.set_rate(4_000, 100);
    assert_eq!(timeline.queued(), 100 + 300 * 4);
    timeline.advance(100 + 100 * 4);
    let (heard, _) = timeline.cut(TurnId(1), 500);
    assert_eq!((heard.played_ms, heard.line_ms), (200, 400));
}

proptest::proptest! {
    /// However the parts are cut and however the clock moves: one start and one end a line, in order, then one `Drained`.
    #[test]
    fn events_are_whole_and_in_order(
        lines in proptest::collection::vec(proptest::collection::vec(0_usize..300, 1..4), 1..6),
        steps in proptest::collection::vec(1_i64..400, 1..40),
    ) {
        let mut timeline = Timeline::new(RATE);
        let mut events = Vec::new();
        let mut clock = steps.iter().cycle();
        let mut heard = 0;
        for (index, parts) in lines.iter().enumerate() {
            for (at, &samples) in parts.iter().enumerate() {
                timeline.append(line(1, index as u32), samples, vec![viseme(0)], at + 1 == parts.len());
                heard = (heard + clock.next().unwrap()).min(timeline.queued());
                events.extend(timeline.advance(heard));
            }
        }
        timeline.finish(TurnId(1));
        events.extend(timeline.advance(timeline.queued()));
        let mut visemes = 0;
        let order: Vec<String> = events
            .iter()
            .filter_map(|event| match event {
                PlaybackEvent::LineStarted { line, visemes: some } => {
                    visemes += some.len();
                    Some(format!(">{}", line.index))
                }
                PlaybackEvent::Visemes { visemes: some, .. } => {
                    visemes += some.len();
                    None
                }
                PlaybackEvent::LineEnded { line } => Some(format!("<{}", line.index)),
                PlaybackEvent::Drained(_) => Some(".".into()),
                _ => None,
            })
            .collect();
        let mut expected: Vec<String> =
            (0..lines.len()).flat_map(|i| [format!(">{i}"), format!("<{i}")]).collect();
        expected.push(".".into());
        proptest::prop_assert_eq!(order, expected);
        proptest::prop_assert_eq!(visemes, lines.iter().map(Vec::len).sum::<usize>());
        proptest::prop_assert!(timeline.is_idle());
    }
}
