//! The whole room against a server of ours that does what servers do, and what they should not.

mod address;
mod biases;
mod events;
mod manner;
mod pictures;
mod search;
mod server;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{
    Access, Ask, Cancel, ChatMessage, FinishReason, Flow, LanguageModel, Network, Problem,
    ProblemKind, ReplyEvent, Sampling, TokenCounter, TokenSink, Traffic, TurnId,
};
use server::{Reply, Server};

use crate::{Address, Error, Options, RemoteModel, models};

/// Notes what was asked for; forbids all where it is told to.
#[derive(Default)]
struct Door {
    shut: bool,
    accesses: Mutex<Vec<(Access, Option<Traffic>)>>,
}

impl Network for Door {
    fn admit(&self, access: &Access) -> Result<u64, Problem> {
        if self.shut {
            return Err(Problem::new(ProblemKind::Network, "it is switched off", "switch it on"));
        }
        let mut accesses = self.accesses.lock().unwrap();
        accesses.push((access.clone(), None));
        Ok(accesses.len() as u64 - 1)
    }

    fn close(&self, number: u64, traffic: Traffic) {
        self.accesses.lock().unwrap()[number as usize].1 = Some(traffic);
    }
}

fn options(server: &Server, door: &Arc<Door>) -> Options {
    Options {
        address: Address::parse(&server.url()).unwrap(),
        model: "koto-1".into(),
        key: None,
        context_length: 4096,
        patience: Duration::from_secs(5),
        network: Arc::clone(door) as Arc<dyn Network>,
        told: None,
    }
}

fn ask() -> Ask {
    let message =
        |role: &str, content: &str| ChatMessage { role: role.into(), content: content.into() };
    Ask {
        turn: TurnId(1),
        messages: vec![message("system", "You are Koto."), message("user", "今日は？")],
        prompt: "not for servers".into(),
        sampling: Sampling { seed: Some(7), ..Sampling::default() },
        max_tokens: 64,
        stop: (1..=6).map(|i| format!("stop{i}")).collect(),
        from_passages: None,
    }
}

struct Sink {
    events: SyncSender<ReplyEvent>,
    /// Stops listening after so many texts.
    patience: usize,
}

impl TokenSink for Sink {
    fn event(&mut self, event: ReplyEvent) -> Flow {
        if matches!(event, ReplyEvent::Text(_)) {
            if self.patience == 0 {
                return Flow::Stop;
            }
            self.patience -= 1;
        }
        let _nobody = self.events.send(event);
        Flow::More
    }
}

fn start(model: &RemoteModel, cancel: &Cancel) -> Receiver<ReplyEvent> {
    start_with(model, ask(), cancel)
}

fn start_with(model: &RemoteModel, ask: Ask, cancel: &Cancel) -> Receiver<ReplyEvent> {
    let (events, received) = sync_channel(4096);
    model.reply(ask, Box::new(Sink { events, patience: usize::MAX }), cancel.clone());
    received
}

/// What came of one reply: the text, and the end.
fn reply(options: Options) -> (String, Result<FinishReason, Problem>) {
    let model = RemoteModel::new(options).unwrap();
    let events = start(&model, &Cancel::new());
    let mut text = String::new();
    loop {
        match events.recv_timeout(Duration::from_secs(20)).expect("an end") {
            ReplyEvent::Started { .. } => assert!(text.is_empty()),
            ReplyEvent::Text(more) => {
                assert!(!more.is_empty());
                text.push_str(&more);
            }
            ReplyEvent::Finished(reason, stats) => {
                assert!(stats.decode_ms >= 0.0);
                return (text, Ok(reason));
            }
            ReplyEvent::Failed(problem) => return (text, Err(problem)),
        }
    }
}

/// What came of a reply to one answer of the server.
fn answered(answer: Reply) -> (String, Result<FinishReason, Problem>) {
    let server = Server::start(vec![answer]);
    reply(options(&server, &Arc::new(Door::default())))
}

#[track_caller]
fn fails(answer: Reply, words: &[&str]) -> Problem {
    let problem = answered(answer).1.expect_err("it fails");
    for word in words {
        assert!(problem.to_string().contains(word), "{problem} names {word}");
    }
    problem
}

const GOOD: &str = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n\
: a comment\n\n\
data: {\"choices\":[{\"delta\":{\"content\":\"雨です\"}}]}\r\n\r\n\
event: message\nid: 4\ndata: {\"choices\":[{\"delta\":{\"content\":\"。\"}}]}\n\n\
data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
data: {\"choices\":[],\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":3}}\n\n\
data: [DONE]\n\n";

#[test]
fn a_reply_streams_however_the_network_cuts_it() {
    for size in [1, 2, 3, 7, 50, 4096] {
        let (text, end) = answered(Reply::stream(GOOD).in_pieces_of(size));
        assert_eq!((text.as_str(), end), ("雨です。", Ok(FinishReason::Stop)), "pieces of {size}");
    }
    let long = GOOD.replace("\"stop\"", "\"length\"");
    assert_eq!(answered(Reply::stream(&long)).1, Ok(FinishReason::Length));
    // Without the last empty line, without [DONE], without a reason, all at once and not as a stream.
    let short = GOOD.trim_end().strip_suffix("data: [DONE]").unwrap();
    assert_eq!(answered(Reply::stream(short)), ("雨です。".into(), Ok(FinishReason::Stop)));
    let silent = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]";
    assert_eq!(answered(Reply::stream(silent)), ("a".into(), Ok(FinishReason::Stop)));
    let whole = "{\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]}";
    let plain = Reply::with(200, whole).header("Content-Type: application/json");
    assert_eq!(answered(plain), ("whole".into(), Ok(FinishReason::Stop)));
}

#[test]
fn the_server_hears_the_conversation_and_nothing_else_and_the_log_says_so() {
    let server = Server::start(vec![Reply::stream(GOOD)]);
    let door = Arc::new(Door::default());
    let mut options = options(&server, &door);
    options.key = Some("secret-key".into());
    reply(options).1.unwrap();
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST /v1/chat/completions "), "{request}");
    let head = request.to_ascii_lowercase();
    assert!(head.contains("authorization: bearer secret-key"));
    let body: serde_json::Value =
        serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["model"], "koto-1");
    assert_eq!(body["messages"][1]["content"], "今日は？");
    assert_eq!((body["stream"].clone(), body["seed"].clone()), (true.into(), 7.into()));
    assert!(!request.contains("not for servers"));
    let accesses = door.accesses.lock().unwrap();
    let (access, traffic) = &accesses[0];
    assert_eq!((accesses.len(), access.host.as_str()), (1, "127.0.0.1"));
    assert!(access.what.contains("koto-1") && !access.what.contains("secret"));
    let traffic = traffic.expect("it is closed");
    assert!(traffic.sent > 100 && traffic.received == GOOD.len() as u64, "{traffic:?}");
}

#[test]
fn what_a_person_has_forbidden_reaches_no_server() {
    let server = Server::start(Vec::new());
    let door = Arc::new(Door { shut: true, ..Door::default() });
    let problem = reply(options(&server, &door)).1.unwrap_err();
    assert_eq!(problem.message, "it is switched off");
    assert!(matches!(models(&options(&server, &door)), Err(Error::Forbidden(_))));
    assert!(server.requests().is_empty());
}

#[test]
fn servers_that_know_only_openais_parameters_are_asked_again_without_the_others() {
    let refusal = "{\"error\":{\"message\":\"only the parameters of the documentation\"}}";
    let server =
        Server::start(vec![Reply::with(400, refusal), Reply::stream(GOOD), Reply::stream(GOOD)]);
    let model = RemoteModel::new(options(&server, &Arc::new(Door::default()))).unwrap();
    for _ in 0..2 {
        let events = start(&model, &Cancel::new());
        let end = events
            .iter()
            .find(|event| !matches!(event, ReplyEvent::Text(_) | ReplyEvent::Started { .. }));
        assert!(matches!(end, Some(ReplyEvent::Finished(FinishReason::Stop, _))), "{end:?}");
    }
    let requests = server.requests();
    let stops = |request: &str| request.matches("stop").count();
    assert!(requests[0].contains("top_k") && stops(&requests[0]) == 7);
    for plain in &requests[1..] {
        assert!(!plain.contains("top_k") && stops(plain) == 5, "four texts and the key");
    }
    assert_eq!(requests.len(), 3, "it is remembered");
}

#[test]
fn refusals_are_told_in_plain_words() {
    let key = fails(Reply::with(401, ""), &["127.0.0.1", "refuses the key", "settings"]);
    assert_eq!(key.kind, ProblemKind::Network);
    fails(Reply::with(403, "no"), &["403"]);
    let busy = fails(Reply::with(429, "").header("Retry-After: 17"), &["no more requests", "17 s"]);
    assert_eq!(busy.kind, ProblemKind::Busy);
    fails(
        Reply::with(404, "{\"error\":{\"message\":\"no model `koto-1`\"}}"),
        &["404", "no model `koto-1`"],
    );
    fails(Reply::with(500, "<html>\u{1b}[31mboom\n\n</html>"), &["500", "boom"]);
    let loading =
        "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}";
    let loading = fails(Reply::with(503, loading), &["not ready yet", "Loading model", "wait"]);
    assert_eq!(loading.kind, ProblemKind::NotReady);
    fails(Reply::with(500, &"x".repeat(100_000)), &["500", "xxx…"]);
    fails(Reply::with(404, "{\"detail\":\"Server is pinned to 'a'\"}"), &["pinned to 'a'"]);
    fails(
        Reply::with(302, "").header("Location: https://elsewhere.example/"),
        &["302", "elsewhere.example"],
    );
    fails(
        Reply::stream("data: {\"error\":{\"message\":\"context is full\"}}\n\n"),
        &["reports an error: context is full", "log"],
    );
    fails(Reply::stream("error: {\"code\":500,\"message\":\"no memory\"}\n\n"), &["no memory"]);
}

#[test]
fn what_breaks_off_or_is_nonsense_ends_the_reply_and_keeps_what_came() {
    let piece = "data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n";
    let (text, end) = answered(Reply::stream(piece));
    assert_eq!(text, "half");
    assert!(end.unwrap_err().message.contains("middle of the reply"));
    let (text, end) = answered(Reply::stream(piece).cut());
    assert_eq!(text, "half");
    assert!(end.unwrap_err().message.contains("broke off"));
    // Behind its end nothing is missed.
    let whole = piece.replace("}}]}", "},\"finish_reason\":\"length\"}]}");
    let (text, end) = answered(Reply::stream(&whole).cut());
    assert_eq!((text.as_str(), end), ("half", Ok(FinishReason::Length)));
    fails(Reply::stream("data: {\"choices\":\n\n"), &["no JSON"]);
    fails(Reply::stream("data: 7\n\n"), &["no object"]);
    fails(Reply::stream(""), &["middle of the reply"]);
    fails(
        Reply::with(200, "<html>a router's page</html>").header("Content-Type: text/html"),
        &["no JSON (text/html)", "/v1"],
    );
    // Half an event, cut within a letter.
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\" 半";
    let (text, end) =
        answered(Reply::bytes(&[piece, half].concat().as_bytes()[..piece.len() + half.len() - 1]));
    assert_eq!(text, "half");
    assert!(end.unwrap_err().message.contains("broke off: it ended in the middle of the reply"));
    let endless = format!("data: {}", "x".repeat(3 << 20));
    fails(Reply::stream(&endless), &["no end"]);
    let lines = "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(40_000);
    fails(Reply::stream(&lines), &["no end"]);
    // Bytes that are no text are replaced; fields of other kinds count as none.
    let odd = b"data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\"}},7]}\n\ndata: {\"choices\":{\"x\":[]},\"usage\":[1]}\n\ndata: [DONE]\n\n";
    assert_eq!(answered(Reply::bytes(odd)), ("a\u{fffd}".into(), Ok(FinishReason::Stop)));
    // A server that never stops writing is stopped.
    let much = piece.replace("half", &"many words ".repeat(5000)).repeat(60);
    assert_eq!(answered(Reply::stream(&much)).1, Ok(FinishReason::Length));
}

#[test]
fn a_silent_server_is_given_up_and_a_missing_one_is_named() {
    let server = Server::start(vec![Reply::stream(GOOD).silent_after(20)]);
    let mut short = options(&server, &Arc::new(Door::default()));
    short.patience = Duration::from_millis(300);
    let problem = reply(short).1.unwrap_err();
    assert!(problem.message.contains("nothing came"), "{problem}");
    let nobody = Server::start(Vec::new());
    let gone = options(&nobody, &Arc::new(Door::default()));
    drop(nobody);
    let problem = reply(gone).1.unwrap_err();
    assert!(problem.message.contains("cannot be reached"), "{problem}");
}

#[test]
fn cancelling_ends_a_reply_at_once_and_the_connection_with_it() {
    // In the middle, and before anything came.
    for after in [200, 0] {
        let server =
            Server::start(vec![Reply::stream(GOOD).silent_after(after), Reply::stream(GOOD)]);
        let model = RemoteModel::new(options(&server, &Arc::new(Door::default()))).unwrap();
        let cancel = Cancel::new();
        let events = start(&model, &cancel);
        if after > 0 {
            while !matches!(events.recv_timeout(Duration::from_secs(10)), Ok(ReplyEvent::Text(_))) {
            }
        } else {
            server.wait_for_request();
        }
        cancel.cancel();
        let end = events.iter().last();
        assert!(matches!(end, Some(ReplyEvent::Finished(FinishReason::Cancelled, _))), "{end:?}");
        assert!(server.saw_the_end(), "the server stops writing for nobody");
        // And the next one is answered.
        let next: Vec<ReplyEvent> = start(&model, &Cancel::new()).iter().collect();
        assert!(
            matches!(next.last(), Some(ReplyEvent::Finished(FinishReason::Stop, _))),
            "{next:?}"
        );
    }
}

#[test]
fn nothing_more_is_said_to_whoever_stopped_listening() {
    let server = Server::start(vec![Reply::stream(GOOD)]);
    let model = RemoteModel::new(options(&server, &Arc::new(Door::default()))).unwrap();
    let (events, received) = sync_channel(4096);
    model.reply(ask(), Box::new(Sink { events, patience: 1 }), Cancel::new());
    let all: Vec<ReplyEvent> = received.iter().collect();
    assert!(matches!(all.as_slice(), [ReplyEvent::Started { .. }, ReplyEvent::Text(_)]), "{all:?}");
}

#[test]
fn the_list_of_models_is_read_within_bounds() {
    let ask = |answer: Reply| {
        let server = Server::start(vec![answer]);
        let list = models(&options(&server, &Arc::new(Door::default())));
        assert!(server.requests().iter().all(|request| request.starts_with("GET /v1/models ")));
        list
    };
    let list =
        "{\"data\":[{\"id\":\"b\"},{\"id\":\"a\\u001b[31m\"},{\"id\":7},{}, {\"id\":\"b\"}]}";
    assert_eq!(ask(Reply::with(200, list)).unwrap(), ["a[31m", "b"]);
    assert!(ask(Reply::with(200, "{\"data\":7}")).unwrap_err().to_string().contains("is none"));
    assert!(ask(Reply::with(200, "<html>")).unwrap_err().to_string().contains("no JSON"));
    assert!(
        ask(Reply::with(200, &" ".repeat(5 << 20))).unwrap_err().to_string().contains("no end")
    );
    assert!(matches!(ask(Reply::with(401, "")), Err(Error::Key { status: 401, .. })));
}

#[test]
fn tokens_are_estimated_on_the_safe_side() {
    let server = Server::start(Vec::new());
    let model = RemoteModel::new(options(&server, &Arc::new(Door::default()))).unwrap();
    assert_eq!(model.count(""), 0);
    assert_eq!(model.count("今日は雨です。"), 7);
    assert_eq!(model.count("The lantern by the harbour"), 9);
    let info = model.info();
    assert_eq!((info.name.as_str(), info.context_length), ("koto-1 @ 127.0.0.1", 4096));
}
