//! Who the person is: the profile of the settings, and others beside it.

use api::AppEvent;
use api::library::{PersonaEntry, PersonaList, PersonaScope};
use domain::{CharacterId, ConversationId, Persona, Problem};
use store::{Personas, Profile, Scope};

use super::listing::unreadable_choices;
use crate::app::{Answer, App, lock};

impl App {
    /// Who the person is in a conversation.
    pub(crate) fn persona(&self, character: &CharacterId, conversation: ConversationId) -> Persona {
        let personas = lock(&self.shelf.personas);
        let chosen = personas.as_ref().and_then(|personas| personas.of(character, conversation));
        match chosen {
            Some(profile) => {
                Persona { name: profile.name.clone(), description: profile.description.clone() }
            }
            None => lock(&self.settings).get().persona(),
        }
    }

    /// The profiles, and which are chosen for whoever is on stage.
    pub fn personas(&self) -> Answer<PersonaList> {
        let stage = lock(&self.stage).clone();
        let settings = lock(&self.settings).get().persona();
        let own = PersonaEntry {
            id: String::new(),
            name: settings.name,
            description: settings.description,
        };
        let personas = lock(&self.shelf.personas);
        let personas = personas.as_ref().ok_or_else(unreadable_choices)?;
        let choice = |scope: Scope| personas.choice(&scope).map(str::to_owned);
        let active = personas.of(&stage.id, stage.conversation);
        Ok(PersonaList {
            personas: std::iter::once(own).chain(personas.profiles().iter().map(entry)).collect(),
            usual: choice(Scope::Usual).unwrap_or_default(),
            for_character: choice(Scope::Character(stage.id.clone())),
            for_conversation: choice(Scope::Conversation(stage.conversation)),
            active: active.map(|profile| profile.id.clone()).unwrap_or_default(),
        })
    }

    /// Adds a profile (with an empty id) or changes one; answers with its id.
    pub fn save_persona(&self, persona: PersonaEntry) -> Answer<String> {
        let PersonaEntry { id, name, description } = persona;
        let id =
            self.change_personas(|personas| personas.save(Profile { id, name, description }))?;
        self.persona_changed()?;
        Ok(id)
    }

    /// Removes a profile.
    pub fn remove_persona(&self, id: &str) -> Answer<()> {
        self.change_personas(|personas| personas.remove(id))?;
        self.persona_changed()
    }

    /// Chooses a profile, or takes the choice back. Takes effect at once.
    pub fn choose_persona(&self, scope: PersonaScope, id: Option<&str>) -> Answer<()> {
        let stage = lock(&self.stage).clone();
        let scope = match scope {
            PersonaScope::Usual => Scope::Usual,
            PersonaScope::Character => Scope::Character(stage.id),
            PersonaScope::Conversation => Scope::Conversation(stage.conversation),
        };
        self.change_personas(|personas| personas.choose(&scope, id))?;
        self.persona_changed()
    }

    pub(super) fn change_personas<T>(
        &self,
        change: impl FnOnce(&mut Personas) -> Result<T, store::Error>,
    ) -> Result<T, Problem> {
        match &mut *lock(&self.shelf.personas) {
            Some(personas) => Ok(change(personas)?),
            None => Err(unreadable_choices()),
        }
    }

    /// Name of the person in the conversation on stage.
    pub(crate) fn persona_name(&self) -> String {
        let stage = lock(&self.stage).clone();
        self.persona(&stage.id, stage.conversation).name
    }

    fn persona_changed(&self) -> Answer<()> {
        let stage = lock(&self.stage).clone();
        self.open(&stage)?;
        self.tell_persona();
        Ok(())
    }

    pub(crate) fn tell_persona(&self) {
        self.hub.send(AppEvent::PersonaChanged { name: self.persona_name() });
    }
}

fn entry(profile: &Profile) -> PersonaEntry {
    PersonaEntry {
        id: profile.id.clone(),
        name: profile.name.clone(),
        description: profile.description.clone(),
    }
}
