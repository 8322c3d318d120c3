//! Ink (`.ink`): knots, stitches, choices with nesting marks, gathers, diverts, conditional text. Text is read as written; logic is
//! not run. Ink has no speakers: `Name: text` is taken as one only for names that come back, `# speaker: Name` always. What stands
//! under two choices, or in two branches of a block, carries different branches; a gather ends those of its depth and deeper.

use std::collections::HashMap;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};
use crate::names;

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let counts: HashMap<String, u32> =
        names::count(scripts.iter().flat_map(|script| script.text.lines()).map(content))
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect();
    for script in scripts {
        Reader {
            file: &script.path,
            found,
            counts: &counts,
            scene: script.path.clone(),
            knot: String::new(),
            groups: Vec::new(),
            open: Vec::new(),
        }
        .read(&script.text);
    }
}

struct Reader<'a, 'f> {
    file: &'a str,
    found: &'f mut Found,
    counts: &'a HashMap<String, u32>,
    scene: String,
    knot: String,
    /// Menus that are open: how many marks their choices have, where each began, how many it has so far.
    groups: Vec<(usize, u32, u32)>,
    /// What the text that comes next stands under, outermost first.
    open: Vec<Open>,
}

/// A choice that was taken, or a block in braces.
enum Open {
    /// With how many marks it is written, and what it is called.
    Choice(usize, String),
    /// `{ … }` over several lines.
    Block {
        /// Where it began, and which of its branches is read.
        line: u32,
        branch: u32,
        /// It is a sequence (`{stopping:`, `{&`), whose branches have no conditions.
        sequence: bool,
    },
}

/// Blocks and choices that are followed at most; what is nested deeper counts for the one around it.
const MAX_OPEN: usize = 256;

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        let mut comment = false;
        for (index, line) in text.lines().enumerate() {
            let number = index as u32 + 1;
            let mut line = line.trim().trim_start_matches('\u{feff}');
            if comment {
                match line.split_once("*/") {
                    Some((_, rest)) => {
                        comment = false;
                        line = rest.trim();
                    }
                    None => continue,
                }
            }
            if let Some((before, after)) = line.split_once("/*")
                && !after.contains("*/")
            {
                comment = true;
                line = before.trim();
            }
            let line = match line.find("//").filter(|&at| !line[..at].ends_with(':')) {
                Some(at) => line[..at].trim(),
                None => line,
            };
            if !line.is_empty() {
                self.line(line, number);
            }
        }
    }

    fn line(&mut self, line: &str, number: u32) {
        if let Some(knot) = line.strip_prefix("==") {
            let name = knot.trim_matches(['=', ' ']).trim_start_matches("function ");
            name.split('(').next().unwrap_or(name).trim().clone_into(&mut self.knot);
            self.scene.clone_from(&self.knot);
            self.begin();
            return;
        }
        if let Some(stitch) = line.strip_prefix('=') {
            self.scene =
                format!("{}.{}", self.knot, stitch.split('(').next().unwrap_or(stitch).trim());
            self.begin();
            return;
        }
        let word = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if line.starts_with(['~', '#'])
            || matches!(word, "VAR" | "CONST" | "LIST" | "INCLUDE" | "EXTERNAL" | "TODO")
        {
            return;
        }
        if line.starts_with(['*', '+']) {
            self.choice(line, number);
            return;
        }
        if self.in_block() || opens_block(line) {
            self.block_line(line, number);
            return;
        }
        if line.starts_with("->") || line.starts_with("<-") {
            return;
        }
        let (text, marks) = ungathered(line);
        if marks > 0 {
            self.gather(marks);
            if text.starts_with("->") {
                return;
            }
            // A gather and a choice may share a line.
            let choice = without_label(text);
            if choice.starts_with(['*', '+']) {
                self.choice(choice, number);
                return;
            }
        }
        self.text(without_label(text), number);
    }

    /// A knot or a stitch begins: nothing is open.
    fn begin(&mut self) {
        self.groups.clear();
        self.open.clear();
    }

    fn in_block(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Block { .. }))
    }

    /// What was chosen at this depth or deeper is over. A block is not left by what is gathered in it.
    fn gather(&mut self, marks: usize) {
        self.groups.retain(|(depth, _, _)| *depth < marks);
        self.leave(marks);
    }

    fn leave(&mut self, marks: usize) {
        while matches!(self.open.last(), Some(Open::Choice(depth, _)) if *depth >= marks) {
            self.open.pop();
        }
    }

    /// Counts the braces of a line inside a block, or of one that begins it.
    fn braces(&mut self, line: &str, number: u32, sequence: bool) {
        let (opened, closed) = (line.matches('{').count(), line.matches('}').count());
        for _ in closed..opened.min(closed + MAX_OPEN.saturating_sub(self.open.len())) {
            self.open.push(Open::Block { line: number, branch: 0, sequence });
        }
        for _ in opened..closed {
            let block = self.open.iter().rposition(|open| matches!(open, Open::Block { .. }));
            let Some(block) = block else { break };
            self.open.truncate(block);
        }
    }

    /// Inside `{ condition: … }`: branches begin with `-`; their text is read, their conditions are not.
    fn block_line(&mut self, line: &str, number: u32) {
        let head = line.trim_start_matches(['{', ' ']);
        let words = ["stopping", "shuffle", "cycle", "once"];
        if !self.in_block() {
            let sequence = head.starts_with(['&', '!', '~'])
                || words.iter().any(|word| head.starts_with(word));
            self.braces(line, number, sequence);
            return;
        }
        let text = line.trim_end_matches('}').trim();
        let mut in_sequence = false;
        let text = match text.strip_prefix('-').filter(|rest| !rest.starts_with('>')) {
            Some(rest) => {
                if let Some(block) =
                    self.open.iter().rposition(|open| matches!(open, Open::Block { .. }))
                {
                    self.open.truncate(block + 1);
                    if let Some(Open::Block { branch, sequence, .. }) = self.open.last_mut() {
                        *branch += 1;
                        in_sequence = *sequence;
                    }
                }
                if in_sequence { rest } else { rest.split_once(':').map_or(rest, |(_, text)| text) }
            }
            None => text,
        };
        if !text.trim().is_empty()
            && !text.trim_start().starts_with(['~', '{'])
            && !text.trim_start().starts_with("->")
        {
            self.text(text.trim(), number);
        }
        // A block in a block is one of conditions, unless it says otherwise in its first words.
        let inner = line.trim_start_matches(['-', '{', ' ']);
        let sequence =
            inner.starts_with(['&', '!']) || words.iter().any(|word| inner.starts_with(word));
        self.braces(line, number, sequence);
    }

    /// `* (label) {condition} before[only in the menu]after -> divert`
    fn choice(&mut self, line: &str, number: u32) {
        let text = line.trim_start_matches(['*', '+', ' ', '\t']);
        let marks = line[..line.len() - text.len()].matches(['*', '+']).count();
        self.groups.retain(|(depth, _, _)| *depth <= marks);
        self.leave(marks);
        let text = without_label(text);
        let (condition, text) = conditions(text);
        let (text, target) = divert(text);
        let text = tags(text).0;
        let (shown, after) = match text.split_once('[') {
            Some((before, rest)) => {
                let (inside, after) = rest.split_once(']').unwrap_or((rest, ""));
                (format!("{before}{inside}"), format!("{before}{after}"))
            }
            None => (text.to_owned(), text.to_owned()),
        };
        let shown = shown.trim();
        let (group, n) = match self.groups.last_mut() {
            Some((depth, group, n)) if *depth == marks => {
                *n += 1;
                (*group, *n)
            }
            _ => {
                self.groups.push((marks, number, 0));
                (number, 0)
            }
        };
        let group = format!("{}:{group}", self.file);
        let name = format!("{group}.{n}");
        // One without words is what is left when nothing else can be chosen.
        if !shown.is_empty() {
            let (plain, interpolated) = plain(shown);
            let choice = Choice {
                group,
                n,
                line: Some(number),
                target: target.map(str::to_owned),
                condition: condition.map(str::to_owned),
            };
            let row = row(&self.scene, self.file, number, shown.to_owned(), plain);
            let branch = self.branch();
            self.found.push(Line {
                kind: Kind::Choice,
                choice: Some(choice),
                interpolated,
                branch,
                ..row
            });
        }
        if self.open.len() < MAX_OPEN {
            self.open.push(Open::Choice(marks, name));
        }
        // What is printed once it is chosen, if that differs from what stood in the menu.
        if after.trim() != shown && !after.trim().is_empty() {
            self.text(after.trim(), number);
        }
        if self.in_block() {
            self.braces(line, number, false);
        }
    }

    fn branch(&self) -> Vec<String> {
        let name = |open: &Open| match open {
            Open::Choice(_, name) => name.clone(),
            Open::Block { line, branch, .. } => format!("{{{line}.{branch}"),
        };
        self.open.iter().take(MAX_BRANCH).map(name).collect()
    }

    fn text(&mut self, text: &str, number: u32) {
        let (text, _) = divert(text);
        let (text, tags) = tags(text);
        let text = text.trim().trim_start_matches("<>").trim_end_matches("<>").trim();
        if text.is_empty() {
            return;
        }
        // `>> command`, `>>> command`: what many games tell themselves in their texts.
        if let Some(command) = text.strip_prefix(">>") {
            let command = command.trim_start_matches(['>', ' ']);
            let word = command.split([' ', ':', '(']).next().unwrap_or(command);
            self.found.unknown(&format!(">>{word}"));
            return;
        }
        let tagged = tags.iter().find_map(|tag| {
            let (key, value) = tag.split_once(':')?;
            matches!(key.trim().to_lowercase().as_str(), "speaker" | "name" | "character")
                .then(|| value.trim())
        });
        let (name, words) = match (tagged, names::before_colon(text)) {
            (Some(name), _) => (Some(name), text),
            (None, Some((name, words)))
                if self.counts.get(name).is_some_and(|&count| count > 1) =>
            {
                (Some(name), words)
            }
            _ => (None, text),
        };
        let (plain, interpolated) = plain(words);
        if plain.is_empty() {
            return;
        }
        let mut line = said(row(&self.scene, self.file, number, words.to_owned(), plain), name);
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated;
        line.branch = self.branch();
        self.found.push(line);
    }
}

/// Without the dashes of a gather (`- - text`), and how many there were; those of a divert stay.
fn ungathered(line: &str) -> (&str, usize) {
    let mut text = line;
    let mut marks = 0;
    while let Some(rest) = text.strip_prefix('-').filter(|rest| !rest.starts_with('>')) {
        text = rest.trim_start();
        marks += 1;
    }
    (text, marks)
}

/// A line's text as the counter of names sees it.
fn content(line: &str) -> &str {
    line.trim().trim_start_matches(['*', '+', '-', ' ', '\t'])
}

fn without_label(text: &str) -> &str {
    let Some((label, rest)) = text.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return text;
    };
    if label.chars().all(|c| c == '_' || c.is_alphanumeric()) { rest.trim_start() } else { text }
}

/// `{…}` in front of a choice.
fn conditions(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((condition, rest)) => (Some(condition.trim()), rest.trim_start()),
        None => (None, text),
    }
}

fn divert(text: &str) -> (&str, Option<&str>) {
    match text.find("->") {
        Some(at) => (
            text[..at].trim_end(),
            text[at + 2..].split_whitespace().next().filter(|to| !to.starts_with("->")),
        ),
        None => (text, None),
    }
}

fn tags(text: &str) -> (&str, Vec<&str>) {
    let mut parts = text.split('#');
    let words = parts.next().unwrap_or_default();
    if words.ends_with('\\') {
        return (text, Vec::new());
    }
    (words, parts.map(str::trim).collect())
}

/// A `{` that the line does not close, or that begins a block by itself.
fn opens_block(line: &str) -> bool {
    line.starts_with('{') && line.matches('{').count() > line.matches('}').count()
}

/// The inside of `<b>`, `</i>`, `<color=red>`, or of the glue `<>`.
fn is_tag(inside: &str) -> bool {
    let name = inside.strip_prefix('/').unwrap_or(inside).split('=').next().unwrap_or_default();
    name.len() <= 8 && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Without `{…}` and tags; what an expression would print is not known.
fn plain(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut interpolated = false;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                if depth == 0 {
                    out.push(c);
                }
            }
            '\\' => escaped = true,
            '{' => {
                depth += 1;
                interpolated = true;
            }
            '}' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => match out.rfind('<').filter(|&at| is_tag(&out[at + 1..])) {
                Some(at) => out.truncate(at),
                None => out.push(c),
            },
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (out.trim().to_owned(), interpolated)
}
