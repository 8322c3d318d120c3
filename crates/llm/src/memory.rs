//! Memory that loading used and does not need any longer.

/// Hands free memory back when it goes; what holds it as its last field has gone by then.
#[derive(Debug, Default)]
pub(crate) struct Trim;

impl Drop for Trim {
    fn drop(&mut self) {
        give_back();
    }
}

/// Hands free memory back to the system. glibc keeps what was freed for whoever asks next: of a `tokenizer.json` of ten megabytes
/// that is ten times as much, in the arena of a thread that will never ask again. Elsewhere nothing is done: other systems' allocators give back
/// by themselves.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "a call of the C library")]
    // SAFETY: takes no pointers, and glibc allows it at any time from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}
