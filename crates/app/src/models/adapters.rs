//! Which adapters write with the language model: this run's, else those of the character on stage. They lie in `adapters` of the
//! data folder; a character may also bring one in its own folder, or name one of the library in its card.
//!
//! A card comes from anywhere: it may name an adapter of the library, and never a path.

use std::path::{Path, PathBuf};

use api::AppEvent;
use domain::{CharacterId, Problem, ProblemKind};
use llm::{AdapterAbout, AdapterChoice};

use crate::app::App;
use crate::app::paths::Paths;
use crate::characters::cards;
use crate::conversation::on_stage::OnStage;

/// What a character's own adapter is called within its folder: PEFT's folder, or llama.cpp's file.
pub(crate) const OWN: [&str; 2] = ["adapter", "adapter.gguf"];

impl App {
    /// Puts the adapters of whoever is on stage to work, in the engine's own time. Where one cannot be used the person hears of
    /// it, and the character answers without.
    pub(crate) fn adapt(&self, engine: &llm::Engine, stage: &OnStage) {
        let hub = std::sync::Arc::clone(&self.hub);
        let choices = match self.adapters_of(stage) {
            Ok(choices) => choices,
            Err(problem) => {
                hub.send(AppEvent::Notice { problem: problem.into() });
                Vec::new()
            }
        };
        engine.use_adapters_soon(choices, move |told| {
            let problems = match told {
                Ok(doubts) => doubts.into_iter().map(doubt).collect(),
                Err(error) => vec![Problem::from(error)],
            };
            for problem in problems {
                hub.send(AppEvent::Notice { problem: problem.into() });
            }
        });
    }

    fn adapters_of(&self, stage: &OnStage) -> Result<Vec<AdapterChoice>, Problem> {
        if !self.options.adapters.is_empty() {
            return self.options.adapters.iter().map(|one| choose(&self.paths, one)).collect();
        }
        let folder = self.shelf.library.find(&stage.id).map(|folder| folder.path);
        let own = folder.ok().and_then(|folder| own(&folder));
        let wish = self.wish(&stage.id);
        let scale = wish.as_ref().map_or(1.0, |(_, scale)| *scale);
        match (own, wish) {
            (Some(path), _) => Ok(vec![AdapterChoice { path, scale }]),
            (None, Some((name, scale))) if !name.is_empty() => {
                let path = named(&self.paths, &name).ok_or_else(|| {
                    Problem::new(
                        ProblemKind::Missing,
                        format!("the card of `{}` asks for the adapter `{name}`, which is not here", stage.id),
                        "import it (drop it on the window, or `hanashi models import`), or talk without it",
                    )
                })?;
                Ok(vec![AdapterChoice { path, scale }])
            }
            _ => Ok(Vec::new()),
        }
    }

    /// `extensions.hanashi.adapter` of the card: a name, or `{ "name": …, "scale": … }`.
    fn wish(&self, id: &CharacterId) -> Option<(String, f32)> {
        let (bytes, file) = cards::card_bytes(&self.shelf.library, id).ok()?;
        let card = card::import(&bytes, file).ok()?;
        let wish = card.raw.pointer("/data/extensions/hanashi/adapter")?;
        let name = wish.as_str().or_else(|| wish.get("name")?.as_str()).unwrap_or_default();
        let scale = wish.get("scale").and_then(serde_json::Value::as_f64).unwrap_or(1.0);
        Some((name.trim().to_owned(), scale.clamp(-4.0, 4.0) as f32))
    }
}

/// Of an adapter that works, and may be for another model.
pub(crate) fn doubt(what: String) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        what,
        "load the model that it was made for, or go on where the replies are as they should be",
    )
}

/// An adapter that somebody named, by path or by name.
pub(crate) fn choose(
    paths: &Paths,
    (name, scale): &(String, f32),
) -> Result<AdapterChoice, Problem> {
    let as_path = PathBuf::from(name);
    let path = if as_path.exists() { Some(as_path) } else { named(paths, name) };
    match path {
        Some(path) => Ok(AdapterChoice { path, scale: *scale }),
        None => Err(Problem::new(
            ProblemKind::Missing,
            format!("there is no file and no adapter `{name}`"),
            format!(
                "give a folder with an adapter_config.json, a GGUF adapter, or one of: {}",
                names(paths).join(", ")
            ),
        )),
    }
}

/// The adapter that lies in a character's folder.
pub(crate) fn own(folder: &Path) -> Option<PathBuf> {
    OWN.iter().map(|name| folder.join(name)).find(|adapter| adapter.exists())
}

/// An adapter of the library.
pub(crate) fn named(paths: &Paths, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':']);
    let folder = paths.dirs.root().join("adapters");
    let candidates = [folder.join(name), folder.join(format!("{name}.gguf"))];
    candidates.into_iter().find(|path| plain && path.exists())
}

/// Adapters of the library, by name.
pub(crate) fn names(paths: &Paths) -> Vec<String> {
    let entries = std::fs::read_dir(paths.dirs.root().join("adapters")).into_iter().flatten();
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_suffix(".gguf").map_or(name.clone(), str::to_owned)
        })
        .collect();
    names.sort();
    names
}

/// What a file is, if it is an adapter.
pub(crate) fn recognise(path: &Path) -> Option<AdapterAbout> {
    // Opening a pipe waits for whoever writes into it.
    (path.is_file() || path.is_dir()).then(|| llm::inspect_adapter(path).ok()).flatten()
}

/// Copies an adapter into the library; answers with its name there.
pub(crate) fn import(paths: &Paths, about: &AdapterAbout) -> Result<String, Problem> {
    let folder = paths.dirs.root().join("adapters");
    let full = |error: std::io::Error| {
        Problem::new(
            ProblemKind::Disk,
            format!("the adapter could not be copied to `{}`: {error}", folder.display()),
            "make room on the disk, or check that the folder can be written",
        )
    };
    let slug = store::slug(&about.name);
    let mut name = slug.clone();
    let mut n = 2;
    while named(paths, &name).is_some() {
        name = format!("{slug}-{n}");
        n += 1;
    }
    // Under another name until it is complete.
    let part = folder.join(format!(".{name}.part"));
    let _left_from_before = std::fs::remove_dir_all(&part);
    std::fs::create_dir_all(&part).map_err(full)?;
    let copied = about.files.iter().try_for_each(|file| {
        let to = part.join(file.file_name().unwrap_or_default());
        std::fs::copy(file, to).map(drop)
    });
    let moved = copied.and_then(|()| match about.files.as_slice() {
        [gguf] => {
            let copy = part.join(gguf.file_name().unwrap_or_default());
            std::fs::rename(copy, folder.join(format!("{name}.gguf")))?;
            std::fs::remove_dir_all(&part)
        }
        _ => std::fs::rename(&part, folder.join(&name)),
    });
    if moved.is_err() {
        let _gone = std::fs::remove_dir_all(&part);
    }
    moved.map_err(full)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/adapters").join(name)
    }

    #[test]
    fn adapters_are_taken_in_and_found_by_name_and_never_by_a_path_of_a_card() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::find(Some(folder.path()), Path::new("")).unwrap();
        let about = recognise(&fixture("llama-one-rank")).unwrap();
        assert_eq!((about.name.as_str(), about.files.len()), ("llama-one-rank", 2));
        assert_eq!(import(&paths, &about).unwrap(), "llama-one-rank");
        // The same name again is another one; a GGUF is one file.
        assert_eq!(import(&paths, &about).unwrap(), "llama-one-rank-2");
        let gguf = recognise(&fixture("llama-one-rank/adapter.gguf")).unwrap();
        assert_eq!(import(&paths, &gguf).unwrap(), "adapter");
        assert_eq!(names(&paths), ["adapter", "llama-one-rank", "llama-one-rank-2"]);
        for name in ["adapter", "llama-one-rank"] {
            let path = named(&paths, name).unwrap();
            assert!(llm::inspect_adapter(&path).is_ok(), "{name}");
        }
        for name in ["", ".", "..", "../adapters/adapter", "/etc", "C:x", r"..\adapters"] {
            assert_eq!(named(&paths, name), None, "{name}");
        }
        let typed = fixture("dora").display().to_string();
        assert_eq!(choose(&paths, &(typed, 0.5)).unwrap().scale.to_bits(), 0.5f32.to_bits());
        let missing = choose(&paths, &("nobody".to_owned(), 1.0)).unwrap_err();
        assert!(missing.remedy.contains("llama-one-rank-2"), "{missing}");
        assert!(recognise(&fixture("..")).is_none());
        assert!(recognise(&fixture("llama/expected.json")).is_none());
    }
}
