//! Bytes to characters and back: every character-card format, nothing lost.
