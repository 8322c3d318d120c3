//! Writes `tests/fixtures/v1.sqlite`: a database as the first version of the schema left it. The statements are a frozen copy on
//! purpose, so that nothing that changes in `src` can change what an old database looks like.

use rusqlite::Connection;

const SCHEMA: &str = "
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
PRAGMA user_version = 1;
PRAGMA application_id = 0x48616e61;
";

/// Conversation, kind, payload; the times count up from the beginning of 2026.
const EVENTS: [(&str, &str, &str); 8] = [
    (
        "01900000-0000-7000-8000-00000000000b",
        "conversation_begun",
        r#"{"character":"ren","title":""}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "conversation_begun",
        r#"{"character":"koto","title":"rain"}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "message_added",
        r#"{"id":"01900000-0000-7000-8000-000000000001","parent":null,"role":"character","text":"[joy] Hello! 話しましょう。","interrupted":false}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "message_added",
        r#"{"id":"01900000-0000-7000-8000-000000000002","parent":"01900000-0000-7000-8000-000000000001","role":"user","text":"Who are you?","interrupted":false}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "message_added",
        r#"{"id":"01900000-0000-7000-8000-000000000003","parent":"01900000-0000-7000-8000-000000000002","role":"character","text":"[shy] I am Koto.","interrupted":true}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "message_added",
        r#"{"id":"01900000-0000-7000-8000-000000000004","parent":"01900000-0000-7000-8000-000000000002","role":"character","text":"[neutral] Nobody.","interrupted":false}"#,
    ),
    (
        "01900000-0000-7000-8000-00000000000a",
        "leaf_selected",
        r#"{"leaf":"01900000-0000-7000-8000-000000000003"}"#,
    ),
    ("01900000-0000-7000-8000-00000000000a", "conversation_renamed", r#"{"title":"雨の日"}"#),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/v1.sqlite");
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    let connection = Connection::open(&path)?;
    connection.execute_batch(SCHEMA)?;
    for (at, (conversation, kind, payload)) in (1_767_225_600_000_i64..).zip(EVENTS) {
        connection.execute(
            "INSERT INTO events (conversation, at, kind, payload) VALUES (?1, ?2, ?3, ?4)",
            (conversation, at, kind, payload),
        )?;
    }
    // The derived tables as version 1 filled them.
    connection.execute_batch(
        "INSERT INTO conversations
           SELECT conversation, json_extract(payload, '$.character'), json_extract(payload, '$.title'), NULL, at, at
           FROM events WHERE kind = 'conversation_begun';
         INSERT INTO messages
           SELECT json_extract(payload, '$.id'), seq, conversation, json_extract(payload, '$.parent'),
                  json_extract(payload, '$.role'), json_extract(payload, '$.text'),
                  json_extract(payload, '$.interrupted'), at
           FROM events WHERE kind = 'message_added';
         UPDATE conversations SET title = '雨の日', leaf = '01900000-0000-7000-8000-000000000003'
           WHERE character = 'koto';
         UPDATE conversations SET updated_at =
           (SELECT max(at) FROM events WHERE events.conversation = conversations.id);
         VACUUM;",
    )?;
    Ok(())
}
