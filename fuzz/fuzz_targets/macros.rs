#![no_main]
//! `targets/macros.rs` under libFuzzer.

#[path = "../targets/macros.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
