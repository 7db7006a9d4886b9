//! Sessions in their own collection, shared by all servers.

use bson::{DateTime, Document, doc};
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::options::{CollectionOptions, IndexOptions, ReadConcern};
use mongodb::{Collection, Database, IndexModel};

use super::silences::is_duplicate;
use super::writes::durable_writes;
use crate::access::{Session, SessionId, SessionsOf};
use crate::store::documents::{SessionDocument, signed};
use crate::store::{Outcome, StoreError};

const SESSIONS: &str = "sessions";

/// The collection. Who has signed out must stay so, whatever becomes of a primary.
pub(super) fn collection(database: &Database) -> Collection<SessionDocument> {
    let durable = CollectionOptions::builder()
        .read_concern(ReadConcern::majority())
        .write_concern(durable_writes())
        .build();
    database.collection_with_options(SESSIONS, durable)
}

pub(super) async fn create_indexes(sessions: &Collection<SessionDocument>) -> Result<(), StoreError> {
    let index = |name: &str, keys: Document| {
        let options = IndexOptions::builder().name(name.to_owned()).build();
        IndexModel::builder().keys(keys).options(options).build()
    };
    let indexes = [
        index("end", doc! { "ends_at": 1 }),
        index("of_person", doc! { "issuer": 1, "subject": 1 }),
        index("of_provider", doc! { "issuer": 1, "provider_session": 1 }),
    ];
    sessions.create_indexes(indexes).await?;
    Ok(())
}

/// Inserts version 1, or replaces the version before.
pub(super) async fn put(
    sessions: &Collection<SessionDocument>,
    session: &Session,
) -> Result<Outcome, StoreError> {
    let document = SessionDocument::from(session);
    if session.version == 1 {
        return match sessions.insert_one(document).await {
            Ok(_) => Ok(Outcome::Written),
            Err(error) if is_duplicate(&error) => Ok(Outcome::Conflict),
            Err(error) => Err(error.into()),
        };
    }
    let before = doc! { "_id": &session.id.0, "version": signed(session.version) - 1 };
    let replaced = sessions.replace_one(before, document).await?;
    Ok(if replaced.matched_count == 0 { Outcome::Conflict } else { Outcome::Written })
}

pub(super) async fn get(
    sessions: &Collection<SessionDocument>,
    id: &SessionId,
) -> Result<Option<Session>, StoreError> {
    Ok(sessions.find_one(doc! { "_id": &id.0 }).await?.map(Session::from))
}

pub(super) async fn end(
    sessions: &Collection<SessionDocument>,
    whose: &SessionsOf,
) -> Result<u64, StoreError> {
    let theirs = match whose {
        SessionsOf::Session(id) => doc! { "_id": &id.0 },
        SessionsOf::ProviderSession { issuer, session } => {
            doc! { "issuer": issuer, "provider_session": session }
        }
        SessionsOf::Person { issuer, subject } => doc! { "issuer": issuer, "subject": subject },
    };
    Ok(sessions.delete_many(theirs).await?.deleted_count)
}

/// Deletes up to so many; one that goes on in between stays.
pub(super) async fn forget(
    sessions: &Collection<SessionDocument>,
    ended_before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let ended = doc! { "ends_at": { "$lt": DateTime::from_jiff(ended_before) } };
    let documents = sessions.clone_with_type::<Document>();
    let found = documents.find(ended.clone()).projection(doc! { "_id": 1 }).limit(i64::from(limit)).await?;
    let ids: Vec<_> = found
        .try_filter_map(|document| async move { Ok(document.get("_id").cloned()) })
        .try_collect()
        .await?;
    let mut named = ended;
    named.insert("_id", doc! { "$in": ids });
    Ok(sessions.delete_many(named).await?.deleted_count)
}
