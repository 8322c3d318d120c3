//! `cargo xtask appraise`: the shipped characters with the model in the box, beside the figures that were kept last. A drop is shown
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

/// Appraises, compares, and (`keep`) keeps the figures.
pub(crate) fn run(keep: bool) -> Result<ExitCode> {
    let path = repo::root().join(KEPT);
    let before: Value = std::fs::read_to_string(&path)
        .ok()
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .with_context(|| format!("{KEPT} is damaged"))?
        .unwrap_or_default();
    let scratch =
        std::env::temp_dir().join(format!("hanashi-xtask-appraise-{}", std::process::id()));
    let mut kept = serde_json::Map::new();
    for character in CHARACTERS {
        let report = appraised(character, &scratch)?;
        let mut figures = BTreeMap::new();
        println!("{character}:");
        for (name, figure) in report["metrics"].as_object().context("a report without figures")? {
            let value =
                (figure["value"].as_f64().unwrap_or_default() * 10_000.0).round() / 10_000.0;
            figures.insert(name.clone(), value);
            let was = before[character][name].as_f64();
            let change = was.map_or(0.0, |was| value - was);
            let better = match figure["better"].as_str() {
                Some("high") => Some(change > 0.0),
                Some("low") => Some(change < 0.0),
                _ => None,
            };
            let verdict = match (was, better) {
                (None, _) => "new".to_owned(),
                _ if change.abs() < WORTH => continue,
                (Some(was), Some(true)) => format!("▲ better, was {was:.3}"),
                (Some(was), Some(false)) => format!("▼ WORSE, was {was:.3}"),
                (Some(was), None) => format!("• different, was {was:.3}"),
            };
            println!("   {name:<20} {value:.3}  {verdict}");
        }
        kept.insert(character.to_owned(), json!(figures));
    }
    // Scratch only; what cannot be removed lies in the temporary folder.
    let _left = std::fs::remove_dir_all(&scratch);
    if keep {
        std::fs::write(&path, format!("{:#}\n", Value::Object(kept)))?;
        println!("kept in {KEPT}");
    } else if !before.is_object() {
        println!("nothing was kept yet: `cargo xtask appraise --keep`");
    }
    Ok(ExitCode::SUCCESS)
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
