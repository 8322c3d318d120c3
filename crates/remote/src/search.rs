//! Questions to search engines, behind one trait. What is looked for goes to the engine's machine, so every request passes the one
//! door ([`domain::Network`]) with a purpose of its own, redirects are not followed, and nothing but the question is sent.
//!
//! What comes back is a stranger's text: bounded, without markup, and for the caller to quote, never to obey.

use std::sync::Arc;
use std::time::Duration;

use domain::{Cancel, Network, Purpose};
use reqwest::{Url, header};
use serde_json::Value;

use crate::request::{Run, client_with, within};
use crate::{Address, Error, Options};

/// Longest answer of an engine that is read, in bytes.
const MAX_BODY: usize = 1 << 20;
/// Longest question, in characters: Brave takes 400.
const LONGEST_QUESTION: usize = 300;
/// Longest text of a result, in characters.
const LONGEST_TEXT: usize = 600;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 160;
/// How many times as long a text may be with its markup: what lies beyond is not looked at.
const MARKUP: usize = 8;
/// Longest address of a page, in bytes.
const LONGEST_URL: usize = 1_000;
/// Where Brave answers.
const BRAVE: &str = "https://api.search.brave.com/res/v1";

/// Something that a search engine found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The page's title.
    pub title: String,
    /// Its address: http or https.
    pub url: String,
    /// What the engine quotes of it, without markup.
    pub text: String,
}

/// A search engine.
pub trait SearchEngine: Send + Sync {
    /// The machine that is asked.
    fn host(&self) -> &str;

    /// Asks, and waits for the answer; at most `most` results, the best first. None where it was cancelled.
    fn search(&self, question: &str, most: usize, cancel: &Cancel) -> Result<Vec<Snippet>, Error>;
}

/// An instance of SearXNG (its JSON format must be switched on there).
pub struct Searxng(Engine);

/// Brave's web search.
pub struct Brave(Engine);

struct Engine {
    options: Options,
    client: reqwest::Client,
}

impl Searxng {
    /// An instance at an address, such as `http://localhost:8888`.
    pub fn new(
        address: &str,
        patience: Duration,
        network: Arc<dyn Network>,
    ) -> Result<Self, Error> {
        Ok(Self(Engine::new(Address::of_site(address)?, None, patience, network)?))
    }
}

impl Brave {
    /// Where the key to it is kept in a [`crate::Keychain`].
    pub fn address() -> Result<Address, Error> {
        Address::of_site(BRAVE)
    }

    /// Brave with a key of the person's.
    pub fn new(key: &str, patience: Duration, network: Arc<dyn Network>) -> Result<Self, Error> {
        Self::at(Self::address()?, key, patience, network)
    }

    pub(crate) fn at(
        address: Address,
        key: &str,
        patience: Duration,
        network: Arc<dyn Network>,
    ) -> Result<Self, Error> {
        let wrong = || Error::Key { host: address.host().to_owned(), status: 401 };
        let mut value = header::HeaderValue::from_str(key.trim()).map_err(|_| wrong())?;
        if value.is_empty() {
            return Err(wrong());
        }
        value.set_sensitive(true);
        let name = header::HeaderName::from_static("x-subscription-token");
        Ok(Self(Engine::new(address, Some((name, value)), patience, network)?))
    }
}

impl Engine {
    fn new(
        address: Address,
        key: Option<(header::HeaderName, header::HeaderValue)>,
        patience: Duration,
        network: Arc<dyn Network>,
    ) -> Result<Self, Error> {
        let client = client_with(&address, key, patience)?;
        let options = Options {
            address,
            model: String::new(),
            key: None,
            context_length: 0,
            patience,
            network,
            told: None,
        };
        Ok(Self { options, client })
    }

    /// What is at an address, as JSON; `None` where it was cancelled.
    fn ask(
        &self,
        path: &str,
        query: &[(&str, &str)],
        cancel: &Cancel,
    ) -> Result<Option<Value>, Error> {
        let mut url: Url = self.options.address.call(path);
        url.query_pairs_mut().extend_pairs(query);
        let cancelled = || cancel.is_cancelled();
        let run = Run { options: &self.options, client: &self.client, cancelled: &cancelled };
        within(&self.options, run.json(url, Purpose::Search, "a search", MAX_BODY))
    }
}

impl SearchEngine for Searxng {
    fn host(&self) -> &str {
        self.0.options.address.host()
    }

    fn search(&self, question: &str, most: usize, cancel: &Cancel) -> Result<Vec<Snippet>, Error> {
        let question = asked(question);
        let found = self.0.ask("search", &[("q", &question), ("format", "json")], cancel);
        let found = found.map_err(|error| match error {
            // An instance that gives pages alone says 403, which elsewhere means a key.
            Error::Key { host, status } => Error::Refused {
                host,
                status,
                words: "it gives no JSON: `json` must stand under `search: formats:` in its settings.yml".to_owned(),
            },
            error => error,
        })?;
        let Some(found) = found else { return Ok(Vec::new()) };
        snippets(&found["results"], "content", most).ok_or_else(|| self.0.nonsense())
    }
}

impl SearchEngine for Brave {
    fn host(&self) -> &str {
        self.0.options.address.host()
    }

    fn search(&self, question: &str, most: usize, cancel: &Cancel) -> Result<Vec<Snippet>, Error> {
        let (question, count) = (asked(question), most.clamp(1, 20).to_string());
        let query = [("q", question.as_str()), ("count", &count), ("text_decorations", "false")];
        let Some(found) = self.0.ask("web/search", &query, cancel)? else { return Ok(Vec::new()) };
        // Nothing found is an answer without `web`.
        if found.is_object() && found.get("web").is_none() {
            return Ok(Vec::new());
        }
        snippets(&found["web"]["results"], "description", most).ok_or_else(|| self.0.nonsense())
    }
}

impl Engine {
    fn nonsense(&self) -> Error {
        Error::Nonsense {
            host: self.options.address.host().to_owned(),
            why: "it holds no list of results".to_owned(),
        }
    }
}

fn asked(question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_QUESTION).collect()
}

/// The results of a list that say something and lie on the web; `None` where it is no list.
fn snippets(list: &Value, text: &str, most: usize) -> Option<Vec<Snippet>> {
    let field = |one: &Value, name: &str, longest: usize| -> String {
        let marked = one[name].as_str().unwrap_or_default();
        let end = marked.char_indices().nth(MARKUP * longest).map_or(marked.len(), |(at, _)| at);
        plain(&marked[..end]).chars().take(longest).collect()
    };
    let found = list.as_array()?.iter().filter_map(|one| {
        let url = one["url"].as_str()?.trim();
        let web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        let text = field(one, text, LONGEST_TEXT);
        (web && url.len() <= LONGEST_URL && !text.is_empty()).then(|| Snippet {
            title: field(one, "title", LONGEST_TITLE),
            url: url.to_owned(),
            text,
        })
    });
    Some(found.take(most).collect())
}

/// A text without tags, entities, control characters and line breaks.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        // A tag begins with a letter or a slash; "a < b" has none.
        let tag = tail.starts_with('<')
            && tail[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let entities = [
            ("&amp;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&nbsp;", " "),
        ];
        let entity = entities.iter().find(|(entity, _)| tail.starts_with(entity));
        let length = match (tag.then(|| tail.find('>')).flatten(), entity) {
            (Some(end), _) => end + 1,
            (None, Some((entity, meant))) => {
                out.push_str(meant);
                entity.len()
            }
            (None, None) => {
                out.push_str(&tail[..1]);
                1
            }
        };
        rest = &tail[length..];
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TEXT, MARKUP, plain, snippets};

    #[test]
    fn markup_of_results_is_taken_out() {
        assert_eq!(
            plain("The <strong>lamp</strong>\n of&nbsp;Noss &amp; its &quot;keeper&quot;"),
            "The lamp of Noss & its \"keeper\""
        );
        assert_eq!(plain("2 < 3 & 4 > 1"), "2 < 3 & 4 > 1");
        assert_eq!(plain("an open <b"), "an open <b");
        assert_eq!(plain("&lt;script&gt;"), "<script>");
    }

    #[test]
    fn of_a_field_that_is_all_markup_no_more_is_looked_at_than_a_result_needs() {
        let found = |tags: usize| {
            let text = format!("{}late", "<b>".repeat(tags));
            let list = serde_json::json!([{ "url": "https://example.org", "content": text }]);
            snippets(&list, "content", 5).unwrap().len()
        };
        assert_eq!((found(10), found(MARKUP * LONGEST_TEXT)), (1, 0));
    }
}
