//! Bytes to characters and back. A card in the wild is half format, half accident: it is read value by value, what is wrong is put right
//! with a warning, and a card that has a name or any text is never refused. What is not understood is kept and written out again.
//!
//! Invariants: no file system; nothing that a file says is trusted (sizes, depths and compressed data are bounded before anything is
//! allocated); exporting what was not edited gives back what came in.

mod archive;
mod asset;
mod base64_text;
mod check;
mod coerce;
mod container;
mod details;
mod detect;
mod dialect;
mod error;
mod export;
mod figure;
mod import;
mod imported;
mod json;
mod keep;
mod members;
mod pack;
mod picture;
mod raster;
mod read;
mod text;
mod write;
mod yaml;

pub use asset::{Asset, Availability, MAX_ASSET_BYTES, media_type};
pub use check::{Loss, round_trip_losses, unmapped_texts};
pub use details::Details;
pub use dialect::Dialect;
pub use error::Error;
pub use export::{Exported, Form};
pub use figure::{
    FigureKind, FigurePlan, MAX_FIGURE_BYTES, MAX_FIGURE_FILE_BYTES, MAX_FIGURE_FILES,
    archive_paths, check_figure_file, plan_figure, read_archive,
};
pub use import::import;
pub use imported::{Container, Imported, Spec, Warning};
pub use json::{MAX_JSON_BYTES, MAX_JSON_VALUES};
pub use members::{MAX_MEMBERS, Member, Sprite, member, members, sprites};
pub use pack::{MAX_PACK_PICTURES, MAX_PICTURE_BYTES, Pack, PackPicture, check_picture, pack};
pub use raster::thumbnail;

/// Largest file that is looked at.
pub const MAX_FILE_BYTES: usize = 256 << 20;
