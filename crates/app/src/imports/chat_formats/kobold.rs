//! Saved stories of KoboldAI Lite in its chat mode.

use serde_json::Value;

use super::{By, Talk, text_of};

const INPUT: &str = "{{[INPUT]}}";
const OUTPUT: &str = "{{[OUTPUT]}}";

/// A saved story that is a chat; nothing for another value.
pub(super) fn read(value: &Value) -> Option<Talk> {
    let settings = value.get("savedsettings")?;
    let actions = value.get("actions")?.as_array()?;
    let opponent = text_of(settings, "chatopponent");
    // Several opponents stand behind each other.
    let character = opponent.split("||$||").next().unwrap_or_default();
    if character.is_empty() {
        return None;
    }
    let mut talk = Talk {
        program: "KoboldAI Lite",
        character: character.to_owned(),
        user: text_of(settings, "chatname").to_owned(),
        ..Talk::default()
    };
    let first = value.get("prompt").into_iter();
    for text in first.chain(actions).filter_map(Value::as_str) {
        for (person, part) in turns(text, &talk) {
            let by = if person { By::Person } else { By::Character(talk.character.clone()) };
            let part = talk.fill(&part, None);
            talk.push(by, vec![part], 0, None);
        }
    }
    let note = text_of(value, "anotetemplate").replace("<|>", text_of(value, "authorsnote"));
    if !text_of(value, "authorsnote").trim().is_empty() {
        talk.note = Some((note, 3));
    }
    if !text_of(value, "memory").trim().is_empty() {
        talk.warn("the story's memory describes the character: it belongs into the card");
    }
    if value.get("worldinfo").and_then(Value::as_array).is_some_and(|entries| !entries.is_empty()) {
        talk.warn("the story's world info is left out: export it as a lorebook and import that");
    }
    Some(talk)
}

/// One saved action may hold several turns: each begins with a mark, or with a name in the older way (`\nKoto: …`).
fn turns(text: &str, talk: &Talk) -> Vec<(bool, String)> {
    if text.contains(INPUT) || text.contains(OUTPUT) {
        let mut turns = Vec::new();
        for (number, part) in text.split(INPUT).enumerate() {
            for (nested, part) in part.split(OUTPUT).enumerate() {
                // What stands before every mark goes on with the character.
                let person = number > 0 && nested == 0;
                if !part.trim().is_empty() {
                    turns.push((person, part.trim().to_owned()));
                }
            }
        }
        return turns;
    }
    let (user, character) = (format!("{}:", talk.user), format!("{}:", talk.character));
    let mut turns: Vec<(bool, String)> = Vec::new();
    for line in text.lines() {
        let (person, line) = match (line.strip_prefix(&user), line.strip_prefix(&character)) {
            (Some(rest), _) if !talk.user.is_empty() => (Some(true), rest),
            (_, Some(rest)) => (Some(false), rest),
            _ => (None, line),
        };
        match (person, turns.last_mut()) {
            (Some(person), _) => turns.push((person, line.trim().to_owned())),
            (None, Some((_, before))) => {
                before.push('\n');
                before.push_str(line);
            }
            (None, None) => turns.push((false, line.to_owned())),
        }
    }
    turns
}
