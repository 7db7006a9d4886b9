//! Spans for a collector of OpenTelemetry: the trace of an incident is found there by the id that the log tells.

use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;

use crate::support::collector::{Collector, SeenSpan};
use crate::support::logging::LoggingServer;
use crate::support::process::free_address;
use crate::support::receiver::Receiver;
use crate::support::telling::Telling;
use crate::support::{StoreKind, http_client, offline, webhook};

const TEN_UTC: &str = "2026-11-20T10:00:00Z";
const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";
const SECRET: &str = "a secret of the tests, long enough";
const ROUTE: &str = "POST /webhooks/alertmanager";

/// Sends an alert; answers the trace id that the server told.
async fn send(server: &LoggingServer, traceparent: Option<&str>, machine: &str) -> String {
    let request = http_client().post(server.url("/webhooks/alertmanager"));
    let request = request.header("content-type", "application/json");
    let request = traceparent.into_iter().fold(request, |request, text| request.header("traceparent", text));
    let alert = offline(machine, "denmark", TEN_UTC);
    let response = request.body(webhook(&[alert])).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.headers()["x-trace-id"].to_str().unwrap().to_owned()
}

/// Stops it while this test's own servers go on, and hands back what it logged.
async fn stop(server: LoggingServer) -> String {
    tokio::task::spawn_blocking(move || server.stop().0).await.unwrap()
}

async fn start(kind: StoreKind, flags: &[&str]) -> (crate::support::FreshStore, LoggingServer) {
    let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    let store = kind.fresh();
    let flags = [&["--regions", regions.to_str().unwrap()], flags].concat();
    let server = LoggingServer::start(&store.address, &flags).await;
    (store, server)
}

fn one<'a>(spans: &'a [SeenSpan], name: &str) -> &'a SeenSpan {
    let mut named = spans.iter().filter(|span| span.name == name);
    let one = named.next().unwrap_or_else(|| panic!("no {name} in {spans:#?}"));
    assert!(named.next().is_none(), "more than one {name}: {spans:#?}");
    one
}

async fn the_whole_way_is_one_trace(kind: StoreKind) {
    let (mut told, collector) = (Receiver::start(Vec::new()).await, Collector::start().await);
    let telling = Telling::by(&format!("kind = \"webhook\"\nurl = \"{}\"\nsecret = \"{SECRET}\"", told.url));
    let [regions, channels] = ["regions", "channels.toml"].map(|name| telling.path(name));
    let files = ["--regions", regions.to_str().unwrap(), "--channels", channels.to_str().unwrap()];
    let store = kind.fresh();
    let flags = [&files[..], &["--otlp-endpoint", &collector.url]].concat();
    let server = LoggingServer::start(&store.address, &flags).await;
    let traceparent = format!("00-{TRACE_ID}-{CALLER}-01");
    send(&server, Some(&traceparent), "dk-aarhus-01-03").await;
    told.next().await;
    server.lines_with("a message about DK-1001 was sent", 1).await;
    let logged = server.lines_with("an alert opened DK-1001", 1).await;
    let logged = logged[0]["traceId"].as_str().unwrap().to_owned();
    stop(server).await;
    let trace = collector.trace(&logged);
    let request = one(&trace, ROUTE);
    assert_eq!(
        (request.parent.as_str(), request.attributes["http.response.status_code"].as_str()),
        (CALLER, "200")
    );
    let [ingest, commit] = ["ingest", "commit"].map(|name| one(&trace, name));
    assert_eq!([&ingest.parent, &commit.parent], [&request.id, &ingest.id]);
    for call in ["store newest", "store commit"] {
        assert!(trace.iter().any(|span| span.name == call && span.parent == commit.id), "{call}: {trace:#?}");
    }
    let message = one(&trace, "send message");
    assert_eq!((message.parent.as_str(), message.attributes["cineportal.channel"].as_str()), ("", "out"));
    assert!(trace.iter().any(|span| span.name == "store commit" && span.parent == message.id), "{trace:#?}");
    assert!(trace.iter().all(|span| span.failure.is_empty()), "{trace:#?}");
}

#[tokio::test]
async fn the_whole_way_from_webhook_to_message_is_one_trace_with_the_embedded_store() {
    the_whole_way_is_one_trace(StoreKind::Embedded).await;
}

#[tokio::test]
async fn the_whole_way_from_webhook_to_message_is_one_trace_with_mongodb() {
    the_whole_way_is_one_trace(StoreKind::Mongo).await;
}

#[tokio::test]
async fn whoever_brings_no_trace_id_is_told_the_one_that_is_exported() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    let told = send(&server, None, "dk-1").await;
    stop(server).await;
    let request = one(&collector.trace(&told), ROUTE).clone();
    assert_eq!(request.parent, "");
    let about = ["service.name", "service.version", "service.instance.id"];
    let about = about.map(|name| request.resource[name].as_str());
    assert_eq!(about, ["cineportal", env!("CARGO_PKG_VERSION"), "hall-1"]);
}

#[tokio::test]
async fn whoever_does_not_export_its_own_part_gets_none_of_ours() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    send(&server, Some(&format!("00-{TRACE_ID}-{CALLER}-00")), "dk-1").await;
    let other = send(&server, None, "dk-2").await;
    stop(server).await;
    assert!(collector.trace(TRACE_ID).is_empty() && !collector.trace(&other).is_empty());
}

#[tokio::test]
async fn webhooks_that_became_durable_together_lead_to_each_other() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    let machines: Vec<String> = (1..=40).map(|number| format!("dk-aarhus-{number}")).collect();
    let told = futures::future::join_all(machines.iter().map(|machine| send(&server, None, machine))).await;
    stop(server).await;
    let spans = collector.spans();
    let commits: Vec<&SeenSpan> = spans.iter().filter(|span| span.name == "commit").collect();
    assert!(commits.len() < 40, "nothing became durable together");
    for trace_id in told {
        let ingest = one(&collector.trace(&trace_id), "ingest").clone();
        let leads_to = |commit: &&&SeenSpan| commit.parent == ingest.id || ingest.links.contains(&commit.id);
        let commit = commits.iter().find(leads_to).unwrap_or_else(|| panic!("no commit of {ingest:#?}"));
        assert!(commit.parent == ingest.id || commit.links.contains(&ingest.id), "{commit:#?}");
    }
}

#[tokio::test]
async fn whoever_only_asks_how_the_server_is_makes_no_span() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    for path in ["/healthz", "/readyz", "/metrics", "/api/v1/logs"] {
        http_client().get(server.url(path)).send().await.unwrap();
    }
    stop(server).await;
    let names: Vec<String> = collector.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["GET /api/v1/logs"]);
}

#[tokio::test]
async fn what_other_programs_are_asked_is_exported_without_passwords() {
    let (mut prometheus, collector) = (Receiver::start(Vec::new()).await, Collector::start().await);
    let address = prometheus.url.replace("http://", "http://kim:s3cr3t@");
    let flags = ["--prometheus", &address, "--reconcile-seconds", "1", "--otlp-endpoint", &collector.url];
    let (_store, server) = start(StoreKind::Embedded, &flags).await;
    assert!(prometheus.next().await.headers.contains_key("authorization"));
    stop(server).await;
    let spans = collector.spans();
    let asked = spans.iter().find(|span| span.attributes.contains_key("server.address"));
    let asked = asked.unwrap_or_else(|| panic!("nobody was asked: {spans:#?}"));
    assert_eq!(asked.attributes["server.address"], "127.0.0.1");
    assert_eq!(asked.attributes["http.request.method"], asked.name);
    assert!(!format!("{spans:?}").contains("s3cr3t"), "{spans:#?}");
}

#[tokio::test]
async fn the_store_is_exported_only_where_it_belongs_to_something() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    send(&server, None, "dk-1").await;
    stop(server).await;
    let roots: Vec<SeenSpan> = collector.spans().into_iter().filter(|span| span.parent.is_empty()).collect();
    assert!(roots.iter().all(|root| !root.name.starts_with("store")), "{roots:#?}");
}

#[tokio::test]
async fn a_collector_that_is_away_costs_one_line_of_the_log() {
    let away = format!("http://{}", free_address());
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &away]).await;
    for number in 1..=20 {
        send(&server, None, &format!("dk-{number}")).await;
    }
    let log = stop(server).await;
    let about_it = log.lines().filter(|line| line.contains("\"WARN\"") && line.contains("exported")).count();
    assert_eq!(about_it, 1, "{log}");
}

#[tokio::test]
async fn a_collector_that_does_not_answer_holds_up_no_request_and_no_stop() {
    // The system takes connections for it; nobody ever reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &url]).await;
    send(&server, None, "dk-1").await;
    assert!(stop(server).await.contains("the collector takes too long"));
}

#[tokio::test]
async fn without_a_collector_no_line_holds_anything_of_a_span() {
    let (_store, server) = start(StoreKind::Embedded, &["--log", "trace"]).await;
    send(&server, None, "dk-1").await;
    let log = stop(server).await;
    let about_webhook = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let about_webhook: Vec<Value> =
        about_webhook.filter(|line| line["path"] == "/webhooks/alertmanager").collect();
    assert!(!about_webhook.is_empty());
    assert!(!log.contains("otel.") && !log.contains("http.route"), "{log}");
}

#[tokio::test]
async fn with_a_collector_lines_are_the_same_as_without() {
    let collector = Collector::start().await;
    let (_store, server) = start(StoreKind::Embedded, &["--otlp-endpoint", &collector.url]).await;
    let told = send(&server, None, "dk-1").await;
    let log = stop(server).await;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let stored = lines.into_iter().find(|line| line["message"] == "alerts of a webhook are stored").unwrap();
    let keys: Vec<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = ["alerts", "level", "message", "method", "path", "target", "timestamp", "trace_id"];
    assert_eq!((keys, stored["trace_id"].as_str()), (expected.to_vec(), Some(told.as_str())));
}
