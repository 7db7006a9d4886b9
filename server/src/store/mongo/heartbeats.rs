//! When each region and source was last heard of.

use std::collections::BTreeMap;

use bson::{DateTime, Document, doc};
use futures::TryStreamExt;
use mongodb::Database;

use super::writes::durable_writes;
use crate::domain::watch::Heartbeat;
use crate::store::StoreError;

const HEARTBEATS: &str = "heartbeats";

pub(super) async fn all(database: &Database) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
    let cursor = database.collection::<Document>(HEARTBEATS).find(doc! {}).await?;
    let documents: Vec<Document> = cursor.try_collect().await?;
    Ok(documents.iter().filter_map(read).collect())
}

pub(super) async fn note(database: &Database, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
    let times = [("heard_at", heartbeat.heard_at), ("lost_at", heartbeat.lost_at)];
    let known = times.into_iter().filter_map(|(field, time)| Some((field.to_owned(), time?)));
    let later: Document = known.map(|(field, time)| (field, DateTime::from_jiff(time).into())).collect();
    let collection = database.collection::<Document>(HEARTBEATS);
    collection
        .update_one(doc! { "_id": name }, doc! { "$max": later })
        .upsert(true)
        .write_concern(durable_writes())
        .await?;
    Ok(())
}

pub(super) fn read(document: &Document) -> Option<(String, Heartbeat)> {
    let time = |field: &str| document.get_datetime(field).ok().map(|date| date.to_jiff());
    let heartbeat = Heartbeat { heard_at: time("heard_at"), lost_at: time("lost_at") };
    Some((document.get_str("_id").ok()?.to_owned(), heartbeat))
}
