//! GraphQL over server-sent events, one stream an operation.

use serde_json::{Value, json};

use crate::support::event_stream::{EventStream, ServerSentEvent};
use crate::support::{StoreKind, TestServer, offline};

const FOLLOW: &str = "subscription ($after: String) { incidentChanged(region: \"denmark\", after: $after) {
    __typename ... on IncidentChange { cursor incident { machine { id } } } } }";

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

fn dark(machine: &str) -> serde_json::Value {
    offline(machine, "denmark", "2026-11-20T10:00:00Z")
}

fn complete() -> ServerSentEvent {
    ServerSentEvent { name: "complete".to_owned(), data: String::new() }
}

#[tokio::test]
async fn changes_come_as_events() {
    let server = server().await;
    let mut events = EventStream::post(&server, FOLLOW, json!({})).await;
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    server.alert(&[dark("dk-1")]).await;
    assert_eq!(events.answer().await["data"]["incidentChanged"]["incident"]["machine"]["id"], "dk-1");
}

#[tokio::test]
async fn a_follower_that_comes_back_gets_what_it_missed() {
    let server = server().await;
    let mut first = EventStream::post(&server, FOLLOW, json!({})).await;
    first.answer().await;
    server.alert(&[dark("dk-1")]).await;
    let cursor = first.answer().await["data"]["incidentChanged"]["cursor"].take();
    drop(first);
    server.alert(&[dark("dk-2")]).await;
    let mut again = EventStream::post(&server, FOLLOW, json!({ "after": cursor })).await;
    assert_eq!(again.answer().await["data"]["incidentChanged"]["incident"]["machine"]["id"], "dk-2");
}

#[tokio::test]
async fn a_query_is_one_event_and_the_end() {
    let server = server().await;
    let mut events = EventStream::post(&server, "{ regions { id } }", json!({})).await;
    assert_eq!(events.answer().await["data"]["regions"][0]["id"], "denmark");
    assert_eq!(events.next().await, Some(complete()));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn an_invalid_operation_is_told_as_an_event() {
    let server = server().await;
    let mut events = EventStream::post(&server, "subscription { nothing }", json!({})).await;
    assert_eq!(events.answer().await["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(events.next().await, Some(complete()));
}

#[tokio::test]
async fn the_operation_may_stand_in_the_address_as_browsers_send_it() {
    let server = server().await;
    let address = "/graphql?query=subscription%7BincidentChanged%7B__typename%7D%7D";
    let request = server.request(reqwest::Method::GET, address).header("accept", "text/event-stream");
    let mut events = EventStream::of(request.send().await.unwrap());
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
}

/// What a browser's `EventSource` does: it can only send an address.
#[tokio::test]
async fn a_browser_comes_back_with_its_cursor_in_the_address() {
    let server = server().await;
    let follow = async |after: Value| {
        let variables = json!({ "after": after }).to_string();
        let address = [("query", FOLLOW), ("variables", &variables)];
        let request = server.request(reqwest::Method::GET, "/graphql").query(&address);
        EventStream::of(request.header("accept", "text/event-stream").send().await.unwrap())
    };
    let mut first = follow(Value::Null).await;
    first.answer().await;
    server.alert(&[dark("dk-1")]).await;
    let cursor = first.answer().await["data"]["incidentChanged"]["cursor"].take();
    drop(first);
    server.alert(&[dark("dk-2")]).await;
    let mut again = follow(cursor).await;
    assert_eq!(again.answer().await["data"]["incidentChanged"]["incident"]["machine"]["id"], "dk-2");
}

#[tokio::test]
async fn a_mutation_in_the_address_is_not_executed_as_events_either() {
    let server = server().await;
    let address = "/graphql?query=mutation%7BstartProgress(id:%22x%22,expectedVersion:1)%7B__typename%7D%7D";
    let request = server.request(reqwest::Method::GET, address).header("accept", "text/event-stream");
    assert_eq!(request.send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_events() {
    let server = server().await;
    let request = || server.graphql_request().header("accept", "text/event-stream");
    let foreign = request().header("origin", "https://evil.example").json(&json!({ "query": FOLLOW }));
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let address = "/graphql?query=subscription%7BincidentChanged%7B__typename%7D%7D";
    let embedded = server.request(reqwest::Method::GET, address).header("accept", "text/event-stream");
    assert_eq!(embedded.header("sec-fetch-site", "cross-site").send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn comments_tell_that_the_server_is_still_there() {
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.live_ping_seconds = 1;
    })
    .await;
    let mut events = EventStream::post(&server, FOLLOW, json!({})).await;
    events.answer().await;
    for _ in 0..2 {
        assert_eq!(events.next_part().await.as_deref(), Some(":"));
    }
}

#[tokio::test]
async fn a_client_that_takes_both_gets_events_only_of_what_can_be_followed() {
    let server = server().await;
    let accept = "application/graphql-response+json, text/event-stream";
    let ask = |query: &str| {
        server.graphql_request().header("accept", accept).json(&json!({ "query": query })).send()
    };
    let single = ask("{ regions { id } }").await.unwrap();
    assert_eq!(single.headers()["content-type"], "application/graphql-response+json");
    let mut events = EventStream::of(ask(FOLLOW).await.unwrap());
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams() {
    let server = server().await;
    let mut events = EventStream::post(&server, FOLLOW, json!({})).await;
    events.answer().await;
    let (_, end) = tokio::join!(server.stop(), async { events.next().await });
    assert_eq!(end, None);
}
