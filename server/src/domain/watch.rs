//! The dead man's switch: when a region was last heard of, and whether staff there look at nothing.
//!
//! In each region one alert, the watchdog, fires always. While it reaches us, so would a fault.
//! Nothing on the screen and no watchdog is not "all clear": it is blind.

use std::collections::BTreeSet;

use cineportal_regions::RegionId;
use jiff::{SignedDuration, Timestamp};

use super::alert::Alert;

/// The `error_id` of the alert that fires always.
pub const WATCHDOG: &str = "watchdog";
/// The `error_id` of the incident that says that nothing is heard.
pub const REGION_BLIND: &str = "region_blind";

/// The name of the heartbeat that says when the last backup was made; no region and no source has a space in its
/// id and no address behind it.
pub const LAST_BACKUP: &str = "last backup";

/// Whether this alert is a sign of life and no fault.
pub fn is_watchdog(alert: &Alert) -> bool {
    alert.error_id == WATCHDOG
}

/// A watchdog alert came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Of this region.
    pub region: RegionId,
    /// `false`: it is resolved, so whoever evaluates it is gone.
    pub fires: bool,
}

impl Beat {
    /// What a watchdog alert says.
    pub fn of(alert: &Alert) -> Self {
        Self { region: alert.key.region.clone(), fires: alert.ended_at.is_none() }
    }
}

/// An exporter, as it was read last.
#[derive(Clone, Debug, PartialEq)]
pub struct ExporterState {
    /// What it is called, without secrets.
    pub name: String,
    /// The regions of its machines; `None` while it was never read.
    pub regions: Option<BTreeSet<RegionId>>,
    /// When it last answered; `None`: never.
    pub answered_at: Option<Timestamp>,
    /// What is wrong with it now, in a sentence.
    pub error: Option<String>,
}

impl ExporterState {
    /// Whether what it tells matters to this region; nobody knows that of one that was never read.
    pub fn concerns(&self, region: &RegionId) -> bool {
        self.regions.as_ref().is_none_or(|regions| regions.contains(region))
    }
}

/// When something was last heard of. Times only grow, so what several servers know can be merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heartbeat {
    /// It gave a sign of life.
    pub heard_at: Option<Timestamp>,
    /// We were told that it is gone.
    pub lost_at: Option<Timestamp>,
}

impl Heartbeat {
    /// What two servers know together.
    pub fn merge(self, other: Self) -> Self {
        Self { heard_at: self.heard_at.max(other.heard_at), lost_at: self.lost_at.max(other.lost_at) }
    }

    /// Whether the last that was heard is that it is gone.
    pub fn is_lost(self) -> bool {
        self.lost_at.is_some_and(|lost_at| self.heard_at.is_none_or(|heard_at| lost_at > heard_at))
    }
}

/// How well one thing, or a whole region, is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It was heard of in time.
    Clear,
    /// Nothing is known since then.
    Blind {
        /// When it was heard of last, or when we began to listen.
        since: Timestamp,
        /// Whether that is worth an incident: a server that has only just started must first listen.
        alarming: bool,
    },
}

impl Sight {
    /// How well something is seen, if `silence` is the longest that it may be silent and we listen since
    /// `listening_since`.
    pub fn of(
        heartbeat: Heartbeat,
        listening_since: Timestamp,
        silence: SignedDuration,
        now: Timestamp,
    ) -> Self {
        let is_long_ago = |time: Timestamp| now.duration_since(time) > silence;
        let Some(heard_at) = heartbeat.heard_at else {
            let since = heartbeat.lost_at.unwrap_or(listening_since);
            return Self::Blind { since, alarming: heartbeat.is_lost() || is_long_ago(listening_since) };
        };
        match heartbeat.lost_at.filter(|_| heartbeat.is_lost()) {
            Some(since) => Self::Blind { since, alarming: true },
            None if is_long_ago(heard_at) => {
                Self::Blind { since: heard_at, alarming: is_long_ago(heard_at.max(listening_since)) }
            }
            None => Self::Clear,
        }
    }

    /// Both at once: blind for as long as either of them is.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Clear, sight) | (sight, Self::Clear) => sight,
            (Self::Blind { since: a, alarming: x }, Self::Blind { since: b, alarming: y }) => {
                Self::Blind { since: a.min(b), alarming: x || y }
            }
        }
    }

    /// Since when nothing is known; `None`: it is seen.
    pub fn blind_since(self) -> Option<Timestamp> {
        match self {
            Self::Clear => None,
            Self::Blind { since, .. } => Some(since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: SignedDuration = SignedDuration::from_secs(300);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn heartbeat(heard: Option<i64>, lost: Option<i64>) -> Heartbeat {
        Heartbeat { heard_at: heard.map(at), lost_at: lost.map(at) }
    }

    fn blind(since: i64, alarming: bool) -> Sight {
        Sight::Blind { since: at(since), alarming }
    }

    #[test]
    fn a_region_is_seen_as_its_heartbeat_says() {
        // (heard, lost, listening since, now) → what is seen
        let cases = [
            ("heard just now", (Some(990), None, 0, 1_000), Sight::Clear),
            ("heard in time", (Some(700), None, 0, 1_000), Sight::Clear),
            ("silent for too long", (Some(699), None, 0, 1_000), blind(699, true)),
            ("never heard, only just started", (None, None, 900, 1_000), blind(900, false)),
            ("never heard for too long", (None, None, 0, 1_000), blind(0, true)),
            ("gone, as we were told", (Some(990), Some(995), 0, 1_000), blind(995, true)),
            ("gone, and back", (Some(999), Some(995), 0, 1_000), Sight::Clear),
            ("gone, and never heard", (None, Some(995), 990, 1_000), blind(995, true)),
            ("silent while we were away", (Some(100), None, 900, 1_000), blind(100, false)),
            ("silent ever since we are back", (Some(100), None, 600, 1_000), blind(100, true)),
        ];
        for (name, (heard, lost, listening_since, now), expected) in cases {
            let sight = Sight::of(heartbeat(heard, lost), at(listening_since), SILENCE, at(now));
            assert_eq!(sight, expected, "{name}");
        }
    }

    #[test]
    fn a_region_is_blind_for_as_long_as_any_part_is() {
        assert_eq!(Sight::Clear.and(blind(5, false)), blind(5, false));
        assert_eq!(blind(5, false).and(blind(3, true)), blind(3, true));
        assert_eq!(Sight::Clear.and(Sight::Clear), Sight::Clear);
    }

    #[test]
    fn what_two_servers_heard_is_the_later_of_each() {
        let merged = heartbeat(Some(5), Some(9)).merge(heartbeat(Some(7), None));
        assert_eq!(merged, heartbeat(Some(7), Some(9)));
    }
}
