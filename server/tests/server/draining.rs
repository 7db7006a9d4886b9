//! The server is asked to stop: first it says so, then nobody may connect, then what is open ends. Nothing is lost.

use std::net::SocketAddr;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::event_stream::EventStream;
use crate::support::live::{LiveClient, Said};
use crate::support::process::ServerProcess;
use crate::support::{PATIENCE, StoreKind, TestServer, offline, store_argument, webhook};

const FOLLOW: &str = "subscription { incidentChanged(region: \"denmark\") { __typename } }";
/// Longer than any test runs: it drains until the end.
const FOR_EVER_SECONDS: u32 = 600;

fn dark_screen(machine: &str) -> serde_json::Value {
    offline(machine, "denmark", "2026-11-20T10:00:00Z")
}

async fn server_that_drains_for_ever() -> TestServer {
    let fresh = StoreKind::Embedded.fresh();
    TestServer::start_configured(fresh, |settings| settings.life_cycle.drain_seconds = FOR_EVER_SECONDS).await
}

async fn until_it_drains(server: &TestServer) -> String {
    let drains = async {
        loop {
            let answer = server.get("/readyz").await;
            if answer.status() == 503 {
                return answer.text().await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, drains).await.expect("the server does not drain")
}

async fn until_nobody_listens(server: SocketAddr) {
    let refused = async {
        while TcpStream::connect(server).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("the server still listens");
}

#[tokio::test]
async fn while_it_drains_the_server_is_not_ready_and_serves_on() {
    let server = server_that_drains_for_ever().await;
    let mut follower = LiveClient::connect(server.address).await;
    follower.follow("1", "denmark", None).await;
    assert_eq!(follower.event().await["__typename"], "Resync");
    server.ask_to_stop();
    assert_eq!(until_it_drains(&server).await, "The server is draining: it stops soon.\n");
    assert_eq!(server.get("/healthz").await.status(), 200);
    server.alert(&[dark_screen("dk-1")]).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    assert_eq!(follower.event().await["incident"]["machine"]["id"], "dk-1");
    LiveClient::connect(server.address).await;
}

#[tokio::test]
async fn while_it_drains_no_connection_is_kept_for_the_next_request() {
    let server = server_that_drains_for_ever().await;
    assert_eq!(server.get("/healthz").await.headers().get("connection"), None);
    server.ask_to_stop();
    until_it_drains(&server).await;
    for path in ["/healthz", "/metrics", "/"] {
        let answer = server.get(path).await;
        assert_eq!(answer.headers()["connection"], "close", "{path}");
    }
    assert_eq!(server.post_webhook(webhook(&[dark_screen("dk-1")])).await.headers()["connection"], "close");
}

#[tokio::test]
async fn a_webhook_that_is_on_its_way_when_the_server_stops_is_stored_and_answered() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let body = webhook(&[dark_screen("dk-1")]);
    let mut sender = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /webhooks/alertmanager HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        server.address,
        body.len()
    );
    let (first, rest) = body.split_at(body.len() / 2);
    sender.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    server.ask_to_stop();
    until_nobody_listens(server.address).await;
    sender.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    sender.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("stored\n"), "{answer}");
    let again = TestServer::start_on(server.stop().await).await;
    again.the_incident(|incident| incident["machine"]["id"] == "dk-1").await;
}

#[tokio::test]
async fn whoever_is_told_to_come_back_does_not_find_this_server_again() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut follower = LiveClient::connect(server.address).await;
    server.ask_to_stop();
    assert_eq!(follower.hear().await, Said::Closed(1001));
    assert!(TcpStream::connect(server.address).await.is_err(), "the server still listens");
}

#[tokio::test]
async fn events_end_with_the_hint_to_come_back_at_once() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let mut events = EventStream::post(&server, FOLLOW, json!({})).await;
    events.answer().await;
    server.ask_to_stop();
    let mut last = String::new();
    while let Some(part) = events.next_part().await {
        last = part;
    }
    assert_eq!(last, "retry: 100");
}

#[tokio::test]
async fn a_server_that_was_asked_to_stop_leaves_nothing_but_its_database() {
    let fresh = StoreKind::Embedded.fresh();
    let server = ServerProcess::start_with_flags(&fresh.address, &["--drain-seconds", "0"]).await;
    let http = crate::support::http_client();
    let request = http.post(format!("http://{}/webhooks/alertmanager", server.address));
    let request = request.header("content-type", "application/json").body(webhook(&[dark_screen("dk-1")]));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let status: ExitStatus = server.terminate();
    assert_eq!(status.code(), Some(0));
    let folder = store_argument(&fresh.address).replace("embedded:", "");
    let left = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.map(|name| name.into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["cineportal.lock", "cineportal.sqlite"]);
}
