//! What can be drawn of a machine, and how far back.

use crate::texts::Texts;

/// Something that is measured of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Up,
    Temperature,
    FreeDisk,
    DisplayWidth,
    DisplayHeight,
    Download,
    Cpu,
    Memory,
    Disk,
}

use Metric::{Cpu, Disk, DisplayHeight, DisplayWidth, Download, FreeDisk, Memory, Temperature, Up};

const OF_MACHINES: &[Metric] = &[Up, Temperature, FreeDisk, Download, DisplayWidth, DisplayHeight];
/// Of computers with node_exporter.
const OF_HOSTS: &[Metric] = &[Cpu, Memory, Disk];

impl Metric {
    /// What is worth a look at a fault of this kind, the most telling first.
    pub(crate) fn choices(error_id: &str) -> Vec<Self> {
        let (first, all) = match error_id {
            "wrong_resolution" => (DisplayWidth, OF_MACHINES),
            "game_download_failed" => (Download, OF_MACHINES),
            "temperature_high" => (Temperature, OF_MACHINES),
            "disk_almost_full" => (FreeDisk, &[FreeDisk, Disk, Up, Temperature] as &[Self]),
            "cpu_high" | "node_exporter_down" => (Cpu, OF_HOSTS),
            "memory_high" => (Memory, OF_HOSTS),
            _ => (Up, OF_MACHINES),
        };
        let others = all.iter().copied().filter(|metric| *metric != first);
        std::iter::once(first).chain(others).collect()
    }

    /// The word of the contract.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Up => "UP",
            Temperature => "TEMPERATURE",
            FreeDisk => "FREE_DISK",
            DisplayWidth => "DISPLAY_WIDTH",
            DisplayHeight => "DISPLAY_HEIGHT",
            Download => "DOWNLOAD_PROGRESS",
            Cpu => "CPU",
            Memory => "MEMORY",
            Disk => "DISK",
        }
    }

    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        let (words, readings) = (&texts.chart, &texts.reading);
        match self {
            Up => words.up,
            Temperature => readings.temperature,
            FreeDisk => readings.free_disk,
            DisplayWidth => words.display_width,
            DisplayHeight => words.display_height,
            Download => readings.download,
            Cpu => words.cpu,
            Memory => words.memory,
            Disk => words.disk,
        }
    }
}

/// How far back a chart goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    Hour,
    SixHours,
    Day,
    Week,
}

impl Range {
    /// All of them, the shortest first.
    pub(crate) const ALL: [Self; 4] = [Self::Hour, Self::SixHours, Self::Day, Self::Week];

    /// The shortest in which the failure stands with some time before it.
    pub(crate) fn around(opened_at_ms: i64, now_ms: i64) -> Self {
        let age_minutes = now_ms.saturating_sub(opened_at_ms) / 60_000;
        let shows = |range: &Self| age_minutes * 10 <= range.minutes() * 8;
        Self::ALL.into_iter().find(shows).unwrap_or(Self::Week)
    }

    /// The word of the contract.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Hour => "HOUR",
            Self::SixHours => "SIX_HOURS",
            Self::Day => "DAY",
            Self::Week => "WEEK",
        }
    }

    /// In the words of people, as short as it goes.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        let words = &texts.chart;
        match self {
            Self::Hour => words.hour,
            Self::SixHours => words.six_hours,
            Self::Day => words.day,
            Self::Week => words.week,
        }
    }

    fn minutes(self) -> i64 {
        match self {
            Self::Hour => 60,
            Self::SixHours => 6 * 60,
            Self::Day => 24 * 60,
            Self::Week => 7 * 24 * 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_chart_shows_what_is_wrong() {
        assert_eq!(Metric::choices("temperature_high")[0], Temperature);
        assert_eq!(Metric::choices("something_new")[0], Up);
        assert_eq!(Metric::choices("cpu_high"), OF_HOSTS);
    }

    #[test]
    fn no_chart_is_offered_twice() {
        for error in ["machine_offline", "wrong_resolution", "disk_almost_full", "memory_high"] {
            let choices = Metric::choices(error);
            assert!((1..choices.len()).all(|place| !choices[..place].contains(&choices[place])), "{error}");
        }
    }

    #[test]
    fn the_failure_stands_in_the_chart_with_some_time_before_it() {
        let hour_ms = 3_600_000;
        let cases = [(0, Range::Hour), (hour_ms, Range::SixHours), (5 * hour_ms, Range::Day)];
        for (age_ms, range) in cases {
            assert_eq!(Range::around(0, age_ms), range);
        }
        assert_eq!(Range::around(0, 30 * 24 * hour_ms), Range::Week);
    }
}
