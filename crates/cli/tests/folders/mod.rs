//! A repository of weights as one model: looked at, fetched from a hub on this machine, talked to, checked and removed.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{chat, named};

/// Serves a folder as the repository `o/CharacterGLM-tiny`; answers with the hub's address.
fn hub(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up has seen enough.
            let _ended = serve(stream, &folder);
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let body = if target.starts_with("/api/models/o/CharacterGLM-tiny/tree/main") {
        let files = std::fs::read_dir(folder)?.filter_map(|entry| {
            let path = entry.ok()?.path();
            let size = path.metadata().ok()?.len();
            Some(json!({ "type": "file", "path": path.file_name()?.to_str()?, "size": size }))
        });
        Some(Value::from(files.collect::<Vec<_>>()).to_string().into_bytes())
    } else {
        let name = target.strip_prefix("/o/CharacterGLM-tiny/resolve/main/");
        name.and_then(|name| std::fs::read(folder.join(name)).ok())
    };
    let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
    let body = body.unwrap_or_default();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn hanashi(data: &Path, hub: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hanashi"))
        .args(["--json", "--data-dir"])
        .arg(data)
        .args(arguments)
        .env("HF_ENDPOINT", hub)
        .env("NO_PROXY", "*")
        .env_remove("HANASHI_MODELS")
        .output()
        .unwrap()
}

fn answer(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_repository_of_weights_is_one_model_from_its_hub_to_its_end() {
    let scratch = tempfile::tempdir().unwrap();
    let source = named(scratch.path(), "families/chatglm", "repository");
    let data = scratch.path().join("data");
    let hub = hub(PathBuf::from(&source));
    let run = |arguments: &[&str]| hanashi(&data, &hub, arguments);

    let looked = answer(&run(&["models", "look", "o/CharacterGLM-tiny"]));
    assert_eq!(looked["folder"]["pickle"], true, "{looked}");
    assert_eq!(looked["folder"]["fit"]["verdict"], "fits", "{looked}");

    // Terms come first.
    let refused = run(&["models", "pull", "o/CharacterGLM-tiny"]);
    assert!(!refused.status.success() && !data.join("models").exists());
    let pulled = answer(&run(&["models", "pull", "o/CharacterGLM-tiny", "--agree"]));
    let files = pulled["files"].as_array().unwrap();
    assert!(files.last().unwrap().as_str().unwrap().ends_with("config.json"), "{pulled}");
    let home = data.join("models/characterglm-tiny");
    assert!(!home.join("expected.json").exists(), "what no loader reads stays at the hub");

    let list = answer(&run(&["models", "list"]));
    let one = |list: &Value| {
        let all = list["models"].as_array().unwrap().iter();
        all.clone().find(|one| one["id"] == "characterglm-tiny").cloned()
    };
    let here = one(&list).unwrap();
    assert_eq!(
        (&here["state"], &here["traits"]),
        (&json!("installed"), &json!(["floats", "pickle"]))
    );
    let plan = answer(&run(&["models", "plan", "--with", "characterglm-tiny"]));
    let planned = plan["plan"]["choices"].as_array().or(plan["choices"].as_array()).unwrap();
    let planned = planned.iter().find(|one| one["id"] == "characterglm-tiny").unwrap();
    assert_eq!(planned["footprint"]["estimated"], false, "{planned}");

    // Its name is that of the repository, and with it come its own prompt and ends.
    let said = chat(&data, &["--model", "characterglm-tiny"], &["今天过得好吗？"]);
    // The greeting may come first, where it was said to its end before the question was read: it is written by nobody.
    let written = said.iter().filter_map(|line| line["timings_ms"]["replyTokens"].as_u64());
    assert_eq!(written.filter(|tokens| *tokens > 0).count(), 1, "{said:?}");

    let verified = answer(&run(&["models", "verify"]));
    assert_eq!(verified["models"][0]["verdict"], "good", "{verified}");
    answer(&run(&["models", "rm", "characterglm-tiny"]));
    assert!(!home.exists());
    assert!(one(&answer(&run(&["models", "list"]))).is_none());
    let accesses = answer(&run(&["upkeep", "network"]));
    let count = accesses["accesses"].as_array().unwrap().len();
    assert!(count > files.len(), "each connection was noted: {count}");
}
