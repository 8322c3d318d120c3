//! A picture of a scene, and the port of whoever draws it.

use crate::{Cancel, Problem};

/// What is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// The scene in a few words. All that a server is told beside the style: nothing that was said, no names of files.
    pub description: String,
    /// How it is drawn, as a model for pictures reads it; may be empty.
    pub style: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Of whatever is left to chance.
    pub seed: u32,
}

/// Draws scenes.
pub trait Painter: Send + Sync {
    /// The machine that it is drawn on; `None` for this one.
    fn host(&self) -> Option<&str>;

    /// What draws: a model's name, or `layers`.
    fn name(&self) -> String;

    /// Draws, and waits for it. The bytes of a picture's file, in any common format and of any size; `None` where it was cancelled.
    /// Whoever takes them from a server must not trust them.
    ///
    /// # Errors
    /// Where nothing could be drawn, or the person has not allowed it.
    fn draw(&self, sketch: &Sketch, cancel: &Cancel) -> Result<Option<Vec<u8>>, Problem>;
}
