//! Characters: the library of cards, the editor, who the person is to them, and what they look like (pictures of feelings, figures).
//! Cards are read and written by `card`, kept by `store`.
//!
//! Begin with `library`; `cards` is how every other room reads one.

pub(crate) mod avif;
pub(crate) mod cards;
pub(crate) mod expression_packs;
pub(crate) mod expressions;
pub(crate) mod feelings;
pub(crate) mod figures;
pub(crate) mod library;
pub(crate) mod live2d_core;
pub(crate) mod remote_pictures;
