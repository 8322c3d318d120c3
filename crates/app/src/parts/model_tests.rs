//! What serves while a model is exchanged, with tiny ones.

use std::path::Path;

use super::*;
use crate::events::Hub;
use crate::guarding::Policies;
use crate::line::Line;
use crate::places::Places;
use crate::searching::Searching;
use store::Library;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(name)
}

fn parts(folder: &Path) -> Arc<Parts> {
    let places = Places::find(Some(folder), Path::new("")).unwrap();
    let hub = Arc::new(Hub::default());
    let library = Library::new(places.dirs.characters(), None);
    let settings = store::SettingsFile::open(places.dirs.settings());
    let settings = Arc::new(std::sync::Mutex::new(settings));
    let network = crate::keeping::network(&places, &settings);
    let searching = Arc::new(Searching::new(settings, Arc::default(), network, Arc::clone(&hub)));
    let policies = Arc::new(Policies::new(library));
    Arc::new(Parts::new(places, hub, Line::default(), policies, searching))
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

#[test]
fn a_model_that_made_room_comes_back_where_the_next_one_fails() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let llama = served("llama.gguf");
    parts.take_model(parts.read_model(&llama).unwrap(), Some(llama.clone()));
    let name = serving(&parts).unwrap();
    // The processor's memory has room for both: nothing makes room there.
    parts.make_room(&served("qwen2.gguf"));
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

    let problem = Problem::new(domain::ProblemKind::Damaged, "it is broken", "fetch it again");
    parts.go_back("another", problem.clone(), llama.options.clone(), true);
    assert_eq!(serving(&parts), Some(name.clone()), "the one before");
    assert!(parts.model.get().is_some() && parts.engine().is_some());
    // Where it never went, it stays.
    parts.go_back("another", problem, llama.options, true);
    assert_eq!(serving(&parts), Some(name));
}

#[test]
fn a_model_without_an_engine_goes_on_serving_too() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let plug = served("others/plug");
    parts.take_model(parts.read_model(&plug).unwrap(), Some(plug.clone()));
    let name = serving(&parts);
    let problem = Problem::new(domain::ProblemKind::Damaged, "it is broken", "fetch it again");
    parts.go_back("another", problem.clone(), plug.options.clone(), true);
    assert_eq!(serving(&parts), name);
    assert!(parts.model.get().is_some());
    // With none before and one that was asked for, it failed.
    let fresh = self::parts(folder.path());
    fresh.go_back("another", problem, plug.options, true);
    assert!(matches!(fresh.state(PartKind::Model), PartState::Failed { .. }));
}
