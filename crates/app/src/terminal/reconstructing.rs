//! Datasets with instructions that a model makes up, for the terminal: for lines of a character that answer nobody.

use std::path::Path;
use std::sync::Arc;

use domain::{Cancel, LanguageModel, Problem, ProblemKind};
use novel::dataset::{Made, Profile, Recipe, Reconstruction};

use crate::app::paths::Paths;
use crate::studio::asking::{Asking, ask};
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
    mut progress: impl FnMut(usize, usize) -> bool,
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
        let model: Arc<dyn LanguageModel> = Arc::new(llm::Engine::load(&path, &options, |_| {})?);
        let mut with = Asking {
            model: &mut || Ok(Arc::clone(&model)),
            progress: &mut progress,
            cancel: &Cancel::new(),
        };
        sources.reconstructed = Some(ask(&lines, &recipe.options, &mut with)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use novel::Line;
    use testkit::ScriptedModel;

    use super::*;
    use crate::studio::asking::tests::{of_mia, script};

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
        Fixture {
            paths: Paths::find(Some(home.path()), Path::new("")).unwrap(),
            from: From { paths: vec![rows], ..From::default() },
            recipe: Recipe { options: of_mia(), name: "novel".into(), ..Recipe::default() },
            home,
        }
    }

    /// A dataset of what a scripted model makes up.
    fn made(
        of: &Fixture,
        model: &Arc<ScriptedModel>,
        mut progress: impl FnMut(usize, usize) -> bool,
    ) -> Result<Made, Problem> {
        let (recipe, out) = (&of.recipe, of.home.path().join("out"));
        novels::dataset_with(&of.paths, &of.from, recipe, &out, |sources| {
            let lines = novel::dataset::unprompted(&sources.lines, &recipe.options);
            let mut with = Asking {
                model: &mut || Ok(Arc::clone(model) as Arc<dyn LanguageModel>),
                progress: &mut progress,
                cancel: &Cancel::new(),
            };
            sources.reconstructed = Some(ask(&lines, &recipe.options, &mut with)?);
            Ok(())
        })
    }

    #[test]
    fn a_model_makes_up_what_was_said_and_what_is_no_use_is_counted() {
        let of = fixture();
        let model = Arc::new(ScriptedModel::new([
            "What is it like outside?",
            "I never learned to swim.",
            "<think>\nWho could ask this?\n</think>\n\n[joy] Said before it: Why did you go back?",
        ]));
        let mut told = Vec::new();
        let made = made(&of, &model, |done, all| {
            told.push((done, all));
            true
        })
        .unwrap();
        assert_eq!(told, [(0, 3), (1, 3), (2, 3), (3, 3)]);
        let done = made.report.reconstruction.unwrap();
        assert_eq!((done.asked, done.made_up, done.same), (3, 2, 1));
        assert_eq!(done.model, model.info().name);
        let written = std::fs::read_to_string(of.home.path().join("out/novel_train.json")).unwrap();
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
    fn who_stops_it_leaves_nothing_behind() {
        let of = fixture();
        let model = Arc::new(ScriptedModel::new(["What is it like outside?"]));
        let made = made(&of, &model, |done, _| done == 0);
        assert!(made.unwrap_err().message.contains("stopped"));
        assert!(!of.home.path().join("out").exists());
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
