//! Everything kept: the SQLite event log, settings, directories.
