//! One condition of a filter.

use std::fmt;

use super::Problem;
use super::read::{bare, quoted};
use crate::model::{Listed, Severity, Status, small};

const MINUTE_MS: i64 = 60_000;
const NOBODY: &str = "none";

/// One condition; the flag at its end is false where it must not be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    Word(String, bool),
    Severity(Severity, bool),
    Status(Status, bool),
    /// A key whose value is part of a text, as `cinema:aarhus`.
    Text(&'static str, String, bool),
    /// A key with a limit of time.
    Limit(&'static str, Limit, bool),
    /// A key that is so or not.
    Flag(&'static str, bool),
}

/// Less or more than so many minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    less: bool,
    count: i64,
    unit: char,
}

impl Limit {
    fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = text.split_at_checked(1)?;
        let unit = rest.chars().last()?;
        let count = rest.strip_suffix(unit)?.parse::<u16>().ok()?;
        let known = matches!(sign, "<" | ">") && matches!(unit, 'm' | 'h' | 'd');
        known.then_some(Self { less: sign == "<", count: i64::from(count), unit })
    }

    fn holds(self, time_ms: i64) -> bool {
        let unit_ms = match self.unit {
            'd' => 24 * 60 * MINUTE_MS,
            'h' => 60 * MINUTE_MS,
            _ => MINUTE_MS,
        };
        if self.less { time_ms < self.count * unit_ms } else { time_ms > self.count * unit_ms }
    }
}

/// The keys whose values are texts, limits and flags.
const TEXTS: [&str; 4] = ["cinema", "machine", "assignee", "error"];
const LIMITS: [&str; 2] = ["show", "age"];
const FLAGS: [&str; 2] = ["muted", "flapping"];

impl Term {
    /// Reads one piece of a filter.
    pub(super) fn parse(token: &str) -> Result<Self, Problem> {
        let (wanted, rest) = token.strip_prefix('-').map_or((true, token), |rest| (false, rest));
        let Some((key, value)) = rest.split_once(':').filter(|(key, _)| !key.contains('"')) else {
            return Ok(Self::Word(small(&bare(rest)), wanted));
        };
        let term = Self::of_key(&small(key), &small(&bare(value)), wanted);
        let term = term.ok_or_else(|| Problem::Key(key.to_owned()))?;
        term.ok_or_else(|| Problem::Value(bare(token)))
    }

    /// Reads one piece of a filter, if it can be understood.
    pub(crate) fn read(token: &str) -> Option<Self> {
        Self::parse(token).ok()
    }

    /// A key and its value; nothing where they cannot be understood.
    pub(super) fn of(key: &str, value: &str) -> Option<Self> {
        Self::of_key(key, &small(value), true)?
    }

    /// Nothing where the key is not known; nothing in it where the value is not.
    fn of_key(key: &str, value: &str, wanted: bool) -> Option<Option<Self>> {
        let find = |keys: &[&'static str]| keys.iter().find(|known| **known == key).copied();
        let term = if key == "severity" {
            let severity = Severity::ALL.into_iter().find(|one| one.word().eq_ignore_ascii_case(value));
            severity.map(|severity| Self::Severity(severity, wanted))
        } else if key == "status" {
            let status = Status::ALL.into_iter().find(|one| one.word().eq_ignore_ascii_case(value));
            status.map(|status| Self::Status(status, wanted))
        } else if let Some(key) = find(&TEXTS) {
            (!value.is_empty()).then(|| Self::Text(key, value.to_owned(), wanted))
        } else if let Some(key) = find(&LIMITS) {
            Limit::parse(value).map(|limit| Self::Limit(key, limit, wanted))
        } else {
            let flag = matches!(value, "yes" | "no").then(|| value == "yes");
            let key = find(&FLAGS)?;
            flag.map(|flag| Self::Flag(key, flag == wanted))
        };
        Some(term)
    }

    /// Whether this is true of an incident, now.
    pub(super) fn matches(&self, listed: &Listed, now_ms: i64) -> bool {
        let incident = &listed.incident;
        match self {
            Self::Word(word, wanted) => listed.says(word) == *wanted,
            Self::Severity(severity, wanted) => (incident.severity == *severity) == *wanted,
            Self::Status(status, wanted) => (incident.status == *status) == *wanted,
            Self::Text(key, part, wanted) => contains(listed, key, part) == *wanted,
            Self::Limit("age", limit, wanted) => limit.holds(now_ms - incident.opened_at_ms) == *wanted,
            Self::Limit(_, limit, wanted) => {
                incident.next_show_at_ms.is_some_and(|show_ms| limit.holds(show_ms - now_ms)) == *wanted
            }
            Self::Flag("muted", wanted) => incident.muted_until_ms.is_some() == *wanted,
            Self::Flag(_, wanted) => incident.flapping == *wanted,
        }
    }

    /// The key; none for a word.
    pub(super) fn key(&self) -> Option<&'static str> {
        match self {
            Self::Word(..) => None,
            Self::Severity(..) => Some("severity"),
            Self::Status(..) => Some("status"),
            Self::Text(key, ..) | Self::Limit(key, ..) | Self::Flag(key, _) => Some(key),
        }
    }

    /// What stands behind the key.
    pub(super) fn value(&self) -> String {
        match self {
            Self::Word(text, _) | Self::Text(_, text, _) => text.clone(),
            Self::Severity(severity, _) => severity.word().to_ascii_lowercase(),
            Self::Status(status, _) => status.word().to_ascii_lowercase(),
            Self::Limit(_, limit, _) => {
                format!("{}{}{}", if limit.less { '<' } else { '>' }, limit.count, limit.unit)
            }
            Self::Flag(_, flag) => if *flag { "yes" } else { "no" }.to_owned(),
        }
    }

    /// Whether either of both is enough.
    pub(super) fn is_alternative_to(&self, other: &Self) -> bool {
        let is_choice = matches!(self, Self::Severity(..) | Self::Status(..) | Self::Text(..));
        is_choice && self.key() == other.key() && self.is_wanted() && other.is_wanted()
    }

    /// Whether both together make no sense.
    pub(super) fn is_replaced_by(&self, other: &Self) -> bool {
        matches!(self, Self::Limit(..) | Self::Flag(..)) && self.key() == other.key()
    }

    fn is_wanted(&self) -> bool {
        match self {
            Self::Word(_, wanted)
            | Self::Severity(_, wanted)
            | Self::Status(_, wanted)
            | Self::Text(_, _, wanted)
            | Self::Limit(_, _, wanted) => *wanted,
            Self::Flag(..) => true,
        }
    }
}

fn contains(listed: &Listed, key: &str, part: &str) -> bool {
    let incident = &listed.incident;
    let has = |text: &str| small(text).contains(part);
    match (key, &incident.cinema) {
        ("cinema", cinema) => {
            cinema.as_ref().is_some_and(|cinema| cinema.id == part || has(&cinema.name) || has(&cinema.id))
        }
        ("machine", _) => incident.machine.as_deref().is_some_and(has),
        ("error", _) => has(&incident.error_id),
        _ if part == NOBODY => incident.assignee.is_none(),
        _ => incident.assignee.as_deref().is_some_and(has),
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.is_wanted() { "" } else { "-" };
        match self.key() {
            Some(key) => write!(out, "{minus}{key}:{}", quoted(&self.value())),
            None => write!(out, "{minus}{}", quoted(&self.value())),
        }
    }
}
