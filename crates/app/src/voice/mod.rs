//! Listening and speaking: the microphone, hands free and held, the phrase that wakes her, the test of the microphone, where the voice
//! goes. The rules are `asr`'s, `tts`'s and `audio`'s; docs/voice.md says why.
//!
//! Begin with `ear`, where every frame of the microphone comes by.

pub(crate) mod asking;
pub(crate) mod choices;
pub(crate) mod ear;
pub(crate) mod hands_free;
pub(crate) mod held;
pub(crate) mod mic_test;
pub(crate) mod output;
pub(crate) mod wake_phrase;
