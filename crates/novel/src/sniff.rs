//! What a file is, by its content. The name only breaks ties.

use serde_json::Value;

use crate::{bgi, chatlog, dumps, encoding, kag, nscripter, plain, psb, scn};

/// A kind of script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Format {
    RenPy,
    Kag,
    NScripter,
    Naninovel,
    Ink,
    Yarn,
    WebGal,
    RenJs,
    /// PSB, or the JSON made of it.
    Scn,
    VnTextPatch,
    Dump,
    ChatLog,
    Plain,
}

/// How much of a text is looked at.
const HEAD_CHARS: usize = 1 << 14;

/// Whether the first bytes leave it open that a file is a script: text, or a container that is known.
pub(crate) fn may_be_script(head: &[u8]) -> bool {
    if psb::is_psb(head)
        || head.starts_with(bgi::MAGIC)
        || kag::scrambled::is_scrambled(head)
        || nscripter::is_xored(head)
    {
        return true;
    }
    let marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if marked || encoding::bare_utf16(&head[..head.len() & !1]).is_some() {
        return true;
    }
    let control = head
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a | 0x1b))
        .count();
    !head.is_empty() && control * 200 <= head.len()
}

/// What JSON is, if it is a script.
pub(crate) fn json(value: &Value) -> Option<Format> {
    if scn::is_scenes(value) {
        Some(Format::Scn)
    } else if value.as_array().is_some_and(|rows| dumps::is_messages(rows)) {
        Some(Format::VnTextPatch)
    } else if chatlog::is_first_tavern(value) {
        Some(Format::ChatLog)
    } else {
        None
    }
}

/// Endings of programs, pages and settings, which games are full of and which say nothing.
const CODE: &[&str] = &[
    "js", "mjs", "ts", "css", "scss", "html", "htm", "xml", "svg", "py", "tjs", "lua", "c", "cpp",
    "h", "cs", "java", "rb", "go", "rs", "php", "sh", "bat", "ini", "cfg", "toml", "lock", "log",
    "sql", "map", "glsl", "vert", "frag", "shader", "meta", "asset", "csv", "tsv",
];

/// Whether a file's name says that it holds text for people.
pub(crate) fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    matches!(name.rsplit_once('.').map_or("", |(_, extension)| extension), "txt" | "md" | "")
}

/// What a text is, if it is a script.
pub(crate) fn text(path: &str, text: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if CODE.contains(&extension) {
        return None;
    }
    let head = match text.char_indices().nth(HEAD_CHARS) {
        Some((at, _)) => &text[..at],
        None => text,
    };
    let first = head.trim_start_matches('\u{feff}').trim_start();
    if first.starts_with('{') && is_chat(first) {
        return Some(Format::ChatLog);
    }
    if dumps::groups(head).len() > 2 {
        return Some(Format::Dump);
    }
    let scores = Scores::of(head);
    let by_name = match extension {
        "rpy" | "rpym" => Some(Format::RenPy),
        "ks" => Some(Format::Kag),
        "nani" => Some(Format::Naninovel),
        "ink" => Some(Format::Ink),
        "yarn" => Some(Format::Yarn),
        "utf" => Some(Format::NScripter),
        _ if matches!(name.as_str(), "nscript.dat" | "0.txt" | "00.txt") => Some(Format::NScripter),
        _ => None,
    };
    // Other people's readmes and settings have the odd line that looks like a statement: without a telling name there must be more.
    let (best, score) = scores.best();
    // Quoted lines are in many scripts: it takes statements to read one as Ren'Py against its name.
    let sure = score >= 4
        && match best {
            Format::RenPy => scores.statements >= 2,
            // `color: red;` is a line of a style sheet.
            Format::WebGal => scores.commands >= 2,
            _ => true,
        };
    match by_name {
        Some(named) if !sure || scores.get(named) * 4 >= score => Some(named),
        _ if sure && score * 6 >= scores.lines => Some(best),
        _ if is_prose(path) && plain::score(head) >= 30 => Some(Format::Plain),
        _ => None,
    }
}

/// A JSON line that is the header or a message of a chat.
fn is_chat(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    serde_json::from_str::<Value>(line).is_ok_and(|value| {
        value["mes"].is_string()
            || (value["user_name"].is_string() && value["character_name"].is_string())
    })
}

/// How many lines look like each language.
#[derive(Debug, Default)]
struct Scores {
    lines: usize,
    /// Ren'Py's lines that are not just quoted text.
    statements: usize,
    /// Commands that only WebGAL has.
    commands: usize,
    counts: [usize; 8],
}

const ORDER: [Format; 8] = [
    Format::RenPy,
    Format::Kag,
    Format::NScripter,
    Format::Naninovel,
    Format::Ink,
    Format::Yarn,
    Format::WebGal,
    Format::RenJs,
];

impl Scores {
    fn of(text: &str) -> Self {
        let mut scores = Self::default();
        for line in text.lines() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            scores.lines += 1;
            let marks: [fn(&str) -> bool; 8] = [
                is_renpy,
                is_kag,
                is_nscripter,
                is_naninovel,
                is_ink,
                is_yarn,
                is_webgal,
                is_renjs,
            ];
            for (count, mark) in scores.counts.iter_mut().zip(marks) {
                *count += usize::from(mark(line));
            }
            scores.statements += usize::from(is_renpy(line) && !line.ends_with('"'));
            scores.commands += usize::from(is_webgal_command(line));
        }
        // Headers, separators and setups that no other language has.
        if text.contains("\n---") && text.contains("title:") {
            // What would be Ink's diverts are options there.
            scores.counts[5] += 10 + scores.counts[4];
        }
        if text.contains("characters:") && text.contains("displayName:") {
            scores.counts[7] += 10;
        }
        scores
    }

    fn get(&self, format: Format) -> usize {
        ORDER.iter().position(|&other| other == format).map_or(0, |index| self.counts[index])
    }

    fn best(&self) -> (Format, usize) {
        ORDER
            .into_iter()
            .zip(self.counts)
            .max_by_key(|&(_, count)| count)
            .unwrap_or((Format::Plain, 0))
    }
}

fn first_word(line: &str) -> &str {
    line.split(|c: char| c.is_whitespace() || c == ':').next().unwrap_or_default()
}

fn is_renpy(line: &str) -> bool {
    let word = first_word(line);
    let statement = matches!(
        word,
        "label"
            | "menu"
            | "screen"
            | "init"
            | "python"
            | "transform"
            | "translate"
            | "style"
            | "if"
            | "elif"
            | "else"
    ) && line.ends_with(':');
    let one_line = matches!(word, "define" | "default" | "image") && line.contains('=');
    let picture = matches!(word, "scene" | "show" | "with" | "jump")
        && !line.contains(['"', ':', '*', ';'])
        && line.contains(' ');
    let said = (line.starts_with('"')
        || line
            .split_once(" \"")
            .is_some_and(|(who, _)| !who.contains(['"', '=', ',']) && who.len() < 40))
        && line.len() > 3
        && line.ends_with('"');
    statement || one_line || picture || said
}

fn is_kag(line: &str) -> bool {
    let tag = line.strip_prefix(['[', '@']).unwrap_or_default();
    let named = tag.starts_with(|c: char| c.is_ascii_alphabetic()) && !tag.contains(": ");
    let attribute = tag
        .split_whitespace()
        .nth(1)
        .is_none_or(|word| word.contains('=') || word == "*" || word == "]");
    (named && attribute && (line.starts_with('@') || line.contains(']')))
        || line.ends_with("[p]")
        || line.ends_with("[l]")
        || line.ends_with("[r]")
}

fn is_nscripter(line: &str) -> bool {
    let word = first_word(line);
    matches!(
        word,
        "bg" | "ld"
            | "cl"
            | "bgm"
            | "dwave"
            | "goto"
            | "gosub"
            | "print"
            | "caption"
            | "nsa"
            | "game"
            | "setwindow"
            | "textoff"
            | "texton"
            | "lsp"
            | "csp"
            | "rmenu"
            | "defsub"
            | "effect"
            | "mov"
            | "btndef"
            | "btnwait"
            | "select"
            | "numalias"
            | "stralias"
            | "globalon"
            | "humanz"
            | "windoweffect"
            | "savenumber"
            | "mp3"
            | "mp3loop"
            | "spbtn"
    ) && !line.ends_with(':')
        || (line.starts_with('`') && line.len() > 2)
        || (line.ends_with('\\') && !line.is_ascii())
        || (line.starts_with('*')
            && line.len() > 1
            && line[1..].chars().all(|c| c == '_' || c.is_ascii_alphanumeric()))
}

fn is_naninovel(line: &str) -> bool {
    let Some(command) = line.strip_prefix('@') else { return false };
    let word = first_word(command);
    matches!(
        word,
        "back"
            | "char"
            | "bgm"
            | "sfx"
            | "choice"
            | "goto"
            | "printer"
            | "hide"
            | "stop"
            | "spawn"
            | "hidePrinter"
            | "hideChars"
            | "stopBgm"
            | "set"
            | "save"
            | "despawn"
            | "hideAll"
            | "resetText"
            | "voice"
            | "print"
            | "showUI"
            | "hideUI"
    ) && !command.contains('=')
        || (command.contains(':') && !command.contains('='))
}

fn is_ink(line: &str) -> bool {
    line.starts_with("== ")
        || line.starts_with("=== ")
        || line.starts_with("-> ")
        || ((line.starts_with("* ") || line.starts_with("+ "))
            && (line.contains('[') || line.contains("->")))
        || (line.starts_with("~ ") && line.len() > 3)
        || line.starts_with("VAR ")
        || line.strip_prefix("INCLUDE ").is_some_and(|file| file.contains(".ink"))
        || line.ends_with("-> END")
        || line.ends_with("-> DONE")
}

fn is_yarn(line: &str) -> bool {
    (line.starts_with("<<") && line.ends_with(">>")) || line.contains(" #line:")
}

fn is_webgal(line: &str) -> bool {
    is_webgal_command(line)
        || (line.ends_with(';') && line.contains(':') && !line.contains(['{', '=', '"', '(']))
}

fn is_webgal_command(line: &str) -> bool {
    let commands = [
        "changeBg",
        "changeFigure",
        "choose",
        "intro",
        "miniAvatar",
        "changeScene",
        "callScene",
        "setVar",
        "playEffect",
        "unlockCg",
        "filmMode",
        "setTextbox",
        "setAnimation",
        "pixiInit",
        "pixiPerform",
        "jumpLabel",
    ];
    line.split_once(':').is_some_and(|(word, _)| commands.contains(&word.trim()))
}

fn is_renjs(line: &str) -> bool {
    let Some(action) = line.strip_prefix("- ") else { return false };
    let key = action.split(':').next().unwrap_or_default();
    let word = first_word(action);
    key.contains(" says")
        || (matches!(
            word,
            "text" | "show" | "hide" | "scene" | "choice" | "play" | "call" | "wait" | "var"
        ) && action.contains(':'))
}
