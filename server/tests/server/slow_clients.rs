//! Clients that stop reading are cut off, and nobody else notices.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::live::{LiveClient, Said};
use crate::support::{PATIENCE, StoreKind, TestServer, offline};

/// Together 10 MB for each follower: more than the system keeps for a connection.
const WEBHOOKS: usize = 24;
const ALERTS_OF_ONE_WEBHOOK: usize = 50;
const DESCRIPTION_BYTES: usize = 8_000;
/// How many followers do not read.
const DEAF: usize = 3;

/// A subscription that is told a lot at each change.
const TALKATIVE: &str = "subscription { incidentChanged { __typename ... on IncidentChange { cursor incident {
    id number status severity title description errorId openedAt updatedAt version
    timeline { at who what note } labels { name value } links { title url } machine { id } cinema { id name } } } } }";

async fn impatient_server() -> TestServer {
    TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.slow_client_seconds = 1;
    })
    .await
}

/// A connection whose own buffer is small.
async fn connect(server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(8 * 1024).unwrap();
    socket.connect(server).await.unwrap()
}

/// Changes all over the fleet; each webhook is answered, so the changes are durable.
async fn many_changes(server: &TestServer) {
    for webhook in 0..WEBHOOKS {
        let machine = |number| format!("dk-{webhook}-{number}");
        let alerts: Vec<Value> = (0..ALERTS_OF_ONE_WEBHOOK).map(|number| wordy(&machine(number))).collect();
        server.alert(&alerts).await;
    }
}

fn wordy(machine: &str) -> Value {
    let mut alert = offline(machine, "denmark", "2026-11-20T10:00:00Z");
    alert["annotations"]["description"] = json!("x".repeat(DESCRIPTION_BYTES));
    alert
}

async fn once(server: &TestServer, metric: &str, expected: impl Fn(f64) -> bool) {
    let reached = async {
        while !expected(server.metric(metric).await) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("{metric} is not as expected"));
}

#[tokio::test]
async fn a_socket_whose_client_stops_reading_is_cut_off() {
    let server = impatient_server().await;
    let mut deaf = LiveClient::on(connect(server.address).await, server.address).await;
    deaf.say(&json!({ "type": "connection_init" })).await;
    for id in 0..DEAF {
        let id = id.to_string();
        deaf.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": TALKATIVE } })).await;
    }
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    once(&server, "cineportal_subscribers{transport=\"websocket\"}", |open| open == DEAF as f64).await;
    many_changes(&server).await;
    once(&server, "cineportal_clients_cut_total", |cut| cut > 0.0).await;
    once(&server, "cineportal_subscribers{transport=\"websocket\"}", |open| open == 0.0).await;
}

#[tokio::test]
async fn a_stream_of_events_whose_client_stops_reading_is_cut_off() {
    let server = impatient_server().await;
    let body = json!({ "query": TALKATIVE }).to_string();
    let mut deaf = Vec::new();
    for _ in 0..DEAF {
        let mut connection = connect(server.address).await;
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: {}\r\naccept: text/event-stream\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            server.address,
            body.len()
        );
        connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        connection.read_exact(&mut [0; 12]).await.unwrap();
        deaf.push(connection);
    }
    many_changes(&server).await;
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    once(&server, "cineportal_clients_cut_total", |cut| cut == DEAF as f64).await;
    once(&server, "cineportal_subscribers{transport=\"event_stream\"}", |open| open == 0.0).await;
}

#[tokio::test]
async fn a_client_that_reads_misses_nothing_because_of_one_that_does_not() {
    let server = impatient_server().await;
    let mut deaf = LiveClient::on(connect(server.address).await, server.address).await;
    deaf.say(&json!({ "type": "connection_init" })).await;
    for id in 0..DEAF {
        let id = id.to_string();
        deaf.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": TALKATIVE } })).await;
    }
    let mut reader = LiveClient::connect(server.address).await;
    reader.follow("1", "denmark", None).await;
    reader.event().await;
    let all_heard = async {
        for number in 0..WEBHOOKS * ALERTS_OF_ONE_WEBHOOK {
            assert_eq!(reader.event().await["__typename"], "IncidentChange", "event {number}");
        }
    };
    tokio::join!(many_changes(&server), all_heard);
}

#[tokio::test]
async fn a_client_that_vanished_without_a_word_is_let_go() {
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.limits.live_ping_seconds = 5;
    })
    .await;
    let mut lively = LiveClient::connect(server.address).await;
    lively.follow("1", "denmark", None).await;
    lively.event().await;
    let mut silent = LiveClient::connect(server.address).await;
    silent.follow("1", "denmark", None).await;
    silent.event().await;
    // Nobody reads from `silent` any more, so nobody answers its pings.
    let listening = tokio::spawn(async move { lively.hear().await });
    once(&server, "cineportal_clients_cut_total", |cut| cut == 1.0).await;
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    assert!(matches!(listening.await.unwrap(), Said::Message(next) if next["type"] == "next"));
}
