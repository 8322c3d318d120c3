//! How long a large library takes to open and to search. The cards are made up by a fixed rule, of the length that cards have in the
//! wild, in three languages.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use api::library::LibraryQuery;
use card::{Imported, Spec};
use domain::{Character, Problem, ProblemKind};
use store::Dirs;

use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::characters::library::Shelf;

/// What a search of the bench looks for: a name, a common word, parts of words without spaces, two words, nothing that is there.
const QUERIES: [&str; 6] = ["mira", "lighthouse", "図書", "旧书店", "storm keeper", "zzzzqqq"];

const NAMES: [&str; 8] = ["Mira", "Ren", "霧島あおい", "林小雨", "Zoë", "Tomás", "凛", "Vera"];
const TAGS: [&str; 6] = ["fantasy", "mystery", "日常", "魔法", "slice of life", "sci-fi"];
const SENTENCES: [&str; 8] = [
    "She keeps the old lighthouse and writes down the weather every evening. ",
    "図書館の地下で働いていて、雨の日だけ地上に出てくる。",
    "在旧书店打工的大学生，喜欢雨天和推理小说。",
    "Nobody in the village remembers when the keeper came, least of all the keeper. ",
    "The storm took the bridge, and with it the only road to the city. ",
    "彼女は静かに笑って、地図をたたんだ。",
    "他把灯吹灭，等着潮水退去。",
    "{{char}} speaks softly to {{user}}, and never twice about the same thing. ",
];

/// What was measured, in milliseconds.
#[derive(Debug, Clone)]
pub struct LibraryTimes {
    /// Reading every card once, as the first start after copying a library in does, behind the open window.
    pub read_all_ms: f64,
    /// Opening: the index from the disk, a look at every folder, the first page.
    pub open_ms: Vec<f64>,
    /// Searches, each with its first page.
    pub search_ms: Vec<f64>,
    /// Pages further down.
    pub page_ms: Vec<f64>,
    /// Bytes of all cards.
    pub text_bytes: u64,
}

/// Makes a library of `cards` characters in `folder`, which must not exist, and measures it `runs` times.
pub fn bench_library(folder: &Path, cards: u32, runs: u32) -> Result<LibraryTimes, Problem> {
    let paths = Paths { dirs: Dirs::at(folder), resources: folder.join("nothing") };
    paths.dirs.create()?;
    let text_bytes = make(&paths, cards)?;
    let start = Instant::now();
    open(&paths)?;
    let read_all_ms = ms(start);
    let mut times = LibraryTimes {
        read_all_ms,
        open_ms: Vec::new(),
        search_ms: Vec::new(),
        page_ms: Vec::new(),
        text_bytes,
    };
    let talked = HashMap::new();
    for run in 0..runs {
        let start = Instant::now();
        let shelf = open(&paths)?;
        let page = shelf.page(&LibraryQuery { limit: 120, ..LibraryQuery::default() }, &talked);
        times.open_ms.push(ms(start));
        if page.total != cards {
            return Err(Problem::new(
                ProblemKind::Internal,
                format!("the library of {cards} characters opened with {}", page.total),
                "report this",
            ));
        }
        for text in QUERIES {
            let query =
                LibraryQuery { text: text.to_owned(), limit: 120, ..LibraryQuery::default() };
            let start = Instant::now();
            let _found = std::hint::black_box(shelf.page(&query, &talked));
            times.search_ms.push(ms(start));
        }
        let query =
            LibraryQuery { offset: run * 97 % cards, limit: 120, ..LibraryQuery::default() };
        let start = Instant::now();
        let _page = std::hint::black_box(shelf.page(&query, &talked));
        times.page_ms.push(ms(start));
    }
    Ok(times)
}

fn open(paths: &Paths) -> Result<Shelf, Problem> {
    let library = store::Library::new(paths.dirs.characters(), None);
    let shelf = Shelf::open(paths, library, &Hub::default())?;
    shelf.sync(&mut || true)?;
    Ok(shelf)
}

/// Writes the cards; answers with their bytes. Not through `Library::add`, which waits for the disk after each.
fn make(paths: &Paths, cards: u32) -> Result<u64, Problem> {
    let mut bytes = 0;
    for number in 0..cards as usize {
        let pick =
            |list: &[&str], step: usize| list[(number * step + step) % list.len()].to_owned();
        let text = |from: usize, sentences: usize| -> String {
            (0..sentences).map(|i| SENTENCES[(number * 7 + from + i) % SENTENCES.len()]).collect()
        };
        let character = Character {
            name: format!("{} {number}", pick(&NAMES, 3)),
            description: text(0, 24),
            personality: text(3, 3),
            scenario: text(5, 3),
            greetings: vec![text(1, 8), text(2, 8)],
            creator_notes: text(4, 2),
            tags: vec![pick(&TAGS, 1), pick(&TAGS, 5)],
            ..Character::default()
        };
        let json = Imported::new(character).to_json(Spec::V3);
        let folder = paths.dirs.characters().join(format!("made-{number}"));
        std::fs::create_dir(&folder)
            .and_then(|()| std::fs::write(folder.join("card.json"), &json))
            .map_err(|error| {
                Problem::new(
                    ProblemKind::Disk,
                    format!("`{}` could not be written: {error}", folder.display()),
                    "free some space for the bench's temporary folder",
                )
            })?;
        bytes += json.len() as u64;
    }
    Ok(bytes)
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
