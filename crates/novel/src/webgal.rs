//! WebGAL (`scene/*.txt`): `command:content -argument=value;`, where a command that the engine does not know is who speaks. Tried
//! on three games. A line that is only said under a condition (`-when=`) carries it as its branch.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Extends, Kind, Line};
use crate::markup;

/// Commands that say nothing: the engine's own list, then that of the first WebGAL.
const SILENT: &[&str] = &[
    "changeBg",
    "changeFigure",
    "bgm",
    "playVideo",
    "pixiPerform",
    "pixiInit",
    "miniAvatar",
    "changeScene",
    "end",
    "setComplexAnimation",
    "setFilter",
    "label",
    "jumpLabel",
    "chooseLabel",
    "setVar",
    "if",
    "callScene",
    "showVars",
    "unlockCg",
    "unlockBgm",
    "filmMode",
    "setTextbox",
    "setAnimation",
    "playEffect",
    "setTempAnimation",
    "setTransform",
    "setTransition",
    "getUserInput",
    "applyStyle",
    "wait",
    "callSteam",
    "__commment",
    "changeBG",
    "changeBG_next",
    "changeP",
    "changeP_left",
    "changeP_right",
    "changeP_next",
    "changeP_left_next",
    "changeP_right_next",
    "jump_label",
    "showVar",
    "setBgAni",
    "setBgFilter",
    "setBgTransform",
    "setFigAni",
    "setFigFilter",
    "setFigTransform",
];

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let variables = variables(scripts);
    for script in scripts {
        let mut reader = Reader {
            file: &script.path,
            found,
            variables: &variables,
            scene: script.path.clone(),
            speaker: None,
            veiled: false,
        };
        sentences(&script.text, |sentence, number| reader.sentence(sentence, number));
    }
}

/// What `setVar:name=value` sets; of a variable that is set to several things no value is known.
fn variables(scripts: &[Script]) -> HashMap<&str, Option<&str>> {
    let mut found = HashMap::new();
    for line in scripts.iter().flat_map(|script| script.text.lines()) {
        let set = line.trim().strip_prefix("setVar:").and_then(|set| set.split(';').next());
        let Some((name, value)) = set.and_then(|set| set.split_once('=')) else { continue };
        let value = arguments(value).0;
        let known = found.entry(name.trim()).or_insert(Some(value));
        if *known != Some(value) {
            *known = None;
        }
    }
    found
}

/// Hands over each sentence, and the line that it begins in. A line that begins with a space and then `|` or `-` goes on with the one
/// before, as does what stands under a line that ends with a backslash.
fn sentences(text: &str, mut each: impl FnMut(&str, u32)) {
    let mut lines = text.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        let mut sentence = Cow::Borrowed(line);
        while !sentence.is_empty() {
            let marked = sentence.ends_with('\\');
            let Some((next, _)) = lines.next_if(|(next, _)| marked || goes_on(next)) else { break };
            let sentence = sentence.to_mut();
            if marked {
                sentence.pop();
            }
            let next = next.trim();
            if next.starts_with('-') {
                sentence.push(' ');
            }
            sentence.push_str(next);
        }
        each(&sentence, number);
    }
}

fn goes_on(line: &str) -> bool {
    line.starts_with(' ')
        && line.trim_start_matches(' ').starts_with(['|', '-'])
        && !line.contains("-concat")
}

struct Reader<'a, 'f> {
    file: &'a str,
    found: &'f mut Found,
    /// What variables are, where that is known.
    variables: &'a HashMap<&'a str, Option<&'a str>>,
    scene: String,
    /// A line without a name goes on with the last one.
    speaker: Option<String>,
    /// A variable names whoever speaks, and its value is not known.
    veiled: bool,
}

impl Reader<'_, '_> {
    fn sentence(&mut self, sentence: &str, number: u32) {
        let sentence = unescaped(sentence, ';').next().unwrap_or_default().replace("\\;", ";");
        if sentence.trim().is_empty() {
            return;
        }
        // The first colon counts, also one among the arguments.
        let (command, content) = match sentence.split_once(':') {
            Some((command, content)) => (Some(command.trim()), content),
            None => (None, sentence.as_str()),
        };
        let (content, arguments) = arguments(content);
        match command {
            Some("choose" | "choose_label") => self.choose(content, number),
            Some("label") => self.scene = format!("{}:{content}", self.file),
            Some("intro") => {
                let veiled = std::mem::take(&mut self.veiled);
                for text in unescaped(content, '|') {
                    self.text(text.trim(), None, number, &arguments);
                }
                self.veiled = veiled;
            }
            Some("say") => self.say(content, None, number, &arguments),
            Some(command) if SILENT.contains(&command) => {}
            Some(name) => self.say(content, Some(name), number, &arguments),
            None if SILENT.contains(&content) => {}
            None => self.say(content, None, number, &arguments),
        }
    }

    /// `text:target|text:target`, each perhaps with `(condition)->` in front.
    fn choose(&mut self, content: &str, number: u32) {
        for (n, part) in (0u32..).zip(unescaped(content, '|')) {
            let (condition, part) = match part.split_once("->") {
                Some((condition, rest)) => (Some(condition.trim().to_owned()), rest),
                None => (None, part),
            };
            let mut parts = unescaped(part, ':');
            let (text, target) = (parts.next().unwrap_or_default(), parts.next());
            let choice = Choice {
                group: format!("{}:{number}", self.file),
                n,
                line: Some(number),
                target: target.map(|target| target.trim().to_owned()),
                condition,
            };
            let (plain, interpolated) = plain(text);
            let row = row(&self.scene, self.file, number, text.trim().to_owned(), plain);
            self.found.push(Line { kind: Kind::Choice, choice: Some(choice), interpolated, ..row });
        }
    }

    /// What is said, by whom it names or else by who spoke last; `-clear` takes that name away.
    fn say(&mut self, text: &str, name: Option<&str>, number: u32, arguments: &[&str]) {
        let named = arguments.iter().find_map(|argument| argument.strip_prefix("speaker="));
        if let Some(name) = name.or(named) {
            self.named(name.trim());
        }
        if has(arguments, "clear") {
            self.named("");
        }
        let speaker = self.speaker.clone();
        self.text(text, speaker.as_deref(), number, arguments);
    }

    /// Who speaks from here on: `Name`, or `{variable}`.
    fn named(&mut self, name: &str) {
        let variable = name.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        let name = match variable {
            Some(variable) => self.variables.get(variable.trim()).copied().flatten(),
            None => Some(name).filter(|name| !name.contains('{')),
        };
        self.veiled = name.is_none();
        self.speaker = name.filter(|name| !name.is_empty()).map(str::to_owned);
    }

    fn text(&mut self, text: &str, speaker: Option<&str>, number: u32, arguments: &[&str]) {
        let (plain, interpolated) = plain(text);
        if plain.is_empty() && !interpolated {
            return;
        }
        let mut line = said(row(&self.scene, self.file, number, text.to_owned(), plain), speaker);
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated || self.veiled;
        if has(arguments, "concat") {
            let (speaker, speaker_id) = (line.speaker.clone(), line.speaker_id.clone());
            line.extends = Some(Extends { speaker, speaker_id });
        }
        // Two lines under different conditions may never be heard in one go.
        line.branch = arguments
            .iter()
            .find_map(|argument| argument.strip_prefix("when="))
            .map(|condition| format!("when {}", condition.trim()))
            .into_iter()
            .collect();
        line.voice = arguments.iter().find_map(|argument| voice(argument)).map(str::to_owned);
        self.found.push(line);
    }
}

/// The content, and the arguments that follow it (` -name=value`).
fn arguments(content: &str) -> (&str, Vec<&str>) {
    let mut parts = content.split(" -").map(str::trim);
    (parts.next().unwrap_or_default(), parts.collect())
}

/// Whether an argument is set.
fn has(arguments: &[&str], name: &str) -> bool {
    let set = |argument: &&str| match argument.split_once('=') {
        Some((key, value)) => key.trim() == name && value.trim() == "true",
        None => *argument == name,
    };
    arguments.iter().any(set)
}

/// `vocal=file`, or a file alone.
fn voice(argument: &str) -> Option<&str> {
    if let Some((key, file)) = argument.split_once('=') {
        return (key.trim() == "vocal").then_some(file.trim());
    }
    let (_, extension) = argument.rsplit_once('.')?;
    let sounds = ["ogg", "wav", "mp3"];
    sounds.iter().any(|sound| extension.eq_ignore_ascii_case(sound)).then_some(argument)
}

/// The parts of a text between a mark, where no backslash stands before it.
fn unescaped(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut marks = text.match_indices(mark).map(|(at, _)| at);
        let end = marks.find(|&at| !text[..at].ends_with('\\'));
        rest = end.map(|end| &text[end + mark.len_utf8()..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// Line breaks for `|`, text before its reading (`[text](reading)`), nothing for `{variables}`.
fn plain(text: &str) -> (String, bool) {
    markup::plain(text, |rest, out| match rest.as_bytes()[0] {
        b'\\' => Some(markup::escaped(rest, out)),
        b'|' => {
            out.push('\n');
            Some(1)
        }
        b'[' => {
            let base = markup::closed(rest, ']')?;
            let reading = rest[base..].strip_prefix('(')?;
            let reading = markup::closed(reading, ')')?;
            out.push_str(&rest[1..base - 1]);
            Some(base + 1 + reading)
        }
        _ => None,
    })
}
