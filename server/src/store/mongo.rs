//! The production store: a MongoDB replica set, 6.0 or newer, for several servers.
//!
//! Every write is one `update` command with replacement documents and `upsert`: a document whose version
//! is not the expected one makes the upsert collide on `_id`, so each write says for itself whether it won.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use bson::{Bson, DateTime, Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use cineportal_regions::RegionId;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use mongodb::change_stream::event::ChangeStreamEvent;
use mongodb::options::{
    Acknowledgment, ClientOptions, CollectionOptions, FindOneAndUpdateOptions, FullDocumentType,
    IndexOptions, ReadConcern, ReadPreference, ReturnDocument, SelectionCriteria, WriteConcern,
};
use mongodb::{Client, Collection, Database, IndexModel};

use super::documents::{IncidentDocument, key_text, signed, status_text};
use super::{Changes, Committed, Outcome, Page, PageQuery, Store, StoreError};
use crate::domain::incident::{Incident, IncidentId, IncidentKey};

/// Where the address names no database.
const DEFAULT_DATABASE: &str = "cineportal";
const INCIDENTS: &str = "incidents";
const NUMBERS: &str = "numbers";
/// Another document stands where this one should: MongoDB's code for a broken unique index.
const DUPLICATE_KEY: i32 = 11_000;
/// A command is closed when it holds this many updates, or this many bytes of them; one incident is far smaller.
const MAX_UPDATES: usize = 1_000;
const MAX_UPDATE_BYTES: usize = 8 * 1024 * 1024;
/// How long a write may wait for the majority.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to look for a server that takes writes before giving up.
const SELECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Incidents in one MongoDB database.
pub struct MongoStore {
    database: Database,
    incidents: Collection<IncidentDocument>,
}

impl MongoStore {
    /// Connects, and makes the indexes where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the address is wrong or no primary answers.
    pub async fn connect(uri: &str) -> Result<Self, StoreError> {
        let mut options = ClientOptions::parse(uri).await?;
        options.app_name = Some("cineportal".to_owned());
        options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
        let name = options.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
        let database = Client::with_options(options)?.database(&name);
        // What another server wrote but the majority does not have yet may still be rolled back:
        // nothing may be answered on the strength of it.
        let durable = CollectionOptions::builder()
            .read_concern(ReadConcern::majority())
            .write_concern(durable_writes())
            .build();
        let incidents = database.collection_with_options(INCIDENTS, durable);
        incidents.create_indexes(indexes()).await?;
        Ok(Self { database, incidents })
    }

    /// One `update` command; one outcome for each update in it.
    async fn write(&self, batch: UpdateBatch) -> Result<Vec<Outcome>, StoreError> {
        if batch.count == 0 {
            return Ok(Vec::new());
        }
        let durable = bson::serialize_to_raw_document_buf(&durable_writes()).map_err(unwritable)?;
        let command = rawdoc! { "update": INCIDENTS, "updates": batch.updates, "ordered": false, "writeConcern": durable };
        let reply = self.database.run_raw_command(command).await?;
        outcomes(&reply, batch.count)
    }

    async fn find(&self, pipeline: Vec<Document>) -> Result<Vec<Incident>, StoreError> {
        let cursor = self.incidents.aggregate(pipeline).with_type::<IncidentDocument>().await?;
        Ok(cursor.map_ok(Incident::from).try_collect().await?)
    }
}

#[async_trait]
impl Store for MongoStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        let keys: Vec<String> = keys.iter().map(key_text).collect();
        self.find(vec![
            doc! { "$match": { "key": { "$in": keys } } },
            doc! { "$sort": { "key": 1, "occurrence_started_at": -1 } },
            doc! { "$group": { "_id": "$key", "newest": { "$first": "$$ROOT" } } },
            doc! { "$replaceRoot": { "newRoot": "$newest" } },
        ])
        .await
    }

    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        Ok(self.incidents.find_one(doc! { "_id": &id.0 }).await?.map(Incident::from))
    }

    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::with_capacity(incidents.len());
        let mut batch = UpdateBatch::default();
        for incident in incidents {
            batch.push(replacement(incident)?);
            if batch.is_full() {
                outcomes.extend(self.write(std::mem::take(&mut batch)).await?);
            }
        }
        outcomes.extend(self.write(batch).await?);
        Ok(outcomes)
    }

    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError> {
        let options = FindOneAndUpdateOptions::builder()
            .upsert(true)
            .return_document(ReturnDocument::After)
            .write_concern(durable_writes())
            .build();
        let numbers = self.database.collection::<Document>(NUMBERS);
        let after = numbers
            .find_one_and_update(
                doc! { "_id": region.as_str() },
                doc! { "$inc": { "last": i64::from(count) } },
            )
            .with_options(options)
            .await?;
        let last = after
            .and_then(|document| document.get_i64("last").ok())
            .and_then(|last| u64::try_from(last).ok());
        last.map(|last| last + 1 - u64::from(count))
            .ok_or_else(|| StoreError::Corrupt(format!("no number for region {region}")))
    }

    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError> {
        let since = DateTime::from_jiff(closed_since);
        let filter = doc! { "$or": [ { "open": true }, { "open": false, "closed_at": { "$gte": since } } ] };
        // A change stream starts behind what the primary has applied, which the majority may not have yet.
        // The session makes the majority's answer wait until it includes all of that.
        let mut session = self.database.client().start_session().causal_consistency(true).await?;
        self.database.run_command(doc! { "ping": 1 }).session(&mut session).await?;
        let raw = self.incidents.clone_with_type::<RawDocumentBuf>();
        let mut cursor = raw.find(filter).session(&mut session).await?;
        let documents = cursor.stream(&mut session);
        Ok(documents.try_filter_map(|document| async move { Ok(readable(&document)) }).try_collect().await?)
    }

    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        let regions: Vec<&str> = query.regions.iter().map(RegionId::as_str).collect();
        let statuses: Vec<&str> = query.statuses.iter().map(|status| status_text(*status)).collect();
        let mut filter = doc! { "region": { "$in": regions }, "status": { "$in": statuses } };
        let total = self.incidents.count_documents(filter.clone()).await?;
        if let Some(after) = &query.after {
            let opened_at = DateTime::from_jiff(after.opened_at);
            let behind = doc! { "opened_at": opened_at, "_id": { "$lt": &after.id.0 } };
            filter.insert("$or", vec![doc! { "opened_at": { "$lt": opened_at } }, behind]);
        }
        let cursor = self
            .incidents
            .find(filter)
            .sort(doc! { "opened_at": -1, "_id": -1 })
            .limit(i64::from(query.limit) + 1)
            .await?;
        let mut incidents: Vec<Incident> = cursor.map_ok(Incident::from).try_collect().await?;
        let has_next = incidents.len() > query.limit as usize;
        incidents.truncate(query.limit as usize);
        Ok(Page { incidents, has_next, total })
    }

    async fn watch(&self) -> Result<Changes, StoreError> {
        let raw = self.incidents.clone_with_type::<RawDocumentBuf>();
        let stream = raw.watch().full_document(FullDocumentType::UpdateLookup).await?;
        Ok(stream.map_err(StoreError::from).try_filter_map(|event| async { Ok(committed(event)) }).boxed())
    }
}

/// Updates for one command, which must stay below 16 MB.
#[derive(Default)]
struct UpdateBatch {
    updates: RawArrayBuf,
    count: usize,
    bytes: usize,
}

impl UpdateBatch {
    fn push(&mut self, update: RawDocumentBuf) {
        self.count += 1;
        self.bytes += update.as_bytes().len();
        self.updates.push(update);
    }

    fn is_full(&self) -> bool {
        self.count >= MAX_UPDATES || self.bytes >= MAX_UPDATE_BYTES
    }
}

fn durable_writes() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(WRITE_TIMEOUT).build()
}

fn indexes() -> Vec<IndexModel> {
    let one_open = IndexOptions::builder()
        .name("one_open".to_owned())
        .unique(true)
        .partial_filter_expression(doc! { "open": true })
        .build();
    let named = |name: &str, keys: Document| {
        IndexModel::builder()
            .keys(keys)
            .options(IndexOptions::builder().name(name.to_owned()).build())
            .build()
    };
    vec![
        IndexModel::builder().keys(doc! { "region": 1, "key": 1 }).options(one_open).build(),
        named("newest", doc! { "key": 1, "occurrence_started_at": -1 }),
        named("history", doc! { "region": 1, "status": 1, "opened_at": -1, "_id": -1 }),
        named("current", doc! { "open": 1, "closed_at": 1 }),
    ]
}

fn replacement(incident: &Incident) -> Result<RawDocumentBuf, StoreError> {
    let document =
        bson::serialize_to_raw_document_buf(&IncidentDocument::from(incident)).map_err(unwritable)?;
    let expected_version = signed(incident.version) - 1;
    Ok(
        rawdoc! { "q": { "_id": incident.id.0.as_str(), "version": expected_version }, "u": document, "upsert": true },
    )
}

fn unwritable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("a document could not be written: {error}"))
}

/// Reads the reply of an unordered `update` command: whatever is not named in `writeErrors` was written.
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

/// One document that cannot be read, from a newer server perhaps, must not cost the board all others.
fn readable(document: &RawDocumentBuf) -> Option<Incident> {
    match bson::deserialize_from_slice::<IncidentDocument>(document.as_bytes()) {
        Ok(document) => Some(document.into()),
        Err(error) => {
            let id = document.get_str("_id").unwrap_or("without id");
            tracing::error!(%id, %error, "an incident cannot be read, and is not shown");
            None
        }
    }
}

/// The feed tells inserts and replacements; a document that was deleted since has nothing to tell.
fn committed(event: ChangeStreamEvent<RawDocumentBuf>) -> Option<Committed> {
    let incident = readable(&event.full_document?)?;
    let token = bson::serialize_to_bson(&event.id).ok()?;
    let data = token.as_document().and_then(|token| token.get_str("_data").ok());
    Some(Committed { cursor: data.map_or_else(|| token.to_string(), str::to_owned), incident })
}

impl From<mongodb::error::Error> for StoreError {
    fn from(error: mongodb::error::Error) -> Self {
        match *error.kind {
            mongodb::error::ErrorKind::Bson(_) | mongodb::error::ErrorKind::BsonDeserialization(_) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
