//! Models that other programs on this machine have fetched already: found where those keep them, used in place, never changed.
//!
//! Sources of the places: llama.cpp's `fs_get_cache_directory`, Ollama's FAQ and manifest format, LM Studio's documentation,
//! huggingface_hub's environment variables, ModelScope's default cache.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::recognise::folder;

/// Most files that are taken from one program.
const MOST: usize = 2000;
/// How deep a program's folder is searched.
const DEPTH: u32 = 6;
/// A manifest of Ollama is some kilobytes.
const LARGEST_MANIFEST: u64 = 1 << 20;
/// What Ollama calls the layer that is a GGUF.
const OLLAMA_MODEL: &str = "application/vnd.ollama.image.model";

/// Whose cache a file lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// llama.cpp's downloads.
    LlamaCpp,
    /// Ollama's blobs.
    Ollama,
    /// LM Studio's models.
    LmStudio,
    /// The cache of Hugging Face's tools.
    HuggingFace,
    /// The cache of ModelScope's tools.
    ModelScope,
}

impl Tool {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::LlamaCpp => "llama.cpp",
            Self::Ollama => "Ollama",
            Self::LmStudio => "LM Studio",
            Self::HuggingFace => "Hugging Face",
            Self::ModelScope => "ModelScope",
        }
    }
}

/// A file of another program that may be a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Whose.
    pub tool: Tool,
    /// Where it lies.
    pub path: PathBuf,
    /// What that program calls it.
    pub name: String,
}

/// Everything that other programs have, as the environment of this process says where.
pub fn shared() -> Vec<Shared> {
    let home = directories_home();
    shared_with(home.as_deref(), |name| std::env::var_os(name))
}

fn directories_home() -> Option<PathBuf> {
    ["HOME", "USERPROFILE"]
        .iter()
        .find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
        .map(PathBuf::from)
}

/// [`shared`] with another home and another environment.
pub fn shared_with(
    home: Option<&Path>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Vec<Shared> {
    let named = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let at_home = |below: &str| home.map(|home| home.join(below));
    let cache = named("XDG_CACHE_HOME").or_else(|| at_home(".cache"));
    let in_cache = |below: &str| cache.as_ref().map(|cache| cache.join(below));
    let mut found = Vec::new();

    let llama = [
        named("LLAMA_CACHE"),
        in_cache("llama.cpp"),
        at_home("Library/Caches/llama.cpp"),
        named("LOCALAPPDATA").map(|local| local.join("llama.cpp")),
    ];
    // The variable takes the place of the usual folder.
    for folder in
        llama.into_iter().flatten().take(if named("LLAMA_CACHE").is_some() { 1 } else { 3 })
    {
        files(Tool::LlamaCpp, &folder, &mut found);
    }
    let ollama = match named("OLLAMA_MODELS") {
        Some(folder) => vec![folder],
        None => at_home(".ollama/models")
            .into_iter()
            .chain([PathBuf::from("/usr/share/ollama/.ollama/models")])
            .collect(),
    };
    for folder in ollama {
        manifests(&folder, &mut found);
    }
    for folder in [at_home(".lmstudio/models"), in_cache("lm-studio/models")].into_iter().flatten()
    {
        files(Tool::LmStudio, &folder, &mut found);
    }
    let hub = named("HF_HUB_CACHE")
        .or_else(|| named("HUGGINGFACE_HUB_CACHE"))
        .or_else(|| named("HF_HOME").map(|home| home.join("hub")))
        .or_else(|| in_cache("huggingface/hub"));
    if let Some(hub) = hub {
        files(Tool::HuggingFace, &hub, &mut found);
    }
    let scope = named("MODELSCOPE_CACHE").or_else(|| in_cache("modelscope/hub"));
    if let Some(scope) = scope {
        files(Tool::ModelScope, &scope, &mut found);
    }
    // One file under several names (snapshots of one revision, links) is one model.
    let mut seen = BTreeSet::new();
    found.retain(|one| {
        let file =
            if one.path.is_dir() { one.path.join(folder::DESCRIPTION) } else { one.path.clone() };
        seen.insert(std::fs::canonicalize(&file).unwrap_or(file))
    });
    found
}

/// Model files below a folder, and folders that are models, in order.
fn files(tool: Tool, root: &Path, found: &mut Vec<Shared>) {
    let mut all = Vec::new();
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        if all.len() < MOST && folder::looks_like(&folder) {
            all.push(folder);
        }
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            // A folder that is a link may lead in a circle; a file that is one is how Hugging Face's cache is made.
            let linked = std::fs::symlink_metadata(&path).is_ok_and(|data| data.is_symlink());
            if path.is_dir() {
                if depth < DEPTH && !linked {
                    folders.push((path, depth + 1));
                }
            } else if all.len() < MOST && is_model(&path) {
                all.push(path);
            }
        }
    }
    all.sort();
    found.extend(all.into_iter().map(|path| {
        let name = if path.is_dir() { name_of(&path) } else { stem(&path) };
        Shared { tool, path, name }
    }));
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A folder's name; of a snapshot in Hugging Face's cache (`models--owner--name/snapshots/<commit>`) the repository's.
fn name_of(folder: &Path) -> String {
    let own = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match folder.parent() {
        Some(parent) if own(parent) == "snapshots" => {
            let repository = parent.parent().map(own).unwrap_or_default();
            repository.rsplit("--").next().unwrap_or_default().to_owned()
        }
        _ => own(folder),
    }
}

/// A whole GGUF, or a Whisper in ggml form; one of several shards is neither.
fn is_model(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let shard = name
        .rsplit_once("-of-")
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    (name.ends_with(".gguf") || name.starts_with("ggml-") && name.ends_with(".bin")) && !shard
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    #[serde(rename = "mediaType")]
    media_type: String,
    digest: String,
}

/// Ollama's models: a manifest a name, which says which blob is the GGUF.
fn manifests(root: &Path, found: &mut Vec<Shared>) {
    let base = root.join("manifests");
    let mut all = Vec::new();
    let mut folders = vec![(base.clone(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            match std::fs::symlink_metadata(&path) {
                Ok(data) if data.is_dir() && depth < DEPTH => folders.push((path, depth + 1)),
                Ok(data)
                    if data.is_file() && data.len() <= LARGEST_MANIFEST && all.len() < MOST =>
                {
                    all.push(path);
                }
                _ => {}
            }
        }
    }
    all.sort();
    for path in all {
        let Some(manifest) = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok())
        else {
            continue;
        };
        let blob = manifest
            .layers
            .iter()
            .filter(|layer| layer.media_type == OLLAMA_MODEL)
            .find_map(|layer| blob(root, &layer.digest));
        // `registry/library/name/tag`: the last two are what people type.
        let parts: Vec<String> = path
            .strip_prefix(&base)
            .unwrap_or(&path)
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if let (Some(path), [.., model, tag]) = (blob, parts.as_slice()) {
            found.push(Shared { tool: Tool::Ollama, path, name: format!("{model}-{tag}") });
        }
    }
}

/// `sha256:<hex>` as Ollama keeps it; a digest that is anything else names no file.
fn blob(root: &Path, digest: &str) -> Option<PathBuf> {
    let hex = digest.strip_prefix("sha256:")?;
    let plain = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| root.join("blobs").join(format!("sha256-{hex}"))).filter(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognise::tests::gguf;

    fn put(root: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn names(found: &[Shared]) -> Vec<(Tool, &str)> {
        found.iter().map(|one| (one.tool, one.name.as_str())).collect()
    }

    #[test]
    fn each_program_is_found_where_it_keeps_its_models() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        let model = gguf("qwen3");
        put(home, ".cache/llama.cpp/ggml-org_tiny.gguf", &model);
        put(home, ".cache/llama.cpp/ggml-org_tiny.gguf.json", b"{}");
        put(home, ".lmstudio/models/owner/repo/large-00001-of-00002.gguf", &model);
        put(home, ".lmstudio/models/owner/repo/small.gguf", &model);
        put(home, ".cache/modelscope/hub/models/o/n/scope.gguf", &model);
        let hex = "a".repeat(64);
        put(home, &format!(".ollama/models/blobs/sha256-{hex}"), &model);
        let manifest = format!(
            r#"{{"layers":[{{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:x"}},
               {{"mediaType":"{OLLAMA_MODEL}","digest":"sha256:{hex}","size":1}}]}}"#
        );
        put(
            home,
            ".ollama/models/manifests/registry.ollama.ai/library/qwen3/0.6b",
            manifest.as_bytes(),
        );
        put(home, ".ollama/models/manifests/registry.ollama.ai/library/broken/latest", b"{");
        let climb = manifest.replace(&hex, "../../../../etc/passwd");
        put(
            home,
            ".ollama/models/manifests/registry.ollama.ai/library/evil/latest",
            climb.as_bytes(),
        );
        let snapshots = "models--o--n/snapshots";
        let hub = home.join(".cache/huggingface/hub");
        let blob = put(&hub, "models--o--n/blobs/abc", &model);
        for revision in ["one", "two"] {
            let link = hub.join(snapshots).join(revision).join("n.gguf");
            std::fs::create_dir_all(link.parent().unwrap()).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink(&blob, &link).unwrap();
            #[cfg(not(unix))]
            std::fs::copy(&blob, &link).unwrap();
        }
        let source =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/families/qwen3");
        for name in ["config.json", "tokenizer.json", "model.safetensors"] {
            let bytes = std::fs::read(source.join(name)).unwrap();
            put(&hub, &format!("models--o--Whole-0.1B/snapshots/abc/{name}"), &bytes);
        }
        let found = shared_with(Some(home), |_| None);
        assert_eq!(
            names(&found),
            [
                (Tool::LlamaCpp, "ggml-org_tiny"),
                (Tool::Ollama, "qwen3-0.6b"),
                (Tool::LmStudio, "small"),
                (Tool::HuggingFace, "Whole-0.1B"),
                (Tool::HuggingFace, "n"),
                (Tool::ModelScope, "scope"),
            ]
        );
        for one in &found {
            assert!(crate::recognise(&one.path).is_ok(), "{one:?}");
        }
    }

    #[test]
    fn the_environment_says_where_else_they_may_be() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "l/a.gguf", b"x");
        put(folder.path(), "h/hub/b.gguf", b"x");
        put(folder.path(), ".cache/llama.cpp/not-this.gguf", b"x");
        let found = shared_with(Some(folder.path()), |name| match name {
            "LLAMA_CACHE" => Some(folder.path().join("l").into()),
            "HF_HOME" => Some(folder.path().join("h").into()),
            _ => None,
        });
        assert_eq!(names(&found), [(Tool::LlamaCpp, "a"), (Tool::HuggingFace, "b")]);
        assert!(shared_with(None, |_| None).iter().all(|one| one.tool == Tool::Ollama));
    }
}
