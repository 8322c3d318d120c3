//! What a character is told where several are there, and what she is not.

use domain::{
    Because, CharacterId, Message, MessageId, ModelInfo, Persona, Speaker, TokenCounter, TurnId,
};

use super::*;
use crate::{Limits, Scene, assemble};

struct Words;

impl TokenCounter for Words {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }
}

fn card(name: &str, personality: &str) -> Character {
    Character {
        name: name.to_owned(),
        personality: personality.to_owned(),
        description: format!("The secret of {name}."),
        ..Character::default()
    }
}

fn said(role: Role, by: Option<&str>, text: &str) -> Message {
    Message {
        id: MessageId::NOT_LOGGED,
        parent: None,
        conversation: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
        role,
        text: text.to_owned(),
        interrupted: false,
        speaker: by.map(|id| Speaker { character: id.into(), because: Because::Silent }),
        created_at: 0,
    }
}

fn company(speaker: &str, person: &str) -> Company {
    let haru = card("Haru", "{{char}} laughs at {{user}}. He is late.");
    let koto = card("Koto", "Calm");
    let (haru, koto) = (
        Other::of(&CharacterId::from("haru"), &haru, person),
        Other::of(&CharacterId::from("koto"), &koto, person),
    );
    Company {
        speaker: speaker.into(),
        own: "koto".into(),
        others: if speaker == "koto" { vec![haru] } else { vec![koto] },
        gone: vec![("ren".into(), "Ren".to_owned())],
    }
}

fn history() -> Vec<Message> {
    vec![
        said(Role::Character, None, "[joy] Hello!"),
        said(Role::User, None, "Hi, you two."),
        said(Role::Character, Some("haru"), "[smug] At last."),
        said(Role::Character, Some("ren"), "Bye."),
        said(Role::Character, Some("nobody"), "Who?"),
    ]
}

fn asked(speaker: &str, model: &ModelInfo) -> domain::Ask {
    let person = Persona { name: "Ann".to_owned(), description: String::new() };
    let (koto, haru) = (card("Koto", "Calm"), card("Haru", "Laughs."));
    let history = history();
    let who = if speaker == "koto" { &koto } else { &haru };
    let mut scene = Scene::new(TurnId(1), who, &person, &history, model);
    scene.template = "chatml";
    scene.company = Some(company(speaker, "Ann"));
    assemble(&scene, &Words, &Limits::default()).unwrap().ask
}

#[test]
fn she_hears_the_others_by_name_and_knows_a_line_of_them() {
    let ask = asked("koto", &ModelInfo::default());
    let system = &ask.messages[0].content;
    assert!(system.contains("- Haru: Haru laughs at Ann.\n"), "{system}");
    assert!(system.contains("The secret of Koto."));
    assert!(!system.contains("The secret of Haru."), "another's card stays another's");
    let turns: Vec<_> =
        ask.messages[1..].iter().map(|one| (one.role.as_str(), one.content.as_str())).collect();
    assert_eq!(
        turns,
        [
            ("assistant", "[joy] Hello!"),
            ("user", "Ann: Hi, you two.\n\nHaru: [smug] At last.\n\nRen: Bye.\n\nnobody: Who?")
        ]
    );
    assert!(ask.stop.contains(&"\nHaru:".to_owned()) && ask.stop.contains(&"\nAnn:".to_owned()));
}

#[test]
fn the_guest_hears_the_host_by_name_and_her_own_lines_are_her_own() {
    let ask = asked("haru", &ModelInfo::default());
    let turns: Vec<_> =
        ask.messages[1..].iter().map(|one| (one.role.as_str(), one.content.as_str())).collect();
    assert_eq!(
        turns[..2],
        [("user", "Koto: [joy] Hello!\n\nAnn: Hi, you two."), ("assistant", "[smug] At last.")]
    );
    assert!(!ask.messages[0].content.contains("The secret of Koto."));
    assert!(ask.stop.contains(&"\nKoto:".to_owned()) && !ask.stop.contains(&"\nHaru:".to_owned()));
}

#[test]
fn a_very_small_model_hears_one_other() {
    let small =
        ModelInfo { system_prompt: Some("You are {{char}}.".to_owned()), ..ModelInfo::default() };
    let ask = asked("koto", &small);
    assert_eq!(ask.messages[0].content, "You are Koto.");
    assert_eq!(ask.messages[2].content, "Hi, you two.\n\n[smug] At last.\n\nBye.\n\nWho?");
}

#[test]
fn nothing_of_a_card_becomes_a_macro_of_anothers_prompt() {
    let card = card("Haru", "{{{{char}}}} {{user}} {{pick::a::b}}");
    let other = Other::of(&CharacterId::from("haru"), &card, "Ann");
    assert!(!other.about.contains("{{"), "{}", other.about);
}
