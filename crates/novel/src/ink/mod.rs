//! Ink (`.ink`): knots, stitches, choices with nesting marks, gathers, diverts, conditional text. Text is read as written; logic is
//! not run. Ink has no speakers: `Name: text` is taken as one only for names that come back, tags always (`speakers.rs`). What stands
//! under two choices, in two branches of a block or on two sides of braces that are a line by themselves carries different branches; a
//! gather ends those of its depth and deeper. Braces among other words are a hole in what is said.

mod logic;
mod marks;
mod speakers;

use std::collections::HashMap;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, MAX_BRANCH};
use crate::{markup, names};

use logic::Logic;
use marks::{conditions, content, divert, plain, tags, ungathered, without_label};

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let counts: HashMap<String, u32> =
        names::count(scripts.iter().flat_map(|script| script.text.lines()).map(content))
            .into_iter()
            .map(|(name, count)| (name.to_owned(), count))
            .collect();
    let hold = speakers::hold(scripts);
    for script in scripts {
        Reader {
            file: &script.path,
            found,
            counts: &counts,
            scene: script.path.clone(),
            knot: String::new(),
            groups: Vec::new(),
            open: Vec::new(),
            last: None,
            hold,
            speaker: None,
            above: None,
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
    /// Menus that are open.
    groups: Vec<Menu>,
    /// What the text that comes next stands under, outermost first.
    open: Vec<Open>,
    /// The text that was read last, as long as what comes next is printed behind it.
    last: Option<Last>,
    /// Names in tags hold until another comes.
    hold: bool,
    /// Who speaks where no other name stands.
    speaker: Option<String>,
    /// Whom tags above a line name; empty for nobody.
    above: Option<String>,
}

/// Choices that are offered together.
struct Menu {
    /// How many marks they have.
    marks: usize,
    /// Where it began, and how many choices it has so far.
    line: u32,
    count: u32,
    /// Who had spoken before any was chosen.
    speaker: Option<String>,
}

/// A text that another may be joined to.
struct Last {
    /// Which row it is.
    row: usize,
    /// It ends with glue (`<>`), and whether a space stands in front of that.
    glue: bool,
    space: bool,
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
        /// Who had spoken before it.
        speaker: Option<String>,
    },
    /// A side of braces on one line.
    Side(String),
}

/// Blocks and choices that are followed at most; what is nested deeper counts for the one around it.
const MAX_OPEN: usize = 256;
/// Braces in braces on one line whose sides are read.
const MAX_NESTED: usize = 8;

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
        if line.starts_with('#') {
            self.tag_above(line);
            return;
        }
        if line.starts_with('~') {
            self.assign(line);
            return;
        }
        if matches!(word, "VAR" | "CONST" | "LIST" | "INCLUDE" | "EXTERNAL" | "TODO") {
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
            self.last = None;
            return;
        }
        let (text, marks) = ungathered(line);
        if marks > 0 {
            self.gather(marks);
            if text.starts_with("->") {
                self.last = None;
                return;
            }
            // A gather may share its line with a choice or with the beginning of a block.
            let rest = without_label(text);
            if rest.starts_with(['*', '+']) {
                self.choice(rest, number);
                return;
            }
            if opens_block(rest) {
                self.block_line(rest, number);
                return;
            }
        }
        self.text(without_label(text), number, None);
    }

    /// A knot or a stitch begins: nothing is open.
    fn begin(&mut self) {
        self.groups.clear();
        self.open.clear();
        self.last = None;
        self.speaker = None;
        self.above = None;
    }

    /// A line of tags, which belong to the text under it.
    fn tag_above(&mut self, line: &str) {
        self.above = speakers::tagged(&tags(line).1).or(self.above.take());
    }

    /// `~ speaker = "Anna"`: who speaks from here on.
    fn assign(&mut self, logic: &str) {
        if let Some(name) = speakers::assigned(logic) {
            self.speaker = Some(name.to_owned()).filter(|name| !name.is_empty());
        }
    }

    fn in_block(&self) -> bool {
        self.open.iter().any(|open| matches!(open, Open::Block { .. }))
    }

    /// What was chosen at this depth or deeper is over. A block is not left by what is gathered in it.
    fn gather(&mut self, marks: usize) {
        self.groups.retain(|menu| menu.marks < marks);
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
            let speaker = self.speaker.clone();
            self.open.push(Open::Block { line: number, branch: 0, sequence, speaker });
        }
        for _ in opened..closed {
            let block = self.open.iter().rposition(|open| matches!(open, Open::Block { .. }));
            let Some(block) = block else { break };
            self.open.truncate(block);
        }
    }

    /// Inside `{ condition: … }`: branches begin with `-`; their text is read, their conditions are not.
    fn block_line(&mut self, line: &str, number: u32) {
        let head = line.trim_start_matches(['-', '{', ' ']);
        let sequence = head.starts_with(['&', '!', '~'])
            || head.split_once(':').is_some_and(|(words, _)| logic::is_sequence(words));
        if !self.in_block() {
            self.last = None;
            self.braces(line, number, sequence);
            return;
        }
        let text = without_ends(line);
        let mut in_sequence = false;
        let text = match text.strip_prefix('-').filter(|rest| !rest.starts_with('>')) {
            Some(rest) => {
                if let Some(block) =
                    self.open.iter().rposition(|open| matches!(open, Open::Block { .. }))
                {
                    self.open.truncate(block + 1);
                    if let Some(Open::Block { branch, sequence, speaker, .. }) =
                        self.open.last_mut()
                    {
                        *branch += 1;
                        in_sequence = *sequence;
                        self.speaker.clone_from(speaker);
                    }
                }
                let rest = rest.trim_start();
                if in_sequence {
                    rest
                } else {
                    logic::condition(rest).map_or(rest, |(_, text)| text)
                }
            }
            None => text,
        };
        let text = text.trim();
        if text.starts_with("->") || text.starts_with("<-") {
            self.last = None;
        } else if text.starts_with('~') {
            self.assign(text);
        } else if text.starts_with('#') {
            self.tag_above(text);
        } else if !text.is_empty() && !opens_block(text) {
            self.text(text, number, None);
        }
        // A block in a block is one of conditions, unless it says otherwise in its first words.
        self.braces(line, number, sequence);
    }

    /// `* (label) {condition} before[only in the menu]after -> divert`
    fn choice(&mut self, line: &str, number: u32) {
        let text = line.trim_start_matches(['*', '+', ' ', '\t']);
        let marks = line[..line.len() - text.len()].matches(['*', '+']).count();
        self.groups.retain(|menu| menu.marks <= marks);
        self.leave(marks);
        self.last = None;
        let text = without_label(text);
        let (condition, text) = conditions(text);
        let (text, target) = divert(text);
        let (text, tags) = tags(text);
        let at = |text: &str, bracket| markup::outside(text, |rest| rest.starts_with(bracket));
        let (shown, after) = match at(text, '[') {
            Some(open) => {
                let (before, rest) = (&text[..open], &text[open + 1..]);
                let close = at(rest, ']').unwrap_or(rest.len());
                let after = rest.get(close + 1..).unwrap_or_default();
                (format!("{before}{}", &rest[..close]), format!("{before}{after}"))
            }
            None => (text.to_owned(), text.to_owned()),
        };
        let shown = shown.trim();
        let (group, n) = match self.groups.last_mut() {
            Some(menu) if menu.marks == marks => {
                menu.count += 1;
                self.speaker.clone_from(&menu.speaker);
                (menu.line, menu.count)
            }
            _ => {
                let speaker = self.speaker.clone();
                self.groups.push(Menu { marks, line: number, count: 0, speaker });
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
                condition,
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
        let by = speakers::tagged(&tags).or(self.above.take());
        if self.hold && by.is_some() {
            self.speaker.clone_from(&by);
        }
        if after.trim() != shown && !after.trim().is_empty() {
            // Whose name holds does not say what is chosen.
            self.text(after.trim(), number, Some(by.as_deref().unwrap_or_default()));
        }
        // Where it leads away, nothing is printed behind it.
        if target.is_some() {
            self.last = None;
        }
        if self.in_block() {
            self.braces(line, number, false);
        }
    }

    fn branch(&self) -> Vec<String> {
        let name = |open: &Open| match open {
            Open::Choice(_, name) | Open::Side(name) => name.clone(),
            Open::Block { line, branch, .. } => format!("{{{line}.{branch}"),
        };
        self.open.iter().take(MAX_BRANCH).map(name).collect()
    }

    /// What is printed; by whom, where that is known already (empty: by nobody whose name only holds).
    fn text(&mut self, text: &str, number: u32, by: Option<&str>) {
        let (all, text) = (text, divert(text).0);
        let leaves = text.len() < all.trim_end().len();
        let (text, tags) = tags(text);
        let (text, glued) = match text.trim().strip_prefix("<>") {
            Some(text) => (text, true),
            None => (text.trim(), false),
        };
        let (text, glue) = match text.strip_suffix("<>") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let ends = [text.starts_with(char::is_whitespace), text.ends_with(char::is_whitespace)];
        let text = text.trim();
        let last = self.last.take();
        // `>> command`, `>>> command`: what many games tell themselves in their texts.
        if let Some(command) = text.strip_prefix(">>") {
            let command = command.trim_start_matches(['>', ' ']);
            let word = command.split([' ', ':', '(']).next().unwrap_or(command);
            self.found.unknown(&format!(">>{word}"));
            return;
        }
        let tagged = speakers::tagged(&tags).or(self.above.take());
        if self.hold && tagged.is_some() {
            self.speaker.clone_from(&tagged);
        }
        let tagged = tagged.as_deref();
        if let Some(last) = last.filter(|last| glued || last.glue)
            && self.found.lines.get(last.row).is_some_and(|row| row.branch == self.branch())
        {
            let glue = glue || (text.is_empty() && glued);
            let space = if text.is_empty() { last.space || ends[1] } else { ends[1] };
            self.join(&last, text, ends[0], tagged);
            self.last = (!leaves).then_some(Last { glue, space, ..last });
            return;
        }
        if text.is_empty() {
            // Tags alone, behind a gather or on a side, are those of the text under them.
            self.above = tagged.map(str::to_owned);
            return;
        }
        let before = names::before_colon(text)
            .filter(|(name, _)| self.counts.get(*name).is_some_and(|&count| count > 1));
        let (name, words) = match (tagged.or(by.filter(|by| !by.is_empty())), before) {
            (Some(name), _) => (Some(name.to_owned()), text),
            (None, Some((name, words))) => (Some(name.to_owned()), words),
            (None, None) => (self.speaker.clone().filter(|_| by.is_none()), text),
        };
        // What an expression in a name would show is not known.
        let veiled = name.as_ref().is_some_and(|name| name.contains('{'));
        let name = name.filter(|_| !veiled);
        let (plain, interpolated) = plain(words);
        if plain.is_empty() {
            if interpolated {
                self.sides(words, number, name.as_deref());
            }
            return;
        }
        let row = row(&self.scene, self.file, number, words.to_owned(), plain);
        let mut line = said(row, name.as_deref());
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated || veiled;
        line.branch = self.branch();
        self.last = (!leaves).then_some(Last { row: self.found.lines.len(), glue, space: ends[1] });
        self.found.push(line);
    }

    /// A text that glue makes one with the row before.
    fn join(&mut self, last: &Last, text: &str, space: bool, speaker: Option<&str>) {
        let Some(row) = self.found.lines.get_mut(last.row) else { return };
        let (plain, interpolated) = plain(text);
        let space = if last.space || space { " " } else { "" };
        for (whole, part) in [(&mut row.text, text), (&mut row.plain, plain.as_str())] {
            if !part.is_empty() {
                whole.push_str(space);
                whole.push_str(part);
            }
        }
        row.interpolated |= interpolated;
        if row.speaker.is_none()
            && let Some(name) = speaker
        {
            row.kind = Kind::Say;
            row.speaker = Some(name.to_owned());
            row.speaker_id = Some(name.to_owned());
        }
    }

    /// A line of nothing but braces: each side of a condition or sequence is a text of its own.
    fn sides(&mut self, words: &str, number: u32, name: Option<&str>) {
        let nested = self.open.iter().filter(|open| matches!(open, Open::Side(_))).count();
        if nested >= MAX_NESTED || self.open.len() >= MAX_OPEN {
            return;
        }
        for (pair, inside) in logic::braces(words).into_iter().enumerate() {
            match logic::logic(inside) {
                Logic::One(sides) => {
                    for (side, text) in sides.into_iter().enumerate() {
                        self.open.push(Open::Side(format!("{{{number}/{pair}.{side}")));
                        self.text(text, number, name);
                        self.open.pop();
                    }
                }
                Logic::Value => {}
                Logic::Unknown => self.found.unknown(&format!("{{{inside}")),
            }
        }
        self.last = None;
    }
}

/// A `{` that the line does not close, or that begins a block by itself.
fn opens_block(line: &str) -> bool {
    line.starts_with('{') && line.matches('{').count() > line.matches('}').count()
}

/// Without the braces at its end that close more than the line opens.
fn without_ends(line: &str) -> &str {
    let mut line = line.trim_end();
    let opened = line.matches('{').count();
    for _ in opened..line.matches('}').count() {
        let Some(rest) = line.strip_suffix('}') else { break };
        line = rest.trim_end();
    }
    line
}
