//! ChatNVL's way to make a dataset, step by step and with its numbers, so that its results can be compared.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Serialize;

use super::Example;
use super::write::{Written, write_alpaca, write_json};
use crate::dumps::{Group, Names, Order, quoted};
use crate::error::Error;
use crate::line::{Kind, Line};

/// A line of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chat {
    /// Japanese, or the original.
    pub jpn: String,
    /// Chinese, or the original where there is no translation.
    pub chs: String,
    /// Who says it.
    pub speaker: String,
}

/// The numbers of its `generate_data`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Characters of a whole row.
    pub max_length: usize,
    /// Characters of a group.
    pub window_size: usize,
    /// Characters that carry no meaning. Its list is not published with the code; this one is ours.
    pub stopwords: HashSet<char>,
    /// Which of the two texts is taken.
    pub japanese: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_length: 384,
            window_size: 128,
            stopwords: STOPWORDS.chars().collect(),
            japanese: false,
        }
    }
}

/// Particles, pronouns and marks of Chinese, kana of exclamations, marks.
const STOPWORDS: &str = "的了是我你他她它们这那在有和就不都也吗呢吧啊呀哦嗯哈唉诶欸嘛呵啦哇喔噢咦唔呜哎んっあうえおーッ…。，、！？～·—“”‘’「」『』（）()!?,.~ ";

/// Consecutive lines without a speaker that end a dialogue.
const MAX_GAP: usize = 3;
/// A dialogue has more lines than this.
const MIN_CHATS: usize = 2;

/// Dialogues of a dump: `chat.json`.
pub fn dialogues(groups: &[Group], names: &Names, order: Order) -> Vec<Vec<Chat>> {
    let mut cutter = Dialogues::default();
    // What waits for the other half: a message for its name, or a name for its message.
    let mut message: Option<&Group> = None;
    let mut speaker: Option<&str> = None;
    for group in groups {
        let complete = match (order, group.name(names), group.speaks()) {
            (Order::NameAfter, _, true) => {
                message = Some(group);
                continue;
            }
            (Order::NameBefore, Some(name), _) => {
                speaker = Some(name);
                continue;
            }
            (Order::NameAfter, Some(name), false) => message.take().map(|message| (message, name)),
            (Order::NameBefore, None, true) => speaker.take().map(|name| (group, name)),
            _ => None,
        };
        match complete {
            Some((group, name)) => cutter.chat(Chat {
                jpn: inside(&group.jpn),
                chs: inside(&group.chs),
                speaker: name.to_owned(),
            }),
            None => cutter.gap(),
        }
    }
    cutter.finish()
}

/// All text of a dump but the names, original and translation: `full.json`.
pub fn full(groups: &[Group], names: &Names) -> Vec<(String, String)> {
    let told = groups.iter().filter(|group| group.name(names).is_none());
    told.map(|group| (inside(&group.jpn), inside(&group.chs))).collect()
}

/// A text without its quotation marks, where it has some.
fn inside(text: &str) -> String {
    quoted(text).unwrap_or(text).to_owned()
}

/// Dialogues of any novel's rows, cut by the same rule; the text of a translation stands in `chs`.
pub fn dialogues_of_lines(lines: &[Line], lang: Option<&str>) -> Vec<Vec<Chat>> {
    let mut translated: HashMap<(&str, Option<u32>, Option<u64>), &str> = HashMap::new();
    for line in lines.iter().filter(|line| line.lang.is_some() && line.lang.as_deref() == lang) {
        translated.insert((&line.source.file, line.source.line, line.source.offset), &line.plain);
    }
    let mut cutter = Dialogues::default();
    let mut file = "";
    for line in lines.iter().filter(|line| line.lang.is_none()) {
        if file != line.source.file {
            file = &line.source.file;
            cutter.cut();
        }
        match (line.kind, line.voice_of()) {
            (Kind::Say, Some(speaker)) => {
                let place = (line.source.file.as_str(), line.source.line, line.source.offset);
                let chs = translated.get(&place).copied().unwrap_or(&line.plain);
                cutter.chat(Chat {
                    jpn: inside(&line.plain),
                    chs: inside(chs),
                    speaker: speaker.to_owned(),
                });
            }
            _ => cutter.gap(),
        }
    }
    cutter.finish()
}

#[derive(Default)]
struct Dialogues {
    done: Vec<Vec<Chat>>,
    open: Vec<Chat>,
    gap: usize,
}

impl Dialogues {
    fn chat(&mut self, chat: Chat) {
        self.gap = 0;
        self.open.push(chat);
    }

    fn gap(&mut self) {
        self.gap += 1;
        if self.gap > MAX_GAP {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.gap = 0;
        let open = std::mem::take(&mut self.open);
        if open.len() > MIN_CHATS {
            self.done.push(open);
        }
    }

    fn finish(mut self) -> Vec<Vec<Chat>> {
        self.cut();
        self.done
    }
}

/// A line as `generate_data` leaves it: one `…` for many, no dashes; nothing if it is too short or says too little.
fn cleaned(text: &str, settings: &Settings) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if c != '—' && (c != '…' || before != '…') {
            out.push(c);
        }
        before = c;
    }
    let length = out.chars().count();
    let empty = out.chars().filter(|c| settings.stopwords.contains(c)).count();
    (length >= 6 && empty * 2 <= length).then_some(out)
}

/// Lines of one speaker in a row become one turn.
fn merged(dialogue: &[Chat], settings: &Settings) -> Vec<(String, String)> {
    let mut turns: Vec<(String, String)> = Vec::new();
    for chat in dialogue {
        let text = if settings.japanese { &chat.jpn } else { &chat.chs };
        let Some(text) = cleaned(text, settings) else { continue };
        match turns.last_mut().filter(|(speaker, _)| *speaker == chat.speaker) {
            Some((_, turn)) => {
                if !turn.ends_with(['。', '，', '？', '！', '）', '…']) {
                    turn.push('。');
                }
                turn.push_str(&text);
            }
            None => turns.push((chat.speaker.clone(), text)),
        }
    }
    turns
}

/// Rows of the whole game, and rows with only the answers of `person` (any of the names).
pub fn generate(
    dialogues: &[Vec<Chat>],
    person: &[String],
    settings: &Settings,
) -> (Vec<Example>, Vec<Example>) {
    let (mut all, mut personal) = (Vec::new(), Vec::new());
    let width = settings.max_length / settings.window_size.max(1);
    let step = width.saturating_sub(1).max(1);
    for (number, dialogue) in dialogues.iter().enumerate() {
        let turns = merged(dialogue, settings);
        if turns.len() < 2 {
            continue;
        }
        let groups = grouped(&turns, settings.window_size);
        let scene = format!("dialogue {number}");
        for from in (0..groups.len()).step_by(step) {
            let window: Vec<&(String, String)> = groups[from..(from + width).min(groups.len())]
                .iter()
                .flat_map(|group| group.iter())
                .collect();
            for offset in 0..2.min(window.len()) {
                let pairs = || window[offset..].chunks_exact(2);
                all.extend(example(
                    pairs().map(|two| (two[0].1.clone(), two[1].1.clone())).collect(),
                    &scene,
                ));
                let own = pairs().filter(|two| person.contains(&two[1].0));
                personal.extend(example(
                    own.map(|two| (two[0].1.clone(), two[1].1.clone())).collect(),
                    &scene,
                ));
            }
        }
    }
    (all, personal)
}

/// Turns until they have `window` characters; what is left makes a last group.
fn grouped(turns: &[(String, String)], window: usize) -> Vec<&[(String, String)]> {
    let mut groups = Vec::new();
    let (mut from, mut size) = (0, 0);
    for (at, (_, text)) in turns.iter().enumerate() {
        size += text.chars().count();
        if size >= window {
            groups.push(&turns[from..=at]);
            from = at + 1;
            size = 0;
        }
    }
    if from < turns.len() {
        groups.push(&turns[from..]);
    }
    groups
}

fn example(mut pairs: Vec<(String, String)>, scene: &str) -> Option<Example> {
    let (prompt, answer) = pairs.pop()?;
    Some(Example { history: pairs, prompt, answer, scene: scene.to_owned(), ..Example::default() })
}

/// Writes `{game}.chat.json`, `{game}.full.json`, `{game}.name.json` and `generated/{game}.all.json`,
/// `generated/{game}.{person_id}.json`.
///
/// # Errors
/// If a file cannot be written, or no dialogue has an answer.
pub fn write(
    folder: &Path,
    game: &str,
    source: &Source<'_>,
    person: &[String],
    person_id: &str,
    settings: &Settings,
) -> Result<Vec<Written>, Error> {
    let (all, personal) = generate(source.dialogues, person, settings);
    if all.is_empty() {
        return Err(Error::Empty(
            "no dialogue has more than two lines that say something: choose scripts with speakers, or more of them".to_owned(),
        ));
    }
    let mut files = vec![
        write_json(
            folder,
            &format!("{game}.chat.json"),
            source.dialogues.len(),
            &source.dialogues,
        )?,
        write_json(folder, &format!("{game}.full.json"), source.full.len(), &source.full)?,
        write_json(folder, &format!("{game}.name.json"), source.names.len(), &source.names)?,
        write_alpaca(folder, &format!("generated/{game}.all.json"), &all)?,
    ];
    if !person.is_empty() {
        files.push(write_alpaca(folder, &format!("generated/{game}.{person_id}.json"), &personal)?);
    }
    Ok(files)
}

/// What the files are made of.
#[derive(Debug)]
pub struct Source<'a> {
    /// Dialogues.
    pub dialogues: &'a [Vec<Chat>],
    /// All text without names, original and translation.
    pub full: &'a [(String, String)],
    /// Names with their numbers.
    pub names: &'a [(String, usize)],
}
