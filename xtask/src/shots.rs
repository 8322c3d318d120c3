//! `cargo xtask shots`: pictures of every view in all sizes, languages and themes, for people to look at. Too many for every
//! test run, which takes one of each view.

use std::process::ExitCode;

use anyhow::Result;

use crate::repo;
use crate::step::Step;

/// Builds the page and lets `ui/tools/shots.mjs` photograph it.
pub(crate) fn take(views: &[&str]) -> Result<ExitCode> {
    let folder = repo::target().join("shots").display().to_string();
    let build = vec!["npm".to_owned(), "run".to_owned(), "--silent".to_owned(), "build".to_owned()];
    let mut shoot = vec!["node".to_owned(), "tools/shots.mjs".to_owned(), folder];
    shoot.extend(views.iter().map(|view| (*view).to_owned()));
    for command in [build, shoot] {
        let step = Step {
            name: "shots",
            command,
            dir: &repo::root().join("ui"),
            env: vec![],
            must_count: false,
        };
        if step.run()?.counts.failed > 0 {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
