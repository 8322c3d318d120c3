//! One request for one file: asked, planned, and received for as long as the connection holds.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use domain::Passage;
use reqwest::{Response, Url};
use tokio_util::sync::CancellationToken;

use super::http::{self, Trouble};
use super::lanes::{self, Delivery, Lanes, Lost};
use super::pace::{Pace, Trickle, Watch};
use super::part::Part;
use super::plan::{self, Known, Plan};
use super::{Fetcher, space};
use crate::Error;
use crate::catalogue::Remote;

/// A file that is wanted from an address.
pub(crate) struct Job<'a> {
    /// Whose options hold.
    pub(crate) fetcher: &'a Fetcher,
    /// Where to ask.
    pub(crate) url: &'a Url,
    /// What is known of the file.
    pub(crate) file: &'a Remote,
    /// Where it will lie.
    pub(crate) path: &'a Path,
    /// Ends it.
    pub(crate) stop: &'a CancellationToken,
    /// How often several connections may still be tried; one after that.
    pub(crate) several: Cell<u32>,
}

/// Where the bytes of an answer come from.
enum Source {
    One(Response),
    Several(Lanes),
}

impl Source {
    /// The next bytes; `None` at the end.
    async fn chunk(&mut self, stall: Duration) -> Option<Delivery> {
        match self {
            Self::Several(lanes) => lanes.chunk().await,
            Self::One(body) => match tokio::time::timeout(stall, body.chunk()).await {
                Err(_) => Some(Err(Lost::broken(lanes::silence(stall)))),
                Ok(Err(error)) => Some(Err(Lost::broken(http::reason(&error)))),
                Ok(Ok(bytes)) => bytes.map(|bytes| Ok(bytes.to_vec())),
            },
        }
    }
}

/// How one request ended.
pub(crate) enum Attempt {
    /// All bytes are here.
    Complete,
    /// The caller wants no more.
    Stopped,
    /// Ask again, from here.
    Broken {
        /// What happened.
        why: String,
        /// How long the server asks to wait.
        after: Option<Duration>,
        /// There was no server to talk to, or it is not who it says.
        no_server: bool,
        /// It came, and too slowly ever to be done.
        slow: bool,
    },
    /// Ask again, from the start.
    Restart(String),
}

impl Attempt {
    fn broken(why: String) -> Self {
        Self::Broken { why, after: None, no_server: false, slow: false }
    }
}

impl Job<'_> {
    /// Asks once.
    pub(crate) async fn attempt(
        &self,
        part: &mut Part,
        watch: &mut Watch<'_>,
    ) -> Result<Attempt, Error> {
        let Self { fetcher, url, file, path, stop, .. } = *self;
        if !part.may_come_from(url.as_str(), !file.digests.is_empty()) {
            part.restart()?;
            watch.at(0);
        }
        let asked = http::open(fetcher, url, file, part.len(), part.known());
        let answer = tokio::select! {
            () = stop.cancelled() => return Ok(Attempt::Stopped),
            answer = asked => answer,
        };
        let (head, body, passage) = match answer {
            Ok(answer) => answer,
            Err(Trouble::Broken { why, after }) => {
                return Ok(Attempt::Broken { why, after, no_server: false, slow: false });
            }
            Err(Trouble::NoServer(why)) => {
                return Ok(Attempt::Broken { why, after: None, no_server: true, slow: false });
            }
            Err(Trouble::Final(error)) => return Err(error),
        };
        let known = Known { length: part.len(), record: part.known(), exact: file.size };
        let total = match plan::plan(&known, &head) {
            Plan::Complete => return Ok(Attempt::Complete),
            Plan::Append { total } => total,
            Plan::Fresh { total } => {
                part.restart()?;
                watch.at(0);
                total
            }
            Plan::Restart(why) => return Ok(Attempt::Restart(why)),
            Plan::Broken(why) => return Ok(Attempt::broken(why)),
            Plan::NotIt { expected, got } => {
                return Err(Error::Wrong { file: file.name.clone(), expected, got });
            }
        };
        part.record(url.as_str(), &head, total)?;
        if let Some(total) = total {
            let folder = path.parent().unwrap_or(path);
            space(folder, total.saturating_sub(part.len()), fetcher.options.reserve)?;
            watch.file_total(total);
        }
        let (options, from) = (&fetcher.options, part.len());
        let source = match total {
            Some(total) if self.several.get() > 0 && Lanes::help(options, &head, from, total) => {
                Source::Several(Lanes::open(&fetcher.client, options, &head, body, from, total))
            }
            _ => Source::One(body),
        };
        self.receive(source, passage, total, part, watch).await
    }

    /// Takes the bytes as they come.
    async fn receive(
        &self,
        mut source: Source,
        mut passage: Passage,
        total: Option<u64>,
        part: &mut Part,
        watch: &mut Watch<'_>,
    ) -> Result<Attempt, Error> {
        let stall = self.fetcher.options.stall;
        let mut pace = Pace::new(self.fetcher.options.limit);
        let mut trickle = Trickle::new(&self.fetcher.options);
        loop {
            let next = tokio::select! {
                () = self.stop.cancelled() => return Ok(Attempt::Stopped),
                next = source.chunk(stall) => next,
            };
            let bytes = match next {
                Some(Ok(bytes)) => bytes,
                Some(Err(lost)) => {
                    if matches!(source, Source::Several(_)) {
                        let left = self.several.get().saturating_sub(1);
                        self.several.set(if lost.refused { 0 } else { left });
                    }
                    return Ok(Attempt::broken(lost.why));
                }
                None => {
                    return Ok(match total {
                        Some(total) if part.len() < total => Attempt::broken(format!(
                            "the connection ended after {} of {total} bytes",
                            part.len()
                        )),
                        _ => Attempt::Complete,
                    });
                }
            };
            passage.received(bytes.len() as u64);
            if total.is_some_and(|total| part.len() + bytes.len() as u64 > total) {
                return Ok(Attempt::Restart(
                    "the server sent more than it had announced".to_owned(),
                ));
            }
            if total.is_none() {
                // Nobody said how much will come: what is to stay free stays free.
                let folder = self.path.parent().unwrap_or(self.path);
                space(folder, bytes.len() as u64, self.fetcher.options.reserve)?;
            }
            part.append(&bytes)?;
            watch.at(part.len());
            if let Some(why) = trickle.took(bytes.len()) {
                return Ok(Attempt::Broken { why, after: None, no_server: false, slow: true });
            }
            let wait = pace.took(bytes.len());
            if !wait.is_zero() {
                tokio::select! {
                    () = self.stop.cancelled() => return Ok(Attempt::Stopped),
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}
