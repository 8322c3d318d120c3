//! Drops what a reasoning model writes for itself: `<think>…</think>`, and the white space that follows it.
//!
//! Only a possible beginning of a tag is ever held back (ten characters at most), so ordinary text passes at once.

/// The tags, in lower case; the model's case does not matter.
const OPENING: [&str; 2] = ["<think>", "<thinking>"];
const CLOSING: [&str; 2] = ["</think>", "</thinking>"];

/// Passes on everything that stands outside thinking blocks.
#[derive(Debug, Default)]
pub(crate) struct ThinkFilter {
    /// Within a block.
    inside: bool,
    /// A block has just ended: the white space after it goes with it.
    swallow: bool,
    /// Text that may yet become a tag.
    held: String,
}

impl ThinkFilter {
    /// For replies whose prompt already opened the block.
    pub(crate) fn inside() -> Self {
        Self { inside: true, ..Self::default() }
    }

    /// Takes one character; `out` gets those that are certainly text.
    pub(crate) fn push(&mut self, c: char, out: &mut impl FnMut(char)) {
        if self.held.is_empty() && c != '<' {
            self.release(c, out);
            return;
        }
        self.held.push(c);
        let held = self.held.to_ascii_lowercase();
        if CLOSING.contains(&held.as_str()) {
            // Also where none was open: the opening one was part of the prompt, and a stray tag is never shown.
            self.inside = false;
            self.swallow = true;
            self.held.clear();
        } else if !self.inside && OPENING.contains(&held.as_str()) {
            self.inside = true;
            self.held.clear();
        } else if !OPENING.iter().chain(&CLOSING).any(|tag| tag.starts_with(&held)) {
            // Not a tag after all. Only the last character can begin another one.
            let mut text = std::mem::take(&mut self.held);
            text.pop();
            for held in text.chars() {
                self.release(held, out);
            }
            self.push(c, out);
        }
    }

    /// The reply has ended: what was held back is text.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(char)) {
        for c in std::mem::take(&mut self.held).chars() {
            self.release(c, out);
        }
    }

    fn release(&mut self, c: char, out: &mut impl FnMut(char)) {
        if self.inside || (self.swallow && c.is_whitespace()) {
            return;
        }
        self.swallow = false;
        out(c);
    }
}

#[cfg(test)]
mod tests {
    use super::ThinkFilter;

    fn filtered(mut filter: ThinkFilter, text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            filter.push(c, &mut |c| out.push(c));
        }
        filter.finish(&mut |c| out.push(c));
        out
    }

    #[test]
    fn blocks_vanish_and_the_rest_stays() {
        for (text, expected) in [
            ("<think>hm</think>\n\nHello", "Hello"),
            ("Hi <THINK>x < y</Think> there", "Hi there"),
            ("<thinking>a</thinking>b", "b"),
            ("<think>never closed", ""),
            ("2 < 3 and <b>bold</b>", "2 < 3 and <b>bold</b>"),
            ("<<think>a</think>b", "<b"),
            ("</think>Hello", "Hello"),
            ("ends with <thi", "ends with <thi"),
            ("<think>a<</think>b", "b"),
        ] {
            assert_eq!(filtered(ThinkFilter::default(), text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_block_that_the_prompt_opened_is_dropped() {
        assert_eq!(filtered(ThinkFilter::inside(), "well, let me see</think> Hello"), "Hello");
    }
}
