//! Which entries of lorebooks fire in a conversation, and why, for the terminal.

use std::path::{Path, PathBuf};

use domain::{Character, ModelInfo, Persona, Problem, TokenCounter, TurnId};
use lore::{Form, Index, Outcome, Scope, Verdict};
use serde::Serialize;

use super::{for_counting, history};
use crate::app::paths::Paths;
use crate::prompting::lorebooks;

/// What is matched with what.
#[derive(Debug, Clone, Default)]
pub struct Matching {
    /// Lorebooks, or cards with one.
    pub books: Vec<PathBuf>,
    /// The conversation.
    pub history: PathBuf,
    /// What `{{char}}` becomes; empty: a name that a card among the books gives, else "Character".
    pub character: String,
    /// What `{{user}}` becomes; empty: the name in the settings.
    pub user: String,
    /// Which greeting the conversation began with, from 0.
    pub greeting: Option<u32>,
    /// The prompt is one text, not a chat.
    pub text_completion: bool,
    /// Entries call each other where a book leaves it open.
    pub recursive: bool,
    /// Messages that are searched where a book leaves it open.
    pub scan_depth: Option<u32>,
    /// Hiragana and katakana are the same.
    pub fold_kana: bool,
    /// Tokens for all books together.
    pub budget: Option<u32>,
    /// The model that counts tokens; `None`: the one that comes with the program.
    pub model: Option<String>,
}

/// What became of one entry.
#[derive(Debug, Clone, Serialize)]
pub struct LoreEntry {
    /// Its id in the book.
    pub id: String,
    /// What its author calls it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Name of its book.
    pub book: String,
    /// `global`, `character`, `persona`, `chat`.
    pub scope: &'static str,
    /// It fired.
    pub fired: bool,
    /// Why, or why not.
    pub because: String,
    /// The rule that decided, for machines.
    pub rule: &'static str,
    /// Where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Who says it, at a depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<lore::Role>,
    /// Why it is left out although it fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trimmed: Option<String>,
    /// Tokens of what it adds.
    pub tokens: usize,
    /// How many entries called one another until this one was called.
    pub level: u32,
    /// What it adds, macros expanded.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What became of all of them.
#[derive(Debug, Clone, Serialize)]
pub struct LoreReport {
    /// In the order of the books and of their files.
    pub entries: Vec<LoreEntry>,
    /// Ids of those that go into the prompt, in the order of insertion.
    pub order: Vec<String>,
    /// What was odd about the books.
    pub warnings: Vec<lore::Warning>,
    /// What counted the tokens.
    pub counted_with: String,
}

/// Matches lorebooks with a conversation.
pub fn match_lore(paths: &Paths, matching: &Matching) -> Result<LoreReport, Problem> {
    let settings = store::SettingsFile::open(paths.dirs.settings());
    let mut character = Character { name: "Character".into(), ..Character::default() };
    let mut books = Vec::new();
    let mut warnings = Vec::new();
    for path in &matching.books {
        let (book, odd) = lorebooks::read(path).map_err(|problem| of_file(path, problem))?;
        warnings.extend(odd);
        match crate::characters::cards::read_card(path) {
            Ok(card) if !card.character.name.is_empty() && card.book.is_some() => {
                character = card.character;
                books.push((Scope::Character, book));
            }
            _ => books.push((Scope::Global, book)),
        }
    }
    if !matching.character.is_empty() {
        character.name.clone_from(&matching.character);
        character.nickname = None;
    }
    let mut persona: Persona = settings.get().persona();
    if !matching.user.is_empty() {
        persona.name.clone_from(&matching.user);
    }
    let history = history::read(&matching.history, (character.short_name(), &persona.name))?;
    let (counter, counted_with) = counter(paths, matching.model.as_deref())?;

    let model = ModelInfo::default();
    let mut scene = prompt::Scene::new(TurnId(0), &character, &persona, &history, &model);
    scene.form = Some(if matching.text_completion { Form::Text } else { Form::Chat });
    scene.greeting = matching.greeting;
    scene.moment = Some(crate::prompting::maker::moment(&history));
    let mut rules = lore::Settings { recursive: matching.recursive, ..lore::Settings::default() };
    rules.token_budget = matching.budget;
    rules.folding.kana = matching.fold_kana;
    rules.scan_depth = matching.scan_depth.unwrap_or(rules.scan_depth);
    let names = prompt::Names { char: character.short_name(), user: &persona.name };
    let index = Index::new(books, rules, &prompt::Macros::new(names, 0));
    warnings.extend(index.warnings().iter().cloned());
    let (state, _) = prompt::replay(&scene, &index, &*counter, &|_| None);
    let outcome = prompt::activate(&scene, &index, &state, &*counter);
    let entries = entries(&index, &outcome);
    let order = outcome.order.iter().map(|&at| entries[at].id.clone()).collect();
    Ok(LoreReport { entries, order, warnings, counted_with })
}

/// What became of the entries, in words.
pub(crate) fn entries(index: &Index, outcome: &Outcome) -> Vec<LoreEntry> {
    let books: Vec<_> = index.books().collect();
    outcome
        .verdicts
        .iter()
        .map(|verdict| {
            let (scope, book) = books[verdict.book];
            let entry = &book.entries[verdict.entry];
            let comment = if entry.comment.is_empty() { &entry.name } else { &entry.comment };
            let Verdict { fired, because, position, trimmed, .. } = verdict;
            let between = matches!(
                position,
                Some(
                    lore::Position::Depth(_) | lore::Position::NoteTop | lore::Position::NoteBottom
                )
            );
            LoreEntry {
                id: entry.id.clone(),
                comment: comment.clone(),
                book: book.name.clone(),
                scope: scope.name(),
                fired: *fired,
                because: because.to_string(),
                rule: because.rule(),
                position: position.as_ref().map(ToString::to_string),
                role: between.then_some(verdict.role),
                trimmed: trimmed.map(|reason| reason.to_string()),
                tokens: verdict.tokens,
                level: verdict.level,
                text: verdict.text.clone(),
            }
        })
        .collect()
}

/// Of several files, which one it is.
fn of_file(path: &Path, mut problem: Problem) -> Problem {
    let file = path.display().to_string();
    if !problem.message.contains(&file) {
        problem.message = format!("`{file}`: {}", problem.message);
    }
    problem
}

/// Counts tokens as a model does.
pub(crate) fn counter(
    paths: &Paths,
    model: Option<&str>,
) -> Result<(Box<dyn TokenCounter>, String), Problem> {
    let path = paths.chat_model(model.unwrap_or_default())?;
    match llm::Engine::load(&path, &for_counting(), |_| {}) {
        Ok(engine) => {
            let name = domain::LanguageModel::info(&engine).name;
            Ok((Box::new(engine), name))
        }
        // Nobody asked for a certain model, and a book can be matched without one.
        Err(error) if model.is_none() => {
            tracing::info!(%error, "tokens are estimated");
            Ok((Box::new(Estimate), "an estimate of four letters a token".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// About as many tokens as most models make of a text.
struct Estimate;

impl TokenCounter for Estimate {
    fn count(&self, text: &str) -> usize {
        let (ascii, other) = text.chars().fold((0, 0), |(ascii, other), c| {
            if c.is_ascii() { (ascii + 1, other) } else { (ascii, other + 1) }
        });
        usize::div_ceil(ascii, 4) + other
    }
}
