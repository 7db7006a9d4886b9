//! Silences in their own collection.

use bson::{DateTime, RawDocumentBuf, doc};
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::options::{CollectionOptions, IndexOptions, ReadConcern};
use mongodb::{Collection, Database, IndexModel};

use super::writes::{DUPLICATE_KEY, durable_writes};
use crate::domain::silence::Silence;
use crate::store::documents::{SilenceDocument, signed};
use crate::store::{Outcome, StoreError};

const SILENCES: &str = "silences";

/// The collection, read and written as durably as that of the incidents.
pub(super) fn collection(database: &Database) -> Collection<SilenceDocument> {
    let durable = CollectionOptions::builder()
        .read_concern(ReadConcern::majority())
        .write_concern(durable_writes())
        .build();
    database.collection_with_options(SILENCES, durable)
}

pub(super) async fn create_index(silences: &Collection<SilenceDocument>) -> Result<(), StoreError> {
    let options = IndexOptions::builder().name("over".to_owned()).build();
    silences.create_index(IndexModel::builder().keys(doc! { "over_at": 1 }).options(options).build()).await?;
    Ok(())
}

/// Inserts version 1, or replaces the version before.
pub(super) async fn put(
    silences: &Collection<SilenceDocument>,
    silence: &Silence,
) -> Result<Outcome, StoreError> {
    let document = SilenceDocument::from(silence);
    if silence.version == 1 {
        return match silences.insert_one(document).await {
            Ok(_) => Ok(Outcome::Written),
            Err(error) if is_duplicate(&error) => Ok(Outcome::Conflict),
            Err(error) => Err(error.into()),
        };
    }
    let before = doc! { "_id": &silence.id.0, "version": signed(silence.version) - 1 };
    let replaced = silences.replace_one(before, document).await?;
    Ok(if replaced.matched_count == 0 { Outcome::Conflict } else { Outcome::Written })
}

pub(super) async fn not_over_before(
    silences: &Collection<SilenceDocument>,
    over_since: Timestamp,
) -> Result<Vec<Silence>, StoreError> {
    let since = DateTime::from_jiff(over_since);
    let filter = doc! { "$or": [ { "over_at": null }, { "over_at": { "$gte": since } } ] };
    let documents = silences.clone_with_type::<RawDocumentBuf>().find(filter).await?;
    Ok(documents.try_filter_map(|document| async move { Ok(readable(&document)) }).try_collect().await?)
}

pub(super) fn is_duplicate(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == DUPLICATE_KEY)
}

/// One document that cannot be read, from a newer server perhaps, must not cost all others.
fn readable(document: &RawDocumentBuf) -> Option<Silence> {
    bson::deserialize_from_slice::<SilenceDocument>(document.as_bytes())
        .map_err(|error| StoreError::Corrupt(error.to_string()))
        .and_then(Silence::try_from)
        .inspect_err(|error| tracing::error!(%error, "a silence cannot be read, and mutes nothing"))
        .ok()
}
