//! The canceller in simulated rooms: noise as what is played, because every band of it can be measured.

use std::time::{Duration, Instant};

use super::*;
use crate::clock::Mark;
use crate::room::{Draw, Noise, Room, drifted, level_db};

/// Plays a sound into a room and cleans what the microphone hears, in bursts as drivers make them: 20 ms to the speakers,
/// 30 ms from the microphone. `talk` is said into it.
fn run(played: &[f32], heard: &[f32]) -> Vec<f32> {
    let mut echo = EchoCanceller::new(Denoise::Off).unwrap();
    let (mut given, mut out) = (0, Vec::new());
    for (index, part) in heard.chunks(480).enumerate() {
        // The device takes what will be heard in the next 20 ms.
        let due = ((index + 1) * 480 + 320).min(played.len()) / 320 * 320;
        if due > given {
            echo.played(&played[given..due], 16_000).unwrap();
            given = due;
        }
        echo.clean(part, &mut out);
    }
    out
}

/// Bursts of noise with pauses between them, as speech has.
fn babble(seconds: usize) -> Vec<f32> {
    let mut draw = Draw::new(5);
    let mut sound = Noise::Pink.samples(&mut draw, -20.0, seconds * 16_000);
    for (at, sample) in sound.iter_mut().enumerate() {
        *sample *= if at / 4_800 % 3 == 2 { 0.02 } else { 1.0 };
    }
    sound
}

#[test]
fn what_is_played_is_taken_out_by_more_than_twenty_decibels() {
    let played = babble(20);
    for (gain, delay, ppm) in [(-6.0, 60.0, 0.0), (-12.0, 150.0, 80.0), (-6.0, 90.0, -80.0)] {
        let room = Room::new(&mut Draw::new(3), gain, delay, 250.0);
        let heard = drifted(&room.echo(&played), ppm).unwrap();
        let clean = run(&played, &heard);
        let settled = 5 * 16_000..heard.len() - 16_000;
        let erle = level_db(&heard[settled.clone()]) - level_db(&clean[settled]);
        assert!(erle > 20.0, "{gain} dB, {delay} ms, {ppm} ppm: ERLE {erle:.1} dB");
    }
}

#[test]
fn what_is_said_stays_while_something_is_played_and_while_nothing_is() {
    let played = babble(20);
    let mut heard = Room::new(&mut Draw::new(3), -12.0, 60.0, 250.0).echo(&played);
    // A hum of the voice's range, louder than the echo, for half a second at a time from the tenth second on.
    let said: Vec<f32> = (0..heard.len())
        .map(|at| {
            let on = at > 160_000 && at / 8_000 % 2 == 0;
            let time = at as f32 / 16_000.0;
            let tone = |hz: f32| (std::f32::consts::TAU * hz * time).sin();
            if on { 0.08 * (tone(220.0) + tone(660.0) + tone(1_100.0)) } else { 0.0 }
        })
        .collect();
    heard.iter_mut().zip(&said).for_each(|(heard, said)| *heard += said);
    let clean = run(&played, &heard);
    let alone = run(&[], &said);
    for (name, out) in [("over it", &clean), ("alone", &alone)] {
        let during = |at: usize| out[at + 1_600..at + 8_000].to_vec();
        let kept: Vec<f32> = (11..19).flat_map(|second| during(second * 16_000)).collect();
        let lost = level_db(&said[11 * 16_000 + 1_600..11 * 16_000 + 8_000]) - level_db(&kept);
        assert!(lost.abs() < 4.0, "{name}: {lost:.1} dB lost");
    }
}

#[test]
fn whoever_speaks_over_her_is_noticed_within_a_tenth_of_a_second() {
    let played = babble(24);
    let mut heard = Room::new(&mut Draw::new(3), -12.0, 60.0, 250.0).echo(&played);
    // As loud as the echo, from the twentieth second on.
    let begins = 20 * 16_000;
    let voice = Noise::Pink.samples(&mut Draw::new(8), -30.0, heard.len() - begins);
    heard[begins..].iter_mut().zip(&voice).for_each(|(heard, voice)| *heard += voice);
    let mut echo = EchoCanceller::new(Denoise::Low).unwrap();
    let (mut given, mut first, mut false_ones, mut known) = (0, None, 0, 0);
    for (index, part) in heard.chunks(320).enumerate() {
        // The device takes what will be heard in the next 20 ms.
        let due = ((index + 2) * 320).min(played.len());
        echo.played(&played[given..due], 16_000).unwrap();
        given = due;
        echo.clean(part, &mut Vec::new());
        let at = (index + 1) * 320;
        match echo.near() {
            Some(true) if at > begins => first = first.or(Some(at - begins)),
            Some(true) => false_ones += 1,
            Some(false) => known += 1,
            None => {}
        }
    }
    assert!(known > 10 * 50 && false_ones == 0, "{known} moments, {false_ones} false ones");
    assert!(first.is_some_and(|samples| samples <= 1_600), "after {first:?} samples");
}

#[test]
fn nothing_is_lost_and_nonsense_stays_finite() {
    let mut echo = EchoCanceller::new(Denoise::Low).unwrap();
    assert!(echo.played(&[0.0], 0).is_err());
    let mut out = Vec::new();
    echo.played(&vec![f32::NAN; 4_800], 48_000).unwrap();
    for part in [1, 159, 160, 161, 4_000] {
        echo.clean(&vec![f32::INFINITY; part], &mut out);
        echo.clean(&vec![2.0; part], &mut out);
    }
    assert_eq!(out.len(), 2 * (1 + 159 + 160 + 161 + 4_000) / BLOCK * BLOCK);
    assert!(out.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    // A dead weight on the line goes away.
    out.clear();
    echo.stopped();
    echo.clean(&vec![0.2; 32_000], &mut out);
    let rest = &out[16_000..];
    let mean = rest.iter().sum::<f32>() / rest.len() as f32;
    assert!(mean.abs() < 0.01, "{mean}");
}

/// The same with drivers that say when they call, up to 3 ms late; speakers that run faster by `ppm`. Answers the canceller, too.
fn told(played: &[f32], heard: &[f32], ppm: f64) -> (Vec<f32>, EchoCanceller) {
    let mut echo = EchoCanceller::new(Denoise::Off).unwrap();
    let (pace, start, mut jitter) = (1.0 + ppm * 1e-6, Instant::now(), Draw::new(8));
    let mut mark = |count: usize, pace: f64| Mark {
        count: count as u64,
        at: start
            + Duration::from_secs_f64(
                count as f64 / (16_000.0 * pace) + f64::from(jitter.between(0.0, 0.003)),
            ),
    };
    let (mut given, mut out) = (0, Vec::new());
    for (index, part) in heard.chunks(480).enumerate() {
        let due = (((index + 1) * 480 + 320) as f64 * pace) as usize;
        let due = due.min(played.len()) / 320 * 320;
        if due > given {
            echo.played(&played[given..due], 16_000).unwrap();
            let calls: Vec<Mark> = (given..due).step_by(320).map(|at| mark(at, pace)).collect();
            echo.asked(&calls);
            given = due;
        }
        echo.brought(&[mark((index + 1) * 480, 1.0)], 16_000);
        echo.clean(part, &mut out);
    }
    (out, echo)
}

#[test]
fn clocks_that_drivers_tell_of_are_followed_in_their_direction() {
    let played = babble(40);
    for ppm in [-150.0, 150.0] {
        let room = Room::new(&mut Draw::new(3), -8.0, 90.0, 250.0);
        let heard = drifted(&room.echo(&played), ppm).unwrap();
        let (clean, echo) = told(&played, &heard, ppm);
        let error = echo.drift() * 1e6 - ppm;
        assert!(error.abs() < 20.0, "{ppm} ppm was taken for {:.0}", echo.drift() * 1e6);
        let settled = 28 * 16_000..heard.len() - 16_000;
        let erle = level_db(&heard[settled.clone()]) - level_db(&clean[settled]);
        assert!(erle > 25.0, "{ppm} ppm: ERLE {erle:.1} dB");
    }
}

#[test]
fn a_device_that_is_exchanged_has_a_clock_that_nobody_knows() {
    type Exchange = fn(&mut EchoCanceller);
    let exchanges: [Exchange; 2] = [EchoCanceller::other_speakers, EchoCanceller::other_microphone];
    let start = Instant::now();
    let call = |tens: u64| Mark { count: tens * 160, at: start + Duration::from_millis(tens * 10) };
    for exchange in exchanges {
        let mut echo = EchoCanceller::new(Denoise::Off).unwrap();
        let calls: Vec<Mark> = (0..2_000).map(call).collect();
        echo.asked(&calls);
        echo.brought(&calls, 16_000);
        let sure = |echo: &EchoCanceller| echo.speakers.sure() && echo.microphone.sure();
        assert!(sure(&echo));
        exchange(&mut echo);
        assert!(!sure(&echo));
    }
}

/// In a room of which nothing is known yet: who speaks while music plays is heard, who speaks over her voice is not.
#[test]
fn music_alone_keeps_nobody_from_being_heard() {
    let played = babble(4);
    let tone = |at: usize| 0.1 * (std::f32::consts::TAU * 440.0 * at as f32 / 16_000.0).sin();
    let mut heard = Room::new(&mut Draw::new(3), -12.0, 60.0, 250.0).echo(&played);
    heard.iter_mut().enumerate().for_each(|(at, sample)| *sample += tone(at));
    let left = |voice: Option<bool>| {
        let mut echo = EchoCanceller::new(Denoise::Off).unwrap();
        let mut out = Vec::new();
        for (played, heard) in played.chunks(160).zip(heard.chunks(160)) {
            if let Some(voice) = voice {
                echo.voiced(voice);
            }
            echo.played(played, 16_000).unwrap();
            echo.clean(heard, &mut out);
        }
        level_db(&out[8_000..24_000])
    };
    assert!(left(Some(false)) > -45.0, "{} dB beside music", left(Some(false)));
    assert!(left(Some(true)) < -90.0, "{} dB over her voice", left(Some(true)));
    assert!(left(None) < -90.0, "nobody has told: it may be a voice");
    // Her voice may still arrive for a second after its end.
    let mut echo = EchoCanceller::new(Denoise::Off).unwrap();
    echo.voiced(true);
    let mut out = Vec::new();
    for (played, heard) in played.chunks(160).zip(heard.chunks(160)).take(200) {
        echo.voiced(false);
        echo.played(played, 16_000).unwrap();
        echo.clean(heard, &mut out);
    }
    assert!(level_db(&out[8_000..14_000]) < -90.0, "its end");
    assert!(level_db(&out[24_000..]) > -45.0, "long after it");
}
