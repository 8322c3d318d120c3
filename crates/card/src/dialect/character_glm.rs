//! CharacterGLM's session description: `bot_name`, `bot_info`, `user_info`, and the greeting of its demo.

use super::draft::Draft;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.text("bot_name");
    draft.set("name", name);
    let info = draft.text("bot_info");
    draft.set("description", info);
    let greeting = draft.text("greeting");
    draft.set("first_mes", greeting);
    let user = [draft.text("user_name"), draft.text("user_info")];
    if !user[1].trim().is_empty() {
        let who = if user[0].is_empty() { "{{user}}" } else { &user[0] };
        draft.set("scenario", format!("{who}: {}", user[1]));
    }
}
