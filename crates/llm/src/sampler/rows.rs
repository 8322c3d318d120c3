//! A small automaton that keeps a reply to the form of a table ([`Rows`]): what stands in the columns is the model's, how many there
//! are and where they end is not.

use domain::Rows;

use super::Pieces;

/// What stands between two columns, with or without spaces round it.
const BAR: char = '|';

/// Where the reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// So many characters of the word for "nothing" are written.
    Nothing(usize),
    /// In a column.
    Column {
        /// Rows before this one.
        row: u32,
        /// Columns before this one.
        column: usize,
        /// Characters in it so far, the space before them not counted.
        length: u32,
        /// Only spaces so far.
        blank: bool,
    },
    /// All rows that may be written are.
    Full,
}

impl Place {
    fn row(row: u32) -> Self {
        Self::Column { row, column: 0, length: 0, blank: true }
    }
}

/// Follows a reply and knows which tokens may come next.
pub(super) struct RowAutomaton {
    form: Rows,
    place: Place,
}

impl RowAutomaton {
    pub(super) fn new(form: Rows) -> Self {
        Self { form, place: Place::row(0) }
    }

    /// Takes away the tokens that may not come next. Where all would go (a vocabulary without bars), nothing is taken: whoever reads the
    /// table looks at its form all the same.
    pub(super) fn forbid(&self, pieces: &Pieces, logits: &mut [f32]) {
        // Tokens without text end the reply, or stand for nothing that could be read in a table.
        let may_end = self.may_end();
        let allowed = |id: usize| match pieces.of(id as u32) {
            "" => may_end,
            text => self.after(self.place, text).is_some(),
        };
        let keep: Vec<bool> = (0..logits.len()).map(allowed).collect();
        if keep.iter().zip(logits.iter()).any(|(keep, logit)| *keep && logit.is_finite()) {
            for (logit, keep) in logits.iter_mut().zip(keep) {
                if !keep {
                    *logit = f32::NEG_INFINITY;
                }
            }
        }
    }

    /// Goes on with the text of the token that was drawn.
    pub(super) fn advance(&mut self, text: &str) {
        // A token that breaks the form was drawn only where none kept it.
        self.place = self.after(self.place, text).unwrap_or(self.place);
    }

    fn is_last(&self, column: usize) -> bool {
        column + 1 >= self.form.longest.len()
    }

    /// Whether the table is whole as it stands.
    fn may_end(&self) -> bool {
        match self.place {
            Place::Full => true,
            Place::Nothing(written) => written == self.form.nothing.chars().count(),
            Place::Column { row, column: 0, length: 0, .. } if row > 0 => true,
            Place::Column { column, blank, .. } => self.is_last(column) && !blank,
        }
    }

    /// Where a text leads; `None` where it breaks the form.
    fn after(&self, mut place: Place, text: &str) -> Option<Place> {
        for c in text.chars() {
            place = self.behind(place, c)?;
        }
        Some(place)
    }

    fn behind(&self, place: Place, c: char) -> Option<Place> {
        let (row, column, length, blank) = match place {
            Place::Full => return None,
            Place::Nothing(written) => {
                let goes_on = self.form.nothing.chars().nth(written) == Some(c);
                return goes_on.then_some(Place::Nothing(written + 1));
            }
            // Tokenizers put a space before the first word.
            Place::Column { row: 0, column: 0, blank: true, .. }
                if self.form.nothing.starts_with(c) =>
            {
                return Some(Place::Nothing(1));
            }
            Place::Column { row, column, length, blank } => (row, column, length, blank),
        };
        let last = self.is_last(column);
        match c {
            BAR => (!blank && !last).then_some(Place::Column {
                row,
                column: column + 1,
                length: 0,
                blank: true,
            }),
            '\n' if !last || blank => None,
            '\n' if row + 1 >= self.form.most => Some(Place::Full),
            '\n' => Some(Place::row(row + 1)),
            c if c.is_control() => None,
            _ => {
                let was_blank = blank;
                let blank = blank && c.is_whitespace();
                let longest = self.form.longest.get(column).copied().unwrap_or_default();
                // One space before the words, and one behind the longest.
                let room = length < longest || length == longest && c == ' ';
                (room && !(blank && length > 0)).then_some(Place::Column {
                    row,
                    column,
                    length: if was_blank && !blank { 1 } else { length + 1 },
                    blank,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RowAutomaton {
        RowAutomaton::new(Rows { longest: vec![6, 12], most: 2, nothing: "none".into() })
    }

    fn leads(text: &str) -> Option<RowAutomaton> {
        let mut table = table();
        table.place = table.after(table.place, text)?;
        Some(table)
    }

    #[test]
    fn a_table_is_rows_of_columns_or_the_word_for_none() {
        for (text, whole) in [
            ("none", true),
            (" none", true),
            ("no", false),
            ("user | tea", true),
            ("user|tea", true),
            ("user | tea and cake", true),
            ("user | tea\n", true),
            ("user | tea\nuser | cake", true),
            ("user | tea\nuser | cake\n", true),
            ("user", false),
            ("user | ", false),
        ] {
            assert_eq!(leads(text).map(|table| table.may_end()), Some(whole), "{text:?}");
        }
        for text in [
            "nothing",
            "| tea",
            "user\n",
            "user | tea | cake",
            "user | \n",
            "user | tea\n\n",
            "a user more | tea",
            "user | tea and cakes",
            "user |  tea",
            "user | tea\nuser | cake\nuser",
            "user\t",
        ] {
            assert!(leads(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn only_tokens_that_keep_the_form_are_left_and_the_end_where_it_is_whole() {
        let texts = ["", " user", " |", " tea", "\n", "none", "\n\n"];
        let pieces = Pieces::new(texts.iter().map(|text| (*text).to_owned()).collect());
        let mut table = table();
        let left = |table: &RowAutomaton| {
            let mut logits = [1.0; 7];
            table.forbid(&pieces, &mut logits);
            let kept = texts.iter().zip(logits).filter(|(_, logit)| *logit > 0.0);
            kept.map(|(text, _)| *text).collect::<Vec<_>>()
        };
        assert_eq!(left(&table), [" user", " tea", "none"]);
        table.advance(" user");
        assert_eq!(left(&table), [" |"], "the column is as long as it may be");
        table.advance(" |");
        assert_eq!(left(&table), [" user", " tea", "none"]);
        table.advance(" tea");
        assert_eq!(left(&table), ["", " user", " tea", "\n", "none"]);
    }

    #[test]
    fn a_vocabulary_that_cannot_write_it_is_left_alone() {
        let pieces = Pieces::new(vec!["\t".into(), "\u{7}".into()]);
        let mut logits = [1.0, 2.0];
        table().forbid(&pieces, &mut logits);
        assert_eq!(logits, [1.0, 2.0]);
    }
}
