//! Exporters that fail in every way: what was read stays, with its age and the reason, and once they work
//! again, so does everything, without a restart.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::exporter::FakeMachine;
use crate::support::raw_exporter::{Manner, RawExporter, broken_off, unfinished_chunks, until_close, whole};
use crate::support::{StoreKind, TestServer};

const QUERY: &str = "{
    machine(id: \"a\") { online reading { temperatureCelsius asOf error } nextShow { at asOf error } }
    region(id: \"denmark\") {
        machineCounts { total online error }
        machines { totalCount }
    }
}";

fn text() -> String {
    let machines = [FakeMachine::new("a", "Grand", "Sal 1"), FakeMachine::new("b", "Grand", "Sal 2")];
    let series: String = machines.iter().map(FakeMachine::series).collect();
    format!("cine_exporter_machines 2\n{series}# EOF\n")
}

/// A server that has read an exporter with two machines, and reads it every second.
async fn server_with_exporter() -> (TestServer, RawExporter) {
    let exporter = RawExporter::start(&text()).await;
    let address = format!("http://{}", exporter.address);
    let flags = ["--exporter", &address, "--exporter-poll-seconds", "1"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    server.graphql_once(QUERY, is_well).await;
    (server, exporter)
}

fn is_well(data: &Value) -> bool {
    data["machine"]["reading"]["error"].is_null() && data["region"]["machineCounts"]["total"] == 2
}

fn error(data: &Value) -> &str {
    data["machine"]["reading"]["error"].as_str().unwrap_or_default()
}

/// While the exporter fails for a reason that ends like this, its last values stand, and say so.
async fn it_is_told(server: &TestServer, reason: &str) {
    let failing = server.graphql_once(QUERY, |data| error(data).ends_with(reason)).await;
    assert!(error(&failing).starts_with("CineExporter has failed since "), "{failing}");
    let (machine, region) = (&failing["machine"], &failing["region"]);
    assert_eq!((&machine["online"], &machine["reading"]["temperatureCelsius"]), (&json!(true), &json!(41.5)));
    assert_eq!(machine["nextShow"]["at"], "2100-01-01T00:00:00Z");
    for told in [&machine["nextShow"]["error"], &region["machineCounts"]["error"]] {
        assert!(told.as_str().is_some_and(|told| told.ends_with(reason)), "{failing}");
    }
    assert_eq!(
        (&region["machineCounts"]["online"], &region["machines"]["totalCount"]),
        (&json!(2), &json!(2))
    );
    let later = server.graphql(QUERY, json!({})).await;
    assert_eq!(
        later["machine"]["reading"]["asOf"], machine["reading"]["asOf"],
        "the values do not get younger"
    );
}

/// The exporter answers like this, and then well again.
async fn it_is_told_and_mends(manner: Manner, reason: &str) {
    let (server, exporter) = server_with_exporter().await;
    exporter.answer(manner);
    it_is_told(&server, reason).await;
    exporter.answer(whole(&text()));
    server.graphql_once(QUERY, is_well).await;
}

#[tokio::test]
async fn a_dead_exporter_keeps_its_last_values_until_it_lives_again() {
    let (server, mut exporter) = server_with_exporter().await;
    exporter.die().await;
    it_is_told(&server, ": it cannot be reached: nothing answers at its address").await;
    exporter.revive().await;
    server.graphql_once(QUERY, is_well).await;
}

#[tokio::test]
async fn a_silent_exporter_is_not_waited_for() {
    it_is_told_and_mends(Manner::Silent, ": it did not answer within 5 s").await;
}

#[tokio::test]
async fn an_exporter_that_dribbles_is_not_waited_for() {
    it_is_told_and_mends(Manner::Dribbling, ": it did not answer within 5 s").await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_believed() {
    let expected = ": it cannot be reached: end of file before message length reached";
    it_is_told_and_mends(broken_off(&text()), expected).await;
}

#[tokio::test]
async fn an_answer_whose_last_chunk_never_comes_is_not_believed() {
    let (server, exporter) = server_with_exporter().await;
    exporter.answer(unfinished_chunks(&text()));
    let failing = server.graphql_once(QUERY, |data| !error(data).is_empty()).await;
    assert!(error(&failing).contains(": it cannot be reached: "), "{failing}");
}

#[tokio::test]
async fn an_answer_that_was_cut_within_a_line_is_not_believed() {
    let text = text();
    let cut = text.find("cine_machine_up").unwrap() + 30;
    it_is_told_and_mends(
        until_close(&text[..cut]),
        ": its answer is not complete: its last line does not end",
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_was_cut_between_two_lines_is_not_believed() {
    let text = text();
    let cut = text.rfind("cine_machine_info").unwrap();
    it_is_told_and_mends(until_close(&text[..cut]), ": its answer is not complete: its end is missing").await;
}

#[tokio::test]
async fn an_exporter_that_has_just_started_does_not_empty_the_fleet() {
    let text = "cine_exporter_machines 0\ncine_exporter_poll_errors_total 0\n# EOF\n";
    it_is_told_and_mends(whole(text), ": its answer is not complete: it has not read any machines yet").await;
}

#[tokio::test]
async fn garbage_is_quoted_by_line() {
    let expected =
        ": its answer cannot be read: line 1 is malformed: it does not begin with the name of a metric";
    it_is_told_and_mends(whole("<html><body>Bad gateway</body></html>\n"), expected).await;
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    it_is_told_and_mends(Manner::Endless, ": its answer cannot be read: it is larger than 128 MB").await;
}

#[tokio::test]
async fn an_exporter_whose_own_readings_stand_still_is_stale_as_of_then() {
    let (server, exporter) = server_with_exporter().await;
    let read_at = |minutes_ago| {
        let time = Timestamp::now() - SignedDuration::from_mins(minutes_ago);
        let time = Timestamp::from_second(time.as_second()).unwrap();
        let success = format!("cine_exporter_last_success_timestamp_seconds {}\n", time.as_second());
        (time, whole(&format!("{success}{}", text())))
    };
    let (then, frozen) = read_at(20);
    exporter.answer(frozen);
    let stale = server.graphql_once(QUERY, |data| !error(data).is_empty()).await;
    assert!(
        error(&stale).starts_with("CineExporter answers, but has not read its machines since "),
        "{stale}"
    );
    assert_eq!(stale["machine"]["reading"]["asOf"], then.to_string());
    assert_eq!(stale["machine"]["reading"]["temperatureCelsius"], 41.5);
    exporter.answer(read_at(0).1);
    server.graphql_once(QUERY, is_well).await;
}
