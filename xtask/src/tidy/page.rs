//! Rules for the page: one door to the desktop, and every language complete.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::File;

/// The only folder that knows what is behind the page.
const DOOR: &str = "ui/src/lib/backend/";

/// `@tauri-apps` is imported in the backend folder and nowhere else, so that the page runs in any browser.
pub(crate) fn door(files: &[File]) -> Vec<String> {
    let package = ["@tauri", "-apps/"].concat();
    files
        .iter()
        .filter(|file| {
            (file.path.starts_with("ui/src/") || file.path.starts_with("tests/ui/"))
                && !file.path.starts_with(DOOR)
        })
        .filter(|file| file.text.as_deref().is_some_and(|text| text.contains(&package)))
        .map(|file| format!("{} knows about Tauri: go through {DOOR}backend.ts", file.path))
        .collect()
}

/// Every language has every message, none empty, with the same placeholders as English.
pub(crate) fn translations(files: &[File]) -> Result<Vec<String>> {
    let mut wrong = vec![];
    for english in
        files.iter().filter(|file| file.path.starts_with("ui/") && file.path.ends_with("/en.json"))
    {
        let folder = english.path.trim_end_matches("en.json");
        let words = messages(english)?;
        for other in files.iter().filter(|file| language(file, folder)) {
            compare(&english.path, &words, &other.path, &messages(other)?, &mut wrong);
        }
        for name in ["zh.json", "ja.json"] {
            let path = format!("{folder}{name}");
            if !files.iter().any(|file| file.path == path) {
                wrong.push(format!("{path} is missing"));
            }
        }
    }
    Ok(wrong)
}

fn language(file: &File, folder: &str) -> bool {
    let name = file.path.strip_prefix(folder);
    name.is_some_and(|name| !name.contains('/')) && file.extension() == "json"
}

fn compare(
    english: &str,
    words: &BTreeMap<String, String>,
    path: &str,
    others: &BTreeMap<String, String>,
    wrong: &mut Vec<String>,
) {
    for (key, text) in others {
        if text.trim().is_empty() {
            wrong.push(format!("{path}: `{key}` is empty"));
        }
        match words.get(key) {
            None => wrong.push(format!("{path}: `{key}` is not in {english}")),
            Some(original) if placeholders(original) != placeholders(text) => {
                wrong.push(format!("{path}: `{key}` has other placeholders than in {english}"));
            }
            Some(_) => {}
        }
    }
    wrong.extend(
        words
            .keys()
            .filter(|key| !others.contains_key(*key))
            .map(|key| format!("{path} lacks `{key}`")),
    );
}

/// Keys joined by dots, whatever the nesting. `$schema` is for editors.
fn messages(file: &File) -> Result<BTreeMap<String, String>> {
    let value = serde_json::from_str(file.text.as_deref().unwrap_or_default())
        .with_context(|| format!("{} is not JSON", file.path))?;
    let mut flat = BTreeMap::new();
    flatten("", &value, &mut flat);
    flat.remove("$schema");
    Ok(flat)
}

fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let key =
        |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| flatten(&key(name), value, into)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(n, value)| flatten(&key(&n.to_string()), value, into)),
        Value::String(text) => drop(into.insert(prefix.to_owned(), text.clone())),
        other => drop(into.insert(prefix.to_owned(), other.to_string())),
    }
}

/// The names in `{braces}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.trim())
        .collect()
}

#[cfg(test)]
mod tests {
    //! Small pages, each with one thing wrong.

    use super::super::file;
    use super::*;

    #[test]
    fn only_the_backend_folder_knows_tauri() {
        let import = ["import { invoke } from '@tauri", "-apps/api/core';"].concat();
        assert!(door(&[file("ui/src/lib/backend/tauri.ts", &import)]).is_empty());
        assert_eq!(door(&[file("ui/src/views/story.svelte", &import)]).len(), 1);
    }

    #[test]
    fn a_message_missing_in_one_language_is_named() {
        let check = |zh: &str| {
            let en = r#"{"hello": "Hello {name}", "settings": {"title": "Settings"}}"#;
            translations(&[
                file("ui/src/m/en.json", en),
                file("ui/src/m/zh.json", zh),
                file("ui/src/m/ja.json", en),
            ])
            .unwrap()
        };
        assert_eq!(
            check(r#"{"hello": "你好 {name}", "settings": {"title": "设置"}}"#),
            Vec::<String>::new()
        );
        assert_eq!(
            check(r#"{"hello": "你好 {name}"}"#),
            ["ui/src/m/zh.json lacks `settings.title`"]
        );
        assert_eq!(check(r#"{"hello": "你好", "settings": {"title": "设置"}}"#).len(), 1);
        assert_eq!(check(r#"{"hello": "{name}", "settings": {"title": " "}}"#).len(), 1);
        assert_eq!(
            check(r#"{"hello": "{name}", "settings": {"title": "x"}, "old": "y"}"#).len(),
            1
        );
    }

    #[test]
    fn a_language_that_is_not_there_is_named() {
        assert_eq!(
            translations(&[file("ui/src/m/en.json", "{}"), file("ui/src/m/zh.json", "{}")])
                .unwrap(),
            ["ui/src/m/ja.json is missing"]
        );
    }
}
