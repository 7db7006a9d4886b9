//! What is made of the texts of exporters: whole ones, and ones that were cut off.

use std::path::Path;
use std::sync::Arc;

use cineportal_regions::{RegionId, Regions};

use super::*;
use crate::domain::incident::Named;
use crate::domain::machine::Values;

/// What `cine-exporter` told of a fleet of a few machines, as recorded from the real program.
const CINE_EXPORTER: &str = include_str!("../fixtures/cine_exporter.prom");
/// Two machines, as short as possible.
const TWO: &str = "cine_machine_info{machine_id=\"a\",region=\"denmark\"} 1\n\
                   cine_machine_info{machine_id=\"b\",region=\"finland\"} 1\n";

fn regions() -> Arc<Regions> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    Arc::new(cineportal_regions::load(&folder).unwrap())
}

fn own(ids: &[&str]) -> Coverage {
    Coverage::only(regions(), ids.iter().map(|id| RegionId::new(*id)).collect())
}

fn page(text: &str) -> Page {
    Page { media_type: "text/plain; version=0.0.4".to_owned(), body: text.as_bytes().to_vec() }
}

fn told(text: &str) -> ExporterReading {
    read(&page(text), &Coverage::all(regions())).unwrap()
}

fn refusal(text: &str) -> String {
    read(&page(text), &Coverage::all(regions())).unwrap_err().to_string()
}

fn homes(reading: &ExporterReading) -> Vec<(&str, &str)> {
    let mut homes: Vec<_> =
        reading.machines.iter().map(|machine| (machine.id.as_str(), machine.region.as_str())).collect();
    homes.sort_unstable();
    homes
}

#[test]
fn what_our_exporter_tells_is_understood() {
    let reading = told(CINE_EXPORTER);
    assert!(reading.fleet_read_at.is_some());
    assert_eq!(reading.machines.len(), 12);
    for machine in &reading.machines {
        assert!(machine.cinema.is_some() && machine.screen.is_some(), "{machine:?}");
        assert!(machine.time_zone.is_some() && machine.online.is_some(), "{machine:?}");
        let unknown = format!("{:?}", machine.values).matches("None").count();
        assert_eq!(unknown, 0, "each value is read: {machine:?}");
    }
    assert!(reading.machines.iter().any(|machine| machine.next_show.is_some()));
}

#[test]
fn a_machine_is_put_together_from_its_series_in_any_order() {
    let text = r#"
cine_next_show_timestamp_seconds{machine_id="a",region="denmark"} 1763736000.5
cine_disk_free_bytes{machine_id="a",region="denmark"} 52428800000
cine_machine_info{machine_id="a",cinema_id="c",cinema="Grand",screen_id="s",region="denmark",time_zone="Europe/Copenhagen"} 1
cine_machine_up{machine_id="a",region="denmark"} 0
cine_game_version_info{machine_id="a",region="denmark",version="4.2.1"} 1
"#;
    let machine = Machine {
        id: "a".to_owned(),
        region: RegionId::new("denmark"),
        cinema: Some(Named { id: "c".to_owned(), name: "Grand".to_owned() }),
        screen: Some(Named { id: "s".to_owned(), name: "s".to_owned() }),
        time_zone: Some("Europe/Copenhagen".to_owned()),
        online: Some(false),
        next_show: Some("2025-11-21T14:40:00.5Z".parse().unwrap()),
        values: Values {
            game_version: Some("4.2.1".to_owned()),
            disk_free_bytes: Some(52_428_800_000),
            ..Values::default()
        },
    };
    assert_eq!(told(text), ExporterReading { machines: vec![machine], ..ExporterReading::default() });
}

#[test]
fn values_that_cannot_be_are_not_known() {
    let text = "cine_machine_info{machine_id=\"a\",region=\"denmark\"} 1\n\
                cine_machine_up{machine_id=\"a\"} 2\n\
                cine_display_width_pixels{machine_id=\"a\"} -1\n\
                cine_display_height_pixels{machine_id=\"a\"} 1e300\n\
                cine_game_download_failed{machine_id=\"a\"} NaN\n\
                cine_game_download_progress_ratio{machine_id=\"a\"} 1.5\n\
                cine_machine_temperature_celsius{machine_id=\"a\"} +Inf\n\
                cine_disk_free_bytes{machine_id=\"a\"} -5\n\
                cine_machine_last_seen_timestamp_seconds{machine_id=\"a\"} 0\n";
    let reading = told(text);
    assert_eq!((reading.machines[0].online, &reading.machines[0].values), (None, &Values::default()));
}

#[test]
fn a_show_at_no_time_is_none() {
    for value in ["NaN", "+Inf", "-1", "0", "1e300"] {
        assert_eq!(text::instant(value.parse().unwrap()), None, "{value}");
    }
}

#[test]
fn a_text_that_was_cut_off_is_refused_wherever_it_was() {
    let whole = format!("cine_exporter_machines 2\n{TWO}# EOF\n");
    assert_eq!(told(&whole).machines.len(), 2);
    for length in 0..whole.len() {
        assert!(refusal(&whole[..length]).starts_with("its answer "), "after {length} bytes");
    }
}

#[test]
fn what_is_missing_is_said() {
    for (text, expected) in [
        (String::new(), "it is empty"),
        (TWO.trim_end().to_owned(), "its last line does not end"),
        (format!("cine_exporter_machines 2\n{TWO}"), "its end is missing"),
        (
            format!("cine_exporter_machines 3\n{TWO}# EOF\n"),
            "it lists 2 machines, and cine_exporter_machines says 3",
        ),
        ("cine_exporter_poll_errors_total 0\n".to_owned(), "it has not read any machines yet"),
    ] {
        assert_eq!(refusal(&text), format!("its answer is not complete: {expected}"), "{text}");
    }
}

#[test]
fn open_metrics_must_have_its_end() {
    let open_metrics = |text: &str| Page {
        media_type: "application/openmetrics-text; version=1.0.0; charset=utf-8".to_owned(),
        ..page(text)
    };
    let coverage = Coverage::all(regions());
    let error = read(&open_metrics(TWO), &coverage).unwrap_err().to_string();
    assert_eq!(error, "its answer is not complete: its end is missing");
    assert_eq!(read(&open_metrics(&format!("{TWO}# EOF\n")), &coverage).unwrap().machines.len(), 2);
}

#[test]
fn an_exporter_that_has_read_an_empty_fleet_is_believed() {
    assert_eq!(told("cine_exporter_last_success_timestamp_seconds 1763736000\n").machines, []);
}

#[test]
fn one_malformed_line_makes_the_whole_answer_worthless() {
    let error = refusal(&format!("{TWO}cine_machine_up{{machine_id=\"a\"}} yes\n"));
    assert_eq!(error, "its answer cannot be read: line 3 is malformed: its value is not a number");
    assert!(refusal("<html>\n").starts_with("its answer cannot be read: line 1 is malformed: "));
    let bytes = Page { body: vec![0xff, 0xfe, b'\n'], ..page("") };
    let error = read(&bytes, &Coverage::all(regions())).unwrap_err().to_string();
    assert_eq!(error, "its answer cannot be read: it is not text");
}

#[test]
fn a_machine_of_no_known_region_is_unassigned() {
    let text =
        "cine_machine_info{machine_id=\"a\",region=\"atlantis\"} 1\ncine_machine_info{machine_id=\"b\"} 1\n";
    assert_eq!(homes(&told(text)), [("a", "unassigned"), ("b", "unassigned")]);
}

#[test]
fn the_exporter_of_a_region_speaks_for_no_other() {
    let reading = read(&page(TWO), &own(&["denmark"])).unwrap();
    assert_eq!((homes(&reading), reading.foreign), (vec![("a", "denmark")], 1));
    let reading = read(&page(TWO), &own(&["denmark", "finland"])).unwrap();
    assert_eq!((homes(&reading).len(), reading.foreign), (2, 0));
}

#[test]
fn the_exporter_of_one_region_need_not_name_it() {
    let text = "cine_machine_info{machine_id=\"a\"} 1\n";
    assert_eq!(homes(&read(&page(text), &own(&["denmark"])).unwrap()), [("a", "denmark")]);
    assert_eq!(read(&page(text), &own(&["denmark", "finland"])).unwrap().foreign, 1);
}
