//! The tables, version by version. `events` is the truth; `conversations`, `messages` and `saves` are derived from it, so a new shape
//! of theirs is "drop, create, rebuild" and never a clever UPDATE. `decided` is the truth, too, and is told in `decided.rs`.
//!
//! The version stands in `PRAGMA user_version`, which rusqlite_migration keeps. A published step is never edited.

use std::sync::LazyLock;

use rusqlite_migration::{HookError, M, Migrations};

use crate::derive;

/// The schema version that this code reads and writes.
pub const VERSION: u32 = 5;

/// `PRAGMA application_id` of our databases ("Hana"), so that a foreign one is never migrated.
pub(crate) const APPLICATION_ID: i32 = 0x4861_6e61;

/// Version 1: the log, and the two derived tables in their first shape.
const V1: &str = "
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_conversation ON events (conversation, seq);
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  character TEXT NOT NULL,
  title TEXT NOT NULL,
  leaf TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id),
  parent TEXT REFERENCES messages (id),
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  interrupted INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_parent ON messages (conversation, parent, seq);
";

/// Version 2: a conversation knows its newest event (the wall clock may jump, the log does not) and how many messages it has.
const V2: &str = "
DROP TABLE messages;
DROP TABLE conversations;
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  character TEXT NOT NULL,
  title TEXT NOT NULL,
  leaf TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_event INTEGER NOT NULL,
  messages INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX conversations_by_age ON conversations (last_event);
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id),
  parent TEXT REFERENCES messages (id),
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  interrupted INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_parent ON messages (conversation, parent, seq);
";

/// Version 3: saves. An older app would overlook their events, so it is kept from opening the database.
const V3: &str = "
CREATE TABLE saves (
  seq INTEGER PRIMARY KEY,
  slot TEXT NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id),
  leaf TEXT REFERENCES messages (id),
  line TEXT NOT NULL,
  stage TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX saves_by_slot ON saves (slot, seq);
";

/// Version 4: several characters in a conversation. A message knows its speaker, a conversation who is there.
const V4: &str = "
DROP TABLE saves;
DROP TABLE messages;
DROP TABLE conversations;
CREATE TABLE conversations (
  id TEXT PRIMARY KEY,
  character TEXT NOT NULL,
  title TEXT NOT NULL,
  leaf TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  members TEXT NOT NULL DEFAULT '{}',
  last_event INTEGER NOT NULL,
  messages INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX conversations_by_age ON conversations (last_event);
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id),
  parent TEXT REFERENCES messages (id),
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  interrupted INTEGER NOT NULL,
  speaker TEXT,
  because TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_parent ON messages (conversation, parent, seq);
CREATE TABLE saves (
  seq INTEGER PRIMARY KEY,
  slot TEXT NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id),
  leaf TEXT REFERENCES messages (id),
  line TEXT NOT NULL,
  stage TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX saves_by_slot ON saves (slot, seq);
";

/// Version 5: conversations can be removed, and what the person decided about what is remembered is kept here. Both are events and
/// entries that an older app would overlook.
const V5: &str = "
ALTER TABLE conversations ADD COLUMN removed INTEGER;
CREATE TABLE decided (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (what, subject)
) STRICT;
";

/// The steps, oldest first.
pub(crate) static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(V1),
        // Filled by the last step: there is nothing to read from in between.
        M::up(V2),
        M::up(V3),
        M::up_with_hook(V4, |transaction| {
            derive::rebuild(transaction).map_err(|error| HookError::Hook(error.to_string()))
        }),
        M::up(V5),
    ])
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_sound_and_as_many_as_the_version_says() {
        MIGRATIONS.validate().unwrap();
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let version: u32 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, VERSION);
    }

    #[test]
    fn events_can_neither_be_changed_nor_deleted() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        connection
            .execute(
                "INSERT INTO events (conversation, at, kind, payload) VALUES ('c', 1, 'k', '{}')",
                [],
            )
            .unwrap();
        assert!(connection.execute("UPDATE events SET payload = '[]'", []).is_err());
        assert!(connection.execute("DELETE FROM events", []).is_err());
    }
}
