//! Files that are dropped on the window and are no characters: chat logs, lorebooks, packs of pictures. Each is taken in as what it is.

use std::path::Path;

use api::library::{ImportPreview, ImportTarget};
use api::{ImportReport, LooksReport};
use card::Sprite;
use domain::{CharacterId, Problem, ProblemKind};

use crate::app::{App, lock};
use crate::characters::expression_packs;
use crate::characters::expressions::FOLDER;
use crate::imports::chat_formats::{self, Talk};
use crate::imports::dropped_files::{Source, report};

/// What a file is that is no card and no model.
pub(crate) enum Other {
    /// Conversations.
    Talks(Vec<Talk>),
    /// A lorebook.
    Book(Box<lore::Book>, Vec<lore::Warning>),
    /// Pictures, perhaps of feelings.
    Sprites(Vec<Sprite>),
}

/// Looks at a file of which `card` said that it is no card.
///
/// # Errors
/// For what looks like a chat and is none, or holds nothing that can be read.
pub(crate) fn of(bytes: &[u8], file: &str) -> Result<Option<Other>, Problem> {
    if !chat_formats::is_risu(bytes) {
        if let Ok((book, warnings)) = lore::read(bytes)
            && !book.entries.is_empty()
        {
            return Ok(Some(Other::Book(Box::new(book), warnings)));
        }
        let sprites = card::sprites(bytes);
        if !sprites.is_empty() {
            return Ok(Some(Other::Sprites(sprites)));
        }
    }
    Ok(chat_formats::read(bytes, file)?.map(Other::Talks))
}

impl App {
    /// What a file is, where it is no card.
    pub(crate) fn preview_other(
        &self,
        bytes: &[u8],
        file: &str,
        blank: &ImportPreview,
    ) -> Option<ImportPreview> {
        let stem = || file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
        let other = match of(bytes, file) {
            Ok(other) => other?,
            Err(problem) => {
                return Some(ImportPreview { problem: Some(problem.into()), ..blank.clone() });
            }
        };
        let preview = match other {
            Other::Book(book, warnings) => ImportPreview {
                kind: Some("lorebook".to_owned()),
                name: if book.name.is_empty() { stem() } else { book.name.clone() },
                lore_entries: book.entries.len() as u32,
                tagline: book.description.chars().take(300).collect(),
                warnings: warnings.iter().map(line).collect(),
                target: self.own_target(),
                ..blank.clone()
            },
            Other::Talks(talks) => self.preview_talks(&talks, file, blank),
            Other::Sprites(sprites) => ImportPreview {
                kind: Some("sprites".to_owned()),
                name: stem(),
                assets: sprites.len() as u32,
                tags: sprites.iter().take(24).map(|sprite| sprite.name.clone()).collect(),
                picture: sprites.first().and_then(|sprite| {
                    let small = crate::characters::library::small(&sprite.bytes).ok()?;
                    Some(crate::characters::library::data_url(&small))
                }),
                target: self.own_target(),
                problem: self.own_target().is_none().then(|| nobody_to_give_it_to().into()),
                ..blank.clone()
            },
        };
        Some(preview)
    }

    /// Takes in a file that is no card: `into` is the character that it is given to. `None` where it is none of these.
    pub(crate) fn take_other(
        &self,
        source: &Source,
        into: Option<&str>,
    ) -> Result<Option<ImportReport>, Problem> {
        let (bytes, file) = source.read()?;
        if let Some(report) = self.take_scenery(&bytes, &source.to_string())? {
            return Ok(Some(report));
        }
        Ok(match of(&bytes, &file)? {
            Some(Other::Book(book, warnings)) => {
                Some(self.take_book(&bytes, &file, &book, &warnings, into)?)
            }
            Some(Other::Talks(talks)) => Some(self.take_talks(&talks, into)?),
            Some(Other::Sprites(sprites)) => Some(self.take_sprites(&sprites, &file, into)?),
            None => None,
        })
    }

    fn take_book(
        &self,
        bytes: &[u8],
        file: &str,
        book: &lore::Book,
        warnings: &[lore::Warning],
        into: Option<&str>,
    ) -> Result<ImportReport, Problem> {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = if book.name.is_empty() { stem } else { &book.name };
        let slug = store::slug(name);
        let lines = warnings.iter().map(line).collect();
        let stored_as = match into {
            Some(id) => {
                let stored_as = format!("{slug}.json");
                let id = CharacterId(id.to_owned());
                self.shelf.library.write_into(&id, "lorebooks", &stored_as, bytes)?;
                stored_as
            }
            None => {
                crate::prompting::lorebook_files::add(&self.paths.dirs.lorebooks(), &slug, bytes)?
            }
        };
        self.prepare_books();
        Ok(report("lorebook", name.to_owned(), stored_as, lines))
    }

    fn take_sprites(
        &self,
        sprites: &[Sprite],
        file: &str,
        into: Option<&str>,
    ) -> Result<ImportReport, Problem> {
        let id = match into {
            Some(id) => CharacterId(id.to_owned()),
            None => CharacterId(self.own_target().ok_or_else(nobody_to_give_it_to)?.id),
        };
        // Written as looks are: whole pictures only, one of each name.
        let folder = self.own_home(&id.0)?.join(FOLDER);
        let mut kept = LooksReport::default();
        for sprite in sprites {
            let file = format!("{}.{}", sprite.name.trim(), sprite.ext);
            expression_packs::take(&folder, &sprite.name, &file, &sprite.bytes, &mut kept)?;
        }
        let refused = kept.refused.iter();
        let warnings: Vec<String> =
            refused.map(|one| format!("{}: {}", one.file, one.reason)).collect();
        if kept.taken.is_empty() {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("none of the pictures could be kept ({})", warnings.join("; ")),
                "rename them to what they show, such as `joy.png`",
            ));
        }
        self.tell_characters();
        let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(report("sprites", name, id.0, warnings))
    }

    /// Who is on stage, where files may be put beside the card.
    fn own_target(&self) -> Option<ImportTarget> {
        let stage = lock(&self.stage).clone();
        let folder = self.shelf.library.find(&stage.id).ok()?;
        (!folder.built_in)
            .then(|| ImportTarget { id: stage.id.0.clone(), name: stage.character.name.clone() })
    }
}

fn nobody_to_give_it_to() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "these are pictures without a character, and who is on stage came with the app",
        "put one of your own characters on stage first, and drop the file again",
    )
}

fn line(warning: &lore::Warning) -> String {
    match warning.field.as_str() {
        "" => warning.message.clone(),
        field => format!("{field}: {}", warning.message),
    }
}

/// Whether a refusal says that the file is something else, which may be of use.
pub(crate) fn may_be(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Unsupported
}

#[cfg(test)]
mod tests {
    use super::{Other, of};

    #[test]
    fn files_are_taken_for_what_they_are() {
        let tavern = "{\"user_name\":\"Ann\",\"character_name\":\"Koto\",\"chat_metadata\":{}}\n\
            {\"name\":\"Koto\",\"is_user\":false,\"mes\":\"Hello.\",\"swipes\":[\"Hello.\",\"Hi.\"]}\n\
            {\"name\":\"Ann\",\"is_user\":true,\"mes\":\"A dragon?\"}";
        let Ok(Some(Other::Talks(talks))) = of(tavern.as_bytes(), "x.jsonl") else { panic!() };
        assert_eq!((talks[0].character.as_str(), talks[0].said.len()), ("Koto", 2));
        assert_eq!(talks[0].swipes(), 1);
        let world = br#"{"entries":{"0":{"uid":0,"key":["a"],"content":"b"}}}"#;
        assert!(
            matches!(of(world, "w.json"), Ok(Some(Other::Book(book, _))) if book.entries.len() == 1)
        );
        for nothing in ["", "words", "[]", "{}", "{\"temperature\": 1}"] {
            assert!(matches!(of(nothing.as_bytes(), "x.json"), Ok(None)), "{nothing}");
        }
        let examples = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n{\"messages\":[]}";
        let Err(problem) = of(examples.as_bytes(), "x.jsonl") else { panic!() };
        assert!(problem.message.contains("examples to train with"), "{problem:?}");
    }
}
