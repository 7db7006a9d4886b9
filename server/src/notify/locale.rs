//! The words of messages, one file a language. A missing key is an error of the whole language.

use std::sync::LazyLock;

use cineportal_regions::{Occasion, Region, Route};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::domain::incident::{CloseReason, Severity};

/// The languages, and their files. `en` comes first: it is what is left where no other fits.
const FILES: [(&str, &str); 6] = [
    ("en", include_str!("locales/en.toml")),
    ("da", include_str!("locales/da.toml")),
    ("fi", include_str!("locales/fi.toml")),
    ("de", include_str!("locales/de.toml")),
    ("nb", include_str!("locales/nb.toml")),
    ("sv", include_str!("locales/sv.toml")),
];

/// Every language, read once; a test reads them, too, and fails if one is not whole.
static LOCALES: LazyLock<Vec<(&str, Locale)>> = LazyLock::new(|| {
    let read = |(name, text): (&'static str, &str)| match toml::from_str(text) {
        Ok(locale) => Some((name, locale)),
        Err(error) => {
            tracing::error!(language = name, %error, "the words of a language cannot be read");
            None
        }
    };
    FILES.into_iter().filter_map(read).collect()
});

/// The words of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Locale {
    /// BCP 47, for HTML.
    pub(super) language: String,
    /// How a local time is written: the fields of strftime.
    time: String,
    occasion: OccasionWords,
    severity: SeverityWords,
    close_reason: CloseReasonWords,
    pub(super) fact: FactWords,
    digest: Plural,
    more: Plural,
    /// With `{attempt}`.
    repeated: String,
    pub(super) open_incident: String,
    pub(super) open_region: String,
    pub(super) footer: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OccasionWords {
    opened: String,
    reopened: String,
    unattended: String,
    closed: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeverityWords {
    critical: String,
    warning: String,
    info: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CloseReasonWords {
    resolved: String,
    by_person: String,
    by_service: String,
}

/// What the lines of a message are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactWords {
    pub(super) severity: String,
    pub(super) cinema: String,
    pub(super) screen: String,
    pub(super) machine: String,
    pub(super) since: String,
    pub(super) assignee: String,
    pub(super) closed: String,
}

/// All six languages know these two forms only. With `{count}` and perhaps `{region}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plural {
    one: String,
    other: String,
}

impl Locale {
    /// The words of this language (BCP 47), whatever its country.
    pub(super) fn of(language: &str) -> Option<&'static Self> {
        let language = language.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        // Norwegians name their language in three ways.
        let language = if matches!(language.as_str(), "no" | "nn") { "nb" } else { &language };
        LOCALES.iter().find(|(name, _)| *name == language).map(|(_, locale)| locale)
    }

    /// The words for a route: its own language, else the first one of its region that there is, else English.
    pub(super) fn for_route(route: &Route, region: &Region) -> Option<&'static Self> {
        let wanted = route.language.iter().chain(&region.languages);
        wanted.map(String::as_str).chain(["en"]).find_map(Self::of)
    }

    /// The languages that there are.
    pub(super) fn names() -> [&'static str; 6] {
        FILES.map(|(name, _)| name)
    }

    pub(super) fn occasion(&self, occasion: Occasion) -> &str {
        match occasion {
            Occasion::Opened => &self.occasion.opened,
            Occasion::Reopened => &self.occasion.reopened,
            Occasion::Unattended => &self.occasion.unattended,
            Occasion::Closed => &self.occasion.closed,
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> &str {
        match severity {
            Severity::Critical => &self.severity.critical,
            Severity::Warning => &self.severity.warning,
            Severity::Info => &self.severity.info,
        }
    }

    pub(super) fn close_reason(&self, reason: CloseReason) -> &str {
        match reason {
            CloseReason::Resolved | CloseReason::ResolvedAtSource => &self.close_reason.resolved,
            CloseReason::ByPerson => &self.close_reason.by_person,
            CloseReason::ByService => &self.close_reason.by_service,
        }
    }

    /// An instant as people in this zone write it; in UTC where the zone is not known.
    pub(super) fn time(&self, instant: Timestamp, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        instant.to_zoned(zone).strftime(&self.time).to_string()
    }

    /// What a message about many incidents is called.
    pub(super) fn digest(&self, count: usize, region: &str) -> String {
        self.digest.of(count).replace("{region}", region)
    }

    /// That so many more are not shown.
    pub(super) fn more(&self, count: usize) -> String {
        self.more.of(count)
    }

    /// That the same message may have been sent before.
    pub(super) fn repeated(&self, attempt: u32) -> String {
        self.repeated.replace("{attempt}", &attempt.to_string())
    }
}

impl Plural {
    fn of(&self, count: usize) -> String {
        let form = if count == 1 { &self.one } else { &self.other };
        form.replace("{count}", &count.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_whole() {
        for (name, text) in FILES {
            let locale: Locale = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(locale.language, name);
            assert!(locale.repeated.contains("{attempt}"), "{name}");
            for form in [&locale.digest.one, &locale.digest.other] {
                assert!(form.contains("{count}") && form.contains("{region}"), "{name}: {form}");
            }
            for form in [&locale.more.one, &locale.more.other] {
                assert!(form.contains("{count}"), "{name}: {form}");
            }
        }
    }

    #[test]
    fn every_language_is_worded_for_itself() {
        let texts: std::collections::BTreeSet<_> =
            FILES.iter().map(|(name, _)| Locale::of(name).unwrap().repeated(2)).collect();
        assert_eq!(texts.len(), FILES.len());
    }

    #[test]
    fn a_country_does_not_matter() {
        assert_eq!(Locale::of("da-DK").unwrap().language, "da");
        assert_eq!(Locale::of("no").unwrap().language, "nb");
        assert_eq!(Locale::of("nn-NO").unwrap().language, "nb");
        assert!(Locale::of("xx").is_none());
    }

    #[test]
    fn local_time_knows_summer_and_winter() {
        let locale = Locale::of("da").unwrap();
        let winter = locale.time("2026-11-20T10:00:00Z".parse().unwrap(), "Europe/Copenhagen");
        let summer = locale.time("2026-07-20T10:00:00Z".parse().unwrap(), "Europe/Copenhagen");
        assert_eq!((&*winter, &*summer), ("20.11.2026 kl. 11.00 (CET)", "20.07.2026 kl. 12.00 (CEST)"));
    }
}
