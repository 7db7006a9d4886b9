//! The layout of the documents: which version they have, and the steps that bring older ones to the newest.
//! One server takes a step, the others wait: it holds a lease, and renews it meanwhile. Each step can be taken again
//! from its middle, so whoever is interrupted is followed by another one.

mod first;
mod second;

use std::time::Duration;

use bson::oid::ObjectId;
use bson::{Document, doc};
use mongodb::options::CollectionOptions;
use mongodb::{Collection, Database};

use super::writes::durable_writes;
use crate::store::StoreError;

const LAYOUTS: &str = "layouts";
/// The one document there.
const ID: &str = "incidents";
/// The layout that this program reads and writes.
const NEWEST: u32 = 3;
/// How long a server that says nothing is waited for. By the clock of MongoDB, which all of them share.
const LEASE: Duration = Duration::from_secs(30);
/// How often whoever waits looks again.
const PAUSE: Duration = Duration::from_millis(200);

/// Brings all documents to the newest layout, step by step.
///
/// # Errors
/// [`StoreError::NewerLayout`] if a newer program has written them, and what the store says.
pub(super) async fn bring_up_to_date(database: &Database) -> Result<(), StoreError> {
    let durable = CollectionOptions::builder().write_concern(durable_writes()).build();
    let layout = Layout {
        documents: database.collection_with_options(LAYOUTS, durable),
        owner: ObjectId::new().to_hex(),
    };
    loop {
        let found = layout.found().await?;
        if found > NEWEST {
            return Err(StoreError::NewerLayout { found, known: NEWEST });
        }
        if found == NEWEST {
            return Ok(());
        }
        if layout.claim(found).await? {
            tracing::info!(from = found, to = found + 1, "the store is brought to a newer layout");
            tokio::select! {
                taken = step(found, database) => taken?,
                lost = layout.renew() => return Err(lost),
            }
            layout.finish(found).await?;
        } else {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// All steps, each by the layout that it begins at.
async fn step(from: u32, database: &Database) -> Result<(), StoreError> {
    match from {
        1 => first::leave(database).await,
        2 => second::leave(database).await,
        other => Err(StoreError::Corrupt(format!("there is no layout {other}"))),
    }
}

/// The document that says which layout the others have, and who is about to change that.
struct Layout {
    documents: Collection<Document>,
    owner: String,
}

impl Layout {
    /// The layout of the documents; the first one where none is named.
    async fn found(&self) -> Result<u32, StoreError> {
        let first = doc! { "$setOnInsert": { "version": 1 } };
        self.documents.update_one(doc! { "_id": ID }, first).upsert(true).await?;
        let document = self.documents.find_one(doc! { "_id": ID }).await?.unwrap_or_default();
        let version = document.get_i32("version").ok().and_then(|version| u32::try_from(version).ok());
        version.ok_or_else(|| StoreError::Corrupt("the version of its layout is no number".to_owned()))
    }

    /// Whether this server may take the step from this layout.
    async fn claim(&self, from: u32) -> Result<bool, StoreError> {
        let is_free = doc! { "$expr": { "$lt": ["$until", "$$NOW"] } };
        let filter = doc! { "_id": ID, "version": from, "$or": [{ "until": { "$exists": false } }, is_free] };
        let claimed = self.documents.update_one(filter, self.lease()).await?;
        Ok(claimed.matched_count == 1)
    }

    /// Renews the lease until it is lost.
    async fn renew(&self) -> StoreError {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            let ours = doc! { "_id": ID, "owner": &self.owner };
            match self.documents.update_one(ours, self.lease()).await {
                Ok(renewed) if renewed.matched_count == 1 => {}
                Ok(_) => return StoreError::Unavailable("another server changes its layout".to_owned()),
                Err(error) => return error.into(),
            }
        }
    }

    async fn finish(&self, from: u32) -> Result<(), StoreError> {
        let ours = doc! { "_id": ID, "version": from, "owner": &self.owner };
        let done = doc! { "$set": { "version": from + 1 }, "$unset": { "owner": "", "until": "" } };
        self.documents.update_one(ours, done).await?;
        Ok(())
    }

    fn lease(&self) -> Vec<Document> {
        let milliseconds = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        vec![doc! { "$set": { "owner": &self.owner, "until": { "$add": ["$$NOW", milliseconds] } } }]
    }
}
