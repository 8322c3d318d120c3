//! A whole novel: files sorted by what they are, each kind given to its reader.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::encoding::decode;
use crate::error::Error;
use crate::files::{File, Folder, Script};
use crate::found::{Found, Refusal};
use crate::line::{Kind, Line};
use crate::sniff::{self, Format};
use crate::{
    bgi, chatlog, dumps, ink, kag, names, naninovel, nscripter, plain, psb, renjs, renpy, scn,
    webgal, yarn,
};

/// The engine that made a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Ren'Py.
    RenPy,
    /// KiriKiri: KAG scripts and `.scn`.
    KiriKiri,
    /// TyranoScript.
    Tyrano,
    /// NScripter, ONScripter.
    NScripter,
    /// BGI/Ethornell.
    Bgi,
    /// Naninovel.
    Naninovel,
    /// Ink.
    Ink,
    /// Yarn Spinner.
    Yarn,
    /// WebGAL.
    WebGal,
    /// RenJS.
    RenJs,
    /// JSON of VNTextPatch.
    VnTextPatch,
    /// Three-line dumps as ChatNVL reads them.
    ChatNvl,
    /// Chats of SillyTavern and TavernAI.
    ChatLog,
    /// Text with names in front.
    Plain,
}

impl Engine {
    /// Its name, as `novel scan` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RenPy => "renpy",
            Self::KiriKiri => "kirikiri",
            Self::Tyrano => "tyrano",
            Self::NScripter => "nscripter",
            Self::Bgi => "bgi",
            Self::Naninovel => "naninovel",
            Self::Ink => "ink",
            Self::Yarn => "yarn",
            Self::WebGal => "webgal",
            Self::RenJs => "renjs",
            Self::VnTextPatch => "vntextpatch",
            Self::ChatNvl => "chatnvl",
            Self::ChatLog => "chatlog",
            Self::Plain => "plain",
        }
    }

    /// Whether its reader has been tried on scripts of real games or of the engine's own makers.
    pub fn tried(self) -> bool {
        matches!(
            self,
            Self::RenPy
                | Self::KiriKiri
                | Self::Tyrano
                | Self::NScripter
                | Self::Naninovel
                | Self::Ink
                | Self::RenJs
                | Self::Yarn
                | Self::WebGal
                | Self::Bgi
                | Self::VnTextPatch
                | Self::ChatLog
        )
    }
}

/// What a folder of scripts holds.
#[derive(Debug, Default)]
pub struct Novel {
    /// Rows, by file and line.
    pub lines: Vec<Line>,
    /// Rows by engine.
    pub engines: BTreeMap<Engine, u64>,
    /// Scripts that were read.
    pub files: usize,
    /// Statements that no reader knows, with how often they came.
    pub unknown: BTreeMap<String, u64>,
    /// Files that were recognised but not read, and why.
    pub refused: Vec<Refusal>,
    /// Scripts in each encoding.
    pub encodings: BTreeMap<String, u64>,
    /// Chats among the files, with their swipes.
    pub chats: Vec<(String, chatlog::Chat)>,
    /// Three-line dumps among the files.
    pub dumps: Vec<dumps::Dump>,
}

/// The answer of `hanashi novel scan`.
#[derive(Debug, Clone, Serialize)]
pub struct Scan {
    /// Version of this answer.
    pub v: u32,
    /// Engine of most rows; none if nothing was found.
    pub engine: Option<Engine>,
    /// Scripts that were read.
    pub files: usize,
    /// Rows of the original: what is said, told and chosen.
    pub lines: usize,
    /// Displayed names with their rows, most first.
    pub speakers: serde_json::Map<String, Value>,
    /// Statements that no reader knows.
    pub unknown: BTreeMap<String, u64>,
    /// Rows by engine, where there are several.
    pub engines: BTreeMap<Engine, u64>,
    /// The reader has been tried on real scripts.
    pub tried: bool,
    /// Rows that are narration.
    pub narration: usize,
    /// Rows that are choices.
    pub choices: usize,
    /// Scripts in each encoding.
    pub encodings: BTreeMap<String, u64>,
    /// Files that were not read, and why.
    pub refused: Vec<Refusal>,
}

/// Files sorted by what they are.
#[derive(Default)]
struct Sorted {
    scripts: BTreeMap<Format, Vec<Script>>,
    trees: Vec<(String, Value)>,
    messages: Vec<(String, Value)>,
    compiled: Vec<File>,
    /// Text files that say too little of themselves.
    undecided: Vec<Script>,
    /// A person chose this one file.
    chosen: bool,
    encodings: BTreeMap<String, u64>,
}

impl Novel {
    /// Reads everything in a folder; rows of translations only if asked for.
    pub fn read(folder: Folder, translations: bool) -> Self {
        let mut found = Found::default();
        found.refused = folder.refused;
        let mut sorted = sort(folder.files, folder.chosen, &mut found);
        follow_neighbours(&mut sorted);
        drop_copies(&mut sorted, &mut found);
        let files = sorted.scripts.values().map(Vec::len).sum::<usize>()
            + sorted.trees.len()
            + sorted.messages.len()
            + sorted.compiled.len();
        let mut engines = BTreeMap::new();
        let of = |format| sorted.scripts.get(&format).map(Vec::as_slice).unwrap_or_default();
        let chats = of(Format::ChatLog)
            .iter()
            .filter_map(|script| Some((script.path.clone(), chatlog::parse(&script.text)?.0)));
        let chats = chats.collect();
        let dumps = dumps::dumps(of(Format::Dump));
        read_all(&mut sorted, translations, &mut found, &mut engines);
        engines.retain(|_, rows| *rows > 0);
        let mut lines = found.lines;
        if !translations {
            lines.retain(|line| line.lang.is_none());
        }
        Self {
            lines,
            engines,
            files,
            unknown: found.unknown,
            refused: found.refused,
            encodings: sorted.encodings,
            chats,
            dumps,
        }
    }

    /// The engine of most rows.
    pub fn engine(&self) -> Option<Engine> {
        self.engines.iter().max_by_key(|(_, rows)| **rows).map(|(engine, _)| *engine)
    }

    /// Who speaks how much, what was not understood, what was refused.
    pub fn scan(&self) -> Scan {
        let original = || self.lines.iter().filter(|line| line.lang.is_none());
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for name in original().filter_map(Line::voice_of) {
            *counts.entry(name).or_default() += 1;
        }
        let mut speakers: Vec<(&str, u64)> = counts.into_iter().collect();
        speakers.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let speakers =
            speakers.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
        let of = |kind| original().filter(|line| line.kind == kind).count();
        Scan {
            v: 1,
            engine: self.engine(),
            files: self.files,
            lines: original().count(),
            speakers,
            unknown: self.unknown.clone(),
            engines: self.engines.clone(),
            tried: self.engines.keys().all(|engine| engine.tried()),
            narration: of(Kind::Narration),
            choices: of(Kind::Choice),
            encodings: self.encodings.clone(),
            refused: self.refused.clone(),
        }
    }
}

fn sort(files: Vec<File>, chosen: bool, found: &mut Found) -> Sorted {
    let mut sorted = Sorted { chosen, ..Sorted::default() };
    for File { path, bytes } in files {
        if psb::is_psb(&bytes) {
            match psb::parse(&bytes) {
                Ok((tree, damaged)) if scn::is_scenes(&tree) => {
                    for _ in 0..damaged {
                        found.unknown("(damaged value)");
                    }
                    sorted.trees.push((path, tree));
                }
                // PSB also holds pictures and motions.
                Ok(_) => {}
                Err(error) => found.refuse(&path, error.to_string()),
            }
        } else if bytes.starts_with(bgi::MAGIC) {
            sorted.compiled.push(File { path, bytes });
        } else {
            match text_of(&bytes) {
                Ok((text, encoding)) => {
                    if sort_text(path, text, &mut sorted) {
                        *sorted.encodings.entry(encoding).or_default() += 1;
                    }
                }
                Err(error) => found.refuse(&path, error.to_string()),
            }
        }
    }
    sorted
}

/// The text of a file, and how it was written.
fn text_of(bytes: &[u8]) -> Result<(String, String), Error> {
    if kag::scrambled::is_scrambled(bytes) {
        return Ok((kag::scrambled::unscramble(bytes)?, "UTF-16LE, scrambled".to_owned()));
    }
    let xored = nscripter::is_xored(bytes) && std::str::from_utf8(bytes).is_err();
    let decoded = if xored { decode(&nscripter::unxor(bytes)) } else { decode(bytes) };
    let encoding = format!(
        "{}{}{}",
        decoded.encoding,
        if xored { ", XOR 0x84" } else { "" },
        if decoded.damaged { ", with damage" } else { "" }
    );
    Ok((decoded.text, encoding))
}

/// Puts a text where it belongs; false if it is no script.
fn sort_text(path: String, text: String, sorted: &mut Sorted) -> bool {
    let start = text.trim_start();
    let format = if start.starts_with(['[', '{'])
        && let Ok(value) = serde_json::from_str::<Value>(&text)
    {
        match sniff::json(&value) {
            Some(Format::Scn) => {
                sorted.trees.push((path, value));
                return true;
            }
            Some(Format::VnTextPatch) => {
                sorted.messages.push((path, value));
                return true;
            }
            // A chat of one message is one JSON value too.
            None if value["mes"].is_string() => Some(Format::ChatLog),
            format => format,
        }
    } else if path.ends_with("names.txt") {
        Some(Format::Dump)
    } else {
        sniff::text(&path, &text)
    };
    let format = format.or_else(|| {
        let talk = sorted.chosen && sniff::is_prose(&path) && plain::is_exchange(&text);
        talk.then_some(Format::Plain)
    });
    let undecided = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "txt");
    match format {
        Some(format) => sorted.scripts.entry(format).or_default().push(Script { path, text }),
        None if undecided => sorted.undecided.push(Script { path, text }),
        None => {}
    }
    format.is_some()
}

/// WebGAL's scenes are text files of one folder; a short one is known by its neighbours.
fn follow_neighbours(sorted: &mut Sorted) {
    let folder =
        |script: &Script| script.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let undecided = std::mem::take(&mut sorted.undecided);
    let Some(scenes) = sorted.scripts.get(&Format::WebGal) else { return };
    let folders: std::collections::HashSet<String> = scenes.iter().map(folder).collect();
    let plain = sorted.scripts.remove(&Format::Plain).unwrap_or_default();
    let (ours, plain): (Vec<_>, Vec<_>) =
        plain.into_iter().partition(|script| folders.contains(&folder(script)));
    if !plain.is_empty() {
        sorted.scripts.insert(Format::Plain, plain);
    }
    let scenes = sorted.scripts.entry(Format::WebGal).or_default();
    scenes.extend(ours);
    scenes.extend(undecided.into_iter().filter(|script| folders.contains(&folder(script))));
    scenes.sort_by(|a, b| a.path.cmp(&b.path));
}

/// A script beside an archive that also holds it is the one the engine would take. `names.txt` alone makes no dump, and names before
/// colons in what stands beside a game's scripts to be read are nobody's.
fn drop_copies(sorted: &mut Sorted, found: &mut Found) {
    if sorted.scripts.keys().any(|format| *format != Format::Plain)
        && let Some(plain) = sorted.scripts.get_mut(&Format::Plain)
    {
        plain.retain(|script| !is_readme(&script.path));
    }
    if let Some(scripts) = sorted.scripts.get_mut(&Format::RenPy) {
        let loose: std::collections::HashSet<String> = scripts
            .iter()
            .filter(|script| !script.path.contains(".rpa/"))
            .map(|script| script.path.clone())
            .collect();
        scripts.retain(|script| match script.path.split_once(".rpa/") {
            Some((archive, inside)) => {
                let folder = archive
                    .rsplit_once('/')
                    .map_or(String::new(), |(folder, _)| format!("{folder}/"));
                !loose.contains(&format!("{folder}{inside}"))
            }
            None => true,
        });
        let sources: std::collections::HashSet<String> =
            scripts.iter().map(|script| script.path.clone()).collect();
        // A compiled script beside its source is what every running game has.
        found.refused.retain(|refusal| {
            !refusal.file.strip_suffix('c').is_some_and(|source| sources.contains(source))
        });
    }
    if sorted
        .scripts
        .get(&Format::Dump)
        .is_some_and(|scripts| scripts.iter().all(|script| script.path.ends_with("names.txt")))
    {
        sorted.scripts.remove(&Format::Dump);
    }
}

/// `README.md`, `license.txt`.
fn is_readme(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    name.ends_with(".md")
        || ["readme", "license", "changelog"].iter().any(|word| name.contains(word))
}

fn read_all(
    sorted: &mut Sorted,
    translations: bool,
    found: &mut Found,
    engines: &mut BTreeMap<Engine, u64>,
) {
    for (format, scripts) in std::mem::take(&mut sorted.scripts) {
        let before = found.lines.len();
        let engine = match format {
            Format::RenPy => run(Engine::RenPy, || renpy::read(&scripts, found)),
            Format::Kag if kag::read(&scripts, found) => Engine::Tyrano,
            Format::Kag => Engine::KiriKiri,
            Format::NScripter => run(Engine::NScripter, || nscripter::read(&scripts, found)),
            Format::Naninovel => run(Engine::Naninovel, || naninovel::read(&scripts, found)),
            Format::Ink => run(Engine::Ink, || ink::read(&scripts, found)),
            Format::Yarn => run(Engine::Yarn, || yarn::read(&scripts, found)),
            Format::WebGal => run(Engine::WebGal, || webgal::read(&scripts, found)),
            Format::RenJs => run(Engine::RenJs, || renjs::read(&scripts, found)),
            Format::Dump => {
                run(Engine::ChatNvl, || dumps::read_groups(&scripts, translations, found))
            }
            Format::ChatLog => run(Engine::ChatLog, || {
                for script in &scripts {
                    chatlog::read(&script.path, &script.text, found);
                }
            }),
            Format::Plain | Format::Scn | Format::VnTextPatch => {
                run(Engine::Plain, || plain::read(&scripts, found))
            }
        };
        if matches!(format, Format::Kag | Format::NScripter) {
            names::from_words(&mut found.lines[before..]);
        }
        *engines.entry(engine).or_default() += originals(found, before);
    }
    for (path, tree) in &sorted.trees {
        let before = found.lines.len();
        scn::read(path, tree, translations, found);
        *engines.entry(Engine::KiriKiri).or_default() += originals(found, before);
    }
    for (path, json) in &sorted.messages {
        let before = found.lines.len();
        dumps::read_messages(path, json, found);
        *engines.entry(Engine::VnTextPatch).or_default() += originals(found, before);
    }
    for File { path, bytes } in &sorted.compiled {
        let before = found.lines.len();
        if let Err(error) = bgi::read(path, bytes, found) {
            found.refuse(path, error.to_string());
        }
        *engines.entry(Engine::Bgi).or_default() += originals(found, before);
    }
}

/// Rows of the original since `before`.
fn originals(found: &Found, before: usize) -> u64 {
    found.lines[before..].iter().filter(|line| line.lang.is_none()).count() as u64
}

fn run(engine: Engine, read: impl FnOnce()) -> Engine {
    read();
    engine
}
