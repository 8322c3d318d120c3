//! What an earlier day left, and whether it is of use.

use super::*;

#[tokio::test]
async fn a_part_that_is_the_whole_is_recognised() {
    let whole = bytes(CUT);
    let served = whole.clone();
    // The length is not known, and the connection breaks after the last byte: the next request asks beyond the end.
    let server = Server::start(move |request| {
        let mut reply = Reply::file(&served, "\"e\"", request);
        if request.number == 0 {
            reply.chunked = true;
            reply = reply.cut(CUT);
        }
        reply
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.requests()[1].from, Some(CUT as u64));
    assert_eq!(server.served(), CUT as u64);
}

#[tokio::test]
async fn a_part_longer_than_the_file_is_thrown_away() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let server = Server::start(move |request| match request.from {
        Some(_) => Reply::status(416).header("Content-Range", format!("bytes */{CUT}")),
        None => Reply::file(&served, "\"e\"", request),
    })
    .await;
    let pull = Pull::new();
    let part = pull.folder.path().join("m.bin.part");
    std::fs::write(&part, vec![1; CUT + 5]).unwrap();
    let url = format!("{}/o/n/resolve/main/m.bin", server.url());
    std::fs::write(
        pull.folder.path().join("m.bin.part.json"),
        format!(r#"{{"v": 1, "url": "{url}", "etag": "\"e\"", "total": null, "digest": null}}"#),
    )
    .unwrap();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
}

#[tokio::test]
async fn bytes_of_unknown_origin_are_thrown_away() {
    let whole = bytes(CUT);
    let served = whole.clone();
    let server = Server::start(move |request| Reply::file(&served, "\"e\"", request)).await;
    for record in [None, Some("{ not json"), Some(r#"{"v": 9, "url": "u"}"#)] {
        let pull = Pull::new();
        std::fs::write(pull.folder.path().join("m.bin.part"), b"something").unwrap();
        if let Some(record) = record {
            std::fs::write(pull.folder.path().join("m.bin.part.json"), record).unwrap();
        }
        pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
        assert_eq!(pull.file().unwrap(), whole, "{record:?}");
    }
    assert!(server.requests().iter().all(|request| request.from.is_none()));
}
