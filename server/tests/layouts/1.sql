-- The tables of layout 1, as the first servers made them.
CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    occurrence_started_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_open ON incidents (region, key) WHERE status <> 'CLOSED';
CREATE INDEX newest ON incidents (key, occurrence_started_at DESC);
CREATE INDEX history ON incidents (region, status, opened_at DESC, id DESC);
CREATE INDEX recently_closed ON incidents (closed_at) WHERE status = 'CLOSED';
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL
) STRICT;
CREATE TABLE numbers (region TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO numbers VALUES ('denmark', 2);
