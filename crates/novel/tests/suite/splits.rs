//! What is kept back to check with, files of earlier runs, and why nothing remains.

use novel::Line;
use novel::dataset::{Options, Recipe, Sources, TermAction, build, make};

use super::datasets::talk;

/// Thirty conversations in one scene, with pauses between.
fn chapters() -> Vec<Line> {
    let mut rows = Vec::new();
    for chapter in 0..30 {
        rows.push(("Ben".to_owned(), format!("What did you see in house {chapter}?")));
        let tail = ["a cat", "two lamps", "nobody at all"][chapter % 3];
        rows.push(("Alice".to_owned(), format!("In number {} there was {tail}.", chapter * 37)));
        rows.extend(std::iter::repeat_n((String::new(), "Snow fell.".to_owned()), 4));
    }
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    talk(&rows)
}

fn of_alice(validation: f64) -> Options {
    Options { speaker: Some("Alice".into()), validation, near: 1.0, ..Options::default() }
}

#[test]
fn one_scene_is_divided_by_its_conversations() {
    let options = Options { test: 0.1, ..of_alice(0.2) };
    let set = build(&chapters(), Vec::new(), &options).unwrap();
    let sizes = [set.train.len(), set.validation.len(), set.test.len()];
    assert_eq!(sizes.iter().sum::<usize>(), 30);
    assert!(sizes[0] > 15 && sizes[1] > 1 && sizes[2] > 0, "{sizes:?}");
    // Two scenes are divided as a whole.
    let mut lines = chapters();
    lines.extend(chapters().into_iter().map(|line| Line { scene: "t".into(), ..line }));
    let set = build(&lines, Vec::new(), &options).unwrap();
    let scenes = |examples: &[novel::dataset::Example]| {
        examples.iter().map(|one| one.scene.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(scenes(&set.train).is_disjoint(&scenes(&set.validation)));
}

#[test]
fn files_of_an_earlier_run_are_gone_where_their_rows_are_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources { lines: chapters(), ..Sources::default() };
    let of = |name: &str, options: Options| Recipe {
        options,
        name: name.to_owned(),
        ..Recipe::default()
    };
    let there = |file: &str| folder.path().join(file).exists();
    let held = Options { test: 0.1, ..of_alice(0.2) };
    make(&sources, &of("novel", held), folder.path()).unwrap();
    assert!(there("novel_validation.json") && there("novel_test.json"));
    // What no run of ours lists is not touched.
    std::fs::write(folder.path().join("other_test.json"), "[]").unwrap();
    std::fs::write(folder.path().join("novel_preference.json"), "[]").unwrap();
    let made = make(&sources, &of("novel", of_alice(0.0)), folder.path()).unwrap();
    assert_eq!((made.train, made.validation), (30, 0));
    assert!(made.notices.is_empty());
    assert!(there("novel_train.json"));
    assert!(!there("novel_validation.json") && !there("novel_test.json"));
    assert!(there("other_test.json") && there("novel_preference.json"));
    // A list that is none, or that leads elsewhere, costs nothing.
    std::fs::write(folder.path().join("dataset_info.json"), r#"{"a":{"file_name":"../x"},"b":7}"#)
        .unwrap();
    make(&sources, &of("novel", of_alice(0.0)), folder.path()).unwrap();
}

#[test]
fn a_share_that_gets_nothing_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources { lines: chapters()[..2].to_vec(), ..Sources::default() };
    let recipe = Recipe {
        options: Options { test: 0.1, ..of_alice(0.2) },
        name: "novel".to_owned(),
        ..Recipe::default()
    };
    let made = make(&sources, &recipe, folder.path()).unwrap();
    assert_eq!((made.train, made.validation, made.test), (1, 0, 0));
    assert_eq!(made.notices.len(), 2);
    assert!(made.notices[0].starts_with("nothing is kept for validation: "));
}

#[test]
fn who_lost_every_line_is_told_by_what() {
    let told = |options: Options| {
        let problem = domain::Problem::from(build(&chapters(), Vec::new(), &options).unwrap_err());
        (problem.message, problem.remedy)
    };
    let terms =
        Options { terms: TermAction::Drop, term_list: vec!["number".into()], ..of_alice(0.0) };
    let (message, remedy) = told(terms);
    assert_eq!(message, "every example holds a term of the world (30 left out)");
    assert!(remedy.contains("replaced"), "{remedy}");
    let (message, _) = told(Options { min_answer: 500, ..of_alice(0.0) });
    assert_eq!(message, "every answer is shorter than 500 characters (30 left out)");
}
