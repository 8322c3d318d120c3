//! From scripts and from one's own talk to files that a trainer reads.

use app::Paths;
use app::studio::novels::{self, DatasetOptions, Format, From, Recipe};
use app::{Options, Output};
use journeys::{Journey, root};
use serde_json::Value;

#[test]
fn a_folder_of_scripts_becomes_rows_and_a_dataset() {
    let home = tempfile::tempdir().unwrap();
    let scripts = root().join("crates/novel/tests/fixtures/renpy/v3.rpa");
    let out = home.path().join("rows.jsonl");
    let scan = novels::extract(&scripts, &out, false).unwrap();
    assert_eq!(scan.engine, Some(novels::Engine::RenPy));
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["speaker"], "Eileen");
    assert_eq!(rows[0]["source"]["file"], "v3.rpa/script.rpy");
    assert_eq!(rows[1]["kind"], "narration");
    let nothing = novels::scan(&home.path().join("nowhere")).unwrap_err();
    assert_eq!(nothing.kind, domain::ProblemKind::Missing, "{nothing}");
    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    let from = From { paths: vec![out], ..From::default() };
    let alone = novels::dataset(&paths, &from, &Recipe::default(), home.path()).unwrap_err();
    assert!(alone.message.contains("Eileen"), "who speaks is named: {alone}");
}

#[test]
fn ones_own_chats_and_what_was_swiped_away_become_a_dataset() {
    let home = tempfile::tempdir().unwrap();
    let options = Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    };
    let journey = Journey::start(options);
    let first = journey.say("What do you like?").message.unwrap();
    journey.app.regenerate().unwrap();
    let second = journey.turn().message.unwrap();
    journey.app.shutdown().unwrap();
    drop(journey);

    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    let out = home.path().join("dataset");
    let recipe = Recipe {
        options: DatasetOptions { min_answer: 0, validation: 0.0, ..DatasetOptions::default() },
        format: Format::ShareGpt,
        name: "mine".to_owned(),
        ..Recipe::default()
    };
    let from = From { own_chats: true, ..From::default() };
    let made = novels::dataset(&paths, &from, &recipe, &out).unwrap();
    assert_eq!(made.train, 1);
    let text = std::fs::read_to_string(out.join("mine_train.json")).unwrap();
    let examples: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(examples[0]["conversations"][0]["value"], "What do you like?");
    assert!(examples[0]["conversations"][1]["value"].as_str().is_some_and(|said| !said.is_empty()));
    // Two answers of a small model may be the same words; then there is nothing to prefer.
    assert!(made.preferences == 1 || first.text == second.text, "{}", made.preferences);
}
