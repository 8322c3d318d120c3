#![no_main]
//! `targets/model.rs` under libFuzzer.

#[path = "../targets/model.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
