//! Any repository of Hugging Face or ModelScope by its name: its files, what each is, and how one of them is fetched.
//!
//! Sources: Hugging Face's `GET /api/models/{repo}/tree/{revision}?recursive=true`, ModelScope's
//! `GET /api/v1/models/{repo}/repo/files?Revision={revision}&Recursive=true`. Both are asked only when a person names a
//! repository.

mod asking;
mod commit;
pub(crate) mod naming;

use domain::Purpose;
use reqwest::Url;
use serde::Deserialize;

use crate::Error;
use crate::catalogue::{Entry, Kind, Licence, Place, Remote, plain_name};
use crate::digest::{Algorithm, Digest};
use crate::fetch::Fetcher;
use crate::recognise::folder;

/// A list of files is some hundred kilobytes.
const LARGEST_LIST: usize = 16 << 20;
/// More files than this are no model.
const MOST: usize = 20_000;
/// Pages of a list that are asked for at most.
const PAGES: usize = 100;
/// Where ModelScope is; a template of its own, as the hub's addresses are made otherwise.
const MODEL_SCOPE: &str = "https://www.modelscope.cn";
/// Environment variable that names another ModelScope.
pub const MODEL_SCOPE_VARIABLE: &str = "MODELSCOPE_ENDPOINT";

/// Which hub a repository is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hub {
    /// Hugging Face, or what `HF_ENDPOINT` names.
    HuggingFace,
    /// ModelScope.
    ModelScope,
}

/// A repository that is named: `owner/name`, `owner/name@revision`, `modelscope:owner/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Where.
    pub hub: Hub,
    /// `owner/name`.
    pub repo: String,
    /// Branch, tag or commit.
    pub revision: String,
}

impl Name {
    /// Reads a name, or the address of the repository's page; `None` where it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let pages = [
            ("https://huggingface.co/", Hub::HuggingFace),
            ("hf:", Hub::HuggingFace),
            ("https://www.modelscope.cn/models/", Hub::ModelScope),
            ("https://modelscope.cn/models/", Hub::ModelScope),
            ("modelscope:", Hub::ModelScope),
        ];
        let (hub, rest) = pages
            .iter()
            .find_map(|(start, hub)| Some((*hub, text.strip_prefix(start)?)))
            .unwrap_or((Hub::HuggingFace, text));
        let (repo, revision) = match rest.split_once('@') {
            Some((repo, revision)) => (repo, Some(revision)),
            None => (rest, None),
        };
        let parts: Vec<&str> = repo.trim_end_matches('/').split('/').collect();
        let [owner, name] = parts.get(..2)? else { return None };
        // Behind the name of a page only its own parts (`/tree/main`); of a bare name nothing.
        let page = text.starts_with("https://");
        if parts.len() > 2 && !page || !plain_name(owner) || !plain_name(name) {
            return None;
        }
        let usual = match hub {
            Hub::HuggingFace => "main",
            Hub::ModelScope => "master",
        };
        // The address of a page may say of which revision it is.
        let of_page = match parts.get(2) {
            Some(&("tree" | "blob" | "resolve" | "commit")) => parts.get(3).copied(),
            _ => None,
        };
        let revision = revision.or(of_page).unwrap_or(usual).replace("%2F", "/");
        // Each of its parts: `x/../../other` would be another repository's.
        revision.split('/').all(plain_name).then(|| Self {
            hub,
            repo: format!("{owner}/{name}"),
            revision,
        })
    }
}

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoFile {
    /// Its path.
    pub path: String,
    /// In bytes, where the hub says.
    pub size: Option<u64>,
    /// The hub's own checksum, where it says: SHA-256 of large files, git's name of small ones.
    pub digest: Option<Digest>,
    /// What it can be used for, by its name; `None` where it is nothing for us.
    pub kind: Option<Kind>,
    /// How its weights are stored, by its name: `Q4_K_M`.
    pub quantisation: Option<String>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Which.
    pub name: Name,
    /// The commit that the list is of, where the hub says: what is fetched is of this one, whatever the branch becomes.
    pub commit: Option<String>,
    /// Its terms as the hub names them; `None` where it does not.
    pub licence: Option<String>,
    /// Its makers let only those in who have asked them.
    pub gated: bool,
    /// Its files, in the hub's order.
    pub files: Vec<RepoFile>,
}

impl Repository {
    /// One of its files as something to fetch: checked against the hub's checksum, with terms that are to be looked up.
    pub fn entry(&self, path: &str) -> Option<Entry> {
        let file = self.files.iter().find(|file| file.path == path)?;
        let kind = file.kind?;
        let name = path.rsplit('/').next()?;
        if !naming::can_be_fetched(path) {
            return None;
        }
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        let remote = self.remote(file);
        // As the library will name what lies there.
        let id = crate::library::slug(&stem(&remote.name));
        Some(Entry { id, ..self.made_of(&stem(name), kind, vec![remote]) })
    }

    /// The repository as a model that is a folder: its description, its tokenizer, its weights (safetensors rather than pickles, whole or
    /// in shards) and its terms, as one thing to fetch. `None` where it is not laid out like that.
    pub fn folder(&self) -> Option<Entry> {
        let at_top = |name: &str| self.files.iter().find(|file| file.path == name);
        at_top(folder::DESCRIPTION)?;
        let [safetensors, pickles] = folder::INDEXES;
        let ways = [
            (safetensors, "model-", ".safetensors"),
            ("model.safetensors", "", ""),
            (pickles, "pytorch_model-", ".bin"),
            ("pytorch_model.bin", "", ""),
        ];
        let (first, start, end) = ways.into_iter().find(|(first, ..)| at_top(first).is_some())?;
        let is_shard = |path: &str| {
            !start.is_empty() && path.starts_with(start) && path.ends_with(end) && plain_name(path)
        };
        let weights = self.files.iter().filter(|file| file.path == first || is_shard(&file.path));
        // A hub's word like any other: what lies deeper, or would be written elsewhere, does not come along.
        let beside = self.files.iter().filter(|file| {
            plain_name(&file.path)
                && folder::goes_along(&file.path)
                && !folder::INDEXES.contains(&file.path.as_str())
        });
        let mut files: Vec<Remote> = weights.chain(beside).map(|file| self.remote(file)).collect();
        // What sentence-transformers reads is an encoder; what it says of pooling lies a folder deeper.
        let pooling = at_top(folder::POOLING);
        let encodes = pooling.is_some() || at_top("modules.json").is_some();
        if let Some(pooling) = pooling {
            let name = folder::POOLING.to_owned();
            files.push(Remote { name, ..self.remote(pooling) });
        }
        let name = self.name.repo.rsplit('/').next()?;
        Some(self.made_of(name, if encodes { Kind::Encoder } else { Kind::Chat }, files))
    }

    /// Where the repository's page is.
    pub fn page(&self) -> String {
        match self.name.hub {
            Hub::HuggingFace => format!("https://huggingface.co/{}", self.name.repo),
            Hub::ModelScope => format!("{MODEL_SCOPE}/models/{}", self.name.repo),
        }
    }

    fn remote(&self, file: &RepoFile) -> Remote {
        let revision = self.commit.as_ref().unwrap_or(&self.name.revision);
        let place = match self.name.hub {
            Hub::HuggingFace => Place::Hub {
                repo: self.name.repo.clone(),
                revision: revision.clone(),
                path: file.path.clone(),
            },
            Hub::ModelScope => Place::Url(format!(
                "{}/models/{}/resolve/{}/{}",
                model_scope(),
                self.name.repo,
                revision,
                naming::in_address(&file.path)
            )),
        };
        Remote {
            place,
            name: naming::on_disk(file.path.rsplit('/').next().unwrap_or(&file.path)),
            size: file.size,
            about: None,
            digests: file.digest.clone().into_iter().collect(),
            source: None,
        }
    }

    fn made_of(&self, name: &str, kind: Kind, files: Vec<Remote>) -> Entry {
        let page = self.page();
        Entry {
            id: crate::library::slug(name),
            kind,
            name: name.to_owned(),
            note: std::collections::BTreeMap::new(),
            licence: Licence {
                id: self.licence.clone().unwrap_or_else(|| format!("see {page}")),
                url: Some(page),
                ask: true,
                source: None,
            },
            languages: vec![],
            by_choice: true,
            cache: None,
            page: None,
            inside: false,
            files,
        }
    }
}

/// A line of Hugging Face's list.
#[derive(Deserialize)]
struct HubFile {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    size: Option<u64>,
    /// Git's name of what git holds: of a small file the file itself, of a large one the pointer to it.
    oid: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Deserialize)]
struct Lfs {
    oid: Option<String>,
    size: Option<u64>,
}

#[derive(Deserialize)]
struct ScopeAnswer {
    #[serde(rename = "Data")]
    data: Option<ScopeData>,
}

#[derive(Deserialize)]
struct ScopeData {
    #[serde(rename = "Files", default)]
    files: Vec<ScopeFile>,
}

#[derive(Deserialize)]
struct ScopeFile {
    #[serde(rename = "Path")]
    path: String,
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Size")]
    size: Option<u64>,
    #[serde(rename = "Sha256")]
    sha256: Option<String>,
}

impl Fetcher {
    /// Lists the files of a repository.
    ///
    /// # Errors
    /// [`Error::Gone`] where there is none of that name, [`Error::Gated`], [`Error::Unreachable`], [`Error::Forbidden`].
    pub async fn repository(&self, name: &Name) -> Result<Repository, Error> {
        let commit::About { commit, licence, gated } = self.about(name).await?;
        let revision = commit.as_ref().unwrap_or(&name.revision);
        let url = match name.hub {
            Hub::HuggingFace => {
                format!("{}/api/models/{}/tree/{revision}?recursive=true", self.hub(), name.repo)
            }
            Hub::ModelScope => format!(
                "{}/api/v1/models/{}/repo/files?Revision={revision}&Recursive=true",
                model_scope(),
                name.repo
            ),
        };
        let url = Url::parse(&url)
            .map_err(|why| Error::Address { url: url.clone(), why: why.to_string() })?;
        let unreadable = |why: serde_json::Error| Error::Unreachable {
            file: name.repo.clone(),
            why: format!("the hub's list of files cannot be read ({why})"),
        };
        let mut files = Vec::new();
        let mut next = Some(url);
        // Large repositories are listed page by page.
        for _ in 0..PAGES {
            let Some(url) = next.take().filter(|_| files.len() < MOST) else { break };
            let page = self.page(&url, Purpose::Listing, &name.repo, LARGEST_LIST).await?;
            files.extend(list(name.hub, &page.text).map_err(unreadable)?);
            next = page.next;
        }
        files.truncate(MOST);
        // Names are printed: none may move the cursor of a terminal.
        files.retain(|file| !file.path.contains(char::is_control));
        Ok(Repository { name: name.clone(), commit, licence, gated, files })
    }
}

fn model_scope() -> String {
    std::env::var(MODEL_SCOPE_VARIABLE)
        .ok()
        .filter(|value| !value.trim().is_empty())
        .map_or_else(|| MODEL_SCOPE.to_owned(), |value| value.trim_end_matches('/').to_owned())
}

/// The files of one page of a list.
fn list(hub: Hub, text: &[u8]) -> serde_json::Result<Vec<RepoFile>> {
    Ok(match hub {
        Hub::HuggingFace => serde_json::from_slice::<Vec<HubFile>>(text)?
            .into_iter()
            .filter(|file| file.kind == "file")
            .map(|file| {
                let (size, digest) = match file.lfs {
                    Some(lfs) => (lfs.size, digest(Algorithm::Sha256, lfs.oid.as_deref())),
                    None => (None, digest(Algorithm::GitBlob, file.oid.as_deref())),
                };
                described(file.path, size.or(file.size), digest)
            })
            .collect(),
        Hub::ModelScope => serde_json::from_slice::<ScopeAnswer>(text)?
            .data
            .map(|data| data.files)
            .unwrap_or_default()
            .into_iter()
            .filter(|file| file.kind == "blob")
            .map(|file| {
                let digest = digest(Algorithm::Sha256, file.sha256.as_deref());
                described(file.path, file.size, digest)
            })
            .collect(),
    })
}

/// A checksum as a hub writes it; what is none is nothing to check against.
fn digest(algorithm: Algorithm, hex: Option<&str>) -> Option<Digest> {
    hex.and_then(|hex| Digest::new(algorithm, hex))
}

fn described(path: String, size: Option<u64>, digest: Option<Digest>) -> RepoFile {
    let (kind, quantisation) = (kind_of(&path), quantisation(&path));
    RepoFile { path, size, digest, kind, quantisation }
}

/// What a file would be, by its name: content is looked at when it is here. Shards and projectors of other inputs are nothing
/// to talk with.
fn kind_of(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next()?.to_ascii_lowercase();
    let shard = name.contains("-of-0");
    if name.ends_with(".gguf") && !shard && !name.starts_with("mmproj") {
        return Some(Kind::Chat);
    }
    (name.starts_with("ggml-") && name.ends_with(".bin")).then_some(Kind::Ears)
}

/// `Q4_K_M` of `Qwen3-0.6B-Q4_K_M.gguf`.
pub(crate) fn quantisation(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let stem = name.rsplit_once('.')?.0;
    let last = stem.rsplit(['-', '.']).next()?.to_ascii_uppercase();
    let starts = ["Q", "IQ", "TQ"].iter().any(|start| {
        last.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    (starts || ["F16", "BF16", "F32", "MXFP4"].contains(&last.as_str())).then_some(last)
}

/// What a quantisation means, for people: bits a weight and how it is usually judged.
pub fn explain(quantisation: &str) -> &'static str {
    let digit = quantisation.chars().find(char::is_ascii_digit);
    match (quantisation, digit) {
        ("F32", _) => "as trained; four times the size of Q8 for no audible gain",
        ("F16" | "BF16", _) => "half floats: as good as trained, twice the size of Q8",
        (_, Some('8')) => "eight bits a weight: practically as trained",
        (_, Some('6')) => "six bits a weight: very close to as trained",
        (_, Some('5')) => "five bits a weight: close",
        (_, Some('4')) => "four bits a weight: the usual compromise",
        (_, Some('3')) => "three bits a weight: noticeably worse",
        (_, Some('1' | '2')) => "two bits a weight or fewer: for those who have no choice",
        _ => "not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        let parsed =
            |text: &str| Name::parse(text).map(|name| (name.hub, name.repo, name.revision));
        let hf = |repo: &str, revision: &str| {
            Some((Hub::HuggingFace, repo.to_owned(), revision.to_owned()))
        };
        assert_eq!(parsed("Qwen/Qwen3-0.6B-GGUF"), hf("Qwen/Qwen3-0.6B-GGUF", "main"));
        assert_eq!(parsed("hf:o/n@v1"), hf("o/n", "v1"));
        assert_eq!(parsed("o/n@refs/pr/1"), hf("o/n", "refs/pr/1"));
        assert_eq!(parsed("https://huggingface.co/o/n/tree/main"), hf("o/n", "main"));
        // What the page shows is what is meant.
        for page in ["tree/v1.0", "blob/v1.0/m.gguf", "resolve/v1.0/m.gguf", "commit/v1.0"] {
            let page = format!("https://huggingface.co/o/n/{page}");
            assert_eq!(parsed(&page), hf("o/n", "v1.0"), "{page}");
        }
        let proposed = parsed("https://huggingface.co/o/n/tree/refs%2Fpr%2F1");
        assert_eq!(proposed, hf("o/n", "refs/pr/1"));
        assert_eq!(parsed("https://huggingface.co/o/n/discussions/3"), hf("o/n", "main"));
        assert_eq!(
            parsed("modelscope:o/n"),
            Some((Hub::ModelScope, "o/n".to_owned(), "master".to_owned()))
        );
        for bad in [
            "",
            "qwen",
            "a/b/c",
            "../x",
            "o/..",
            "o/n@",
            "o/n@../x",
            "o/n@x/../../../evil/m/resolve/main",
            "o/n@x//y",
            "o/n@x%2F..%2Fy",
            "o/n@x?y",
            "o/n@x#y",
            "o/n?x=1",
            "https://huggingface.co/o/n/tree/..",
            "https://evil.example/o/n",
        ] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }

    #[test]
    fn files_are_told_by_their_names() {
        for (path, kind, q) in [
            ("Qwen3-0.6B-Q4_K_M.gguf", Some(Kind::Chat), Some("Q4_K_M")),
            ("sub/model.IQ2_XXS.gguf", Some(Kind::Chat), Some("IQ2_XXS")),
            ("model-bf16.gguf", Some(Kind::Chat), Some("BF16")),
            ("big-Q8_0-00001-of-00003.gguf", None, None),
            ("mmproj-model-f16.gguf", None, Some("F16")),
            ("ggml-base-q5_1.bin", Some(Kind::Ears), Some("Q5_1")),
            ("README.md", None, None),
        ] {
            assert_eq!((kind_of(path), quantisation(path).as_deref()), (kind, q), "{path}");
        }
    }
}
