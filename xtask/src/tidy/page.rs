//! Rules for the page: one door to the desktop, and every language complete.

use std::collections::BTreeSet;

use super::File;

/// The only folder that knows what is behind the page.
const DOOR: &str = "ui/src/lib/backend/";

/// `@tauri-apps` is imported in the backend folder and nowhere else, so that the page runs in any browser.
pub(crate) fn door(files: &[File]) -> Vec<String> {
    let package = ["@tauri", "-apps/"].concat();
    files
        .iter()
        .filter(|file| {
            (file.path.starts_with("ui/src/") || file.path.starts_with("tests/ui/"))
                && !file.path.starts_with(DOOR)
        })
        .filter(|file| file.text.as_deref().is_some_and(|text| text.contains(&package)))
        .map(|file| format!("{} knows about Tauri: go through {DOOR}backend.ts", file.path))
        .collect()
}

/// Where colours are written down; everything else names them.
const TOKENS: &str = "ui/src/lib/theme/tokens.css";

/// No style of the page says a colour in numbers: a theme that cannot reach it would leave it behind.
pub(crate) fn colours(files: &[File]) -> Vec<String> {
    let mut wrong = vec![];
    for file in files.iter().filter(|file| file.path.starts_with("ui/src/") && file.path != TOKENS)
    {
        let Some(text) = file.text.as_deref() else { continue };
        let mut inside = file.extension() == "css";
        for (number, line) in text.lines().enumerate() {
            match file.extension() {
                "svelte" if line.starts_with("<style") => inside = true,
                "svelte" if line.starts_with("</style") => inside = false,
                "svelte" | "css" if inside && is_colour(line) => wrong.push(format!(
                    "{}:{}: `{}` is a colour in numbers: give it a name in {TOKENS}",
                    file.path,
                    number + 1,
                    line.trim()
                )),
                _ => {}
            }
        }
    }
    wrong
}

/// A declaration with `#rrggbb`, `rgb(1 2 3)` or `hsl(1 2 3)` in it.
fn is_colour(line: &str) -> bool {
    // A value may go on in the next line, which has no colon; a selector with an id ends in `{`.
    if line.trim_end().ends_with('{') {
        return false;
    }
    let hex = line.split('#').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let ends = rest[digits..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '-');
        matches!(digits, 3 | 4 | 6 | 8) && ends
    });
    let function = ["rgb(", "rgba(", "hsl(", "hsla("].iter().any(|name| {
        line.split(name)
            .skip(1)
            .any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    hex || function
}

/// Where the words of the page are: one file a language, `export const en = { key: …, }`.
const MESSAGES: &str = "ui/src/messages/";
/// Every language the app speaks.
const LANGUAGES: &[&str] = &["en", "zh", "ja"];

/// Every language has every message of English and no other, and none is empty.
pub(crate) fn translations(files: &[File]) -> Vec<String> {
    if !files.iter().any(|file| file.path.starts_with("ui/src/")) {
        return vec![];
    }
    let mut wrong = vec![];
    let mut english = BTreeSet::new();
    for language in LANGUAGES {
        let path = format!("{MESSAGES}{language}.ts");
        let Some(text) =
            files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref())
        else {
            wrong.push(format!("{path} is missing"));
            continue;
        };
        let all = messages(text);
        wrong.extend(
            all.iter()
                .filter(|(_, rest)| ["'',", "\"\",", "``,"].contains(rest))
                .map(|(key, _)| format!("{path}: `{key}` is empty")),
        );
        let keys: BTreeSet<&str> = all.iter().map(|&(key, _)| key).collect();
        if keys.is_empty() {
            wrong.push(format!("{path} has no messages"));
        }
        if *language == "en" {
            english = keys;
        } else {
            wrong.extend(english.difference(&keys).map(|key| format!("{path} lacks `{key}`")));
            wrong.extend(
                keys.difference(&english).map(|key| format!("{path}: `{key}` is not in English")),
            );
        }
    }
    wrong
}

/// The keys of the top level, two spaces deep as the formatter writes them, and what follows each on its line.
fn messages(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_once(':'))
        .filter(|(key, _)| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
        .map(|(key, rest)| (key, rest.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    //! Small pages, each with one thing wrong.

    use super::super::file;
    use super::*;

    #[test]
    fn only_the_backend_folder_knows_tauri() {
        let import = ["import { invoke } from '@tauri", "-apps/api/core';"].concat();
        assert!(door(&[file("ui/src/lib/backend/tauri.ts", &import)]).is_empty());
        assert_eq!(door(&[file("ui/src/views/story.svelte", &import)]).len(), 1);
    }

    #[test]
    fn a_colour_has_a_name() {
        let style = |line: &str| {
            let text =
                format!("<p id=\"#fff\">x</p>\n<style>\n  p {{\n    {line}\n  }}\n</style>\n");
            colours(&[file("ui/src/views/Story.svelte", &text)]).len()
        };
        for line in
            ["color: #fff;", "background: rgb(1 2 3 / 0.5);", "#a1b2c3,", "color: hsl(20 1% 2%);"]
        {
            assert_eq!(style(line), 1, "{line}");
        }
        for line in [
            "color: var(--ink);",
            "background: rgb(var(--title-rgb) / 0.9);",
            "#say {",
            "fill: url(#glow);",
        ] {
            assert_eq!(style(line), 0, "{line}");
        }
        assert!(colours(&[file(TOKENS, "  --ink: #000;")]).is_empty());
        assert_eq!(colours(&[file("ui/src/lib/theme/base.css", "  color: #000;")]).len(), 1);
    }

    #[test]
    fn a_message_missing_in_one_language_is_named() {
        let check = |zh: &str| {
            let words = |language: &str, body: &str| {
                file(
                    &format!("ui/src/messages/{language}.ts"),
                    &format!("export const {language} = {{\n{body}\n}};\n"),
                )
            };
            let en = "  app: 'Hanashi',\n  // a note: this\n  heard: (text: string) =>\n    `Heard: ${text}`,";
            translations(&[words("en", en), words("zh", zh), words("ja", en)])
        };
        assert_eq!(check("  app: 'Hanashi',\n  heard: (text) => text,"), Vec::<String>::new());
        assert_eq!(check("  app: 'Hanashi',"), ["ui/src/messages/zh.ts lacks `heard`"]);
        assert_eq!(
            check("  app: '',\n  heard: (text) => text,"),
            ["ui/src/messages/zh.ts: `app` is empty"]
        );
        assert_eq!(
            check("  app: 'x',\n  heard: x,\n  old: 'y',"),
            ["ui/src/messages/zh.ts: `old` is not in English"]
        );
        assert_eq!(check("").len(), 3);
    }

    #[test]
    fn a_language_that_is_not_there_is_named() {
        let en = "export const en = {\n  app: 'x',\n};\n";
        let wrong =
            translations(&[file("ui/src/messages/en.ts", en), file("ui/src/messages/zh.ts", en)]);
        assert_eq!(wrong, ["ui/src/messages/ja.ts is missing"]);
    }
}
