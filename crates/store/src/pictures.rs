//! Pictures of scenes: JPEG files in a folder, and a list of what they show. They belong to conversations and are no messages: whoever makes
//! prompts never sees them. Both are encrypted where the data folder is. One that was removed is set aside until the folder is opened again, so that it can be brought back.

use std::fs;
use std::path::{Path, PathBuf};

use domain::{ConversationId, MessageId, Millis};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, atomic, kept_json};

/// Most pictures that are kept.
pub const MAX_PICTURES: usize = 5_000;
/// Largest file that is kept or read, in bytes.
const MAX_FILE: usize = 32 << 20;

/// A picture that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenePicture {
    /// Its id, and the name of its file.
    pub id: Uuid,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// The message behind which it was made; `None` before anything was said.
    #[serde(default)]
    pub message: Option<MessageId>,
    /// What it shows.
    pub description: String,
    /// What drew it.
    pub by: String,
    /// On which machine; `None` for this one.
    #[serde(default)]
    pub host: Option<String>,
    /// When.
    pub at: Millis,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// It is the background of its conversation.
    #[serde(default)]
    pub background: bool,
    /// It was removed, and can be brought back for now.
    #[serde(default)]
    pub removed: bool,
}

/// The pictures, and the folder that they are kept in.
#[derive(Debug, Default)]
pub struct Pictures {
    folder: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    pictures: Vec<ScenePicture>,
    /// Of a newer version; written back as they were.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl Pictures {
    /// Reads the list; none where there is no folder yet. What was removed is gone now.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] where the list cannot be read; it is left as it is.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let mut kept: Kept = kept_json::read(&folder.join("pictures.json"))?;
        let (gone, pictures): (Vec<_>, Vec<_>) =
            kept.pictures.into_iter().partition(|one| one.removed);
        kept.pictures = pictures;
        let mut this = Self { folder: folder.to_owned(), kept };
        if !gone.is_empty() {
            this.write(this.kept.clone())?;
            for one in gone {
                // A file that stays takes room and nothing else.
                let _left = fs::remove_file(this.file(one.id));
            }
        }
        Ok(this)
    }

    /// The pictures of a conversation, the newest last.
    pub fn of(&self, conversation: ConversationId) -> impl Iterator<Item = &ScenePicture> {
        self.kept
            .pictures
            .iter()
            .filter(move |one| one.conversation == conversation && !one.removed)
    }

    /// Keeps a picture.
    ///
    /// # Errors
    /// [`Error::Invalid`] for one that is too large, or one too many; [`Error::Io`].
    pub fn keep(&mut self, picture: ScenePicture, jpeg: &[u8]) -> Result<(), Error> {
        if jpeg.len() > MAX_FILE {
            return Err(Error::Invalid("a picture may have 32 MiB".to_owned()));
        }
        if self.kept.pictures.len() >= MAX_PICTURES {
            return Err(Error::Invalid(format!(
                "{MAX_PICTURES} pictures are kept already; remove some"
            )));
        }
        fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        // The file first: a list that names one that is not there would be worse than a file that nobody names.
        atomic::write_private(&self.file(picture.id), jpeg)?;
        let mut kept = self.kept.clone();
        kept.pictures.push(picture);
        self.write(kept)
    }

    /// The file of a picture.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none of that id, [`Error::Io`].
    pub fn bytes(&self, id: Uuid) -> Result<Vec<u8>, Error> {
        self.named(id)?;
        let file = self.file(id);
        vault::read(&file, MAX_FILE as u64).map_err(Error::io("read", &file))
    }

    /// Makes a picture the background of its conversation, or (`on` false) takes it off.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn hang(&mut self, id: Uuid, on: bool) -> Result<(), Error> {
        let conversation = self.named(id)?.conversation;
        let mut kept = self.kept.clone();
        for one in kept.pictures.iter_mut().filter(|one| one.conversation == conversation) {
            one.background = on && one.id == id;
        }
        self.write(kept)
    }

    /// Removes a picture, or (`removed` false) brings it back. It is no background then.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn remove(&mut self, id: Uuid, removed: bool) -> Result<(), Error> {
        self.named(id)?;
        let mut kept = self.kept.clone();
        for one in kept.pictures.iter_mut().filter(|one| one.id == id) {
            one.removed = removed;
            one.background = false;
        }
        self.write(kept)
    }

    /// Deletes the pictures of a conversation for good.
    ///
    /// # Errors
    /// [`Error::Io`]; what could not be deleted is still listed.
    pub fn purge(&mut self, conversation: ConversationId) -> Result<(), Error> {
        let of_it: Vec<Uuid> = (self.kept.pictures.iter())
            .filter(|one| one.conversation == conversation)
            .map(|one| one.id)
            .collect();
        for id in &of_it {
            let file = self.file(*id);
            match fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("delete", &file)(error));
                }
                _ => {}
            }
        }
        if of_it.is_empty() {
            return Ok(());
        }
        let mut kept = self.kept.clone();
        kept.pictures.retain(|one| one.conversation != conversation);
        self.write(kept)
    }

    fn named(&self, id: Uuid) -> Result<&ScenePicture, Error> {
        self.kept
            .pictures
            .iter()
            .find(|one| one.id == id)
            .ok_or_else(|| Error::Unknown { what: "picture", id: id.to_string() })
    }

    fn file(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.jpg"))
    }

    fn write(&mut self, kept: Kept) -> Result<(), Error> {
        atomic::write_private(&self.folder.join("pictures.json"), &kept_json::bytes(&kept))?;
        self.kept = kept;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(number: u128, conversation: u128) -> ScenePicture {
        ScenePicture {
            id: Uuid::from_u128(number),
            conversation: ConversationId(Uuid::from_u128(conversation)),
            message: None,
            description: "a park at night".to_owned(),
            by: "layers".to_owned(),
            host: None,
            at: 1,
            width: 4,
            height: 3,
            background: false,
            removed: false,
        }
    }

    #[test]
    fn one_background_a_conversation_and_a_removal_that_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("pictures");
        let mut pictures = Pictures::open(&place).unwrap();
        assert!(!place.exists(), "nothing is made before there is a picture");
        for (number, conversation) in [(1, 7), (2, 7), (3, 8)] {
            pictures.keep(picture(number, conversation), b"jpeg").unwrap();
        }
        let id = Uuid::from_u128;
        let here = ConversationId(id(7));
        for number in [1, 2] {
            pictures.hang(id(number), true).unwrap();
        }
        pictures.hang(id(3), true).unwrap();
        let hung = |pictures: &Pictures| {
            pictures.of(here).filter(|one| one.background).map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(hung(&pictures), [id(2)]);
        pictures.remove(id(2), true).unwrap();
        assert_eq!((hung(&pictures).len(), pictures.of(here).count()), (0, 1));
        pictures.remove(id(2), false).unwrap();
        assert_eq!(pictures.bytes(id(2)).unwrap(), b"jpeg");
        pictures.remove(id(1), true).unwrap();

        let mut again = Pictures::open(&place).unwrap();
        assert_eq!(again.of(here).map(|one| one.id).collect::<Vec<_>>(), [id(2)]);
        assert!(again.bytes(id(1)).is_err() && !place.join(format!("{}.jpg", id(1))).exists());
        again.purge(here).unwrap();
        assert_eq!(
            (again.of(here).count(), place.join(format!("{}.jpg", id(2))).exists()),
            (0, false)
        );
        assert_eq!(again.of(ConversationId(id(8))).count(), 1);
        assert!(again.hang(id(9), true).is_err() && again.remove(id(9), true).is_err());
        assert!(again.keep(picture(4, 7), &vec![0; MAX_FILE + 1]).is_err());
    }

    #[test]
    fn a_list_that_cannot_be_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pictures.json"), b"{broken").unwrap();
        assert!(Pictures::open(folder.path()).is_err());
        assert_eq!(std::fs::read(folder.path().join("pictures.json")).unwrap(), b"{broken");
    }
}
