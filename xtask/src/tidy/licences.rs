//! Everything that ships and is not source has its licence and origin beside it.

use std::collections::BTreeSet;

use super::File;

/// Kinds of files somebody made: pictures, sounds, fonts, weights.
const MADE: &[&str] = &[
    "svg",
    "png",
    "jpg",
    "jpeg",
    "webp",
    "gif",
    "apng",
    "ico",
    "icns",
    "wav",
    "ogg",
    "mp3",
    "flac",
    "opus",
    "ttf",
    "otf",
    "woff",
    "woff2",
    "gguf",
    "onnx",
    "safetensors",
    "bin",
    "pt",
    "npz",
    "charx",
];
/// Pictures of this program itself, and its icons, fall under the program's own licence.
const OWN: &[&str] = &["docs/", "src-tauri/icons/"];

/// The folder of every asset, or one above it, holds a file that names the licence. One at the very top of the repository,
/// or of `assets`, does not count: that would cover anything.
pub(crate) fn beside(files: &[File]) -> Vec<String> {
    let notes: BTreeSet<&str> =
        files.iter().filter(|file| is_note(file)).map(|file| folder(&file.path)).collect();
    let bare: BTreeSet<&str> = files
        .iter()
        .filter(|file| MADE.contains(&file.extension()) && !is_picture_test(&file.path))
        .filter(|file| !OWN.iter().any(|own| file.path.starts_with(own)))
        .map(|file| folder(&file.path))
        .filter(|start| !ancestors(start).any(|folder| notes.contains(folder)))
        .collect();
    bare.into_iter()
        .map(|folder| format!("{folder} has assets and no LICENSE (or CREDITS) beside them"))
        .collect()
}

/// A licence by its name; for fixtures of tests a README that speaks of the licence will do.
fn is_note(file: &File) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let text = file.text.as_deref().unwrap_or_default();
    let named =
        ["license", "licence", "copying", "credits"].iter().any(|start| name.starts_with(start));
    let fixture = file.path.starts_with("tests/") || file.path.contains("/tests/");
    let told = fixture
        && ["readme", "note"].iter().any(|start| name.starts_with(start))
        && ["licen", "made for this project", "public domain", "cc0"]
            .iter()
            .any(|word| text.to_lowercase().contains(word));
    !text.trim().is_empty() && (named || told)
}

/// What a browser test compares its screenshots with.
fn is_picture_test(path: &str) -> bool {
    path.contains("-snapshots/") || path.contains("/screenshots/")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(above, _)| above))
        .filter(|folder| {
            !matches!(*folder, "" | "assets" | "characters" | "ui" | "tests" | "crates")
        })
}

/// Ours twice for the crates alone, and the GPL for what they become once linked with espeak-ng.
pub(crate) fn texts(files: &[File]) -> Vec<String> {
    [
        ("LICENSE-MIT", "Permission is hereby granted"),
        ("LICENSE-APACHE", "Apache License"),
        ("LICENSE", "GNU GENERAL PUBLIC LICENSE"),
    ]
    .into_iter()
    .filter(|(name, words)| {
        !files.iter().any(|file| {
            file.path == *name && file.text.as_deref().is_some_and(|text| text.contains(words))
        })
    })
    .map(|(name, _)| format!("{name} is missing, or is another text"))
    .collect()
}

#[cfg(test)]
mod tests {
    //! Folders with and without a note.

    use super::super::file;
    use super::*;

    #[test]
    fn a_picture_without_a_licence_fails() {
        assert_eq!(beside(&[file("assets/models/a/a.gguf", "")]).len(), 1);
        assert_eq!(
            beside(&[
                file("assets/models/a/a.gguf", ""),
                file("assets/LICENSE", "covers everything?")
            ])
            .len(),
            1
        );
        assert_eq!(
            beside(&[file("assets/models/a/a.gguf", ""), file("assets/models/a/LICENSE", " ")])
                .len(),
            1
        );
    }

    #[test]
    fn a_note_covers_its_folder_and_those_below() {
        let files = [
            file("characters/ren/puppet/face.svg", "<svg/>"),
            file("characters/ren/CREDITS.md", "Made for this project. CC BY 4.0."),
            file("docs/screenshots/stage.png", ""),
            file("crates/a/tests/fixtures/x.gguf", ""),
            file("crates/a/tests/fixtures/README.md", "Made for this project, random numbers."),
        ];
        assert_eq!(beside(&files), Vec::<String>::new());
    }

    #[test]
    fn the_licence_texts_are_the_right_ones() {
        assert_eq!(texts(&[]).len(), 3);
        assert_eq!(
            texts(&[
                file("LICENSE", "GNU GENERAL PUBLIC LICENSE"),
                file("LICENSE-MIT", "Permission is hereby granted"),
                file("LICENSE-APACHE", "MIT")
            ])
            .len(),
            1
        );
    }
}
