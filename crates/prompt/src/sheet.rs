//! The fixed part of the prompt: what the model is told of itself, of the character, and of the person. It stands first and changes
//! only when the character, the persona or the app's language does.

use domain::{Emotion, Lang};

use crate::names::Names;
use crate::special::disarm;
use crate::texts::text;
use crate::{Block, Scene};

/// The parts of the system message, in order. Empty ones are left out.
pub(crate) fn sheet(
    scene: &Scene<'_>,
    lang: Lang,
    names: Names<'_>,
    control: &[&str],
) -> Vec<Block> {
    let character = scene.character;
    let expand = |text: &str| disarm(names.expand(text.trim()).trim(), control);
    if let Some(own) = scene.model.system_prompt.as_deref().filter(|own| !own.trim().is_empty()) {
        // A very small model has learnt its characters by heart: anything but the sentence that it knows confuses it.
        return vec![Block::new("system", expand(own))];
    }

    let mut blocks = Vec::new();
    let mut add = |name: &'static str, text: String| {
        if !text.is_empty() {
            blocks.push(Block::new(name, text));
        }
    };
    let headed = |name: &'static str, value: &str| {
        let value = expand(value);
        if value.is_empty() {
            value
        } else {
            format!("{}\n{value}", names.expand(text(lang, name)))
        }
    };

    let app = names.expand(text(lang, "system"));
    add(
        "system",
        match character.system_prompt.trim() {
            "" => app,
            own => disarm(names.expand_with(own, &[("original", &app)]).trim(), control),
        },
    );
    add("feelings", names.expand_with(text(lang, "feelings"), &[("feelings", &feelings())]));
    add("description", headed("description", &character.description));
    for (name, value) in character.attributes.entries() {
        add(name, headed(name, value));
    }
    add("personality", headed("personality", &character.personality));
    add("scenario", headed("scenario", &character.scenario));
    add("persona", headed("persona", &scene.persona.description));
    add("examples", headed("examples", &without_start_marks(&character.example_dialogue)));
    blocks
}

/// The instructions that come after the history.
pub(crate) fn post_history(scene: &Scene<'_>, names: Names<'_>, control: &[&str]) -> Option<Block> {
    let own = scene.character.post_history_instructions.trim();
    if own.is_empty() || scene.model.system_prompt.is_some() {
        return None;
    }
    // The app itself says nothing there, so `{{original}}` is empty.
    let text = names.expand_with(own, &[("original", "")]);
    let text = disarm(text.trim(), control);
    (!text.is_empty()).then(|| Block::new("post_history", text))
}

fn feelings() -> String {
    Emotion::ALL.map(|emotion| format!("[{}]", emotion.tag())).join(" ")
}

/// `<START>` stands between the example conversations of a card; an empty line does the same for a model.
fn without_start_marks(examples: &str) -> String {
    let lines: Vec<&str> = examples
        .lines()
        .map(|line| if line.trim().eq_ignore_ascii_case("<start>") { "" } else { line })
        .collect();
    lines.join("\n")
}
