#![no_main]
//! `targets/card.rs` under libFuzzer.

#[path = "../targets/card.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
