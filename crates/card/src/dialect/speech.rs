//! Dialogue as other programs write it: who speaks stands before a colon, under many names.

/// Names that mean the person, whatever the card.
const USER: [&str; 9] =
    ["{{user}}", "{{user1}}", "<user>", "you", "user", "human", "anon", "#{user}", "用户"];
/// Names that mean the character.
const CHAR: [&str; 6] = ["{{char}}", "<bot>", "{{agentname}}", "#{character}", "assistant", "bot"];

/// How a speaker is written in a card, where the name means the person or the character `name`.
pub(crate) fn speaker(who: &str, name: &str) -> Option<&'static str> {
    let who = who.trim().to_lowercase();
    if USER.contains(&who.as_str()) {
        Some("{{user}}")
    } else if CHAR.contains(&who.as_str()) || (!who.is_empty() && who == name.trim().to_lowercase())
    {
        Some("{{char}}")
    } else {
        None
    }
}

/// A text in which speakers at the head of a line are written as cards do.
pub(crate) fn labelled(text: &str, name: &str) -> String {
    let lines = text.split('\n').map(|line| match line.split_once(':') {
        Some((who, words)) if who.len() <= 64 => match speaker(who, name) {
            Some(who) => format!("{who}:{words}"),
            None => line.to_owned(),
        },
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// True for a line that somebody speaks.
pub(crate) fn is_spoken(line: &str, name: &str) -> bool {
    line.split_once(':').is_some_and(|(who, _)| who.len() <= 64 && speaker(who, name).is_some())
}

/// `text` with every placeholder of another program (`{user}`) put as a macro. What has two brackets is a macro already.
pub(crate) fn macros(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(from) {
            let (before, after) = (&rest[..at], &rest[at + from.len()..]);
            out.push_str(before);
            let doubled = out.ends_with('{') && after.starts_with('}');
            out.push_str(if doubled { from } else { to });
            rest = after;
        }
        out.push_str(rest);
        out
    })
}

/// A text divided where its example dialogue begins: at `<START>`, or at the first of at least two spoken lines. What follows the
/// dialogue belongs to it only where nothing but speech follows.
pub(crate) fn split_dialogue<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    if let Some(at) = text.to_ascii_lowercase().find("<start>") {
        return (text[..at].trim_end(), &text[at..]);
    }
    let (mut at, mut first, mut spoken) = (0, None, 0);
    for line in text.split_inclusive('\n') {
        if is_spoken(line, name) {
            first.get_or_insert(at);
            spoken += 1;
        }
        at += line.len();
    }
    match first {
        Some(at) if spoken >= 2 => (text[..at].trim_end(), &text[at..]),
        _ => (text, ""),
    }
}

/// Example dialogue with the `<START>` that cards put before it.
pub(crate) fn started(text: &str) -> String {
    if text.trim().is_empty() || text.trim_start().to_ascii_lowercase().starts_with("<start>") {
        text.to_owned()
    } else {
        format!("<START>\n{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_recognised_and_times_are_not() {
        let text = "You: Hi.\nMira: It is 12:30.\n{{user1}}: Oh: well.\nThe sea: grey.";
        assert_eq!(
            labelled(text, "Mira"),
            "{{user}}: Hi.\n{{char}}: It is 12:30.\n{{user}}: Oh: well.\nThe sea: grey."
        );
    }

    #[test]
    fn placeholders_become_macros_once() {
        let pairs = [("#{user}", "{{user}}"), ("{user}", "{{user}}")];
        assert_eq!(
            macros("{user}, {{user}} and #{user}", &pairs),
            "{{user}}, {{user}} and {{user}}"
        );
    }

    #[test]
    fn a_persona_ends_where_its_dialogue_begins() {
        let text = "Mira keeps a light.\n\nYou: Hi.\nMira: Yes?";
        assert_eq!(split_dialogue(text, "Mira"), ("Mira keeps a light.", "You: Hi.\nMira: Yes?"));
        assert_eq!(split_dialogue("One.\nYou: alone", "Mira"), ("One.\nYou: alone", ""));
        assert_eq!(split_dialogue("A.\n<START>\nB: c", ""), ("A.", "<START>\nB: c"));
    }
}
