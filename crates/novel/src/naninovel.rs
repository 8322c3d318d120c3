//! Naninovel (`.nani`): `@commands`, `# labels`, `; comments`, and text as `author.appearance: text` with inline `[commands]`.
//!
//! What is indented under a choice, under one line of `@random`, or on one side of a condition carries a branch of its own; so does
//! what stands between `@if` and `@endif` without being indented, as the engine's first versions have it.

use crate::files::Script;
use crate::found::{Found, row};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};
use crate::markup;
use crate::words::{Words, words};

/// Commands of the engine that say nothing.
const SILENT: &str = "\
    animate append arrange async await back bgm bgmstop blur bokeh br camera char clearbacklog clearchoice \
    closetitle delay despawn despawnall digitglitch else elseif endif exittitle finishprint format gosub goto \
    group hide hideactors hideall hidechars hideprinter hideui hold i if input loadscene lock look movie nav nop \
    openurl part poses printer processinput purgerollback rain random remove repeat resetstate resettext return \
    rollback save screenshot set sfx sfxfast shake show showprinter showui skip skipinput slide snow spawn stop \
    stopbgm stopsfx stopvoice style sun sync synchronize title toast trans tint unless unlock unloadscene unlink \
    voice wait while clear glitch audio line lipsync preload begin end addchoice showonly hideonly";

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let silent = words(SILENT);
    for script in scripts {
        Reader {
            file: &script.path,
            silent: &silent,
            found,
            scene: script.path.clone(),
            voice: None,
            group: None,
            branches: Vec::new(),
        }
        .read(&script.text);
    }
}

struct Reader<'a, 'f> {
    file: &'a str,
    silent: &'a Words,
    found: &'f mut Found,
    scene: String,
    voice: Option<String>,
    /// The menu that is open: where it began, how many choices it has so far, how far they are indented.
    group: Option<(u32, u32, usize)>,
    /// What lines stand under, outermost first.
    branches: Vec<Branch>,
}

/// What a line stands under.
struct Branch {
    /// How far the line is indented that began it.
    indent: usize,
    /// It lasts until `@endif`, not while lines are indented more.
    flat: bool,
    random: Random,
    name: String,
}

/// Whether one alone of the lines of a block is played.
enum Random {
    No,
    /// Yes, and none of them was read yet.
    Begun,
    /// Yes, and they are indented so far.
    Lines(usize),
}

/// Blocks that are followed at most; what is nested deeper counts for the one around it.
const MAX_OPEN: usize = 256;

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| {
                (index as u32 + 1, line.len() - line.trim_start().len(), line.trim())
            })
            .filter(|(_, _, line)| !line.is_empty() && !line.starts_with(';'))
            .peekable();
        while let Some((number, indent, line)) = lines.next() {
            self.dedent(indent, number);
            let nested = lines.peek().is_some_and(|(_, next, _)| *next > indent);
            if let Some(label) = line.strip_prefix('#') {
                self.scene = format!("{}#{}", self.file, label.trim());
                self.group = None;
                self.branches.clear();
            } else if let Some(command) = line.strip_prefix('@') {
                self.command(command, number, indent, nested);
            } else {
                self.ungroup(indent);
                self.text(line, number, None, None);
            }
        }
    }

    /// A menu is over where something else is said that is not indented under one of its choices.
    fn ungroup(&mut self, indent: usize) {
        self.group = self.group.filter(|(_, _, choices)| *choices < indent);
    }

    /// Ends what this line is not indented under, and begins the next line of `@random`.
    fn dedent(&mut self, indent: usize, number: u32) {
        let over = |branch: &Branch| !branch.flat && branch.indent >= indent;
        if let Some(over) = self.branches.iter().position(over) {
            self.branches.truncate(over);
        }
        if let Some(Branch { random, name, .. }) = self.branches.last_mut() {
            let next = match random {
                Random::No => false,
                Random::Begun => true,
                Random::Lines(lines) => *lines == indent,
            };
            if next {
                *random = Random::Lines(indent);
                *name = format!("random@{number}");
            }
        }
    }

    fn open(&mut self, branch: Branch) {
        if self.branches.len() < MAX_OPEN {
            self.branches.push(branch);
        }
    }

    /// `@if`, `@unless`, `@else`, `@elseif` and `@endif`, indented under or not.
    fn condition(&mut self, command: &str, number: u32, indent: usize, nested: bool) {
        if matches!(command, "else" | "elseif" | "endif") {
            // The side before it has ended already, where it was indented under its `@if`.
            let same = |branch: &Branch| branch.flat && branch.indent == indent;
            if let Some(open) = self.branches.iter().rposition(same) {
                self.branches.truncate(open);
                if command != "endif" {
                    let name = format!("{command}@{number}");
                    self.open(Branch { indent, flat: true, random: Random::No, name });
                }
                return;
            }
        }
        if command != "endif" {
            let name = format!("{command}@{number}");
            self.open(Branch { indent, flat: !nested, random: Random::No, name });
        }
    }

    fn branch(&self, condition: Option<String>) -> Vec<String> {
        let names = self.branches.iter().map(|branch| branch.name.clone());
        names.chain(condition).take(MAX_BRANCH).collect()
    }

    fn command(&mut self, command: &str, number: u32, indent: usize, nested: bool) {
        let words = parts(command);
        let Some(name) = words.first() else { return };
        let argument = |key: &str| {
            words
                .iter()
                .skip(1)
                .find_map(|word| word.strip_prefix(key)?.strip_prefix(':'))
                .map(unquote)
        };
        // The parameter without a name comes first, if it is there.
        let nameless =
            words.get(1).filter(|word| parameter_name(word).is_none()).map(|word| unquote(word));
        match name.to_lowercase().as_str() {
            "choice" => {
                let Some(text) = nameless.filter(|text| !text.is_empty()) else { return };
                let (group, n) = match self.group {
                    Some((group, n, choices)) if choices == indent => (group, n + 1),
                    _ => (number, 0),
                };
                self.group = Some((group, n, indent));
                let (plain, interpolated) = plain(&text);
                let choice = Choice {
                    group: format!("{}:{group}", self.file),
                    n,
                    line: Some(number),
                    target: argument("goto").or_else(|| argument("gosub")),
                    condition: argument("if"),
                };
                let name = format!("{}.{n}", choice.group);
                let line = Line {
                    kind: Kind::Choice,
                    choice: Some(choice),
                    interpolated,
                    branch: self.branch(None),
                    ..row(&self.scene, self.file, number, text, plain)
                };
                self.found.push(line);
                if nested {
                    self.open(Branch { indent, flat: false, random: Random::No, name });
                }
            }
            "print" => {
                if let Some(text) = nameless {
                    let condition = argument("if")
                        .map(|condition| format!("if {condition}"))
                        .or_else(|| argument("unless").map(|it| format!("unless {it}")));
                    self.text(&text, number, argument("author"), condition);
                }
            }
            name @ ("if" | "unless" | "else" | "elseif" | "endif") => {
                self.condition(name, number, indent, nested);
            }
            "random" if nested => {
                let name = format!("random@{number}");
                self.open(Branch { indent, flat: false, random: Random::Begun, name });
            }
            "voice" => self.voice = nameless,
            known if self.silent.contains(known) => {}
            unknown => self.found.unknown(&format!("@{unknown}")),
        }
    }

    fn text(&mut self, line: &str, number: u32, author: Option<String>, condition: Option<String>) {
        let (author, text) = match author {
            Some(author) => (Some(author), line),
            None => match self::author(line) {
                Some((author, text)) => (Some(author.to_owned()), text),
                None => (None, line),
            },
        };
        let (plain, interpolated) = plain(text);
        if plain.is_empty() && !interpolated {
            return;
        }
        let mut line = row(&self.scene, self.file, number, text.to_owned(), plain);
        line.interpolated = interpolated;
        line.branch = self.branch(condition);
        line.voice = self.voice.take();
        if let Some(author) = author {
            let (id, appearance) = match author.split_once('.') {
                Some((id, appearance)) => (id, Some(appearance)),
                None => (author.as_str(), None),
            };
            line.kind = Kind::Say;
            // Displayed names are set in the editor, not in scripts: where there is none, the engine shows the id.
            line.speaker = Some(id.to_owned());
            line.speaker_id = Some(id.to_owned());
            line.sprite = appearance.map(|appearance| format!("{id} {appearance}"));
        }
        self.found.push(line);
    }
}

/// `author: text` or `author.appearance: text`; an author has no spaces.
fn author(line: &str) -> Option<(&str, &str)> {
    let (author, text) = line.split_once(": ")?;
    let fits = !author.is_empty()
        && author.chars().count() <= 64
        && !author.contains(|c: char| {
            c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}' | '"' | '<' | '\\')
        });
    fits.then(|| (author, text.trim_start()))
}

/// A word `name:value` is a parameter; a quoted text is not.
fn parameter_name(word: &str) -> Option<&str> {
    let (name, _) = word.split_once(':')?;
    (!name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()))
        .then_some(name)
}

/// Words of a command; quotes and what is inside them stay together.
fn parts(command: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = None;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in command.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' => {
                quoted = !quoted;
                from.get_or_insert(at);
            }
            c if c.is_whitespace() && !quoted => {
                if let Some(from) = from.take() {
                    out.push(&command[from..at]);
                }
            }
            _ => {
                from.get_or_insert(at);
            }
        }
    }
    if let Some(from) = from {
        out.push(&command[from..]);
    }
    out
}

fn unquote(word: &str) -> String {
    let inside = word.strip_prefix('"').map_or(word, |word| word.strip_suffix('"').unwrap_or(word));
    inside.replace("\\\"", "\"")
}

/// Without inline commands, expressions, text ids and rich-text tags; whether an expression was among them.
fn plain(text: &str) -> (String, bool) {
    markup::plain(text, |rest, out| match rest.as_bytes()[0] {
        b'\\' => Some(markup::escaped(rest, out)),
        b'[' => {
            let length = markup::closed(rest, ']')?;
            if rest[1..length - 1].trim() == "br" {
                out.push('\n');
            }
            Some(length)
        }
        b'<' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
            let length = markup::closed(rest, '>')?;
            if rest.starts_with("<br") {
                out.push('\n');
            }
            Some(length)
        }
        b'|' if rest[1..].starts_with('#') => Some(1 + markup::closed(&rest[1..], '|')?),
        _ => None,
    })
}
