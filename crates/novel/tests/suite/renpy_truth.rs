//! Real Ren'Py games against what Ren'Py's own parser says of them, row for row.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use novel::{Kind, Line, Novel, read_folder};
use serde_json::Value;

/// What is compared of a row: file, line, kind, who, speaker, text, language.
type Row = (String, u64, &'static str, Option<String>, Option<String>, String, Option<String>);

fn truth(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own = |value: &Value| value.as_str().map(str::to_owned);
    rows.map(|row| {
        let kind = match row["kind"].as_str().unwrap() {
            "choice" => "choice",
            _ => "text",
        };
        (
            own(&row["file"]).unwrap(),
            row["line"].as_u64().unwrap(),
            kind,
            own(&row["who"]),
            own(&row["speaker"]),
            own(&row["text"]).unwrap(),
            own(&row["tl"][0]),
        )
    })
    .collect()
}

fn ours(line: &Line) -> Row {
    let kind = if line.kind == Kind::Choice { "choice" } else { "text" };
    (
        line.source.file.clone(),
        u64::from(line.source.line.unwrap()),
        kind,
        line.speaker_id.clone(),
        line.speaker.clone(),
        line.text.clone(),
        line.lang.clone(),
    )
}

/// How many rows agree, and the first few that do not.
fn compare(truth: &[Row], ours: &[Row]) -> (usize, Vec<String>) {
    let mut left: BTreeMap<(String, u64), Vec<Row>> = BTreeMap::new();
    for row in ours {
        left.entry((row.0.clone(), row.1)).or_default().push(row.clone());
    }
    let mut agreed = 0;
    let mut wrong = Vec::new();
    for row in truth {
        let here = left.get_mut(&(row.0.clone(), row.1));
        match here {
            // Rows of one line come in order.
            Some(rows) if rows.first() == Some(row) => {
                rows.remove(0);
                agreed += 1;
            }
            rows => wrong.push(format!(
                "expected {row:?}\n     found {:?}",
                rows.and_then(|rows| rows.first().cloned())
            )),
        }
    }
    wrong.extend(left.into_values().flatten().map(|row| format!("too much {row:?}")));
    (agreed, wrong)
}

/// The first row of a file that stands in another place than its parser has it.
fn out_of_order(truth: &[Row], ours: &[Row]) -> Option<String> {
    let by_file = |rows: &[Row]| {
        let mut files: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows {
            files.entry(row.0.clone()).or_default().push(row.clone());
        }
        files.into_values().flatten().collect::<Vec<_>>()
    };
    let (truth, ours) = (by_file(truth), by_file(ours));
    let (expected, found) = truth.iter().zip(&ours).find(|(expected, found)| expected != found)?;
    Some(format!("expected {expected:?}\n     found {found:?}"))
}

/// Whether a row is the translation of a string (`new "…"`): Ren'Py keeps these apart from statements, so the truth has none of them.
fn is_string(folder: &Path, line: &Line) -> bool {
    let number = line.source.line.unwrap() as usize;
    line.lang.is_some()
        && fs::read_to_string(folder.join(&line.source.file))
            .unwrap()
            .lines()
            .nth(number - 1)
            .is_some_and(|text| text.trim_start().starts_with("new "))
}

#[test]
fn extraction_equals_the_engines_own_parser() {
    let Some(shared) = super::shared() else {
        eprintln!("0 games: no real files beside this checkout");
        return;
    };
    let mut games = 0;
    let mut failures = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(shared.join("truth")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in
        files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
    {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let truth = truth(file);
        let folder = shared.join("renpy").join(&name);
        let novel = Novel::read(read_folder(&folder).unwrap(), true);
        let (strings, lines): (Vec<&Line>, Vec<&Line>) =
            novel.lines.iter().partition(|line| is_string(&folder, line));
        let ours: Vec<Row> = lines.into_iter().map(ours).collect();
        let (agreed, wrong) = compare(&truth, &ours);
        println!(
            "{name}: {agreed} of {} rows, {} of ours differ; unknown {:?}",
            truth.len(),
            wrong.len(),
            novel.unknown
        );
        // In four languages two menus of two choices, and a caption that the Japanese leaves empty.
        let expected = if name == "the_question" { 4 * (2 + 2 + 1) - 1 } else { 0 };
        assert_eq!(strings.len(), expected, "{name}");
        games += 1;
        if let Some(moved) = out_of_order(&truth, &ours) {
            failures.push(format!("{name}: {moved}"));
        }
        failures.extend(wrong.into_iter().take(5).map(|line| format!("{name}: {line}")));
    }
    println!("{games} games compared");
    assert!(games > 0 && failures.is_empty(), "{}", failures.join("\n"));
}
