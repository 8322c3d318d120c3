//! Ends of turns: is a pause in a sentence taken for its end, and how long does it wait at the real one?
//!
//! The sentences are spoken by our own voice, with a pause of 250 to 900 ms put in. What was said so far is given to the listener
//! as it was written (the small recogniser of the tests knows other words): this measures the patience, not the recogniser.
//! Every third first part ends with a full stop, because Whisper likes to put one.

use asr::{Listener, ListenerOptions, Sign};
use audio::room::{Draw, Noise};
use domain::{Problem, Transcript};

use super::SuiteReport;
use super::material::{Material, silence};

/// Rounds over all sentences, with other pauses each.
const ROUNDS: usize = 4;
/// What recognising takes meanwhile, in frames of 32 ms.
const DELAY: usize = 4;

pub(super) fn measure(material: &Material, report: &mut SuiteReport) -> Result<(), Problem> {
    let mut draw = Draw::new(23);
    let (mut false_ends, mut all) = (0, 0);
    let mut waits = Vec::new();
    for round in 0..ROUNDS {
        for (at, paused) in material.paused.iter().enumerate() {
            let pause = draw.between(250.0, 900.0) as u32;
            let mut sound = [
                &silence(600),
                &paused.first.pcm[..],
                &silence(pause),
                &paused.second.pcm,
                &silence(2_000),
            ]
            .concat();
            let noise = Noise::Pink.samples(&mut draw, -60.0, sound.len());
            sound.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample += noise);
            let second = sound.len() - silence(2_000).len() - paused.second.pcm.len();
            let mut first = paused.first.text.clone();
            if (at + round) % 3 == 0 {
                first = format!("{}.", first.trim_end_matches([',', '，', '、']));
            }
            let whole = format!("{} {}", paused.first.text, paused.second.text);
            let ends = ends(&sound, |place| if place <= second { &first } else { &whole })?;
            all += 1;
            // The end that is told before the second part is noticed.
            if ends.iter().any(|(place, _)| *place <= second) {
                false_ends += 1;
            } else if let Some((_, wait)) = ends.last() {
                waits.push(f64::from(*wait));
            }
        }
    }
    report.put("false_endings", 100.0 * f64::from(false_ends) / f64::from(all.max(1)), "%");
    report.put("false_endings_of", f64::from(all), "pauses");
    report.spread("end_of_turn_wait", &waits, "ms");
    Ok(())
}

/// Where the listener took speech to be over, and after how much silence. `said` is what was said up to a sample.
fn ends<'a>(
    sound: &[f32],
    said: impl Fn(usize) -> &'a String,
) -> Result<Vec<(usize, u32)>, Problem> {
    let mut listener = Listener::new(ListenerOptions::default())?;
    let mut found = Vec::new();
    let mut answers: Vec<(usize, u64, String)> = Vec::new();
    for (index, frame) in sound.chunks(asr::FRAME).enumerate() {
        let place = (index + 1) * asr::FRAME;
        for (_, id, text) in answers.extract_if(.., |(due, ..)| *due <= index) {
            listener.understood(id, &Transcript { text, ..Transcript::default() });
        }
        for sign in listener.push(frame) {
            match sign {
                Sign::Ask(question) => {
                    answers.push((index + DELAY, question.id, said(place).clone()));
                }
                Sign::Ended { silence_ms, .. } => found.push((place, silence_ms)),
                _ => {}
            }
        }
    }
    Ok(found)
}
