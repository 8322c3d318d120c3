//! Dumps of other tools: the three-line groups of translators (Japanese, `;` Chinese, blank, each with the same 12-character
//! address) that ChatNVL reads, and VNTextPatch's JSON (`[{name?, message}]`). Built from their descriptions; the
//! former untried on a real dump, the latter tried on four files.

use std::collections::HashMap;

use serde_json::Value;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Kind, Line};

/// Length of the address in front of each line, in characters.
const PREFIX: usize = 12;

/// A group of a dump: what was said, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Line of the Japanese text, from 1.
    pub line: u32,
    /// Japanese, tags and full-width spaces taken off.
    pub jpn: String,
    /// Chinese, likewise.
    pub chs: String,
}

/// Where a dump puts the name: behind the message (koikake) or in front of it (sanoba).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `「message」`, then the name.
    NameAfter,
    /// The name, then `「message」`.
    NameBefore,
}

/// A dump, cut into groups.
#[derive(Debug, Clone)]
pub struct Dump {
    /// Which file.
    pub file: String,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Where it puts names.
    pub order: Order,
    /// Who may speak.
    pub names: Names,
}

/// The dumps among scripts of one folder.
pub(crate) fn dumps(scripts: &[Script]) -> Vec<Dump> {
    let list = scripts.iter().find(|script| script.path.ends_with("names.txt"));
    let names = list.map(|script| Names::read(&script.text)).unwrap_or_default();
    let dumps = scripts.iter().filter(|script| !script.path.ends_with("names.txt"));
    dumps
        .map(|script| {
            let groups = groups(&script.text);
            Dump {
                file: script.path.clone(),
                order: order(&groups, &names),
                groups,
                names: names.clone(),
            }
        })
        .collect()
}

/// Who may speak: `names.txt`, in its order, each name with the number of its line.
#[derive(Debug, Clone, Default)]
pub struct Names {
    list: Vec<(String, usize)>,
    numbers: HashMap<String, usize>,
}

impl Names {
    /// Reads `names.txt`: one character a line, aliases separated by spaces.
    pub fn read(text: &str) -> Self {
        let mut names = Self::default();
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            for alias in line.split_whitespace() {
                if !names.numbers.contains_key(alias) {
                    names.numbers.insert(alias.to_owned(), number);
                    names.list.push((alias.to_owned(), number));
                }
            }
        }
        names
    }

    /// Whose name it is: the number of a line.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// All names, in order.
    pub fn list(&self) -> &[(String, usize)] {
        &self.list
    }
}

impl Group {
    /// The name that this group is, as `names.txt` has it: in the Chinese text, where ChatNVL looks for it, or in the Japanese.
    pub fn name(&self, names: &Names) -> Option<&str> {
        [&self.chs, &self.jpn]
            .into_iter()
            .find(|text| names.number(text).is_some())
            .map(String::as_str)
    }

    /// Whether somebody says it: one of the two texts begins with 「.
    pub fn speaks(&self) -> bool {
        [&self.chs, &self.jpn].into_iter().any(|text| quoted(text).is_some())
    }
}

/// Cuts a dump into groups; nothing where the addresses do not match.
pub fn groups(text: &str) -> Vec<Group> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at + 1 < lines.len() {
        let (first, second) = (lines[at].trim_end(), lines[at + 1].trim_end());
        let pair = split(first).zip(second.strip_prefix(';').and_then(split));
        match pair {
            Some(((address, jpn), (same, chs))) if address == same => {
                out.push(Group { line: at as u32 + 1, jpn: clean(jpn), chs: clean(chs) });
                at += 2;
            }
            _ => at += 1,
        }
    }
    out
}

/// The address, and what follows. A statement that stands below itself as a comment, as in KAG's scripts, is none.
fn split(line: &str) -> Option<(&str, &str)> {
    let at = line.char_indices().nth(PREFIX).map_or(line.len(), |(at, _)| at);
    let (address, text) = line.split_at(at);
    let digits = address.chars().filter(char::is_ascii_hexdigit).count();
    (address.chars().count() == PREFIX && digits >= PREFIX / 2).then_some((address, text))
}

/// Without `<tags>`, full-width spaces and the codes of both games.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        if let Some(close) = rest[open..].find('>') {
            rest = &rest[open + close + 1..];
        } else {
            rest = &rest[open..];
            break;
        }
    }
    out.push_str(rest);
    for code in ["\u{3000}", "\\n", "[・]", "●", "%138;"] {
        out = out.replace(code, "");
    }
    out.trim().to_owned()
}

/// The text between the first 「 and the first 」.
pub fn quoted(text: &str) -> Option<&str> {
    let after = text.strip_prefix('「')?;
    Some(&after[..after.find('」').unwrap_or(after.len())])
}

/// Which of the two orders a dump has: whether names come right behind messages more often than right before them.
pub fn order(groups: &[Group], names: &Names) -> Order {
    let is_name = |group: &Group| group.name(names).is_some();
    let (mut after, mut before) = (0usize, 0usize);
    for pair in groups.windows(2) {
        after += usize::from(pair[0].speaks() && is_name(&pair[1]));
        before += usize::from(is_name(&pair[0]) && pair[1].speaks());
    }
    // Where dialogue runs without narration both counts are alike: the first line decides.
    let first_is_name =
        groups.iter().find(|group| is_name(group) || group.speaks()).is_some_and(is_name);
    if before > after || (before == after && first_is_name) {
        Order::NameBefore
    } else {
        Order::NameAfter
    }
}

/// Reads three-line dumps. `names.txt` beside them says who may speak; without it everything is narration.
pub(crate) fn read_groups(scripts: &[Script], translations: bool, found: &mut Found) {
    for Dump { file, groups, order, names } in dumps(scripts) {
        if names.list().is_empty() {
            found.refuse(
                &file,
                "read as narration: put names.txt beside it (one character a line, aliases separated by spaces) to tell who speaks",
            );
        }
        // The displayed name, and the one of `names.txt`.
        let named = |index: usize| {
            let group: &Group = groups.get(index)?;
            Some((group.jpn.as_str(), group.name(&names)?))
        };
        for (index, group) in groups.iter().enumerate() {
            if group.name(&names).is_some() {
                continue;
            }
            let speaker = match order {
                _ if !group.speaks() => None,
                Order::NameAfter => named(index + 1),
                Order::NameBefore => index.checked_sub(1).and_then(named),
            };
            let mut line = said(
                row(&file, &file, group.line, group.jpn.clone(), group.jpn.clone()),
                speaker.map(|(shown, _)| shown),
            );
            line.speaker_id = speaker.map(|(_, name)| name.to_owned());
            let translated = Line {
                text: group.chs.clone(),
                plain: group.chs.clone(),
                lang: Some("zh".to_owned()),
                ..line.clone()
            };
            found.push(line);
            if translations && !group.chs.is_empty() {
                found.push(translated);
            }
        }
    }
}

/// Reads one file of VNTextPatch; false if it is none.
pub(crate) fn read_messages(path: &str, json: &Value, found: &mut Found) -> bool {
    let Some(rows) = json.as_array().filter(|rows| is_messages(rows)) else { return false };
    for (index, entry) in rows.iter().enumerate() {
        let Some(text) = entry["message"].as_str() else {
            found.unknown("(entry without a message)");
            continue;
        };
        let name = entry["name"].as_str().or_else(|| entry["names"][0].as_str());
        let plain = text.replace("\\n", "\n").trim().to_owned();
        let mut line = said(row(path, path, 0, text.to_owned(), plain), name);
        line.source.line = None;
        line.source.offset = Some(index as u64);
        line.speaker_id.clone_from(&line.speaker);
        if line.kind == Kind::Say || !line.plain.is_empty() {
            found.push(line);
        }
    }
    true
}

/// A list of objects with messages; some may have lost theirs, but not most.
pub(crate) fn is_messages(rows: &[Value]) -> bool {
    let said = rows.iter().filter(|row| row["message"].is_string()).count();
    let named = rows.iter().filter(|row| row.get("message").is_some()).count();
    said > 0 && named * 2 > rows.len()
}
