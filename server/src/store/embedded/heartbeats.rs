//! When each region and source was last heard of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::domain::watch::Heartbeat;
use crate::store::StoreError;

pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS heartbeats (name TEXT PRIMARY KEY, heard_at INTEGER, lost_at INTEGER) STRICT;
";

pub(super) fn all(connection: &Connection) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT name, heard_at, lost_at FROM heartbeats")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, Heartbeat { heard_at: time(row, 1)?, lost_at: time(row, 2)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn note(connection: &Connection, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
    // max() of two values is NULL if one of them is.
    let sql = "INSERT INTO heartbeats (name, heard_at, lost_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET
                   heard_at = coalesce(max(heard_at, ?2), heard_at, ?2),
                   lost_at = coalesce(max(lost_at, ?3), lost_at, ?3)";
    let millisecond = |time: Option<Timestamp>| time.map(Timestamp::as_millisecond);
    connection.prepare_cached(sql)?.execute(params![
        name,
        millisecond(heartbeat.heard_at),
        millisecond(heartbeat.lost_at)
    ])?;
    Ok(())
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let millisecond: Option<i64> = row.get(column)?;
    let time = millisecond.map(Timestamp::from_millisecond).transpose();
    time.map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}
