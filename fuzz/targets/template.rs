//! Any text as a model's chat template: it is used, or rejected with a reason, and the prompt is made either way.

use domain::{Character, Message, ModelInfo, Persona, Role, TokenCounter, TurnId};
use prompt::{Limits, Scene, assemble};

struct Letters;

impl TokenCounter for Letters {
    fn count(&self, text: &str) -> usize {
        text.chars().count() / 4
    }
}

/// Returns, whatever `data` is.
pub(crate) fn any_bytes(data: &[u8]) {
    let mut model = ModelInfo { context_length: 2048, ..ModelInfo::default() };
    model.template.source = Some(String::from_utf8_lossy(data).into_owned());
    let character =
        Character { name: "Mira".into(), description: "A guest.".into(), ..Character::default() };
    let persona = Persona { name: "Ann".into(), description: String::new() };
    let said = |role, text: &str, at: u64| Message {
        id: format!("00000000-0000-0000-0000-{at:012x}").parse().expect("an id"),
        parent: None,
        conversation: "00000000-0000-0000-0000-000000000000".parse().expect("an id"),
        role,
        text: text.to_owned(),
        interrupted: false,
        speaker: None,
        created_at: at,
    };
    let history = [said(Role::Character, "Hello.", 1), said(Role::User, "Hi!", 2)];
    let scene = Scene::new(TurnId(0), &character, &persona, &history, &model);
    let _made = assemble(&scene, &Letters, &Limits::default());
}
