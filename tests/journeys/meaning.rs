//! An encoder is fetched from a hub on this machine and finds memories by their meaning at once; no repository is looked into unasked.

use std::path::Path;
use std::time::{Duration, Instant};

use app::api::{FitAsked, SettingsPatch};
use journeys::{Journey, hub, program, root};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("crates/llm/tests/fixtures/others/bert").join(name)).unwrap()
}

fn start(home: &Path, catalogue: &str) -> Journey {
    std::fs::create_dir_all(home).unwrap();
    std::fs::write(home.join("catalogue.toml"), catalogue).unwrap();
    Journey::in_text(home)
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_fetched_encoder_finds_memories_by_their_meaning_at_once() {
    let home = tempfile::tempdir().unwrap();
    let names = ["model.safetensors", "vocab.txt", "config.json"];
    let files = names.map(|name| (format!("/o/n/{name}"), fixture(name)));
    let hub = hub(files.into_iter().collect(), None);
    let lines: String =
        names.iter().map(|name| format!("[[model.files]]\nurl = '{hub}/o/n/{name}'\n")).collect();
    let catalogue = format!(
        "version = 1\n[[model]]\nid = 'finder'\nkind = 'encoder'\nname = 'Finder'\nlicence = {{ id = 'MIT' }}\n{lines}"
    );
    let journey = start(home.path(), &catalogue);
    journey.say("My sister lives in Kyoto.");
    assert!(journey.app.memories("koto").unwrap().meaning.is_none(), "by words alone so far");

    journey.app.pull("finder").unwrap();
    until("the choice of the encoder", || {
        journey.app.snapshot().unwrap().settings.encoder == "finder"
    });
    // It reads what was said while nobody waits for anything.
    until("reading by meaning", || {
        // Chosen a moment before it is in use.
        journey.app.memories("koto").unwrap().meaning.is_some_and(|meaning| {
            assert_eq!(meaning.problem, "");
            meaning.done > 0 && meaning.done == meaning.all
        })
    });
    assert!(!journey.app.memory_ask("koto", "Where does my sister live?").unwrap().is_empty());
    let listed = journey.app.models().unwrap();
    let finder = listed.iter().find(|one| one.id == "finder").unwrap();
    assert_eq!((finder.kind.as_str(), finder.state.as_str()), ("encoder", "installed"));
    // It is in memory beside the others, and is planned with them.
    let plan = journey.app.fit(FitAsked::default()).unwrap();
    assert!(plan.parts.iter().any(|part| part.kind == "encoder"), "{plan:?}");
    journey.app.shutdown().unwrap();
    drop(journey);

    // The terminal takes the same name, and says how another of the catalogue is had.
    let search = |encoder: &str| {
        let mut hanashi = std::process::Command::new(program());
        hanashi.arg("--data-dir").arg(home.path());
        hanashi.args(["memory", "search", "Kyoto", "--embedder", encoder]).output().unwrap()
    };
    let found = search("finder");
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    assert!(String::from_utf8_lossy(&found.stdout).contains("My sister lives in Kyoto."));
    let missing = search("multilingual-e5-small");
    let told = String::from_utf8_lossy(&missing.stderr);
    assert!(!missing.status.success() && told.contains("hanashi models pull"), "{told}");

    // At the next start it is there under its name, wherever the folder lies by then; and it goes without leaving a hole.
    let journey = start(home.path(), &catalogue);
    until("the encoder of the settings", || {
        let meaning = journey.app.memories("koto").unwrap().meaning;
        meaning.is_some_and(|meaning| meaning.problem.is_empty() && meaning.done > 0)
    });
    // Its files are what they were, until somebody changes one.
    let check = || journey.app.check_models(|_| true).unwrap();
    assert!(check().iter().any(|one| one.id == "finder" && one.state == "good"), "{:?}", check());
    std::fs::write(home.path().join("models/finder/vocab.txt"), "changed").unwrap();
    let changed = check().into_iter().find(|one| one.state == "changed").unwrap();
    assert!(changed.id == "finder" && changed.file.ends_with("vocab.txt"), "{changed:?}");
    assert!(journey.app.check_models(|_| false).unwrap().is_empty(), "it was stopped");
    journey.app.remove_model("finder").unwrap();
    assert_eq!(journey.app.snapshot().unwrap().settings.encoder, "");
    assert!(journey.app.memories("koto").unwrap().meaning.is_none());
    assert!(!home.path().join("models/finder").exists());
    // What cannot be used changes nothing.
    let problem = journey.app.use_encoder("no-such-encoder").unwrap_err();
    assert!(problem.message.contains("no-such-encoder"), "{problem:?}");
    assert_eq!(journey.app.snapshot().unwrap().settings.encoder, "");
    journey.app.shutdown().unwrap();
}

#[test]
fn without_consent_no_repository_is_looked_into_and_no_name_is_guessed() {
    let home = tempfile::tempdir().unwrap();
    let journey = start(home.path(), "version = 1\n");
    let look = |name: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(journey.app.look_into(name)).unwrap_err()
    };
    assert_eq!(look("not a name").kind, "invalid");
    let offline = SettingsPatch { offline: Some(true), ..SettingsPatch::default() };
    journey.app.change_settings(offline).unwrap();
    let refused = look("o/n");
    assert!(
        refused.message.contains("may never connect") && !refused.remedy.is_empty(),
        "{refused:?}"
    );
    let problem = journey.app.pull_from("o/n", "m.gguf").unwrap_err();
    assert!(problem.message.contains("o/n"), "{problem:?}");
    let accesses = journey.app.accesses().unwrap();
    assert!(accesses.iter().all(|access| access.refused), "{accesses:?}");
    journey.app.shutdown().unwrap();
}

/// The same repository by both ways that a person has: its files are listed with whether they fit, and one of them, then all of it as a
/// folder, is fetched, checked and used.
#[test]
fn any_repository_of_a_hub_is_looked_into_and_fetched_from() {
    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
    let gguf = std::fs::read(root().join("assets/models/hanashi-mini/hanashi-mini.gguf")).unwrap();
    // Of a small file git's own name is the checksum: none is claimed here, and it is called unpinned.
    let list = format!(
        r#"[{{"type":"directory","path":"1_Pooling","oid":"x"}},
            {{"type":"file","path":"README.md","size":10,"oid":"x"}},
            {{"type":"file","path":"talker-Q8_0.gguf","size":{},"oid":"x"}},
            {{"type":"file","path":"../escape.gguf","size":5,"oid":"x"}}]"#,
        gguf.len()
    );
    let about =
        format!(r#"{{"sha":"{COMMIT}","tags":["gguf","license:apache-2.0"],"gated":false}}"#);
    let url = hub(
        [
            ("/api/models/tiny/talker/revision/main".to_owned(), about.into_bytes()),
            (format!("/api/models/tiny/talker/tree/{COMMIT}?recursive=true"), list.into_bytes()),
            (format!("/tiny/talker/resolve/{COMMIT}/talker-Q8_0.gguf"), gguf.clone()),
        ]
        .into(),
        None,
    );
    #[expect(
        unsafe_code,
        clippy::disallowed_methods,
        reason = "a hub can be named in the environment alone"
    )]
    // SAFETY: nextest runs each test in a process of its own, and the hub's thread, the only other one so far, reads no variable.
    unsafe {
        std::env::set_var("HF_ENDPOINT", &url);
    }
    let home = tempfile::tempdir().unwrap();
    let journey = start(home.path(), "version = 1\n");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let looked =
        runtime.block_on(journey.app.look_into("https://huggingface.co/tiny/talker")).unwrap();
    assert_eq!((looked.name.as_str(), looked.all), ("tiny/talker", 3));
    assert_eq!(looked.licence.as_deref(), Some("apache-2.0"));
    assert!(looked.commit.is_some_and(|commit| COMMIT.starts_with(&commit)) && !looked.gated);
    let [file] = looked.files.as_slice() else { panic!("{:?}", looked.files) };
    assert_eq!((file.path.as_str(), file.meaning.as_str()), ("talker-Q8_0.gguf", "8"));
    assert_eq!((file.verdict.as_str(), file.here), ("fits", false));
    assert_eq!(file.size, Some(gguf.len() as f64));

    // Only what was listed can be fetched, under the name that it was listed by.
    assert!(journey.app.pull_from("tiny/other", &file.path).is_err());
    assert!(journey.app.pull_from("tiny/talker", "../escape.gguf").is_err());
    journey.app.pull_from("tiny/talker", &file.path).unwrap();
    until("the end of the download", || {
        journey
            .app
            .models()
            .unwrap()
            .iter()
            .any(|one| one.id == file.id && one.state == "installed")
    });
    let again = runtime.block_on(journey.app.look_into("tiny/talker")).unwrap();
    assert!(again.files[0].here);
    let chosen = SettingsPatch { chat_model: Some(file.id.clone()), ..SettingsPatch::default() };
    journey.app.change_settings(chosen).unwrap();
    journey.wait_for(app::api::PartKind::Model);
    assert!(journey.say("Hello!").message.is_some(), "it is a model like any other");
    let accesses = journey.app.accesses().unwrap();
    assert!(accesses.iter().all(|one| !one.refused && one.host == "127.0.0.1"));
    assert!(accesses.iter().any(|one| one.purpose == "listing"), "{accesses:?}");
    // A repository that is not there says so.
    let gone = runtime.block_on(journey.app.look_into("tiny/nobody")).unwrap_err();
    assert!(gone.message.contains("tiny/nobody") && !gone.remedy.is_empty(), "{gone:?}");
    journey.app.shutdown().unwrap();
}
