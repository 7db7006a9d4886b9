//! What the server tells of itself: everything that the documentation lists, in the form that Prometheus wants.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use cineportal::domain::watch::{Heartbeat, LAST_BACKUP};
use cineportal::store;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::json;

use crate::support::charts::charts;
use crate::support::cuttable_store::{Line, server_on_a_line};
use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::prometheus::FakePrometheus;
use crate::support::receiver::Receiver;
use crate::support::scrape::{Family, Scrape};
use crate::support::telling::Telling;
use crate::support::{StoreKind, TestServer, offline, on_both_stores, webhook};

const STORE: &str = "cineportal_store_operation_duration_seconds_count";
const DOCUMENTATION: &str = include_str!("../../../docs/metrics.md");

fn dark(machine: &str) -> serde_json::Value {
    offline(machine, "denmark", &Timestamp::now().to_string())
}

/// A server that has something to tell of everything: an exporter, a Prometheus, a channel, a backup, and an incident.
async fn busy_server() -> (TestServer, Telling, Receiver) {
    let (exporter, prometheus) = (FakeExporter::start().await, FakePrometheus::start(&[("dk-1", 1.0)]).await);
    exporter.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Screen 1")]);
    let receiver = Receiver::start(Vec::new()).await;
    let channel = format!("kind = \"slack\"\nurl = \"{}/services/T0/B0/x\"", receiver.url);
    let telling = Telling::by(&channel);
    let fresh = StoreKind::Embedded.fresh();
    let mut settings = telling.settings(&fresh.address);
    settings.sources.exporter = vec![format!("http://{}", exporter.address).parse().unwrap()];
    settings.sources.prometheus = vec![prometheus.address()];
    let store = store::open(&fresh.address).await.unwrap();
    let now = Some(Timestamp::now());
    store.note_heartbeat(LAST_BACKUP, Heartbeat { heard_at: now, lost_at: None }).await.unwrap();
    let server = TestServer::start_as_told(store, fresh, &settings).await;
    server.wait_until_ready().await;
    (server, telling, receiver)
}

/// The families that a section of the documentation lists.
fn documented(section: &str) -> BTreeMap<String, Family> {
    let (_, section) = DOCUMENTATION.split_once(&format!("\n## {section}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let labels = cells[3].split('`').map(str::trim).filter(|label| !label.is_empty());
        let family = Family { kind: cells[2].to_owned(), labels: labels.map(str::to_owned).collect() };
        (cells[1].trim_matches('`').to_owned(), family)
    })
    .collect()
}

/// What Prometheus' own checker says of a text; nothing, if there is nothing to mend.
fn promtool_says(text: &str) -> String {
    let mut command = Command::new("promtool");
    let command = command.args(["check", "metrics"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = piped.spawn().expect("`cargo xtask setup` installs promtool");
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = promtool.wait_with_output().unwrap();
    let words = [said.stdout, said.stderr].concat();
    format!("{}{}", String::from_utf8(words).unwrap(), if said.status.success() { "" } else { "(failed)" })
}

#[tokio::test]
async fn everything_that_is_told_is_documented_and_promtool_finds_nothing_to_mend() {
    let (server, _telling, _receiver) = busy_server().await;
    server.alert(&[dark("dk-1")]).await;
    server.incidents_once(&["OPEN"], |open| open.len() == 1).await;
    charts(&server).await;
    let documented = documented("The server");
    let has_all = |scrape: &Scrape| documented.keys().all(|name| scrape.families().contains_key(name));
    let scrape = server.scrape_once(has_all).await;
    assert_eq!(scrape.families(), documented, "what is told and what is documented differ");
    assert_eq!(promtool_says(&scrape.0), "");
}

#[tokio::test]
async fn whoever_asks_for_open_metrics_gets_them_whole() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3";
    let answer = server.request(Method::GET, "/metrics").header(ACCEPT, accept).send().await.unwrap();
    let content_type = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
    assert_eq!(content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = answer.text().await.unwrap();
    assert!(text.contains("# TYPE cineportal_alerts counter\n") && text.ends_with("# EOF\n"), "{text}");
    let plain = server.get("/metrics").await;
    assert_eq!(plain.headers()[CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    assert!(!plain.text().await.unwrap().contains("# EOF"));
}

#[tokio::test]
async fn process_and_runtime_tell_of_themselves() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let measured = |scrape: &Scrape| scrape.value("cineportal_runtime_poll_delay_seconds_count") >= 3.0;
    let scrape = server.scrape_once(measured).await;
    for series in ["process_open_fds", "process_resident_memory_bytes", "cineportal_runtime_workers"] {
        assert!(scrape.value(series) >= 1.0, "{series} is missing in {}", scrape.0);
    }
    let now = Timestamp::now().as_duration().as_secs_f64();
    let age = now - scrape.value("process_start_time_seconds");
    assert!((-5.0..86_400.0).contains(&age), "{age} s old");
    let version = concat!("cineportal_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}");
    assert_eq!(scrape.series("cineportal_build_info"), 1);
    assert!(scrape.value(version) >= 1.0, "{}", scrape.0);
}

#[tokio::test]
async fn calls_that_the_store_refuses_are_counted_as_such() {
    let (server, line) = server_on_a_line(Line::Whole, std::time::Duration::from_secs(10)).await;
    server.wait_until_ready().await;
    assert!((server.scrape().await.value("cineportal_feed_live") - 1.0).abs() < f64::EPSILON);
    line.send_replace(Line::Cut);
    assert_eq!(server.webhook(webhook(&[dark("dk-1")])).await.0, 503);
    let failed = format!("{STORE}{{operation=\"newest\",outcome=\"failed\"}}");
    let scrape = server.scrape_once(|scrape| scrape.value("cineportal_feed_live") < 1.0).await;
    assert!(scrape.value(&failed) >= 1.0, "{}", scrape.0);
    let answered =
        "cineportal_http_request_duration_seconds_count{route=\"/webhooks/alertmanager\",status=\"5xx\"}";
    assert!((scrape.value(answered) - 1.0).abs() < f64::EPSILON, "{}", scrape.0);
}

on_both_stores! {
    async fn an_alert_is_counted_on_its_whole_way(server: TestServer) {
        for machine in ["dk-1", "dk-2", "dk-3"] {
            server.alert(&[dark(machine)]).await;
        }
        server.graphql("{ incidents(filter: { status: [CLOSED] }) { edges { node { id } } } }", json!({})).await;
        let came = |scrape: &Scrape| scrape.value("cineportal_feed_lag_seconds_count") >= 3.0;
        let scrape = server.scrape_once(came).await;
        let counts = [
            ("cineportal_http_request_duration_seconds_count{route=\"/webhooks/alertmanager\",status=\"2xx\"}", 3.0),
            ("cineportal_http_request_duration_seconds_count{route=\"/graphql\",status=\"2xx\"}", 1.0),
            ("cineportal_alerts_total{outcome=\"stored\"}", 3.0),
            ("cineportal_alerts_total{outcome=\"refused\"}", 0.0),
            ("cineportal_feed_changes_total", 3.0),
            ("cineportal_feed_live", 1.0),
        ];
        for (series, count) in counts {
            assert!((scrape.value(series) - count).abs() < f64::EPSILON, "{series} is not {count} in {}", scrape.0);
        }
        // Others ask the store, too.
        for (operation, least) in [("newest", 3.0), ("commit", 3.0), ("page", 1.0), ("service_tokens", 1.0)] {
            let calls = format!("{STORE}{{operation=\"{operation}\",outcome=\"done\"}}");
            assert!(scrape.value(&calls) >= least, "{calls} in {}", scrape.0);
        }
        assert_eq!(scrape.series("cineportal_board_age_seconds"), 1, "{}", scrape.0);
    }
}
