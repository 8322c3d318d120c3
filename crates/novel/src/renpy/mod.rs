//! Ren'Py (`.rpy`): its own grammar of statements, as far as it decides who says what. Conditions, Python and screens are stepped
//! over, not run; characters are taken from wherever a game defines them.
//!
//! Order and line numbers are those of Ren'Py's parser: what somebody says in a menu comes first, then its caption and choices, which
//! stand at the menu's line, before the blocks under them.

mod characters;
mod lexer;
mod lines;
mod say;
mod script;
mod strings;
mod text;

use crate::files::Script;
use crate::found::Found;

/// Reads all scripts of a game: first who speaks, then what is said.
pub(crate) fn read(scripts: &[Script], found: &mut Found) {
    let (catalogues, scripts): (Vec<&Script>, Vec<&Script>) =
        scripts.iter().partition(|script| is_catalogue(&script.text));
    for script in catalogues {
        found.refuse(&script.path, "is a translators' catalogue (gettext), no script");
    }
    let mut cast = characters::Cast::default();
    let cut: Vec<_> = scripts.iter().map(|script| lines::logical_lines(&script.text)).collect();
    for lines in &cut {
        script::definitions(lines, &mut cast);
    }
    let mut strings = strings::Strings::default();
    for (source, lines) in scripts.iter().zip(&cut) {
        script::Reader::new(&source.path, &cast, lines, found, &mut strings).read();
    }
    strings.give(found);
}

/// Some translators keep `msgid "…"`, `msgstr "…"` under the names of the scripts.
fn is_catalogue(text: &str) -> bool {
    let has = |start: &str| text.lines().any(|line| line.starts_with(start));
    has("msgid \"") && has("msgstr \"")
}
