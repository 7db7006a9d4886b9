//! What narrows a list: several values of a kind, who works on it, when it closed, and what only the clock tells.

use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{PATIENCE, StoreKind, TestServer, offline, resolved};

/// What is told of an alert: machine, region, severity, error.
const ALERTS: [(&str, &str, &str, &str); 4] = [
    ("soon", "denmark", "critical", "machine_offline"),
    ("later", "denmark", "warning", "disk_full"),
    ("abroad", "finland", "info", "disk_full"),
    ("unknown", "finland", "critical", "too_hot"),
];

fn alert((machine, region, severity, error): (&str, &str, &str, &str)) -> Value {
    let mut alert = offline(machine, region, "2026-11-20T10:00:00Z");
    for (label, value) in
        [("severity", severity), ("error_id", error), ("cinema_id", machine), ("screen_id", machine)]
    {
        alert["labels"][label] = json!(value);
    }
    alert
}

/// Four open incidents, two of them with a show, and one that closed at 12:00.
async fn start() -> (TestServer, FakeExporter) {
    let exporter = FakeExporter::start().await;
    exporter.tell_shows(&[("soon", Some(10)), ("later", Some(90))]);
    let flags = ["--exporter", &format!("http://{}", exporter.address), "--exporter-poll-seconds", "1"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    server.alert(&ALERTS.map(alert)).await;
    let closed = alert(("closed", "denmark", "critical", "machine_offline"));
    server.alert(&[resolved(closed, "2026-11-20T12:00:00Z")]).await;
    let shows = async {
        while found(&server, "minutesToNextShowAtMost: 1000").await != "later soon" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, shows).await.expect("the exporter was not read");
    (server, exporter)
}

/// The machines that this filter finds, by name.
async fn found(server: &TestServer, filter: &str) -> String {
    let query = format!(
        "{{ incidents(filter: {{ {filter} }}) {{ edges {{ node {{ machine {{ id }} }} }} totalCount }} }}"
    );
    let list = server.graphql(&query, json!({})).await["incidents"].take();
    let edges = list["edges"].as_array().unwrap().iter();
    let mut machines: Vec<&str> = edges.map(|edge| edge["node"]["machine"]["id"].as_str().unwrap()).collect();
    machines.sort_unstable();
    assert_eq!(list["totalCount"], machines.len(), "{filter}");
    machines.join(" ")
}

async fn refusal(server: &TestServer, filter: &str) -> String {
    let query = format!("{{ incidents(filter: {{ {filter} }}) {{ totalCount }} }}");
    let answer: Value =
        server.graphql_request().json(&json!({ "query": query })).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{filter}: {answer}");
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_board_and_the_history_find_the_same() {
    let (server, _exporter) = start().await;
    let filters = [
        ("region: [\"denmark\", \"finland\"]", "abroad later soon unknown"),
        ("region: \"finland\"", "abroad unknown"),
        ("severity: [CRITICAL, INFO]", "abroad soon unknown"),
        ("severity: WARNING", "later"),
        ("error: [\"disk_full\", \"too_hot\"]", "abroad later unknown"),
        ("cinema: [\"soon\", \"later\"]", "later soon"),
        ("machine: [\"soon\", \"abroad\", \"none\"]", "abroad soon"),
        ("machine: \"soon\", severity: [INFO]", ""),
        ("severity: [CRITICAL], error: [\"too_hot\", \"disk_full\"], text: \"unkn\"", "unknown"),
        ("severity: []", ""),
        ("text: \"severi\"", ""),
        ("text: \"erro\"", ""),
        ("region: []", ""),
        ("assigned: false", "abroad later soon unknown"),
        ("openedFrom: \"2026-11-20T10:00:01Z\"", ""),
    ];
    for (filter, expected) in filters {
        assert_eq!(found(&server, filter).await, expected, "the board by {filter}");
        // Closed ones belong to history; this period leaves the one that is closed out again.
        let history = format!("{filter}, status: [OPEN, IN_PROGRESS, CLOSED]");
        let with_closed = found(&server, &history).await;
        let open: Vec<&str> = with_closed.split_whitespace().filter(|machine| *machine != "closed").collect();
        assert_eq!(open.join(" "), expected, "the history by {filter}");
    }
}

#[tokio::test]
async fn who_works_on_it_can_be_asked_for() {
    let (server, _exporter) = start().await;
    let id = server
        .graphql("{ incidents(filter: { machine: \"soon\" }) { edges { node { id } } } }", json!({}))
        .await;
    let id = id["incidents"]["edges"][0]["node"]["id"].clone();
    let start = "mutation ($id: ID!) { startProgress(id: $id, expectedVersion: 1) { __typename } }";
    server.graphql(start, json!({ "id": id })).await;
    let all = ["OPEN", "IN_PROGRESS"];
    let incidents = server.incidents_once(&all, |all| all.iter().any(|one| !one["assignee"].is_null())).await;
    let taken = incidents.iter().find(|one| !one["assignee"].is_null()).unwrap();
    for status in ["[OPEN, IN_PROGRESS]", "[OPEN, IN_PROGRESS, CLOSED]"] {
        let name = format!("assignee: {}, status: {status}", taken["assignee"]);
        assert_eq!(found(&server, &name).await, "soon", "{name}");
        assert_eq!(found(&server, &format!("assignee: \"local\", status: {status}")).await, "");
        assert_eq!(found(&server, &format!("assigned: true, status: {status}")).await, "soon");
    }
    assert_eq!(found(&server, "assigned: false").await, "abroad later unknown");
}

#[tokio::test]
async fn when_it_closed_can_be_asked_for() {
    let (server, _exporter) = start().await;
    let closed = |filter: &str| format!("status: [OPEN, CLOSED], {filter}");
    assert_eq!(found(&server, &closed("closedFrom: \"2026-11-20T12:00:00Z\"")).await, "closed");
    assert_eq!(found(&server, &closed("closedUntil: \"2026-11-20T12:00:00Z\"")).await, "");
    let reason = refusal(&server, "closedFrom: \"2026-11-20T12:00:00Z\"").await;
    assert_eq!(
        reason,
        "`closedFrom` and `closedUntil` are for lists of closed incidents: add `CLOSED` to `status`."
    );
}

#[tokio::test]
async fn what_is_urgent_can_be_asked_for() {
    let (server, _exporter) = start().await;
    assert_eq!(found(&server, "minutesToNextShowAtMost: 10").await, "soon");
    assert_eq!(found(&server, "minutesToNextShowAtMost: 9").await, "");
    assert_eq!(found(&server, "minutesToNextShowAtMost: 90, severity: [WARNING]").await, "later");
    assert_eq!(found(&server, "priority: P1").await, "soon");
    assert_eq!(found(&server, "priority: [P2, P4]").await, "abroad unknown");
    assert_eq!(found(&server, "priority: []").await, "");
}

#[tokio::test]
async fn what_comes_and_goes_can_be_asked_for() {
    let (server, _exporter) = start().await;
    let now = jiff::Timestamp::now().as_second();
    let instant = |second: i64| jiff::Timestamp::from_second(second).unwrap().to_string();
    for start in [now - 300, now - 200, now - 100] {
        let mut restless = alert(("restless", "denmark", "info", "disk_full"));
        restless["startsAt"] = json!(instant(start));
        server.alert(&[restless.clone()]).await;
        if start < now - 100 {
            server.alert(&[resolved(restless, &instant(start + 50))]).await;
        }
    }
    server.incidents_once(&["OPEN"], |all| all.iter().any(|one| one["occurrences"] == 3)).await;
    assert_eq!(found(&server, "flapping: true").await, "restless");
    assert_eq!(found(&server, "flapping: false").await, "abroad later soon unknown");
}

#[tokio::test]
async fn what_only_open_incidents_have_is_refused_beside_closed_ones() {
    let (server, _exporter) = start().await;
    let live =
        [("muted", "true"), ("flapping", "false"), ("minutesToNextShowAtMost", "5"), ("priority", "[P1]")];
    for (name, value) in live {
        let reason = refusal(&server, &format!("{name}: {value}, status: [OPEN, CLOSED]")).await;
        assert_eq!(reason, format!("`{name}` is for lists of open incidents: leave `CLOSED` out."));
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_with_a_reason() {
    let (server, _exporter) = start().await;
    let both = "`assignee` asks for somebody, `assigned: false` for nobody: leave one of them out.";
    assert_eq!(refusal(&server, "assignee: \"Ida\", assigned: false").await, both);
    let negative = "`minutesToNextShowAtMost` must be 0 or more, not -1.";
    assert_eq!(refusal(&server, "minutesToNextShowAtMost: -1").await, negative);
    let many: Vec<String> = (0..101).map(|n| format!("\"m-{n}\"")).collect();
    let reason = refusal(&server, &format!("machine: [{}]", many.join(", "))).await;
    assert_eq!(reason, "`machine` holds at most 100 values.");
}

#[tokio::test]
async fn a_variable_may_hold_one_value_or_several() {
    let (server, _exporter) = start().await;
    let query = "query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount } }";
    for (filter, count) in [
        (json!({ "severity": "WARNING", "region": "denmark", "status": ["OPEN"] }), 1),
        (json!({ "severity": ["WARNING", "INFO"], "region": ["denmark", "finland"] }), 2),
    ] {
        let list = server.graphql(query, json!({ "filter": filter })).await;
        assert_eq!(list["incidents"]["totalCount"], count);
    }
}
