//! Search engines, as a server of ours plays them.

use domain::Purpose;

use super::*;
use crate::{Brave, SearchEngine, Searxng};

const PATIENCE: Duration = Duration::from_secs(5);

fn door() -> (Arc<Door>, Arc<dyn Network>) {
    let door = Arc::new(Door::default());
    (Arc::clone(&door), door as Arc<dyn Network>)
}

fn site(server: &Server) -> String {
    server.url().trim_end_matches("/v1").to_owned()
}

#[test]
fn searxng_is_asked_for_json_through_the_one_door() {
    let body = r#"{"query": "noss", "results": [
        {"title": "The <b>lamp</b> of Noss", "url": "https://example.org/noss", "content": "Built in 1821 &amp; lit in 1822."},
        {"title": "No address", "content": "nowhere"},
        {"title": "A trap", "url": "javascript:alert(1)", "content": "x"},
        {"title": "Says nothing", "url": "https://example.org/empty", "content": ""},
        {"title": "Second", "url": "http://example.net/2", "content": "It is white."}
    ]}"#;
    let server = Server::start(vec![Reply::with(200, body)]);
    let (notes, network) = door();
    let engine = Searxng::new(&site(&server), PATIENCE, network).unwrap();
    assert_eq!(engine.host(), "127.0.0.1");
    let found = engine.search("When was the  lamp of Noss lit?", 5, &Cancel::new()).unwrap();
    let texts: Vec<(&str, &str)> =
        found.iter().map(|one| (one.title.as_str(), one.text.as_str())).collect();
    assert_eq!(
        texts,
        [("The lamp of Noss", "Built in 1821 & lit in 1822."), ("Second", "It is white.")]
    );
    let request = server.requests().remove(0);
    assert!(
        request.starts_with("GET /search?q=When+was+the+lamp+of+Noss+lit%3F&format=json "),
        "{request}"
    );
    assert!(!request.to_lowercase().contains("cookie"), "{request}");
    let accesses = notes.accesses.lock().unwrap();
    assert_eq!(accesses[0].0.purpose, Purpose::Search);
    assert!(!accesses[0].0.what.contains("Noss"), "what somebody asks is in no log");
    assert!(accesses[0].1.is_some_and(|traffic| traffic.received > 0));
}

#[test]
fn brave_gets_its_key_in_a_header_and_only_over_https() {
    let body = r#"{"type": "search", "web": {"results": [{"title": "T", "url": "https://e.org", "description": "D <strong>d</strong>"}]}}"#;
    let server =
        Server::start(vec![Reply::with(200, body), Reply::with(200, r#"{"type": "search"}"#)]);
    let (_, network) = door();
    let address = Address::of_site(&site(&server)).unwrap();
    let brave = Brave::at(address, "k-7", PATIENCE, Arc::clone(&network)).unwrap();
    let found = brave.search("tea", 3, &Cancel::new()).unwrap();
    assert_eq!(found[0].text, "D d");
    let request = server.requests().remove(0);
    assert!(request.starts_with("GET /web/search?q=tea&count=3"), "{request}");
    assert!(request.to_lowercase().contains("x-subscription-token: k-7"), "{request}");
    assert_eq!(
        brave.search("nothing", 3, &Cancel::new()).unwrap(),
        [],
        "nothing found is no error"
    );
    let far = Address::of_site("http://search.example").unwrap();
    assert!(
        Brave::at(far, "k", PATIENCE, Arc::clone(&network)).is_err(),
        "a key does not travel readable"
    );
    assert!(Brave::new(" ", PATIENCE, network).is_err());
}

#[test]
fn what_engines_get_wrong_is_told() {
    let server = Server::start(vec![
        Reply::with(403, "Forbidden"),
        Reply::with(200, "<html>"),
        Reply::with(200, r#"{"results": "none"}"#),
        Reply::with(302, "").header("Location: http://127.0.0.1:1/"),
        Reply::with(429, ""),
        Reply::with(200, &"x".repeat(2 << 20)),
    ]);
    let (_, network) = door();
    let engine = Searxng::new(&site(&server), PATIENCE, network).unwrap();
    let said = || engine.search("q", 3, &Cancel::new()).unwrap_err().to_string();
    assert!(said().contains("settings.yml"));
    assert!(said().contains("no JSON"));
    assert!(said().contains("no list of results"));
    assert!(said().contains("points to"), "redirects are not followed");
    assert!(said().contains("no more requests"));
    assert!(said().contains("no end"));
}

#[test]
fn a_shut_door_lets_no_search_out_and_a_silent_engine_can_be_left() {
    let server = Server::start(vec![Reply::with(200, "{}").silent_after(0)]);
    let shut: Arc<dyn Network> = Arc::new(Door { shut: true, ..Door::default() });
    let engine = Searxng::new(&site(&server), PATIENCE, shut).unwrap();
    assert!(matches!(engine.search("q", 3, &Cancel::new()), Err(Error::Forbidden(_))));
    assert_eq!(server.requests().len(), 0);
    let (_, network) = door();
    let engine = Searxng::new(&site(&server), Duration::from_mins(1), network).unwrap();
    let cancel = Cancel::new();
    let other = cancel.clone();
    let asking = std::thread::spawn(move || engine.search("q", 3, &other));
    server.wait_for_request();
    cancel.cancel();
    assert_eq!(asking.join().unwrap().unwrap(), []);
}

#[test]
fn an_engine_that_drips_is_given_up_when_its_time_is_over() {
    let body = format!("{{\"results\": [{}]}}", " ".repeat(60));
    let server = Server::start(vec![Reply::with(200, &body).dripping(Duration::from_millis(50))]);
    let (notes, network) = door();
    let engine = Searxng::new(&site(&server), Duration::from_millis(400), network).unwrap();
    let error = engine.search("q", 3, &Cancel::new()).unwrap_err();
    assert!(matches!(error, Error::Broken { .. }), "{error}");
    let accesses = notes.accesses.lock().unwrap();
    assert!(accesses[0].1.is_some(), "it is closed in the log");
}
