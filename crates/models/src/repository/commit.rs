//! Which commit a branch or tag is at: what is fetched stays that, whatever happens to the branch meanwhile.

use domain::Purpose;
use reqwest::Url;
use serde::Deserialize;

use super::{Hub, LARGEST_LIST, Name};
use crate::Error;
use crate::fetch::Fetcher;

#[derive(Deserialize)]
struct Revision {
    sha: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    gated: Gated,
}

/// `false`, or how access is given: `"auto"`, `"manual"`.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Gated {
    #[default]
    Unsaid,
    Flag(bool),
    How(String),
}

/// What a hub says of a repository beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct About {
    pub(super) commit: Option<String>,
    pub(super) licence: Option<String>,
    pub(super) gated: bool,
}

impl From<Revision> for About {
    fn from(revision: Revision) -> Self {
        let licence = revision.tags.iter().find_map(|tag| tag.strip_prefix("license:"));
        // Shown to people as it stands: of a length that fits a line, and without what moves a cursor.
        let licence =
            licence.map(|name| name.chars().filter(|c| !c.is_control()).take(80).collect());
        let gated = match revision.gated {
            Gated::Unsaid => false,
            Gated::Flag(gated) => gated,
            Gated::How(how) => !how.is_empty(),
        };
        Self { commit: Some(revision.sha).filter(|sha| is_commit(sha)), licence, gated }
    }
}

impl Name {
    /// The commit that it names itself, where it does.
    pub(super) fn own_commit(&self) -> Option<&str> {
        Some(self.revision.as_str()).filter(|revision| is_commit(revision))
    }
}

/// Git's name of a commit, by SHA-1 or SHA-256.
pub(crate) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Fetcher {
    /// The commit of a name, its licence, and whether it asks for an account; nothing where the hub does not say: an older mirror, or
    /// ModelScope, whose lists name none. Source: Hugging Face's `GET /api/models/{repo}/revision/{revision}` (`sha`, `tags`, `gated`).
    pub(super) async fn about(&self, name: &Name) -> Result<About, Error> {
        if let Some(own) = name.own_commit() {
            return Ok(About { commit: Some(own.to_owned()), ..About::default() });
        }
        if name.hub == Hub::ModelScope {
            return Ok(About::default());
        }
        let url = format!(
            "{}/api/models/{}/revision/{}",
            self.hub(),
            name.repo,
            name.revision.replace('/', "%2F")
        );
        let url = Url::parse(&url)
            .map_err(|why| Error::Address { url: url.clone(), why: why.to_string() })?;
        match self.text(&url, Purpose::Listing, &name.repo, LARGEST_LIST).await {
            Ok(text) => {
                Ok(serde_json::from_slice::<Revision>(&text).map(About::from).unwrap_or_default())
            }
            // Where there is no such repository the list will say so.
            Err(Error::Gone { .. }) => Ok(About::default()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(json: &str) -> About {
        serde_json::from_str::<Revision>(json).unwrap().into()
    }

    #[test]
    fn terms_and_doors_are_read_as_the_hub_writes_them() {
        let sha = "a".repeat(40);
        let free = about(&format!(
            r#"{{"sha":"{sha}","tags":["gguf","license:apache-2.0"],"gated":false}}"#
        ));
        assert_eq!(free.commit.as_deref(), Some(sha.as_str()));
        assert_eq!((free.licence.as_deref(), free.gated), (Some("apache-2.0"), false));
        assert!(about(&format!(r#"{{"sha":"{sha}","gated":"manual"}}"#)).gated);
        // A stranger's word: no commit that is none, no line longer than a line.
        let odd =
            about(&format!(r#"{{"sha":"main","tags":["license:{}\u001b"]}}"#, "x".repeat(500)));
        assert_eq!((odd.commit, odd.licence), (None, Some("x".repeat(80))));
    }
}
