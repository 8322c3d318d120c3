//! The fixed part of the prompt: what the model is told of itself, of the character, and of the person. It stands first and changes
//! only when the character, the persona, the app's language or the constant lore does.

use domain::{Emotion, Lang};
use lore::Position;

use crate::macros::{Macros, View};
use crate::placing::Placed;
use crate::scene::GivesWay;
use crate::special::disarm;
use crate::texts::text;
use crate::{Block, Scene};

/// The parts of the system message, in order. Empty ones are left out.
pub(crate) fn sheet(
    scene: &Scene<'_>,
    lang: Lang,
    macros: &Macros<'_>,
    control: &[&str],
    lore: &mut Placed,
) -> Vec<Block> {
    let character = scene.character;
    if let Some(own) = scene.model.system_prompt.as_deref().filter(|own| !own.trim().is_empty()) {
        // A very small model has learnt its characters by heart: anything but the sentence that it knows confuses it.
        return vec![Block::new("system", disarm(macros.expand(own.trim()).trim(), control))];
    }
    let mut sheet = Sheet { blocks: Vec::new(), lang, macros, control };
    let app = if lore.disabled("system_prompt") {
        String::new()
    } else {
        macros.expand(text(lang, "system"))
    };
    sheet.add(
        "system",
        match character.system_prompt.trim() {
            "" => app,
            own => {
                let own = macros.expand_for(own, View::Prompt, &[("original", &app)]);
                disarm(own.trim(), control)
            }
        },
    );
    if !scene.feelings.is_empty() {
        let feelings = [("feelings", &*feelings(&scene.feelings))];
        sheet.add("feelings", macros.expand_for(text(lang, "feelings"), View::Prompt, &feelings));
    }
    if let Some(stage) = &scene.stage {
        let names = [
            ("scenes", stage.scenes.as_str()),
            ("weather", &stage.weather),
            ("music", &stage.music),
            ("sounds", &stage.sounds),
            ("camera", &stage.camera),
            ("transitions", &stage.transitions),
            ("gestures", &stage.gestures),
        ];
        sheet.add("stage", macros.expand_for(text(lang, "stage"), View::Prompt, &names));
    }
    sheet.lore(lore.at(&Position::BeforeChar));
    sheet.lore(lore.at(&Position::BeforeDescription));
    sheet.headed("description", &character.description);
    sheet.lore(lore.at(&Position::AfterDescription));
    for (name, value) in character.attributes.entries() {
        sheet.headed(name, value);
    }
    sheet.headed("personality", &character.personality);
    sheet.lore(lore.at(&Position::Personality));
    sheet.headed("scenario", &character.scenario);
    sheet.lore(lore.at(&Position::Scenario));
    sheet.lore(lore.at(&Position::AfterChar));
    sheet.headed("persona", &scene.persona.description);
    if let Some(company) = scene.company.as_ref().filter(|all| !all.others.is_empty()) {
        let others = disarm(&company.list(), control);
        let others = [("others", others.as_str())];
        sheet.add("company", macros.expand_for(text(lang, "company"), View::Prompt, &others));
    }
    sheet.lore(lore.at(&Position::BeforeExamples));
    sheet.headed("examples", &without_start_marks(&character.example_dialogue));
    sheet.lore(lore.at(&Position::AfterExamples));
    sheet.blocks
}

/// The parts that have been written so far.
struct Sheet<'a> {
    blocks: Vec<Block>,
    lang: Lang,
    macros: &'a Macros<'a>,
    control: &'a [&'a str],
}

impl Sheet<'_> {
    fn add(&mut self, name: &'static str, text: String) {
        if !text.is_empty() {
            let gives_way = match name {
                "examples" => GivesWay::Examples,
                _ => GivesWay::Never,
            };
            self.blocks.push(Block::new(name, text).giving_way(gives_way));
        }
    }

    /// A text of the card under the app's heading for it.
    fn headed(&mut self, name: &'static str, value: &str) {
        let value = disarm(self.macros.expand(value.trim()).trim(), self.control);
        if !value.is_empty() {
            let heading = self.macros.expand(text(self.lang, name));
            self.add(name, format!("{heading}\n{value}"));
        }
    }

    fn lore(&mut self, blocks: Vec<Block>) {
        self.blocks.extend(blocks);
    }
}

/// The instructions that come after the history.
pub(crate) fn post_history(
    scene: &Scene<'_>,
    macros: &Macros<'_>,
    control: &[&str],
    lore: &Placed,
) -> Option<Block> {
    let own = scene.character.post_history_instructions.trim();
    let disabled = lore.disabled("post_history_instructions");
    if own.is_empty() || disabled || scene.model.system_prompt.is_some() {
        return None;
    }
    // The app itself says nothing there, so `{{original}}` is empty.
    let text = macros.expand_for(own, View::Prompt, &[("original", "")]);
    let text = disarm(text.trim(), control);
    (!text.is_empty()).then(|| Block::new("post_history", text))
}

fn feelings(shown: &[Emotion]) -> String {
    let tags: Vec<String> = shown.iter().map(|emotion| format!("[{}]", emotion.tag())).collect();
    tags.join(" ")
}

/// `<START>` stands between the example conversations of a card; an empty line does the same for a model.
fn without_start_marks(examples: &str) -> String {
    let lines: Vec<&str> = examples
        .lines()
        .map(|line| if line.trim().eq_ignore_ascii_case("<start>") { "" } else { line })
        .collect();
    lines.join("\n")
}
