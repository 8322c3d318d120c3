//! The only room that knows sound devices: capture, playback, the playhead.
