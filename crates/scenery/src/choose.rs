//! Which place, hour and weather are meant, by words of three languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::layers::{HOURS, PLACES, WEATHERS, named};

/// How a scene looks. Every name is one of [`PLACES`], [`HOURS`], [`WEATHERS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The painted place.
    pub place: &'static str,
    /// The hour of the day.
    pub hour: &'static str,
    /// What falls or flies.
    pub weather: &'static str,
}

impl Default for Look {
    /// The room where guests are received.
    fn default() -> Self {
        Self { place: "evening", hour: "dusk", weather: "clear" }
    }
}

impl Look {
    /// A look by names; what is no name stays as in [`Look::default`].
    pub fn named(place: &str, hour: &str, weather: &str) -> Self {
        let otherwise = Self::default();
        Self {
            place: named(PLACES, place).unwrap_or(otherwise.place),
            hour: named(HOURS, hour).unwrap_or(otherwise.hour),
            weather: named(WEATHERS, weather).unwrap_or(otherwise.weather),
        }
    }
}

/// What was chosen, and by which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The look.
    pub look: Look,
    /// The words that decided, for place, hour and weather; none for what stayed as it was.
    pub because: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    place: HashMap<String, Vec<String>>,
    hour: HashMap<String, Vec<String>>,
    weather: HashMap<String, Vec<String>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "built in, and read by a test")]
    toml::from_str(include_str!("../data/words.toml")).expect("words.toml is read")
});

/// Chooses by a description, then by the lines of the talk, the newest first; `now` is how the stage looks, which stays where nobody says
/// otherwise. In a new place the weather of the old one is over.
pub fn choose(description: &str, lines: &[&str], now: Look) -> Chosen {
    let texts: Vec<String> = std::iter::once(description)
        .chain(lines.iter().rev().copied())
        .map(str::to_lowercase)
        .collect();
    let find = |names: &[&'static str], words: &HashMap<String, Vec<String>>| {
        texts.iter().find_map(|text| meant(text, names, words))
    };
    let place = find(PLACES, &WORDS.place);
    let hour = find(HOURS, &WORDS.hour);
    let weather = find(WEATHERS, &WORDS.weather);
    let moved = place.as_ref().is_some_and(|(place, _)| *place != now.place);
    let mut look = now;
    let mut because = Vec::new();
    let mut take = |field: &mut &'static str, found: Option<(&'static str, String)>| {
        if let Some((name, word)) = found {
            *field = name;
            because.push(word);
        }
    };
    take(&mut look.place, place);
    take(&mut look.hour, hour);
    if moved {
        look.weather = "clear";
    }
    take(&mut look.weather, weather);
    Chosen { look, because }
}

/// The name whose words are in a text most often; of equals, the one that is named first.
fn meant(
    text: &str,
    names: &[&'static str],
    words: &HashMap<String, Vec<String>>,
) -> Option<(&'static str, String)> {
    let mut best: Option<(usize, usize, &'static str, &str)> = None;
    for name in names {
        let mut places: Vec<(usize, &str)> = Vec::new();
        for word in words.get(*name).into_iter().flatten() {
            places.extend(occurrences(text, word).map(|at| (at, word.as_str())));
        }
        let Some((first, word)) = places.iter().min().copied() else { continue };
        // Words of one place: 雨 lies within 下雨.
        let mut starts: Vec<usize> = places.iter().map(|(at, _)| *at).collect();
        starts.sort_unstable();
        starts.dedup();
        let count = starts.len();
        if best.is_none_or(|(most, at, ..)| count > most || (count == most && first < at)) {
            best = Some((count, first, name, word));
        }
    }
    best.map(|(_, _, name, word)| (name, word.to_owned()))
}

/// Where a word stands in a text in small letters: as a whole word where words are spaced, anywhere elsewhere.
fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> {
    let spaced = word.is_ascii();
    text.match_indices(word).filter_map(move |(at, found)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + found.len()..].chars();
        let next = after.next();
        // A plural is the same thing.
        let next = if next == Some('s') { after.next() } else { next };
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        (!spaced || (apart(before) && apart(next))).then_some(at)
    })
}
