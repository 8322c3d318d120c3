//! Lorebooks and a scene: what the engine is told of the conversation, with the macros of this room.

use domain::{Message, MessageId, Role, TokenCounter};
use lore::{Chat, Expand, Form, Index, Outcome, Said, Sources, State};

use crate::Scene;
use crate::builtin::Builtin;
use crate::macros::{Macros, View};
use crate::turns::words;

/// How many earlier answers are gone through for what books remember. What is older is forgotten.
const REMEMBERED: usize = 500;

/// Which entries fire for the answer to the scene's last message. `state` is what [`replay`] gives.
pub fn activate(
    scene: &Scene<'_>,
    index: &Index,
    state: &State,
    counter: &dyn TokenCounter,
) -> Outcome {
    let form = form(scene, counter);
    let told = Told::of(scene);
    told.activate(scene, index, state, counter, form, scene.history.len())
}

/// What the books remember before the scene's last message is answered: it follows from the conversation, so the answers up to now
/// are gone through. `known` gives what an earlier call has found for a message; what is found anew is returned for the next one.
pub fn replay(
    scene: &Scene<'_>,
    index: &Index,
    counter: &dyn TokenCounter,
    known: &dyn Fn(MessageId) -> Option<State>,
) -> (State, Vec<(MessageId, State)>) {
    if !index.remembers() {
        return (State::default(), Vec::new());
    }
    let answered: Vec<usize> = (1..scene.history.len())
        .filter(|&at| {
            let (before, after) = (&scene.history[at - 1], &scene.history[at]);
            before.role != Role::Character && after.role == Role::Character
        })
        .collect();
    let recent = &answered[answered.len().saturating_sub(REMEMBERED)..];
    let mut state = State::default();
    let mut first = 0;
    for (place, &at) in recent.iter().enumerate().rev() {
        if let Some(found) = known(scene.history[at - 1].id) {
            (state, first) = (found, place + 1);
            break;
        }
    }
    let form = form(scene, counter);
    let mut found = Vec::new();
    for &at in &recent[first..] {
        let mut then = scene.clone();
        then.history = &scene.history[..at];
        state = Told::of(&then).activate(&then, index, &state, counter, form, at).state;
        found.push((scene.history[at - 1].id, state.clone()));
    }
    (state, found)
}

/// Which greeting a conversation began with, from 0; `None` where it began otherwise or the greeting was changed.
pub fn greeting_of(scene: &Scene<'_>) -> Option<u32> {
    let first = scene.history.first().filter(|message| message.role == Role::Character)?;
    let macros = scene.macros();
    let said = words(first, &macros);
    let same = |greeting: &String| {
        let greeting = greeting.trim();
        first.text.trim() == greeting || said == macros.expand(greeting).trim()
    };
    scene.character.greetings.iter().position(same).map(|at| at as u32)
}

/// A model that knows no turns reads one text, which the `instruct_` decorators are for.
fn form(scene: &Scene<'_>, counter: &dyn TokenCounter) -> Form {
    if let Some(form) = scene.form {
        return form;
    }
    let own = scene.model.template.source.as_deref().is_some_and(|own| !own.trim().is_empty());
    let builtin = match Builtin::named(scene.template) {
        None if own => None,
        None => Some(Builtin::fitting(scene.model, counter)),
        named => named,
    };
    if matches!(builtin, Some(Builtin::Transcript | Builtin::Empty)) {
        Form::Text
    } else {
        Form::Chat
    }
}

/// The texts that the engine searches.
struct Told<'a> {
    macros: Macros<'a>,
    /// What was said, whether the character said it, and the name of who did.
    messages: Vec<(String, bool, String)>,
    persona: String,
    description: String,
    personality: String,
    depth_prompt: String,
    scenario: String,
    creator_notes: String,
}

impl<'a> Told<'a> {
    fn of(scene: &Scene<'a>) -> Self {
        let macros = scene.macros();
        let character = scene.character;
        // In the order of the prompt: variables of the card are seen by what comes later.
        let _system = macros.expand(&character.system_prompt);
        let description = macros.expand(&character.description);
        let personality = macros.expand(&character.personality);
        let scenario = macros.expand(&character.scenario);
        let persona = macros.expand(&scene.persona.description);
        let messages = scene
            .history
            .iter()
            .map(|message| {
                let text = words(message, &macros);
                (text, message.role == Role::Character, name(scene, message).to_owned())
            })
            .collect();
        let depth_prompt = macros.expand(&character.depth_prompt.text);
        let creator_notes = macros.expand(&character.creator_notes);
        Self {
            macros,
            messages,
            persona,
            description,
            personality,
            depth_prompt,
            scenario,
            creator_notes,
        }
    }

    fn activate(
        &self,
        scene: &Scene<'_>,
        index: &Index,
        state: &State,
        counter: &dyn TokenCounter,
        form: Form,
        length: usize,
    ) -> Outcome {
        let messages: Vec<Said<'_>> = self.messages[..length]
            .iter()
            .map(|(text, assistant, name)| Said { text, assistant: *assistant, name })
            .collect();
        let chat = Chat {
            messages: &messages,
            greeting: scene.greeting.or_else(|| greeting_of(scene)),
            user_icon: None,
            form,
            character: &scene.character.name,
            tags: &scene.character.tags,
            sources: Sources {
                persona: Some(&self.persona),
                description: Some(&self.description),
                personality: Some(&self.personality),
                depth_prompt: Some(&self.depth_prompt),
                scenario: Some(&self.scenario),
                creator_notes: Some(&self.creator_notes),
            },
            seed: scene.turn_seed(),
        };
        let expand =
            Words { fixed: &self.macros, turn: self.macros.drawing_from(scene.turn_seed()) };
        index.activate(&chat, state, &expand, counter)
    }
}

/// The name of who said a message; empty where nobody did.
fn name<'a>(scene: &'a Scene<'_>, message: &'a Message) -> &'a str {
    let another = || scene.company.as_ref()?.name_before(message);
    match message.role {
        Role::User => &scene.persona.name,
        Role::Character => another().unwrap_or_else(|| scene.character.short_name()),
        Role::Narrator => "",
    }
}

/// The macros of entries: those that never leave the prompt draw once for the conversation, the others in every turn.
struct Words<'a> {
    fixed: &'a Macros<'a>,
    turn: Macros<'a>,
}

impl Expand for Words<'_> {
    fn for_prompt(&self, content: &str, stable: bool) -> String {
        if stable { self.fixed.expand(content) } else { self.turn.expand(content) }
    }

    fn for_scan(&self, content: &str) -> String {
        self.turn.expand_for(content, View::Scan, &[])
    }
}

/// Resolves the macros of keys with the names of a conversation.
impl Expand for Macros<'_> {
    fn for_prompt(&self, content: &str, _stable: bool) -> String {
        self.expand(content)
    }

    fn for_scan(&self, content: &str) -> String {
        self.expand_for(content, View::Scan, &[])
    }
}

#[cfg(test)]
#[path = "lore_tests.rs"]
mod tests;
