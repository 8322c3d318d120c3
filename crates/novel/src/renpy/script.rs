//! The statements of one script.

use std::collections::HashMap;

use super::characters::Cast;
use super::lexer::{Lexer, Monologue, top_level};
use super::lines::Logical;
use super::strings::Strings;
use super::text;
use crate::found::{Found, row};
use crate::line::{Choice, Extends, Kind, Line, MAX_BRANCH};

/// Statements of one line that say nothing; some may carry a block (ATL, styles), which says nothing either.
const SILENT: &[&str] = &[
    "$",
    "define",
    "default",
    "image",
    "transform",
    "screen",
    "style",
    "layeredimage",
    "testcase",
    "testsuite",
    "scene",
    "show",
    "hide",
    "with",
    "play",
    "queue",
    "stop",
    "pause",
    "window",
    "nvl",
    "jump",
    "call",
    "return",
    "pass",
    "camera",
    "layer",
    "audio",
    "old",
    "new",
    "break",
    "continue",
    "stylegroup",
    "python",
    "sound",
    "movie",
    "volume",
    "bubble",
];

/// Takes up the characters that a script defines.
pub(super) fn definitions(lines: &[Logical<'_>], cast: &mut Cast) {
    let mut python_until = 0;
    for (index, line) in lines.iter().enumerate() {
        if index < python_until {
            cast.python_line(&line.text);
            continue;
        }
        let mut statement = &*line.text;
        if let Some(rest) = statement.strip_prefix("init ") {
            // `init -1 python:`, `init 5 define e = …`
            let rest = rest.trim_start().trim_start_matches(['-', '+']);
            statement = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        }
        if is_python_block(statement) {
            python_until = line.end;
        } else if let Some(rest) = statement.strip_prefix('$') {
            cast.python_line(rest.trim_start());
        } else if let Some(rest) =
            statement.strip_prefix("define ").or_else(|| statement.strip_prefix("default "))
        {
            cast.assignment(rest);
        }
    }
}

fn is_python_block(statement: &str) -> bool {
    let mut words = statement.trim_end_matches(':').split_whitespace();
    statement.ends_with(':') && words.next().is_some_and(|word| word == "python")
}

/// Reads one script.
pub(super) struct Reader<'a, 'f> {
    pub(super) file: &'a str,
    pub(super) cast: &'a Cast,
    pub(super) lines: &'a [Logical<'a>],
    pub(super) found: &'f mut Found,
    pub(super) strings: &'f mut Strings,
    pub(super) scene: String,
    /// The last label without a dot in front, which local labels belong to.
    pub(super) global_label: String,
    pub(super) lang: Option<(String, usize)>,
    pub(super) monologue: Monologue,
    pub(super) voice: Option<String>,
    /// What is shown of each image tag.
    pub(super) shown: HashMap<String, String>,
    pub(super) last: Extends,
    pub(super) last_kind: Kind,
    /// Blocks of choices and conditions that are open: where each ends, and its name.
    pub(super) branches: Vec<(usize, String)>,
    /// Menus that are open: where each ends, at which indentation its entries stand, and its group.
    pub(super) menus: Vec<(usize, usize, String)>,
    /// How many conditions have been met, for names of branches.
    pub(super) conditions: u32,
}

impl<'a, 'f> Reader<'a, 'f> {
    pub(super) fn new(
        file: &'a str,
        cast: &'a Cast,
        lines: &'a [Logical<'a>],
        found: &'f mut Found,
        strings: &'f mut Strings,
    ) -> Self {
        Self {
            file,
            cast,
            lines,
            found,
            strings,
            scene: file.to_owned(),
            global_label: String::new(),
            lang: None,
            monologue: Monologue::Double,
            voice: None,
            shown: HashMap::new(),
            last: Extends::default(),
            last_kind: Kind::Narration,
            branches: Vec::new(),
            menus: Vec::new(),
            conditions: 0,
        }
    }

    pub(super) fn read(mut self) {
        let mut index = 0;
        while index < self.lines.len() {
            self.branches.retain(|(end, _)| index < *end);
            self.menus.retain(|(end, _, _)| index < *end);
            if self.lang.as_ref().is_some_and(|(_, end)| index >= *end) {
                self.lang = None;
            }
            let in_menu =
                self.menus.last().filter(|(_, indent, _)| *indent == self.lines[index].indent);
            index = match in_menu.map(|(_, _, group)| group.clone()) {
                Some(group) => self.menu_entry(index, &group),
                None => self.statement(index),
            };
        }
    }

    /// Handles the statement at `index`; returns which comes next.
    fn statement(&mut self, index: usize) -> usize {
        let lines = self.lines;
        let line = &lines[index];
        let mut lexer = Lexer::new(&line.text);
        if lexer.take("$") {
            return index + 1;
        }
        let before = lexer;
        let word = lexer.word().unwrap_or_default();
        let game_statement = self.game_statement(&line.text);
        match word {
            _ if let Some((name, script)) = game_statement => {
                // What is under it is either more of the script, or the game's own business.
                if script {
                    return index + 1;
                }
                self.found.unknown(&name);
                line.end
            }
            "label" if line.text.ends_with(':') => self.label(&mut lexer, index),
            "menu" if line.text.ends_with(':') => self.menu(&mut lexer, index),
            "translate" => self.translate(&mut lexer, index),
            "init" => self.init(&mut lexer, index),
            "rpy" => {
                if lexer.keyword("monologue") {
                    self.monologue = match lexer.word() {
                        Some("single") => Monologue::Single,
                        Some("none") => Monologue::None,
                        _ => Monologue::Double,
                    };
                }
                index + 1
            }
            "voice" if !lexer.rest().trim_start().starts_with(['.', '(']) => {
                if let Some(file) = lexer.string() {
                    self.voice = Some(file);
                }
                index + 1
            }
            "if" | "elif" | "else" | "while" | "for" => self.condition(word, index),
            "show" | "scene" | "hide" if !self.says(before) => {
                self.picture(word, lexer);
                line.end
            }
            _ if SILENT.contains(&word) && !self.says(before) => line.end,
            _ => self.say(before, index),
        }
    }

    /// A statement that the game registered itself (its name may be several words).
    fn game_statement(&self, text: &str) -> Option<(String, bool)> {
        self.cast
            .statements
            .iter()
            .filter(|(name, _)| !name.is_empty())
            .find(|(name, _)| {
                text.strip_prefix(name.as_str()).is_some_and(|rest| {
                    !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric())
                })
            })
            .map(|(name, script)| (name.clone(), *script))
    }

    /// A word of the language may also be a character's name (`sound "Boom"`): it is, if a script defines it and a text follows at once.
    fn says(&self, mut lexer: Lexer<'a>) -> bool {
        let Some(who) = lexer.word() else { return false };
        self.cast.resolve(who).is_some() && lexer.rest().trim_start().starts_with(['"', '\'', '`'])
    }

    fn label(&mut self, lexer: &mut Lexer<'a>, index: usize) -> usize {
        let local = lexer.take(".");
        let mut name = lexer.word().unwrap_or_default().to_owned();
        while lexer.take(".") {
            name = format!("{name}.{}", lexer.word().unwrap_or_default());
        }
        if local {
            name = format!("{}.{name}", self.global_label);
        } else {
            name.split('.').next().unwrap_or(&name).clone_into(&mut self.global_label);
        }
        self.scene = name;
        self.last = Extends::default();
        index + 1
    }

    fn init(&mut self, lexer: &mut Lexer<'a>, index: usize) -> usize {
        let _sign = lexer.take("-");
        let digits = lexer.rest().trim_start();
        let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        if rest == ":" || rest.is_empty() { index + 1 } else { self.lines[index].end }
    }

    fn translate(&mut self, lexer: &mut Lexer<'a>, index: usize) -> usize {
        let line = &self.lines[index];
        let (Some(lang), Some(id)) = (lexer.word(), lexer.word()) else { return line.end };
        if id == "strings" && lang != "None" {
            let block = &self.lines[index + 1..line.end];
            self.strings.block(lang, self.file, self.found.lines.len(), block);
            return line.end;
        }
        if matches!(id, "strings" | "python" | "style") || lang == "None" {
            return line.end;
        }
        // The id is the label and a hash of the original.
        id.rsplit_once('_').map_or(id, |(label, _)| label).clone_into(&mut self.scene);
        self.lang = Some((lang.to_owned(), line.end));
        index + 1
    }

    fn condition(&mut self, word: &str, index: usize) -> usize {
        if word == "if" {
            self.conditions += 1;
        }
        let name = match word {
            "if" => format!("if{}", self.conditions),
            "elif" | "else" => format!("{word}{}@{}", self.conditions, self.lines[index].number),
            _ => return index + 1,
        };
        self.branches.push((self.lines[index].end, name));
        index + 1
    }

    /// `show eileen happy at left`, `scene bg room`, `hide eileen`.
    fn picture(&mut self, word: &str, mut lexer: Lexer<'a>) {
        if word == "scene" {
            self.shown.clear();
        }
        if lexer.keyword("screen") || lexer.keyword("layer") || lexer.keyword("expression") {
            return;
        }
        let Some(tag) = lexer.image_component() else { return };
        if word == "hide" {
            self.shown.remove(tag);
            return;
        }
        let mut name = tag.to_owned();
        while let Some(part) = lexer.image_component() {
            name.push(' ');
            name.push_str(part);
        }
        self.shown.insert(tag.to_owned(), name);
    }

    /// What somebody says in a menu comes first, wherever it stands there; then caption and choices at once. What stands under them is
    /// read on the way.
    fn menu(&mut self, lexer: &mut Lexer<'a>, index: usize) -> usize {
        let line = &self.lines[index];
        let block = &self.lines[index + 1..line.end];
        let Some(indent) = block.first().map(|first| first.indent) else { return index + 1 };
        let name = lexer.word().filter(|_| !line.text.ends_with("menu:"));
        if let Some(name) = name {
            self.scene = name.to_owned();
            name.clone_into(&mut self.global_label);
        }
        let group = format!("{}:{}", self.file, line.number);
        let number = line.number;
        let mut n = 0;
        for (entry, at) in block.iter().zip(index + 1..) {
            if entry.indent == indent && is_said(&entry.text) {
                self.say(Lexer::new(&entry.text), at);
            }
        }
        for entry in block.iter().filter(|entry| entry.indent == indent && !is_said(&entry.text)) {
            let mut lexer = Lexer::new(&entry.text);
            let Some(label) = lexer.string() else { continue };
            if lexer.at_end() {
                self.caption(label, number);
                continue;
            }
            let _arguments = lexer.bracketed();
            let condition = lexer.keyword("if").then(|| lexer.until_colon().to_owned());
            if !lexer.take(":") {
                continue;
            }
            let (plain, interpolated) = text::plain(&label);
            let choice = Choice {
                group: group.clone(),
                n,
                line: Some(entry.number),
                target: self.target(entry),
                condition,
            };
            let line = Line {
                kind: Kind::Choice,
                choice: Some(choice),
                interpolated,
                ..self.row(number, label, plain)
            };
            self.found.push(line);
            n += 1;
        }
        self.menus.push((line.end, indent, group));
        index + 1
    }

    /// A caption is what the narrator says while the menu is shown; an empty one is not shown.
    fn caption(&mut self, label: String, number: u32) {
        if label.is_empty() {
            return;
        }
        let (plain, interpolated) = text::plain(&label);
        let speaker = self.speaker(None).and_then(|narrator| narrator.name);
        let kind = if speaker.is_some() { Kind::Say } else { Kind::Narration };
        let line = Line { kind, speaker, interpolated, ..self.row(number, label, plain) };
        self.strings.caption(self.found.lines.len());
        self.found.push(line);
    }

    /// The label that a choice's block jumps to, if that is all it does.
    fn target(&self, entry: &Logical<'_>) -> Option<String> {
        let at = self.lines.partition_point(|line| line.number <= entry.number);
        let first = self.lines.get(at).filter(|first| first.indent > entry.indent)?;
        let rest = first.text.strip_prefix("jump ").or_else(|| first.text.strip_prefix("call "))?;
        let label = rest.split_whitespace().next()?;
        (label != "expression" && label != "screen").then(|| label.to_owned())
    }

    /// An entry met on the way: its own text was taken with the menu's, so it is the block of a choice that counts.
    fn menu_entry(&mut self, index: usize, group: &str) -> usize {
        let line = &self.lines[index];
        if is_said(&line.text) || Lexer::new(&line.text).string().is_none() {
            return line.end;
        }
        if top_level(&line.text, b':').is_some() {
            self.branches.push((line.end, format!("{group}.{}", line.number)));
        }
        index + 1
    }

    pub(super) fn row(&self, number: u32, text: String, plain: String) -> Line {
        Line {
            lang: self.lang.as_ref().map(|(lang, _)| lang.clone()),
            branch: self.branches.iter().take(MAX_BRANCH).map(|(_, name)| name.clone()).collect(),
            ..row(&self.scene, self.file, number, text, plain)
        }
    }
}

/// Whether an entry of a menu is said by somebody (`e "Which?"`); the others are choices, captions, `with` and `set`.
fn is_said(entry: &str) -> bool {
    let mut lexer = Lexer::new(entry);
    if lexer.keyword("with") || lexer.keyword("set") {
        return false;
    }
    lexer.string().is_none() || lexer.rest().trim_start().starts_with(['"', '\''])
}
