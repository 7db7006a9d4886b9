//! The production store: a MongoDB replica set, 6.0 or newer, for several servers.

mod closed;
mod facts;
mod feed;
mod heartbeats;
mod layout;
mod page;
mod restoring;
mod retention;
mod sessions;
mod silences;
mod snapshot;
mod switch;
mod tokens;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bson::{DateTime, Document, RawDocumentBuf, doc};
use cineportal_regions::RegionId;
use futures::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use mongodb::change_stream::event::ChangeStreamEvent;
use mongodb::options::{
    ClientOptions, CollectionOptions, FindOneAndUpdateOptions, FullDocumentType, Hint, IndexOptions,
    ReadConcern, ReadPreference, ReturnDocument, SelectionCriteria,
};
use mongodb::{Client, Collection, Database, IndexModel};

#[cfg(test)]
pub(super) use self::switch::COLLECTIONS;
use self::writes::{durable_writes, write_all};
use super::documents::{IncidentDocument, SessionDocument, SilenceDocument, key_text};
use super::{
    Changes, Committed, IncidentPage, Outcome, PageQuery, RestoreError, Restoring, Selection, Snapshot,
    Store, StoreError, TokenStore,
};
use crate::access::{Session, SessionId, SessionsOf};
use crate::domain::incident::{Incident, IncidentId, IncidentKey, Status};
use crate::domain::period_report::Facts;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;

/// Where the address names no database.
const DEFAULT_DATABASE: &str = "cineportal";
const INCIDENTS: &str = "incidents";
const NUMBERS: &str = "numbers";
/// How long to look for a server that takes writes before giving up.
const SELECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Incidents in one MongoDB database.
pub struct MongoStore {
    database: Database,
    incidents: Collection<IncidentDocument>,
    silences: Collection<SilenceDocument>,
    sessions: Collection<SessionDocument>,
}

impl MongoStore {
    /// Connects, brings an older layout to the newest, and makes the indexes where they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the address is wrong or no primary answers, [`StoreError::NewerLayout`] when a
    /// newer program has written there.
    pub async fn connect(uri: &str) -> Result<Self, StoreError> {
        let database = database(uri).await?;
        switch::finish(&database).await?;
        layout::bring_up_to_date(&database).await?;
        // What another server wrote but the majority does not have yet may still be rolled back:
        // nothing may be answered on the strength of it.
        let durable = CollectionOptions::builder()
            .read_concern(ReadConcern::majority())
            .write_concern(durable_writes())
            .build();
        let incidents = database.collection_with_options(INCIDENTS, durable);
        incidents.create_indexes(indexes()).await?;
        let silences = silences::collection(&database);
        silences::create_index(&silences).await?;
        let sessions = sessions::collection(&database);
        sessions::create_indexes(&sessions).await?;
        Ok(Self { database, incidents, silences, sessions })
    }

    async fn find(&self, pipeline: Vec<Document>) -> Result<Vec<Incident>, StoreError> {
        let cursor = self.incidents.aggregate(pipeline).with_type::<IncidentDocument>().await?;
        Ok(cursor.map_ok(Incident::from).try_collect().await?)
    }

    /// What is open of these keys.
    async fn open_of(&self, keys: impl Iterator<Item = &IncidentKey>) -> Result<Vec<Incident>, StoreError> {
        let (regions, keys): (BTreeSet<&str>, Vec<String>) =
            keys.map(|key| (key.region.as_str(), key_text(key))).unzip();
        let regions: Vec<&str> = regions.into_iter().collect();
        let open = doc! { "region": { "$in": regions }, "key": { "$in": keys }, "open": true };
        let cursor = self.incidents.find(open).hint(Hint::Name("one_open".to_owned())).await?;
        Ok(cursor.map_ok(Incident::from).try_collect().await?)
    }
}

#[async_trait]
impl Store for MongoStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        let texts: Vec<String> = keys.iter().map(key_text).collect();
        let newest = vec![
            doc! { "$match": { "key": { "$in": texts } } },
            doc! { "$sort": { "key": 1, "occurrence_started_at": -1 } },
            doc! { "$group": { "_id": "$key", "newest": { "$first": "$$ROOT" } } },
            doc! { "$replaceRoot": { "newRoot": "$newest" } },
        ];
        let (mut found, closed): (Vec<Incident>, Vec<Incident>) =
            self.find(newest).await?.into_iter().partition(|incident| incident.status != Status::Closed);
        if closed.is_empty() {
            return Ok(found);
        }
        let reopened = self.open_of(closed.iter().map(|incident| &incident.key)).await?;
        let is_reopened = |incident: &Incident| reopened.iter().any(|open| open.key == incident.key);
        found.extend(closed.into_iter().filter(|incident| !is_reopened(incident)));
        found.extend(reopened);
        Ok(found)
    }

    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        Ok(self.incidents.find_one(doc! { "_id": &id.0 }).await?.map(Incident::from))
    }

    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        write_all(&self.database, incidents).await
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

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
        let raw = self.incidents.clone_with_type::<RawDocumentBuf>();
        let due = raw.find(doc! { "wakes_at": { "$type": "date", "$lte": DateTime::from_jiff(now) } });
        let documents = due.sort(doc! { "wakes_at": 1 }).limit(i64::from(limit)).await?;
        Ok(documents.try_filter_map(|document| async move { Ok(readable(&document)) }).try_collect().await?)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let waiting = doc! { "wakes_at": { "$type": "date" } };
        let documents = self.incidents.clone_with_type::<Document>();
        let first = documents
            .find_one(waiting)
            .sort(doc! { "wakes_at": 1 })
            .projection(doc! { "wakes_at": 1 })
            .await?;
        Ok(first.and_then(|document| document.get_datetime("wakes_at").ok().map(|date| date.to_jiff())))
    }

    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        closed::newest(&self.incidents, limit).await
    }

    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        closed::while_firing(&self.incidents, limit).await
    }

    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError> {
        page::read(&self.incidents, query).await
    }

    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
        page::count(&self.incidents, selection, at_most).await
    }

    async fn facts(
        &self,
        regions: &[RegionId],
        from: Timestamp,
        to: Timestamp,
        at_most: u32,
    ) -> Result<Vec<Facts>, StoreError> {
        facts::read(&self.incidents, regions, from, to, at_most).await
    }

    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        retention::forget(&self.incidents, status, updated_before, limit).await
    }

    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError> {
        silences::not_over_before(&self.silences, over_since).await
    }

    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError> {
        silences::put(&self.silences, silence).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        sessions::get(&self.sessions, id).await
    }

    async fn commit_session(&self, session: &Session) -> Result<Outcome, StoreError> {
        sessions::put(&self.sessions, session).await
    }

    async fn end_sessions(&self, whose: &SessionsOf) -> Result<u64, StoreError> {
        sessions::end(&self.sessions, whose).await
    }

    async fn forget_sessions(&self, ended_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        sessions::forget(&self.sessions, ended_before, limit).await
    }

    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
        heartbeats::all(&self.database).await
    }

    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
        heartbeats::note(&self.database, name, heartbeat).await
    }

    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(tokens::Tokens::of(&self.database))
    }

    async fn watch(&self) -> Result<Changes, StoreError> {
        let raw = self.incidents.clone_with_type::<RawDocumentBuf>();
        let stream = raw.watch().full_document(FullDocumentType::UpdateLookup).await?;
        let events = feed::unhurried(stream).map_err(StoreError::from);
        Ok(events.try_filter_map(|event| async { Ok(committed(event)) }).boxed())
    }
}

/// Everything that a database holds now.
///
/// # Errors
/// [`StoreError::Unavailable`] when the address is wrong or no primary answers.
pub(super) async fn snapshot(uri: &str) -> Result<Box<dyn Snapshot>, StoreError> {
    let database = database(uri).await?;
    switch::finish(&database).await?;
    Ok(Box::new(snapshot::MongoSnapshot::open(database).await?))
}

/// Begins to fill a database.
///
/// # Errors
/// [`RestoreError`] when it cannot be reached, or something is there that must not be replaced.
pub(super) async fn restoring(uri: &str, replace: bool) -> Result<Box<dyn Restoring>, RestoreError> {
    let database = database(uri).await?;
    switch::finish(&database).await?;
    Ok(Box::new(restoring::MongoRestoring::begin(database, replace).await?))
}

/// Notes a sign of life.
///
/// # Errors
/// [`StoreError::Unavailable`] when no primary answers.
pub(super) async fn note_heartbeat(uri: &str, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
    heartbeats::note(&database(uri).await?, name, heartbeat).await
}

/// Reaches for nothing yet.
async fn database(uri: &str) -> Result<Database, StoreError> {
    let mut options = ClientOptions::parse(uri).await?;
    options.app_name = Some("cineportal".to_owned());
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    options.server_selection_timeout.get_or_insert(SELECTION_TIMEOUT);
    let name = options.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
    Ok(Client::with_options(options)?.database(&name))
}

/// Those of incidents.
fn indexes() -> Vec<IndexModel> {
    let one_open = IndexOptions::builder()
        .name("one_open".to_owned())
        .unique(true)
        .partial_filter_expression(doc! { "open": true })
        .build();
    let due = IndexOptions::builder()
        .name("due".to_owned())
        .partial_filter_expression(doc! { "wakes_at": { "$type": "date" } })
        .build();
    let named = |name: &str, keys: Document| {
        IndexModel::builder()
            .keys(keys)
            .options(IndexOptions::builder().name(name.to_owned()).build())
            .build()
    };
    [
        IndexModel::builder().keys(doc! { "region": 1, "key": 1 }).options(one_open).build(),
        named("newest", doc! { "key": 1, "occurrence_started_at": -1 }),
        named("history", doc! { "region": 1, "status": 1, "opened_at": -1, "_id": -1 }),
        named("last_changed", doc! { "status": 1, "updated_at": 1 }),
        named("current", doc! { "open": 1, "closed_at": 1 }),
        IndexModel::builder().keys(doc! { "wakes_at": 1 }).options(due).build(),
        closed::index(),
    ]
    .into_iter()
    .chain(page::indexes())
    .collect()
}

/// One document that cannot be read, from a newer server perhaps, must not cost the board or the outbox all others.
fn readable(document: &RawDocumentBuf) -> Option<Incident> {
    match bson::deserialize_from_slice::<IncidentDocument>(document.as_bytes()) {
        Ok(document) => Some(document.into()),
        Err(error) => {
            let id = document.get_str("_id").unwrap_or("without id");
            tracing::error!(%id, %error, "an incident cannot be read, and is left out");
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
