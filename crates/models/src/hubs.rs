//! Where files are fetched from: the hub, then the mirrors, each as an address or a template.

use std::net::IpAddr;

use reqwest::Url;

use crate::Error;
use crate::catalogue::{Place, Remote};
use crate::repository::naming::in_address;

/// The hub where no other is named.
const HUGGING_FACE: &str = "https://huggingface.co";
/// Environment variable that names another hub, as in Hugging Face's own tools.
pub const ENDPOINT_VARIABLE: &str = "HF_ENDPOINT";
/// How a hub's addresses are made; mirrors of other shapes give a template of their own.
const SHAPE: &str = "/{repo}/resolve/{revision}/{path}";

/// The hub and its mirrors, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hubs {
    /// Templates, in the order in which they are tried.
    shapes: Vec<String>,
    /// The address of the hub itself.
    base: String,
}

impl Hubs {
    /// The hub of the environment (`HF_ENDPOINT`), or the usual one, and after it the mirrors.
    pub fn from_environment(mirrors: &[String]) -> Self {
        let first = std::env::var(ENDPOINT_VARIABLE).ok().filter(|value| !value.trim().is_empty());
        Self::new(first.as_deref().unwrap_or(HUGGING_FACE), mirrors)
    }

    /// A hub and its mirrors: base addresses, or templates with `{repo}`, `{revision}` and `{path}`.
    pub fn new(hub: &str, mirrors: &[String]) -> Self {
        let template = |base: &str| {
            let base = base.trim();
            if base.contains("{path}") {
                base.to_owned()
            } else {
                format!("{}{SHAPE}", base.trim_end_matches('/'))
            }
        };
        let all = std::iter::once(hub).chain(mirrors.iter().map(String::as_str));
        Self {
            shapes: all.map(template).collect(),
            base: hub.trim().trim_end_matches('/').to_owned(),
        }
    }

    /// The address of the hub, for asking what it has.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// All addresses of a file, in the order in which to try them.
    pub(crate) fn addresses(&self, file: &Remote) -> Result<Vec<Url>, Error> {
        let texts = match &file.place {
            Place::Url(url) => vec![url.clone()],
            Place::Hub { repo, revision, path } => self
                .shapes
                .iter()
                .map(|shape| {
                    shape
                        .replace("{repo}", repo)
                        .replace("{revision}", revision)
                        .replace("{path}", &in_address(path))
                })
                .collect(),
        };
        texts
            .into_iter()
            .map(|text| {
                let url = Url::parse(&text)
                    .map_err(|why| Error::Address { url: text.clone(), why: why.to_string() })?;
                self.check(&url)?;
                Ok(url)
            })
            .collect()
    }

    /// Only https; plain http for this machine itself, and for a server that the person named with `http://`.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Error> {
        let refuse = |why: &str| Err(Error::Address { url: url.to_string(), why: why.to_owned() });
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it carries a name or a password");
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_loopback(url) || self.names(url) => Ok(()),
            "http" => refuse("plain http could be changed on the way"),
            _ => refuse("only https is fetched"),
        }
    }

    fn names(&self, url: &Url) -> bool {
        self.shapes.iter().any(|shape| {
            Url::parse(&shape.replace(['{', '}'], "")).is_ok_and(|hub| hub.origin() == url.origin())
        })
    }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    //! Addresses as they come out, and those that must not.

    use super::*;
    use crate::Catalogue;

    fn file(place: &str) -> Remote {
        let text = format!(
            "version = 1\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\nlicence = {{ id = 'MIT' }}\nfiles = [{{ {place} }}]"
        );
        Catalogue::parse(&text).unwrap().entries()[0].files[0].clone()
    }

    #[test]
    fn the_hub_comes_first_and_then_the_mirrors() {
        let hubs = Hubs::new(
            "https://hub.example/",
            &["https://m.example/{repo}/raw?rev={revision}&file={path}".to_owned()],
        );
        let urls =
            hubs.addresses(&file("repo = 'o/n', revision = 'v1', path = 'a/b.gguf'")).unwrap();
        let urls: Vec<&str> = urls.iter().map(Url::as_str).collect();
        assert_eq!(
            urls,
            [
                "https://hub.example/o/n/resolve/v1/a/b.gguf",
                "https://m.example/o/n/raw?rev=v1&file=a/b.gguf"
            ]
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_and_for_servers_named_so() {
        let hubs = Hubs::new("http://lan.example:8080", &[]);
        for (url, ok) in [
            ("https://anything.example/x", true),
            ("http://127.0.0.1:9/x", true),
            ("http://[::1]:9/x", true),
            ("http://lan.example:8080/x", true),
            ("http://lan.example/x", false),
            ("http://elsewhere.example/x", false),
            ("https://me:secret@hub.example/x", false),
            ("ftp://hub.example/x", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(hubs.check(&Url::parse(url).unwrap()).is_ok(), ok, "{url}");
        }
    }
}
