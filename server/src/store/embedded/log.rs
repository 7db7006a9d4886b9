//! The commit log as a change feed: every commit appends to `changes` in its own transaction, and a
//! reader follows that table, woken by a watch channel that carries the newest sequence number.

use futures::StreamExt;
use futures::stream;
use rusqlite::{Connection, Transaction, params};
use tokio::sync::watch;

use super::connection::{self, Shared};
use super::rows::readable;
use crate::domain::incident::{Incident, IncidentId};
use crate::store::{Changes, Committed, StoreError};

/// How many commits the log keeps for readers that lag behind.
const LOG_LENGTH: i64 = 100_000;
/// How many commits the feed reads at once.
const FEED_BATCH: i64 = 512;

/// All commits behind what is the newest one now.
pub(super) fn follow(reader: Shared, newest: watch::Receiver<i64>) -> Changes {
    let start = *newest.borrow();
    let batches = stream::try_unfold(FeedReader { reader, newest, read: start }, FeedReader::next_batch);
    batches.map(spread).flatten().boxed()
}

/// Notes that an incident changed.
pub(super) fn append(transaction: &Transaction<'_>, id: &IncidentId) -> Result<(), StoreError> {
    transaction.prepare_cached("INSERT INTO changes (incident_id) VALUES (?1)")?.execute([&id.0])?;
    Ok(())
}

/// Forgets what no reader can still be waiting for.
pub(super) fn trim(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "DELETE FROM changes WHERE sequence <= (SELECT max(sequence) FROM changes) - ?1";
    transaction.prepare_cached(sql)?.execute([LOG_LENGTH])?;
    Ok(())
}

/// The sequence number of the newest commit; 0 before the first.
pub(super) fn newest_sequence(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM changes";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Where one reader of the commit log stands.
struct FeedReader {
    reader: Shared,
    newest: watch::Receiver<i64>,
    read: i64,
}

impl FeedReader {
    async fn next_batch(mut self) -> Result<Option<(Vec<Committed>, Self)>, StoreError> {
        let read = self.read;
        let Ok(newest) = self.newest.wait_for(|newest| *newest > read).await.map(|newest| *newest) else {
            return Ok(None);
        };
        let batch = connection::read(&self.reader, move |connection| log_after(connection, read)).await?;
        // Where all that came was forgotten since, there is nothing to tell up to what was the newest before.
        self.read = batch.last().map_or(newest, |(sequence, _)| *sequence);
        let committed = batch
            .into_iter()
            .filter_map(|(sequence, incident)| {
                Some(Committed { cursor: sequence.to_string(), incident: incident? })
            })
            .collect();
        Ok(Some((committed, self)))
    }
}

fn spread(
    batch: Result<Vec<Committed>, StoreError>,
) -> stream::Iter<std::vec::IntoIter<Result<Committed, StoreError>>> {
    let items = match batch {
        Ok(committed) => committed.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    };
    stream::iter(items)
}

fn log_after(connection: &Connection, sequence: i64) -> Result<Vec<(i64, Option<Incident>)>, StoreError> {
    let oldest = "SELECT min(sequence) FROM changes";
    let oldest: Option<i64> = connection.prepare_cached(oldest)?.query_row([], |row| row.get(0))?;
    if oldest.is_some_and(|oldest| oldest > sequence + 1) {
        return Err(StoreError::Unavailable("a reader of the commit log was left behind".to_owned()));
    }
    let mut statement = connection.prepare_cached(
        "SELECT sequence, document FROM changes JOIN incidents ON incidents.id = incident_id
         WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
    )?;
    let rows = statement.query_map(params![sequence, FEED_BATCH], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    rows.map(|row| {
        let (sequence, document) = row?;
        Ok((sequence, readable(&document)))
    })
    .collect()
}
