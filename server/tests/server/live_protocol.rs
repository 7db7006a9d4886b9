//! The `graphql-transport-ws` protocol, close codes and all.

use serde_json::{Value, json};

use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer, offline};

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

#[tokio::test]
async fn a_query_over_the_socket_is_answered_and_completed() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    client.say(&subscribe("q", "{ regions { id } }")).await;
    let Said::Message(next) = client.hear().await else { panic!("closed") };
    assert_eq!(
        (&next["type"], &next["payload"]["data"]["regions"][0]["id"]),
        (&json!("next"), &json!("denmark"))
    );
    assert_eq!(client.hear().await, Said::Message(json!({ "type": "complete", "id": "q" })));
}

#[tokio::test]
async fn an_invalid_operation_gets_an_error_and_no_completion() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    client.say(&subscribe("1", "subscription { nothing }")).await;
    let Said::Message(error) = client.hear().await else { panic!("closed") };
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")));
    client.say(&json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await, Said::Message(json!({ "type": "pong" })));
}

#[tokio::test]
async fn an_id_can_be_used_again_after_it_was_completed() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    for _ in 0..2 {
        client.follow("1", "denmark", None).await;
        assert_eq!(client.event().await["__typename"], "Resync");
        client.say(&json!({ "type": "complete", "id": "1" })).await;
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_is_closed_with_its_code() {
    let server = server().await;
    let subscribe = subscribe("1", "subscription { incidentChanged { __typename } }").to_string();
    let init = r#"{"type":"connection_init"}"#.to_owned();
    let nameless = subscribe.replace(r#""id":"1""#, r#""id":"""#);
    let large = format!(r#"{{"type":"ping","payload":"{}"}}"#, "x".repeat(70_000));
    let cases: [(&str, Vec<&str>, u16); 8] = [
        ("an operation without an id", vec![&init, &nameless], 4400),
        ("a message that is too large", vec![&large], 1009),
        ("bad JSON", vec!["{"], 4400),
        ("an unknown type", vec![r#"{"type":"start"}"#], 4400),
        ("a message without what it needs", vec![r#"{"type":"subscribe","id":"1"}"#], 4400),
        ("subscribing before the hello", vec![&subscribe], 4401),
        ("two hellos", vec![&init, &init], 4429),
        ("the same id twice", vec![&init, &subscribe, &subscribe], 4409),
    ];
    for (what, messages, code) in cases {
        let mut client = LiveClient::open(server.address).await;
        for message in messages {
            client.say_text(message).await;
        }
        let closed = loop {
            match client.hear().await {
                Said::Message(_) => {}
                Said::Closed(code) => break code,
            }
        };
        assert_eq!(closed, code, "{what}");
    }
}

#[tokio::test]
async fn a_socket_of_another_protocol_is_closed() {
    let server = server().await;
    let mut client = LiveClient::try_open(server.address, &[]).await.unwrap();
    assert_eq!(client.hear().await, Said::Closed(4406));
}

#[tokio::test]
async fn the_legacy_protocol_is_not_spoken() {
    let server = server().await;
    let headers = [("sec-websocket-protocol", "graphql-ws")];
    // A client that asked for a protocol and gets none must hang up, so it does not even open the socket.
    let error = LiveClient::try_open(server.address, &headers).await.err().unwrap().to_string();
    assert!(error.contains("SubProtocol"), "{error}");
}

#[tokio::test]
async fn a_client_that_never_says_hello_is_closed() {
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.live_init_seconds = 1;
    })
    .await;
    let mut client = LiveClient::open(server.address).await;
    assert_eq!(client.hear().await, Said::Closed(4408));
}

#[tokio::test]
async fn a_message_that_is_no_text_is_closed() {
    let server = server().await;
    let mut client = LiveClient::open(server.address).await;
    client.say_bytes(br#"{"type":"connection_init"}"#).await;
    assert_eq!(client.hear().await, Said::Closed(4400));
}

#[tokio::test]
async fn a_goodbye_is_answered() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    client.say_goodbye().await;
    assert_eq!(client.hear().await, Said::Closed(1000));
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    let (_, said) = tokio::join!(server.stop(), client.hear());
    assert_eq!(said, Said::Closed(1001));
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_socket() {
    let server = server().await;
    let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", "https://evil.example")];
    let error = LiveClient::try_open(server.address, &headers).await.err().unwrap().to_string();
    assert!(error.contains("403"), "{error}");
}

#[tokio::test]
async fn operations_on_one_socket_are_limited() {
    let server = server().await;
    let mut client = LiveClient::connect(server.address).await;
    for id in 0..33 {
        client.follow(&id.to_string(), "denmark", None).await;
    }
    let closed = loop {
        if let Said::Closed(code) = client.hear().await {
            break code;
        }
    };
    assert_eq!(closed, 4400);
}

#[tokio::test]
async fn a_change_is_executed_once_for_all_who_are_shown_the_same_of_it() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut followers = Vec::new();
    for region in ["denmark", "denmark", "denmark", "unknown"] {
        let mut follower = LiveClient::connect(server.address).await;
        follower.follow("1", region, None).await;
        assert_eq!(follower.event().await["__typename"], "Resync");
        followers.push(follower);
    }
    let mut wordy = LiveClient::connect(server.address).await;
    let query = "subscription { incidentChanged { ... on IncidentChange { incident { title } } } }";
    wordy.say(&json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    wordy.hear().await;
    // What was executed is kept for a second, within which a busy machine may not have told everybody.
    for number in 1..=10 {
        let before = told_lookups(&server).await;
        let machine = format!("dk-{number}");
        server.alert(&[offline(&machine, "denmark", "2026-11-20T10:00:00Z")]).await;
        for follower in &mut followers[..3] {
            assert_eq!(follower.event().await["incident"]["machine"]["id"], machine);
        }
        let Said::Message(message) = wordy.hear().await else { panic!("the socket closed") };
        assert!(message["payload"]["data"]["incidentChanged"]["incident"]["title"].is_string(), "{message}");
        let after = told_lookups(&server).await;
        if (after.0 - before.0, after.1 - before.1) == (2.0, 2.0) {
            return;
        }
    }
    panic!("no change was executed once for the three who are shown the same, and once for the fourth");
}

/// How often a change had to be executed for a follower, and how often it had been already.
async fn told_lookups(server: &TestServer) -> (f64, f64) {
    let lookups =
        |outcome| format!("cineportal_graphql_cache_lookups_total{{cache=\"told\",outcome=\"{outcome}\"}}");
    let scrape = server.scrape().await;
    (scrape.value(&lookups("miss")), scrape.value(&lookups("hit")))
}

#[tokio::test]
async fn a_subscription_has_one_root_field() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut client = LiveClient::connect(server.address).await;
    let query = "subscription { a: incidentChanged { __typename } b: incidentChanged { __typename } }";
    client.say(&json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    let Said::Message(message) = client.hear().await else { panic!("the socket closed") };
    let error = message.pointer("/payload/errors/0").or(message.pointer("/payload/0")).unwrap();
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{message}");
}
