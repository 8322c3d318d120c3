//! What a character can look up: documents that it was handed, and a search engine where the person has allowed one.
//! The rules are `knowledge`'s, the crate; docs/knowledge.md says why.
//!
//! Begin with `lookup`, which is asked in every turn; `documents` is the page's list.

pub(crate) mod documents;
pub(crate) mod lookup;
pub(crate) mod web_search;
