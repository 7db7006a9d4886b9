//! Starting, stopping, starting again.

use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer, offline};

fn dark_screen(machine: &str) -> serde_json::Value {
    offline(machine, "denmark", "2026-11-20T10:00:00Z")
}

async fn what_was_stored_is_there_after_a_restart(kind: StoreKind) {
    let server = TestServer::start(kind).await;
    server.alert(&[dark_screen("dk-1")]).await;
    let before = server.the_incident(|_| true).await;
    let server = TestServer::start_on(server.stop().await).await;
    assert_eq!(server.incidents(&["OPEN"]).await, [before]);
    server.alert(&[dark_screen("dk-2")]).await;
    server.incidents_once(&["OPEN"], |open| open.len() == 2).await;
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart_embedded() {
    what_was_stored_is_there_after_a_restart(StoreKind::Embedded).await;
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart_mongodb() {
    what_was_stored_is_there_after_a_restart(StoreKind::Mongo).await;
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let settings = crate::support::settings(server.store());
    let error = cineportal::app::App::build(&settings).await.err().unwrap().to_string();
    assert!(error.contains("is in use by another server"), "{error}");
}

#[tokio::test]
async fn two_servers_on_one_mongodb_see_each_others_incidents() {
    let first = TestServer::start(StoreKind::Mongo).await;
    let second = TestServer::start_on(first.shared_store()).await;
    let mut follower = LiveClient::connect(second.address).await;
    follower.follow("1", "denmark", None).await;
    assert_eq!(follower.event().await["__typename"], "Resync");
    let alerts = [dark_screen("dk-1")];
    futures::future::join_all((0..50).flat_map(|_| [first.alert(&alerts), second.alert(&alerts)])).await;
    let told = follower.event().await;
    let incident = first.the_incident(|incident| incident["version"] == 1).await;
    assert_eq!(told["incident"]["number"], incident["number"]);
}

#[tokio::test]
async fn followers_are_told_when_the_server_stops() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut follower = LiveClient::connect(server.address).await;
    server.stop().await;
    assert_eq!(follower.hear().await, Said::Closed(1001));
}
