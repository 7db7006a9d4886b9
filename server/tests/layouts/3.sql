-- The tables of incidents in layout 3, and all their indexes.
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
CREATE TRIGGER found_new AFTER INSERT ON incidents WHEN new.status = 'CLOSED' BEGIN
    INSERT INTO found (rowid, terms) VALUES (new.row, new.terms);
END;
CREATE TRIGGER found_changed AFTER UPDATE OF status, terms ON incidents
WHEN 'CLOSED' IN (old.status, new.status) AND (old.status, old.terms) <> (new.status, new.terms) BEGIN
    INSERT INTO found (found, rowid, terms) SELECT 'delete', old.row, old.terms WHERE old.status = 'CLOSED';
    INSERT INTO found (rowid, terms) SELECT new.row, new.terms WHERE new.status = 'CLOSED';
END;
CREATE TRIGGER found_gone AFTER DELETE ON incidents WHEN old.status = 'CLOSED' BEGIN
    INSERT INTO found (found, rowid, terms) VALUES ('delete', old.row, old.terms);
END;
CREATE UNIQUE INDEX one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX newest ON incidents (key, occurrence_started_at DESC);
CREATE INDEX history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE INDEX due ON incidents (wakes_at) WHERE wakes_at IS NOT NULL;
CREATE INDEX closed_while_firing ON incidents (closed_at)
WHERE status = 'CLOSED' AND json_extract(document, '$.occurrence_ended_at') IS NULL;
CREATE INDEX assigned
ON incidents (json_extract(document, '$.assignee'), region, status, opened_at DESC, id DESC)
WHERE json_extract(document, '$.assignee') IS NOT NULL;
CREATE INDEX last_changed ON incidents (status, json_extract(document, '$.updated_at'));
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO numbers VALUES ('denmark', 2);
PRAGMA user_version = 3;
