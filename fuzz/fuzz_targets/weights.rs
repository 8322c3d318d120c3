#![no_main]
//! `targets/weights.rs` under libFuzzer.

#[path = "../targets/weights.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
