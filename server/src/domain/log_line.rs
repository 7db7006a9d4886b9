//! A line of the server's own log, the hour that it belongs to, and what somebody looks for in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// An hour of UTC, as `2026-11-21T14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hour(Timestamp);

/// A text is no hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write an hour of UTC as 2026-11-21T14")]
pub struct NoHour;

/// How bad a line is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Something did not work, and nobody else will make it work.
    Error,
    /// Something did not work, and will be tried again, or was refused.
    Warn,
    /// Something happened.
    Info,
    /// For whoever looks for a fault.
    Debug,
    /// The same, in detail.
    Trace,
}

/// A text is no level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a level is error, warn, info, debug or trace")]
pub struct NoLevel;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: Timestamp,
    /// How bad it is.
    pub level: LogLevel,
    /// The part of the server that wrote it.
    pub target: String,
    /// What it says.
    pub message: String,
    /// What it is about: `region`, `incident`, `number`, `trace_id` and whatever else the line names.
    pub fields: BTreeMap<String, String>,
}

/// Whose lines somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogScope {
    /// All of them.
    Everything,
    /// Those that name one of these regions.
    Regions(BTreeSet<String>),
}

/// What somebody looks for; what is left out lets every line through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    /// Whose lines.
    pub scope: LogScope,
    /// Any of these levels; all, if empty.
    pub levels: BTreeSet<LogLevel>,
    /// The region that the line names.
    pub region: Option<String>,
    /// Id or ticket number of the incident that the line names.
    pub incident: Option<String>,
    /// A text that the message or the value of a field holds, in whatever case.
    pub text: Option<String>,
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl Hour {
    /// The hour that this instant is in.
    pub fn of(instant: Timestamp) -> Self {
        let second = instant.as_second().div_euclid(HOUR.as_secs()) * HOUR.as_secs();
        Self(Timestamp::from_second(second).unwrap_or(instant))
    }

    /// Its first instant.
    pub fn begin(self) -> Timestamp {
        self.0
    }

    /// The hour so many days before.
    pub fn days_before(self, days: u32) -> Self {
        Self(
            self.0.checked_sub(HOUR * 24 * i32::try_from(days).unwrap_or(i32::MAX)).unwrap_or(Timestamp::MIN),
        )
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.strftime("%Y-%m-%dT%H"))
    }
}

impl FromStr for Hour {
    type Err = NoHour;

    /// Only what [`Display`](fmt::Display) writes: an hour has one name.
    fn from_str(text: &str) -> Result<Self, NoHour> {
        let begin: Timestamp = format!("{text}:00:00Z").parse().map_err(|_| NoHour)?;
        let hour = Self::of(begin);
        if hour.to_string() == text { Ok(hour) } else { Err(NoHour) }
    }
}

impl LogLevel {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl FromStr for LogLevel {
    type Err = NoLevel;

    fn from_str(text: &str) -> Result<Self, NoLevel> {
        Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(text)).ok_or(NoLevel)
    }
}

impl LogLine {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl LogFilter {
    /// Lets everything of this scope through.
    pub fn of(scope: LogScope) -> Self {
        Self { scope, levels: BTreeSet::new(), region: None, incident: None, text: None }
    }

    /// Whether this line is looked for, and may be seen.
    pub fn lets_through(&self, line: &LogLine) -> bool {
        let is_wanted = |wanted: &Option<String>, names: &[&str]| {
            let has = |wanted: &str| {
                names
                    .iter()
                    .any(|name| line.field(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted)))
            };
            wanted.as_deref().is_none_or(has)
        };
        self.scope.covers(line.field("region"))
            && (self.levels.is_empty() || self.levels.contains(&line.level))
            && is_wanted(&self.region, &["region"])
            && is_wanted(&self.incident, &["incident", "number"])
            && self.text.as_deref().is_none_or(|text| holds(line, text))
    }

    /// Whether what cannot be read is shown: nobody knows what it is about.
    pub fn lets_damaged_through(&self) -> bool {
        self.scope == LogScope::Everything
            && *self == Self { levels: self.levels.clone(), ..Self::of(LogScope::Everything) }
    }
}

impl LogScope {
    fn covers(&self, region: Option<&str>) -> bool {
        match self {
            Self::Everything => true,
            Self::Regions(regions) => region.is_some_and(|region| regions.contains(region)),
        }
    }
}

fn holds(line: &LogLine, text: &str) -> bool {
    let text = text.to_lowercase();
    let mut said = [&line.message, &line.target].into_iter().chain(line.fields.values());
    said.any(|value| value.to_lowercase().contains(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: LogLevel, fields: &[(&str, &str)]) -> LogLine {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (target, message) = ("cineportal::ingest".to_owned(), "an alert opened DK-1001".to_owned());
        LogLine { at: Timestamp::UNIX_EPOCH, level, target, message, fields }
    }

    fn everything() -> LogFilter {
        LogFilter::of(LogScope::Everything)
    }

    #[test]
    fn an_hour_is_written_as_it_was_read() {
        let hour: Hour = "2026-11-21T14".parse().unwrap();
        assert_eq!(hour.to_string(), "2026-11-21T14");
        assert_eq!(Hour::of("2026-11-21T14:59:59.999Z".parse().unwrap()), hour);
        assert_eq!(hour.days_before(1).to_string(), "2026-11-20T14");
    }

    #[test]
    fn what_is_no_hour_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T24",
            "2026-11-21T14:00",
            "2026-02-30T01",
            "../../etc",
            "2026-11-21 14",
        ] {
            assert_eq!(text.parse::<Hour>(), Err(NoHour), "{text:?}");
        }
    }

    #[test]
    fn an_incident_is_found_by_its_id_and_by_its_number() {
        let line = line(LogLevel::Info, &[("incident", "abc"), ("number", "DK-1001"), ("region", "denmark")]);
        for (incident, expected) in [("abc", true), ("dk-1001", true), ("DK-10", false)] {
            let filter = LogFilter { incident: Some(incident.to_owned()), ..everything() };
            assert_eq!(filter.lets_through(&line), expected, "{incident}");
        }
    }

    #[test]
    fn a_text_is_found_in_messages_and_fields_in_any_case() {
        let line = line(LogLevel::Warn, &[("reason", "Blåbær")]);
        for (text, expected) in [("OPENED", true), ("blÅB", true), ("reason", false)] {
            let filter = LogFilter { text: Some(text.to_owned()), ..everything() };
            assert_eq!(filter.lets_through(&line), expected, "{text}");
        }
    }

    #[test]
    fn a_level_that_is_off_is_left_out() {
        let filter = LogFilter { levels: [LogLevel::Error, LogLevel::Warn].into(), ..everything() };
        assert!(
            filter.lets_through(&line(LogLevel::Warn, &[]))
                && !filter.lets_through(&line(LogLevel::Info, &[]))
        );
    }

    #[test]
    fn who_sees_some_regions_sees_no_line_that_names_none() {
        let filter = LogFilter::of(LogScope::Regions(["denmark".to_owned()].into()));
        assert!(filter.lets_through(&line(LogLevel::Info, &[("region", "denmark")])));
        assert!(!filter.lets_through(&line(LogLevel::Info, &[("region", "sweden")])));
        assert!(!filter.lets_through(&line(LogLevel::Info, &[])) && !filter.lets_damaged_through());
    }

    #[test]
    fn damage_is_shown_unless_something_is_looked_for_that_it_may_not_be_about() {
        assert!(everything().lets_damaged_through());
        assert!(LogFilter { levels: [LogLevel::Error].into(), ..everything() }.lets_damaged_through());
        assert!(!LogFilter { text: Some("x".to_owned()), ..everything() }.lets_damaged_through());
    }
}
