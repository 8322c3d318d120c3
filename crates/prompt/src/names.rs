//! Names in texts: `{{char}}`, `{{user}}`, `<BOT>`, `<USER>`, `{{original}}`, in any case. Everything else stays as it is written.

/// What the macros of one conversation become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// `{{char}}` and `<BOT>`.
    pub char: &'a str,
    /// `{{user}}` and `<USER>`.
    pub user: &'a str,
}

impl Names<'_> {
    /// Replaces the names in a text, for greetings before they are stored as well as for prompts. What a name expands to is not
    /// looked at again, so a name with braces in it is harmless.
    pub fn expand(&self, text: &str) -> String {
        self.expand_with(text, &[])
    }

    /// [`Names::expand`] with further macros: pairs of a lower-case name and what it becomes.
    pub(crate) fn expand_with(&self, text: &str, more: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(['{', '<']) {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            if let Some((value, length)) = self.macro_at(rest, more) {
                out.push_str(value);
                rest = &rest[length..];
            } else {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
        out.push_str(rest);
        out
    }

    /// The macro that `text` begins with: its value and its length in bytes.
    fn macro_at<'v>(&'v self, text: &str, more: &[(&str, &'v str)]) -> Option<(&'v str, usize)> {
        let (inner, length) = if let Some(inner) = text.strip_prefix("{{") {
            let end = inner.find("}}")?;
            (&inner[..end], end + 4)
        } else {
            let inner = text.strip_prefix('<')?;
            let end = inner.find('>')?;
            (&inner[..end], end + 2)
        };
        let braces = text.starts_with('{');
        let name = inner.trim();
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        let value = if braces && is("char") || !braces && inner.eq_ignore_ascii_case("bot") {
            self.char
        } else if braces && is("user") || !braces && inner.eq_ignore_ascii_case("user") {
            self.user
        } else if braces {
            more.iter().find(|(wanted, _)| is(wanted))?.1
        } else {
            return None;
        };
        Some((value, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names { char: "琴", user: "Ann {{char}}" };

    #[test]
    fn names_of_every_spelling_are_replaced_once() {
        assert_eq!(NAMES.expand("{{char}} {{ Char }} <BOT> <bot>"), "琴 琴 琴 琴");
        assert_eq!(NAMES.expand("{{USER}}, <user>!"), "Ann {{char}}, Ann {{char}}!");
    }

    #[test]
    fn what_is_unknown_stays() {
        for text in [
            "{{time}}",
            "{{char",
            "{char}",
            "<b>",
            "< user >",
            "a < b",
            "{{",
            "<",
            "{{{}}}",
            "{{original}}",
        ] {
            assert_eq!(NAMES.expand(text), text);
        }
        assert_eq!(NAMES.expand("{{{char}}}"), "{{{char}}}".replace("{{char}}", "琴"));
        assert_eq!(NAMES.expand_with("a {{Original}} b", &[("original", "x")]), "a x b");
    }
}
