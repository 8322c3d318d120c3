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
    /// The commit of a name; `None` where the hub does not say: an older mirror, or ModelScope, whose lists name none. Source:
    /// Hugging Face's `GET /api/models/{repo}/revision/{revision}`.
    pub(super) async fn commit(&self, name: &Name) -> Result<Option<String>, Error> {
        if let Some(own) = name.own_commit() {
            return Ok(Some(own.to_owned()));
        }
        if name.hub == Hub::ModelScope {
            return Ok(None);
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
            Ok(text) => Ok(serde_json::from_slice::<Revision>(&text)
                .ok()
                .map(|revision| revision.sha)
                .filter(|sha| is_commit(sha))),
            // Where there is no such repository the list will say so.
            Err(Error::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
