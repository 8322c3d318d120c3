//! The index: what goes in, what is found, and what happens to it when files, people and power come and go.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod made;

use std::path::{Path, PathBuf};

use domain::{CharacterId, Flow};
use knowledge::{Error, Knowledge, Need, Outcome, Place, Reader, Report, State, Watch, need};
use made::*;

struct House {
    folder: tempfile::TempDir,
    knowledge: Knowledge,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let knowledge = Knowledge::open(&folder.path().join("knowledge.sqlite")).unwrap();
        Self { folder, knowledge }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        write(&self.folder.path().join("docs"), name, bytes)
    }

    fn docs(&self) -> PathBuf {
        self.folder.path().join("docs")
    }

    fn add(&self, path: &Path, character: Option<&str>) -> Report {
        let character = character.map(|id| CharacterId(id.into()));
        self.knowledge.add(&[path.to_owned()], character.as_ref(), &mut |_| Flow::More).unwrap()
    }

    fn refresh(&self) -> Report {
        self.knowledge.refresh(&mut |_| Flow::More).unwrap()
    }

    fn found(&self, question: &str) -> Vec<String> {
        let passages = self.knowledge.search(Reader::Person, question, 5).unwrap();
        passages.into_iter().map(|passage| passage.text).collect()
    }
}

const NOSS: &str = "The lighthouse of Noss was built in 1907 by Elsa Brandt.\n\nIts lamp burns colza oil until five in the morning.";

#[test]
fn what_was_read_is_found_in_three_languages_with_its_place() {
    let house = House::new();
    house.write("noss.txt", NOSS);
    house.write("deep/wiki.xml", WIKI);
    house.write("book.epub", epub());
    house.write("jp.txt", "第一章 灯台\n\n北の灯台は1907年に建てられた。カフェがある。");
    let report = house.add(&house.docs(), None);
    assert_eq!((report.files, report.read, report.refused.len()), (4, 4, 0), "{report:?}");
    let found = house.found("Who built the lighthouse of Noss?");
    assert!(
        found
            .iter()
            .take(2)
            .any(|text| text.starts_with("The lighthouse of Noss was built in 1907")),
        "{found:?}"
    );
    assert!(house.found("北岛灯塔是谁设计的？")[0].contains("艾尔莎"));
    assert!(house.found("灯台はいつ建てられましたか")[0].contains("1907年に"));
    assert!(house.found("ｶﾌｪはどこ")[0].contains("カフェ"));
    let passages = house.knowledge.search(Reader::Person, "whale oil", 1).unwrap();
    assert_eq!((passages[0].place, passages[0].heading.as_str()), (Place::Chapter(2), "The Lamp"));
    assert!(passages[0].file.ends_with("book.epub") && passages[0].title == "Tides & Lamps");
    assert_eq!(house.found("xylophone"), Vec::<String>::new());
    assert_eq!(house.found("\" OR * NEAR( ;--"), Vec::<String>::new());
}

#[test]
fn small_talk_meets_no_document() {
    let house = House::new();
    house.write("noss.txt", NOSS);
    house.write("day.txt", "Today the market opens at nine. You like fresh fish in the morning. What a day it is, how lovely.");
    house.add(&house.docs(), None);
    let met = |line: &str| {
        let passages = house.knowledge.search(Reader::Person, line, 5).unwrap();
        passages.iter().filter(|one| need(line).is_met_by(one)).count()
    };
    for line in [
        "Hi!",
        "How are you today?",
        "Do you like the morning?",
        "What a lovely day.",
        "I like you.",
        "Good morning!",
    ] {
        assert_eq!(met(line), 0, "{line}");
    }
    for line in
        ["When was the lighthouse built?", "When does the market open?", "What does the lamp burn?"]
    {
        assert!(met(line) > 0, "{line} {:?}", need(line));
    }
    assert_eq!(need("Hi!"), Need::No);
}

#[test]
fn a_characters_documents_are_its_own() {
    let house = House::new();
    let path = house.write("noss.txt", NOSS);
    let secret = house.write("secret.txt", "The password of the vault is heron.");
    house.add(&path, None);
    house.add(&secret, Some("koto"));
    let asks = |id: &str| {
        house
            .knowledge
            .search(Reader::Character(&CharacterId(id.into())), "password of the vault", 5)
            .unwrap()
            .len()
    };
    assert_eq!((asks("koto"), asks("mira")), (1, 0));
    assert_eq!(house.knowledge.documents(Some(&CharacterId("mira".into()))).unwrap().len(), 1);
    assert_eq!(house.knowledge.documents(None).unwrap().len(), 2);
}

#[test]
fn only_what_changed_is_read_again() {
    let house = House::new();
    let noss = house.write("noss.txt", NOSS);
    house.write("other.md", "# Other\n\nA second file about herons.");
    assert_eq!(house.add(&house.docs(), None).read, 2);
    let again = house.add(&house.docs(), None);
    assert_eq!((again.read, again.unchanged), (0, 2));
    // The same bytes under a new date.
    std::fs::write(&noss, NOSS).unwrap();
    assert_eq!(house.refresh().unchanged, 2);
    std::fs::write(&noss, "The lighthouse was torn down in 2011.").unwrap();
    house.write("new.txt", "A third file about puffins.");
    std::fs::remove_file(house.docs().join("other.md")).unwrap();
    let report = house.refresh();
    assert_eq!((report.read, report.gone), (2, 1), "{report:?}");
    assert_eq!(house.found("colza oil"), Vec::<String>::new());
    assert_eq!(house.found("herons"), Vec::<String>::new());
    assert_eq!(house.found("torn down").len(), 1);
    assert_eq!(house.found("puffins").len(), 1);
}

#[test]
fn what_is_taken_out_can_be_put_back_until_it_is_purged() {
    let house = House::new();
    house.write("noss.txt", NOSS);
    house.write("other.txt", "A file about herons.");
    house.add(&house.docs(), None);
    let id = house
        .knowledge
        .documents(None)
        .unwrap()
        .iter()
        .find(|one| one.path.ends_with("noss.txt"))
        .unwrap()
        .id;
    house.knowledge.remove(id).unwrap();
    assert_eq!(
        (house.found("lighthouse").len(), house.knowledge.documents(None).unwrap().len()),
        (0, 1)
    );
    house.knowledge.restore(id).unwrap();
    assert_eq!(house.found("lighthouse").len(), 1);
    house.knowledge.remove(id).unwrap();
    house.knowledge.purge().unwrap();
    assert!(matches!(house.knowledge.restore(id), Err(Error::NoDocument(_))));
    // The folder is still read, and what was taken out of it stays out.
    house.write("new.txt", "A third file about puffins.");
    house.refresh();
    assert_eq!((house.found("lighthouse").len(), house.found("puffins").len()), (0, 1));
    // Until it is named again.
    house.add(&house.docs().join("noss.txt"), None);
    assert_eq!(house.found("lighthouse").len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_stops_no_other() {
    let house = House::new();
    house.write("bad.pdf", b"%PDF-1.4 no");
    house.write("good.txt", NOSS);
    house.write("empty.txt", b"");
    let report = house.add(&house.docs(), None);
    assert_eq!(report.read, 1);
    let mut reasons: Vec<&str> = report.refused.iter().map(|file| file.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["damaged", "empty"]);
    let refused: Vec<_> = house
        .knowledge
        .documents(None)
        .unwrap()
        .into_iter()
        .filter(|one| one.state == State::Refused)
        .collect();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|one| !one.message.is_empty() && one.chunks == 0));
    assert!(matches!(
        house.knowledge.add(&[PathBuf::from("/no/such/folder")], None, &mut |_| Flow::More),
        Err(Error::NoSuchPath(_))
    ));
}

/// A dump long enough to be written in several parts.
fn long_dump() -> String {
    let article = |at: usize| {
        let words = format!(
            "Article {at} tells of island{at} and the keeper{at} who lived there for years. "
        )
        .repeat(40);
        format!(
            "<page><title>Island {at}</title><ns>0</ns><revision><text>{words}</text></revision></page>\n"
        )
    };
    format!("<mediawiki>{}</mediawiki>", (0..2_000).map(article).collect::<String>())
}

#[test]
fn of_a_packed_dump_that_was_cut_off_nothing_stays_and_nothing_is_counted() {
    let house = House::new();
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    std::io::Write::write_all(&mut packed, long_dump().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    house.write("wiki.xml.bz2", &packed[..packed.len() / 10 * 9]);
    let mut parts = 0;
    let report = house
        .knowledge
        .add(&[house.docs()], None, &mut |step| {
            parts += usize::from(matches!(step, Watch::Reading { .. }));
            Flow::More
        })
        .unwrap();
    assert!(parts > 0, "something was written before it turned out");
    assert_eq!((report.read, report.refused.len()), (0, 1));
    assert_eq!((report.chunks, report.text_bytes), (0, 0));
    assert_eq!(house.found("island1"), Vec::<String>::new());
}

#[test]
fn a_long_document_goes_on_where_it_was_stopped() {
    let house = House::new();
    let dump = house.write("wiki.xml", long_dump());
    let mut parts = 0;
    let stopped = house.knowledge.add(std::slice::from_ref(&dump), None, &mut |step| {
        parts += usize::from(matches!(step, Watch::Reading { .. }));
        if parts == 2 { Flow::Stop } else { Flow::More }
    });
    assert!(matches!(stopped, Err(Error::Cancelled)));
    let half = house.knowledge.documents(None).unwrap()[0].clone();
    assert_eq!(half.state, State::Reading);
    assert_eq!(house.found("keeper3 of island3").len().min(1), 1);
    let report = house.add(&dump, None);
    let whole = house.knowledge.documents(None).unwrap()[0].clone();
    assert_eq!((whole.state, whole.chunks), (State::Ready, half.chunks + report.chunks));
    // Nothing twice, nothing missing.
    let other = House::new();
    let fresh = other.add(&dump, None);
    assert_eq!((fresh.chunks, fresh.text_bytes), (whole.chunks, whole.text_bytes));
    assert_eq!(house.found("keeper1999 of island1999").len().min(1), 1);
}

#[test]
fn a_damaged_index_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("knowledge.sqlite");
    std::fs::write(&file, b"this is no database, however long one looks at it").unwrap();
    let knowledge = Knowledge::open(&file).unwrap();
    assert_eq!(knowledge.documents(None).unwrap(), []);
    assert!(folder.path().join("knowledge.sqlite.damaged").exists());
}

/// Started by [`killed_while_reading_nothing_is_lost`] as a program of its own.
#[test]
fn child_that_reads_until_it_is_killed() {
    let Some(folder) = std::env::var_os("KNOWLEDGE_CHILD").map(PathBuf::from) else { return };
    let knowledge = Knowledge::open(&folder.join("knowledge.sqlite")).unwrap();
    let done = knowledge.add(&[folder.join("docs")], None, &mut |step| {
        if let Watch::Done { outcome: Outcome::Read { .. }, .. } | Watch::Reading { .. } = step {
            std::fs::write(folder.join("began"), b"1").unwrap();
        }
        Flow::More
    });
    drop(done);
}

#[test]
fn killed_while_reading_nothing_is_lost() {
    let house = House::new();
    for at in 0..300 {
        let text = format!("Document {at} tells of the keeper{at} of island{at}. ").repeat(100);
        house.write(&format!("{at}.txt"), text);
    }
    house.write("wiki.xml", long_dump());
    drop(house.knowledge);
    let mut killed = 0;
    for _ in 0..6 {
        let began = house.folder.path().join("began");
        let _not_there = std::fs::remove_file(&began);
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_reads_until_it_is_killed", "--nocapture"])
            .env("KNOWLEDGE_CHILD", house.folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while !began.exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // SIGKILL: nothing of the program runs after it.
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let knowledge = Knowledge::open(&house.folder.path().join("knowledge.sqlite")).unwrap();
        for document in knowledge.documents(None).unwrap() {
            assert!(document.state != State::Ready || document.chunks > 0, "{document:?}");
        }
    }
    assert!(killed > 0);
    println!("killed {killed} times");
    let knowledge = Knowledge::open(&house.folder.path().join("knowledge.sqlite")).unwrap();
    knowledge.add(&[house.folder.path().join("docs")], None, &mut |_| Flow::More).unwrap();
    let documents = knowledge.documents(None).unwrap();
    assert_eq!(documents.iter().filter(|one| one.state == State::Ready).count(), 301);
    let fresh = House::new();
    let report = fresh.add(&house.folder.path().join("docs"), None);
    assert_eq!(documents.iter().map(|one| one.chunks).sum::<u64>(), report.chunks);
    for at in [0, 150, 299] {
        let passages = knowledge.search(Reader::Person, &format!("keeper{at}"), 50).unwrap();
        assert!(!passages.is_empty());
    }
}
