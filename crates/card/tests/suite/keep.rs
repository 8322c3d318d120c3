//! An edited card stays in the kind of file that it came in, with everything that file held.

use card::{Asset, Availability, Container, Form, import};

use crate::{cards, fixture, imported};

/// A PNG of one pixel, for tests only.
fn pixel() -> Vec<u8> {
    fixture("no_card.png")
}

#[test]
fn an_edited_archive_stays_one_with_all_its_files_byte_for_byte() {
    for name in cards() {
        let file = fixture(&name);
        let mut card = imported(&name);
        if !matches!(card.container, Container::Charx | Container::Zip) {
            continue;
        }
        let before: Vec<_> = inside(&card, &file);
        card.character.description = "Edited.".into();
        let (form, saved) = card.save(&file).unwrap();
        assert_eq!(form, Form::Charx, "{name}");
        let again = import(&saved.bytes, &name).unwrap();
        assert_eq!(again.character, card.character, "{name}");
        let after = inside(&again, &saved.bytes);
        for asset in &before {
            assert!(after.contains(asset), "{name}: {} was lost or changed", asset.0);
        }
        let head = file.windows(4).position(|four| four == b"PK\x03\x04").unwrap();
        assert!(saved.bytes.starts_with(&file[..head]), "{name}: what stands before the archive");
    }
}

/// Addresses and bytes of what the file carries.
fn inside(card: &card::Imported, file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let carried = card.assets.iter().filter(|asset| asset.at == Availability::Inside);
    carried
        .filter_map(|asset| Some((asset.uri.clone(), card.asset(file, asset).ok()?.into_owned())))
        .collect()
}

#[test]
fn assets_are_added_exchanged_named_anew_and_removed_in_every_kind_of_file() {
    for name in cards() {
        let file = fixture(&name);
        let mut card = imported(&name);
        let gone = card.assets.iter().position(|asset| asset.at == Availability::Inside);
        let gone = gone.map(|at| card.assets.remove(at));
        card.assets.push(Asset::new("emotion", "笑顔/1", "png", &pixel()));
        card.assets.push(Asset::new("background", "room", "png", b"\x89PNG other bytes"));
        let (_, saved) = card.save(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut again = import(&saved.bytes, &name).unwrap();
        let find = |card: &card::Imported, wanted: &str| {
            card.assets
                .iter()
                .position(|asset| asset.name == wanted)
                .unwrap_or_else(|| panic!("{name}: `{wanted}` is missing among {:?}", card.assets))
        };
        let face = again.assets[find(&again, "笑顔/1")].clone();
        assert_eq!(face.kind, "emotion", "{name}");
        assert_eq!(again.asset(&saved.bytes, &face).unwrap().as_ref(), pixel(), "{name}");
        if let Some(gone) = gone {
            let named_twice = card.assets.iter().any(|asset| asset.uri == gone.uri);
            let there = again.assets.iter().any(|asset| asset.uri == gone.uri);
            assert_eq!(there, named_twice, "{name}: {} was removed", gone.uri);
        }
        // Once more over what was written: other bytes, another name.
        let room = find(&again, "room");
        again.assets[room].replace("png", &pixel());
        again.assets[room].name = "garden".into();
        let (_, saved) = again.save(&saved.bytes).unwrap();
        let last = import(&saved.bytes, &name).unwrap();
        let garden = last.assets[find(&last, "garden")].clone();
        assert_eq!(last.asset(&saved.bytes, &garden).unwrap().as_ref(), pixel(), "{name}");
        let old = last.assets.iter().filter(|asset| asset.kind == "embedded");
        assert!(!old.clone().any(|asset| asset.name.contains("room")), "{name}: the old bytes");
    }
}

#[test]
fn a_new_portrait_is_the_one_that_is_shown_and_costs_nothing_else() {
    for name in cards() {
        let file = fixture(&name);
        let mut card = imported(&name);
        let others: Vec<_> = inside(&card, &file)
            .into_iter()
            .filter(|(uri, _)| {
                !card.assets.iter().any(|asset| asset.uri == *uri && asset.is_main_icon())
            })
            .collect();
        card.set_portrait(&pixel()).unwrap();
        let (form, saved) = card.save(&file).unwrap();
        let again = import(&saved.bytes, &name).unwrap();
        let shown = again.portrait(&saved.bytes).unwrap_or_else(|| panic!("{name}: no portrait"));
        let pixels = |png: &[u8]| image::load_from_memory(png).unwrap().to_rgba8();
        assert_eq!(pixels(&shown), pixels(&pixel()), "{name} as {form:?}");
        assert_eq!(again.character, card.character, "{name}");
        let after = inside(&again, &saved.bytes);
        for asset in others {
            assert!(after.contains(&asset), "{name}: {} was lost", asset.0);
        }
    }
    assert!(imported("v2.json").set_portrait(b"no picture").is_err());
}

#[test]
fn what_was_not_edited_is_saved_as_it_was() {
    for name in cards() {
        let (file, card) = (fixture(&name), imported(&name));
        let kept = matches!(
            card.container,
            Container::Png | Container::Apng | Container::Charx | Container::Json
        ) && card.dialect == card::Dialect::Card;
        if kept && !name.contains("crc") {
            let (_, saved) = card.save(&file).unwrap();
            let again = import(&saved.bytes, &name).unwrap();
            assert_eq!(
                (&again.raw, &again.assets.len()),
                (&card.raw, &card.assets.len()),
                "{name}"
            );
        }
    }
}
