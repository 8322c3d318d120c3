//! Which words of a partial transcript will stay: those that two looks in a row agree on. A word that was given as certain
//! is never taken back.

use domain::{Partial, joined};

/// Follows the partial transcripts of one utterance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stable {
    committed: Vec<String>,
    /// The words of the last look.
    before: Vec<String>,
}

impl Stable {
    /// Takes the next look at the same utterance, which is longer now. With `whole`, the speech in it was over when it was
    /// taken; otherwise its last word may have been cut off.
    pub(crate) fn look(&mut self, text: &str, whole: bool) -> Partial {
        let words: Vec<String> = pieces(text).into_iter().map(str::to_owned).collect();
        let sure = if whole { words.len() } else { words.len().saturating_sub(1) };
        let agreed = words[..sure]
            .iter()
            .zip(&self.before)
            .take_while(|(now, before)| plain(now) == plain(before))
            .count();
        // A look that contradicts what is committed changes nothing of it.
        let consistent = self.committed.len() <= agreed
            && self.committed.iter().zip(&words).all(|(old, new)| plain(old) == plain(new));
        if consistent {
            let more = words[self.committed.len()..agreed].to_vec();
            self.committed.extend(more);
        }
        let rest = words.iter().skip(self.committed.len()).map(String::as_str);
        let partial = Partial {
            committed: joined(&self.committed.iter().map(String::as_str).collect::<Vec<_>>()),
            tentative: joined(&rest.collect::<Vec<_>>()),
        };
        self.before = words;
        partial
    }
}

/// Words, or single characters where a script has no spaces; marks stay with what is before them.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let mut start = 0;
        let mut before: Option<char> = None;
        for (at, c) in word.char_indices() {
            let wide = |c: char| c >= '\u{2e80}' && c.is_alphanumeric();
            let begins = c.is_alphanumeric() && before.is_some_and(|b| wide(c) || wide(b));
            if begins && word[start..at].chars().any(char::is_alphanumeric) {
                found.push(&word[start..at]);
                start = at;
            }
            before = Some(c);
        }
        found.push(&word[start..]);
    }
    found
}

/// As two looks are compared: without case and marks.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scripts_without_spaces_are_compared_by_character() {
        assert_eq!(pieces("今日は、雨 and rain."), ["今", "日", "は、", "雨", "and", "rain."]);
    }

    #[test]
    fn words_are_committed_when_two_looks_agree() {
        let mut stable = Stable::default();
        let mut look = |text: &str, whole| {
            let partial = stable.look(text, whole);
            (partial.committed, partial.tentative)
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(look("How", false), pair("", "How"));
        assert_eq!(look("How are", false), pair("How", "are"));
        assert_eq!(look("How art thou", false), pair("How", "art thou"));
        assert_eq!(look("How are you", false), pair("How", "are you"));
        assert_eq!(look("How are you today?", false), pair("How are you", "today?"));
        assert_eq!(look("Now we are here", false), pair("How are you", "here"));
        assert_eq!(look("How are you today?", false), pair("How are you", "today?"));
        assert_eq!(look("How are you today?", true), pair("How are you today?", ""));
    }

    proptest! {
        #[test]
        fn a_committed_word_is_never_retracted(
            looks in prop::collection::vec(("[ab今 ]{0,12}", any::<bool>()), 0..20),
        ) {
            let mut stable = Stable::default();
            let mut before = String::new();
            for (text, whole) in looks {
                let partial = stable.look(&text, whole);
                prop_assert!(partial.committed.starts_with(&before), "{before:?} became {:?}", partial.committed);
                before = partial.committed;
            }
        }
    }
}
