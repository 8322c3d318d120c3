//! Text Generation WebUI: `name`, `greeting`, `context` (persona and example dialogue in one), in YAML or JSON; older files have
//! Pygmalion's names beside them. Field names: the program's own `load_character`.

use super::draft::Draft;
use super::speech;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.first(&["name", "char_name", "bot"]);
    draft.set("name", &name);
    let greeting = draft.first(&["greeting", "char_greeting", "first_mes"]);
    draft.set("first_mes", greeting);
    let context = draft.text("context");
    let (persona, dialogue) = speech::split_dialogue(&context, &name);
    draft.add("description", "", persona);
    let old = draft.first(&["char_persona", "description", "persona"]);
    draft.add("description", "", &old);
    let scenario = draft.first(&["world_scenario", "scenario"]);
    draft.set("scenario", scenario);
    let personality = draft.text("personality");
    draft.set("personality", personality);
    for text in [dialogue.to_owned(), draft.first(&["example_dialogue", "mes_example"])] {
        if !text.trim().is_empty() {
            let text = speech::started(&speech::labelled(&text, &name));
            draft.add("mes_example", "", &text);
        }
    }
    let system = draft.first(&["system_prompt", "system"]);
    draft.set("system_prompt", system);
    draft.settings(&[
        "your_name",
        "user",
        "turn_template",
        "instruction_template",
        "end_of_turn",
        "stopping_strings",
        "avatar",
    ]);
}
