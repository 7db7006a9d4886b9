//! Who in a region is told of what, and how: the `[[notify]]` tables of a region file.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;

use crate::file::Fault;

/// What the severities of alerts are called.
const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];
/// Longest `wait_seconds`: people wait for this message.
const MAX_WAIT_SECONDS: u32 = 600;
/// Longest `after_minutes`: a day.
const MAX_AFTER_MINUTES: u32 = 24 * 60;

/// One way to tell people of one region about its incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its name, unique in the region; delivery logs name it.
    pub name: String,
    /// Name of a channel of the server's channels file.
    pub channel: String,
    /// Whom, where the channel asks for it: mail addresses.
    pub to: Vec<String>,
    /// Which severities: `critical`, `warning`, `info`.
    pub severities: BTreeSet<String>,
    /// When.
    pub on: BTreeSet<Occasion>,
    /// How long messages gather before they are sent, so that a storm becomes one message.
    pub wait: SignedDuration,
    /// How long an incident may stay open with nobody taking it, for [`Occasion::Unattended`].
    pub after: SignedDuration,
    /// Language of the messages (BCP 47); the region's first one if left out.
    pub language: Option<String>,
}

/// What people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    /// It opened, or became as bad as the route asks for.
    Opened,
    /// It opened again.
    Reopened,
    /// Nobody has taken it for too long.
    Unattended,
    /// It closed.
    Closed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteToml {
    name: String,
    channel: String,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default = "default_severities")]
    severities: BTreeSet<String>,
    #[serde(default = "default_occasions")]
    on: BTreeSet<Occasion>,
    #[serde(default = "default_wait_seconds")]
    wait_seconds: u32,
    after_minutes: Option<u32>,
    language: Option<String>,
}

fn default_severities() -> BTreeSet<String> {
    ["critical", "warning"].map(str::to_owned).into()
}

fn default_occasions() -> BTreeSet<Occasion> {
    [Occasion::Opened, Occasion::Reopened, Occasion::Closed].into()
}

fn default_wait_seconds() -> u32 {
    5
}

/// What is wrong with the routes of one file.
pub(crate) fn check(routes: &[Spanned<RouteToml>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for route in routes {
        let mut require = |ok: bool, key: &str, reason: String| {
            if !ok {
                faults.push(Fault { span: route.span(), key: format!("notify.{key}"), reason });
            }
        };
        let raw = route.get_ref();
        require(!raw.name.trim().is_empty(), "name", "must not be empty".to_owned());
        require(names.insert(&raw.name), "name", format!("{:?} is the name of two routes", raw.name));
        require(!raw.channel.trim().is_empty(), "channel", "must not be empty".to_owned());
        for name in &raw.severities {
            let reason = format!("{name:?} is not one of {}", SEVERITIES.join(", "));
            require(SEVERITIES.contains(&name.as_str()), "severities", reason);
        }
        require(!raw.severities.is_empty(), "severities", "needs at least one".to_owned());
        require(!raw.on.is_empty(), "on", "needs at least one".to_owned());
        let reason = format!("must be at most {MAX_WAIT_SECONDS}");
        require(raw.wait_seconds <= MAX_WAIT_SECONDS, "wait_seconds", reason);
        let reason = "goes with \"unattended\" in `on`, and is needed for it".to_owned();
        require(
            raw.after_minutes.is_some() == raw.on.contains(&Occasion::Unattended),
            "after_minutes",
            reason,
        );
        let reason = format!("must be 1 to {MAX_AFTER_MINUTES}");
        let in_range = |minutes: u32| (1..=MAX_AFTER_MINUTES).contains(&minutes);
        require(raw.after_minutes.is_none_or(in_range), "after_minutes", reason);
    }
    faults
}

impl From<RouteToml> for Route {
    fn from(raw: RouteToml) -> Self {
        Self {
            name: raw.name,
            channel: raw.channel,
            to: raw.to,
            severities: raw.severities,
            on: raw.on,
            wait: SignedDuration::from_secs(i64::from(raw.wait_seconds)),
            after: SignedDuration::from_mins(i64::from(raw.after_minutes.unwrap_or(0))),
            language: raw.language,
        }
    }
}
