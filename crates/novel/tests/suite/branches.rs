//! Conversations end where talk parts: the fixtures say in brackets on which side of a condition or choice each line stands.

use std::collections::HashSet;

use novel::dataset::{Options, conversations};
use novel::{Engine, File, Folder, Novel};

use super::{read, read_text};

/// The sides that each conversation goes through, in order; lines that everybody hears have none.
fn sides(name: &str, engine: Engine) -> Vec<Vec<String>> {
    let novel = read(name);
    assert_eq!(novel.engine(), Some(engine), "{name}");
    assert!(novel.unknown.is_empty(), "{:?}", novel.unknown);
    let found = conversations(&novel.lines, &Options::default());
    let told: HashSet<&str> =
        novel.lines.iter().filter_map(|line| line.speaker.as_deref()).collect();
    assert_eq!(told, HashSet::from(["Mara", "Tom"]), "{name}");
    found
        .iter()
        .map(|conversation| {
            let mut sides: Vec<String> = Vec::new();
            for turn in &conversation.turns {
                for (at, _) in turn.text.match_indices('(') {
                    let side = turn.text[at + 1..].split(')').next().unwrap();
                    if sides.last().is_none_or(|last| last != side) {
                        sides.push(side.to_owned());
                    }
                }
            }
            sides
        })
        .collect()
}

#[test]
fn of_ink() {
    assert_eq!(
        sides("ink/market.ink", Engine::Ink),
        [
            vec!["rich"],
            vec!["poor"],
            vec!["else", "after", "bread", "white"],
            vec!["rye", "paid"],
            vec!["nothing", "end", "first"],
            vec!["second"],
        ]
    );
    let novel = read("ink/market.ink");
    let of = |words: &str| {
        novel
            .lines
            .iter()
            .find(|line| line.plain.starts_with(words))
            .unwrap()
            .choice
            .clone()
            .unwrap()
    };
    // A menu under a choice is a menu of its own, and the one around it goes on behind it.
    assert_eq!((of("White").n, of("Rye").n), (0, 1));
    assert_eq!((of("Nothing").n, of("Nothing").group), (1, of("Bread").group));
}

#[test]
fn of_yarn() {
    assert_eq!(
        sides("yarn/tower.yarn", Engine::Yarn),
        [
            vec!["key"],
            vec!["rope"],
            vec!["else", "after", "climb", "left"],
            vec!["right"],
            vec!["wait"],
            vec!["once"],
            vec!["again"],
            vec!["one"],
            vec!["two"],
        ]
    );
}

#[test]
fn of_webgal() {
    assert_eq!(
        sides("webgal/when.txt", Engine::WebGal),
        [vec!["key"], vec!["none"], vec!["climb"], vec!["rope"], vec!["top"]]
    );
}

#[test]
fn of_naninovel() {
    assert_eq!(
        sides("naninovel/tower.nani", Engine::Naninovel),
        [
            vec!["key"],
            vec!["rope"],
            vec!["else", "brave"],
            vec!["meek", "after", "climb"],
            vec!["wait"],
            vec!["wind"],
            vec!["still"],
            vec!["day"],
            vec!["night"],
            vec!["owl"],
            vec!["bat"],
        ]
    );
}

/// Conditions in conditions cost no memory in the square of their number, and what follows them is read.
#[test]
fn nested_by_the_dozen() {
    let novel = read("renjs/deep/Story.yaml");
    let depths: Vec<usize> = novel.lines.iter().map(|line| line.branch.len()).collect();
    assert_eq!(depths, [0, 0, 32, 0]);
    let nested = |unit: &dyn Fn(usize) -> String| (0..400).map(unit).collect::<String>();
    let spaces = |level: usize| " ".repeat(level);
    for (name, text) in [
        (
            "a.ink",
            format!(
                "VAR a = 1\n=== b ===\n{}Mara: Deep.\n",
                nested(&|n| format!("{} a\n", "*".repeat(n + 1)))
            ),
        ),
        (
            "a.ink",
            format!("VAR a = 1\n=== b ===\n{}Mara: Deep.\n", nested(&|_| "{ a:\n".to_owned())),
        ),
        (
            "a.nani",
            format!("{}{}Mara: Deep.\n", nested(&|n| format!("{}@if a\n", spaces(n))), spaces(400)),
        ),
        ("a.nani", format!("{}Mara: Deep.\n", nested(&|_| "@if a\n".to_owned()))),
        (
            "a.yarn",
            format!("title: a\n---\n{}Mara: Deep.\n===\n", nested(&|_| "<<if $a>>\n".to_owned())),
        ),
        (
            "a.yarn",
            format!(
                "title: a\n---\n{}{}Mara: Deep.\n===\n",
                nested(&|n| format!("{}-> a\n{}<<set $a to 1>>\n", spaces(n), spaces(n + 1))),
                spaces(400)
            ),
        ),
    ] {
        let novel = read_text(name, &text);
        let deepest = novel.lines.iter().map(|line| line.branch.len()).max();
        assert_eq!(deepest, Some(32), "{name}");
    }
}

#[test]
fn a_menu_of_pictures_parts_what_it_leads_to() {
    let text = "start:\n  - mara says: Hello.\n  - visualchoice:\n    - red:\n      - tom says: (red)\n      - mara says: (red) Yes.\n\
        \x20   - blue:\n      - tom says: (blue)\n      - mara says: (blue) Yes.\n";
    let file = File { path: "Story.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    let novel = Novel::read(Folder { files: vec![file], ..Folder::default() }, false);
    let found = conversations(&novel.lines, &Options::default());
    let lengths: Vec<usize> = found.iter().map(|conversation| conversation.turns.len()).collect();
    assert_eq!(lengths, [3, 2]);
}
