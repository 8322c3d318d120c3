//! Who the person is in the stories: several profiles, one of them usual, others chosen for a character or a conversation.
//!
//! The profile with the empty id is the one of the settings (`user_name`, `user_description`): it always exists and is not kept here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{CharacterId, ConversationId};
use serde::{Deserialize, Serialize};

use crate::{Error, atomic, kept_json};

/// More profiles than anybody has; a limit for the file's sake.
pub const MAX_PROFILES: usize = 500;

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Never empty.
    pub id: String,
    /// What `{{user}}` becomes.
    pub name: String,
    /// What the characters may know.
    pub description: String,
}

/// For whom a profile is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// For everybody who has no choice of their own.
    Usual,
    /// For one character.
    Character(CharacterId),
    /// For one conversation.
    Conversation(ConversationId),
}

/// The profiles, and the file that they are kept in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Personas {
    path: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    profiles: Vec<Profile>,
    usual: String,
    characters: BTreeMap<String, String>,
    conversations: BTreeMap<String, String>,
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl Personas {
    /// Reads the profiles; none where there is no file yet.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] where the file cannot be read; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_owned(), kept: kept_json::read(path)? })
    }

    /// All profiles but that of the settings.
    pub fn profiles(&self) -> &[Profile] {
        &self.kept.profiles
    }

    /// The profile that is chosen for exactly this scope; empty for that of the settings, `None` where nothing is chosen.
    pub fn choice(&self, scope: &Scope) -> Option<&str> {
        let kept = &self.kept;
        let id = match scope {
            Scope::Usual => Some(&kept.usual),
            Scope::Character(id) => kept.characters.get(&id.0),
            Scope::Conversation(id) => kept.conversations.get(&id.to_string()),
        };
        // What was removed is no choice any more.
        id.map(String::as_str).filter(|id| id.is_empty() || self.get(id).is_some())
    }

    /// The profile of a conversation with a character: its own, else the character's, else the usual one. `None` is that of the
    /// settings.
    pub fn of(&self, character: &CharacterId, conversation: ConversationId) -> Option<&Profile> {
        let scopes =
            [Scope::Conversation(conversation), Scope::Character(character.clone()), Scope::Usual];
        let id = scopes.iter().find_map(|scope| self.choice(scope))?;
        self.get(id)
    }

    /// Adds a profile (with an empty id) or changes one; answers with its id.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Invalid`] for an empty name or too many, [`Error::Io`].
    pub fn save(&mut self, profile: Profile) -> Result<String, Error> {
        if profile.name.trim().is_empty() {
            return Err(Error::Invalid("a profile needs a name".to_owned()));
        }
        let mut kept = self.kept.clone();
        let id = if profile.id.is_empty() {
            if kept.profiles.len() >= MAX_PROFILES {
                return Err(Error::Invalid(format!("there are {MAX_PROFILES} profiles already")));
            }
            let id = crate::new_id().to_string();
            kept.profiles.push(Profile { id: id.clone(), ..profile });
            id
        } else {
            let place = kept.profiles.iter_mut().find(|one| one.id == profile.id);
            let id = profile.id.clone();
            *place.ok_or_else(|| unknown(&id))? = profile;
            id
        };
        self.write(kept)?;
        Ok(id)
    }

    /// Removes a profile. Whatever chose it goes back to what it would be without.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn remove(&mut self, id: &str) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        let before = kept.profiles.len();
        kept.profiles.retain(|profile| profile.id != id);
        if kept.profiles.len() == before {
            return Err(unknown(id));
        }
        if kept.usual == id {
            kept.usual.clear();
        }
        kept.characters.retain(|_, chosen| chosen != id);
        kept.conversations.retain(|_, chosen| chosen != id);
        self.write(kept)
    }

    /// Chooses a profile (empty: that of the settings) for a scope, or takes the choice back.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Io`].
    pub fn choose(&mut self, scope: &Scope, id: Option<&str>) -> Result<(), Error> {
        if let Some(id) = id
            && !id.is_empty()
            && self.get(id).is_none()
        {
            return Err(unknown(id));
        }
        let mut kept = self.kept.clone();
        let (choices, key) = match scope {
            Scope::Usual => {
                id.unwrap_or_default().clone_into(&mut kept.usual);
                return self.write(kept);
            }
            Scope::Character(character) => (&mut kept.characters, character.0.clone()),
            Scope::Conversation(conversation) => {
                (&mut kept.conversations, conversation.to_string())
            }
        };
        match id {
            Some(id) => drop(choices.insert(key, id.to_owned())),
            None => drop(choices.remove(&key)),
        }
        self.write(kept)
    }

    /// Lets go of the choice for a conversation.
    ///
    /// # Errors
    /// [`Error::Io`]; the choice is as it was then.
    pub fn drop_conversation(&mut self, id: ConversationId) -> Result<(), Error> {
        let mut kept = self.kept.clone();
        if kept.conversations.remove(&id.to_string()).is_none() {
            return Ok(());
        }
        self.write(kept)
    }

    fn get(&self, id: &str) -> Option<&Profile> {
        self.kept.profiles.iter().find(|profile| profile.id == id)
    }

    fn write(&mut self, kept: Kept) -> Result<(), Error> {
        atomic::write_private(&self.path, &kept_json::bytes(&kept))?;
        self.kept = kept;
        Ok(())
    }
}

fn unknown(id: &str) -> Error {
    Error::Unknown { what: "profile", id: id.to_owned() }
}
