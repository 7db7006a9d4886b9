//! A restore that is killed anywhere: the store is as it was before, or as it should be, never in between.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use cineportal::backup;
use cineportal::config::StoreAddress;
use cineportal::store::{self, Kept};
use mongodb::{Client, Database};

use crate::backup::filled;
use crate::support::backup::{back_up, everything_in, program, run, told};
use crate::support::process::Process;
use crate::support::{FreshStore, StoreKind};

const ROUNDS: u32 = 12;

#[tokio::test]
async fn an_embedded_store_is_never_half_restored_by_kill_9() {
    survives_kills(StoreKind::Embedded).await;
}

#[tokio::test]
async fn mongodb_is_never_half_restored_by_kill_9() {
    survives_kills(StoreKind::Mongo).await;
}

/// Kills at moments that are spread over the time that a restore takes.
async fn survives_kills(kind: StoreKind) {
    let folder = tempfile::tempdir().unwrap();
    let source = filled(StoreKind::Embedded, 2_500, 7).await;
    let file = back_up(&source.address, folder.path()).await;
    let wanted = everything_in_backup(&source).await;
    let words = ["restore", file.to_str().unwrap(), "--replace"];
    let target = filled(kind, 800, 8).await;
    let before = everything_in(&target.address).await;
    let duration = Instant::now();
    told(&run(&kind.fresh().address, &words));
    let duration = duration.elapsed();
    for round in 0..ROUNDS {
        let mut restore = Process::start(&mut program(&target.address, &words));
        std::thread::sleep(duration * round / ROUNDS + Duration::from_millis(10));
        restore.kill();
        // As a server opens it, which finishes what was cut off.
        drop(store::open(&target.address).await.unwrap());
        let there = everything_in(&target.address).await;
        assert!(there == before || there == wanted, "round {round}: {} things", there.len());
    }
    told(&run(&target.address, &words));
    assert!(everything_in(&target.address).await == wanted);
}

/// What was in the store before the backup was noted in it.
async fn everything_in_backup(source: &FreshStore) -> Vec<Kept> {
    let is_note = |kept: &Kept| matches!(kept, Kept::Heartbeat { name, .. } if name == "last backup");
    everything_in(&source.address).await.into_iter().filter(|kept| !is_note(kept)).collect()
}

/// MongoDB replaces one collection at a time. Whoever dies in between has noted before that all are to be replaced.
#[tokio::test]
async fn a_server_finishes_what_was_cut_off_while_collections_changed_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = back_up(&filled(StoreKind::Embedded, 100, 7).await.address, folder.path()).await;
    let (target, restored) = (filled(StoreKind::Mongo, 100, 8).await, StoreKind::Mongo.fresh());
    backup::restore(&file, &restored.address, false).await.unwrap();
    let wanted = everything_in(&restored.address).await;
    let (source, database) = (database(&restored).await, database(&target).await);
    let collections =
        ["incidents", "silences", "service_tokens", "numbers", "heartbeats", "sessions", "secrets"];
    // The first two are in their place already, the others still lie aside.
    for (index, collection) in collections.into_iter().enumerate() {
        let aside = if index < 2 { collection.to_owned() } else { format!("restoring_x_{collection}") };
        copy(&source, &database, collection, &aside).await;
    }
    let note = doc! { "_id": "current", "run": "x", "phase": "switching" };
    database.collection::<Document>("restore").insert_one(note).await.unwrap();
    drop(store::open(&target.address).await.unwrap());
    assert!(everything_in(&target.address).await == wanted);
    let left = database.list_collection_names().await.unwrap();
    assert!(left.iter().all(|name| !name.starts_with("restoring_")), "{left:?}");
    assert_eq!(database.collection::<Document>("restore").count_documents(doc! {}).await.unwrap(), 0);
}

async fn database(store: &FreshStore) -> Database {
    let StoreAddress::Mongo(uri) = &store.address else { panic!("not MongoDB") };
    Client::with_uri_str(uri).await.unwrap().default_database().unwrap()
}

/// Makes a collection of one database that of another one.
async fn copy(from: &Database, to: &Database, collection: &str, aside: &str) {
    use futures::TryStreamExt;
    let documents = from.collection::<Document>(collection).find(doc! {}).await.unwrap();
    let documents: Vec<Document> = documents.try_collect().await.unwrap();
    to.collection::<Document>(aside).drop().await.unwrap();
    to.create_collection(aside).await.unwrap();
    if !documents.is_empty() {
        to.collection(aside).insert_many(documents).await.unwrap();
    }
}
