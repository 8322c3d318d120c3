//! Where a server is.

use std::borrow::Cow;
use std::net::IpAddr;

use reqwest::Url;

use crate::Error;

/// The address of an API, checked: `https://host/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads what a person typed. Without a path, `/v1` is meant; the path of a single call is cut off. Without a scheme (`localhost:8080`)
    /// it is `http` for this machine and its own network, else `https`.
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
        let whole = with_scheme(typed.trim());
        let mut url = Url::parse(&whole).map_err(|_| wrong("it cannot be read"))?;
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

    /// The address of a call that is not OpenAI's: without the `/v1` before it.
    pub(crate) fn beside(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let before = self.0.path().trim_end_matches('/');
        let before = before.strip_suffix("/v1").unwrap_or(before);
        url.set_path(&format!("{before}/{path}"));
        url
    }

    /// True where a key may travel: encrypted, or no farther than this machine and its own network.
    pub(crate) fn keeps_secrets(&self) -> bool {
        self.0.scheme() == "https" || self.is_near()
    }

    /// True for this machine and its own network.
    fn is_near(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
            // One name alone is looked for nearby; the others are reserved for it.
            Err(_) => {
                matches!(host.rsplit('.').next(), Some("local" | "localhost"))
                    || !host.contains('.')
            }
        }
    }
}

/// An address as people also write it, `localhost:8080`, with the scheme that it lacks. What is neither comes back as it is.
fn with_scheme(typed: &str) -> Cow<'_, str> {
    if typed.contains("://") || typed.contains(['@', '\\', ' ']) {
        return Cow::Borrowed(typed);
    }
    let with = |scheme: &str| format!("{scheme}://{typed}");
    match Url::parse(&with("http")) {
        Ok(url) if url.host_str().is_some_and(|host| !host.is_empty()) => {
            let near = Address(url).is_near();
            Cow::Owned(with(if near { "http" } else { "https" }))
        }
        _ => Cow::Borrowed(typed),
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
