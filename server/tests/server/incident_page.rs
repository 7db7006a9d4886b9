//! How much a page of the incident list is: staff look at it over mobile networks, too.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::{StoreKind, TestServer};

const ROWS: usize = 20;
const MAX_BYTES: usize = 15_000;
/// Names as cinemas have them.
const CINEMAS: [&str; 4] =
    ["Grand Teatret", "Nordisk Film Biografer Lyngby", "Biffen Nordkraft", "Øst for Paradis"];

/// What a row shows: the incident, its machine, what was read of it, and when its next show is. Sizes of the
/// picture belong on the page of the machine.
const QUERY: &str = "{
    region(id: \"denmark\") {
        incidents(first: 20) {
            edges { node {
                id number version status severity errorId title openedAt occurrences flapping assignee priority
                cinema { name } screen { name } nextShow { at asOf error }
                machine {
                    id online
                    reading { lastSeenAt temperatureCelsius diskFreeBytes downloadProgressRatio asOf error }
                }
            } }
            pageInfo { hasNextPage endCursor }
            totalCount
        }
    }
}";

/// As the shipped rules word it.
fn dark(machine: &FakeMachine<'_>, minutes_ago: i64) -> Value {
    json!({
        "status": "firing",
        "labels": {
            "alertname": "MachineOffline", "error_id": "machine_offline", "severity": "critical",
            "region": "denmark", "machine_id": machine.id, "cinema_id": format!("{}-cinema", machine.id),
            "cinema": machine.cinema, "screen_id": format!("{}-screen", machine.id), "screen": machine.screen,
        },
        "annotations": {
            "summary": format!("{} in {} is offline", machine.screen, machine.cinema),
            "description": "The cloud has not heard from the machine for more than 5 minutes.",
        },
        "startsAt": (Timestamp::now() - SignedDuration::from_mins(minutes_ago)).to_string(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://127.0.0.1:9090/graph?g0.expr=cine_machine_up+%3D%3D+0&g0.tab=1",
    })
}

#[tokio::test]
async fn a_page_of_twenty_incidents_with_their_machines_is_at_most_15_kilobytes() {
    let ids: Vec<_> =
        (1..=ROWS).map(|number| (format!("dk-copenhagen-{number:02}-03"), format!("Sal {number}"))).collect();
    let machines: Vec<_> = ids
        .iter()
        .zip(CINEMAS.iter().cycle())
        .map(|((id, screen), cinema)| FakeMachine::new(id, cinema, screen))
        .collect();
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(&machines);
    let address = format!("http://{}", exporter.address);
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &["--exporter", &address]).await;
    let alerts: Vec<_> = machines.iter().zip(1..).map(|(machine, minutes)| dark(machine, minutes)).collect();
    server.alert(&alerts).await;
    let is_read = |node: &Value| node["machine"]["reading"]["temperatureCelsius"].is_f64();
    let data = server
        .graphql_once(QUERY, |data| {
            let edges = data["region"]["incidents"]["edges"].as_array().unwrap();
            edges.len() == ROWS && edges.iter().all(|edge| is_read(&edge["node"]))
        })
        .await;
    let response = server.graphql_request().json(&json!({ "query": QUERY })).send().await.unwrap();
    let bytes = response.bytes().await.unwrap().len();
    assert!(bytes <= MAX_BYTES, "{bytes} bytes: {}", data["region"]["incidents"]["edges"][0]);
}
