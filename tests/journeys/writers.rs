//! A server writes the replies, but only while the person lets it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use app::api::{AppEvent, PartKind, PartState, Remote, SettingsPatch};
use app::{Options, Output};
use journeys::Journey;

/// A server on this machine that answers every chat with the same words, and notes what it was asked and told.
fn server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&told);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever hangs up is done.
            if let Ok(body) = serve(stream) {
                notes.lock().unwrap().push(body);
            }
        }
    });
    (format!("http://{address}"), told)
}

fn serve(mut stream: TcpStream) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut length, mut line) = (0, String::new());
    reader.read_line(&mut line)?;
    if line.starts_with("GET /v1/models ") {
        let list = serde_json::json!({ "data": [{ "id": "far-1", "max_model_len": 8192 }] });
        write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{list}")?;
        return Ok("its models".to_owned());
    }
    line.clear();
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    )?;
    for piece in ["[joy] The far ", "lamp is ", "lit."] {
        let chunk = serde_json::json!({ "choices": [{ "delta": { "content": piece } }] });
        write!(stream, "data: {chunk}\n\n")?;
        stream.flush()?;
    }
    write!(
        stream,
        "data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
    )?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn ready_as(journey: &Journey, is: impl Fn(&str) -> bool) {
    let found = |event: &AppEvent| matches!(event, AppEvent::Part { part: PartKind::Model, state: PartState::Ready { name } } if is(name));
    journey.until(found);
}

#[test]
fn a_server_writes_while_it_is_allowed_and_hears_nothing_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let journey = Journey::start(Options {
        data_dir: Some(folder.path().to_owned()),
        output: Output::Text,
        no_greeting: true,
        ..Options::default()
    });
    let (url, told) = server();
    let remote = |allowed| Remote { allowed, url: url.clone(), model: "far-1".to_owned() };
    let change = |changes| journey.app.change_settings(changes).unwrap();
    change(SettingsPatch { remote: Some(remote(true)), ..SettingsPatch::default() });
    assert!(told.lock().unwrap().is_empty(), "allowing it asks nothing yet");
    change(SettingsPatch { chat_model: Some("remote:".to_owned()), ..SettingsPatch::default() });
    ready_as(&journey, |name| name == "far-1 @ 127.0.0.1");
    let asked = std::mem::take(&mut *told.lock().unwrap());
    assert_eq!(asked, ["its models"], "how much it reads at once, and nothing that was said");
    journey.app.say("Is anybody there?").unwrap();
    let turn = journey.turn();
    assert_eq!(turn.message.unwrap().text.trim(), "The far lamp is lit.");
    assert!(turn.tagged, "its tags are those of any model");
    let body = told.lock().unwrap().remove(0);
    assert!(body.contains("Is anybody there?") && body.contains("far-1"), "{body}");

    change(SettingsPatch { remote: Some(remote(false)), ..SettingsPatch::default() });
    ready_as(&journey, |name| !name.contains('@'));
    journey.app.say("And now?").unwrap();
    assert_ne!(journey.turn().message.unwrap().text.trim(), "The far lamp is lit.");
    assert!(told.lock().unwrap().is_empty(), "what is said stays here");
    journey.app.shutdown().unwrap();
}
