//! Everything that the database file held at one moment: one read transaction, which writers do not wait for.

use std::path::Path;

use async_trait::async_trait;
use cineportal_regions::RegionId;
use rusqlite::{Connection, OpenFlags, params};

use super::connection::{Shared, blocking, read, share};
use super::{heartbeats, layout, rows, silences, tokens};
use crate::store::documents::unsigned;
use crate::store::{Kept, KeptCollection, Snapshot, StoreError};

/// How many incidents are read at once.
const BATCH: u32 = 500;

/// Where reading stands.
pub(super) struct EmbeddedSnapshot {
    connection: Shared,
    /// What was not begun yet, the next one last.
    left: Vec<KeptCollection>,
    /// The last incident that was read.
    last: String,
}

impl EmbeddedSnapshot {
    /// Opens the folder beside a server that may be running there.
    pub(super) async fn open(folder: &Path) -> Result<Self, StoreError> {
        let folder = folder.to_owned();
        let path = folder.join("cineportal.sqlite");
        let connection = blocking(move || {
            // Only what is there: a wrong folder is no empty store.
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let mut connection = Connection::open_with_flags(&path, flags)
                .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
            connection.busy_timeout(super::connection::BUSY_TIMEOUT)?;
            layout::bring_up_to_date_beside(&mut connection, &folder)?;
            connection.execute_batch("BEGIN")?;
            // The first question fixes the moment.
            connection.query_row("SELECT count(*) FROM numbers", [], |row| row.get::<_, i64>(0))?;
            Ok(connection)
        })
        .await?;
        let left = KeptCollection::ALL.into_iter().rev().collect();
        Ok(Self { connection: share(connection), left, last: String::new() })
    }
}

#[async_trait]
impl Snapshot for EmbeddedSnapshot {
    async fn next(&mut self) -> Result<Vec<Kept>, StoreError> {
        while let Some(collection) = self.left.last().copied() {
            let last = self.last.clone();
            let batch = read(&self.connection, move |connection| page(connection, collection, &last)).await?;
            if let Some(Kept::Incident(incident)) = batch.last() {
                self.last.clone_from(&incident.id.0);
            }
            if collection != KeptCollection::Incidents || batch.is_empty() {
                self.left.pop();
            }
            if !batch.is_empty() {
                return Ok(batch);
            }
        }
        Ok(Vec::new())
    }
}

/// Incidents behind the last one; all of what else there is, because that is little.
fn page(connection: &Connection, collection: KeptCollection, last: &str) -> Result<Vec<Kept>, StoreError> {
    match collection {
        KeptCollection::Incidents => incidents(connection, last),
        KeptCollection::Silences => Ok(silences::all(connection)?.into_iter().map(Kept::Silence).collect()),
        KeptCollection::ServiceTokens => {
            Ok(tokens::each(connection)?.into_iter().map(Kept::ServiceToken).collect())
        }
        KeptCollection::Numbers => numbers(connection),
        KeptCollection::Heartbeats => {
            let all = heartbeats::all(connection)?.into_iter();
            Ok(all.map(|(name, heartbeat)| Kept::Heartbeat { name, heartbeat }).collect())
        }
    }
}

fn incidents(connection: &Connection, last: &str) -> Result<Vec<Kept>, StoreError> {
    let sql = "SELECT id, document FROM incidents WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(params![last, BATCH])?;
    let mut incidents = Vec::new();
    while let Some(row) = found.next()? {
        let (id, document): (String, String) = (row.get(0)?, row.get(1)?);
        let incident = rows::decode(&document)
            .map_err(|error| StoreError::Corrupt(format!("incident {id} cannot be read: {error}")))?;
        incidents.push(Kept::Incident(Box::new(incident)));
    }
    Ok(incidents)
}

fn numbers(connection: &Connection) -> Result<Vec<Kept>, StoreError> {
    let mut statement = connection.prepare("SELECT region, last FROM numbers ORDER BY region")?;
    let numbers = statement.query_map([], |row| {
        let (region, last): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(Kept::Number { region: RegionId::new(region), last: unsigned(last) })
    })?;
    Ok(numbers.collect::<Result<_, _>>()?)
}
