//! The memory's tables. All of them are derived from the log: another version means to empty those that conversations fill, and to
//! read them again. What the person decided stands here as the log has it, and stays.

use rusqlite::Connection;

use crate::{decided, extraction, notes};

/// Version of the derived tables and of the rules that fill them. Raise it when either changes.
pub(crate) const VERSION: i32 = 12;

/// What is derived. `progress` is up to where the log was read, and which record stood there. `messages.telling` is how much a message says: the mean rarity of its words when it was read, 0 (heard every day)
/// to about 1. `texts` holds no text, only the index: the words are in the log; its pages are small, because newest first the index reads
/// and undoes a whole page for every message that one word of a question has and another might (with SQLite's 4050 bytes that is what a
/// question over a million messages waits for). `facts.message` is the key of a message, or of a
/// note with a minus before it; `facts.reader` is the model that found it ([`crate::extraction`]), 0 for a rule. `visits` counts what the person said, by day (UTC) and segment, with the first and last of those
/// messages. The encoder of `encoder` made the vectors of [`vectors::TABLE`], whose parts are segments; it has read all messages up to
/// `through` but those of `unread`. `summaries` are of scenes, by whose they are (a guest has heard less of one than its host) and the keys
/// of their first and last messages. `guests` are in a conversation beside its own character, and `heard` says which of its messages
/// they were there for. What is told in a conversation that was `removed` has not happened as long as it is.
const DERIVED: &str = "
CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, last TEXT NOT NULL) STRICT;
INSERT INTO progress VALUES (1, 0, '');
CREATE TABLE conversations (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  character INTEGER NOT NULL,
  leaf INTEGER,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX conversations_by_character ON conversations (character);
CREATE TABLE guests (conversation TEXT NOT NULL, character INTEGER NOT NULL, here INTEGER NOT NULL, PRIMARY KEY (conversation, character)) STRICT, WITHOUT ROWID;
CREATE TABLE heard (character INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (message, character)) STRICT, WITHOUT ROWID;
CREATE INDEX heard_by_character ON heard (character);
CREATE TABLE characters (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE segments (
  key INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL,
  parent INTEGER,
  parent_depth INTEGER,
  depth INTEGER NOT NULL
) STRICT;
CREATE TABLE messages (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  segment INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  role INTEGER NOT NULL,
  at INTEGER NOT NULL,
  telling REAL NOT NULL
) STRICT;
CREATE INDEX messages_by_place ON messages (segment, depth);
CREATE TABLE visits (
  segment INTEGER NOT NULL,
  day INTEGER NOT NULL,
  said INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  last_depth INTEGER NOT NULL,
  PRIMARY KEY (segment, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE terms (term TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO texts (texts, rank) VALUES ('pgsz', 1000);
CREATE TABLE encoder (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL, through INTEGER NOT NULL) STRICT;
CREATE TABLE summaries (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  character INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  topics TEXT NOT NULL,
  text TEXT NOT NULL,
  by TEXT NOT NULL,
  UNIQUE (character, first, last)
) STRICT;
CREATE INDEX summaries_by_end ON summaries (character, last) WHERE text <> '';
CREATE VIRTUAL TABLE summary_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE unread (message INTEGER PRIMARY KEY) STRICT;
CREATE TABLE facts (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL,
  character INTEGER NOT NULL,
  teller INTEGER NOT NULL,
  attribute TEXT NOT NULL,
  value TEXT NOT NULL,
  negated INTEGER NOT NULL,
  clause TEXT NOT NULL,
  reader INTEGER NOT NULL
) STRICT;
CREATE INDEX facts_by_attribute ON facts (character, teller, attribute, message);
CREATE INDEX facts_by_message ON facts (message);
CREATE VIRTUAL TABLE fact_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
";

/// What the person decided. Of what is forgotten nothing is kept but the message's id;
/// `heeded` are the messages that asked for it, so that each is followed once. `retold` is what was written by hand about scenes
/// (nothing, where a summary was taken away), by whose they are and their first and last messages. A note that stands for what was told
/// in a conversation that was removed has it as its `source`, and the language model that had found it as its `finder`, until the person pins it
/// or puts it right. The log has all of it, up to `decided_through`, but for what waits in
/// `to_log` ([`crate::decided`]); `entry` and `at` say which entry stood there, so that another log is told from one that went on.
const DECISIONS: &str = "
CREATE TABLE IF NOT EXISTS decisions (
  message TEXT NOT NULL,
  attribute TEXT NOT NULL,
  said TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  value TEXT,
  PRIMARY KEY (message, attribute, said)
) STRICT;
CREATE TABLE IF NOT EXISTS forgotten (message TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heeded (message TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retold (
  character TEXT NOT NULL,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (character, first, last)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  source TEXT,
  character TEXT NOT NULL,
  of_user INTEGER NOT NULL,
  attribute TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  pinned INTEGER NOT NULL,
  finder TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS notes_by_id ON notes (id);
CREATE TABLE IF NOT EXISTS decided_through (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  entry TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT OR IGNORE INTO decided_through (id, seq) VALUES (1, 0);
CREATE TABLE IF NOT EXISTS to_log (
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  value TEXT NOT NULL,
  old INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (what, subject)
) STRICT, WITHOUT ROWID;
";

/// Everything derived, to be thrown away.
const DROP: &str = "
DROP TABLE IF EXISTS guests; DROP TABLE IF EXISTS heard; DROP TABLE IF EXISTS progress; DROP TABLE IF EXISTS conversations; DROP TABLE IF EXISTS characters; DROP TABLE IF EXISTS segments;
DROP TABLE IF EXISTS messages; DROP TABLE IF EXISTS terms; DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS facts;
DROP TABLE IF EXISTS fact_words; DROP TABLE IF EXISTS visits; DROP TABLE IF EXISTS encoder;
DROP TABLE IF EXISTS vectors; DROP TABLE IF EXISTS unread; DROP TABLE IF EXISTS summaries;
DROP TABLE IF EXISTS summary_words;
";

/// Version 1 knew one decision for all that a message told of an attribute.
const DECISIONS_OF_1: &str = "
ALTER TABLE decisions RENAME TO old_decisions;
CREATE TABLE forgotten (message TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO forgotten SELECT message FROM old_decisions WHERE forgotten = 1;
CREATE TABLE decisions (
  message TEXT NOT NULL,
  attribute TEXT NOT NULL,
  said TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  value TEXT,
  PRIMARY KEY (message, attribute, said)
) STRICT;
INSERT OR IGNORE INTO decisions
  SELECT o.message, o.attribute, f.value, o.pinned, o.value FROM old_decisions o
  JOIN messages m ON m.id = o.message JOIN facts f ON f.message = m.key AND f.attribute = o.attribute WHERE o.forgotten = 0;
DROP TABLE old_decisions;
";

/// Notes of older versions had no ids. Theirs sort as they were written, and before those of later notes.
fn notes_with_ids(connection: &Connection) -> rusqlite::Result<&'static str> {
    let known = "SELECT (SELECT count(*) FROM pragma_table_info('notes')) > 0
      AND NOT EXISTS (SELECT 1 FROM pragma_table_info('notes') WHERE name = 'id')";
    let without: bool = connection.query_row(known, [], |row| row.get(0))?;
    Ok(if without {
        "ALTER TABLE notes ADD COLUMN id TEXT NOT NULL DEFAULT ''; ALTER TABLE notes ADD COLUMN source TEXT;
         UPDATE notes SET id = printf('00000000-%012d-', key) || lower(hex(randomblob(8)));"
    } else {
        ""
    })
}

/// Until version 11 nobody knew of a note that a model had found what it says.
fn notes_with_finders(connection: &Connection) -> rusqlite::Result<&'static str> {
    let known = "SELECT (SELECT count(*) FROM pragma_table_info('notes')) > 0
      AND NOT EXISTS (SELECT 1 FROM pragma_table_info('notes') WHERE name = 'finder')";
    let without: bool = connection.query_row(known, [], |row| row.get(0))?;
    Ok(if without { "ALTER TABLE notes ADD COLUMN finder TEXT;" } else { "" })
}

/// Until version 9 it was not noted which entry of the log was the last.
fn with_last_entry(connection: &Connection) -> rusqlite::Result<&'static str> {
    let known = "SELECT (SELECT count(*) FROM pragma_table_info('decided_through')) > 0
      AND NOT EXISTS (SELECT 1 FROM pragma_table_info('decided_through') WHERE name = 'entry')";
    let without: bool = connection.query_row(known, [], |row| row.get(0))?;
    Ok(if without {
        "ALTER TABLE decided_through ADD COLUMN entry TEXT NOT NULL DEFAULT '';
         ALTER TABLE decided_through ADD COLUMN at INTEGER NOT NULL DEFAULT 0;"
    } else {
        ""
    })
}

/// Marks everything that was decided as what the log may not know.
fn all_to_log() -> String {
    decided::KINDS.iter().map(|kind| kind.all(true)).collect()
}

/// Brings a file to the present version, notes included, or leaves it as it is: then the connection is of no use any more.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    let moved = if version == 1 { DECISIONS_OF_1 } else { "" };
    // Until version 7 the log knew nothing of it: what is there is told to it once.
    let (named, told) = if (1..8).contains(&version) {
        (notes_with_ids(connection)?, all_to_log())
    } else {
        ("", String::new())
    };
    let (noted, found) = (with_last_entry(connection)?, notes_with_finders(connection)?);
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {moved} {named} {noted} {found} {DECISIONS} {} {told} {} {DROP} {DERIVED} {} PRAGMA user_version = {VERSION};",
        decided::triggers(),
        extraction::TABLES,
        vectors::TABLE
    ))?;
    notes::index_all(connection)?;
    connection.execute_batch("COMMIT")
}

/// Throws away what is derived.
pub(crate) fn empty(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("{DROP} {DERIVED} {}", vectors::TABLE))
}
