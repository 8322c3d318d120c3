//! Files that a person drops on the window: recognised by their content, previewed, taken in as what they are, and reported on.
//!
//! Begin with `dropped_files`, which tries one kind after the other; chats of other programs are read in `chat_formats` and put into the log
//! by `conversations`.

pub(crate) mod chat_formats;
pub(crate) mod conversations;
pub(crate) mod dropped_files;
pub(crate) mod not_characters;
