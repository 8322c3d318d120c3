//! The index's tables. Passages and their words are derived from the files; which files, and for whom, is what the person decided.

use rusqlite::Connection;

/// Version of the derived tables and of the rules that fill them. Raise it when either changes: documents are then read again by the
/// next [`crate::Knowledge::refresh`].
pub(crate) const VERSION: i32 = 3;

/// What the person decided. `scope` is a character's id, or empty for all. A document whose `state` is [`LEFT_OUT`] was taken out of a
/// folder that is still read: its row remembers that.
const DECISIONS: &str = "
CREATE TABLE IF NOT EXISTS sources (
  path TEXT NOT NULL,
  scope TEXT NOT NULL,
  folder INTEGER NOT NULL,
  PRIMARY KEY (path, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  key INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  scope TEXT NOT NULL,
  state INTEGER NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  format TEXT NOT NULL DEFAULT '',
  size INTEGER NOT NULL DEFAULT 0,
  modified INTEGER NOT NULL DEFAULT 0,
  digest BLOB NOT NULL DEFAULT x'',
  text_bytes INTEGER NOT NULL DEFAULT 0,
  chunks INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT '',
  added_at INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (path, scope)
) STRICT;
";

/// What replies leaned on: a row for each passage, with the file or page that it is from, because it goes with that.
const EVIDENCE: &str = "
CREATE TABLE leaned_on (message TEXT NOT NULL, place INTEGER NOT NULL, path TEXT NOT NULL, told TEXT NOT NULL,
  PRIMARY KEY (message, place)) STRICT, WITHOUT ROWID;
CREATE INDEX leaned_on_by_path ON leaned_on (path);
";

/// Until version 2 there was a row for each reply, with all passages as one list (none at all in the first files of version 1). Some are of
/// documents that were taken out long ago.
const EVIDENCE_OF_2: &str = "
CREATE TABLE IF NOT EXISTS evidence (message TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO leaned_on SELECT message, t.key, t.value ->> 'path', t.value FROM evidence, json_each(evidence.told) t
  WHERE json_valid(evidence.told) AND t.value ->> 'path' IS NOT NULL
  AND (t.value ->> 'path' LIKE '%://%' OR EXISTS (SELECT 1 FROM documents d WHERE d.path = t.value ->> 'path'));
DROP TABLE evidence;
";

/// What an encoder made of the passages: [`vectors::TABLE`] by documents, how many it has, and the documents of which something has none
/// yet, with the last passage that has. Nothing of it is needed to find a passage by its words.
const MEANING: &str = "
CREATE TABLE encoder (id INTEGER PRIMARY KEY CHECK (id = 1), fingerprint TEXT NOT NULL, done INTEGER NOT NULL) STRICT;
CREATE TABLE unread (document INTEGER PRIMARY KEY, through INTEGER NOT NULL) STRICT;
";

/// What is derived. `texts` holds no text, only the index; `vocabulary` looks into it.
const DERIVED: &str = "
CREATE TABLE chunks (
  key INTEGER PRIMARY KEY,
  document INTEGER NOT NULL,
  place_kind INTEGER NOT NULL,
  place INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX chunks_by_document ON chunks (document);
CREATE VIRTUAL TABLE texts USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (texts, row);
";

/// Everything derived, to be thrown away.
const DROP: &str = "
DROP TABLE IF EXISTS vocabulary; DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS chunks;
DROP TABLE IF EXISTS vectors; DROP TABLE IF EXISTS unread; DROP TABLE IF EXISTS encoder;
";

/// Brings a file to the present version.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    let version: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let vectors = vectors::TABLE;
    let steps = match version {
        VERSION => return Ok(()),
        // Its passages are as good as ever; it knew no encoders.
        1 => format!("{MEANING} {vectors} {EVIDENCE} {EVIDENCE_OF_2}"),
        2 => format!("{EVIDENCE} {EVIDENCE_OF_2}"),
        _ => format!(
            "{DROP} {DERIVED} {MEANING} {vectors} {DECISIONS} DROP TABLE IF EXISTS leaned_on; {EVIDENCE}
             UPDATE documents SET state = {READING}, chunks = 0, text_bytes = 0, digest = x'' WHERE state <> {LEFT_OUT};"
        ),
    };
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

/// Being read: what is there of it can be found.
pub(crate) const READING: i64 = 0;
/// Read to its end.
pub(crate) const DONE: i64 = 1;
/// Not read, and why.
pub(crate) const REFUSED: i64 = 2;
/// Taken out by the person.
pub(crate) const LEFT_OUT: i64 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_replies_leaned_on_moves_into_rows_of_its_own_but_for_documents_that_are_gone() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(&format!(
                "{DERIVED} {MEANING} {} {DECISIONS} PRAGMA user_version = 2;
                 CREATE TABLE evidence (message TEXT PRIMARY KEY, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
                 INSERT INTO documents (path, scope, state) VALUES ('/here.txt', '', 1);
                 INSERT INTO evidence VALUES ('m', '[{{\"path\":\"/gone.txt\",\"text\":\"Zephyrine\"}},
                   {{\"path\":\"/here.txt\",\"text\":\"a\"}},{{\"path\":\"https://a.example/b\",\"text\":\"b\"}}]'), ('n', 'rubbish');",
                vectors::TABLE
            ))
            .unwrap();
        prepare(&connection).unwrap();
        let kept: Vec<(i64, String)> = connection
            .prepare("SELECT place, path FROM leaned_on WHERE message = 'm' ORDER BY place")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        assert_eq!(kept, [(1, "/here.txt".to_owned()), (2, "https://a.example/b".to_owned())]);
        assert!(connection.prepare("SELECT * FROM evidence").is_err());
        prepare(&connection).unwrap();
    }
}
