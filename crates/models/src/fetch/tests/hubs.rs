//! What hubs say of a file before they send it, other addresses of it, and redirects.

use super::*;

/// As the hub does it: the redirect names the content, the cache it leads to does not.
async fn hub(named: String, cache: Vec<u8>) -> Server {
    Server::start(move |request| {
        if request.target.starts_with("/cache") {
            // Every cache has ETags of its own making.
            return Reply::file(&cache, &format!("\"cache {}\"", request.number), request);
        }
        Reply::to("/cache/blob?signed=1")
            .header("x-linked-etag", format!("\"{named}\""))
            .header("x-linked-size", cache.len())
            .header("x-repo-commit", "c0ffee")
    })
    .await
}

#[tokio::test]
async fn an_unpinned_file_is_checked_against_the_hubs_word() {
    let whole = bytes(CUT);
    let server = hub(sha256(&whole), whole.clone()).await;
    let pull = Pull::new();
    let outcome = pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(checked(&outcome), Checked::Hub);
    assert_eq!(pull.file().unwrap(), whole);

    let lying = hub("0".repeat(64), whole).await;
    let pull = Pull::new();
    let error = pull.with(options(&lying.url(), &[]), &entry("")).await.unwrap_err();
    assert!(matches!(error, Error::Wrong { .. }), "{error}");
    assert_eq!(pull.file(), None);
}

#[tokio::test]
async fn a_resume_survives_another_cache_where_the_hub_names_the_content() {
    let whole = bytes(LENGTH);
    let (named, cache) = (sha256(&whole), whole.clone());
    let server = Server::start(move |request| {
        if request.target.starts_with("/cache") {
            let reply = Reply::file(&cache, &format!("\"cache {}\"", request.number), request);
            return if request.number < 4 { reply.cut(CUT) } else { reply };
        }
        Reply::to("/cache").header("x-linked-etag", format!("\"{named}\""))
    })
    .await;
    let pull = Pull::new();
    pull.with(options(&server.url(), &[]), &entry("")).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    assert_eq!(server.served(), LENGTH as u64);
}

#[tokio::test]
async fn a_hub_that_has_another_file_than_the_catalogue_is_not_even_asked_for_it() {
    let whole = bytes(CUT);
    let facts = format!(", sha256 = '{}'", sha256(&whole));
    let server = hub("1".repeat(64), whole).await;
    let error = Pull::new().with(options(&server.url(), &[]), &entry(&facts)).await.unwrap_err();
    assert!(matches!(error, Error::Wrong { .. }), "{error}");
    assert_eq!(server.served(), 0);
    assert_eq!(server.requests().len(), 1, "the redirect was not followed");
}

#[tokio::test]
async fn small_files_are_checked_by_gits_name_for_them() {
    let whole = b"{\"audio\": {}}".to_vec();
    let mut hasher = Hasher::new([Algorithm::GitBlob], Some(whole.len() as u64));
    hasher.update(&whole);
    let git = hasher.finish()[1].hex().to_owned();
    for (name, right) in [(git, true), ("0".repeat(40), false)] {
        let served = whole.clone();
        let server = Server::start(move |request| {
            Reply::file(&served, &format!("\"{name}\""), request).header("x-repo-commit", "c0ffee")
        })
        .await;
        let outcome = Pull::new().with(options(&server.url(), &[]), &entry("")).await;
        assert_eq!(outcome.is_ok(), right, "{outcome:?}");
        if let Ok(outcome) = outcome {
            assert_eq!(checked(&outcome), Checked::Hub);
        }
    }
}

#[tokio::test]
async fn mirrors_are_tried_in_order() {
    let whole = bytes(CUT);
    let facts = format!(", sha256 = '{}'", sha256(&whole));
    let served = whole.clone();
    let gone = Server::start(|_| Reply::status(404)).await;
    let wrong = Server::start(|request| Reply::file(&[1, 2, 3], "\"w\"", request)).await;
    let cuts = {
        let served = served.clone();
        Server::start(move |request| match request.number {
            0 => Reply::file(&served, "\"a\"", request).cut(CUT / 2),
            _ => Reply::status(404),
        })
        .await
    };
    let good = Server::start(move |request| Reply::file(&served, "\"b\"", request)).await;
    let pull = Pull::new();
    let mirrors = [wrong.url(), cuts.url(), good.url()];
    pull.with(options(&gone.url(), &mirrors), &entry(&facts)).await.unwrap();
    assert_eq!(pull.file().unwrap(), whole);
    // What one mirror gave is continued from another, because the checksum will tell.
    assert_eq!(good.requests()[0].from, Some(CUT as u64 / 2));
    assert_eq!(good.requests()[0].if_range, None);
}

#[tokio::test]
async fn refusals_say_what_they_are() {
    for (status, says) in
        [(401, "signed in"), (403, "signed in"), (404, "not at"), (410, "not at"), (451, "451")]
    {
        let server = Server::start(move |_| Reply::status(status)).await;
        let error = Pull::new().with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
        assert!(error.to_string().contains(says), "{status}: {error}");
    }
}

#[tokio::test]
async fn redirects_that_lead_astray_are_not_followed() {
    for location in
        ["http://models.example/m.bin", "file:///etc/passwd", "https://me:pw@models.example/m"]
    {
        let server = Server::start(move |_| Reply::to(location)).await;
        let error = Pull::new().with(options(&server.url(), &[]), &entry("")).await.unwrap_err();
        assert!(matches!(error, Error::Address { .. }), "{location}: {error}");
    }
    let circle = Server::start(|request| Reply::to(&request.target)).await;
    let error = Pull::new().with(options(&circle.url(), &[]), &entry("")).await.unwrap_err();
    assert!(error.to_string().contains("in a circle"), "{error}");
}
