//! Where things lie: the data folder, what came with the program, and which file a name means.

use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};
use models::{Catalogue, Content, Kind};
use store::Dirs;

use crate::app::options::find_resources;

/// Id of the language model that comes with the program.
pub(crate) const BUILT_IN_MODEL: &str = "hanashi-mini";

/// The folders of a running program.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The data folder.
    pub dirs: Dirs,
    /// The folder with `assets/` and `characters/`.
    pub resources: PathBuf,
}

impl Paths {
    /// The folders for a start; an empty `resources` is looked for.
    pub fn find(data_dir: Option<&Path>, resources: &Path) -> Result<Self, Problem> {
        let resources =
            if resources.as_os_str().is_empty() { find_resources() } else { resources.to_owned() };
        let dirs = Dirs::resolve(data_dir)?;
        // Restored to the half when the power went: ended before anybody takes the folder for an empty one.
        upkeep::finish_restore(&dirs)?;
        Ok(Self { dirs, resources })
    }

    /// The shipped characters.
    pub(crate) fn shipped_characters(&self) -> PathBuf {
        self.resources.join("characters")
    }

    /// The language model that comes with the program.
    pub(crate) fn built_in_model(&self) -> PathBuf {
        self.resources.join("assets/models/hanashi-mini/hanashi-mini.gguf")
    }

    /// The person's own catalogue, beside the built-in one.
    pub(crate) fn own_catalogue(&self) -> PathBuf {
        self.dirs.root().join("catalogue.toml")
    }

    /// What there is to fetch.
    pub(crate) fn catalogue(&self) -> Result<Catalogue, Problem> {
        Ok(Catalogue::with_own(&self.own_catalogue())?)
    }

    /// What is on the disk.
    pub(crate) fn model_library(&self) -> models::Library {
        let own = self.dirs.models();
        let extra = self.dirs.model_folders().into_iter().filter(|folder| *folder != own).collect();
        models::Library::new(own, self.dirs.voices(), extra)
    }

    /// What is on the disk, and what other programs on this machine have fetched. Slower: their files are looked into.
    pub(crate) fn all_models(&self) -> models::Library {
        self.model_library().with_shared(models::shared())
    }

    /// How to open the voices.
    pub(crate) fn voice_options(&self) -> tts::Options {
        let mut options = tts::Options::new(self.resources.join("assets"));
        let voices =
            self.model_library().scan(&self.catalogue().unwrap_or_default()).unwrap_or_default();
        for voice in voices.iter().filter(|one| one.kind == Kind::Voice) {
            let folder = voice.path.parent().map(Path::to_owned).unwrap_or_default();
            if !options.voice_dirs.contains(&folder) {
                options.voice_dirs.push(folder);
            }
        }
        options
    }

    /// The file of a chat model: a path, a name of the library, or (empty) the one that comes with the program.
    pub fn chat_model(&self, name: &str) -> Result<PathBuf, Problem> {
        if name.is_empty() || name == BUILT_IN_MODEL {
            return Ok(self.built_in_model());
        }
        self.named(name, Kind::Chat, "a GGUF file or a folder with a config.json")
    }

    /// The file of a recogniser: a path, a name of the library, or (empty) the first one with weights: of the folders that
    /// `HANASHI_MODELS` names, then of the library.
    pub(crate) fn ears_model(&self, name: &str) -> Result<PathBuf, Problem> {
        if !name.is_empty() {
            return self.named(name, Kind::Ears, "a ggml file of Whisper");
        }
        self.first_ears().ok_or_else(|| {
            Problem::new(
                ProblemKind::NotReady,
                "there is no Whisper model yet",
                "fetch one from the library (`hanashi models pull whisper-base` in a terminal), or name a ggml file",
            )
        })
    }

    /// The first Whisper file with weights.
    pub(crate) fn first_ears(&self) -> Option<PathBuf> {
        let installed = self.model_library().scan(&self.catalogue().unwrap_or_default()).ok()?;
        let usable = |one: &&models::Installed| {
            one.kind == Kind::Ears && asr::inspect(&one.path).is_ok_and(|file| file.has_weights)
        };
        let in_extra = |one: &&models::Installed| one.place == models::Where::Extra;
        let ears: Vec<_> = installed.iter().filter(usable).collect();
        ears.iter().find(|one| in_extra(one)).or(ears.first()).map(|one| one.path.clone())
    }

    /// Where what finds by meaning lies: a path stays what it is, a name of the library becomes its folder. Empty for none.
    pub(crate) fn encoder_path(&self, name: &str) -> String {
        let name = name.trim();
        if name.is_empty() || Path::new(name).exists() {
            return name.to_owned();
        }
        let found = self.named(name, Kind::Encoder, "a folder with a config.json");
        // What is not there is for whoever loads it to say.
        found.map_or_else(|_| name.to_owned(), |path| path.display().to_string())
    }

    /// The folder of an encoder: a path, or a name of the library or of what other programs have fetched.
    ///
    /// # Errors
    /// [`ProblemKind::Missing`], which says how it is fetched where the catalogue offers it.
    pub fn encoder(&self, name: &str) -> Result<PathBuf, Problem> {
        let path = PathBuf::from(self.encoder_path(name));
        if path.exists() {
            return Ok(path);
        }
        let name = name.trim();
        let offered = self.catalogue()?.get(name).is_some_and(|one| one.kind == Kind::Encoder);
        Err(Problem::new(
            ProblemKind::Missing,
            format!("there is nothing at `{name}`, and no encoder of that name in the library"),
            if offered {
                format!(
                    "fetch it first (*Settings → Library*, or `hanashi models pull {name}` in a terminal)"
                )
            } else {
                "choose the folder of an encoder (`config.json`, the tokenizer and the weights), or fetch one (*Settings → Library*)".to_owned()
            },
        ))
    }

    /// What a voice is spoken with: of a voice of the library by its id, the name of its file; everything else stays what it is.
    pub(crate) fn voice_name(&self, voice: &str) -> String {
        if voice.is_empty() || voice.contains(':') {
            return voice.to_owned();
        }
        let found = self.installed_voices().into_iter().find(|one| one.id == voice);
        found.and_then(|one| spoken_with(&one)).unwrap_or_else(|| voice.to_owned())
    }

    /// The id in the library of the voice that is spoken with by this name.
    pub(crate) fn voice_entry(&self, voice: &str) -> Option<String> {
        let named = |one: &models::Installed| {
            one.id == voice || spoken_with(one).is_some_and(|name| name == voice)
        };
        self.installed_voices().into_iter().find(named).map(|one| one.id)
    }

    fn installed_voices(&self) -> Vec<models::Installed> {
        let all =
            self.model_library().scan(&self.catalogue().unwrap_or_default()).unwrap_or_default();
        all.into_iter().filter(|one| one.kind == Kind::Voice).collect()
    }

    /// The folder of a model that draws: a path, or a name of the library.
    pub(crate) fn picture_model(&self, name: &str) -> Result<PathBuf, Problem> {
        self.named(name, Kind::Pictures, "a folder with a model_index.json")
    }

    fn named(&self, name: &str, kind: Kind, what: &str) -> Result<PathBuf, Problem> {
        let as_path = Path::new(name);
        // A model may be a folder of weights and their descriptions.
        let folder = match kind {
            Kind::Chat | Kind::Encoder => as_path.join("config.json").is_file(),
            Kind::Pictures => painting::is_folder(as_path),
            Kind::Ears | Kind::Voice | Kind::Vad => false,
        };
        if as_path.is_file() || folder {
            // The loader says what is wrong with it, better than a look at its first bytes could.
            return Ok(as_path.to_owned());
        }
        let named = |one: &models::Installed| {
            one.kind == kind
                && (one.id == name || one.path.file_stem().is_some_and(|stem| stem == name))
        };
        let catalogue = self.catalogue()?;
        let by_name = match self.model_library().scan(&catalogue)?.into_iter().find(named) {
            Some(own) => Some(own),
            None => self.all_models().scan(&catalogue)?.into_iter().find(named),
        };
        by_name.map(|one| one.path).ok_or_else(|| {
            Problem::new(
                ProblemKind::Missing,
                if as_path.is_dir() {
                    format!("the folder `{name}` holds no such model")
                } else {
                    format!("there is no file and no model `{name}`")
                },
                format!("give the path of {what}, or a name from the library"),
            )
        })
    }
}

/// What a voice of the library is spoken with.
fn spoken_with(one: &models::Installed) -> Option<String> {
    one.path.file_stem().map(|stem| voice_of(&stem.to_string_lossy()))
}

/// What a voice is spoken with, by the name of its file without the ending.
pub(crate) fn voice_of(stem: &str) -> String {
    format!("piper:{stem}")
}

/// The setting that a kind of model is chosen by, for messages.
pub(crate) fn kind_name(content: &Content) -> &'static str {
    kind_word(content.kind())
}

/// A kind of model, in a word.
pub(crate) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Chat => "chat",
        Kind::Ears => "ears",
        Kind::Voice => "voice",
        Kind::Pictures => "pictures",
        Kind::Encoder => "encoder",
        Kind::Vad => "vad",
    }
}
