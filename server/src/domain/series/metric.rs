//! The metrics that may be asked for, and nothing else: each with its unit and its PromQL.
//!
//! A value stands for the whole step before it, and is the worst of it: a machine that was away for a minute
//! of an hour was away. The raw series are read, not what the alerting rules hold while a source is silent:
//! a chart shows a gap there.

use cineportal_schema::metrics;

/// Shorter windows could lie between two scrapes.
const SHORTEST_WINDOW_SECONDS: u32 = 120;
/// A rate over less would be mostly noise.
const SHORTEST_RATE_WINDOW_SECONDS: u32 = 300;
/// The file systems that do not fill up.
const TEMPORARY: &str = r#"fstype!~"tmpfs|ramfs|squashfs|iso9660""#;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// 1 while the cloud sees the machine online, else 0.
    Up,
    /// Temperature inside the machine.
    Temperature,
    /// Free space on the machine's disk.
    FreeDisk,
    /// Width of the picture that it shows.
    DisplayWidth,
    /// Height of the picture that it shows.
    DisplayHeight,
    /// How much of the game is downloaded.
    DownloadProgress,
    /// How busy the processors of a host are; from node_exporter.
    Cpu,
    /// How much of a host's memory is used; from node_exporter.
    Memory,
    /// How full the fullest file system of a host is; from node_exporter.
    Disk,
}

/// In which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 1 or 0.
    State,
    /// Degrees Celsius.
    Celsius,
    /// Bytes.
    Bytes,
    /// Pixels.
    Pixels,
    /// 0 to 100.
    Percent,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Up,
        Self::Temperature,
        Self::FreeDisk,
        Self::DisplayWidth,
        Self::DisplayHeight,
        Self::DownloadProgress,
        Self::Cpu,
        Self::Memory,
        Self::Disk,
    ];

    /// The unit of its values.
    pub fn unit(self) -> Unit {
        match self {
            Self::Up => Unit::State,
            Self::Temperature => Unit::Celsius,
            Self::FreeDisk => Unit::Bytes,
            Self::DisplayWidth | Self::DisplayHeight => Unit::Pixels,
            Self::DownloadProgress | Self::Cpu | Self::Memory | Self::Disk => Unit::Percent,
        }
    }

    /// The query for the machines that `of`, a matcher of labels, selects.
    pub(super) fn promql(self, of: &str, step_seconds: u32) -> String {
        let window = step_seconds.max(SHORTEST_WINDOW_SECONDS);
        let least =
            |metric: &str| format!("min by (machine_id) (min_over_time({metric}{{{of}}}[{window}s]))");
        let most = |metric: &str| format!("max by (machine_id) (max_over_time({metric}{{{of}}}[{window}s]))");
        match self {
            Self::Up => least(metrics::MACHINE_UP),
            Self::Temperature => most(metrics::MACHINE_TEMPERATURE_CELSIUS),
            Self::FreeDisk => least(metrics::DISK_FREE_BYTES),
            Self::DisplayWidth => least(metrics::DISPLAY_WIDTH_PIXELS),
            Self::DisplayHeight => least(metrics::DISPLAY_HEIGHT_PIXELS),
            Self::DownloadProgress => format!("100 * {}", least(metrics::GAME_DOWNLOAD_PROGRESS_RATIO)),
            Self::Cpu => cpu(of, step_seconds.max(SHORTEST_RATE_WINDOW_SECONDS)),
            Self::Memory => memory(of, window),
            Self::Disk => disk(of, window),
        }
    }
}

/// Divided by the time in all modes, not by the window: at both ends of a gap a window is only partly filled,
/// and an idle host would seem busy.
fn cpu(of: &str, window: u32) -> String {
    let seconds =
        |modes: &str| format!("sum by (machine_id) (rate(node_cpu_seconds_total{{{modes}{of}}}[{window}s]))");
    format!("100 * (1 - {} / {})", seconds(r#"mode="idle","#), seconds(""))
}

fn memory(of: &str, window: u32) -> String {
    format!(
        "100 * max by (machine_id) (1 - min_over_time(node_memory_MemAvailable_bytes{{{of}}}[{window}s]) \
         / max_over_time(node_memory_MemTotal_bytes{{{of}}}[{window}s]))"
    )
}

fn disk(of: &str, window: u32) -> String {
    format!(
        "100 * max by (machine_id) (1 - min_over_time(node_filesystem_avail_bytes{{{TEMPORARY},{of}}}[{window}s]) \
         / max_over_time(node_filesystem_size_bytes{{{of}}}[{window}s]) \
         unless max_over_time(node_filesystem_readonly{{{of}}}[{window}s]) == 1)"
    )
}
