//! Rules for source files: size, module docs, tests that are switched off, manifests, READMEs.

use super::arrows::Package;
use super::{File, Findings};

/// Above this many lines a file asks to be split.
const LONG: usize = 500;
/// Above this it must be.
const TOO_LONG: usize = 800;
/// A room above this should be looked at.
const BIG_ROOM: usize = 3000;

/// No file is longer than a person reads in one sitting.
pub(crate) fn sizes(files: &[File]) -> Findings {
    let mut found = Findings::default();
    let mut rooms = std::collections::BTreeMap::<&str, usize>::new();
    for file in files {
        let source = matches!(
            file.extension(),
            "rs" | "ts" | "js" | "mjs" | "svelte" | "css" | "py" | "sh" | "sql"
        );
        let Some(text) = file.text.as_deref().filter(|_| source && !generated(&file.path)) else {
            continue;
        };
        let lines = text.lines().count();
        let path = &file.path;
        if lines > TOO_LONG {
            found
                .wrong
                .push(format!("{path} has {lines} lines: split it (the limit is {TOO_LONG})"));
        } else if lines > LONG {
            found.notes.push(format!("{path} has {lines} lines"));
        }
        if let Some(room) = path.strip_prefix("crates/").and_then(|rest| rest.split_once("/src/"))
            && file.extension() == "rs"
            && !is_test(path)
        {
            // Tests at the end of a file are not what makes a room big.
            let own = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            *rooms.entry(room.0).or_default() += own.lines().count();
        }
    }
    found.notes.extend(
        rooms
            .iter()
            .filter(|(_, lines)| **lines > BIG_ROOM)
            .map(|(room, lines)| format!("crates/{room} has {lines} lines")),
    );
    found
}

/// Every Rust file opens with `//!`: what it is, and why it is so.
pub(crate) fn module_docs(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.extension() == "rs" && !generated(&file.path))
        .filter(|file| {
            let text = file.text.as_deref().unwrap_or_default();
            let first = text.lines().find(|line| {
                let line = line.trim();
                !line.is_empty() && !line.starts_with("#!")
            });
            !first.is_some_and(|line| line.starts_with("//!") && line.len() > 4)
        })
        .map(|file| format!("{} does not open with a `//!` that says what it is", file.path))
        .collect()
}

/// A test that does not run is not a test.
pub(crate) fn switched_off(files: &[File]) -> Vec<String> {
    // Put together here, so that this file is not its own first breach.
    let ignore = ["#[", "ignore"].concat();
    let only = ["it", "test", "describe"].map(|name| [name, ".only", "("].concat());
    let mut wrong = vec![];
    for file in files {
        let Some(text) = &file.text else { continue };
        let words: &[String] = match file.extension() {
            "rs" => std::slice::from_ref(&ignore),
            "ts" | "js" | "mjs" => &only,
            _ => continue,
        };
        for (number, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                wrong.push(format!(
                    "{}:{}: `{word}` switches tests off: let it run, or delete it",
                    file.path,
                    number + 1
                ));
            }
        }
    }
    wrong
}

/// Every package takes its lints from the workspace and is not for publishing.
pub(crate) fn manifests(files: &[File]) -> Vec<String> {
    let mut wrong = vec![];
    for file in files.iter().filter(|file| file.path.ends_with("/Cargo.toml")) {
        let text = file.text.as_deref().unwrap_or_default();
        // A workspace of its own has nothing to inherit (xtask/peers, fuzz targets).
        if text.contains("\n[workspace]\n") {
            continue;
        }
        if !text.contains("[lints]\nworkspace = true") {
            wrong.push(format!("{} lacks `[lints] workspace = true`", file.path));
        }
        if !text.contains("publish.workspace = true") {
            wrong.push(format!("{} lacks `publish.workspace = true`", file.path));
        }
    }
    wrong
}

/// Each room says in at most twelve lines what to use it for and what not.
pub(crate) fn readmes(files: &[File], packages: &[Package]) -> Vec<String> {
    let mut wrong = vec![];
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        let path = format!("{}/README.md", package.folder);
        let Some(text) =
            files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref())
        else {
            wrong.push(format!("{path} is missing"));
            continue;
        };
        if text.lines().count() > 12 {
            wrong.push(format!("{path} is longer than 12 lines"));
        }
        let lower = text.to_lowercase();
        for phrase in ["use it for", "not for"] {
            if !lower.contains(phrase) {
                wrong.push(format!("{path} does not say \"{phrase}\""));
            }
        }
    }
    wrong
}

fn generated(path: &str) -> bool {
    path.contains(".gen.")
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    //! Each rule against the smallest file that breaks it.

    use super::super::file;
    use super::*;

    #[test]
    fn long_files_are_noted_and_very_long_ones_fail() {
        let found = sizes(&[
            file("crates/a/src/lib.rs", &"x\n".repeat(800)),
            file("crates/a/src/b.rs", &"x\n".repeat(801)),
            file("ui/src/lib/backend/bindings.gen.ts", &"x\n".repeat(2000)),
            file("docs/long.md", &"x\n".repeat(2000)),
        ]);
        assert_eq!(found.wrong.len(), 1);
        assert_eq!(found.notes.len(), 1);
    }

    #[test]
    fn a_module_without_a_word_fails() {
        assert!(
            module_docs(&[
                file("a.rs", "//! What it is.\nfn main() {}"),
                file("b.rs", "#![no_std]\n//! So.\n")
            ])
            .is_empty()
        );
        assert_eq!(module_docs(&[file("a.rs", "use std::fs;\n//! Late.")]).len(), 1);
        assert_eq!(module_docs(&[file("a.rs", "//!\n")]).len(), 1);
    }

    #[test]
    fn a_test_that_is_switched_off_fails() {
        let off = ["#[", "ignore]\nfn t() {}"].concat();
        assert_eq!(switched_off(&[file("a.rs", &off), file("notes.md", &off)]).len(), 1);
        assert_eq!(
            switched_off(&[file("a.spec.ts", &["test", ".only", "('x')"].concat())]).len(),
            1
        );
    }

    #[test]
    fn a_readme_is_short_and_says_what_it_is_not_for() {
        let room = Package { name: "a".into(), folder: "crates/a".into(), uses: vec![] };
        let check = |text: &str| {
            readmes(&[file("crates/a/README.md", text)], std::slice::from_ref(&room)).len()
        };
        assert_eq!(check("# a\nUse it for x.\nNot for y.\n"), 0);
        assert_eq!(check("# a\nUse it for x.\n"), 1);
        assert_eq!(check(&format!("Use it for, not for{}", "\n.".repeat(12))), 1);
        assert_eq!(readmes(&[], &[room]).len(), 1);
    }

    #[test]
    fn a_manifest_without_the_lints_fails() {
        let good = "[package]\npublish.workspace = true\n\n[lints]\nworkspace = true\n";
        assert!(
            manifests(&[file("crates/a/Cargo.toml", good), file("Cargo.toml", "[workspace]")])
                .is_empty()
        );
        assert_eq!(manifests(&[file("crates/a/Cargo.toml", "[package]\n")]).len(), 2);
    }
}
