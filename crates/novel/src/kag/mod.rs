//! KAG, the language of KiriKiri (`.ks`), and its descendant TyranoScript: text with `[tags]`, `@tag` lines, `*labels`, `#names`.
//!
//! Text is joined until a page ends, the name changes, or the scene moves on. A name from `#` stays until the next `#`; a name from
//! a tag or from 【】 is good for one message, as games use them.

mod known;
mod reader;
pub(crate) mod scrambled;
mod tag;

use std::collections::{HashMap, HashSet};

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
    let mut current: Option<(String, Option<String>)> = None;
    let mut set_twice = HashSet::new();
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with(';') || !line.contains(['[', '@', '#']) {
            continue;
        }
        for tag in tags(line) {
            // In a name it is no part of what is said.
            if let Some((name, _)) = &current
                && !line.starts_with('【')
                && (tag.name == "emb" || definitions.shows.contains(&tag.name))
            {
                definitions.shows.insert(name.clone());
            }
            match tag.name.as_str() {
                name if TYRANO.contains(&name) => {
                    definitions.tyrano = true;
                    if name == "chara_new"
                        && let (Some(id), Some(display)) =
                            (tag.first(&["name"]), tag.first(&["jname", "name"]))
                    {
                        definitions
                            .names
                            .entry(display.to_owned())
                            .or_insert_with(|| id.to_owned());
                        definitions
                            .characters
                            .entry(id.to_owned())
                            .or_insert_with(|| display.to_owned());
                    }
                }
                "macro" => {
                    let name = tag.first(&["name"]).unwrap_or_default().to_lowercase();
                    current = Some((name, None));
                }
                "endmacro" => {
                    if let Some((name, speaker)) = current.take() {
                        let speaker = speaker.filter(|_| !set_twice.remove(&name));
                        definitions.macros.insert(name, speaker);
                    }
                }
                tag if PAGE.contains(&tag) || definitions.pages.contains(tag) => {
                    if let Some((name, _)) = &current {
                        definitions.pages.insert(name.clone());
                    }
                }
                "r" => {
                    if let Some((name, _)) = &current {
                        definitions.breaks.insert(name.clone());
                    }
                }
                _ => {
                    if let Some((name, speaker)) = &mut current
                        && let Some(said) = naming(&tag)
                    {
                        // `%name` is the macro's own argument: a macro that passes a name on names nobody itself.
                        if let Some(parameter) = parameter(&said) {
                            definitions.passes.entry(name.clone()).or_insert(parameter);
                        }
                        if said.starts_with(['%', '&'])
                            || speaker.as_ref().is_some_and(|other| *other != said)
                        {
                            set_twice.insert(name.clone());
                        }
                        *speaker = Some(said);
                    }
                }
            }
        }
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

/// The tags of a line.
fn tags(line: &str) -> Vec<Tag> {
    if let Some(rest) = line.strip_prefix('@') {
        return vec![Tag::parse(rest)];
    }
    if let Some(rest) = line.strip_prefix('#') {
        return vec![Tag {
            name: "nm".to_owned(),
            attributes: vec![("t".to_owned(), rest.trim().to_owned())],
        }];
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
        out.push(Tag::parse(&rest[1..end - 1]));
        rest = &rest[end..];
    }
    out
}

/// The name that a tag gives to who speaks next.
fn naming(tag: &Tag) -> Option<String> {
    if let Some(inside) = tag.name.strip_prefix('【') {
        return inside.strip_suffix('】').map(str::to_owned);
    }
    if !known::NAMING.contains(&tag.name.as_str()) {
        return None;
    }
    let foreign = tag.attributes.iter().map(|(_, value)| value).find(|value| !value.is_ascii());
    foreign.map(String::as_str).or_else(|| tag.first(known::NAME_ATTRIBUTES)).map(str::to_owned)
}
