//! Voice activity, end of turn, Whisper.
