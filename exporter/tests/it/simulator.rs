//! The simulator's API, over HTTP, as `docs/cine-cloud-api.md` describes it.

use crate::support::{Exporter, Simulator};
use axum::http::Method;

#[tokio::test]
async fn a_page_tells_its_number_its_size_and_the_size_of_the_fleet() {
    let page = Simulator::start(120).await.get_json("/api/v1/machines?page=3").await;
    assert_eq!((&page["page"], &page["per_page"], &page["total"]), (&3.into(), &50.into(), &120.into()));
    assert_eq!(page["machines"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn more_than_a_hundred_machines_a_page_are_not_given() {
    let page = Simulator::start(120).await.get_json("/api/v1/machines?per_page=5000").await;
    assert_eq!(page["machines"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn a_page_behind_the_last_is_empty() {
    let page = Simulator::start(20).await.get_json("/api/v1/machines?page=4294967295").await;
    assert_eq!(page["machines"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_page_that_is_no_number_is_refused_with_a_sentence() {
    let answer = Simulator::start(20).await.send(Method::GET, "/api/v1/machines?page=two", None).await;
    assert_eq!(answer, (400, "page must be a whole number from 1 up, not \"two\"\n".to_owned()));
}

#[tokio::test]
async fn an_unknown_machine_is_answered_with_an_example_of_an_id() {
    let (status, text) = Simulator::start(20).await.send(Method::GET, "/sim/v1/machines/x", None).await;
    assert_eq!(status, 404);
    assert!(text.contains("dk-aarhus-01-01"), "{text}");
}

#[tokio::test]
async fn an_unknown_fault_is_refused_and_the_known_ones_are_named() {
    let path = "/sim/v1/machines/dk-aarhus-01-01/faults/flood";
    let (status, text) = Simulator::start(20).await.send(Method::POST, path, None).await;
    assert_eq!(status, 400);
    assert!(text.contains("power, resolution and download"), "{text}");
}

#[tokio::test]
async fn a_machine_tells_what_was_broken_by_hand() {
    let simulator = Simulator::start(20).await;
    simulator.break_machine("dk-aarhus-01-01", "power").await;
    simulator.break_machine("dk-aarhus-01-01", "download").await;
    let machine = simulator.get_json("/sim/v1/machines/dk-aarhus-01-01").await;
    assert_eq!(machine["faults"], serde_json::json!(["power", "download"]));
}

#[tokio::test]
async fn a_cloud_that_is_down_answers_503_but_can_be_brought_back() {
    let simulator = Simulator::start(20).await;
    simulator.set_mode(r#"{"delay_milliseconds": 0, "down": true}"#).await;
    assert_eq!(simulator.send(Method::GET, "/api/v1/machines", None).await.0, 503);
    simulator.set_mode(r#"{"delay_milliseconds": 0, "down": false}"#).await;
    assert_eq!(simulator.send(Method::GET, "/api/v1/machines", None).await.0, 200);
}

#[tokio::test]
async fn a_mode_with_an_unknown_key_is_refused() {
    let simulator = Simulator::start(20).await;
    assert_eq!(simulator.send(Method::PUT, "/sim/v1/cloud", Some(r#"{"delay": 1}"#)).await.0, 400);
}

#[tokio::test]
async fn the_exporter_understands_every_machine_of_a_large_fleet() {
    let simulator = Simulator::start(3000).await;
    let metrics = Exporter::of(&simulator.url).await.poll_and_scrape().await;
    assert_eq!(metrics.value("cine_exporter_poll_errors_total"), Some(0.0));
}
