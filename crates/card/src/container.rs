//! What a card is packed in. Every container gives the same thing: pieces of text that may be cards, best first, as slices of the file
//! where that can be, and a list of what else it carries.

pub(crate) mod exif;
pub(crate) mod jpeg;
pub(crate) mod payload;
pub(crate) mod png_chunks;
pub(crate) mod png_text;
pub(crate) mod webp;
pub(crate) mod zip;

/// A piece of a picture that may hold a card.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where it was, for people: `chara`, `EXIF UserComment`.
    pub place: &'static str,
    /// The card's text, or why it could not be had.
    pub text: Result<Vec<u8>, String>,
    /// Nobody says that this is a card: it is only one if it reads as one.
    pub guess: bool,
}
