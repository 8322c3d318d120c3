#![no_main]
//! `targets/template.rs` under libFuzzer.

#[path = "../targets/template.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::any_bytes(data));
