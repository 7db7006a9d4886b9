//! What alerts make of incidents, from the webhook to the subscription.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::live::LiveClient;
use crate::support::{PATIENCE, TestServer, offline, on_both_stores, resolved};

const MACHINE: &str = "dk-aarhus-01-03";

fn dark_screen(starts_at: &str) -> Value {
    offline(MACHINE, "denmark", starts_at)
}

on_both_stores! {
    async fn a_firing_alert_opens_an_incident_with_all_that_staff_need(server: TestServer) {
        server.alert(&[dark_screen("2026-11-20T10:00:00.123456789Z")]).await;
        let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
        assert_eq!(incident["number"], "DK-1001");
        assert_eq!(incident["severity"], "CRITICAL");
        assert_eq!(incident["errorId"], "machine_offline");
        assert_eq!(incident["title"], "Screen 3 is dark");
        assert_eq!(incident["region"]["id"], "denmark");
        assert_eq!(incident["machine"]["id"], MACHINE);
        assert_eq!(incident["cinema"], json!({ "id": format!("cinema-of-{MACHINE}"), "name": "Aarhus Bio" }));
        assert_eq!(incident["screen"], json!({ "id": "dk-aarhus-3", "name": "Screen 3" }));
        assert_eq!(incident["openedAt"], "2026-11-20T10:00:00.123Z");
        assert_eq!(incident["links"][0]["url"], "http://127.0.0.1:9090/graph?g0.expr=up");
        assert_eq!(incident["timeline"][0]["what"], "OPENED");
    }

    async fn the_region_of_the_machine_is_told_and_no_other(server: TestServer) {
        let mut denmark = LiveClient::connect(server.address).await;
        let mut finland = LiveClient::connect(server.address).await;
        denmark.follow("1", "denmark", None).await;
        finland.follow("1", "finland", None).await;
        assert_eq!(denmark.event().await["__typename"], "Resync");
        assert_eq!(finland.event().await["__typename"], "Resync");
        server.alert(&[dark_screen("2026-11-20T10:00:00Z"), offline("fi-1", "finland", "2026-11-20T10:00:00Z")]).await;
        assert_eq!(denmark.event().await["incident"]["machine"]["id"], MACHINE);
        assert_eq!(finland.event().await["incident"]["machine"]["id"], "fi-1");
    }

    async fn a_resolved_alert_closes_its_incident(server: TestServer) {
        let alert = dark_screen("2026-11-20T10:00:00Z");
        server.alert(std::slice::from_ref(&alert)).await;
        server.alert(&[resolved(alert, "2026-11-20T10:05:00Z")]).await;
        let incident = server.the_incident(|incident| incident["status"] == "CLOSED").await;
        assert_eq!((&incident["closeReason"], &incident["firing"]), (&json!("RESOLVED"), &json!(false)));
    }

    async fn the_same_webhook_a_hundred_times_at_once_is_one_incident(server: TestServer) {
        let alerts = [dark_screen("2026-11-20T10:00:00Z")];
        futures::future::join_all((0..100).map(|_| server.alert(&alerts))).await;
        let incident = server.the_incident(|_| true).await;
        assert_eq!((&incident["occurrences"], &incident["version"]), (&json!(1), &json!(1)));
    }

    async fn a_late_firing_message_does_not_reopen_what_is_over(server: TestServer) {
        let alert = dark_screen("2026-11-20T10:00:00Z");
        server.alert(&[resolved(alert.clone(), "2026-11-20T10:05:00Z")]).await;
        server.alert(&[alert]).await;
        server.the_incident(|incident| incident["status"] == "CLOSED").await;
    }

    async fn a_sender_that_saw_it_begin_earlier_can_end_it(server: TestServer) {
        server.alert(&[dark_screen("2026-11-20T10:20:00Z")]).await;
        server.alert(&[resolved(dark_screen("2026-11-20T10:00:00Z"), "2026-11-20T11:00:00Z")]).await;
        server.the_incident(|incident| incident["status"] == "CLOSED").await;
    }

    async fn firing_again_at_once_reopens_the_same_ticket_and_counts(server: TestServer) {
        let now = jiff::Timestamp::now();
        let first = dark_screen(&now.to_string());
        server.alert(std::slice::from_ref(&first)).await;
        server.alert(&[resolved(first, &now.to_string())]).await;
        let again = now + jiff::SignedDuration::from_secs(30);
        server.alert(&[dark_screen(&again.to_string())]).await;
        let incident = server.the_incident(|incident| incident["occurrences"] == 2).await;
        assert_eq!((&incident["number"], &incident["status"]), (&json!("DK-1001"), &json!("OPEN")));
    }

    async fn firing_again_much_later_opens_a_new_ticket_that_names_the_earlier_one(server: TestServer) {
        let now = jiff::Timestamp::now();
        let first = dark_screen(&now.to_string());
        server.alert(std::slice::from_ref(&first)).await;
        server.alert(&[resolved(first, &now.to_string())]).await;
        let later = now + jiff::SignedDuration::from_mins(4);
        server.alert(&[dark_screen(&later.to_string())]).await;
        let open = server.incidents_once(&["OPEN"], |open| open.len() == 1 && open[0]["number"] == "DK-1002").await;
        let closed = server.incidents_once(&["CLOSED"], |closed| closed.len() == 1).await;
        assert_eq!(open[0]["earlier"], closed[0]["id"]);
    }

    async fn an_end_and_a_new_beginning_in_one_webhook_are_both_kept(server: TestServer) {
        let now = jiff::Timestamp::now();
        let first = dark_screen(&now.to_string());
        server.alert(std::slice::from_ref(&first)).await;
        let later = now + jiff::SignedDuration::from_mins(4);
        server.alert(&[resolved(first, &now.to_string()), dark_screen(&later.to_string())]).await;
        server.incidents_once(&["CLOSED"], |closed| closed.len() == 1).await;
        server.incidents_once(&["OPEN"], |open| open.len() == 1 && open[0]["number"] == "DK-1002").await;
    }

    async fn a_new_wording_of_the_alert_is_taken_over(server: TestServer) {
        let alert = dark_screen("2026-11-20T10:00:00Z");
        server.alert(std::slice::from_ref(&alert)).await;
        let mut worded = alert;
        worded["annotations"]["summary"] = json!("Screen 3 is dark, and the queue is long");
        server.alert(&[worded]).await;
        server.the_incident(|incident| incident["title"] == "Screen 3 is dark, and the queue is long").await;
    }

    async fn a_storm_in_one_webhook_is_stored_whole(server: TestServer) {
        let dark = |n| offline(&format!("dk-{n}"), "denmark", "2026-11-20T10:00:00Z");
        let storm: Vec<Value> = (0..3_000).map(dark).collect();
        server.alert(&storm).await;
        let query = "{ region(id: \"denmark\") { incidents(first: 1) { totalCount } counts { open critical } } }";
        let stored = || async { server.graphql(query, json!({})).await["region"].take() };
        let expected = json!({ "incidents": { "totalCount": 3_000 }, "counts": { "open": 3_000, "critical": 3_000 } });
        let all = async {
            while stored().await != expected {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "{}", stored().await);
    }
}
