//! What other programs remember, out of their files: the summaries that SillyTavern's extensions keep in its chats, and those of RisuAI's
//! chats. Their sentences become notes about earlier talks, found by their words like everything else.

use serde_json::Value;

/// The attribute of such notes; many of them hold at once.
pub(crate) const EARLIER: &str = "earlier";
/// Longest piece, in characters: a note's own limit.
const LONGEST: usize = 400;
/// Most pieces of one file.
const MOST: usize = 2_000;

/// The summaries in a file of another program, cut into pieces at the ends of sentences; `None` where it is no file of theirs.
pub(crate) fn summaries(text: &str) -> Option<Vec<String>> {
    let whole = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(rows)) => silly_tavern(&rows)?,
        Ok(value) => risu(&value)?,
        Err(_) => {
            let rows: Vec<Value> = text
                .lines()
                .filter(|line| !line.trim().is_empty())
                // A line that was cut off, by a crash or a full disk, costs itself.
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect();
            silly_tavern(&rows)?
        }
    };
    Some(whole.iter().flat_map(|one| pieces(one)).take(MOST).collect())
}

/// A chat of SillyTavern: a head and messages. The summary that came with the program is written anew all the time, so that the last
/// one says everything; those of single messages (`qvink_memory`) belong together.
fn silly_tavern(rows: &[Value]) -> Option<Vec<String>> {
    rows.iter().any(|row| row.get("mes").is_some()).then(|| {
        let extra = |row: &Value, path: &[&str]| -> Option<String> {
            let value = path.iter().try_fold(row.get("extra")?, |value, key| value.get(*key))?;
            value.as_str().map(str::to_owned)
        };
        let last = rows.iter().rev().find_map(|row| extra(row, &["memory"]));
        let single = rows.iter().filter_map(|row| extra(row, &["qvink_memory", "memory"]));
        last.into_iter().chain(single).collect()
    })
}

/// A chat of RisuAI, or a character with several: `hypaV3Data.summaries`, `hypaV2Data.mainChunks`, `supaMemoryData`.
fn risu(value: &Value) -> Option<Vec<String>> {
    let data = value.get("data").unwrap_or(value);
    let chats: Vec<&Value> = match data.get("chats").and_then(Value::as_array) {
        Some(chats) => chats.iter().collect(),
        None => vec![data],
    };
    chats.iter().any(|chat| chat.get("message").is_some_and(Value::is_array)).then(|| {
        let list = |chat: &Value, memory: &str, of: &str| -> Vec<String> {
            let texts = chat[memory][of].as_array().map(Vec::as_slice).unwrap_or_default();
            texts.iter().filter_map(|one| one["text"].as_str().map(str::to_owned)).collect()
        };
        chats
            .iter()
            .flat_map(|chat| {
                let supa = chat["supaMemoryData"].as_str().map(str::to_owned);
                let mut all = list(chat, "hypaV3Data", "summaries");
                all.extend(list(chat, "hypaV2Data", "mainChunks"));
                all.extend(supa);
                all
            })
            .collect()
    })
}

/// A text in pieces that are no longer than a note may be, cut behind sentences where there are any.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for sentence in text.split_inclusive(['.', '!', '?', '\n', '。', '！', '？']) {
        let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        if sentence.is_empty() {
            continue;
        }
        for part in parts(&sentence) {
            match pieces.last_mut() {
                Some(last) if last.chars().count() + part.chars().count() < LONGEST => {
                    last.push(' ');
                    last.push_str(&part);
                }
                _ => pieces.push(part),
            }
        }
    }
    pieces
}

fn parts(sentence: &str) -> Vec<String> {
    let letters: Vec<char> = sentence.chars().collect();
    letters.chunks(LONGEST).map(|part| part.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, summaries};

    #[test]
    fn a_chat_of_silly_tavern_gives_its_last_summary_and_those_of_messages() {
        let chat = r#"{"user_name": "Mei", "character_name": "Koto", "chat_metadata": {}}
{"name": "Mei", "is_user": true, "mes": "Hi", "extra": {}}
{"name": "Koto", "is_user": false, "mes": "Hello", "extra": {"memory": "They met."}}
{"name": "Mei", "is_user": true, "mes": "I sail.", "extra": {"qvink_memory": {"memory": "Mei sails."}}}
{"name": "Koto", "is_user": false, "mes": "Oh!", "extra": {"memory": "They met. Mei lives in Leeds."}}"#;
        assert_eq!(summaries(chat).unwrap(), ["They met. Mei lives in Leeds.", "Mei sails."]);
        let rows = chat.lines().collect::<Vec<_>>().join(",");
        assert_eq!(summaries(&format!("[{rows}]")).unwrap().len(), 2, "as a list, too");
        let cut = chat.replacen(r#""extra": {}}"#, "", 1);
        assert_eq!(summaries(&cut).unwrap().len(), 2, "with a line that is cut off");
    }

    #[test]
    fn chats_of_risu_give_all_their_kinds_of_memory() {
        let chat = r#"{"type": "risuChat", "ver": 2, "data": {"message": [{"role": "user", "data": "Hi"}],
            "hypaV3Data": {"summaries": [{"text": "Mei told of Leeds.", "chatMemos": ["a"]}]},
            "hypaV2Data": {"mainChunks": [{"text": "They sailed.", "targetId": "x"}]}, "supaMemoryData": "It rained."}}"#;
        assert_eq!(summaries(chat).unwrap(), ["Mei told of Leeds.", "They sailed.", "It rained."]);
        let character = format!(
            r#"{{"chats": [{}]}}"#,
            r#"{"message": [], "hypaV3Data": {"summaries": [{"text": "A."}]}}"#
        );
        assert_eq!(summaries(&character).unwrap(), ["A."]);
    }

    #[test]
    fn what_is_no_chat_is_refused_and_a_chat_without_memories_is_empty() {
        for text in ["", "{}", "[]", "null", "hello", r#"{"v": 1, "facts": []}"#] {
            assert_eq!(summaries(text), None, "{text}");
        }
        assert_eq!(
            summaries(
                r#"{"mes": "Hi", "is_user": true}
{"mes": "Ho"}"#
            ),
            Some(Vec::new())
        );
    }

    proptest! {
        #[test]
        fn no_piece_is_longer_than_a_note_and_no_word_is_lost(text in "[a-z .。!]{0,2000}") {
            let chat = serde_json::json!([{ "mes": "x", "extra": { "memory": text } }]).to_string();
            let pieces = summaries(&chat).unwrap();
            prop_assert!(pieces.iter().all(|piece| piece.chars().count() <= LONGEST));
            let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(plain(&pieces.concat()), plain(&text));
        }
    }
}
