//! Backups: whole, of one moment, and the same in either store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bson::{Document, doc};
use cineportal::backup;
use cineportal::config::StoreAddress;
use cineportal::domain::incident::Incident;
use cineportal::store::{self, Kept};
use cineportal_regions::RegionId;
use futures::TryStreamExt;
use mongodb::Client;
use tokio::sync::watch;

use crate::session_contract::session;
use crate::support::backup::{back_up, complaint, everything_in, fill, run, told};
use crate::support::{FreshStore, StoreKind, TestServer, offline, webhook};

const BOTH: [StoreKind; 2] = [StoreKind::Embedded, StoreKind::Mongo];

/// A store with something of every kind in it, and nobody working on it.
pub(crate) async fn filled(kind: StoreKind, incidents: usize, seed: u64) -> FreshStore {
    let fresh = kind.fresh();
    fill(&store::open(&fresh.address).await.unwrap(), incidents, seed).await;
    fresh
}

#[tokio::test]
async fn a_backup_of_each_store_is_the_same_document_by_document_in_each_store() {
    let folder = tempfile::tempdir().unwrap();
    for from in BOTH {
        let source = filled(from, 1_200, 7).await;
        for to in BOTH {
            let there = everything_in(&source.address).await;
            assert!(there.len() > 1_200);
            let target = to.fresh();
            let place = folder.path().join(format!("{from:?}-{to:?}"));
            let file = back_up(&source.address, &place).await;
            backup::restore(&file, &target.address, false).await.unwrap();
            let restored = everything_in(&target.address).await;
            assert!(restored == there, "{from:?} to {to:?}");
            assert_eq!(lines(&back_up(&target.address, &place.join("again")).await), lines(&file));
        }
    }
}

/// The lines of a backup but the first, which says when it was made; as `zstd -dc` would print them.
fn lines(file: &Path) -> Vec<String> {
    let text = zstd::decode_all(std::fs::File::open(file).unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let is_note = |line: &str| line.contains("\"last backup\"") || line.starts_with("{\"end\"");
    text.lines().skip(1).filter(|line| !is_note(line)).map(str::to_owned).collect()
}

#[tokio::test]
async fn documents_of_mongodb_come_back_as_they_were_by_way_of_the_embedded_store() {
    let folder = tempfile::tempdir().unwrap();
    let (source, between, target) =
        (filled(StoreKind::Mongo, 300, 7).await, StoreKind::Embedded.fresh(), StoreKind::Mongo.fresh());
    for (from, to) in [(&source, &between), (&between, &target)] {
        let file = back_up(&from.address, &folder.path().join("between")).await;
        backup::restore(&file, &to.address, false).await.unwrap();
        std::fs::remove_dir_all(folder.path().join("between")).unwrap();
    }
    for collection in ["incidents", "silences", "service_tokens", "numbers", "heartbeats"] {
        let (before, after) = (raw(&source, collection).await, raw(&target, collection).await);
        assert!(!before.is_empty() && before == after, "{collection}");
    }
}

/// The documents of a collection as MongoDB keeps them, but what was noted of backups.
async fn raw(store: &FreshStore, collection: &str) -> Vec<Document> {
    let StoreAddress::Mongo(uri) = &store.address else { panic!("not MongoDB") };
    let database = Client::with_uri_str(uri).await.unwrap().default_database().unwrap();
    let wanted = doc! { "_id": { "$ne": "last backup" } };
    let found = database.collection(collection).find(wanted).sort(doc! { "_id": 1 }).await.unwrap();
    found.try_collect().await.unwrap()
}

#[tokio::test]
async fn a_restored_store_goes_on_where_the_other_one_was() {
    let folder = tempfile::tempdir().unwrap();
    let source = filled(StoreKind::Embedded, 50, 7).await;
    let file = back_up(&source.address, folder.path()).await;
    let old = store::open(&source.address).await.unwrap();
    let denmark = RegionId::new("denmark");
    let next = old.take_numbers(&denmark, 1).await.unwrap();
    for kind in BOTH {
        let target = kind.fresh();
        backup::restore(&file, &target.address, false).await.unwrap();
        let server = TestServer::start_on(target).await;
        server.alert(&[offline("dk-new-01", "denmark", "2026-11-20T10:00:00Z")]).await;
        let found = server.incidents_once(&["OPEN"], |all| all.iter().any(is_new)).await;
        let new = found.into_iter().find(is_new).unwrap();
        assert_eq!(new["number"], format!("DK-{}", 1_000 + next), "{kind:?}");
        server.stop().await;
    }
}

fn is_new(incident: &serde_json::Value) -> bool {
    incident["machine"]["id"] == "dk-new-01"
}

#[tokio::test]
async fn nobody_gets_in_with_what_a_backup_holds() {
    let folder = tempfile::tempdir().unwrap();
    for kind in BOTH {
        let source = filled(kind, 5, 7).await;
        let store = store::open(&source.address).await.unwrap();
        store.commit_session(&session("secret-session", "ida")).await.unwrap();
        drop(store);
        let file = back_up(&source.address, &folder.path().join(format!("{kind:?}"))).await;
        let text = lines(&file).join("\n");
        assert!(text.contains("\"service_token\"") && !text.contains("secret-session"));
        let target = filled(kind, 5, 8).await;
        let before = store::open(&target.address).await.unwrap();
        before.commit_session(&session("old-session", "ida")).await.unwrap();
        drop(before);
        backup::restore(&file, &target.address, true).await.unwrap();
        let after = store::open(&target.address).await.unwrap();
        assert_eq!(after.session(&session("old-session", "ida").id).await.unwrap(), None);
        assert_eq!(after.tokens().embed_key(b"fresh").await.unwrap(), b"fresh");
    }
}

#[tokio::test]
async fn a_backup_of_the_embedded_store_is_of_one_moment_while_alerts_stream_in() {
    is_of_one_moment(StoreKind::Embedded, StoreKind::Mongo).await;
}

#[tokio::test]
async fn a_backup_of_mongodb_is_of_one_moment_while_alerts_stream_in() {
    is_of_one_moment(StoreKind::Mongo, StoreKind::Embedded).await;
}

/// Each sender waits for its answer before it sends the next alert. So at every moment the store holds a first part
/// of what each of them sent, and whatever was answered before the backup began.
async fn is_of_one_moment(from: StoreKind, to: StoreKind) {
    let fresh = from.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    fill(&store, 2_000, 7).await;
    let server = Arc::new(TestServer::start_with(store, fresh).await);
    server.wait_until_ready().await;
    let (stop, stopped) = watch::channel(false);
    let senders: Vec<Sender> = (0..4).map(|number| Sender::start(number, &server, &stopped)).collect();
    for sender in &senders {
        sender.acknowledged.clone().wait_for(|count| *count >= 20).await.unwrap();
    }
    let before: Vec<u32> = senders.iter().map(|sender| *sender.acknowledged.borrow()).collect();
    let folder = tempfile::tempdir().unwrap();
    let (address, place) = (server.store().clone(), folder.path().to_str().unwrap().to_owned());
    let said = tokio::task::spawn_blocking(move || told(&run(&address, &["backup", "--to", &place])));
    let said = said.await.unwrap();
    for (sender, before) in senders.iter().zip(&before) {
        let more = before + 1;
        sender.acknowledged.clone().wait_for(|count| *count >= more).await.unwrap();
    }
    stop.send_replace(true);
    for sender in senders {
        sender.running.await.unwrap();
    }
    let file = folder.path().join(said.split_once(':').unwrap().0);
    let target = to.fresh();
    backup::restore(&file, &target.address, false).await.unwrap();
    let held = machines(&everything_in(&target.address).await);
    for (number, before) in before.into_iter().enumerate() {
        let count =
            u32::try_from(held.keys().filter(|name| name.starts_with(&prefix(number))).count()).unwrap();
        assert!(count >= before, "sender {number}: {count} of {before} that were answered");
        let first: Vec<String> = (0..count).map(|alert| machine(number, alert)).collect();
        assert!(
            first.iter().all(|name| held.contains_key(name)),
            "sender {number}: later ones, not earlier ones"
        );
    }
    let shown = everything_in(server.store()).await;
    let shown = machines(&shown);
    assert!(held.iter().all(|(name, incident)| shown[name].id == incident.id), "other incidents");
}

fn machines(all: &[Kept]) -> BTreeMap<String, Incident> {
    let incidents = all.iter().filter_map(|kept| match kept {
        Kept::Incident(incident) => Some((incident.place.machine_id.clone()?, incident.as_ref().clone())),
        _ => None,
    });
    incidents.collect()
}

fn prefix(sender: usize) -> String {
    format!("dk-moment-{sender}-")
}

fn machine(sender: usize, alert: u32) -> String {
    format!("{}{alert}", prefix(sender))
}

/// Sends one alert of a new machine after the other.
struct Sender {
    acknowledged: watch::Receiver<u32>,
    running: tokio::task::JoinHandle<()>,
}

impl Sender {
    fn start(number: usize, server: &Arc<TestServer>, stop: &watch::Receiver<bool>) -> Self {
        let (count, acknowledged) = watch::channel(0);
        let (server, stop) = (Arc::clone(server), stop.clone());
        let running = tokio::spawn(async move {
            while !*stop.borrow() {
                let machine = machine(number, *count.borrow());
                let alert = offline(&machine, "denmark", "2026-11-20T10:00:00Z");
                assert_eq!(server.webhook(webhook(&[alert])).await.0, 200);
                count.send_modify(|count| *count += 1);
            }
        });
        Self { acknowledged, running }
    }
}

#[tokio::test]
async fn a_store_that_is_not_empty_is_not_replaced_unless_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = back_up(&filled(StoreKind::Embedded, 20, 7).await.address, folder.path()).await;
    let file = file.to_str().unwrap();
    for kind in BOTH {
        let target = filled(kind, 30, 8).await;
        let before = everything_in(&target.address).await;
        let said = complaint(&run(&target.address, &["restore", file]));
        assert!(said.contains("not empty") && said.contains("--replace"), "{said}");
        assert!(everything_in(&target.address).await == before, "{kind:?}: it was changed");
        told(&run(&target.address, &["restore", file, "--replace"]));
        assert!(everything_in(&target.address).await != before, "{kind:?}: it was not replaced");
    }
}

#[tokio::test]
async fn an_embedded_store_on_which_a_server_runs_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let file = back_up(&filled(StoreKind::Embedded, 20, 7).await.address, folder.path()).await;
    let server = TestServer::start(StoreKind::Embedded).await;
    let said = complaint(&run(server.store(), &["restore", file.to_str().unwrap(), "--replace"]));
    assert!(said.contains("in use by another server"), "{said}");
}

#[tokio::test]
async fn checking_a_backup_says_what_is_in_it_and_makes_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = back_up(&filled(StoreKind::Embedded, 20, 7).await.address, folder.path()).await;
    let nowhere = StoreAddress::Embedded(folder.path().join("nowhere"));
    let said = told(&run(&nowhere, &["restore", "--check", file.to_str().unwrap()]));
    assert!(said.starts_with("The backup is whole: 21 incidents, 2 silences, 1 service tokens, "), "{said}");
    assert!(!folder.path().join("nowhere").exists());
}

#[tokio::test]
async fn where_there_is_no_store_there_is_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = StoreAddress::Embedded(folder.path().join("nowhere"));
    let place: PathBuf = folder.path().join("backups");
    let said = complaint(&run(&nowhere, &["backup", "--to", place.to_str().unwrap()]));
    assert!(said.contains("no backup was made"), "{said}");
    assert!(!folder.path().join("nowhere").exists());
}
