//! KAG, the language of KiriKiri (`.ks`), and its descendant TyranoScript: text with `[tags]`, `@tag` lines, `*labels`, `#names`.
//!
//! Text is joined until a page ends, the name changes, or the scene moves on. A name from `#` stays until the next `#`; a name from
//! a tag or from 【】 is good for one message, as games use them.

mod known;
mod reader;
pub(crate) mod scrambled;
mod tag;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::files::Script;
use crate::found::Found;
use crate::words::{Words, words};
use tag::Tag;

/// What all scripts of a game define.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// Displayed names of `[chara_new name=… jname=…]`, by name.
    characters: HashMap<String, String>,
    /// And the other way round.
    names: HashMap<String, String>,
    /// Macros, with the name of the speaker that they set, if they do.
    macros: HashMap<String, Option<String>>,
    /// Macros that set the speaker from an attribute of theirs, with its name.
    passes: HashMap<String, String>,
    /// Macros that set the speaker from a variable: nobody can tell who it is.
    veiled: HashSet<String>,
    /// Macros that end a page, and macros that break a line.
    pages: HashSet<String>,
    breaks: HashSet<String>,
    /// Macros that show a variable.
    shows: HashSet<String>,
    /// Tags that say nothing.
    silent: Words,
    /// A tag that only TyranoScript has was seen.
    pub(super) tyrano: bool,
}

impl Definitions {
    /// Whether a text is a character's: known as one, or in letters that files are not named in.
    fn is_name(&self, text: &str) -> bool {
        let variable = text.starts_with(['&', '%']);
        let known = self.characters.contains_key(text) || self.names.contains_key(text);
        known || !variable && !text.is_ascii() && text.chars().count() <= 24
    }
}

/// Tags that end a message.
const PAGE: &[&str] = &["p", "pg", "np", "cm", "ct", "er", "lrcm", "plc"];

/// Tags that only TyranoScript has.
const TYRANO: &[&str] = &[
    "chara_new",
    "chara_show",
    "chara_mod",
    "glink",
    "start_keyconfig",
    "clearfix",
    "showmenubutton",
    "chara_config",
];

/// Reads all scripts; true if they are TyranoScript.
pub(crate) fn read(scripts: &[Script], found: &mut Found) -> bool {
    let mut definitions = Definitions { silent: words(known::SILENT), ..Definitions::default() };
    for script in scripts {
        define(&script.text, &mut definitions);
    }
    for script in scripts {
        reader::Reader::new(&script.path, &definitions, found).read(&script.text);
    }
    definitions.tyrano
}

/// The lines of a script that can hold definitions, tag by tag.
fn define(text: &str, definitions: &mut Definitions) {
    let mut current: Option<Macro> = None;
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with(';') || current.is_none() && !line.contains(['[', '@', '#']) {
            continue;
        }
        // In a name a variable is no part of what is said.
        let inside = shown_name(line).unwrap_or_default();
        let mut alone = (!inside.is_empty() && only_tags(&line[inside.end + '】'.len_utf8()..]))
            .then(|| inside.clone());
        if let Some(current) = &mut current
            && alone.is_none()
            && !line.starts_with(['@', '#'])
            && !only_tags(line)
        {
            current.shown = None;
        }
        for (at, tag) in tags_at(line) {
            if let Some(name) = alone.take_if(|name| at >= name.start)
                && let Some(current) = &mut current
            {
                current.shown = in_text(&line[name]);
            }
            if !inside.contains(&at) {
                define_by(&tag, &mut current, definitions);
            }
        }
        if let (Some(name), Some(current)) = (alone, &mut current) {
            current.shown = in_text(&line[name]);
        }
    }
}

/// A macro whose definition is read.
struct Macro {
    name: String,
    /// Who speaks from here on, and whether it may be somebody else.
    speaker: Option<String>,
    uncertain: bool,
    /// A variable says it.
    veiled: bool,
    /// A name in 【】 that is the last thing it shows: that of who speaks then.
    shown: Option<String>,
}

impl Macro {
    /// A name that the macro sets.
    fn name(&mut self, said: Option<String>, definitions: &mut Definitions) {
        let Some(said) = said else { return };
        let variable = said.starts_with(['%', '&']);
        // `%name` is the macro's own argument: a macro that passes a name on names nobody itself.
        if let Some(parameter) = parameter(&said) {
            definitions.passes.entry(self.name.clone()).or_insert(parameter);
        } else {
            self.veiled |= variable;
        }
        self.uncertain |= variable || self.speaker.as_ref().is_some_and(|other| *other != said);
        self.speaker = Some(said);
    }
}

fn define_by(tag: &Tag, current: &mut Option<Macro>, definitions: &mut Definitions) {
    if let Some(current) = current
        && (tag.name == "emb" || definitions.shows.contains(&tag.name))
    {
        definitions.shows.insert(current.name.clone());
    }
    match tag.name.as_str() {
        name if TYRANO.contains(&name) => {
            definitions.tyrano = true;
            if name == "chara_new"
                && let (Some(id), Some(display)) =
                    (tag.first(&["name"]), tag.first(&["jname", "name"]))
            {
                definitions.names.entry(display.to_owned()).or_insert_with(|| id.to_owned());
                definitions.characters.entry(id.to_owned()).or_insert_with(|| display.to_owned());
            }
        }
        "macro" => {
            let name = tag.first(&["name"]).unwrap_or_default().to_lowercase();
            *current =
                Some(Macro { name, speaker: None, uncertain: false, veiled: false, shown: None });
        }
        "endmacro" => {
            if let Some(mut ended) = current.take() {
                let shown = ended.shown.take();
                ended.name(shown, definitions);
                if ended.veiled {
                    definitions.veiled.insert(ended.name.clone());
                }
                let speaker = ended.speaker.filter(|_| !ended.uncertain);
                definitions.macros.insert(ended.name, speaker);
            }
        }
        tag if PAGE.contains(&tag) || definitions.pages.contains(tag) => {
            if let Some(current) = current {
                current.shown = None;
                definitions.pages.insert(current.name.clone());
            }
        }
        "r" => {
            if let Some(current) = current {
                definitions.breaks.insert(current.name.clone());
            }
        }
        _ => {
            if let Some(current) = current {
                current.name(naming(tag), definitions);
            }
        }
    }
}

/// What stands between the brackets of a `【name】` that is the first thing a line shows.
fn shown_name(line: &str) -> Option<Range<usize>> {
    let from = line.len() - without_tags(line).len();
    let rest = line[from..].strip_prefix('【')?;
    let length = rest.find('】').filter(|&length| length > 0)?;
    let start = line.len() - rest.len();
    Some(start..start + length)
}

/// Whether a text shows nothing.
fn only_tags(text: &str) -> bool {
    without_tags(text).is_empty()
}

/// A text from the first thing that it shows on.
fn without_tags(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('[')
        && let Some(end) = tag::tag_end(rest)
    {
        rest = rest[end..].trim_start();
    }
    rest
}

/// The name in a text: a variable is written as attributes have it, `&f.name`.
fn in_text(text: &str) -> Option<String> {
    if !text.contains('[') {
        let name = text.trim();
        return (!name.is_empty() && name.chars().count() <= 24).then(|| name.to_owned());
    }
    let text = text.trim();
    let whole = text.starts_with('[') && tag::tag_end(text) == Some(text.len());
    let tag = Tag::parse(if whole { &text[1..text.len() - 1] } else { "" });
    match tag.name.as_str() {
        "emb" => Some(format!("&{}", tag.first(&["exp"]).unwrap_or_default())),
        "ch" => tag.first(&["text"]).map(str::to_owned),
        // Something that cannot be told.
        _ => Some("&".to_owned()),
    }
}

/// The attribute that `%name|nobody`, `&mp.name`, and `&f.names[mp.name]` mean; an expression without one means none.
fn parameter(said: &str) -> Option<String> {
    let inside = |c: char| c == '_' || c.is_alphanumeric();
    let name = if let Some(name) = said.strip_prefix('%') {
        name
    } else {
        let (before, name) = said.strip_prefix('&')?.split_once("mp.")?;
        // `f.temp.x` is none.
        if before.ends_with(|c: char| c == '.' || inside(c)) {
            return None;
        }
        name
    };
    let end = name.find(|c: char| !inside(c)).unwrap_or(name.len());
    Some(name[..end].to_lowercase()).filter(|name| !name.is_empty())
}

/// The tags of a line, and where they begin.
fn tags_at(line: &str) -> Vec<(usize, Tag)> {
    if let Some(rest) = line.strip_prefix('@') {
        return vec![(0, Tag::parse(rest))];
    }
    if let Some(rest) = line.strip_prefix('#') {
        let attributes = vec![("t".to_owned(), rest.trim().to_owned())];
        return vec![(0, Tag { name: "nm".to_owned(), attributes })];
    }
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        rest = &rest[open..];
        if rest.starts_with("[[") {
            rest = &rest[2..];
            continue;
        }
        let Some(end) = tag::tag_end(rest) else { break };
        out.push((line.len() - rest.len(), Tag::parse(&rest[1..end - 1])));
        rest = &rest[end..];
    }
    out
}

/// The tags of a line.
fn tags(line: &str) -> impl Iterator<Item = Tag> {
    tags_at(line).into_iter().map(|(_, tag)| tag)
}

/// The name that a tag gives to who speaks next.
fn naming(tag: &Tag) -> Option<String> {
    if let Some(inside) = tag.name.strip_prefix('【') {
        return inside.strip_suffix('】').map(str::to_owned);
    }
    if !known::NAMING.contains(&tag.name.as_str()) {
        return None;
    }
    // Its other attribute is a face, which may be written in any letters.
    if tag.name == "chara_ptext" {
        return tag.first(&["name"]).map(str::to_owned);
    }
    let foreign = tag.attributes.iter().map(|(_, value)| value).find(|value| !value.is_ascii());
    let name = foreign.map(String::as_str).or_else(|| tag.first(known::NAME_ATTRIBUTES))?;
    if name.starts_with('[') { in_text(name) } else { Some(name.to_owned()) }
}
