//! Who speaks in Ink, which has no speakers: tags of the line (`# speaker: Anna`) or above it, and variables (`~ speaker = "Anna"`).
//!
//! Most games tag every line that somebody says. Others, after a widespread tutorial, tag a line where the speaker changes, and show the
//! name until another comes.

use super::marks::{content, tags};
use crate::files::Script;

/// Keys of tags that name a speaker, the surest first: where a game has several, the others name pictures.
const KEYS: [&str; 3] = ["name", "speaker", "character"];

/// The speaker that the tags of a line name; empty where they say that it is nobody.
pub(super) fn tagged(tags: &[&str]) -> Option<String> {
    KEYS.iter().find_map(|wanted| {
        tags.iter().find_map(|tag| {
            let (key, value) = tag.split_once(':')?;
            // Spaces are written so where a tag ends at one.
            key.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().replace('+', " "))
        })
    })
}

/// The speaker that a line of logic sets: `~ currentSpeaker = "Anna"`.
pub(super) fn assigned(logic: &str) -> Option<&str> {
    let (variable, value) = logic.trim_start_matches('~').split_once('=')?;
    let variable = variable.trim().to_ascii_lowercase();
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    (variable.ends_with("speaker") && !value.contains('"')).then(|| value.trim())
}

/// Whether a name holds until another comes: whoever speaks on is not named again, and lines without a name follow.
pub(super) fn hold(scripts: &[Script]) -> bool {
    let (mut again, mut changes, mut unnamed) = (0, 0, 0);
    let (mut named, mut quoted) = (0, 0);
    for script in scripts {
        let mut last: Option<String> = None;
        let mut above: Option<String> = None;
        for line in script.text.lines().map(str::trim) {
            if line.starts_with("==") {
                last = None;
            }
            if line.is_empty() || line.starts_with(['=', '~', '{', '}']) || line.starts_with("//") {
                continue;
            }
            let (text, tags) = tags(content(line));
            let text = text.trim();
            let name = tagged(&tags).or(above.take());
            if text.is_empty() {
                above = name;
                continue;
            }
            // What is offered is said by nobody yet.
            if text.starts_with(['[', '>']) {
                continue;
            }
            match name {
                Some(name) => {
                    named += 1;
                    quoted += usize::from(text.starts_with(['"', '“', '「']));
                    match &last {
                        Some(last) if *last == name => again += 1,
                        Some(_) => changes += 1,
                        None => {}
                    }
                    last = Some(name);
                }
                None if last.is_some() => unnamed += 1,
                None => {}
            }
        }
    }
    // In quotation marks somebody speaks, so without them nobody does.
    changes >= 2 && unnamed > 0 && again * 10 <= changes && quoted * 2 < named
}
