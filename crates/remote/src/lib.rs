//! A language model on a server that speaks OpenAI's chat API, behind [`domain::LanguageModel`]; questions to search engines, behind
//! [`SearchEngine`]; and servers that draw, behind [`domain::Painter`].
//!
//! Whoever runs the server reads everything that is said. So nothing here happens unless a person has switched it on and named
//! the server: every request goes through the port [`domain::Network`] first, redirects are not followed (a key would go with
//! them), and a key never travels unencrypted beyond the machine's own neighbourhood.
//!
//! What comes back is hostile input: lines, replies and errors are bounded, and whatever is not what the API promises ends the
//! reply with a clear problem.

mod address;
mod biases;
mod body;
mod error;
mod events;
mod facts;
mod keychain;
mod model;
mod pictures;
mod refusals;
mod reply;
mod request;
mod search;
mod stops;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use error::Error;
pub use keychain::{KEY_VARIABLE, Keychain};
pub use model::{Options, RemoteModel, Told, models};
pub use pictures::{PictureApi, PictureServer};
pub use search::{Brave, SearchEngine, Searxng, Snippet};
