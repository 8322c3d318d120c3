//! Files of strangers as places and sounds: what is taken, what is refused, what a model is told.

use std::io::Write;

use base64::Engine as _;
use domain::{Cancel, Painter, Sketch};
use scenery::{Layers, Look};

use super::*;

/// One transparent pixel.
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR4nGNgAAIAAAUAAXpeqz8AAAAASUVORK5CYII=";

/// A wide picture.
fn wide() -> Vec<u8> {
    let sketch = Sketch {
        description: String::new(),
        style: String::new(),
        width: 128,
        height: 80,
        seed: 1,
    };
    let layers = Layers::new(Look::named("park", "day", "clear"));
    layers.draw(&sketch, &Cancel::new()).unwrap().unwrap()
}

fn square() -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(PIXEL).unwrap()
}

/// A WAV file of noise: one channel, eight kilohertz.
fn wav(seconds: u32) -> Vec<u8> {
    let count = seconds * 8_000;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + count * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        bytes.extend(half.to_le_bytes());
    }
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend(16_000_u32.to_le_bytes());
    for half in [2_u16, 16] {
        bytes.extend(half.to_le_bytes());
    }
    bytes.extend(b"data");
    bytes.extend((count * 2).to_le_bytes());
    for index in 0..count {
        bytes.extend(((index.wrapping_mul(7919) % 9000) as i16).to_le_bytes());
    }
    bytes
}

fn props() -> (tempfile::TempDir, Props) {
    let folder = tempfile::tempdir().unwrap();
    let props = Props::new(folder.path().join("scenery"));
    (folder, props)
}

#[test]
fn pictures_and_sounds_are_told_by_content_and_named_by_their_files() {
    let (_folder, props) = props();
    let (picture, music) = (wide(), wav(6));
    let take = |bytes: &[u8], path: &str| props.take(bytes, path).unwrap().unwrap();
    let day = take(&picture, "/home/a/game/images/bg mill day.png");
    let night = take(&picture, "/home/a/Mill-night.jpg");
    assert_eq!((day.kind.as_deref(), day.name.as_str()), (Some("place"), "mill"));
    assert_eq!(day.id, night.id, "another hour of the same place");
    let again = take(&picture, "/home/a/mill_day.webp");
    assert_eq!(again.warnings.len(), 1, "{:?}", again.warnings);
    let theme = take(&music, "/home/a/bgm/Main_theme.ogg");
    assert_eq!((theme.kind.as_deref(), theme.name.as_str()), (Some("music"), "Main theme"));
    let rain = take(&music, "/home/a/Ambience/soft.wav");
    assert_eq!(rain.kind.as_deref(), Some("ambience"));
    let view = props.view().unwrap();
    assert_eq!(view.places.len(), 1);
    assert_eq!(view.places[0].hours, ["day", "night"]);
    assert!((view.sounds[0].seconds - 6.0).abs() < 0.01);
    let heard = props.sound(&format!("{OWN}{}", theme.id), Track::Music).unwrap();
    assert!(heard.pcm.len() > 4 * 8_000 && heard.rate == 8_000);
    assert_eq!(take(&music, "/home/a/_-_.wav").name, "music", "a name that can be written");
}

#[test]
fn figures_and_damaged_files_are_no_scenery() {
    let (_folder, props) = props();
    assert!(props.take(&square(), "/a/eileen happy.png").unwrap().is_none());
    assert!(props.take(b"words", "/a/bg notes.txt").unwrap().is_none());
    // What is called a background is one, whatever its shape.
    let odd = props.take(&square(), "/a/bg odd.png").unwrap().unwrap();
    assert!(odd.warnings.iter().any(|line| line.contains("middle")), "{:?}", odd.warnings);
    let cut = &wide()[..300];
    let problem = props.take(cut, "/a/bg cut.jpg").unwrap_err();
    assert!(problem.message.contains("bg cut.jpg"), "{}", problem.message);
    let noise = [b"OggS".to_vec(), vec![7; 4_000]].concat();
    assert!(props.take(&noise, "/a/x.ogg").is_err());
    assert_eq!(props.view().unwrap().sounds.len(), 0);
}

#[test]
fn models_are_told_the_names_with_what_they_are() {
    let (_folder, props) = props();
    let picture = wide();
    let mill = props.take(&picture, "/a/mill.jpg").unwrap().unwrap();
    props.take(&picture, "/a/quay.jpg").unwrap();
    let patch = OwnSceneryPatch {
        name: Some("Old [mill]: x".to_owned()),
        description: Some("by the river, {{user}} was\nborn [here]".to_owned()),
        kind: None,
    };
    props.change(&mill.id, &patch).unwrap();
    let own = props.names();
    assert_eq!(own.places, ["quay", "Old mill x (by the river, user was born here)"]);
    assert!(own.music.is_empty() && own.effects.is_empty());
    let stage = crate::stage::directions::names(Some(&props));
    assert!(stage.scenes.starts_with("bookshop, ") && stage.scenes.contains("station, quay"));
    assert_eq!(crate::stage::directions::names(None).scenes.matches("quay").count(), 0);
    let nameless = OwnSceneryPatch { name: Some(" [] ".to_owned()), ..OwnSceneryPatch::default() };
    assert!(props.change(&mill.id, &nameless).is_err());
    props.remove(&mill.id, true).unwrap();
    assert_eq!(props.names().places, ["quay"]);
    props.remove(&mill.id, false).unwrap();
    assert_eq!(props.names().places.len(), 2);
    assert!(props.change("../../etc", &patch).is_err());
}

#[test]
fn short_sounds_are_effects_that_models_are_told_of() {
    let (_folder, props) = props();
    let take = |seconds: u32, path: &str| props.take(&wav(seconds), path).unwrap().unwrap();
    let bark = take(1, "/a/dog_bark.wav");
    assert_eq!((bark.kind.as_deref(), bark.name.as_str()), (Some("effect"), "dog bark"));
    assert_eq!(take(6, "/a/sfx/Cheering.wav").kind.as_deref(), Some("effect"));
    assert_eq!(take(6, "/a/Cheering_SE.wav").kind.as_deref(), Some("effect"));
    assert_eq!(take(40, "/a/sfx/crowd.wav").kind.as_deref(), Some("ambience"), "too long for one");
    let theme = take(40, "/a/Theme of a fox.wav");
    assert_eq!(theme.kind.as_deref(), Some("music"));
    assert_eq!(props.names().effects, ["Cheering SE", "Cheering", "dog bark"]);
    let stage = crate::stage::directions::names(Some(&props));
    assert!(stage.sounds.starts_with("bell, ") && stage.sounds.ends_with("dog bark"));
    let heard = props.effect(&format!("{OWN}{}", bark.id)).unwrap();
    assert!(heard.pcm.len() > 7_000 && heard.rate == 8_000);
    let kind =
        |kind: &str| OwnSceneryPatch { kind: Some(kind.to_owned()), ..OwnSceneryPatch::default() };
    let short = props.change(&bark.id, &kind("music")).unwrap_err();
    assert!(short.message.contains("shorter than"), "{}", short.message);
    let long = props.change(&theme.id, &kind("effect")).unwrap_err();
    assert!(long.message.contains("longer than"), "{}", long.message);
    props.change(&theme.id, &kind("ambience")).unwrap();
    assert_eq!(props.view().unwrap().sounds.iter().filter(|one| one.kind == "effect").count(), 3);
}

#[test]
fn a_long_list_leaves_room_for_the_talk() {
    let all: Vec<String> = (0..400).map(|i| format!("place {i}")).collect();
    let told = within(all);
    assert_eq!(told[0], "place 399");
    assert!(told.join(", ").chars().count() < LONGEST_LIST);
    assert!(told.len() > 50);
}

/// An archive whose names are in GBK, as Chinese systems write them: no flag says so.
fn archive(files: &[(&[u8], &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = bytes.len() as u32;
        let sum = crc(content);
        let mut head = Vec::new();
        for half in [20_u16, 0, 0, 0, 0] {
            head.extend(half.to_le_bytes());
        }
        for word in [sum, content.len() as u32, content.len() as u32] {
            head.extend(word.to_le_bytes());
        }
        head.extend((name.len() as u16).to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        bytes.write_all(b"PK\x03\x04").unwrap();
        bytes.extend(&head);
        bytes.extend(*name);
        bytes.extend(*content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(*name);
    }
    let at = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    for half in [files.len() as u16, files.len() as u16] {
        bytes.extend(half.to_le_bytes());
    }
    for word in [directory.len() as u32, at] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend(0_u16.to_le_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

#[test]
fn an_archive_with_names_in_gbk_is_read_and_a_pack_of_faces_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let picture = wide();
    // 背景/教室夜.jpg
    let name = b"\xb1\xb3\xbe\xb0/\xbd\xcc\xca\xd2\xd2\xb9.jpg";
    let pack = folder.path().join("assets.zip");
    std::fs::write(&pack, archive(&[(name, &picture)])).unwrap();
    let members = crate::imports::dropped_files::Source::of(&pack.display().to_string()).members();
    assert_eq!(members.len(), 1, "{members:?}");
    let (bytes, _) = crate::imports::dropped_files::Source::of(&members[0]).read().unwrap();
    let (_data, props) = props();
    let taken = props.take(&bytes, &members[0]).unwrap().unwrap();
    assert_eq!(taken.name, "教室");
    assert_eq!(props.view().unwrap().places[0].hours, ["night"]);

    let faces = archive(&[(b"joy.png", &square()), (b"sad.png", &square())]);
    assert!(super::members(&faces, "mira.zip").is_empty());
    let card = archive(&[(b"card.json", b"{}"), (b"bg mill.jpg", &picture)]);
    assert!(super::members(&card, "mira.zip").is_empty());
    assert_eq!(super::members(&archive(&[(b"mill.jpg", &picture)]), "mira.zip").len(), 1);
    assert!(super::members(b"PK\x03\x04broken", "x.zip").is_empty());
}
