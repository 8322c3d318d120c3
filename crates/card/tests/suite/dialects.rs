//! Every other program's format: each text of the source in the field where a person would look for it.

use card::{Container, Dialect, Error, Spec, import};
use domain::{Character, Problem, ProblemKind};
use serde_json::json;

use crate::{fixture, imported, warned};

fn character(name: &str, dialect: Dialect, container: Container) -> Character {
    let card = imported(name);
    assert_eq!((card.dialect, card.container, card.spec), (dialect, container, Spec::V3), "{name}");
    assert!(card.foreign_source().is_some(), "{name}");
    card.character
}

#[test]
fn text_generation_webui() {
    let card = character("tgwui.yaml", Dialect::TextGeneration, Container::Yaml);
    assert_eq!(
        (card.name.as_str(), card.greetings[0].as_str()),
        ("Mira", "*She opens the door.*\nCome in, {{user}}.")
    );
    assert_eq!(card.description, "Mira keeps the lighthouse.\nShe counts ships.");
    assert_eq!(
        card.example_dialogue.trim(),
        "<START>\n{{user}}: What time is it?\n{{char}}: It is 12:30, and the fog is in."
    );
    let card = character("tgwui.json", Dialect::TextGeneration, Container::Json);
    assert_eq!(
        (card.description.as_str(), card.greetings[0].as_str()),
        ("Mira keeps the lighthouse.", "Come in.")
    );
    let card = character("broken.yaml", Dialect::TextGeneration, Container::Yaml);
    assert_eq!(card.description, "She keeps the lighthouse: she counts ships.\n  And: {more");
    assert!(imported("broken.yaml").warnings[0].message.contains("no correct YAML"));
}

#[test]
fn chatluna() {
    let card = character("chatluna_group.yml", Dialect::ChatLuna, Container::Yaml);
    assert_eq!(card.name, "米拉");
    assert_eq!(
        card.description,
        "Also called: 守塔人\n\n你是守塔人米拉，住在安静的灯塔里。\n你喜欢数船和喝茶。"
    );
    assert_eq!(card.post_history_instructions, "当前时间: {time}\n最近消息: {history_new}");
    assert_eq!(card.scenario.trim(), "心情: 平静\n动作: 点灯");
    let card = character("chatluna_preset.yml", Dialect::ChatLuna, Container::Yaml);
    assert_eq!((card.name.as_str(), card.greetings[0].as_str()), ("米拉", "请进，小心楼梯。"));
    assert_eq!(card.description, "Also called: mira\n\n你是守塔人米拉。");
    assert_eq!(card.example_dialogue, "<START>\n{{user}}: 你在做什么？\n{{char}}: 我在数船。");
    assert_eq!(card.post_history_instructions, "{sender}说：{prompt}");
    assert_eq!(
        imported("chatluna_preset.yml").book.unwrap()["entries"][0]["content"],
        "最后一条船叫安娜。"
    );
    let card = character("chatluna.txt", Dialect::ChatLuna, Container::Text);
    assert_eq!(
        (card.name.as_str(), card.greetings[0].as_str()),
        ("mira", "Come in. Mind the stairs.")
    );
    assert!(
        card.description.ends_with("You are Mira, and you keep the lighthouse.\nYou count ships.")
    );
}

#[test]
fn eliza() {
    let card = character("eliza", Dialect::Eliza, Container::Json);
    assert_eq!(
        (card.name.as_str(), card.system_prompt.as_str()),
        ("Mira", "Stay in the lighthouse.")
    );
    for text in [
        "Mira keeps the lighthouse.\nShe counts ships.",
        "The last ship was the Anna.",
        "How lamps are trimmed",
        "tides.md",
        "tides",
    ] {
        assert!(card.description.contains(text), "{text}");
    }
    for text in ["patient, dry", "short sentences", "asks back", "no emoji"] {
        assert!(card.personality.contains(text), "{text}");
    }
    assert_eq!(
        card.example_dialogue,
        "<START>\n{{user}}: What time is it, Mira?\n{{char}}: It is 12:30.\nAnna: Already?\n\n<START>\n{{char}}: Fog again."
    );
    assert_eq!(
        card.creator_notes, "motto: Count everything that passes by.",
        "what is unknown is shown"
    );
    assert!(warned(&imported("eliza")).contains(&"motto"));
}

#[test]
fn agnai() {
    let card = imported("agnai.json");
    let character = &card.character;
    assert_eq!(card.dialect, Dialect::Agnai);
    assert_eq!(
        character.description,
        "mind: patient, dry\njob: keeper of the light\n\nAppearance: grey coat"
    );
    assert_eq!(character.greetings, ["Come in, {{user}}.", "*She waves a lamp.*"]);
    assert_eq!(
        (character.creator_notes.as_str(), character.scenario.as_str()),
        ("A quiet one.", "Night at the lighthouse.")
    );
    assert_eq!(
        (character.system_prompt.as_str(), character.post_history_instructions.as_str()),
        ("Speak slowly.", "Stay calm.")
    );
    assert_eq!(character.example_dialogue, "<START>\n{{user}}: Tea?\n{{char}}: Please.");
    assert_eq!(
        (character.creator.as_str(), character.version.as_str(), character.tags[0].as_str()),
        ("The Hanashi authors", "1.2", "sea")
    );
    let entries = card.book.as_ref().unwrap()["entries"].as_array().unwrap();
    assert_eq!(
        (&entries[0]["content"], &entries[0]["insertion_order"]),
        (&json!("The last ship was the Anna."), &json!(2))
    );
    assert_eq!(entries[1]["content"], "@@depth 3\n@@role system\nThe fog is in.");
    assert_eq!(card.assets[0].uri, "https://example.com/mira.png");
    assert_eq!(card.raw["data"]["extensions"]["other_tool"]["kept"], true);
}

#[test]
fn kobold() {
    let card = character("kobold.json", Dialect::Kobold, Container::Json);
    assert_eq!(
        (card.name.as_str(), card.greetings[0].as_str()),
        ("Mira", "Come in. Mind the stairs.")
    );
    assert_eq!(
        (card.description.as_str(), card.scenario.as_str()),
        ("Mira keeps the lighthouse.", "Night at the lighthouse.")
    );
    assert_eq!(card.example_dialogue.trim(), "<START>\n{{user}}: Tea?\n{{char}}: Please.");
    assert_eq!(card.post_history_instructions, "Speak slowly.");
    let warned: Vec<String> =
        imported("kobold.json").warnings.into_iter().map(|warning| warning.message).collect();
    assert!(warned.iter().any(|message| message.contains("Nao")), "{warned:?}");
    assert!(warned.iter().any(|message| message.contains("2 parts of the story")), "{warned:?}");
    assert_eq!(imported("kobold.json").lore_entries(), 1);
}

#[test]
fn what_ends_dialogues_of_character_ai_is_no_text() {
    let definition = "{{char}} counts ships.\nEND_OF_DIALOG\n{{user}}: Hi.\n{{char}}: Yes?\nEND_OF_DIALOG\n\nEND_OF_DIALOG";
    let card =
        serde_json::json!({ "name": "Mira", "greeting": "Come in.", "definition": definition });
    let card = card::import(card.to_string().as_bytes(), "mira.json").unwrap().character;
    assert_eq!(card.description, "{{char}} counts ships.");
    assert_eq!(card.example_dialogue, "<START>\n{{user}}: Hi.\n{{char}}: Yes?");
}

#[test]
fn character_ai() {
    let card = character("character_ai.json", Dialect::CharacterAi, Container::Json);
    assert_eq!((card.name.as_str(), card.personality.as_str()), ("Mira", "Keeper of the light"));
    assert_eq!(card.description, "I keep the lighthouse.\n\nMira counts ships.");
    assert_eq!(card.greetings, ["Come in. Mind the stairs."]);
    assert!(
        card.example_dialogue.contains("{{char}}: It is 12:30.")
            && card.example_dialogue.contains("Tea?")
    );
    assert_eq!((card.creator.as_str(), card.tags[0].as_str()), ("keeper", "Sea"));
}

#[test]
fn backyard() {
    for (name, container) in [("backyard.json", Container::Json), ("backyard.png", Container::Png)]
    {
        let card = character(name, Dialect::Backyard, container);
        assert_eq!((card.name.as_str(), card.short_name()), ("Mira Vane", "Mira"));
        assert_eq!(
            (card.description.as_str(), card.system_prompt.as_str()),
            ("{{char}} keeps the lighthouse.", "Speak slowly to {{user}}.")
        );
        assert_eq!(
            (card.scenario.as_str(), card.greetings[0].as_str()),
            ("Night.", "Come in, {{user}}.")
        );
        assert_eq!(card.example_dialogue, "<START>\n{{user}}: Tea?\n{{char}}: Please.");
        assert_eq!(imported(name).lore_entries(), 1);
    }
    let card = imported("backyard.byaf");
    assert_eq!((card.dialect, card.container), (Dialect::Backyard, Container::Zip));
    assert_eq!(card.character.greetings, ["Come in, {{user}}.", "Too bright."]);
    assert_eq!(card.character.example_dialogue, "<START>\n{{user}}: Tea?\n{{char}}: Please.");
    assert_eq!(card.character.creator, "The Hanashi authors");
    assert!(card.character.creator_notes.contains("Noon at the lighthouse."));
    assert!(card.portrait(&fixture("backyard.byaf")).is_some());
}

#[test]
fn the_others() {
    let card = character("persona.txt", Dialect::PersonaText, Container::Text);
    assert_eq!(card.name, "Mira");
    assert!(card.description.contains("patient.") && card.description.ends_with("was the Anna."));
    assert_eq!(
        card.example_dialogue,
        "<START>\n{{user}}: Hi Mira, how are you?\n{{char}}: The fog is in: it is 12:30."
    );
    let card = character("vtuber.yaml", Dialect::OpenLlmVtuber, Container::Yaml);
    assert_eq!(
        (card.name.as_str(), card.description.trim()),
        ("Mira", "You are Mira, and you keep the lighthouse.\nYou count ships.")
    );
    let card = character("character_glm.json", Dialect::CharacterGlm, Container::Json);
    assert_eq!(
        (card.name.as_str(), card.description.as_str()),
        ("米拉", "米拉住在灯塔里，喜欢数船。")
    );
    assert_eq!(
        (card.scenario.as_str(), card.greetings[0].as_str()),
        ("旅人: 旅人在夜里敲门。", "请进。")
    );
    let card = imported("airi.zip");
    assert_eq!(
        (card.dialect, card.container, card.spec),
        (Dialect::Airi, Container::Zip, Spec::V3)
    );
    assert_eq!(card.character, imported("v3.json").character);
    assert!(card.assets.iter().any(|asset| asset.uri == "embeded://models/mira.zip"));
}

#[test]
fn archives_and_pictures_of_every_kind_hold_the_same_character() {
    for (name, container) in [
        ("charx_v3.charx", Container::Charx),
        ("charx_jpeg.jpg", Container::Charx),
        ("charx_sjis.charx", Container::Charx),
        ("charx_two_d.charx", Container::Charx),
        ("charx_missing.charx", Container::Charx),
        ("folder.zip", Container::Charx),
        ("xmp.webp", Container::Webp),
        ("comment.jpg", Container::Jpeg),
        ("utf16.json", Container::Json),
    ] {
        let card = imported(name);
        assert_eq!(
            (card.container, &card.character),
            (container, &imported("v3.json").character),
            "{name}"
        );
    }
    for name in ["decimal.webp", "picture_inside.zip"] {
        assert_eq!(imported(name).character, imported("v2.json").character, "{name}");
    }
    for name in ["plain.webp", "exif.jpg", "bom.json"] {
        assert_eq!(imported(name).character, imported("v1.json").character, "{name}");
    }
    let card = imported("charx_sjis.charx");
    assert!(card.assets.iter().any(|asset| asset.name == "泣き顔の絵.png"), "{:?}", card.assets);
    let card = imported("charx_two_d.charx");
    let smile = card.assets.iter().find(|asset| asset.name == "笑顔").unwrap();
    assert!(card.asset(&fixture("charx_two_d.charx"), smile).unwrap().starts_with(b"\x89PNG"));
    assert!(warned(&card).contains(&"module.risum"));
    let card = imported("charx_missing.charx");
    assert_eq!(warned(&card), ["assets", "assets"], "{:?}", card.warnings);
    let file = fixture("charx_jpeg.jpg");
    let picture = imported("charx_jpeg.jpg").picture.unwrap();
    assert!(file[picture.clone()].ends_with(b"\xff\xd9"), "{picture:?}");
}

#[test]
fn old_encodings_and_near_misses_are_read_and_told() {
    for (name, says) in [
        ("gbk.json", "她住在安静的灯塔里"),
        ("shift_jis.json", "静かな灯台に住んでいて"),
        ("nearly.json", "She keeps\nthe light."),
    ] {
        let card = imported(name);
        assert!(
            card.character.description.contains(says),
            "{name}: {}",
            card.character.description
        );
        assert!(!card.warnings.is_empty(), "{name}");
    }
    assert_eq!(imported("nearly.json").character.greetings, ["Hi \u{fffd}"]);
    assert_eq!(imported("no_name.json").character.name, "no name");
}

#[test]
fn what_is_no_card_is_refused_as_what_it_is() {
    for (name, says) in [
        ("chat.jsonl", "a chat log"),
        ("chat.json", "a chat log"),
        ("chat_visible.json", "a chat log"),
        ("story.json", "a saved story"),
        ("world.json", "a lorebook"),
        ("book_v3.json", "a lorebook"),
        ("preset.json", "a preset of settings"),
        ("module.risum", "a RisuAI module"),
        ("words.txt", "a text without a card"),
        ("numbers.json", "without a character"),
        ("no_card.png", "a picture without a card"),
        ("no_card.jpg", "a picture without a card"),
        ("workflow.png", "a picture without a card"),
        ("sprites.zip", "a sprite pack"),
        ("nothing.zip", "an archive without a card"),
    ] {
        let error = import(&fixture(name), name).unwrap_err();
        let refused = matches!(error, Error::NotACard { .. } | Error::NotYet { .. });
        assert!(refused && error.to_string().contains(says), "{name}: {error}");
        let problem = Problem::from(error);
        assert_eq!(problem.kind, ProblemKind::Unsupported);
        assert!(problem.message.contains(name) && !problem.remedy.is_empty(), "{problem}");
    }
    let refused = crate::index().into_iter().filter(|(kind, _)| kind == "refused").count();
    assert_eq!(refused, 15, "every refused fixture is in this table");
}
