//! Datasets with instructions that a model makes up: for lines of a character that answer nobody. The rules are
//! `novel::dataset`'s; here a model is asked.

use std::path::Path;

use domain::{Cancel, LanguageModel, Problem, ProblemKind, Sampling};
use novel::dataset::{
    INSTRUCTION_TOKENS, Made, Options, Profile, Recipe, Reconstruction, Sources, Unprompted,
};

use crate::app::paths::Paths;
use crate::models::request::{self, Request};
use crate::studio::novels::{self, From};

/// Who makes instructions up.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reconstructing<'a> {
    /// A chat model by name or path; empty: the one that comes with the program.
    pub model: &'a str,
}

/// Makes a dataset in `folder`, with an instruction for each line of the speaker that answers nobody. `progress` hears how many lines
/// were asked about and how many there are, and ends it by answering false.
///
/// # Errors
/// If there is no such model, or a dataset of another kind than scenes is asked for; if it was stopped. Nothing is written then. Where
/// every line answers somebody no model is loaded.
pub fn dataset_reconstructed(
    paths: &Paths,
    from: &From,
    recipe: &Recipe,
    folder: &Path,
    with: Reconstructing<'_>,
    progress: impl FnMut(usize, usize) -> bool,
) -> Result<Made, Problem> {
    if recipe.profile != Profile::Scenes {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "instructions are made up for datasets of scenes alone",
            "leave out --profile, or --reconstruct",
        ));
    }
    let path = paths.chat_model(with.model)?;
    novels::dataset_with(paths, from, recipe, folder, |sources| {
        let lines = novel::dataset::unprompted(&sources.lines, &recipe.options);
        if lines.is_empty() {
            let model = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let done = Reconstruction { model, ..Reconstruction::default() };
            sources.reconstructed = Some((done, Vec::new()));
            return Ok(());
        }
        let device = crate::models::compute_devices::of_paths(paths);
        let options = llm::Options { device, ..llm::Options::default() };
        let model = llm::Engine::load(&path, &options, |_| {})?;
        ask(&model, &lines, sources, &recipe.options, progress)
    })
}

/// Asks about each line that answers nobody, and adds what is made of the replies.
fn ask(
    model: &dyn LanguageModel,
    lines: &[Unprompted],
    sources: &mut Sources,
    options: &Options,
    mut progress: impl FnMut(usize, usize) -> bool,
) -> Result<(), Problem> {
    let mut done = Reconstruction { model: model.info().name, ..Reconstruction::default() };
    let mut made_up = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if !progress(number, lines.len()) {
            return Err(stopped());
        }
        match reply(model, line)? {
            Some(reply) => made_up.extend(done.add(line, &reply, options)),
            None => done.no_room += 1,
        }
    }
    if !progress(lines.len(), lines.len()) {
        return Err(stopped());
    }
    sources.reconstructed = Some((done, made_up));
    Ok(())
}

/// What the model replies; `None` where its context has no room for the line even without the pairs nearby.
fn reply(model: &dyn LanguageModel, line: &Unprompted) -> Result<Option<String>, Problem> {
    for pairs in (0..=line.neighbours.len()).rev() {
        let request = Request {
            order: line.order(),
            text: &line.question(pairs),
            lang: line.lang,
            sampling: Sampling::greedy(),
            tokens: INSTRUCTION_TOKENS,
        };
        match request::ask(model, request, Cancel::new()) {
            Err(problem) if problem.kind == ProblemKind::Invalid => {}
            reply => {
                let reply = reply?.ok_or_else(stopped)?;
                return Ok(Some(delivery::shown(&reply).text));
            }
        }
    }
    Ok(None)
}

fn stopped() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "it was stopped before anything was written",
        "run the command again",
    )
}

#[cfg(test)]
mod tests {
    use novel::{Kind, Line};
    use testkit::{Script, ScriptedModel};

    use super::*;

    /// Three lines of hers that answer nobody, each a scene of its own, and one that answers somebody.
    fn script() -> Vec<Line> {
        let said = [
            ("one", "Mia", "The harbour is quiet tonight."),
            ("two", "Mia", "I never learned to swim."),
            ("three", "Mia", "Somebody left a lamp burning."),
            ("four", "Tom", "Would you like some tea?"),
            ("four", "Mia", "Yes, with sugar."),
        ];
        let row = |(scene, speaker, text): (&str, &str, &str)| Line {
            scene: scene.to_owned(),
            kind: Kind::Say,
            speaker: Some(speaker.to_owned()),
            text: text.to_owned(),
            plain: text.to_owned(),
            ..Line::default()
        };
        said.into_iter().map(row).collect()
    }

    struct Fixture {
        home: tempfile::TempDir,
        paths: Paths,
        from: From,
        recipe: Recipe,
    }

    fn fixture() -> Fixture {
        let home = tempfile::tempdir().unwrap();
        let rows = home.path().join("rows.jsonl");
        novel::write_rows(&rows, &script()).unwrap();
        let options =
            Options { speaker: Some("Mia".into()), validation: 0.0, ..Options::default() };
        Fixture {
            paths: Paths::find(Some(home.path()), Path::new("")).unwrap(),
            from: From { paths: vec![rows], ..From::default() },
            recipe: Recipe { options, name: "novel".into(), ..Recipe::default() },
            home,
        }
    }

    #[test]
    fn a_model_makes_up_what_was_said_and_what_is_no_use_is_counted() {
        let Fixture { home, paths, from, recipe } = fixture();
        let out = home.path().join("out");
        let model = ScriptedModel::new([
            "What is it like outside?",
            "I never learned to swim.",
            "<think>\nWho could ask this?\n</think>\n\n[joy] Said before it: Why did you go back?",
        ]);
        let mut told = Vec::new();
        let made = novels::dataset_with(&paths, &from, &recipe, &out, |sources| {
            let lines = novel::dataset::unprompted(&sources.lines, &recipe.options);
            ask(&model, &lines, sources, &recipe.options, |done, all| {
                told.push((done, all));
                true
            })
        })
        .unwrap();
        assert_eq!(told, [(0, 3), (1, 3), (2, 3), (3, 3)]);
        let done = made.report.reconstruction.unwrap();
        assert_eq!((done.asked, done.made_up, done.same), (3, 2, 1));
        assert_eq!(done.model, model.info().name);
        let written = std::fs::read_to_string(out.join("novel_train.json")).unwrap();
        let rows: Vec<serde_json::Value> = serde_json::from_str(&written).unwrap();
        let pair = |at: usize| [&rows[at]["instruction"], &rows[at]["output"]];
        assert_eq!(rows.len(), 3);
        assert_eq!(pair(1), ["What is it like outside?", "The harbour is quiet tonight."]);
        assert_eq!(pair(2), ["Why did you go back?", "Somebody left a lamp burning."]);
        // What it was asked: the pair of the script, then the line.
        let asked = format!("{:?}", model.asks()[0]);
        for part in ["Would you like some tea?", "Yes, with sugar.", "The harbour is quiet"] {
            assert!(asked.contains(part), "{part}: {asked}");
        }
        assert_eq!(model.asks()[0].max_tokens, 60);
    }

    #[test]
    fn a_context_without_room_for_the_pairs_nearby_gets_the_line_alone() {
        let full = |text: &str| Problem::new(ProblemKind::Invalid, text, "a longer context");
        let model = ScriptedModel::new([
            Script::default().fail(full("no room for a pair")),
            Script::text("What is it like outside?"),
        ]);
        let line = &novel::dataset::unprompted(&script(), &fixture().recipe.options)[0];
        assert_eq!(reply(&model, line).unwrap().unwrap(), "What is it like outside?");
        let asked = format!("{:?}", model.asks()[1]);
        assert!(asked.contains("The harbour") && !asked.contains("some tea"), "{asked}");
        let model = ScriptedModel::new([1, 2].map(|_| Script::default().fail(full("no room"))));
        assert_eq!(reply(&model, line).unwrap(), None);
    }

    #[test]
    fn who_stops_it_leaves_nothing_behind() {
        let Fixture { home, paths, from, recipe } = fixture();
        let out = home.path().join("out");
        let model = ScriptedModel::new(["What is it like outside?"]);
        let made = novels::dataset_with(&paths, &from, &recipe, &out, |sources| {
            let lines = novel::dataset::unprompted(&sources.lines, &recipe.options);
            ask(&model, &lines, sources, &recipe.options, |done, _| done == 0)
        });
        assert!(made.unwrap_err().message.contains("stopped"));
        assert!(!out.exists());
    }

    #[test]
    fn where_every_line_answers_somebody_no_model_is_loaded() {
        let Fixture { home, paths, from, recipe } = fixture();
        let rows: Vec<Line> = script().into_iter().filter(|line| line.scene == "four").collect();
        novel::write_rows(&from.paths[0], &rows).unwrap();
        // No model: loading it would fail.
        let model = home.path().join("none.gguf");
        std::fs::write(&model, b"GGUF").unwrap();
        let with = Reconstructing { model: model.to_str().unwrap() };
        let out = home.path().join("out");
        let made = dataset_reconstructed(&paths, &from, &recipe, &out, with, |_, _| true).unwrap();
        assert_eq!(made.train, 1);
        assert_eq!(made.report.reconstruction.map(|done| (done.asked, done.made_up)), Some((0, 0)));
        // Where a line needs one, it is loaded, and fails.
        novel::write_rows(&from.paths[0], &script()).unwrap();
        let told = dataset_reconstructed(&paths, &from, &recipe, &out, with, |_, _| true);
        assert!(told.is_err());
    }

    #[test]
    fn other_datasets_than_those_of_scenes_are_refused_before_a_model_is_loaded() {
        let Fixture { home, paths, from, recipe } = fixture();
        let recipe = Recipe { profile: Profile::Chitchat, ..recipe };
        let with = Reconstructing::default();
        let out = home.path().join("out");
        let told = dataset_reconstructed(&paths, &from, &recipe, &out, with, |_, _| true);
        assert!(told.unwrap_err().message.contains("scenes alone"));
    }
}
