//! The index, the search, the trash, the profiles, with real folders.

use std::cell::Cell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use domain::{CharacterId, ConversationId};
use tempfile::TempDir;

use crate::{
    Card, CharacterFolder, Library, LibraryIndex, Marks, Order, Personas, Profile, Query, Reading,
    Scope,
};

const CARD: &[&str] = &["card.json", "card.png"];

struct Shelf {
    folder: TempDir,
    library: Library,
    read: Cell<usize>,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::new(folder.path().join("own"), Some(folder.path().join("shipped")));
        Self { folder, library, read: Cell::new(0) }
    }

    /// A card of these tests is three lines: name, tags, text.
    fn add(&self, name: &str, tags: &str, text: &str) -> CharacterId {
        let card = format!("{name}\n{tags}\n{text}");
        self.library.add(name, &[("card.json", card.as_bytes())]).unwrap()
    }

    fn reading(&self, folder: &CharacterFolder) -> Option<Reading> {
        self.read.set(self.read.get() + 1);
        let text = fs::read_to_string(folder.path.join("card.json")).ok()?;
        let mut lines = text.lines();
        let name = lines.next()?.to_owned();
        let tags = lines.next()?.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned);
        let card = Card { name, tags: tags.collect(), ..Card::default() };
        Some(Reading { card, text: lines.collect::<Vec<_>>().join("\n") })
    }

    fn index_file(&self) -> std::path::PathBuf {
        self.folder.path().join("index.sqlite")
    }

    fn index(&self) -> LibraryIndex {
        LibraryIndex::open(&self.index_file(), CARD).unwrap()
    }

    fn sync(&self, index: &LibraryIndex) -> crate::Synced {
        index.sync(&self.library, &|folder| self.reading(folder), &mut || true).unwrap()
    }
}

fn names(index: &LibraryIndex, text: &str) -> Vec<String> {
    let query = Query { text: text.to_owned(), ..Query::default() };
    let found = index.search(&query, &Marks::default(), &HashMap::new());
    found.cards.iter().map(|card| card.name.clone()).collect()
}

#[test]
fn only_what_is_new_or_changed_is_read() {
    let shelf = Shelf::new();
    for name in ["Ren", "Mira", "Aoi"] {
        shelf.add(name, "", "");
    }
    let index = shelf.index();
    assert_eq!(shelf.sync(&index).read, 3);
    drop(index);
    let index = shelf.index();
    assert_eq!(index.len(), 3, "the rows are there before anything is looked at");
    assert_eq!(shelf.sync(&index), crate::Synced::default());
    assert_eq!(shelf.read.get(), 3);
    shelf.library.write(&"ren".into(), "card.json", b"Ren the Second\n\nlonger").unwrap();
    fs::remove_dir_all(shelf.folder.path().join("own/aoi")).unwrap();
    shelf.add("Kai", "", "");
    let synced = shelf.sync(&index);
    assert_eq!((synced.read, synced.removed), (2, 1));
    assert_eq!(names(&index, ""), ["Kai", "Mira", "Ren the Second"]);
}

#[test]
fn an_index_that_cannot_be_used_is_made_anew() {
    let shelf = Shelf::new();
    shelf.add("Ren", "", "");
    for rubbish in [&b"not a database, and long enough to look like one?"[..], b"", &[0xff; 4096]] {
        fs::write(shelf.index_file(), rubbish).unwrap();
        let index = shelf.index();
        assert!(index.is_empty());
        shelf.sync(&index);
        assert_eq!(names(&index, "ren"), ["Ren"]);
    }
}

#[test]
fn a_folder_without_a_card_or_with_a_bad_one_is_left_out() {
    let shelf = Shelf::new();
    shelf.add("Ren", "", "");
    fs::create_dir_all(shelf.folder.path().join("own/empty")).unwrap();
    fs::create_dir_all(shelf.folder.path().join("own/bad")).unwrap();
    fs::write(shelf.folder.path().join("own/bad/card.json"), b"").unwrap();
    let index = shelf.index();
    let synced = shelf.sync(&index);
    assert_eq!((synced.read, synced.unreadable), (1, 1));
}

#[test]
fn words_are_found_in_parts_in_every_language() {
    let shelf = Shelf::new();
    shelf.add("霧島 あおい", "魔法,学園", "図書館で働いている。");
    shelf.add("林小雨", "校园", "她在图书馆工作。");
    shelf.add("Zoë Keeper", "Fantasy", "She keeps a lighthouse.");
    shelf.add("Keeper of Bees", "", "");
    let index = shelf.index();
    shelf.sync(&index);
    assert_eq!(names(&index, "アオイ"), ["霧島 あおい"]);
    assert_eq!(names(&index, "書館"), ["霧島 あおい"]);
    assert_eq!(names(&index, "图书"), ["林小雨"]);
    assert_eq!(names(&index, "zoe"), ["Zoë Keeper"]);
    assert_eq!(names(&index, "LIGHT keep"), ["Zoë Keeper"]);
    assert_eq!(
        names(&index, "keeper"),
        ["Keeper of Bees", "Zoë Keeper"],
        "the head of a name first"
    );
    assert_eq!(names(&index, "fantasy"), ["Zoë Keeper"]);
    assert!(names(&index, "nobody").is_empty());
    assert_eq!(names(&index, "  ").len(), 4);
}

#[test]
fn tags_favourites_and_orders() {
    let shelf = Shelf::new();
    shelf.add("Ren", "calm, Fantasy", "");
    shelf.add("Mira", "fantasy", "");
    shelf.add("Aoi", "calm", "");
    let index = shelf.index();
    shelf.sync(&index);
    let mut marks = Marks::open(&shelf.folder.path().join("marks.json")).unwrap();
    marks.set_favourite("mira", true).unwrap();
    marks.set_favourite("aoi", true).unwrap();
    marks.set_favourite("aoi", false).unwrap();
    let marks = Marks::open(&shelf.folder.path().join("marks.json")).unwrap();
    let talked = HashMap::from([("ren".to_owned(), 20), ("mira".to_owned(), 10)]);
    let ask = |query: Query| {
        let found = index.search(&query, &marks, &talked);
        found.cards.iter().map(|card| card.name.clone()).collect::<Vec<_>>()
    };
    let tagged = |tags: &[&str]| Query {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..Query::default()
    };
    assert_eq!(ask(tagged(&["FANTASY"])), ["Mira", "Ren"]);
    assert_eq!(ask(tagged(&["fantasy", "calm"])), ["Ren"]);
    assert_eq!(ask(Query { favourites: true, ..Query::default() }), ["Mira"]);
    assert_eq!(ask(Query { order: Order::Talked, ..Query::default() }), ["Ren", "Mira", "Aoi"]);
    let found = index.search(&Query::default(), &marks, &talked);
    let counts: Vec<_> = found.tags.iter().map(|tag| tag.cards).collect();
    assert_eq!(counts, [2, 2], "`fantasy` and `Fantasy` are one tag: {:?}", found.tags);
}

#[test]
fn a_portrait_lasts_as_long_as_the_card() {
    let shelf = Shelf::new();
    let id = shelf.add("Ren", "", "");
    let index = shelf.index();
    shelf.sync(&index);
    assert_eq!(index.portrait("ren").unwrap(), None);
    index.keep_portrait("ren", b"picture").unwrap();
    assert_eq!(index.portrait("ren").unwrap().as_deref(), Some(&b"picture"[..]));
    shelf.library.write(&id, "card.json", b"Ren\n\nanother text").unwrap();
    index.refresh(&shelf.library, &id, &|folder| shelf.reading(folder)).unwrap();
    assert_eq!(index.portrait("ren").unwrap(), None, "it was of the card before");
    index.keep_portrait("nobody", b"x").unwrap();
    assert_eq!(index.portrait("nobody").unwrap(), None);
}

#[test]
fn what_is_removed_comes_back_as_it_was() {
    let shelf = Shelf::new();
    let id = shelf.add("Ren", "", "the first");
    fs::create_dir(shelf.folder.path().join("own/ren/puppet")).unwrap();
    fs::write(shelf.folder.path().join("own/ren/puppet/rig.json"), b"{}").unwrap();
    let key = shelf.library.remove(&id).unwrap();
    assert!(shelf.library.list().is_empty());
    assert_eq!(shelf.library.trash()[0].id, id);
    // Meanwhile somebody takes the place.
    shelf.add("Ren", "", "the second");
    let back = shelf.library.restore(&key).unwrap();
    assert_eq!(back.0, "ren-2");
    let card = shelf.library.read(&back, "card.json").unwrap().unwrap();
    assert!(String::from_utf8(card).unwrap().ends_with("the first"));
    assert!(shelf.folder.path().join("own/ren-2/puppet/rig.json").is_file());
    assert!(shelf.library.trash().is_empty());
    assert!(shelf.library.restore(&key).is_err());
    for hostile in ["../ren", "..", "", "ren~x/../../etc~1"] {
        assert!(shelf.library.restore(hostile).is_err(), "{hostile}");
    }
}

#[test]
fn what_is_replaced_lies_in_the_trash_and_the_rest_stays() {
    let shelf = Shelf::new();
    let id = shelf.add("Ren", "", "old");
    fs::write(shelf.folder.path().join("own/ren/notes.txt"), b"mine").unwrap();
    let key = shelf.library.replace(&id, &[("card.png", b"new")], CARD).unwrap();
    assert_eq!(shelf.library.read(&id, "card.json").unwrap(), None);
    assert_eq!(shelf.library.read(&id, "card.png").unwrap().unwrap(), b"new");
    assert_eq!(shelf.library.read(&id, "notes.txt").unwrap().unwrap(), b"mine");
    let back = shelf.library.restore(&key).unwrap();
    assert!(shelf.library.read(&back, "card.json").unwrap().unwrap().ends_with(b"old"));
    assert_eq!(shelf.library.empty_trash().unwrap(), 0);
}

#[test]
fn a_shipped_character_is_copied_but_never_changed() {
    let shelf = Shelf::new();
    fs::create_dir_all(shelf.folder.path().join("shipped/koto/puppet")).unwrap();
    fs::write(shelf.folder.path().join("shipped/koto/card.json"), b"Koto\n\n").unwrap();
    fs::write(shelf.folder.path().join("shipped/koto/puppet/rig.json"), b"{}").unwrap();
    let koto = CharacterId::from("koto");
    assert!(shelf.library.remove(&koto).is_err());
    assert!(shelf.library.replace(&koto, &[("card.json", b"x")], CARD).is_err());
    let copy = shelf.library.duplicate(&koto).unwrap();
    assert_eq!(copy.0, "koto-2");
    assert!(shelf.folder.path().join("own/koto-2/puppet/rig.json").is_file());
    let hidden = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with('.');
    let own = fs::read_dir(shelf.folder.path().join("own")).unwrap();
    assert!(own.map(|entry| entry.unwrap().path()).all(|path| !hidden(&path)), "nothing half made");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_not_followed_when_copying() {
    let shelf = Shelf::new();
    let id = shelf.add("Ren", "", "");
    let secret = shelf.folder.path().join("secret");
    fs::write(&secret, b"secret").unwrap();
    std::os::unix::fs::symlink(&secret, shelf.folder.path().join("own/ren/link")).unwrap();
    let copy = shelf.library.duplicate(&id).unwrap();
    assert!(!shelf.folder.path().join("own").join(&copy.0).join("link").exists());
}

#[test]
fn the_nearest_choice_of_a_profile_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("personas.json");
    let mut personas = Personas::open(&path).unwrap();
    let profile = |name: &str| Profile { name: name.to_owned(), ..Profile::default() };
    let captain = personas.save(profile("Captain")).unwrap();
    let guest = personas.save(profile("Guest")).unwrap();
    assert!(personas.save(profile("  ")).is_err());
    let (ren, talk) = (CharacterId::from("ren"), ConversationId(uuid::Uuid::now_v7()));
    let name = |personas: &Personas| personas.of(&ren, talk).map(|one| one.name.clone());
    assert_eq!(name(&personas), None, "the one of the settings");
    personas.choose(&Scope::Usual, Some(&captain)).unwrap();
    assert_eq!(name(&personas).as_deref(), Some("Captain"));
    personas.choose(&Scope::Character(ren.clone()), Some(&guest)).unwrap();
    assert_eq!(name(&personas).as_deref(), Some("Guest"));
    personas.choose(&Scope::Conversation(talk), Some("")).unwrap();
    assert_eq!(name(&personas), None, "the one of the settings, chosen on purpose");
    personas.choose(&Scope::Conversation(talk), None).unwrap();
    let mut again = Personas::open(&path).unwrap();
    assert_eq!(again, personas);
    again.choose(&Scope::Conversation(talk), Some(&captain)).unwrap();
    again.drop_conversation(talk).unwrap();
    assert_eq!(again, personas);
    again.remove(&guest).unwrap();
    assert_eq!(name(&again).as_deref(), Some("Captain"));
    assert!(again.remove(&guest).is_err());
    assert!(again.choose(&Scope::Usual, Some("nobody")).is_err());
    std::fs::write(&path, b"{ broken").unwrap();
    assert!(Personas::open(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"{ broken", "it is left for a person to mend");
}
