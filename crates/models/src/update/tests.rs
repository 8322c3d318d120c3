//! A server on this machine and a key made here: what is signed comes, everything else does not.

use std::sync::Arc;

use minisign::KeyPair;

use super::*;
use crate::fetch::tests::server::{Reply, Server};
use crate::fetch::tests::{Notes, options};

const NAME: &str = "Hanashi_9.1.0_amd64.deb";

/// A key, and what a build is given of it (as Tauri writes it).
fn key() -> (KeyPair, String) {
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    let file = pair.pk.to_box().unwrap().into_string();
    (pair, BASE64_STANDARD.encode(file))
}

fn sign(pair: &KeyPair, bytes: &[u8], name: &str) -> String {
    let comment = format!("timestamp:1\tfile:{name}");
    let signed = minisign::sign(Some(&pair.pk), &pair.sk, bytes, Some(&comment), None).unwrap();
    BASE64_STANDARD.encode(signed.into_string())
}

fn list(version: &str, signature: &str, file: &str) -> String {
    let platforms: BTreeMap<String, serde_json::Value> = targets()
        .into_iter()
        .map(|target| (target, serde_json::json!({ "url": file, "signature": signature })))
        .collect();
    serde_json::json!({ "version": version, "notes": "Better.\u{1b}[2J\n", "pub_date": "2026-11-26T00:00:00Z", "platforms": platforms })
        .to_string()
}

struct Try {
    server: Server,
    notes: Arc<Notes>,
    folder: tempfile::TempDir,
}

impl Try {
    async fn new(list: String, bytes: Vec<u8>, file: &'static str) -> Self {
        let server = Server::start(move |request| match request.target.as_str() {
            "/latest.json" => Reply { body: list.clone().into_bytes(), ..Reply::status(200) },
            target if target == format!("/{file}") => Reply::file(&bytes, "\"e\"", request),
            _ => Reply::status(404),
        })
        .await;
        Self { server, notes: Arc::default(), folder: tempfile::tempdir().unwrap() }
    }

    async fn run(&self, key: &str) -> Result<Option<PathBuf>, Error> {
        let address = format!("{}/latest.json", self.server.url());
        let channel = Channel::of_build(Some(&address), Some(key)).unwrap().unwrap();
        let fetcher =
            Fetcher::new(options("https://hub.example", &[]), self.notes.clone()).unwrap();
        let Some(release) = fetcher.newer(&channel, "0.1.0").await? else { return Ok(None) };
        assert_eq!(release.notes, "Better.[2J\n", "nothing that moves a cursor");
        let stop = CancellationToken::new();
        fetcher.update(&channel, &release, self.folder.path(), &stop, &mut |_| {}).await
    }

    fn left(&self) -> usize {
        std::fs::read_dir(self.folder.path()).unwrap().count()
    }
}

#[tokio::test]
async fn what_the_key_of_the_build_has_signed_comes() {
    let (pair, public) = key();
    let bytes = vec![7; 70_000];
    let tried =
        Try::new(list("v9.1.0", &sign(&pair, &bytes, NAME), NAME), bytes.clone(), NAME).await;
    let before = tried.folder.path().join("Hanashi_9.0.0_amd64.deb");
    std::fs::write(&before, "of the version before").unwrap();
    let path = tried.run(&public).await.unwrap().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert!(!before.exists());
    assert!(path.ends_with(NAME));
    let asked = tried.notes.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|access| access.purpose == Purpose::Update), "{asked:?}");
}

#[tokio::test]
async fn another_key_changed_bytes_and_another_name_are_refused_and_removed() {
    let (pair, public) = key();
    let (other, _) = key();
    let bytes = vec![7; 70_000];
    let mut changed = bytes.clone();
    changed[69_000] ^= 1;
    let (old, nameless) = ("Hanashi_0.0.9_amd64.deb", "Hanashi.app.tar.gz");
    for (signature, served, name, word) in [
        (sign(&other, &bytes, NAME), &bytes, NAME, "another key"),
        (sign(&pair, &bytes, NAME), &changed, NAME, "bytes"),
        // An older one under a new name, under its own, and under one that does not tell.
        (sign(&pair, &bytes, old), &bytes, NAME, "another name"),
        (sign(&pair, &bytes, old), &bytes, old, "of the version"),
        (sign(&pair, &bytes, nameless), &bytes, nameless, "of the version"),
        ("bm90IG9uZQ==".to_owned(), &bytes, NAME, "is none"),
        (String::new(), &bytes, NAME, "is none"),
    ] {
        let tried = Try::new(list("9.1.0", &signature, name), served.clone(), name).await;
        let error = tried.run(&public).await.unwrap_err();
        assert!(matches!(error, Error::Unsigned { .. }), "{word}: {error}");
        assert!(error.to_string().contains(word), "{error}");
        assert_eq!(tried.left(), 0, "{word}");
    }
}

#[tokio::test]
async fn nothing_is_newer_where_the_version_is_not_or_there_is_none_for_this_system() {
    let (_, public) = key();
    for text in [list("0.1.0", "", NAME), list("0.0.9", "", NAME)] {
        let tried = Try::new(text, vec![], NAME).await;
        assert_eq!(tried.run(&public).await.unwrap(), None);
    }
    let tried = Try::new(
        r#"{"version":"9.0.0","platforms":{"beos-m68k":{"url":"x","signature":""}}}"#.to_owned(),
        vec![],
        NAME,
    )
    .await;
    assert_eq!(tried.run(&public).await.unwrap(), None);
    for text in ["{", r#"{"version":"new","platforms":{}}"#, r#"{"version":"9.0.0"}"#] {
        let tried = Try::new(text.to_owned(), vec![], NAME).await;
        assert!(matches!(tried.run(&public).await, Err(Error::Unreachable { .. })), "{text}");
    }
    // A name that would leave the folder.
    let tried = Try::new(list("9.0.0", "", "..%2f.bashrc"), vec![], NAME).await;
    assert!(matches!(tried.run(&public).await, Err(Error::Unreachable { .. })));
}

#[test]
fn a_build_says_both_or_nothing() {
    let (_, public) = key();
    assert!(Channel::of_build(None, Some("  ")).unwrap().is_none());
    assert!(
        Channel::of_build(Some("https://u.example/latest.json"), Some(&public)).unwrap().is_some()
    );
    for (address, key) in [
        (Some("https://u.example"), None),
        (None, Some(public.as_str())),
        (Some("https://u.example"), Some("RWQ")),
        (Some("not an address"), Some(public.as_str())),
    ] {
        assert!(Channel::of_build(address, key).is_err(), "{address:?}");
    }
    assert!(!says("Hanashi.app.tar.gz", &Version::new(1, 2, 3)));
    for name in ["Hanashi_1.2.3_x64-setup.exe", "Hanashi-1.2.3-1.x86_64.rpm", "hanashi-1.2.3.dmg"] {
        assert!(says(name, &Version::new(1, 2, 3)), "{name}");
    }
    assert!(!says("Hanashi_1.2.30_x64-setup.exe", &Version::new(1, 2, 3)));
}
