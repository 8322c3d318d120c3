//! Finding, importing, verifying and removing, on real folders.

use super::*;
use crate::listing::{State, listings};
use crate::recognise::tests::{CONFIG, ONNX, gguf, whisper};
use domain::Lang;

struct House {
    _root: tempfile::TempDir,
    library: Library,
    outside: PathBuf,
    catalogue: Catalogue,
}

impl House {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let outside = root.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        let library = Library::new(
            root.path().join("models"),
            root.path().join("voices"),
            vec![root.path().join("extra")],
        );
        Self { library, outside, catalogue: Catalogue::embedded().unwrap(), _root: root }
    }

    fn bring(&self, name: &str, bytes: &[u8]) -> PathBuf {
        put(&self.outside.join(name), bytes)
    }

    fn import(&self, path: &Path, how: How) -> Result<Imported, Error> {
        self.library.import(&self.catalogue, path, how, |_| true)
    }

    fn scan(&self) -> Vec<Installed> {
        self.library.scan(&self.catalogue).unwrap()
    }
}

fn put(path: &Path, bytes: &[u8]) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    path.to_owned()
}

fn new(imported: Imported) -> Installed {
    match imported {
        Imported::New(one) => one,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_copied_found_verified_and_removed() {
    let house = House::new();
    let path = house.bring("My Model (v2).gguf", &gguf("llama"));
    let one = new(house.import(&path, How::Copy).unwrap());
    assert_eq!((one.id.as_str(), one.kind, one.place), ("my-model--v2", Kind::Chat, Where::Own));
    assert_eq!(one.name, "A Test");

    std::fs::remove_file(&path).unwrap();
    assert_eq!(house.scan(), std::slice::from_ref(&one));
    assert_eq!(house.library.find(&house.catalogue, &one.id).unwrap(), one);
    assert_eq!(house.library.verify(&one, |_| true).unwrap(), Verdict::Good);
    assert_eq!(house.library.verify(&one, |_| false).unwrap(), Verdict::Stopped);

    // A byte of the weights changes: the form is still right, the checksum is not.
    let mut bytes = std::fs::read(&one.path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&one.path, bytes).unwrap();
    assert!(matches!(house.library.verify(&one, |_| true).unwrap(), Verdict::Changed { .. }));

    house.library.remove(&one).unwrap();
    assert_eq!(house.scan(), []);
    assert_eq!(std::fs::read_dir(house.library.models.clone()).unwrap().count(), 0);
}

#[test]
fn a_voice_comes_with_both_its_halves_whichever_is_named() {
    for named in ["v.onnx", "v.onnx.json"] {
        let house = House::new();
        house.bring("v.onnx", ONNX);
        house.bring("v.onnx.json", CONFIG.as_bytes());
        let one = new(house.import(&house.outside.join(named), How::Copy).unwrap());
        assert_eq!((one.id.as_str(), one.kind, one.files.len()), ("v", Kind::Voice, 2));
        assert!(one.path.starts_with(&house.library.voices), "{}", one.path.display());
        assert_eq!(house.scan(), [one]);
    }
}

#[test]
fn the_same_file_twice_is_one_model() {
    let house = House::new();
    let first = new(house.import(&house.bring("a.gguf", &gguf("llama")), How::Copy).unwrap());
    let again = house.import(&house.bring("other name.gguf", &gguf("llama")), How::Copy).unwrap();
    assert_eq!(again, Imported::Known(first));
    // The same name with other bytes is another one.
    let second = new(house.import(&house.bring("a.gguf", &gguf("qwen3")), How::Copy).unwrap());
    assert_eq!(second.id, "a-2");
    assert_eq!(house.scan().len(), 2);
}

#[test]
fn a_file_used_in_place_is_never_touched() {
    let house = House::new();
    let path = house.bring("ggml-big.bin", &whisper());
    let one = new(house.import(&path, How::InPlace).unwrap());
    assert_eq!((one.place, one.kind), (Where::InPlace, Kind::Ears));
    assert_eq!(house.scan(), std::slice::from_ref(&one));
    assert_eq!(house.import(&path, How::InPlace).unwrap(), Imported::Known(one.clone()));
    assert!(
        matches!(house.library.verify(&one, |_| true).unwrap(), Verdict::Unpinned(files) if files.len() == 1)
    );
    house.library.remove(&one).unwrap();
    assert_eq!(house.scan(), []);
    assert!(path.exists());
}

#[test]
fn the_persons_folders_are_searched_and_only_read() {
    let house = House::new();
    let path = put(&house.library.extra[0].join("deep/down/mine.gguf"), &gguf("qwen3"));
    put(&house.library.extra[0].join("broken.gguf"), &gguf("qwen3")[..40]);
    put(&house.library.extra[0].join("notes.txt"), b"hello");
    let all = house.scan();
    assert_eq!(
        all.iter().map(|one| (one.id.as_str(), one.place)).collect::<Vec<_>>(),
        [("mine", Where::Extra)]
    );
    assert!(matches!(house.library.remove(&all[0]), Err(Error::NotOurs(_))));
    assert!(path.exists());
}

#[test]
fn a_stopped_or_refused_import_leaves_nothing() {
    let house = House::new();
    let path = house.bring("a.gguf", &gguf("llama"));
    let stopped = house.library.import(&house.catalogue, &path, How::Copy, |_| false).unwrap();
    assert_eq!(stopped, Imported::Stopped);
    let cut = house.bring("cut.gguf", &gguf("llama")[..100]);
    assert!(house.import(&cut, How::Copy).is_err());
    assert!(house.import(&house.outside.join("not there.gguf"), How::Copy).is_err());
    let left = std::fs::read_dir(&house.library.models).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[test]
fn a_brought_file_of_the_catalogue_takes_its_name() {
    let mut house = House::new();
    let bytes = whisper();
    let mut hasher = Hasher::new([Algorithm::Sha1], None);
    hasher.update(&bytes);
    let sha1 = hasher.finish()[1].hex().to_owned();
    house.catalogue = Catalogue::parse(&format!(
        "version = 1\n[[model]]\nid = 'whisper-x'\nkind = 'ears'\nname = 'Whisper X'\nlicence = {{ id = 'MIT' }}\n\
         files = [{{ repo = 'o/n', path = 'ggml-x.bin', sha1 = '{sha1}' }}]"
    ))
    .unwrap();
    let one = new(house.import(&house.bring("renamed.bin", &bytes), How::Copy).unwrap());
    assert_eq!((one.id.as_str(), one.name.as_str()), ("whisper-x", "Whisper X"));
}

#[test]
fn the_list_shows_what_is_here_paused_and_on_offer() {
    let house = House::new();
    new(house.import(&house.bring("mine.gguf", &gguf("llama")), How::Copy).unwrap());
    let qwen = house.catalogue.get("qwen3-0.6b").unwrap();
    let part = house.library.folder(qwen).join("Qwen3-0.6B-Q8_0.gguf.part");
    put(&part, &[0; 1234]);

    let all = listings(&house.catalogue, &house.library, Lang::Ja).unwrap();
    assert_eq!(all.len(), house.catalogue.entries().len() + 1);
    assert_eq!((all[0].id.as_str(), all[0].state), ("mine", State::Installed));
    let paused = all.iter().find(|one| one.id == "qwen3-0.6b").unwrap();
    assert_eq!((paused.state, paused.done, paused.size), (State::Paused, 1234, Some(639_446_688)));
    let offered = all.iter().find(|one| one.id == "smollm2-360m").unwrap();
    assert_eq!((offered.state, offered.unpinned), (State::Available, true));
    assert!(offered.note.contains("英語"), "{}", offered.note);

    house.library.discard(qwen).unwrap();
    assert!(!part.exists());
}

#[test]
fn an_unknown_name_and_a_path_are_told_apart() {
    let house = House::new();
    assert!(matches!(house.library.find(&house.catalogue, "nothing"), Err(Error::Unknown(_))));
    let path = house.bring("direct.gguf", &gguf("llama"));
    assert_eq!(house.library.find(&house.catalogue, path.to_str().unwrap()).unwrap().path, path);
}

/// A folder of weights of ours, as small as they come.
fn folder_of(house: &House, family: &str, name: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(family);
    let folder = house.outside.join(name);
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        if file != "model.gguf" {
            put(&folder.join(file), &std::fs::read(&path).unwrap());
        }
    }
    put(&folder.join("LICENSE"), b"as you like");
    folder
}

#[test]
fn a_folder_is_copied_whole_and_removed_whole() {
    let house = House::new();
    let folder = folder_of(&house, "families/qwen3", "My Model-0.1B");
    // Whichever of its files is named, the folder is meant.
    let one = new(house.import(&folder.join("model.safetensors"), How::Copy).unwrap());
    assert_eq!((one.id.as_str(), one.name.as_str()), ("my-model-0.1b", "my-model-0.1b"));
    let names: Vec<_> = one.files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
    // What no loader reads (`expected.json` of our fixture) stays where it was.
    assert_eq!(names, ["model.safetensors", "LICENSE", "tokenizer.json", "config.json"]);
    assert_eq!(house.import(&folder, How::Copy).unwrap(), Imported::Known(one.clone()));
    std::fs::remove_dir_all(&folder).unwrap();
    let found = house.scan();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].id, &found[0].path), (&one.id, &one.path));
    assert_eq!(house.library.verify(&one, |_| true).unwrap(), Verdict::Good);
    house.library.remove(&one).unwrap();
    assert_eq!(std::fs::read_dir(&house.library.models).unwrap().count(), 0);
}

#[test]
fn a_folder_used_in_place_and_one_in_a_folder_of_the_persons_are_found_once() {
    let house = House::new();
    let folder = folder_of(&house, "families/gpt2", "gpt2-chitchat");
    let one = new(house.import(&folder, How::InPlace).unwrap());
    assert_eq!((one.place, one.kind), (Where::InPlace, Kind::Chat));
    // It is the one that the catalogue says is handed out on a page.
    assert_eq!((one.id.as_str(), one.name.starts_with("GPT2-chitchat")), ("gpt2-chitchat", true));
    let listed = listings(&house.catalogue, &house.library, Lang::En).unwrap();
    assert!(!listed.iter().any(|one| one.state == State::ByHand), "it is here");
    assert!(matches!(one.content, Content::Folder { pickle: true, answers: false, .. }));
    assert_eq!(house.scan(), std::slice::from_ref(&one));
    house.library.remove(&one).unwrap();
    assert!(folder.join("pytorch_model.bin").exists());
    let extra = &house.library.extra[0];
    std::fs::create_dir_all(extra).unwrap();
    std::fs::rename(&folder, extra.join("talker")).unwrap();
    let all = house.scan();
    assert_eq!(all.len(), 1, "a `.bin` of a folder is no model of its own");
    assert_eq!((all[0].id.as_str(), all[0].place), ("talker", Where::Extra));
}

#[test]
fn a_folder_of_the_catalogue_takes_its_name_by_its_weights() {
    let mut house = House::new();
    let folder = folder_of(&house, "others/plug", "downloaded by hand");
    let weights = std::fs::read(folder.join("pytorch_model.bin")).unwrap();
    let mut hasher = Hasher::new([], None);
    hasher.update(&weights);
    let sha256 = hasher.finish()[0].hex().to_owned();
    let catalogue = |sha256: &str| {
        Catalogue::parse(&format!(
            "version = 1\n[[model]]\nid = 'plug'\nkind = 'chat'\nname = 'PLUG'\nlicence = {{ id = 'x' }}\n\
             [[model.files]]\nrepo = 'o/n'\npath = 'pytorch_model.bin'\nsha256 = '{sha256}'\n\
             [[model.files]]\nrepo = 'o/n'\npath = 'config.json'\n"
        ))
        .unwrap()
    };
    house.catalogue = catalogue(&"0".repeat(64));
    let other = new(house.import(&folder, How::Copy).unwrap());
    assert_eq!(other.id, "downloaded-by-hand");
    house.library.remove(&other).unwrap();
    house.catalogue = catalogue(&sha256);
    let one = new(house.import(&folder, How::Copy).unwrap());
    assert_eq!((one.id.as_str(), one.name.as_str()), ("plug", "PLUG"));
    let listed = listings(&house.catalogue, &house.library, Lang::En).unwrap();
    assert_eq!(
        listed[0].traits,
        [
            crate::listing::Trait::Floats,
            crate::listing::Trait::Pickle,
            crate::listing::Trait::Whole
        ]
    );
}

/// Where `painting` keeps a tiny model that draws.
fn painter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../painting/tests/fixtures/one")
}

#[test]
fn a_model_that_draws_keeps_its_folders_and_goes_as_a_whole() {
    let house = House::new();
    let part = painter().join("unet/diffusion_pytorch_model.safetensors");
    // Any of its files means all of it.
    for named in [painter(), painter().join("model_index.json"), part] {
        assert_eq!(crate::meant(&named), painter());
    }
    let one = new(house.import(&painter(), How::Copy).unwrap());
    assert_eq!((one.id.as_str(), one.kind, one.place), ("one", Kind::Pictures, Where::Own));
    assert!(one.path.join("unet/diffusion_pytorch_model.safetensors").is_file());
    assert!(one.path.join("tokenizer/merges.txt").is_file());
    // Its parts are no models of their own.
    assert_eq!(house.scan().len(), 1);
    assert_eq!(house.library.verify(&one, |_| true).unwrap(), Verdict::Good);
    assert!(matches!(house.import(&painter(), How::Copy).unwrap(), Imported::Known(_)));
    let listed = listings(&house.catalogue, &house.library, Lang::En).unwrap();
    assert!(listed.iter().any(|line| line.id == "one" && line.kind == Kind::Pictures));
    let weights = one.path.join("vae/diffusion_pytorch_model.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    let verdict = house.library.verify(&one, |_| true).unwrap();
    assert!(matches!(verdict, Verdict::Changed { file, .. } if file == weights));
    house.library.remove(&one).unwrap();
    assert!(!one.path.exists());
    assert!(house.scan().is_empty());
}

#[test]
fn a_model_that_draws_is_used_in_place_and_only_forgotten() {
    let house = House::new();
    let one = new(house.import(&painter(), How::InPlace).unwrap());
    assert_eq!((one.kind, one.place), (Kind::Pictures, Where::InPlace));
    assert_eq!(house.library.find(&house.catalogue, "one").unwrap().path, one.path);
    house.library.remove(&one).unwrap();
    assert!(painter().join("model_index.json").is_file() && house.scan().is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_in_a_circle_lists_nothing_twice() {
    let house = House::new();
    let one = new(house.import(&house.bring("m.gguf", &gguf("llama")), How::Copy).unwrap());
    let folder = one.path.parent().unwrap();
    std::os::unix::fs::symlink("..", folder.join("up")).unwrap();
    assert_eq!(house.scan().len(), 1);
}

#[test]
fn what_an_import_left_that_was_killed_goes_with_the_next_one() {
    let house = House::new();
    let models = house.library.folder_of(Kind::Chat, "");
    let left = put(&models.join(".import-1-0"), b"half");
    let running = put(&models.join(".import-2-0"), b"half");
    let held = std::fs::File::open(&running).unwrap();
    held.lock().unwrap();
    new(house.import(&house.bring("m.gguf", &gguf("llama")), How::Copy).unwrap());
    assert!(!left.exists(), "gigabytes that nobody lists");
    assert!(running.exists(), "another is still copying");
}
