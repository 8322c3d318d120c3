//! From a scene to what the model is asked: blocks in a fixed order, history trimmed to the budget, everything rendered with the
//! model's template.
//!
//! Order: system, feelings, character, persona, examples, constant lore at its places (all fixed) – history, with what stands at a
//! depth in it, and, before the newest message of the person's, lore that comes and goes, memory and knowledge – notes and
//! post-history instructions (volatile, at the end of the last user turn) – the beginning of the reply.
//!
//! Trimming: lore that gives way of itself (`@@ignore_on_max_context`); history from its oldest end; example dialogue as a whole,
//! and only where the card takes more than three quarters of the room or the newest message would not fit; then, only for the newest
//! message, knowledge, lore from its end, and memory. Nothing else ever.

use domain::{Ask, ChatMessage, Problem, ProblemKind, TokenCounter};

use crate::builtin::Builtin;
use crate::parts::{Late, Parts};
use crate::profiled;
use crate::profiles::profile_for;
use crate::scene::GivesWay;
use crate::template::{SILENCE, Template, Variables};
use crate::turns::{Spoken, spoken, turns, window};
use crate::{Assembled, Block, Limits, Scene};

/// Tokens kept free for what counting piece by piece misses (tokens that join across a border).
const SLACK: usize = 8;
/// Steps of the room in which volatile parts are counted: memory alone, a thirty-second of the context, stays within one, and where that
/// would be less than its least, 256 tokens, likewise; in a small room, where that is a tenth, within an eighth. A larger step would only
/// take room from the history, which is cut the more often for it.
const STEPS: usize = 24;
const LEAST_STEP: usize = 320;
const LARGEST_STEPS: usize = 8;

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
    let names = scene.names();
    let context = match model.context_length {
        0 => limits.context_tokens,
        most => limits.context_tokens.min(most),
    } as usize;
    // In a tiny context the reply must not eat the conversation.
    let reply = (limits.reply_tokens as usize).min(context / 3).max(1);
    let room = context.saturating_sub(reply + SLACK);
    let wanted = match scene.template {
        "" => None,
        name => Some(Builtin::named(name).ok_or_else(|| unknown_template(name))?),
    };
    if wanted.is_none()
        && let Some(profile) = profile_for(model)
    {
        return profiled::assemble(scene, &*profile, counter, limits, (context, reply));
    }
    let template = Template::choose(
        model,
        counter,
        Variables { char: names.char, user: names.user, today: scene.today },
        wanted,
    );
    let control = [model.template.bos.as_str(), model.template.eos.as_str()];

    let macros = scene.macros();
    let mut parts = Parts::of(scene, &macros, &control);
    let said = spoken(scene, &macros, &control);
    let costs = costs(&template, counter, &said)?;
    let newest = costs.last().copied().unwrap_or_default();
    let mut taken = make_room(&template, counter, &mut parts, &costs, room, limits)?;
    if newest > room.saturating_sub(taken) {
        return Err(too_long(scene, taken, newest, room));
    }
    let mut budget = for_history(room, taken, parts.late(counter), newest);

    let mut system = parts.system();
    // The sum of the parts may miss the whole by a few tokens; then a little less is tried, with the same rule.
    for _ in 0..16 {
        let start = window(&costs, budget, limits.keep);
        let messages = conversation(&parts, &said[start..], &costs[start..]);
        let mut prompt =
            template.render(&system, &messages).map_err(|reason| template_problem(&reason))?;
        prompt.push_str(&parts.beginning());
        let tokens = counter.count(&prompt);
        if tokens + reply <= context || start + 1 >= said.len() {
            if tokens + reply > context {
                break;
            }
            return Ok(Assembled {
                fixed_prefix_tokens: fixed_prefix(counter, &prompt, &system, &messages),
                newest_at: newest_at(&prompt, &messages, &parts, &said),
                prompt_tokens: tokens,
                blocks: report(counter, parts, &said, &costs, start),
                dropped_messages: start,
                template: template.name,
                template_rejected: template.rejected,
                ask: Ask {
                    turn: scene.turn,
                    messages: for_servers(&system, messages),
                    prompt,
                    sampling: limits.sampling.clone(),
                    max_tokens: reply as u32,
                    stop: template.stop.into_iter().chain(scene.stops()).collect(),
                    from_passages: None,
                },
            });
        }
        if parts.give_up(GivesWay::AtOnce) {
            taken = make_room(&template, counter, &mut parts, &costs, room, limits)?;
            budget = for_history(room, taken, parts.late(counter), newest);
            system = parts.system();
            continue;
        }
        // In steps, so that the next turn most likely takes the same one.
        budget = (budget - budget / 16).saturating_sub(1).max(newest);
    }
    Err(too_long(scene, taken, newest, room))
}

/// What is left for the history of a `room`, of which `taken` is gone, a part of that for what comes and goes. That differs from turn
/// to turn by some words, and where the kept history begins differs with it, which would cost the KV cache: so it counts in steps.
fn for_history(room: usize, taken: usize, late: Late, newest: usize) -> usize {
    let step = (room / STEPS).max(LEAST_STEP).min(room / LARGEST_STEPS).max(1);
    let steps = late.cost.max(usize::from(late.steady)).next_multiple_of(step);
    room.saturating_sub(taken - late.cost + steps).max(newest)
}

/// Leaves out what must give way, in the declared order, and says what all but the history costs.
fn make_room(
    template: &Template<'_>,
    counter: &dyn TokenCounter,
    parts: &mut Parts,
    costs: &[usize],
    room: usize,
    limits: &Limits,
) -> Result<usize, Problem> {
    let newest = costs.last().copied().unwrap_or_default();
    loop {
        let fixed = cost_of_fixed(template, counter, &parts.system())?;
        let extra = parts.cost(counter);
        let full = newest > room.saturating_sub(fixed + extra);
        let budget = for_history(room, fixed + extra, parts.late(counter), newest);
        if (full || window(costs, budget, limits.keep) > 0) && parts.give_up(GivesWay::AtOnce) {
            continue;
        }
        if (full || fixed > room / 4 * 3) && parts.give_up(GivesWay::Examples) {
            continue;
        }
        let later = [GivesWay::Knowledge, GivesWay::Lore, GivesWay::Memory];
        if full && later.into_iter().any(|next| parts.give_up(next)) {
            continue;
        }
        return Ok(fixed + extra);
    }
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
    system: &str,
) -> Result<usize, Problem> {
    let turn = [ChatMessage { role: "user".into(), content: SILENCE.into() }];
    template
        .render(system, &turn)
        .map(|text| counter.count(&text))
        .map_err(|reason| template_problem(&reason))
}

/// Turns that end with the person's, what stands between and behind them included.
fn conversation(parts: &Parts, said: &[Spoken], costs: &[usize]) -> Vec<ChatMessage> {
    let mut all = parts.among(said, costs);
    // What comes to mind is nothing that the person says: where they say nothing, they are silent behind it, too.
    if !parts.aside.is_empty() && said.last().is_none_or(|last| !last.user) {
        all.push(Spoken { user: true, text: SILENCE.to_owned() });
    }
    let mut messages = turns(&all);
    if messages.last().is_none_or(|last| last.role != "user") {
        messages.push(ChatMessage { role: "user".into(), content: SILENCE.into() });
    }
    if let Some(last) = messages.last_mut() {
        for text in parts.behind() {
            last.content.push_str("\n\n");
            last.content.push_str(text);
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

/// Where the newest message begins in the prompt, in bytes.
fn newest_at(
    prompt: &str,
    messages: &[ChatMessage],
    parts: &Parts,
    said: &[Spoken],
) -> Option<usize> {
    let newest = said.last().filter(|newest| newest.user)?;
    let turn = messages.last()?.content.as_str();
    let behind: usize = parts.behind().map(|text| text.len() + 2).sum();
    let within = turn.get(..turn.len().checked_sub(behind)?)?.rfind(&newest.text)?;
    // Templates may trim the turn.
    let trimmed = turn.len() - turn.trim_start().len();
    let within = within.checked_sub(trimmed).filter(|within| *within < turn.trim().len())?;
    Some(prompt.rfind(turn.trim())? + within)
}

fn report(
    counter: &dyn TokenCounter,
    parts: Parts,
    said: &[Spoken],
    costs: &[usize],
    start: usize,
) -> Vec<Block> {
    let counted = |mut block: Block| {
        block.tokens = counter.count(&block.text);
        block
    };
    let gone =
        |block: Block| Block { trimmed: counter.count(&block.text), text: String::new(), ..block };
    let mut blocks: Vec<Block> = parts.fixed.into_iter().map(counted).collect();
    let (examples, others): (Vec<Block>, Vec<Block>) =
        parts.left_out.into_iter().partition(|block| block.name == "examples");
    blocks.extend(examples.into_iter().map(gone));
    let kept: Vec<&str> = said[start..].iter().map(|spoken| spoken.text.as_str()).collect();
    blocks.push(Block {
        tokens: costs[start..].iter().sum(),
        trimmed: costs[..start].iter().sum(),
        ..Block::new("history", kept.join("\n"))
    });
    blocks.extend(parts.inserts.into_iter().map(|insert| counted(insert.block)));
    blocks.extend(parts.aside.into_iter().chain(parts.tail).map(counted));
    blocks.extend(parts.prefill.into_iter().map(counted));
    blocks.extend(others.into_iter().map(gone));
    blocks
}

pub(crate) fn too_long(scene: &Scene<'_>, fixed: usize, newest: usize, room: usize) -> Problem {
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

fn unknown_template(name: &str) -> Problem {
    let known: Vec<&str> = Builtin::ALL.into_iter().map(Builtin::name).collect();
    Problem::new(
        ProblemKind::Invalid,
        format!("there is no template `{name}`"),
        format!("choose one of {}", known.join(", ")),
    )
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
