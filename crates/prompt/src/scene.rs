//! What goes into a prompt, and what comes out with it.

use domain::{Ask, Character, Emotion, Lang, Message, ModelInfo, Persona, Sampling, TurnId};
use serde::Serialize;

use crate::company::Company;
use crate::macros::{Macros, Moment, hash};
use crate::names::Names;

/// Everything a reply is written from. Made with [`Scene::new`], so that later parts (lore, memory, knowledge) are additions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scene<'a> {
    /// The turn that the reply is for.
    pub turn: TurnId,
    /// Who answers.
    pub character: &'a Character,
    /// Who asked.
    pub persona: &'a Persona,
    /// What was said, from the first message to the one to be answered (`Log::path`).
    pub history: &'a [Message],
    /// The model that will write.
    pub model: &'a ModelInfo,
    /// Language of the app's own sentences; `None` takes the character's, else English.
    pub lang: Option<Lang>,
    /// A built-in template instead of the model's own (`chatml`, `llama3`, …); empty: the model's own, or the one that fits.
    pub template: &'a str,
    /// For templates that tell the model the date. `None`: they use the one they carry.
    pub today: Option<jiff::civil::Date>,
    /// For macros that tell the time. `None`: they stay as they are written.
    pub moment: Option<Moment>,
    /// Which greeting the conversation began with, from 0; `None`: it is found out by comparing.
    pub greeting: Option<u32>,
    /// Whether lorebooks are told of a chat or of one text; `None`: as the model's template says.
    pub form: Option<lore::Form>,
    /// What the lorebooks say, see [`crate::activate`].
    pub lore: Option<&'a lore::Outcome>,
    /// Lore that comes and goes stands at the beginning of the last user turn, where it costs few cached tokens, whatever place its book
    /// asks for; with this it stands exactly there.
    pub lore_in_place: bool,
    /// What the character remembers of earlier; empty: nothing.
    pub memory: String,
    /// Memories may come with one turn and not with the next: where the history is too long for the context, room is left for them all the
    /// same, so that it begins where it began.
    pub steady: bool,
    /// What was found in documents, the best first.
    pub knowledge: Vec<Excerpt>,
    /// The person's note to the model.
    pub author_note: Option<AuthorNote>,
    /// What the character may do to the stage; `None`: nothing, and the model is not told that there is a stage.
    pub stage: Option<StageNames>,
    /// Which feelings the character can show; none: the model is not told of any.
    pub feelings: Vec<Emotion>,
    /// How the reply begins; empty: it begins as it likes. Only for local models: servers write the beginning themselves.
    pub prefill: String,
    /// Who else is there, or was; `None`: nobody but the two.
    pub company: Option<Company>,
    /// Further volatile texts (a stage direction): put at the end of the last user turn.
    pub notes: Vec<Note>,
}

impl<'a> Scene<'a> {
    /// A scene without anything optional.
    pub fn new(
        turn: TurnId,
        character: &'a Character,
        persona: &'a Persona,
        history: &'a [Message],
        model: &'a ModelInfo,
    ) -> Self {
        Self {
            turn,
            character,
            persona,
            history,
            model,
            lang: None,
            template: "",
            today: None,
            moment: None,
            greeting: None,
            form: None,
            lore: None,
            lore_in_place: false,
            memory: String::new(),
            steady: false,
            knowledge: Vec::new(),
            author_note: None,
            stage: None,
            feelings: Emotion::ALL.to_vec(),
            prefill: String::new(),
            company: None,
            notes: Vec::new(),
        }
    }

    /// Language of the app's own sentences.
    pub(crate) fn language(&self) -> Lang {
        self.lang.or(self.character.language).unwrap_or_default()
    }

    /// What `{{char}}` and `{{user}}` become.
    pub(crate) fn names(&self) -> Names<'a> {
        Names { char: self.character.short_name(), user: &self.persona.name }
    }

    /// The macros of the conversation: what they draw stays the same from turn to turn.
    pub(crate) fn macros(&self) -> Macros<'a> {
        let last = |of: &[domain::Role]| {
            let found = self.history.iter().rev().find(|message| of.contains(&message.role));
            found.map_or("", |message| message.text.as_str())
        };
        let (user, character) = (domain::Role::User, domain::Role::Character);
        let texts = [
            ("description", self.character.description.as_str()),
            ("personality", self.character.personality.as_str()),
            ("scenario", self.character.scenario.as_str()),
            ("persona", self.persona.description.as_str()),
            ("mesexamples", self.character.example_dialogue.as_str()),
            ("charversion", self.character.version.as_str()),
            ("char_version", self.character.version.as_str()),
            ("creatornotes", self.character.creator_notes.as_str()),
            ("charprompt", self.character.system_prompt.as_str()),
            ("charinstruction", self.character.post_history_instructions.as_str()),
            ("charjailbreak", self.character.post_history_instructions.as_str()),
            ("chardepthprompt", self.character.depth_prompt.text.as_str()),
        ];
        // What somebody said is never read for macros.
        let said = [
            ("lastmessage", last(&[user, character])),
            ("lastusermessage", last(&[user])),
            ("input", last(&[user])),
            ("lastcharmessage", last(&[character])),
            ("model", self.model.name.as_str()),
        ];
        Macros::new(self.names(), self.conversation_seed())
            .at(self.moment, self.language())
            .with_texts(&texts)
            .with_values(&said)
    }

    /// Where a reply ends that goes on for somebody else.
    pub(crate) fn stops(&self) -> Vec<String> {
        self.company.as_ref().map(|all| all.stops(&self.persona.name)).unwrap_or_default()
    }

    /// What draws of the whole conversation follow from.
    pub(crate) fn conversation_seed(&self) -> u64 {
        self.history.first().map_or(0, |message| crate::macros::seed_of(message.conversation))
    }

    /// What draws of this turn follow from: the same again when the reply is made anew.
    pub(crate) fn turn_seed(&self) -> u64 {
        let last = self.history.last().map_or(0, |message| hash(&message.id.to_string()));
        self.conversation_seed().rotate_left(17) ^ last
    }
}

/// Names that a direction (`[scene: …]`) may use, each kind as one list for a model to read: `park, station`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageNames {
    /// Places.
    pub scenes: String,
    /// Kinds of weather.
    pub weather: String,
    /// Music.
    pub music: String,
    /// Sounds that are heard once.
    pub sounds: String,
    /// Ways to look at it.
    pub camera: String,
    /// Ways in which another place comes.
    pub transitions: String,
    /// What a character does with head and body.
    pub gestures: String,
}

/// A note of the person's to the model, within the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorNote {
    /// What it says.
    pub text: String,
    /// How many messages from the end it stands; 0: behind the newest.
    pub depth: u32,
}

/// A piece of a document: always a quotation, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// Where it is from, for the model and for people: file, place, headings.
    pub source: String,
    /// What it says.
    pub text: String,
}

/// A volatile text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name in the report.
    pub name: String,
    /// What the model reads.
    pub text: String,
}

/// How long, and how drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Prompt and reply together, in tokens; the model's own limit counts where it is smaller.
    pub context_tokens: u32,
    /// Longest reply; at most a third of the context.
    pub reply_tokens: u32,
    /// How much of the history's budget is kept when the oldest messages go, 0.1 to 1.0. Less means that it happens seldomer.
    pub keep: f32,
    /// How tokens are drawn; handed on.
    pub sampling: Sampling,
}

impl Default for Limits {
    fn default() -> Self {
        Self { context_tokens: 4096, reply_tokens: 300, keep: 0.7, sampling: Sampling::default() }
    }
}

/// A part of the prompt, for "why she said that".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// `system`, `feelings`, `description`, …, `lore`, `history`, `card_note`, `author_note`, `memory`, `knowledge`, the name of a note,
    /// `post_history`.
    pub name: String,
    /// For lore: which entry it is, and where it stands; for knowledge: where it is from; else empty.
    pub detail: String,
    /// What stands in the prompt, macros resolved.
    pub text: String,
    /// Its tokens, counted by itself.
    pub tokens: usize,
    /// Tokens that were left out for lack of room.
    pub trimmed: usize,
    /// When it is left out.
    #[serde(skip)]
    pub(crate) gives_way: GivesWay,
}

impl Block {
    pub(crate) fn new(name: impl Into<String>, text: String) -> Self {
        Self {
            name: name.into(),
            detail: String::new(),
            text,
            tokens: 0,
            trimmed: 0,
            gives_way: GivesWay::Never,
        }
    }

    pub(crate) fn giving_way(self, gives_way: GivesWay) -> Self {
        Self { gives_way, ..self }
    }
}

/// The order in which parts are left out for lack of room. The oldest messages go between the first and the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum GivesWay {
    /// Lore that says so itself: before any message.
    AtOnce,
    /// Example dialogue: where the card takes more than three quarters of the room, too.
    Examples,
    /// What was found in documents.
    Knowledge,
    /// Lore, the last in the order of insertion first.
    Lore,
    /// What the character remembers.
    Memory,
    /// Who they are, what was just said, and what the person wants of the model.
    #[default]
    Never,
}

/// A request for a reply, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// What the model is asked.
    pub ask: Ask,
    /// The parts, in the order of the prompt.
    pub blocks: Vec<Block>,
    /// Tokens of `ask.prompt`.
    pub prompt_tokens: usize,
    /// Tokens at its beginning that stay whatever is said (system and card).
    pub fixed_prefix_tokens: usize,
    /// Where in `ask.prompt`, in bytes, the newest message begins: what is before it can be read while it is still being said.
    /// `None` where the last turn is not the person's, or the template or profile writes it in a way of its own.
    pub newest_at: Option<usize>,
    /// How many messages of the history were left out, counted from the oldest.
    pub dropped_messages: usize,
    /// Name of the chat template: `the model's own`, or that of a built-in one.
    pub template: &'static str,
    /// Why the model's own template was not used, where it brings one.
    pub template_rejected: Option<String>,
}
