//! A phrase that wakes her ears: "Koto, what time is it?" is for her, what was said to somebody else in the room is not.
//!
//! No network of its own listens for it: what the recogniser wrote is compared, by sound rather than by letters, because a
//! recogniser spells a name that it does not know as it likes. Only the beginning of what is said counts: people call before
//! they speak, and a name in the middle of a sentence is mostly *about* somebody.

/// Longest phrase, in letters; longer ones are cut.
const LONGEST: usize = 60;
/// Shortest word that wakes, in sounds: one or two would be heard in everything.
const SHORTEST: usize = 3;
/// Likewise in characters of scripts that part no words.
const SHORTEST_WIDE: usize = 2;
/// Phrases that count.
const MOST: usize = 8;

/// Words that people put before a name.
const BEFORE: [&str; 22] = [
    "hey",
    "hi",
    "hello",
    "oh",
    "ok",
    "okay",
    "so",
    "um",
    "uh",
    "well",
    "dear",
    "and",
    "ねえ",
    "ねぇ",
    "あの",
    "おい",
    "もしもし",
    "嘿",
    "喂",
    "你好",
    "诶",
    "哎",
];
/// What is put behind one.
const BEHIND: [&str; 9] =
    ["さん", "ちゃん", "くん", "さま", "様", "先生", "せんせい", "小姐", "啊"];

/// Phrases that wake, ready to be compared. Made from what the person wrote: several ways are parted by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WakePhrase(Vec<Sounds>);

/// How something sounds, roughly.
type Sounds = Vec<char>;

impl WakePhrase {
    /// `None` where there is nothing that could be told from other words: empty, or too short.
    pub fn new(written: &str) -> Option<Self> {
        let phrases: Vec<Sounds> = written
            .split([',', '、', '，', ';', '；', '|', '\n'])
            .map(|phrase| sounds(&phrase.chars().take(LONGEST).collect::<String>()))
            .filter(|sounds| {
                let shortest =
                    if sounds.iter().all(|&c| wide(c)) { SHORTEST_WIDE } else { SHORTEST };
                sounds.len() >= shortest
            })
            .take(MOST)
            .collect();
        (!phrases.is_empty()).then_some(Self(phrases))
    }

    /// What is said after the phrase, where a text begins with it: without what called, and empty where nothing else was said.
    pub fn after<'a>(&self, text: &'a str) -> Option<&'a str> {
        // A phrase may itself begin with "hey".
        let whole = text.trim_start_matches(is_mark);
        self.after_start(whole).or_else(|| self.after_start(before(whole)))
    }

    fn after_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        let ends = text
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take(2 * LONGEST)
            .filter(|&end| is_end(text, end));
        // The nearest, and of these the longest.
        let end = ends.filter(|&end| self.is_called(&text[..end])).min_by_key(|&end| {
            let heard = sounds(&text[..end]);
            let nearest = self.0.iter().map(|phrase| distance(phrase, &heard)).min();
            (nearest.unwrap_or(usize::MAX), usize::MAX - end)
        })?;
        let mut rest = text[end..].trim_start_matches(is_mark);
        while let Some(shorter) = BEHIND.iter().find_map(|behind| rest.strip_prefix(behind)) {
            rest = shorter.trim_start_matches(is_mark);
        }
        Some(rest)
    }

    fn is_called(&self, heard: &str) -> bool {
        // Whoever pauses within it says something else.
        if heard.chars().any(|c| is_mark(c) && !matches!(c, ' ' | '-' | '\'' | '’')) {
            return false;
        }
        let heard = sounds(heard);
        self.0.iter().any(|phrase| {
            // Between languages without letters a single other sound is another word, unless the phrase is long.
            let allowed = match phrase.len() {
                _ if phrase.iter().any(|&c| wide(c)) => usize::from(phrase.len() > 4),
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            };
            // Vowels are what a recogniser mishears, and what differs between speakers.
            phrase.first() == heard.first()
                && distance(phrase, &heard) <= allowed
                && distance(&consonants(phrase), &consonants(&heard)) <= allowed.saturating_sub(1)
        })
    }
}

fn consonants(sounds: &[char]) -> Sounds {
    sounds.iter().copied().filter(|&c| !"aeiou".contains(c) && !wide(c)).collect()
}

/// Without the words that people put before a name.
fn before(text: &str) -> &str {
    let mut rest = text.trim_start_matches(is_mark);
    for _ in 0..2 {
        let lower = |word: &str| word.to_lowercase();
        let found = BEFORE.iter().find_map(|word| {
            let head = rest.get(..word.len()).filter(|head| lower(head) == **word)?;
            (word.chars().all(wide) || is_end(rest, head.len())).then_some(head.len())
        });
        match found {
            // What is nothing else is no call.
            Some(length) if length < rest.trim_end_matches(is_mark).len() => {
                rest = rest[length..].trim_start_matches(is_mark);
            }
            _ => break,
        }
    }
    rest
}

/// A word may end here: at a mark, or between characters of scripts that part no words.
fn is_end(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().next();
    before.is_some_and(char::is_alphanumeric)
        && match (before, after) {
            (_, None) => true,
            (Some(before), Some(after)) => {
                is_mark(after)
                    || (wide(before) || wide(after))
                        && (!same_kana(before, after) || is_behind(&text[at..]))
            }
            _ => false,
        }
}

/// Both of one of the two kana, where words seldom end: "ことし" does not begin with "コト".
fn same_kana(one: char, other: char) -> bool {
    let hiragana = |c: char| ('ぁ'..='ゖ').contains(&c);
    let katakana = |c: char| ('ァ'..='ー').contains(&c);
    hiragana(one) && hiragana(other) || katakana(one) && katakana(other)
}

/// Begins with what is put behind a name.
fn is_behind(text: &str) -> bool {
    BEHIND.iter().any(|behind| text.starts_with(behind))
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && c != 'ー'
}

/// Of a script that parts no words.
fn wide(c: char) -> bool {
    ('\u{2e80}'..'\u{ac00}').contains(&c) || ('\u{f900}'..'\u{fb00}').contains(&c)
}

/// How a text sounds, roughly: letters that are spoken alike become one, doubled ones single, kana hiragana.
fn sounds(text: &str) -> Sounds {
    let mut out = Sounds::new();
    for word in text.to_lowercase().split_whitespace() {
        spell(&word.chars().filter_map(unaccented).collect::<Vec<char>>(), &mut out);
    }
    out
}

fn spell(plain: &[char], out: &mut Sounds) {
    let mut at = 0;
    while let Some(&c) = plain.get(at) {
        let next = plain.get(at + 1).copied();
        let (sound, length) = match (c, next) {
            ('p', Some('h')) => ('f', 2),
            ('c', Some('h')) | ('t', Some('s')) => ('ç', 2),
            ('s', Some('h')) => ('š', 2),
            ('t', Some('h')) => ('t', 2),
            ('c', Some('k')) | ('q', Some('u')) => ('k', 2),
            ('c', Some('e' | 'i' | 'y')) | ('z', _) => ('s', 1),
            ('c' | 'q' | 'x', _) => ('k', 1),
            ('w', _) => ('v', 1),
            ('g', Some('h')) => ('g', 2),
            ('j', _) => ('g', 1),
            ('e', Some('e' | 'a')) | ('i', Some('e')) => ('i', 2),
            ('o', Some('o' | 'u')) => ('u', 2),
            ('o', Some('h')) => ('o', 2),
            ('a', Some('h')) => ('a', 2),
            ('y', _) => ('i', 1),
            (c, _) => (c, 1),
        };
        if out.last() != Some(&sound) {
            out.push(sound);
        }
        at += length;
    }
}

/// A letter without its accent, kana as hiragana; nothing for marks and lengths.
fn unaccented(c: char) -> Option<char> {
    Some(match c {
        'à'..='å' => 'a',
        'è'..='ë' | 'ē' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ò'..='ö' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        // Katakana lies this far behind hiragana.
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60)?,
        'ー' => return None,
        c if c.is_alphanumeric() => c,
        _ => return None,
    })
}

/// Sounds to change, to leave out, to put in (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (index, b) in other.iter().enumerate() {
            let changed = corner + usize::from(a != b);
            corner = row[index + 1];
            row[index + 1] = changed.min(row[index] + 1).min(corner + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
#[path = "wake_tests.rs"]
mod tests;
