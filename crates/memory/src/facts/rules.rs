//! Rules as the languages write them down, compiled once.

use regex::Regex;

/// Attribute, pattern with the value as its first group, whether it takes something back.
pub(super) type Rule = (&'static str, &'static str, bool);
/// The same, ready to be applied.
pub(super) type Compiled = Vec<(&'static str, Regex, bool)>;

/// Compiles a table of rules, each with `flags` before its pattern.
pub(super) fn compiled(rules: &[Rule], flags: &str) -> Compiled {
    rules
        .iter()
        .filter_map(|(name, pattern, negated)| {
            Some((*name, one(&format!("{flags}{pattern}"))?, *negated))
        })
        .collect()
}

/// Compiles a rule. One that is none is left out, so that a person does not lose all others for it; a test does not overlook it.
pub(super) fn one(pattern: &str) -> Option<Regex> {
    let regex = Regex::new(pattern);
    assert!(regex.is_ok() || !cfg!(test), "{regex:?}");
    regex.ok()
}
