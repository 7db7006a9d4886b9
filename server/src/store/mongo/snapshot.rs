//! Everything that the database held at one moment: a snapshot session, which writers do not wait for.

use async_trait::async_trait;
use bson::{Document, RawDocumentBuf, doc};
use cineportal_regions::RegionId;
use mongodb::error::ErrorKind;
use mongodb::{ClientSession, Database, SessionCursor};
use serde::de::DeserializeOwned;

use super::{INCIDENTS, heartbeats};
use crate::access::ServiceToken;
use crate::domain::incident::Incident;
use crate::domain::silence::Silence;
use crate::store::documents::{IncidentDocument, SilenceDocument, TokenDocument, unsigned};
use crate::store::{Kept, KeptCollection, Snapshot, StoreError};

/// How many documents are handed on at once.
const BATCH: usize = 500;
/// MongoDB no longer knows how it stood at that moment.
const SNAPSHOT_TOO_OLD: i32 = 239;

/// Where reading stands.
pub(super) struct MongoSnapshot {
    database: Database,
    session: ClientSession,
    /// What was not begun yet, the next one last.
    left: Vec<KeptCollection>,
    under_way: Option<(KeptCollection, SessionCursor<RawDocumentBuf>)>,
}

impl MongoSnapshot {
    pub(super) async fn open(database: Database) -> Result<Self, StoreError> {
        // The name of another database must not make an empty backup, for which older ones are removed.
        if !database.list_collection_names().await?.iter().any(|name| name == INCIDENTS) {
            return Err(StoreError::Unavailable(format!("the database {} holds no store", database.name())));
        }
        let session = database.client().start_session().snapshot(true).await?;
        let left = KeptCollection::ALL.into_iter().rev().collect();
        let mut snapshot = Self { database, session, left, under_way: None };
        // The first question fixes the moment.
        snapshot.begin_next().await?;
        Ok(snapshot)
    }

    async fn begin_next(&mut self) -> Result<(), StoreError> {
        let Some(collection) = self.left.pop() else { return Ok(()) };
        let documents = self.database.collection::<RawDocumentBuf>(collection.name());
        let found = documents.find(doc! {}).sort(doc! { "_id": 1 }).session(&mut self.session);
        self.under_way = Some((collection, found.await.map_err(|error| explained(&error))?));
        Ok(())
    }
}

#[async_trait]
impl Snapshot for MongoSnapshot {
    async fn next(&mut self) -> Result<Vec<Kept>, StoreError> {
        let mut batch = Vec::new();
        while let Some((collection, mut cursor)) = self.under_way.take() {
            let document = cursor.next(&mut self.session).await;
            let Some(document) = document.transpose().map_err(|error| explained(&error))? else {
                self.begin_next().await?;
                continue;
            };
            batch.push(read(collection, &document)?);
            self.under_way = Some((collection, cursor));
            if batch.len() == BATCH {
                break;
            }
        }
        Ok(batch)
    }
}

fn read(collection: KeptCollection, document: &RawDocumentBuf) -> Result<Kept, StoreError> {
    let kept = match collection {
        KeptCollection::Incidents => parse::<IncidentDocument>(document)
            .map(|document| Kept::Incident(Box::new(Incident::from(document)))),
        KeptCollection::Silences => {
            parse::<SilenceDocument>(document).and_then(Silence::try_from).map(Kept::Silence)
        }
        KeptCollection::ServiceTokens => {
            parse::<TokenDocument>(document).and_then(ServiceToken::try_from).map(Kept::ServiceToken)
        }
        KeptCollection::Numbers => parse::<Document>(document).and_then(|document| number(&document)),
        KeptCollection::Heartbeats => parse::<Document>(document).and_then(|document| heartbeat(&document)),
    };
    kept.map_err(|error| {
        let id = document.get_str("_id").unwrap_or("without id");
        StoreError::Corrupt(format!("{id} of the {} cannot be read: {error}", collection.name()))
    })
}

fn parse<T: DeserializeOwned>(document: &RawDocumentBuf) -> Result<T, StoreError> {
    bson::deserialize_from_slice(document.as_bytes()).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn number(document: &Document) -> Result<Kept, StoreError> {
    match (document.get_str("_id"), document.get_i64("last")) {
        (Ok(region), Ok(last)) => Ok(Kept::Number { region: RegionId::new(region), last: unsigned(last) }),
        _ => Err(StoreError::Corrupt("it is no number".to_owned())),
    }
}

fn heartbeat(document: &Document) -> Result<Kept, StoreError> {
    let (name, heartbeat) =
        heartbeats::read(document).ok_or_else(|| StoreError::Corrupt("it has no name".to_owned()))?;
    Ok(Kept::Heartbeat { name, heartbeat })
}

fn explained(error: &mongodb::error::Error) -> StoreError {
    match error.kind.as_ref() {
        ErrorKind::Command(command) if command.code == SNAPSHOT_TOO_OLD => StoreError::Unavailable(
            "MongoDB forgot how the store stood when the backup began: give its parameter \
             minSnapshotHistoryWindowInSeconds more than a backup takes"
                .to_owned(),
        ),
        _ => StoreError::Unavailable(error.to_string()),
    }
}
