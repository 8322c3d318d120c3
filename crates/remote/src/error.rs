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
    /// It has an error of its own, behind a status of success.
    #[error("`{host}` reports an error: {words}")]
    Reported {
        /// Which machine.
        host: String,
        /// What it says, shortened.
        words: String,
    },
    /// It is there and does not answer yet: a model is being loaded.
    #[error("`{host}` is not ready yet: {words}")]
    NotReady {
        /// Which machine.
        host: String,
        /// What it says, shortened.
        words: String,
    },
    /// The prompt is longer than what its model reads at once.
    #[error("the prompt is longer than what the model of `{host}` reads at once{}", sizes(*prompt, *limit))]
    TooLong {
        /// Which machine.
        host: String,
        /// Tokens of the prompt, where it says so.
        prompt: Option<u32>,
        /// Tokens that the model reads, where it says so.
        limit: Option<u32>,
    },
    /// All that came was thought.
    #[error("the model of `{host}` thought, and ended before it said anything")]
    OnlyThought {
        /// Which machine.
        host: String,
    },
    /// Its filter stopped the reply, before or after the first words.
    #[error("`{host}` ended the reply with its content filter")]
    Filtered {
        /// Which machine.
        host: String,
    },
    /// Nobody here knows who vouches for its certificate.
    #[error("`{host}` shows a certificate that this system does not trust: {why}")]
    Certificate {
        /// Which machine.
        host: String,
        /// What is wrong with it.
        why: String,
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

fn sizes(prompt: Option<u32>, limit: Option<u32>) -> String {
    match (prompt, limit) {
        (Some(prompt), Some(limit)) => format!(" ({prompt} of {limit} tokens)"),
        (None, Some(limit)) => format!(" ({limit} tokens)"),
        _ => String::new(),
    }
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
            Error::NotReady { .. } => (ProblemKind::NotReady, "wait a moment and ask again"),
            Error::TooLong { limit: Some(_), .. } => {
                (ProblemKind::Invalid, "ask again: from now on prompts are kept within that")
            }
            Error::TooLong { .. } => (
                ProblemKind::Invalid,
                "lower `context_length` in the settings, or give the server's model a larger context",
            ),
            Error::OnlyThought { .. } => (
                ProblemKind::Invalid,
                "allow longer replies in the settings (`max_reply_tokens`), or switch thinking off where the server runs",
            ),
            Error::Filtered { .. } => (
                ProblemKind::Invalid,
                "say it in other words, loosen the filter where the server runs, or choose a model of this machine",
            ),
            Error::Certificate { .. } => (
                ProblemKind::Network,
                "make it known to the system (`SSL_CERT_FILE` names a file of certificates on Linux), or use `http://` within your own network",
            ),
            Error::Refused { .. } | Error::Reported { .. } => {
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
