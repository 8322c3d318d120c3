//! Dialogue in plain text: `Name: text`, `【name】「text」`, `name「text」`. Only what the lines themselves say is taken; a file is
//! read this way if names come back in it.

use crate::files::Script;
use crate::found::{Found, row, said};
use crate::names;

/// Reads all files.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    for script in scripts {
        let counts = names::count(script.text.lines().map(str::trim));
        let least = if is_exchange(&script.text) { 1 } else { 2 };
        let mut pending: Option<String> = None;
        for (index, line) in script.text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() {
                pending = None;
                continue;
            }
            let number = index as u32 + 1;
            let (name, words) = match names::in_lenticular(line) {
                // 【name】 alone: the text is in the next line.
                Some((name, "")) => {
                    pending = Some(name.to_owned());
                    continue;
                }
                Some((name, words)) => (Some(name.to_owned()), words),
                None => match names::before_colon(line) {
                    Some((name, words))
                        if counts.get(name).is_some_and(|&count| count >= least) =>
                    {
                        (Some(name.to_owned()), words)
                    }
                    _ => (pending.take(), line),
                },
            };
            let mut line = said(
                row(&script.path, &script.path, number, words.to_owned(), words.to_owned()),
                name.as_deref(),
            );
            line.speaker_id.clone_from(&line.speaker);
            found.push(line);
        }
    }
}

/// Names that are let pass though none of them comes back: so few lines can be looked through by whoever chose them.
const EXCHANGE: usize = 8;

/// A few lines, most of which name a speaker, at least two of them and none twice: somebody asks, and somebody answers.
pub(crate) fn is_exchange(text: &str) -> bool {
    let lines = || text.lines().map(|line| line.trim().trim_start_matches('\u{feff}'));
    let counts = names::count(lines());
    let all = lines().filter(|line| !line.is_empty()).count();
    (2..=EXCHANGE).contains(&counts.len())
        && counts.values().all(|&count| count == 1)
        && counts.len() * 2 >= all
        && lines().all(|line| names::in_lenticular(line).is_none())
}

/// The share of lines, in per cent, that name a speaker in a way that comes back.
pub(crate) fn score(text: &str) -> usize {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).take(2000).collect();
    let counts = names::count(lines.iter().copied());
    let named = lines
        .iter()
        .filter(|line| {
            names::in_lenticular(line).is_some()
                || names::before_colon(line)
                    .is_some_and(|(name, _)| counts.get(name).is_some_and(|&count| count > 1))
        })
        .count();
    named * 100 / lines.len().max(1)
}
