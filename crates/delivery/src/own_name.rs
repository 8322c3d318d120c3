//! Drops a speaker's own name where a reply begins with it: models that have read scripts answer `Koto: Good evening.`
//!
//! Only what may yet become the name and its colon is held back, so ordinary text passes at once. A name in the middle of a reply is
//! text: somebody may well quote a script.

/// Characters of a name beyond which none is looked for: what is held back stays small.
const LONGEST: usize = 64;
/// Bytes held back at most: a name of that length, its stars, and some blanks before the colon.
const MOST: usize = 4 * LONGEST + 16;

/// Passes on a reply but for its speaker's name before the first word.
#[derive(Debug)]
pub(crate) struct OwnName {
    /// What the reply may begin with, in lower case: the whole name, and its first word.
    names: Vec<String>,
    /// Text that may yet become the name.
    held: String,
    /// Its first word has come, or there is nothing to look for.
    past: bool,
}

impl Default for OwnName {
    /// Looks for nothing.
    fn default() -> Self {
        Self { names: vec![], held: String::new(), past: true }
    }
}

impl OwnName {
    pub(crate) fn new(name: &str) -> Self {
        let whole = name.trim().to_lowercase();
        let first = whole.split_whitespace().next().unwrap_or_default().to_owned();
        let fits = |name: &String| !name.is_empty() && name.chars().count() <= LONGEST;
        let mut names: Vec<String> = [whole, first].into_iter().filter(fits).collect();
        names.dedup();
        Self { past: names.is_empty(), names, held: String::new() }
    }

    /// Takes one character; `out` gets those that are certainly text.
    pub(crate) fn push(&mut self, c: char, out: &mut impl FnMut(char)) {
        if self.past {
            out(c);
            return;
        }
        if self.held.is_empty() && c.is_whitespace() {
            // White space at the start is dropped anyway, and a name may follow it.
            out(c);
            return;
        }
        self.held.push(c);
        match self.reading() {
            Reading::Perhaps => {}
            Reading::Name => {
                self.held.clear();
                self.past = true;
            }
            Reading::Text => self.finish(out),
        }
    }

    /// A tag comes. Before the first letter the name may still follow it; within what was held back it ends the name.
    pub(crate) fn interrupt(&mut self, out: &mut impl FnMut(char)) {
        if !self.held.is_empty() {
            self.finish(out);
        }
    }

    /// No more can belong to the name: what was held back is text.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(char)) {
        self.past = true;
        for c in std::mem::take(&mut self.held).chars() {
            out(c);
        }
    }

    /// What has come so far: stars (`**Koto:**`), the name, a colon of any script, as many stars again.
    fn reading(&self) -> Reading {
        let held = self.held.to_lowercase();
        let bare = held.trim_start_matches('*');
        let stars = held.len() - bare.len();
        if stars > 2 || held.len() > MOST {
            return Reading::Text;
        }
        let mut best = if bare.is_empty() { Reading::Perhaps } else { Reading::Text };
        for name in &self.names {
            if name.starts_with(bare) {
                best = Reading::Perhaps;
                continue;
            }
            let Some(rest) = bare.strip_prefix(name.as_str()) else { continue };
            // The stars may close before the colon or behind it.
            let mut closing = 0;
            let mut colon = false;
            for c in rest.chars() {
                match c {
                    '*' => closing += 1,
                    ':' | '：' if !colon => colon = true,
                    ' ' | '\u{3000}' if !colon => {}
                    _ => return best,
                }
            }
            if closing > stars {
                return best;
            }
            if colon && closing == stars {
                return Reading::Name;
            }
            best = Reading::Perhaps;
        }
        best
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// It may yet be the name.
    Perhaps,
    /// It is the name with its colon.
    Name,
    /// It is not.
    Text,
}

#[cfg(test)]
mod tests {
    use super::OwnName;

    fn trimmed(name: &str, text: &str) -> String {
        let mut filter = OwnName::new(name);
        let mut out = String::new();
        for c in text.chars() {
            filter.push(c, &mut |c| out.push(c));
        }
        filter.finish(&mut |c| out.push(c));
        out
    }

    #[test]
    fn the_speakers_own_name_is_dropped_before_the_first_word() {
        for (name, text, expected) in [
            ("Koto", "Koto: Good evening.", " Good evening."),
            ("Koto", "  koto : Good evening.", "   Good evening."),
            ("Koto", "**Koto:** Good evening.", " Good evening."),
            ("Koto", "**Koto**: Good evening.", " Good evening."),
            ("Koto Amano", "Koto: Hm.", " Hm."),
            ("Koto Amano", "Koto Amano: Hm.", " Hm."),
            ("琴", "琴：你好。", "你好。"),
        ] {
            assert_eq!(trimmed(name, text), expected, "{text:?}");
        }
    }

    #[test]
    fn everything_else_stays() {
        for (name, text) in [
            ("Koto", "Koto is my name: you may keep it."),
            ("Koto", "Kotone: Good evening."),
            ("Koto", "Haru: Good evening."),
            ("Koto", "Good evening. Koto: that is me."),
            ("Koto", "Kot"),
            ("Koto", "*Koto* smiles: hello."),
            ("Koto", "*smiles* Hello."),
            ("Koto", "***"),
            ("", ": hello"),
            ("Koto", ""),
        ] {
            assert_eq!(trimmed(name, text), text, "{text:?}");
        }
        let endless = "x".repeat(10_000);
        assert_eq!(trimmed(&endless, "xxxx: hello"), "xxxx: hello");
        let blanks = format!("Koto{}: hello", " ".repeat(1_000));
        assert_eq!(trimmed("Koto", &blanks), blanks);
    }
}
