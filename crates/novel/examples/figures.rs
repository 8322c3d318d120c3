//! The figures of docs/novels.md: `cargo run --release -p novel --example figures -- FOLDER…` prints one row a folder. With
//! `--rows N` the first N rows of each are printed too, to be looked at.

use std::path::Path;
use std::time::Instant;

use novel::{Kind, Novel, read_folder};

#[expect(clippy::print_stdout, reason = "an example prints")]
fn main() -> Result<(), novel::Error> {
    let mut folders: Vec<String> = std::env::args().skip(1).collect();
    let mut rows = 0;
    if let Some(at) = folders.iter().position(|argument| argument == "--rows") {
        rows = folders.get(at + 1).and_then(|count| count.parse().ok()).unwrap_or(20);
        folders.drain(at..(at + 2).min(folders.len()));
    }
    println!(
        "| folder | engine | files | lines | said | choices | speakers | unknown | refused | ms | MB/s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for folder in &folders {
        let start = Instant::now();
        let files = read_folder(Path::new(folder))?;
        let bytes: usize = files.files.iter().map(|file| file.bytes.len()).sum();
        let novel = Novel::read(files, false);
        let took = start.elapsed().as_secs_f64();
        let scan = novel.scan();
        let said = novel.lines.iter().filter(|line| line.kind == Kind::Say).count();
        println!(
            "| {} | {} | {} | {} | {said} | {} | {} | {} | {} | {:.1} | {:.0} |",
            folder.rsplit('/').find(|part| !part.is_empty()).unwrap_or(folder),
            scan.engine.map_or("–", |engine| engine.name()),
            scan.files,
            scan.lines,
            scan.choices,
            scan.speakers.len(),
            scan.unknown.values().sum::<u64>(),
            scan.refused.len(),
            took * 1e3,
            bytes as f64 / 1e6 / took,
        );
        if rows > 0 {
            println!(
                "speakers {:?}\nunknown {:?}\nrefused {:?}\nencodings {:?}",
                scan.speakers, scan.unknown, scan.refused, scan.encodings
            );
            for line in novel.lines.iter().take(rows) {
                println!("{}", serde_json::to_string(line).unwrap_or_default());
            }
        }
    }
    Ok(())
}
