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
    IndexOptions, ReadConcern, ReturnDocument, WriteConcern,
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
        let mut updates = RawArrayBuf::new();
        for incident in incidents {
            updates.push(replacement(incident)?);
        }
        let durable = bson::serialize_to_raw_document_buf(&durable_writes()).map_err(unwritable)?;
        let command =
            rawdoc! { "update": INCIDENTS, "updates": updates, "ordered": false, "writeConcern": durable };
        let reply = self.database.run_raw_command(command).await?;
        outcomes(&reply, incidents.len())
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
        Ok(self.incidents.find(filter).await?.map_ok(Incident::from).try_collect().await?)
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
        let stream = self.incidents.watch().full_document(FullDocumentType::UpdateLookup).await?;
        Ok(stream.map_err(StoreError::from).try_filter_map(|event| async { Ok(committed(event)) }).boxed())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.database.run_command(doc! { "ping": 1 }).await?;
        Ok(())
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

/// The feed tells inserts and replacements; a document that was deleted since has nothing to tell.
fn committed(event: ChangeStreamEvent<IncidentDocument>) -> Option<Committed> {
    let incident = Incident::from(event.full_document?);
    let token = bson::serialize_to_bson(&event.id).ok()?;
    let data = token.as_document().and_then(|token| token.get_str("_data").ok());
    Some(Committed { cursor: data.map_or_else(|| token.to_string(), str::to_owned), incident })
}

impl From<mongodb::error::Error> for StoreError {
    fn from(error: mongodb::error::Error) -> Self {
        match *error.kind {
            mongodb::error::ErrorKind::BsonDeserialization(_) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
