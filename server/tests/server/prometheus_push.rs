//! A real Prometheus pushes straight to the server, as if it were an Alertmanager.

use cineportal::config::ServeConfig;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::monitoring::Prometheus;
use crate::support::{StoreKind, TestServer, offline, on_both_stores, resolved};

const FIRES: &str = "{ alert: MachineOffline, expr: vector(1), labels: { region: denmark, machine_id: dk-1, error_id: machine_offline, severity: critical } }";
const FIRES_NO_MORE: &str = "{ alert: MachineOffline, expr: vector(1) > 1, labels: { region: denmark, machine_id: dk-1, error_id: machine_offline, severity: critical } }";

/// The alert as it is pushed: it fires until so many seconds from now, unless it is sent again.
fn pushed(seconds_ahead: i64) -> Value {
    let mut alert = offline("dk-1", "denmark", "2026-11-20T10:00:00Z");
    alert.as_object_mut().unwrap().remove("status");
    alert["endsAt"] = json!(Timestamp::now() + SignedDuration::from_secs(seconds_ahead));
    alert
}

async fn push(server: &TestServer, alerts: &Value) -> (u16, String) {
    let request = reqwest::Client::new().post(server.url("/api/v2/alerts")).json(alerts);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

on_both_stores! {
    async fn a_pushed_alert_opens_and_its_end_closes(server: TestServer) {
        assert_eq!(push(&server, &json!([pushed(240)])).await, (200, "stored\n".to_owned()));
        server.the_incident(|incident| incident["status"] == "OPEN").await;
        push(&server, &json!([pushed(-1)])).await;
        server.the_incident(|incident| incident["closeReason"] == "RESOLVED").await;
    }

    async fn a_push_that_comes_again_changes_nothing(server: TestServer) {
        push(&server, &json!([pushed(240)])).await;
        push(&server, &json!([pushed(300)])).await;
        let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
        assert_eq!((&incident["version"], &incident["occurrences"]), (&json!(1), &json!(1)));
    }

    async fn a_push_and_a_webhook_of_the_same_alert_are_one_incident(server: TestServer) {
        push(&server, &json!([pushed(240)])).await;
        server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
        let incident = server.the_incident(|_| true).await;
        assert_eq!(incident["version"], 1);
    }
}

#[tokio::test]
async fn the_good_alert_beside_a_bad_one_is_stored() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let (status, reason) = push(&server, &json!([{ "labels": {} }, pushed(240)])).await;
    assert_eq!(status, 400);
    assert!(
        reason.starts_with("1 alerts were stored, 1 could not be read. Alert 0 cannot be read:"),
        "{reason}"
    );
    server.the_incident(|incident| incident["status"] == "OPEN").await;
}

#[tokio::test]
async fn a_real_prometheus_opens_and_closes() {
    let mut prometheus = Prometheus::new();
    let server = TestServer::start(StoreKind::Embedded).await;
    prometheus.start(FIRES, server.address.port()).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    let external = json!({ "name": "cluster", "value": "north" });
    assert!(incident["labels"].as_array().unwrap().contains(&external), "{incident}");
    prometheus.change_rule(FIRES_NO_MORE).await;
    server.the_incident(|incident| incident["closeReason"] == "RESOLVED").await;
}

fn compare_with(settings: &mut ServeConfig, prometheus: &Prometheus) {
    settings.sources.prometheus = vec![prometheus.address()];
    settings.sources.reconcile_seconds = 1;
    settings.sources.source_settle_seconds = 0;
}

#[tokio::test]
async fn an_incident_stays_while_its_prometheus_knows_it_by_fewer_labels_and_no_longer() {
    let mut prometheus = Prometheus::new();
    let first = TestServer::start(StoreKind::Embedded).await;
    prometheus.start(FIRES, first.address.port()).await;
    first.the_incident(|incident| incident["status"] == "OPEN").await;
    // The second server listens elsewhere, so no push reaches it.
    let second =
        TestServer::start_configured(first.stop().await, |settings| compare_with(settings, &prometheus))
            .await;
    second.rounds(4).await;
    second.the_incident(|incident| incident["status"] == "OPEN" && incident["version"] == 1).await;
    prometheus.change_rule(FIRES_NO_MORE).await;
    second.the_incident(|incident| incident["closeReason"] == "RESOLVED_AT_SOURCE").await;
}

#[tokio::test]
async fn the_death_of_a_prometheus_closes_nothing() {
    let mut prometheus = Prometheus::new();
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        compare_with(settings, &prometheus);
        // What has only just started is not asked what it missed.
        settings.sources.source_settle_seconds = 300;
    })
    .await;
    prometheus.start(FIRES, server.address.port()).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    prometheus.stop();
    server.rounds(4).await;
    server.the_incident(|incident| incident["status"] == "OPEN" && incident["firing"] == true).await;
}

#[tokio::test]
async fn what_only_a_prometheus_knows_opens_while_no_alertmanager_answers() {
    let mut prometheus = Prometheus::new();
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        compare_with(settings, &prometheus);
    })
    .await;
    let nobody = 9;
    prometheus.start(FIRES, nobody).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    assert_eq!(incident["machine"]["id"], "dk-1");
}

#[tokio::test]
async fn an_alertmanager_is_not_believed_that_an_alert_of_a_silent_prometheus_is_over() {
    let mut prometheus = Prometheus::new();
    prometheus.start(FIRES_NO_MORE, 9).await;
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        compare_with(settings, &prometheus);
        settings.sources.source_settle_seconds = 300;
    })
    .await;
    let dark = |machine: &str| offline(machine, "denmark", "2026-11-20T10:00:00Z");
    server.alert(&[dark("dk-1"), dark("dk-2")]).await;
    server.rounds(1).await;
    let before = Timestamp::now() - SignedDuration::from_mins(1);
    prometheus.stop();
    server.rounds(2).await;
    // The first end was told before the silence, the second is that silence.
    server.alert(&[resolved(dark("dk-1"), &before.to_string())]).await;
    server.alert(&[resolved(dark("dk-2"), &Timestamp::now().to_string())]).await;
    let closed = server.incidents_once(&["CLOSED"], |closed| closed.len() == 1).await;
    assert_eq!(closed[0]["machine"]["id"], "dk-1");
    let open = server.incidents_once(&["OPEN"], |open| open.len() == 1).await;
    assert_eq!((&open[0]["machine"]["id"], &open[0]["firing"]), (&json!("dk-2"), &json!(true)));
}
