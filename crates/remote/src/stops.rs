//! Texts that end a reply, held to here as well: some servers take four of them, some none.

/// Text as it comes, up to the first stop text, however the pieces are cut.
#[derive(Debug)]
pub(crate) struct Stops<'a> {
    texts: &'a [String],
    /// The beginning of what may become a stop text.
    held: String,
}

impl<'a> Stops<'a> {
    pub(crate) fn new(texts: &'a [String]) -> Self {
        Self { texts, held: String::new() }
    }

    /// Takes more text; gives what is certain, and whether a stop text came behind it.
    pub(crate) fn push(&mut self, more: &str) -> (String, bool) {
        self.held.push_str(more);
        let texts = || self.texts.iter().filter(|text| !text.is_empty());
        if let Some(at) = texts().filter_map(|text| self.held.find(text.as_str())).min() {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let begins = |from: usize| texts().any(|text| text.starts_with(&self.held[from..]));
        let held = self.held.char_indices().map(|(at, _)| at).find(|at| begins(*at));
        let certain = self.held.split_off(held.unwrap_or(self.held.len()));
        (std::mem::replace(&mut self.held, certain), false)
    }

    /// What was held when nothing more comes.
    pub(crate) fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(texts: &[&str], whole: &str, size: usize) -> (String, bool) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let mut stops = Stops::new(&texts);
        let letters: Vec<char> = whole.chars().collect();
        let mut all = String::new();
        for piece in letters.chunks(size) {
            let (text, stopped) = stops.push(&piece.iter().collect::<String>());
            all.push_str(&text);
            if stopped {
                return (all, true);
            }
        }
        (all + &stops.rest(), false)
    }

    #[test]
    fn a_stop_text_ends_it_however_it_is_cut() {
        for size in 1..20 {
            assert_eq!(run(&["\nAda:", "###"], "Well.\nAda: no", size), ("Well.".into(), true));
            assert_eq!(run(&["\nAda:", ""], "雨。\nAdam said\nA", size).0, "雨。\nAdam said\nA");
            assert_eq!(run(&["aab"], "aaab c", size), ("a".into(), true));
            assert_eq!(run(&[], "anything", size), ("anything".into(), false));
        }
        // The first of those that came counts.
        assert_eq!(run(&["c", "b"], "abc", 3), ("a".into(), true));
    }
}
