//! What is told in passing: "after twelve years as a paramedic nothing shocks me", 看到蛇我就腿软, 海老を食べると蕁麻疹が出ます. Nobody says
//! there that they tell something of themselves; what is said holds only where it is so. And what two clauses tell together: "I had
//! dinner with Beatrix, my cousin".
//!
//! A rule has cues beside its pattern: most clauses hold none of them, and are done with.

mod en;
mod ja;
mod zh;

use std::sync::LazyLock;

use domain::Lang;
use regex::{Captures, Regex};

use super::Attribute;
use super::en::Found;

/// Of what, cues of which a clause holds one (in small letters), and a pattern with the value as `v`. Where it is of nothing by name,
/// `w` is what it is of: who somebody is to the speaker, or, where the name ends so (好きな), its end. `o` is who it is of, where that is
/// somebody else.
type Rule = (&'static str, &'static [&'static str], &'static str);

/// A rule, ready to be applied.
struct Ready {
    name: &'static str,
    cues: &'static [&'static str],
    pattern: Regex,
}

/// The rules of a language: for one clause, and for two that follow each other.
struct Rules {
    one: Vec<Ready>,
    two: Vec<Ready>,
    /// Says whether a value of an attribute says something.
    holds: fn(&str, &str) -> bool,
}

static RULES: LazyLock<[Rules; 3]> = LazyLock::new(|| {
    let ready = |rules: &[Rule], fill: &dyn Fn(&str) -> String, flags: &str| {
        let ready = |(name, cues, pattern): &Rule| {
            let pattern = super::rules::one(&format!("{flags}{}", fill(pattern)))?;
            Some(Ready { name, cues, pattern })
        };
        rules.iter().filter_map(ready).collect::<Vec<Ready>>()
    };
    [
        Rules {
            one: ready(en::ONE, &en::filled, "(?i)"),
            two: ready(en::TWO, &en::filled, "(?i)"),
            holds: en::holds,
        },
        Rules {
            one: ready(zh::ONE, &zh::filled, ""),
            two: ready(zh::TWO, &zh::filled, ""),
            holds: zh::holds,
        },
        Rules {
            one: ready(ja::ONE, &ja::filled, ""),
            two: ready(ja::TWO, &ja::filled, ""),
            holds: ja::holds,
        },
    ]
});

fn rules(lang: Lang) -> &'static Rules {
    let [en, zh, ja] = &*RULES;
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
        Lang::Ja => ja,
    }
}

/// What a clause tells in passing.
pub(super) fn read(clause: &str, lang: Lang) -> Vec<Found> {
    let rules = rules(lang);
    if lang == Lang::En && !en::may_be_own(clause) {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    for one in applied(&rules.one, &plain(clause, lang), rules.holds) {
        if !found.iter().any(|known| known.0 == one.0) {
            found.push(one);
        }
    }
    found
}

/// What two clauses tell together, and the words in which they do.
pub(super) fn across(before: &str, clause: &str) -> Option<(Found, String)> {
    let joined = format!("{before}, {clause}");
    let lang = Lang::guess(&joined, None);
    let (mark, both) = match lang {
        Lang::En => (", ", joined),
        Lang::Zh => ("，", format!("{}，{}", plain(before, lang), plain(clause, lang))),
        Lang::Ja => ("、", format!("{}、{}", plain(before, lang), plain(clause, lang))),
    };
    let rules = rules(lang);
    let found = applied(&rules.two, &both, rules.holds).next()?;
    Some((found, format!("{before}{mark}{clause}")))
}

/// What a doctor says of the speaker's health is so, though somebody else says it: what it is that they say.
pub(super) fn diagnosed(clause: &str, lang: Lang) -> Option<String> {
    static SAYS: LazyLock<[Option<Regex>; 3]> =
        LazyLock::new(|| [en::DOCTOR, zh::DOCTOR, ja::DOCTOR].map(super::rules::one));
    let [en, zh, ja] = &*SAYS;
    let (rule, cues): (_, &[&str]) = match lang {
        Lang::En => (en, &["doctor", "dentist", "gp ", "therapist", "hospital"]),
        Lang::Zh => (zh, &["医", "大夫", "体检", "化验", "检查"]),
        Lang::Ja => (ja, &["医", "先生", "病院"]),
    };
    let clause = plain(clause, lang);
    if !cues.iter().any(|cue| clause.to_lowercase().contains(cue)) {
        return None;
    }
    Some(rule.as_ref()?.captures(&clause)?.get(1)?.as_str().to_owned())
}

/// Whether an attribute is one of those that a doctor knows of.
pub(super) fn is_of_health(attribute: &Attribute) -> bool {
    ["health", "allergy", "diet"].contains(&attribute.0.as_str())
}

/// Without spaces, where a language writes none.
fn plain(clause: &str, lang: Lang) -> String {
    match lang {
        Lang::En => clause.trim().to_owned(),
        Lang::Zh | Lang::Ja => clause.split_whitespace().collect(),
    }
}

fn applied<'r>(
    rules: &'r [Ready],
    clause: &str,
    holds: fn(&str, &str) -> bool,
) -> impl Iterator<Item = Found> + use<'r> {
    let (lower, clause) = (clause.to_lowercase(), clause.to_owned());
    rules.iter().filter_map(move |rule| {
        if !rule.cues.iter().any(|cue| lower.contains(cue)) {
            return None;
        }
        let found = rule.pattern.captures(&clause)?;
        let value = found.name("v")?.as_str().trim();
        let of = found.name("o").map_or("", |of| of.as_str());
        (holds(rule.name, value) && !is_pronoun(of))
            .then(|| (attribute(rule.name, &found), value.to_owned(), false))
    })
}

/// Who is nobody by name.
fn is_pronoun(name: &str) -> bool {
    [
        "i", "we", "you", "she", "he", "they", "it", "this", "that", "who", "everyone", "nobody",
        "somebody", "someone",
    ]
    .contains(&name.to_lowercase().as_str())
        || ["我", "你", "他", "她", "它", "谁", "这", "那"].iter().any(|word| name.contains(word))
}

fn attribute(name: &str, found: &Captures<'_>) -> Attribute {
    if let Some(of) = found.name("o") {
        return Attribute(format!("{} / {name}", of.as_str().to_lowercase()));
    }
    match found.name("w") {
        Some(of) if name.is_empty() => Attribute::named(of.as_str()),
        Some(of) => Attribute(format!("{name}{}", of.as_str())),
        None => Attribute(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_one_and_has_cues() {
        for lang in [Lang::En, Lang::Zh, Lang::Ja] {
            let Rules { one, two, .. } = rules(lang);
            assert!(one.len() > 10 && !two.is_empty(), "{lang:?}");
            for rule in one.iter().chain(two) {
                assert!(!rule.cues.is_empty(), "{}", rule.pattern);
                let names: Vec<&str> = rule.pattern.capture_names().flatten().collect();
                assert!(names.contains(&"v"), "{}", rule.pattern);
            }
        }
    }

    #[test]
    fn a_doctor_knows_and_nobody_else_does() {
        let says = |clause: &str| diagnosed(clause, Lang::guess(clause, None));
        assert_eq!(says("My doctor told me that I have asthma").as_deref(), Some("I have asthma"));
        assert_eq!(says("My mother told me that I have asthma"), None);
        assert_eq!(says("医生说我对青霉素过敏").as_deref(), Some("我对青霉素过敏"));
        assert_eq!(says("朋友说我对青霉素过敏"), None);
        assert_eq!(says("お医者さんに喘息だと言われました").as_deref(), Some("喘息"));
        assert_eq!(says("友達に喘息だと言われました"), None);
    }
}
