//! Ten thousand made-up documents in three languages: how fast they are read, and how fast something is found among them.
//!
//! `cargo build --release --workspace --example shelf && target/release/examples/shelf [DOCUMENTS]`

#![expect(clippy::print_stdout, reason = "it is a program for people")]

use std::time::Instant;

use domain::Flow;
use knowledge::{Knowledge, Reader};

/// Sentences with places for names, so that no two documents are alike.
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

/// A number that follows from another: the documents are the same every time.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn document(number: usize) -> String {
    let mut state = number as u64 + 1;
    let language = number % 3;
    let mut text = String::new();
    while text.len() < 3_000 {
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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let folder = std::env::temp_dir().join(format!("hanashi-shelf-{}", std::process::id()));
    let docs = folder.join("docs");
    std::fs::create_dir_all(&docs)?;
    for number in 0..count {
        std::fs::write(docs.join(format!("{number}.txt")), document(number))?;
    }
    let knowledge = Knowledge::open(&folder.join("knowledge.sqlite"))?;
    let began = Instant::now();
    let report = knowledge.add(std::slice::from_ref(&docs), None, &mut |_| Flow::More)?;
    let seconds = began.elapsed().as_secs_f64();
    let megabytes = report.text_bytes as f64 / 1e6;
    println!(
        "{} documents, {} passages, {megabytes:.1} MB of text in {seconds:.1} s: {:.2} MB/s",
        report.read,
        report.chunks,
        megabytes / seconds
    );
    let began = Instant::now();
    let again = knowledge.add(&[docs], None, &mut |_| Flow::More)?;
    println!(
        "looked at again, {} unchanged: {:.1} s",
        again.unchanged,
        began.elapsed().as_secs_f64()
    );
    let mut times = Vec::new();
    let mut state = 7;
    for at in 0..300 {
        let number = next(&mut state) % 100_000;
        let question = match at % 3 {
            0 => format!("Why did the keeper of lamp {number} walk down to the harbour?"),
            1 => format!("{number}年议会决定了什么？"),
            _ => format!("第{number}の塔は傾いていますか"),
        };
        let began = Instant::now();
        knowledge.search(Reader::Person, &question, 6)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!("300 questions: p50 {:.1} ms, p95 {:.1} ms", times[150], times[285]);
    println!(
        "index: {:.1} MB",
        std::fs::metadata(folder.join("knowledge.sqlite"))?.len() as f64 / 1e6
    );
    drop(knowledge);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
