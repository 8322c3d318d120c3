//! What real servers answer, and what becomes of it. Their words are theirs: llama-server 0.7.0 (build 11669), transformers 5.24.0,
//! llama-cpp-python 0.2.60, mlx-lm 0.32.2; shortened where they repeat themselves.

use super::*;

/// transformers' stream: no `[DONE]`, the usage with the end.
const TRANSFORMERS: &str = r#"data: {"id":"c96c","choices":[{"delta":{"role":"assistant"},"index":0}],"created":1795733650,"model":"plain","object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"c96c","choices":[{"delta":{"content":"ise"},"index":0}],"created":1795733650,"model":"plain","object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"c96c","choices":[{"delta":{"content":" which"},"index":0}],"created":1795733650,"model":"plain","object":"chat.completion.chunk","system_fingerprint":""}

data: {"id":"c96c","choices":[{"delta":{},"index":0,"finish_reason":"length"}],"created":1795733650,"model":"plain","object":"chat.completion.chunk","system_fingerprint":"","usage":{"completion_tokens":6,"prompt_tokens":42,"total_tokens":48}}

"#;

/// llama-server's stream: a role with no content, the usage in an event without choices.
const LLAMA: &str = r#"data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1795732303,"id":"chatcmpl-VDcS","model":"hanashi-mini","system_fingerprint":"b11669-Debian","object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":" H"}}],"created":1795732303,"id":"chatcmpl-VDcS","model":"hanashi-mini","system_fingerprint":"b11669-Debian","object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"ello"}}],"created":1795732303,"id":"chatcmpl-VDcS","model":"hanashi-mini","system_fingerprint":"b11669-Debian","object":"chat.completion.chunk"}

data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"created":1795732303,"id":"chatcmpl-VDcS","model":"hanashi-mini","system_fingerprint":"b11669-Debian","object":"chat.completion.chunk"}

data: {"choices":[],"created":1795732303,"id":"chatcmpl-VDcS","model":"hanashi-mini","system_fingerprint":"b11669-Debian","object":"chat.completion.chunk","usage":{"completion_tokens":12,"prompt_tokens":14,"total_tokens":26,"prompt_tokens_details":{"cached_tokens":7}},"timings":{"cache_n":7,"prompt_n":7,"prompt_ms":7.591}}

data: [DONE]

"#;

const LLAMA_LIST: &str = r#"{"models":[{"name":"hanashi-mini","model":"hanashi-mini"}],"object":"list","data":[{"id":"hanashi-mini","aliases":["hanashi-mini"],"tags":[],"object":"model","created":1795732265,"owned_by":"llamacpp","meta":{"vocab_type":2,"n_vocab":3284,"n_ctx":512,"n_ctx_train":8192}}]}"#;

const ALTERNATE: &str = r#"{"error":{"code":400,"message":"Unable to generate parser for this template. Automatic parser generation failed: \n------------\nWhile executing CallExpression at line 1, column 226 in source:\n...op.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user...\n                                           ^\nError: Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...","type":"invalid_request_error"}}"#;

const TOO_LONG: &str = r#"{"error":{"code":400,"message":"request (12016 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":12016,"n_ctx":4096}}"#;

/// A conversation that begins with the character, as all do.
fn greeted() -> Ask {
    let message =
        |role: &str, content: &str| ChatMessage { role: role.into(), content: content.into() };
    let messages = vec![
        message("system", "You are Koto."),
        message("assistant", "Come in!"),
        message("user", "Hello"),
    ];
    Ask { messages, ..ask() }
}

/// A model of this server, and the notices that it gives.
fn model_of(server: &Server) -> (RemoteModel, Arc<Mutex<Vec<String>>>) {
    let notices: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&notices);
    let told: crate::Told = Arc::new(move |problem| notes.lock().unwrap().push(problem.message));
    let options = Options { told: Some(told), ..options(server, &Arc::new(Door::default())) };
    (RemoteModel::new(options).unwrap(), notices)
}

/// The text of a reply and its end.
fn said(model: &RemoteModel, ask: Ask) -> (String, ReplyEvent) {
    let mut text = String::new();
    for event in start_with(model, ask, &Cancel::new()) {
        match event {
            ReplyEvent::Started { .. } => {}
            ReplyEvent::Text(more) => text.push_str(&more),
            end => return (text, end),
        }
    }
    panic!("no end behind {text}");
}

fn failed(model: &RemoteModel, ask: Ask) -> Problem {
    match said(model, ask) {
        (_, ReplyEvent::Failed(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

/// The body of a request.
fn body(request: &str) -> serde_json::Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn roles(body: &serde_json::Value) -> Vec<&str> {
    let messages = body["messages"].as_array().unwrap();
    messages.iter().map(|message| message["role"].as_str().unwrap()).collect()
}

#[test]
fn templates_that_let_no_character_speak_first_get_turns_that_they_take() {
    let server = Server::start(vec![
        Reply::with(400, ALTERNATE),
        Reply::stream(LLAMA),
        Reply::stream(LLAMA),
    ]);
    let (model, notices) = model_of(&server);
    for _ in 0..2 {
        assert_eq!(said(&model, greeted()).0, " Hello");
    }
    let bodies: Vec<_> = server.requests().iter().map(|request| body(request)).collect();
    assert_eq!(roles(&bodies[0]), ["system", "assistant", "user"]);
    for again in &bodies[1..] {
        assert_eq!(roles(again), ["user", "assistant", "user"], "it is remembered");
        assert_eq!(again["messages"][0]["content"], "You are Koto.\n\n…");
        assert!(again["top_k"].is_number(), "nothing else is left out");
    }
    assert!(notices.lock().unwrap().is_empty(), "it is none of the person's business");
}

#[test]
fn turns_are_made_to_alternate_whatever_they_were() {
    let turns = |roles: &[(&str, &str)]| {
        let messages: Vec<ChatMessage> = roles
            .iter()
            .map(|(role, content)| ChatMessage { role: (*role).into(), content: (*content).into() })
            .collect();
        let turns = crate::body::in_turns(&messages);
        turns.iter().map(|one| format!("{} {}", one.role, one.content)).collect::<Vec<_>>()
    };
    assert_eq!(turns(&[("system", "S"), ("user", "a")]), ["user S\n\na"]);
    assert_eq!(
        turns(&[("user", "a"), ("user", "b"), ("assistant", "c"), ("system", "d"), ("user", "e")]),
        ["user a\n\nb", "assistant c", "user d\n\ne"]
    );
    assert_eq!(turns(&[("assistant", "a"), ("assistant", "b")]), ["user …", "assistant a\n\nb"]);
    assert_eq!(turns(&[("system", "S")]), ["user S"]);
}

#[test]
fn parameters_that_are_refused_by_name_are_left_out_and_the_person_hears_of_it_once() {
    let refusal =
        r#"{"detail":"Unexpected fields in the request: {'top_k', 'min_p', 'dry_base'}"}"#;
    let field = r#"{"error":{"code":400,"message":"Field 'dry_penalty_last_n': Value must be between 0 <= value <= 2147483647, but got -1","type":"invalid_request_error"}}"#;
    let server = Server::start(vec![
        Reply::with(422, refusal),
        Reply::with(400, field),
        Reply::stream(TRANSFORMERS),
        Reply::stream(TRANSFORMERS),
    ]);
    let (model, notices) = model_of(&server);
    let mut asked = greeted();
    (asked.sampling.min_p, asked.sampling.top_k, asked.sampling.typical_p) = (0.1, 40, 0.9);
    asked.sampling.dry.multiplier = 0.8;
    for _ in 0..2 {
        let (text, end) = said(&model, asked.clone());
        let ReplyEvent::Finished(FinishReason::Length, stats) = end else { panic!("{end:?}") };
        assert_eq!((text.as_str(), stats.prompt_tokens, stats.reply_tokens), ("ise which", 42, 6));
    }
    let bodies: Vec<_> = server.requests().iter().map(|request| body(request)).collect();
    assert_eq!(bodies.len(), 4, "it is remembered");
    assert_eq!(bodies[0]["dry_penalty_last_n"], 4096, "the whole context, and no more");
    let without =
        |at: usize| ["top_k", "min_p", "dry_base"].iter().all(|key| bodies[at][key].is_null());
    assert!(!without(0) && without(1) && without(2) && without(3));
    assert!(
        bodies[1]["dry_penalty_last_n"].is_number() && bodies[2]["dry_penalty_last_n"].is_null()
    );
    assert!(bodies[3]["typical_p"].is_number(), "what it takes is sent");
    let notices = notices.lock().unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    for name in ["`top_k`", "`min_p`", "`dry_base`", "`dry_penalty_last_n`"] {
        assert!(notices[0].contains(name), "{notices:?}");
    }
}

#[test]
fn the_length_of_a_reply_has_a_second_name() {
    let refusal = r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens"}}"#;
    let server = Server::start(vec![Reply::with(400, refusal), Reply::stream(LLAMA)]);
    let (model, notices) = model_of(&server);
    said(&model, ask());
    let second = body(&server.requests()[1]);
    assert_eq!(second["max_completion_tokens"], 64);
    assert!(second["max_tokens"].is_null());
    assert!(notices.lock().unwrap().is_empty());
}

#[test]
fn a_prompt_that_is_too_long_is_said_at_once_and_the_next_one_is_planned_with_it() {
    let server = Server::start(vec![Reply::with(400, TOO_LONG)]);
    let options = Options { context_length: 8192, ..options(&server, &Arc::new(Door::default())) };
    let model = RemoteModel::new(options).unwrap();
    assert_eq!((model.info().context_length, model.count("A lantern")), (8192, 3));
    let problem = failed(&model, greeted());
    assert!(problem.message.contains("12016 of 4096 tokens"), "{problem}");
    assert!(problem.remedy.contains("ask again"), "{problem}");
    assert_eq!(server.requests().len(), 1, "no other words make it shorter");
    assert_eq!((model.info().context_length, model.count("A lantern")), (4096, 12));
    // In a stream it is the same.
    let server = Server::start(vec![Reply::stream(&format!("data: {TOO_LONG}\n\n"))]);
    let (model, _) = model_of(&server);
    assert!(failed(&model, greeted()).message.contains("12016 of 4096"));
}

#[test]
fn a_server_is_asked_how_much_its_model_reads() {
    let json = |text: &str| Reply::with(200, text).header("Content-Type: application/json");
    let server = Server::start(vec![json(LLAMA_LIST), Reply::stream(LLAMA)]);
    let door = Arc::new(Door::default());
    let nameless = Options { model: String::new(), ..options(&server, &door) };
    let model = RemoteModel::meet(nameless).unwrap();
    let info = model.info();
    assert_eq!((info.name.as_str(), info.context_length), ("hanashi-mini @ 127.0.0.1", 512));
    said(&model, ask());
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /v1/models "), "{requests:?}");
    assert_eq!(body(&requests[1])["model"], "hanashi-mini", "some servers want a name");
    assert_eq!(requests.len(), 2, "what is known is not asked for again");
    assert_eq!(door.accesses.lock().unwrap().len(), 2, "the log has both");

    // An older llama-server has it elsewhere.
    let old = r#"{"data":[{"id":"/models/a.gguf","object":"model","owned_by":"llamacpp"}]}"#;
    let props =
        r#"{"default_generation_settings":{"n_ctx":2048,"temperature":0.8},"total_slots":1}"#;
    let server = Server::start(vec![json(old), json(props)]);
    let model = RemoteModel::meet(options(&server, &Arc::new(Door::default()))).unwrap();
    assert_eq!(model.info().context_length, 2048);
    assert!(server.requests()[1].starts_with("GET /props "));

    // One that says nothing, and one that is not there: the settings hold.
    let server = Server::start(vec![Reply::with(404, "")]);
    let mut options = options(&server, &Arc::new(Door::default()));
    assert_eq!(RemoteModel::meet(options.clone()).unwrap().info().context_length, 4096);
    drop(server);
    options.context_length = 77;
    assert_eq!(RemoteModel::meet(options).unwrap().info().context_length, 77);
}

#[test]
fn another_model_behind_the_same_address_is_noticed() {
    let other = LLAMA.replace("hanashi-mini", "larger");
    let list = LLAMA_LIST.replace("hanashi-mini", "larger").replace("512", "16384");
    let server = Server::start(vec![
        Reply::with(200, LLAMA_LIST),
        Reply::with(400, ALTERNATE),
        Reply::stream(LLAMA),
        Reply::stream(&other),
        Reply::with(200, &list),
        Reply::stream(&other),
    ]);
    let model = RemoteModel::meet(options(&server, &Arc::new(Door::default()))).unwrap();
    for _ in 0..3 {
        said(&model, greeted());
    }
    assert_eq!(model.info().context_length, 16384);
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn a_model_that_only_thinks_is_no_empty_reply() {
    for key in ["reasoning_content", "reasoning"] {
        let thinks = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"role\":\"assistant\",\"{key}\":\"Hm, what would she say?\"}}}}]}}\n\n\
             data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"length\"}}]}}\n\ndata: [DONE]\n\n"
        );
        let problem = fails(Reply::stream(&thinks), &["thought", "max_reply_tokens"]);
        assert_eq!(problem.kind, ProblemKind::Invalid);
        // Who says something behind it is heard, and nothing of what was thought.
        let says = thinks.replace(
            "data: {\"choices\":[{\"delta\":{},\"finish",
            "data: {\"choices\":[{\"delta\":{\"content\":\"Well.\"},\"finish",
        );
        assert_eq!(answered(Reply::stream(&says)), ("Well.".into(), Ok(FinishReason::Length)));
    }
}

#[test]
fn what_a_filter_ended_is_told_and_what_came_is_kept() {
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\ndata: [DONE]\n\n";
    let problem = fails(Reply::stream(end), &["content filter", "other words"]);
    assert_eq!(problem.kind, ProblemKind::Invalid);
    let begun =
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"She draws\"}}}}]}}\n\n{end}");
    let (text, end) = answered(Reply::stream(&begun));
    assert_eq!(text, "She draws");
    assert!(end.unwrap_err().message.contains("content filter"));
    // At once, as Azure's and others' answers without a stream.
    let whole = r#"{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}]}"#;
    let whole = Reply::with(200, whole).header("Content-Type: application/json");
    fails(whole, &["content filter"]);
}

#[test]
fn stop_texts_end_a_reply_of_servers_that_pass_over_them_too() {
    let piece = |text: &str| {
        format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
    };
    let stream = ["It rains. sto", "p", "9, st", "op3 and more"].map(piece).concat();
    // The stream goes on for ever: what ends it is the text.
    let server = Server::start(vec![Reply::stream(&stream).silent_after(stream.len())]);
    let end = reply(options(&server, &Arc::new(Door::default())));
    assert_eq!(end, ("It rains. stop9, ".into(), Ok(FinishReason::Stop)));
    assert!(server.saw_the_end(), "the server hears that it may stop");
    let whole = r#"{"choices":[{"message":{"content":"Yes.stop1 no"},"finish_reason":"length"}]}"#;
    let whole = Reply::with(200, whole).header("Content-Type: application/json");
    assert_eq!(answered(whole), ("Yes.".into(), Ok(FinishReason::Stop)));
    // What only looked like one is said.
    let almost = format!("{}data: [DONE]\n\n", piece("full stop"));
    assert_eq!(answered(Reply::stream(&almost)), ("full stop".into(), Ok(FinishReason::Stop)));
}

#[test]
fn signs_of_life_are_no_text() {
    // mlx-lm says how far it has read.
    let stream = format!(": keepalive 0/42\n\n: keepalive 41/42\n\n{LLAMA}");
    for size in [1, 9, 4096] {
        let end = answered(Reply::stream(&stream).in_pieces_of(size));
        assert_eq!(end, (" Hello".into(), Ok(FinishReason::Stop)));
    }
}
