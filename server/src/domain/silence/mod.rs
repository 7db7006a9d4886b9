//! A silence: for a time, people are left in peace about some incidents. Those incidents open, stay and
//! are listed as always; they are only muted, and say so.

mod check;
mod mute;
mod window;
mod wish;

use std::fmt;

use cineportal_regions::RegionId;
use jiff::Timestamp;

pub use self::check::Invalid;
pub use self::mute::{Mute, Why, muted};
pub use self::window::{Span, Weekly, Window};
pub use self::wish::{OnceWish, Refusal, WeeklyWish, WindowWish, Wish, create, end, update};
use super::incident::Incident;

/// Identifier of a silence: a UUID as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SilenceId(pub String);

impl fmt::Display for SilenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which incidents of a region are meant. All that is given must match; nothing given: the whole region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matcher {
    /// Only this machine.
    pub machine_id: Option<String>,
    /// Only this cinema.
    pub cinema_id: Option<String>,
    /// Only this kind of fault.
    pub error_id: Option<String>,
}

/// One silence. One document in the store; every change replaces it as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Identifier.
    pub id: SilenceId,
    /// The region whose incidents it mutes.
    pub region: RegionId,
    /// Which of them.
    pub matcher: Matcher,
    /// When.
    pub window: Window,
    /// Why, in words.
    pub comment: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person ended it before its time.
    pub ended_at: Option<Timestamp>,
    /// 1 for the first state, then one more with every change.
    pub version: u64,
}

/// Where a silence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It mutes now.
    Active,
    /// It will mute.
    Upcoming,
    /// It is over.
    Past,
}

impl Silence {
    /// Where it stands at this time.
    pub fn state(&self, now: Timestamp) -> State {
        if self.active_window(now).is_some() {
            State::Active
        } else if self.next_window(now).is_some() {
            State::Upcoming
        } else {
            State::Past
        }
    }

    /// The window that this time falls into.
    pub fn active_window(&self, now: Timestamp) -> Option<Span> {
        self.ended_at.is_none().then(|| self.window.active(now))?
    }

    /// The first window that begins after this time.
    pub fn next_window(&self, now: Timestamp) -> Option<Span> {
        self.ended_at.is_none().then(|| self.window.next(now))?
    }

    /// When it is over for good; `None` if it goes on for ever.
    pub fn over_at(&self) -> Option<Timestamp> {
        self.ended_at.or_else(|| self.window.over_at())
    }

    /// Whether it means this incident, which belongs to this region.
    pub fn matches(&self, incident: &Incident, region: &RegionId) -> bool {
        let meant = |wanted: Option<&String>, has: Option<&String>| wanted.is_none_or(|id| Some(id) == has);
        let cinema_id = incident.place.cinema.as_ref().map(|cinema| &cinema.id);
        self.region == *region
            && meant(self.matcher.machine_id.as_ref(), incident.place.machine_id.as_ref())
            && meant(self.matcher.cinema_id.as_ref(), cinema_id)
            && meant(self.matcher.error_id.as_ref(), Some(&incident.error_id))
    }
}
