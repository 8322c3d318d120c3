//! One request and its redirects.
//!
//! Redirects are followed by hand: a hub names the content it points to (`x-linked-etag` is the SHA-256 of a large file,
//! `x-linked-size` its size) on the redirect itself, and the cache that the redirect leads to knows nothing of that.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use domain::{Access, Network, Passage, Purpose};
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url, redirect};

use super::part::Record;
use super::{Fetcher, Options, Proxy};
use crate::Error;
use crate::catalogue::Remote;
use crate::digest::{Algorithm, Digest};

const LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
/// More redirects than this lead nowhere.
pub(crate) const HOPS: usize = 8;

/// What an answer says before its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// 200, 206 or 416.
    pub(crate) status: u16,
    /// Announced length of the body.
    pub(crate) length: Option<u64>,
    /// Which part of the file the body is.
    pub(crate) range: Option<ContentRange>,
    /// Whether the server gives parts of the file.
    pub(crate) ranges: bool,
    /// The strong ETag of the server that sends the body.
    pub(crate) etag: Option<String>,
    /// The hub's own checksum of the whole file.
    pub(crate) offered: Option<Digest>,
    /// The hub's own word on the size of the whole file.
    pub(crate) linked_size: Option<u64>,
}

/// `Content-Range: bytes 100-199/1000`, or `bytes */1000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// First byte of the body (0 where the range could not be given).
    pub(crate) start: u64,
    /// Size of the whole file.
    pub(crate) total: Option<u64>,
}

/// Why there is no usable answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// There is no server, or it is not who it says.
    NoServer(String),
    /// It may work later.
    Broken {
        /// What happened.
        why: String,
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// It will not work here.
    Final(Error),
}

/// A client for downloads: no automatic redirects, the system's certificates, our own crypto provider.
pub(crate) fn client(options: &Options) -> Result<Client, Error> {
    builder(options)?.build().map_err(|why| Error::Setup(reason(&why)))
}

/// What [`client`] is built from.
pub(super) fn builder(options: &Options) -> Result<ClientBuilder, Error> {
    // The first caller in the process wins; a second install fails, and then one is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("hanashi/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        // HTTP/2 would carry the pieces of a file over one connection, and all of them would wait for its slowest packet.
        .http1_only()
        .connect_timeout(options.stall);
    builder = match &options.proxy {
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Url(url) => {
            builder.proxy(reqwest::Proxy::all(url).map_err(|why| Error::Setup(reason(&why)))?)
        }
    };
    Ok(builder)
}

/// Asks to be let through to the host of an address.
pub(crate) fn passage(
    network: &Arc<dyn Network>,
    purpose: Purpose,
    url: &Url,
    what: &str,
) -> Result<Passage, Error> {
    let access = Access::new(purpose, url.host_str().unwrap_or_default(), what);
    Passage::begin(network, &access).map_err(Error::Forbidden)
}

/// Asks for a file from a byte on.
pub(crate) async fn open(
    fetcher: &Fetcher,
    first: &Url,
    file: &Remote,
    from: u64,
    known: Option<&Record>,
) -> Result<(Head, Response, Passage), Trouble> {
    let Fetcher { client, options, network } = fetcher;
    let mut url = first.clone();
    let (mut offered, mut linked_size) = (None, None);
    for _ in 0..HOPS {
        options.hubs.check(&url).map_err(Trouble::Final)?;
        let passage =
            passage(network, options.purpose, &url, &file.name).map_err(Trouble::Final)?;
        let mut request = client.get(url.clone()).header(header::ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
            // Where the hub has just named the same content, the ETag of one cache or another does not matter.
            let same_content =
                offered.is_some() && offered == known.and_then(|record| record.digest.clone());
            let etag = known
                .filter(|record| record.url == first.as_str())
                .and_then(|record| record.etag.as_ref());
            if let Some(etag) = etag.filter(|_| !same_content) {
                request = request.header(header::IF_RANGE, etag);
            }
        }
        let response = match tokio::time::timeout(options.stall, request.send()).await {
            Err(_) => {
                return Err(broken(format!(
                    "the server did not answer for {} seconds",
                    options.stall.as_secs()
                )));
            }
            Ok(Err(error)) if error.is_connect() => return Err(Trouble::NoServer(reason(&error))),
            Ok(Err(error)) => return Err(broken(reason(&error))),
            Ok(Ok(response)) => response,
        };
        let headers = response.headers();
        offered = offered.or_else(|| content_name(headers));
        linked_size = linked_size.or_else(|| number(headers, &LINKED_SIZE));
        if let Some(offered) = &offered {
            is_the_one_meant(file, offered)?;
        }
        let status = response.status();
        if status.is_redirection() {
            let next = text(headers, &header::LOCATION).and_then(|to| url.join(to).ok());
            url = next.ok_or_else(|| broken(format!("`{url}` redirects to nowhere")))?;
            continue;
        }
        refusal(status, headers, file, &url)?;
        as_it_is(headers, file)?;
        let head = Head {
            status: status.as_u16(),
            length: response.content_length(),
            range: range(headers),
            ranges: status == StatusCode::PARTIAL_CONTENT
                || text(headers, &header::ACCEPT_RANGES).is_some_and(|what| what == "bytes"),
            etag: text(headers, &header::ETAG)
                .filter(|etag| !etag.starts_with("W/"))
                .map(str::to_owned),
            offered,
            linked_size,
        };
        return Ok((head, response, passage));
    }
    Err(broken(format!("`{first}` redirects in a circle")))
}

/// A hub that names another content than the catalogue is not asked for it.
fn is_the_one_meant(file: &Remote, offered: &Digest) -> Result<(), Trouble> {
    match file.digests.iter().find(|digest| digest.algorithm() == offered.algorithm()) {
        Some(pinned) if pinned != offered => {
            Err(Trouble::Final(Error::wrong(&file.name, pinned, offered)))
        }
        _ => Ok(()),
    }
}

/// Compressed bytes are other bytes than those that were meant, and no part of them is a part of the file.
fn as_it_is(headers: &HeaderMap, file: &Remote) -> Result<(), Trouble> {
    match text(headers, &header::CONTENT_ENCODING).map(str::trim) {
        None | Some("" | "identity") => Ok(()),
        Some(encoding) => Err(Trouble::Final(Error::Unreachable {
            file: file.name.clone(),
            why: format!("the server sent it compressed (`{encoding}`), which was not asked for"),
        })),
    }
}

fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    file: &Remote,
    url: &Url,
) -> Result<(), Trouble> {
    let file = file.name.clone();
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Trouble::Final(Error::Gated { file, url: url.to_string() }))
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err(Trouble::Final(Error::Gone { file, url: url.to_string() }))
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(Trouble::Broken {
            why: format!("the server answered {status}"),
            after: text(headers, &header::RETRY_AFTER).and_then(retry_after),
        }),
        status if status.is_server_error() => Err(Trouble::Broken {
            why: format!("the server answered {status}"),
            after: text(headers, &header::RETRY_AFTER).and_then(retry_after),
        }),
        status => Err(Trouble::Final(Error::Unreachable {
            file,
            why: format!("the server answered {status}"),
        })),
    }
}

/// The hub's name for the content: the SHA-256 of a large file, or git's name of a small one.
fn content_name(headers: &HeaderMap) -> Option<Digest> {
    let (etag, hub) = match text(headers, &LINKED_ETAG) {
        Some(linked) => (linked, true),
        None => (text(headers, &header::ETAG)?, headers.contains_key(&REPO_COMMIT)),
    };
    if !hub {
        return None;
    }
    let hex = etag.trim_start_matches("W/").trim_matches('"');
    Digest::new(Algorithm::Sha256, hex).or_else(|| Digest::new(Algorithm::GitBlob, hex))
}

/// Which part of the file a body is.
pub(crate) fn range(headers: &HeaderMap) -> Option<ContentRange> {
    text(headers, &header::CONTENT_RANGE).and_then(content_range)
}

fn content_range(text: &str) -> Option<ContentRange> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = match range.split_once('-') {
        Some((start, _)) => start.trim().parse().ok()?,
        None if range.trim() == "*" => 0,
        None => return None,
    };
    Some(ContentRange { start, total: total.trim().parse().ok() })
}

/// Seconds, or a date.
fn retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    let wait = at.duration_since(jiff::Timestamp::now());
    Some(wait.try_into().unwrap_or(Duration::ZERO))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

fn broken(why: String) -> Trouble {
    Trouble::Broken { why, after: None }
}

/// What a network error says, to its root: the outermost sentence alone ("error sending request") helps nobody. Where no connection came
/// about the machine's name and the system's own words are all that there is to know.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    if error.is_connect()
        && let Some(host) = error.url().and_then(Url::host_str)
    {
        let mut root: &dyn std::error::Error = error;
        while let Some(inner) = root.source() {
            root = inner;
        }
        return format!("{host} cannot be reached ({root})");
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    //! Header values as servers write them.

    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(
            content_range("bytes 100-199/1000"),
            Some(ContentRange { start: 100, total: Some(1000) })
        );
        assert_eq!(
            content_range("bytes 100-199/*"),
            Some(ContentRange { start: 100, total: None })
        );
        assert_eq!(
            content_range("bytes */1000"),
            Some(ContentRange { start: 0, total: Some(1000) })
        );
        for bad in ["", "bytes", "items 1-2/3", "bytes x-2/3"] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_server_may_ask_to_wait_in_seconds_or_until_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn only_a_hub_names_the_content() {
        let sha = "a".repeat(64);
        let headers = |pairs: &[(HeaderName, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.clone(), value.parse().unwrap()))
                .collect::<HeaderMap>()
        };
        let linked = content_name(&headers(&[(LINKED_ETAG, &format!("\"{sha}\""))])).unwrap();
        assert_eq!(linked.algorithm(), Algorithm::Sha256);
        // A cache's ETag may have any form, by chance that of a checksum.
        assert_eq!(content_name(&headers(&[(header::ETAG, &format!("\"{sha}\""))])), None);
        let git = "b".repeat(40);
        let small =
            content_name(&headers(&[(header::ETAG, &format!("W/\"{git}\"")), (REPO_COMMIT, "c")]))
                .unwrap();
        assert_eq!(small.algorithm(), Algorithm::GitBlob);
    }
}
