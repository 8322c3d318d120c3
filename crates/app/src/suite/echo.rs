//! Played speech, fed back into the microphone through simulated rooms; noise; and what listening costs.

use std::time::Instant;

use asr::{Listener, ListenerOptions};
use audio::room::{Draw, Noise, Room, drifted, level_db, squash};
use audio::{Denoise, EchoCanceller};
use domain::{Problem, Utterance};

use super::material::{Clip, Material, level_to, silence};
use super::rule::{Happening, Rule};
use super::words::{errors, words};
use super::{SuiteReport, rank};

const RATE: usize = Utterance::RATE as usize;
/// Length of a scene; each has a room of its own, and a canceller that has heard nothing yet.
const SCENE: usize = 60 * RATE;
/// The canceller gets this long to know the room before its ERLE counts. (Interruptions count from the first sample on.)
const SETTLING: usize = 3 * RATE;
/// Time between two things that the person says over the character.
const BETWEEN: usize = 9 * RATE;

/// What is played and what the microphone hears of it.
struct Scene {
    played: Vec<f32>,
    heard: Vec<f32>,
}

/// A scene: lines with pauses between them, in a room. Echo −6 to −20 dB, 40 to 240 ms late, clocks up to 150 ppm apart,
/// reverberation 150 to 450 ms, noise −65 to −50 dB, every fourth loudspeaker overdriven.
fn scene(material: &Material, draw: &mut Draw, index: usize) -> Result<Scene, Problem> {
    let mut played = Vec::new();
    let mut line =
        (draw.between(0.0, material.lines.len() as f32) as usize).min(material.lines.len() - 1);
    while played.len() < SCENE {
        played.extend_from_slice(&material.lines[line]);
        played.extend(silence(draw.between(200.0, 1_500.0) as u32));
        line = (line + 1) % material.lines.len();
    }
    played.truncate(SCENE);
    let gain = -6.0 - 14.0 * (index % 8) as f32 / 7.0;
    let room = Room::new(
        draw,
        gain,
        draw.clone().between(40.0, 240.0),
        draw.clone().between(150.0, 450.0),
    );
    let mut loud = played.clone();
    squash(&mut loud, if index % 4 == 3 { 2.0 } else { 0.0 });
    let ppm = f64::from(draw.between(-150.0, 150.0));
    let mut heard = drifted(&room.echo(&loud), ppm)?;
    let kind = Noise::ALL[index % 4];
    let noise = kind.samples(draw, draw.clone().between(-65.0, -50.0), heard.len());
    heard.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample += noise);
    Ok(Scene { played, heard })
}

/// Runs the canceller over a scene, in bursts as drivers make them: 20 ms to the speakers, 30 ms from the microphone.
fn cleaned(scene: &Scene) -> Result<Vec<f32>, Problem> {
    let mut echo = EchoCanceller::new(Denoise::default())?;
    let (mut given, mut out) = (0, Vec::with_capacity(scene.heard.len()));
    for (index, part) in scene.heard.chunks(480).enumerate() {
        let due = ((index + 1) * 480 + 320).min(scene.played.len()) / 320 * 320;
        if due > given {
            echo.played(&scene.played[given..due], Utterance::RATE)?;
            given = due;
        }
        echo.clean(part, &mut out);
    }
    Ok(out)
}

/// Speech played for so many minutes: does she interrupt herself, and is the person still understood over her?
pub(super) fn played(
    material: &Material,
    minutes: u32,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let mut draw = Draw::new(41);
    let (mut cuts, mut lowered) = (0, 0);
    let (mut erle, mut onsets, mut noticed, mut interrupted) = (Vec::new(), Vec::new(), 0, 0);
    let (mut said, mut lost, mut spoken) = (0, 0, 0);
    for index in 0..minutes as usize {
        let mut scene = scene(material, &mut draw, index)?;
        let clean = cleaned(&scene)?;
        // Of the seconds in which something is heard well above the noise.
        let seconds = scene.heard[SETTLING..].chunks(RATE).zip(clean[SETTLING..].chunks(RATE));
        let loudest = scene.heard[SETTLING..].chunks(RATE).map(level_db).fold(-200.0, f32::max);
        erle.extend(
            seconds
                .map(|(heard, clean)| (level_db(heard), level_db(clean)))
                .filter(|(heard, _)| *heard > loudest - 6.0)
                .map(|(heard, clean)| f64::from(heard - clean)),
        );
        let mut rule = Rule::new(material, true)?;
        rule.hear(&clean)?;
        cuts += rule.happened.iter().filter(|what| matches!(what, Happening::Cut(_))).count();
        lowered +=
            rule.happened.iter().filter(|what| matches!(what, Happening::Lowered(_))).count();
        if index % 3 != 0 {
            continue;
        }
        // The same again, with somebody speaking over it.
        let mut at = 6 * RATE;
        let mut marks = Vec::new();
        while at + 5 * RATE < scene.heard.len() {
            let clip: &Clip = &material.clips[spoken % material.clips.len()];
            let mut pcm = clip.pcm.clone();
            level_to(&mut pcm, -26.0);
            scene.heard[at..at + pcm.len()].iter_mut().zip(&pcm).for_each(|(a, b)| *a += b);
            let onset = at + pcm.iter().position(|sample| sample.abs() > 0.01).unwrap_or(0);
            marks.push((onset, at..at + pcm.len(), clip));
            spoken += 1;
            at += BETWEEN;
        }
        let clean = cleaned(&scene)?;
        let mut rule = Rule::new(material, true)?;
        rule.hear(&clean)?;
        for (onset, place, clip) in marks {
            let during = onset..place.end + RATE / 2;
            let first = |wanted: &dyn Fn(&Happening) -> Option<usize>| {
                rule.happened.iter().filter_map(wanted).find(|at| during.contains(at))
            };
            let down = first(&|what| match what {
                Happening::Lowered(at) => Some(*at),
                _ => None,
            });
            if let Some(down) = down {
                noticed += 1;
                onsets.push((down - onset) as f64 * 1000.0 / RATE as f64);
            }
            let cut = first(&|what| match what {
                Happening::Cut(at) => Some(*at),
                _ => None,
            });
            interrupted += usize::from(cut.is_some());
            // Worst case: she goes on speaking over all of it.
            let from = place.start.saturating_sub(RATE / 4);
            let to = (place.end + RATE / 4).min(clean.len());
            let understood = words(&material.hear(&clean[from..to])?);
            let text = words(&clip.text);
            said += text.len();
            lost += errors(&text, &understood).min(text.len());
        }
    }
    let hours = f64::from(minutes) / 60.0;
    report.put("echo_minutes", f64::from(minutes), "min");
    if let (Some(median), Some(low)) = (rank(&erle, 0.5), rank(&erle, 0.05)) {
        report.metrics.insert("erle", super::Figure { p50: median, p95: low, unit: "dB" });
    }
    report.put("self_interruptions", cuts as f64, "");
    report.put("self_lowered_per_hour", lowered as f64 / hours.max(1e-9), "/h");
    report.put("double_talk_words_kept", 100.0 * (said - lost) as f64 / said.max(1) as f64, "%");
    report.put("double_talk_noticed", 100.0 * f64::from(noticed) / spoken.max(1) as f64, "%");
    report.put("double_talk_interrupted", 100.0 * interrupted as f64 / spoken.max(1) as f64, "%");
    report.spread("onset_to_lowered", &onsets, "ms");
    Ok(())
}

/// Noise alone: does it start turns?
pub(super) fn noise(
    material: &Material,
    minutes: u32,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let mut draw = Draw::new(53);
    let (mut turns, mut begun) = (0, 0);
    for index in 0..minutes as usize {
        let kind = Noise::ALL[index % Noise::ALL.len()];
        let level = -60.0 + 40.0 * (index / Noise::ALL.len() % 9) as f32 / 8.0;
        let heard = kind.samples(&mut draw, level, SCENE);
        let clean = cleaned(&Scene { played: Vec::new(), heard })?;
        let mut rule = Rule::new(material, false)?;
        rule.hear(&clean)?;
        turns += rule.happened.iter().filter(|what| matches!(what, Happening::Turn(..))).count();
        begun += rule.happened.len();
    }
    report.put("noise_minutes", f64::from(minutes), "min");
    report.put("noise_turns", turns as f64, "");
    report.put("noise_happenings", begun as f64, "");
    Ok(())
}

/// What listening costs while nobody speaks: canceller and voice activity, of one core.
pub(super) fn idle(report: &mut SuiteReport) -> Result<(), Problem> {
    let heard = Noise::Pink.samples(&mut Draw::new(3), -60.0, SCENE);
    let mut echo = EchoCanceller::new(Denoise::default())?;
    let mut listener = Listener::new(ListenerOptions::default())?;
    let (before, start) = (cpu_seconds(), Instant::now());
    for part in heard.chunks(480) {
        let mut clean = Vec::new();
        echo.clean(part, &mut clean);
        listener.push(&clean);
    }
    let taken = match (before, cpu_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    report.put("ears_idle", 100.0 * taken / (SCENE / RATE) as f64, "% of a core");
    Ok(())
}

/// Processor time of this thread, where the system says.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}
