//! Scenes of KiriKiri Z: the tree inside a `.scn` (PSB), or the JSON that FreeMote's tools make of it. Built from its description,
//! tried on one file of a game.

use serde_json::Value;

use crate::found::{Found, row, said};
use crate::line::{Choice, Kind, Line, Source};

/// Whether JSON is such a tree.
pub(crate) fn is_scenes(json: &Value) -> bool {
    json["scenes"].as_array().is_some_and(|scenes| {
        scenes.iter().any(|scene| scene["texts"].is_array() || scene["lines"].is_array())
    })
}

/// Reads a tree.
pub(crate) fn read(file: &str, root: &Value, translations: bool, found: &mut Found) {
    let languages = root["languages"].as_array().map(Vec::as_slice).unwrap_or_default();
    for scene in root["scenes"].as_array().into_iter().flatten() {
        let label = scene["label"].as_str().unwrap_or_default();
        let name = format!("{file}{}{label}", if label.starts_with('*') { "" } else { "*" });
        let texts = scene["texts"].as_array().map(Vec::as_slice).unwrap_or_default();
        for index in order(scene, texts.len()) {
            let Some(text) = texts.get(index).and_then(Value::as_array) else { continue };
            let entries = languages_of(text);
            for (number, (display, words)) in entries.into_iter().enumerate() {
                if number > 0 && !translations {
                    break;
                }
                let Some(words) = words else { continue };
                let mut line = spoken(&name, file, index, text, display, words);
                if number > 0 {
                    let known = languages.get(number).and_then(Value::as_str);
                    line.lang =
                        Some(known.map_or_else(|| format!("language {number}"), str::to_owned));
                }
                found.push(line);
            }
        }
        selects(&name, file, scene, found);
    }
}

/// Texts in the order in which they are played. Where the numbers go from 1 to the last, they count texts that were shown.
fn order(scene: &Value, count: usize) -> Vec<usize> {
    let played: Vec<usize> = scene["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.as_u64().and_then(|index| usize::try_from(index).ok()))
        .collect();
    let shown = played.iter().min() == Some(&1) && played.iter().max() == Some(&count);
    match played {
        played if played.is_empty() => (0..count).collect(),
        played if shown => played.into_iter().map(|number| number - 1).collect(),
        played => played,
    }
}

/// Displayed name and words, language by language.
fn languages_of(text: &[Value]) -> Vec<(Option<&str>, Option<&str>)> {
    match (text.get(1), text.get(2)) {
        (Some(Value::Array(languages)), _) => {
            languages.iter().map(|entry| (entry[0].as_str(), entry[1].as_str())).collect()
        }
        (display, Some(Value::Array(languages))) => languages
            .iter()
            .map(|entry| {
                (display.and_then(Value::as_str), entry.as_str().or_else(|| entry[0].as_str()))
            })
            .collect(),
        (display, words) => vec![(display.and_then(Value::as_str), words.and_then(Value::as_str))],
    }
}

fn spoken(
    scene: &str,
    file: &str,
    index: usize,
    text: &[Value],
    display: Option<&str>,
    words: &str,
) -> Line {
    // ＠ stands for the place of a name that nobody has.
    let character = text[0].as_str().filter(|name| !name.is_empty() && *name != "＠");
    let (plain, interpolated) = plain(words);
    let mut line = said(row(scene, file, 0, words.to_owned(), plain), display.or(character));
    line.source = Source { file: file.to_owned(), line: None, offset: Some(index as u64) };
    line.speaker_id = character.map(str::to_owned).or_else(|| line.speaker.clone());
    line.interpolated = interpolated;
    let voices = text.iter().skip(2).find_map(|entry| entry[0]["voice"].as_str());
    line.voice = voices.map(str::to_owned);
    line.sprite = text.iter().find_map(|entry| entry["data"].as_array()).and_then(|data| {
        let who = character?;
        let shown = data.iter().find(|entry| entry[0] == who)?;
        let image = &shown[2]["redraw"]["imageFile"];
        let file = image["file"].as_str()?;
        let face = image["options"]["face"].as_str();
        Some(face.map_or_else(|| file.to_owned(), |face| format!("{file} {face}")))
    });
    line
}

fn selects(scene: &str, file: &str, tree: &Value, found: &mut Found) {
    for (n, select) in (0u32..).zip(tree["selects"].as_array().into_iter().flatten()) {
        let text = select["text"].as_str().or_else(|| select["language"][0]["text"].as_str());
        let Some(text) = text else { continue };
        let (plain, interpolated) = plain(text);
        let target = format!(
            "{}{}",
            select["storage"].as_str().filter(|storage| !storage.is_empty()).unwrap_or(file),
            select["target"].as_str().unwrap_or_default()
        );
        let choice = Choice {
            group: format!("{scene}:select"),
            n,
            line: None,
            target: Some(target),
            condition: select["eval"].as_str().map(str::to_owned),
        };
        let mut line = row(scene, file, 0, text.to_owned(), plain);
        line.source = Source { file: file.to_owned(), line: None, offset: Some(u64::from(n)) };
        found.push(Line { kind: Kind::Choice, choice: Some(choice), interpolated, ..line });
    }
}

/// Without the codes of the message window. `${…}` shows a variable.
fn plain(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut interpolated = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let skip = match c {
            '\\' => match after.chars().next() {
                Some('n') => {
                    out.push('\n');
                    2
                }
                Some(escaped) => {
                    out.push(escaped);
                    1 + escaped.len_utf8()
                }
                None => 1,
            },
            '%' => percent(after).map_or(1, |length| 1 + length),
            '[' => match after.find(']') {
                Some(end) => {
                    // [text/ruby] shows the text, [ruby] stands before it.
                    if let Some((base, _)) = after[..end].split_once('/') {
                        out.push_str(base);
                    }
                    end + 2
                }
                None => 1,
            },
            '#' if after.len() >= 7
                && after.as_bytes()[..6].iter().all(u8::is_ascii_hexdigit)
                && after.as_bytes()[6] == b';' =>
            {
                8
            }
            '$' => match after.find([';', '}']) {
                Some(end) => {
                    interpolated = true;
                    end + 2
                }
                None => 1,
            },
            '&' => after.find(';').map_or(1, |end| end + 2),
            _ => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[skip..];
    }
    (out.trim().to_owned(), interpolated)
}

/// Length of a `%` code after its `%`.
fn percent(after: &str) -> Option<usize> {
    let first = after.chars().next()?;
    match first {
        'f' | 'p' | 'd' | 'w' | 'D' => after.find(';').map(|end| end + 1),
        'b' | 'i' | 's' | 'e' => {
            let toggle = after[1..].chars().next().filter(char::is_ascii_digit)?;
            Some(1 + toggle.len_utf8())
        }
        'B' | 'S' | 'C' | 'R' | 'L' | 'r' => Some(1),
        digit if digit.is_ascii_digit() => {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            after[digits..].starts_with(';').then_some(digits + 1)
        }
        _ => None,
    }
}
