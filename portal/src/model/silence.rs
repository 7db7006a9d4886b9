//! Leaving people in peace about an incident.

use super::{Incident, calendar};

/// A silence of the region that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Silence {
    pub(crate) id: String,
    pub(crate) version: i32,
    pub(crate) machine: Option<String>,
    pub(crate) cinema: Option<String>,
    pub(crate) error: Option<String>,
    /// It mutes now, until then.
    pub(crate) until_ms: Option<i64>,
    /// It will mute from then on.
    pub(crate) from_ms: Option<i64>,
    pub(crate) weekly: bool,
    pub(crate) comment: String,
    pub(crate) created_by: String,
}

impl Silence {
    /// Whether it is about this incident: all that it names must match.
    pub(crate) fn concerns(&self, incident: &Incident) -> bool {
        let cinema = incident.cinema.as_ref().map(|cinema| &cinema.id);
        let matches =
            |wished: &Option<String>, found: Option<&String>| wished.is_none() || wished.as_ref() == found;
        matches(&self.machine, incident.machine.as_ref())
            && matches(&self.cinema, cinema)
            && matches(&self.error, Some(&incident.error_id))
    }
}

/// About what people are to be left in peace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scope {
    #[default]
    Machine,
    Cinema,
    /// This kind of fault at this cinema.
    Fault,
}

impl Scope {
    /// The words that a form knows them by.
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Machine, "machine"), (Self::Cinema, "cinema"), (Self::Fault, "fault")];

    /// Whether the incident tells enough for it.
    pub(crate) fn is_known(self, incident: &Incident) -> bool {
        match self {
            Self::Machine => incident.machine.is_some(),
            Self::Cinema | Self::Fault => incident.cinema.is_some(),
        }
    }
}

/// For how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SilencePeriod {
    /// By the clocks of the region where no zone is named.
    Until { local: String, utc: bool },
    /// Every week; times as `22:00`.
    Weekly { weekdays: Vec<&'static str>, start: String, end: String },
}

impl SilencePeriod {
    /// So many hours from now; up to the next whole minute.
    pub(crate) fn hours(now_ms: i64, hours: i64) -> Self {
        const MINUTE_MS: i64 = 60_000;
        let end_ms = now_ms + hours * 60 * MINUTE_MS;
        Self::Until { local: calendar::utc_minute(end_ms + MINUTE_MS - 1), utc: true }
    }

    /// Until six in the morning of the day after this one, as `2026-11-21`, by the clocks of the region.
    pub(crate) fn until_morning(today: &str) -> Option<Self> {
        Some(Self::Until { local: format!("{}T06:00", calendar::day_after(today)?), utc: false })
    }
}

/// A silence to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SilenceWish {
    pub(crate) region: String,
    pub(crate) machine: Option<String>,
    pub(crate) cinema: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) comment: String,
    pub(crate) period: SilencePeriod,
}

impl SilenceWish {
    /// A silence about this incident, as wide as the scope.
    pub(crate) fn about(
        incident: &Incident,
        region: &str,
        scope: Scope,
        period: SilencePeriod,
        comment: String,
    ) -> Self {
        let cinema = incident.cinema.as_ref().map(|cinema| cinema.id.clone());
        let (machine, cinema, error) = match scope {
            Scope::Machine => (incident.machine.clone(), None, None),
            Scope::Cinema => (None, cinema, None),
            Scope::Fault => (None, cinema, Some(incident.error_id.clone())),
        };
        Self { region: region.to_owned(), machine, cinema, error, comment, period }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    fn silence() -> Silence {
        Silence {
            id: "s".to_owned(),
            version: 1,
            machine: None,
            cinema: None,
            error: None,
            until_ms: None,
            from_ms: None,
            weekly: false,
            comment: String::new(),
            created_by: String::new(),
        }
    }

    #[test]
    fn a_silence_about_nothing_in_particular_is_about_the_whole_region() {
        assert!(silence().concerns(&incident("1")));
    }

    #[test]
    fn all_that_a_silence_names_must_match() {
        let here = Silence { machine: Some("dk-aar-001-3".to_owned()), ..silence() };
        assert!(here.concerns(&incident("1")));
        assert!(!Silence { error: Some("disk_almost_full".to_owned()), ..here }.concerns(&incident("1")));
    }

    #[test]
    fn an_hour_ends_at_a_whole_minute_and_is_never_shorter() {
        assert_eq!(
            SilencePeriod::hours(1, 1),
            SilencePeriod::Until { local: "1970-01-01T01:01".to_owned(), utc: true }
        );
        assert_eq!(
            SilencePeriod::hours(0, 4),
            SilencePeriod::Until { local: "1970-01-01T04:00".to_owned(), utc: true }
        );
    }

    #[test]
    fn until_the_morning_is_by_the_clocks_of_the_region() {
        let morning = SilencePeriod::until_morning("2026-12-31");
        assert_eq!(morning, Some(SilencePeriod::Until { local: "2027-01-01T06:00".to_owned(), utc: false }));
    }

    #[test]
    fn a_silence_is_as_wide_as_it_was_wished() {
        let wish = |scope| {
            let wish = SilenceWish::about(
                &incident("1"),
                "denmark",
                scope,
                SilencePeriod::hours(0, 1),
                String::new(),
            );
            (wish.machine, wish.cinema, wish.error)
        };
        assert_eq!(wish(Scope::Machine), (Some("dk-aar-001-3".to_owned()), None, None));
        let fault = Some("machine_offline".to_owned());
        assert_eq!(wish(Scope::Fault), (None, Some("dk-aarhus".to_owned()), fault));
    }
}
