//! Every format says the same thing in its own words, and comes back as it went in.

use lore::{
    Error, Format, KeySyntax, Logic, Position, Role, Window, lorebook_v3, read, read_value,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::try_it::{activate, texts};

/// Our own books, one of every format.
pub(crate) const FIXTURES: [(&str, Format, &[u8]); 7] = [
    ("card_v2.json", Format::CharacterBook, include_bytes!("../fixtures/card_v2.json")),
    ("lorebook_v3.json", Format::LorebookV3, include_bytes!("../fixtures/lorebook_v3.json")),
    (
        "sillytavern_card.json",
        Format::CharacterBook,
        include_bytes!("../fixtures/sillytavern_card.json"),
    ),
    (
        "sillytavern_world.json",
        Format::SillyTavern,
        include_bytes!("../fixtures/sillytavern_world.json"),
    ),
    ("novelai.lorebook", Format::NovelAi, include_bytes!("../fixtures/novelai.lorebook")),
    ("agnai.json", Format::Agnai, include_bytes!("../fixtures/agnai.json")),
    ("risu.json", Format::Risu, include_bytes!("../fixtures/risu.json")),
];

#[test]
fn every_format_is_known_by_its_content_and_its_dragon_fires() {
    for (name, format, bytes) in FIXTURES {
        let (book, warnings) = read(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(book.format, format, "{name}");
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let outcome = activate(book.clone(), &["Tell me of the Dragon."]);
        assert!(
            texts(&outcome).iter().any(|text| text.starts_with("The dragon")),
            "{name}: {outcome:?}"
        );
        assert!(
            texts(&activate(book, &["Tell me of the cat."]))
                .iter()
                .all(|text| !text.starts_with("The dragon")),
            "{name}"
        );
    }
}

#[test]
fn a_place_that_sillytavern_does_not_have_costs_no_text() {
    let world = |more: Value| {
        let mut entry = json!({ "uid": 0, "key": ["dragon"], "content": "The dragon sleeps." });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read_value(&json!({ "entries": { "0": entry } })).unwrap()
    };
    for (number, known) in
        [(json!(99), false), (json!(-1), false), (json!(8), false), (json!("0"), true)]
    {
        let (book, warnings) = world(json!({ "position": number }));
        assert_eq!(book.entries[0].position, Position::BeforeChar, "{number}");
        let told = warnings.iter().any(|warning| warning.message.contains("is no place"));
        assert_eq!(told, !known, "{number}: {warnings:?}");
    }
    let (book, warnings) = world(json!({ "position": 7, "outletName": "weather" }));
    assert_eq!(book.entries[0].position, Position::Outlet("weather".into()));
    assert!(warnings.is_empty(), "{warnings:?}");
    let (_, warnings) = world(json!({ "position": 7 }));
    assert_eq!(warnings[0].field, "entries[0].outletName");
}

#[test]
fn sillytavern_s_fields_are_understood() {
    let (book, _) = read(FIXTURES[3].2).unwrap();
    let entry = &book.entries[1];
    assert_eq!((entry.id.as_str(), entry.comment.as_str()), ("1", "everything"));
    assert_eq!(entry.keys, ["castle", "/kee?p/i"]);
    assert_eq!((entry.selective, entry.logic), (true, Logic::NotAny));
    assert_eq!(
        (entry.syntax, entry.position.clone(), entry.role),
        (KeySyntax::Slashed, Position::Depth(2), Role::User)
    );
    assert_eq!((entry.sticky, entry.cooldown, entry.delay), (3, 2, 1));
    assert_eq!(entry.groups, ["places", "stones"]);
    assert!(entry.group_override && entry.exclude_recursion && entry.prevent_recursion);
    assert_eq!(
        (entry.probability, entry.group_weight, entry.delay_until_recursion),
        (50.0, 30.0, 2)
    );
    assert_eq!(
        (entry.window, entry.case_sensitive, entry.whole_words),
        (Some(Window::Messages(7)), Some(true), Some(true))
    );
    assert!(
        entry.also_scan.has(lore::AlsoScan::SCENARIO)
            && !entry.also_scan.has(lore::AlsoScan::PERSONA)
    );
    assert!(entry.filter.exclude && entry.filter.names == ["Koto"]);
    assert!(!book.entries[2].enabled);

    let (card, _) = read(FIXTURES[2].2).unwrap();
    let (of_card, of_world) = (&card.entries[1], entry);
    assert_eq!(
        (&of_card.position, of_card.role, of_card.logic),
        (&of_world.position, of_world.role, of_world.logic)
    );
    assert_eq!(
        (of_card.sticky, of_card.window, of_card.syntax),
        (3, Some(Window::Messages(7)), KeySyntax::Slashed)
    );
}

#[test]
fn novelai_s_prefix_and_range_are_understood() {
    let (book, _) = read(FIXTURES[4].2).unwrap();
    let entry = &book.entries[0];
    assert_eq!(entry.content, "[ The dragon sleeps. ]");
    assert_eq!((entry.window, entry.priority), (Some(Window::Characters(40)), Some(400.0)));
    assert!(!book.entries[1].enabled, "its category is switched off");
    let far = format!("dragon {}", "x".repeat(60));
    assert!(
        !activate(book.clone(), &[&far]).verdicts[0].fired
            && activate(book, &["dragon"]).verdicts[0].fired
    );
}

#[test]
fn what_is_no_lorebook_is_refused_with_a_reason() {
    let refused = |text: &str| read(text.as_bytes()).unwrap_err();
    assert!(matches!(refused(""), Error::NotJson { .. }));
    assert!(matches!(refused("{"), Error::NotJson { .. }));
    for (text, reason) in [
        ("[1]", "a list"),
        ("{}", "no `entries`"),
        (r#"{"entries": 3}"#, "a number"),
        (r#"{"spec":"lorebook_v3"}"#, "`data` is missing"),
        (r#"{"spec":"chara_card_v2","data":{"name":"x"}}"#, "without a book"),
        (r#"{"character_book":{"character_book":{}}}"#, "without a book"),
    ] {
        let error = refused(text).to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
    let problem = domain::Problem::from(refused("{}"));
    assert!(problem.remedy.contains("lorebook"));
    assert!(read(b"\xef\xbb\xbf{\"entries\":[]}").is_ok(), "a byte order mark is no error");
    let (book, warnings) = read(b"{\"name\":\"\xff\",\"entries\":[]}").unwrap();
    assert_eq!((book.name.as_str(), warnings.len()), ("\u{fffd}", 1));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).is_err());
}

#[test]
fn wrong_types_are_put_right_and_told() {
    let odd = json!({ "scan_depth": "3", "token_budget": "", "recursive_scanning": "true", "name": 7, "entries": [
        { "keys": "dragon, /a,b/", "content": ["The", "dragon"], "enabled": 1, "insertion_order": "5", "constant": "no",
          "selective": null, "secondary_keys": 3, "case_sensitive": "maybe", "priority": -1e300, "extensions": [], "id": [] },
        "not an entry",
        null,
        {},
    ]});
    let (book, warnings) = read_value(&odd).unwrap();
    assert_eq!(
        (book.scan_depth, book.token_budget, book.recursive, book.name.as_str()),
        (Some(3), None, Some(true), "7")
    );
    assert_eq!(book.entries.len(), 2);
    let entry = &book.entries[0];
    assert_eq!(entry.keys, ["dragon", "/a,b/"]);
    assert_eq!(
        (entry.content.as_str(), entry.enabled, entry.insertion_order),
        ("The\ndragon", true, 5.0)
    );
    assert_eq!(
        (entry.constant, entry.secondary_keys.as_slice(), entry.case_sensitive),
        (false, &["3".to_owned()][..], None)
    );
    for field in [
        "scan_depth",
        "recursive_scanning",
        "name",
        "entries[0].keys",
        "entries[0].content",
        "entries[0].enabled",
        "entries[0].insertion_order",
        "entries[0].constant",
        "entries[0].secondary_keys",
        "entries[0].case_sensitive",
        "entries[0].priority",
        "entries[0].extensions",
        "entries[1]",
        "entries[2]",
    ] {
        assert!(
            warnings.iter().any(|warning| warning.field == field),
            "no warning for {field}: {warnings:?}"
        );
    }
}

#[test]
fn a_book_comes_back_as_it_went_in() {
    for (name, format, bytes) in FIXTURES {
        let (book, _) = read(bytes).unwrap();
        let written = lorebook_v3(&book);
        let (again, warnings) = read_value(&written).unwrap();
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        assert_eq!(again.entries.len(), book.entries.len(), "{name}");
        for (old, new) in book.entries.iter().zip(&again.entries) {
            assert_eq!(
                (&old.keys, &old.content, old.enabled, old.constant),
                (&new.keys, &new.content, new.enabled, new.constant),
                "{name}"
            );
            assert_eq!(
                (&old.secondary_keys, old.logic, old.selective, old.syntax),
                (&new.secondary_keys, new.logic, new.selective, new.syntax),
                "{name}"
            );
            assert_eq!(
                (old.sticky, old.cooldown, &old.groups, &old.position, old.role),
                (new.sticky, new.cooldown, &new.groups, &new.position, new.role),
                "{name}"
            );
        }
        match format {
            Format::CharacterBook | Format::LorebookV3 => {
                let original: Value = serde_json::from_slice(bytes).unwrap();
                let original = original.get("data").unwrap_or(&original);
                let original = original.get("character_book").unwrap_or(original);
                assert_eq!(
                    &written["data"], original,
                    "{name}: what was not edited is not touched"
                );
            }
            // Of other tools' fields everything is still there.
            _ => {
                let kept = written["data"]["entries"][0]["extensions"].as_object().unwrap();
                let full = |kept: &Value| kept.as_object().is_some_and(|kept| !kept.is_empty());
                assert!(kept.values().any(full), "{name}");
            }
        }
    }
}

#[test]
fn an_edit_changes_that_entry_alone() {
    let (mut book, _) = read(FIXTURES[1].2).unwrap();
    let before = lorebook_v3(&book)["data"]["entries"].clone();
    book.entries[0].content = "New.".into();
    let after = lorebook_v3(&book)["data"]["entries"].clone();
    assert_eq!(after[0]["content"], "New.");
    assert_eq!(after[0]["extensions"]["other_tool"], before[0]["extensions"]["other_tool"]);
    assert_eq!(after[1], before[1]);
}

/// Any entry that the specification can say.
fn any_entry() -> impl Strategy<Value = Value> {
    let words = prop::collection::vec("[a-z ,/\\\\(\\[猫龍é]{0,8}", 0..4);
    (
        words.clone(),
        words,
        "(@@[a-z_]{1,8} [0-9a-z,]{0,4}\n){0,2}[a-z @\n]{0,20}",
        any::<(bool, bool, bool, bool)>(),
        (-50i32..50, prop::option::of(-5i32..5), prop::option::of(any::<bool>())),
        prop::option::of((0u8..8, 0u8..4, 0u32..5, 0u8..3)),
    )
        .prop_map(|(keys, secondary, content, (enabled, constant, selective, regex), (order, priority, case), tavern)| {
            let mut entry = json!({
                "keys": keys, "secondary_keys": secondary, "content": content, "enabled": enabled, "constant": constant,
                "selective": selective, "use_regex": regex, "insertion_order": order, "extensions": {},
            });
            if let Some(priority) = priority {
                entry["priority"] = priority.into();
            }
            if let Some(case) = case {
                entry["case_sensitive"] = case.into();
            }
            if let Some((position, logic, depth, role)) = tavern {
                entry["extensions"] = json!({
                    "position": position, "selectiveLogic": logic, "depth": depth, "role": role, "sticky": depth, "group": "a, b",
                });
            }
            entry
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_book_is_written_as_it_came_and_read_the_same(entries in prop::collection::vec(any_entry(), 0..6)) {
        let raw = json!({ "extensions": {}, "entries": entries });
        let (book, _) = read_value(&raw).unwrap();
        let written = lorebook_v3(&book);
        prop_assert_eq!(&written["data"], &raw);
        // Written from what was understood alone, it means the same.
        let mut bare = book.clone();
        for entry in &mut bare.entries {
            entry.raw.clear();
        }
        let (again, _) = read_value(&lorebook_v3(&bare)).unwrap();
        for (old, new) in bare.entries.iter().zip(&again.entries) {
            let mut new = new.clone();
            new.raw.clear();
            prop_assert_eq!(old, &new);
        }
    }
}

#[test]
fn entries_alone_are_a_book() {
    for list in [
        json!([{ "title": "Sleep", "keys": ["dragon"], "content": "The dragon sleeps." }]),
        json!([{ "id": "1", "keys": "wyrm, dragon", "entry": "The dragon sleeps.", "hidden": false }]),
    ] {
        let (book, _) = read_value(&list).unwrap();
        let outcome = activate(book, &["A dragon!"]);
        assert_eq!(texts(&outcome), ["The dragon sleeps."], "{list}");
    }
    for list in [json!([]), json!(["a"]), json!([{ "role": "user", "content": "A dragon!" }])] {
        assert!(matches!(read_value(&list), Err(Error::NotALorebook { .. })), "{list}");
    }
}

#[test]
fn sillytavern_s_keys_that_look_like_patterns_and_orders_that_are_times() {
    let world = json!({ "entries": {
        "0": { "uid": 0, "key": ["/start, /stop"], "content": "Early.", "order": 1_767_563_894_452_i64 },
        "1": { "uid": 1, "key": ["/STOP/i"], "content": "Late.", "order": 1_768_391_766_155_i64 },
    } });
    let (book, warnings) = read_value(&world).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    assert!(book.entries[0].insertion_order < book.entries[1].insertion_order);
    let outcome = activate(book, &["Say /start, /stop."]);
    assert_eq!(texts(&outcome), ["Early.", "Late."]);
}

#[test]
fn positions_of_cards_may_be_sillytavern_s_numbers() {
    let book = json!({ "entries": [
        { "keys": ["a"], "content": "A", "extensions": {}, "enabled": true, "insertion_order": 1, "position": 0 },
        { "keys": ["b"], "content": "B", "extensions": {}, "enabled": true, "insertion_order": 2, "position": 1 },
    ] });
    let (book, warnings) = read_value(&book).unwrap();
    assert_eq!(book.entries[0].position, Position::BeforeChar);
    assert_eq!(book.entries[1].position, Position::AfterChar);
    assert!(warnings.iter().all(|warning| !warning.message.contains("unknown")), "{warnings:?}");
}
