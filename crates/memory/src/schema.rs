//! The memory's tables. All of them but `decisions` are derived from the log: another version of them means to empty the file and
//! read the log again.

/// Version of the derived tables and of the rules that fill them. Raise it when either changes.
pub(crate) const VERSION: i32 = 1;

/// What is derived. `messages.telling` is how much a message says: the mean rarity of its words when it was read, 0 (heard every day)
/// to about 1. `texts` holds no text, only the index: the words are in the log.
pub(crate) const DERIVED: &str = "
CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
INSERT INTO progress VALUES (1, 0);
CREATE TABLE conversations (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  character INTEGER NOT NULL,
  leaf INTEGER
) STRICT;
CREATE INDEX conversations_by_character ON conversations (character);
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
CREATE TABLE terms (term TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE texts USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
CREATE TABLE facts (
  key INTEGER PRIMARY KEY,
  message INTEGER NOT NULL,
  character INTEGER NOT NULL,
  teller INTEGER NOT NULL,
  attribute TEXT NOT NULL,
  value TEXT NOT NULL,
  negated INTEGER NOT NULL,
  clause TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_attribute ON facts (character, teller, attribute, message);
CREATE INDEX facts_by_message ON facts (message);
CREATE VIRTUAL TABLE fact_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0');
";

/// What the person decided, which the log does not know. Survives a change of [`VERSION`].
pub(crate) const DECISIONS: &str = "
CREATE TABLE IF NOT EXISTS decisions (
  message TEXT NOT NULL,
  attribute TEXT NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  forgotten INTEGER NOT NULL DEFAULT 0,
  value TEXT,
  PRIMARY KEY (message, attribute)
) STRICT;
";

/// Everything derived, to be thrown away.
pub(crate) const DROP: &str = "
DROP TABLE IF EXISTS progress; DROP TABLE IF EXISTS conversations; DROP TABLE IF EXISTS characters; DROP TABLE IF EXISTS segments;
DROP TABLE IF EXISTS messages; DROP TABLE IF EXISTS terms; DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS facts;
DROP TABLE IF EXISTS fact_words;
";
