//! Naninovel (`.nani`): `@commands`, `# labels`, `; comments`, and text as `author.appearance: text` with inline `[commands]`.
//!
//! What is indented under a choice, under one line of `@random`, or on one side of a condition carries a branch of its own; so does
//! what stands between `@if` and `@endif` without being indented, as the engine's first versions have it.
//!
//! Any command may stand inside a text: `[print]` begins another one there, `[append]` goes on with it, `[choice]` is offered beside it.

use crate::files::Script;
use crate::found::{Found, row};
use crate::line::{Choice, Extends, Kind, Line, MAX_BRANCH};
use crate::markup;
use crate::words::{Words, words};

/// Commands of the engine that say nothing.
const SILENT: &str = "\
    animate arrange async await back bgm bgmstop blur bokeh br camera char clearbacklog clearchoice \
    closetitle delay despawn despawnall digitglitch else elseif endif exittitle finishprint format gosub goto \
    group hide hideactors hideall hidechars hideprinter hideui hold i if input loadscene lock look movie nav nop \
    openurl part poses printer processinput purgerollback rain random remove repeat resetstate resettext return \
    rollback save screenshot set sfx sfxfast shake show showprinter showui skip skipinput slide snow spawn stop \
    stopbgm stopsfx stopvoice style sun sync synchronize title toast trans tint unless unlock unloadscene unlink \
    voice wait while clear glitch audio line lipsync preload begin end showonly hideonly \
    choicehandler enterdialogue exitdialogue linkprinter unlinkprinter pushrollback timeline";

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
            last: None,
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
    /// Whose words were printed last, and whether somebody said them.
    last: Option<(Kind, Extends)>,
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
                self.last = None;
                self.branches.clear();
            } else if let Some(command) = line.strip_prefix('@') {
                self.command(command, number, indent, nested);
            } else {
                self.generic(line, number, indent);
            }
        }
    }

    /// A line that is no command: a text, with commands inside it.
    fn generic(&mut self, line: &str, number: u32, indent: usize) {
        let (author, text) = match author(line) {
            Some((author, text)) => (Some(author.to_owned()), text),
            None => (None, line),
        };
        let mut part = Part { author, ..Part::default() };
        let mut choices = Vec::new();
        let mut rest = text;
        while let Some((before, command, behind)) = inlined(rest) {
            part.text.push_str(before);
            part.begun |= !before.trim().is_empty();
            let mark = &rest[before.len()..rest.len() - behind.len()];
            rest = behind;
            let words = parts(command);
            let name = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
            match name.as_str() {
                "choice" | "addchoice" => choices.push(command),
                "print" if !appends(&words) => {
                    self.part(std::mem::take(&mut part), number, indent);
                    part.author = argument(&words, "author");
                    part.condition = condition(&words);
                    part.text = nameless(&words, "text").unwrap_or_default();
                    part.begun = true;
                }
                "print" | "append" => {
                    let text = nameless(&words, "text").unwrap_or_default();
                    // A text that is only sometimes there leaves a hole.
                    part.hole |= condition(&words).is_some();
                    part.extends |= part.author.is_none() && !part.begun;
                    part.begun = true;
                    part.text.push_str(&text);
                }
                "if" | "unless" | "else" | "elseif" | "or" | "endif" => part.hole = true,
                _ => {
                    if name.starts_with(char::is_alphabetic) {
                        self.command(command, number, indent, false);
                    }
                    // Line breaks are marks of the text.
                    part.text.push_str(mark);
                }
            }
        }
        part.text.push_str(rest);
        self.part(part, number, indent);
        for choice in choices {
            self.command(choice, number, indent, false);
        }
    }

    fn part(&mut self, part: Part, number: u32, indent: usize) {
        let (plain, interpolated) = plain(&part.text);
        if !plain.is_empty() || interpolated {
            self.ungroup(indent);
            self.text(part, number);
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
        if matches!(command, "else" | "elseif" | "or" | "endif") {
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
        match name.to_lowercase().as_str() {
            "choice" | "addchoice" => {
                let Some(text) = nameless(&words, "choiceSummary").filter(|text| !text.is_empty())
                else {
                    return;
                };
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
                    target: argument(&words, "goto").or_else(|| argument(&words, "gosub")),
                    condition: argument(&words, "if"),
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
            name @ ("print" | "append") => {
                let author = argument(&words, "author");
                let text = nameless(&words, "text").unwrap_or_default();
                let extends = name == "append" || appends(&words);
                let condition = condition(&words);
                let part = Part { author, text, extends, condition, ..Part::default() };
                self.part(part, number, indent);
            }
            name @ ("if" | "unless" | "else" | "elseif" | "or" | "endif") => {
                self.condition(name, number, indent, nested);
            }
            "random" if nested => {
                let name = format!("random@{number}");
                self.open(Branch { indent, flat: false, random: Random::Begun, name });
            }
            "voice" => self.voice = nameless(&words, "path"),
            known if self.silent.contains(known) => {}
            unknown => self.found.unknown(&format!("@{unknown}")),
        }
    }

    fn text(&mut self, part: Part, number: u32) {
        let Part { author, text, extends, condition, hole, .. } = part;
        let (plain, interpolated) = plain(&text);
        let mut line = row(&self.scene, self.file, number, text, plain);
        line.interpolated = interpolated || hole;
        line.branch = self.branch(condition);
        line.voice = self.voice.take();
        // Whose words they are is said where the text begins; what is appended there belongs to it.
        if extends && let Some((kind, last)) = &self.last {
            line.kind = *kind;
            line.extends = Some(last.clone());
            self.found.push(line);
            return;
        }
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
        let (speaker, speaker_id) = (line.speaker.clone(), line.speaker_id.clone());
        self.last = Some((line.kind, Extends { speaker, speaker_id }));
        self.found.push(line);
    }
}

/// What becomes one row.
#[derive(Default)]
struct Part {
    author: Option<String>,
    text: String,
    /// Some of the text was read already.
    begun: bool,
    /// It goes on with the text before it.
    extends: bool,
    /// When it is printed at all.
    condition: Option<String>,
    /// Something stands in it that is only sometimes there.
    hole: bool,
}

/// The first command inside a text (`[command]`), with what stands before and behind it.
fn inlined(text: &str) -> Option<(&str, &str, &str)> {
    let open = markup::outside(text, |rest| rest.starts_with('['))?;
    let inside = &text[open + 1..];
    // Quotes keep brackets together, if they are closed.
    let (mut quoted, mut escaped) = (false, false);
    let close = inside.char_indices().find_map(|(at, c)| {
        let here = !std::mem::take(&mut escaped);
        escaped = here && c == '\\';
        quoted ^= here && c == '"';
        (here && c == ']' && !quoted).then_some(at)
    });
    let close = close.or_else(|| inside.find(']'))?;
    Some((&text[..open], &inside[..close], &inside[close + 1..]))
}

/// The value of a parameter.
fn argument(words: &[&str], key: &str) -> Option<String> {
    let value = |word: &&str| word.strip_prefix(key)?.strip_prefix(':').map(unquote);
    words.iter().skip(1).find_map(value)
}

/// The parameter without a name, which comes first, if it is there; some call it by its name.
fn nameless(words: &[&str], key: &str) -> Option<String> {
    let first = words.get(1).filter(|word| parameter_name(word).is_none());
    first.map(|word| unquote(word)).or_else(|| argument(words, key))
}

/// Under which condition a command is played.
fn condition(words: &[&str]) -> Option<String> {
    argument(words, "if")
        .map(|condition| format!("if {condition}"))
        .or_else(|| argument(words, "unless").map(|condition| format!("unless {condition}")))
}

/// Whether `@print` goes on with what is printed already.
fn appends(words: &[&str]) -> bool {
    words.iter().skip(1).any(|word| {
        matches!(word.to_lowercase().as_str(), "append!" | "append:true" | "!reset" | "reset:false")
    })
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
