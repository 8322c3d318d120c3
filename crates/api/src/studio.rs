//! The studio: from scripts to a character's own adapter.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

/// A project in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioProject {
    /// Its id.
    pub id: String,
    /// Who is learnt, or what the files are called.
    pub name: String,
    /// `new`, `training`, `paused`, `finished`, `failed`.
    pub state: String,
    /// Steps made, and in all; nought before training.
    pub step: u32,
    /// Steps in all.
    pub total: u32,
    /// When it was begun, in milliseconds since 1970.
    pub created_at: f64,
}

/// Somebody who speaks in the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioPerson {
    /// Displayed name.
    pub name: String,
    /// Lines.
    pub lines: u32,
    /// Answers that were swiped away in chats.
    pub swipes: u32,
    /// Some lines.
    pub samples: Vec<String>,
    /// Another name that may be the same person.
    pub perhaps: Option<String>,
}

/// A file that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioRefused {
    /// Which.
    pub file: String,
    /// Why, and what to do.
    pub reason: String,
}

/// What the files hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioScan {
    /// Engines of the scripts, by name.
    pub engines: Vec<String>,
    /// Their readers have been tried on real scripts.
    pub tried: bool,
    /// Scripts that were read.
    pub files: u32,
    /// Rows.
    pub lines: u32,
    /// Chats, the person's own among them.
    pub chats: u32,
    /// Statements that are not understood.
    pub unknown: u32,
    /// Files that were not read.
    pub refused: Vec<StudioRefused>,
    /// Who speaks.
    pub people: Vec<StudioPerson>,
}

/// What becomes of the names and terms of a story's world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StudioTerms {
    /// They stay.
    #[default]
    Keep,
    /// A placeholder takes their place.
    Replace,
    /// Conversations with one are left out.
    Drop,
}

/// Whose answers are learnt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct StudioChoice {
    /// The name that is written; empty while nobody is chosen.
    pub speaker: String,
    /// Other names of the same person.
    pub aliases: Vec<String>,
    /// Narration is put in front of what is said, in brackets.
    pub narration: bool,
    /// What becomes of names and terms.
    pub terms: StudioTerms,
    /// Terms that are known.
    pub known_terms: Vec<String>,
    /// Terms are looked for in the text, too.
    pub learn_terms: bool,
    /// A character of the library whose attributes become questions and answers, by its id.
    pub attributes: Option<String>,
    /// A model makes up what was said before lines that answer nobody.
    pub reconstruct: bool,
}

/// Figures of a dataset, after what was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioDataset {
    /// Conversations.
    pub conversations: u32,
    /// Answers to learn.
    pub answers: u32,
    /// Answers to watch.
    pub watched: u32,
    /// Lines that were taken out.
    pub removed: u32,
    /// Lines that were changed.
    pub changed: u32,
    /// Characters of all answers to learn.
    pub characters: u32,
    /// Characters of the answer in the middle.
    pub median: u32,
    /// Answers by length: up to 20, 50, 100, 200, 400 characters, and more.
    pub lengths: Vec<u32>,
    /// Pairs of a better and a worse answer.
    pub preferences: u32,
    /// What should be known, by name, with a figure.
    pub warnings: Vec<StudioWarning>,
    /// What a model made up for it; null where it was not asked to.
    pub made_up: Option<StudioMadeUp>,
}

/// What became of lines that answer nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioMadeUp {
    /// Which model was asked.
    pub model: String,
    /// Lines that it was asked about.
    pub asked: u32,
    /// Lines of the dataset before which it made something up.
    pub made_up: u32,
    /// Lines for which its context has no room.
    pub no_room: u32,
    /// Not taken: nothing in it.
    pub empty: u32,
    /// Not taken: too long.
    pub long: u32,
    /// Not taken: the line itself.
    pub same: u32,
    /// Not taken: too many words of the line.
    pub alike: u32,
    /// Not taken: another script or language.
    pub foreign: u32,
    /// Not taken: copied from the script.
    pub copied: u32,
}

/// How far the making up of instructions is, or how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioAsking {
    /// `asking`, `waiting` (somebody talks, or a model is being loaded), `made`, `stopped`, `failed`.
    pub state: String,
    /// Lines that were asked about.
    pub done: u32,
    /// Of how many.
    pub all: u32,
    /// What went wrong.
    pub problem: Option<Problem>,
}

/// Something that should be known of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioWarning {
    /// `nothing`, `very_few`, `few`, `not_watched`, `markup`, `repeated`, `long`, `mixed`.
    pub kind: String,
    /// Its figure; nought where it has none.
    pub count: u32,
}

/// Which lines are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioQuery {
    /// A text that stands in them; all if empty.
    pub text: String,
    /// Only those with a remark.
    pub remarked: bool,
    /// Only those that were taken out or changed.
    pub touched: bool,
    /// Only those before which a model made something up.
    pub made_up: bool,
    /// The first that is shown.
    pub from: u32,
    /// How many.
    pub count: u32,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioLine {
    /// Which conversation.
    pub entry: u32,
    /// Which line of it.
    pub turn: u32,
    /// What is said.
    pub said: String,
    /// What is answered.
    pub answer: String,
    /// Taken out.
    pub removed: bool,
    /// Changed.
    pub changed: bool,
    /// It is watched and not learnt.
    pub watched: bool,
    /// `short`, `long`, `markup`, `repeated`, `made_up`.
    pub remarks: Vec<String>,
}

/// A page of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioLines {
    /// How many there are.
    pub all: u32,
    /// Those of the page.
    pub lines: Vec<StudioLine>,
}

/// What is done with a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioChange {
    /// Which conversation.
    pub entry: u32,
    /// Which line of it.
    pub turn: u32,
    /// `edit`, `remove`, `keep`, `restore`.
    pub what: String,
    /// What is said, for `edit`.
    pub said: String,
    /// What is answered, for `edit`.
    pub answer: String,
}

/// How training should go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioRecipe {
    /// The base: an id of the library; empty for the model in the box.
    pub base: String,
    /// `speak` learns answers, `prefer` learns from pairs, `reward` makes a judge of pairs, `ppo` tries answers that the judge rates.
    pub method: String,
    /// `light`, `usual`, `thorough`.
    pub effort: String,
    /// How often all is read; as advised where null.
    pub epochs: Option<f64>,
    /// The learning rate; as advised where null.
    pub learning_rate: Option<f64>,
    /// Where it computes: `auto`, `cpu`, `cuda:0`, `metal`; as the settings say where null.
    pub device: Option<String>,
}

impl Default for StudioRecipe {
    fn default() -> Self {
        Self {
            base: String::new(),
            method: "speak".to_owned(),
            effort: "usual".to_owned(),
            epochs: None,
            learning_rate: None,
            device: None,
        }
    }
}

/// A model that something can be trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioBase {
    /// Its id; empty for the model in the box.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Numbers in it.
    pub numbers: f64,
}

/// What a training will be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioAdvice {
    /// Models that something can be trained on.
    pub bases: Vec<StudioBase>,
    /// Numbers of the chosen one.
    pub numbers: f64,
    /// How often all is read.
    pub epochs: f64,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// The learning rate that is advised.
    pub usual_rate: f64,
    /// Steps.
    pub steps: u32,
    /// Conversations, or pairs, that are learnt.
    pub items: u32,
    /// Examples that are too long for the model and are cut off.
    pub cut: u32,
    /// Seconds that it may take at the least, by a measurement of this machine.
    pub seconds_low: f64,
    /// And at the most.
    pub seconds_high: f64,
    /// Bytes of memory: the model as it is held.
    pub weights: f64,
    /// What is trained.
    pub trained: f64,
    /// Everything in between.
    pub activations: f64,
    /// All of it.
    pub memory: f64,
    /// What is free; null where the system does not say.
    pub free: Option<f64>,
    /// Whether it fits.
    pub fits: bool,
    /// Where it computes: `cpu`, `cuda:0`, `metal`. Memory is that of this place.
    pub device: String,
    /// Its name; empty for the processor.
    pub device_name: String,
    /// Why it is not where it was asked to be.
    pub notice: Option<String>,
    /// How it is made to fit: `dense`, `recompute`, `blocks`, `blocks_recompute`.
    pub way: String,
}

/// A point of the curves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioPoint {
    /// Steps made.
    pub step: u32,
    /// Loss.
    pub loss: f64,
    /// Share of tokens that would have been guessed, or of pairs that were told apart.
    pub accuracy: Option<f64>,
    /// What the judge says of answers that were tried.
    pub score: Option<f64>,
    /// How far they stray from the base, in nats an answer.
    pub kl: Option<f64>,
    /// Learning rate.
    pub learning_rate: Option<f64>,
}

/// What the model answered while it learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioSample {
    /// After how many steps.
    pub step: u32,
    /// What was said.
    pub said: String,
    /// What it answered.
    pub answer: String,
}

/// How a training stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioRun {
    /// `preparing`, `training`, `waiting` (somebody talks), `pausing`, `paused`, `finished`, `failed`.
    pub state: String,
    /// Steps made.
    pub step: u32,
    /// Steps in all.
    pub total: u32,
    /// Share of the step that is under way, 0 to 1.
    pub part: f64,
    /// Seconds that are left; null before the first step.
    pub left: Option<f64>,
    /// Tokens a second; null before the first step.
    pub tokens_per_s: Option<f64>,
    /// Curves of what is learnt; in events, the newest point alone.
    pub train: Vec<StudioPoint>,
    /// And of what is watched.
    pub watched: Vec<StudioPoint>,
    /// Answers meanwhile; in events, the newest alone.
    pub samples: Vec<StudioSample>,
    /// It ended because it got no better.
    pub no_better: bool,
    /// What is learnt, as in the recipe; empty where it is not known any more.
    pub method: String,
    /// What it computes on, for people: `cpu` or a card's name; empty before it began.
    pub device: String,
    /// Why it is not where it was asked to be, or not where it was.
    pub notice: Option<String>,
    /// What went wrong.
    pub problem: Option<Problem>,
}

/// Votes in the blind talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioVotes {
    /// The trained one was better.
    pub tuned: u32,
    /// Neither was.
    pub tie: u32,
    /// The base was better.
    pub base: u32,
}

/// What a vote comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioReveal {
    /// The trained one stood on the left.
    pub tuned_left: bool,
    /// All votes so far.
    pub votes: StudioVotes,
}

/// A project, open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudioDesk {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Files and folders that it is made of.
    pub sources: Vec<String>,
    /// The person's own chats and votes are part of it.
    pub own_chats: bool,
    /// What they hold.
    pub scan: StudioScan,
    /// Whose answers are learnt.
    pub choice: StudioChoice,
    /// The dataset; null before somebody is chosen.
    pub dataset: Option<StudioDataset>,
    /// Another one is about to take its place, for which instructions are being made up.
    pub asking: Option<StudioAsking>,
    /// How training should go.
    pub recipe: StudioRecipe,
    /// The training; null before there is one.
    pub run: Option<StudioRun>,
    /// There is something trained that can be talked to.
    pub trained: bool,
    /// A judge of answers was trained.
    pub judge: bool,
    /// Votes of the blind talk.
    pub votes: StudioVotes,
    /// Id of the character that speaks with it; null where none does.
    pub used_by: Option<String>,
}
