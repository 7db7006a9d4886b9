//! Forgetting what is old.

use bson::{DateTime, Document, doc};
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::Collection;

use crate::domain::incident::Status;
use crate::store::StoreError;
use crate::store::documents::{IncidentDocument, status_text};

/// Deletes up to so many; whoever changes one of them in between keeps it.
pub(super) async fn forget(
    incidents: &Collection<IncidentDocument>,
    status: Status,
    updated_before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = doc! {
        "status": status_text(status),
        "updated_at": { "$lt": DateTime::from_jiff(updated_before) },
        "wakes_at": null,
    };
    let documents = incidents.clone_with_type::<Document>();
    let found = documents.find(old.clone()).projection(doc! { "_id": 1 }).limit(i64::from(limit)).await?;
    let ids: Vec<_> = found
        .try_filter_map(|document| async move { Ok(document.get("_id").cloned()) })
        .try_collect()
        .await?;
    let mut named = old;
    named.insert("_id", doc! { "$in": ids });
    Ok(incidents.delete_many(named).await?.deleted_count)
}
