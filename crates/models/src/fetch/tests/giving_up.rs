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

/// A proxy that presses what it passes on: without a checksum nobody would notice until the model is loaded.
#[tokio::test]
async fn compressed_bytes_are_not_taken_for_the_file() {
    let server = Server::start(|_| {
        let body = bytes(5000);
        Reply { body, ..Reply::status(200) }.header("Content-Encoding", "gzip")
    })
    .await;
    let pull = Pull::new();
    let error = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { why, .. } if why.contains("gzip")), "{error}");
    assert_eq!(pull.file(), None);
}

/// Where nobody names a checksum, the content has to be a model: a network that wants one to log in first answers everything with a page.
#[tokio::test]
async fn what_nobody_vouches_for_has_to_be_what_it_is_called() {
    use crate::recognise::tests::gguf;
    let whole = gguf("llama");
    let page = b"<!doctype html><title>log in</title>".to_vec();
    for (body, why) in [
        (page, "web page"),
        (Vec::new(), "empty"),
        (whole[..whole.len() - 9].to_vec(), "incomplete"),
        (whole, ""),
    ] {
        let mut entry = entry("");
        "m.gguf".clone_into(&mut entry.files[0].name);
        let server =
            Server::start(move |_| Reply { body: body.clone(), ..Reply::status(200) }).await;
        let pull = Pull::new();
        let outcome = pull.with(options(&server.url(), &[]), &entry).await;
        let there = pull.folder.path().join("m.gguf");
        match outcome {
            Err(Error::Refused { path, why: said, .. }) => {
                assert!(!why.is_empty() && said.contains(why), "{said}");
                assert!(path == there && !there.exists());
            }
            Ok(Outcome::Done(_)) => assert!(why.is_empty() && there.is_file(), "{why}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

/// One that never falls silent and never gets done: after two tries the next address is asked, and only a person may want it so slow.
#[tokio::test]
async fn a_server_that_trickles_is_given_up_for_the_next() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let good = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
    let served = whole.clone();
    let slow = Server::start(move |request| Reply {
        drip: Some(Duration::from_millis(10)),
        ..Reply::file(&served, "\"e\"", request)
    })
    .await;
    let impatient = |mirrors: &[String]| Options {
        least: 1000,
        least_over: Duration::from_millis(200),
        ..options(&slow.url(), mirrors)
    };
    let pull = Pull::new();
    pull.with(impatient(&[good.url()]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!((slow.requests().len(), good.requests().len()), (2, 1));
    // Alone it is said, and what has come is kept.
    let pull = Pull::new();
    let error = pull.with(impatient(&[]), &entry("")).await.unwrap_err();
    let said = "fewer than 1000 bytes a second";
    assert!(matches!(&error, Error::Unreachable { why, .. } if why.contains(said)), "{error}");
    assert_eq!(pull.names(), ["m.bin.part", "m.bin.part.json"]);
    let wanted = Options { limit: Some(2000), ..impatient(&[]) };
    let mut patient = super::super::pace::Trickle::new(&wanted);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(patient.took(1), None);
}
