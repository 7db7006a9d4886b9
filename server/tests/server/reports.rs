//! Reports as other programs ask for them: as CSV, of what happens now, and when there is none.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::report_sheet::{MONTH, report, server_after_the_month};
use crate::support::cuttable_store::{Line, server_on_a_line};
use crate::support::exporter::FakeExporter;
use crate::support::{StoreKind, TestServer, offline, offline_together, on_both_stores};

type Row = [String; 6];

async fn csv_rows(server: &TestServer, query: &str) -> Vec<Row> {
    let response = server.get(&format!("/api/v1/report.csv?{query}")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    let text = response.text().await.unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        ["section", "id", "cinema", "screen", "figure", "value"].as_slice()
    );
    reader.deserialize().map(Result::unwrap).collect()
}

/// The rows that say what an answer in GraphQL says.
fn rows_of(report: &Value) -> Vec<Row> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let row = |section: &str, id: &str, figure: &str, value: &Value| {
        [section, id, "", "", figure].map(str::to_owned).into_iter().chain([text(value)]).collect::<Vec<_>>()
    };
    let mut rows = vec![row("period", "", "region", &report["region"]["id"])];
    for (figure, name) in [("from", "from"), ("to", "to"), ("time_zone", "timeZone")] {
        rows.push(row("period", "", figure, &report[name]));
    }
    for (figure, name) in [("opened", "opened"), ("closed", "closed"), ("in_outages", "inOutages")] {
        rows.push(row("incidents", "", figure, &report[name]));
    }
    for of_one in report["bySeverity"].as_array().unwrap() {
        let severity = of_one["severity"].as_str().unwrap().to_ascii_lowercase();
        rows.push(row("severity", &severity, "opened", &of_one["count"]));
    }
    for day in report["byDay"].as_array().unwrap() {
        for figure in ["opened", "closed"] {
            rows.push(row("day", day["date"].as_str().unwrap(), figure, &day[figure]));
        }
    }
    for (section, name) in
        [("time_to_acknowledge", "timeToAcknowledge"), ("time_to_resolve", "timeToResolve")]
    {
        let figures =
            [("count", "count"), ("median_seconds", "medianSeconds"), ("p90_seconds", "p90Seconds")];
        for (figure, field) in figures.into_iter().chain([("without", "without")]) {
            rows.push(row(section, "", figure, &report[name][field]));
        }
    }
    for (figure, field) in [
        ("at_risk", "atRisk"),
        ("hit", "hit"),
        ("saved", "saved"),
        ("pending", "pending"),
        ("not_known", "notKnown"),
    ] {
        rows.push(row("shows", "", figure, &report["shows"][field]));
    }
    let top = [("count", "count"), ("open_minutes", "openMinutes")];
    for machine in report["topMachines"].as_array().unwrap() {
        for (figure, field) in top {
            let mut row = row("top_machine", machine["id"].as_str().unwrap(), figure, &machine[field]);
            (row[2], row[3]) = (text(&machine["cinema"]), text(&machine["screen"]));
            rows.push(row);
        }
    }
    for error in report["topErrors"].as_array().unwrap() {
        for (figure, field) in top {
            rows.push(row("top_error", error["errorId"].as_str().unwrap(), figure, &error[field]));
        }
    }
    rows.into_iter().map(|row| row.try_into().unwrap()).collect()
}

/// The rows but for how long kinds of fault were open: one of them is still, and a minute may pass.
fn without_open_time(rows: Vec<Row>) -> Vec<Row> {
    rows.into_iter()
        .filter(|row| (row[0].as_str(), row[4].as_str()) != ("top_error", "open_minutes"))
        .collect()
}

fn last_hour() -> [String; 2] {
    let (now, hour) = (Timestamp::now(), SignedDuration::from_hours(1));
    [(now - hour).to_string(), (now + hour).to_string()]
}

async fn report_of_now(server: &TestServer) -> Value {
    let [from, to] = last_hour();
    report(server, Some("denmark"), [&from, &to]).await
}

async fn error(server: &TestServer, arguments: &str) -> (String, String) {
    let query = format!("{{ report({arguments}) {{ opened }} }}");
    let request = server.graphql_request().json(&json!({ "query": query }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"], json!({ "report": null }), "{answer}");
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

async fn refusal(server: &TestServer, query: &str) -> (u16, String) {
    let response = server.get(&format!("/api/v1/report.csv?{query}")).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

on_both_stores! {
    async fn a_cinema_that_fails_as_a_whole_counts_once(server: TestServer) {
        let since = (Timestamp::now() - SignedDuration::from_mins(1)).to_string();
        let dark: Vec<Value> = (1..=3).map(|n| offline_together(&format!("dk-{n}"), "denmark", &since)).collect();
        server.alert(&dark).await;
        let all = ["OPEN"];
        server.incidents_once(&all, |incidents| incidents.len() == 4).await;
        let report = report_of_now(&server).await;
        assert_eq!((&report["opened"], &report["inOutages"]), (&json!(1), &json!(3)), "{report:#}");
        assert_eq!(report["topErrors"][0]["errorId"], "cinema_outage");
        assert_eq!(report["topMachines"], json!([]));
    }
}

#[tokio::test]
async fn a_spreadsheet_holds_what_graphql_tells() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = server_after_the_month(kind).await;
        for region in [Some("denmark"), None] {
            let told = report(&server, region, MONTH).await;
            let region = region.map_or(String::new(), |region| format!("&region={region}"));
            let rows = csv_rows(&server, &format!("from={}&to={}{region}", MONTH[0], MONTH[1])).await;
            assert_eq!(rows.len(), rows_of(&told).len());
            assert_eq!(without_open_time(rows), without_open_time(rows_of(&told)), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_spreadsheet_may_be_asked_for_by_days_of_which_the_last_belongs_to_it() {
    let server = server_after_the_month(StoreKind::Embedded).await;
    let by_days = csv_rows(&server, "region=denmark&from=2025-11-01&to=2025-11-30").await;
    let by_instants = csv_rows(&server, &format!("region=denmark&from={}&to={}", MONTH[0], MONTH[1])).await;
    assert_eq!(without_open_time(by_days), without_open_time(by_instants));
}

#[tokio::test]
async fn the_show_before_which_an_incident_opens_is_kept_whoever_opens_it() {
    let exporter = FakeExporter::start().await;
    exporter.tell_shows(&[("dk-1", Some(60)), ("dk-2", Some(600)), ("dk-3", None)]);
    let address = format!("http://{}", exporter.address);
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &["--exporter", &address]).await;
    server.graphql_once("{ machines { totalCount } }", |data| data["machines"]["totalCount"] == 3).await;
    let now = Timestamp::now().to_string();
    for machine in ["dk-1", "dk-2", "dk-3", "dk-unheard-of"] {
        server.alert(&[offline(machine, "denmark", &now)]).await;
    }
    let open = "mutation { openIncident(input: { region: \"denmark\", title: \"dark\", severity: CRITICAL, machine: \"dk-1\" })
        { __typename } }";
    assert_eq!(server.graphql(open, json!({})).await["openIncident"]["__typename"], "CommandAccepted");
    let report = report_of_now(&server).await;
    let expected = json!({ "atRisk": 2, "hit": 0, "saved": 0, "pending": 2, "notKnown": 1 });
    assert_eq!((&report["opened"], &report["shows"]), (&json!(5), &expected));
}

#[tokio::test]
async fn a_period_that_makes_no_sense_is_refused_with_one_sentence() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let (empty, long) = ("`to` must be later than `from`.", "a report is about 400 days at most.");
    let bad = |reason: &str| ("BAD_USER_INPUT".to_owned(), reason.to_owned());
    let period = |from: &str, to: &str| format!("from: \"{from}T00:00:00Z\", to: \"{to}T00:00:00Z\"");
    assert_eq!(error(&server, &period("2025-11-02", "2025-11-02")).await, bad(empty));
    assert_eq!(error(&server, &period("2025-11-02", "2025-11-01")).await, bad(empty));
    assert_eq!(error(&server, &period("2024-01-01", "2025-11-01")).await, bad(long));
    let nowhere = format!("region: \"atlantis\", {}", period("2025-11-01", "2025-11-02"));
    assert_eq!(error(&server, &nowhere).await, bad("there is no region \"atlantis\"."));
    let sent_back = |reason: &str| (400, format!("{reason}\n"));
    assert_eq!(refusal(&server, "from=2025-11-02&to=2025-11-01").await, sent_back(empty));
    assert_eq!(refusal(&server, "from=2024-01-01&to=2025-11-01").await, sent_back(long));
    assert_eq!(refusal(&server, "from=2025-11-01").await.0, 400);
    let written = "Write `to` as a day, 2026-10-25, or as an instant, 2026-10-25T22:00:00Z.";
    assert_eq!(refusal(&server, "from=2025-11-01&to=now").await, sent_back(written));
    let nowhere = "region=atlantis&from=2025-11-01&to=2025-11-02";
    assert_eq!(refusal(&server, nowhere).await, (404, "There is no such region.\n".to_owned()));
}

#[tokio::test]
async fn while_the_store_is_away_there_is_no_report() {
    let (server, line) = server_on_a_line(Line::Whole, Duration::from_secs(10)).await;
    server.wait_until_ready().await;
    let period = "from: \"2025-11-01T00:00:00Z\", to: \"2025-11-02T00:00:00Z\"";
    for away in [Line::Cut, Line::Silent] {
        line.send_replace(away);
        assert_eq!(error(&server, period).await.0, "UPSTREAM_UNAVAILABLE");
        assert_eq!(refusal(&server, "from=2025-11-01&to=2025-11-02").await.0, 503);
    }
}
