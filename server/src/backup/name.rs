//! Names of backups: `cineportal-20261121T180000Z.jsonl.zst`. They sort by time; nothing else is ever removed.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const BEFORE: &str = "cineportal-";
const AFTER: &str = "Z.jsonl.zst";
const TIME: &str = "%Y%m%dT%H%M%S";

/// The name of a backup that was made at this time, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupName(Timestamp);

impl BackupName {
    /// The name of one that is made now.
    pub fn of(made_at: Timestamp) -> Self {
        Self(Timestamp::from_second(made_at.as_second()).unwrap_or(made_at))
    }

    /// When it was made.
    pub fn made_at(self) -> Timestamp {
        self.0
    }

    /// What this name says; `None`, if it is the name of something else.
    pub fn parse(text: &str) -> Option<Self> {
        let time = text.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
        let at = Offset::UTC.to_timestamp(DateTime::strptime(TIME, time).ok()?).ok()?;
        Some(Self(at)).filter(|name| name.to_string() == text)
    }
}

impl fmt::Display for BackupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEFORE}{}{AFTER}", self.0.strftime(TIME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back() {
        let name = BackupName::of("2026-11-21T18:05:09.7Z".parse().unwrap());
        assert_eq!(name.to_string(), "cineportal-20261121T180509Z.jsonl.zst");
        assert_eq!(BackupName::parse(&name.to_string()), Some(name));
    }

    #[test]
    fn other_names_are_those_of_something_else() {
        let others = [
            "",
            "cineportal-20261121T180509Z.jsonl",
            "cineportal-20261121T180509Z.jsonl.zst.old",
            "my-cineportal-20261121T180509Z.jsonl.zst",
            "cineportal-2026-11-21T18:05:09Z.jsonl.zst",
            "cineportal-20261321T180509Z.jsonl.zst",
            "cineportal-20261121T18059Z.jsonl.zst",
            "cineportal-keepZ.jsonl.zst",
        ];
        assert_eq!(others.map(BackupName::parse), [None; 8]);
    }
}
