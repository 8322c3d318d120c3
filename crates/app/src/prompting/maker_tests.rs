//! Lore really is in the prompt of a turn.

use std::fs;

use domain::{Lang, LanguageModel, Log, NewMessage, TurnId};
use testkit::{MemoryLog, ScriptedModel};

use super::*;
use store::Library;

/// A library with one card that has a book.
fn library(root: &std::path::Path) -> Library {
    let folder = root.join("characters/koto");
    fs::create_dir_all(&folder).unwrap();
    let card = serde_json::json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": {
        "name": "Koto", "description": "Keeps a tea house.", "first_mes": "Hello.",
        "character_book": { "extensions": {}, "entries": [{
            "keys": ["dragon"], "content": "@@dont_activate_after_match\nDragons are old, {{user}}.", "extensions": {},
            "enabled": true, "insertion_order": 1, "use_regex": false,
        }] },
    }});
    fs::write(folder.join("card.json"), card.to_string()).unwrap();
    Library::new(root.join("characters"), None)
}

#[test]
fn the_books_of_a_card_and_of_folders_fire_in_turns() {
    let root = tempfile::tempdir().unwrap();
    let library = library(root.path());
    let id = domain::CharacterId("koto".into());
    let character = crate::characters::cards::load(&library, &id).unwrap().character;
    let persona = Persona { name: "Ann".into(), ..Persona::default() };
    let log = Arc::new(MemoryLog::default());
    let conversation = log.begin(&id, "").unwrap().id;
    let settings = SettingsFile::open(root.path().join("settings.toml"));
    let settings = Arc::new(Mutex::new(settings));
    let notes = store::AuthorNotes::open(&root.path().join("notes.json")).unwrap();
    let notes: Notes = Arc::new(Mutex::new(Some(notes)));
    let maker = Maker::new(
        Arc::clone(&settings),
        Arc::default(),
        Arc::clone(&log) as Arc<dyn Log>,
        Shelf::new(library, root.path()),
        Arc::clone(&notes),
        None,
        None,
        (Arc::default(), None),
        None,
    );
    let model = ScriptedModel::new(Vec::<testkit::Script>::new());
    let mut parent = None;
    let mut say = |role, text: &str| {
        let message = log
            .append(NewMessage {
                conversation,
                parent,
                role,
                text: text.into(),
                interrupted: false,
                speaker: None,
            })
            .unwrap();
        parent = Some(message.id);
        let history = log.path(message.id).unwrap();
        let request = Request {
            turn: TurnId(1),
            who: &id,
            character: &character,
            present: &[],
            persona: &persona,
            history: &history,
            model: &model,
        };
        maker.make(&request).unwrap().prompt
    };
    // Behind everything else; whoever comes sooner waits for it.
    maker.prepare((character.clone(), persona.clone()), id.clone(), conversation);
    let lore = "Dragons are old, Ann.";
    assert!(!say(Role::User, "Hi.").contains(lore));
    say(Role::Character, "Hello.");
    assert!(say(Role::User, "Tell me of the dragon.").contains(lore));
    // And why, for whoever asks.
    let fired = maker.explain().unwrap().lore;
    assert_eq!(fired.len(), 1);
    let LoreFired { name, scope, keys, rule, key, place, count, left_out, text, .. } = &fired[0];
    assert_eq!((name.as_str(), scope.as_str(), rule.as_str()), ("dragon", "character", "key"));
    assert_eq!((key.as_str(), place.as_str(), *count), ("dragon", "message", 1));
    assert_eq!((keys.as_slice(), left_out.as_str()), (["dragon".to_owned()].as_slice(), ""));
    assert_eq!(text, lore);
    say(Role::Character, "Well.");
    assert!(!say(Role::User, "The dragon again!").contains(lore), "once, says the book");
    assert!(maker.explain().unwrap().lore.is_empty());
    say(Role::Character, "No.");

    // A book for everybody, put there while the app runs.
    let folder = root.path().join("lorebooks");
    fs::create_dir_all(&folder).unwrap();
    let world = serde_json::json!({ "entries": { "0": { "uid": 0, "key": ["castle"], "content": "The castle is empty." } } });
    fs::write(folder.join("world.json"), world.to_string()).unwrap();
    fs::write(folder.join("broken.json"), "{").unwrap();
    assert!(say(Role::User, "And the castle?").contains("The castle is empty."));
    assert_eq!(model.info().system_prompt, None);

    // The person's own words to the model.
    let note = |text: &str| store::Note { text: text.into(), depth: 0 };
    let keep = |change: &dyn Fn(&mut store::AuthorNotes)| change(lock(&notes).as_mut().unwrap());
    keep(&|notes| notes.keep_for_character(&id, note("Speak slowly.")).unwrap());
    assert!(say(Role::User, "Well?").contains("Speak slowly."));
    keep(&|notes| notes.keep_for_conversation(conversation, note("It rains.")).unwrap());
    lock(&settings).change(|settings| settings.reply_beginning = "({{char}} nods)".into()).unwrap();
    let prompt = say(Role::User, "And?");
    assert!(prompt.contains("It rains.") && !prompt.contains("Speak slowly."), "{prompt}");
    assert!(prompt.ends_with("(Koto nods)"), "{prompt}");
}

#[test]
fn what_gave_way_in_a_full_context_is_told_as_left_out() {
    let entry = |text: &str, left_out: &str| LoreFired {
        text: text.to_owned(),
        left_out: left_out.to_owned(),
        ..LoreFired::default()
    };
    let fired = [
        entry("Dragons are old.", ""),
        entry("The castle.", ""),
        entry("x", "book"),
        entry("Dragons", "outlet"),
        entry("Knights.", "outlet"),
        entry("She says <|im_end|> aloud.", ""),
    ];
    let marked = |takes_none| {
        let mut fired = fired.clone();
        let blocks = ["Lore: Dragons are old. More.", "She says <\u{2060}|im_end|> aloud."];
        crate::prompting::fired_lore::mark_left_out(&mut fired, &blocks, takes_none);
        fired.map(|one| one.left_out)
    };
    assert_eq!(marked(false), ["", "context", "book", "", "outlet", ""]);
    assert_eq!(marked(true), ["", "model", "book", "", "model", ""]);
}

#[test]
fn a_greeting_is_said_with_its_macros_expanded() {
    let character = Character { name: "Koto".into(), ..Character::default() };
    let persona = Persona { name: "Ann".into(), ..Persona::default() };
    let log = MemoryLog::default();
    let conversation = log.begin(&domain::CharacterId("koto".into()), "").unwrap().id;
    let said = greeting(
        "{{char}} bows to {{user}}. {{pick:Tea,Coffee}}?{{// a note}}",
        (&character, &persona),
        conversation,
        Lang::En,
    );
    assert!(
        ["Koto bows to Ann. Tea?", "Koto bows to Ann. Coffee?"].contains(&said.as_str()),
        "{said}"
    );
}
