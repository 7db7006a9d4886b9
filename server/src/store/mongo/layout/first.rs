//! Layout 1: incidents are not found by words yet, do not count their writes beside what people see of them, and do not
//! know where they come from. What was done already is not done again.

use bson::{Document, RawDocumentBuf, doc};
use futures::TryStreamExt;
use mongodb::options::{CollectionOptions, ReadConcern};
use mongodb::{Collection, Database};

use crate::domain::search::terms;
use crate::store::StoreError;
use crate::store::mongo::writes::durable_writes;
use crate::store::mongo::{INCIDENTS, readable};

/// Changes every incident that is not of this layout yet.
pub(super) async fn leave(database: &Database) -> Result<(), StoreError> {
    let durable = CollectionOptions::builder()
        .read_concern(ReadConcern::majority())
        .write_concern(durable_writes())
        .build();
    let incidents = database.collection_with_options::<Document>(INCIDENTS, durable);
    complete(&incidents).await?;
    find_words(&incidents).await
}

/// A document of layout 1 tells of an alert, and each of its writes was one that people saw.
async fn complete(incidents: &Collection<Document>) -> Result<(), StoreError> {
    let origin = doc! { "kind": "MONITORING" };
    let lacking = doc! { "recent_starts": [], "origin": origin, "revision": "$version" };
    let first = doc! { "revision": { "$exists": false } };
    incidents.update_many(first, vec![doc! { "$set": lacking }]).await?;
    Ok(())
}

/// One that cannot be read stays as it is: nobody would be shown it.
async fn find_words(incidents: &Collection<Document>) -> Result<(), StoreError> {
    let wordless = doc! { "terms": { "$exists": false } };
    let mut found = incidents.clone_with_type::<RawDocumentBuf>().find(wordless).await?;
    while let Some(document) = found.try_next().await? {
        let Some(incident) = readable(&document) else { continue };
        let this = doc! { "_id": &incident.id.0, "terms": { "$exists": false } };
        let words: Vec<String> = terms(&incident).into_iter().collect();
        incidents.update_one(this, doc! { "$set": { "terms": words } }).await?;
    }
    Ok(())
}
