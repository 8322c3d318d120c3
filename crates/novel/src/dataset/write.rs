//! Datasets as files: the formats of LLaMA-Factory, of OpenAI, and of GPT2-chitchat.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha1::{Digest, Sha1};

use super::{Conversation, Example, Preference};
use crate::error::Error;

/// How examples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `{instruction, input, output, history, system?}`
    #[default]
    Alpaca,
    /// `{conversations: [{from, value}], system?}`
    ShareGpt,
    /// `{messages: [{role, content}]}`
    OpenAi,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Its name in the folder.
    pub file: String,
    /// Rows in it.
    pub rows: usize,
    /// SHA-1 of its bytes, as older trainers want it in `dataset_info.json`.
    pub sha1: String,
    /// What `dataset_info.json` says of it.
    #[serde(skip)]
    entry: Option<Value>,
}

impl Written {
    /// A file that no trainer lists.
    fn plain(file: &str, rows: usize, sha1: String) -> Self {
        Self { file: file.to_owned(), rows, sha1, entry: None }
    }
}

/// Writes examples.
///
/// # Errors
/// If the file cannot be written.
pub fn write_examples(
    folder: &Path,
    file: &str,
    examples: &[Example],
    format: Format,
) -> Result<Written, Error> {
    let rows: Vec<Value> = examples.iter().map(|example| example_row(example, format)).collect();
    let sha1 = save(&folder.join(file), &pretty(&rows))?;
    let mut entry = match format {
        Format::Alpaca => {
            json!({ "columns": { "prompt": "instruction", "query": "input", "response": "output", "history": "history", "system": "system" } })
        }
        Format::ShareGpt => {
            json!({ "formatting": "sharegpt", "columns": { "messages": "conversations", "system": "system" } })
        }
        Format::OpenAi => json!({
            "formatting": "sharegpt",
            "columns": { "messages": "messages" },
            "tags": { "role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant", "system_tag": "system" },
        }),
    };
    // A column that no row has makes trainers fail.
    if examples.iter().all(|example| example.system.is_empty())
        && let Some(columns) = entry["columns"].as_object_mut()
    {
        columns.remove("system");
    }
    Ok(Written { entry: Some(entry), ..Written::plain(file, rows.len(), sha1) })
}

fn example_row(example: &Example, format: Format) -> Value {
    let mut row = Map::new();
    let system = (!example.system.is_empty()).then_some(&example.system);
    match format {
        Format::Alpaca => {
            row.insert("instruction".to_owned(), json!(example.prompt));
            row.insert("input".to_owned(), json!(""));
            row.insert("output".to_owned(), json!(example.answer));
            row.insert("history".to_owned(), json!(example.history));
            if let Some(system) = system {
                row.insert("system".to_owned(), json!(system));
            }
        }
        Format::ShareGpt => {
            let talk: Vec<Value> = example
                .pairs()
                .flat_map(|(prompt, answer)| {
                    [
                        json!({ "from": "human", "value": prompt }),
                        json!({ "from": "gpt", "value": answer }),
                    ]
                })
                .collect();
            row.insert("conversations".to_owned(), json!(talk));
            if let Some(system) = system {
                row.insert("system".to_owned(), json!(system));
            }
        }
        Format::OpenAi => {
            let talk = example.pairs().flat_map(|(prompt, answer)| {
                [
                    json!({ "role": "user", "content": prompt }),
                    json!({ "role": "assistant", "content": answer }),
                ]
            });
            let system = system.map(|system| json!({ "role": "system", "content": system }));
            row.insert(
                "messages".to_owned(),
                json!(system.into_iter().chain(talk).collect::<Vec<_>>()),
            );
        }
    }
    Value::Object(row)
}

/// Writes preferences: alpaca style `{instruction, input, chosen, rejected, history}`, or messages for the other two formats.
///
/// # Errors
/// If the file cannot be written.
pub fn write_preferences(
    folder: &Path,
    file: &str,
    preferences: &[Preference],
    format: Format,
) -> Result<Written, Error> {
    let rows: Vec<Value> =
        preferences.iter().map(|preference| preference_row(preference, format)).collect();
    let sha1 = save(&folder.join(file), &pretty(&rows))?;
    let mut entry = match format {
        Format::Alpaca => json!({
            "ranking": true,
            "columns": { "prompt": "instruction", "query": "input", "chosen": "chosen", "rejected": "rejected", "history": "history", "system": "system" },
        }),
        _ => json!({
            "formatting": "sharegpt",
            "ranking": true,
            "columns": { "messages": "conversations", "chosen": "chosen", "rejected": "rejected", "system": "system" },
        }),
    };
    if preferences.iter().all(|preference| preference.system.is_empty())
        && let Some(columns) = entry["columns"].as_object_mut()
    {
        columns.remove("system");
    }
    Ok(Written { entry: Some(entry), ..Written::plain(file, rows.len(), sha1) })
}

fn preference_row(preference: &Preference, format: Format) -> Value {
    let mut row = if format == Format::Alpaca {
        json!({
            "instruction": preference.prompt,
            "input": "",
            "chosen": preference.chosen,
            "rejected": preference.rejected,
            "history": preference.history,
        })
    } else {
        let mut talk: Vec<Value> = preference
            .history
            .iter()
            .flat_map(|(prompt, answer)| {
                [
                    json!({ "from": "human", "value": prompt }),
                    json!({ "from": "gpt", "value": answer }),
                ]
            })
            .collect();
        talk.push(json!({ "from": "human", "value": preference.prompt }));
        json!({
            "conversations": talk,
            "chosen": { "from": "gpt", "value": preference.chosen },
            "rejected": { "from": "gpt", "value": preference.rejected },
        })
    };
    if !preference.system.is_empty() {
        row["system"] = json!(preference.system);
    }
    row
}

/// Writes `dataset_info.json` for the files of a folder; each is called by its name without the ending.
///
/// # Errors
/// If the file cannot be written.
pub fn write_info(folder: &Path, files: &[Written]) -> Result<Written, Error> {
    let mut info = Map::new();
    for file in files {
        let Some(entry) = file.entry.clone() else { continue };
        let mut whole = Map::new();
        whole.insert("file_name".to_owned(), json!(file.file));
        whole.insert("file_sha1".to_owned(), json!(file.sha1));
        if let Value::Object(entry) = entry {
            whole.extend(entry);
        }
        let name = file.file.rsplit_once('.').map_or(file.file.as_str(), |(name, _)| name);
        info.insert(name.replace('/', "_"), Value::Object(whole));
    }
    let rows = info.len();
    let sha1 = save(&folder.join("dataset_info.json"), &pretty(&info))?;
    Ok(Written::plain("dataset_info.json", rows, sha1))
}

/// Files of `names` that the folder's `dataset_info.json` lists and that are not written any more: what was held back in an earlier
/// run is learnt now, perhaps.
pub(super) fn stale(folder: &Path, names: &[String], files: &[Written]) -> Vec<String> {
    let info: Value = fs::read(folder.join("dataset_info.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let Value::Object(info) = info else { return Vec::new() };
    let listed: Vec<&str> = info.values().filter_map(|entry| entry["file_name"].as_str()).collect();
    let gone = |name: &&String| {
        listed.contains(&name.as_str()) && files.iter().all(|file| file.file != **name)
    };
    names.iter().filter(gone).cloned().collect()
}

/// Removes files of a folder.
///
/// # Errors
/// If one is there and cannot be removed.
pub(super) fn remove(folder: &Path, files: &[String]) -> Result<(), Error> {
    for file in files {
        let path = folder.join(file);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Write { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes `train.txt` of GPT2-chitchat: an utterance a line, a blank line between dialogues, no blank line at the end (its reader
/// would take that for one more utterance).
///
/// # Errors
/// If the file cannot be written.
pub fn chitchat(
    folder: &Path,
    file: &str,
    conversations: &[Conversation],
) -> Result<Written, Error> {
    let dialogues: Vec<String> = conversations
        .iter()
        .map(|conversation| {
            let utterance = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            conversation
                .turns
                .iter()
                .map(|turn| utterance(&turn.text))
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        })
        .filter(|dialogue| !dialogue.is_empty())
        .collect();
    let sha1 = save(&folder.join(file), dialogues.join("\n\n").as_bytes())?;
    Ok(Written::plain(file, dialogues.len(), sha1))
}

/// Writes any value as indented JSON.
pub(super) fn write_json(
    folder: &Path,
    file: &str,
    rows: usize,
    value: &impl Serialize,
) -> Result<Written, Error> {
    let sha1 = save(&folder.join(file), &pretty(value))?;
    Ok(Written::plain(file, rows, sha1))
}

/// Like [`write_json`], for rows that a trainer of the alpaca format reads.
pub(super) fn write_alpaca(folder: &Path, file: &str, rows: &[Example]) -> Result<Written, Error> {
    write_examples(folder, file, rows, Format::Alpaca)
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    // Values of our own always have a JSON form.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

/// Writes beside the file and renames, so that a full disk leaves no half file; gives back the SHA-1.
fn save(path: &Path, bytes: &[u8]) -> Result<String, Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = fs::File::create(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    if let Err(error) = written {
        let _gone = fs::remove_file(&part);
        return Err(failed(error));
    }
    let digest = Sha1::digest(bytes);
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect())
}
