//! Beam search and drawing over a [`Writer`].
//!
//! Two ways to end: transformers' (`early_stopping`: as soon as as many answers are finished as there are beams), and PLUG's own
//! (as soon as the best beam is finished). Both give the finished answer with the best score for its length.

use super::rules::{Penalty, Rules, log_softmax};
use super::{Memory, Past, Writer, Writing};
use crate::Error;
use crate::sampler::{self, NotNumbers, Sampler};

/// An unfinished answer.
#[derive(Clone)]
struct Beam {
    /// The start first.
    tokens: Vec<u32>,
    /// Sum of the log-likelihoods.
    score: f32,
    past: Vec<Past>,
}

/// A token behind a beam.
#[derive(Clone, Copy)]
struct Choice {
    beam: usize,
    token: u32,
    /// Sum of the log-likelihoods with it.
    score: f32,
}

/// Searches; `None` where it was cancelled. The start and the end are not part of what is written.
pub(super) fn search(
    writer: &dyn Writer,
    memory: &Memory,
    rules: &Rules,
    writing: &Writing,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Vec<u32>>, Error> {
    let width = writing.beams;
    let first = Beam {
        tokens: vec![writer.start()],
        score: 0.0,
        past: vec![Past::default(); writer.layers()],
    };
    let mut beams = vec![first];
    let mut finished: Vec<(f32, Vec<u32>)> = Vec::new();
    // The start is part of transformers' lengths.
    let most = match rules.kind {
        Penalty::Transformers => writing.max_length.saturating_sub(1),
        Penalty::Plug => writing.max_length,
    };
    for step in 1..=most.max(1) {
        if cancelled() {
            return Ok(None);
        }
        let choices = choices(writer, memory, rules, &mut beams)?;
        let divisor = (step as f32).powf(writing.length_penalty);
        let over = |choice: &Choice| choice.token == rules.end || step >= most.max(1);
        let best = best(choices, 2 * width);
        let best_is_over = best.first().is_none_or(over);

        for choice in best.iter().take(width).filter(|choice| over(choice)) {
            let mut tokens = beams[choice.beam].tokens[1..].to_vec();
            tokens.extend((choice.token != rules.end).then_some(choice.token));
            finished.push((choice.score / divisor, tokens));
        }
        finished.sort_by(|a, b| b.0.total_cmp(&a.0));
        finished.truncate(width);
        let done = match rules.kind {
            Penalty::Transformers => finished.len() == width,
            Penalty::Plug => best_is_over,
        };
        beams = best
            .iter()
            .take(match rules.kind {
                Penalty::Transformers => 2 * width,
                Penalty::Plug => width,
            })
            .filter(|choice| !over(choice))
            .take(width)
            .map(|choice| {
                let Beam { tokens, past, .. } = &beams[choice.beam];
                let tokens = tokens.iter().copied().chain([choice.token]).collect();
                Beam { tokens, score: choice.score, past: past.clone() }
            })
            .collect();
        if done || beams.is_empty() {
            break;
        }
    }
    Ok(Some(finished.into_iter().next().map(|(_, tokens)| tokens).unwrap_or_default()))
}

/// Every token behind every beam, with its score.
fn choices(
    writer: &dyn Writer,
    memory: &Memory,
    rules: &Rules,
    beams: &mut [Beam],
) -> Result<Vec<Choice>, Error> {
    let tokens: Vec<u32> = beams.iter().filter_map(|beam| beam.tokens.last().copied()).collect();
    let mut past: Vec<Vec<Past>> =
        beams.iter_mut().map(|beam| std::mem::take(&mut beam.past)).collect();
    let mut logits = writer
        .step(&tokens, &mut past, memory)
        .map_err(|e| Error::Stopped { reason: e.to_string() })?;
    let width = logits.width();
    let mut choices = Vec::with_capacity(beams.len() * width);
    for (index, ((beam, past), scores)) in
        beams.iter_mut().zip(past).zip(logits.data_mut().chunks_exact_mut(width)).enumerate()
    {
        beam.past = past;
        log_softmax(scores);
        if scores.iter().any(|score| score.is_nan()) {
            return Err(Error::BadLogits { model: "answerer".into(), tokens: beam.tokens.len() });
        }
        rules.apply(scores, &beam.tokens);
        choices.extend(scores.iter().enumerate().map(|(token, score)| Choice {
            beam: index,
            token: token as u32,
            score: beam.score + score,
        }));
    }
    Ok(choices)
}

/// The best `count`, the best first; of equals the earliest.
fn best(mut choices: Vec<Choice>, count: usize) -> Vec<Choice> {
    let order = |a: &Choice, b: &Choice| {
        b.score.total_cmp(&a.score).then((a.beam, a.token).cmp(&(b.beam, b.token)))
    };
    let count = count.min(choices.len());
    if count < choices.len() && count > 0 {
        choices.select_nth_unstable_by(count - 1, order);
        choices.truncate(count);
    }
    choices.sort_by(order);
    choices
}

/// Draws one answer; `None` where it was cancelled.
pub(super) fn draw(
    writer: &dyn Writer,
    memory: &Memory,
    rules: &Rules,
    writing: &Writing,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Vec<u32>>, Error> {
    let mut sampler = Sampler::new(domain::Sampling {
        repetition_penalty: 1.0,
        penalty_window: 0,
        no_repeat_ngram: 0,
        // The rules have them.
        logit_bias: Vec::new(),
        word_bias: Vec::new(),
        ..writing.sampling.clone()
    });
    let mut tokens = vec![writer.start()];
    let mut remembered = [vec![Past::default(); writer.layers()]];
    while tokens.len() <= writing.max_length {
        if cancelled() {
            return Ok(None);
        }
        let newest = tokens[tokens.len() - 1];
        let mut logits = writer
            .step(&[newest], &mut remembered, memory)
            .map_err(|e| Error::Stopped { reason: e.to_string() })?
            .into_data();
        if rules.kind == Penalty::Plug {
            log_softmax(&mut logits);
        }
        rules.apply(&mut logits, &tokens);
        let past = sampler::Past { tokens: &tokens, reply_from: 1 };
        let token = sampler.sample(&mut logits, past).map_err(|NotNumbers| Error::BadLogits {
            model: "answerer".into(),
            tokens: tokens.len(),
        })?;
        if token == rules.end {
            break;
        }
        tokens.push(token);
    }
    tokens.remove(0);
    Ok(Some(tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_choices_come_in_order() {
        let choice = |token, score| Choice { beam: 0, token, score };
        let list = vec![choice(0, -3.0), choice(1, -1.0), choice(2, -2.0), choice(3, -1.0)];
        let tokens: Vec<u32> = best(list, 3).iter().map(|c| c.token).collect();
        assert_eq!(tokens, [1, 3, 2]);
    }
}
