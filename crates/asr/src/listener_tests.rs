//! The listener over a synthetic voice: when it asks, how long it waits, what it says.

use super::*;
use crate::synthetic::{silence, voice};

fn listener() -> Listener {
    Listener::new(ListenerOptions::default()).unwrap()
}

/// Runs a sound through; each question is answered at once with `answer`.
fn run(listener: &mut Listener, sound: &[f32], answer: Option<&str>) -> Vec<Sign> {
    let mut all = Vec::new();
    for frame in sound.chunks(512) {
        for sign in listener.push(frame) {
            let question = match &sign {
                Sign::Ask(question) => Some(question.id),
                _ => None,
            };
            all.push(sign);
            if let (Some(id), Some(text)) = (question, answer) {
                let transcript = Transcript { text: text.to_owned(), ..Transcript::default() };
                all.extend(listener.understood(id, &transcript));
            }
        }
    }
    all
}

/// The end of speech in what was said.
fn end(signs: &[Sign]) -> Option<(u32, EndOfTurn)> {
    signs.iter().find_map(|sign| match sign {
        Sign::Ended { silence_ms, why, .. } => Some((*silence_ms, *why)),
        _ => None,
    })
}

#[test]
fn what_was_said_decides_how_long_it_waits() {
    for (answer, why, expected) in [
        (Some("What is your name?"), EndOfTurn::Finished, 250..=350),
        (Some("I had a long day"), EndOfTurn::Unclear, 800..=850),
        (Some("I went there and"), EndOfTurn::Unfinished, 1_000..=1_050),
        (None, EndOfTurn::Unclear, 800..=850),
    ] {
        let mut listener = listener();
        let sound = [silence(0.5), voice(0.7), silence(2.0)].concat();
        let signs = run(&mut listener, &sound, answer);
        let (silence_ms, found) = end(&signs).unwrap();
        assert_eq!(found, why, "{answer:?}");
        assert!(expected.contains(&silence_ms), "{answer:?}: {silence_ms} ms");
    }
}

#[test]
fn it_asks_while_somebody_speaks_and_once_more_in_the_silence() {
    let mut listener = listener();
    let signs = run(&mut listener, &[voice(2.0), silence(0.9)].concat(), Some("Hello there."));
    let asked: Vec<&Question> = signs
        .iter()
        .filter_map(|sign| match sign {
            Sign::Ask(question) => Some(question),
            _ => None,
        })
        .collect();
    assert!((3..=7).contains(&asked.len()), "{} questions", asked.len());
    assert_eq!(asked.iter().filter(|question| question.pause).count(), 1);
    assert!(asked.windows(2).all(|pair| {
        pair[0].speech.pcm.len() < pair[1].speech.pcm.len() && pair[0].id < pair[1].id
    }));
    // The whole of it is what was said in the end, less the silence that was waited for.
    let last = &asked.last().unwrap().speech.pcm;
    let Some(Sign::Ended { speech, .. }) = signs.last() else { panic!("{:?}", signs.last()) };
    assert_eq!(speech.pcm[..last.len()], last[..]);
    let paused = signs.iter().filter(|sign| matches!(sign, Sign::Paused(_))).count();
    assert_eq!(paused, 1);
}

#[test]
fn whoever_goes_on_is_waited_for_anew() {
    let mut listener = listener();
    let sound = [voice(0.7), silence(0.23), voice(0.7), silence(1.2)].concat();
    let signs = run(&mut listener, &sound, Some("I like tea."));
    let told: Vec<&str> = signs
        .iter()
        .filter_map(|sign| match sign {
            Sign::Paused(_) => Some("paused"),
            Sign::Resumed => Some("resumed"),
            Sign::Ended { .. } => Some("ended"),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["paused", "resumed", "paused", "ended"]);
    let Some(Sign::Ended { speech, .. }) = signs.last() else { panic!() };
    assert!(speech.duration_ms() > 1_500, "it is one utterance");
}

#[test]
fn late_and_strange_answers_say_nothing() {
    let mut listener = listener();
    let answer = Transcript { text: "Hello.".to_owned(), ..Transcript::default() };
    assert!(listener.understood(0, &answer).is_empty());
    let signs = run(&mut listener, &voice(0.7), None);
    assert!(signs.iter().any(|sign| matches!(sign, Sign::Ask(_))));
    assert!(listener.understood(99, &answer).is_empty());
    listener.not_understood(0);
    run(&mut listener, &silence(1.0), None);
    assert!(
        listener.understood(0, &answer).is_empty() && listener.understood(1, &answer).is_empty()
    );
}

#[test]
fn over_a_reply_it_takes_longer_to_be_certain() {
    let confirmed = |over: bool| {
        let mut listener = listener();
        listener.over_reply(over);
        let mut at = 0;
        for frame in voice(1.5).chunks(512) {
            at += 32;
            if listener.push(frame).contains(&Sign::Confirmed) {
                return at;
            }
        }
        panic!("never certain");
    };
    let (alone, over) = (confirmed(false), confirmed(true));
    assert!(alone <= 320 && over - alone >= 300, "{alone} ms alone, {over} ms over a reply");
}

#[test]
fn what_was_a_voice_for_too_short_over_a_reply_interrupts_nobody() {
    // Of two seconds that sound like speech the suppressor lets so many frames through; of the rest it leaves a quarter.
    let interrupts = |frames: usize| {
        let mut listener = listener();
        listener.over_reply(true);
        voice(2.0).chunks(512).enumerate().any(|(at, sound)| {
            let by: Vec<f32> =
                sound.iter().map(|s| if at < frames { *s } else { 0.5 * s }).collect();
            listener.push_both(&by, sound).contains(&Sign::Confirmed)
        })
    };
    assert!(!interrupts(0) && !interrupts(4), "128 ms");
    assert!(interrupts(8), "256 ms");
}

#[test]
fn over_a_reply_it_begins_with_somebody_who_was_noticed_and_not_without() {
    let begins = |near: Option<bool>| {
        let mut listener = listener();
        listener.over_reply(true);
        voice(2.0)
            .chunks(512)
            .map(|frame| listener.hear(frame, frame, near))
            .position(|signs| signs.contains(&Sign::Started))
    };
    assert_eq!(begins(Some(true)), Some(0), "at once");
    assert_eq!(begins(Some(false)), None, "it sounds like speech, but comes from the loudspeaker");
    assert!(begins(None).is_some_and(|frame| frame > 0), "nobody has looked");
    // What was noticed and is no speech is over in half a second.
    let mut listener = listener();
    listener.over_reply(true);
    let rustle = vec![0.0; 512];
    let mut signs = listener.hear(&rustle, &rustle, Some(true));
    for _ in 0..20 {
        signs.extend(listener.hear(&rustle, &rustle, Some(false)));
    }
    assert_eq!(signs, [Sign::Started, Sign::Faded]);
    // Nor does it begin again and again while it goes on; what comes after it may.
    let noticed = |listener: &mut Listener, near: &[bool]| -> Vec<Sign> {
        near.iter().flat_map(|&near| listener.hear(&rustle, &rustle, Some(near))).collect()
    };
    assert_eq!(noticed(&mut listener, &[true; 100]), [Sign::Started, Sign::Faded]);
    assert_eq!(noticed(&mut listener, &[false, true]), [Sign::Started]);
}

#[test]
fn senseless_patience_is_refused() {
    for options in [
        ListenerOptions { finished_ms: 0, ..ListenerOptions::default() },
        ListenerOptions { unclear_ms: 2_000, ..ListenerOptions::default() },
        ListenerOptions { unfinished_ms: 60_000, ..ListenerOptions::default() },
    ] {
        assert!(Listener::new(options).is_err(), "{options:?}");
    }
    for ms in [0, 200, 3_000, u32::MAX] {
        assert!(Listener::new(ListenerOptions::patient(ms)).is_ok(), "{ms}");
    }
}

#[test]
fn what_was_said_before_the_device_went_away_is_kept() {
    let mut listener = listener();
    run(&mut listener, &[silence(0.5), voice(0.9)].concat(), None);
    let signs = listener.finish();
    let [Sign::Ended { speech, why, .. }] = &signs[..] else { panic!("{signs:?}") };
    assert!(speech.duration_ms() >= 900, "{} ms", speech.duration_ms());
    assert_eq!(*why, EndOfTurn::Unclear);
    assert!(listener.finish().is_empty(), "it ends once");
    // A cough that was cut off is still a cough.
    run(&mut listener, &voice(0.1), None);
    assert!(listener.finish().iter().all(|sign| *sign == Sign::Faded));
}

#[test]
fn half_an_hour_without_a_pause_is_heard_to_the_last_frame() {
    let mut listener = listener();
    let minute = voice(60.0);
    let (mut kept, mut whole) = (0, 0);
    for _ in 0..30 {
        whole += minute.len();
        for sign in run(&mut listener, &minute, None) {
            if let Sign::Ended { speech, why, .. } = sign {
                assert_eq!(why, EndOfTurn::Longest);
                assert!(speech.duration_ms() <= 601_000, "{} ms", speech.duration_ms());
                kept += speech.pcm.len();
            }
        }
    }
    for sign in listener.finish() {
        let Sign::Ended { speech, .. } = sign else { panic!("{sign:?}") };
        kept += speech.pcm.len();
    }
    // What lies between two utterances is a frame or two that sounded like no speech.
    assert!(whole - kept <= whole / 500, "{kept} of {whole} samples");
}

#[test]
fn what_is_no_speech_begins_nothing() {
    let offset = vec![0.4; 16_000 * 20];
    let broken = vec![f32::NAN; 16_000 * 5];
    let clicks: Vec<f32> =
        (0..16_000 * 20).map(|i| if i % 8_000 < 3 { 1.0 } else { 0.0 }).collect();
    for (name, sound) in
        [("silence", silence(20.0)), ("offset", offset), ("no numbers", broken), ("clicks", clicks)]
    {
        let signs = run(&mut listener(), &sound, None);
        let begun = signs.iter().any(|sign| matches!(sign, Sign::Confirmed | Sign::Ended { .. }));
        assert!(!begun, "{name}: {signs:?}");
    }
}
