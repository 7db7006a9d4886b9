//! How a period went.

use super::Severity;

/// The incidents that opened in a period; `docs/reports.md` says what each figure means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) time_zone: String,
    pub(crate) opened: u32,
    pub(crate) closed: u32,
    pub(crate) in_outages: u32,
    pub(crate) by_severity: Vec<(Severity, u32)>,
    pub(crate) by_day: Vec<ReportDay>,
    pub(crate) acknowledge: ReportTimes,
    pub(crate) resolve: ReportTimes,
    pub(crate) shows: ReportShows,
    pub(crate) machines: Vec<ReportTop>,
    pub(crate) errors: Vec<ReportTop>,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportDay {
    /// As `2026-11-21`.
    pub(crate) date: String,
    pub(crate) opened: u32,
    pub(crate) closed: u32,
}

/// How long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReportTimes {
    pub(crate) count: u32,
    pub(crate) median_seconds: Option<i64>,
    pub(crate) p90_seconds: Option<i64>,
    /// In how many it has not happened yet.
    pub(crate) without: u32,
}

/// What became of the shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReportShows {
    pub(crate) at_risk: u32,
    pub(crate) hit: u32,
    pub(crate) saved: u32,
    pub(crate) pending: u32,
    pub(crate) not_known: u32,
}

/// A machine or a kind of fault with many incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportTop {
    pub(crate) id: String,
    /// Where it is; empty where nothing is known.
    pub(crate) place: String,
    pub(crate) count: u32,
    pub(crate) open_minutes: i64,
}

impl Report {
    /// The highest bar of all days.
    pub(crate) fn most_on_a_day(&self) -> u32 {
        self.by_day.iter().map(|day| day.opened.max(day.closed)).max().unwrap_or(0)
    }
}

/// How long a bar is, in percent of the longest one; what is there at all is seen.
pub(crate) fn bar_percent(count: u32, most: u32) -> u32 {
    match count.saturating_mul(100).checked_div(most) {
        Some(0) if count > 0 => 1,
        percent => percent.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_measured_by_the_longest() {
        assert_eq!([bar_percent(5, 10), bar_percent(10, 10), bar_percent(0, 10)], [50, 100, 0]);
    }

    #[test]
    fn what_is_there_is_seen_and_nothing_is_divided_by_nought() {
        assert_eq!([bar_percent(1, 100_000), bar_percent(0, 0)], [1, 0]);
    }
}
