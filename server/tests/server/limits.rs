//! How much one client may ask for, and how long anybody waits.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::cuttable_store::{Line, server_on_a_line};
use crate::support::event_stream::EventStream;
use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer, http_client};

const UNKNOWN_INCIDENT: &str = "{ incident(id: \"unknown\") { id } }";

/// A server whose viewers have ten points at once, and get one a second.
async fn frugal_server() -> TestServer {
    TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.viewer_points_per_second = 1;
    })
    .await
}

/// Asks until the points are spent.
async fn spend_all(server: &TestServer) -> reqwest::Response {
    for _ in 0..100 {
        let request = server.graphql_request().json(&json!({ "query": "{ __typename }" }));
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            return response;
        }
    }
    panic!("nobody had to pay")
}

#[tokio::test]
async fn a_store_that_never_answers_does_not_hold_up_an_operation() {
    let (server, line) = server_on_a_line(Line::Whole, Duration::from_secs(1)).await;
    server.wait_until_ready().await;
    line.send_replace(Line::Silent);
    let request = server.graphql_request().json(&json!({ "query": UNKNOWN_INCIDENT }));
    let response = request.send().await.unwrap();
    assert!(response.status() == 503 && response.headers().contains_key("retry-after"), "{response:?}");
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "OPERATION_TIMED_OUT", "{answer}");
}

#[tokio::test]
async fn nor_one_over_a_socket_or_as_events() {
    let (server, line) = server_on_a_line(Line::Whole, Duration::from_secs(1)).await;
    server.wait_until_ready().await;
    line.send_replace(Line::Silent);
    let mut client = LiveClient::connect(server.address).await;
    client.say(&json!({ "type": "subscribe", "id": "1", "payload": { "query": UNKNOWN_INCIDENT } })).await;
    let Said::Message(message) = client.hear().await else { panic!("closed") };
    assert_eq!(message["payload"][0]["extensions"]["code"], "OPERATION_TIMED_OUT", "{message}");
    let answer = EventStream::post(&server, UNKNOWN_INCIDENT, json!({})).await.answer().await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "OPERATION_TIMED_OUT", "{answer}");
}

#[tokio::test]
async fn whoever_asks_for_more_than_its_share_is_told_when_to_come_back() {
    let server = frugal_server().await;
    let refused = spend_all(&server).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    let answer: Value = refused.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{answer}");
}

#[tokio::test]
async fn following_costs_too() {
    let server = frugal_server().await;
    let follow = json!({ "query": "subscription { incidentChanged { __typename } }" });
    let begin = async || {
        let events = server.graphql_request().header("accept", "text/event-stream").json(&follow);
        events.send().await.unwrap().status().as_u16()
    };
    // All points for the first, the second on credit: nobody pays that back while the test runs.
    assert_eq!((begin().await, begin().await, begin().await), (200, 200, 429));
    let mut client = LiveClient::connect(server.address).await;
    client.say(&json!({ "type": "subscribe", "id": "1", "payload": follow })).await;
    let Said::Message(message) = client.hear().await else { panic!("closed") };
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{message}");
}

#[tokio::test]
async fn webhooks_and_health_cost_nothing() {
    let server = frugal_server().await;
    spend_all(&server).await;
    server.alert(&[crate::support::offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    assert_eq!(server.get("/readyz").await.status(), 200);
}

#[tokio::test]
async fn more_connections_than_allowed_wait_until_one_ends() {
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.max_connections = 2;
    })
    .await;
    // The test's own client keeps one connection open.
    let follower = LiveClient::connect(server.address).await;
    let waiting = http_client().get(server.url("/healthz")).send();
    let mut waiting = tokio::spawn(waiting);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut waiting).await;
    assert!(early.is_err(), "a third connection was served");
    drop(follower);
    let answered = tokio::time::timeout(crate::support::PATIENCE, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(answered.status(), 200);
}
