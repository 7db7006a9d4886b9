//! Webhooks that are wrong: one plain sentence, never a panic, and never a lost alert beside a bad one.

use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, offline, webhook};

fn dark_screen() -> Value {
    offline("dk-1", "denmark", "2026-11-20T10:00:00Z")
}

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_with_a_sentence() {
    let server = server().await;
    let version_3 = webhook(&[]).replace("\"version\":\"4\"", "\"version\":\"3\"");
    for body in ["", "{", "[]", "null", "{}", "\u{0}\u{1}", version_3.as_str()] {
        let (status, reason) = server.webhook(body.to_owned()).await;
        assert_eq!(status, 400, "{body}");
        assert_eq!((reason.lines().count(), reason.ends_with(".\n")), (1, true), "{reason}");
    }
}

#[tokio::test]
async fn the_good_alert_beside_a_bad_one_is_stored() {
    let server = server().await;
    let (status, reason) = server.webhook(webhook(&[json!({ "status": "firing" }), dark_screen()])).await;
    assert_eq!(status, 400);
    assert!(
        reason.starts_with("1 alerts were stored, 1 could not be read. Alert 0 cannot be read:"),
        "{reason}"
    );
    server.the_incident(|incident| incident["status"] == "OPEN").await;
}

#[tokio::test]
async fn a_webhook_of_sixteen_megabytes_is_taken() {
    let server = server().await;
    let mut alert = dark_screen();
    alert["annotations"]["description"] = json!("x".repeat(16 * 1024 * 1024));
    server.alert(&[alert]).await;
    server.the_incident(|incident| incident["description"].as_str().unwrap().ends_with('…')).await;
}

#[tokio::test]
async fn a_webhook_beyond_all_bounds_is_refused_with_a_sentence() {
    let server = server().await;
    let (status, reason) = server.webhook(" ".repeat(33 * 1024 * 1024)).await;
    assert_eq!((status, reason.lines().count()), (413, 1), "{reason}");
}

#[tokio::test]
async fn an_alert_of_no_known_region_is_kept_as_unassigned() {
    let server = server().await;
    let mut nameless = dark_screen();
    nameless["labels"] = json!({});
    server.alert(&[nameless]).await;
    let incident = server.the_incident(|_| true).await;
    assert_eq!((&incident["region"]["id"], &incident["number"]), (&json!("unassigned"), &json!("XX-1001")));
}

#[tokio::test]
async fn odd_times_do_no_harm() {
    let server = server().await;
    let mut year_one = dark_screen();
    year_one["startsAt"] = json!("0001-01-01T00:00:00Z");
    let mut resolved_in_year_one = offline("dk-2", "denmark", "2026-11-20T10:00:00Z");
    resolved_in_year_one["status"] = json!("resolved");
    let far_future = offline("dk-3", "denmark", "9999-12-30T22:00:00Z");
    server.alert(&[year_one, resolved_in_year_one, far_future]).await;
    assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await.len(), 3);
}

#[tokio::test]
async fn markup_in_an_alert_stays_text() {
    let server = server().await;
    let mut alert = dark_screen();
    alert["annotations"]["summary"] = json!("<img src=x onerror=alert(1)>\r\nBcc: all@example.com\u{0}");
    server.alert(&[alert]).await;
    let incident = server.the_incident(|_| true).await;
    assert_eq!(incident["title"], "<img src=x onerror=alert(1)> \nBcc: all@example.com ");
}
