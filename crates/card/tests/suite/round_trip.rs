//! Import → export → import is the identity, for any JSON that is a card at all, and so it is after any edit.

use card::{Imported, Spec, import};
use domain::{Character, VoiceChoice};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::fixture;

/// Any JSON, two levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9f64..1e9).prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

const KEYS: [&str; 20] = [
    "name",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "alternate_greetings",
    "tags",
    "creator",
    "character_version",
    "extensions",
    "nickname",
    "character_book",
    "assets",
    "unknown",
    "char_persona",
    "examples",
];

fn any_body() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(
        (
            prop::sample::select(&KEYS[..]),
            prop_oneof![3 => "\\PC{0,30}".prop_map(Value::from), 1 => any_json()],
        ),
        0..12,
    )
    .prop_map(|members| members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn any_card() -> impl Strategy<Value = Value> {
    (any_body(), any_body(), 0u8..4).prop_map(|(mut outer, body, form)| match form {
        0 => {
            outer.insert("name".into(), json!("Given"));
            Value::Object(outer)
        }
        1 => json!({ "spec": "chara_card_v2", "spec_version": "2.0", "data": body }),
        2 => json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": body }),
        _ => {
            outer.insert("spec".into(), json!("chara_card_v2"));
            outer.insert("data".into(), Value::Object(body));
            Value::Object(outer)
        }
    })
}

fn edited(mut character: Character, words: &[String]) -> Character {
    let word = |n: usize| words[n % words.len()].clone();
    character.description = word(0);
    character.greetings = words.iter().filter(|word| !word.trim().is_empty()).cloned().collect();
    character.example_dialogue = word(1);
    character.nickname = Some(word(2)).filter(|name| !name.trim().is_empty());
    character.puppet = Some(word(3)).filter(|name| !name.trim().is_empty());
    character.voice = Some(VoiceChoice { voice: word(4), rate: 1.25, pitch: -0.3 });
    character.attributes.experiences = word(5);
    let filled = |n: usize| Some(word(n)).filter(|text| !text.trim().is_empty());
    character.never_says = filled(1).into_iter().chain(filled(6)).collect();
    character.outside = filled(2).into_iter().collect();
    character
}

fn again(card: &Imported, bytes: &[u8]) -> Imported {
    import(bytes, "file.json").unwrap_or_else(|error| panic!("{error}: {}", card.raw))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_without_an_edit(card in any_card()) {
        let card = import(card.to_string().as_bytes(), "file.json").unwrap();
        let same = again(&card, &card.to_json(card.spec));
        prop_assert_eq!(&same.character, &card.character);
        prop_assert_eq!(&same.raw, &card.raw);
        prop_assert_eq!(&same.warnings, &card.warnings);
        for spec in [Spec::V2, Spec::V3] {
            let other = again(&card, &card.to_json(spec));
            prop_assert_eq!(&other.character, &card.character);
            prop_assert_eq!(other.to_json(spec), card.to_json(spec));
            let picture = card.to_png(&fixture("no_card.png"), spec).unwrap();
            prop_assert_eq!(&again(&card, &picture).character, &card.character);
        }
    }

    #[test]
    fn edits_survive(card in any_card(), words in prop::collection::vec("\\PC{0,20}", 1..6)) {
        let mut card = import(card.to_string().as_bytes(), "file.json").unwrap();
        card.character = edited(card.character, &words);
        for spec in [card.spec, Spec::V2, Spec::V3] {
            let after = again(&card, &card.to_json(spec));
            prop_assert_eq!(&after.character, &card.character);
            let picture = card.to_png(&fixture("v3_both.png"), spec).unwrap();
            prop_assert_eq!(&again(&card, &picture).character, &card.character);
        }
    }
}
