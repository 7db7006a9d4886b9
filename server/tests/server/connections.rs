//! What may be said over a connection, and for how long nothing may be said.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::event_stream::EventStream;
use crate::support::live::LiveClient;
use crate::support::{PATIENCE, StoreKind, TestServer, http_client, offline};

/// How HTTP/2 begins, and its first frame: settings, none of them.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
const FOLLOW: &str = "subscription { incidentChanged { __typename } }";

async fn server_that_closes_idle_connections() -> TestServer {
    let fresh = StoreKind::Embedded.fresh();
    TestServer::start_configured(fresh, |settings| settings.limits.idle_connection_seconds = 1).await
}

/// Everything that is answered until the server closes the connection.
async fn until_closed(connection: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, connection.read_to_end(&mut heard));
    closed.await.expect("the server keeps the connection").unwrap();
    heard
}

async fn longer_than_may_be_idle() {
    tokio::time::sleep(Duration::from_millis(2_500)).await;
}

#[tokio::test]
async fn nothing_but_http_1_is_spoken() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(HTTP_2).await.unwrap();
    let heard = until_closed(&mut connection).await;
    assert!(heard.is_empty() || heard.starts_with(b"HTTP/1.1 "), "{heard:?}");
}

#[tokio::test]
async fn who_asks_only_half_a_question_is_not_waited_for() {
    let server = server_that_closes_idle_connections().await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: loc").await.unwrap();
    assert!(until_closed(&mut connection).await.is_empty());
}

#[tokio::test]
async fn who_asks_nothing_more_is_not_kept() {
    let server = server_that_closes_idle_connections().await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(until_closed(&mut connection).await.starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn who_follows_is_kept_however_long_nothing_happens() {
    let server = server_that_closes_idle_connections().await;
    let mut socket = LiveClient::connect(server.address).await;
    socket.follow("1", "denmark", None).await;
    assert_eq!(socket.event().await["__typename"], "Resync");
    // A connection of its own: one that was used before may be closed as idle at this moment.
    let request = http_client().post(server.url("/graphql")).header("accept", "text/event-stream");
    let mut events = EventStream::of(request.json(&json!({ "query": FOLLOW })).send().await.unwrap());
    events.next().await;
    longer_than_may_be_idle().await;
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    assert_eq!(socket.event().await["__typename"], "IncidentChange");
    events.next().await;
}
