//! What the person of the diary tells of themselves, and asks later: each thing once, in one of the languages.
//!
//! The sentences are in `own.tsv`, a line for each thing and language: how it is told (about half of the ways indirect), how it is put
//! right, how it is asked for, what it may be.

use std::slice::ChunksExact;
use std::sync::LazyLock;

use super::words::LANGUAGES;

/// Something that people tell of themselves, in a language: sentences with a place for it.
pub(super) struct Telling {
    /// How it is told.
    pub(super) statements: Vec<&'static str>,
    /// How it is put right.
    pub(super) corrections: Vec<&'static str>,
    /// How it is asked for.
    pub(super) questions: Vec<&'static str>,
    /// What it may be.
    pub(super) values: Vec<&'static str>,
}

const TABLE: &str = include_str!("own.tsv");

static TELLINGS: LazyLock<Vec<Telling>> = LazyLock::new(|| lines().map(telling).collect());

/// The things, each in all [`LANGUAGES`].
pub(super) fn things() -> ChunksExact<'static, Telling> {
    TELLINGS.chunks_exact(LANGUAGES.len())
}

fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#'))
}

fn telling(line: &'static str) -> Telling {
    let mut lists = line.split('\t').skip(1).map(|list| list.split(" | ").collect::<Vec<_>>());
    let mut next = || lists.next().unwrap_or_default();
    Telling { statements: next(), corrections: next(), questions: next(), values: next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thing_is_in_all_languages_with_places_for_what_it_may_be() {
        let codes: Vec<&str> = lines().filter_map(|line| line.split('\t').next()).collect();
        let wanted = LANGUAGES.map(|language| language.code);
        assert!(codes.chunks(LANGUAGES.len()).all(|codes| codes == wanted), "{codes:?}");
        assert_eq!(things().len(), 16);
        for telling in things().flatten() {
            for list in [&telling.statements, &telling.corrections] {
                assert!(
                    !list.is_empty() && list.iter().all(|text| text.contains("{v}")),
                    "{list:?}"
                );
            }
            assert!(!telling.questions.is_empty() && telling.values.len() > 1);
        }
    }
}
