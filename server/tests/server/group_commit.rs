//! Group commit: the queue is bounded and says so, and the writer tells how it does.

use std::collections::BTreeSet;

use cineportal::config::ServeConfig;
use cineportal::store;

use crate::support::{PATIENCE, StoreKind, TestServer, offline, settings, webhook};

const STARTS_AT: &str = "2026-11-20T10:00:00Z";

fn body(machine: usize) -> String {
    webhook(&[offline(&format!("dk-{machine}"), "denmark", STARTS_AT)])
}

async fn server_with_one_place() -> TestServer {
    let fresh = StoreKind::Embedded.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    let settings = ServeConfig { max_waiting_alerts: 1, ..settings(&fresh.address) };
    let server = TestServer::start_as_told(store, fresh, &settings).await;
    server.wait_until_ready().await;
    server
}

#[tokio::test]
async fn a_full_queue_sends_webhooks_back_and_takes_them_the_next_time() {
    let server = server_with_one_place().await;
    let mut waiting: BTreeSet<usize> = (0..20).collect();
    let mut sent_back = 0;
    let all = async {
        while !waiting.is_empty() {
            let posts = waiting.iter().map(|machine| server.post_webhook(body(*machine)));
            let answers = futures::future::join_all(posts).await;
            for (machine, answer) in waiting.clone().into_iter().zip(answers) {
                if answer.status() == 200 {
                    waiting.remove(&machine);
                } else {
                    assert_eq!(
                        (answer.status().as_u16(), &answer.headers()["retry-after"]),
                        (503, &"2".parse().unwrap())
                    );
                    sent_back += 1;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("some webhooks were never taken");
    assert!(sent_back > 0, "the queue was never full");
    server.incidents_once(&["OPEN"], |open| open.len() == 20).await;
}

#[tokio::test]
async fn a_webhook_larger_than_the_queue_is_taken_when_the_queue_is_empty() {
    let server = server_with_one_place().await;
    let alerts: Vec<_> = (0..20).map(|n| offline(&format!("dk-{n}"), "denmark", STARTS_AT)).collect();
    server.alert(&alerts).await;
    server.incidents_once(&["OPEN"], |open| open.len() == 20).await;
}

#[tokio::test]
async fn the_writer_tells_its_queue_its_batches_and_its_time() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let alerts: Vec<_> = (0..3).map(|n| offline(&format!("dk-{n}"), "denmark", STARTS_AT)).collect();
    server.alert(&alerts).await;
    let metrics = server.get("/metrics").await.text().await.unwrap();
    for line in [
        "cineportal_ingest_queue_length 0",
        "cineportal_ingest_batch_alerts_sum 3.0",
        "cineportal_ingest_batch_alerts_count 1",
        "cineportal_ingest_commit_duration_seconds_count 1",
        "cineportal_alerts_total{outcome=\"stored\"} 3",
        "cineportal_incidents_written_total 3",
    ] {
        assert!(metrics.lines().any(|told| told == line), "{line} is not in {metrics}");
    }
}
