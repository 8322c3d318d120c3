//! Plain text in three parts, as a16z's companion app keeps its characters: instructions, `###ENDPREAMBLE###`, a conversation,
//! `###ENDSEEDCHAT###`, what the character remembers of its life. The file's name is the character's.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::speech;
use crate::import::name_of;

const PREAMBLE: &str = "###ENDPREAMBLE###";
const CHAT: &str = "###ENDSEEDCHAT###";

/// The parts of a text, as an object; `None` where it has neither mark.
pub(crate) fn parts(text: &str) -> Option<Map<String, Value>> {
    let (preamble, rest) = match text.split_once(PREAMBLE) {
        Some((preamble, rest)) => (preamble, rest),
        None if text.contains(CHAT) => ("", text),
        None => return None,
    };
    let (chat, backstory) = match rest.split_once(CHAT) {
        Some((chat, backstory)) => (chat, backstory),
        // Without the second mark, what follows is conversation where anybody speaks.
        None if rest.lines().any(|line| speech::is_spoken(line, "")) => (rest, ""),
        None => ("", rest),
    };
    let part = |text: &str| Value::String(text.trim().to_owned());
    Some(Map::from_iter([
        ("preamble".to_owned(), part(preamble)),
        ("chat".to_owned(), part(chat)),
        ("backstory".to_owned(), part(backstory)),
    ]))
}

pub(crate) fn fill(draft: &mut Draft<'_, '_>, file: &str) {
    let (preamble, chat, backstory) =
        (draft.text("preamble"), draft.text("chat"), draft.text("backstory"));
    let name = named(&preamble).or_else(|| other_speaker(&chat)).unwrap_or_else(|| name_of(file));
    draft.set("name", &name);
    draft.add("description", "", &preamble);
    draft.add("description", "", &backstory);
    draft.set("mes_example", speech::started(&speech::labelled(&chat, &name)));
}

/// `whose name is Alex.`, `named Evelyn,`
fn named(preamble: &str) -> Option<String> {
    ["name is ", "named ", "called "].iter().find_map(|head| {
        let rest = &preamble[preamble.find(head)? + head.len()..];
        let name: String =
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '-').take(40).collect();
        name.chars().next().filter(|first| first.is_uppercase() || !first.is_ascii())?;
        Some(name)
    })
}

/// Who speaks in the conversation and is not the person.
fn other_speaker(chat: &str) -> Option<String> {
    chat.lines().find_map(|line| {
        let (who, _) = line.split_once(':')?;
        let plain =
            !who.trim().is_empty() && who.len() <= 40 && who.split_whitespace().count() <= 3;
        (plain && speech::speaker(who, "").is_none()).then(|| who.trim().to_owned())
    })
}
