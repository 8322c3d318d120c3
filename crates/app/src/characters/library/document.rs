//! A card as the editor's document.

use api::editor::{AssetRow, CardAttributes, CardDocument, LanguageNote};
use card::{Availability, Details};
use domain::{Attributes, Character};

use super::lorebook;

/// The document of a card. `id`, `revision`, `built_in` and `format` are the caller's.
pub(crate) fn of(imported: &card::Imported) -> CardDocument {
    let character = imported.character.clone();
    let voice = character.voice.clone();
    CardDocument {
        name: character.name,
        nickname: character.nickname.unwrap_or_default(),
        description: character.description,
        personality: character.personality,
        scenario: character.scenario,
        greetings: character.greetings,
        group_greetings: imported.details.group_greetings.clone(),
        example_dialogue: character.example_dialogue,
        system_prompt: character.system_prompt,
        post_history_instructions: character.post_history_instructions,
        creator_notes: character.creator_notes,
        notes: imported
            .details
            .notes_by_language
            .iter()
            .map(|(language, text)| LanguageNote { language: language.clone(), text: text.clone() })
            .collect(),
        creator: character.creator,
        version: character.version,
        tags: character.tags,
        attributes: attributes(&character.attributes),
        never_says: character.never_says,
        outside: character.outside,
        voice: voice.as_ref().map(|voice| voice.voice.clone()).unwrap_or_default(),
        voice_rate: voice.as_ref().map_or(1.0, |voice| voice.rate),
        voice_pitch: voice.as_ref().map_or(0.0, |voice| voice.pitch),
        language: character.language.map(|lang| lang.code().to_owned()).unwrap_or_default(),
        assets: imported
            .assets
            .iter()
            .enumerate()
            .map(|(at, asset)| AssetRow { origin: Some(at as u32), ..row(asset) })
            .collect(),
        book: imported.book.as_ref().map(lorebook::read),
        ..CardDocument::default()
    }
}

/// The character that a document describes, over the one it came from.
pub(crate) fn character(document: &CardDocument, old: &Character) -> Character {
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    Character {
        name: document.name.split_whitespace().collect::<Vec<_>>().join(" "),
        nickname: filled(&document.nickname),
        description: document.description.clone(),
        personality: document.personality.clone(),
        scenario: document.scenario.clone(),
        greetings: document
            .greetings
            .iter()
            .filter(|text| !text.trim().is_empty())
            .cloned()
            .collect(),
        example_dialogue: document.example_dialogue.clone(),
        system_prompt: document.system_prompt.clone(),
        post_history_instructions: document.post_history_instructions.clone(),
        creator_notes: document.creator_notes.clone(),
        creator: document.creator.clone(),
        version: document.version.clone(),
        tags: words(&document.tags),
        voice: filled(&document.voice).map(|voice| domain::VoiceChoice {
            voice,
            rate: document.voice_rate.clamp(0.5, 2.0),
            pitch: document.voice_pitch.clamp(-1.0, 1.0),
        }),
        language: domain::Lang::from_code(&document.language),
        attributes: attributes_back(&document.attributes),
        never_says: words(&document.never_says),
        outside: words(&document.outside),
        ..old.clone()
    }
}

/// What of a list holds something.
fn words(list: &[String]) -> Vec<String> {
    list.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

/// An asset for the editor.
pub(crate) fn row(asset: &card::Asset) -> AssetRow {
    AssetRow {
        origin: None,
        kind: asset.kind.clone(),
        name: asset.name.clone(),
        uri: asset.short_uri().to_owned(),
        ext: asset.ext.clone(),
        at: match asset.at {
            Availability::Default => "default",
            Availability::Inside => "inside",
            Availability::Network => "network",
            Availability::Missing => "missing",
            _ => "unknown",
        }
        .to_owned(),
        bytes: asset.bytes.map(|bytes| bytes as f64),
        file: String::new(),
    }
}

/// What the card says beside its character, over what it said.
pub(crate) fn details(document: &CardDocument, old: &Details) -> Details {
    let filled = |text: &&String| !text.trim().is_empty();
    let notes = document.notes.iter().filter(|note| filled(&&note.language));
    Details {
        group_greetings: document.group_greetings.iter().filter(filled).cloned().collect(),
        notes_by_language: notes
            .map(|note| (note.language.trim().to_owned(), note.text.clone()))
            .collect(),
        ..old.clone()
    }
}

fn attributes(of: &Attributes) -> CardAttributes {
    let of = of.clone();
    CardAttributes {
        identity: of.identity,
        interests: of.interests,
        viewpoints: of.viewpoints,
        experiences: of.experiences,
        achievements: of.achievements,
        relationships: of.relationships,
        other: of.other,
        language_style: of.language_style,
        emotional_expression: of.emotional_expression,
        interaction: of.interaction,
    }
}

fn attributes_back(of: &CardAttributes) -> Attributes {
    let of = of.clone();
    Attributes {
        identity: of.identity,
        interests: of.interests,
        viewpoints: of.viewpoints,
        experiences: of.experiences,
        achievements: of.achievements,
        relationships: of.relationships,
        other: of.other,
        language_style: of.language_style,
        emotional_expression: of.emotional_expression,
        interaction: of.interaction,
    }
}
