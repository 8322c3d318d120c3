//! `cargo xtask appraise`: the shipped characters with the model in the box, beside the figures of the runs that were kept. A drop is shown
//! and fails nothing: whoever made it should see it, and may have meant it.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::repo;

/// Figures that were kept, under the root.
const KEPT: &str = "docs/bench/appraisal.json";
const CHARACTERS: [&str; 2] = ["haru", "koto"];
/// Smaller changes than this are not worth a line.
const WORTH: f64 = 0.005;

/// Runs that are kept, the newest last.
const RUNS: usize = 20;
/// Of which the figures are shown.
const SHOWN: usize = 5;

/// Appraises, compares with what was kept, and (`keep`) adds the figures to it.
pub(crate) fn run(keep: bool) -> Result<ExitCode> {
    let path = repo::root().join(KEPT);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut runs = kept(&text).with_context(|| format!("{KEPT} is damaged"))?;
    let scratch =
        std::env::temp_dir().join(format!("hanashi-xtask-appraise-{}", std::process::id()));
    let mut made = serde_json::Map::new();
    for character in CHARACTERS {
        let report = appraised(character, &scratch)?;
        println!("{character}:");
        let mut figures = BTreeMap::new();
        for (name, figure) in report["metrics"].as_object().context("a report without figures")? {
            let value =
                (figure["value"].as_f64().unwrap_or_default() * 10_000.0).round() / 10_000.0;
            figures.insert(name.clone(), value);
            let before: Vec<f64> =
                runs.iter().filter_map(|run| run[character][name].as_f64()).collect();
            if let Some(words) = told(&before, value, figure["better"].as_str()) {
                println!("   {name:<20} {value:.3}  {words}");
            }
        }
        made.insert(character.to_owned(), json!(figures));
    }
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    if keep {
        made.insert("at".to_owned(), json!(commit()));
        runs.push(Value::Object(made));
        runs.drain(..runs.len().saturating_sub(RUNS));
        std::fs::write(&path, format!("{:#}\n", json!({ "runs": runs })))?;
        println!("kept in {KEPT}");
    } else if runs.is_empty() {
        println!("nothing was kept yet: `cargo xtask appraise --keep`");
    }
    Ok(ExitCode::SUCCESS)
}

/// The runs of the file, the newest last; none where it is empty.
fn kept(text: &str) -> Result<Vec<Value>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut file: Value = serde_json::from_str(text)?;
    match file.get_mut("runs").map(Value::take) {
        Some(Value::Array(runs)) => Ok(runs),
        // One run alone, as the file was at first.
        _ if file.is_object() => Ok(vec![file]),
        _ => bail!("it holds no runs"),
    }
}

/// What is said of a figure beside the kept ones; `None` where it is as it was.
fn told(before: &[f64], value: f64, better: Option<&str>) -> Option<String> {
    let Some(was) = before.last() else { return Some("new".to_owned()) };
    let change = value - was;
    if change.abs() < WORTH {
        return None;
    }
    let verdict = match better {
        Some("high") if change > 0.0 => "▲ better",
        Some("low") if change < 0.0 => "▲ better",
        Some("high" | "low") => "▼ WORSE",
        _ => "• different",
    };
    let trend: Vec<String> = before[before.len().saturating_sub(SHOWN)..]
        .iter()
        .chain([&value])
        .map(|figure| format!("{figure:.3}"))
        .collect();
    Some(format!("{verdict}: {}", trend.join(" → ")))
}

/// Day and name of the commit that is checked out; empty where git does not say.
fn commit() -> String {
    let out = Command::new("git")
        .args(["log", "-1", "--format=%cs %h"])
        .current_dir(repo::root())
        .output();
    out.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default()
}

fn appraised(character: &str, home: &std::path::Path) -> Result<Value> {
    let binary = repo::target().join("release/hanashi");
    let out = Command::new(&binary)
        .args(["appraise", character, "--short", "--seed", "1", "--guard", "--json", "--data-dir"])
        .arg(home)
        .output()
        .with_context(|| format!("{} does not run: build the workspace first", binary.display()))?;
    if !out.status.success() {
        bail!("appraising {character} failed: {}", String::from_utf8_lossy(&out.stderr));
    }
    serde_json::from_slice(&out.stdout).context("the report is no JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drop_is_seen_with_where_it_comes_from() {
        assert_eq!(told(&[], 0.5, Some("high")).unwrap(), "new");
        assert_eq!(told(&[0.4, 0.5], 0.501, Some("high")), None);
        assert_eq!(told(&[0.4, 0.5], 0.3, Some("high")).unwrap(), "▼ WORSE: 0.400 → 0.500 → 0.300");
        assert!(told(&[0.5], 0.3, Some("low")).unwrap().starts_with("▲ better"));
        assert!(told(&[0.5], 0.3, None).unwrap().starts_with('•'));
    }

    #[test]
    fn the_first_form_of_the_file_is_one_run() {
        assert_eq!(kept("").unwrap().len(), 0);
        assert_eq!(kept(r#"{"koto":{"ended":1}}"#).unwrap()[0]["koto"]["ended"], 1);
        assert_eq!(kept(r#"{"runs":[{},{}]}"#).unwrap().len(), 2);
        assert!(kept("{broken").is_err() && kept("7").is_err());
    }
}
