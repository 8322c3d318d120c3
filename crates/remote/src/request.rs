//! One request and what becomes of it.

use std::time::{Duration, Instant};

use domain::{Access, Passage, Purpose};
use reqwest::{Client, RequestBuilder, Response, Url, header};
use serde_json::Value;

use crate::events::{complaint, shortened};
use crate::{Address, Error, Options};

/// How often the cancel flag is looked at while nothing comes.
const TICK: Duration = Duration::from_millis(20);
/// As much of an error is read.
const MAX_ERROR: usize = 1 << 16;
/// Longest list of models, and longest reply that comes at once.
pub(crate) const MAX_BODY: usize = 1 << 22;
/// How long a machine may take to answer at all, however long its answer may take.
const CONNECT: Duration = Duration::from_secs(30);

/// A client for one server: no redirects, the system's certificates.
pub(crate) fn client(options: &Options) -> Result<Client, Error> {
    let bearer = |key: &String| {
        let mut value = header::HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| Error::Key { host: options.address.host().to_owned(), status: 401 })?;
        value.set_sensitive(true);
        Ok((header::AUTHORIZATION, value))
    };
    let key = options.key.as_ref().map(bearer).transpose()?;
    client_with(&options.address, key, options.patience)
}

/// The same with a key in whatever header the server wants it.
pub(crate) fn client_with(
    address: &Address,
    key: Option<(header::HeaderName, header::HeaderValue)>,
    patience: Duration,
) -> Result<Client, Error> {
    // The first caller in the process wins; a second install fails, and then one is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = header::HeaderMap::new();
    if let Some((name, value)) = key {
        if !address.keeps_secrets() {
            return Err(Error::Address {
                address: address.as_str().to_owned(),
                why: "a key would travel readable; use `https://`",
            });
        }
        headers.insert(name, value);
    }
    Client::builder()
        .user_agent(concat!("hanashi/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(patience.min(CONNECT))
        .default_headers(headers)
        .build()
        .map_err(|error| Error::Stopped(reason(&error)))
}

/// Runs what is asked of a server, but not for longer than it may take altogether: one that sends a byte now and then is not silent, and
/// somebody waits.
pub(crate) fn within<T>(
    options: &Options,
    asked: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let patience = options.patience;
    let runtime = crate::model::runtime()?;
    let answer = runtime.block_on(async { tokio::time::timeout(patience, asked).await });
    // Dropped, it would wait for a name that is still being looked up.
    runtime.shutdown_background();
    answer.unwrap_or_else(|_late| {
        Err(Error::Broken {
            host: options.address.host().to_owned(),
            why: format!("it took longer than {} s", patience.as_secs_f32()),
        })
    })
}

/// A request as it runs.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    pub(crate) client: &'a Client,
    pub(crate) cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Run<'_> {
    pub(crate) fn host(&self) -> String {
        self.options.address.host().to_owned()
    }

    /// Asks to be let through. `what` goes into the network log.
    pub(crate) fn pass(&self, purpose: Purpose, what: &str) -> Result<Passage, Error> {
        let access = Access::new(purpose, self.host(), what);
        Passage::begin(&self.options.network, &access).map_err(Error::Forbidden)
    }

    /// Waits for something, but not longer than the server may be silent, and not when nobody wants it any more (`None`).
    pub(crate) async fn wait<T>(&self, what: impl Future<Output = T>) -> Result<Option<T>, Error> {
        let start = Instant::now();
        let mut what = std::pin::pin!(what);
        loop {
            if (self.cancelled)() {
                return Ok(None);
            }
            if start.elapsed() > self.options.patience {
                let seconds = self.options.patience.as_secs();
                return Err(self.broken(format!("nothing came for {seconds} s")));
            }
            if let Ok(done) = tokio::time::timeout(TICK, &mut what).await {
                return Ok(Some(done));
            }
        }
    }

    pub(crate) fn broken(&self, why: impl Into<String>) -> Error {
        Error::Broken { host: self.host(), why: why.into() }
    }

    pub(crate) fn nonsense(&self, why: impl Into<String>) -> Error {
        Error::Nonsense { host: self.host(), why: why.into() }
    }

    pub(crate) fn lost(&self, error: &reqwest::Error) -> Error {
        let why = reason(error);
        if let Some(why) = why.strip_prefix("invalid peer certificate: ") {
            return Error::Certificate { host: self.host(), why: why.to_owned() };
        }
        if error.is_connect() || error.is_builder() {
            return Error::Unreachable { host: self.host(), why };
        }
        self.broken(why)
    }

    /// A body of at most `most` bytes.
    pub(crate) async fn read(
        &self,
        response: &mut Response,
        passage: &mut Passage,
        most: usize,
    ) -> Result<Vec<u8>, Error> {
        let (all, whole) = self.read_most(response, passage, most).await?;
        if whole { Ok(all) } else { Err(self.nonsense("its answer has no end")) }
    }

    /// The first `most` bytes of a body, and whether they are all of it.
    async fn read_most(
        &self,
        response: &mut Response,
        passage: &mut Passage,
        most: usize,
    ) -> Result<(Vec<u8>, bool), Error> {
        let mut all = Vec::new();
        while let Some(Some(part)) =
            self.wait(response.chunk()).await?.transpose().map_err(|error| self.lost(&error))?
        {
            passage.received(part.len() as u64);
            let room = most - all.len();
            all.extend_from_slice(&part[..part.len().min(room)]);
            if part.len() > room {
                return Ok((all, false));
            }
        }
        Ok((all, true))
    }

    /// Why a status is no success.
    async fn refused(&self, response: Response, passage: &mut Passage) -> Error {
        match self.refusal(response, passage).await {
            Ok((status, text)) => self.refused_in_words(status, &text),
            Err(error) => error,
        }
    }

    /// The status and the text of a refusal.
    ///
    /// # Errors
    /// Those that say all by their status, and a redirect: it is not followed.
    pub(crate) async fn refusal(
        &self,
        mut response: Response,
        passage: &mut Passage,
    ) -> Result<(u16, String), Error> {
        let (host, status) = (self.host(), response.status().as_u16());
        let number = |name: header::HeaderName| {
            response.headers().get(name)?.to_str().ok()?.trim().parse::<u64>().ok()
        };
        let after = number(header::RETRY_AFTER);
        match status {
            401 | 403 => return Err(Error::Key { host, status }),
            429 => return Err(Error::Busy { host, after }),
            300..=399 => {
                let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
                let words = format!("it points to `{}`", shortened(to.unwrap_or("another place")));
                return Err(Error::Refused { host, status, words });
            }
            _ => {}
        }
        let (text, _whole) =
            self.read_most(&mut response, passage, MAX_ERROR).await.unwrap_or_default();
        Ok((status, String::from_utf8_lossy(&text).into_owned()))
    }

    /// A refusal that nothing can be done about here, in the server's words; a status of success is that of a reply that became an
    /// error.
    pub(crate) fn refused_in_words(&self, status: u16, text: &str) -> Error {
        let host = self.host();
        let json = serde_json::from_str::<Value>(text).ok();
        let words = json.and_then(|json| complaint(&json)).unwrap_or_else(|| shortened(text));
        let words = if words.is_empty() { "it gives no reason".to_owned() } else { words };
        match status {
            503 => Error::NotReady { host, words },
            200..=299 => Error::Reported { host, words },
            _ => Error::Refused { host, status, words },
        }
    }

    /// What is at an address, as JSON of at most `most` bytes; `None` where nobody wants it any more. `what` goes into the network log.
    pub(crate) async fn json(
        &self,
        url: Url,
        purpose: Purpose,
        what: &str,
        most: usize,
    ) -> Result<Option<Value>, Error> {
        let mut passage = self.pass(purpose, what)?;
        let request = self.client.get(url).header(header::ACCEPT, "application/json");
        let Some(sent) = self.wait(request.send()).await? else { return Ok(None) };
        let mut response = sent.map_err(|error| self.lost(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(response, &mut passage).await);
        }
        let body = self.read(&mut response, &mut passage, most).await?;
        if (self.cancelled)() {
            return Ok(None);
        }
        let json = serde_json::from_slice(&body);
        json.map(Some).map_err(|error| self.nonsense(format!("{what} gave no JSON ({error})")))
    }

    /// The body of the answer to a request with so many bytes of its own, of at most `most`; `None` where nobody wants it any more.
    pub(crate) async fn answer(
        &self,
        (request, sent): (RequestBuilder, u64),
        passage: &mut Passage,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        passage.sent(sent);
        let Some(answered) = self.wait(request.send()).await? else { return Ok(None) };
        let mut response = answered.map_err(|error| self.lost(&error))?;
        if !response.status().is_success() {
            return Err(self.refused(response, passage).await);
        }
        let body = self.read(&mut response, passage, most).await?;
        Ok((!(self.cancelled)()).then_some(body))
    }

    /// Waits a while; true where nobody wants it any more.
    pub(crate) async fn pause(&self, long: Duration) -> bool {
        let end = Instant::now() + long;
        while Instant::now() < end && !(self.cancelled)() {
            tokio::time::sleep(TICK).await;
        }
        (self.cancelled)()
    }

    /// The names of the server's models.
    pub(crate) async fn models(&self) -> Result<Vec<String>, Error> {
        let url = self.options.address.call("models");
        let list = self.json(url, Purpose::RemoteModel, "the list of its models", MAX_BODY).await?;
        let Some(list) = list else { return Ok(Vec::new()) };
        let Some(data) = list["data"].as_array() else {
            return Err(self.nonsense("its list of models is none"));
        };
        let mut names: Vec<String> =
            data.iter().filter_map(|one| one["id"].as_str()).map(shortened).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// The innermost words of an error: the outer ones repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    shortened(&source.to_string())
}
