//! Pictures of scenes: from the last lines of a talk to a picture of where it is.
//!
//! The floor needs nothing: words say which of the painted places is meant, at which hour and in which weather, and the layers are laid
//! over each other. Whoever has a model for pictures gets a better one through the same port, [`domain::Painter`]. Pictures of servers and
//! of cards are hostile input: [`Picture::read`] looks at their size before anything is decoded.

mod avif;
mod choose;
mod compose;
pub mod describe;
mod layers;
mod naming;
mod picture;

pub use choose::{Chosen, Look, choose};
pub use compose::Layers;
pub use layers::{HOURS, PLACES, WEATHERS};
pub use naming::{LONGEST_NAME, Named, name_of, plain};
pub use picture::{Error, Picture, png_of_avif};

/// Size of the pictures that are made: the paintings' shape, and no more than a stage of a usual window shows.
pub const SIZE: (u32, u32) = (1280, 800);

#[cfg(test)]
mod tests;
