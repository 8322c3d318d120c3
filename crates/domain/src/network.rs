//! The one door to other machines: whoever wants to reach one asks here first, and says afterwards how much went through.
//!
//! A port and no implementation, so that every client (downloads, a remote model, a search provider) is told no in the same
//! place, and so that the list a person sees of what ever left their machine has no gaps.

use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Problem;

/// Why another machine is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Purpose {
    /// A model or a voice is fetched.
    Download,
    /// The files of a repository are listed.
    Listing,
    /// A reply is written by a server: what is said goes there.
    RemoteModel,
    /// A question is put to a search engine, or a page is read.
    Search,
    /// A picture or sound that a card names.
    Asset,
    /// A picture of a scene is drawn by a server: the description of the scene goes there.
    Picture,
    /// A newer version of the program is asked about, or fetched.
    Update,
}

/// One access that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Why.
    pub purpose: Purpose,
    /// Name or address of the machine that answers, without a port.
    pub host: String,
    /// What is asked for, for people: `Qwen3-0.6B-Q8_0.gguf`. Never what somebody said, no key, no query of an address.
    pub what: String,
}

impl Access {
    /// An access of a purpose to a host for a thing.
    pub fn new(purpose: Purpose, host: impl Into<String>, what: impl Into<String>) -> Self {
        Self { purpose, host: host.into(), what: what.into() }
    }

    /// False where the host is this machine itself.
    pub fn leaves_machine(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        host != "localhost" && !host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// What went through one access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// Bytes of bodies sent.
    pub sent: u64,
    /// Bytes of bodies received.
    pub received: u64,
}

/// Lets accesses through, or not, and remembers them. Use it through [`Passage`].
pub trait Network: Send + Sync {
    /// Decides on an access and notes it, before anything is connected to; the answer is the number of the note. An error is
    /// what the person is told: they have forbidden it.
    fn admit(&self, access: &Access) -> Result<u64, Problem>;
    /// The access of that number is over.
    fn close(&self, number: u64, traffic: Traffic);
}

/// An access that was let through. Hold it for as long as the connection is used; dropping it closes the note.
pub struct Passage {
    network: Arc<dyn Network>,
    number: u64,
    traffic: Traffic,
}

impl Passage {
    /// Asks to be let through. Call it before a name is looked up.
    pub fn begin(network: &Arc<dyn Network>, access: &Access) -> Result<Self, Problem> {
        let number = network.admit(access)?;
        Ok(Self { network: Arc::clone(network), number, traffic: Traffic::default() })
    }

    /// So many bytes were sent.
    pub fn sent(&mut self, bytes: u64) {
        self.traffic.sent = self.traffic.sent.saturating_add(bytes);
    }

    /// So many bytes have come.
    pub fn received(&mut self, bytes: u64) {
        self.traffic.received = self.traffic.received.saturating_add(bytes);
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.network.close(self.number, self.traffic);
    }
}

impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passage")
            .field("number", &self.number)
            .field("traffic", &self.traffic)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Notes(Mutex<Vec<(u64, Traffic)>>);

    impl Network for Notes {
        fn admit(&self, access: &Access) -> Result<u64, Problem> {
            match access.purpose {
                Purpose::Search => {
                    Err(Problem::new(crate::ProblemKind::Network, "no", "ask somebody else"))
                }
                _ => Ok(7),
            }
        }
        fn close(&self, number: u64, traffic: Traffic) {
            self.0.lock().unwrap().push((number, traffic));
        }
    }

    #[test]
    fn a_passage_is_closed_with_what_went_through_and_a_refused_one_never_was() {
        let notes = Arc::new(Notes::default());
        let network: Arc<dyn Network> = notes.clone();
        let mut passage =
            Passage::begin(&network, &Access::new(Purpose::Download, "hub.example", "x")).unwrap();
        passage.sent(3);
        passage.received(40);
        passage.received(2);
        drop(passage);
        assert!(
            Passage::begin(&network, &Access::new(Purpose::Search, "hub.example", "x")).is_err()
        );
        assert_eq!(*notes.0.lock().unwrap(), [(7, Traffic { sent: 3, received: 42 })]);
    }

    #[test]
    fn this_machine_is_no_other_machine() {
        let leaves = |host: &str| Access::new(Purpose::Download, host, "").leaves_machine();
        for here in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(!leaves(here), "{here}");
        }
        for there in
            ["hub.example", "localhost.example", "192.168.1.7", "0.0.0.0", "127.0.0.1.example"]
        {
            assert!(leaves(there), "{there}");
        }
    }
}
