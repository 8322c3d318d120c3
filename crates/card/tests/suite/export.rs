//! What is written, and what stays as it was.

use base64::Engine as _;
use card::{Container, Error, Imported, Spec, import};
use domain::{Character, Lang, VoiceChoice};
use serde_json::{Value, json};

use crate::{fixture, imported};

#[test]
fn what_was_not_edited_comes_out_byte_for_byte() {
    for name in ["v1.json", "v2.json", "v3.json", "strange.json"] {
        let card = imported(name);
        assert_eq!(card.to_json(card.spec), fixture(name), "{name}");
    }
    for name in ["v2_ztxt.png", "v2_itxt_bare.png", "v3_both.png"] {
        let card = imported(name);
        assert_eq!(card.to_png(&fixture(name), card.spec).unwrap(), fixture(name), "{name}");
    }
}

#[test]
fn an_edit_touches_its_own_field_only() {
    let mut card = imported("v2.json");
    card.character.description = "New.".into();
    card.character.greetings[1] = "*She waves.*".into();
    let after: Value = serde_json::from_slice(&card.to_json(Spec::V2)).unwrap();
    let mut expected = card.raw.clone();
    expected["data"]["description"] = json!("New.");
    expected["data"]["alternate_greetings"][0] = json!("*She waves.*");
    assert_eq!(after, expected);
    let keys =
        |value: &Value| value["data"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&after), keys(&expected), "the order stays");
}

#[test]
fn our_own_fields_are_written_beside_those_of_others() {
    let mut card = imported("v2.json");
    card.character.voice = Some(VoiceChoice { voice: "piper:amy".into(), rate: 1.1, pitch: 0.0 });
    card.character.language = Some(Lang::Ja);
    card.character.puppet = None;
    card.character.attributes.interests = String::new();
    card.character.attributes.identity = "A keeper.".into();
    card.character.never_says = vec!["dear user".into(), "by the way, so".into()];
    card.character.outside = vec!["Wi-Fi".into(), "手机".into()];
    let after: Value = serde_json::from_slice(&card.to_json(Spec::V2)).unwrap();
    assert_eq!(
        after["data"]["extensions"],
        json!({
            "other_tool": { "kept": true, "number": 0.1 },
            "hanashi": {
                "language": "ja",
                "voice": { "voice": "piper:amy", "rate": 1.1, "pitch": 0.0 },
                "attributes": { "language_style": "Short sentences.", "identity": "A keeper." },
                "never_says": ["dear user", "by the way, so"],
                "outside": ["Wi-Fi", "手机"]
            }
        })
    );
    let again = import(&card.to_json(Spec::V2), "x").unwrap();
    assert_eq!(again.character, card.character);
}

#[test]
fn extensions_of_a_wrong_type_are_not_thrown_away() {
    let source = json!({ "spec": "chara_card_v2", "data": { "name": "A", "extensions": ["x"] } });
    let mut card = import(source.to_string().as_bytes(), "a.json").unwrap();
    card.character.puppet = Some("p".into());
    let after: Value = serde_json::from_slice(&card.to_json(Spec::V2)).unwrap();
    assert_eq!(
        after["data"]["extensions"],
        json!({ "original": ["x"], "hanashi": { "puppet": "p" } })
    );
}

#[test]
fn copies_beside_data_follow_and_stale_ones_do_not_come_back() {
    let source = json!({
        "spec": "chara_card_v2", "spec_version": "2.0", "name": "A", "description": "same", "first_mes": "stale",
        "data": { "name": "A", "description": "same", "first_mes": "fresh" }
    });
    let mut card = import(source.to_string().as_bytes(), "a.json").unwrap();
    card.character.description = "new".into();
    card.character.greetings.clear();
    let after: Value = serde_json::from_slice(&card.to_json(Spec::V2)).unwrap();
    assert_eq!((&after["description"], &after["first_mes"]), (&json!("new"), &json!("stale")));
    assert_eq!(import(&card.to_json(Spec::V2), "a.json").unwrap().character, card.character);
}

#[test]
fn an_old_card_becomes_a_new_one_and_keeps_its_old_fields() {
    for spec in [Spec::V2, Spec::V3] {
        let card = imported("v1.json");
        let after: Value = serde_json::from_slice(&card.to_json(spec)).unwrap();
        assert_eq!(after["spec"], spec.name());
        assert_eq!(after["metadata"], card.raw["metadata"]);
        assert_eq!(after["name"], "Mira");
        assert_eq!(after["data"]["alternate_greetings"], json!([]));
        let again = import(&card.to_json(spec), "v1.json").unwrap();
        assert_eq!((again.spec, &again.character), (spec, &card.character));
        assert!(again.warnings.is_empty(), "{:?}", again.warnings);
    }
    let up = imported("v2.json").to_json(Spec::V3);
    let up: Value = serde_json::from_slice(&up).unwrap();
    assert_eq!(up["data"]["character_book"]["entries"][0]["use_regex"], false);
    assert_eq!((&up["outside"], &up["spec_version"]), (&json!("kept"), &json!("3.0")));
    assert_eq!(
        imported("v2.json").to_json(Spec::V1),
        fixture("v2.json"),
        "there is no way back to V1"
    );
}

#[test]
fn a_v3_picture_carries_a_v2_copy_for_old_programs() {
    let mut card = imported("v3_both.png");
    card.character.description = "New.".into();
    let written = card.to_png(&fixture("v3_both.png"), Spec::V3).unwrap();
    assert_eq!(import(&written, "x.png").unwrap().character, card.character);

    let decoder = png::Decoder::new(std::io::Cursor::new(&written));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let texts = &reader.info().uncompressed_latin1_text;
    let chunk = |keyword: &str| {
        let found: Vec<_> = texts.iter().filter(|text| text.keyword == keyword).collect();
        assert_eq!(found.len(), 1, "{keyword}");
        let json = base64::engine::general_purpose::STANDARD.decode(&found[0].text).unwrap();
        serde_json::from_slice::<Value>(&json).unwrap()
    };
    assert_eq!(chunk("ccv3")["data"]["description"], "New.");
    let old = chunk("chara");
    assert_eq!(
        (&old["spec"], &old["data"]["description"]),
        (&json!("chara_card_v2"), &json!("New."))
    );
    assert_eq!(
        old["data"]["character_book"]["entries"][0]["content"],
        "The last ship was the Anna."
    );
    assert!(old["data"]["creator_notes"].as_str().unwrap().starts_with("This is the V2 copy"));
}

#[test]
fn any_png_can_take_a_card_and_nothing_else_can() {
    let made = Imported::new(Character {
        name: "Nao".into(),
        greetings: vec!["Hi.".into(), "Hello.".into()],
        tags: vec!["new".into()],
        language: Some(Lang::Zh),
        ..Character::default()
    });
    let picture = made.to_png(&fixture("no_card.png"), Spec::V3).unwrap();
    let read = import(&picture, "x.png").unwrap();
    assert_eq!((read.container, &read.character), (Container::Png, &made.character));
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    assert_eq!(import(&made.to_json(Spec::V3), "x.json").unwrap().character, made.character);
    assert_eq!(made.to_png(b"GIF89a", Spec::V3), Err(Error::NoPicture));
}
