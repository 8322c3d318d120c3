//! A card in every form that it can be written as is the same card.

use card::{Availability, Form, Imported, Spec, import};
use domain::Character;
use serde_json::{Value, json};

use crate::{fixture, imported};

/// Every form and specification: the same character, the same details, the same book, the same bytes of every asset.
pub(crate) fn assert_same_in_every_form(card: &Imported, file: &[u8], name: &str) {
    let forms = [
        (Form::Json, card.spec),
        (Form::Json, Spec::V2),
        (Form::Json, Spec::V3),
        (Form::Png, Spec::V3),
        (Form::Charx, Spec::V3),
    ];
    for (form, spec) in forms {
        let written = card
            .export(file, form, spec)
            .unwrap_or_else(|error| panic!("{name} {form:?}: {error}"));
        let again = import(&written.bytes, name)
            .unwrap_or_else(|error| panic!("{name} {form:?} {spec:?}: {error}"));
        assert_eq!(again.character, card.character, "{name} {form:?} {spec:?}");
        assert_eq!(again.details, card.details, "{name} {form:?} {spec:?}");
        assert_eq!(again.lore_entries(), card.lore_entries(), "{name} {form:?} {spec:?}");
        if written.warnings.iter().all(|warning| warning.field == "picture") {
            assert_same_assets(card, file, &again, &written.bytes, name);
        }
        // Written once more, nothing changes any more.
        let twice = again.export(&written.bytes, form, again.spec).expect(name);
        assert_eq!(import(&twice.bytes, name).expect(name).raw, again.raw, "{name} {form:?}");
    }
    if !card.is_edited() {
        let same = import(&card.to_json(card.spec), name).expect(name);
        assert_eq!((&same.character, &same.raw), (&card.character, &card.raw), "{name}");
    }
}

fn assert_same_assets(
    old: &Imported,
    old_file: &[u8],
    new: &Imported,
    new_file: &[u8],
    name: &str,
) {
    for asset in old.assets.iter().filter(|asset| asset.at == Availability::Inside) {
        let bytes = old.asset(old_file, asset).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = new.assets.iter().any(|new_asset| {
            new_asset.at == Availability::Inside
                && new.asset(new_file, new_asset).is_ok_and(|new_bytes| new_bytes == bytes)
        });
        assert!(found, "{name}: the asset `{}` is gone", asset.name);
    }
}

#[test]
fn every_fixture_is_the_same_card_in_every_form() {
    for name in crate::cards() {
        let file = fixture(&name);
        assert_same_in_every_form(&imported(&name), &file, &name);
    }
}

#[test]
fn an_archive_keeps_what_it_does_not_understand() {
    let file = fixture("charx_v3.charx");
    let mut card = imported("charx_v3.charx");
    assert_eq!(
        card.export(&file, Form::Charx, Spec::V3).unwrap().bytes,
        file,
        "unedited, byte for byte"
    );
    card.character.description = "New.".into();
    let written = card.export(&file, Form::Charx, Spec::V3).unwrap().bytes;
    let again = import(&written, "x.charx").unwrap();
    assert_eq!(again.character, card.character);
    let (paths, bytes): (Vec<&str>, Vec<_>) = again
        .assets
        .iter()
        .filter(|asset| asset.at == Availability::Inside)
        .map(|asset| (asset.uri.as_str(), again.asset(&written, asset).unwrap().into_owned()))
        .unzip();
    assert!(paths.contains(&"embeded://assets/emotion/images/笑顔.png"), "{paths:?}");
    assert!(paths.contains(&"embeded://notes/unknown.bin"), "{paths:?}");
    assert!(bytes.contains(&b"\0\x01unknown".to_vec()));
}

#[test]
fn assets_can_be_added_renamed_and_removed() {
    for name in ["v3.json", "v3_assets.apng.png", "charx_v3.charx"] {
        let file = fixture(name);
        let mut card = imported(name);
        let smile = card.assets.iter().position(|asset| asset.name == "笑顔").unwrap();
        card.assets[smile].name = "smile".into();
        let icon = card.assets.iter().position(|asset| asset.kind == "icon").unwrap();
        card.assets.remove(icon);
        card.assets.push(card::Asset::new("background", "sea", "png", b"a picture of the sea"));
        for form in [Form::Json, Form::Png, Form::Charx] {
            let written = card.export(&file, form, Spec::V3).unwrap().bytes;
            let again = import(&written, name).unwrap();
            let named = |name: &str| again.assets.iter().find(|asset| asset.name == name);
            assert!(named("smile").is_some() && named("笑顔").is_none(), "{name} {form:?}");
            let sea = named("sea").unwrap();
            assert_eq!(again.asset(&written, sea).unwrap().as_ref(), b"a picture of the sea");
            let list = again.raw["data"]["assets"].as_array().unwrap();
            let renamed = list.iter().find(|asset| asset["name"] == "smile").unwrap();
            assert_eq!(
                renamed["x_unknown"],
                json!("kept"),
                "{name} {form:?}: unknown members stay"
            );
        }
    }
}

#[test]
fn details_and_the_book_can_be_edited() {
    let mut card = imported("v3.json");
    assert_eq!(card.details.group_greetings, ["Hello, all of you."]);
    assert_eq!(card.details.notes_by_language[1], ("ja".into(), "静かな子。".into()));
    assert_eq!(
        (card.details.created, card.details.modified),
        (Some(1_700_000_000), Some(1_700_000_001))
    );
    assert_eq!(card.details.sources, ["https://example.com/mira"]);
    card.details.group_greetings.clear();
    card.details.notes_by_language.push(("zh".into(), "安静。".into()));
    card.details.modified = Some(1_800_000_000);
    card.book.as_mut().unwrap()["entries"][0]["content"] = json!("New lore.");
    let again = import(&card.to_json(Spec::V3), "x.json").unwrap();
    assert_eq!((&again.details, &again.book), (&card.details, &card.book));
    let mut expected = card.raw.clone();
    expected["data"]["group_only_greetings"] = json!([]);
    expected["data"]["creator_notes_multilingual"]["zh"] = json!("安静。");
    expected["data"]["modification_date"] = json!(1_800_000_000);
    expected["data"]["character_book"]["entries"][0]["content"] = json!("New lore.");
    assert_eq!(again.raw, expected, "nothing else changed");
    card.book = None;
    let again = import(&card.to_json(Spec::V3), "x.json").unwrap();
    assert_eq!((again.book, again.raw["data"].get("character_book")), (None, None));
}

#[test]
fn a_card_made_here_goes_into_every_form() {
    let mut made = Imported::new(Character {
        name: "Nao".into(),
        greetings: vec!["Hi.".into()],
        ..Character::default()
    });
    made.assets.push(card::Asset::new("icon", "main", "png", &fixture("no_card.png")));
    assert_same_in_every_form(&made, &[], "nao.json");
    let png = made.export(&[], Form::Png, Spec::V3).unwrap();
    let plain: Value = serde_json::from_slice(&made.to_json(Spec::V3)).unwrap();
    assert_eq!(plain["data"]["assets"][0]["type"], "icon");
    assert!(import(&png.bytes, "nao.png").unwrap().portrait(&png.bytes).is_some());
}
