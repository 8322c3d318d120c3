//! Models that are folders: listed, fetched as one thing, and there whole or not at all.

use super::*;
use crate::catalogue::Kind;
use crate::library::{Library, Verdict, Where};

const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/families/qwen3");
    std::fs::read(folder.join(name)).unwrap()
}

/// Git's name of a file.
fn git(bytes: &[u8]) -> String {
    let mut hasher = Hasher::new([Algorithm::GitBlob], Some(bytes.len() as u64));
    hasher.update(bytes);
    hasher.finish()[1].hex().to_owned()
}

fn list() -> String {
    let large = fixture("model.safetensors");
    let mut lines = vec![
        format!(
            r#"{{"type":"file","path":"model.safetensors","size":{},"oid":"00","lfs":{{"oid":"{}","size":{}}}}}"#,
            large.len(),
            sha256(&large),
            large.len()
        ),
        // Pickles of the same, code, another container, and a folder of something else are left where they are.
        r#"{"type":"file","path":"pytorch_model.bin","size":9}"#.to_owned(),
        r#"{"type":"file","path":"modeling.py","size":9}"#.to_owned(),
        r#"{"type":"file","path":"onnx/config.json","size":9}"#.to_owned(),
        r#"{"type":"file","path":"model-q4.gguf","size":9}"#.to_owned(),
    ];
    for name in ["config.json", "tokenizer.json"] {
        let bytes = fixture(name);
        lines.push(format!(
            r#"{{"type":"file","path":"{name}","size":{},"oid":"{}"}}"#,
            bytes.len(),
            git(&bytes)
        ));
    }
    format!("[{}]", lines.join(","))
}

/// What the hub does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Cut,
    Damaged,
}

async fn hub(fault: Fault) -> Server {
    Server::start(move |request| {
        if request.target.starts_with("/api/models/o/Tiny/tree/") {
            return Reply { body: list().into_bytes(), ..Reply::status(200) };
        }
        let Some(name) = request.target.strip_prefix("/o/Tiny/resolve/main/") else {
            return Reply::status(404);
        };
        if !FILES.contains(&name) {
            return Reply::status(404);
        }
        let mut bytes = fixture(name);
        if fault == Fault::Damaged && name == "tokenizer.json" {
            bytes[10] ^= 1;
        }
        let reply = Reply::file(&bytes, "\"e\"", request);
        // The weights break off once.
        if fault == Fault::Cut && name == "model.safetensors" && request.from.is_none() {
            return reply.cut(9000);
        }
        reply
    })
    .await
}

#[tokio::test]
async fn a_repository_becomes_a_folder_that_is_listed_checked_and_removed() {
    let server = hub(Fault::Cut).await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let listed = fetcher.repository(&crate::Name::parse("o/Tiny").unwrap()).await.unwrap();
    let entry = listed.folder().unwrap();
    let mut names: Vec<&str> = entry.files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["config.json", "model.safetensors", "tokenizer.json"]);
    assert!(entry.files.iter().all(|file| file.digests.len() == 1 && file.size.is_some()));
    let whole: usize = FILES.iter().map(|name| fixture(name).len()).sum();
    assert_eq!((entry.id.as_str(), entry.size()), ("tiny", Some(whole as u64)));

    let root = tempfile::tempdir().unwrap();
    let library = Library::new(root.path().join("models"), root.path().join("voices"), vec![]);
    let (mut most, folder) = (0, library.folder(&entry));
    let mut on = |event| {
        if let Event::Progress { done, total, .. } = event {
            // One progress for all files together, which never goes back.
            assert_eq!(total, Some(whole as u64));
            assert!(done >= most, "{done} after {most}");
            most = done;
        }
        // As long as something is missing there is no model.
        assert!(!folder.join("config.json").exists() || folder.join("model.safetensors").exists());
    };
    let outcome = fetcher.pull(&entry, &folder, &CancellationToken::new(), &mut on).await.unwrap();
    assert_eq!(checked(&outcome), Checked::Catalogue);
    assert_eq!(most, whole as u64);

    let catalogue = Catalogue::default();
    let all = library.scan(&catalogue).unwrap();
    assert_eq!(all.len(), 1);
    let one = &all[0];
    assert_eq!((one.id.as_str(), one.kind, one.place), ("tiny", Kind::Chat, Where::Own));
    assert_eq!((one.path.as_path(), one.size, one.files.len()), (&*folder, whole as u64, 3));
    assert_eq!(library.verify(one, |_| true).unwrap(), Verdict::Good);
    std::fs::write(folder.join("tokenizer.json"), "{}").unwrap();
    assert!(matches!(library.verify(one, |_| true).unwrap(), Verdict::Changed { .. }));
    library.remove(one).unwrap();
    assert!(!folder.exists(), "nothing of it is left");
}

#[tokio::test]
async fn one_wrong_file_is_no_model() {
    let server = hub(Fault::Damaged).await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let listed = fetcher.repository(&crate::Name::parse("o/Tiny").unwrap()).await.unwrap();
    let entry = listed.folder().unwrap();
    let root = tempfile::tempdir().unwrap();
    let library = Library::new(root.path().join("models"), root.path().join("voices"), vec![]);
    let folder = library.folder(&entry);
    // What another repository of that name left does not make it one either.
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), fixture("config.json")).unwrap();
    let tokenizer = [fixture("tokenizer.json"), b"\n".to_vec()].concat();
    std::fs::write(folder.join("tokenizer.json"), tokenizer).unwrap();
    let answer = fetcher.pull(&entry, &folder, &CancellationToken::new(), &mut |_| {}).await;
    assert!(
        matches!(&answer, Err(Error::Wrong { file, .. }) if file == "tokenizer.json"),
        "{answer:?}"
    );
    assert_eq!(library.scan(&Catalogue::default()).unwrap(), []);
    // What is begun can be thrown away as a whole.
    assert!(library.begun(&entry).is_some());
    library.discard(&entry).unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn shards_come_together_and_what_no_program_can_fetch_is_said() {
    let files = |paths: &[&str]| crate::Repository {
        name: crate::Name::parse("o/n").unwrap(),
        commit: None,
        licence: None,
        gated: false,
        files: paths
            .iter()
            .map(|path| crate::RepoFile {
                path: (*path).to_owned(),
                size: Some(1),
                digest: None,
                kind: None,
                quantisation: None,
            })
            .collect(),
    };
    let names = |paths: &[&str]| {
        files(paths)
            .folder()
            .map(|entry| entry.files.into_iter().map(|file| file.name).collect::<Vec<_>>())
    };
    let sharded = [
        "LICENSE",
        "config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "consolidated.safetensors",
        "tokenizer.model",
    ];
    assert_eq!(
        names(&sharded).unwrap(),
        [
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "LICENSE",
            "config.json",
            "tokenizer.model"
        ]
    );
    let pickles = ["config.json", "pytorch_model.bin", "vocab.txt"];
    assert_eq!(names(&pickles).unwrap(), ["pytorch_model.bin", "config.json", "vocab.txt"]);
    assert_eq!(names(&["pytorch_model.bin", "vocab.txt"]), None);
    assert_eq!(names(&["config.json", "sub/model.safetensors"]), None);
    // Names that only begin like terms: none of them is written anywhere, on any system.
    let hostile = [
        "config.json",
        "model.safetensors",
        "license./..",
        "license.d/evil.sh",
        "LICENSE.\\..\\..\\evil.exe",
        "notice.txt:stream",
        "notice.\u{1b}[2J",
    ];
    assert_eq!(names(&hostile).unwrap(), ["model.safetensors", "config.json"]);
    let mut large = files(&["config.json", "model.safetensors"]);
    for file in &mut large.files {
        file.size = Some(u64::MAX);
    }
    assert_eq!(large.folder().unwrap().size(), Some(u64::MAX));

    let catalogue = Catalogue::parse(
        "version = 1\n[[model]]\nid = 'a'\nkind = 'chat'\nname = 'A'\nlicence = { id = 'x' }\npage = 'https://example.org/a'",
    )
    .unwrap();
    let fetcher =
        Fetcher::new(options("http://127.0.0.1:9", &[]), Arc::new(Notes::default())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let entry = &catalogue.entries()[0];
    let answer = fetcher.pull(entry, folder.path(), &CancellationToken::new(), &mut |_| {}).await;
    assert!(matches!(answer, Err(Error::ByHand { .. })), "{answer:?}");
}

/// An encoder as sentence-transformers publishes it: what it says of pooling lies a folder deeper, and comes along.
#[tokio::test]
async fn an_encoder_comes_with_what_it_says_of_pooling() {
    let bert = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/others/bert");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&bert)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.push(("1_Pooling/config.json".into(), br#"{"pooling_mode_cls_token":true}"#.to_vec()));
    files.push(("modules.json".into(), b"[]".to_vec()));
    let lines: Vec<String> = files
        .iter()
        .map(|(name, bytes)| {
            format!(
                r#"{{"type":"file","path":"{name}","size":{},"oid":"{}"}}"#,
                bytes.len(),
                git(bytes)
            )
        })
        .collect();
    let list = format!("[{}]", lines.join(","));
    let about = format!(r#"{{"sha":"{}","tags":["license:mit"],"gated":false}}"#, "c".repeat(40));
    let server = Server::start(move |request| {
        if request.target.starts_with("/api/models/o/Finder/revision/") {
            return Reply { body: about.clone().into_bytes(), ..Reply::status(200) };
        }
        if request.target.starts_with("/api/models/o/Finder/tree/") {
            return Reply { body: list.clone().into_bytes(), ..Reply::status(200) };
        }
        let wanted = request.target.split("/resolve/").nth(1).and_then(|rest| rest.split_once('/'));
        let found = wanted.and_then(|(_, path)| files.iter().find(|(name, _)| name == path));
        match found {
            Some((_, bytes)) => Reply { body: bytes.clone(), ..Reply::status(200) },
            None => Reply::status(404),
        }
    })
    .await;
    let fetcher = Fetcher::new(options(&server.url(), &[]), Arc::new(Notes::default())).unwrap();
    let listed = fetcher.repository(&crate::Name::parse("o/Finder").unwrap()).await.unwrap();
    assert_eq!((listed.licence.as_deref(), listed.gated), (Some("mit"), false));
    let entry = listed.folder().unwrap();
    assert_eq!((entry.kind, entry.is_folder(), entry.is_floats()), (Kind::Encoder, true, false));
    assert_eq!((entry.licence.id.as_str(), entry.licence.ask), ("mit", true));
    let root = tempfile::tempdir().unwrap();
    let library = Library::new(root.path().join("models"), root.path().join("voices"), vec![]);
    let folder = library.folder(&entry);
    let outcome = fetcher.pull(&entry, &folder, &CancellationToken::new(), &mut |_| {}).await;
    assert!(matches!(outcome, Ok(Outcome::Done(_))), "{outcome:?}");
    assert!(folder.join("1_Pooling/config.json").is_file());
    let all = library.scan(&Catalogue::default()).unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((all[0].id.as_str(), all[0].kind), ("finder", Kind::Encoder));
    assert_eq!(library.verify(&all[0], |_| true).unwrap(), Verdict::Good);
    library.remove(&all[0]).unwrap();
    assert!(!folder.exists(), "nothing of it is left");
}
