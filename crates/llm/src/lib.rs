//! The language-model engine on candle.
