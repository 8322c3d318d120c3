//! Search by meaning, as far as it does not matter what the texts are: vectors as bytes, an index of their signs, the loop that makes
//! those that are missing, and rankings put into one order.
//!
//! Invariants: no database is opened here, and none is written to; no vector is believed before its numbers are looked at; what is
//! compared was made by one encoder (whoever keeps the vectors keeps its fingerprint beside them).

mod beside;
mod fuse;
mod pack;
mod rows;
mod shelf;
mod signs;

pub use beside::beside;
pub use fuse::fused;
pub use pack::{cosine, packed, unpacked};
pub use rows::{TABLE, cosines, load};
pub use shelf::{Shelf, WIDEST, read};
pub use signs::{May, Nearest, Signs};

#[cfg(test)]
mod tests;
