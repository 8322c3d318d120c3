//! Files that are dropped on the window and are no characters: chat logs, lorebooks, packs of pictures. Each is taken in as what it is.

use std::path::Path;

use card::Sprite;
use domain::{CharacterId, Log, NewMessage, Problem, ProblemKind, Role};
use serde_json::Value;

use crate::api::library::{ImportPreview, ImportTarget};
use crate::api::{ImportReport, LooksReport};
use crate::app::{App, lock};
use crate::expressions::FOLDER;
use crate::imports::{Source, report};
use crate::looks;
use crate::tools::history;

/// What a file is that is no card and no model.
pub(crate) enum Other {
    /// A conversation.
    Chat(Chat),
    /// A lorebook.
    Book(Box<lore::Book>, Vec<lore::Warning>),
    /// Pictures, perhaps of feelings.
    Sprites(Vec<Sprite>),
}

/// A conversation of another program.
pub(crate) struct Chat {
    /// With whom, as the file says; may be empty.
    pub(crate) character: String,
    /// What was said.
    pub(crate) said: Vec<(Role, String)>,
    /// What does not come along.
    pub(crate) warnings: Vec<String>,
}

/// Looks at a file of which `card` said that it is no card.
pub(crate) fn of(bytes: &[u8], file: &str, user: &str) -> Option<Other> {
    if let Ok((book, warnings)) = lore::read(bytes)
        && !book.entries.is_empty()
    {
        return Some(Other::Book(Box::new(book), warnings));
    }
    let sprites = card::sprites(bytes);
    if !sprites.is_empty() {
        return Some(Other::Sprites(sprites));
    }
    let is_chat =
        matches!(card::import(bytes, file), Err(card::Error::NotACard { what: "a chat log", .. }));
    is_chat.then(|| chat(bytes, user)).flatten().map(Other::Chat)
}

fn chat(bytes: &[u8], user: &str) -> Option<Chat> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let rows: Vec<Value> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(rows)) => rows,
        Ok(other) => vec![other],
        Err(_) => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
    };
    let name = |key: &str| rows.iter().find_map(|row| row.get(key)?.as_str());
    let is_user = |row: &&Value| row.get("is_user").and_then(Value::as_bool) == Some(true);
    let spoken = |row: &&Value| row.get("mes").is_some() && !is_user(row);
    let speaker = rows.iter().find(spoken).and_then(|row| row.get("name")?.as_str());
    let character = name("character_name").or(speaker).unwrap_or_default().to_owned();
    let user = name("user_name").unwrap_or(user);
    let said = history::parse(text, (&character, user));
    let swipes = rows
        .iter()
        .filter(|row| {
            row.get("swipes").and_then(Value::as_array).is_some_and(|swipes| swipes.len() > 1)
        })
        .count();
    let mut warnings = Vec::new();
    if swipes > 0 {
        warnings.push(format!(
            "swipes: {swipes} messages have further versions; the ones that were chosen come along"
        ));
    }
    (!said.is_empty()).then_some(Chat { character, said, warnings })
}

impl App {
    /// What a file is, where it is no card.
    pub(crate) fn preview_other(
        &self,
        bytes: &[u8],
        file: &str,
        blank: &ImportPreview,
    ) -> Option<ImportPreview> {
        let user = lock(&self.settings).get().user_name.clone();
        let stem = || file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
        let preview = match of(bytes, file, &user)? {
            Other::Book(book, warnings) => ImportPreview {
                kind: Some("lorebook".to_owned()),
                name: if book.name.is_empty() { stem() } else { book.name.clone() },
                lore_entries: book.entries.len() as u32,
                tagline: book.description.chars().take(300).collect(),
                warnings: warnings.iter().map(line).collect(),
                target: self.own_target(),
                ..blank.clone()
            },
            Other::Chat(chat) => {
                let first = chat.said.first().map(|(_, text)| text.as_str()).unwrap_or_default();
                ImportPreview {
                    kind: Some("conversation".to_owned()),
                    name: if chat.character.is_empty() { stem() } else { chat.character.clone() },
                    greeting: first.chars().take(400).collect(),
                    messages: chat.said.len() as u32,
                    target: Some(self.talker(&chat.character)),
                    warnings: chat.warnings,
                    ..blank.clone()
                }
            }
            Other::Sprites(sprites) => ImportPreview {
                kind: Some("sprites".to_owned()),
                name: stem(),
                assets: sprites.len() as u32,
                tags: sprites.iter().take(24).map(|sprite| sprite.name.clone()).collect(),
                picture: sprites.first().and_then(|sprite| {
                    let small = crate::library::small(&sprite.bytes).ok()?;
                    Some(crate::library::data_url(&small))
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
        let user = lock(&self.settings).get().user_name.clone();
        Ok(match of(&bytes, &file, &user) {
            Some(Other::Book(book, warnings)) => {
                Some(self.take_book(&bytes, &file, &book, &warnings, into)?)
            }
            Some(Other::Chat(chat)) => Some(self.take_chat(chat, into)?),
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
            None => crate::books::add(&self.places.dirs.lorebooks(), &slug, bytes)?,
        };
        self.prepare_books();
        Ok(report("lorebook", name.to_owned(), stored_as, lines))
    }

    fn take_chat(&self, chat: Chat, into: Option<&str>) -> Result<ImportReport, Problem> {
        let id = match into {
            Some(id) => CharacterId(id.to_owned()),
            None => CharacterId(self.talker(&chat.character).id),
        };
        self.shelf.library.find(&id)?;
        let conversation = self.log.begin(&id, "")?.id;
        let mut parent = None;
        for (role, text) in chat.said {
            let message =
                NewMessage { conversation, parent, role, text, interrupted: false, speaker: None };
            parent = Some(self.log.append(message)?.id);
        }
        self.log.select(conversation, parent)?;
        let name =
            self.shelf.index.get(&id.0).map_or_else(|| id.0.clone(), |card| card.name.clone());
        Ok(report("conversation", name, conversation.to_string(), chat.warnings))
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
            looks::take(&folder, &sprite.name, &file, &sprite.bytes, &mut kept)?;
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

    /// Whom a chat log is with: the character of that name, else who is on stage.
    fn talker(&self, name: &str) -> ImportTarget {
        let folded = store::fold(name);
        let everybody = self.shelf.index.search(
            &store::Query::default(),
            &store::Marks::default(),
            &std::collections::HashMap::default(),
        );
        let named = everybody
            .cards
            .iter()
            .find(|card| !folded.is_empty() && store::fold(&card.name) == folded)
            .map(|card| ImportTarget { id: card.id.clone(), name: card.name.clone() });
        named.unwrap_or_else(|| {
            let stage = lock(&self.stage);
            ImportTarget { id: stage.id.0.clone(), name: stage.character.name.clone() }
        })
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
    use domain::Role;

    #[test]
    fn files_are_taken_for_what_they_are() {
        let tavern = "{\"user_name\":\"Ann\",\"character_name\":\"Koto\",\"chat_metadata\":{}}\n\
            {\"name\":\"Koto\",\"is_user\":false,\"mes\":\"Hello.\",\"swipes\":[\"Hello.\",\"Hi.\"]}\n\
            {\"name\":\"Ann\",\"is_user\":true,\"mes\":\"A dragon?\"}";
        let Some(Other::Chat(chat)) = of(tavern.as_bytes(), "x.jsonl", "You") else { panic!() };
        assert_eq!(chat.character, "Koto");
        assert_eq!(
            chat.said,
            [(Role::Character, "Hello.".to_owned()), (Role::User, "A dragon?".to_owned())]
        );
        assert_eq!(chat.warnings.len(), 1);
        let old = br#"[{"name":"You","is_user":true,"mes":"One"},{"name":"Koto","is_user":false,"mes":"Two"}]"#;
        assert!(
            matches!(of(old, "x.json", "You"), Some(Other::Chat(chat)) if chat.said.len() == 2)
        );
        let pairs = br#"{"internal":[["Hi","Yes?"]],"visible":[["Hi","Yes?"]]}"#;
        let Some(Other::Chat(chat)) = of(pairs, "x.json", "You") else { panic!() };
        assert_eq!(
            chat.said,
            [(Role::User, "Hi".to_owned()), (Role::Character, "Yes?".to_owned())]
        );
        let world = br#"{"entries":{"0":{"uid":0,"key":["a"],"content":"b"}}}"#;
        assert!(
            matches!(of(world, "w.json", "You"), Some(Other::Book(book, _)) if book.entries.len() == 1)
        );
        for nothing in ["", "words", "[]", "{}", "{\"temperature\": 1}"] {
            assert!(of(nothing.as_bytes(), "x.json", "You").is_none(), "{nothing}");
        }
    }
}
