//! `/api/v1/logs`: an hour of the log, for those who may see it.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::guarded::{Client, Guarded};
use crate::support::{StoreKind, TestServer};

const HOUR: &str = "2026-11-21T14";

fn line(minute: u32, level: &str, message: &str, region: Option<&str>) -> String {
    let mut line = json!({
        "timestamp": format!("{HOUR}:{minute:02}:00Z"), "level": level, "target": "cineportal::ingest",
        "message": message, "number": "DK-1001", "incident": "i-1", "trace_id": "7".repeat(32), "jobs": 3,
    });
    if let Some(region) = region {
        line["region"] = json!(region);
    }
    format!("{line}\n")
}

/// A folder with four lines of one hour, one of them damaged.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        line(1, "INFO", "Odense opened", Some("denmark")),
        line(2, "WARN", "Stockholm waits", Some("sweden")),
        "{\"timestamp\":\"2026-11-21T14:02:30Z\",\"lev\n".to_owned(),
        line(3, "ERROR", "The store is away", None),
    ];
    fs::write(folder.path().join(format!("cineportal-{HOUR}.jsonl")), lines.concat()).unwrap();
    folder
}

async fn server(folder: &TempDir) -> TestServer {
    let flags = ["--log-folder", folder.path().to_str().unwrap(), "--server-name", "hall-1"];
    TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await
}

async fn page(server: &TestServer, query: &str) -> Value {
    let response = server.get(&format!("/api/v1/logs?hour={HOUR}{query}")).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

fn said(page: &Value) -> Vec<&str> {
    page["lines"].as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_hour_is_told_newest_first_with_its_damaged_lines_and_whose_it_is() {
    let folder = folder();
    let server = server(&folder).await;
    let page = page(&server, "").await;
    let all = said(&page);
    assert_eq!((all[0], all[2], all[3]), ("The store is away", "Stockholm waits", "Odense opened"));
    assert_eq!((&page["lines"][1]["isDamaged"], &page["lines"][1]["at"]), (&json!(true), &Value::Null));
    assert_eq!(
        (&page["server"], &page["isKept"], &page["hour"]),
        (&json!("hall-1"), &json!(true), &json!(HOUR))
    );
    let oldest = json!({
        "at": "2026-11-21T14:01:00Z", "level": "info", "target": "cineportal::ingest", "message": "Odense opened",
        "isDamaged": false, "traceId": "7".repeat(32), "region": "denmark", "incident": "i-1",
        "number": "DK-1001", "fields": { "jobs": "3" },
    });
    assert_eq!((&page["lines"][3], &page["next"]), (&oldest, &Value::Null));
}

#[tokio::test]
async fn what_is_looked_for_narrows_the_page() {
    let folder = folder();
    let server = server(&folder).await;
    for (query, expected) in [
        ("&level=warn&text=stock", vec!["Stockholm waits"]),
        ("&level=error,warn&incident=i-1", vec!["The store is away", "Stockholm waits"]),
        ("&region=denmark", vec!["Odense opened"]),
        ("&incident=dk-1001&text=opened", vec!["Odense opened"]),
        ("&text=7777777", vec!["The store is away", "Stockholm waits", "Odense opened"]),
        ("&text=nowhere", vec![]),
    ] {
        assert_eq!(said(&page(&server, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let folder = folder();
    let server = server(&folder).await;
    for (query, status, reason) in [
        ("hour=today", 400, "write an hour of UTC as 2026-11-21T14."),
        ("hour=../../etc/passwd", 400, "write an hour of UTC as 2026-11-21T14."),
        ("level=loud", 400, "a level is error, warn, info, debug or trace."),
        ("hour=2026-11-21T14&before=99999", 400, "this is no place in the log of that hour."),
        ("region=atlantis", 404, "There is no such region."),
    ] {
        let response = server.get(&format!("/api/v1/logs?{query}")).await;
        assert_eq!(response.status(), status, "{query}");
        assert_eq!(response.text().await.unwrap(), format!("{reason}\n"));
    }
    assert_eq!(server.get("/api/v1/logs?more=1").await.status(), 400);
}

#[tokio::test]
async fn an_hour_without_lines_names_the_nearest_ones_that_have_some() {
    let folder = folder();
    let server = server(&folder).await;
    let response = server.get("/api/v1/logs?hour=2026-11-21T20").await;
    let page: Value = response.json().await.unwrap();
    assert_eq!((said(&page).len(), &page["earlier"], &page["later"]), (0, &json!(HOUR), &Value::Null));
}

#[tokio::test]
async fn a_server_that_keeps_no_files_says_so() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let page = page(&server, "").await;
    assert_eq!((&page["isKept"], said(&page).len()), (&json!(false), 0));
}

async fn of(client: Client<'_>, query: &str) -> (u16, Value) {
    let request = client.request(Method::GET, &format!("/api/v1/logs?hour={HOUR}{query}"));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn an_admin_of_a_region_sees_the_lines_that_name_it_and_no_others() {
    let folder = folder();
    let guarded = Guarded::start_with("", &["--log-folder", folder.path().to_str().unwrap()]).await;
    let (status, page) = of(guarded.of_group("admin"), "").await;
    assert_eq!((status, said(&page)), (200, vec!["Odense opened"]));
    let (_, everything) = of(guarded.of_group("everything"), "").await;
    assert_eq!(said(&everything).len(), 4);
    assert_eq!(of(guarded.of_group("admin"), "&region=sweden").await.0, 404);
    assert_eq!(of(guarded.of_group("manager"), "").await.0, 403);
    assert_eq!(of(guarded.nobody(), "").await.0, 401);
}

/// Logstash names the fields that people look for; the index must know them, and the server must write them at the top.
#[test]
fn logstash_and_its_index_know_the_same_fields() {
    let deploy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/logstash");
    let pipeline = fs::read_to_string(deploy.join("pipeline/cineportal.conf")).unwrap();
    let template: Value =
        serde_json::from_str(&fs::read_to_string(deploy.join("template.json")).unwrap()).unwrap();
    let fields = pipeline.split("%w[").nth(1).unwrap().split(']').next().unwrap();
    for field in fields.split(' ') {
        assert_eq!(template["template"]["mappings"]["properties"][field]["type"], "keyword", "{field}");
    }
    let told: Value = serde_json::from_str(&line(1, "INFO", "x", Some("denmark"))).unwrap();
    for field in ["region", "incident", "number", "trace_id", "target"] {
        assert!(fields.split(' ').any(|known| known == field) && told.get(field).is_some(), "{field}");
    }
}
