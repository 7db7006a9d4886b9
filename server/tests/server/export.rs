//! Incidents as CSV, as a spreadsheet reads them.

use std::collections::BTreeMap;

use cineportal::domain::incident::Incident;
use cineportal::store;
use cineportal_regions::RegionId;

use crate::store_contract::incident;
use crate::support::{StoreKind, TestServer, settings};

type Row = BTreeMap<String, String>;

/// A server on a store that holds these incidents.
async fn server_with(kind: StoreKind, incidents: &[Incident]) -> TestServer {
    let fresh = kind.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    store.commit(incidents).await.unwrap();
    let settings = settings(&fresh.address);
    let server = TestServer::start_as_told(store, fresh, &settings).await;
    server.wait_until_ready().await;
    server
}

async fn export(server: &TestServer, query: &str) -> Vec<Row> {
    let response = server.get(&format!("/api/v1/incidents.csv{query}")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    let text = response.text().await.unwrap();
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn column(rows: &[Row], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

async fn refusal(server: &TestServer, query: &str) -> (u16, String) {
    let response = server.get(&format!("/api/v1/incidents.csv{query}")).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn a_row_tells_the_incident_with_its_times_in_utc_and_on_the_spot() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = server_with(kind, &[incident("a", 0)]).await;
        let rows = export(&server, "").await;
        let [row] = &rows[..] else { panic!("{rows:#?}") };
        let expected = [
            ("number", "DK-a-0"),
            ("region", "denmark"),
            ("status", "open"),
            ("severity", "critical"),
            ("error_id", "machine_offline"),
            ("description", "Sal 3: \"mørk\" 🎬\nnothing"),
            ("cinema", "Aarhus Bio"),
            ("screen", ""),
            ("time_zone", "Europe/Copenhagen"),
            ("opened_at_local", "2025-11-21 05:40:00"),
            ("opened_at_utc", "2025-11-21T04:40:00Z"),
            ("closed_at_utc", ""),
        ];
        for (name, value) in expected {
            assert_eq!(row[name], value, "{name}");
        }
    }
}

#[tokio::test]
async fn all_pages_follow_each_other_newest_first_without_a_gap() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        // Several open in each minute, so that pages end between two that opened at once.
        let many: Vec<_> = (0..1_203).map(|n| incident(&format!("{n}"), n / 7)).collect();
        let server = server_with(kind, &many).await;
        let rows = export(&server, "").await;
        let ids: std::collections::BTreeSet<String> = column(&rows, "id").into_iter().collect();
        assert_eq!((rows.len(), ids.len()), (1_203, 1_203));
        assert!(column(&rows, "opened_at_utc").is_sorted_by(|a, b| a >= b));
    }
}

#[tokio::test]
async fn an_export_may_be_narrowed_by_region_status_and_time() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let mut abroad = incident("abroad", 30);
        abroad.key.region = RegionId::new("finland");
        // Minutes 0 and 60 are 05:40 and 06:40 in Copenhagen; a day has 1,440.
        let all = [incident("a", 0), incident("b", 60), incident("c", 1_440), abroad];
        let server = server_with(kind, &all).await;
        let rows = [
            ("", vec!["DK-c-1440", "DK-b-60", "DK-abroad-30", "DK-a-0"]),
            ("?region=finland", vec!["DK-abroad-30"]),
            ("?region=denmark&from=2025-11-22", vec!["DK-c-1440"]),
            ("?region=denmark&until=2025-11-21", vec!["DK-b-60", "DK-a-0"]),
            ("?from=2025-11-21T04:40:00Z&until=2025-11-21T05:40:00Z", vec!["DK-abroad-30", "DK-a-0"]),
            ("?status=closed", vec![]),
            ("?status=open,in_progress&region=finland", vec!["DK-abroad-30"]),
        ];
        for (query, numbers) in rows {
            assert_eq!(column(&export(&server, query).await, "number"), numbers, "{kind:?} {query}");
        }
    }
}

#[tokio::test]
async fn a_cell_that_looks_like_a_formula_is_text() {
    let titled = |title: &str| Incident { title: title.to_owned(), ..incident(title, 0) };
    let evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "Screen -1"].map(titled);
    let server = server_with(StoreKind::Embedded, &evil).await;
    let mut titles = column(&export(&server, "").await, "title");
    titles.sort();
    assert_eq!(titles, ["'\t=1", "'+1", "'-1", "'=1+1", "'@SUM(A1)", "Screen -1"]);
}

#[tokio::test]
async fn lines_end_as_the_standard_says_and_a_header_comes_even_alone() {
    let server = server_with(StoreKind::Embedded, &[]).await;
    let text = server.get("/api/v1/incidents.csv").await.text().await.unwrap();
    assert!(text.starts_with("number,region,status,") && text.ends_with(",earlier_id\r\n"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_refused_with_one_sentence() {
    let server = server_with(StoreKind::Embedded, &[]).await;
    let statuses = "`status` is some of open, in_progress and closed, with commas between.\n";
    let times = "Write `from` as a day, 2026-10-25, or as an instant, 2026-10-25T22:00:00Z.\n";
    assert_eq!(refusal(&server, "?status=broken").await, (400, statuses.to_owned()));
    assert_eq!(refusal(&server, "?from=yesterday").await, (400, times.to_owned()));
    assert_eq!(refusal(&server, "?region=atlantis").await, (404, "There is no such region.\n".to_owned()));
    assert_eq!(refusal(&server, "?regoin=denmark").await.0, 400);
}
