//! The form of a model's reply: a line a fact, of four columns.

use super::Refused;

/// Longest texts of the columns (who, of what, what, and the words that say it), in characters.
pub const LONGEST: [u32; 4] = [24, 30, 80, 240];
/// Lines of a reply at most.
pub const MOST: usize = 12;
/// What is written where there is nothing to note.
pub const NOTHING: &str = "-";

/// A line of a reply, as the model wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) who: String,
    pub(super) what: String,
    pub(super) value: String,
    pub(super) quote: String,
}

/// The lines of a reply, those that have another form as what they are.
pub(super) fn lines(reply: &str) -> Vec<Result<Proposal, Refused>> {
    let lines = reply.lines().map(str::trim).filter(|line| !line.is_empty() && *line != NOTHING);
    lines.take(MOST).map(line).collect()
}

fn line(line: &str) -> Result<Proposal, Refused> {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    // Models like to draw the outer lines of a table, too.
    let columns = match &columns[..] {
        ["", inner @ .., ""] => inner,
        all => all,
    };
    let [who, what, value, quote] = columns else { return Err(Refused::Malformed) };
    let whole = columns
        .iter()
        .zip(LONGEST)
        .all(|(text, longest)| !text.is_empty() && text.chars().count() <= longest as usize);
    if !whole {
        return Err(Refused::Malformed);
    }
    let [who, what, value, quote] = [*who, *what, *value, *quote].map(str::to_owned);
    Ok(Proposal { who, what, value, quote })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_four_columns_and_nothing_is_nothing() {
        let read =
            lines("user | home | Leeds | I moved to Leeds\n| user | work | - | mill |\nno\n\n");
        let of = |who: &str, what: &str, value: &str, quote: &str| {
            let [who, what, value, quote] = [who, what, value, quote].map(str::to_owned);
            Ok(Proposal { who, what, value, quote })
        };
        assert_eq!(
            read,
            [
                of("user", "home", "Leeds", "I moved to Leeds"),
                of("user", "work", "-", "mill"),
                Err(Refused::Malformed)
            ]
        );
        assert!(lines("-").is_empty() && lines("").is_empty());
        assert_eq!(lines("user | home |  | Leeds"), [Err(Refused::Malformed)]);
        assert_eq!(lines(&"a | b | c | d\n".repeat(99)).len(), MOST);
        assert_eq!(lines(&format!("{} | b | c | d", "a".repeat(99))), [Err(Refused::Malformed)]);
    }
}
