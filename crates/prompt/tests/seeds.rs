//! The fuzz targets of this room over their seeds, and over damaged copies of them: whatever a file says, there is an answer.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail as tests do")]

use std::path::Path;
use std::time::{Duration, Instant};

#[path = "../../../fuzz/targets/macros.rs"]
mod macros;
#[path = "../../../fuzz/targets/template.rs"]
mod template;

/// The seeds of a target.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let files = std::fs::read_dir(&folder).unwrap();
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

/// Runs a target over its seeds and for a second over damaged ones; no single answer may take long.
fn run(target: &str, any_bytes: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(seeds.len() > 2, "{target}");
    let timed = |bytes: &[u8]| {
        let began = Instant::now();
        any_bytes(bytes);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}: {}", String::from_utf8_lossy(bytes));
    };
    seeds.iter().for_each(|seed| timed(seed));
    // xorshift64*: the same damage on every machine.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    };
    let (began, mut rounds) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(1) && rounds < 5_000 {
        let mut text = seeds[random(seeds.len())].clone();
        text.truncate(4_000);
        for _ in 0..=random(4) {
            let at = random(text.len());
            match random(3) {
                0 => text.truncate(at),
                1 => text.insert(at, b"{}%|:'#"[random(7)]),
                _ => {
                    let piece = text[at..(at + random(60)).min(text.len())].to_vec();
                    text.splice(at..at, piece);
                }
            }
        }
        timed(&text);
        rounds += 1;
    }
    println!("{target}: {rounds} damaged texts");
    assert!(rounds > 0);
}

#[test]
fn any_text_is_a_template_or_none() {
    run("template", template::any_bytes);
}

#[test]
fn any_text_with_macros_is_expanded() {
    run("macros", macros::any_bytes);
}
