#![no_main]
//! `targets/lore.rs` under libFuzzer.

#[path = "../targets/lore.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
