//! `hanashi models`.

use std::process::ExitCode;

use app::Paths;
use app::terminal::{self, Progress};
use domain::Problem;
use serde_json::json;

use crate::arguments::{Common, ModelsCommand};
use crate::print;

/// Runs the command.
#[expect(clippy::too_many_lines, reason = "a command each")]
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &ModelsCommand,
) -> Result<ExitCode, Problem> {
    match command {
        ModelsCommand::List => {
            let (models, voices) = terminal::models(paths)?;
            if common.json {
                let adapters = terminal::adapters(paths);
                print::json(
                    &json!({ "v": 1, "models": models, "voices": voices, "adapters": adapters }),
                );
                return Ok(ExitCode::SUCCESS);
            }
            for model in models {
                let size = model.size.map_or_else(
                    || "size unknown".to_owned(),
                    |size| ::app::terminal::bytes(size as u64),
                );
                let pinned = if model.unpinned { ", unpinned" } else { "" };
                let licence =
                    if model.licence.is_empty() { "licence not stated" } else { &model.licence };
                print::line(&format!(
                    "{:<28} {:<6} {:<10} {size}, {licence}{pinned}",
                    model.id, model.kind, model.state
                ));
                print::line(&format!("{:28} {}", "", model.note));
                for line in more(&model) {
                    print::line(&format!("{:28} {line}", ""));
                }
            }
            for voice in voices {
                print::line(&format!(
                    "{:<28} {:<6} {:<10} {}",
                    voice.id, "voice", voice.kind, voice.name
                ));
            }
            for name in terminal::adapters(paths) {
                print::line(&format!("{name:<28} {:<6} installed", "adapter"));
            }
        }
        ModelsCommand::Plan(asked) => return crate::plan::run(common, paths, asked),
        ModelsCommand::Remote => {
            let names = terminal::remote_models(paths)?;
            if common.json {
                print::json(&json!({ "v": 1, "models": names }));
            } else {
                for name in names {
                    print::line(&format!("remote:{name}"));
                }
            }
        }
        ModelsCommand::RemoteKey => {
            terminal::set_remote_key(paths, &crate::tools::key_from_stdin()?)?;
        }
        ModelsCommand::PictureKey => {
            terminal::set_picture_key(paths, &crate::tools::key_from_stdin()?)?;
        }
        ModelsCommand::Look { repository } => return look(common, paths, repository),
        ModelsCommand::Pull { id, file, agree } => {
            agreed(paths, id, file.as_deref(), *agree)?;
            let mut show = |progress| match progress {
                Progress::Bytes { done, total, rate } => {
                    let left = time_left(done, total, rate);
                    let total = total
                        .map(|total| format!(" of {}", terminal::bytes(total)))
                        .unwrap_or_default();
                    print::aside_in_place(&format!(
                        "{}{total}, {}/s{}",
                        terminal::bytes(done),
                        terminal::bytes(rate as u64),
                        left
                    ));
                }
                Progress::Note(note) => print::aside(&note),
            };
            let files = match file {
                Some(path) => terminal::pull_from(paths, id, Some(path), &mut show)?,
                // An id has no `/` in it, a repository has.
                None if id.contains('/') => terminal::pull_from(paths, id, None, &mut show)?,
                None => terminal::pull(paths, id, &mut show)?,
            };
            print::aside("");
            if common.json {
                print::json(&json!({ "v": 1, "id": id, "files": files }));
            } else {
                for file in &files {
                    print::line(&file.display().to_string());
                }
            }
        }
        ModelsCommand::Import { file } => {
            let go_on = crate::stopping::go_on();
            let imported = terminal::import(paths, file, |_| go_on())?;
            if common.json {
                print::json(
                    &json!({ "v": 1, "id": imported.id, "kind": imported.kind, "name": imported.name }),
                );
            } else {
                print::line(&format!("{} ({})", imported.id, imported.kind));
            }
        }
        ModelsCommand::Verify => return verify(common, paths),
        ModelsCommand::Rm { id } => {
            terminal::remove(paths, id)?;
            if common.json {
                print::json(&json!({ "v": 1, "id": id }));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What else there is to know of a model before it is chosen.
fn more(model: &::app::api::ModelEntry) -> Vec<String> {
    let words = |one: &String| {
        Some(match one.as_str() {
            "floats" => {
                "a folder of plain floats: `quantize` in the settings says what they become"
            }
            "pickle" => "PyTorch's pickles: read without running anything in them",
            "whole" => {
                "writes each reply as a whole: nothing is heard before its end, and nothing is suggested"
            }
            _ => return None,
        })
    };
    let page = model.page.iter().map(|page| {
        format!("no program can fetch it: {page}; then `hanashi models import FOLDER`")
    });
    model.traits.iter().filter_map(words).map(str::to_owned).chain(page).collect()
}

fn verify(common: &Common, paths: &Paths) -> Result<ExitCode, Problem> {
    let verdicts = terminal::verify(paths)?;
    let good = verdicts.iter().all(|verdict| verdict.good);
    if common.json {
        let rows: Vec<_> = verdicts
            .iter()
            .map(|verdict| json!({ "id": verdict.id, "good": verdict.good, "verdict": verdict.text }))
            .collect();
        print::json(&json!({ "v": 1, "models": rows }));
    } else {
        for verdict in &verdicts {
            print::line(&format!("{:<28} {}", verdict.id, verdict.text));
        }
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Terms that are not the usual ones are shown before anything is fetched.
fn agreed(paths: &Paths, id: &str, file: Option<&str>, agree: bool) -> Result<(), Problem> {
    if agree {
        return Ok(());
    }
    let terms = match file {
        _ if file.is_some() || id.contains('/') => {
            Some(format!("the terms of `{id}` stand on its page"))
        }
        _ => terminal::models(paths)?.0.into_iter().find(|model| model.id == id && model.ask).map(
            |model| {
                let at = model.licence_url.map(|url| format!(": {url}")).unwrap_or_default();
                format!("`{id}` comes under terms of its own ({}){at}", model.licence)
            },
        ),
    };
    match terms {
        Some(terms) => Err(Problem::new(
            domain::ProblemKind::Invalid,
            terms,
            "read them, and say `--agree` where you do",
        )),
        None => Ok(()),
    }
}

fn look(common: &Common, paths: &Paths, repository: &str) -> Result<ExitCode, Problem> {
    let looked = terminal::look(paths, repository)?;
    if common.json {
        let files: Vec<_> = looked
            .files
            .iter()
            .map(|(file, choice)| {
                json!({
                    "path": file.path,
                    "size": file.size,
                    "sha256": file.digest.as_ref().filter(|digest| digest.is_sha256()).map(ToString::to_string),
                    "quantisation": file.quantisation,
                    "fit": choice,
                })
            })
            .collect();
        print::json(&json!({
            "v": 1,
            "repository": looked.repository.name.repo,
            "revision": looked.repository.name.revision,
            "commit": looked.repository.commit,
            "licence": looked.repository.licence,
            "gated": looked.repository.gated,
            "all_files": looked.repository.files.len(),
            "files": files,
            "folder": looked.folder.as_ref().map(|(entry, choice)| json!({
                "id": entry.id,
                "size": entry.size(),
                "files": entry.files.iter().map(|file| &file.name).collect::<Vec<_>>(),
                "pickle": entry.is_pickle(),
                "fit": choice,
            })),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let name = &looked.repository.name;
    print::line(&match &looked.repository.commit {
        Some(commit) => format!("{} at {}, commit {commit}", name.repo, name.revision),
        None => format!("{} at {}", name.repo, name.revision),
    });
    print::line(&match &looked.repository.licence {
        Some(licence) => format!("licence as the hub names it: {licence}"),
        None => format!("the terms stand on its page: {}", looked.repository.page()),
    });
    if looked.repository.gated {
        print::line("its makers let only those in who have asked them");
    }
    if looked.files.is_empty() && looked.folder.is_none() {
        print::line(
            "There is nothing in it that can be used: no whole GGUF, no Whisper in ggml form, no config.json with weights.",
        );
    }
    if let Some((entry, choice)) = &looked.folder {
        let size = entry.size().map_or_else(|| "size unknown".to_owned(), terminal::bytes);
        let what = format!("(the folder, {} files)", entry.files.len());
        print::line(&format!("{what:<48} {size:>9}  {}", fits(choice.as_ref())));
        let pickle =
            if entry.is_pickle() { "; pickles, read without running anything in them" } else { "" };
        let what = if entry.is_floats() {
            "plain floats, brought into what `quantize` in the settings says"
        } else {
            "finds memories and documents by what they mean"
        };
        print::line(&format!("{:48} {what}{pickle}", ""));
    }
    for (file, choice) in &looked.files {
        let size = file.size.map_or_else(|| "size unknown".to_owned(), terminal::bytes);
        let fit = fits(choice.as_ref());
        print::line(&format!("{:<48} {size:>9}  {fit}", file.path));
        if let Some(quantisation) = &file.quantisation {
            print::line(&format!("{:48} {quantisation}: {}", "", terminal::explain(quantisation)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How long a download will take, in words; nothing where that cannot be told.
fn time_left(done: u64, total: Option<u64>, rate: f64) -> String {
    let seconds = total.map(|total| total.saturating_sub(done) as f64 / rate);
    match seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0) {
        None => String::new(),
        Some(seconds) if seconds < 60.0 => ", less than a minute left".to_owned(),
        Some(seconds) if seconds < 5400.0 => format!(", about {:.0} min left", seconds / 60.0),
        Some(seconds) => format!(", about {:.0} h left", seconds / 3600.0),
    }
}

/// Whether something fits, in words; nothing where that is not known.
fn fits(choice: Option<&terminal::Choice>) -> String {
    choice.map_or_else(String::new, |one| match one.verdict {
        terminal::Fit::Fits { spare } => format!("fits with {} to spare", terminal::bytes(spare)),
        terminal::Fit::Slow { spare } => {
            format!("fits with {} to spare, slower than speech", terminal::bytes(spare))
        }
        terminal::Fit::TooLarge { missing } => {
            format!("too large: {} are missing", terminal::bytes(missing))
        }
    })
}
