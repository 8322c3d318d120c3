//! What can go wrong between here and a server, and what a person is told about it.

use domain::{Problem, ProblemKind};

/// Why a server did not answer as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none, or one that is not used.
    #[error("`{address}` is no address of a server: {why}")]
    Address {
        /// As it was given.
        address: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The person has not allowed it.
    #[error("{0}")]
    Forbidden(Problem),
    /// Nobody answers there.
    #[error("`{host}` cannot be reached: {why}")]
    Unreachable {
        /// Which machine.
        host: String,
        /// The system's words.
        why: String,
    },
    /// The key is missing or wrong.
    #[error("`{host}` refuses the key (status {status})")]
    Key {
        /// Which machine.
        host: String,
        /// 401 or 403.
        status: u16,
    },
    /// Too many requests, or the account is empty.
    #[error("`{host}` takes no more requests for now{}", wait(*after))]
    Busy {
        /// Which machine.
        host: String,
        /// Seconds that it asks to wait, where it says so.
        after: Option<u64>,
    },
    /// It refuses, in its own words.
    #[error("`{host}` refuses the request (status {status}): {words}")]
    Refused {
        /// Which machine.
        host: String,
        /// Any other status of 300 and more.
        status: u16,
        /// What it says, shortened.
        words: String,
    },
    /// The connection ended before the reply did, or nothing came for too long.
    #[error("the connection to `{host}` broke off: {why}")]
    Broken {
        /// Which machine.
        host: String,
        /// How.
        why: String,
    },
    /// What it sends is not what the API promises.
    #[error("what `{host}` sends cannot be understood: {why}")]
    Nonsense {
        /// Which machine.
        host: String,
        /// Why.
        why: String,
    },
    /// The keychain of the system does not work.
    #[error("the key cannot be kept in the system's keychain: {0}")]
    Keychain(String),
    /// The thread has ended, or could not be started.
    #[error("the connection's thread has ended: {0}")]
    Stopped(String),
}

fn wait(after: Option<u64>) -> String {
    after.map(|seconds| format!(" (it asks to wait {seconds} s)")).unwrap_or_default()
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (kind, remedy) = match error {
            Error::Forbidden(problem) => return problem,
            Error::Address { .. } => {
                (ProblemKind::Invalid, "give an address such as `http://localhost:8080/v1`")
            }
            Error::Unreachable { .. } => (
                ProblemKind::Network,
                "check that the server runs and that its address is right, or choose a model of this machine",
            ),
            Error::Key { .. } => (ProblemKind::Network, "enter the server's key in the settings"),
            Error::Busy { .. } => (ProblemKind::Busy, "wait a moment and ask again"),
            Error::Refused { .. } => {
                (ProblemKind::Network, "check the model's name and the server's own log")
            }
            Error::Broken { .. } => (ProblemKind::Network, "ask again"),
            Error::Nonsense { .. } => (
                ProblemKind::Network,
                "check that the address is that of an OpenAI-compatible server (it ends with `/v1`)",
            ),
            Error::Keychain(_) => (
                ProblemKind::Unsupported,
                "unlock or install a keychain; until then the key is kept for this run alone (that of a model's server may come from `HANASHI_REMOTE_KEY`)",
            ),
            Error::Stopped(_) => (ProblemKind::Internal, "choose the model again"),
        };
        Self::new(kind, message, remedy)
    }
}
