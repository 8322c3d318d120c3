//! What people think: blind comparisons, score sheets, marks on single replies. Entries are JSON lines that are only ever appended;
//! tables are counted from them.
//!
//! The dimensions, the marks and the win/tie/lose tables are CharacterGLM's (arXiv 2311.16832), so that figures can stand beside
//! its own. One person's votes are one person's votes: tables say how many there were.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// Longest line that is read, in bytes.
const MAX_LINE: usize = 1 << 20;
/// Most entries that are read.
const MAX_ENTRIES: usize = 200_000;

/// Who won a comparison, seen from the first contender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The first.
    Win,
    /// Neither.
    Tie,
    /// The second.
    Lose,
}

/// One of two replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// What made it: model and settings, as people read it.
    pub label: String,
    /// The reply.
    pub reply: String,
}

/// A comparison that was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballot {
    /// Unix time in milliseconds.
    pub at: u64,
    /// Name of the character.
    pub character: String,
    /// The conversation that was gone on with; `None` where it was none, and in older books.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// What kind of character (`daily life`, …); may be empty.
    #[serde(default)]
    pub category: String,
    /// What the talk was about (`chit_chat`, `interview`, …); may be empty.
    #[serde(default)]
    pub topic: String,
    /// Questions and answers before.
    #[serde(default)]
    pub history: Vec<(String, String)>,
    /// What was said to her.
    pub asked: String,
    /// The first contender.
    pub one: Contender,
    /// The second.
    pub other: Contender,
    /// Which of them stood on the left: places are drawn, and whether they matter can be counted.
    pub one_left: bool,
    /// The vote.
    pub outcome: Outcome,
}

/// CharacterGLM's dimensions, 1 to 5.
pub const DIMENSIONS: [&str; 6] =
    ["consistency", "human_likeness", "engagement", "quality", "safety", "correctness"];

/// A score sheet for a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Unix time in milliseconds.
    pub at: u64,
    /// Name of the character.
    pub character: String,
    /// What made the replies.
    pub label: String,
    /// The conversation.
    #[serde(default)]
    pub conversation: String,
    /// A score for each of [`DIMENSIONS`], 1 to 5; 0 where none was given.
    pub scores: [u8; 6],
}

/// What can be wrong with a reply; the last is a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Not like the character.
    OutOfCharacter,
    /// Against what was said before.
    Contradiction,
    /// Said before.
    Repetition,
    /// Not fluent, or beside the point.
    LowQuality,
    /// Says next to nothing.
    LowInformation,
    /// Leads the talk on: good.
    Proactive,
}

impl Mark {
    /// All of them, in CharacterGLM's order.
    pub const ALL: [Self; 6] = [
        Self::OutOfCharacter,
        Self::Contradiction,
        Self::Repetition,
        Self::LowQuality,
        Self::LowInformation,
        Self::Proactive,
    ];

    /// Whether it says that something is wrong.
    pub fn is_fault(self) -> bool {
        self != Self::Proactive
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::OutOfCharacter => "out_of_character",
            Self::Contradiction => "contradiction",
            Self::Repetition => "repetition",
            Self::LowQuality => "low_quality",
            Self::LowInformation => "low_information",
            Self::Proactive => "proactive",
        }
    }

    /// A mark by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

/// A reply that somebody looked at. A later entry for the same message takes the place of an earlier one; no marks: it is fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// Unix time in milliseconds.
    pub at: u64,
    /// Id of the message.
    pub message: String,
    /// Name of the character.
    pub character: String,
    /// What made the reply.
    pub label: String,
    /// The reply.
    pub reply: String,
    /// The marks.
    pub marks: Vec<Mark>,
}

/// One line of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A comparison.
    Ballot(Ballot),
    /// A score sheet.
    Sheet(Sheet),
    /// Marks.
    Marked(Marked),
}

/// Reads the books. Lines that are none are counted, not fatal: one damaged line must not hide years of votes.
pub fn read(text: &str) -> (Vec<Entry>, usize) {
    let mut entries = Vec::new();
    let mut damaged = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(MAX_ENTRIES) {
        match (line.len() <= MAX_LINE).then(|| serde_json::from_str(line).ok()).flatten() {
            Some(entry) => entries.push(entry),
            None => damaged += 1,
        }
    }
    (entries, damaged)
}

/// Wins, ties and losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// The first was better.
    pub win: u32,
    /// Neither was.
    pub tie: u32,
    /// The second was better.
    pub lose: u32,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Win => self.win += 1,
            Outcome::Tie => self.tie += 1,
            Outcome::Lose => self.lose += 1,
        }
    }

    /// All votes.
    pub fn all(self) -> u32 {
        self.win + self.tie + self.lose
    }
}

/// Two contenders, over all their comparisons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The first, by its label.
    pub one: String,
    /// The second.
    pub other: String,
    /// All votes.
    pub all: Counts,
    /// By category of the character.
    pub by_category: BTreeMap<String, Counts>,
    /// By topic.
    pub by_topic: BTreeMap<String, Counts>,
    /// How often the reply on the left won, of the votes that were no ties.
    pub left_won: (u32, u32),
}

/// Means of the sheets of one contender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetRow {
    /// What made the replies.
    pub label: String,
    /// Sheets.
    pub sheets: u32,
    /// Mean of each dimension; `None` where no sheet has it.
    pub means: [Option<f64>; 6],
}

/// Rates of marks of one contender, in percent of the replies that were looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkRow {
    /// What made the replies.
    pub label: String,
    /// Replies that were looked at.
    pub replies: u32,
    /// Rate of each of [`Mark::ALL`].
    pub rates: [f64; 6],
    /// The five faults together, less proactivity (CharacterGLM's overall).
    pub overall: f64,
}

/// All tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Results {
    /// Comparisons.
    pub pairs: Vec<Pair>,
    /// Sheets.
    pub sheets: Vec<SheetRow>,
    /// Marks.
    pub marks: Vec<MarkRow>,
}

/// Counts the books.
pub fn tally(entries: &[Entry]) -> Results {
    Results { pairs: pairs(entries), sheets: sheets(entries), marks: marks(entries) }
}

fn pairs(entries: &[Entry]) -> Vec<Pair> {
    let mut out: BTreeMap<(String, String), Pair> = BTreeMap::new();
    for entry in entries {
        let Entry::Ballot(ballot) = entry else { continue };
        // The same two are one row, whichever was named first.
        let swapped = ballot.one.label > ballot.other.label;
        let (one, other) = if swapped {
            (&ballot.other.label, &ballot.one.label)
        } else {
            (&ballot.one.label, &ballot.other.label)
        };
        let outcome = match (ballot.outcome, swapped) {
            (Outcome::Win, true) => Outcome::Lose,
            (Outcome::Lose, true) => Outcome::Win,
            (outcome, _) => outcome,
        };
        let pair = out.entry((one.clone(), other.clone())).or_insert_with(|| Pair {
            one: one.clone(),
            other: other.clone(),
            all: Counts::default(),
            by_category: BTreeMap::new(),
            by_topic: BTreeMap::new(),
            left_won: (0, 0),
        });
        pair.all.add(outcome);
        for (name, table) in
            [(&ballot.category, &mut pair.by_category), (&ballot.topic, &mut pair.by_topic)]
        {
            if !name.is_empty() {
                table.entry(name.clone()).or_default().add(outcome);
            }
        }
        if ballot.outcome != Outcome::Tie {
            let left = (ballot.outcome == Outcome::Win) == ballot.one_left;
            pair.left_won.0 += u32::from(left);
            pair.left_won.1 += 1;
        }
    }
    out.into_values().collect()
}

fn sheets(entries: &[Entry]) -> Vec<SheetRow> {
    let mut by_label: BTreeMap<&str, Vec<[u8; 6]>> = BTreeMap::new();
    for entry in entries {
        if let Entry::Sheet(sheet) = entry {
            by_label.entry(&sheet.label).or_default().push(sheet.scores);
        }
    }
    by_label
        .into_iter()
        .map(|(label, all)| SheetRow {
            label: label.to_owned(),
            sheets: all.len() as u32,
            means: std::array::from_fn(|at| {
                let given: Vec<f64> = all
                    .iter()
                    .map(|scores| scores[at])
                    .filter(|score| (1..=5).contains(score))
                    .map(f64::from)
                    .collect();
                (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64)
            }),
        })
        .collect()
}

/// The newest marks of each message, by its id.
pub fn latest(entries: &[Entry]) -> BTreeMap<&str, &Marked> {
    let mut latest = BTreeMap::new();
    for entry in entries {
        if let Entry::Marked(marked) = entry {
            latest.insert(marked.message.as_str(), marked);
        }
    }
    latest
}

/// The newest marks of a message; `None` where nobody looked at it.
pub fn marks_of<'a>(entries: &'a [Entry], message: &str) -> Option<&'a [Mark]> {
    latest(entries).get(message).map(|marked| marked.marks.as_slice())
}

fn marks(entries: &[Entry]) -> Vec<MarkRow> {
    let mut by_label: BTreeMap<&str, (u32, [u32; 6])> = BTreeMap::new();
    for marked in latest(entries).into_values() {
        let (replies, counts) = by_label.entry(&marked.label).or_default();
        *replies += 1;
        for (at, mark) in Mark::ALL.iter().enumerate() {
            counts[at] += u32::from(marked.marks.contains(mark));
        }
    }
    by_label
        .into_iter()
        .map(|(label, (replies, counts))| {
            let rates = counts.map(|count| f64::from(count) * 100.0 / f64::from(replies.max(1)));
            let overall = rates[..5].iter().sum::<f64>() - rates[5];
            MarkRow { label: label.to_owned(), replies, rates, overall }
        })
        .collect()
}

/// Two replies to the same words, the better one first: what preference tuning learns from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferred {
    /// Name of the character.
    pub character: String,
    /// Questions and answers before.
    pub history: Vec<(String, String)>,
    /// What was said to her.
    pub asked: String,
    /// The better reply.
    pub chosen: String,
    /// The other one.
    pub rejected: String,
}

/// The comparisons that were won, as preferences. Ties and equal replies teach nothing.
pub fn preferences(entries: &[Entry]) -> Vec<Preferred> {
    let decided = |entry: &Entry| {
        let Entry::Ballot(ballot) = entry else { return None };
        let (chosen, rejected) = match ballot.outcome {
            Outcome::Win => (&ballot.one.reply, &ballot.other.reply),
            Outcome::Lose => (&ballot.other.reply, &ballot.one.reply),
            Outcome::Tie => return None,
        };
        (chosen != rejected).then(|| Preferred {
            character: ballot.character.clone(),
            history: ballot.history.clone(),
            asked: ballot.asked.clone(),
            chosen: chosen.clone(),
            rejected: rejected.clone(),
        })
    };
    entries.iter().filter_map(decided).collect()
}

/// All entries as a table for spreadsheets (RFC 4180).
pub fn csv(entries: &[Entry]) -> String {
    let mut out = String::from(
        "kind,at,character,category,topic,label,other_label,asked,reply,other_reply,one_left,outcome,marks",
    );
    for dimension in DIMENSIONS {
        // Writing to a string cannot fail.
        let _ok = write!(out, ",{dimension}");
    }
    out.push_str("\r\n");
    let none = || vec![String::new(); 6];
    for entry in entries {
        let (mut cells, scores): (Vec<String>, Vec<String>) = match entry {
            Entry::Ballot(one) => (
                vec![
                    "ballot".into(),
                    one.at.to_string(),
                    one.character.clone(),
                    one.category.clone(),
                    one.topic.clone(),
                    one.one.label.clone(),
                    one.other.label.clone(),
                    one.asked.clone(),
                    one.one.reply.clone(),
                    one.other.reply.clone(),
                    one.one_left.to_string(),
                    format!("{:?}", one.outcome).to_lowercase(),
                    String::new(),
                ],
                none(),
            ),
            Entry::Sheet(one) => {
                let mut cells = vec!["sheet".into(), one.at.to_string(), one.character.clone()];
                cells.extend(
                    ["", "", one.label.as_str(), "", "", "", "", "", "", ""].map(str::to_owned),
                );
                let score =
                    |score: &u8| if *score == 0 { String::new() } else { score.to_string() };
                (cells, one.scores.iter().map(score).collect())
            }
            Entry::Marked(one) => {
                let mut cells = vec!["marks".into(), one.at.to_string(), one.character.clone()];
                cells.extend(
                    ["", "", one.label.as_str(), "", "", one.reply.as_str(), "", "", ""]
                        .map(str::to_owned),
                );
                let names: Vec<&str> = one.marks.iter().map(|mark| mark.name()).collect();
                cells.push(names.join(" "));
                (cells, none())
            }
        };
        cells.extend(scores);
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A cell. What begins like a formula gets an apostrophe, because a reply is a stranger's text and a spreadsheet runs formulas.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if risky { format!("'{cell}") } else { cell.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot(one: &str, other: &str, outcome: Outcome, one_left: bool) -> Entry {
        Entry::Ballot(Ballot {
            at: 1,
            character: "Koto".into(),
            conversation: None,
            category: "daily life".into(),
            topic: "chit_chat".into(),
            history: vec![("Hi".into(), "Hello".into())],
            asked: "Tea, \"green\"?".into(),
            one: Contender { label: one.into(), reply: format!("[joy] {one}") },
            other: Contender { label: other.into(), reply: format!("=cmd {other}") },
            one_left,
            outcome,
        })
    }

    fn marked(message: &str, marks: &[Mark]) -> Entry {
        Entry::Marked(Marked {
            at: 2,
            message: message.into(),
            character: "Koto".into(),
            label: "mini".into(),
            reply: "Mm.".into(),
            marks: marks.to_vec(),
        })
    }

    #[test]
    fn the_same_two_are_one_row_whoever_is_first() {
        let entries = [
            ballot("a", "b", Outcome::Win, true),
            ballot("b", "a", Outcome::Win, true),
            ballot("b", "a", Outcome::Lose, false),
            ballot("a", "b", Outcome::Tie, true),
        ];
        let results = tally(&entries);
        assert_eq!(results.pairs.len(), 1);
        assert_eq!(results.pairs[0].all, Counts { win: 2, tie: 1, lose: 1 });
        // Left won: the first (a), the second (b), and the third (a stood left).
        assert_eq!(results.pairs[0].left_won, (3, 3));
        assert_eq!(results.pairs[0].by_topic["chit_chat"].all(), 4);
        assert_eq!(preferences(&entries).len(), 3);
        assert_eq!(preferences(&entries)[1].chosen, "[joy] b");
    }

    #[test]
    fn marks_are_rates_of_what_was_looked_at() {
        let entries = [
            marked("1", &[Mark::Repetition, Mark::Proactive]),
            marked("2", &[Mark::OutOfCharacter]),
            marked("2", &[]),
            marked("3", &[Mark::Repetition]),
            marked("4", &[]),
        ];
        let row = &tally(&entries).marks[0];
        assert_eq!((row.replies, row.rates), (4, [0.0, 0.0, 50.0, 0.0, 0.0, 25.0]));
        assert!((row.overall - 25.0).abs() < 1e-9);
        assert_eq!(marks_of(&entries, "2"), Some(&[][..]));
        assert_eq!(marks_of(&entries, "9"), None);
    }

    #[test]
    fn sheets_are_means_of_what_was_given() {
        let sheet = |scores| {
            Entry::Sheet(Sheet {
                at: 3,
                character: "Koto".into(),
                label: "mini".into(),
                conversation: String::new(),
                scores,
            })
        };
        let row = &tally(&[sheet([1, 2, 3, 4, 5, 0]), sheet([3, 2, 0, 4, 5, 9])]).sheets[0];
        assert_eq!(row.means, [Some(2.0), Some(2.0), Some(3.0), Some(4.0), Some(5.0), None]);
    }

    #[test]
    fn the_books_come_back_and_a_damaged_line_costs_only_itself() {
        let entries = vec![ballot("a", "b", Outcome::Tie, true), marked("1", &[Mark::LowQuality])];
        let lines: Vec<String> =
            entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let text = format!("{}\n{{\"kind\":\"ballot\"\n\n{}\n", lines[0], lines[1]);
        assert_eq!(read(&text), (entries, 1));
    }

    #[test]
    fn a_spreadsheet_runs_nothing() {
        let table = csv(&[ballot("a", "b", Outcome::Win, true), marked("1", &Mark::ALL)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].contains("\"Tea, \"\"green\"\"?\"") && lines[1].contains(",'=cmd b,"));
        assert_eq!(lines[0].split(',').count(), lines[2].split(',').count());
    }
}
