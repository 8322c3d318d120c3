//! Repositories that a person names, listed and fetched from.

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
    assert_eq!(purposes, [domain::Purpose::Listing, domain::Purpose::Download]);

    let missing = fetcher.repository(&crate::Name::parse("o/other").unwrap()).await;
    assert!(matches!(missing, Err(Error::Gone { .. })), "{missing:?}");
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
