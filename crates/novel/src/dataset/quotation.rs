//! Quotation marks around what is said: in many scripts the sign that somebody speaks, and no part of what they say.

use std::borrow::Cow;

use super::conversations::joint;
use crate::line::Line;

/// Marks that open and close a quotation. 『』 is heard by telephone or thought, as well as quoted within 「」.
const MARKS: [(char, char); 5] = [('「', '」'), ('『', '』'), ('“', '”'), ('«', '»'), ('"', '"')];

/// Whether a script quotes its speech: at least half of what is said stands in quotation marks. Elsewhere they are somebody's own.
pub(super) fn are_used<'a>(lines: impl Iterator<Item = &'a Line>) -> bool {
    let (mut quoted, mut all) = (0, 0);
    for line in lines.filter(|line| line.voice_of().is_some()) {
        all += 1;
        quoted += usize::from(matches!(unquoted(&line.plain), Cow::Owned(_)));
    }
    quoted > 0 && quoted * 2 >= all
}

/// A text without the marks around it, if all of it is quoted; several quotations in a row become one text. Any other is left alone.
pub(super) fn unquoted(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some((said, behind)) = quotation(rest) {
        let said = said.trim();
        if !out.is_empty() && !said.is_empty() {
            out.push_str(joint(&out, said));
        }
        out.push_str(said);
        rest = behind.trim_start();
    }
    if rest.is_empty() && !out.is_empty() { Cow::Owned(out) } else { Cow::Borrowed(text) }
}

/// What the quotation at the beginning of a text says, and what stands behind it.
fn quotation(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let (open, close) = MARKS.into_iter().find(|(open, _)| *open == first)?;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == close && (depth == 1 || open == close && at > 0) {
            return Some((&text[open.len_utf8()..at], &text[at + close.len_utf8()..]));
        }
        match c {
            _ if c == open => depth += 1,
            _ if c == close => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_around_a_whole_line_are_no_part_of_it() {
        for (text, said) in [
            ("「そうだね」", "そうだね"),
            ("『もしもし』", "もしもし"),
            ("「彼は『はい』と言った」", "彼は『はい』と言った"),
            ("「「二重」だよ」", "「二重」だよ"),
            ("「啊……」「啊哈哈。」", "啊……啊哈哈。"),
            ("「粗茶淡饭」「不成敬意」", "粗茶淡饭。不成敬意"),
            ("“Yes.” “No.”", "Yes. No."),
            ("\"Yes.\"", "Yes."),
            ("« Oui. »", "Oui."),
            (" 「そう」 ", "そう"),
        ] {
            assert_eq!(unquoted(text), said, "{text}");
        }
    }

    #[test]
    fn other_lines_are_left_alone() {
        for text in [
            "そうだね",
            "「そう」と言った",
            "\"Yes,\" she said. \"No.\"",
            "「まだ終わらない",
            "終わった」",
            "「」",
            "",
        ] {
            assert!(matches!(unquoted(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
