//! What serves while a model is exchanged, with tiny ones.

use std::path::Path;

use super::*;
use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::conversation::inbox::Inbox;
use crate::knowledge::web_search::Searching;
use crate::models::guard::Policies;
use store::Library;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(name)
}

fn parts(folder: &Path) -> Arc<Parts> {
    let paths = Paths::find(Some(folder), Path::new("")).unwrap();
    let hub = Arc::new(Hub::default());
    let library = Library::new(paths.dirs.characters(), None);
    let settings = store::SettingsFile::open(paths.dirs.settings());
    let settings = Arc::new(std::sync::Mutex::new(settings));
    let network = crate::housekeeping::network::network(&paths, &settings);
    let searching = Arc::new(Searching::new(settings, Arc::default(), network, Arc::clone(&hub)));
    let policies = Arc::new(Policies::new(library));
    Arc::new(Parts::new(paths, hub, Inbox::default(), policies, searching))
}

fn served(name: &str) -> Served {
    let options = llm::Options { context_length: 64, ..llm::Options::default() };
    Served { path: fixture(name), options, beside: Beside::default() }
}

fn serving(parts: &Parts) -> Option<String> {
    match parts.state(PartKind::Model) {
        PartState::Ready { name } => Some(name),
        _ => None,
    }
}

fn broken() -> Problem {
    Problem::new(domain::ProblemKind::Damaged, "it is broken", "fetch it again")
}

#[track_caller]
fn wait_for(parts: &Parts, name: &str) {
    let until = Instant::now() + Duration::from_secs(30);
    while serving(parts).as_deref() != Some(name) {
        assert!(Instant::now() < until, "{:?}", parts.state(PartKind::Model));
        std::thread::sleep(LOOK);
    }
}

#[test]
fn a_model_that_made_room_comes_back_where_the_next_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let (llama, ticket) = (served("llama.gguf"), parts.ticket(PartKind::Model));
    parts.take_model(parts.read_model(&llama, ticket).unwrap(), Some(llama), ticket);
    let name = serving(&parts).unwrap();
    // The processor's memory has room for both: nothing makes room there.
    parts.make_room(&served("qwen2.gguf"), ticket);
    assert!(parts.model.get().is_some());

    let engine = parts.engine().unwrap();
    let busy = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        drop(engine);
    });
    let start = Instant::now();
    parts.let_go();
    assert!(start.elapsed() >= Duration::from_millis(90), "whoever holds it is waited for");
    busy.join().unwrap();
    assert!(parts.model.get().is_none() && parts.engine().is_none());

    parts.go_back("another", broken(), None, ticket);
    assert_eq!(serving(&parts), Some(name.clone()), "the one before");
    assert!(parts.model.get().is_some() && parts.engine().is_some());
    // Where it never went, it stays.
    parts.go_back("another", broken(), None, ticket);
    assert_eq!(serving(&parts), Some(name.clone()));

    // A server's model that fails behind a load that had it go.
    parts.let_go();
    parts.load_remote("remote:any".to_owned(), || Err(broken()));
    wait_for(&parts, &name);
}

#[test]
fn a_load_that_was_overtaken_neither_takes_the_place_nor_says_anything() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let (llama, plug) = (served("llama.gguf"), served("others/plug"));
    let (old, new) = (parts.ticket(PartKind::Model), parts.ticket(PartKind::Model));
    parts.take_model(parts.read_model(&plug, new).unwrap(), Some(plug), new);
    let name = serving(&parts);
    assert!(name.is_some());
    let late = parts.read_model(&llama, old).unwrap();
    assert_eq!(serving(&parts), name, "its progress is not shown");
    parts.take_model(late, Some(llama), old);
    parts.go_back("another", broken(), None, old);
    assert_eq!(serving(&parts), name);
    assert!(parts.engine().is_none(), "that would be llama's");
}

#[test]
fn of_two_loads_the_newer_alone_takes_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let ready = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = Arc::clone(&ready);
    parts.when_model_ready(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    let load = |what: Served| {
        let name = what.path.to_string_lossy().into_owned();
        parts.load_model(name, what.options, what.beside, true);
    };
    {
        let _reading = lock(&parts.reading);
        load(served("llama.gguf"));
        load(served("others/plug"));
    }
    let plug = llm::AnswerEngine::load(&fixture("others/plug"), None, |_| {}).unwrap();
    wait_for(&parts, &plug.info().name);
    assert_eq!(ready.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert!(parts.engine().is_none());
}

#[test]
fn a_model_without_an_engine_goes_on_serving_too() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let (plug, ticket) = (served("others/plug"), parts.ticket(PartKind::Model));
    parts.take_model(parts.read_model(&plug, ticket).unwrap(), Some(plug), ticket);
    let name = serving(&parts);
    parts.go_back("another", broken(), None, ticket);
    assert_eq!(serving(&parts), name);
    assert!(parts.model.get().is_some());
    // With none before and one that was asked for, it failed.
    let fresh = self::parts(folder.path());
    let ticket = fresh.ticket(PartKind::Model);
    fresh.go_back("another", broken(), None, ticket);
    assert!(matches!(fresh.state(PartKind::Model), PartState::Failed { .. }));
}
