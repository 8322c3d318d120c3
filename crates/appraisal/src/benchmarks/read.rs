//! From a file to questions. Items with missing fields are counted and told, never fatal; what a file is shows in its fields.

use domain::{Problem, ProblemKind};
use serde_json::{Map, Value};

use super::{Bad, Item, Rule, Set, characters};

/// Most items of a file.
pub(super) const MAX_ITEMS: usize = 200_000;
/// Longest text of an item, in bytes; longer ones are cut.
const MAX_TEXT: usize = 64 << 10;
/// Most messages of an item's talk; the newest are kept.
pub(super) const MAX_TALK: usize = 200;

/// Makes a question of a row at a place, or says why it is none.
type Make = fn(&Value, usize) -> Result<Item, String>;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whose questions.
    pub set: Set,
    /// The questions.
    pub items: Vec<Item>,
    /// What is none.
    pub bad: Vec<Bad>,
}

/// Reads a file: a JSON array, JSON lines, or one JSON object. `name` is the file's, `chinese` asks in Chinese where a set has both
/// languages, `beside` gives the text of another file of the same folder.
///
/// # Errors
/// Where it is no benchmark that is known, or files that belong to it are missing.
pub fn read(
    text: &str,
    name: &str,
    chinese: bool,
    beside: &dyn Fn(&str) -> Option<String>,
) -> Result<Found, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let rows = rows(text)?;
    let first = rows.iter().find_map(|row| row.as_ref().ok()?.as_object());
    let Some(first) = first else {
        return Err(unknown(name));
    };
    let has = |key: &str| first.contains_key(key);
    if has("questions") && has("categories") {
        return questionnaire(first, chinese);
    }
    let found = if has("novel_name") && has("context") {
        Some(characters::character_eval(&rows, beside)?)
    } else if has("character_name") && has("character_profile") && has("dialogue") {
        Some(characters::character_bench(&rows, name, chinese)?)
    } else {
        None
    };
    if let Some(found) = found {
        return if found.items.is_empty() { Err(nothing(name, &found)) } else { Ok(found) };
    }
    let ping_pong =
        |value: &Value| value["characters"].is_array() && value["situations"].is_array();
    if first.values().any(ping_pong) || ping_pong(&Value::Object(first.clone())) {
        return Ok(settings(first));
    }
    let (set, make): (Set, Make) = if has("dialogue") && has("label") {
        (Set::SocialBench, social)
    } else if has("question") && has("generated") {
        (Set::RoleBench, role)
    } else if has("dialogues") && (has("book") || has("key_characters")) {
        (Set::CoSer, scene)
    } else {
        return Err(unknown(name));
    };
    let mut found = Found { set, items: Vec::new(), bad: Vec::new() };
    for (at, row) in rows.iter().enumerate().take(MAX_ITEMS) {
        let item = row.as_ref().map_err(Clone::clone).and_then(|row| make(row, at));
        match item {
            Ok(item) => found.items.push(item),
            Err(why) => found.bad.push(Bad { at, why }),
        }
    }
    if found.items.is_empty() {
        return Err(unknown(name));
    }
    Ok(found)
}

/// A file of a set that is known, in which nothing can be asked.
fn nothing(name: &str, found: &Found) -> Problem {
    let why = found.bad.first().map_or("it is empty", |bad| bad.why.as_str());
    Problem::new(
        ProblemKind::Damaged,
        format!("nothing of `{name}` can be asked ({why}; {} items)", found.bad.len()),
        "fetch it again, or ask in the other language (`--chinese`)",
    )
}

fn unknown(name: &str) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("`{name}` is no benchmark file that is known"),
        "give a data file of SocialBench, RoleBench, InCharacter, CoSER, PingPong, CharacterEval or CharacterBench; docs/appraisal.md names the fields",
    )
}

pub(super) fn rows(text: &str) -> Result<Vec<Result<Value, String>>, Problem> {
    let damaged = |error: serde_json::Error| {
        Problem::new(
            ProblemKind::Damaged,
            format!("the file is no JSON: {error}"),
            "fetch it again, and check that it is no pointer of Git LFS",
        )
    };
    match text.trim_start().chars().next() {
        Some('[') => {
            let all: Vec<Value> = serde_json::from_str(text).map_err(damaged)?;
            Ok(all.into_iter().map(Ok).collect())
        }
        Some('{') => Ok(match serde_json::from_str::<Value>(text) {
            Ok(one) => vec![Ok(one)],
            // Not one object: lines of them.
            Err(_) => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .take(MAX_ITEMS)
                .map(|line| serde_json::from_str(line).map_err(|error| format!("no JSON: {error}")))
                .collect(),
        }),
        _ => Err(unknown("the file")),
    }
}

/// A text of a field, cut where it is longer than any real one.
pub(super) fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn talk(value: &Value, who: &str, what: &str) -> Vec<(String, String)> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let kept = &all[all.len().saturating_sub(MAX_TALK)..];
    kept.iter()
        .map(|one| (text(&one[who]), text(&one[what])))
        .filter(|(_, what)| !what.trim().is_empty())
        .collect()
}

fn social(row: &Value, at: usize) -> Result<Item, String> {
    let mut said = talk(&row["dialogue"], "from", "value");
    let instruction = text(&row["instruction"]);
    let labels: Vec<String> = row["label"]
        .as_array()
        .map(|all| all.iter().map(text).collect())
        .or_else(|| row["label"].as_str().map(|one| vec![one.to_owned()]))
        .filter(|all: &Vec<String>| !all.is_empty() && all.iter().all(|one| !one.trim().is_empty()))
        .ok_or("no label")?;
    let options = row["choices"].as_object().filter(|all| !all.is_empty());
    let rule = match options {
        Some(options) => {
            let letters: Option<Vec<char>> = labels
                .iter()
                .map(|label| {
                    label.trim().chars().next().filter(|c| options.contains_key(&c.to_string()))
                })
                .collect();
            Rule::Letters(letters.ok_or("a label that is no choice")?)
        }
        None => Rule::Keywords(labels),
    };
    let mut asked = instruction;
    if let Some(options) = options {
        for (letter, choice) in options {
            asked.extend(["\n", letter, ". ", &text(choice)]);
        }
        let chinese = row["meta"]["lang"] == "zh";
        asked.push_str(if chinese {
            "\n只回答选项字母。"
        } else {
            "\nAnswer with the letter alone."
        });
    }
    if !asked.trim().is_empty() {
        said.push(("User".to_owned(), asked));
    }
    if said.is_empty() {
        return Err("nothing is said".to_owned());
    }
    Ok(Item {
        id: at.to_string(),
        category: some(text(&row["meta"]["category"]), "all"),
        name: text(&row["meta"]["name"]),
        profile: match &row["meta"]["profile"] {
            Value::Object(all) => all.values().map(text).collect::<Vec<_>>().join("\n"),
            other => text(other),
        },
        talk: said,
        rule,
        lang: String::new(),
    })
}

fn role(row: &Value, at: usize) -> Result<Item, String> {
    let question = text(&row["question"]);
    let references: Vec<String> = match &row["generated"] {
        Value::Array(all) => all.iter().map(text).collect(),
        other => vec![text(other)],
    };
    let references: Vec<String> =
        references.into_iter().filter(|one| !one.trim().is_empty()).collect();
    if question.trim().is_empty() || references.is_empty() {
        return Err("no question or no reference".to_owned());
    }
    Ok(Item {
        id: at.to_string(),
        category: some(text(&row["type"]), "all"),
        name: text(&row["role"]),
        profile: text(&row["desc"]),
        talk: vec![("User".to_owned(), question)],
        rule: Rule::Reference(references),
        lang: String::new(),
    })
}

/// One reply of each scene: the last line of a main character, against the book.
fn scene(row: &Value, at: usize) -> Result<Item, String> {
    let lines = talk(&row["dialogues"], "character", "message");
    let main: Vec<String> = row["major_characters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .chain(row["key_characters"].as_array().into_iter().flatten().map(|one| text(&one["name"])))
        .collect();
    let last = (1..lines.len())
        .rev()
        .find(|&at| main.contains(&lines[at].0) && lines[at - 1].0 != lines[at].0)
        .ok_or("no line of a main character that answers somebody")?;
    let (name, reference) = lines[last].clone();
    let profile = match &row["character_profiles"] {
        Value::Object(all) => all.get(&name).map(text).unwrap_or_default(),
        _ => String::new(),
    };
    let setting = [text(&row["scenario"]), text(&row["topic"])].join("\n");
    Ok(Item {
        id: at.to_string(),
        category: some(text(&row["book"]), "all"),
        name,
        profile: format!("{profile}\n{setting}").trim().to_owned(),
        talk: lines[..last].to_vec(),
        rule: Rule::Reference(vec![reference]),
        lang: String::new(),
    })
}

fn questionnaire(file: &Map<String, Value>, chinese: bool) -> Result<Found, Problem> {
    let mut found = Found { set: Set::InCharacter, items: Vec::new(), bad: Vec::new() };
    let range = file.get("range").and_then(Value::as_array);
    let end = |at: usize| {
        range.and_then(|range| range.get(at)?.as_i64()).and_then(|n| i32::try_from(n).ok())
    };
    let (low, high) = (end(0).unwrap_or(1), end(1).unwrap_or(5));
    if low >= high {
        return Err(unknown("a questionnaire without a scale"));
    }
    let lang = if chinese { "zh" } else { "en" };
    let how = file
        .get("prompts")
        .map(|all| text(&all["rpa_choice_instruction"][lang]))
        .unwrap_or_default();
    let how = some(
        how,
        if chinese {
            "请只回答一个数字。"
        } else {
            "Answer with one number from the scale, and nothing else."
        },
    );
    let reversed: Vec<i64> = file
        .get("reverse")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect();
    let questions = file.get("questions").and_then(Value::as_object);
    for (at, (number, question)) in questions.into_iter().flatten().enumerate().take(MAX_ITEMS) {
        let statement = some(text(&question[format!("origin_{lang}").as_str()]), "");
        if statement.is_empty() {
            found.bad.push(Bad { at, why: format!("no statement in `{lang}`") });
            continue;
        }
        let reverse = question["category"] == "negative"
            || number.parse().is_ok_and(|number: i64| reversed.contains(&number));
        let ask = if chinese {
            format!("“{statement}”这句话适用于你吗？{how}")
        } else {
            format!("Does the statement “{statement}” apply to you? {how}")
        };
        found.items.push(Item {
            id: number.clone(),
            category: some(text(&question["dimension"]), "all"),
            name: String::new(),
            profile: String::new(),
            talk: vec![("User".to_owned(), ask)],
            rule: Rule::Scale { low, high, reverse },
            lang: String::new(),
        });
    }
    if found.items.is_empty() {
        return Err(unknown("the questionnaire"));
    }
    Ok(found)
}

/// Every character of PingPong in every situation, by language. The situation is told to the interlocutor there; here it opens the talk.
fn settings(file: &Map<String, Value>) -> Found {
    let mut found = Found { set: Set::PingPong, items: Vec::new(), bad: Vec::new() };
    let whole = Value::Object(file.clone());
    let parts: Vec<(String, &Value)> = if whole["characters"].is_array() {
        vec![("all".to_owned(), &whole)]
    } else {
        file.iter().map(|(lang, part)| (lang.clone(), part)).collect()
    };
    for (lang, part) in parts {
        for character in part["characters"].as_array().into_iter().flatten() {
            for situation in part["situations"].as_array().into_iter().flatten() {
                let at = found.items.len() + found.bad.len();
                if at >= MAX_ITEMS {
                    return found;
                }
                let (name, profile) =
                    (text(&character["char_name"]), text(&character["system_prompt"]));
                let opening = text(&situation["text"]);
                if name.is_empty() || profile.is_empty() || opening.is_empty() {
                    found.bad.push(Bad {
                        at,
                        why: "a character or a situation without text".to_owned(),
                    });
                    continue;
                }
                found.items.push(Item {
                    id: at.to_string(),
                    category: lang.clone(),
                    name,
                    profile,
                    talk: vec![("User".to_owned(), opening)],
                    rule: Rule::Judge,
                    lang: String::new(),
                });
            }
        }
    }
    found
}

pub(super) fn some(text: String, otherwise: &str) -> String {
    if text.trim().is_empty() { otherwise.to_owned() } else { text }
}
