//! Backups one after the other: how many are kept, what is never removed, and how a server tells of them.

use std::fs::File;
use std::time::Duration;

use cineportal::backup;

use crate::backup::filled;
use crate::support::backup::{back_up, files, old_name, program, settings};
use crate::support::process::Process;
use crate::support::{PATIENCE, StoreKind, TestServer};

/// Files of somebody else, some with names that are nearly ours.
pub(crate) fn strangers() -> [String; 4] {
    [
        "notes.txt".to_owned(),
        format!("{}.old", old_name(0)),
        format!("copy-of-{}", old_name(0)),
        old_name(0).replace("Z.jsonl.zst", ".jsonl.zst"),
    ]
}

#[tokio::test]
async fn the_newest_three_are_kept_and_nothing_else_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(StoreKind::Embedded, 20, 7).await;
    for name in (1..=5).map(old_name).chain(strangers()) {
        std::fs::write(folder.path().join(name), "old").unwrap();
    }
    let to = folder.path().to_str().unwrap();
    let _running = Process::start(&mut program(
        &store.address,
        &["backup", "--to", to, "--every-hours", "6", "--keep", "3"],
    ));
    let is_done = || {
        let there = files(folder.path());
        let (old, new) = ([old_name(4), old_name(5)], there.iter().filter(|name| is_new(name)).count());
        old.iter().chain(&strangers()).all(|name| there.contains(name)) && new == 1 && there.len() == 7
    };
    let done = async {
        while !is_done() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, done).await;
    assert!(in_time.is_ok(), "{:?}", files(folder.path()));
}

pub(crate) fn is_new(name: &str) -> bool {
    name.starts_with("cineportal-2") && name.ends_with("Z.jsonl.zst") && *name > *old_name(5)
}

#[tokio::test]
async fn all_are_kept_where_nothing_else_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(StoreKind::Embedded, 20, 7).await;
    for hour in 1..=5 {
        std::fs::write(folder.path().join(old_name(hour)), "old").unwrap();
    }
    back_up(&store.address, folder.path()).await;
    assert_eq!(files(folder.path()).len(), 6);
}

#[tokio::test]
async fn one_backup_at_a_time_is_made_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(StoreKind::Embedded, 20, 7).await;
    let other = File::create(folder.path().join(".cineportal-backup.lock")).unwrap();
    other.lock().unwrap();
    let error =
        backup::once(&settings(&store.address, folder.path().to_str().unwrap(), &[])).await.unwrap_err();
    assert!(error.to_string().contains("another backup is being made there"), "{error}");
    drop(other);
    back_up(&store.address, folder.path()).await;
}

#[tokio::test]
async fn what_is_left_of_a_backup_that_was_cut_off_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(StoreKind::Embedded, 20, 7).await;
    std::fs::write(folder.path().join(".cineportal-backup.partial"), vec![7; 1_000_000]).unwrap();
    let file = back_up(&store.address, folder.path()).await;
    backup::check(&file).await.unwrap();
    assert!(!folder.path().join(".cineportal-backup.partial").exists());
}

#[tokio::test]
async fn a_server_on_the_embedded_store_tells_when_the_last_backup_was_made() {
    tells_of_the_last_backup(StoreKind::Embedded).await;
}

#[tokio::test]
async fn a_server_on_mongodb_tells_when_the_last_backup_was_made() {
    tells_of_the_last_backup(StoreKind::Mongo).await;
}

async fn tells_of_the_last_backup(kind: StoreKind) {
    const NAME: &str = "cineportal_backup_last_success_timestamp_seconds{} ";
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start(kind).await;
    assert!(!server.get("/metrics").await.text().await.unwrap().contains(NAME), "there is none yet");
    let to = folder.path().to_str().unwrap();
    let (name, _) = backup::once(&settings(server.store(), to, &[])).await.unwrap();
    let expected = format!("{NAME}{}", name.made_at().as_second());
    let told = async {
        while !server.get("/metrics").await.text().await.unwrap().contains(&expected) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("the metric is missing");
}
