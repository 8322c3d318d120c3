//! What was trained goes on stage: as a character's own adapter, in its folder (decision 0116), with the model that it was trained on.

use std::path::Path;

use api::{SettingsPatch, StudioDesk};
use domain::{CharacterId, Problem, ProblemKind};

use super::project::disk;
use crate::app::paths::BUILT_IN_MODEL;
use crate::app::{Answer, App, lock};
use crate::models::adapters::OWN;

/// Files of an adapter that a character needs.
const FILES: [&str; 3] = ["adapter_config.json", "adapter_model.safetensors", "README.md"];
/// What a character's own adapter is called while another one takes its place.
const BEFORE: &str = "adapter.before";
/// What an adapter of the studio is called while another one takes its place.
const REPLACED: &str = ".adapter.replaced";

impl App {
    /// Gives what was trained to a character of the person's own, or to a new one of the speaker's name, and puts it on stage with the
    /// model that it was trained on.
    ///
    /// # Errors
    /// Where nothing is trained, the character comes with the app, or a file cannot be written.
    pub fn studio_use(&self, id: &str, character: Option<&str>) -> Answer<StudioDesk> {
        let store = self.studio_store();
        let project = store.read(id)?;
        let adapter = self.studio_trained_adapter(&project)?;
        let name = match character {
            Some(character) => character.to_owned(),
            None => self.create_character(project.speaks_as())?,
        };
        let who = CharacterId(name.clone());
        let folder = self.shelf.library.find(&who).map_err(Problem::from)?;
        if folder.built_in {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("`{name}` comes with the app and keeps her voice"),
                "make a copy of the character in the library, or a new one",
            )
            .into());
        }
        put(&adapter, &folder.path, &project.id)?;
        let project = store.change(id, |project| project.used_by = Some(name.clone()))?;
        let model = self.studio_model_name(&project.trained_on)?;
        let now = lock(&self.settings).get().chat_model.clone();
        if self.studio_model_name(&self.paths.chat_model(&now).unwrap_or_default())? != model {
            let patch = SettingsPatch { chat_model: Some(model), ..SettingsPatch::default() };
            self.change_settings(patch)?;
        }
        self.select_character(&name)?;
        Ok(self.studio_desk(&project)?)
    }

    /// Takes the adapter from the character again; one that it had before comes back. Another project's that has come since stays.
    pub fn studio_unuse(&self, id: &str) -> Answer<StudioDesk> {
        let store = self.studio_store();
        let project = store.read(id)?;
        if let Some(character) = &project.used_by {
            let who = CharacterId(character.clone());
            if let Ok(folder) = self.shelf.library.find(&who) {
                take(&folder.path, &project.id)?;
            }
            // Whoever is on stage speaks without it from now on.
            let stage = lock(&self.stage).clone();
            if stage.id == who {
                self.put_on_stage(&stage)?;
            }
        }
        let project = store.change(id, |project| project.used_by = None)?;
        Ok(self.studio_desk(&project)?)
    }

    /// The name under which the settings know a model's file.
    fn studio_model_name(&self, path: &Path) -> Result<String, Problem> {
        if path == self.paths.built_in_model() {
            return Ok(BUILT_IN_MODEL.to_owned());
        }
        let installed = self.paths.model_library().scan(&self.paths.catalogue()?)?;
        let known = installed.into_iter().find(|one| one.path == path);
        Ok(known.map_or_else(|| path.display().to_string(), |one| one.id))
    }
}

/// Puts a project's adapter into a character's folder: complete under another name first. What was there before is kept beside it.
fn put(adapter: &Path, folder: &Path, project: &str) -> Result<(), Problem> {
    let part = folder.join(".adapter.part");
    let _left_from_before = std::fs::remove_dir_all(&part);
    let own = folder.join(OWN[0]);
    let copied = std::fs::create_dir_all(&part).and_then(|()| {
        for file in FILES {
            let from = adapter.join(file);
            if from.is_file() {
                std::fs::copy(from, part.join(file))?;
            }
        }
        std::fs::write(part.join(MARK), format!("made in the studio\n{project}\n"))?;
        exchange(&part, &own, folder)
    });
    copied.map_err(|error| {
        let _gone = std::fs::remove_dir_all(&part);
        disk(&own, &error)
    })
}

/// Puts what is complete in the place of the adapter that is there; where that fails, the one that was there speaks on.
fn exchange(part: &Path, own: &Path, folder: &Path) -> std::io::Result<()> {
    if !own.exists() {
        return std::fs::rename(part, own);
    }
    // Only what the studio did not put there itself is worth keeping.
    let hers = !own.join(MARK).exists();
    let before = folder.join(if hers { BEFORE } else { REPLACED });
    if before.exists() {
        std::fs::remove_dir_all(&before)?;
    }
    std::fs::rename(own, &before)?;
    if let Err(error) = std::fs::rename(part, own) {
        std::fs::rename(&before, own)?;
        return Err(error);
    }
    if !hers {
        // What cannot be removed is in nobody's way.
        let _left = std::fs::remove_dir_all(&before);
    }
    Ok(())
}

/// Says that the studio put an adapter there, and which project's it is.
const MARK: &str = "studio.txt";

/// Whether an adapter is a project's. One that was put there before marks named projects belongs to whichever asks.
fn is_of(own: &Path, project: &str) -> bool {
    std::fs::read_to_string(own.join(MARK))
        .is_ok_and(|mark| mark.lines().nth(1).is_none_or(|id| id == project))
}

/// Takes a project's adapter out of a character's folder.
fn take(folder: &Path, project: &str) -> Result<(), Problem> {
    let own = folder.join(OWN[0]);
    if !is_of(&own, project) {
        return Ok(());
    }
    let before = folder.join(BEFORE);
    let taken = std::fs::remove_dir_all(&own)
        .and_then(|()| if before.exists() { std::fs::rename(&before, &own) } else { Ok(()) });
    taken.map_err(|error| disk(&own, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(folder: &Path, weights: &str) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("adapter_model.safetensors"), weights).unwrap();
        std::fs::write(folder.join("trainer_log.jsonl"), "{}").unwrap();
    }

    #[test]
    fn an_adapter_is_given_and_taken_and_the_one_before_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let (one, two) = (home.path().join("1"), home.path().join("2"));
        adapter(&one, "one");
        adapter(&two, "two");
        let folder = home.path().join("sylvie");
        adapter(&folder.join("adapter"), "her own");
        let now = || std::fs::read_to_string(folder.join("adapter/adapter_model.safetensors"));
        put(&one, &folder, "1").unwrap();
        assert_eq!(now().unwrap(), "one");
        assert!(!folder.join("adapter/trainer_log.jsonl").exists());
        put(&two, &folder, "2").unwrap();
        assert_eq!(now().unwrap(), "two");
        // What another project gave stays.
        take(&folder, "1").unwrap();
        assert_eq!(now().unwrap(), "two");
        take(&folder, "2").unwrap();
        assert_eq!(now().unwrap(), "her own");
        // What the studio did not give it does not take.
        take(&folder, "2").unwrap();
        assert_eq!(now().unwrap(), "her own");
        std::fs::remove_dir_all(folder.join("adapter")).unwrap();
        put(&one, &folder, "1").unwrap();
        take(&folder, "1").unwrap();
        assert!(now().is_err());
    }

    #[test]
    fn an_adapter_whose_successor_cannot_take_its_place_stays() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sylvie");
        let (own, missing) = (folder.join("adapter"), folder.join("missing"));
        adapter(&own, "her own");
        let now = || std::fs::read_to_string(own.join("adapter_model.safetensors")).unwrap();
        exchange(&missing, &own, &folder).unwrap_err();
        assert_eq!(now(), "her own");
        let one = home.path().join("1");
        adapter(&one, "one");
        put(&one, &folder, "1").unwrap();
        exchange(&missing, &own, &folder).unwrap_err();
        assert_eq!(now(), "one");
        take(&folder, "1").unwrap();
        assert_eq!(now(), "her own");
    }
}
