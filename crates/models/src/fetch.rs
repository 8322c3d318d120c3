//! Downloads that survive what networks do: cut connections, silence, full disks, files that change meanwhile, wrong bytes.
//!
//! A file grows as `name.part` beside its place, with a small record of where it comes from; only a file whose size and
//! checksums are right gets its name, in one rename. Nothing here is fetched unless a caller asks for it: consent is asked
//! above. Stopping is an outcome and not an error, and what has arrived is kept.

mod attempt;
mod check;
mod http;
mod lanes;
mod pace;
pub(crate) mod part;
mod picture;
mod plan;
#[cfg(test)]
pub(crate) mod tests;
mod thread;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::{Network, Purpose};
use reqwest::Client;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use self::attempt::{Attempt, Job};
use self::check::Found;
use self::pace::Watch;
use self::part::Part;
use crate::Error;
use crate::catalogue::{Entry, Place, Remote};
use crate::digest::Digest;
use crate::hubs::Hubs;
use crate::pins::{Pin, Pins};
use crate::recognise::folder::DESCRIPTION;

pub(crate) use self::check::space;
pub(crate) use self::http::{HOPS, passage, reason};
pub use self::pace::Event;
pub use self::picture::fetch_picture;
pub use self::thread::{Download, Ended};

/// How often a server may send the wrong thing before it is given up.
const RESTARTS: u32 = 3;

/// How often several connections may break before one is used.
const SEVERAL: u32 = 4;

/// Which proxy to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The one of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`) or of the system.
    #[default]
    System,
    /// None, whatever the environment says.
    None,
    /// This one.
    Url(String),
}

/// How downloads behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where files come from.
    pub hubs: Hubs,
    /// Which proxy to use.
    pub proxy: Proxy,
    /// A server that says nothing for so long is asked again.
    pub stall: Duration,
    /// Bytes a second that are to come at least; a server that sends fewer over [`Self::least_over`] is asked again, and soon given up.
    pub least: u64,
    /// For how long that is watched before it is said.
    pub least_over: Duration,
    /// How often to ask again without a single new byte.
    pub tries: u32,
    /// The pause before the second try; it doubles from try to try.
    pub first_pause: Duration,
    /// The longest pause. A server that asks for a longer one (`Retry-After`) is given up for now.
    pub longest_pause: Duration,
    /// At most so many bytes a second, over one connection.
    pub limit: Option<u64>,
    /// Connections at once for one large file; 1 asks for it in one go.
    pub connections: u32,
    /// Bytes of a file that one of several connections fetches before it asks for more. So many times `connections` wait in
    /// memory at most.
    pub piece: u64,
    /// Bytes that stay free on the disk.
    pub reserve: u64,
    /// What is asked of the door to the network.
    pub purpose: Purpose,
}

impl Options {
    /// Bytes that usually stay free on the disk.
    pub const RESERVE: u64 = 200_000_000;

    /// The usual ones, for a hub and its mirrors.
    pub fn new(hubs: Hubs) -> Self {
        Self {
            hubs,
            proxy: Proxy::System,
            stall: Duration::from_secs(30),
            least: 1000,
            least_over: Duration::from_mins(1),
            tries: 6,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(2),
            limit: None,
            connections: 4,
            piece: 16 << 20,
            reserve: Self::RESERVE,
            purpose: Purpose::Download,
        }
    }

    /// The pause before the next try, after `failures` in a row; `None` to give up.
    fn pause(&self, failures: u32, asked: Option<Duration>) -> Option<Duration> {
        if failures >= self.tries {
            return None;
        }
        let ours = self
            .first_pause
            .saturating_mul(1 << failures.saturating_sub(1).min(16))
            .min(self.longest_pause);
        match asked {
            Some(asked) if asked > self.longest_pause => None,
            Some(asked) => Some(ours.max(asked)),
            None => Some(ours),
        }
    }
}

/// How a download ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is there and checked.
    Done(Vec<Fetched>),
    /// It was stopped; the next one goes on from here.
    Stopped {
        /// Bytes that are here.
        done: u64,
        /// Bytes there will be, where that is known.
        total: Option<u64>,
    },
}

/// A file that is here now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub path: PathBuf,
    /// What is recorded of it.
    pub pin: Pin,
}

/// Fetches files. Cheap to keep; one for the whole program.
#[derive(Clone)]
pub struct Fetcher {
    pub(crate) client: Client,
    pub(crate) options: Options,
    pub(crate) network: Arc<dyn Network>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("options", &self.options).finish_non_exhaustive()
    }
}

/// How one file ended.
enum Ending {
    Done(Fetched),
    Stopped,
}

impl Fetcher {
    /// Prepares for downloading; makes no connection. Each one is asked of `network` first.
    ///
    /// # Errors
    /// [`Error::Setup`] where the system has no certificates or the proxy is not an address.
    pub fn new(options: Options, network: Arc<dyn Network>) -> Result<Self, Error> {
        Ok(Self { client: http::client(&options)?, options, network })
    }

    /// The address of the hub, without the part that names a file.
    pub(crate) fn hub(&self) -> &str {
        self.options.hubs.base()
    }

    /// Fetches what an entry consists of into a folder, which is created.
    ///
    /// Files are written and hashed on the calling thread, a chunk at a time: give it a thread of its own
    /// ([`Download`] does).
    ///
    /// # Errors
    /// Any of [`Error`]; what has arrived is kept unless it was wrong.
    pub async fn pull(
        &self,
        entry: &Entry,
        folder: &Path,
        stop: &CancellationToken,
        on: &mut (dyn FnMut(Event) + Send),
    ) -> Result<Outcome, Error> {
        if entry.inside {
            return Err(Error::Inside(entry.name.clone()));
        }
        if let Some(page) = &entry.page {
            return Err(Error::ByHand { name: entry.name.clone(), page: page.clone() });
        }
        std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let mut pins = Pins::read(folder)?;
        let mut watch = Watch::new(on, entry.size());
        if let Some((from, to)) = moved(entry, folder, &pins) {
            info!(model = entry.id, from, to, "the repository has changed since this was begun");
            watch.tell(Event::Moved { from, to });
        }
        let mut fetched = vec![];
        // Weights without their description are no model: it comes last, so that a folder is there whole or not at all.
        let last = |file: &&Remote| file.name == DESCRIPTION;
        let (described, mut files): (Vec<&Remote>, Vec<&Remote>) =
            entry.files.iter().partition(last);
        files.extend(described);
        for (index, file) in files.iter().copied().enumerate() {
            let path = folder.join(&file.name);
            if let Some(within) = path.parent().filter(|within| *within != folder) {
                std::fs::create_dir_all(within).map_err(Error::io("create", within))?;
            }
            if let Some(pin) = check::here_already(file, &path, &pins)? {
                watch.file_done(pin.size);
                if pins.get(&file.name).is_some_and(|before| before.revision != pin.revision) {
                    pins.set(&file.name, pin.clone());
                    pins.write()?;
                }
                fetched.push(Fetched { path, pin });
                continue;
            }
            space(folder, rest(&files[index..], folder), self.options.reserve)?;
            match self.file(file, &path, stop, &mut watch).await? {
                Ending::Done(done) => {
                    // It may stand where another repository of that name lay: a half of each is no model.
                    if entry.is_folder() && file.name != DESCRIPTION {
                        part::remove(&folder.join(DESCRIPTION))?;
                    }
                    watch.file_done(done.pin.size);
                    pins.set(&file.name, done.pin.clone());
                    pins.write()?;
                    fetched.push(done);
                }
                Ending::Stopped => {
                    let (done, total) = watch.totals();
                    info!(model = entry.id, done, "download stopped");
                    return Ok(Outcome::Stopped { done, total });
                }
            }
        }
        watch.finish();
        info!(model = entry.id, files = fetched.len(), "download complete");
        Ok(Outcome::Done(fetched))
    }

    /// One file, from the hub or else from a mirror.
    async fn file(
        &self,
        file: &Remote,
        path: &Path,
        stop: &CancellationToken,
        watch: &mut Watch<'_>,
    ) -> Result<Ending, Error> {
        let addresses = self.options.hubs.addresses(file)?;
        let mut part = Part::open(path)?;
        part.catch_up(file.digests.iter().map(Digest::algorithm))?;
        let mut last = None;
        for url in addresses {
            let job =
                Job { fetcher: self, url: &url, file, path, stop, several: Cell::new(SEVERAL) };
            match self.from(&job, &mut part, watch).await {
                Ok(Ending::Done(done)) => {
                    part.finish(path)?;
                    return Ok(Ending::Done(done));
                }
                Ok(Ending::Stopped) => {
                    part.sync()?;
                    return Ok(Ending::Stopped);
                }
                Err(error) if another_may_have_it(&error) => {
                    info!(%url, %error, "trying the next address");
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        part.sync()?;
        Err(last.unwrap_or_else(|| Error::Unreachable {
            file: file.name.clone(),
            why: "no address is known".to_owned(),
        }))
    }

    /// One file from one address, with all its retries.
    async fn from(
        &self,
        job: &Job<'_>,
        part: &mut Part,
        watch: &mut Watch<'_>,
    ) -> Result<Ending, Error> {
        let gave_up = |why| Error::Unreachable { file: job.file.name.clone(), why };
        let (mut failures, mut restarts) = (0, 0);
        let (mut resumed, mut connected) = (!part.is_empty(), false);
        loop {
            let before = part.len();
            watch.at(part.len());
            match job.attempt(part, watch).await? {
                Attempt::Stopped => return Ok(Ending::Stopped),
                Attempt::Complete => {
                    watch.tell(Event::Checking);
                    match check::arrived(job.url, job.file, job.path, part)? {
                        Found::Right(done) => return Ok(Ending::Done(done)),
                        // Bytes of an earlier day may be the wrong ones: once more from the start before blaming the
                        // server.
                        Found::Wrong(_) if resumed => {
                            resumed = false;
                            part.restart()?;
                        }
                        Found::Wrong(error) => {
                            part.restart()?;
                            return Err(error);
                        }
                    }
                }
                Attempt::Restart(why) => {
                    restarts += 1;
                    debug!(url = %job.url, why, "starting this file again");
                    part.restart()?;
                    resumed = false;
                    watch.tell(Event::Restarting { why: why.clone() });
                    if restarts > RESTARTS {
                        return Err(gave_up(why));
                    }
                }
                Attempt::Broken { why, after, no_server, slow } => {
                    if part.len() > before && !slow {
                        (failures, connected) = (0, true);
                    }
                    // Without a network the answer should come soon; one that was there a moment ago may come back. One that
                    // trickles has been waited for already.
                    let hopeless = slow || no_server && !connected;
                    let weight = if hopeless { self.options.tries.div_ceil(2) } else { 1 };
                    failures += weight;
                    debug!(url = %job.url, why, failures, at = part.len(), "connection broke");
                    let Some(pause) = self.options.pause(failures, after) else {
                        return Err(gave_up(why));
                    };
                    watch.tell(Event::Waiting { pause, why });
                    tokio::select! {
                        () = job.stop.cancelled() => return Ok(Ending::Stopped),
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
    }
}

/// The revision that a download was begun with, and that which it would go on with, where these differ: what was fetched of it already (or
/// a part of it) is of another commit of the same repository.
fn moved(entry: &Entry, folder: &Path, pins: &Pins) -> Option<(String, String)> {
    entry.files.iter().find_map(|file| {
        let Place::Hub { repo, revision, .. } = &file.place else { return None };
        let begun = match pins.get(&file.name) {
            Some(pin) => {
                let (of, begun) = pin.revision.as_deref()?.rsplit_once('@')?;
                (of == repo).then(|| begun.to_owned())?
            }
            None => part::revision(&folder.join(&file.name), repo)?,
        };
        (begun != *revision).then(|| (begun, revision.clone()))
    })
}

/// Bytes still to come, as far as the catalogue says.
fn rest(files: &[&Remote], folder: &Path) -> u64 {
    files
        .iter()
        .map(|file| {
            let here = part::length(&folder.join(&file.name));
            file.size.or(file.about).unwrap_or(0).saturating_sub(here)
        })
        .fold(0, u64::saturating_add)
}

/// Whether a mirror may do better.
fn another_may_have_it(error: &Error) -> bool {
    matches!(
        error,
        Error::Gone { .. }
            | Error::Gated { .. }
            | Error::Unreachable { .. }
            | Error::Wrong { .. }
            | Error::Refused { .. }
            | Error::Address { .. }
    )
}
