//! Roman numerals in English: `World War II`, `Henry VIII`, `Chapter IV`. A voice would say *Roman two*, or the letters.

use super::Around;

/// Words that are numbered so, in lower case.
const NUMBERED: [&str; 20] = [
    "act", "apollo", "article", "book", "bowl", "chapter", "class", "episode", "fantasy", "grade",
    "level", "mark", "part", "phase", "scene", "section", "stage", "type", "volume", "war",
];
/// Names that are told apart by an ordinal, likewise.
const REIGNED: &str = "alexander alfonso benedict carlos catherine charles christian clement darius \
    edward elizabeth felipe ferdinand francis frederick friedrich george gregory gustav harald henri \
    henry innocent ivan james john juan leo leopold louis ludwig margrethe mary mehmed napoleon \
    nicholas otto paul peter philip pius ptolemy ramesses richard umberto wilhelm william xerxes";
/// Words before letters that are none (`an IV drip`, `my XX`).
const LETTERS_AFTER: [&str; 9] = ["a", "an", "her", "his", "i", "my", "our", "their", "your"];

/// How a numeral is said.
#[derive(Debug, PartialEq)]
pub(super) enum Roman {
    /// *four*
    Number(u32),
    /// *the fourth*
    Name(u32),
    /// letter by letter
    Letters(String),
}

/// The numeral that begins here, from one to 39, and its length.
pub(super) fn find(around: Around<'_>) -> Option<(Roman, usize)> {
    let inside = |c: &char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.' | '@' | '/');
    let (before, rest) = (around.before, around.after);
    let length = rest.iter().take_while(|c| matches!(c, 'I' | 'V' | 'X')).count();
    let joined = |c: &char| inside(c) && *c != '.';
    // Henry VIII's: whose it is does not make it a word.
    let owns = matches!(rest.get(length), Some('\'' | '’'))
        && rest.get(length + 1) == Some(&'s')
        && !rest.get(length + 2).is_some_and(joined);
    if !(1..=7).contains(&length)
        || before.last().is_some_and(inside)
        || rest.get(length).is_some_and(joined) && !owns
    {
        return None;
    }
    let letters: String = rest[..length].iter().collect();
    let value = (1..40).find(|value| written(*value) == letters)?;
    let word = around.word_before();
    let capital = word.starts_with(char::is_uppercase);
    let word = word.to_lowercase();
    let numbered = NUMBERED.contains(&word.as_str());
    let reigned = capital && REIGNED.split_whitespace().any(|name| name == word);
    if length == 1 {
        // *I* is a word of its own, and so is a letter: only a heading that ends with it is numbered by it.
        let next = rest[1..].iter().find(|c| **c != ' ');
        let ends = next.is_none_or(|c| !c.is_alphanumeric());
        if !(numbered && capital && (letters != "I" || ends) || reigned && letters != "I") {
            return None;
        }
    }
    let roman = if reigned {
        Roman::Name(value)
    } else if length > 1 && LETTERS_AFTER.contains(&word.as_str()) {
        Roman::Letters(letters.chars().map(String::from).collect::<Vec<_>>().join(" "))
    } else {
        Roman::Number(value)
    };
    Some((roman, length))
}

/// A number below forty as the Romans wrote it.
fn written(value: u32) -> String {
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    format!("{}{}", "X".repeat(value as usize / 10), ONES[value as usize % 10])
}
