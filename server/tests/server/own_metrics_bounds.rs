//! Metrics of requests and of those who follow: they count what was done, and strangers make no series.

use cineportal_schema::documents;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::event_stream::EventStream;
use crate::support::live::LiveClient;
use crate::support::scrape::Scrape;
use crate::support::{StoreKind, TestServer, offline};

const OPERATIONS: &str = "cineportal_graphql_operation_duration_seconds_count";
const REQUESTS: &str = "cineportal_http_request_duration_seconds_count";
const STRANGERS: u32 = 1_000;
const FOLLOW: &str =
    "subscription { incidentChanged { __typename ... on IncidentChange { incident { machine { id } } } } }";

fn is(value: f64, expected: f64) -> bool {
    (value - expected).abs() < f64::EPSILON
}

fn dark(machine: &str) -> Value {
    offline(machine, "denmark", &Timestamp::now().to_string())
}

#[tokio::test]
async fn a_thousand_operations_that_nobody_published_are_one_series() {
    let server = TestServer::start(StoreKind::Embedded).await;
    for number in 0..STRANGERS {
        server.graphql(&format!("query Stranger{number} {{ regions {{ id }} }}"), json!({})).await;
    }
    let scrape = server.scrape().await;
    assert_eq!(scrape.series(OPERATIONS), 1, "{}", scrape.0);
    let others = format!("{OPERATIONS}{{operation=\"other\",outcome=\"answered\"}}");
    assert!(is(scrape.value(&others), f64::from(STRANGERS)), "{}", scrape.0);
}

#[tokio::test]
async fn a_published_operation_is_counted_by_its_name_and_by_how_it_ends() {
    let server = TestServer::start(StoreKind::Embedded).await;
    for _ in 0..3 {
        server.graphql(documents::REGION_BOARD, json!({ "id": "denmark" })).await;
    }
    // The same name is not the same document.
    server.graphql("query RegionBoard { regions { id } }", json!({})).await;
    server.graphql_errors("{ nothing }").await;
    let missing = json!({ "query": documents::START_PROGRESS, "variables": {} });
    server.graphql_request().json(&missing).send().await.unwrap();
    let scrape = server.scrape().await;
    let count = |operation: &str, outcome: &str| {
        scrape.value(&format!("{OPERATIONS}{{operation=\"{operation}\",outcome=\"{outcome}\"}}"))
    };
    assert!(is(count("region_board", "answered"), 3.0), "{}", scrape.0);
    assert!(is(count("other", "answered"), 1.0), "{}", scrape.0);
    assert!(is(count("other", "refused"), 1.0), "{}", scrape.0);
    // It lacks a variable.
    assert!(is(count("start_progress", "refused"), 1.0), "{}", scrape.0);
}

#[tokio::test]
async fn a_thousand_paths_that_strangers_choose_are_two_series() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let before = server.scrape().await.series(REQUESTS);
    for number in 0..STRANGERS / 2 {
        assert_eq!(server.get(&format!("/stranger/{number}")).await.status(), 404);
        assert_eq!(server.get(&format!("/api/v1/incidents/stranger-{number}")).await.status(), 404);
    }
    let scrape = server.scrape().await;
    for route in ["other", "/api/v1/incidents/{id}"] {
        let count = scrape.value(&format!("{REQUESTS}{{route=\"{route}\",status=\"4xx\"}}"));
        assert!(is(count, f64::from(STRANGERS / 2)), "{route}: {count}");
    }
    // The scrape itself is the third.
    assert!(scrape.series(REQUESTS) <= before + 3, "{}", scrape.0);
}

#[tokio::test]
async fn how_soon_followers_hear_of_an_alert_is_measured_for_each_of_them() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut socket = LiveClient::connect(server.address).await;
    socket.follow("1", "denmark", None).await;
    let mut events = EventStream::post(&server, FOLLOW, json!({})).await;
    assert_eq!(socket.event().await["__typename"], "Resync");
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    let scrape = server.scrape().await;
    for transport in ["websocket", "event_stream"] {
        let open = format!("cineportal_subscribers{{transport=\"{transport}\"}}");
        assert!(is(scrape.value(&open), 1.0), "{open} in {}", scrape.0);
    }
    server.alert(&[dark("dk-1")]).await;
    hear_both(&mut socket, &mut events).await;
    // What people do is no alert.
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    let variables = json!({ "id": incident["id"], "expectedVersion": incident["version"] });
    server.graphql(documents::START_PROGRESS, variables).await;
    hear_both(&mut socket, &mut events).await;
    server.alert(&[dark("dk-2")]).await;
    hear_both(&mut socket, &mut events).await;
    let pushed = |scrape: &Scrape, transport: &str| {
        scrape.value(&format!("cineportal_alert_push_latency_seconds_count{{transport=\"{transport}\"}}"))
    };
    let both = |scrape: &Scrape| pushed(scrape, "websocket") >= 2.0 && pushed(scrape, "event_stream") >= 2.0;
    let scrape = server.scrape_once(both).await;
    assert!(is(pushed(&scrape, "websocket"), 2.0), "{}", scrape.0);
    assert!(is(pushed(&scrape, "event_stream"), 2.0), "{}", scrape.0);
}

async fn hear_both(socket: &mut LiveClient, events: &mut EventStream) {
    assert_eq!(socket.event().await["__typename"], "IncidentChange");
    let answer = events.answer().await;
    assert_eq!(answer["data"]["incidentChanged"]["__typename"], "IncidentChange", "{answer}");
}
