-- The tables of incidents in layout 2, and what filled its index of words.
CREATE TABLE incidents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    occurrence_started_at INTEGER NOT NULL,
    wakes_at INTEGER,
    terms TEXT NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE found USING fts5(
    terms, content = 'incidents', content_rowid = 'row', detail = none, columnsize = 0,
    tokenize = "unicode61 remove_diacritics 0 tokenchars ':-_.'"
);
CREATE TRIGGER found_new AFTER INSERT ON incidents BEGIN
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER found_changed AFTER UPDATE OF terms ON incidents WHEN old.terms <> new.terms BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER found_gone AFTER DELETE ON incidents BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
END;
CREATE UNIQUE INDEX one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX newest ON incidents (key, occurrence_started_at DESC);
CREATE INDEX history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE INDEX due ON incidents (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO numbers VALUES ('denmark', 2);
PRAGMA user_version = 2;
