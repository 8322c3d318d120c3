//! Naninovel (`.nani`): `@commands`, `# labels`, `; comments`, and text as `author.appearance: text` with inline `[commands]`.

use crate::files::Script;
use crate::found::{Found, row};
use crate::line::{Choice, Kind, Line};
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
    group: Option<(u32, u32)>,
}

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            let number = index as u32 + 1;
            let line = line.trim();
            if line.is_empty() || line.starts_with(';') {
                continue;
            }
            if let Some(label) = line.strip_prefix('#') {
                self.scene = format!("{}#{}", self.file, label.trim());
                self.group = None;
            } else if let Some(command) = line.strip_prefix('@') {
                self.command(command, number);
            } else {
                self.group = None;
                self.text(line, number, None);
            }
        }
    }

    fn command(&mut self, command: &str, number: u32) {
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
                let (group, n) = self.group.map_or((number, 0), |(group, n)| (group, n + 1));
                self.group = Some((group, n));
                let (plain, interpolated) = plain(&text);
                let choice = Choice {
                    group: format!("{}:{group}", self.file),
                    n,
                    line: Some(number),
                    target: argument("goto").or_else(|| argument("gosub")),
                    condition: argument("if"),
                };
                let line = Line {
                    kind: Kind::Choice,
                    choice: Some(choice),
                    interpolated,
                    ..row(&self.scene, self.file, number, text, plain)
                };
                self.found.push(line);
            }
            "print" => {
                if let Some(text) = nameless {
                    self.text(&text, number, argument("author"));
                }
            }
            "voice" => self.voice = nameless,
            known if self.silent.contains(known) => {}
            unknown => self.found.unknown(&format!("@{unknown}")),
        }
    }

    fn text(&mut self, line: &str, number: u32, author: Option<String>) {
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
