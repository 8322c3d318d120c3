//! `cargo xtask sentences`: every sentence that the program tells a person, gathered from its sources for the page to translate.
//!
//! The English sentence is the key, as in gettext: whoever writes `Problem::new(…, "say it again", …)` changes nothing else. This tool
//! reads the rooms' syntax trees, follows each told place back to its literals (`flow`), and writes their templates into the page's
//! `templates.gen.ts`. The page's types then ask for each in every language, and `tidy` says which file lacks which line. Nobody
//! could keep such a list by hand: eighteen hundred sentences stand in thirty rooms.

mod flow;
mod left_out;
mod sources;
mod template;
mod told;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::repo;
use crate::tidy::{File, Findings, read};

/// Where the page's translations of the program's sentences are: `<room>.<language>.ts`.
const TABLES: &str = "ui/src/messages/program/";
/// The list of templates that the page's types are made from.
const LIST: &str = "ui/src/messages/program/templates.gen.ts";
/// Languages beside English, which needs no table.
const LANGUAGES: [(&str, &str); 2] = [("zh", "Chinese"), ("ja", "Japanese")];

/// Fields of the API, beside those of a problem, that hold words in the program's language.
const FIELDS: &[(&str, &str)] = &[
    ("Problem", "message"),
    ("Problem", "remedy"),
    ("CardIssue", "detail"),
    ("ComputesOnView", "notice"),
    ("DatabaseView", "detail"),
    ("DocumentView", "message"),
    ("ImportPreview", "warnings"),
    ("ImportReport", "warnings"),
    ("MeaningView", "problem"),
    ("ReadingView", "problem"),
    ("SettingsWarning", "message"),
    ("RefusedLook", "reason"),
    ("RefusedView", "message"),
    ("StudioAdvice", "notice"),
    ("StudioRefused", "reason"),
    ("StudioRun", "notice"),
    // What becomes a warning of an import: what was odd about a field of a card.
    ("Warning", "message"),
];

/// The parts of `app`, which has too many sentences for one table: by the beginning of a file's path.
const PARTS: &[(&str, &[&str])] = &[
    (
        "library",
        &[
            "characters/",
            "conversation/cast",
            "imports/",
            "prompting/lorebook",
            "stage/own_scenery",
        ],
    ),
    ("studio", &["appraisal/", "studio/"]),
];

/// What the program tells, by room: each template with the place where it is written first.
type Rooms = BTreeMap<String, BTreeMap<String, String>>;

/// `cargo xtask sentences`: writes the page's list.
pub(crate) fn write() -> Result<ExitCode> {
    let files = repo::files()?.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    let (rooms, lost) = gather(&files)?;
    std::fs::write(repo::root().join(LIST), list(&rooms))
        .with_context(|| format!("could not write {LIST}"))?;
    println!("wrote {LIST}: {} templates", rooms.values().map(BTreeMap::len).sum::<usize>());
    let wrong = [lost, untranslated(&files, &rooms)].concat();
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(ExitCode::SUCCESS)
}

/// The list is what the sources say, every sentence can be followed, and each is in every language.
pub(crate) fn translated(files: &[File]) -> Findings {
    let (rooms, lost) = match gather(files) {
        Ok(found) => found,
        Err(error) => return vec![format!("{error:#}")].into(),
    };
    let mut wrong = lost;
    if text_of(files, LIST) != Some(&list(&rooms)) {
        wrong.push(format!("{LIST} is not what the sources say: run `cargo xtask sentences`"));
    }
    wrong.extend(untranslated(files, &rooms));
    wrong.into()
}

fn text_of<'a>(files: &'a [File], path: &str) -> Option<&'a String> {
    files.iter().find(|file| file.path == path)?.text.as_ref()
}

/// Every template, and what leads to none.
fn gather(files: &[File]) -> Result<(Rooms, Vec<String>)> {
    let sources = sources::sources(files, room)?;
    let functions = sources::functions(&sources);
    let found = flow::follow(&sources, &functions, FIELDS);
    let mut rooms = Rooms::new();
    let mut known = BTreeSet::new();
    for ((crate_, text), place) in found.templates {
        if !left_out::template(&text) && known.insert(text.clone()) {
            rooms.entry(part(&crate_, &place)).or_default().insert(text, place);
        }
    }
    let lost = found.lost.into_iter().filter(|(_, expr)| !left_out::lost(expr)).map(
        |(place, expr)| {
            format!(
                "{place} tells `{expr}`, which leads to no words: tell a literal, a `format!` or what a function gives, or write \
                 it down with its reason in xtask/src/sentences/left_out.rs"
            )
        },
    );
    Ok((rooms, lost.collect()))
}

/// The room of a file whose words may reach the page; `None` for tests, for the terminal, which speaks English, and for files that talk to
/// nobody.
fn room(path: &str) -> Option<String> {
    let name = path.strip_suffix(".rs")?;
    let mut parts = path.split('/');
    let room = match (parts.next()?, parts.next()?, parts.next()?) {
        ("crates", "cli" | "testkit", _) => return None,
        ("crates", room, "src") => room,
        ("src-tauri", "src", _) => "desktop",
        _ => return None,
    };
    let test = ["_tests", "/tests", "/testing"].iter().any(|end| name.ends_with(end))
        || ["/tests/", "/bin/"].iter().any(|folder| path.contains(folder));
    (!test && !left_out::file(path)).then(|| room.to_owned())
}

/// The table that a template belongs into.
fn part(room: &str, place: &str) -> String {
    let file = place.strip_prefix("crates/app/src/").unwrap_or_default();
    let part = PARTS
        .iter()
        .find(|(_, begins)| !file.is_empty() && begins.iter().any(|name| file.starts_with(name)));
    part.map_or(room, |(part, _)| part).to_owned()
}

/// The page's list.
fn list(rooms: &Rooms) -> String {
    let mut out = "// Written by `cargo xtask sentences` from the program's sources: what it tells a person, by room.\n\n\
         export const TEMPLATES = {\n"
        .to_owned();
    for (room, templates) in rooms {
        let _ = writeln!(out, "  {room}: [");
        for text in templates.keys() {
            let _ = writeln!(out, "    {},", literal(text));
        }
        out.push_str("  ],\n");
    }
    out.push_str("} as const;\n");
    out
}

/// A literal of TypeScript, quoted as the page's formatter quotes it.
fn literal(text: &str) -> String {
    let count = |quote| text.matches(quote).count();
    let quote = if count('\'') > count('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// Templates that a language lacks, each with the line to add and the file to add it to; and translations of what is said no more.
fn untranslated(files: &[File], rooms: &Rooms) -> Vec<String> {
    let mut wrong = vec![];
    for (code, language) in LANGUAGES {
        let ending = format!(".{code}.ts");
        let tables = files
            .iter()
            .filter(|file| file.path.starts_with(TABLES) && file.path.ends_with(&ending));
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for table in tables {
            for key in keys(table.text.as_deref().unwrap_or_default()) {
                if let Some(other) = known.insert(key.clone(), &table.path) {
                    wrong.push(format!("{}: `{key}` is in {other}, too", table.path));
                }
            }
        }
        for (room, templates) in rooms {
            for (text, place) in templates {
                if known.remove(text).is_none() {
                    let text = literal(text);
                    wrong.push(format!(
                        "{place} says {text}, which has no {language}: add {text}: '…', to {TABLES}{room}{ending}"
                    ));
                }
            }
        }
        let beside = format!("{TABLES}beside{ending}");
        wrong.extend(
            known.into_iter().filter(|(_, file)| **file != beside).map(|(text, file)| {
                format!("{file}: `{text}` is said nowhere any more: take it out")
            }),
        );
    }
    wrong
}

/// The keys of a table: two spaces deep, as the formatter writes them.
fn keys(text: &str) -> Vec<String> {
    let mut keys = vec![];
    for line in text.lines().filter_map(|line| line.strip_prefix("  ")) {
        match line.chars().next() {
            Some(quote @ ('\'' | '"')) => {
                let mut key = String::new();
                let mut rest = line[1..].chars();
                while let Some(c) = rest.next() {
                    match c {
                        '\\' => key.extend(rest.next().map(|c| if c == 'n' { '\n' } else { c })),
                        c if c == quote => break,
                        c => key.push(c),
                    }
                }
                if rest.as_str().starts_with(':') {
                    keys.push(key);
                }
            }
            Some(c) if c.is_ascii_lowercase() => {
                keys.extend(line.split_once(':').map(|(key, _)| key.to_owned()));
            }
            _ => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests;
