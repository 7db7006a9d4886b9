//! Lists of open incidents: what has to be done first comes first, and pages fit together.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{PATIENCE, StoreKind, TestServer, offline, resolved};

/// Shows of five machines, in minutes; the exporter does not know `blind-…`.
const SHOWS: [(&str, Option<i64>); 5] =
    [("later", Some(90)), ("next", Some(10)), ("far", Some(2_000)), ("no-show", None), ("soon", Some(45))];
const BY_DEADLINE: [&str; 7] = ["next", "soon", "later", "no-show", "blind-critical", "far", "blind-info"];
const BY_AGE: [&str; 7] = ["later", "next", "far", "no-show", "soon", "blind-critical", "blind-info"];

async fn start(exporter: &FakeExporter) -> TestServer {
    let flags = ["--exporter", &format!("http://{}", exporter.address), "--exporter-poll-seconds", "1"];
    TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await
}

/// Seven open incidents, each a minute younger than the one before.
async fn seven_incidents() -> (TestServer, FakeExporter) {
    let exporter = FakeExporter::start().await;
    exporter.tell_shows(&SHOWS);
    let server = start(&exporter).await;
    for (minute, machine) in BY_AGE.into_iter().enumerate() {
        let mut alert = offline(machine, "denmark", &format!("2026-11-20T10:{minute:02}:00Z"));
        let severity = if machine == "blind-info" { "info" } else { "critical" };
        for (label, value) in [("severity", severity), ("screen_id", machine), ("cinema_id", machine)] {
            alert["labels"][label] = json!(value);
        }
        server.alert(&[alert]).await;
    }
    wait_for(&server, &BY_DEADLINE).await;
    (server, exporter)
}

async fn wait_for(server: &TestServer, expected: &[&str]) {
    let mut last = Vec::new();
    let found = tokio::time::timeout(PATIENCE, async {
        while last != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
            last = walk(server, None, 100).await;
        }
    });
    assert!(found.await.is_ok(), "the order is {last:?}");
}

async fn page(server: &TestServer, order: Option<&str>, first: usize, after: &Value) -> Value {
    let query = "query ($order: IncidentOrder, $first: Int!, $after: String) {
        incidents(orderBy: $order, first: $first, after: $after) {
            edges { node { machine { id } } } pageInfo { hasNextPage endCursor } totalCount } }";
    let variables = json!({ "order": order, "first": first, "after": after });
    server.graphql(query, variables).await["incidents"].take()
}

/// The machines of all pages, in the order in which they come.
async fn walk(server: &TestServer, order: Option<&str>, first: usize) -> Vec<String> {
    let (mut machines, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = page(server, order, first, &after).await;
        let edges = page["edges"].as_array().unwrap();
        machines.extend(edges.iter().map(|edge| edge["node"]["machine"]["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] == false {
            return machines;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

async fn refusal(server: &TestServer, query: &str, variables: Value) -> Value {
    let request = json!({ "query": query, "variables": variables });
    let mut answer: Value =
        server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
    answer["errors"][0].take()
}

#[tokio::test]
async fn pages_of_every_order_fit_together() {
    let (server, _exporter) = seven_incidents().await;
    for (order, expected) in [(None, BY_DEADLINE), (Some("DEADLINE"), BY_DEADLINE), (Some("AGE"), BY_AGE)] {
        for first in [1, 2, 3, 7] {
            assert_eq!(walk(&server, order, first).await, expected, "{order:?} by {first}");
        }
    }
    let by_severity = walk(&server, Some("SEVERITY"), 2).await;
    assert_eq!(by_severity, BY_AGE, "only the youngest is not critical");
    assert_eq!(page(&server, None, 2, &Value::Null).await["totalCount"], 7);
}

#[tokio::test]
async fn the_order_follows_the_shows() {
    let (server, exporter) = seven_incidents().await;
    exporter.tell_shows(&[("far", Some(5)), ("next", Some(10))]);
    wait_for(&server, &["far", "next", "later", "no-show", "soon", "blind-critical", "blind-info"]).await;
}

#[tokio::test]
async fn while_the_exporter_fails_the_order_stays() {
    let (server, exporter) = seven_incidents().await;
    exporter.fail();
    let down = format!("cineportal_exporter_up{{exporter=\"{}\"}} 0", exporter.address);
    while !server.get("/metrics").await.text().await.unwrap().contains(&down) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(walk(&server, None, 3).await, BY_DEADLINE);
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let (server, _exporter) = seven_incidents().await;
    let cursor = page(&server, Some("AGE"), 1, &Value::Null).await["pageInfo"]["endCursor"].take();
    let query = "query ($after: String) { incidents(after: $after) { totalCount } }";
    for after in [cursor, json!("nonsense"), json!("1763700000000.some-id")] {
        let error = refusal(&server, query, json!({ "after": after })).await;
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{after}: {error}");
        assert_eq!(error["message"], "`after` is not a cursor of this list.");
    }
}

#[tokio::test]
async fn history_stays_newest_first_page_by_page() {
    let server = TestServer::start(StoreKind::Embedded).await;
    for n in 0..5 {
        let alert = offline(&format!("dk-{n}"), "denmark", &format!("2026-11-20T10:0{n}:00Z"));
        server.alert(&[if n % 2 == 0 { alert } else { resolved(alert, "2026-11-20T11:00:00Z") }]).await;
    }
    let query =
        "query ($after: String) { incidents(filter: { status: [OPEN, CLOSED] }, first: 2, after: $after) {
        edges { cursor node { machine { id } } } } }";
    let (mut machines, mut after) = (Vec::new(), Value::Null);
    while machines.len() < 5 {
        let page = server.graphql(query, json!({ "after": after })).await["incidents"]["edges"].take();
        for edge in page.as_array().unwrap() {
            machines.push(edge["node"]["machine"]["id"].as_str().unwrap().to_owned());
            after = edge["cursor"].clone();
        }
    }
    assert_eq!(machines, ["dk-4", "dk-3", "dk-2", "dk-1", "dk-0"]);
}

#[tokio::test]
async fn lists_with_closed_incidents_have_one_order_only() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let query = "{ incidents(filter: { status: [CLOSED] }, orderBy: AGE) { totalCount } }";
    let error = refusal(&server, query, json!({})).await;
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{error}");
}
