//! `hanashi chat`, and the arena, as somebody at a terminal meets them: lines in, lines out, with the models in the box and tiny ones
//! of every seed system (random weights: what they write means nothing, that it is written and chosen is what is looked at).

#![expect(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod arena;
mod folders;
mod remembering;
mod studio;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(name)
}

/// Types lines into a chat and returns what it prints, one JSON object a line.
fn chat(data: &Path, arguments: &[&str], lines: &[&str]) -> Vec<Value> {
    typed(data, &[&["chat"][..], arguments].concat(), lines).unwrap()
}

/// Types lines into a command and returns what it prints, one JSON object a line; where it fails, what it says on the side.
fn typed(data: &Path, arguments: &[&str], lines: &[&str]) -> Result<Vec<Value>, String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hanashi"))
        .args(["--json", "--data-dir"])
        .arg(data)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever refuses at once reads nothing.
    let _unread = stdin.write_all((lines.join("\n") + "\n").as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let printed = String::from_utf8(output.stdout).unwrap();
    Ok(printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// A copy of a tiny model under the name that its profile is found by.
fn named(folder: &Path, from: &str, name: &str) -> String {
    let to = folder.join(name);
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(fixture(from)).unwrap() {
        let path = entry.unwrap().path();
        // GGUF and PyTorch lie side by side in some; the folder is the latter.
        if path.extension().is_none_or(|end| end != "gguf") {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
    // Where positions are computed, the context may be as long as the app's own sentences want it to be.
    let config = to.join("config.json");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("\"seq_length\":256", "\"seq_length\":4096")).unwrap();
    to.display().to_string()
}

fn replies(printed: &[Value]) -> Vec<&str> {
    printed.iter().filter_map(|line| line["reply"].as_str()).collect()
}

#[test]
fn answers_are_swiped_chosen_edited_and_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let lines = [
        "Good evening, \\",
        "Koto.",
        "/swipe",
        "/again",
        "/swipes",
        "/swipe 1",
        "/swipe 9",
        "/save 3",
        "/edit What do you like?",
        "/history",
        "/load 3",
        "/load 4",
        "/undo",
        "/memory",
        "/prompt",
        "/nonsense",
        "/edit",
        "/clear",
        "/talks",
        "/open 2",
        "/stop",
        "this is not said any more",
    ];
    let printed = chat(data.path(), &["--character", "koto"], &lines);
    let (greeting, rest) = printed.split_first().unwrap();
    assert!(greeting["message"].is_string() || greeting["reply"].is_string(), "{greeting}");
    assert!(replies(rest).len() >= 4, "{rest:#?}");
    let third = rest.iter().filter(|line| line["reply"].is_string()).nth(2).unwrap();
    assert_eq!((third["swipe"].as_u64(), third["swipes"].as_u64()), (Some(3), Some(3)));
    let all = rest.iter().find(|line| line["shown"].is_number()).unwrap();
    let all_texts: Vec<&str> =
        all["swipes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(all_texts, replies(rest)[..3], "all answers, in their order");
    let chosen = rest.iter().find(|line| line["message"].is_string()).unwrap();
    assert_eq!(chosen["message"], all_texts[0]);
    assert_eq!((chosen["swipe"].as_u64(), chosen["swipes"].as_u64()), (Some(1), Some(3)));
    let errors: Vec<&str> =
        rest.iter().filter_map(|line| line["error"]["message"].as_str()).collect();
    assert_eq!(errors.len(), 2, "answer 9 and slot 4: {errors:?}");
    let said: Vec<&str> = rest
        .iter()
        .filter(|line| line["role"] == "user")
        .filter_map(|line| line["message"].as_str())
        .collect();
    assert_eq!(said, ["What do you like?"], "the history after the edit");
    let messages: Vec<&str> = rest.iter().filter_map(|line| line["message"].as_str()).collect();
    let loaded = messages.iter().filter(|text| **text == all_texts[0]).count();
    assert!(loaded >= 2, "chosen, and gone back to: {messages:?}");
    let prompt = rest.iter().find(|line| line["prompt"].is_object()).unwrap();
    assert!(!prompt["prompt"]["blocks"].as_array().unwrap().is_empty());
    let talks = rest.iter().find(|line| line["conversations"].is_array()).unwrap();
    assert_eq!(talks["conversations"].as_array().unwrap().len(), 2);
    // The first line was typed in two.
    let again = chat(data.path(), &["--character", "koto"], &["/open 1", "/history"]);
    assert!(!again.is_empty());
}

#[test]
fn every_seed_profile_answers_from_its_own_kind_of_model() {
    let data = tempfile::tempdir().unwrap();
    let models = data.path().join("tiny");
    let gpt2 = named(&models, "families/gpt2", "GPT2-chitchat");
    let glm = named(&models, "families/chatglm", "CharacterGLM-6B");
    let chatglm = named(&models, "families/chatglm", "chatglm3-6b");
    let plug = named(&models, "others/plug", "ChatPLUG-240M");
    let t5 = named(&models, "others/t5", "ChatPLUG-T5");
    let mt5 = named(&models, "others/mt5", "ChatPLUG-3.7B");
    // A card that fits into their 256 tokens.
    let card = data.path().join("mei.json");
    let text = r#"{"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"梅","description":"猫","first_mes":"你好"}}"#;
    std::fs::write(&card, text).unwrap();
    let card = card.display().to_string();
    let mut written = 0;
    for (model, extra, template) in [
        (&gpt2, vec![], "history"),
        (&gpt2, vec!["--reranker", gpt2.as_str()], "history"),
        (&glm, vec![], "description"),
        (&chatglm, vec![], "history"),
        (&plug, vec![], "description"),
        (&t5, vec![], "description"),
        (&mt5, vec![], "description"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut arguments = vec!["--character", card.as_str(), "--model", model.as_str()];
        arguments.extend(extra);
        let printed = chat(home.path(), &arguments, &["你好", "/again", "在吗", "/prompt"]);
        // Noise may draw the end at once, which a person is told; nothing else may go wrong.
        let nothing = |line: &Value| line["error"]["message"] == "the model answered with nothing";
        let turns = printed.iter().filter(|line| line["timings_ms"].is_object() || nothing(line));
        assert!(turns.count() >= 3, "{model}: {printed:#?}");
        let said = |line: &&Value| line["reply"].as_str().is_some_and(|text| !text.is_empty());
        written += printed.iter().filter(said).count();
        let well = |line: &Value| line["error"].is_null() || nothing(line);
        assert!(printed.iter().all(well), "{model}: {printed:#?}");
        let prompt = printed.iter().find(|line| line["prompt"].is_object()).unwrap();
        let blocks = prompt["prompt"]["blocks"].as_array().unwrap();
        assert!(blocks.iter().any(|block| block["name"] == template), "{model}: {prompt}");
    }
    assert!(written >= 7, "{written} of 21 turns brought words");
}

#[test]
fn a_reranker_that_is_none_is_refused_with_its_name() {
    let data = tempfile::tempdir().unwrap();
    let gpt2 = named(&data.path().join("tiny"), "families/gpt2", "GPT2-chitchat");
    let llama = fixture("families/llama").display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_hanashi"))
        .args(["chat", "--data-dir"])
        .arg(data.path().join("home"))
        .args(["--model", &gpt2, "--reranker", &llama])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("[CLS]"), "{errors}");
}
