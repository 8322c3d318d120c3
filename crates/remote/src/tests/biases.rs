//! Biases by words and ids, as servers take them or do not.

use std::sync::{Arc, Mutex};

use domain::{Cancel, FinishReason, Problem, ReplyEvent, Sampling, read_biases};
use serde_json::Value;

use super::server::{Reply, Server};
use super::{Door, GOOD, ask, options, start_with};
use crate::{Options, RemoteModel, Told};

/// Settings with lines of biases.
fn biased(lines: &[&str]) -> Sampling {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut sampling = Sampling::default();
    read_biases(&lines).unwrap().put_on(&mut sampling);
    sampling
}

/// A server that answers so, one request after the other, and what the person is told.
struct Asked {
    server: Server,
    model: RemoteModel,
    told: Arc<Mutex<Vec<Problem>>>,
}

impl Asked {
    fn of(answers: Vec<Reply>) -> Self {
        let server = Server::start(answers);
        let told = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&told);
        let tell: Told = Arc::new(move |problem| notes.lock().unwrap().push(problem));
        let options = Options { told: Some(tell), ..options(&server, &Arc::new(Door::default())) };
        Self { model: RemoteModel::new(options).unwrap(), server, told }
    }

    /// Writes a reply, which has to come.
    fn reply(&self, lines: &[&str]) {
        let ask = domain::Ask { sampling: biased(lines), ..ask() };
        let end = start_with(&self.model, ask, &Cancel::new()).iter().last();
        assert!(matches!(end, Some(ReplyEvent::Finished(FinishReason::Stop, _))), "{end:?}");
    }

    /// Path and body of every request.
    fn requests(&self) -> Vec<(String, Value)> {
        let parse = |request: String| {
            let path = request.split(' ').nth(1).unwrap().to_owned();
            (path, serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap())
        };
        self.server.requests().into_iter().map(parse).collect()
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

#[test]
fn words_are_cut_by_the_server_and_asked_for_once() {
    let asked = Asked::of(vec![
        Reply::with(200, "{\"tokens\": [1]}"),
        Reply::with(200, "{\"tokens\": [1, 20, 21]}"),
        Reply::with(200, "{\"count\": 1, \"tokens\": [22]}"),
        Reply::with(200, "{\"tokens\": [{\"id\": 30}]}"),
        Reply::stream(GOOD),
        Reply::stream(GOOD),
    ]);
    for _ in 0..2 {
        asked.reply(&["lantern = -5", "{ Oh} = 2", "[20, 7] = -100"]);
    }
    let requests = asked.requests();
    let texts: Vec<_> = requests[..4]
        .iter()
        .map(|(path, body)| {
            assert_eq!(path, "/tokenize");
            assert_eq!(body["content"], body["prompt"]);
            assert_eq!(body["add_special"], body["add_special_tokens"]);
            body["content"].as_str().unwrap()
        })
        .collect();
    assert_eq!(texts, [" ", "lantern", " lantern", " Oh"]);
    for (path, body) in &requests[4..] {
        assert_eq!(path, "/v1/chat/completions");
        // The space alone is not biased; what is named twice has the sum, within OpenAI's bounds.
        let wanted =
            serde_json::json!({ "7": -100.0, "20": -100.0, "21": -5.0, "22": -5.0, "30": 2.0 });
        assert_eq!(body["logit_bias"], wanted);
    }
    assert_eq!(requests.len(), 6);
    assert_eq!(asked.told(), Vec::<String>::new());
}

#[test]
fn where_words_cannot_be_cut_ids_work_on_and_it_is_said_once() {
    for answer in [
        Reply::with(404, "not found"),
        Reply::with(200, "<html>a page</html>"),
        Reply::with(200, &"x".repeat(1 << 20)),
        Reply::with(200, "{\"tokens\": [1").cut(),
    ] {
        let asked = Asked::of(vec![answer, Reply::stream(GOOD), Reply::stream(GOOD)]);
        for _ in 0..2 {
            asked.reply(&["lantern = -5", "[7] = 3"]);
        }
        let requests = asked.requests();
        assert_eq!(requests.len(), 3);
        for (_, body) in &requests[1..] {
            assert_eq!(body["logit_bias"], serde_json::json!({ "7": 3.0 }));
        }
        let told = asked.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("cuts words") && told[0].contains("vLLM"), "{told:?}");
    }
}

#[test]
fn servers_that_take_no_biases_are_asked_without_and_it_is_said_once() {
    let refusal = "{\"error\":{\"message\":\"logit_bias is not supported\"}}";
    let asked =
        Asked::of(vec![Reply::with(400, refusal), Reply::stream(GOOD), Reply::stream(GOOD)]);
    for _ in 0..2 {
        asked.reply(&["[7] = 3"]);
    }
    let requests = asked.requests();
    let has = |index: usize| !requests[index].1["logit_bias"].is_null();
    assert_eq!([has(0), has(1), has(2)], [true, false, false]);
    // What else it takes is sent on.
    let extended = |index: usize| !requests[index].1["stream_options"].is_null();
    assert_eq!([extended(0), extended(1), extended(2)], [true, true, true]);
    let told = asked.told();
    assert!(told.len() == 1 && told[0].contains("takes no biases"), "{told:?}");
}

#[test]
fn a_server_that_takes_openais_own_parameters_without_biases_is_found_out() {
    let refusal = "{\"error\":{\"message\":\"unknown argument\"}}";
    let refuse = || Reply::with(400, refusal);
    let asked =
        Asked::of(vec![refuse(), refuse(), refuse(), Reply::stream(GOOD), Reply::stream(GOOD)]);
    for _ in 0..2 {
        asked.reply(&["[7] = 3"]);
    }
    let requests = asked.requests();
    let sent = |name: &str| -> Vec<bool> {
        requests.iter().map(|(_, body)| !body[name].is_null()).collect()
    };
    assert_eq!(sent("logit_bias"), [true, true, false, false, false]);
    assert_eq!(sent("stream_options"), [true, false, true, false, false]);
    let told = asked.told();
    assert!(told.len() == 2 && told[0].contains("biases"), "{told:?}");
    assert!(told[1].contains("OpenAI's own"), "{told:?}");
}

#[test]
fn a_server_that_is_still_loading_is_asked_again() {
    let asked = Asked::of(vec![
        Reply::with(503, "loading"),
        Reply::stream(GOOD),
        Reply::with(200, "{\"tokens\": [1]}"),
        Reply::with(200, "{\"tokens\": [20]}"),
        Reply::with(200, "{\"tokens\": [21]}"),
        Reply::stream(GOOD),
    ]);
    for _ in 0..2 {
        asked.reply(&["lantern = -5"]);
    }
    let requests = asked.requests();
    assert_eq!(requests[5].1["logit_bias"], serde_json::json!({ "20": -5.0, "21": -5.0 }));
    assert_eq!(asked.told(), Vec::<String>::new());
}

#[test]
fn words_reach_no_server_that_a_person_has_forbidden() {
    let server = Server::start(Vec::new());
    let door = Arc::new(Door { shut: true, ..Door::default() });
    let model = RemoteModel::new(options(&server, &door)).unwrap();
    let ask = domain::Ask { sampling: biased(&["lantern = -5"]), ..ask() };
    let end = start_with(&model, ask, &Cancel::new()).iter().last();
    assert!(matches!(end, Some(ReplyEvent::Failed(_))), "{end:?}");
    assert!(server.requests().is_empty());
}

#[test]
fn without_biases_nothing_is_asked_besides() {
    let asked = Asked::of(vec![Reply::stream(GOOD)]);
    asked.reply(&[]);
    let requests = asked.requests();
    assert!(requests.len() == 1 && requests[0].1["logit_bias"].is_null(), "{requests:?}");
}

#[test]
fn every_setting_that_servers_know_reaches_them_under_their_names() {
    let server = Server::start(vec![Reply::stream(GOOD)]);
    let model = RemoteModel::new(options(&server, &Arc::new(Door::default()))).unwrap();
    let sampling = Sampling {
        temperature_range: 0.5,
        xtc_probability: 0.25,
        mirostat: Some(domain::Mirostat { tau: 5.0, eta: 0.5 }),
        dry: domain::Dry { multiplier: 0.75, ..domain::Dry::default() },
        ..Sampling::default()
    };
    start_with(&model, domain::Ask { sampling, ..ask() }, &Cancel::new()).iter().last();
    let request = server.requests().remove(0);
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    for (name, value) in [
        ("dynatemp_range", 0.5),
        ("xtc_probability", 0.25),
        ("mirostat", 2.0),
        ("mirostat_eta", 0.5),
        ("dry_multiplier", 0.75),
        ("dry_allowed_length", 2.0),
        ("dry_penalty_last_n", 4096.0),
        ("repeat_last_n", 128.0),
    ] {
        assert_eq!(body[name].as_f64(), Some(value), "{name}");
    }
}
