//! Writes a snapshot as Prometheus text. The names are those of the contract in `schema`.

use std::fmt;
use std::sync::Arc;

use cineportal_metrics::{plain_text, register_build, register_process};
use cineportal_schema::{labels, metrics as names};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::fleet::{Fleet, Machine};
use crate::poll::Snapshot;

/// The text format that every Prometheus reads.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes all metrics of a snapshot. The last line says that it is the last one: a comment to Prometheus, and
/// to the server a sign that nothing was cut off.
///
/// # Errors
/// Never in practice: writing to a string does not fail.
pub fn render(snapshot: &Arc<Snapshot>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(SnapshotCollector(Arc::clone(snapshot))));
    let mut output = String::new();
    text::encode_registry(&mut output, &registry)?;
    output.push_str(&about_the_process()?);
    text::encode_eof(&mut output)?;
    Ok(output)
}

/// What the exporter tells of itself beside its polls.
fn about_the_process() -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    register_process(&mut registry);
    register_build(registry.sub_registry_with_prefix("cine_exporter"), env!("CARGO_PKG_VERSION"));
    let mut text = String::new();
    text::encode_registry(&mut text, &registry)?;
    Ok(plain_text(&text))
}

/// A number per machine; `None` leaves the machine out.
struct MachineGauge {
    name: &'static str,
    help: &'static str,
    value: fn(&Machine) -> Option<f64>,
}

#[rustfmt::skip]
const MACHINE_GAUGES: [MachineGauge; 11] = [
    MachineGauge { name: names::MACHINE_UP, help: "1 while the cloud sees the machine online, else 0.", value: |m| Some(flag(m.online)) },
    MachineGauge { name: names::MACHINE_LAST_SEEN_SECONDS, help: "When the cloud last heard from the machine, in seconds since 1970.", value: |m| Some(seconds(m.last_seen)) },
    MachineGauge { name: names::DISPLAY_WIDTH_PIXELS, help: "Width of the picture that the machine shows.", value: |m| Some(m.display.width.into()) },
    MachineGauge { name: names::DISPLAY_HEIGHT_PIXELS, help: "Height of the picture that the machine shows.", value: |m| Some(m.display.height.into()) },
    MachineGauge { name: names::DISPLAY_EXPECTED_WIDTH_PIXELS, help: "Width that the screen is set up for.", value: |m| Some(m.expected_display.width.into()) },
    MachineGauge { name: names::DISPLAY_EXPECTED_HEIGHT_PIXELS, help: "Height that the screen is set up for.", value: |m| Some(m.expected_display.height.into()) },
    MachineGauge { name: names::GAME_DOWNLOAD_FAILED, help: "1 while the last download of a game has failed, else 0.", value: |m| Some(flag(m.download_failed)) },
    MachineGauge { name: names::GAME_DOWNLOAD_PROGRESS_RATIO, help: "How much of the game is downloaded, 0 to 1.", value: |m| Some(m.download_progress_ratio) },
    MachineGauge { name: names::NEXT_SHOW_SECONDS, help: "When the next show on this screen starts, in seconds since 1970.", value: |m| m.next_show.map(seconds) },
    MachineGauge { name: names::MACHINE_TEMPERATURE_CELSIUS, help: "Temperature inside the machine.", value: |m| Some(m.temperature_celsius) },
    MachineGauge { name: names::DISK_FREE_BYTES, help: "Free space on the machine's disk.", value: |m| Some(bytes(m.disk_free_bytes)) },
];

#[derive(Debug)]
struct SnapshotCollector(Arc<Snapshot>);

impl Collector for SnapshotCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        encode_machine_info(&mut encoder, &self.0.fleet)?;
        encode_game_versions(&mut encoder, &self.0.fleet)?;
        for gauge in &MACHINE_GAUGES {
            encode_machine_gauge(&mut encoder, &self.0.fleet, gauge)?;
        }
        encode_exporter(&mut encoder, &self.0)
    }
}

fn encode_machine_info(encoder: &mut DescriptorEncoder<'_>, fleet: &Fleet) -> fmt::Result {
    let help = "Always 1; the labels tell which screen the machine serves.";
    let mut family = encoder.encode_descriptor(names::MACHINE_INFO, help, None, MetricType::Gauge)?;
    for machine in fleet.machines() {
        let [id, region] = identity(machine);
        let labels = [
            id,
            (labels::CINEMA_ID, machine.cinema_id.as_str()),
            (labels::CINEMA, &machine.cinema),
            (labels::SCREEN_ID, &machine.screen_id),
            (labels::SCREEN, &machine.screen),
            region,
            (labels::TIME_ZONE, &machine.time_zone),
        ];
        ConstGauge::new(1_i64).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn encode_game_versions(encoder: &mut DescriptorEncoder<'_>, fleet: &Fleet) -> fmt::Result {
    let help = "Always 1; the label version tells the version of the game.";
    let mut family = encoder.encode_descriptor(names::GAME_VERSION_INFO, help, None, MetricType::Gauge)?;
    for machine in fleet.machines() {
        let [id, region] = identity(machine);
        let labels = [id, region, (labels::GAME_VERSION, machine.game_version.as_str())];
        ConstGauge::new(1_i64).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn encode_machine_gauge(
    encoder: &mut DescriptorEncoder<'_>,
    fleet: &Fleet,
    gauge: &MachineGauge,
) -> fmt::Result {
    let mut family = encoder.encode_descriptor(gauge.name, gauge.help, None, MetricType::Gauge)?;
    for machine in fleet.machines() {
        if let Some(value) = (gauge.value)(machine) {
            ConstGauge::new(value).encode(family.encode_family(&identity(machine))?)?;
        }
    }
    Ok(())
}

fn encode_exporter(encoder: &mut DescriptorEncoder<'_>, snapshot: &Snapshot) -> fmt::Result {
    let help = "How many machines this answer lists.";
    let machines = encoder.encode_descriptor(names::EXPORTER_MACHINES, help, None, MetricType::Gauge)?;
    ConstGauge::new(snapshot.fleet.machines().count() as u64).encode(machines)?;
    let help = "How many requests to the cloud, or machines in its answers, could not be read.";
    // Written as a gauge because the text format wants the whole name, `_total` included, where
    // the library's own counter would append a second `_total`.
    let errors = encoder.encode_descriptor(names::EXPORTER_POLL_ERRORS, help, None, MetricType::Counter)?;
    ConstGauge::new(snapshot.poll_errors).encode(errors)?;
    if let Some(duration) = snapshot.poll_duration {
        let help = "How long the last poll of the cloud took.";
        encode_number(encoder, names::EXPORTER_POLL_DURATION_SECONDS, help, duration.as_secs_f64())?;
    }
    if let Some(success) = snapshot.last_success {
        let help = "When the whole fleet was last read, in seconds since 1970.";
        encode_number(encoder, names::EXPORTER_LAST_SUCCESS_SECONDS, help, seconds(success))?;
    }
    Ok(())
}

fn encode_number(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: f64) -> fmt::Result {
    ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
}

fn identity(machine: &Machine) -> [(&'static str, &str); 2] {
    [(labels::MACHINE_ID, &machine.id), (labels::REGION, &machine.region)]
}

fn flag(is_set: bool) -> f64 {
    f64::from(u8::from(is_set))
}

fn seconds(time: Timestamp) -> f64 {
    time.as_duration().as_secs_f64()
}

fn bytes(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::tests::{machine, reading};

    fn text_of(machines: impl IntoIterator<Item = Machine>) -> String {
        let fleet = Fleet::replaced_by(reading(machines));
        render(&Arc::new(Snapshot { fleet, ..Snapshot::default() })).unwrap()
    }

    fn has_line(text: &str, line: &str) -> bool {
        text.lines().any(|candidate| candidate == line)
    }

    #[test]
    fn machine_info_carries_everything_that_alerts_are_joined_with() {
        let text = text_of([machine("dk-aarhus-01-03")]);
        let line = r#"cine_machine_info{machine_id="dk-aarhus-01-03",cinema_id="dk-aarhus-01",cinema="Bio Aarhus",screen_id="dk-aarhus-01-03-screen",screen="Sal 3",region="denmark",time_zone="Europe/Copenhagen"} 1"#;
        assert!(has_line(&text, line), "{text}");
    }

    #[test]
    fn readings_carry_machine_and_region() {
        let text = text_of([machine("a")]);
        let line = r#"cine_machine_temperature_celsius{machine_id="a",region="denmark"} 41.5"#;
        assert!(has_line(&text, line), "{text}");
    }

    #[test]
    fn a_machine_without_a_next_show_is_left_out_there() {
        let text = text_of([Machine { next_show: None, ..machine("a") }]);
        assert!(!text.contains("cine_next_show_timestamp_seconds{"), "{text}");
    }

    #[test]
    fn quotes_in_a_cinemas_name_are_escaped() {
        let text = text_of([Machine { cinema: r#"Bio "Grand""#.to_owned(), ..machine("a") }]);
        assert!(text.contains(r#"cinema="Bio \"Grand\"""#), "{text}");
    }

    #[test]
    fn the_error_counter_is_named_once_and_is_a_counter() {
        let text = text_of([]);
        assert!(has_line(&text, "# TYPE cine_exporter_poll_errors_total counter"), "{text}");
        assert!(has_line(&text, "cine_exporter_poll_errors_total 0"), "{text}");
    }

    #[test]
    fn whoever_reads_it_can_see_whether_it_is_all() {
        let text = text_of([machine("a"), machine("b")]);
        assert!(has_line(&text, "cine_exporter_machines 2"), "{text}");
        assert!(text.ends_with("\n# EOF\n"), "{text}");
    }

    #[test]
    fn it_tells_of_its_process_and_its_version() {
        let text = text_of([]);
        let version = concat!("cine_exporter_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1");
        assert!(has_line(&text, version), "{text}");
        assert!(has_line(&text, "# TYPE process_cpu_seconds_total counter"), "{text}");
    }

    #[test]
    fn before_the_first_success_there_is_no_time_of_it() {
        assert!(!text_of([]).contains(names::EXPORTER_LAST_SUCCESS_SECONDS));
    }
}
