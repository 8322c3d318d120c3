//! Opening a card in the editor and saving it: atomically, and only over the file that was opened.

use api::editor::{CardDocument, CardIssue};
use card::{Imported, Spec};
use domain::{CharacterId, Problem, ProblemKind};

use super::importing::format_name;
use super::reading::{CARD_FILES, digest, file_name_for};
use super::{document, saving, validation};
use crate::app::{Answer, App, lock};
use crate::characters::cards;

impl App {
    /// A character's card for the editor.
    pub fn open_card(&self, id: &str) -> Answer<CardDocument> {
        Ok(self.document(&CharacterId(id.to_owned()))?)
    }

    /// What a person should look at before saving.
    pub fn check_card(&self, document: &CardDocument) -> Vec<CardIssue> {
        validation::issues(document)
    }

    /// Makes a new character of the person's own; answers with its id.
    pub fn create_character(&self, name: &str) -> Answer<String> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "a character needs a name",
                "give it one; it can be changed later",
            )
            .into());
        }
        let character = domain::Character { name: name.clone(), ..domain::Character::default() };
        let json = Imported::new(character).to_json(Spec::V3);
        let id = self.shelf.library.add(&name, &[("card.json", &json)]).map_err(Problem::from)?;
        self.shelf.refresh(&id);
        self.tell_characters();
        Ok(id.0)
    }

    /// Saves an edited card; answers with it as it is now. Refused where the file is not the one that was opened.
    pub fn save_card(&self, document: &CardDocument) -> Answer<CardDocument> {
        if let Some(issue) = validation::issues(document).iter().find(|issue| issue.blocks) {
            return Err(Problem::new(
                ProblemKind::Invalid,
                format!("the card cannot be saved like this ({}: {})", issue.field, issue.code),
                "mend what the editor marks",
            )
            .into());
        }
        let id = CharacterId(document.id.clone());
        let (bytes, file) = cards::card_bytes(&self.shelf.library, &id)?;
        if digest(&bytes) != document.revision {
            return Err(Problem::new(
                ProblemKind::Busy,
                "the card was changed by something else since it was opened",
                "open it again and repeat your changes; nothing was overwritten",
            )
            .into());
        }
        self.write_card(&id, &bytes, file, document)?;
        self.shelf.refresh(&id);
        self.reload_if_on_stage(&id)?;
        self.tell_characters();
        Ok(self.document(&id)?)
    }

    /// Gives a card another name, for a copy.
    pub(super) fn rename_card(&self, id: &CharacterId, name: &str) -> Result<(), Problem> {
        let (bytes, file) = cards::card_bytes(&self.shelf.library, id)?;
        let mut document = self.document(id)?;
        name.clone_into(&mut document.name);
        self.write_card(id, &bytes, file, &document)
    }

    fn document(&self, id: &CharacterId) -> Result<CardDocument, Problem> {
        let (bytes, file) = cards::card_bytes(&self.shelf.library, id)?;
        let imported = card::import(&bytes, file)?;
        Ok(CardDocument {
            id: id.0.clone(),
            revision: digest(&bytes),
            built_in: self.shelf.library.find(id)?.built_in,
            format: format_name(imported.spec, file),
            ..document::of(&imported)
        })
    }

    fn write_card(
        &self,
        id: &CharacterId,
        bytes: &[u8],
        file: &str,
        document: &CardDocument,
    ) -> Result<(), Problem> {
        let mut imported = card::import(bytes, file)?;
        if !saving::apply(&mut imported, document)? {
            return Ok(());
        }
        let (form, saved) = imported.save(bytes)?;
        for warning in &saved.warnings {
            tracing::warn!(character = %id, field = warning.field, message = warning.message, "saved");
        }
        let stored_as = match form {
            card::Form::Json => "card.json",
            card::Form::Png => "card.png",
            card::Form::Charx => file_name_for(&saved.bytes, file),
        };
        let library = &self.shelf.library;
        if stored_as == file {
            library.write(id, file, &saved.bytes)?;
        } else {
            // Another kind of file takes the old one's place, which goes into the trash with all it carried.
            library.replace(id, &[(stored_as, &saved.bytes)], CARD_FILES)?;
        }
        Ok(())
    }

    /// Who is on stage goes on as the card says now.
    pub(super) fn reload_if_on_stage(&self, id: &CharacterId) -> Result<(), Problem> {
        let mut stage = lock(&self.stage).clone();
        if stage.id != *id {
            return Ok(());
        }
        stage.character = cards::load(&self.shelf.library, id)?.character;
        self.put_on_stage(&stage)
    }
}
