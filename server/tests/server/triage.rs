//! What an incident's next show and the past say: how urgent it is, whether it can be fixed in time, and
//! that what was closed while it fires does not stay forgotten.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{PATIENCE, StoreKind, offline, on_both_stores, resolved};

/// A server that reads an exporter every second.
struct TestServer {
    server: crate::support::TestServer,
    exporter: FakeExporter,
}

impl TestServer {
    async fn start(kind: StoreKind) -> Self {
        let exporter = FakeExporter::start().await;
        let server = start(&exporter, kind.fresh()).await;
        Self { server, exporter }
    }

    async fn restart(self) -> Self {
        let store = self.server.stop().await;
        Self { server: start(&self.exporter, store).await, exporter: self.exporter }
    }

    /// The only incident, as soon as it looks as expected.
    async fn once(&self, expected: impl Fn(&Value) -> bool) -> Value {
        let query = "{ incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED] }) { edges { node {
            id number status version priority minutesToNextShow nextShowAt nextShow { at asOf error } fixLikely
            flapping firing machine { id } timeline { who what note } } } } }";
        let mut last = Value::Null;
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                last = self.server.ask(query, &json!({})).await["incidents"]["edges"][0]["node"].take();
                if expected(&last) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        });
        assert!(found.await.is_ok(), "the incident is not as expected: {last:#}");
        last
    }

    /// The incident after the exporter was read twice more.
    async fn after_two_readings(&self) -> Value {
        let mut incident = Value::Null;
        for _ in 0..2 {
            let before = Timestamp::now().to_string();
            let is_newer = |incident: &Value| {
                let read_at =
                    incident["nextShow"]["asOf"].as_str().map(|text| text.parse::<Timestamp>().unwrap());
                read_at > before.parse().ok()
            };
            incident = self.once(is_newer).await;
        }
        incident
    }

    async fn close(&self, incident: &Value) {
        let mutation =
            "mutation ($id: ID!, $version: Int!) { closeIncident(id: $id, expectedVersion: $version) {
            ... on CommandAccepted { incident { status } } } }";
        let variables = json!({ "id": incident["id"], "version": incident["version"] });
        let answer = self.server.graphql(mutation, variables).await;
        assert_eq!(answer["closeIncident"]["incident"]["status"], "CLOSED");
    }
}

async fn start(exporter: &FakeExporter, store: crate::support::FreshStore) -> crate::support::TestServer {
    start_at(&exporter.address, store).await
}

async fn start_at(exporter: &str, store: crate::support::FreshStore) -> crate::support::TestServer {
    let address = format!("http://{exporter}");
    let flags =
        ["--exporter", &address, "--exporter-poll-seconds", "1", "--reopen-before-show-minutes", "60"];
    crate::support::TestServer::start_with_flags(store, &flags).await
}

/// The screen of this machine goes dark so many minutes ago.
fn dark(machine: &str, minutes_ago: i64) -> Value {
    let starts_at = Timestamp::now() - SignedDuration::from_mins(minutes_ago);
    let mut alert = offline(machine, "denmark", &starts_at.to_string());
    alert["labels"]["screen_id"] = json!(format!("{machine}-screen"));
    alert["labels"]["cinema_id"] = json!(format!("{machine}-cinema"));
    alert
}

fn reopenings(incident: &Value) -> usize {
    incident["timeline"].as_array().unwrap().iter().filter(|entry| entry["what"] == "REOPENED").count()
}

on_both_stores! {
    async fn an_incident_tells_when_its_next_show_is(server: TestServer) {
        server.exporter.tell_shows(&[("a", Some(40))]);
        server.server.alert(&[dark("a", 0)]).await;
        let incident = server.once(|incident| incident["minutesToNextShow"] == 40).await;
        assert_eq!((&incident["priority"], &incident["fixLikely"]), (&json!("P1"), &json!("UNKNOWN")));
        assert_eq!(incident["nextShow"]["at"], incident["nextShowAt"]);
        assert_eq!(incident["nextShow"]["error"], Value::Null);
        assert_eq!(incident["flapping"], false);
    }

    async fn past_repairs_say_whether_the_minutes_left_are_enough(server: TestServer) {
        let past = (1..=5).map(|hours| {
            let ended_at = Timestamp::now() - SignedDuration::from_mins(hours * 60 - 10);
            resolved(dark("a", hours * 60), &ended_at.to_string())
        });
        for repair in past.rev() {
            server.server.alert(&[repair]).await;
        }
        server.exporter.tell_shows(&[("a", Some(30))]);
        server.server.alert(&[dark("a", 2)]).await;
        server.once(|incident| incident["fixLikely"] == "YES").await;
        server.exporter.tell_shows(&[("a", Some(5))]);
        server.once(|incident| incident["fixLikely"] == "NO").await;
        let server = server.restart().await;
        server.once(|incident| incident["fixLikely"] == "NO").await;
    }

    async fn what_was_closed_while_it_fires_opens_again_before_the_show_and_only_once(server: TestServer) {
        server.exporter.tell_shows(&[("a", Some(90))]);
        server.server.alert(&[dark("a", 0)]).await;
        let incident = server.once(|incident| incident["minutesToNextShow"] == 90).await;
        server.close(&incident).await;
        let closed = server.after_two_readings().await;
        assert_eq!((&closed["status"], &closed["firing"]), (&json!("CLOSED"), &json!(true)));

        server.exporter.tell_shows(&[("a", Some(20))]);
        let reopened = server.once(|incident| incident["status"] == "OPEN").await;
        let why = json!({ "who": "monitoring", "what": "REOPENED",
            "note": "still firing, and the next show here begins in 20 min" });
        assert_eq!(reopened["timeline"][2], why);

        server.close(&reopened).await;
        assert_eq!(server.after_two_readings().await["status"], "CLOSED");

        server.exporter.tell_shows(&[("a", Some(55))]);
        let again = server.once(|incident| incident["status"] == "OPEN").await;
        assert_eq!(reopenings(&again), 2);
    }

    async fn what_was_closed_before_a_restart_opens_again_too(server: TestServer) {
        server.exporter.tell_shows(&[("a", Some(90))]);
        server.server.alert(&[dark("a", 0)]).await;
        let incident = server.once(|incident| incident["minutesToNextShow"] == 90).await;
        server.close(&incident).await;
        server.exporter.tell_shows(&[("a", Some(90))]);
        let server = server.restart().await;
        assert_eq!(server.after_two_readings().await["status"], "CLOSED");
        server.exporter.tell_shows(&[("a", Some(20))]);
        assert_eq!(reopenings(&server.once(|incident| incident["status"] == "OPEN").await), 1);
    }

    async fn what_a_later_incident_has_replaced_stays_closed(server: TestServer) {
        server.server.alert(&[dark("a", 0)]).await;
        let first = server.once(|incident| incident["status"] == "OPEN").await;
        server.close(&first).await;
        let later = dark("a", -2);
        server.server.alert(std::slice::from_ref(&later)).await;
        server.once(|incident| incident["status"] == "OPEN" && incident["id"] != first["id"]).await;
        let ended_at = Timestamp::now() + SignedDuration::from_mins(3);
        server.server.alert(&[resolved(later, &ended_at.to_string())]).await;
        server.exporter.tell_shows(&[("a", Some(20))]);
        server.once(|incident| incident["status"] == "CLOSED" && incident["minutesToNextShow"] == 20).await;
        server.after_two_readings().await;
        assert_eq!(server.server.incidents(&["OPEN"]).await, <[Value; 0]>::default());
    }
}

#[tokio::test]
async fn of_two_servers_one_opens_it_again() {
    let first = TestServer::start(StoreKind::Mongo).await;
    let second = start(&first.exporter, first.server.shared_store()).await;
    first.exporter.tell_shows(&[("a", Some(90))]);
    first.server.alert(&[dark("a", 0)]).await;
    let incident = first.once(|incident| incident["minutesToNextShow"] == 90).await;
    first.close(&incident).await;
    first.exporter.tell_shows(&[("a", Some(20))]);
    first.once(|incident| incident["status"] == "OPEN").await;
    assert_eq!(reopenings(&first.after_two_readings().await), 1);
    second.stop().await;
}

#[tokio::test]
async fn an_exporter_that_never_answers_is_not_waited_for() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = start_at(&address, StoreKind::Embedded.fresh()).await;
    let server = TestServer { server, exporter: FakeExporter::start().await };
    server.server.alert(&[dark("a", 0)]).await;
    let expected = ": it did not answer within 5 s";
    server
        .once(|incident| incident["nextShow"]["error"].as_str().is_some_and(|it| it.ends_with(expected)))
        .await;
}

#[tokio::test]
async fn while_the_exporter_fails_values_stay_and_say_so() {
    let server = TestServer::start(StoreKind::Embedded).await;
    server.exporter.tell_shows(&[("a", Some(40))]);
    server.server.alert(&[dark("a", 0)]).await;
    let well = server.once(|incident| incident["minutesToNextShow"] == 40).await;
    server.exporter.fail();
    let stale = server.once(|incident| incident["nextShow"]["error"] != Value::Null).await;
    let error = stale["nextShow"]["error"].as_str().unwrap();
    assert!(error.starts_with("CineExporter has failed since "), "{error}");
    assert!(error.ends_with(": it refuses: status 503"), "{error}");
    assert_eq!(stale["nextShowAt"], well["nextShowAt"]);
    let later = server.once(|_| true).await;
    assert_eq!(later["nextShow"]["asOf"], stale["nextShow"]["asOf"], "the values do not get younger");
    let metrics = server.server.get("/metrics").await.text().await.unwrap();
    let up = format!("cineportal_exporter_up{{exporter=\"{}\"}} 0", server.exporter.address);
    assert!(metrics.lines().any(|line| line == up), "{metrics}");
    assert!(metrics.lines().any(|line| line == "cineportal_machines 1"), "{metrics}");
    assert!(metrics.contains("cineportal_exporter_reading_age_seconds{"), "{metrics}");
}

#[tokio::test]
async fn an_exporter_that_talks_nonsense_is_quoted_by_line() {
    let server = TestServer::start(StoreKind::Embedded).await;
    server.server.alert(&[dark("a", 0)]).await;
    server.exporter.tell("# fine\ncine_machine_info{machine_id=\"a\" 1\n");
    let expected = ": its answer cannot be read: line 2 is malformed: its labels do not end";
    server
        .once(|incident| incident["nextShow"]["error"].as_str().is_some_and(|it| it.ends_with(expected)))
        .await;
}

#[tokio::test]
async fn an_exporter_that_never_stops_talking_is_cut_off() {
    let server = TestServer::start(StoreKind::Embedded).await;
    server.server.alert(&[dark("a", 0)]).await;
    server.exporter.tell("#".repeat((128 << 20) + 1));
    let expected = ": its answer cannot be read: it is larger than 128 MB";
    server
        .once(|incident| incident["nextShow"]["error"].as_str().is_some_and(|it| it.ends_with(expected)))
        .await;
}

#[tokio::test]
async fn what_our_exporter_told_long_ago_is_known_to_be_old() {
    let server = TestServer::start(StoreKind::Embedded).await;
    server.exporter.tell(include_str!("../../src/sources/fixtures/cine_exporter.prom"));
    server.server.alert(&[offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:00:00Z")]).await;
    let expected = "CineExporter answers, but has not read its machines since 20";
    let is_old = |incident: &Value| {
        incident["nextShow"]["error"].as_str().is_some_and(|error| error.starts_with(expected))
    };
    assert_ne!(server.once(is_old).await["nextShow"]["asOf"], Value::Null);
}

#[tokio::test]
async fn without_an_exporter_the_next_show_is_not_known_and_a_list_says_why() {
    let server = crate::support::TestServer::start(StoreKind::Embedded).await;
    server.alert(&[dark("a", 0)]).await;
    server.incidents_once(&["OPEN"], |incidents| incidents.len() == 1).await;
    let query = "{ incidents { edges { node { minutesToNextShow priority nextShow { at asOf error } } } } }";
    let show = json!({ "at": null, "asOf": null, "error": "no exporter is configured" });
    let node = json!({ "minutesToNextShow": null, "priority": "P2", "nextShow": show });
    assert_eq!(
        server.graphql(query, json!({})).await,
        json!({ "incidents": { "edges": [{ "node": node }] } })
    );
}
