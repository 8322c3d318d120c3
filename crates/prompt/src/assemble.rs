//! From a scene to what the model is asked: blocks in a fixed order, history trimmed to the budget, everything rendered with the
//! model's template.
//!
//! Order: system, feelings, character, persona, examples (all fixed) – history – notes and post-history instructions (volatile, at
//! the end of the last user turn). Trimming: history from its oldest end; example dialogue as a whole, and only where the card
//! takes more than three quarters of the room or the newest message would not fit; nothing else ever.

use domain::{Ask, ChatMessage, Problem, ProblemKind, TokenCounter};

use crate::names::Names;
use crate::template::{SILENCE, Template, Variables};
use crate::turns::{Spoken, spoken, turns, window};
use crate::{Assembled, Block, Limits, Scene, sheet};

/// Tokens kept free for what counting piece by piece misses (tokens that join across a border).
const SLACK: usize = 8;

/// Builds the request for the next reply. The history's last message is what the reply answers; where it is the character's own (or
/// there is none), a silent turn of the person's is put behind it.
///
/// # Errors
/// [`ProblemKind::Invalid`] where the character alone, or the newest message alone, is more than the model can read.
pub fn assemble(
    scene: &Scene<'_>,
    counter: &dyn TokenCounter,
    limits: &Limits,
) -> Result<Assembled, Problem> {
    let model = scene.model;
    let lang = scene.lang.or(scene.character.language).unwrap_or_default();
    let names = Names { char: scene.character.short_name(), user: &scene.persona.name };
    let template = Template::choose(
        model,
        counter,
        Variables { char: names.char, user: names.user, today: scene.today },
    );
    let control = [model.template.bos.as_str(), model.template.eos.as_str()];

    let context = match model.context_length {
        0 => limits.context_tokens,
        most => limits.context_tokens.min(most),
    } as usize;
    // In a tiny context the reply must not eat the conversation.
    let reply = (limits.reply_tokens as usize).min(context / 3).max(1);
    let room = context.saturating_sub(reply + SLACK);

    let said = spoken(scene.history, names, &control);
    let costs = costs(&template, counter, &said)?;
    let tail = tail(scene, names, &control);
    let tail_cost: usize = tail.iter().map(|block| counter.count(&block.text) + 2).sum();
    let newest = costs.last().copied().unwrap_or_default();

    let mut fixed = sheet::sheet(scene, lang, names, &control);
    let mut dropped_examples = None;
    let mut fixed_cost = cost_of_fixed(&template, counter, &fixed)?;
    if (fixed_cost > room / 4 * 3 || fixed_cost + tail_cost + newest > room)
        && let Some(place) = fixed.iter().position(|block| block.name == "examples")
    {
        dropped_examples = Some(fixed.remove(place));
        fixed_cost = cost_of_fixed(&template, counter, &fixed)?;
    }
    let mut budget = room.saturating_sub(fixed_cost + tail_cost);
    if newest > budget {
        return Err(too_long(scene, fixed_cost + tail_cost, newest, room));
    }

    let system = joined(&fixed);
    // The sum of the parts may miss the whole by a few tokens; then a little less is tried, with the same rule.
    for _ in 0..8 {
        let start = window(&costs, budget, limits.keep);
        let messages = conversation(&said[start..], &tail);
        let prompt =
            template.render(&system, &messages).map_err(|reason| template_problem(&reason))?;
        let tokens = counter.count(&prompt);
        if tokens + reply <= context || start + 1 >= said.len() {
            if tokens + reply > context {
                break;
            }
            let blocks = report(counter, fixed, dropped_examples, &said, &costs, start, tail);
            return Ok(Assembled {
                fixed_prefix_tokens: fixed_prefix(counter, &prompt, &system, &messages),
                prompt_tokens: tokens,
                blocks,
                dropped_messages: start,
                template: template.name,
                template_rejected: template.rejected,
                ask: Ask {
                    turn: scene.turn,
                    messages: for_servers(&system, messages),
                    prompt,
                    sampling: limits.sampling.clone(),
                    max_tokens: reply as u32,
                    stop: template.stop,
                },
            });
        }
        // In steps, so that the next turn most likely takes the same one.
        budget = (budget - budget / 16).saturating_sub(1).max(newest);
    }
    Err(too_long(scene, fixed_cost + tail_cost, newest, room))
}

/// What every message costs, its share of the template included.
fn costs(
    template: &Template<'_>,
    counter: &dyn TokenCounter,
    said: &[Spoken],
) -> Result<Vec<usize>, Problem> {
    let message = |role: &str| ChatMessage { role: role.into(), content: SILENCE.into() };
    let one = [message("user")];
    let three = [message("user"), message("assistant"), message("user")];
    let count = |turns: &[ChatMessage]| {
        template
            .render("", turns)
            .map(|text| counter.count(&text))
            .map_err(|reason| template_problem(&reason))
    };
    let pair = count(&three)?.saturating_sub(count(&one)?);
    let overhead = pair.div_ceil(2).saturating_sub(counter.count(SILENCE));
    Ok(said.iter().map(|spoken| counter.count(&spoken.text) + overhead).collect())
}

/// What the prompt costs without any message.
fn cost_of_fixed(
    template: &Template<'_>,
    counter: &dyn TokenCounter,
    fixed: &[Block],
) -> Result<usize, Problem> {
    let turn = [ChatMessage { role: "user".into(), content: SILENCE.into() }];
    template
        .render(&joined(fixed), &turn)
        .map(|text| counter.count(&text))
        .map_err(|reason| template_problem(&reason))
}

fn joined(blocks: &[Block]) -> String {
    blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// What stands after the history.
fn tail(scene: &Scene<'_>, names: Names<'_>, control: &[&str]) -> Vec<Block> {
    let notes = scene.notes.iter().filter(|note| !note.text.trim().is_empty()).map(|note| {
        Block::new(
            note.name.clone(),
            crate::special::disarm(names.expand(note.text.trim()).trim(), control),
        )
    });
    notes.chain(sheet::post_history(scene, names, control)).collect()
}

/// Turns that end with the person's, the tail included.
fn conversation(said: &[Spoken], tail: &[Block]) -> Vec<ChatMessage> {
    let mut messages = turns(said);
    if messages.last().is_none_or(|last| last.role != "user") {
        messages.push(ChatMessage { role: "user".into(), content: SILENCE.into() });
    }
    if let Some(last) = messages.last_mut() {
        for block in tail {
            last.content.push_str("\n\n");
            last.content.push_str(&block.text);
        }
    }
    messages
}

/// The messages as remote servers take them: they render them with the template of the model they run.
fn for_servers(system: &str, turns: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let system = (!system.is_empty())
        .then(|| ChatMessage { role: "system".into(), content: system.to_owned() });
    system.into_iter().chain(turns).collect()
}

/// Tokens of the part that stays the same from turn to turn whatever is said: up to the end of the system text.
fn fixed_prefix(
    counter: &dyn TokenCounter,
    prompt: &str,
    system: &str,
    messages: &[ChatMessage],
) -> usize {
    // Templates may trim the text, so its last line is looked for.
    let last_line = system.trim().lines().next_back().unwrap_or_default();
    let first = messages.first().map_or("", |message| message.content.trim());
    let end = if last_line.is_empty() {
        prompt.find(first).unwrap_or_default()
    } else {
        prompt.find(last_line).map_or(0, |at| at + last_line.len())
    };
    counter.count(&prompt[..end])
}

fn report(
    counter: &dyn TokenCounter,
    fixed: Vec<Block>,
    dropped_examples: Option<Block>,
    said: &[Spoken],
    costs: &[usize],
    start: usize,
    tail: Vec<Block>,
) -> Vec<Block> {
    let counted = |mut block: Block| {
        block.tokens = counter.count(&block.text);
        block
    };
    let mut blocks: Vec<Block> = fixed.into_iter().map(counted).collect();
    if let Some(examples) = dropped_examples {
        blocks.push(Block {
            trimmed: counter.count(&examples.text),
            text: String::new(),
            ..examples
        });
    }
    let kept: Vec<&str> = said[start..].iter().map(|spoken| spoken.text.as_str()).collect();
    blocks.push(Block {
        tokens: costs[start..].iter().sum(),
        trimmed: costs[..start].iter().sum(),
        ..Block::new("history", kept.join("\n"))
    });
    blocks.extend(tail.into_iter().map(counted));
    blocks
}

fn too_long(scene: &Scene<'_>, fixed: usize, newest: usize, room: usize) -> Problem {
    let name = scene.character.short_name();
    if fixed > room / 2 {
        Problem::new(
            ProblemKind::Invalid,
            format!(
                "the card of `{name}` takes {fixed} tokens, and this model has room for {room}"
            ),
            "choose a model with a longer context, raise `context_length` in the settings, or shorten the card",
        )
    } else {
        Problem::new(
            ProblemKind::Invalid,
            format!(
                "the newest message takes {newest} tokens, and there is room for {}",
                room.saturating_sub(fixed)
            ),
            "shorten it, or choose a model with a longer context",
        )
    }
}

fn template_problem(reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Damaged,
        format!("the model's chat template failed: {reason}"),
        "choose another model, or report this one",
    )
}

#[cfg(test)]
#[path = "assemble_tests.rs"]
mod tests;
