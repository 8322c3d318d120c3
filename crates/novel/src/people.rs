//! Who speaks in a novel, how much, and which names may be one person: what somebody looks at before choosing whose answers are learnt.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::line::Line;

/// Lines of each person that are shown.
const SAMPLES: usize = 3;
/// Longest sample, in characters.
const SAMPLE: usize = 160;

/// Somebody who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The displayed name.
    pub name: String,
    /// Lines.
    pub lines: usize,
    /// Characters in them.
    pub characters: usize,
    /// Some lines, from all over the novel.
    pub samples: Vec<String>,
    /// Another name that may mean the same person; that one has more lines.
    pub perhaps: Option<String>,
}

/// Everybody who speaks, whoever says most first. Two names are suggested to be one person where the script has one id for both, or
/// where they differ in case, marks or an addition in brackets only; nothing is merged here.
pub fn people(lines: &[Line]) -> Vec<Person> {
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut ids: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for line in lines.iter().filter(|line| line.lang.is_none()) {
        let Some(name) = line.voice_of() else { continue };
        said.entry(name).or_default().push(line.plain.trim());
        if let Some(id) = line.speaker_id.as_deref().filter(|id| !id.is_empty()) {
            ids.entry(id).or_default().insert(name);
        }
    }
    let mut people: Vec<Person> = said
        .iter()
        .map(|(name, texts)| Person {
            name: (*name).to_owned(),
            lines: texts.len(),
            characters: texts.iter().map(|text| text.chars().count()).sum(),
            samples: samples(texts),
            perhaps: None,
        })
        .collect();
    people.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.name.cmp(&b.name)));
    // For each name, who says most of those that share an id with it: found once, since a script may have an id for every line.
    let rank: HashMap<&str, usize> =
        people.iter().enumerate().map(|(at, person)| (person.name.as_str(), at)).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    for names in ids.values() {
        let Some(most) = names.iter().filter_map(|name| rank.get(*name)).min() else { continue };
        for name in names {
            let known = first.entry(*name).or_insert(*most);
            *known = (*known).min(*most);
        }
    }
    // By rank, so that a name is only ever said to be one with more lines.
    let mut known: HashMap<String, String> = HashMap::new();
    let mut suggested: Vec<Option<String>> = Vec::with_capacity(people.len());
    for person in &people {
        let key = bare(&person.name);
        let by_spelling = if key.is_empty() { None } else { known.get(&key).cloned() };
        let by_id = || {
            let other = first.get(person.name.as_str()).and_then(|at| people.get(*at))?;
            (other.name != person.name).then(|| other.name.clone())
        };
        let other = by_spelling.or_else(by_id);
        if other.is_none() && !key.is_empty() {
            known.insert(key, person.name.clone());
        }
        suggested.push(other);
    }
    for (person, perhaps) in people.iter_mut().zip(suggested) {
        person.perhaps = perhaps;
    }
    people
}

/// Lines from the beginning, the middle and the end that say something.
fn samples(texts: &[&str]) -> Vec<String> {
    let worth: Vec<&&str> = texts.iter().filter(|text| text.chars().count() >= 8).collect();
    let from = if worth.is_empty() { texts.iter().collect() } else { worth };
    let count = from.len().min(SAMPLES);
    (0..count)
        .filter_map(|at| from.get(at * from.len() / count))
        .map(|text| {
            let start: String = text.chars().take(SAMPLE).collect();
            if start.len() < text.len() { format!("{}…", start.trim_end()) } else { start }
        })
        .collect()
}

/// A name without what does not tell people apart: case, marks, an addition in brackets. Empty for names of marks alone (`???`), which
/// may be anybody.
fn bare(name: &str) -> String {
    let own = name.split(['(', '（', '[', '［', '【']).next().unwrap_or(name);
    own.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Kind;

    fn say(name: &str, id: Option<&str>, text: &str) -> Line {
        Line {
            kind: Kind::Say,
            speaker: Some(name.to_owned()),
            speaker_id: id.map(str::to_owned),
            plain: text.to_owned(),
            ..Line::default()
        }
    }

    #[test]
    fn people_are_counted_and_names_that_may_be_one_are_told() {
        let lines = [
            say("Sylvie", Some("s"), "Hi there!"),
            say("Sylvie", Some("s"), "How is class?"),
            say("Sylvie", None, "x"),
            say("???", Some("s"), "Who is there?"),
            say("SYLVIE (thinking)", None, "Hm."),
            say("Me", Some("m"), "Sylvie, I was wondering."),
            say("???", None, "A stranger."),
            Line { plain: "The bell rings.".to_owned(), ..Line::default() },
        ];
        let found = people(&lines);
        let summary: Vec<(&str, usize, Option<&str>)> = found
            .iter()
            .map(|one| (one.name.as_str(), one.lines, one.perhaps.as_deref()))
            .collect();
        assert_eq!(
            summary,
            [
                ("Sylvie", 3, None),
                ("???", 2, Some("Sylvie")),
                ("Me", 1, None),
                ("SYLVIE (thinking)", 1, Some("Sylvie")),
            ]
        );
        assert_eq!(found[0].samples, ["Hi there!", "How is class?"]);
        assert_eq!(found[0].characters, 9 + 13 + 1);
        // Nobody is anybody else without a reason.
        let strangers = [say("???", None, "a"), say("?", None, "b"), say("Ann", None, "c")];
        assert!(people(&strangers).iter().all(|one| one.perhaps.is_none()));
        assert!(people(&[]).is_empty());
    }

    #[test]
    fn a_script_with_an_id_for_every_name_is_looked_at_at_once() {
        let of = |n: usize| say(&format!("N{n}"), Some(&format!("i{n}")), "Hello.");
        let mut lines: Vec<Line> = (0..20_000).map(of).collect();
        lines.push(say("N7", Some("i19999"), "Hello again."));
        let found = people(&lines);
        let perhaps: Vec<(&str, &str)> = found
            .iter()
            .filter_map(|one| Some((one.name.as_str(), one.perhaps.as_deref()?)))
            .collect();
        assert_eq!(perhaps, [("N19999", "N7")]);
    }
}
