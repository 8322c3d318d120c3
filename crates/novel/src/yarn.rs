//! Yarn Spinner (`.yarn`): nodes with headers, `Name: text` lines, `-> options`, `<<commands>>`. Tried on its
//! makers' example games. What stands under two options, two sides of a condition or two lines of a group (`=>`) carries different
//! branches.

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
    let counts = names::count(scripts.iter().flat_map(|script| script.text.lines()));
    for script in scripts {
        let mut reader = Reader {
            file: &script.path,
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
        let (line, condition) = match line.split_once("<<") {
            Some((before, command)) => (
                before.trim_end(),
                command
                    .trim_start()
                    .strip_prefix("if ")
                    .map(|rest| rest.trim_end_matches(['>', ' '])),
            ),
            None => (line, None),
        };
        if let Some(text) = line.strip_prefix("->") {
            let (group, n) = self.option(without_tags(text), None, condition, indent, number);
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
        let text = without_tags(line);
        // `Name: text`: a colon after one word without spaces names the speaker, unless it is escaped; of several words, where
        // they come back.
        let (name, words) = match text.split_once(':') {
            Some((name, words))
                if name.starts_with(|c: char| {
                    c.is_alphanumeric() || c == '_' || c == '$' || c == '?' || c == '？'
                }) && !name.ends_with('\\')
                    && !name.contains(char::is_whitespace)
                    && !words.trim().is_empty() =>
            {
                (Some(name.trim_start_matches('$')), words.trim())
            }
            _ => match names::before_colon(text) {
                Some((name, words)) if self.counts.get(name).is_some_and(|&count| count > 1) => {
                    (Some(name), words)
                }
                _ => (None, text),
            },
        };
        let (plain, interpolated) = plain(words);
        let mut line = said(row(&self.scene, self.file, number, words.to_owned(), plain), name);
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated;
        line.branch = self.branch();
        self.found.push(line);
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
            interpolated,
            branch,
            ..row
        });
        (group, n)
    }

    fn branch(&self) -> Vec<String> {
        self.branches.iter().take(MAX_BRANCH).map(|branch| branch.name.clone()).collect()
    }
}

/// Without `#line:…` and other hashtags at the end.
fn without_tags(text: &str) -> &str {
    match text.find(" #") {
        Some(at) => text[..at].trim(),
        None => text.trim(),
    }
}

/// Without `[markup]` and `{expressions}`.
fn plain(text: &str) -> (String, bool) {
    markup::plain(text, |rest, out| match rest.as_bytes()[0] {
        b'\\' => Some(markup::escaped(rest, out)),
        b'[' => markup::closed(rest, ']'),
        _ => None,
    })
}
