//! Yarn Spinner (`.yarn`): nodes with headers, `Name: text` lines, `-> options`, `<<commands>>`. Tried on its
//! makers' example games. What stands under two options, two sides of a condition or two lines of a group (`=>`) carries different
//! branches.
//!
//! Since its second version the engine takes everything before the first colon without a backslash for the name, in options as well.
//! The first version, known by its jumps (`[[node]]`), leaves names to the game: there, several words must come back.

use std::collections::HashMap;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};
use crate::{markup, names};

/// Commands that say nothing.
const SILENT: &[&str] = &[
    "jump", "set", "declare", "if", "elseif", "else", "endif", "stop", "wait", "once", "endonce",
    "detour", "return", "enum", "case", "endenum", "local", "call",
];

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let lines = || scripts.iter().flat_map(|script| script.text.lines());
    let first = lines().any(|line| line.trim_start().starts_with("[[") && line.contains("]]"));
    let counts = names::count(lines());
    for script in scripts {
        let mut reader = Reader {
            file: &script.path,
            first,
            counts: &counts,
            found,
            scene: script.path.clone(),
            branches: Vec::new(),
            groups: Vec::new(),
        };
        reader.read(&script.text);
    }
}

struct Reader<'a, 'f> {
    file: &'a str,
    /// The scripts are of the engine's first version.
    first: bool,
    /// How often each name stands before a colon.
    counts: &'a HashMap<&'a str, u32>,
    found: &'f mut Found,
    scene: String,
    /// Options and conditions that are open, outermost first.
    branches: Vec<Branch>,
    /// Groups of options that are open: how far they are indented, where each began, how many it has so far.
    groups: Vec<(usize, u32, u32)>,
}

/// What lines stand under.
struct Branch {
    /// What is indented more belongs to it; a condition lasts until its own end instead.
    indent: Option<usize>,
    name: String,
}

/// Conditions that are followed at most; what is nested deeper counts for the one around it.
const MAX_OPEN: usize = 256;

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        let mut body = false;
        for (index, line) in text.lines().enumerate() {
            let number = index as u32 + 1;
            let indent = line.len() - line.trim_start().len();
            let line = line.split("//").next().unwrap_or(line).trim();
            if line == "---" {
                body = true;
            } else if line == "===" {
                body = false;
                self.branches.clear();
                self.groups.clear();
            } else if !body {
                if let Some(title) = line.strip_prefix("title:") {
                    title.trim().clone_into(&mut self.scene);
                }
            } else if !line.is_empty() {
                let over = |branch: &Branch| branch.indent.is_some_and(|open| open >= indent);
                if let Some(over) = self.branches.iter().position(over) {
                    self.branches.truncate(over);
                }
                self.line(line, indent, number);
            }
        }
    }

    fn line(&mut self, line: &str, indent: usize, number: u32) {
        if let Some(command) = line.strip_prefix("<<") {
            let name = command.split(|c: char| c.is_whitespace() || matches!(c, '>' | '(')).next();
            let name = name.unwrap_or_default();
            self.condition(name, number);
            if !SILENT.contains(&name) {
                self.found.unknown(&format!("<<{name}>>"));
            }
            return;
        }
        let (line, condition) = self.ended(line);
        if let Some(text) = line.strip_prefix("->") {
            let (group, n) = self.option(text.trim(), None, condition, indent, number);
            self.open(Some(indent), format!("{group}.{n}"));
            return;
        }
        // `[[text|node]]` of the first version; `[[node]]` is a jump.
        if let Some(inside) = line.strip_prefix("[[").and_then(|rest| rest.split("]]").next()) {
            if let Some((text, node)) = inside.split_once('|') {
                self.option(text.trim(), Some(node.trim()), condition, indent, number);
            }
            return;
        }
        self.groups.retain(|(open, _, _)| *open < indent);
        // One of a group of lines (`=> Name: text`) is said, with what is indented under it.
        let line = match line.strip_prefix("=>") {
            Some(line) => {
                self.open(Some(indent), format!("=>{number}"));
                line.trim_start()
            }
            None => line,
        };
        let (name, words) = self.named(line);
        let (name, veiled) = known(name);
        let (plain, interpolated) = plain(words);
        let row = row(&self.scene, self.file, number, words.to_owned(), plain);
        let mut line = said(row, name.as_deref());
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated || veiled;
        line.branch = self.branch();
        self.found.push(line);
    }

    /// A line without what stands behind its text: hashtags, and a condition, which comes back as well.
    fn ended<'t>(&self, line: &'t str) -> (&'t str, Option<&'t str>) {
        let mut hashes = false;
        let end = markup::outside(line, |rest| {
            hashes = rest.starts_with('#');
            rest.starts_with("<<") || (hashes && !self.first) || rest.starts_with(" #")
        });
        let Some(end) = end else { return (line, None) };
        let command = line[end..].split_once("<<").map(|(_, command)| command);
        let command = command.map(|command| command.split(">>").next().unwrap_or(command).trim());
        let condition = command.and_then(|command| match command.strip_prefix("if") {
            Some(condition) => condition.starts_with(char::is_whitespace).then(|| condition.trim()),
            None => (command == "once" || command.starts_with("once ")).then_some(command),
        });
        (line[..end].trim(), condition)
    }

    /// Who says a line, and what.
    fn named<'t>(&self, text: &'t str) -> (Option<String>, &'t str) {
        if self.first {
            return match self.named_by_the_game(text) {
                Some((name, words)) => (Some(name.trim_start_matches('$').to_owned()), words),
                None => (None, text),
            };
        }
        if let Some((name, words)) = marked(text) {
            return (Some(name), words);
        }
        let Some(colon) = markup::outside(text, |rest| rest.starts_with(':')) else {
            // A colon of full width is not the engine's.
            let named = self.named_by_the_game(text);
            return named.map_or((None, text), |(name, words)| (Some(name.to_owned()), words));
        };
        let (name, words) = (text[..colon].trim(), text[colon + 1..].trim());
        if words.is_empty() {
            return (None, text);
        }
        let name = if name.contains('{') { name.to_owned() } else { plain(name).0 };
        // A colon inside a mark is one of the text.
        if name.contains('[') { (None, text) } else { (Some(name), words) }
    }

    /// A name of one word, or one of several words that comes back.
    fn named_by_the_game<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        if let Some((name, words)) = text.split_once(':')
            && name
                .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '?' | '？'))
            && !name.ends_with('\\')
            && !name.contains(char::is_whitespace)
            && !words.trim().is_empty()
        {
            return Some((name, words.trim()));
        }
        names::before_colon(text)
            .filter(|(name, _)| self.counts.get(name).is_some_and(|&count| count > 1))
    }

    fn open(&mut self, indent: Option<usize>, name: String) {
        if self.branches.len() < MAX_OPEN {
            self.branches.push(Branch { indent, name });
        }
    }

    /// `<<if>>`, `<<elseif>>`, `<<else>>`, `<<endif>>`, and `<<once>>` with the same; how a line is indented says nothing about them.
    fn condition(&mut self, command: &str, number: u32) {
        match command {
            "if" | "once" => self.open(None, format!("{command}{number}")),
            "elseif" | "else" | "endif" | "endonce" => {
                let Some(open) = self.branches.iter().rposition(|open| open.indent.is_none())
                else {
                    return;
                };
                self.branches.truncate(open);
                if command.starts_with("else") {
                    self.open(None, format!("{command}{number}"));
                }
            }
            _ => {}
        }
    }

    /// Adds an option to the group that is open at this depth, or begins one.
    fn option(
        &mut self,
        text: &str,
        target: Option<&str>,
        condition: Option<&str>,
        indent: usize,
        number: u32,
    ) -> (u32, u32) {
        self.groups.retain(|(open, _, _)| *open <= indent);
        let (group, n) = match self.groups.last_mut() {
            Some((open, group, n)) if *open == indent => {
                *n += 1;
                (*group, *n)
            }
            _ => {
                self.groups.push((indent, number, 0));
                (number, 0)
            }
        };
        let (name, text) = if self.first { (None, text) } else { self.named(text) };
        let (name, veiled) = known(name);
        let (plain, interpolated) = plain(text);
        let choice = Choice {
            group: format!("{}:{group}", self.file),
            n,
            line: Some(number),
            target: target.map(str::to_owned),
            condition: condition.map(str::to_owned),
        };
        let row = row(&self.scene, self.file, number, text.to_owned(), plain);
        let branch = self.branch();
        self.found.push(Line {
            kind: Kind::Choice,
            choice: Some(choice),
            speaker_id: name.clone(),
            speaker: name,
            interpolated: interpolated || veiled,
            branch,
            ..row
        });
        (group, n)
    }

    fn branch(&self) -> Vec<String> {
        self.branches.iter().take(MAX_BRANCH).map(|branch| branch.name.clone()).collect()
    }
}

/// A name that an expression shows names nobody: whether there was one.
fn known(name: Option<String>) -> (Option<String>, bool) {
    let veiled = name.as_ref().is_some_and(|name| name.contains('{'));
    (name.filter(|_| !veiled), veiled)
}

/// `[character name="Name"]Name: [/character]text`.
fn marked(text: &str) -> Option<(String, &str)> {
    let mark = text.strip_prefix("[character")?;
    let (attributes, rest) = mark.split_once(']')?;
    let value = attributes.split_once('=')?.1.trim();
    let name = match value.strip_prefix('"') {
        Some(value) => value.split('"').next(),
        None => value.split_whitespace().next(),
    };
    let words = rest.split_once("[/character]").or_else(|| rest.split_once("[/]"));
    let words = words.map_or(rest, |(_, words)| words).trim();
    Some((name.filter(|name| !name.is_empty())?.to_owned(), words))
}

/// Without `[markup]` and `{expressions}`.
fn plain(text: &str) -> (String, bool) {
    markup::plain(text, |rest, out| match rest.as_bytes()[0] {
        b'\\' => Some(markup::escaped(rest, out)),
        b'[' => markup::closed(rest, ']'),
        _ => None,
    })
}
