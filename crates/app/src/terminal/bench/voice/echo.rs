//! Played speech, fed back into the microphone through simulated rooms; noise; and what listening costs.

use std::time::{Duration, Instant};

use asr::{Listener, ListenerOptions};
use audio::room::{Draw, Noise, Room, drifted, level_db, squash};
use audio::{Denoise, EchoCanceller, Frame, Mark};
use domain::{Problem, Utterance};

use super::material::{Clip, Material, level_to, silence};
use super::rule::{Happening, Rule};
use super::words::{errors, words};
use super::{SuiteOptions, SuiteReport, rank};

const RATE: usize = Utterance::RATE as usize;
/// Length of a scene; each has a room of its own, and a canceller that has heard nothing yet.
const SCENE: usize = 60 * RATE;
/// The canceller gets this long to know the room before its ERLE counts. (Interruptions count from the first sample on.)
const SETTLING: usize = 3 * RATE;
/// Before this the gate stays closed for want of knowing clocks and room, and only the button interrupts her.
const ACQUAINTED: usize = 20 * RATE;
/// Nothing is softer than the smallest step of sixteen bits: a closed gate gives no sound at all.
const SOFTEST: f32 = -90.0;
/// Time between two things that the person says over the character.
const BETWEEN: usize = 9 * RATE;

/// What is played, and what the microphone hears.
struct Scene {
    played: Vec<f32>,
    /// Of what is played.
    echo: Vec<f32>,
    /// Besides.
    noise: Vec<f32>,
    /// How much later the echo is, in samples.
    delay: usize,
    /// Samples that the speakers take while the microphone gives one: their clocks differ.
    pace: f64,
}

impl Scene {
    fn heard(&self) -> Vec<f32> {
        self.echo.iter().zip(&self.noise).map(|(echo, noise)| echo + noise).collect()
    }
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
    let (delay_ms, reverberation) = (draw.between(40.0, 240.0), draw.between(150.0, 450.0));
    let room = Room::new(draw, gain, delay_ms, reverberation);
    let mut loud = played.clone();
    squash(&mut loud, if index % 4 == 3 { 2.0 } else { 0.0 });
    let ppm = f64::from(draw.between(-150.0, 150.0));
    let echo = drifted(&room.echo(&loud), ppm)?;
    let level = draw.between(-65.0, -50.0);
    let noise = Noise::ALL[index % 4].samples(draw, level, echo.len());
    tracing::debug!(index, gain, delay_ms, reverberation, ppm, level, "a room");
    Ok(Scene {
        played,
        echo,
        noise,
        delay: (delay_ms * RATE as f32 / 1000.0) as usize,
        pace: 1.0 + ppm * 1e-6,
    })
}

/// Runs the canceller over a scene, in bursts as drivers make them: 20 ms to the speakers, 30 ms from the microphone. `each`
/// takes what is left of each burst and answers how loud she speaks from then on.
fn cleaned(
    scene: &Scene,
    mut each: impl FnMut(Frame<'_>) -> Result<f32, Problem>,
) -> Result<(), Problem> {
    let mut echo = EchoCanceller::new(Denoise::default())?;
    let mut loudness = vec![1.0_f32; scene.played.len()];
    let mut given = 0;
    let (mut gain, mut target) = (1.0_f32, 1.0_f32);
    let (start, mut jitter) = (Instant::now(), Draw::new(67));
    // Drivers call up to 3 ms late.
    let mut mark = |count: usize, pace: f64| Mark {
        count: count as u64,
        at: start
            + Duration::from_secs_f64(
                count as f64 / (RATE as f64 * pace) + f64::from(jitter.between(0.0, 0.003)),
            ),
    };
    for (index, noise) in scene.noise.chunks(480).enumerate() {
        let due = (((index + 1) * 480 + 320) as f64 * scene.pace) as usize;
        let due = due.min(scene.played.len()) / 320 * 320;
        if due > given {
            for slot in &mut loudness[given..due] {
                // 15 ms from silence to full, as at the speakers.
                gain += (target - gain).clamp(-1.0 / 240.0, 1.0 / 240.0);
                *slot = gain;
            }
            let now = scene.played[given..due].iter().zip(&loudness[given..due]);
            let played: Vec<f32> = now.map(|(sample, loudness)| sample * loudness).collect();
            echo.played(&played, Utterance::RATE)?;
            let calls: Vec<Mark> =
                (given..due).step_by(320).map(|count| mark(count, scene.pace)).collect();
            echo.asked(&calls);
            given = due;
        }
        echo.brought(&[mark((index + 1) * 480, 1.0)], Utterance::RATE);
        let heard: Vec<f32> = noise
            .iter()
            .enumerate()
            .map(|(offset, noise)| {
                let at = index * 480 + offset;
                let played =
                    at.checked_sub(scene.delay).map(|at| (at as f64 * scene.pace) as usize);
                let loudness = played.and_then(|at| loudness.get(at));
                noise + scene.echo.get(at).unwrap_or(&0.0) * loudness.unwrap_or(&1.0)
            })
            .collect();
        let (mut clean, mut speech) = (Vec::new(), Vec::new());
        echo.split(&heard, &mut clean, &mut speech);
        target = each(Frame { clean: &clean, speech: &speech, near: echo.near() })?;
    }
    Ok(())
}

/// Speech played for so many minutes: does she interrupt herself, and is the person still understood over her?
pub(super) fn played(
    material: &Material,
    options: &SuiteOptions,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let minutes = options.minutes;
    let mut draw = Draw::new(seed(41, options));
    let (mut cuts, mut lowered, mut erle) = (0_usize, 0_usize, Vec::new());
    let mut over = SpokenOver::default();
    for index in 0..minutes as usize {
        let mut scene = scene(material, &mut draw, index)?;
        let mut clean = Vec::new();
        let mut rule = Rule::new(material, true)?;
        cleaned(&scene, |part| {
            clean.extend_from_slice(part.clean);
            rule.hear(part)?;
            Ok(rule.loudness())
        })?;
        let heard = scene.heard();
        // Of the seconds in which something is heard well above the noise.
        let seconds = heard[SETTLING..].chunks(RATE).zip(clean[SETTLING..].chunks(RATE));
        let loudest = heard[SETTLING..].chunks(RATE).map(level_db).fold(-200.0, f32::max);
        erle.extend(
            seconds
                .map(|(heard, clean)| (level_db(heard), level_db(clean).max(SOFTEST)))
                .filter(|(heard, _)| *heard > loudest - 6.0)
                .map(|(heard, clean)| f64::from(heard - clean)),
        );
        for what in &rule.happened {
            cuts += usize::from(matches!(what, Happening::Cut(_)));
            lowered += usize::from(matches!(what, Happening::Lowered(_)));
            tracing::trace!(room = index, ?what, "nobody spoke");
        }
        if index % 3 == 0 {
            over.room(material, &mut scene, index)?;
        }
    }
    let hours = f64::from(minutes) / 60.0;
    report.put("echo_minutes", f64::from(minutes), "min");
    if let (Some(median), Some(low)) = (rank(&erle, 0.5), rank(&erle, 0.05)) {
        report.metrics.insert("erle", super::Figure { p50: median, p95: low, unit: "dB" });
    }
    report.put("self_interruptions", cuts as f64, "");
    report.put("self_lowered_per_hour", lowered as f64 / hours.max(1e-9), "/h");
    over.tell(report);
    Ok(())
}

/// What became of what somebody said over her.
#[derive(Default)]
struct SpokenOver {
    phrases: usize,
    /// Words of these, those of them that were lost, and those that the same ears lose where she is silent: in the same noise, at the
    /// same moments. What is lost over her cannot be less than that, but by chance.
    words: usize,
    lost: usize,
    lost_in_quiet: usize,
    /// Milliseconds from the onset of speech to her lowered voice, and to the cut.
    lowered: Vec<f64>,
    cut: Vec<f64>,
}

impl SpokenOver {
    /// The same room again, with somebody speaking over it; and now she yields.
    fn room(
        &mut self,
        material: &Material,
        scene: &mut Scene,
        index: usize,
    ) -> Result<(), Problem> {
        let mut at = ACQUAINTED;
        let mut marks = Vec::new();
        while at + 5 * RATE < scene.noise.len() {
            let clip: &Clip = &material.clips[self.phrases % material.clips.len()];
            let mut pcm = clip.pcm.clone();
            level_to(&mut pcm, -26.0);
            scene.noise[at..at + pcm.len()].iter_mut().zip(&pcm).for_each(|(a, b)| *a += b);
            marks.push((at + onset(&pcm), at + pcm.len(), clip));
            self.phrases += 1;
            at += BETWEEN;
        }
        let mut rule = Rule::new(material, true)?;
        cleaned(scene, |part| {
            rule.hear(part)?;
            Ok(rule.loudness())
        })?;
        let (silent, noise) = (vec![0.0; scene.played.len()], scene.noise.clone());
        let quiet = Scene { played: silent, echo: Vec::new(), noise, delay: 0, pace: 1.0 };
        let mut in_quiet = Rule::new(material, false)?;
        cleaned(&quiet, |part| in_quiet.hear(part).map(|()| 0.0))?;
        for (onset, end, clip) in marks {
            let during = onset..end + 2 * RATE;
            let (mut down, mut cut) = (None, None);
            for what in &rule.happened {
                match what {
                    Happening::Lowered(at) if during.contains(at) => down = down.or(Some(*at)),
                    Happening::Cut(at) if during.contains(at) => cut = cut.or(Some(*at)),
                    _ => {}
                }
            }
            let ms = |at: usize| (at - onset) as f64 * 1000.0 / RATE as f64;
            self.lowered.extend(down.map(ms));
            self.cut.extend(cut.map(ms));
            let text = words(&clip.text);
            let [understood, in_quiet] = [&rule, &in_quiet].map(|rule| rule.turns(&during));
            tracing::trace!(room = index, at_s = onset as f64 / RATE as f64, lowered = ?down.map(ms), cut = ?cut.map(ms), ?text, ?understood, ?in_quiet, "spoken over");
            let lost = |understood: &[String]| errors(&text, understood).min(text.len());
            self.words += text.len();
            self.lost += lost(&understood);
            self.lost_in_quiet += lost(&in_quiet);
        }
        Ok(())
    }

    fn tell(&self, report: &mut SuiteReport) {
        let share = |count: usize, all: usize| 100.0 * count as f64 / all.max(1) as f64;
        let kept = |lost: usize| share(self.words - lost, self.words);
        report.put("double_talk_phrases", self.phrases as f64, "");
        report.put("double_talk_words", self.words as f64, "words");
        report.put("double_talk_words_kept", kept(self.lost), "%");
        report.put("double_talk_words_kept_in_quiet", kept(self.lost_in_quiet), "%");
        report.put("double_talk_noticed", share(self.lowered.len(), self.phrases), "%");
        report.put("double_talk_interrupted", share(self.cut.len(), self.phrases), "%");
        report.spread("onset_to_cut", &self.cut, "ms");
        report.spread("onset_to_lowered", &self.lowered, "ms");
    }
}

/// A series of its own for each part of the suite and each seed that was asked for.
fn seed(part: u64, options: &SuiteOptions) -> u64 {
    options.seed.wrapping_mul(1_000).wrapping_add(part)
}

/// Where speech begins in a recording: the first 10 ms that are within 10 dB of the whole.
fn onset(pcm: &[f32]) -> usize {
    let level = level_db(pcm) - 10.0;
    pcm.chunks(RATE / 100).position(|part| level_db(part) > level).unwrap_or(0) * (RATE / 100)
}

/// Noise alone: does it start turns?
pub(super) fn noise(
    material: &Material,
    options: &SuiteOptions,
    report: &mut SuiteReport,
) -> Result<(), Problem> {
    let minutes = options.minutes;
    let mut draw = Draw::new(seed(53, options));
    let (mut turns, mut begun) = (0, 0);
    for index in 0..minutes as usize {
        let kind = Noise::ALL[index % Noise::ALL.len()];
        let level = -60.0 + 40.0 * (index / Noise::ALL.len() % 9) as f32 / 8.0;
        let heard = kind.samples(&mut draw, level, SCENE);
        let mut rule = Rule::new(material, false)?;
        let scene =
            Scene { played: Vec::new(), echo: Vec::new(), noise: heard, delay: 0, pace: 1.0 };
        cleaned(&scene, |part| rule.hear(part).map(|()| 0.0))?;
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
        let (mut clean, mut speech) = (Vec::new(), Vec::new());
        echo.split(part, &mut clean, &mut speech);
        listener.push_both(&clean, &speech);
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
