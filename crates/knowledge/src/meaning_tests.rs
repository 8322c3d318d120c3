//! Vectors of passages: made, resumed, thrown away, deleted with their document; and what they find.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use domain::{CharacterId, Flow, Problem};

use super::*;
use crate::Need;

const WIDTH: usize = 96;
const SENSES: [&[&str]; 3] =
    [&["boat", "ship", "sail"], &["doctor", "hospital", "clinic"], &["bread", "bakery", "oven"]];

/// Knows that some words mean the same, as an encoder would.
#[derive(Default)]
struct Senses {
    read: AtomicUsize,
}

impl Senses {
    fn vector(text: &str) -> Vec<f32> {
        let text = text.to_lowercase();
        let mut vector = vec![0.4_f32; WIDTH];
        for (at, sense) in SENSES.iter().enumerate() {
            if sense.iter().any(|word| text.contains(word)) {
                vector.iter_mut().skip(at).step_by(SENSES.len()).for_each(|x| *x += 1.0);
            }
        }
        // A little that is the text's own.
        for (place, x) in vector.iter_mut().enumerate() {
            let own = text
                .bytes()
                .fold(place as u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
            *x += (own >> 16) as f32 / 65_536.0 * 0.2;
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter().map(|x| x / length).collect()
    }
}

impl Embedder for Senses {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        self.read.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|text| Self::vector(text)).collect())
    }
}

struct Shelf {
    folder: tempfile::TempDir,
    knowledge: Knowledge,
}

impl Shelf {
    /// A hundred notes about nothing, one about a ship, and one of Haru's about a clinic.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let knowledge = Knowledge::open(&folder.path().join("knowledge.sqlite")).unwrap();
        let this = Self { folder, knowledge };
        let docs: Vec<PathBuf> = (0..100)
            .map(|at| this.write(&format!("note-{at}.txt"), &format!("Nothing much, number {at}.")))
            .collect();
        this.knowledge.add(&docs, None, &mut |_| Flow::More).unwrap();
        let ship = this.write("ship.txt", "The Anna is a ship with two masts.");
        this.knowledge.add(&[ship], None, &mut |_| Flow::More).unwrap();
        let haru = CharacterId("haru".into());
        let clinic = this.write("clinic.txt", "The clinic opens at nine.");
        this.knowledge.add(&[clinic], Some(&haru), &mut |_| Flow::More).unwrap();
        this
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn again(self) -> Self {
        let path = self.folder.path().join("knowledge.sqlite");
        drop(self.knowledge);
        Self { knowledge: Knowledge::open(&path).unwrap(), folder: self.folder }
    }

    fn read(&self, encoder: &Senses) -> Meaning {
        self.knowledge.read_meaning("senses", encoder, || false).unwrap()
    }

    fn found(&self, whose: &str, question: &str) -> Vec<crate::Passage> {
        let id = CharacterId(whose.into());
        let vector = Senses::vector(question);
        let reader = Reader::Character(&id);
        let mut found = self.knowledge.search_near(reader, question, Some(&vector), 6).unwrap();
        found.retain(|one| Need::Yes.is_met_by(one));
        found
    }

    fn document(&self, name: &str) -> i64 {
        let all = self.knowledge.documents(None).unwrap();
        all.iter().find(|one| one.path.ends_with(name)).unwrap().id
    }
}

#[test]
fn what_a_passage_says_in_other_words_is_found_by_those_who_may_read_it() {
    let shelf = Shelf::new();
    let encoder = Senses::default();
    assert_eq!(shelf.knowledge.meaning().unwrap(), Meaning { done: 0, all: 102 });
    assert_eq!(shelf.found("koto", "Who has a boat?"), [], "no word of it is there");
    assert_eq!(shelf.read(&encoder), Meaning { done: 102, all: 102 });
    let found = shelf.found("koto", "Who has a boat?");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].text.contains("Anna") && found[0].because.is_empty(), "{found:?}");
    assert!(found[0].near.is_some_and(|near| near > 0.8), "{found:?}");
    assert_eq!(shelf.found("koto", "When does the doctor come?"), [], "it is Haru's");
    assert_eq!(shelf.found("haru", "When does the doctor come?").len(), 1);
    // What was only stated has to be met by words.
    let passage = &found[0];
    assert!(!Need::Maybe.is_met_by(passage) && !Need::No.is_met_by(passage));
    // Both ways at once: it is there once.
    let both = shelf.found("koto", "Which boat has two masts?");
    assert_eq!(both.len(), 1);
    assert!(both[0].near.is_some() && !both[0].because.is_empty(), "{both:?}");
}

#[test]
fn vectors_go_on_where_they_were_stopped_and_another_encoder_begins_anew() {
    let shelf = Shelf::new();
    let encoder = Senses::default();
    let looks = Cell::new(0);
    let stop = || looks.replace(looks.get() + 1) > 40;
    let stopped = shelf.knowledge.read_meaning("senses", &encoder, stop).unwrap();
    assert!((20..60).contains(&stopped.done), "{stopped:?}");
    let shelf = shelf.again();
    assert_eq!(shelf.read(&encoder).done, 102);
    assert_eq!(encoder.read.load(Ordering::Relaxed), 102, "none is made twice");
    assert_eq!(shelf.found("koto", "a boat?").len(), 1);
    let other = Senses::default();
    shelf.knowledge.read_meaning("other", &other, || false).unwrap();
    assert_eq!(other.read.load(Ordering::Relaxed), 102);
    shelf.knowledge.forget_meaning().unwrap();
    assert_eq!(shelf.knowledge.meaning().unwrap().done, 0);
    assert_eq!(shelf.found("koto", "a boat?"), []);
}

#[test]
fn what_changes_is_encoded_anew_and_what_is_taken_out_leaves_no_vector() {
    let shelf = Shelf::new();
    let encoder = Senses::default();
    shelf.read(&encoder);
    let ship = shelf.write("ship.txt", "The Anna was sold. We have an oven now, and a bakery.");
    shelf.knowledge.add(&[ship], None, &mut |_| Flow::More).unwrap();
    assert_eq!(shelf.read(&encoder), Meaning { done: 102, all: 102 });
    assert_eq!(shelf.found("koto", "a boat?"), []);
    assert_eq!(shelf.found("koto", "Where is bread made?").len(), 1);
    // Taken out it is not found, put back it is, and purged it is gone.
    let document = shelf.document("ship.txt");
    shelf.knowledge.remove(document).unwrap();
    assert_eq!(shelf.found("koto", "Where is bread made?"), []);
    shelf.knowledge.restore(document).unwrap();
    assert_eq!(shelf.found("koto", "Where is bread made?").len(), 1);
    shelf.knowledge.remove(document).unwrap();
    shelf.knowledge.purge().unwrap();
    let left: i64 = lock(&shelf.knowledge.reader)
        .query_row("SELECT count(*) FROM vectors WHERE part = ?1", [document], |row| row.get(0))
        .unwrap();
    assert_eq!((left, shelf.knowledge.meaning().unwrap().done), (0, 101));
}

#[test]
fn what_a_note_said_before_finds_nothing_under_its_number() {
    let shelf = Shelf::new();
    let encoder = Senses::default();
    let write = |text: &str| {
        let last = shelf.write("last.txt", text);
        shelf.knowledge.add(&[last], None, &mut |_| Flow::More).unwrap();
        shelf.read(&encoder);
        let newest = "SELECT max(key) FROM chunks";
        lock(&shelf.knowledge.reader).query_row(newest, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = write("There is a bakery, and an oven.");
    assert_eq!(shelf.found("koto", "Where is bread made?").len(), 1);
    let after = write("Nothing much, number 200.");
    assert_eq!(after, before, "the number is given again");
    assert_eq!(shelf.found("koto", "Where is bread made?"), []);
}

#[test]
fn what_is_read_anew_while_the_encoder_reads_gets_no_strange_vector() {
    /// While it reads, the document changes.
    struct Changing<'a>(&'a Shelf, AtomicBool);
    impl Embedder for Changing<'_> {
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
            if texts[0].contains("Anna") && !self.1.swap(true, Ordering::Relaxed) {
                let ship = self.0.write("ship.txt", "Of the ovens of the town none is lit.");
                self.0.knowledge.add(&[ship], None, &mut |_| Flow::More).unwrap();
            }
            Ok(texts.iter().map(|text| Senses::vector(text)).collect())
        }
    }
    let shelf = Shelf::new();
    let changing = Changing(&shelf, AtomicBool::new(false));
    let meaning = shelf.knowledge.read_meaning("senses", &changing, || false).unwrap();
    assert_eq!(meaning, Meaning { done: 102, all: 102 });
    assert_eq!(shelf.found("koto", "a boat?"), []);
    assert_eq!(shelf.found("koto", "Where is bread made?").len(), 1);
}

#[test]
fn an_index_from_before_there_were_vectors_keeps_its_passages() {
    let shelf = Shelf::new();
    lock(&shelf.knowledge.writer)
        .execute_batch(
            "DROP TABLE vectors; DROP TABLE unread; DROP TABLE encoder; DROP TABLE leaned_on;
             CREATE TABLE evidence (message TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID; PRAGMA user_version = 1;",
        )
        .unwrap();
    let shelf = shelf.again();
    let encoder = Senses::default();
    assert_eq!(shelf.read(&encoder), Meaning { done: 102, all: 102 });
    assert_eq!(shelf.found("koto", "a boat?").len(), 1);
}
