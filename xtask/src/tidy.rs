//! `cargo xtask tidy`: the promises of the design that a compiler does not check.
//!
//! Each rule is a pure function from what is in the repository to the list of its breaches, so that each is tested on made-up
//! repositories as well as run on this one.

mod arrows;
mod licences;
mod page;
mod source;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::repo;

/// One file of the repository: its path from the root and, where it is text, what it says.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// `None` for a binary file.
    pub(crate) text: Option<String>,
}

impl File {
    fn extension(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// Breaches of one rule, and what is worth knowing without being one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// What must change.
    pub(crate) wrong: Vec<String>,
    /// What someone should look at.
    pub(crate) notes: Vec<String>,
}

impl From<Vec<String>> for Findings {
    fn from(wrong: Vec<String>) -> Self {
        Self { wrong, notes: vec![] }
    }
}

pub(crate) fn run() -> Result<ExitCode> {
    let files = repo::files()?.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    let packages = arrows::packages(&repo::metadata()?)?;
    let rules: [(&str, Findings); 14] = [
        ("arrows between rooms", arrows::edges(&packages).into()),
        ("rooms are in the house", arrows::rooms(&packages).into()),
        ("tests switch on no features of their own", arrows::features(&packages).into()),
        ("file sizes", source::sizes(&files)),
        ("every module says what it is", source::module_docs(&files).into()),
        ("no test is switched off", source::switched_off(&files).into()),
        ("manifests inherit the workspace's lints", source::manifests(&files).into()),
        ("READMEs of the rooms", source::readmes(&files, &packages).into()),
        ("colours have names", page::colours(&files).into()),
        ("one door to the desktop", page::door(&files).into()),
        ("translations", page::translations(&files).into()),
        ("what the program tells is translated", crate::sentences::translated(&files)),
        ("licences beside assets", licences::beside(&files).into()),
        ("the three licence texts", licences::texts(&files).into()),
    ];

    let mut failed = 0;
    for (rule, findings) in &rules {
        let ok = findings.wrong.is_empty();
        println!("{} {rule}", if ok { "ok    " } else { "FAILED" });
        failed += usize::from(!ok);
        for breach in &findings.wrong {
            println!("         {breach}");
        }
        for note in &findings.notes {
            println!("         note: {note}");
        }
    }
    println!("# tidy: {} passed, {failed} failed", rules.len() - failed);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn read(path: &Path) -> Result<File> {
    let name = path
        .to_str()
        .with_context(|| format!("a file name is not UTF-8: {}", path.display()))?
        .replace('\\', "/");
    let bytes =
        std::fs::read(repo::root().join(path)).with_context(|| format!("could not read {name}"))?;
    Ok(File { path: name, text: String::from_utf8(bytes).ok() })
}

#[cfg(test)]
pub(crate) fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: Some(text.to_owned()) }
}
