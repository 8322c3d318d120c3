//! Measures reading and finding: ten thousand made-up documents in three languages, and a wiki's dump of any size.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::Flow;
use serde::Serialize;

use crate::{Error, Knowledge, Reader, Report, Watch};

/// Sentences with places for names, so that no two documents are alike; three a language.
const SENTENCES: [&str; 9] = [
    "The keeper of lamp {} walked down to the harbour of {} before the tide had turned, and nobody asked him why.",
    "In the year {} the council of {} decided that oil was to be bought in the north, where it was cheap and clear.",
    "Visitors of {} are told that tower {} leans a little, though no engineer has ever measured by how much.",
    "编号{}的守灯人在涨潮之前走到了{}的港口，没有人问他为什么。",
    "在{}年，{}的议会决定从北方购买灯油，那里的油又便宜又清澈。",
    "来到{}的游客会听说第{}座塔有些倾斜，但没有工程师量过。",
    "{}番の灯台守は潮が満ちる前に{}の港まで歩いていったが、誰も理由を尋ねなかった。",
    "{}年に{}の議会は、安くて澄んだ油を北から買うことに決めた。",
    "{}を訪れる人は、第{}の塔が少し傾いていると聞かされる。",
];
/// Bytes of a document, about.
const DOCUMENT: usize = 3_000;
/// Questions.
const QUESTIONS: u64 = 300;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// What was read.
    pub report: Report,
    /// Seconds that it took.
    pub seconds: f64,
    /// Megabytes of text a second.
    pub text_mb_per_s: f64,
    /// Seconds that looking at it again took.
    pub again_s: f64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Milliseconds of every question.
    pub search_ms: Vec<f64>,
    /// Milliseconds from the wish to stop to the end of reading; `None` where reading was over before.
    pub stop_ms: Option<f64>,
}

/// A number that follows from another: the documents are the same every time.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn document(number: usize) -> String {
    let mut state = number as u64 + 1;
    let language = number % 3;
    let mut text = String::with_capacity(DOCUMENT + 256);
    while text.len() < DOCUMENT {
        let sentence = SENTENCES[language * 3 + (next(&mut state) % 3) as usize];
        for (at, part) in sentence.split("{}").enumerate() {
            if at > 0 {
                text.push_str(&(next(&mut state) % 100_000).to_string());
            }
            text.push_str(part);
        }
        text.push_str(if next(&mut state).is_multiple_of(5) { "\n\n" } else { " " });
    }
    text
}

/// Writes so many documents into a folder of `folder`; answers which.
///
/// # Errors
/// Those of the disk.
pub fn write_documents(count: usize, folder: &Path) -> std::io::Result<PathBuf> {
    let docs = folder.join("docs");
    std::fs::create_dir_all(&docs)?;
    (0..count).try_for_each(|at| std::fs::write(docs.join(format!("{at}.txt")), document(at)))?;
    Ok(docs)
}

/// Writes a wiki's dump of about so many bytes into `folder`; answers where.
///
/// # Errors
/// Those of the disk.
pub fn write_dump(bytes: u64, folder: &Path) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("wiki.xml");
    let mut file = BufWriter::new(std::fs::File::create(&path)?);
    file.write_all(b"<mediawiki>\n")?;
    let (mut written, mut number) = (0, 0);
    while written < bytes {
        let text = document(number);
        let page = format!(
            "<page><title>Lamp {number}</title><ns>0</ns><id>{number}</id><revision><text>{text}</text></revision></page>\n"
        );
        file.write_all(page.as_bytes())?;
        written += page.len() as u64;
        number += 1;
    }
    file.write_all(b"</mediawiki>\n")?;
    file.flush()?;
    Ok(path)
}

/// Reads a file or a folder into an index in `folder`, looks at it again, and asks.
///
/// # Errors
/// Those of the index.
pub fn measure(source: &Path, folder: &Path) -> Result<Measured, Error> {
    let sources = [source.to_owned()];
    let stop_ms = stopped(&sources, folder)?;
    let index = folder.join("knowledge.sqlite");
    let knowledge = Knowledge::open(&index)?;
    let began = Instant::now();
    let report = knowledge.add(&sources, None, &mut |_| Flow::More)?;
    let seconds = began.elapsed().as_secs_f64();
    let began = Instant::now();
    knowledge.add(&sources, None, &mut |_| Flow::More)?;
    let again_s = began.elapsed().as_secs_f64();
    let mut search_ms = Vec::new();
    let mut state = 7;
    for at in 0..QUESTIONS {
        let number = next(&mut state) % 100_000;
        let question = match at % 3 {
            0 => format!("Why did the keeper of lamp {number} walk down to the harbour?"),
            1 => format!("{number}年议会决定了什么？"),
            _ => format!("第{number}の塔は傾いていますか"),
        };
        let began = Instant::now();
        knowledge.search(Reader::Person, &question, 6)?;
        search_ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Measured {
        text_mb_per_s: report.text_bytes as f64 / 1e6 / seconds.max(1e-6),
        report,
        seconds,
        again_s,
        index_bytes: std::fs::metadata(&index).map_or(0, |file| file.len()),
        search_ms,
        stop_ms,
    })
}

/// Reads into another index and wants to stop as soon as something is read.
fn stopped(sources: &[PathBuf], folder: &Path) -> Result<Option<f64>, Error> {
    let index = folder.join("stopped.sqlite");
    let knowledge = Knowledge::open(&index)?;
    let mut wished = None;
    let ended = knowledge.add(sources, None, &mut |step| {
        if matches!(step, Watch::Found { .. }) {
            return Flow::More;
        }
        wished.get_or_insert_with(Instant::now);
        Flow::Stop
    });
    drop(knowledge);
    for end in ["", "-wal", "-shm"] {
        // Scratch; the folder is the caller's to remove.
        let _left = std::fs::remove_file(folder.join(format!("stopped.sqlite{end}")));
    }
    match ended {
        Err(Error::Cancelled) => Ok(wished.map(|at| at.elapsed().as_secs_f64() * 1e3)),
        Err(error) => Err(error),
        Ok(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_read_whole_and_found() {
        let folder = tempfile::tempdir().unwrap();
        let docs = write_documents(30, folder.path()).unwrap();
        let few = measure(&docs, folder.path()).unwrap();
        assert_eq!((few.report.read, few.report.refused.len()), (30, 0));
        assert!(few.report.text_bytes > 80_000, "{few:?}");
        let folder = tempfile::tempdir().unwrap();
        let file = write_dump(3 << 20, folder.path()).unwrap();
        let wiki = measure(&file, folder.path()).unwrap();
        assert_eq!((wiki.report.read, wiki.report.refused.len()), (1, 0));
        assert!(wiki.report.text_bytes > 2 << 20, "{wiki:?}");
        assert!(wiki.stop_ms.is_some(), "a long file is left in the middle");
    }
}
