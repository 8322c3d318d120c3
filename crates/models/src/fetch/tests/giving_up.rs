//! Servers that fail, are busy, or are not there: asked again for a while, then left alone.

use super::*;

#[tokio::test]
async fn busy_and_failing_servers_are_asked_again() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let server = Server::start(move |request| match request.number {
        0 => Reply::status(429).header("Retry-After", 1),
        1 => Reply::status(503),
        2 => Reply::status(500),
        _ => Reply::file(&served, "\"e\"", request),
    })
    .await;
    let pull = Pull::new();
    let start = Instant::now();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert!(start.elapsed() >= Duration::from_secs(1), "Retry-After is kept");
}

#[tokio::test]
async fn a_server_that_asks_for_a_long_wait_is_left_alone() {
    let server = Server::start(|_| Reply::status(429).header("Retry-After", 3600)).await;
    let error = Pull::new().with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(error.to_string().contains("429"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_always_fails_is_given_up() {
    let server = Server::start(|_| Reply::status(500)).await;
    let error = Pull::new().with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(error.to_string().contains("500"), "{error}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn without_a_network_the_answer_comes_after_two_tries() {
    // Nothing listens on port 1.
    let pull = Pull::new();
    let error = pull.with(options("http://127.0.0.1:1", &[]), &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let waits = pull
        .events
        .lock()
        .unwrap()
        .iter()
        .filter(|event| matches!(event, Event::Waiting { .. }))
        .count();
    assert_eq!(waits, 1);
}
