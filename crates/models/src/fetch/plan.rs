//! What to do with a server's answer, given what is here already. Pure: every rule is a line of a table test.

use super::http::Head;
use super::part::Record;

/// What is here.
pub(crate) struct Known<'a> {
    /// Bytes in the part file: where the request asked to go on from.
    pub(crate) length: u64,
    /// Where they came from.
    pub(crate) record: Option<&'a Record>,
    /// The size that the catalogue pins.
    pub(crate) exact: Option<u64>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Write the body behind what is here.
    Append {
        /// Size of the whole file.
        total: Option<u64>,
    },
    /// Throw away what is here and write the body.
    Fresh {
        /// Size of the whole file.
        total: Option<u64>,
    },
    /// Everything is here.
    Complete,
    /// What is here does not belong to what the server has: ask again from the start.
    Restart(String),
    /// The answer makes no sense: ask again later.
    Broken(String),
    /// The server has another file than the one meant.
    NotIt {
        /// What the catalogue says.
        expected: String,
        /// What the server says.
        got: String,
    },
}

/// Reads an answer.
pub(crate) fn plan(known: &Known<'_>, head: &Head) -> Plan {
    let changed = || Plan::Restart("the file has changed at the server".to_owned());
    let before = known.record;

    // The hub names the content itself: nothing else needs to be compared where it does.
    let same_content = match (&head.offered, before.and_then(|record| record.digest.as_ref())) {
        (Some(now), Some(then)) if now != then => {
            return if known.length > 0 { changed() } else { fresh(known, head) };
        }
        (Some(_), Some(_)) => true,
        _ => false,
    };
    match head.status {
        200 => fresh(known, head),
        206 => {
            let Some(range) = head.range else {
                return Plan::Broken("a part without its range".to_owned());
            };
            if known.length == 0 || range.start != known.length {
                return Plan::Restart(
                    "the server sent another part than it was asked for".to_owned(),
                );
            }
            let etags = (before.and_then(|record| record.etag.as_ref()), head.etag.as_ref());
            if !same_content && matches!(etags, (Some(then), Some(now)) if then != now) {
                return changed();
            }
            let total = range.total.or(head.linked_size);
            match (total, before.and_then(|record| record.total)) {
                (Some(now), Some(then)) if now != then => changed(),
                _ => sized(known, total, |total| Plan::Append { total }),
            }
        }
        416 => {
            let total = head.range.and_then(|range| range.total);
            if total == Some(known.length)
                && before.is_some_and(|record| record.total.is_none_or(|then| Some(then) == total))
            {
                Plan::Complete
            } else {
                Plan::Restart("the server has less than is here".to_owned())
            }
        }
        status => Plan::Broken(format!("status {status}")),
    }
}

/// A whole file is coming. The hub's own word on its size goes before the length that a cache in between announces.
fn fresh(known: &Known<'_>, head: &Head) -> Plan {
    if head.status != 200 {
        return Plan::Restart("the server sent a part where the whole was needed".to_owned());
    }
    sized(known, head.linked_size.or(head.length), |total| Plan::Fresh { total })
}

fn sized(known: &Known<'_>, total: Option<u64>, plan: impl Fn(Option<u64>) -> Plan) -> Plan {
    match (known.exact, total) {
        (Some(exact), Some(total)) if exact != total => {
            Plan::NotIt { expected: format!("{exact} bytes"), got: format!("{total} bytes") }
        }
        (exact, total) => plan(total.or(exact)),
    }
}

#[cfg(test)]
mod tests {
    //! One line a rule.

    use super::super::http::ContentRange;
    use super::*;
    use crate::digest::{Algorithm, Digest};

    fn digest(letter: &str) -> Option<Digest> {
        Digest::new(Algorithm::Sha256, &letter.repeat(64))
    }

    fn record(etag: &str, total: u64, letter: Option<&str>) -> Record {
        Record {
            v: 1,
            url: "u".to_owned(),
            etag: Some(etag.to_owned()),
            total: Some(total),
            digest: letter.and_then(digest),
        }
    }

    fn head(status: u16) -> Head {
        Head {
            status,
            length: None,
            range: None,
            ranges: false,
            etag: None,
            offered: None,
            linked_size: None,
        }
    }

    fn part(start: u64, total: u64, etag: &str) -> Head {
        Head {
            range: Some(ContentRange { start, total: Some(total) }),
            etag: Some(etag.to_owned()),
            ..head(206)
        }
    }

    #[track_caller]
    fn check(
        length: u64,
        record: Option<&Record>,
        exact: Option<u64>,
        head: &Head,
        expected: &Plan,
    ) {
        assert_eq!(plan(&Known { length, record, exact }, head), *expected);
    }

    fn is_restart(length: u64, record: Option<&Record>, head: &Head) -> bool {
        matches!(plan(&Known { length, record, exact: None }, head), Plan::Restart(_))
    }

    #[test]
    fn a_matching_part_is_appended() {
        let before = record("e", 100, None);
        check(40, Some(&before), None, &part(40, 100, "e"), &Plan::Append { total: Some(100) });
    }

    #[test]
    fn a_server_that_ignores_the_range_starts_again() {
        let before = record("e", 100, None);
        let whole = Head { length: Some(100), ..head(200) };
        check(40, Some(&before), None, &whole, &Plan::Fresh { total: Some(100) });
    }

    #[test]
    fn another_etag_size_or_place_is_another_file() {
        let before = record("e", 100, None);
        assert!(is_restart(40, Some(&before), &part(40, 100, "f")));
        assert!(is_restart(40, Some(&before), &part(40, 101, "e")));
        assert!(is_restart(40, Some(&before), &part(39, 100, "e")));
        assert!(is_restart(0, None, &part(0, 100, "e")));
    }

    #[test]
    fn the_hubs_name_for_the_content_outweighs_the_caches_etag() {
        let before = record("e", 100, Some("a"));
        let same = Head { offered: digest("a"), ..part(40, 100, "another cache") };
        check(40, Some(&before), None, &same, &Plan::Append { total: Some(100) });
        let other = Head { offered: digest("b"), ..part(40, 100, "e") };
        assert!(is_restart(40, Some(&before), &other));
    }

    #[test]
    fn a_range_that_cannot_be_given_means_complete_or_changed() {
        let before = record("e", 100, None);
        let at_end = Head { range: Some(ContentRange { start: 0, total: Some(100) }), ..head(416) };
        check(100, Some(&before), None, &at_end, &Plan::Complete);
        assert!(is_restart(120, Some(&before), &at_end));
        assert!(is_restart(100, None, &at_end));
        assert!(is_restart(100, Some(&before), &head(416)));
    }

    #[test]
    fn the_hubs_size_goes_before_the_announced_one() {
        let lying = Head { length: Some(10), linked_size: Some(100), ..head(200) };
        check(0, None, None, &lying, &Plan::Fresh { total: Some(100) });
    }

    #[test]
    fn another_size_than_the_catalogues_is_another_file() {
        let whole = Head { length: Some(99), ..head(200) };
        let expected = Plan::NotIt { expected: "100 bytes".to_owned(), got: "99 bytes".to_owned() };
        check(0, None, Some(100), &whole, &expected);
        check(0, None, Some(100), &head(200), &Plan::Fresh { total: Some(100) });
    }
}
