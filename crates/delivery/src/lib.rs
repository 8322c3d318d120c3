//! Token text to spoken lines and cues, incrementally.
