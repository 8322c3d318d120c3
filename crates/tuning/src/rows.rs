//! Datasets of the formats that trainers read: alpaca, sharegpt, openai, preferences, KTO, plain texts; alone, or listed in a
//! `dataset_info.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// Largest file that is read.
const MAX_FILE: u64 = 1 << 30;
/// Most rows of one dataset.
const MAX_ROWS: usize = 10_000_000;

/// A conversation: instructions, and questions with their answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Talk {
    /// Instructions above it; may be empty.
    pub system: String,
    /// What she says before the first question, as a card's greeting is; may be empty.
    pub opening: String,
    /// Questions and answers, the oldest first.
    pub turns: Vec<(String, String)>,
}

/// Two answers to the last question of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preference {
    /// What was said; the last turn's answer is the better one.
    pub talk: Talk,
    /// The worse answer.
    pub rejected: String,
}

/// What a dataset holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// Conversations to learn.
    pub talks: Vec<Talk>,
    /// Pairs of answers.
    pub preferences: Vec<Preference>,
    /// Conversations whose last answer is good or bad.
    pub judged: Vec<(Talk, bool)>,
    /// Texts without roles.
    pub texts: Vec<String>,
    /// Rows that made no sense: roles out of order, no answer.
    pub skipped: usize,
}

/// One entry of `dataset_info.json`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Entry {
    file_name: Option<String>,
    columns: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
}

/// Words in the names of entries that are watched while others are learnt, and of those that are kept for the end.
const WATCHED: &[&str] = &["validation", "valid", "val", "dev", "eval", "evaluation"];
const JUDGED_BY: &[&str] = &["test"];

/// Whether the name of an entry says that it is kept for one of these: by whole words, so that `latest` and `medieval` are learnt (but
/// not `test2`), and not where it says `train` (of a dataset that is called `test`).
fn is_named(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut parts = name.split(|c: char| !c.is_alphabetic());
    parts.clone().all(|part| part != "train") && parts.any(|part| words.contains(&part))
}

/// Reads a dataset: a file, or a folder with a `dataset_info.json` of which the entries named by `names` are taken (all whose
/// names do not say validation or test, if empty).
pub fn read(path: &Path, names: &[String]) -> Result<Rows, Error> {
    let mut rows = Rows::default();
    if !path.is_dir() {
        read_file(path, &Entry::default(), &mut rows)?;
        return Ok(rows);
    }
    let info = path.join("dataset_info.json");
    if !info.exists() {
        return Err(Error::dataset(path, "there is no `dataset_info.json` in this folder"));
    }
    let list: BTreeMap<String, Entry> =
        serde_json::from_slice(&bytes(&info)?).map_err(|e| Error::dataset(&info, e.to_string()))?;
    let wanted: Vec<&String> = if names.is_empty() {
        list.keys().filter(|name| !is_named(name, &[WATCHED, JUDGED_BY].concat())).collect()
    } else {
        names.iter().collect()
    };
    for name in wanted {
        let entry = list.get(name).ok_or_else(|| {
            let known: Vec<&str> = list.keys().map(String::as_str).collect();
            Error::dataset(&info, format!("it lists no `{name}`; it lists {}", known.join(", ")))
        })?;
        let Some(file) = &entry.file_name else {
            return Err(Error::dataset(&info, format!("`{name}` is not a file beside it")));
        };
        // A name with a path in it would reach outside the folder.
        if file.contains("..") || Path::new(file).is_absolute() {
            return Err(Error::dataset(&info, format!("`{file}` does not lie beside it")));
        }
        read_file(&path.join(file), entry, &mut rows)?;
    }
    Ok(rows)
}

/// Names of the entries that are kept for validation.
pub fn validation_names(path: &Path) -> Vec<String> {
    let list: BTreeMap<String, Value> = bytes(&path.join("dataset_info.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    list.into_keys().filter(|name| is_named(name, WATCHED)).collect()
}

/// Takes a share of a list out of it, drawn by a seed: what is watched and not learnt.
///
/// # Errors
/// Where the share is not from 0 to below 1: of all nothing would be left to learn.
pub fn split<T>(list: &mut Vec<T>, share: f64, seed: u64) -> Result<Vec<T>, Error> {
    if !(0.0..1.0).contains(&share) {
        return Err(Error::cannot_be("a share for validation", share));
    }
    let count = ((list.len() as f64 * share).round() as usize).min(list.len());
    list.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    Ok(list.split_off(list.len() - count))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let about = fs::metadata(path).map_err(Error::read(path))?;
    if about.len() > MAX_FILE {
        return Err(Error::dataset(path, "it is larger than 1 GB; split it"));
    }
    fs::read(path).map_err(Error::read(path))
}

fn read_file(path: &Path, entry: &Entry, rows: &mut Rows) -> Result<(), Error> {
    let bytes = bytes(path)?;
    // What a trainer would make of other encodings are signs of damage, which would be learnt.
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let at = error.valid_up_to();
        Error::dataset(path, format!("it is not UTF-8 from byte {at} on; write it as UTF-8"))
    })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let values: Vec<Value> = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|e| Error::dataset(path, e.to_string()))?
    } else {
        let line = |(at, line): (usize, &str)| {
            serde_json::from_str(line)
                .map_err(|e| Error::dataset(path, format!("line {}: {e}", at + 1)))
        };
        text.lines()
            .enumerate()
            .filter(|(_, l)| !l.trim().is_empty())
            .map(line)
            .collect::<Result<_, _>>()?
    };
    if values.len() > MAX_ROWS {
        return Err(Error::dataset(path, format!("it has {} rows", values.len())));
    }
    for value in &values {
        if !row(value, entry, rows) {
            rows.skipped += 1;
        }
    }
    Ok(())
}

/// Takes a row; `false` where it makes no sense.
fn row(value: &Value, entry: &Entry, rows: &mut Rows) -> bool {
    let column = |key: &str, usual: &'static str| -> String {
        entry.columns.get(key).map_or(usual, String::as_str).to_owned()
    };
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let messages = entry.columns.get("messages").cloned().or_else(|| {
        ["messages", "conversations"].into_iter().find(|n| value[*n].is_array()).map(str::to_owned)
    });
    let mut talk = match &messages {
        Some(name) => {
            let Some(talk) =
                talk_of(&value[name.as_str()], entry, &text(&column("system", "system")))
            else {
                return false;
            };
            talk
        }
        None if value["text"].is_string() && value["instruction"].is_null() => {
            rows.texts.push(text("text"));
            return true;
        }
        None => {
            let query = text(&column("query", "input"));
            let mut prompt = text(&column("prompt", "instruction"));
            if !query.is_empty() {
                prompt = if prompt.is_empty() { query } else { format!("{prompt}\n{query}") };
            }
            let pair = |pair: &Value| {
                Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()))
            };
            let history = value[column("history", "history").as_str()].as_array();
            let mut turns: Vec<(String, String)> =
                history.into_iter().flatten().filter_map(pair).collect();
            turns.push((prompt, text(&column("response", "output"))));
            Talk { system: text(&column("system", "system")), turns, ..Talk::default() }
        }
    };
    let answer = |name: &str| match &value
        [column(name, if name == "chosen" { "chosen" } else { "rejected" }).as_str()]
    {
        Value::String(text) => Some(text.clone()),
        message => ["value", "content"]
            .into_iter()
            .find_map(|key| message[key].as_str())
            .map(str::to_owned),
    };
    let old = value["output"].as_array().and_then(|pair| {
        Some((pair.first()?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()))
    });
    if let Some((chosen, rejected)) = answer("chosen").zip(answer("rejected")).or(old) {
        let Some(last) = talk.turns.last_mut() else { return false };
        if is_blank(&chosen) || is_blank(&rejected) || chosen == rejected {
            return false;
        }
        last.1 = chosen;
        rows.preferences.push(Preference { talk, rejected });
        return true;
    }
    if talk.turns.last().is_none_or(|(_, answer)| is_blank(answer)) {
        return false;
    }
    match value[column("kto_tag", "kto_tag").as_str()].as_bool() {
        Some(good) => rows.judged.push((talk, good)),
        None => rows.talks.push(talk),
    }
    true
}

/// An answer of nothing but spaces would teach silence.
fn is_blank(answer: &str) -> bool {
    answer.trim().is_empty()
}

/// Messages whose roles alternate. The last question may lack its answer, where there are two to choose from.
fn talk_of(list: &Value, entry: &Entry, system: &str) -> Option<Talk> {
    let tag = |key: &str, usual: &'static str| entry.tags.get(key).map_or(usual, String::as_str);
    let mut talk = Talk { system: system.to_owned(), ..Talk::default() };
    let mut open: Option<String> = None;
    for message in list.as_array()? {
        let text = |names: [&str; 2]| names.into_iter().find_map(|name| message[name].as_str());
        let role = text([tag("role_tag", "from"), "role"])?;
        let content = match text([tag("content_tag", "value"), "content"]) {
            Some(text) => text.to_owned(),
            None => parts(&message["content"])?,
        };
        if role == tag("system_tag", "system") || role == "system" {
            talk.system = content;
        } else if [tag("user_tag", "human"), "user", "human"].contains(&role) {
            if open.replace(content).is_some() {
                return None;
            }
        } else if [tag("assistant_tag", "gpt"), "assistant", "gpt"].contains(&role) {
            match open.take() {
                Some(question) => talk.turns.push((question, content)),
                // Before the first question it is a greeting.
                None if talk.turns.is_empty() && talk.opening.is_empty() => talk.opening = content,
                None => return None,
            }
        } else {
            return None;
        }
    }
    if let Some(question) = open {
        talk.turns.push((question, String::new()));
    }
    (!talk.turns.is_empty()).then_some(talk)
}

/// A message in parts, as OpenAI's may be; none where one of them is a picture or a sound.
fn parts(content: &Value) -> Option<String> {
    let texts: Option<Vec<&str>> =
        content.as_array()?.iter().map(|part| part["text"].as_str()).collect();
    Some(texts?.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Rows {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.json");
        fs::write(&path, text).unwrap();
        read(&path, &[]).unwrap()
    }

    fn turn(a: &str, b: &str) -> (String, String) {
        (a.to_owned(), b.to_owned())
    }

    #[test]
    fn every_format_gives_the_same_conversation() {
        let turns = vec![turn("a", "b"), turn("c\nd", "e")];
        let wanted = Talk { system: "S".into(), turns, ..Talk::default() };
        for text in [
            r#"[{"instruction":"c","input":"d","output":"e","history":[["a","b"]],"system":"S"}]"#,
            r#"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"},{"from":"human","value":"c\nd"},{"from":"gpt","value":"e"}],"system":"S"}"#,
            r#"[{"messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c\nd"},{"role":"assistant","content":"e"}]}]"#,
        ] {
            assert_eq!(read_text(text).talks, std::slice::from_ref(&wanted), "{text}");
        }
    }

    #[test]
    fn preferences_judgements_and_texts_are_told_apart() {
        let rows = read_text(
            r#"[{"instruction":"a","input":"","chosen":"b","rejected":"c"},
                {"instruction":"a","input":"","output":["b","c"]},
                {"conversations":[{"from":"human","value":"a"}],"chosen":{"from":"gpt","value":"b"},"rejected":{"from":"gpt","value":"c"}},
                {"instruction":"a","input":"","output":"b","kto_tag":false},
                {"text":"t"},
                {"instruction":"a","output":""},
                {"messages":[{"role":"assistant","content":"b"}]}]"#,
        );
        let talk = Talk { turns: vec![turn("a", "b")], ..Talk::default() };
        let preference = Preference { talk: talk.clone(), rejected: "c".into() };
        assert_eq!(rows.preferences, [preference.clone(), preference.clone(), preference]);
        assert_eq!(rows.judged, [(talk, false)]);
        assert_eq!(rows.texts, ["t"]);
        assert_eq!(rows.skipped, 2);
    }

    #[test]
    fn other_encodings_are_named_and_not_learnt_as_signs_of_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.json");
        for bytes in [
            b"[{\"instruction\":\"a\",\"output\":\"\xc4\xe3\xba\xc3\"}]".as_slice(),
            b"\xff\xfe[\0]\0",
        ] {
            fs::write(&path, bytes).unwrap();
            let told = read(&path, &[]).unwrap_err().to_string();
            assert!(told.contains("UTF-8"), "{told}");
        }
    }

    #[test]
    fn a_share_that_leaves_nothing_to_learn_is_refused() {
        for share in [1.0, 1.5, -0.1, f64::NAN, f64::INFINITY] {
            assert!(split(&mut vec![1, 2, 3, 4], share, 1).is_err(), "{share}");
        }
        let mut list = vec![1, 2, 3, 4];
        assert_eq!(split(&mut list, 0.5, 1).unwrap().len(), 2);
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn answers_of_spaces_teach_nothing() {
        let rows = read_text(
            r#"[{"instruction":"a","output":" \n"},
                {"instruction":"a","chosen":"b","rejected":"\t"},
                {"instruction":"a","output":" b"}]"#,
        );
        assert_eq!((rows.skipped, rows.preferences.len()), (2, 0));
        assert_eq!(rows.talks[0].turns, [turn("a", " b")]);
    }

    #[test]
    fn entries_are_kept_back_by_whole_words_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let entries = [
            "latest_train",
            "medieval_train",
            "medieval_validation",
            "test_train",
            "test_validation",
            "contest",
            "a-dev",
            "b.test",
            "c_test2",
            "d-val01",
        ];
        let info: BTreeMap<&str, Value> = entries
            .iter()
            .map(|name| (*name, serde_json::json!({ "file_name": format!("{name}.json") })))
            .collect();
        for name in entries {
            let row = format!(r#"[{{"instruction":"a","output":"{name}"}}]"#);
            fs::write(folder.path().join(format!("{name}.json")), row).unwrap();
        }
        let list = serde_json::to_vec(&info).unwrap();
        fs::write(folder.path().join("dataset_info.json"), list).unwrap();
        let learnt = read(folder.path(), &[]).unwrap().talks;
        let learnt: Vec<&str> = learnt.iter().map(|talk| talk.turns[0].1.as_str()).collect();
        assert_eq!(learnt, ["contest", "latest_train", "medieval_train", "test_train"]);
        assert_eq!(
            validation_names(folder.path()),
            ["a-dev", "d-val01", "medieval_validation", "test_validation"]
        );
    }

    #[test]
    fn messages_in_parts_are_texts_and_pictures_are_not() {
        let row = |part: &str| {
            format!(
                r#"[{{"messages":[{{"role":"user","content":[{{"type":"text","text":"a"}},{part}]}},{{"role":"assistant","content":"b"}}]}}]"#
            )
        };
        let rows = read_text(&row(r#"{"type":"text","text":"c"}"#));
        assert_eq!(rows.talks[0].turns, [turn("a\nc", "b")]);
        let rows = read_text(&row(r#"{"type":"image_url","image_url":{"url":"x"}}"#));
        assert_eq!((rows.talks.len(), rows.skipped), (0, 1));
    }

    #[test]
    fn what_she_says_before_the_first_question_is_a_greeting() {
        let text = r#"{"messages":[{"role":"system","content":"S"},{"role":"assistant","content":"Welcome."},
            {"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#;
        let rows = read_text(&text.replace('\n', ""));
        let turns = vec![turn("a", "b")];
        assert_eq!(rows.talks, [Talk { system: "S".into(), opening: "Welcome.".into(), turns }]);
        // Twice in turn is out of order.
        let twice = text.replace('\n', "").replacen(
            r#"{"role":"user""#,
            r#"{"role":"assistant","content":"Again."},{"role":"user""#,
            1,
        );
        assert_eq!((read_text(&twice).talks.len(), read_text(&twice).skipped), (0, 1));
    }

    #[test]
    fn a_list_of_datasets_names_columns_tags_and_splits() {
        let folder = tempfile::tempdir().unwrap();
        let told = read(folder.path(), &[]).unwrap_err().to_string();
        assert!(told.contains("no `dataset_info.json` in this folder"), "{told}");
        let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        file(
            "dataset_info.json",
            r#"{"n_train":{"file_name":"a.json","columns":{"prompt":"q","response":"r"}},
                "n_validation":{"file_name":"b.json"},
                "away":{"file_name":"../c.json"}}"#,
        );
        file("a.json", r#"[{"q":"x","r":"y"}]"#);
        file("b.json", r#"[{"instruction":"v","output":"w"}]"#);
        let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let train = read(folder.path(), &names(&["n_train"])).unwrap();
        assert_eq!(train.talks[0].turns, [turn("x", "y")]);
        assert_eq!(validation_names(folder.path()), ["n_validation"]);
        let kept = read(folder.path(), &validation_names(folder.path())).unwrap();
        assert_eq!(kept.talks[0].turns, [turn("v", "w")]);
        assert!(read(folder.path(), &names(&["away"])).is_err());
        let told = read(folder.path(), &names(&["none"])).unwrap_err().to_string();
        assert!(told.contains("n_train"), "{told}");
    }
}
