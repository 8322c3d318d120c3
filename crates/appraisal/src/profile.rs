//! What is true of a character and how she speaks: from a file beside her card, and from the card itself.

use domain::{Attributes, Character, Lang, Problem, ProblemKind};
use serde::{Deserialize, Serialize};

use crate::metrics::Gold;
use crate::probes::fact_forms;
use crate::words::{content_words, folded, words};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 256 << 10;
/// Most facts that are asked for.
const MAX_FACTS: usize = 200;
/// How many likes and people of a card are asked for.
const MOST: usize = 3;

/// What is known of a character beyond the prompt: what to ask, what she says often, what she never says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Phrases that are hers.
    pub catch_phrases: Vec<String>,
    /// Words that are hers.
    pub lexicon: Vec<String>,
    /// Phrases that she never says; the guard keeps them out.
    pub banned: Vec<String>,
    /// Words for what she cannot know of; the guard keeps it out.
    pub outside: Vec<String>,
    /// What is true of her.
    #[serde(rename = "fact")]
    pub facts: Vec<Fact>,
}

/// Something true.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fact {
    /// Short name.
    pub id: String,
    /// Ways to ask for it.
    pub ask: Vec<String>,
    /// What a right answer holds: `twenty-seven|27`.
    pub gold: Gold,
    /// A right answer in her words, for the choice among answers; may be empty.
    pub answer: String,
    /// Wrong answers in the same form.
    pub foils: Vec<String>,
}

impl Profile {
    /// Reads a file of TOML.
    ///
    /// # Errors
    /// Where it is too large, no such file, or a fact has no question or no answer.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let bad = |what: String| {
            Problem::new(
                ProblemKind::Invalid,
                what,
                "put `appraisal.toml` right; docs/appraisal.md shows one",
            )
        };
        if text.len() > MAX_BYTES {
            return Err(bad(format!("`appraisal.toml` is larger than {} KiB", MAX_BYTES >> 10)));
        }
        let profile: Self = toml::from_str(text)
            .map_err(|error| bad(format!("`appraisal.toml` cannot be read: {error}")))?;
        if profile.facts.len() > MAX_FACTS {
            return Err(bad(format!("`appraisal.toml` has more than {MAX_FACTS} facts")));
        }
        for fact in &profile.facts {
            if fact.ask.iter().all(|ask| ask.trim().is_empty())
                || fact.gold.alternatives().next().is_none()
            {
                return Err(bad(format!("the fact `{}` has no question or no answer", fact.id)));
            }
        }
        Ok(profile)
    }

    /// What the card alone tells.
    ///
    /// # Errors
    /// Where our own scripts cannot be read.
    pub fn of_card(character: &Character, lang: Lang) -> Result<Self, Problem> {
        let mut facts = Vec::new();
        for form in fact_forms(lang)? {
            let found: Vec<Found> = match form.of.as_str() {
                "name" => names(character),
                "age" => age(character).into_iter().collect(),
                "work" => work(character).into_iter().collect(),
                "likes" => likes(character),
                "person" => people(character),
                _ => Vec::new(),
            };
            for (number, found) in found.into_iter().enumerate() {
                let named = |text: &str| text.replace("{who}", &found.who);
                let answer = form.answer.replace("{}", &found.answer);
                let own: Vec<String> = words(&answer);
                let foils = form
                    .foils
                    .iter()
                    .map(|foil| named(&form.answer.replace("{}", foil)))
                    // A foil that happens to be true of this card is none.
                    .filter(|foil| !found.gold.is_in(foil) && words(foil) != own)
                    .collect();
                let id = if number == 0 {
                    form.of.clone()
                } else {
                    format!("{} {}", form.of, number + 1)
                };
                facts.push(Fact {
                    id,
                    ask: form.ask.iter().map(|ask| named(ask)).collect(),
                    gold: found.gold,
                    answer,
                    foils,
                });
            }
        }
        let Attributes { interests, identity, language_style, other, .. } = &character.attributes;
        let mut lexicon: Vec<String> =
            [interests, identity, other].into_iter().flat_map(|text| content_words(text)).collect();
        lexicon.sort_unstable();
        lexicon.dedup();
        Ok(Self {
            catch_phrases: quoted(language_style),
            lexicon,
            banned: character.never_says.clone(),
            outside: character.outside.clone(),
            facts,
        })
    }

    /// The file where it says something, the card where it does not; what she never says and cannot know of is what either says.
    #[must_use]
    pub fn or(mut self, card: Self) -> Self {
        let known: Vec<String> = self.facts.iter().map(|fact| fact.id.clone()).collect();
        self.facts.extend(card.facts.into_iter().filter(|fact| !known.contains(&fact.id)));
        self.banned.extend(card.banned);
        self.outside.extend(card.outside);
        if self.catch_phrases.is_empty() {
            self.catch_phrases = card.catch_phrases;
        }
        if self.lexicon.is_empty() {
            self.lexicon = card.lexicon;
        }
        self
    }
}

/// Something that the card tells.
struct Found {
    answer: String,
    gold: Gold,
    who: String,
}

impl Found {
    fn new(answer: &str, gold: String) -> Self {
        Self { answer: answer.to_owned(), gold: Gold(gold), who: String::new() }
    }
}

fn names(character: &Character) -> Vec<Found> {
    let mut gold = vec![character.name.clone()];
    gold.extend(character.nickname.clone());
    gold.extend(character.name.split_whitespace().map(str::to_owned));
    gold.retain(|name| !name.trim().is_empty() && !name.contains(['|', '&']));
    if gold.is_empty() {
        return Vec::new();
    }
    vec![Found::new(character.short_name(), gold.join("|"))]
}

const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ONES: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const TEENS: [&str; 10] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// An age: `twenty-nine`, `29 years old`, `29岁`, `二十九歳`. Only of texts about the character, the identity first.
fn age(character: &Character) -> Option<Found> {
    let sources = [&character.attributes.identity, &character.description];
    sources.into_iter().find_map(|text| spaced_age(text).or_else(|| dense_age(text)))
}

fn spaced_age(text: &str) -> Option<Found> {
    let all = words(text);
    for (at, word) in all.iter().enumerate() {
        let number = number_at(&all, at);
        let written = word.parse::<usize>().ok().filter(|n| (1..1000).contains(n));
        let Some((number, length)) = number.or(written.map(|n| (n, 1))) else { continue };
        let follows = all.get(at + length).map(String::as_str);
        let years = matches!(follows, Some("years" | "year" | "yo"))
            && all.get(at + length + 1).is_some_and(|word| word == "old");
        // "is twenty-nine and …", or a clause of its own: "Keeper of the lighthouse; twenty-nine."
        let before = at.checked_sub(1).and_then(|at| all.get(at)).map(String::as_str);
        let bare = number >= 10
            && written.is_none()
            && (matches!(before, Some("is" | "aged" | "age")) || at + length == all.len());
        if years || bare || matches!(before, Some("aged" | "age")) {
            return Some(age_of(number));
        }
    }
    None
}

/// A number in words at a place, and how many words it is.
fn number_at(words: &[String], at: usize) -> Option<(usize, usize)> {
    let word = words.get(at)?.as_str();
    if let Some(tens) = TENS.iter().position(|one| *one == word) {
        let ones = words.get(at + 1).and_then(|next| ONES.iter().position(|one| one == next));
        return Some((
            (tens + 2) * 10 + ones.map_or(0, |n| n + 1),
            1 + usize::from(ones.is_some()),
        ));
    }
    TEENS.iter().position(|one| *one == word).map(|n| (n + 10, 1))
}

fn age_of(number: usize) -> Found {
    let mut gold = vec![number.to_string()];
    let word = match (number / 10, number % 10) {
        (1, n) => Some(TEENS[n].to_owned()),
        (tens @ 2..=9, 0) => Some(TENS[tens - 2].to_owned()),
        (tens @ 2..=9, n) => {
            gold.push(format!("{} {}", TENS[tens - 2], ONES[n - 1]));
            Some(format!("{}-{}", TENS[tens - 2], ONES[n - 1]))
        }
        _ => None,
    };
    let answer = word.clone().unwrap_or_else(|| number.to_string());
    gold.extend(word);
    gold.extend(han_number(number));
    Found::new(&answer, gold.join("|"))
}

/// `二十九`, for numbers below one hundred.
fn han_number(number: usize) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, number % 10);
    match tens {
        0 if ones > 0 => Some(DIGITS[ones].to_owned()),
        1 => Some(format!("十{}", DIGITS[ones])),
        2..=9 => Some(format!("{}十{}", DIGITS[tens], DIGITS[ones])),
        _ => None,
    }
}

fn dense_age(text: &str) -> Option<Found> {
    let text = folded(text);
    let at = text.find(['岁', '歳', '才'])?;
    let digits: Vec<char> = text[..at]
        .chars()
        .rev()
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .collect();
    let written: String = digits.into_iter().rev().collect();
    if written.is_empty() {
        return None;
    }
    let number = written
        .parse::<usize>()
        .ok()
        .or_else(|| (1..100).find(|&n| han_number(n).as_deref() == Some(written.as_str())))?;
    (number < 1000).then(|| {
        let mut found = age_of(number);
        found.answer = written;
        found
    })
}

/// The parts of a list as cards write them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '.', '，', '；', '。', '、', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn work(character: &Character) -> Option<Found> {
    let text = &character.attributes.identity;
    let first = parts(text).next()?;
    let gold: Vec<String> =
        content_words(first).into_iter().filter(|word| word.chars().count() > 1).collect();
    (!gold.is_empty()).then(|| Found::new(first, gold.join("|")))
}

fn likes(character: &Character) -> Vec<Found> {
    let all: Vec<&str> =
        parts(&character.attributes.interests).filter(|part| part.chars().count() <= 60).collect();
    let gold: Vec<String> = all
        .iter()
        .flat_map(|part| content_words(part))
        .filter(|word| word.chars().count() > 2 || !word.is_ascii())
        .collect();
    if gold.is_empty() {
        return Vec::new();
    }
    // One question, any like is right; the choices are asked for each of the first ones.
    let gold = gold.join("|");
    all.iter().take(MOST).map(|part| Found::new(&lower_first(part), gold.clone())).collect()
}

fn people(character: &Character) -> Vec<Found> {
    let own = words(&character.name);
    let text = &character.attributes.relationships;
    let mut out: Vec<Found> = Vec::new();
    for clause in text.split([';', '.', '；', '。', '\n']).map(str::trim) {
        let mut tokens = clause.split_whitespace().enumerate();
        let Some(who) = tokens.find_map(|(at, token)| {
            let name = token.trim_matches(|c: char| !c.is_alphanumeric());
            let is_name = at > 0 && name.chars().next().is_some_and(char::is_uppercase);
            (is_name && !own.contains(&folded(name))).then_some(name)
        }) else {
            continue;
        };
        let gold: Vec<String> = content_words(clause)
            .into_iter()
            .filter(|word| *word != folded(who) && word.chars().count() > 2)
            .collect();
        if gold.is_empty() || out.iter().any(|found| found.who == who) {
            continue;
        }
        let mut found = Found::new(clause, gold.join("|"));
        who.clone_into(&mut found.who);
        out.push(found);
        if out.len() == MOST {
            break;
        }
    }
    out
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    // A second capital is part of a name or an abbreviation.
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// Phrases between quotation marks.
fn quoted(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '“', '「', '『']) {
        let open = rest[at..].chars().next().unwrap_or('"');
        let inside = &rest[at + open.len_utf8()..];
        let close = match open {
            '“' => '”',
            '「' => '」',
            '『' => '』',
            _ => '"',
        };
        let Some(end) = inside.find(close) else { break };
        let phrase = inside[..end].trim();
        if !phrase.is_empty() && phrase.chars().count() <= 60 {
            out.push(phrase.to_owned());
        }
        rest = &inside[end + close.len_utf8()..];
    }
    out
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
