//! Servers that draw, as a server of ours plays them.

use domain::{Painter, Purpose, Sketch};

use super::*;
use crate::{PictureApi, PictureServer};

/// Base64 of `PNG?`, which is no picture: whoever takes it finds out.
const B64: &str = "UE5HPw==";

fn sketch() -> Sketch {
    Sketch {
        description: "雨夜的书店".into(),
        style: "anime style".into(),
        width: 1280,
        height: 800,
        seed: 7,
    }
}

fn painter(server: &Server, api: PictureApi, model: &str, door: &Arc<Door>) -> PictureServer {
    PictureServer::new(
        api,
        PictureServer::address(api, &server.url()).unwrap(),
        (model, Some("k-7".into())),
        Duration::from_secs(5),
        Arc::clone(door) as Arc<dyn Network>,
    )
    .unwrap()
}

fn drawn(
    server: &Server,
    api: PictureApi,
    model: &str,
) -> (Result<Option<Vec<u8>>, Problem>, Arc<Door>) {
    let door = Arc::new(Door::default());
    (painter(server, api, model, &door).draw(&sketch(), &Cancel::new()), door)
}

#[test]
fn openai_s_images_come_as_base64_through_the_one_door() {
    let body = format!(r#"{{"data":[{{"b64_json":"{B64}"}}]}}"#);
    let server = Server::start(vec![Reply::with(200, &body)]);
    let (made, door) = drawn(&server, PictureApi::OpenAi, "gpt-image-1");
    assert_eq!(made.unwrap().unwrap(), b"PNG?");
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST /v1/images/generations "), "{request}");
    assert!(request.to_lowercase().contains("authorization: bearer k-7"), "{request}");
    assert!(request.contains("anime style, 雨夜的书店") && request.contains("gpt-image-1"));
    let accesses = door.accesses.lock().unwrap();
    assert_eq!(accesses[0].0.purpose, Purpose::Picture);
    assert!(!accesses[0].0.what.contains("书店"), "what is drawn is in no log");
    assert!(accesses[0].1.is_some_and(|traffic| traffic.sent > 50 && traffic.received > 10));
}

#[test]
fn a_server_that_takes_less_is_asked_for_less() {
    let body = format!(r#"{{"data":[{{"b64_json":"data:image/png;base64,{B64}"}}]}}"#);
    let no = r#"{"error":{"message":"unknown parameter"}}"#;
    let server = Server::start(vec![Reply::with(400, no), Reply::with(200, &body)]);
    let (made, _) = drawn(&server, PictureApi::OpenAi, "");
    assert_eq!(made.unwrap().unwrap(), b"PNG?");
    let requests = server.requests();
    assert!(requests[0].contains("response_format") && !requests[1].contains("response_format"));
    let server = Server::start(vec![
        Reply::with(400, no),
        Reply::with(422, no),
        Reply::with(400, r#"{"error":{"message":"size is wrong"}}"#),
    ]);
    let problem = drawn(&server, PictureApi::OpenAi, "").0.unwrap_err();
    assert!(problem.message.contains("size is wrong"), "{problem}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn an_address_instead_of_a_picture_is_not_followed() {
    let body = r#"{"data":[{"url":"https://elsewhere.example/1.png"}]}"#;
    let server = Server::start(vec![Reply::with(200, body)]);
    let problem = drawn(&server, PictureApi::OpenAi, "").0.unwrap_err();
    assert!(problem.message.contains("no other machine"), "{problem}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn automatic1111_gets_a_size_that_it_can_draw() {
    let body = format!(r#"{{"images":["{B64}"],"info":"{{}}"}}"#);
    let server = Server::start(vec![Reply::with(200, &body)]);
    assert_eq!(drawn(&server, PictureApi::Automatic1111, "").0.unwrap().unwrap(), b"PNG?");
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST /sdapi/v1/txt2img "), "{request}");
    assert!(request.contains(r#""width":960"#) && request.contains(r#""height":640"#), "{request}");
    assert!(!request.contains("override_settings"));
}

#[test]
fn comfyui_is_waited_for_and_its_first_checkpoint_taken() {
    let info = r#"{"CheckpointLoaderSimple":{"input":{"required":{"ckpt_name":[["one.safetensors","two"]]}}}}"#;
    let done = r#"{"p-1":{"status":{"status_str":"success"},"outputs":{"keep":{"images":[{"filename":"a b.png","subfolder":"","type":"output"}]}}}}"#;
    let server = Server::start(vec![
        Reply::with(200, info),
        Reply::with(200, r#"{"prompt_id":"p-1"}"#),
        Reply::with(200, "{}"),
        Reply::with(200, done),
        Reply::bytes(b"PNG?"),
    ]);
    let (made, door) = drawn(&server, PictureApi::ComfyUi, "");
    assert_eq!(made.unwrap().unwrap(), b"PNG?");
    let accesses = door.accesses.lock().unwrap();
    assert_eq!(accesses.len(), 1, "however often it is looked at, it is one picture in the log");
    assert!(accesses[0].1.is_some_and(|traffic| traffic.received > info.len() as u64));
    let requests = server.requests();
    assert!(requests[1].contains("one.safetensors") && requests[1].contains("雨夜的书店"));
    assert!(requests[4].starts_with("GET /view?filename=a+b.png&subfolder=&type=output "));
}

#[test]
fn nonsense_and_failures_are_told() {
    for (api, replies, says) in [
        (PictureApi::OpenAi, vec![Reply::with(200, "<html>")], "no JSON"),
        (PictureApi::OpenAi, vec![Reply::with(200, r#"{"data":[]}"#)], "no picture"),
        (PictureApi::Automatic1111, vec![Reply::with(200, r#"{"images":["%%"]}"#)], "damaged"),
        (PictureApi::Automatic1111, vec![Reply::with(401, "")], "key"),
        (PictureApi::Automatic1111, vec![Reply::with(200, "{\"images\":[\"UE").cut()], "broke off"),
        (PictureApi::ComfyUi, vec![Reply::with(200, "{}")], "no checkpoint"),
    ] {
        let server = Server::start(replies);
        let problem = drawn(&server, api, "").0.unwrap_err();
        assert!(problem.message.contains(says), "{problem}");
        assert!(
            !problem.remedy.contains("/v1"),
            "it is no server of a language model: {problem:?}"
        );
    }
    // A list of numbers that would take many times its length in memory.
    let many = format!(r#"{{"images":[{}7]}}"#, "7,".repeat(70_000));
    let server = Server::start(vec![Reply::with(200, &many)]);
    let problem = drawn(&server, PictureApi::Automatic1111, "").0.unwrap_err();
    assert!(problem.message.contains("far more than a picture"), "{problem}");
    let empty = r#"{"p":{"status":{"status_str":"success","completed":true},"outputs":{}}}"#;
    let server =
        Server::start(vec![Reply::with(200, r#"{"prompt_id":"p"}"#), Reply::with(200, empty)]);
    let problem = drawn(&server, PictureApi::ComfyUi, "m").0.unwrap_err();
    assert!(problem.message.contains("shows no picture"), "{problem}");
    let failed = r#"{"p":{"status":{"status_str":"error"},"outputs":{}}}"#;
    let server =
        Server::start(vec![Reply::with(200, r#"{"prompt_id":"p"}"#), Reply::with(200, failed)]);
    assert!(drawn(&server, PictureApi::ComfyUi, "m").0.unwrap_err().message.contains("could not"));
    let server = Server::start(vec![Reply::with(200, r#"{"prompt_id":"../../admin"}"#)]);
    assert!(drawn(&server, PictureApi::ComfyUi, "m").0.is_err());
    assert_eq!(server.requests().len(), 1, "its id is not put into an address");
}

#[test]
fn a_server_that_drips_or_never_ends_is_given_up_when_its_time_is_over() {
    let drips = Reply::with(200, &" ".repeat(60)).dripping(Duration::from_millis(50));
    let draws: Vec<Reply> = std::iter::once(Reply::with(200, r#"{"prompt_id":"p"}"#))
        .chain((0..20).map(|_| Reply::with(200, "{}")))
        .collect();
    for (api, replies) in [(PictureApi::OpenAi, vec![drips]), (PictureApi::ComfyUi, draws)] {
        let server = Server::start(replies);
        let door = Arc::new(Door::default());
        let network = Arc::clone(&door) as Arc<dyn Network>;
        let address = PictureServer::address(api, &server.url()).unwrap();
        let patience = Duration::from_millis(900);
        let painter = PictureServer::new(api, address, ("m", None), patience, network).unwrap();
        let problem = painter.draw(&sketch(), &Cancel::new()).unwrap_err();
        assert!(problem.message.contains("took longer"), "{problem}");
        assert!(door.accesses.lock().unwrap()[0].1.is_some(), "it is closed in the log");
    }
}

#[test]
fn a_shut_door_and_a_cancel_ask_nobody() {
    let server = Server::start(vec![]);
    let door = Arc::new(Door { shut: true, ..Door::default() });
    let painter = painter(&server, PictureApi::Automatic1111, "", &door);
    assert_eq!(painter.draw(&sketch(), &Cancel::new()).unwrap_err().kind, ProblemKind::Network);
    assert!(server.requests().is_empty());

    let server = Server::start(vec![Reply::with(200, "{}").silent_after(0)]);
    let door = Arc::new(Door::default());
    let painter = self::painter(&server, PictureApi::Automatic1111, "", &door);
    let cancel = Cancel::new();
    let stopping = cancel.clone();
    std::thread::scope(|scope| {
        let drawing = scope.spawn(|| painter.draw(&sketch(), &cancel));
        server.wait_for_request();
        stopping.cancel();
        assert_eq!(drawing.join().unwrap().unwrap(), None);
    });
    assert!(server.saw_the_end());
}
