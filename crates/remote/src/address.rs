//! Where a server is.

use std::net::IpAddr;

use reqwest::Url;

use crate::Error;

/// The address of an API, checked: `https://host/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads what a person typed. Without a path, `/v1` is meant; the path of a single call is cut off.
    ///
    /// # Errors
    /// [`Error::Address`] for anything but http and https, and for addresses with a name and password in them (these end up in
    /// logs and settings; a key has a place of its own).
    pub fn parse(typed: &str) -> Result<Self, Error> {
        let Self(mut url) = Self::of_site(typed)?;
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path);
        let path = path.strip_suffix("/models").unwrap_or(path).trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        Ok(Self(url))
    }

    /// Reads the address of a site, whose path stays as it is.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn of_site(typed: &str) -> Result<Self, Error> {
        let wrong = |why| Error::Address { address: shown(typed), why };
        let mut url = Url::parse(typed.trim()).map_err(|_| wrong("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it begins with neither `http://` nor `https://`"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("it names no machine"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a name or password does not belong into it"));
        }
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// Name or address of the machine, without a port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The whole of it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address of one call.
    pub(crate) fn call(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }

    /// True where a key may travel: encrypted, or no farther than this machine and its own network.
    pub(crate) fn keeps_secrets(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        let near = match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
            // One name alone is looked for nearby; the others are reserved for it.
            Err(_) => {
                matches!(host.rsplit('.').next(), Some("local" | "localhost"))
                    || !host.contains('.')
            }
        };
        self.0.scheme() == "https" || near
    }
}

/// What was typed, without what may be a password.
fn shown(typed: &str) -> String {
    let typed = typed.trim();
    match (typed.find("://"), typed.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}://…{}", &typed[..start], &typed[end..])
        }
        _ => typed.chars().take(200).collect(),
    }
}
