//! Any repository of Hugging Face or ModelScope by its name, for the page: its files with what each means and whether it fits, and one
//! of them, or all of it as a folder, fetched.

use std::sync::Arc;

use api::{RepositoryFile, RepositoryView};
use domain::{Problem, ProblemKind};
use models::{Choice, Entry, Fit, Hub, Repository};

use crate::app::paths::kind_word;
use crate::app::{Answer, App, lock};
use crate::models::downloads;
use crate::models::plan::{self, Looked, repository_name};
use crate::settings::mapping;

/// Files that a page lists at most.
const LISTED: usize = 200;

impl App {
    /// Lists what can be used in a repository, each with whether it fits. Asks the hub, where that is allowed.
    pub async fn look_into(self: &Arc<Self>, name: &str) -> Answer<RepositoryView> {
        let name = repository_name(name)?;
        let settings = lock(&self.settings).get().clone();
        let fetcher = downloads::fetcher(&self.paths.catalogue()?, &settings, &self.network)?;
        let repository = fetcher.repository(&name).await.map_err(Problem::from)?;
        let device = self.device_choice(&settings);
        let looked = plan::looked(&self.paths, &settings, device, repository)?;
        let installed = self.paths.model_library().scan(&self.paths.catalogue()?)?;
        let here = |entry: &Entry| installed.iter().any(|one| one.id == entry.id);
        let view = view(&looked, &mapping::word(settings.quantize), here);
        *lock(&self.repository) = Some(looked.repository);
        Ok(view)
    }

    /// Fetches a file of the repository that was looked into, or (an empty path) the repository as a folder; progress comes as events.
    pub fn pull_from(self: &Arc<Self>, name: &str, path: &str) -> Answer<()> {
        let listed = lock(&self.repository).clone().filter(|listed| name_of(listed) == name);
        let entry = listed.as_ref().and_then(|listed| entry(listed, path)).ok_or_else(|| {
            Problem::new(
                ProblemKind::Missing,
                format!("`{name}` has no model `{path}` that can be used"),
                "look into the repository again, and choose one of its files",
            )
        })?;
        // A file of the same name out of another repository is another file: the id is its folder's name.
        let mut known = lock(&self.out_of_repositories);
        known.retain(|one| one.id != entry.id);
        known.push(entry.clone());
        drop(known);
        self.pull_entry(entry)
    }
}

/// What `pull_from` finds it by, and what a person could have written.
fn name_of(listed: &Repository) -> String {
    let name = &listed.name;
    let (hub, usual) = match name.hub {
        Hub::HuggingFace => ("", "main"),
        Hub::ModelScope => ("modelscope:", "master"),
    };
    let revision =
        if name.revision == usual { String::new() } else { format!("@{}", name.revision) };
    format!("{hub}{}{revision}", name.repo)
}

/// What is fetched for a path.
fn entry(listed: &Repository, path: &str) -> Option<Entry> {
    if path.is_empty() { listed.folder() } else { listed.entry(path) }
}

fn view(looked: &Looked, becomes: &str, here: impl Fn(&Entry) -> bool) -> RepositoryView {
    let repository = &looked.repository;
    let mut files = Vec::new();
    if let Some((entry, choice)) = &looked.folder {
        let chat = entry.kind == models::Kind::Chat;
        files.push(RepositoryFile {
            path: String::new(),
            quantisation: chat.then(|| becomes.to_owned()),
            meaning: String::new(),
            ..line(entry, choice.as_ref(), here(entry))
        });
    }
    for (file, choice) in looked.files.iter().take(LISTED) {
        let Some(entry) = repository.entry(&file.path) else { continue };
        files.push(RepositoryFile {
            path: file.path.clone(),
            quantisation: file.quantisation.clone(),
            meaning: file.quantisation.as_deref().map(meaning).unwrap_or_default().to_owned(),
            ..line(&entry, choice.as_ref(), here(&entry))
        });
    }
    RepositoryView {
        name: name_of(repository),
        page: repository.page(),
        commit: repository.commit.as_deref().map(|commit| models::short(commit).to_owned()),
        licence: repository.licence.clone(),
        gated: repository.gated,
        files,
        all: u32::try_from(repository.files.len()).unwrap_or(u32::MAX),
    }
}

/// What is the same of a file and of a folder.
fn line(entry: &Entry, choice: Option<&Choice>, here: bool) -> RepositoryFile {
    let (verdict, spare) = match choice.map(|one| one.verdict) {
        Some(Fit::Fits { spare }) => ("fits", spare as f64),
        Some(Fit::Slow { spare }) => ("slow", spare as f64),
        Some(Fit::TooLarge { missing }) => ("too-large", -(missing as f64)),
        None => ("", 0.0),
    };
    RepositoryFile {
        path: String::new(),
        id: entry.id.clone(),
        kind: kind_word(entry.kind).to_owned(),
        size: entry.size().map(|size| size as f64),
        quantisation: None,
        meaning: String::new(),
        verdict: verdict.to_owned(),
        spare,
        pinned: !entry.unpinned(),
        pickle: entry.is_pickle(),
        here,
    }
}

/// What a quantisation means, in a word that the page explains (`models::explain` says the same in English).
fn meaning(quantisation: &str) -> &'static str {
    match (quantisation, quantisation.chars().find(char::is_ascii_digit)) {
        ("F32", _) => "f32",
        ("F16" | "BF16", _) => "half",
        (_, Some('8')) => "8",
        (_, Some('6')) => "6",
        (_, Some('5')) => "5",
        (_, Some('4')) => "4",
        (_, Some('3')) => "3",
        (_, Some('1' | '2')) => "2",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use models::{Kind, RepoFile};

    use super::*;

    #[test]
    fn a_name_leads_back_to_the_same_repository() {
        for name in ["o/n", "o/n@v1", "modelscope:o/n", "modelscope:o/n@v2"] {
            let repository = Repository {
                name: repository_name(name).unwrap(),
                commit: None,
                licence: None,
                gated: false,
                files: Vec::new(),
            };
            assert_eq!(name_of(&repository), name);
        }
        assert!(repository_name("../etc").is_err());
    }

    #[test]
    fn what_is_shown_of_a_repository_is_what_is_fetched_of_it() {
        let file = |path: &str, kind: Option<Kind>| RepoFile {
            path: path.to_owned(),
            size: Some(1 << 30),
            digest: None,
            kind,
            quantisation: kind.map(|_| "Q4_K_M".to_owned()),
        };
        let repository = Repository {
            name: repository_name("o/n").unwrap(),
            commit: Some("c".repeat(40)),
            licence: Some("mit".to_owned()),
            gated: true,
            files: vec![
                file("sub/m-Q4_K_M.gguf", Some(Kind::Chat)),
                file("../m.gguf", Some(Kind::Chat)),
                file("config.json", None),
                file("model.safetensors", None),
            ],
        };
        let usable = repository.files.iter().filter(|file| file.kind.is_some());
        let files = usable.map(|file| (file.clone(), None)).collect();
        let folder = repository.folder().map(|entry| (entry, None));
        let looked = Looked { repository, files, folder };
        let shown = view(&looked, "q8", |entry| entry.files.len() == 1);
        assert!(shown.gated && shown.licence.as_deref() == Some("mit") && shown.all == 4);
        let [whole, one] = shown.files.as_slice() else {
            panic!("what would be written elsewhere is not offered: {:?}", shown.files)
        };
        assert_eq!((whole.path.as_str(), whole.quantisation.as_deref()), ("", Some("q8")));
        assert_eq!((one.path.as_str(), one.meaning.as_str()), ("sub/m-Q4_K_M.gguf", "4"));
        assert!(!whole.here && one.here && !one.pinned);
        for line in [whole, one] {
            assert_eq!(entry(&looked.repository, &line.path).unwrap().id, line.id);
        }
    }

    #[test]
    fn every_quantisation_has_a_meaning() {
        for (quantisation, word) in [
            ("Q8_0", "8"),
            ("Q4_K_M", "4"),
            ("IQ2_XXS", "2"),
            ("IQ1_S", "2"),
            ("BF16", "half"),
            ("F32", "f32"),
            ("MXFP4", "4"),
        ] {
            assert_eq!(meaning(quantisation), word, "{quantisation}");
        }
    }
}
