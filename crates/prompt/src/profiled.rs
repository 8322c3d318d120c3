//! A scene for a model of a seed profile: the profile writes the prompt, the same window keeps it within the model's context.

use domain::{Ask, ChatMessage, Problem, TokenCounter};

use crate::profiles::{ChatProfile, Input, OwnSession, Session, Utterance};
use crate::turns::window;
use crate::{Assembled, Block, Limits, Scene};

/// Builds the request; `None`: the profile reads something else than one text.
pub(crate) fn assemble(
    scene: &Scene<'_>,
    profile: &dyn ChatProfile,
    counter: &dyn TokenCounter,
    limits: &Limits,
    (context, reply): (usize, usize),
) -> Option<Result<Assembled, Problem>> {
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
    let text = |history| match profile.input(&session(history)) {
        Input::Text(text) => Some(text),
        Input::Passages(_) => None,
    };
    let fixed = counter.count(&text(&[])?);
    // A name and its brackets, or a separator, beside each text.
    let share = counter.count(names.char).max(counter.count(names.user)) + 3;
    let costs: Vec<usize> =
        said.iter().map(|utterance| counter.count(utterance.text) + share).collect();
    let budget = context.saturating_sub(reply + fixed + share);
    let newest = costs.last().copied().unwrap_or_default();
    if newest > budget {
        return Some(Err(crate::assemble::too_long(scene, fixed, newest, context - reply)));
    }
    let start = window(&costs, budget, limits.keep);
    let prompt = text(&said[start..])?;
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
    let decoding = profile.decoding();
    let messages = said[start..]
        .iter()
        .map(|utterance| ChatMessage {
            role: if utterance.user { "user" } else { "assistant" }.into(),
            content: utterance.text.to_owned(),
        })
        .collect();
    Some(Ok(Assembled {
        prompt_tokens: counter.count(&prompt),
        fixed_prefix_tokens: fixed,
        blocks,
        dropped_messages: start,
        template: profile.name(),
        template_rejected: None,
        ask: Ask {
            turn: scene.turn,
            messages,
            prompt,
            sampling: domain::Sampling { seed: limits.sampling.seed, ..decoding.sampling },
            max_tokens: reply.min(decoding.max_tokens as usize) as u32,
            stop,
        },
    }))
}
