//! Everything kept: the event log in SQLite, the settings, the folders, the characters on the disk.
//!
//! Invariants: nothing that was written is ever overwritten or deleted by this room (daily copies of the database beyond the number
//! wanted, the library's index, which is a cache, the trash that a person empties, and the words of a decision that was taken back excepted); `Ok` means on disk; a file that cannot be used is left as it is and named to the person.

pub mod atomic;
mod author_notes;
mod backup;
mod cast;
mod decided;
mod deleting;
mod derive;
mod dirs;
mod error;
mod event;
mod event_log;
mod folding;
mod ids;
mod kept_json;
mod library;
mod library_index;
mod library_search;
mod lock;
mod marks;
mod open;
mod own_scenery;
mod personas;
mod pictures;
mod private_settings;
mod saves;
mod schema;
mod settings;
mod settings_file;
mod taking_over;
mod trash;
mod tree;

pub use author_notes::{AuthorNotes, MAX_NOTE_BYTES, Note};
pub use decided::{Decided, Decision};
pub use deleting::{Purged, RemovedConversation};
pub use dirs::{Dirs, HOME_VARIABLE, MODELS_VARIABLE, MOVED_TO};
pub use error::Error;
pub use event::{Event, Record};
pub use event_log::{ConversationSummary, EventLog};
pub use folding::fold;
pub use ids::new_id;
pub use library::{CharacterFolder, Library, MAX_FILE_BYTES, slug};
pub use library_index::{Card, LibraryIndex, MAX_TEXT_BYTES, Reading, Synced};
pub use library_search::{Found, Order, Query, TagCount};
pub use lock::Lock;
pub use marks::Marks;
pub use own_scenery::{
    Changed, HeardThere, Hour, MAX_OWN, MAX_OWN_FILE, OwnPlace, OwnScenery, OwnSound, OwnSoundKind,
    PlacePicture,
};
pub use personas::{MAX_PROFILES, Personas, Profile, Scope};
pub use pictures::{MAX_PICTURES, Pictures, ScenePicture};
pub use private_settings::{can_show_settings, hide_settings, private_settings, show_settings};
pub use saves::{AUTO, KEPT, MAX_SLOT, NewSave, QUICK, Save};
pub use schema::VERSION as SCHEMA_VERSION;
pub use settings::{
    DEFAULTS, Daylight, EmotionTags, KvCache, LogLevel, PictureServer, Presentation, Quantize,
    SearchEngine, Settings, StoryFont, Theme, Transition, Weather,
};
pub use settings_file::{SettingsFile, SettingsWarning};
pub use taking_over::{Foreign, Past, TakenOver};
pub use trash::Removed;

#[cfg(test)]
mod branch_tests;
#[cfg(test)]
mod deleting_tests;
#[cfg(test)]
mod library_tests;
#[cfg(test)]
mod tests;
