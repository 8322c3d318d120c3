//! The text of one script.

use std::collections::HashMap;

use super::tag::{Tag, tag_end};
use super::{Definitions, naming};
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};

/// A text longer than this is cut: no message window shows so much.
const MAX_MESSAGE_BYTES: usize = 1 << 16;

/// Who speaks, and for how long.
#[derive(Debug, Default)]
struct Speaker {
    display: Option<String>,
    id: Option<String>,
    /// Until the next name, not only for this message.
    stays: bool,
    /// A variable says who it is.
    veiled: bool,
}

/// A choice whose text stands between tags.
struct Link {
    target: Option<String>,
    text: String,
    line: u32,
}

/// Reads one script.
pub(super) struct Reader<'a, 'f> {
    file: &'a str,
    definitions: &'a Definitions,
    found: &'f mut Found,
    scene: String,
    speaker: Speaker,
    /// The message so far: as written, as shown, and where it began.
    text: String,
    plain: String,
    began: u32,
    interpolated: bool,
    voice: Option<String>,
    faces: HashMap<String, String>,
    link: Option<Link>,
    /// Choices since the last stop, for their group.
    group: Option<(u32, u32)>,
    /// Inside `[ns]…[nse]`.
    naming: Option<String>,
    /// What ends the passage that is skipped.
    skip_until: Option<&'static [&'static str]>,
    branches: Vec<String>,
    conditions: u32,
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(file: &'a str, definitions: &'a Definitions, found: &'f mut Found) -> Self {
        Self {
            file,
            definitions,
            found,
            scene: file.to_owned(),
            speaker: Speaker::default(),
            text: String::new(),
            plain: String::new(),
            began: 0,
            interpolated: false,
            voice: None,
            faces: HashMap::new(),
            link: None,
            group: None,
            naming: None,
            skip_until: None,
            branches: Vec::new(),
            conditions: 0,
        }
    }

    pub(super) fn read(mut self, text: &str) {
        let mut comment = false;
        for (index, line) in text.lines().enumerate() {
            let number = index as u32 + 1;
            let line = line
                .trim_start_matches(['\t', ' ', '\u{feff}'])
                .trim_end_matches(['\r', '\t', ' ']);
            if comment || line.starts_with("/*") {
                comment = !line.contains("*/");
                continue;
            }
            if self.skip_until.is_some() {
                self.skip(line, number);
                continue;
            }
            self.line(line, number);
        }
        self.flush();
    }

    /// Whether a macro breaks the line, and does no more to the text nor to who speaks.
    fn breaks(&self, tag: &Tag) -> bool {
        let name = &tag.name;
        self.definitions.breaks.contains(name)
            && !self.definitions.pages.contains(name)
            && !self.definitions.passes.contains_key(name)
            && !self.definitions.veiled.contains(name)
            && naming(tag).is_none()
            && self.definitions.macros.get(name).is_some_and(Option::is_none)
    }

    fn skip(&mut self, line: &str, number: u32) {
        // KAG leaves a script only where a line begins with the tag; `//[endscript]` is a comment of the script.
        let script = self.skip_until.is_some_and(|ends| ends.contains(&"endscript"));
        if script && !self.definitions.tyrano && line.starts_with("//") {
            return;
        }
        for tag in super::tags(line) {
            if self.skip_until.is_some_and(|ends| ends.contains(&tag.name.as_str())) {
                self.skip_until = None;
            } else if self.skip_until.is_none() {
                self.tag(&tag, number);
            }
        }
    }

    fn line(&mut self, line: &str, number: u32) {
        if line.is_empty()
            || line.starts_with(';')
            || line.starts_with("//") && self.definitions.tyrano
        {
            return;
        }
        if let Some(label) = line.strip_prefix('*') {
            self.flush();
            let name = label.split('|').next().unwrap_or(label).trim();
            self.scene = format!("{}*{name}", self.file);
            self.group = None;
            self.branches.clear();
        } else if let Some(inside) = line.strip_prefix('@') {
            // Alone on its line, `@tag` is `[tag]`.
            self.inline(&Tag::parse(inside), &format!("[{inside}]"), number);
        } else if let Some(name) = line.strip_prefix(['#', '＃']) {
            self.flush();
            self.named(name.trim(), true);
        } else if let Some((name, rest)) = bracketed_name(line) {
            self.flush();
            self.named(name, false);
            self.text_line(rest, number);
        } else {
            // Tyrano keeps a space at the beginning of a line if `_` stands before it.
            // KAG takes a `\` at the end of a line for "no new line here".
            let line = if self.definitions.tyrano {
                line.strip_prefix('_').unwrap_or(line)
            } else {
                line.strip_suffix('\\').unwrap_or(line)
            };
            self.text_line(line, number);
        }
    }

    fn text_line(&mut self, line: &str, number: u32) {
        let mut rest = line;
        while let Some(open) = rest.find('[') {
            self.words(&rest[..open], number);
            rest = &rest[open..];
            if let Some(after) = rest.strip_prefix("[[") {
                self.words("[", number);
                rest = after;
                continue;
            }
            let Some(end) = tag_end(rest) else { break };
            let tag = Tag::parse(&rest[1..end - 1]);
            if self.skip_until.is_some() {
                if self.skip_until.is_some_and(|ends| ends.contains(&tag.name.as_str())) {
                    self.skip_until = None;
                }
            } else {
                self.inline(&tag, &rest[..end], number);
            }
            rest = &rest[end..];
        }
        self.words(rest, number);
    }

    fn words(&mut self, words: &str, number: u32) {
        if words.is_empty() || self.skip_until.is_some() {
            return;
        }
        if let Some(name) = &mut self.naming {
            name.push_str(words);
        } else if let Some(link) = &mut self.link {
            link.text.push_str(words);
        } else {
            if self.plain.trim().is_empty() {
                self.began = number;
            }
            if self.text.len() > MAX_MESSAGE_BYTES {
                self.flush();
                self.began = number;
            }
            self.text.push_str(words);
            self.plain.push_str(words);
        }
    }

    /// A tag in the middle of text: it stays in the text if a message goes on.
    fn inline(&mut self, tag: &Tag, source: &str, number: u32) {
        let before = self.text.len();
        let shown = match tag.name.as_str() {
            "heart" | "ハート" => Some("♥"),
            "r" | "lr" => Some("\n"),
            _ if self.breaks(tag) => Some("\n"),
            name if name.chars().count() == 1 && !name.is_ascii() => Some(name),
            _ => None,
        };
        if let Some(shown) = shown
            && self.link.is_none()
        {
            if !self.plain.is_empty() {
                self.text.push_str(source);
                self.plain.push_str(shown);
            } else if shown != "\n" {
                self.began = number;
                self.text.push_str(source);
                self.plain.push_str(shown);
            }
            return;
        }
        let whole = !self.interpolated;
        self.tag(tag, number);
        let hole = whole && self.interpolated && self.naming.is_none();
        if (before > 0 || hole) && self.text.len() == before && self.link.is_none() {
            self.text.push_str(source);
        }
    }

    fn tag(&mut self, tag: &Tag, number: u32) {
        match tag.name.as_str() {
            page if super::PAGE.contains(&page) => self.flush(),
            "s" | "jump" | "return" | "call" => {
                self.flush();
                if tag.name == "s" {
                    self.group = None;
                }
            }
            "iscript" => self.skip_until = Some(&["endscript"]),
            "html" => self.skip_until = Some(&["endhtml"]),
            "macro" => {
                self.flush();
                self.skip_until = Some(&["endmacro"]);
            }
            // `ignore` is an `if` the other way round, without sides.
            "if" | "ignore" => {
                self.flush();
                self.conditions += 1;
                self.branches.push(format!("{}{}", tag.name, self.conditions));
            }
            "elsif" | "else" => {
                self.flush();
                if let Some(last) = self.branches.last_mut() {
                    self.conditions += 1;
                    *last = format!("{}{}", tag.name, self.conditions);
                }
            }
            "endif" | "endignore" => {
                self.flush();
                self.branches.pop();
            }
            "emb" => self.interpolated = true,
            "link" => {
                self.flush();
                self.link = Some(Link { target: target(tag), text: String::new(), line: number });
            }
            "endlink" => {
                if let Some(link) = self.link.take() {
                    self.choice(&link.text, link.target, link.line, None);
                }
            }
            "glink" | "button" | "addselect" | "sel01" | "sel02" | "sel03" | "sel04" => {
                self.flush();
                if let Some(text) = tag.first(&["text"]) {
                    self.choice(text, target(tag), number, tag.first(&["cond"]));
                }
            }
            "ns" => self.naming = Some(String::new()),
            "nse" => {
                if let Some(name) = self.naming.take() {
                    self.flush();
                    self.named(name.trim(), false);
                }
            }
            // Text that stands in an attribute, perhaps with its reading.
            "rb" | "ch" => {
                if let Some(base) = tag.first(&["t", "text"]) {
                    let base = base.split('|').next().unwrap_or(base).to_owned();
                    self.words(&base, number);
                }
            }
            "voice" | "vo" | "playvoice" | "pv" | "playvo" => {
                let file = tag.first(&["storage", "file", "s", "name", "id"]);
                self.voice = file
                    .or_else(|| tag.attributes.first().map(|(key, _)| key.as_str()))
                    .map(str::to_owned);
            }
            "chara_show" | "chara_mod" => self.face(tag),
            // What TyranoScript makes of `#name:face`.
            "chara_ptext" => {
                self.flush();
                self.named(tag.first(&["name"]).unwrap_or_default(), true);
                if let (Some(id), Some(face)) = (&self.speaker.id, tag.first(&["face"])) {
                    self.faces.insert(id.clone(), face.to_owned());
                }
            }
            _ => self.other(tag),
        }
    }

    fn other(&mut self, tag: &Tag) {
        if let Some(name) = naming(tag) {
            self.flush();
            self.named(&name, false);
            if let Some(file) = tag.first(&["s", "voice", "v"]) {
                self.voice = Some(file.to_owned());
            }
        } else if let Some(parameter) = self.definitions.passes.get(&tag.name)
            && let Some(name) = tag.first(&[parameter.as_str()])
        {
            self.flush();
            // Such a macro uses `#` in TyranoScript, which stays.
            self.named(name, self.definitions.tyrano);
        } else if self.definitions.veiled.contains(&tag.name) {
            self.flush();
            // What the macro's script makes of its arguments is not known; a character's name there is hardly another's.
            let written = tag.first(&["name", "jname"]);
            let name = written.filter(|name| self.definitions.is_name(name)).unwrap_or("&");
            self.named(name, self.definitions.tyrano);
        } else if let Some(speaker) = self.definitions.macros.get(&tag.name) {
            self.interpolated |= speaker.is_none() && self.definitions.shows.contains(&tag.name);
            if speaker.is_some() || self.definitions.pages.contains(&tag.name) {
                self.flush();
            }
            if let Some(name) = speaker {
                self.named(name, false);
            }
        } else if !self.says_nothing(&tag.name) {
            self.found.unknown(&tag.name);
        }
    }

    /// Tags of the engines that neither show text nor name anybody; TyranoScript's of three dimensions are many.
    fn says_nothing(&self, name: &str) -> bool {
        name.is_empty() || name.starts_with("3d_") || self.definitions.silent.contains(name)
    }

    fn face(&mut self, tag: &Tag) {
        let Some(name) = tag.first(&["name"]) else { return };
        if let Some(face) = tag.first(&["face", "storage"]) {
            self.faces.insert(name.to_owned(), face.to_owned());
        }
    }

    /// `#name`, `#name:face`, `#`: who speaks from here on. `#&f.name` and `#[emb exp=f.name]` are no names: it depends on the player.
    fn named(&mut self, name: &str, stays: bool) {
        if name.starts_with(['%', '&']) || stays && variable(name).is_some() {
            self.speaker = Speaker { stays, veiled: true, ..Speaker::default() };
            return;
        }
        let (name, face) = match name.split_once(':').filter(|_| stays && self.definitions.tyrano) {
            Some((name, face)) => (name.trim(), Some(face.trim())),
            None => (name, None),
        };
        let shown = variable(name);
        let name = shown.as_deref().unwrap_or(name);
        let (display, id) = match self.definitions.characters.get(name) {
            Some(display) => (Some(display.clone()), Some(name.to_owned())),
            None if name.is_empty() => (None, None),
            None => (
                Some(name.to_owned()),
                self.definitions.names.get(name).cloned().or(Some(name.to_owned())),
            ),
        };
        if let (Some(id), Some(face)) = (&id, face) {
            self.faces.insert(id.clone(), face.to_owned());
        }
        self.speaker = Speaker { display, id, stays, veiled: false };
    }

    fn choice(&mut self, text: &str, target: Option<String>, number: u32, condition: Option<&str>) {
        let text = text.trim().to_owned();
        if text.is_empty() {
            return;
        }
        let (group, n) = self.group.map_or((number, 0), |(group, n)| (group, n + 1));
        self.group = Some((group, n));
        let choice = Choice {
            group: format!("{}:{group}", self.file),
            n,
            line: Some(number),
            target,
            condition: condition.map(str::to_owned),
        };
        let interpolated = text.starts_with('&');
        let plain = if interpolated { String::new() } else { text.replace("<br>", "\n") };
        let line = Line {
            kind: Kind::Choice,
            choice: Some(choice),
            interpolated,
            branch: self.branch(),
            ..row(&self.scene, self.file, number, text, plain)
        };
        self.found.push(line);
    }

    fn branch(&self) -> Vec<String> {
        self.branches.iter().take(MAX_BRANCH).cloned().collect()
    }

    /// Ends a message.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let plain = std::mem::take(&mut self.plain);
        let interpolated = std::mem::take(&mut self.interpolated);
        let plain = plain.trim().to_owned();
        if plain.is_empty() {
            return;
        }
        self.group = None;
        let line =
            row(&self.scene, self.file, self.began.max(1), text.trim_end().to_owned(), plain);
        let mut line = said(line, self.speaker.display.as_deref());
        line.interpolated = interpolated || self.speaker.veiled;
        line.branch = self.branch();
        line.voice = self.voice.take();
        if line.kind == Kind::Say {
            line.speaker_id.clone_from(&self.speaker.id);
            line.sprite = self.speaker.id.as_ref().and_then(|id| self.faces.get(id).cloned());
        }
        if !self.speaker.stays {
            self.speaker = Speaker::default();
        }
        self.found.push(line);
    }
}

/// `storage=… target=…` as one name.
fn target(tag: &Tag) -> Option<String> {
    match (tag.first(&["storage"]), tag.first(&["target"])) {
        (None, None) => None,
        (storage, target) => {
            Some(format!("{}{}", storage.unwrap_or_default(), target.unwrap_or_default()))
        }
    }
}

/// The variable that a name shows: `[emb exp=sf.name]`.
fn variable(name: &str) -> Option<String> {
    let inside = name.strip_prefix('[')?.strip_suffix(']')?;
    let tag = Tag::parse(inside);
    let expression = tag.get("exp").filter(|_| tag.name == "emb")?;
    Some(format!("[{expression}]"))
}

/// `【Name】` at the beginning of a line, and what follows.
fn bracketed_name(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix('【')?.split_once('】')?;
    (!name.is_empty() && name.chars().count() <= 24).then(|| (name.trim(), rest.trim_start()))
}
