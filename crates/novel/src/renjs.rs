//! RenJS: `Story.yaml` (scenes as lists of actions) and the names of characters from `Setup.yaml`.

use std::collections::HashMap;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};
use crate::markup;
use crate::yaml::{self, Node};

/// Actions that say nothing.
const SILENT: &[&str] = &[
    "show",
    "hide",
    "play",
    "pause",
    "resume",
    "stop",
    "wait",
    "effect",
    "ambient",
    "var",
    "call",
    "animate",
    "scene",
    "endgame",
    "return",
    "savepoint",
    "music",
    "sound",
    "heading",
    "tween",
    "chapter",
];

/// Reads all files: first who is called what, then the stories.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut stories = Vec::new();
    for script in scripts {
        match yaml::parse(&script.text) {
            Ok(document) => {
                for (id, character) in document.get("characters").map(Node::map).unwrap_or_default()
                {
                    if let (Some(id), Some(name)) =
                        (id.text(), character.get("displayName").and_then(Node::text))
                    {
                        names.entry(id.to_owned()).or_insert_with(|| name.to_owned());
                    }
                }
                stories.push((script, document));
            }
            Err(error) => found.refuse(&script.path, error.to_string()),
        }
    }
    for (script, document) in &stories {
        for (scene, actions) in document.map() {
            let Some(scene) = scene.text() else { continue };
            if !is_scene(actions) {
                continue;
            }
            let mut reader = Reader {
                file: &script.path,
                scene: format!("{}:{scene}", script.path),
                names: &names,
                found,
                branch: Vec::new(),
            };
            reader.actions(actions);
        }
    }
}

/// A list of actions, not a list of settings.
fn is_scene(node: &Node) -> bool {
    let known = |key: &str| {
        let word = key.split_whitespace().next().unwrap_or_default();
        SILENT.contains(&word)
            || matches!(word, "text" | "choice" | "if" | "else")
            || key.contains(" says")
    };
    let list = node.list();
    list.iter()
        .filter_map(|action| action.map().first())
        .filter_map(|(key, _)| key.text())
        .any(known)
}

struct Reader<'a, 'f> {
    file: &'a str,
    scene: String,
    names: &'a HashMap<String, String>,
    found: &'f mut Found,
    branch: Vec<String>,
}

impl Reader<'_, '_> {
    fn actions(&mut self, node: &Node) {
        for action in node.list() {
            // What follows the first key are its arguments.
            if let Some((key, value)) = action.map().first()
                && let Some(name) = key.text()
            {
                self.action(name, key.line, value);
            }
        }
    }

    fn action(&mut self, key: &str, line: u32, value: &Node) {
        let mut words = key.split_whitespace();
        let first = words.next().unwrap_or_default();
        if words.next() == Some("says") {
            let look = words.find(|word| !matches!(*word, "IN" | "WITH"));
            self.say(value.text().unwrap_or_default(), Some(first), look, line);
            return;
        }
        match first {
            "text" => self.say(value.text().unwrap_or_default(), None, None, line),
            "choice" | "visualchoice" | "interrupt" => {
                self.choices(first == "visualchoice", line, value);
            }
            "if" | "else" => {
                self.branch.push(format!("{first}@{line}"));
                self.actions(value);
                self.branch.pop();
            }
            known if SILENT.contains(&known) => {}
            unknown => self.found.unknown(unknown),
        }
    }

    fn say(&mut self, text: &str, who: Option<&str>, look: Option<&str>, line: u32) {
        let (plain, interpolated) = plain(text);
        if plain.is_empty() && !interpolated {
            return;
        }
        // A character without an entry in the setup is displayed by its id.
        let name = who.map(|id| self.names.get(id).map_or(id, String::as_str));
        let mut out = said(row(&self.scene, self.file, line, text.to_owned(), plain), name);
        out.speaker_id = who.map(str::to_owned);
        out.sprite = who.zip(look).map(|(id, look)| format!("{id} {look}"));
        out.interpolated = interpolated;
        out.branch = self.branch();
        self.found.push(out);
    }

    fn branch(&self) -> Vec<String> {
        self.branch.iter().take(MAX_BRANCH).cloned().collect()
    }

    /// The caption and all entries first, then what is under them.
    fn choices(&mut self, pictures: bool, line: u32, value: &Node) {
        let group = format!("{}:{line}", self.file);
        let mut blocks = Vec::new();
        let mut n = 0;
        for entry in value.list() {
            let Some((key, block)) = entry.map().first() else { continue };
            let Some(text) = key.text() else { continue };
            if block
                .text()
                .is_some_and(|caption| !caption.is_empty() && caption != "null" && caption != "~")
            {
                self.action(text, key.line, block);
                if let Some(caption) = self
                    .found
                    .lines
                    .last_mut()
                    .filter(|caption| caption.source.line == Some(key.line))
                {
                    caption.kind = Kind::Say;
                }
                continue;
            }
            if !pictures {
                let (text, condition) = match text.split_once("!if") {
                    Some((text, condition)) => (text.trim(), Some(condition.trim().to_owned())),
                    None => (text, None),
                };
                let (plain, interpolated) = plain(text);
                let target =
                    block.list().first().and_then(|first| first.get("scene")).and_then(Node::text);
                let choice = Choice {
                    group: group.clone(),
                    n,
                    line: Some(key.line),
                    target: target.map(str::to_owned),
                    condition,
                };
                let branch = self.branch();
                let row = row(&self.scene, self.file, key.line, text.to_owned(), plain);
                self.found.push(Line {
                    kind: Kind::Choice,
                    choice: Some(choice),
                    interpolated,
                    branch,
                    ..row
                });
            }
            blocks.push((format!("{group}.{n}"), block));
            n += 1;
        }
        for (name, block) in blocks {
            self.branch.push(name);
            self.actions(block);
            self.branch.pop();
        }
    }
}

/// Marks of style, each ended by `(end)`.
const STYLES: &[&str] =
    &["bold", "italic", "italics", "color", "end", "size", "shake", "delay", "pause", "speed"];

/// Without `(style)…(end)` and `{variables}`.
fn plain(text: &str) -> (String, bool) {
    markup::plain(text, |rest, _| {
        let length = rest.starts_with('(').then(|| markup::closed(rest, ')')).flatten()?;
        let name = rest[1..length - 1].split(':').next().unwrap_or_default();
        STYLES.contains(&name).then_some(length)
    })
}
