//! The exact prompt of a turn, block by block.

use std::path::{Path, PathBuf};

use domain::{Character, CharacterId, LanguageModel, Problem, TokenCounter, TurnId};
use lore::{Book, Index, Scope};
use serde::Serialize;
use store::Library;

use super::books::{self, LoreEntry};
use super::{for_counting, history};
use crate::app::paths::Paths;
use crate::characters::cards;
use crate::characters::feelings::Faces;
use crate::conversation::views;
use crate::prompting::lorebooks::{self, Shelf};
use crate::prompting::maker;
use crate::stage::own_scenery::Props;

/// A prompt, explained.
#[derive(Debug, Clone, Serialize)]
pub struct PromptReport {
    /// Who answers.
    pub character: String,
    /// The model that will read it.
    pub model: String,
    /// Name of the chat template.
    pub template: String,
    /// Why the model's own template was not used, where it brings one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_rejected: Option<String>,
    /// The parts, in their order.
    pub blocks: Vec<prompt::Block>,
    /// Tokens of the whole.
    pub tokens: usize,
    /// Tokens that prompt and reply may have together.
    pub context: u32,
    /// Tokens at the beginning that stay whatever is said.
    pub fixed_prefix_tokens: usize,
    /// Tokens at the beginning that the prompt of the turn before had as well: what the KV cache saves.
    pub reusable_prefix_tokens: usize,
    /// Messages that were left out, counted from the oldest.
    pub dropped_messages: usize,
    /// Entries of lorebooks that fired.
    pub lore: Vec<LoreEntry>,
    /// What the model reads.
    pub prompt: String,
    /// Texts that end the reply.
    pub stop: Vec<String>,
}

/// What prompt is wanted.
#[derive(Debug, Clone, Default)]
pub struct PromptAsked {
    /// A character of the library, or a card file.
    pub character: String,
    /// The conversation.
    pub history: PathBuf,
    /// A model; `None`: that of the settings.
    pub model: Option<String>,
    /// Name of a built-in template; empty: the model's own.
    pub template: String,
    /// A note to the model; `None`: the one that is kept for the character.
    pub note: Option<String>,
    /// How many messages from the end it stands.
    pub note_depth: u32,
    /// How the reply begins; `None`: as the settings say.
    pub beginning: Option<String>,
    /// Lore stands exactly where its book says; false: as the settings say.
    pub lore_in_place: bool,
    /// Messages that are searched where a book leaves it open; `None`: as the settings say.
    pub scan_depth: Option<u32>,
}

/// Makes the prompt for the answer to a conversation's last message.
pub fn show_prompt(paths: &Paths, asked: &PromptAsked) -> Result<PromptReport, Problem> {
    let (conversation, model) = (asked.history.as_path(), asked.model.as_deref());
    let (character, template) = (asked.character.as_str(), asked.template.as_str());
    let settings = store::SettingsFile::open(paths.dirs.settings()).get().clone();
    let (character, id, book) = cast(paths, character)?;
    let persona = settings.persona();
    let history = history::read(conversation, (character.short_name(), &persona.name))?;
    let wanted = model.unwrap_or(&settings.chat_model);
    let engine = llm::Engine::load(&paths.chat_model(wanted)?, &for_counting(), |_| {})?;
    let info = engine.info();
    let limits = prompt::Limits {
        context_tokens: settings.context_for(info.context_length),
        reply_tokens: settings.max_reply_tokens,
        sampling: settings.sampling(),
        ..prompt::Limits::default()
    };
    let mut rules = lorebooks::rules(limits.context_tokens, &settings);
    rules.scan_depth = asked.scan_depth.unwrap_or(rules.scan_depth);
    let index = if let Some(id) = &id {
        Shelf::new(library(paths), paths.dirs.root()).ready(
            (&character, &persona),
            id,
            history.first().map(|message| message.conversation),
            rules,
        )
    } else {
        let names = prompt::Names { char: character.short_name(), user: &persona.name };
        let books = book.into_iter().map(|book| (Scope::Character, book)).collect();
        Index::new(books, rules, &prompt::Macros::new(names, 0))
    };
    let mut scene = prompt::Scene::new(TurnId(0), &character, &persona, &history, &info);
    scene.template = template;
    scene.lang = Some(views::lang(&settings));
    scene.moment = Some(maker::moment(&history));
    maker::dress(&mut scene, &settings);
    let props = Props::new(paths.dirs.scenery());
    scene.stage = settings.direct_stage.then(|| crate::stage::directions::names(Some(&props)));
    scene.lore_in_place |= asked.lore_in_place;
    if let Some(id) = &id {
        scene.feelings = Faces::default().of(&library(paths), id).shown;
    }
    if let Some(beginning) = &asked.beginning {
        scene.prefill.clone_from(beginning);
    }
    scene.author_note = match &asked.note {
        Some(text) => Some(prompt::AuthorNote { text: text.clone(), depth: asked.note_depth }),
        None => id.as_ref().and_then(|id| {
            let notes = store::AuthorNotes::open(&paths.dirs.author_notes()).ok()?;
            let note = notes.of_character(id)?;
            Some(prompt::AuthorNote { text: note.text.clone(), depth: note.depth })
        }),
    };
    let (state, _) = prompt::replay(&scene, &index, &engine, &|_| None);
    let outcome = prompt::activate(&scene, &index, &state, &engine);
    scene.lore = Some(&outcome);
    let made = prompt::assemble(&scene, &engine, &limits)?;
    let before = before(&scene, &index, &engine, &limits);
    Ok(PromptReport {
        character: character.name.clone(),
        model: info.name.clone(),
        template: made.template.to_owned(),
        template_rejected: made.template_rejected,
        tokens: made.prompt_tokens,
        context: limits.context_tokens,
        fixed_prefix_tokens: made.fixed_prefix_tokens,
        reusable_prefix_tokens: before
            .map_or(0, |before| engine.count(shared(&before, &made.ask.prompt))),
        dropped_messages: made.dropped_messages,
        lore: books::entries(&index, &outcome).into_iter().filter(|entry| entry.fired).collect(),
        blocks: made.blocks,
        prompt: made.ask.prompt,
        stop: made.ask.stop,
    })
}

/// The prompt of the turn before.
fn before(
    scene: &prompt::Scene<'_>,
    index: &Index,
    counter: &dyn TokenCounter,
    limits: &prompt::Limits,
) -> Option<String> {
    let replied =
        scene.history.iter().rposition(|message| message.role == domain::Role::Character)?;
    let mut then = scene.clone();
    then.history = &scene.history[..replied];
    then.history.last()?;
    let (state, _) = prompt::replay(&then, index, counter, &|_| None);
    let outcome = prompt::activate(&then, index, &state, counter);
    then.lore = Some(&outcome);
    Some(prompt::assemble(&then, counter, limits).ok()?.ask.prompt)
}

/// The beginning that two texts share.
fn shared<'a>(one: &str, other: &'a str) -> &'a str {
    let end = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8());
    &other[..end.sum::<usize>()]
}

fn library(paths: &Paths) -> Library {
    Library::new(paths.dirs.characters(), Some(paths.shipped_characters()))
}

/// A character of the library or of a file, with the book of the file's card.
fn cast(
    paths: &Paths,
    name: &str,
) -> Result<(Character, Option<CharacterId>, Option<Book>), Problem> {
    let path = Path::new(name);
    if path.is_file() {
        let card = cards::read_card(path)?;
        let book = card.book.map(|book| lore::read_value(&book)).transpose()?;
        return Ok((card.character, None, book.map(|(book, _)| book)));
    }
    let id = CharacterId(name.to_owned());
    Ok((cards::load(&library(paths), &id)?.character, Some(id), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_is_in_the_prompt_while_it_is_directed() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        // Every byte is a token of this model: it needs room for a prompt.
        let shape = llm::synthetic::Shape { context: 8192, ..llm::synthetic::Shape::tiny("llama") };
        llm::synthetic::write(&at("noise.gguf"), &shape, 1).unwrap();
        let card = r#"{"spec":"chara_card_v2","data":{"name":"Koto","description":"Keeps a bookshop.","first_mes":"Hello."}}"#;
        std::fs::write(at("card.json"), card).unwrap();
        std::fs::write(at("talk.json"), r#"[{"role":"user","content":"Hi."}]"#).unwrap();
        let asked = PromptAsked {
            character: at("card.json").display().to_string(),
            history: at("talk.json"),
            model: Some(at("noise.gguf").display().to_string()),
            ..PromptAsked::default()
        };
        let stage = |settings: &str| {
            let settings = format!("context_length = 8192\n{settings}");
            std::fs::write(at("settings.toml"), settings).unwrap();
            let paths = Paths::find(Some(home.path()), Path::new("")).unwrap();
            let report = show_prompt(&paths, &asked).unwrap();
            let block = report.blocks.into_iter().find(|block| block.name == "stage");
            block.map(|block| block.text)
        };
        let told = stage("").unwrap();
        assert!(told.contains("[scene:") && told.contains("lighthouse"), "{told}");
        assert_eq!(stage("direct_stage = false\n"), None);
    }
}
