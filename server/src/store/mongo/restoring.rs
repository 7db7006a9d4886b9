//! Filling collections aside, and putting them in their place once all are whole.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bson::{Bson, DateTime, Document, RawDocumentBuf, doc};
use mongodb::{Collection, Database};
use serde::Serialize;
use uuid::Uuid;

use super::switch::{self, COLLECTIONS, aside};
use super::writes::durable_writes;
use super::{indexes, layout, sessions, silences};
use crate::store::documents::{IncidentDocument, SilenceDocument, TokenDocument, signed};
use crate::store::{Kept, KeptCollection, RestoreError, Restoring, StoreError};

/// Collections that nobody sees yet.
pub(super) struct MongoRestoring {
    database: Database,
    /// Tells these collections from those of another run.
    run: String,
    replace: bool,
    written: BTreeMap<KeptCollection, u64>,
}

impl MongoRestoring {
    /// Begins, with empty collections aside.
    pub(super) async fn begin(database: Database, replace: bool) -> Result<Self, RestoreError> {
        layout::bring_up_to_date(&database).await?;
        let run = Uuid::new_v4().simple().to_string();
        let begun = Self { database, run, replace, written: BTreeMap::new() };
        if let Some(there) = begun.occupied().await? {
            return Err(RestoreError::NotEmpty(there));
        }
        begun.prepare().await?;
        Ok(begun)
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        switch::claim(&self.database, &self.run).await?;
        switch::clean(&self.database).await?;
        for collection in COLLECTIONS {
            self.database.create_collection(aside(&self.run, collection)).await?;
        }
        Ok(())
    }

    /// The first collection that holds something which must not be replaced. Signs of life come by themselves.
    async fn occupied(&self) -> Result<Option<&'static str>, StoreError> {
        let collections = KeptCollection::ALL.into_iter().filter(|one| *one != KeptCollection::Heartbeats);
        for collection in collections.filter(|_| !self.replace) {
            let documents = self.database.collection::<Document>(collection.name());
            if documents.find_one(doc! {}).await?.is_some() {
                return Ok(Some(collection.name()));
            }
        }
        Ok(None)
    }

    /// All that has to be so before anybody sees it.
    async fn complete(&self) -> Result<(), StoreError> {
        self.create_indexes().await?;
        self.check().await?;
        match self.occupied().await? {
            Some(there) => Err(StoreError::Unavailable(format!("somebody has written {there} meanwhile"))),
            None => Ok(()),
        }
    }

    /// What was written is there, and no more.
    async fn check(&self) -> Result<(), StoreError> {
        for collection in KeptCollection::ALL {
            let written = self.written.get(&collection).copied().unwrap_or(0);
            let there = self.collection::<Document>(collection).count_documents(doc! {}).await?;
            if written != there {
                let name = collection.name();
                let reason = format!("{there} of {written} {name} arrived; nothing was changed, try again");
                return Err(StoreError::Unavailable(reason));
            }
        }
        Ok(())
    }

    async fn create_indexes(&self) -> Result<(), StoreError> {
        self.collection::<IncidentDocument>(KeptCollection::Incidents).create_indexes(indexes()).await?;
        silences::create_index(&self.collection(KeptCollection::Silences)).await?;
        sessions::create_indexes(&self.database.collection(&aside(&self.run, "sessions"))).await
    }

    fn collection<T: Send + Sync>(&self, collection: KeptCollection) -> Collection<T> {
        self.database.collection(&aside(&self.run, collection.name()))
    }
}

#[async_trait]
impl Restoring for MongoRestoring {
    async fn add(&mut self, kept: Vec<Kept>) -> Result<(), StoreError> {
        let mut documents: BTreeMap<KeptCollection, Vec<RawDocumentBuf>> = BTreeMap::new();
        for kept in &kept {
            documents.entry(kept.collection()).or_default().push(document(kept)?);
        }
        for (collection, documents) in documents {
            let aside = self.collection::<RawDocumentBuf>(collection);
            let inserted = aside.insert_many(&documents).write_concern(durable_writes()).await;
            inserted.map_err(|error| StoreError::Unavailable(error.to_string()))?;
            *self.written.entry(collection).or_default() += documents.len() as u64;
        }
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        if let Err(error) = self.complete().await {
            switch::forget(&self.database, &self.run).await?;
            return Err(error);
        }
        switch::begin(&self.database, &self.run).await
    }

    async fn abandon(self: Box<Self>) -> Result<(), StoreError> {
        switch::forget(&self.database, &self.run).await
    }
}

fn document(kept: &Kept) -> Result<RawDocumentBuf, StoreError> {
    match kept {
        Kept::Incident(incident) => encode(&IncidentDocument::from(incident.as_ref())),
        Kept::Silence(silence) => encode(&SilenceDocument::from(silence)),
        Kept::ServiceToken(token) => encode(&TokenDocument::from(token)),
        Kept::Number { region, last } => encode(&doc! { "_id": region.as_str(), "last": signed(*last) }),
        Kept::Heartbeat { name, heartbeat } => {
            let times = [("heard_at", heartbeat.heard_at), ("lost_at", heartbeat.lost_at)];
            let known = times.into_iter().filter_map(|(field, time)| Some((field.to_owned(), time?)));
            let known = known.map(|(field, time)| (field, Bson::from(DateTime::from_jiff(time))));
            let name = [("_id".to_owned(), Bson::from(name.as_str()))];
            encode(&name.into_iter().chain(known).collect::<Document>())
        }
    }
}

/// As the store itself writes: dates are dates.
fn encode(document: &impl Serialize) -> Result<RawDocumentBuf, StoreError> {
    bson::serialize_to_raw_document_buf(document).map_err(|error| StoreError::Corrupt(error.to_string()))
}
