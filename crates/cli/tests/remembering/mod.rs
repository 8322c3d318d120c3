//! `hanashi memory` and `hanashi know` as somebody at a terminal meets them: a character is found by the name that is shown.

use serde_json::{Value, json};

use super::typed;

const CHAT: &str = r#"{"type": "risuChat", "ver": 2, "data": {"message": [
    {"role": "user", "data": "I live in Leeds with my cat Momo"}, {"role": "char", "data": "How nice."}]}}"#;

/// What one command prints; none of these reads anything.
fn told(data: &std::path::Path, arguments: &[&str]) -> Result<Value, String> {
    Ok(typed(data, arguments, &[])?.pop().unwrap_or_default())
}

#[test]
fn a_character_is_found_by_her_name_and_by_her_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = &folder.path().join("data");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (chat, tide) =
        (file("chat.json", CHAT), file("tide.txt", "The tide at Quillford is high."));
    told(data, &["talks", "import", &chat, "--character", "Koto"]).unwrap();
    let export = folder.path().join("export.json").to_string_lossy().into_owned();
    for name in ["koto", "Koto"] {
        let with =
            |command: &[&str]| told(data, &[command, &["--character", name]].concat()).unwrap();
        assert_eq!(with(&["memory", "list"])["facts"].as_array().unwrap().len(), 2, "{name}");
        assert_eq!(with(&["memory", "search", "Leeds"])["found"][0]["by_user"], true, "{name}");
        assert_eq!(with(&["memory", "times"])["scenes"].as_array().unwrap().len(), 1, "{name}");
        assert_eq!(with(&["memory", "acquaintance"])["acquaintance"]["said"], 1, "{name}");
        with(&["memory", "export", &export]);
        let exported: Value = serde_json::from_slice(&std::fs::read(&export).unwrap()).unwrap();
        assert_eq!(exported["character"], "koto", "{name}");
        assert_eq!(exported["facts"].as_array().unwrap().len(), 2, "{name}");
    }

    told(data, &["know", "add", &tide, "--character", "Koto"]).unwrap();
    let found = told(data, &["know", "search", "Quillford", "--character", "koto"]).unwrap();
    assert_eq!(found["found"].as_array().unwrap().len(), 1);
    let listed = told(data, &["know", "list", "--character", "Koto"]).unwrap();
    assert_eq!(listed["documents"][0]["character"], json!("koto"));

    let fact = told(data, &["memory", "list"]).unwrap()["facts"][0]["id"].to_string();
    told(data, &["memory", "forget", &fact, "--character", "Koto"]).unwrap();
    assert_eq!(told(data, &["memory", "list"]).unwrap()["facts"].as_array().unwrap().len(), 1);
}

#[test]
fn nobody_remembers_and_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = &folder.path().join("data");
    let chat = folder.path().join("chat.json");
    std::fs::write(&chat, CHAT).unwrap();
    let chat = chat.to_string_lossy().into_owned();
    told(data, &["talks", "import", &chat, "--character", "koto"]).unwrap();
    for command in [
        &["memory", "list"][..],
        &["memory", "search", "x"],
        &["memory", "times"],
        &["memory", "acquaintance"],
        &["memory", "export", "never.json"],
        &["memory", "forget", "1"],
        &["memory", "add", "home", "Leeds"],
        &["know", "add", &chat],
        &["know", "list"],
        &["know", "search", "x"],
        &["know", "try", "x"],
        &["know", "rules"],
    ] {
        let said = told(data, &[command, &["--character", "Nobody"]].concat()).unwrap_err();
        assert!(said.contains("no character here is called `Nobody`"), "{command:?}: {said}");
    }
}
