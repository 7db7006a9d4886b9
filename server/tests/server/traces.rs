//! One trace id leads through the log: from a request to the incident that it opened, and to what people were told.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::logging::LoggingServer;
use crate::support::mail::MailServer;
use crate::support::telling::Telling;
use crate::support::{StoreKind, http_client, offline, webhook};

const TEN_UTC: &str = "2026-11-20T10:00:00Z";

fn trace_id(number: usize) -> String {
    format!("{number:032x}")
}

/// Sends an alert as somebody who traces it; answers the trace id that the server told.
async fn send(server: &LoggingServer, traceparent: &str, machine: &str) -> String {
    let request = http_client().post(server.url("/webhooks/alertmanager"));
    let request = request.header("content-type", "application/json").header("traceparent", traceparent);
    let alert = offline(machine, "denmark", TEN_UTC);
    let response = request.body(webhook(&[alert])).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.headers()["x-trace-id"].to_str().unwrap().to_owned()
}

fn of_trace(trace_id: &str) -> String {
    format!("00-{trace_id}-b7ad6b7169203331-01")
}

fn shipped_regions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")
}

async fn one_search_finds_all(kind: StoreKind) {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let [regions, channels] = ["regions", "channels.toml"].map(|name| telling.path(name));
    let store = kind.fresh();
    let files = ["--regions", regions.to_str().unwrap(), "--channels", channels.to_str().unwrap()];
    let server = LoggingServer::start(&store.address, &files).await;
    let trace_id = trace_id(0xabc);
    assert_eq!(send(&server, &of_trace(&trace_id), "dk-aarhus-01-03").await, trace_id);
    mailbox.mail().await;
    let mut lines = server.lines_with(&trace_id, 3).await;
    let said = |line: &Value| line["message"].as_str().unwrap().to_owned();
    lines.sort_by_key(said);
    let expected =
        ["a message about DK-1001 was sent", "alerts of a webhook are stored", "an alert opened DK-1001"];
    assert_eq!(lines.iter().map(said).collect::<Vec<_>>(), expected);
    for line in [&lines[0], &lines[2]] {
        let about = [&line["region"], &line["number"], &line["traceId"]].map(|value| value.as_str().unwrap());
        assert_eq!(about, ["denmark", "DK-1001", &trace_id]);
    }
    assert_eq!(lines[0]["incident"], lines[2]["incident"]);
    let hour = &lines[2]["at"].as_str().unwrap()[..13];
    let of_incident = server.page(&[("incident", "dk-1001"), ("level", "info"), ("hour", hour)]).await;
    assert!(of_incident["lines"].as_array().unwrap().contains(&lines[2]), "{of_incident}");
}

#[tokio::test]
async fn one_search_finds_the_webhook_the_incident_and_the_mail_with_the_embedded_store() {
    one_search_finds_all(StoreKind::Embedded).await;
}

#[tokio::test]
async fn one_search_finds_the_webhook_the_incident_and_the_mail_with_mongodb() {
    one_search_finds_all(StoreKind::Mongo).await;
}

#[tokio::test]
async fn alerts_that_became_durable_together_keep_the_trace_ids_of_their_own_requests() {
    let store = StoreKind::Embedded.fresh();
    let regions = shipped_regions();
    let server = LoggingServer::start(&store.address, &["--regions", regions.to_str().unwrap()]).await;
    let machine = |number: usize| format!("dk-aarhus-{number}");
    let requests = (1..=40).map(|number| {
        let (server, traceparent) = (&server, of_trace(&trace_id(number)));
        async move { send(server, &traceparent, &machine(number)).await }
    });
    futures::future::join_all(requests).await;
    let opened = server.lines_with("an alert opened", 40).await;
    assert_eq!(opened.len(), 40);
    let query = "query ($id: ID!) { incident(id: $id) { machine { id } } }";
    for line in opened {
        let body = serde_json::json!({ "query": query, "variables": { "id": line["incident"] } });
        let answer = http_client().post(server.url("/graphql")).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let machine = answer["data"]["incident"]["machine"]["id"].as_str().unwrap();
        let own: usize = machine.rsplit('-').next().unwrap().parse().unwrap();
        assert_eq!(line["traceId"], trace_id(own), "{machine}");
    }
}

#[tokio::test]
async fn a_request_without_a_valid_trace_id_gets_one_of_its_own() {
    let store = StoreKind::Embedded.fresh();
    let regions = shipped_regions();
    let server = LoggingServer::start(&store.address, &["--regions", regions.to_str().unwrap()]).await;
    let zeros = of_trace(&trace_id(0));
    let first = send(&server, &zeros, "dk-1").await;
    let second = send(&server, "no trace at all", "dk-2").await;
    assert!(first != second && first != trace_id(0), "{first} {second}");
    assert!(!server.lines_with(&first, 1).await.is_empty());
}

#[tokio::test]
async fn a_normal_stop_loses_no_line_and_both_logs_say_the_same() {
    let store = StoreKind::Embedded.fresh();
    let regions = shipped_regions();
    let server = LoggingServer::start(&store.address, &["--regions", regions.to_str().unwrap()]).await;
    for number in 1..=20 {
        send(&server, &of_trace(&trace_id(number)), &format!("dk-{number}")).await;
    }
    let (kept, told) = server.stop();
    let messages = |log: &str| -> Vec<String> {
        let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut messages: Vec<String> =
            lines.map(|line| format!("{} {}", line["trace_id"], line["message"])).collect();
        messages.sort();
        messages
    };
    assert_eq!(messages(&kept), messages(&told));
    assert!(kept.contains("\"stopping\""), "{kept}");
}

#[tokio::test]
async fn what_somebody_signs_in_with_is_in_no_line() {
    let store = StoreKind::Embedded.fresh();
    let regions = shipped_regions();
    let flags = ["--regions", regions.to_str().unwrap(), "--log", "debug,cineportal=trace"];
    let server = LoggingServer::start(&store.address, &flags).await;
    let request = http_client().get(server.url("/auth/callback?code=s3cr3t-code&state=s3cr3t-state"));
    request.header("authorization", "Bearer s3cr3t-token").send().await.unwrap();
    let (kept, told) = server.stop();
    assert!(kept.contains("/auth/callback"), "the request was not logged: {kept}");
    assert!(!kept.contains("s3cr3t") && !told.contains("s3cr3t"));
}
