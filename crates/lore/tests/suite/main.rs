//! What the room promises, over its public door: the specification clause by clause, the formats, the scripts of the world, hostile
//! files.

#![expect(clippy::unwrap_used, reason = "what cannot go on says where")]

mod conformance;
mod engine;
mod formats;
mod mutations;
mod shared;
mod table;
mod try_it;
