//! Stop texts across token borders.

/// Passes text through until one of the stop texts comes, and holds back what might become one.
pub(crate) struct StopFilter {
    stops: Vec<String>,
    held: String,
}

impl StopFilter {
    /// Watches for these; empty ones are ignored.
    pub(crate) fn new(stops: &[String]) -> Self {
        Self {
            stops: stops.iter().filter(|s| !s.is_empty()).cloned().collect(),
            held: String::new(),
        }
    }

    /// Takes more text. Returns what may be shown, and whether a stop text came (it and all behind it are dropped).
    pub(crate) fn push(&mut self, text: &str) -> (String, bool) {
        self.held.push_str(text);
        let first = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(at) = first {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let hold =
            self.stops.iter().map(|stop| possible_start(&self.held, stop)).max().unwrap_or(0);
        let rest = self.held.split_off(self.held.len() - hold);
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// The reply is over: what was held back is text after all.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

/// Length of the longest end of `text` that begins `stop`.
fn possible_start(text: &str, stop: &str) -> usize {
    let longest = text.len().min(stop.len() - 1);
    (1..=longest)
        .rev()
        .find(|&n| text.as_bytes()[text.len() - n..] == stop.as_bytes()[..n])
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(stops: &[&str], chunks: &[&str]) -> (String, bool) {
        let stops: Vec<String> = stops.iter().map(|s| (*s).to_owned()).collect();
        let mut filter = StopFilter::new(&stops);
        let mut out = String::new();
        for chunk in chunks {
            let (text, stopped) = filter.push(chunk);
            out.push_str(&text);
            if stopped {
                return (out, true);
            }
        }
        out.push_str(&filter.finish());
        (out, false)
    }

    #[test]
    fn stops_at_the_same_place_for_any_split() {
        let text = "日本 one\nUser: two";
        let cuts: Vec<usize> = (0..=text.len()).filter(|&i| text.is_char_boundary(i)).collect();
        for &a in &cuts {
            for &b in cuts.iter().filter(|&&b| b >= a) {
                let chunks = [&text[..a], &text[a..b], &text[b..]];
                assert_eq!(run(&["\nUser:", "zzz"], &chunks), ("日本 one".into(), true));
                assert_eq!(run(&["\nUsers"], &chunks), (text.to_owned(), false));
            }
        }
    }

    #[test]
    fn the_earliest_stop_wins_and_empty_ones_are_ignored() {
        assert_eq!(run(&["", "two", "one"], &["a one two"]), ("a ".into(), true));
        assert_eq!(run(&[""], &["text"]), ("text".into(), false));
    }

    #[test]
    fn holds_back_no_more_than_it_must() {
        let mut filter = StopFilter::new(&["abab!".into()]);
        assert_eq!(filter.push("xaba"), ("x".into(), false));
        assert_eq!(filter.push("bab"), ("ab".into(), false), "`abab` may still become the stop");
        assert_eq!(filter.push("!"), (String::new(), true));
    }

    #[test]
    fn holding_back_never_cuts_a_character() {
        // é is C3 A9, è is C3 A8: the first byte alone is no reason to hold, and must not split the character.
        let mut filter = StopFilter::new(&["é!".into()]);
        assert_eq!(filter.push("è"), ("è".into(), false));
        assert_eq!(filter.push("é"), (String::new(), false));
        assert_eq!(filter.push("?"), ("é?".into(), false));
    }
}
