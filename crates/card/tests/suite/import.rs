//! What becomes of a file.

use card::{Availability, Container, Error, Spec, import};
use domain::{DepthPrompt, Lang, Problem, ProblemKind, Role, VoiceChoice};
use serde_json::json;

use crate::{fixture, imported, warned};

#[test]
fn a_v1_card_is_read_whole() {
    let card = imported("v1.json");
    assert_eq!((card.container, card.spec), (Container::Json, Spec::V1));
    assert!(card.warnings.is_empty(), "{:?}", card.warnings);
    let character = &card.character;
    assert_eq!(character.name, "Mira");
    assert_eq!(character.description, "{{char}} keeps the lighthouse. She counts ships.");
    assert_eq!(character.greetings, ["\"Come in, {{user}}. Mind the stairs.\""]);
    assert!(character.example_dialogue.ends_with("It is 12:30, and the fog is in."));
    assert_eq!(card.raw["metadata"]["unknown"][1], 2.5);
}

#[test]
fn v2_and_v3_cards_are_read_whole_from_every_container() {
    for (name, container, spec) in [
        ("v2.json", Container::Json, Spec::V2),
        ("v2_ztxt.png", Container::Png, Spec::V2),
        ("v2_itxt_bare.png", Container::Png, Spec::V2),
        ("v3.json", Container::Json, Spec::V3),
        ("v3_both.png", Container::Png, Spec::V3),
        ("v3_assets.apng.png", Container::Apng, Spec::V3),
    ] {
        let card = imported(name);
        assert_eq!((card.container, card.spec), (container, spec), "{name}");
        assert!(card.warnings.is_empty(), "{name}: {:?}", card.warnings);
        let character = &card.character;
        assert_eq!(character.greetings.len(), 3, "{name}");
        assert_eq!(character.greetings[2], "灯台へようこそ。");
        assert_eq!(character.tags, ["sea", "日本語"]);
        assert_eq!(
            (character.creator.as_str(), character.version.as_str()),
            ("The Hanashi authors", "1.2")
        );
        assert_eq!(character.system_prompt, "{{original}} Speak slowly.");
        assert_eq!(
            (character.puppet.as_deref(), character.language),
            (Some("mira"), Some(Lang::En))
        );
        let voice = VoiceChoice { voice: "espeak:en-gb+f3".into(), rate: 0.9, pitch: 0.1 };
        assert_eq!(character.voice, Some(voice));
        assert_eq!(character.attributes.interests, "Ships, lamps, tea.");
        assert_eq!(card.lore_entries(), 1);
        if spec == Spec::V3 {
            assert_eq!(character.short_name(), "ミラ");
            assert_eq!(card.assets[1].name, "笑顔");
        }
        assert_eq!(card.picture.is_some(), container != Container::Json);
    }
    let card = imported("v3_assets.apng.png");
    let carried = card.assets.last().unwrap();
    assert_eq!((carried.uri.as_str(), carried.ext.as_str()), ("__asset:icons/extra.png", "png"));
    let file = fixture("v3_assets.apng.png");
    for name in ["笑顔", "icons/extra.png", "note"] {
        let asset = card.assets.iter().find(|asset| asset.name == name).unwrap();
        assert!(card.asset(&file, asset).unwrap().len() > 4, "{name}");
    }
    let at: Vec<Availability> = card.assets.iter().map(|asset| asset.at).collect();
    assert_eq!(
        at,
        [
            Availability::Default,
            Availability::Inside,
            Availability::Network,
            Availability::Inside,
            Availability::Inside
        ]
    );
    assert!(card.portrait(&file).is_some());
}

#[test]
fn a_broken_chunk_is_passed_over_for_the_next() {
    let card = imported("v3_broken_ccv3.png");
    assert_eq!(card.spec, Spec::V2);
    assert_eq!(warned(&card), ["ccv3"]);
}

#[test]
fn wrong_types_are_put_right_and_told() {
    let card = imported("strange.json");
    let character = &card.character;
    assert_eq!(character.name, "strange");
    assert_eq!(character.description, "One.\nTwo.");
    assert_eq!((character.personality.as_str(), character.scenario.as_str()), ("", "7"));
    assert_eq!(character.greetings, ["Hi", "only one"]);
    assert_eq!(character.example_dialogue, "{{user}}: Tea?\n{{char}}: Please.");
    assert_eq!(character.tags, ["sea", "lamp"]);
    assert_eq!(character.version, "2");
    let voice = character.voice.clone().unwrap();
    assert_eq!((voice.voice.as_str(), voice.rate, voice.pitch), ("3", 2.0, 0.0));
    assert_eq!(character.language, None);
    let warned = warned(&card);
    for field in [
        "name",
        "description",
        "scenario",
        "mes_example",
        "alternate_greetings",
        "tags",
        "character_version",
        "extensions.hanashi.voice.rate",
        "extensions.hanashi.voice.pitch",
        "extensions.hanashi.language",
        "character_book",
    ] {
        assert!(warned.contains(&field), "{field}: {warned:?}");
    }
}

#[test]
fn a_card_with_a_name_or_any_text_is_never_refused() {
    for card in [
        json!({ "name": "A" }),
        json!({ "name": 5 }),
        json!({ "description": "x" }),
        json!({ "first_mes": "x", "name": "" }),
        json!({ "alternate_greetings": ["x"] }),
        json!({ "char_name": "Enge", "char_persona": "p", "char_greeting": "g", "world_scenario": "w" }),
        json!({ "spec": "chara_card_v2", "data": {} }),
        json!({ "spec": "chara_card_v2", "name": "A", "description": "x" }),
        json!({ "spec": "chara_card_v9", "data": { "name": "A" } }),
        json!({ "data": { "name": "A", "extensions": [], "tags": { "a": "b" }, "assets": "x" } }),
        json!({ "name": "A", "data": { "description": "x" } }),
    ] {
        let imported = import(card.to_string().as_bytes(), "dir/The_File.json")
            .unwrap_or_else(|e| panic!("{card}: {e}"));
        assert!(!imported.character.name.is_empty(), "{card}");
    }
    let pygmalion = json!({ "char_name": "Enge", "char_persona": "p", "char_greeting": "g", "world_scenario": "w" });
    let character = import(pygmalion.to_string().as_bytes(), "x").unwrap().character;
    assert_eq!((character.name.as_str(), character.description.as_str()), ("Enge", "p"));
    assert_eq!((character.greetings[0].as_str(), character.scenario.as_str()), ("g", "w"));
    assert_eq!(
        import(b"{\"first_mes\":\"x\"}", "dir/The_File.json").unwrap().character.name,
        "The File"
    );
}

#[test]
fn a_card_in_a_wrapper_is_found() {
    let card = json!({ "name": "Mira", "description": "d", "first_mes": "Hi." });
    let glm = json!({ "bot_name": "Mira", "bot_info": "d", "greeting": "Hi." });
    for (file, others) in [
        (json!([card, { "name": "Nao", "first_mes": "Yes?" }]), true),
        (json!({ "version": 3, "char": card }), false),
        (json!({ "Mira": glm, "Nao": { "bot_name": "Nao", "bot_info": "n" } }), true),
    ] {
        let imported = import(file.to_string().as_bytes(), "x.json").unwrap();
        assert_eq!(
            (imported.character.name.as_str(), imported.character.greetings[0].as_str()),
            ("Mira", "Hi.")
        );
        let told = &imported.warnings[0].message;
        assert!(told.contains("was found in") && told.contains("1 more") == others, "{told}");
    }
    for file in [json!([1, 2]), json!({ "a": { "name": "only a name" } }), json!([{ "name": "x" }])]
    {
        assert!(
            matches!(import(file.to_string().as_bytes(), "x.json"), Err(Error::NotACard { .. })),
            "{file}"
        );
    }
}

#[test]
fn other_files_are_refused_by_name() {
    for (bytes, says) in [
        (b"GGUF\x03\0\0\0".to_vec(), "a language model"),
        (b"".to_vec(), "an empty file"),
        (b"hello".to_vec(), "without a card"),
        (b"\x7fELF\x02\x01".to_vec(), "a program"),
        (b"7z\xbc\xaf\x27\x1crest".to_vec(), "7z"),
        (b"rcc||rccv1||abc".to_vec(), "an encrypted RisuAI card"),
        (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), "a sound"),
    ] {
        let error = import(&bytes, "some.file").unwrap_err();
        let refused = matches!(error, Error::NotACard { .. } | Error::NotYet { .. });
        assert!(refused && error.to_string().contains(says), "{says}: {error}");
        let problem = Problem::from(error);
        assert_eq!(problem.kind, ProblemKind::Unsupported);
        assert!(problem.message.contains("`some.file`") && !problem.remedy.is_empty(), "{problem}");
    }
    for damaged in [b"{\"name\": \"A\"".as_slice(), b"RIFF\x10\0\0\0WEBPVP8 ", b"PK\x03\x04rest"] {
        assert!(matches!(import(damaged, "x.json"), Err(Error::Damaged { .. })), "{damaged:?}");
    }
    assert!(matches!(
        import(&vec![0; card::MAX_FILE_BYTES + 1], "x.png"),
        Err(Error::TooLarge { .. })
    ));
}

#[test]
fn settings_with_a_name_are_no_characters() {
    for text in [
        r#"{"name":"Azure","blur_strength":11,"main_text_color":"rgba(171, 198, 223, 1)","chat_display":0}"#,
        r#"{"version":2,"name":"Default","disableSend":false,"qrList":[{"id":1,"label":"x","message":"/help"}]}"#,
        r#"{"name":"Default","movingUIState":{}}"#,
        r#"{"name":"Actor","content":"You are an actor. Play {{char}}.","post_history":""}"#,
        r#"{"name":"Blank","content":""}"#,
        r#"{"name":"DeepSeek","prefix":"<think>","suffix":"</think>","separator":"\n"}"#,
        r#"{"name":"Mine","prompts":[{"identifier":"main"}],"prompt_order":[]}"#,
    ] {
        let error = import(text.as_bytes(), "x.json").unwrap_err();
        assert!(error.to_string().contains("a preset of settings"), "{text}: {error}");
    }
    let card = import(br#"{"name":"Ann","content":"x","first_mes":"Hi."}"#, "x.json").unwrap();
    assert_eq!(card.character.greetings, ["Hi."]);
}

#[test]
fn how_readily_somebody_speaks_is_read_in_either_spelling() {
    for (written, read) in [
        ("0.8", Some(0.8)),
        ("\"0.25\"", Some(0.25)),
        ("\" 1 \"", Some(1.0)),
        ("7", Some(1.0)),
        ("-1", Some(0.0)),
        ("\"often\"", None),
        ("\"NaN\"", None),
        ("null", None),
        ("[0.5]", None),
    ] {
        let text = format!(
            r#"{{"spec":"chara_card_v2","spec_version":"2.0","data":{{"name":"Koto","extensions":{{"talkativeness":{written}}}}}}}"#
        );
        let imported = card::import(text.as_bytes(), "koto.json").unwrap();
        assert_eq!(imported.character.talkativeness, read, "{written}");
    }
}

#[test]
fn the_note_within_the_conversation_is_read() {
    let read = |extensions: &str| {
        let text = format!(
            r#"{{"spec":"chara_card_v2","spec_version":"2.0","data":{{"name":"Koto","extensions":{{{extensions}}}}}}}"#
        );
        card::import(text.as_bytes(), "koto.json").unwrap().character.depth_prompt
    };
    let note = |text: &str, depth, role| DepthPrompt { text: text.into(), depth, role };
    for (written, expected) in [
        (
            r#""depth_prompt":{"prompt":"Be brief.","depth":2,"role":"user"}"#,
            note("Be brief.", 2, Role::User),
        ),
        (
            r#""depth_prompt":{"prompt":"x","depth":"0","role":"assistant"}"#,
            note("x", 0, Role::Character),
        ),
        (r#""depth_prompt":{"prompt":"x","depth":null}"#, note("x", 4, Role::Narrator)),
        (r#""depth_prompt":{"prompt":" \n","depth":1}"#, DepthPrompt::default()),
        (r#""depth_prompt":{"depth":4}"#, DepthPrompt::default()),
        (r#""depth_prompt":"x""#, DepthPrompt::default()),
        ("", DepthPrompt::default()),
    ] {
        assert_eq!(read(written), expected, "{written}");
    }
}
