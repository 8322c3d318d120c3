//! Decorators: lines `@@name value` at the head of an entry's content, with fallbacks `@@@name value` below them.

use crate::{Position, Role, Warning};

/// What the decorators of an entry say. All twenty of the specification, and two of RisuAI's.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "decorators without a value")]
pub struct Decorators {
    /// No match until the character has said this many messages.
    pub activate_only_after: Option<u32>,
    /// A match only when the number of the character's messages is a multiple.
    pub activate_only_every: Option<u32>,
    /// Once matched, always matched.
    pub keep_activate_after_match: bool,
    /// Once matched, never again.
    pub dont_activate_after_match: bool,
    /// Messages from the end.
    pub depth: Option<u32>,
    /// Messages from the beginning.
    pub reverse_depth: Option<u32>,
    /// Tokens from the end, in prompts that are no chats.
    pub instruct_depth: Option<u32>,
    /// Tokens from the beginning, likewise.
    pub reverse_instruct_depth: Option<u32>,
    /// Who says it.
    pub role: Option<Role>,
    /// Messages that are searched.
    pub scan_depth: Option<u32>,
    /// Tokens that are searched, in prompts that are no chats.
    pub instruct_scan_depth: Option<u32>,
    /// Only with this greeting, from 0.
    pub is_greeting: Option<u32>,
    /// A place beside the conversation.
    pub position: Option<Position>,
    /// The first to go when the context is full.
    pub ignore_on_max_context: bool,
    /// Of every list one must be there.
    pub additional_keys: Vec<Vec<String>>,
    /// None of these may be there.
    pub exclude_keys: Vec<String>,
    /// Only with this user icon.
    pub is_user_icon: Option<String>,
    /// Always a match.
    pub activate: bool,
    /// Never a match.
    pub dont_activate: bool,
    /// App prompts that are switched off: `system_prompt`, `post_history_instructions`.
    pub disable_ui_prompt: Vec<String>,
    /// RisuAI: not a match where all of these are there.
    pub exclude_keys_all: Vec<String>,
    /// RisuAI: chance in percent.
    pub probability: Option<f64>,
}

/// The decorators of a content, the content without them, and what could not be used.
pub fn split(content: &str) -> (Decorators, &str, Vec<String>) {
    let mut found = Decorators::default();
    let mut unused = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut rest = content;
    // Whether the chain that is being read still looks for a decorator that can be used.
    let mut looking = false;
    let mut any = false;
    loop {
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let line = rest[..line_end].trim();
        let after = rest.get(line_end + 1..).unwrap_or("");
        if line.is_empty() && !after.is_empty() {
            // Empty lines belong to the decorators only where more of them, or the content, follows.
            rest = after;
            continue;
        }
        let Some((name, value, fallback)) = parts(line) else { break };
        any = true;
        if !fallback || looking {
            // The first of a name counts, but for lists of keys, which add up.
            let repeated = names.contains(&name) && !REPEATABLE.contains(&name);
            let used = repeated || found.take(name, value).is_some();
            if used {
                names.push(name);
            } else {
                unused.push(line.to_owned());
            }
            looking = !used;
        }
        rest = after;
    }
    if !any {
        return (found, content, unused);
    }
    (found, rest.trim_matches(['\n', '\r']), unused)
}

/// Names that may stand more than once.
const REPEATABLE: [&str; 4] =
    ["additional_keys", "exclude_keys", "exclude_keys_all", "disable_ui_prompt"];

/// Name, value, and whether it is a fallback.
fn parts(line: &str) -> Option<(&str, &str, bool)> {
    let rest = line.strip_prefix("@@")?;
    let (rest, fallback) = match rest.strip_prefix('@') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, value) = rest.split_at(length);
    let separated = value.is_empty() || value.starts_with(char::is_whitespace);
    (!name.is_empty() && separated).then(|| (name, value.trim(), fallback))
}

impl Decorators {
    /// Takes one; `None`: it is unknown, or its value means nothing.
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        // "Does not have a value" is taken generously: `true` is written, too.
        let flag = || (!value.eq_ignore_ascii_case("false")).then_some(true);
        match name {
            "activate_only_after" => self.activate_only_after = Some(number(value)?),
            "activate_only_every" => {
                self.activate_only_every = Some(number(value).filter(|&every| every > 0)?);
            }
            "keep_activate_after_match" => self.keep_activate_after_match = flag()?,
            "dont_activate_after_match" => self.dont_activate_after_match = flag()?,
            "depth" => self.depth = Some(number(value)?),
            "reverse_depth" => self.reverse_depth = Some(number(value)?),
            "instruct_depth" => self.instruct_depth = Some(number(value)?),
            "reverse_instruct_depth" => self.reverse_instruct_depth = Some(number(value)?),
            "role" => {
                self.role = Some(match value.to_ascii_lowercase().as_str() {
                    "assistant" => Role::Assistant,
                    "system" => Role::System,
                    "user" => Role::User,
                    _ => return None,
                });
            }
            "scan_depth" => self.scan_depth = Some(number(value)?),
            "instruct_scan_depth" => self.instruct_scan_depth = Some(number(value)?),
            "is_greeting" => self.is_greeting = Some(number(value)?),
            "position" => {
                self.position = Some(match value {
                    "after_desc" => Position::AfterDescription,
                    "before_desc" => Position::BeforeDescription,
                    "personality" => Position::Personality,
                    "scenario" => Position::Scenario,
                    _ => return None,
                });
            }
            "ignore_on_max_context" => self.ignore_on_max_context = flag()?,
            "additional_keys" => self.additional_keys.push(filled(value)?),
            "exclude_keys" => self.exclude_keys.extend(filled(value)?),
            "is_user_icon" => {
                self.is_user_icon = Some(value.to_owned()).filter(|name| !name.is_empty());
                self.is_user_icon.as_ref()?;
            }
            "activate" => self.activate = flag()?,
            "dont_activate" => self.dont_activate = flag()?,
            "disable_ui_prompt" => match value {
                "post_history_instructions" | "system_prompt" => {
                    self.disable_ui_prompt.push(value.to_owned());
                }
                _ => return None,
            },
            "exclude_keys_all" => self.exclude_keys_all.extend(filled(value)?),
            "probability" => {
                let percent = value.trim_end_matches('%').trim().parse::<f64>().ok()?;
                self.probability = Some(percent).filter(|p| (0.0..=100.0).contains(p));
                self.probability?;
            }
            _ => return None,
        }
        Some(())
    }
}

/// A whole number; one below zero is zero, which means the same everywhere.
fn number(value: &str) -> Option<u32> {
    let number: f64 = value.parse().ok()?;
    (number.is_finite() && number.fract() == 0.0).then(|| number.clamp(0.0, 1e9) as u32)
}

fn filled(value: &str) -> Option<Vec<String>> {
    Some(list(value)).filter(|list| !list.is_empty())
}

/// Values that are separated by commas. `\,` is a comma, and those within `/…/` separate nothing.
pub(crate) fn list(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut item = String::new();
    let mut in_pattern = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&',') && !in_pattern => {
                item.push(',');
                chars.next();
            }
            '\\' => {
                item.push(c);
                item.extend(chars.next());
            }
            '/' if in_pattern => {
                in_pattern = false;
                item.push(c);
            }
            // A pattern begins an item, and its end is in sight.
            '/' if item.trim().is_empty() && chars.clone().any(|c| c == '/') => {
                in_pattern = true;
                item.push(c);
            }
            ',' | '，' if !in_pattern => items.push(std::mem::take(&mut item)),
            c => item.push(c),
        }
    }
    items.push(item);
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// What is told of decorators that have no effect.
pub(crate) fn warnings(field: &str, unused: &[String]) -> Vec<Warning> {
    unused
        .iter()
        .map(|line| {
            let line: String = line.chars().take(60).collect();
            Warning::new(field, format!("the decorator `{line}` is unknown or has no valid value"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> (Decorators, &str) {
        let (decorators, rest, _) = split(content);
        (decorators, rest)
    }

    #[test]
    fn decorators_are_taken_off_with_the_lines_round_them() {
        let (found, rest) = read("@@depth 4\r\n@@role user\n\nA dragon.\n");
        assert_eq!((found.depth, found.role), (Some(4), Some(Role::User)));
        assert_eq!(rest, "A dragon.");
        assert_eq!(read("No @@depth 4").1, "No @@depth 4");
        assert_eq!(read("\n text\n").1, "\n text\n", "without decorators nothing is trimmed");
        assert_eq!(read("@@activate").1, "");
        assert_eq!(read("@@ depth").1, "@@ depth");
        assert_eq!(read("@@用户 1\nx").1, "@@用户 1\nx");
        assert_eq!(read("@@depth:4\nx").1, "@@depth:4\nx");
    }

    #[test]
    fn a_fallback_counts_only_where_the_one_above_cannot_be_used() {
        let (found, _) =
            read("@@risu_only 4\n@@@activate_only_after 4\n@@depth 5\n@@@instruct_depth 5\nx");
        assert_eq!(
            (found.activate_only_after, found.depth, found.instruct_depth),
            (Some(4), Some(5), None)
        );
        let chain = "@@a 1\n@@@b 1\n@@@c 1\n@@@d 1\n@@@e 1\n@@@f 1\n@@@scan_depth 7\n@@@depth 3\nx";
        let (found, rest, unused) = split(chain);
        assert_eq!((found.scan_depth, found.depth, rest, unused.len()), (Some(7), None, "x", 6));
        assert_eq!(
            read("@@depth none\n@@@depth 2\nx").0.depth,
            Some(2),
            "an invalid value counts as unknown"
        );
        assert_eq!(read("@@@depth 2\nx"), (Decorators::default(), "x"), "a fallback of nothing");
        assert_eq!(
            read("@@activate_only_after_x 1\n@@@depth 2\nx").0.depth,
            Some(2),
            "names are whole"
        );
        assert_eq!(
            read("@@position moon\n@@@position scenario\nx").0.position,
            Some(Position::Scenario)
        );
    }

    #[test]
    fn the_first_of_a_name_counts_and_lists_add_up() {
        assert_eq!(read("@@depth 1\n@@depth 2\nx").0.depth, Some(1));
        let (found, _) = read(
            "@@additional_keys a, b\n@@additional_keys c\\,d,/e,f/i\n@@exclude_keys g\n@@exclude_keys h\nx",
        );
        assert_eq!(
            found.additional_keys,
            [vec!["a".to_owned(), "b".into()], vec!["c,d".into(), "/e,f/i".into()]]
        );
        assert_eq!(found.exclude_keys, ["g", "h"]);
    }

    #[test]
    fn values_that_mean_nothing_are_not_taken() {
        for line in [
            "@@activate_only_every 0",
            "@@depth",
            "@@depth 1.5",
            "@@depth NaN",
            "@@role narrator",
            "@@position",
            "@@is_user_icon",
            "@@additional_keys ,",
            "@@disable_ui_prompt everything",
            "@@probability 120",
            "@@activate false",
        ] {
            let content = format!("{line}\nx");
            let (found, rest, unused) = split(&content);
            assert_eq!((found, rest, unused.len()), (Decorators::default(), "x", 1), "{line}");
        }
        assert_eq!(read("@@depth -3\nx").0.depth, Some(0));
    }

    proptest::proptest! {
        #[test]
        fn any_content_keeps_its_words(content in "(@{1,4}[a-z_]{0,12}[ 0-9a-z,/\\\\]{0,8}\r?\n|[ \n]|[a-z@猫]{0,6}){0,8}") {
            let (_, rest, _) = split(&content);
            proptest::prop_assert!(content.contains(rest));
            // Nothing that could be a decorator is left at the head.
            let head = rest.trim_start().lines().next().unwrap_or_default();
            proptest::prop_assert!(parts(head.trim()).is_none(), "{}", head);
            if !content.contains("@@") {
                proptest::prop_assert_eq!(rest, &content);
            }
        }
    }
}
