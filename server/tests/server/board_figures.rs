//! How long a page of a large board takes. Not a test: run it by hand, with `--ignored --nocapture`, once before a
//! change and once after it, on a machine that does nothing else.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{StoreKind, TestServer, offline};

const INCIDENTS: usize = 10_000;
const REQUESTS: u32 = 30;

/// What is asked for, and how many requests of it are answered one after the other.
const LISTS: [(&str, &str); 5] = [
    (
        "page of 50, by deadline",
        "{ incidents(first: 50) { edges { node { id } } pageInfo { hasNextPage } } }",
    ),
    ("page of 50, by age", "{ incidents(first: 50, orderBy: AGE) { edges { node { id } } } }"),
    (
        "page of 50, one error",
        "{ incidents(first: 50, filter: { error: \"error_3\" }) { edges { node { id } } } }",
    ),
    (
        "page of 50, by words",
        "{ incidents(first: 50, filter: { text: \"dark scr\" }) { edges { node { id } } } }",
    ),
    ("total only", "{ incidents(first: 1) { totalCount } }"),
];

/// How much time of processors this process has used.
fn cpu_milliseconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) * 10.0
}

fn alerts() -> impl Iterator<Item = Value> {
    (0..INCIDENTS).map(|n| {
        let mut alert = offline(
            &format!("m-{n}"),
            "denmark",
            &format!("2026-11-20T10:{:02}:{:02}Z", n / 60 % 60, n % 60),
        );
        for label in ["cinema_id", "screen_id"] {
            alert["labels"][label] = json!(format!("{label}-{n}"));
        }
        alert["labels"]["error_id"] = json!(format!("error_{}", n % 20));
        alert
    })
}

async fn full_board() -> (TestServer, FakeExporter) {
    let exporter = FakeExporter::start().await;
    let shows = (0..INCIDENTS).fold(String::new(), |mut text, n| {
        let labels = format!("machine_id=\"m-{n}\",region=\"denmark\"");
        let show = jiff::Timestamp::now().as_second() + i64::try_from(n * 7_919 % 86_400).unwrap();
        let place = format!("{labels},cinema_id=\"cinema_id-{n}\",cinema=\"C\",screen_id=\"screen_id-{n}\",screen=\"S\",time_zone=\"UTC\"");
        writeln!(text, "cine_machine_info{{{place}}} 1\ncine_next_show_timestamp_seconds{{{labels}}} {show}").unwrap();
        text
    });
    exporter.tell(shows);
    let flags = ["--exporter", &format!("http://{}", exporter.address), "--exporter-poll-seconds", "1"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    let alerts: Vec<Value> = alerts().collect();
    for some in alerts.chunks(1_000) {
        server.alert(some).await;
    }
    (server, exporter)
}

#[tokio::test]
#[ignore = "it tells figures, and asserts nothing about them"]
async fn pages_of_a_large_board() {
    let (server, _exporter) = full_board().await;
    while server.graphql(LISTS[4].1, json!({})).await["incidents"]["totalCount"] != INCIDENTS {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    for (name, query) in LISTS {
        let (start, used) = (Instant::now(), cpu_milliseconds());
        for _ in 0..REQUESTS {
            server.graphql(query, json!({})).await;
        }
        let elapsed = start.elapsed().as_secs_f64() * 1_000.0 / f64::from(REQUESTS);
        let used = (cpu_milliseconds() - used) / f64::from(REQUESTS);
        println!("{name}: {elapsed:.1} ms, {used:.1} ms of the processor");
    }
}
