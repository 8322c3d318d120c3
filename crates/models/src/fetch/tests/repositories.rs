//! Repositories that a person names, listed and fetched from.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;

#[tokio::test]
async fn a_repository_is_listed_and_one_of_its_files_is_fetched_and_checked() {
    let whole = bytes(300_000);
    let served = whole.clone();
    let list = format!(
        r#"[{{"type":"directory","path":"sub"}},
            {{"type":"file","path":"README.md","size":12,"oid":"x"}},
            {{"type":"file","path":"m-Q4_K_M.gguf","size":130,"lfs":{{"oid":"{}","size":{}}}}},
            {{"type":"file","path":"m-00001-of-00002.gguf","size":5}},
            {{"type":"file","path":"m\u001b[2J.gguf","size":5}},
            {{"type":"file","path":"../evil.gguf","size":5}}]"#,
        sha256(&whole),
        whole.len()
    );
    let server = Server::start(move |request| match request.target.as_str() {
        "/api/models/o/n/tree/main?recursive=true" => {
            Reply { body: list.clone().into_bytes(), ..Reply::status(200) }
        }
        "/o/n/resolve/main/m-Q4_K_M.gguf" => Reply::file(&served, "\"e\"", request),
        _ => Reply::status(404),
    })
    .await;
    let notes = Arc::new(Notes::default());
    let fetcher = Fetcher::new(options(&server.url(), &[]), notes.clone()).unwrap();
    let name = crate::Name::parse("o/n").unwrap();
    let listed = fetcher.repository(&name).await.unwrap();
    assert_eq!(listed.files.len(), 4);
    assert!(listed.entry("README.md").is_none() && listed.entry("../evil.gguf").is_none());
    let entry = listed.entry("m-Q4_K_M.gguf").unwrap();
    assert_eq!((entry.id.as_str(), entry.size()), ("m-q4_k_m", Some(300_000)));
    let folder = tempfile::tempdir().unwrap();
    let outcome =
        fetcher.pull(&entry, folder.path(), &CancellationToken::new(), &mut |_| {}).await.unwrap();
    assert_eq!(checked(&outcome), Checked::Catalogue);
    let purposes: Vec<_> =
        notes.asked.lock().unwrap().iter().map(|access| access.purpose).collect();
    let listing = domain::Purpose::Listing;
    // Which commit, which this hub does not say, and which files.
    assert_eq!(purposes, [listing, listing, domain::Purpose::Download]);
    assert_eq!(listed.commit, None);

    let missing = fetcher.repository(&crate::Name::parse("o/other").unwrap()).await;
    assert!(matches!(missing, Err(Error::Gone { .. })), "{missing:?}");
}

/// Names with spaces and letters of any script are asked for as they are, and lie here under plain ones.
#[tokio::test]
async fn a_file_with_any_letters_in_its_name_is_fetched() {
    let whole = bytes(3000);
    let (served, digest) = (whole.clone(), sha256(&whole));
    let server = Server::start(move |request| match request.target.as_str() {
        "/api/models/o/n/tree/main?recursive=true" => {
            let list = format!(
                r#"[{{"type":"file","path":"雪 国/ggml-雪 #1.bin","size":130,"lfs":{{"oid":"{digest}","size":3000}}}}]"#
            );
            Reply { body: list.into_bytes(), ..Reply::status(200) }
        }
        "/o/n/resolve/main/%E9%9B%AA%20%E5%9B%BD/ggml-%E9%9B%AA%20%231.bin" => {
            Reply::file(&served, "\"e\"", request)
        }
        _ => Reply::status(404),
    })
    .await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let listed = fetcher.repository(&crate::Name::parse("o/n").unwrap()).await.unwrap();
    let entry = listed.entry("雪 国/ggml-雪 #1.bin").unwrap();
    assert_eq!(entry.name, "ggml-雪 #1");
    let folder = tempfile::tempdir().unwrap();
    let stop = CancellationToken::new();
    fetcher.pull(&entry, folder.path(), &stop, &mut |_| {}).await.unwrap();
    let name = &entry.files[0].name;
    assert!(crate::catalogue::plain_name(name) && name.ends_with(".bin"), "{name}");
    assert_eq!(Some(entry.id.as_str()), name.strip_suffix(".bin"));
    assert_eq!(std::fs::read(folder.path().join(name)).unwrap(), whole);
}

/// Hugging Face answers a repository's old name with its new one, and lists a thousand files at a time.
#[tokio::test]
async fn a_repository_that_was_renamed_is_found_and_a_long_list_is_read_to_its_end() {
    let server = Server::start(|request| {
        let list = |name: &str| {
            let list = format!(r#"[{{"type":"file","path":"{name}","size":5}}]"#);
            Reply { body: list.into_bytes(), ..Reply::status(200) }
        };
        match request.target.as_str() {
            "/api/models/old/n/tree/main?recursive=true" => {
                Reply { status: 307, ..Reply::to("/api/models/new/n/tree/main?recursive=true") }
            }
            "/api/models/new/n/tree/main?recursive=true" => list("a.gguf").header(
                "Link",
                r#"<https://evil.example/x>; rel="prev", </api/models/new/n/tree/main?cursor=2>; rel="next""#,
            ),
            "/api/models/new/n/tree/main?cursor=2" => list("b.gguf")
                .header("Link", r#"<https://evil.example/list>; rel="next""#),
            "/api/models/round/n/tree/main?recursive=true" => Reply::to(&request.target),
            _ => Reply::status(404),
        }
    })
    .await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let listed = fetcher.repository(&crate::Name::parse("old/n").unwrap()).await.unwrap();
    let names: Vec<_> = listed.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["a.gguf", "b.gguf"], "and nobody else is asked");
    let round = fetcher.repository(&crate::Name::parse("round/n").unwrap()).await.unwrap_err();
    assert!(matches!(&round, Error::Unreachable { why, .. } if why.contains("circle")), "{round}");
}

#[tokio::test]
async fn a_list_that_never_ends_or_makes_no_sense_is_refused() {
    for (body, chunked) in [(vec![b'['; 20 << 20], true), (b"{\"error\":1}".to_vec(), false)] {
        let server =
            Server::start(move |_| Reply { body: body.clone(), chunked, ..Reply::status(200) })
                .await;
        let fetcher =
            Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
        let answer = fetcher.repository(&crate::Name::parse("o/n").unwrap()).await;
        assert!(matches!(answer, Err(Error::Unreachable { .. })), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_fetched_is_of_the_commit_that_was_listed_whatever_the_branch_becomes() {
    let commits = ["1".repeat(40), "2".repeat(40)];
    let contents = [bytes(300_000), bytes(200_000)];
    let (at, cut) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(true)));
    let server = Server::start({
        let (at, cut, commits, contents) =
            (Arc::clone(&at), Arc::clone(&cut), commits.clone(), contents.clone());
        move |request| {
            if request.target == "/api/models/o/n/revision/main" {
                let sha = &commits[at.load(Ordering::Relaxed)];
                return Reply {
                    body: format!(r#"{{"id":"o/n","sha":"{sha}","siblings":[]}}"#).into_bytes(),
                    ..Reply::status(200)
                };
            }
            for (commit, content) in commits.iter().zip(&contents) {
                if request.target == format!("/api/models/o/n/tree/{commit}?recursive=true") {
                    let list = format!(
                        r#"[{{"type":"file","path":"m.gguf","size":1,"lfs":{{"oid":"{}","size":{}}}}}]"#,
                        sha256(content),
                        content.len()
                    );
                    return Reply { body: list.into_bytes(), ..Reply::status(200) };
                }
                if request.target == format!("/o/n/resolve/{commit}/m.gguf") {
                    // The branch moves while the file comes.
                    at.store(1, Ordering::Relaxed);
                    let reply = Reply::file(content, &format!("\"{commit}\""), request);
                    return if cut.load(Ordering::Relaxed) { reply.cut(9000) } else { reply };
                }
            }
            Reply::status(404)
        }
    })
    .await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let listed = |name: &'static str| {
        let fetcher = fetcher.clone();
        async move { fetcher.repository(&crate::Name::parse(name).unwrap()).await.unwrap() }
    };

    // Every connection breaks: it is given up, with a part of the first commit here.
    let first = listed("o/n").await;
    assert_eq!(first.commit.as_ref(), Some(&commits[0]));
    let entry = first.entry("m.gguf").unwrap();
    let stop = CancellationToken::new();
    let mut give_up = |event| {
        if matches!(event, Event::Waiting { .. }) {
            stop.cancel();
        }
    };
    let begun = fetcher.pull(&entry, folder.path(), &stop, &mut give_up).await.unwrap();
    assert!(matches!(begun, Outcome::Stopped { .. }));

    // Gone on with later: the branch is elsewhere, which is told, and a half of each is nothing.
    cut.store(false, Ordering::Relaxed);
    let mut moved = None;
    let mut on = |event| {
        if let Event::Moved { from, to } = event {
            moved = Some((from, to));
        }
    };
    let again = listed("o/n").await;
    assert_eq!(again.commit.as_ref(), Some(&commits[1]));
    let now = again.entry("m.gguf").unwrap();
    let outcome =
        fetcher.pull(&now, folder.path(), &CancellationToken::new(), &mut on).await.unwrap();
    assert_eq!(moved, Some((commits[0].clone(), commits[1].clone())), "it is noticed");
    let Outcome::Done(files) = outcome else { panic!("it was stopped") };
    assert_eq!(std::fs::read(&files[0].path).unwrap(), contents[1]);
    assert_eq!(files[0].pin.revision, Some(format!("o/n@{}", commits[1])));

    // The earlier one by its commit, which needs nobody to be asked which one that is.
    let name = crate::Name { revision: commits[0].clone(), ..crate::Name::parse("o/n").unwrap() };
    let entry = fetcher.repository(&name).await.unwrap().entry("m.gguf").unwrap();
    let outcome =
        fetcher.pull(&entry, folder.path(), &CancellationToken::new(), &mut |_| {}).await.unwrap();
    let Outcome::Done(files) = outcome else { panic!("it was stopped") };
    assert_eq!(std::fs::read(&files[0].path).unwrap(), contents[0]);
    let pins = Pins::read(folder.path()).unwrap();
    assert_eq!(pins.get("m.gguf").unwrap().revision, Some(format!("o/n@{}", commits[0])));
}

#[tokio::test]
async fn a_commit_that_is_none_pins_nothing() {
    for sha in ["main", "../../etc", "1111", ""] {
        let body = format!(r#"{{"sha":"{sha}"}}"#);
        let server = Server::start(move |request| match request.target.as_str() {
            "/api/models/o/n/revision/main" => {
                Reply { body: body.clone().into_bytes(), ..Reply::status(200) }
            }
            "/api/models/o/n/tree/main?recursive=true" => {
                Reply { body: b"[]".to_vec(), ..Reply::status(200) }
            }
            _ => Reply::status(404),
        })
        .await;
        let fetcher =
            Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
        let listed = fetcher.repository(&crate::Name::parse("o/n").unwrap()).await.unwrap();
        assert_eq!((listed.commit, listed.files.len()), (None, 0), "{sha}");
    }
}
