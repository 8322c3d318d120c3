//! What a line typed into `hanashi chat` means. One table holds every command, so that the help cannot say anything else.

/// Something other than a line to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Swipe,
    Swipes,
    Again,
    Continue,
    Edit,
    Undo,
    Suggest,
    Read,
    Picture,
    Note,
    Memory,
    Remember,
    Prompt,
    History,
    Save,
    Saves,
    Load,
    Talks,
    Open,
    Invite,
    Away,
    Speak,
    Mute,
    Lines,
    Clear,
    Stop,
}

/// A command as people see it.
struct Entry {
    command: Command,
    /// The first is shown.
    names: &'static [&'static str],
    /// What stands behind it; in brackets where it may be left out.
    argument: &'static str,
    what: &'static str,
}

const fn entry(
    command: Command,
    names: &'static [&'static str],
    argument: &'static str,
    what: &'static str,
) -> Entry {
    Entry { command, names, argument, what }
}

const COMMANDS: [Entry; 27] = [
    entry(Command::Help, &["help", "?"], "", "this list"),
    entry(
        Command::Swipe,
        &["swipe"],
        "[N]",
        "the next answer in the place of the last; behind the last one another is written; with N, answer N",
    ),
    entry(Command::Swipes, &["swipes"], "", "all answers in the place of the last"),
    entry(Command::Again, &["again", "regen"], "", "write another answer in the place of the last"),
    entry(Command::Continue, &["continue"], "", "let the character go on"),
    entry(Command::Edit, &["edit"], "TEXT", "your last line becomes TEXT and is answered anew"),
    entry(Command::Undo, &["undo"], "", "go back to before your last line"),
    entry(Command::Suggest, &["suggest"], "[N]", "what you might say, N lines"),
    entry(Command::Read, &["read"], "FILE", "say what stands in a text file"),
    entry(
        Command::Picture,
        &["picture"],
        "[FILE]",
        "picture the scene; the picture is kept, and written to FILE (else to a new scene.jpg)",
    ),
    entry(
        Command::Note,
        &["note"],
        "[TEXT]",
        "keep a note to the model for this conversation; without a text it goes",
    ),
    entry(Command::Memory, &["memory"], "", "what the character remembers of you"),
    entry(Command::Remember, &["remember"], "", "take back what was forgotten last in this chat"),
    entry(Command::Prompt, &["prompt"], "", "what the last prompt was made of"),
    entry(Command::History, &["history"], "", "the whole conversation"),
    entry(Command::Save, &["save"], "[SLOT]", "save this place (slot 1 to 999, or quick)"),
    entry(Command::Saves, &["saves"], "", "what was saved"),
    entry(Command::Load, &["load"], "[SLOT]", "go back to what was saved there"),
    entry(Command::Talks, &["talks"], "", "the conversations with this character"),
    entry(Command::Open, &["open"], "N", "go on with conversation N of them"),
    entry(
        Command::Invite,
        &["invite"],
        "NAME",
        "a character of the library joins the conversation",
    ),
    entry(Command::Away, &["away"], "NAME", "a guest leaves it"),
    entry(Command::Speak, &["speak"], "NAME", "make one of those who are there speak"),
    entry(Command::Mute, &["mute"], "NAME", "they speak only when you make them; again: not"),
    entry(
        Command::Lines,
        &["lines"],
        "N",
        "how many lines follow one of yours, 1 to 8: with more than one they talk among themselves",
    ),
    entry(Command::Clear, &["clear", "new"], "", "begin a new conversation"),
    entry(Command::Stop, &["stop", "exit", "quit"], "", "end the chat"),
];

/// A line that was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<'a> {
    /// Nothing.
    Blank,
    /// Said to the character.
    Say(&'a str),
    /// A command and what stands behind it.
    Do(Command, &'a str),
    /// A command that there is not, as it was typed.
    Unknown(&'a str),
    /// A command that cannot do without what it is for.
    Wants(&'static str),
}

/// Takes a line apart.
pub(super) fn parse(line: &str) -> Typed<'_> {
    let line = line.trim();
    let Some(rest) = line.strip_prefix('/') else {
        return if line.is_empty() { Typed::Blank } else { Typed::Say(line) };
    };
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let argument = argument.trim();
    match COMMANDS.iter().find(|entry| entry.names.contains(&name)) {
        Some(entry) if argument.is_empty() && needs_argument(entry) => Typed::Wants(entry.argument),
        Some(entry) => Typed::Do(entry.command, argument),
        None => Typed::Unknown(name),
    }
}

fn needs_argument(entry: &Entry) -> bool {
    !entry.argument.is_empty() && !entry.argument.starts_with('[')
}

/// The list of commands.
pub(super) fn help() -> String {
    let left = |entry: &Entry| format!("/{} {}", entry.names.join(", /"), entry.argument);
    let width = COMMANDS.iter().map(|entry| left(entry).trim_end().len()).max().unwrap_or(0);
    let mut lines: Vec<String> = COMMANDS
        .iter()
        .map(|entry| format!("  {:width$}  {}", left(entry).trim_end(), entry.what))
        .collect();
    lines.push("A line that ends in \\ goes on in the next.".to_owned());
    if cfg!(unix) {
        lines.push("Ctrl+C ends a running answer, and the chat where none runs.".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_the_help_under_every_name_and_does_what_it_is() {
        let help = help();
        for entry in &COMMANDS {
            for name in entry.names {
                let with = format!("/{name} 3 x");
                assert_eq!(parse(&with), Typed::Do(entry.command, "3 x"), "{name}");
                assert!(help.contains(&format!("/{name}")), "{name}");
                let alone = format!("  /{name}  ");
                let wanted = if needs_argument(entry) {
                    Typed::Wants(entry.argument)
                } else {
                    Typed::Do(entry.command, "")
                };
                assert_eq!(parse(&alone), wanted, "{name}");
            }
        }
        let names: Vec<_> = COMMANDS.iter().flat_map(|entry| entry.names).collect();
        let apart: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(apart.len(), names.len(), "a name means one thing");
    }

    #[test]
    fn what_is_no_command_is_said_or_named() {
        assert_eq!(parse("  \t"), Typed::Blank);
        assert_eq!(parse(" good morning / evening "), Typed::Say("good morning / evening"));
        assert_eq!(parse("/swiper 2"), Typed::Unknown("swiper"));
        assert_eq!(parse("/"), Typed::Unknown(""));
        assert_eq!(parse("/swipe\u{3000}2"), Typed::Do(Command::Swipe, "2"));
    }
}
