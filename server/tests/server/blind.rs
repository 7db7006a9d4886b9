//! Blind is not green: a region of which nothing is heard says so.

use std::collections::BTreeSet;
use std::time::Duration;

use cineportal::config::SourceAddress;
use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{FreshStore, PATIENCE, StoreKind, TestServer, on_both_stores, resolved};

fn watchdog(region: &str) -> Value {
    json!({
        "status": "firing",
        "labels": { "alertname": "Watchdog", "error_id": "watchdog", "severity": "none", "region": region },
        "annotations": { "summary": "Monitoring works" },
        "startsAt": "2026-11-20T10:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
    })
}

fn lost(region: &str) -> Value {
    resolved(watchdog(region), "2026-11-20T11:00:00Z")
}

/// A server that calls a region blind after so many seconds.
async fn server(store: FreshStore, watchdog_seconds: u32) -> TestServer {
    TestServer::start_configured(store, |settings| settings.sources.watchdog_seconds = watchdog_seconds).await
}

/// Since when a region is blind, or null.
async fn blind_since(server: &TestServer, region: &str) -> Value {
    let query = "query ($id: ID!) { region(id: $id) { blindSince } }";
    server.graphql(query, json!({ "id": region })).await["region"]["blindSince"].take()
}

/// How the watchdog of a region is.
async fn watchdog_state(server: &TestServer, region: &str) -> Value {
    let query = "query ($id: ID!) { region(id: $id) { sources { name state } } }";
    let mut data = server.graphql(query, json!({ "id": region })).await;
    assert_eq!(data["region"]["sources"][0]["name"], "watchdog");
    data["region"]["sources"][0]["state"].take()
}

on_both_stores! {
    async fn a_watchdog_is_a_sign_of_life_and_no_incident(server: TestServer) {
        assert!(blind_since(&server, "denmark").await.is_string());
        assert_eq!(watchdog_state(&server, "denmark").await, "UNKNOWN");
        server.alert(&[watchdog("denmark"), watchdog("atlantis")]).await;
        assert_eq!(blind_since(&server, "denmark").await, Value::Null);
        assert_eq!(watchdog_state(&server, "denmark").await, "OK");
        assert_eq!(watchdog_state(&server, "finland").await, "UNKNOWN");
        assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await, Vec::<Value>::new());
    }

    async fn a_region_whose_watchdog_is_gone_is_blind_at_once_until_it_is_heard_again(server: TestServer) {
        server.alert(&[watchdog("denmark"), watchdog("finland")]).await;
        server.alert(&[lost("denmark")]).await;
        let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
        assert_eq!((&incident["errorId"], &incident["severity"]), (&json!("region_blind"), &json!("CRITICAL")));
        assert_eq!(incident["region"]["id"], "denmark");
        assert_eq!(incident["openedAt"], blind_since(&server, "denmark").await);
        assert!(incident["description"].as_str().unwrap().contains("watchdog (its alert is resolved)"), "{incident}");
        assert_eq!(watchdog_state(&server, "denmark").await, "SILENT");
        server.alert(&[watchdog("denmark")]).await;
        let closed = server.the_incident(|incident| incident["closeReason"] == "RESOLVED").await;
        assert_eq!(closed["description"], incident["description"]);
        assert_eq!(blind_since(&server, "denmark").await, Value::Null);
    }

    async fn a_region_that_turns_blind_again_and_again_keeps_its_ticket(server: TestServer) {
        for occurrences in 1..=3 {
            server.alert(&[lost("denmark")]).await;
            server.the_incident(|incident| incident["status"] == "OPEN" && incident["occurrences"] == occurrences).await;
            server.alert(&[watchdog("denmark")]).await;
            server.the_incident(|incident| incident["status"] == "CLOSED").await;
        }
    }

    async fn one_of_two_watchdogs_is_enough(server: TestServer) {
        let mut of_replica = lost("denmark");
        of_replica["labels"]["replica"] = json!("a");
        server.alert(&[watchdog("denmark"), of_replica]).await;
        assert_eq!(blind_since(&server, "denmark").await, Value::Null);
    }
}

async fn what_was_heard_is_not_forgotten_by_a_restart(kind: StoreKind) {
    let first = server(kind.fresh(), 300).await;
    first.alert(&[watchdog("denmark"), watchdog("finland")]).await;
    first.alert(&[lost("finland")]).await;
    let since = blind_since(&first, "finland").await;
    let second = server(first.stop().await, 300).await;
    let heard = async { while blind_since(&second, "denmark").await != Value::Null {} };
    tokio::time::timeout(PATIENCE, heard).await.expect("denmark was heard before the restart");
    assert_eq!(blind_since(&second, "finland").await, since);
}

#[tokio::test]
async fn what_was_heard_is_not_forgotten_by_a_restart_embedded() {
    what_was_heard_is_not_forgotten_by_a_restart(StoreKind::Embedded).await;
}

#[tokio::test]
async fn what_was_heard_is_not_forgotten_by_a_restart_mongodb() {
    what_was_heard_is_not_forgotten_by_a_restart(StoreKind::Mongo).await;
}

#[tokio::test]
async fn every_region_that_is_never_heard_of_is_blind_but_unassigned_is_not() {
    let server = server(StoreKind::Embedded.fresh(), 1).await;
    let blind = server.incidents_once(&["OPEN"], |open| open.len() == 5).await;
    let regions: BTreeSet<_> =
        blind.iter().map(|incident| incident["region"]["id"].as_str().unwrap()).collect();
    assert_eq!(regions, ["denmark", "finland", "germany", "norway", "sweden"].into());
    assert_eq!(blind_since(&server, "unassigned").await, Value::Null);
}

#[tokio::test]
async fn two_servers_hear_with_all_their_ears_and_open_one_incident() {
    let first = server(StoreKind::Mongo.fresh(), 300).await;
    let second = server(first.shared_store(), 300).await;
    first.alert(&[watchdog("denmark")]).await;
    let heard = async {
        while blind_since(&second, "denmark").await != Value::Null {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("the second server never learned of it");
    second.alert(&[lost("denmark")]).await;
    for server in [&first, &second] {
        let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
        assert_eq!(incident["occurrences"], 1);
    }
}

#[tokio::test]
async fn a_source_that_does_not_answer_blinds_every_region_however_its_watchdog_beats() {
    let nobody: SourceAddress = "http://127.0.0.1:9".parse().unwrap();
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.sources.prometheus = vec![nobody];
        settings.sources.reconcile_seconds = 1;
        settings.sources.watchdog_seconds = 6;
    })
    .await;
    let denmark = async {
        loop {
            server.alert(&[watchdog("denmark")]).await;
            let open = server.incidents(&["OPEN"]).await;
            if let Some(blind) = open.into_iter().find(|incident| incident["region"]["id"] == "denmark") {
                return blind;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let blind = tokio::time::timeout(PATIENCE, denmark).await.expect("denmark is not blind");
    let description = blind["description"].as_str().unwrap();
    assert!(
        description.contains("prometheus 127.0.0.1:9 (it cannot be reached: nothing answers at its address"),
        "{blind}"
    );
    assert!(!description.contains("watchdog"), "{blind}");
}

#[tokio::test]
async fn no_region_is_blind_where_nobody_watches() {
    let server = server(StoreKind::Embedded.fresh(), 0).await;
    assert_eq!(blind_since(&server, "denmark").await, Value::Null);
}

#[tokio::test]
async fn the_regions_of_an_exporter_that_falls_silent_are_blind_and_no_others() {
    let exporter = FakeExporter::start().await;
    exporter.tell_shows(&[("dk-aarhus-01-03", Some(60))]);
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.sources.exporter = vec![format!("http://{}", exporter.address).parse().unwrap()];
        (
            settings.sources.exporter_poll_seconds,
            settings.sources.reconcile_seconds,
            settings.sources.watchdog_seconds,
        ) = (1, 1, 6);
    })
    .await;
    let seen = async |expected: fn(&Value) -> bool| {
        let seen = async {
            loop {
                server.alert(&[watchdog("denmark"), watchdog("finland")]).await;
                if expected(&blind_since(&server, "denmark").await) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("Denmark is not seen as expected");
    };
    seen(Value::is_null).await;
    exporter.fail();
    seen(Value::is_string).await;
    assert_eq!(blind_since(&server, "finland").await, Value::Null);
    let query = "{ region(id: \"denmark\") { sources { name state error } } }";
    let last = |data: &Value| data["region"]["sources"].as_array().unwrap().last().unwrap().clone();
    let data = server.graphql_once(query, |data| last(data)["state"] == "FAILING").await;
    assert_eq!(last(&data)["name"], format!("exporter {}", exporter.address), "{data}");
}
