//! WebGAL (`scene/*.txt`): `command:content -argument=value;`, where a command that the engine does not know is who speaks. Tried
//! on three games. A line that is only said under a condition (`-when=`) carries it as its branch.

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line};
use crate::markup;

/// Commands that say nothing.
const SILENT: &[&str] = &[
    "changeBg",
    "changeFigure",
    "bgm",
    "video",
    "pixi",
    "pixiPerform",
    "pixiInit",
    "miniAvatar",
    "changeScene",
    "callScene",
    "label",
    "jumpLabel",
    "chooseLabel",
    "setVar",
    "if",
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
    "setComplexAnimation",
    "setFilter",
    "getUserInput",
    "applyStyle",
    "wait",
    "end",
    "comment",
    "return",
    "callSteam",
    // Of the first WebGAL.
    "setBgAni",
    "setBgFilter",
    "setBgTransform",
    "setFigAni",
    "setFigFilter",
    "setFigTransform",
];

/// Reads all scripts.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    for script in scripts {
        let mut reader =
            Reader { file: &script.path, found, scene: script.path.clone(), speaker: None };
        for (index, line) in script.text.lines().enumerate() {
            reader.line(line.trim(), index as u32 + 1);
        }
    }
}

struct Reader<'a, 'f> {
    file: &'a str,
    found: &'f mut Found,
    scene: String,
    /// A line without a name goes on with the last one.
    speaker: Option<String>,
}

impl Reader<'_, '_> {
    fn line(&mut self, line: &str, number: u32) {
        let line = match line.find(';') {
            Some(at) if !line[..at].ends_with('\\') => line[..at].trim(),
            _ => line,
        };
        if line.is_empty() {
            return;
        }
        let (content, arguments) = arguments(line);
        let (command, content) = match content.split_once(':') {
            Some((command, content)) => (Some(command.trim()), content.trim()),
            None => (None, content),
        };
        match command {
            Some("choose") => self.choose(content, number),
            Some("label") => self.scene = format!("{}:{content}", self.file),
            Some("intro") => {
                for text in content.split('|') {
                    self.say(text.trim(), None, number, &arguments);
                }
            }
            Some("say") => {
                let speaker = self.speaker.clone();
                self.say(content, speaker.as_deref(), number, &arguments);
            }
            Some(command) if SILENT.contains(&command) => {}
            Some(name) => {
                self.speaker = Some(name.to_owned()).filter(|name| !name.is_empty());
                let speaker = self.speaker.clone();
                self.say(content, speaker.as_deref(), number, &arguments);
            }
            None if SILENT.contains(&content) => {}
            None => {
                let speaker = self.speaker.clone();
                self.say(content, speaker.as_deref(), number, &arguments);
            }
        }
    }

    /// `text:target|text:target`, each perhaps with `(condition)->` in front.
    fn choose(&mut self, content: &str, number: u32) {
        for (n, part) in (0u32..).zip(content.split('|')) {
            let (condition, part) = match part.split_once("->") {
                Some((condition, rest)) => (Some(condition.trim().to_owned()), rest),
                None => (None, part),
            };
            let (text, target) =
                part.rsplit_once(':').map_or((part, None), |(text, target)| (text, Some(target)));
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

    fn say(&mut self, text: &str, speaker: Option<&str>, number: u32, arguments: &[&str]) {
        let has = |wanted: &str| arguments.contains(&wanted);
        let named = arguments.iter().find_map(|argument| argument.strip_prefix("speaker="));
        let speaker = if has("clear") { None } else { named.or(speaker) };
        let (plain, interpolated) = plain(text);
        if plain.is_empty() && !interpolated {
            return;
        }
        let mut line = said(row(&self.scene, self.file, number, text.to_owned(), plain), speaker);
        line.speaker_id.clone_from(&line.speaker);
        line.interpolated = interpolated;
        // Two lines under different conditions may never be heard in one go.
        line.branch = arguments
            .iter()
            .find_map(|argument| argument.strip_prefix("when="))
            .map(|condition| format!("when {}", condition.trim()))
            .into_iter()
            .collect();
        line.voice = arguments
            .iter()
            .find(|argument| {
                let extension = argument.rsplit_once('.').map(|(_, extension)| extension);
                extension.is_some_and(|extension| matches!(extension, "ogg" | "wav" | "mp3"))
            })
            .map(|argument| argument.trim_start_matches("vocal=").to_owned());
        self.found.push(line);
    }
}

/// The content, and the arguments that follow it (` -name=value`).
fn arguments(line: &str) -> (&str, Vec<&str>) {
    let mut parts = line.split(" -");
    let content = parts.next().unwrap_or_default().trim();
    (content, parts.map(str::trim).collect())
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
