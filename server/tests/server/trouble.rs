//! When something behind the server is in trouble: nothing is lost, and nothing looks well that is not.

use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::support::cuttable_store::{Line, server_on_a_line};
use crate::support::live::{LiveClient, Said};
use crate::support::{PATIENCE, TestServer, offline, webhook};

/// A server on an embedded store behind a line.
pub(crate) async fn server(line: Line) -> (TestServer, watch::Sender<Line>) {
    server_on_a_line(line, Duration::from_secs(10)).await
}

fn dark_screen() -> serde_json::Value {
    offline("dk-1", "denmark", "2026-11-20T10:00:00Z")
}

#[tokio::test]
async fn a_webhook_that_cannot_be_stored_is_sent_back_and_taken_the_next_time() {
    let (server, line) = server(Line::Whole).await;
    server.wait_until_ready().await;
    line.send_replace(Line::Cut);
    let response = server.post_webhook(webhook(&[dark_screen()])).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"2".parse().unwrap())
    );
    line.send_replace(Line::Whole);
    server.alert(&[dark_screen()]).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
}

#[tokio::test]
async fn a_server_whose_board_does_not_stand_does_not_say_all_clear() {
    let (server, line) = server(Line::Cut).await;
    assert_eq!(server.get("/healthz").await.status(), 200);
    assert_eq!(server.get("/readyz").await.status(), 503);
    for query in ["{ regions { counts { open } } }", "{ incidents { totalCount } }"] {
        let request = server.graphql_request().json(&json!({ "query": query }));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{answer}");
    }
    line.send_replace(Line::Whole);
    server.wait_until_ready().await;
    assert_eq!(server.incidents(&["OPEN"]).await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_silence_goes_on_while_the_store_is_away_and_cannot_be_changed() {
    let (server, line) = server(Line::Whole).await;
    server.wait_until_ready().await;
    server.alert(&[dark_screen()]).await;
    server.incidents_once(&["OPEN"], |open| open.len() == 1).await;
    let create = "mutation { createSilence(region: \"denmark\", input: { comment: \"why\", window: { weekly: {
        weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY], start: \"00:00\", end: \"00:00\" } } })
        { __typename } }";
    let created = server.graphql(create, json!({})).await;
    assert_eq!(created["createSilence"]["__typename"], "SilenceAccepted");
    line.send_replace(Line::Cut);
    let refused = server.graphql_request().json(&json!({ "query": create })).send().await.unwrap();
    let refused: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{refused}");
    let counts = server
        .graphql("{ region(id: \"denmark\") { counts { open muted } silences { state } } }", json!({}))
        .await;
    let expected = json!({ "counts": { "open": 1, "muted": 1 }, "silences": [{ "state": "ACTIVE" }] });
    assert_eq!(counts["region"], expected);
}

#[tokio::test]
async fn an_export_without_a_store_is_not_an_empty_one() {
    let (server, line) = server(Line::Whole).await;
    server.wait_until_ready().await;
    line.send_replace(Line::Cut);
    assert_eq!(server.get("/api/v1/incidents.csv").await.status(), 503);
}

#[tokio::test]
async fn a_page_of_another_site_can_neither_send_alerts_nor_read_by_another_name() {
    let (server, _) = server(Line::Whole).await;
    server.wait_until_ready().await;
    let http = reqwest::Client::new();
    let alerts = webhook(&[dark_screen()]);
    let post = || http.post(server.url("/webhooks/alertmanager")).body(alerts.clone());
    let from_a_page =
        post().header("content-type", "application/json").header("origin", "https://evil.example");
    assert_eq!(from_a_page.send().await.unwrap().status(), 403);
    assert_eq!(post().header("content-type", "text/plain").send().await.unwrap().status(), 415);
    let rebound = http.get(server.url("/graphql?query=%7Bregions%7Bid%7D%7D")).header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), 403);
    assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_follower_learns_that_the_server_does_not_see_changes() {
    let (server, line) = server(Line::Whole).await;
    server.wait_until_ready().await;
    let mut follower = LiveClient::connect(server.address).await;
    follower.follow("1", "denmark", None).await;
    assert_eq!(follower.event().await["__typename"], "Resync");
    line.send_replace(Line::Cut);
    let Said::Message(end) = follower.hear().await else { panic!("closed") };
    assert_eq!(end["payload"]["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{end}");
    assert_eq!(follower.hear().await, Said::Message(json!({ "type": "complete", "id": "1" })));
    follower.follow("2", "denmark", None).await;
    let Said::Message(refused) = follower.hear().await else { panic!("closed") };
    assert_eq!(code_of(&refused), "UPSTREAM_UNAVAILABLE", "{refused}");
}

#[tokio::test]
async fn a_follower_comes_back_when_the_server_sees_changes_again() {
    let (server, line) = server(Line::Cut).await;
    let mut follower = LiveClient::connect(server.address).await;
    follower.follow("1", "denmark", None).await;
    let Said::Message(refused) = follower.hear().await else { panic!("closed") };
    assert_eq!(code_of(&refused), "UPSTREAM_UNAVAILABLE", "{refused}");
    line.send_replace(Line::Whole);
    tokio::time::timeout(PATIENCE, server.wait_until_ready()).await.unwrap();
    let mut again = LiveClient::connect(server.address).await;
    again.follow("1", "denmark", None).await;
    assert_eq!(again.event().await["__typename"], "Resync");
}

/// The code of an `error` message, or of a `next` with errors.
fn code_of(message: &serde_json::Value) -> &str {
    let errors = if message["type"] == "error" { &message["payload"] } else { &message["payload"]["errors"] };
    errors[0]["extensions"]["code"].as_str().unwrap_or_default()
}
