//! Writes: one `insert` command with what is new, one `update` command with replacement documents and
//! `upsert`. A document whose revision is not the expected one makes the upsert collide on `_id`, so each
//! write says for itself whether it won.

use std::collections::HashSet;
use std::time::Duration;

use bson::{Bson, Document, RawArrayBuf, RawDocumentBuf, cstr, rawdoc};
use mongodb::Database;
use mongodb::options::{Acknowledgment, WriteConcern};

use super::INCIDENTS;
use crate::domain::incident::Incident;
use crate::store::documents::{IncidentDocument, key_text, signed};
use crate::store::{Outcome, StoreError};

/// Another document stands where this one should: MongoDB's code for a broken unique index.
pub(super) const DUPLICATE_KEY: i32 = 11_000;
/// A command is closed when it holds this many writes, or this many bytes of them. One more incident has room in what
/// MongoDB takes, 16 MB: most of it is its timeline, see [`MAX_BYTES`](crate::domain::timeline::MAX_BYTES).
const MAX_WRITES: usize = 1_000;
const MAX_WRITE_BYTES: usize = 8 * 1024 * 1024;
/// How long a write may wait for the majority.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Writes all of them; one outcome each. Changes come before what is new: one of them may close an incident
/// whose key opens again.
pub(super) async fn write_all(
    database: &Database,
    incidents: &[Incident],
) -> Result<Vec<Outcome>, StoreError> {
    let is_new = |index: &usize| incidents[*index].revision == 1;
    let (new, changed): (Vec<usize>, Vec<usize>) = (0..incidents.len()).partition(is_new);
    let mut outcomes = vec![Outcome::Conflict; incidents.len()];
    for (kind, indexes) in [(Kind::Update, changed), (Kind::Insert, new)] {
        let mut batch = Batch::new(kind);
        let mut written = Vec::with_capacity(indexes.len());
        for index in &indexes {
            batch.push(&incidents[*index])?;
            if batch.is_full() {
                written.extend(write(database, std::mem::replace(&mut batch, Batch::new(kind))).await?);
            }
        }
        written.extend(write(database, batch).await?);
        indexes.into_iter().zip(written).for_each(|(index, outcome)| outcomes[index] = outcome);
    }
    Ok(outcomes)
}

/// On a majority of the servers, and in their journals.
pub(super) fn durable_writes() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(WRITE_TIMEOUT).build()
}

/// One command; one outcome for each document in it.
async fn write(database: &Database, batch: Batch) -> Result<Vec<Outcome>, StoreError> {
    if batch.count == 0 {
        return Ok(Vec::new());
    }
    let durable = bson::serialize_to_raw_document_buf(&durable_writes()).map_err(unwritable)?;
    let mut command = match batch.kind {
        Kind::Insert => rawdoc! { "insert": INCIDENTS, "documents": batch.writes },
        Kind::Update => rawdoc! { "update": INCIDENTS, "updates": batch.writes },
    };
    command.append(cstr!("ordered"), false);
    command.append(cstr!("writeConcern"), durable);
    let reply = database.run_raw_command(command).await?;
    outcomes(&reply, batch.count)
}

/// How documents are written. New ones could be upserted, too, but inserts cost MongoDB half as much.
#[derive(Clone, Copy)]
enum Kind {
    Insert,
    Update,
}

/// Writes for one command, which must stay below 16 MB.
struct Batch {
    kind: Kind,
    writes: RawArrayBuf,
    count: usize,
    bytes: usize,
}

impl Batch {
    fn new(kind: Kind) -> Self {
        Self { kind, writes: RawArrayBuf::new(), count: 0, bytes: 0 }
    }

    fn push(&mut self, incident: &Incident) -> Result<(), StoreError> {
        let document =
            bson::serialize_to_raw_document_buf(&IncidentDocument::from(incident)).map_err(unwritable)?;
        let write = match self.kind {
            Kind::Insert => document,
            Kind::Update => replacement(incident, document),
        };
        self.count += 1;
        self.bytes += write.as_bytes().len();
        self.writes.push(write);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.count >= MAX_WRITES || self.bytes >= MAX_WRITE_BYTES
    }
}

/// Region and key lead a sharded cluster to the one shard that can hold it; without them it upserts nothing.
/// The hint spares MongoDB the choice among their indexes.
fn replacement(incident: &Incident, document: RawDocumentBuf) -> RawDocumentBuf {
    let stored = rawdoc! {
        "_id": incident.id.0.as_str(),
        "region": incident.key.region.as_str(),
        "key": key_text(&incident.key),
        "revision": signed(incident.revision) - 1,
    };
    rawdoc! { "q": stored, "u": document, "upsert": true, "hint": "_id_" }
}

fn unwritable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("a document could not be written: {error}"))
}

/// Reads the reply of an unordered command: whatever is not named in `writeErrors` was written.
fn outcomes(reply: &Document, count: usize) -> Result<Vec<Outcome>, StoreError> {
    if let Ok(error) = reply.get_document("writeConcernError") {
        return Err(StoreError::Unavailable(format!("not durable on a majority: {error}")));
    }
    let mut conflicts = HashSet::new();
    for error in reply.get_array("writeErrors").into_iter().flatten().filter_map(Bson::as_document) {
        if error.get_i32("code").ok() != Some(DUPLICATE_KEY) {
            return Err(StoreError::Unavailable(format!("a write was refused: {error}")));
        }
        conflicts.insert(error.get_i32("index").ok().and_then(|index| usize::try_from(index).ok()));
    }
    let outcome = |index| if conflicts.contains(&Some(index)) { Outcome::Conflict } else { Outcome::Written };
    Ok((0..count).map(outcome).collect())
}
