//! What closed last, and what is closed although it still fires.

use bson::{Document, RawDocumentBuf, doc};
use futures::TryStreamExt;
use mongodb::options::IndexOptions;
use mongodb::{Collection, IndexModel};

use super::readable;
use crate::domain::incident::Incident;
use crate::store::StoreError;
use crate::store::documents::IncidentDocument;

/// Small: few incidents are closed while they fire.
pub(super) fn index() -> IndexModel {
    let options = IndexOptions::builder()
        .name("closed_while_firing".to_owned())
        .partial_filter_expression(firing())
        .build();
    IndexModel::builder().keys(doc! { "closed_at": -1 }).options(options).build()
}

pub(super) async fn newest(
    incidents: &Collection<IncidentDocument>,
    limit: u32,
) -> Result<Vec<Incident>, StoreError> {
    select(incidents, doc! { "open": false }, limit).await
}

pub(super) async fn while_firing(
    incidents: &Collection<IncidentDocument>,
    limit: u32,
) -> Result<Vec<Incident>, StoreError> {
    select(incidents, firing(), limit).await
}

fn firing() -> Document {
    doc! { "open": false, "occurrence_ended_at": { "$type": "null" } }
}

async fn select(
    incidents: &Collection<IncidentDocument>,
    filter: Document,
    limit: u32,
) -> Result<Vec<Incident>, StoreError> {
    let raw = incidents.clone_with_type::<RawDocumentBuf>();
    let newest = raw.find(filter).sort(doc! { "closed_at": -1 }).limit(i64::from(limit));
    let documents = newest.await?;
    Ok(documents.try_filter_map(|document| async move { Ok(readable(&document)) }).try_collect().await?)
}
