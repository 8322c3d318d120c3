//! A scene for a model of a seed profile: the profile writes the prompt, the same window keeps it within the model's context. Where it
//! writes passages, each of them is as long as the model reads, and the profile itself says how much of the history stands in them.

use domain::{Ask, ChatMessage, FromPassages, PenaltyRule, Problem, Sampling, TokenCounter};

use crate::profiles::{ChatProfile, Decoding, Input, OwnSession, Session, Utterance};
use crate::turns::window;
use crate::{Assembled, Block, Limits, Scene};

/// Builds the request.
#[expect(clippy::too_many_lines, reason = "one list of blocks, in the order in which they are cut")]
pub(crate) fn assemble(
    scene: &Scene<'_>,
    profile: &dyn ChatProfile,
    counter: &dyn TokenCounter,
    limits: &Limits,
    (context, reply): (usize, usize),
) -> Result<Assembled, Problem> {
    let names = scene.names();
    let own = OwnSession::of(scene, &scene.macros());
    let knowledge: Vec<&str> = own.knowledge.iter().map(String::as_str).collect();
    let said: Vec<Utterance<'_>> =
        own.history.iter().map(|(user, text)| Utterance { user: *user, text }).collect();
    let session = |history| Session {
        bot_name: names.char,
        user_name: names.user,
        bot_info: &own.bot_info,
        user_info: &own.user_info,
        history,
        knowledge: &knowledge,
    };
    let decoding = profile.decoding();
    let count = |text: &str| counter.count(text);
    let passages = |history| match profile.input_within(&session(history), context, &count) {
        Input::Text(_) => None,
        Input::Passages(passages) => Some(passages),
    };
    let text = |history| match profile.input(&session(history)) {
        Input::Text(text) => text,
        // What there is to see of it.
        Input::Passages(passages) => passages.join("\n"),
    };
    // A name and its brackets, or a separator, beside each text.
    let share = counter.count(names.char).max(counter.count(names.user)) + 3;
    let costs: Vec<usize> =
        said.iter().map(|utterance| counter.count(utterance.text) + share).collect();
    let newest = costs.last().copied().unwrap_or_default();
    let from_passages = passages(&said[..]).map(|passages| FromPassages {
        passages,
        beams: decoding.beams,
        min_tokens: decoding.min_tokens,
        length_penalty: decoding.length_penalty,
    });
    let (fixed, start) = if from_passages.is_some() {
        if newest > context {
            return Err(crate::assemble::too_long(scene, 0, newest, context));
        }
        (0, 0)
    } else {
        let fixed = counter.count(&text(&[]));
        let budget = context.saturating_sub(reply + fixed + share);
        if newest > budget {
            return Err(crate::assemble::too_long(scene, fixed, newest, context - reply));
        }
        (fixed, window(&costs, budget, limits.keep))
    };
    let most = if from_passages.is_some() { limits.reply_tokens as usize } else { reply };
    let prompt = text(&said[start..]);
    let stop = profile.stop(&session(&said[start..]));
    let history: Vec<&str> = said[start..].iter().map(|utterance| utterance.text).collect();
    let block = |name: &str, text: &str| {
        let mut block = Block::new(name, text.to_owned());
        block.tokens = counter.count(text);
        block
    };
    let mut blocks = vec![block("description", &own.bot_info), block("persona", &own.user_info)];
    blocks.retain(|block| !block.text.is_empty());
    blocks.push(Block {
        tokens: costs[start..].iter().sum(),
        trimmed: costs[..start].iter().sum(),
        ..Block::new("history", history.join("\n"))
    });
    let messages = said[start..]
        .iter()
        .map(|utterance| ChatMessage {
            role: if utterance.user { "user" } else { "assistant" }.into(),
            content: utterance.text.to_owned(),
        })
        .collect();
    Ok(Assembled {
        prompt_tokens: counter.count(&prompt),
        fixed_prefix_tokens: fixed,
        blocks,
        newest_at: None,
        dropped_messages: start,
        template: profile.name(),
        template_rejected: None,
        ask: Ask {
            turn: scene.turn,
            messages,
            prompt,
            sampling: sampling(&decoding, &limits.sampling),
            max_tokens: most.min(decoding.max_tokens as usize) as u32,
            stop,
            from_passages,
        },
    })
}

/// How the profile draws, but for what the person has changed.
#[expect(clippy::float_cmp, reason = "what nobody changed is the very same number")]
fn sampling(decoding: &Decoding, person: &Sampling) -> Sampling {
    let mut sampling = Sampling {
        no_repeat_ngram: decoding.no_repeat_ngram,
        penalty_rule: if decoding.plain_penalty {
            PenaltyRule::Divide
        } else {
            PenaltyRule::SignAware
        },
        ..decoding.sampling.clone()
    };
    let usual = Sampling::default();
    macro_rules! changed {
        ($($field:ident)*) => {$(
            if person.$field != usual.$field {
                sampling.$field.clone_from(&person.$field);
            }
        )*};
    }
    // What is forbidden and how a penalty counts are the profile's own.
    changed!(
        temperature temperature_range temperature_exponent top_k top_p min_p typical_p xtc_probability xtc_threshold mirostat
        repetition_penalty penalty_window frequency_penalty presence_penalty dry no_repeat_ngram logit_bias word_bias tags order
        seed
    );
    sampling
}
