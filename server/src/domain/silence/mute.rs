//! Whether people are left in peace about an incident, and why.

use cineportal_regions::Region;
use jiff::Timestamp;

use super::{Silence, SilenceId};
use crate::domain::incident::Incident;

/// People are left in peace about an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Why.
    pub why: Why,
    /// Until when, as far as it is known now.
    pub until: Timestamp,
}

/// Why people are left in peace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody wished it.
    Silence(SilenceId),
    /// No show is due there for a while, and the region wants quiet then.
    NoShow,
}

/// Whether people are left in peace about an incident of this region at this time. A silence is told before
/// the want of a show; of several silences the one that lasts longest. While it is not known when the next
/// show is, nothing is quiet for want of one; it is asked only where it counts.
pub fn muted<'a>(
    incident: &Incident,
    region: &Region,
    silences: impl IntoIterator<Item = &'a Silence>,
    next_show: impl FnOnce() -> Option<Timestamp>,
    now: Timestamp,
) -> Option<Mute> {
    let meant = silences.into_iter().filter(|silence| silence.matches(incident, &region.id));
    let mutes = meant.filter_map(|silence| {
        let until = silence.active_window(now)?.until;
        Some(Mute { why: Why::Silence(silence.id.clone()), until })
    });
    mutes.max_by_key(|mute| mute.until).or_else(|| without_show(region, next_show, now))
}

fn without_show(
    region: &Region,
    next_show: impl FnOnce() -> Option<Timestamp>,
    now: Timestamp,
) -> Option<Mute> {
    let quiet = region.quiet_without_show?;
    let until = next_show()?.checked_sub(quiet).ok()?;
    (now < until).then_some(Mute { why: Why::NoShow, until })
}
