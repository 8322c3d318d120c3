//! A table that the person may keep for a character: where a line matches, a sentence is to be said, something is known, or the scene
//! gets a direction. ChatPLUG's rules (`pos_regex_list`, `neg_regex_list`, `response`, `append_knowledge`,
//! `reform_query`) under names that need no manual.
//!
//! Patterns are matched in linear time whatever they are, and their size is bounded when they are read.

use std::path::Path;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Most rules of a table, and most patterns of a rule.
const RULES: usize = 1_000;
const PATTERNS: usize = 64;
/// Largest table.
const TABLE: u64 = 4 << 20;
/// Largest compiled pattern.
const COMPILED: usize = 1 << 20;
/// Longest line that is matched.
const LONGEST: usize = 8 << 10;

/// What a table may hold: `[[rule]]` by `[[rule]]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called where it is explained.
    pub name: String,
    /// It fires where one of these matches; letter case does not count.
    pub when: Vec<String>,
    /// Unless one of these matches.
    #[serde(default)]
    pub unless: Vec<String>,
    /// One of these is to be said word for word.
    #[serde(default)]
    pub say: Vec<String>,
    /// The character knows this for the turn.
    #[serde(default)]
    pub know: String,
    /// A direction for the turn.
    #[serde(default)]
    pub cue: String,
    /// Documents are searched for this instead of the line.
    #[serde(default)]
    pub search: String,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// Its name.
    pub name: String,
    /// The pattern that matched.
    pub pattern: String,
    /// What is to be said; `None`: whatever the character likes.
    pub say: Option<String>,
    /// What is known; may be empty.
    pub know: String,
    /// The direction; may be empty.
    pub cue: String,
    /// What to search for; may be empty.
    pub search: String,
}

/// A table, ready to be matched.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<(Rule, Vec<Regex>, Vec<Regex>)>);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    rule: Vec<Rule>,
}

impl Rules {
    /// Reads a table; none where there is no file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |reason: String| Error::Rules { path: path.to_owned(), reason };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Ok(metadata) if metadata.len() > TABLE => {
                return Err(failed("it has more than four megabytes".to_owned()));
            }
            _ => {}
        }
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        Self::parse(&text).map_err(failed)
    }

    /// Reads a table's text. The error says what is wrong with which rule.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
        if table.rule.len() > RULES {
            return Err(format!("it has {} rules, more than {RULES}", table.rule.len()));
        }
        table.rule.into_iter().map(compiled).collect::<Result<_, _>>().map(Self)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first rule that a line fires. `draw` chooses among several sentences; the same number, the same sentence.
    pub fn fire(&self, line: &str, draw: u64) -> Option<Fired> {
        let line = words::beginning(line, LONGEST);
        self.0.iter().find_map(|(rule, when, unless)| {
            let hit = when.iter().find(|pattern| pattern.is_match(line))?;
            if unless.iter().any(|pattern| pattern.is_match(line)) {
                return None;
            }
            let say = usize::try_from(draw % rule.say.len().max(1) as u64).unwrap_or_default();
            Some(Fired {
                name: rule.name.clone(),
                pattern: hit.as_str().to_owned(),
                say: rule.say.get(say).cloned(),
                know: rule.know.clone(),
                cue: rule.cue.clone(),
                search: rule.search.clone(),
            })
        })
    }
}

fn compiled(rule: Rule) -> Result<(Rule, Vec<Regex>, Vec<Regex>), String> {
    let name = rule.name.clone();
    if rule.when.is_empty() {
        return Err(format!("the rule `{name}` has no `when`"));
    }
    if rule.when.len() + rule.unless.len() > PATTERNS {
        return Err(format!("the rule `{name}` has more than {PATTERNS} patterns"));
    }
    if rule.say.is_empty()
        && [&rule.know, &rule.cue, &rule.search].iter().all(|text| text.is_empty())
    {
        return Err(format!(
            "the rule `{name}` does nothing: give it `say`, `know`, `cue` or `search`"
        ));
    }
    let patterns = |list: &[String]| {
        list.iter()
            .map(|pattern| {
                RegexBuilder::new(pattern)
                    .case_insensitive(true)
                    .size_limit(COMPILED)
                    .dfa_size_limit(COMPILED)
                    .build()
                    .map_err(|error| format!("the rule `{name}`: {error}"))
            })
            .collect::<Result<Vec<_>, _>>()
    };
    let (when, unless) = (patterns(&rule.when)?, patterns(&rule.unless)?);
    Ok((rule, when, unless))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"
        [[rule]]
        name = "opening hours"
        when = ["when .*open", "几点.*开"]
        unless = ["bottle"]
        say = ["At nine.", "Nine o'clock."]

        [[rule]]
        name = "tea"
        when = ["\\btea\\b"]
        know = "The tea is kept in the blue tin."
        cue = "She looks at the shelf."
    "#;

    #[test]
    fn the_first_rule_that_fits_fires() {
        let rules = Rules::parse(TABLE).unwrap();
        let fired = rules.fire("When do you OPEN, and is there tea?", 1).unwrap();
        assert_eq!(
            (fired.name.as_str(), fired.say.as_deref()),
            ("opening hours", Some("Nine o'clock."))
        );
        let fired = rules.fire("When shall I open the bottle? Or some tea?", 0).unwrap();
        assert_eq!((fired.name.as_str(), fired.say), ("tea", None));
        assert!(rules.fire("steam", 0).is_none());
        assert!(rules.fire("你们几点开门？", 0).is_some());
    }

    #[test]
    fn what_is_wrong_is_said_with_the_rules_name() {
        for (table, reason) in [
            ("[[rule]]\nname='x'\nwhen=['(']\nsay=['a']", "`x`"),
            ("[[rule]]\nname='x'\nwhen=[]\nsay=['a']", "no `when`"),
            ("[[rule]]\nname='x'\nwhen=['a']", "does nothing"),
            ("[[rule]]\nname='x'\nwhen=['a']\nsya=['b']", "sya"),
            ("[[rule]]\nname='x'\nwhen=['(a{1000}){1000}']\nsay=['b']", "`x`"),
        ] {
            let error = Rules::parse(table).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_pattern_that_would_hang_other_engines_does_not() {
        let rules = Rules::parse("[[rule]]\nname='x'\nwhen=['^(a+)+$']\nsay=['b']").unwrap();
        let began = std::time::Instant::now();
        assert!(rules.fire(&("a".repeat(8_000) + "!"), 0).is_none());
        assert!(began.elapsed().as_secs() < 5);
    }
}
