//! Macros in the texts of cards, books and greetings: `{{char}}`, `{{random:a,b}}`, `{{setvar::x::1}}` and the rest.
//!
//! **Order of evaluation.** A text is read once, from left to right. The arguments of a macro are expanded before the macro itself,
//! and only those that it uses. What a macro becomes is never read again, so a name with braces in it is harmless. Variables are
//! seen by whatever is expanded after them: the blocks of the fixed part in their order, then lore, then the messages, then what
//! stands behind them.
//!
//! **Bounds.** Nesting, the number of macros and the length of the result are limited; beyond a limit the text stays as it is
//! written, as everything that is unknown does.

mod clock;
mod conditions;
mod draw;
mod parse;
mod variables;

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use domain::{ConversationId, Lang};

use crate::names::Names;
pub use clock::Moment;
use conditions::Pieces;
pub(crate) use draw::hash;
use parse::{Call, Token};
use variables::Variables;

/// How deep macros may stand in one another.
const MAX_DEPTH: usize = 16;
/// How many macros one text may have.
const MAX_CALLS: usize = 10_000;
/// A text within macros counts as one more for so many bytes of it: what `{{if}}` and `{{setvar}}` read and do not show costs time, too.
const CALL_BYTES: usize = 1 << 10;
/// How often `{{newline}}` and `{{space}}` repeat at most.
const MAX_REPEATED: usize = 1_000;
/// Longest text that a macro may give, in bytes.
const MAX_OUTPUT: usize = 1 << 20;

/// Who reads the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The model: comments and hidden keys are gone.
    Prompt,
    /// The engine of lorebooks, which sees hidden keys in what entries say.
    Scan,
}

/// What macros become in one conversation at one moment.
#[derive(Debug, Clone)]
pub struct Macros<'a> {
    names: Names<'a>,
    /// Further texts by name, such as `description`; macros in them are expanded where they are used.
    texts: Vec<(&'static str, &'a str)>,
    /// Texts that are letters.
    values: Vec<(&'static str, &'a str)>,
    /// What `{{outlet::name}}` becomes.
    outlets: Rc<Vec<(String, String)>>,
    moment: Option<Moment>,
    lang: Lang,
    seed: u64,
    only_names: bool,
    variables: Rc<RefCell<Variables>>,
    calls: Rc<Cell<usize>>,
}

impl<'a> Macros<'a> {
    /// Macros of a conversation. `seed` decides every draw: the same seed, the same text.
    pub fn new(names: Names<'a>, seed: u64) -> Self {
        Self {
            names,
            texts: Vec::new(),
            values: Vec::new(),
            outlets: Rc::default(),
            moment: None,
            lang: Lang::En,
            seed,
            only_names: false,
            variables: Rc::default(),
            calls: Rc::default(),
        }
    }

    /// Macros of a conversation that draw what they will draw in its prompts.
    pub fn of_conversation(names: Names<'a>, conversation: ConversationId) -> Self {
        Self::new(names, seed_of(conversation))
    }

    /// Only `{{char}}`, `{{user}}` and their older forms.
    pub(crate) fn names(names: Names<'a>) -> Self {
        Self { only_names: true, ..Self::new(names, 0) }
    }

    /// With the time, in the words of a language.
    #[must_use]
    pub fn at(mut self, moment: Option<Moment>, lang: Lang) -> Self {
        self.moment = moment;
        self.lang = lang;
        self
    }

    /// With further texts: pairs of a lower-case name and what it stands for.
    #[must_use]
    pub fn with_texts(mut self, texts: &[(&'static str, &'a str)]) -> Self {
        self.texts.extend_from_slice(texts);
        self
    }

    /// With texts in which macros are letters.
    #[must_use]
    pub fn with_values(mut self, values: &[(&'static str, &'a str)]) -> Self {
        self.values.extend_from_slice(values);
        self
    }

    /// With texts for `{{outlet::name}}`, in which macros are letters.
    #[must_use]
    pub fn with_outlets(self, outlets: Vec<(String, String)>) -> Self {
        Self { outlets: Rc::new(outlets), ..self }
    }

    /// The same macros, variables shared, drawing from another seed.
    #[must_use]
    pub fn drawing_from(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// The text as the model reads it.
    pub fn expand(&self, text: &str) -> String {
        self.expand_for(text, View::Prompt, &[])
    }

    /// The text for one reader, with further macros: pairs of a lower-case name and what it becomes.
    pub fn expand_for(&self, text: &str, view: View, more: &[(&str, &str)]) -> String {
        if !text.contains(['{', '<']) {
            return text.to_owned();
        }
        self.calls.set(0);
        let reading = Reading { macros: self, view, more, place: hash(text) };
        let expanded = reading.text(text, 0);
        if expanded.contains(TRIM) { trimmed(&expanded) } else { expanded }
    }
}

/// What draws of a whole conversation follow from.
pub(crate) fn seed_of(conversation: ConversationId) -> u64 {
    hash(&conversation.to_string())
}

/// Stands for `{{trim}}` until the text is whole; a noncharacter, which no text has.
const TRIM: char = '\u{fdd0}';

/// `{{trim}}` takes the line ends round it away.
fn trimmed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, part) in text.split(TRIM).enumerate() {
        let mut part = part;
        if at > 0 {
            out.truncate(out.trim_end_matches(['\n', '\r']).len());
            part = part.trim_start_matches(['\n', '\r']);
        }
        out.push_str(part);
    }
    out
}

/// A sign as often as is asked for, once where nothing is; `None`: that is no number.
fn repeated(sign: &str, count: &str) -> Option<String> {
    let count = match count.trim() {
        "" => 1,
        count => count.parse::<usize>().ok()?,
    };
    (count <= MAX_REPEATED).then(|| sign.repeat(count))
}

/// One text being read.
struct Reading<'m> {
    macros: &'m Macros<'m>,
    view: View,
    more: &'m [(&'m str, &'m str)],
    /// Tells one text from another, so that two picks do not always agree.
    place: u64,
}

impl Reading<'_> {
    fn text(&self, text: &str, depth: usize) -> String {
        if depth > 0 {
            let calls = &self.macros.calls;
            calls.set(calls.get() + text.len() / CALL_BYTES);
        }
        let pieces = Pieces::of(text);
        self.pieces(&pieces, 0..pieces.tokens.len(), depth)
    }

    fn pieces(&self, pieces: &Pieces<'_>, range: Range<usize>, depth: usize) -> String {
        let mut out = String::new();
        let mut place = range.start;
        while place < range.end {
            let here = place;
            place += 1;
            match pieces.tokens[here] {
                Token::Text(text) => out.push_str(text),
                Token::Tag { written, name } => {
                    let value = match name.to_ascii_lowercase().as_str() {
                        "user" => self.macros.names.user,
                        "bot" | "char" => self.macros.names.char,
                        _ => written,
                    };
                    out.push_str(value);
                }
                Token::Call { written, body, at } => {
                    let count = self.macros.calls.get() + 1;
                    self.macros.calls.set(count);
                    let allowed = depth < MAX_DEPTH && count <= MAX_CALLS && out.len() < MAX_OUTPUT;
                    let block = pieces.block(here).filter(|_| allowed && !self.macros.only_names);
                    if let Some(block) = block {
                        let holds = self.holds(block.condition, depth);
                        let branch = if holds { &block.then } else { &block.otherwise };
                        out.push_str(self.pieces(pieces, branch.clone(), depth + 1).trim());
                        place = block.end;
                        continue;
                    }
                    match allowed.then(|| self.call(body, at, depth)).flatten() {
                        Some(value) => out.push_str(&value),
                        None => out.push_str(written),
                    }
                }
            }
        }
        out
    }

    /// Whether what an `{{if}}` asks holds: a text, a variable (`.name`, `$name`), or the name of a macro; `!` before it asks for the
    /// contrary.
    fn holds(&self, condition: &str, depth: usize) -> bool {
        let contrary = condition.strip_prefix('!');
        let asked = self.text(contrary.unwrap_or(condition).trim(), depth + 1);
        let asked = asked.trim();
        let word = asked.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric());
        let known = word || conditions::variable(asked).is_some();
        let value = known.then(|| self.call(asked, 0, depth + 1)).flatten();
        conditions::holds(value.as_deref().unwrap_or(asked)) != contrary.is_some()
    }

    /// `{{if condition::text}}`, where the text may have an `{{else}}`.
    fn chosen(&self, condition: &str, content: &str, depth: usize) -> String {
        let pieces = Pieces::of(content);
        let end = pieces.tokens.len();
        let branch = match (self.holds(condition, depth), pieces.otherwise) {
            (true, middle) => 0..middle.unwrap_or(end),
            (false, Some(middle)) => middle + 1..end,
            (false, None) => end..end,
        };
        self.pieces(&pieces, branch, depth + 1).trim().to_owned()
    }

    /// What a macro becomes; `None`: it is unknown.
    fn call(&self, body: &str, at: usize, depth: usize) -> Option<String> {
        let macros = self.macros;
        if body.trim_start().starts_with("//") {
            return (!macros.only_names).then(String::new);
        }
        let call = Call::new(body);
        let name = call.name.to_ascii_lowercase();
        let bare = call.rest.is_empty();
        match name.as_str() {
            "char" | "bot" | "charifnotgroup" | "group" | "groupnotmuted" if bare => {
                return Some(macros.names.char.to_owned());
            }
            "user" if bare => return Some(macros.names.user.to_owned()),
            _ if macros.only_names => return None,
            _ => {}
        }
        if bare && let Some((_, value)) = self.more.iter().find(|(known, _)| *known == name) {
            return Some((*value).to_owned());
        }
        if bare && let Some((_, text)) = macros.texts.iter().find(|(known, _)| *known == name) {
            return Some(self.text(text, depth + 1));
        }
        if bare && let Some((_, value)) = macros.values.iter().find(|(known, _)| *known == name) {
            return Some((*value).to_owned());
        }
        let expanded = |part: &str| self.text(part, depth + 1);
        let draw = |salt: &str| draw::number(macros.seed ^ self.place, at, salt);
        let value = match name.as_str() {
            "if" => {
                let (condition, content) = conditions::asked(body)?;
                self.chosen(condition, content?, depth)
            }
            "newline" => repeated("\n", &expanded(call.rest))?,
            "space" => repeated(" ", &expanded(call.rest))?,
            "noop" if bare => String::new(),
            "trim" if bare => TRIM.to_string(),
            // Words that a program of old was told never to say.
            "comment" | "banned" => String::new(),
            "outlet" => {
                let wanted = expanded(call.rest);
                let filled = macros.outlets.iter().filter(|(name, _)| *name == wanted.trim());
                filled.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
            }
            "hidden_key" => match self.view {
                View::Prompt => String::new(),
                View::Scan => expanded(call.rest),
            },
            "reverse" => expanded(call.rest.trim()).chars().rev().collect(),
            "random" | "pick" => {
                let items = call.items();
                // A pick is the same wherever it stands again in the same text; a random one of each place is its own.
                expanded(items.get(draw::index(draw(&name), items.len()))?.trim())
            }
            "roll" => draw::roll(expanded(call.rest).trim(), |die| draw(&format!("roll {die}")))?,
            "time" if !bare => {
                let zone = expanded(call.rest);
                macros.moment.as_ref()?.time_at(zone.trim().strip_prefix("UTC")?)?
            }
            "time" | "date" | "weekday" | "isotime" | "isodate" | "idle_duration"
            | "datetimeformat" => {
                let argument = expanded(call.rest);
                macros.moment.as_ref()?.tell(&name, argument.trim(), macros.lang)?
            }
            // With minutes the colon is no separator.
            _ if name.starts_with("time_utc") => {
                macros.moment.as_ref()?.time_at(&body.trim()["time_utc".len()..])?
            }
            _ if let Some((space, variable, said)) = conditions::variable(body.trim()) => {
                let (verb, value) = variables::short(said)?;
                let mut arguments = vec![variable.to_owned()];
                arguments.extend(value.map(expanded));
                let verb = verb.replacen("var", &format!("{space}var"), 1);
                macros.variables.borrow_mut().call(&verb, &arguments)?
            }
            _ => {
                let arguments: Vec<String> = call.arguments().map(expanded).collect();
                macros.variables.borrow_mut().call(&name, &arguments)?
            }
        };
        Some(value)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
