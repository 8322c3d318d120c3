//! Abbreviations that stand for words, English ones: other languages have signs instead.

use domain::Lang;

/// Where an abbreviation stands for its word.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    /// Everywhere.
    Always,
    /// Before a capital letter: a title.
    BeforeName,
    /// After a word with a capital letter: a street.
    AfterName,
    /// Before a number.
    BeforeNumber,
    /// Before or after a number: a month.
    BesideNumber,
}

use When::{AfterName, Always, BeforeName, BeforeNumber, BesideNumber};

/// As written (case counts; the full stop belongs to it), what it stands for, and where. The first that fits counts.
const TABLE: &[(&str, &str, When)] = &[
    ("Mr.", "mister", Always),
    ("Mr", "mister", BeforeName),
    ("Mrs.", "missus", Always),
    ("Mrs", "missus", BeforeName),
    ("Ms.", "miss", Always),
    ("Ms", "miss", BeforeName),
    ("Dr.", "doctor", BeforeName),
    ("Dr", "doctor", BeforeName),
    ("Dr.", "drive", AfterName),
    ("Prof.", "professor", Always),
    ("St.", "saint", BeforeName),
    ("St.", "street", AfterName),
    ("Ave.", "avenue", Always),
    ("Blvd.", "boulevard", Always),
    ("Rd.", "road", AfterName),
    ("Mt.", "mount", BeforeName),
    ("Ft.", "fort", BeforeName),
    ("Jr.", "junior", Always),
    ("Sr.", "senior", AfterName),
    ("Capt.", "captain", BeforeName),
    ("Col.", "colonel", BeforeName),
    ("Gen.", "general", BeforeName),
    ("Gov.", "governor", BeforeName),
    ("Lt.", "lieutenant", BeforeName),
    ("Rev.", "reverend", BeforeName),
    ("Sen.", "senator", BeforeName),
    ("Sgt.", "sergeant", BeforeName),
    ("Inc.", "incorporated", Always),
    ("Ltd.", "limited", Always),
    ("Co.", "company", AfterName),
    ("Corp.", "corporation", Always),
    ("Dept.", "department", Always),
    ("approx.", "approximately", Always),
    ("e.g.", "for example", Always),
    ("i.e.", "that is", Always),
    ("etc.", "et cetera", Always),
    ("etc", "et cetera", Always),
    ("vs.", "versus", Always),
    ("vs", "versus", Always),
    ("a.k.a.", "also known as", Always),
    ("w/o", "without", Always),
    ("w/", "with", Always),
    ("b/c", "because", Always),
    ("btw", "by the way", Always),
    ("idk", "I don't know", Always),
    ("imo", "in my opinion", Always),
    ("tbh", "to be honest", Always),
    ("brb", "be right back", Always),
    ("omg", "oh my god", Always),
    ("ASAP", "as soon as possible", Always),
    ("No.", "number", BeforeNumber),
    ("Nr.", "number", BeforeNumber),
    ("№", "number", BeforeNumber),
    ("p.", "page", BeforeNumber),
    ("pp.", "pages", BeforeNumber),
    ("vol.", "volume", BeforeNumber),
    ("Vol.", "volume", BeforeNumber),
    ("ch.", "chapter", BeforeNumber),
    ("Ch.", "chapter", BeforeNumber),
    ("fig.", "figure", BeforeNumber),
    ("Fig.", "figure", BeforeNumber),
    ("Jan.", "January", BesideNumber),
    ("Jan", "January", BesideNumber),
    ("Feb.", "February", BesideNumber),
    ("Feb", "February", BesideNumber),
    ("Mar.", "March", BesideNumber),
    ("Apr.", "April", BesideNumber),
    ("Apr", "April", BesideNumber),
    ("Jun.", "June", BesideNumber),
    ("Jul.", "July", BesideNumber),
    ("Aug.", "August", BesideNumber),
    ("Aug", "August", BesideNumber),
    ("Sept.", "September", BesideNumber),
    ("Sep.", "September", BesideNumber),
    ("Sep", "September", BesideNumber),
    ("Oct.", "October", BesideNumber),
    ("Oct", "October", BesideNumber),
    ("Nov.", "November", BesideNumber),
    ("Nov", "November", BesideNumber),
    ("Dec.", "December", BesideNumber),
    ("Dec", "December", BesideNumber),
    ("Mon.", "Monday", Always),
    ("Tues.", "Tuesday", Always),
    ("Thurs.", "Thursday", Always),
    ("Fri.", "Friday", Always),
];

/// What an abbreviation that begins here stands for, and its length.
pub(super) fn find(before: &[char], rest: &[char], lang: Lang) -> Option<(&'static str, usize)> {
    let inside = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '@' | '/');
    if lang != Lang::En || before.last().is_some_and(inside) {
        return None;
    }
    TABLE.iter().find_map(|&(written, words, when)| {
        let length = written.chars().count();
        if !(written.chars().zip(rest).all(|(a, b)| a == *b) && rest.len() >= length) {
            return None;
        }
        let after = &rest[length..];
        // With `/` it leans on the word after it; otherwise it is a word of its own.
        if !written.ends_with('/')
            && after
                .first()
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '@' | '-'))
        {
            let number = matches!(when, BeforeNumber) && after[0].is_ascii_digit();
            if !number {
                return None;
            }
        }
        let next = after.iter().find(|c| **c != ' ');
        let fits = match when {
            Always => true,
            BeforeName => after.first() == Some(&' ') && next.is_some_and(|c| c.is_uppercase()),
            AfterName => name_before(before),
            BeforeNumber => next.is_some_and(char::is_ascii_digit),
            BesideNumber => {
                next.is_some_and(char::is_ascii_digit)
                    || before.iter().rev().find(|c| **c != ' ').is_some_and(char::is_ascii_digit)
            }
        };
        if !fits {
            return None;
        }
        // A full stop may also end the sentence: then it is left where it is.
        let last_word =
            written.ends_with('.') && next.is_none_or(|c| c.is_uppercase() || *c == '\n');
        let kept = usize::from(last_word && !matches!(when, BeforeName) && !is_title(written));
        Some((words, length - kept))
    })
}

/// The word before begins with a capital letter.
fn name_before(before: &[char]) -> bool {
    let trimmed = before.iter().rposition(|c| *c != ' ' && *c != ',').map_or(0, |last| last + 1);
    let start = before[..trimmed].iter().rposition(|c| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    before[start..trimmed].first().is_some_and(|c| c.is_uppercase())
}

fn is_title(written: &str) -> bool {
    matches!(written, "Mr." | "Mrs." | "Ms." | "Prof.")
}
