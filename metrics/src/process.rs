//! What the system knows of our own process, read anew for each scrape. The names are those that Prometheus'
//! own libraries use, so that dashboards of others fit. Only Linux tells; elsewhere these metrics are absent.

#[cfg(target_os = "linux")]
mod linux;

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

/// Tells of the process as `process_…`. The registry must have no prefix.
pub fn register_process(registry: &mut Registry) {
    registry.register_collector(Box::new(ProcessCollector));
}

/// What was read of the process.
#[derive(Clone, Copy, Debug)]
struct Reading {
    cpu_seconds: f64,
    open_files: u64,
    /// `None`: as many as it likes.
    max_files: Option<u64>,
    virtual_bytes: u64,
    resident_bytes: u64,
    /// Since 1970.
    start_seconds: f64,
    threads: u64,
}

#[derive(Debug)]
struct ProcessCollector;

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        // What cannot be read is left out: a scrape tells all the rest.
        let Some(reading) = read() else { return Ok(()) };
        encode_cpu(&mut encoder, reading.cpu_seconds)?;
        for (name, help, value) in gauges(&reading) {
            let value = ConstGauge::new(value);
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        Ok(())
    }
}

fn encode_cpu(encoder: &mut DescriptorEncoder<'_>, seconds: f64) -> fmt::Result {
    let cpu = ConstCounter::new(seconds);
    let help = "Time that processors spent on the process, in seconds.";
    cpu.encode(encoder.encode_descriptor("process_cpu_seconds", help, None, cpu.metric_type())?)
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows no other numbers")]
fn gauges(reading: &Reading) -> Vec<(&'static str, &'static str, f64)> {
    let max_files = reading.max_files.map_or(f64::INFINITY, |most| most as f64);
    vec![
        ("process_open_fds", "Files and sockets that are open.", reading.open_files as f64),
        ("process_max_fds", "Most files and sockets that may be open.", max_files),
        ("process_virtual_memory_bytes", "Memory that was asked for.", reading.virtual_bytes as f64),
        ("process_resident_memory_bytes", "Memory that is in use.", reading.resident_bytes as f64),
        (
            "process_start_time_seconds",
            "When the process began, in seconds since 1970.",
            reading.start_seconds,
        ),
        ("process_threads", "Threads of the process.", reading.threads as f64),
    ]
}

#[cfg(target_os = "linux")]
fn read() -> Option<Reading> {
    linux::read().ok()
}

#[cfg(not(target_os = "linux"))]
fn read() -> Option<Reading> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_of_this_process_makes_sense() {
        let reading = linux::read().unwrap();
        assert!(reading.cpu_seconds >= 0.0 && reading.threads >= 1, "{reading:?}");
        assert!(reading.resident_bytes > 0 && reading.resident_bytes <= reading.virtual_bytes, "{reading:?}");
        assert!(reading.open_files >= 3 && reading.max_files.is_none_or(|most| most > 3), "{reading:?}");
    }

    #[test]
    fn an_open_file_counts() {
        let before = linux::read().unwrap().open_files;
        let files: Vec<_> = (0..50).map(|_| std::fs::File::open("/proc/self/stat").unwrap()).collect();
        let after = linux::read().unwrap().open_files;
        assert!(after >= before + 40, "{before} before, {after} with {} more", files.len());
    }

    #[test]
    fn the_process_began_before_now_and_after_the_machine() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        let start = linux::read().unwrap().start_seconds;
        assert!(start > 1_600_000_000.0 && start < now + 5.0, "{start} {now}");
    }
}
