//! Putting collections that were filled aside in the place of those that are used.
//!
//! MongoDB replaces one collection at a time. So before the first is replaced it is noted that all will be, and
//! whoever opens the database next finishes what was cut off. Each step may be done any number of times.

use bson::{Document, doc};
use mongodb::Database;
use mongodb::error::ErrorKind;
use mongodb::options::{ReadConcern, WriteConcern};

use super::writes::durable_writes;
use crate::store::StoreError;

/// All collections that are replaced together. Those of which a backup knows nothing are replaced by empty ones:
/// sessions and secrets belong to what was there before.
pub(in crate::store) const COLLECTIONS: [&str; 7] =
    ["incidents", "silences", "service_tokens", "numbers", "heartbeats", "sessions", "secrets"];
/// What the names of collections that are filled aside begin with.
const ASIDE: &str = "restoring_";
/// Where it is noted who restores, and how far that is.
const RESTORE: &str = "restore";
const NOTE: &str = "current";
/// No such collection. One that should be renamed was renamed already.
pub(super) const NAMESPACE_NOT_FOUND: i32 = 26;

/// The name of a collection that this run fills aside.
pub(super) fn aside(run: &str, collection: &str) -> String {
    format!("{ASIDE}{run}_{collection}")
}

/// Notes that this run fills; whoever did so before must give up. While collections are put in their place this
/// collides.
pub(super) async fn claim(database: &Database, run: &str) -> Result<(), StoreError> {
    let note = doc! { "_id": NOTE, "run": run, "phase": "filling" };
    let before = doc! { "_id": NOTE, "phase": { "$ne": "switching" } };
    notes(database).replace_one(before, note).upsert(true).write_concern(durable_writes()).await?;
    Ok(())
}

/// Notes that the collections of this run are whole, and puts them in their place.
pub(super) async fn begin(database: &Database, run: &str) -> Result<(), StoreError> {
    let own = doc! { "_id": NOTE, "run": run, "phase": "filling" };
    let whole = doc! { "$set": { "phase": "switching" } };
    let noted = notes(database).update_one(own, whole).write_concern(durable_writes()).await?;
    if noted.matched_count == 0 {
        return Err(StoreError::Unavailable("another restore has begun meanwhile".to_owned()));
    }
    finish(database).await
}

/// Finishes what was cut off while it was put in its place.
pub(super) async fn finish(database: &Database) -> Result<(), StoreError> {
    let notes = notes(database);
    let found = notes.find_one(doc! { "_id": NOTE, "phase": "switching" });
    let Some(note) = found.read_concern(ReadConcern::majority()).await? else { return Ok(()) };
    let run = note.get_str("run").map_err(|error| StoreError::Corrupt(error.to_string()))?;
    for collection in COLLECTIONS {
        rename(database, &aside(run, collection), collection).await?;
    }
    notes.delete_one(doc! { "_id": NOTE, "run": run }).write_concern(durable_writes()).await?;
    Ok(())
}

/// Removes what this run filled aside, and its note.
pub(super) async fn forget(database: &Database, run: &str) -> Result<(), StoreError> {
    for collection in COLLECTIONS {
        database.collection::<Document>(&aside(run, collection)).drop().await?;
    }
    let own = doc! { "_id": NOTE, "run": run, "phase": "filling" };
    notes(database).delete_one(own).write_concern(durable_writes()).await?;
    Ok(())
}

/// Removes what earlier runs left behind that were cut off while they filled.
pub(super) async fn clean(database: &Database) -> Result<(), StoreError> {
    for left in database.list_collection_names().await?.iter().filter(|name| name.starts_with(ASIDE)) {
        database.collection::<Document>(left).drop().await?;
    }
    Ok(())
}

fn notes(database: &Database) -> mongodb::Collection<Document> {
    database.collection(RESTORE)
}

async fn rename(database: &Database, from: &str, to: &str) -> Result<(), StoreError> {
    let namespace = |collection: &str| format!("{}.{collection}", database.name());
    let concern = bson::serialize_to_bson::<WriteConcern>(&durable_writes())
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let command = doc! {
        "renameCollection": namespace(from), "to": namespace(to), "dropTarget": true, "writeConcern": concern,
    };
    match database.client().database("admin").run_command(command).await {
        Err(error) if !is_gone(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

fn is_gone(error: &mongodb::error::Error) -> bool {
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if command.code == NAMESPACE_NOT_FOUND)
}
