//! How much of a made-up year is remembered: `cargo run --release -p memory --example diary -- [SEED]`.
#![expect(clippy::print_stdout, reason = "a terminal program")]

use std::collections::HashSet;
use std::time::Instant;

use domain::{CharacterId, Log, NewMessage, Role};
use memory::diary::{YEAR, write};
use memory::{Item, Limits, Memory, Scope};
use store::EventLog;

fn main() {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let diary = write(seed, YEAR);
    let log = EventLog::in_memory().expect("a log");
    let memory = Memory::in_memory().expect("a memory");
    let character = CharacterId("koto".into());
    let conversation = log.begin(&character, "").expect("a conversation").id;
    let mut parent = None;
    let start = Instant::now();
    for (said, answer) in &diary.turns {
        for (role, text) in [(Role::User, said), (Role::Character, answer)] {
            let message =
                NewMessage { conversation, parent, role, text: text.clone(), interrupted: false };
            parent = Some(log.append(message).expect("it is written").id);
        }
    }
    println!("written in {:.1} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    memory.sync(&log, || false).expect("it is read");
    println!("read in {:.1} s", start.elapsed().as_secs_f64());
    let scope = Scope { character, here: Some((conversation, parent)) };
    let (mut right, mut right_new, mut new) = (0, 0, 0);
    let mut times = Vec::new();
    let mut missed = Vec::new();
    for told in &diary.told {
        let start = Instant::now();
        let found = memory
            .recall(&scope, &told.question, &HashSet::new(), Limits::default(), &log)
            .expect("it is recalled");
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        let text: Vec<String> = found
            .into_iter()
            .map(|one| match one.item {
                Item::Fact(fact) => {
                    format!("{}: {} ({})", fact.attribute.0, fact.value, fact.clause)
                }
                Item::Quote { text, .. } => text,
            })
            .collect();
        let text = text.join("\n");
        let at = text.find(&told.value);
        let good = match (&told.wrong, at) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(wrong), Some(at)) => text.find(wrong.as_str()).is_none_or(|old| at < old),
        };
        right += usize::from(good);
        if told.wrong.is_some() {
            new += 1;
            right_new += usize::from(good);
        }
        if !good {
            missed.push((told.clone(), text));
        }
    }
    times.sort_by(f64::total_cmp);
    for (told, text) in missed.iter().take(if std::env::args().count() > 2 { 30 } else { 0 }) {
        println!("--- {} -> {} (not {:?})\n{text}", told.question, told.value, told.wrong);
    }
    for lang in ["en", "zh", "ja"] {
        println!("missed {lang}: {}", missed.iter().filter(|(told, _)| told.lang == lang).count());
    }
    println!("recalled {right} of {}, corrected {right_new} of {new}", diary.told.len());
    println!("p50 {:.2} ms, p95 {:.2} ms", times[times.len() / 2], times[times.len() * 95 / 100]);
}
