//! CharacterEval and CharacterBench: a sheet, a talk, one reply that a judge marks.

use std::collections::HashMap;

use domain::{Problem, ProblemKind};
use serde_json::Value;

use super::dimensions::{dimension, dimensions};
use super::read::{MAX_ITEMS, MAX_TALK, rows, some, text};
use super::{Bad, Found, Item, Rule, Set};

/// CharacterEval's other two files.
const PROFILES: &str = "character_profiles.json";
const METRICS: &str = "id2metric.jsonl";
/// How deep a sheet may be nested; deeper parts are left out.
const DEEPEST: usize = 4;

/// CharacterEval's `test_data.jsonl` (a JSON array, whatever its name says), with the sheets and the metrics of each item beside it.
///
/// # Errors
/// Where one of the other two files is missing or damaged.
pub(super) fn character_eval(
    rows_of: &[Result<Value, String>],
    beside: &dyn Fn(&str) -> Option<String>,
) -> Result<Found, Problem> {
    let object = |name: &str| {
        let wrong = |what: &str| {
            Problem::new(
                ProblemKind::Missing,
                format!("CharacterEval's `{name}` {what}"),
                format!("put `{PROFILES}` and `{METRICS}` of its `data` folder beside the file"),
            )
        };
        let text = beside(name).ok_or_else(|| wrong("is not beside the file"))?;
        let read = rows(&text)?.into_iter().next().and_then(Result::ok);
        match read {
            Some(Value::Object(all)) => Ok(all),
            _ => Err(wrong("cannot be read")),
        }
    };
    let (profiles, metrics) = (object(PROFILES)?, object(METRICS)?);
    let sheets: HashMap<&str, String> =
        profiles.iter().map(|(role, about)| (role.as_str(), sheet(about))).collect();
    let mut found = Found { set: Set::CharacterEval, items: Vec::new(), bad: Vec::new() };
    for (at, row) in rows_of.iter().enumerate().take(MAX_ITEMS) {
        let make = |row: &Value| {
            let role = text(&row["role"]);
            let profile = sheets.get(role.as_str()).ok_or("no sheet for this role")?;
            let talk = lines(&text(&row["context"]));
            if talk.is_empty() {
                return Err("no context");
            }
            if talk.last().is_some_and(|(who, _)| *who == role) {
                return Err("the role has the last word, so nothing is to be answered");
            }
            let number = match &row["id"] {
                Value::Number(number) => number.to_string(),
                Value::String(text) if text.len() <= 64 => text.clone(),
                _ => return Err("no id"),
            };
            let wanted = metrics.get(&number).and_then(Value::as_array);
            let named: Vec<String> = wanted
                .into_iter()
                .flatten()
                .filter_map(|pair| dimension(Set::CharacterEval, pair[0].as_str()?))
                .map(|known| known.name.to_owned())
                .collect();
            if named.is_empty() {
                return Err("no metric of `id2metric.jsonl` is for it");
            }
            Ok(Item {
                id: format!("{at}:{number}"),
                category: some(text(&row["novel_name"]), "all"),
                name: role,
                profile: profile.clone(),
                talk,
                rule: Rule::Marks { of: named, reference: String::new() },
                lang: "zh".to_owned(),
            })
        };
        match row.as_ref().map_err(Clone::clone).and_then(|row| make(row).map_err(str::to_owned)) {
            Ok(item) => found.items.push(item),
            Err(why) => found.bad.push(Bad { at, why }),
        }
    }
    Ok(found)
}

/// A script's lines: `who：what`. A line without a name goes on with the one before.
fn lines(context: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in context.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(['：', ':']).filter(|(who, _)| who.chars().count() <= 24) {
            Some((who, what)) => out.push((who.trim().to_owned(), what.trim().to_owned())),
            None => match out.last_mut() {
                Some((_, before)) => {
                    before.push('\n');
                    before.push_str(line);
                }
                None => out.push((String::new(), line.to_owned())),
            },
        }
    }
    out.drain(..out.len().saturating_sub(MAX_TALK));
    out
}

/// One of CharacterBench's thirteen test files; which, its name says.
///
/// # Errors
/// Where the name is none of the thirteen.
pub(super) fn character_bench(
    rows_of: &[Result<Value, String>],
    name: &str,
    chinese: bool,
) -> Result<Found, Problem> {
    let of = dimensions(Set::CharacterBench).iter().find(|one| name.contains(one.name));
    let of = of.ok_or_else(|| {
        let all: Vec<&str> = dimensions(Set::CharacterBench).iter().map(|one| one.name).collect();
        Problem::new(
            ProblemKind::Unsupported,
            format!("`{name}` holds items of CharacterBench, but its name does not say of which dimension"),
            format!("give it its own name back, with one of: {}", all.join(", ")),
        )
    })?;
    let mut found = Found { set: Set::CharacterBench, items: Vec::new(), bad: Vec::new() };
    for (at, row) in rows_of.iter().enumerate().take(MAX_ITEMS) {
        let item = row
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|row| bench_item(row, at, of.name, chinese).map_err(str::to_owned));
        match item {
            Ok(item) => found.items.push(item),
            Err(why) => found.bad.push(Bad { at, why }),
        }
    }
    Ok(found)
}

fn bench_item(row: &Value, at: usize, of: &str, chinese: bool) -> Result<Item, &'static str> {
    let part = if chinese { row } else { &row["translation_en"] };
    if !part["dialogue"].is_array() {
        return Err(if chinese { "no dialogue" } else { "no English text; ask in Chinese" });
    }
    let name = text(&part["character_name"]).trim().to_owned();
    let profile = sheet(&part["character_profile"]);
    if name.is_empty() || profile.is_empty() {
        return Err("no character");
    }
    let person = text(&part["user_name"]);
    let is_person = |who: &str| {
        let who = who.trim();
        who.eq_ignore_ascii_case("user") || (!person.is_empty() && who == person.trim())
    };
    let said = part["dialogue"].as_array().map(Vec::as_slice).unwrap_or_default();
    let greeting = text(&part["greeting"]);
    let greeting = (!greeting.trim().is_empty() && greeting.trim() != "N/A")
        .then(|| (name.clone(), greeting.trim().to_owned()));
    let talk: Vec<(String, String)> = greeting
        .into_iter()
        .chain(said[said.len().saturating_sub(MAX_TALK)..].iter().map(|one| {
            let who = text(&one["speaker"]);
            let who = if is_person(&who) { "User".to_owned() } else { name.clone() };
            (who, text(&one["utterance"]).trim().to_owned())
        }))
        .filter(|(_, what)| !what.is_empty())
        .collect();
    if talk.last().is_none_or(|(who, _)| who != "User") {
        return Err("the person does not have the last word, so nothing is to be answered");
    }
    let about = sheet(&part["user_profile"]);
    let known = !matches!(about.trim(), "" | "N/A" | "无");
    let reference = match of {
        "memory_consistency" => sheet(&part["messages"]["output"]["dialogue_segments"]),
        "attribute_consistency_human" => sheet(&part["messages"]["reference"]),
        "attribute_consistency_bot" | "fact_accuracy" => {
            sheet(&part["messages"]["output"]["answer"])
        }
        "behavior_consistency_bot" => sheet(&part["messages"]["output"]["reference"]),
        "behavior_consistency_human" => sheet(&part["response_messages"]["character_style"]),
        "boundary_consistency" => sheet(&part["response_messages"]["reference_response"]),
        "emotion_self_regulation" | "empathetic_responsiveness" => {
            sheet(&part["messages"]["output"]["emotion"])
        }
        _ => String::new(),
    };
    Ok(Item {
        id: format!("{}{at}", if chinese { "zh" } else { "en" }),
        category: of.to_owned(),
        name,
        profile: if known { format!("{profile}\n\nUser: {about}") } else { profile },
        talk,
        rule: Rule::Marks { of: vec![of.to_owned()], reference },
        lang: if chinese { "zh" } else { "en" }.to_owned(),
    })
}

/// A sheet of a character as text: one row a field, whatever is nested on one row.
fn sheet(value: &Value) -> String {
    fn inner(value: &Value, depth: usize) -> String {
        match value {
            Value::String(_) => text(value),
            Value::Number(number) => number.to_string(),
            Value::Array(all) if depth < DEEPEST => {
                let parts = all.iter().map(|one| inner(one, depth + 1));
                parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
            }
            Value::Object(all) if depth < DEEPEST => {
                let parts = all
                    .iter()
                    .map(|(key, one)| (key, inner(one, depth + 1)))
                    .filter(|(_, part)| !part.is_empty())
                    .map(|(key, part)| format!("{key}：{part}"));
                parts.collect::<Vec<_>>().join(if depth == 0 { "\n" } else { "；" })
            }
            _ => String::new(),
        }
    }
    text(&Value::String(inner(value, 0))).trim().to_owned()
}
