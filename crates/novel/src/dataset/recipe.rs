//! From sources to a folder of files, in one step.

use std::path::Path;

use domain::Character;
use serde::Serialize;

use super::chatnvl::{self, Settings};
use super::chats::{answers_of_chat, has_speaker};
use super::{
    Conversation, Dataset, Example, Format, Options, Preference, Reconstruction, Report, Turn,
    Written, build, chitchat, conversations, describe, examples_of_chat, preferences,
    questions_and_answers, write_examples, write_info, write_preferences,
};
use crate::chatlog::Chat;
use crate::dumps::Dump;
use crate::error::Error;
use crate::files::read_folder;
use crate::line::Line;
use crate::novel::{Novel, Scan};
use crate::rows::{is_rows, read_rows};

/// What kind of dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Conversations cut by scene, for fine-tuning.
    #[default]
    Scenes,
    /// ChatNVL's files, row for row.
    ChatNvl,
    /// `train.txt` of GPT2-chitchat.
    Chitchat,
}

/// How a dataset is made and written.
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    /// How rows become examples.
    pub options: Options,
    /// What kind of dataset.
    pub profile: Profile,
    /// How examples are written.
    pub format: Format,
    /// Name of the dataset, in front of the names of its files.
    pub name: String,
    /// ChatNVL: what the speaker is called in file names.
    pub person_id: String,
    /// ChatNVL: take the original text, not the translation.
    pub original: bool,
}

/// What a dataset is made of.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Rows of novels.
    pub lines: Vec<Line>,
    /// Chats, with the names of their files.
    pub chats: Vec<(String, Chat)>,
    /// Three-line dumps.
    pub dumps: Vec<Dump>,
    /// Pairs of a better and a worse answer from elsewhere, each with the name of who answers.
    pub preferences: Vec<(String, Preference)>,
    /// A card whose attributes become questions and answers.
    pub character: Option<Character>,
    /// Text with questions and answers, line by line.
    pub questions: Option<String>,
    /// Lines that answer nobody with what a model made up before them, and what became of the others.
    pub reconstructed: Option<(Reconstruction, Vec<Example>)>,
}

impl Sources {
    /// Adds a folder of scripts, a file of rows, or a chat. Answers with what it holds; nothing for a file of rows.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn add(&mut self, path: &Path) -> Result<Option<Scan>, Error> {
        if path.is_file() && is_rows(path) {
            self.lines.extend(read_rows(path)?);
            return Ok(None);
        }
        let novel = Novel::read(read_folder(path)?, true);
        let scan = novel.scan();
        // A chat is a source of its own: it knows who the person is, and what was swiped away.
        let chats: std::collections::HashSet<&str> =
            novel.chats.iter().map(|(file, _)| file.as_str()).collect();
        self.lines.extend(
            novel.lines.into_iter().filter(|line| !chats.contains(line.source.file.as_str())),
        );
        self.chats.extend(novel.chats);
        self.dumps.extend(novel.dumps);
        Ok(Some(scan))
    }
}

/// What was made: the answer of `hanashi novel dataset`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Made {
    /// Version of this answer.
    pub v: u32,
    /// Files, in the order in which they were written.
    pub files: Vec<Written>,
    /// What was done.
    pub report: Report,
    /// Examples to learn from.
    pub train: usize,
    /// Examples for validation.
    pub validation: usize,
    /// Examples for a test.
    pub test: usize,
    /// Pairs of a better and a worse answer.
    pub preferences: usize,
    /// The first examples, to look at.
    pub preview: Vec<Example>,
    /// What was asked for and is not there, with what to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// Examples that a caller is shown.
const PREVIEW: usize = 3;

/// Parts of a dataset of scenes, each in a file of its own.
const PARTS: [&str; 4] = ["train", "validation", "test", "preference"];

/// Makes a dataset and writes it into `folder`.
///
/// # Errors
/// If nothing remains, or a file cannot be written.
pub fn make(sources: &Sources, recipe: &Recipe, folder: &Path) -> Result<Made, Error> {
    for name in [&recipe.name, &recipe.person_id] {
        // Files are called by them, and lie in the folder.
        if name.contains(['/', '\\', ':']) || name.chars().any(char::is_control) {
            return Err(Error::Name(name.clone()));
        }
    }
    match recipe.profile {
        Profile::Scenes => scenes(sources, recipe, folder),
        Profile::ChatNvl => by_chatnvl(sources, recipe, folder),
        Profile::Chitchat => by_chitchat(sources, recipe, folder),
    }
}

/// Whether a name is the speaker's, if one was asked for.
fn is_wanted(options: &Options) -> impl Fn(&str) -> bool + use<'_> {
    let names = options.canonical();
    move |name: &str| {
        options.speaker.as_deref().is_none_or(|wanted| {
            let one = |name| names.get(name).copied().unwrap_or(name).to_owned();
            one(wanted) == one(name)
        })
    }
}

/// Chats in which the speaker speaks, if one was asked for.
fn chats<'a>(
    sources: &'a Sources,
    options: &'a Options,
) -> impl Iterator<Item = &'a (String, Chat)> {
    let wanted = is_wanted(options);
    sources.chats.iter().filter(move |(_, chat)| has_speaker(chat, &wanted))
}

/// Everything that scenes, chats and cards give, before it is written: examples by split, and pairs of answers.
///
/// # Errors
/// If there is neither.
pub fn collect(sources: &Sources, options: &Options) -> Result<(Dataset, Vec<Preference>), Error> {
    let mut more = Vec::new();
    let wanted = is_wanted(options);
    let own = sources.preferences.iter().filter(|(name, _)| wanted(name));
    let mut pairs: Vec<Preference> = own.map(|(_, pair)| pair.clone()).collect();
    // What is found beside scripts counts as much: who hands in a chat is not told of no conversation.
    let mut beside = Report::default();
    let mut count = |who: &str, found: &[Example]| {
        let answers: usize = found.iter().map(|one| one.pairs().count()).sum();
        if answers > 0 {
            *beside.answers.entry(who.to_owned()).or_default() += answers;
        }
        answers
    };
    let mut talks = (0, 0);
    let mut talkers = Vec::new();
    for (file, chat) in chats(sources, options) {
        more.extend(examples_of_chat(chat, file, options));
        let answers = answers_of_chat(chat, options);
        let all: usize = answers.values().sum();
        talks = (talks.0 + usize::from(all > 0), talks.1 + 2 * all);
        talkers.push(answers);
        pairs.extend(preferences(chat, options));
    }
    if let Some(character) = &sources.character {
        let found = describe(character, &options.system);
        count(&character.name, &found);
        more.extend(found);
    }
    if let Some(text) = &sources.questions {
        let found = questions_and_answers(text);
        count(options.speaker.as_deref().unwrap_or_default(), &found);
        more.extend(found);
    }
    (beside.conversations, beside.turns) = talks;
    for (who, answers) in talkers.into_iter().flatten() {
        *beside.answers.entry(who).or_default() += answers;
    }
    more.extend(sources.reconstructed.iter().flat_map(|(_, made_up)| made_up.iter().cloned()));
    match build(&sources.lines, more, options) {
        Ok(mut dataset) => {
            let made_up = dataset.examples().filter(|one| one.made_up).count();
            let done = sources.reconstructed.as_ref().map(|(done, _)| done.clone());
            let report = &mut dataset.report;
            report.reconstruction = done.map(|done| Reconstruction { made_up, ..done });
            report.conversations += beside.conversations;
            report.turns += beside.turns;
            for (who, answers) in beside.answers {
                *report.answers.entry(who).or_default() += answers;
            }
            Ok((dataset, pairs))
        }
        // Pairs alone are worth something, too.
        Err(Error::Empty(_) | Error::LeftOut { .. }) if !pairs.is_empty() => {
            Ok((Dataset::default(), pairs))
        }
        Err(error) => Err(error),
    }
}

fn scenes(sources: &Sources, recipe: &Recipe, folder: &Path) -> Result<Made, Error> {
    let (dataset, pairs) = collect(sources, &recipe.options)?;
    let name = |part: &str| format!("{}_{part}.json", recipe.name);
    let mut files = Vec::new();
    for (part, examples) in
        [("train", &dataset.train), ("validation", &dataset.validation), ("test", &dataset.test)]
    {
        if !examples.is_empty() {
            files.push(write_examples(folder, &name(part), examples, recipe.format)?);
        }
    }
    if !pairs.is_empty() {
        files.push(write_preferences(folder, &name("preference"), &pairs, recipe.format)?);
    }
    let stale = super::write::stale(folder, &PARTS.map(name), &files);
    files.push(write_info(folder, &files)?);
    super::write::remove(folder, &stale)?;
    if !dataset.terms.is_empty() {
        let terms: serde_json::Map<String, serde_json::Value> = dataset
            .terms
            .iter()
            .map(|(placeholder, term)| (placeholder.clone(), term.clone().into()))
            .collect();
        files.push(super::write::write_json(folder, "terms.json", terms.len(), &terms)?);
    }
    Ok(Made {
        v: 1,
        files,
        notices: not_held_back(&dataset, &recipe.options),
        train: dataset.train.len(),
        validation: dataset.validation.len(),
        test: dataset.test.len(),
        preferences: pairs.len(),
        preview: dataset.train.iter().take(PREVIEW).cloned().collect(),
        report: dataset.report,
    })
}

/// Shares that were asked for and got nothing.
fn not_held_back(dataset: &Dataset, options: &Options) -> Vec<String> {
    let shares = [
        ("validation", options.validation, dataset.validation.is_empty()),
        ("a test", options.test, dataset.test.is_empty()),
    ];
    let none = |what: &str| {
        format!(
            "nothing is kept for {what}: whole scenes are kept (of one scene, whole conversations), and there are too few for that share, or training has nearly the same answers; give a larger share or more scripts"
        )
    };
    let void = shares.iter().filter(|(_, share, empty)| *share > 0.0 && *empty);
    void.filter(|_| !dataset.train.is_empty()).map(|(what, ..)| none(what)).collect()
}

fn by_chatnvl(sources: &Sources, recipe: &Recipe, folder: &Path) -> Result<Made, Error> {
    let settings = Settings { japanese: recipe.original, ..Settings::default() };
    let lang = recipe.options.lang.as_deref().or(Some("zh"));
    let dumped: Vec<&str> = sources.dumps.iter().map(|dump| dump.file.as_str()).collect();
    let lines: Vec<Line> = sources
        .lines
        .iter()
        .filter(|line| !dumped.contains(&line.source.file.as_str()))
        .cloned()
        .collect();
    let mut dialogues = chatnvl::dialogues_of_lines(&lines, lang);
    let mut full: Vec<(String, String)> = lines
        .iter()
        .filter(|line| line.lang.is_none())
        .map(|line| (line.plain.clone(), line.plain.clone()))
        .collect();
    let mut names: Vec<(String, usize)> = Vec::new();
    for dump in &sources.dumps {
        dialogues.extend(chatnvl::dialogues(&dump.groups, &dump.names, dump.order));
        full.extend(chatnvl::full(&dump.groups, &dump.names));
        for name in dump.names.list() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    if names.is_empty() {
        for chat in dialogues.iter().flatten() {
            if !names.iter().any(|(name, _)| *name == chat.speaker) {
                names.push((chat.speaker.clone(), names.len()));
            }
        }
    }
    let mut person = Vec::new();
    if let Some(asked) = &recipe.options.speaker {
        // It may be given as the script writes the name, where the list has the translation's.
        let listed = |dump: &Dump| {
            let group = dump.groups.iter().find(|group| group.jpn == *asked)?;
            group.name(&dump.names).map(str::to_owned)
        };
        let speaker = sources.dumps.iter().find_map(listed).unwrap_or_else(|| asked.clone());
        // Every alias of the speaker is the speaker.
        let aliases = recipe.options.aliases.iter().filter(|list| list.contains(asked)).flatten();
        person.extend(aliases.cloned());
        let number = names.iter().find(|(name, _)| *name == speaker).map(|(_, number)| *number);
        let known = names.iter().filter(|(_, other)| Some(*other) == number);
        person.extend(known.map(|(name, _)| name.clone()));
        person.push(speaker);
    }
    let source = chatnvl::Source { dialogues: &dialogues, full: &full, names: &names };
    let id = if recipe.person_id.is_empty() { "person" } else { &recipe.person_id };
    let files = chatnvl::write(folder, &recipe.name, &source, &person, id, &settings)?;
    let (all, _) = chatnvl::generate(&dialogues, &person, &settings);
    Ok(Made {
        v: 1,
        files,
        train: all.len(),
        report: Report {
            conversations: dialogues.len(),
            turns: dialogues.iter().map(Vec::len).sum(),
            ..Report::default()
        },
        preview: all.into_iter().take(PREVIEW).collect(),
        ..Made::default()
    })
}

fn by_chitchat(sources: &Sources, recipe: &Recipe, folder: &Path) -> Result<Made, Error> {
    let mut talks = conversations(&sources.lines, &recipe.options);
    for (file, chat) in chats(sources, &recipe.options) {
        let turns = chat.messages.iter().map(|message| Turn {
            speaker: message.name.clone(),
            text: chat.fill_of(message, &message.text),
            narration: String::new(),
        });
        talks.push(Conversation { scene: file.clone(), turns: turns.collect() });
    }
    if talks.is_empty() {
        return Err(Error::Empty("nobody answers anybody here".to_owned()));
    }
    let written = chitchat(folder, "train.txt", &talks)?;
    Ok(Made {
        v: 1,
        train: written.rows,
        files: vec![written],
        report: Report {
            conversations: talks.len(),
            turns: talks.iter().map(|talk| talk.turns.len()).sum(),
            ..Report::default()
        },
        ..Made::default()
    })
}
