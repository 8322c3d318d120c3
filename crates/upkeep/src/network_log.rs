//! Every access to another machine that the program ever made, as lines of JSON in the data folder: one when it begins, one
//! when it is over.
//!
//! Lines are appended and never changed, so that a program that is killed loses the end of an access at most, not the fact.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Access, Network, Problem, ProblemKind, Purpose, Traffic};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Name of the file in the data folder.
pub const FILE: &str = "network.jsonl";
/// Longer names than this are cut: what is asked for may be named by a stranger.
const LONGEST: usize = 200;
/// A line that is longer was not written by this program.
const LONGEST_LINE: u64 = 4096;

/// What is allowed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the settings")]
pub struct Allowed {
    /// Nothing may leave this machine, whatever else is allowed.
    pub offline: bool,
    /// Models and voices may be fetched, and repositories listed.
    pub downloads: bool,
    /// Replies may be written by a server.
    pub remote_model: bool,
    /// What cards name may be loaded.
    pub remote_assets: bool,
    /// Questions may be put to a search engine.
    pub search: bool,
    /// Scenes may be drawn by a server.
    pub pictures: bool,
    /// It may be asked whether there is a newer version, and that may be fetched.
    pub updates: bool,
}

impl Allowed {
    /// Why an access is refused; `None` where it is not.
    pub fn refusal(&self, access: &Access) -> Option<Problem> {
        let refuse =
            |what: &str, remedy: &str| Some(Problem::new(ProblemKind::Network, what, remedy));
        if self.offline && access.leaves_machine() {
            return refuse(
                &format!(
                    "`{}` was not reached: this program may never connect to other machines",
                    access.host
                ),
                "switch `offline` off on the privacy page if you want it to",
            );
        }
        match access.purpose {
            Purpose::Download | Purpose::Listing if !self.downloads => refuse(
                "downloads are switched off in the settings",
                "switch `allow_downloads` on, or import a file",
            ),
            Purpose::RemoteModel if !self.remote_model => refuse(
                "replies by a server are switched off in the settings",
                "switch `allow_remote_model` on, or choose a model that runs here",
            ),
            Purpose::Search if !self.search => refuse(
                "asking search engines is switched off in the settings",
                "switch `allow_search` on: what is looked for is sent there",
            ),
            Purpose::Picture if !self.pictures => refuse(
                "pictures drawn by a server are switched off in the settings",
                "switch `allow_remote_pictures` on: the description of the scene is sent there",
            ),
            Purpose::Update if !self.updates => refuse(
                "looking for newer versions is switched off in the settings",
                "switch `allow_updates` on if the program may ask for them",
            ),
            Purpose::Asset if !self.remote_assets => refuse(
                "pictures and sounds from the internet are switched off in the settings",
                "switch `allow_remote_assets` on if you trust the cards of whom you allow it",
            ),
            _ => None,
        }
    }
}

/// An access, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// When it began: milliseconds since 1970.
    pub at_ms: i64,
    /// Why, where, what.
    #[serde(flatten)]
    pub access: Access,
    /// What went through; `None` where it is not over, or the program was killed meanwhile.
    pub traffic: Option<Traffic>,
    /// It was refused: nothing was connected to.
    pub refused: bool,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line {
    Begin {
        n: u64,
        at_ms: i64,
        #[serde(flatten)]
        access: Access,
    },
    Refused {
        at_ms: i64,
        #[serde(flatten)]
        access: Access,
    },
    End {
        n: u64,
        at_ms: i64,
        #[serde(flatten)]
        traffic: Traffic,
    },
}

/// The file, and what is allowed.
pub struct NetworkLog {
    path: PathBuf,
    allowed: Box<dyn Fn() -> Allowed + Send + Sync>,
    next: Mutex<u64>,
}

impl std::fmt::Debug for NetworkLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkLog").field("path", &self.path).finish_non_exhaustive()
    }
}

impl NetworkLog {
    /// The log of a data folder; `allowed` is asked at every access, so that a switch holds at once.
    #[expect(clippy::new_ret_no_self, reason = "nobody needs to know it but through the port")]
    pub fn new(
        root: &Path,
        allowed: impl Fn() -> Allowed + Send + Sync + 'static,
    ) -> Arc<dyn Network> {
        // Numbers tell the two ends of an access apart across runs: the clock begins them, counting goes on.
        let first = u64::try_from(now_ms()).unwrap_or(0).saturating_mul(1000);
        Arc::new(Self {
            path: root.join(FILE),
            allowed: Box::new(allowed),
            next: Mutex::new(first),
        })
    }

    fn write(&self, line: &Line) -> Result<(), Error> {
        let mut text = serde_json::to_vec(line)
            .map_err(|why| Error::Damaged { path: self.path.clone(), why: why.to_string() })?;
        text.push(b'\n');
        let open = || {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
            // One call, so that lines of two processes do not mix.
            file.write_all(&text)?;
            file.sync_data()
        };
        open().map_err(Error::io("write", &self.path))
    }
}

impl Network for NetworkLog {
    fn admit(&self, access: &Access) -> Result<u64, Problem> {
        let access = Access {
            what: access.what.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            host: access.host.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            ..access.clone()
        };
        if let Some(problem) = (self.allowed)().refusal(&access) {
            if let Err(error) = self.write(&Line::Refused { at_ms: now_ms(), access }) {
                tracing::warn!(%error, "a refused access was not noted");
            }
            return Err(problem);
        }
        let n = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            *next += 1;
            *next
        };
        // What cannot be noted does not happen: the list of accesses must have no gaps.
        self.write(&Line::Begin { n, at_ms: now_ms(), access })?;
        Ok(n)
    }

    fn close(&self, number: u64, traffic: Traffic) {
        if let Err(error) = self.write(&Line::End { n: number, at_ms: now_ms(), traffic }) {
            tracing::warn!(%error, "the end of an access was not noted");
        }
    }
}

/// The latest accesses of a data folder, the newest first, at most so many. A line that cannot be read is left out.
pub fn accesses(root: &Path, most: usize) -> Result<Vec<Entry>, Error> {
    let path = root.join(FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(Error::io("read", &path)(why)),
    };
    let mut reader = BufReader::new(file);
    let mut all: BTreeMap<usize, Entry> = BTreeMap::new();
    let mut open: BTreeMap<u64, usize> = BTreeMap::new();
    let mut count = 0;
    let mut text = Vec::new();
    loop {
        text.clear();
        let mut line = std::io::Read::take(&mut reader, LONGEST_LINE);
        if line.read_until(b'\n', &mut text).map_err(Error::io("read", &path))? == 0 {
            break;
        }
        match serde_json::from_slice(&text) {
            Ok(Line::Begin { n, at_ms, access }) => {
                open.insert(n, count);
                all.insert(count, Entry { at_ms, access, traffic: None, refused: false });
                count += 1;
            }
            Ok(Line::Refused { at_ms, access }) => {
                all.insert(count, Entry { at_ms, access, traffic: None, refused: true });
                count += 1;
            }
            Ok(Line::End { n, traffic, .. }) => {
                if let Some(entry) = open.remove(&n).and_then(|at| all.get_mut(&at)) {
                    entry.traffic = Some(traffic);
                }
            }
            Err(_) => {}
        }
        if all.len() > most {
            all.pop_first();
        }
    }
    Ok(all.into_values().rev().collect())
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Passage;

    const ALL: Allowed = Allowed {
        offline: false,
        downloads: true,
        remote_model: true,
        remote_assets: true,
        search: true,
        pictures: true,
        updates: true,
    };

    fn log(root: &Path, allowed: Allowed) -> Arc<dyn Network> {
        NetworkLog::new(root, move || allowed)
    }

    #[test]
    fn an_access_is_noted_before_it_begins_and_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let network = log(folder.path(), ALL);
        let access = Access::new(Purpose::Download, "hub.example", "a\nmodel.gguf");
        let mut passage = Passage::begin(&network, &access).unwrap();
        let listed = accesses(folder.path(), 10).unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].traffic, listed[0].access.what.as_str()), (None, "amodel.gguf"));
        passage.received(1000);
        drop(passage);
        let listed = accesses(folder.path(), 10).unwrap();
        assert_eq!(listed[0].traffic, Some(Traffic { sent: 0, received: 1000 }));
        assert!(listed[0].at_ms > 1_700_000_000_000);
    }

    #[test]
    fn never_means_never_and_is_noted_too() {
        let folder = tempfile::tempdir().unwrap();
        let network = log(folder.path(), Allowed { offline: true, ..ALL });
        for purpose in [
            Purpose::Download,
            Purpose::Listing,
            Purpose::RemoteModel,
            Purpose::Search,
            Purpose::Asset,
            Purpose::Picture,
            Purpose::Update,
        ] {
            let problem =
                Passage::begin(&network, &Access::new(purpose, "hub.example", "x")).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Network);
            assert!(problem.remedy.contains("offline"), "{problem}");
        }
        assert!(accesses(folder.path(), 10).unwrap().iter().all(|entry| entry.refused));
        // This machine is no other machine.
        let own = Access::new(Purpose::RemoteModel, "127.0.0.1", "model");
        assert!(Passage::begin(&network, &own).is_ok());
    }

    #[test]
    fn each_purpose_has_its_switch() {
        let refused = |allowed: Allowed, purpose| {
            allowed.refusal(&Access::new(purpose, "h.example", "")).is_some()
        };
        let none = Allowed {
            downloads: false,
            remote_model: false,
            remote_assets: false,
            search: false,
            pictures: false,
            updates: false,
            ..ALL
        };
        for purpose in [
            Purpose::Download,
            Purpose::Listing,
            Purpose::RemoteModel,
            Purpose::Search,
            Purpose::Asset,
            Purpose::Picture,
            Purpose::Update,
        ] {
            assert!(refused(none, purpose), "{purpose:?}");
            assert!(!refused(ALL, purpose), "{purpose:?}");
        }
    }

    #[test]
    fn a_switch_holds_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let offline = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let asked = Arc::clone(&offline);
        let network = NetworkLog::new(folder.path(), move || Allowed {
            offline: asked.load(std::sync::atomic::Ordering::SeqCst),
            ..ALL
        });
        let access = Access::new(Purpose::Download, "hub.example", "x");
        assert!(Passage::begin(&network, &access).is_ok());
        offline.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(Passage::begin(&network, &access).is_err());
    }

    #[test]
    fn a_damaged_line_and_one_without_an_end_hide_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let network = log(folder.path(), ALL);
        for name in ["a", "b"] {
            drop(Passage::begin(&network, &Access::new(Purpose::Download, "h", name)).unwrap());
        }
        let path = folder.path().join(FILE);
        let mut text = std::fs::read(&path).unwrap();
        text.extend(vec![b'x'; 10_000]);
        text.extend(b"\n{\"event\":\"begin\",\"n\":");
        std::fs::write(&path, text).unwrap();
        let listed = accesses(folder.path(), 10).unwrap();
        assert_eq!(listed.iter().map(|e| e.access.what.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(accesses(folder.path(), 1).unwrap().len(), 1);
    }
}
