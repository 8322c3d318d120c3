//! What the shell hears of an order to forget, and what a prompt holds afterwards.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use domain::{Log, NewMessage};
use store::EventLog;

use super::*;
use crate::app::hub::Hub;

#[test]
fn what_is_to_be_forgotten_leaves_the_prompt_and_can_be_brought_back() {
    let log = Arc::new(EventLog::in_memory().unwrap());
    let koto = CharacterId("koto".into());
    let conversation = log.begin(&koto, "").unwrap().id;
    let remembering = Remembering::of(memory::Memory::in_memory().unwrap(), Arc::clone(&log));
    let hub = Arc::new(Hub::default());
    let (to, from) = sync_channel(8);
    hub.listen("test", Box::new(move |event| to.send(event.clone()).is_ok()));
    remembering.tell_to(&hub);
    let mut parent = None;
    for (role, text) in [
        (Role::User, "I live in Leeds."),
        (Role::User, "My sister's name is Zephyrine."),
        (Role::Character, "Zephyrine!"),
        (Role::User, "Forget that."),
    ] {
        let text = text.to_owned();
        let message =
            NewMessage { conversation, parent, role, text, interrupted: false, speaker: None };
        parent = Some(log.append(message).unwrap().id);
    }
    let history = log.path(parent.unwrap()).unwrap();
    remembering.heed(&koto, &history);
    assert!(matches!(from.try_recv(), Ok(AppEvent::Notice { .. })), "it is not read yet");
    remembering.catch_up();
    remembering.heed(&koto, &history);
    let Ok(AppEvent::Forgotten { topic: None, messages: 2, undo }) = from.try_recv() else {
        panic!("nothing was told")
    };
    let texts: Vec<String> = remembering
        .without_forgotten(&history)
        .iter()
        .map(|message| message.text.clone())
        .collect();
    assert_eq!(texts, ["I live in Leeds.", "…", "…", "Forget that."]);
    assert!(remembering.told_to_forget(&history, Lang::En).contains("{{char}} says so"));
    remembering.undo(undo).unwrap();
    assert!(matches!(remembering.without_forgotten(&history), Cow::Borrowed(_)));
    assert_eq!(remembering.told_to_forget(&history, Lang::En), "");
    remembering.heed(&koto, &history);
    assert!(from.try_recv().is_err(), "taken back is taken back");
}

#[test]
fn a_turn_is_told_what_was_forgotten_and_by_whom_things_were_said() {
    use dialogue::{PromptMaker, Request};
    use domain::{Character, LanguageModel, Persona, TurnId};
    use std::sync::Mutex;
    use testkit::{Script, ScriptedModel};

    let root = tempfile::tempdir().unwrap();
    let log = Arc::new(EventLog::in_memory().unwrap());
    let koto = CharacterId("koto".into());
    let remembering =
        Arc::new(Remembering::of(memory::Memory::in_memory().unwrap(), Arc::clone(&log)));
    let settings = store::SettingsFile::open(root.path().join("settings.toml"));
    let maker = crate::prompting::maker::Maker::new(
        Arc::new(Mutex::new(settings)),
        Arc::default(),
        Arc::clone(&log) as Arc<dyn Log>,
        crate::prompting::lorebooks::Shelf::new(
            store::Library::new(root.path().join("characters"), None),
            root.path(),
        ),
        Arc::default(),
        Some(Arc::clone(&remembering)),
        None,
        (Arc::default(), None),
        None,
    );
    let model = ScriptedModel::new(Vec::<Script>::new());
    let character = Character { name: "Koto".into(), ..Character::default() };
    let persona = Persona { name: "Ann".into(), ..Persona::default() };
    let turn = |lines: &[&str]| {
        let conversation = log.begin(&koto, "").unwrap().id;
        let mut parent = None;
        for text in lines {
            let text = (*text).to_owned();
            let new = NewMessage {
                conversation,
                parent,
                role: Role::User,
                text,
                interrupted: false,
                speaker: None,
            };
            parent = Some(log.append(new).unwrap().id);
        }
        remembering.catch_up();
        let history = log.path(parent.unwrap()).unwrap();
        let request = Request {
            turn: TurnId(1),
            who: &koto,
            character: &character,
            present: &[],
            persona: &persona,
            history: &history,
            model: &model as &dyn LanguageModel,
        };
        maker.make(&request).unwrap().prompt
    };
    turn(&["My sister's name is Zephyrine."]);
    let recalled = turn(&["What is my sister called?"]);
    assert!(recalled.contains("Ann: \"My sister's name is Zephyrine\""), "{recalled}");
    let told = turn(&["What is my sister called?", "Forget everything about Zephyrine."]);
    assert!(told.contains("Ann asked Koto to forget this"), "{told}");
    assert_eq!(told.matches("Zephyrine").count(), 1, "the order alone still names it: {told}");
    let after = turn(&["What is my sister called?"]);
    assert!(!after.contains("Zephyrine") && !after.contains("forget"), "{after}");
}
