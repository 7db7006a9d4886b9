//! The exporter in front of the real simulator, over HTTP.

use std::time::Duration;

use crate::support::{Exporter, Simulator};
use cine_exporter::app;
use cine_exporter::config::CloudConfig;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const MACHINE: &str = "dk-aarhus-01-03";
const LAST_SUCCESS: &str = "cine_exporter_last_success_timestamp_seconds";
const POLL_ERRORS: &str = "cine_exporter_poll_errors_total";

#[tokio::test]
async fn all_seven_hundred_machines_are_read_over_all_pages() {
    let simulator = Simulator::start(700).await;
    let metrics = Exporter::of(&simulator.url).await.poll_and_scrape().await;
    assert_eq!(metrics.count("cine_machine_info"), 700);
    assert_eq!(metrics.count("cine_machine_up"), 700);
}

#[tokio::test]
async fn a_machine_that_loses_power_goes_down_and_comes_back_when_mended() {
    let simulator = Simulator::start(20).await;
    let exporter = Exporter::of(&simulator.url).await;
    simulator.break_machine(MACHINE, "power").await;
    assert_eq!(exporter.poll_and_scrape().await.of_machine("cine_machine_up", MACHINE), Some(0.0));
    simulator.mend_machine(MACHINE).await;
    assert_eq!(exporter.poll_and_scrape().await.of_machine("cine_machine_up", MACHINE), Some(1.0));
}

#[tokio::test]
async fn a_machine_without_power_was_last_seen_when_it_went() {
    let simulator = Simulator::start(20).await;
    let exporter = Exporter::of(&simulator.url).await;
    simulator.break_machine(MACHINE, "power").await;
    let last_seen = "cine_machine_last_seen_timestamp_seconds";
    let first = exporter.poll_and_scrape().await.of_machine(last_seen, MACHINE);
    assert_eq!(exporter.poll_and_scrape().await.of_machine(last_seen, MACHINE), first);
}

#[tokio::test]
async fn a_wrong_resolution_shows_in_the_display_metrics() {
    let simulator = Simulator::start(20).await;
    simulator.break_machine(MACHINE, "resolution").await;
    let metrics = Exporter::of(&simulator.url).await.poll_and_scrape().await;
    assert_ne!(
        metrics.of_machine("cine_display_width_pixels", MACHINE),
        metrics.of_machine("cine_display_expected_width_pixels", MACHINE)
    );
}

#[tokio::test]
async fn a_failed_download_shows_on_that_machine_only() {
    let simulator = Simulator::start(20).await;
    simulator.break_machine(MACHINE, "download").await;
    let metrics = Exporter::of(&simulator.url).await.poll_and_scrape().await;
    assert_eq!(metrics.of_machine("cine_game_download_failed", MACHINE), Some(1.0));
    assert_eq!(metrics.of_machine("cine_game_download_failed", "dk-aarhus-01-01"), Some(0.0));
}

#[tokio::test]
async fn while_the_cloud_is_down_the_last_values_stay_and_the_last_success_stands_still() {
    let simulator = Simulator::start(150).await;
    let exporter = Exporter::of(&simulator.url).await;
    let before = exporter.poll_and_scrape().await;
    simulator.set_mode(r#"{"down": true}"#).await;
    let after = exporter.poll_and_scrape().await;
    assert_eq!(after.count("cine_machine_up"), 150);
    assert_eq!(after.value(LAST_SUCCESS), before.value(LAST_SUCCESS));
    assert!(after.value(POLL_ERRORS) > before.value(POLL_ERRORS));
}

#[tokio::test]
async fn a_cloud_that_is_too_slow_counts_as_one_that_does_not_answer() {
    let simulator = Simulator::start(20).await;
    simulator.set_mode(r#"{"delay_milliseconds": 60000}"#).await;
    let exporter = Exporter::with_timeout(&simulator.url, Duration::from_millis(50)).await;
    assert_eq!(exporter.poll_and_scrape().await.value(POLL_ERRORS), Some(1.0));
}

#[tokio::test]
async fn a_bad_page_keeps_the_last_values_of_its_machines_and_the_others_go_on() {
    let simulator = Simulator::start(250).await;
    let exporter = Exporter::of(&simulator.url).await;
    let before = exporter.poll_and_scrape().await;
    let machines = simulator.get_json("/api/v1/machines?page=2&per_page=100").await;
    let on_bad_page = machines["machines"][0]["id"].as_str().unwrap();

    simulator.break_page_two();
    simulator.break_machine(on_bad_page, "power").await;
    simulator.break_machine(MACHINE, "power").await;
    let after = exporter.poll_and_scrape().await;

    assert_eq!(after.count("cine_machine_up"), 250);
    assert_eq!(after.of_machine("cine_machine_up", on_bad_page), Some(1.0));
    assert_eq!(after.of_machine("cine_machine_up", MACHINE), Some(0.0));
    assert_eq!(after.value(LAST_SUCCESS), before.value(LAST_SUCCESS));
    assert_eq!(after.value(POLL_ERRORS), Some(1.0));
}

#[tokio::test]
async fn a_cloud_that_was_never_reached_gives_no_machines_and_no_success() {
    let simulator = Simulator::start(20).await;
    simulator.set_mode(r#"{"down": true}"#).await;
    let metrics = Exporter::of(&simulator.url).await.poll_and_scrape().await;
    assert_eq!((metrics.count("cine_machine_up"), metrics.value(LAST_SUCCESS)), (0, None));
}

#[tokio::test]
async fn the_whole_exporter_ends_when_it_is_stopped() {
    let simulator = Simulator::start(20).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stop = CancellationToken::new();
    let config = CloudConfig {
        cloud_url: simulator.url.clone(),
        poll_interval_seconds: 300,
        concurrency: 8,
        timeout_seconds: 10,
    };
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { app::run(listener, &config, stop).await }
    });
    stop.cancel();
    running.await.unwrap().unwrap();
}
