//! No orphans: a server compares its incidents with a real Alertmanager.

use cineportal::config::ServeConfig;
use serde_json::{Value, json};

use crate::support::monitoring::Alertmanager;
use crate::support::{FreshStore, StoreKind, TestServer, offline};

/// Began long ago, as everything that is compared here.
fn dark_screen(machine: &str) -> Value {
    offline(machine, "denmark", "2026-11-20T10:00:00Z")
}

/// Compares every second. Sources are believed at once; the last test shows that else they are not.
fn eager(settings: &mut ServeConfig, alertmanager: &Alertmanager) {
    settings.sources.alertmanager = vec![alertmanager.address()];
    settings.sources.reconcile_seconds = 1;
    settings.sources.source_settle_seconds = 0;
}

async fn server(store: FreshStore, alertmanager: &Alertmanager) -> TestServer {
    TestServer::start_configured(store, |settings| eager(settings, alertmanager)).await
}

async fn what_fired_while_the_server_was_away_opens_at_start(kind: StoreKind) {
    let alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = server(kind.fresh(), &alertmanager).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    assert_eq!(incident["machine"]["id"], "dk-1");
    assert_eq!(incident["openedAt"], "2026-11-20T10:00:00Z");
    server.rounds(3).await;
    let again = server.the_incident(|_| true).await;
    assert_eq!((&again["version"], &again["occurrences"]), (&json!(1), &json!(1)));
}

async fn what_was_resolved_and_never_reached_us_closes(kind: StoreKind) {
    let alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = server(kind.fresh(), &alertmanager).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    alertmanager.resolve(&dark_screen("dk-1")).await;
    let incident = server.the_incident(|incident| incident["status"] == "CLOSED").await;
    assert_eq!(
        (&incident["closeReason"], &incident["firing"]),
        (&json!("RESOLVED_AT_SOURCE"), &json!(false))
    );
    let last = incident["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["what"], &last["note"]), (&json!("CLOSED"), &json!("resolved at source")));
}

#[tokio::test]
async fn what_fired_while_the_server_was_away_opens_at_start_embedded() {
    what_fired_while_the_server_was_away_opens_at_start(StoreKind::Embedded).await;
}

#[tokio::test]
async fn what_fired_while_the_server_was_away_opens_at_start_mongodb() {
    what_fired_while_the_server_was_away_opens_at_start(StoreKind::Mongo).await;
}

#[tokio::test]
async fn what_was_resolved_and_never_reached_us_closes_embedded() {
    what_was_resolved_and_never_reached_us_closes(StoreKind::Embedded).await;
}

#[tokio::test]
async fn what_was_resolved_and_never_reached_us_closes_mongodb() {
    what_was_resolved_and_never_reached_us_closes(StoreKind::Mongo).await;
}

#[tokio::test]
async fn an_orphan_from_before_the_restart_closes() {
    let alertmanager = Alertmanager::start().await;
    let first = TestServer::start(StoreKind::Embedded).await;
    first.alert(&[dark_screen("dk-1")]).await;
    let second = server(first.stop().await, &alertmanager).await;
    second.the_incident(|incident| incident["closeReason"] == "RESOLVED_AT_SOURCE").await;
}

#[tokio::test]
async fn two_servers_close_an_orphan_once() {
    let alertmanager = Alertmanager::start().await;
    let first = server(StoreKind::Mongo.fresh(), &alertmanager).await;
    let second = server(first.shared_store(), &alertmanager).await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    first.the_incident(|incident| incident["status"] == "OPEN").await;
    alertmanager.resolve(&dark_screen("dk-1")).await;
    first.the_incident(|incident| incident["status"] == "CLOSED").await;
    second.rounds(2).await;
    let incident = first.the_incident(|_| true).await;
    let told: Vec<_> = incident["timeline"].as_array().unwrap().iter().map(|entry| &entry["what"]).collect();
    assert_eq!(told, [&json!("OPENED"), &json!("CLOSED")]);
}

#[tokio::test]
async fn nothing_closes_while_a_source_cannot_be_reached() {
    let mut alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = server(StoreKind::Embedded.fresh(), &alertmanager).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    alertmanager.stop();
    server.rounds(4).await;
    server.the_incident(|incident| incident["status"] == "OPEN" && incident["firing"] == true).await;
    let sources = "{ region(id: \"denmark\") { sources { name state asOf error } } }";
    let mut data = server.graphql(sources, json!({})).await;
    let source = data["region"]["sources"][1].take();
    assert_eq!(source["state"], "FAILING");
    assert_eq!(source["error"], "it cannot be reached: nothing answers at its address");
    assert!(
        source["asOf"].is_string() && source["name"].as_str().unwrap().starts_with("alertmanager 127.0.0.1:")
    );
}

#[tokio::test]
async fn nothing_closes_because_one_of_two_sources_does_not_answer() {
    let (mut away, alertmanager) = (Alertmanager::start().await, Alertmanager::start().await);
    let addresses = vec![away.address(), alertmanager.address()];
    away.stop();
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        eager(settings, &alertmanager);
        settings.sources.alertmanager = addresses;
    })
    .await;
    server.alert(&[dark_screen("dk-1")]).await;
    server.rounds(4).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
}

#[tokio::test]
async fn what_was_silenced_at_the_source_still_fires() {
    let alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = server(StoreKind::Embedded.fresh(), &alertmanager).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    alertmanager.silence("dk-1").await;
    server.rounds(4).await;
    server.the_incident(|incident| incident["status"] == "OPEN" && incident["firing"] == true).await;
}

#[tokio::test]
async fn what_was_silenced_at_the_source_from_the_start_opens_nothing() {
    let alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    alertmanager.silence("dk-1").await;
    let server = server(StoreKind::Embedded.fresh(), &alertmanager).await;
    server.rounds(3).await;
    assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await, Vec::<Value>::new());
}

#[tokio::test]
async fn alerts_for_another_receiver_are_not_missed() {
    let alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        eager(settings, &alertmanager);
        settings.sources.alertmanager_receiver = Some("somebody else".to_owned());
    })
    .await;
    server.rounds(3).await;
    assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await, Vec::<Value>::new());
}

#[tokio::test]
async fn nothing_closes_because_an_alertmanager_has_forgotten_it() {
    let mut alertmanager = Alertmanager::start().await;
    alertmanager.fire(&dark_screen("dk-1")).await;
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        eager(settings, &alertmanager);
        settings.sources.source_settle_seconds = 300;
    })
    .await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    alertmanager.stop();
    alertmanager.start_again().await;
    server.rounds(4).await;
    server.the_incident(|incident| incident["status"] == "OPEN" && incident["firing"] == true).await;
    assert!(server.metric("cineportal_reconcile_closed_total").await < 1.0);
}
