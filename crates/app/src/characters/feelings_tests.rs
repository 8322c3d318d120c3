//! Whatever a character can show is what it may write.

use std::fs;

use domain::TagUse;
use serde_json::json;

use super::*;

fn library(root: &Path, feelings: &Value) -> Library {
    let folder = root.join("mira");
    fs::create_dir_all(&folder).unwrap();
    let card = json!({ "spec": "chara_card_v3", "spec_version": "3.0", "data": {
        "name": "Mira", "description": "Keeps bees.", "first_mes": "Hello.",
        "extensions": { "hanashi": { "feelings": feelings } },
    }});
    fs::write(folder.join("card.json"), card.to_string()).unwrap();
    Library::new(root.to_owned(), None)
}

fn shown(faces: &Faces, library: &Library) -> Vec<&'static str> {
    let id = CharacterId("mira".into());
    faces.of(library, &id).shown.into_iter().map(Emotion::tag).collect()
}

#[test]
fn pictures_and_puppets_say_what_a_character_can_show() {
    let root = tempfile::tempdir().unwrap();
    let library = library(root.path(), &Value::Null);
    let faces = Faces::default();
    assert_eq!(shown(&faces, &library).len(), 10, "nothing is known of its faces");
    let folder = root.path().join("mira/expressions");
    fs::create_dir_all(&folder).unwrap();
    for name in ["joy-2.png", "neutral.png", "Grief.webp", "notes.txt"] {
        fs::write(folder.join(name), b"x").unwrap();
    }
    assert_eq!(shown(&faces, &library), ["neutral", "joy", "sad"]);
    let puppet = root.path().join("mira/puppet");
    fs::create_dir_all(&puppet).unwrap();
    fs::write(puppet.join("rig.json"), r#"{ "expressions": { "shy": {}, "wild": {} } }"#).unwrap();
    assert_eq!(shown(&faces, &library), ["neutral", "joy", "sad", "shy"]);
    fs::create_dir_all(root.path().join("mira/figure")).unwrap();
    assert_eq!(shown(&faces, &library).len(), 10, "a figure shows all of them");
}

#[test]
fn the_card_and_the_person_force_and_forbid() {
    let root = tempfile::tempdir().unwrap();
    let id = CharacterId("mira".into());
    let rule = |feelings: Value, tags: EmotionTags| {
        let library = library(root.path(), &feelings);
        let settings = Settings { emotion_tags: tags, ..Settings::default() };
        Faces::default().of(&library, &id).rule(&settings)
    };
    assert_eq!(rule(Value::Null, EmotionTags::Free), None);
    let two = json!({ "only": ["joy", "happy", "angry", "unheard of"] });
    let kept = rule(two.clone(), EmotionTags::Free).unwrap();
    assert_eq!(
        (kept.names.as_slice(), kept.place),
        (&["joy".to_owned(), "angry".to_owned()][..], TagUse::Anywhere)
    );
    let kept = rule(json!({ "tags": "first", "without": ["love"] }), EmotionTags::Free).unwrap();
    assert_eq!((kept.names.len(), kept.place), (9, TagUse::First));
    assert_eq!(rule(json!({ "tags": "first" }), EmotionTags::Never).unwrap().place, TagUse::Never);
    assert_eq!(rule(json!({ "tags": "never" }), EmotionTags::First).unwrap().place, TagUse::Never);
    assert_eq!(rule(json!({ "tags": 7 }), EmotionTags::First).unwrap().place, TagUse::First);
    assert_eq!(rule(json!({ "only": [] }), EmotionTags::First).unwrap().place, TagUse::Never);
    // What a face shows is one thing, what the stage does another: the prompt asks for it all the same.
    assert!(kept.directions, "the stage is directed unless the person wants it otherwise");
    let settings = Settings { direct_stage: false, ..Settings::default() };
    let kept = Faces::default().of(&library(root.path(), &two), &id).rule(&settings).unwrap();
    assert!(!kept.directions);
}

#[test]
fn pictures_are_named_as_on_the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/lib/stage/labels.ts");
    let page = fs::read_to_string(page).unwrap();
    let table = page.split_once("const NEAREST").unwrap().1.split_once("\n};").unwrap().0;
    for (emotion, names) in NAMES {
        let own = table.split_once(&format!("\n  {}: [", emotion.tag())).unwrap().1;
        let own: Vec<&str> =
            own.split_once(']').unwrap().0.split('\'').skip(1).step_by(2).collect();
        assert_eq!(own, names, "{emotion:?}");
    }
}
