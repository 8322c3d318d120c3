//! Names in texts: `{{char}}`, `{{user}}`, `<BOT>`, `<USER>`, in any case. Everything else stays as it is written.

/// What the macros of one conversation become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// `{{char}}` and `<BOT>`.
    pub char: &'a str,
    /// `{{user}}` and `<USER>`.
    pub user: &'a str,
}

impl Names<'_> {
    /// Replaces the names in a text, for lists and titles. What a name expands to is not
    /// looked at again, so a name with braces in it is harmless.
    pub fn expand(&self, text: &str) -> String {
        crate::Macros::names(*self).expand(text)
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
    }
}
