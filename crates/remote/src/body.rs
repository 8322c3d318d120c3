//! What is sent for a reply, and in which manner: servers differ in the parameters that they know and in the turns that their
//! models' templates take.

use std::collections::BTreeSet;

use domain::{Ask, ChatMessage, Sampling};
use serde_json::{Map, Value, json};

use crate::biases::Biases;

/// Stop texts that every server takes.
const MOST_STOPS: usize = 4;
/// What stands in a turn that has to be there though nobody said anything.
const SILENCE: &str = "…";

/// How a server wants to be asked, as far as it was found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// With OpenAI's own parameters alone.
    pub(crate) plain: bool,
    /// With turns that alternate, the person's first, and no system message ([`in_turns`]).
    pub(crate) in_turns: bool,
    /// Without the parameters that it refused by name.
    pub(crate) without: BTreeSet<String>,
}

/// The body of a request. `context` is how many tokens the model reads at once.
pub(crate) fn body(
    ask: &Ask,
    model: &str,
    biases: &Biases,
    manner: &Manner,
    context: u32,
) -> Map<String, Value> {
    let s = &ask.sampling;
    let mut body = Map::new();
    let mut add = |key: &str, value: Value| {
        if !manner.without.contains(key) {
            body.insert(key.to_owned(), value);
        }
    };
    add("model", json!(model));
    let messages = if manner.in_turns { &in_turns(&ask.messages) } else { &ask.messages };
    add("messages", json!(messages));
    add("stream", json!(true));
    add("temperature", json!(s.temperature));
    add("top_p", json!(s.top_p));
    // OpenAI's newer models know it by the second name only.
    let most =
        if manner.without.contains("max_tokens") { "max_completion_tokens" } else { "max_tokens" };
    add(most, json!(ask.max_tokens));
    if s.frequency_penalty != 0.0 {
        add("frequency_penalty", json!(s.frequency_penalty));
    }
    if s.presence_penalty != 0.0 {
        add("presence_penalty", json!(s.presence_penalty));
    }
    if let Some(seed) = s.seed {
        add("seed", json!(seed));
    }
    if !biases.is_empty() {
        add("logit_bias", json!(biases));
    }
    let stops = if manner.plain { MOST_STOPS.min(ask.stop.len()) } else { ask.stop.len() };
    if stops > 0 {
        add("stop", json!(ask.stop[..stops]));
    }
    if !manner.plain {
        extended(s, context, &mut add);
    }
    body
}

/// What llama-server, vLLM, LM Studio and others take besides, each under its own name.
fn extended(s: &Sampling, context: u32, add: &mut dyn FnMut(&str, Value)) {
    add("stream_options", json!({ "include_usage": true }));
    // As the prompts of local models say it: somebody waits for words, not for thoughts.
    add("chat_template_kwargs", json!({ "enable_thinking": false }));
    // llama-server makes room for as many tokens as a window names: beyond the context it would only wait for memory.
    let window = |tokens: u32| json!(tokens.min(context));
    if s.top_k > 0 {
        add("top_k", json!(s.top_k));
    }
    if s.min_p > 0.0 {
        add("min_p", json!(s.min_p));
    }
    if s.typical_p < 1.0 {
        add("typical_p", json!(s.typical_p));
    }
    if s.repetition_penalty.to_bits() != 1f32.to_bits() {
        add("repeat_penalty", json!(s.repetition_penalty));
        add("repetition_penalty", json!(s.repetition_penalty));
        add("repeat_last_n", window(s.penalty_window));
    }
    if s.temperature_range > 0.0 {
        add("dynatemp_range", json!(s.temperature_range));
        add("dynatemp_exponent", json!(s.temperature_exponent));
    }
    if s.xtc_probability > 0.0 {
        add("xtc_probability", json!(s.xtc_probability));
        add("xtc_threshold", json!(s.xtc_threshold));
    }
    if s.dry.multiplier > 0.0 {
        add("dry_multiplier", json!(s.dry.multiplier));
        add("dry_base", json!(s.dry.base));
        add("dry_allowed_length", json!(s.dry.allowed));
        // All of the context is 0 here; llama-server once called it -1, and refuses that now.
        add(
            "dry_penalty_last_n",
            if s.dry.window == 0 { json!(context) } else { window(s.dry.window) },
        );
    }
    if let Some(mirostat) = s.mirostat {
        add("mirostat", json!(2));
        add("mirostat_tau", json!(mirostat.tau));
        add("mirostat_eta", json!(mirostat.eta));
    }
}

/// The same conversation for templates that take no system message, or no character who speaks first (Gemma's, Mistral's and
/// others raise an error then): the system text opens the person's first turn, and one is made up where there is none.
pub(crate) fn in_turns(messages: &[ChatMessage]) -> Vec<ChatMessage> {
    let mut turns: Vec<ChatMessage> = Vec::with_capacity(messages.len() + 1);
    let mut system = String::new();
    for message in messages {
        let role = if message.role == "assistant" { "assistant" } else { "user" };
        if message.role == "system" && turns.is_empty() {
            join(&mut system, &message.content);
            continue;
        }
        if turns.is_empty() && role == "assistant" {
            turns.push(ChatMessage { role: "user".into(), content: SILENCE.into() });
        }
        match turns.last_mut() {
            Some(last) if last.role == role => join(&mut last.content, &message.content),
            _ => turns.push(ChatMessage { role: role.into(), content: message.content.clone() }),
        }
    }
    match turns.first_mut() {
        Some(first) if !system.is_empty() => {
            join(&mut system, &first.content);
            first.content = system;
        }
        None => turns.push(ChatMessage { role: "user".into(), content: system }),
        Some(_) => {}
    }
    turns
}

fn join(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}
