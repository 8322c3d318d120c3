//! Words: what our way (canceller, listener, passages, guards) understands, against whisper.cpp on the untouched files.

use asr::{Listener, ListenerOptions, Sign};
use audio::room::{Draw, Noise, Room, level_db};
use audio::{Denoise, EchoCanceller};
use domain::{Cancel, Problem, Utterance};

use super::SuiteReport;
use super::material::{Clip, Material, silence};

/// Words, without case and marks.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase))
        .map(Iterator::collect)
        .filter(|word: &String| !word.is_empty())
        .collect()
}

/// Words to change, to leave out, to put in (Levenshtein).
pub(super) fn errors(said: &[String], understood: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=understood.len()).collect();
    for (at, word) in said.iter().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (index, other) in understood.iter().enumerate() {
            let changed = corner + usize::from(word != other);
            corner = row[index + 1];
            row[index + 1] = changed.min(row[index] + 1).min(corner + 1);
        }
    }
    row[understood.len()]
}

/// What our way understands of a sound in which nothing is played, all utterances joined; and how often a committed word of
/// a partial transcript was not in the final one.
fn ours(material: &Material, sound: &[f32], retracted: &mut usize) -> Result<String, Problem> {
    let mut echo = EchoCanceller::new(Denoise::default())?;
    let (mut clean, mut speech) = (Vec::new(), Vec::new());
    echo.split(sound, &mut clean, &mut speech);
    let mut listener = Listener::new(ListenerOptions::default())?;
    let mut texts = Vec::new();
    let mut committed = String::new();
    for (clean, speech) in clean.chunks(asr::FRAME).zip(speech.chunks(asr::FRAME)) {
        let mut signs = listener.push_both(clean, speech);
        while let Some(sign) = signs.pop() {
            match sign {
                Sign::Ask(question) => {
                    let heard = material.ears.hear(question.speech, &Cancel::new())?;
                    signs.extend(listener.understood(question.id, &heard));
                }
                Sign::Understood(partial) => {
                    let kept = partial.committed.starts_with(&committed);
                    *retracted += usize::from(!kept);
                    committed = partial.committed;
                }
                Sign::Ended { speech, .. } => {
                    let text = material.hear(&speech.pcm)?;
                    texts.push(text);
                    committed.clear();
                }
                _ => {}
            }
        }
    }
    Ok(texts.join(" "))
}

pub(super) fn measure(material: &Material, report: &mut SuiteReport) -> Result<(), Problem> {
    let mut draw = Draw::new(11);
    let pad = |pcm: &[f32]| [&silence(600), pcm, &silence(1_400)].concat();
    let (mut total, mut wrong_ours, mut wrong_plain) = (0, 0, 0);
    let mut retracted = 0;
    let variants = ["clean", "noisy", "echoed"];
    for variant in variants {
        let altered = |clip: &Clip, draw: &mut Draw| {
            let mut sound = pad(&clip.pcm);
            match variant {
                "noisy" => {
                    let level = level_db(&clip.pcm) - 15.0;
                    let noise = Noise::Pink.samples(draw, level, sound.len());
                    sound.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample += noise);
                }
                "echoed" => sound = Room::new(draw, 0.0, 0.0, 250.0).echo(&sound),
                _ => {}
            }
            sound
        };
        let mut before: Option<(Vec<f32>, Vec<String>, usize)> = None;
        for clip in &material.clips {
            let said = words(&clip.text);
            let sound = altered(clip, &mut draw);
            // whisper.cpp gets the clip without the silence that we added around it.
            let middle = silence(600).len()..silence(600).len() + clip.pcm.len();
            let whole = Utterance { pcm: sound[middle].into() };
            let plain = words(&material.plain.hear(whole, &Cancel::new())?.text);
            let wrong = errors(&said, &plain);
            wrong_plain += wrong;
            wrong_ours += errors(&said, &words(&ours(material, &sound, &mut retracted)?));
            total += said.len();
            // Two clips in one recording; whisper.cpp is given each by itself, as its window asks for.
            if let Some((sound_before, said_before, wrong_before)) = before.take() {
                let both = [sound_before, sound.clone()].concat();
                let said_both = [said_before, said.clone()].concat();
                wrong_ours += errors(&said_both, &words(&ours(material, &both, &mut retracted)?));
                wrong_plain += wrong_before + wrong;
                total += said_both.len();
            }
            before = Some((sound, said, wrong));
        }
    }
    let percent = |wrong: usize| 100.0 * wrong as f64 / total.max(1) as f64;
    report.put("wer_ours", percent(wrong_ours), "%");
    report.put("wer_whisper_cpp", percent(wrong_plain), "%");
    report.put("wer_words", total as f64, "words");
    report.put("retracted_words", retracted as f64, "partials");
    Ok(())
}
