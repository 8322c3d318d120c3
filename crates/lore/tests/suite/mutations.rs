//! Hostile files: our fixtures with bytes changed at random, always the same ones. Nothing may panic, and what is read must be usable.

use lore::{lorebook_v3, read, read_value};

use crate::formats::FIXTURES;
use crate::try_it::activate;

#[path = "../../../../fuzz/targets/lore.rs"]
mod target;

/// A generator that needs no more than to be the same everywhere (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

/// Pieces that mean something to one of the parsers.
const PIECES: [&str; 24] = [
    "@@depth 4\\n",
    "@@@role user\\n",
    "@@",
    "/(a+)+$/i",
    "/(?=x)/",
    "/[[/",
    "\\\\u{110000}",
    "{{user}}",
    "null",
    "[]",
    "{}",
    "\"\"",
    "-1",
    "1e999",
    "true",
    "\"entries\":",
    "\"keys\":",
    "\"extensions\":{\"selectiveLogic\":9}",
    "\\ud800",
    "龍",
    "\"use_regex\":true",
    "{\"spec\":\"lorebook_v3\",\"data\":",
    "99999999999999999999",
    "\"position\":\"\"",
];

fn mutate(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(out.len());
        match dice.roll(6) {
            0 => out.truncate(at),
            1 => out.insert(at, dice.roll(256) as u8),
            2 => {
                if let Some(byte) = out.get_mut(at) {
                    *byte ^= 1 << dice.roll(8);
                }
            }
            3 => {
                let end = (at + dice.roll(40)).min(out.len());
                out.drain(at.min(end)..end);
            }
            4 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                out.splice(at..at, piece.bytes());
            }
            _ => {
                let end = (at + dice.roll(60)).min(out.len());
                let piece = out[at.min(end)..end].to_vec();
                let to = dice.roll(out.len());
                out.splice(to..to, piece);
            }
        }
    }
    out
}

#[test]
fn changed_files_give_books_or_errors() {
    let mut dice = Dice(20_261_125);
    let (mut read_well, mut refused) = (0, 0);
    for round in 0..1500 {
        let (_, _, bytes) = FIXTURES[round % FIXTURES.len()];
        let bytes = mutate(bytes, &mut dice);
        target::any_bytes(&bytes);
        match read(&bytes) {
            Ok(_) => read_well += 1,
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(read_well > 100 && refused > 100, "{read_well} read, {refused} refused");
}

#[test]
fn changed_values_within_good_json_give_books() {
    let mut dice = Dice(7);
    for round in 0..1500 {
        let (name, _, bytes) = FIXTURES[round % FIXTURES.len()];
        let mut value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        for _ in 0..3 {
            change(&mut value, &mut dice, 0);
        }
        if let Ok((book, _)) = read_value(&value) {
            let again = read_value(&lorebook_v3(&book)).unwrap().0;
            assert_eq!(again.entries.len(), book.entries.len(), "{name}");
            activate(book, &["the dragon of the castle"]);
        }
    }
}

/// Puts something else somewhere into a value.
fn change(value: &mut serde_json::Value, dice: &mut Dice, depth: usize) {
    use serde_json::{Value, json};
    let deeper = dice.roll(8) > 0 && depth < 8;
    match value {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let at = dice.roll(fields.len());
            if let Some((_, inner)) = fields.iter_mut().nth(at) {
                change(inner, dice, depth + 1);
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = dice.roll(items.len());
            change(&mut items[at], dice, depth + 1);
        }
        value => {
            *value = match dice.roll(9) {
                0 => Value::Null,
                1 => json!(true),
                2 => json!(-3.7),
                3 => json!("dragon"),
                4 => json!(["dragon", 1, null]),
                5 => json!({ "dragon": ["x"] }),
                6 => json!(""),
                7 => json!("/dragon(/"),
                _ => json!(1e18),
            };
        }
    }
}
