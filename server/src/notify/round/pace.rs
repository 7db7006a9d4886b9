//! How fast a route may send: a few messages at a time, then one digest for all that comes meanwhile.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::{Batch, Kind, RouteKey};

/// Messages that a route sends within [`GATHERING`]; whatever is due beyond that becomes one digest.
pub(super) const MAX_SINGLES: usize = 5;
/// How long a route gathers after a digest.
const GATHERING: SignedDuration = SignedDuration::from_secs(60);

/// What each route has sent lately.
#[derive(Debug, Default)]
pub(in crate::notify) struct Pace(HashMap<RouteKey, Recent>);

#[derive(Debug, Default)]
struct Recent {
    singles: VecDeque<Timestamp>,
    gathering_until: Option<Timestamp>,
}

impl Pace {
    /// How many single messages the route may send now.
    pub(super) fn singles_left(&self, key: &RouteKey, now: Timestamp) -> usize {
        let lately = |at: &&Timestamp| now.duration_since(**at) < GATHERING;
        let sent = self.0.get(key).map_or(0, |recent| recent.singles.iter().filter(lately).count());
        MAX_SINGLES.saturating_sub(sent)
    }

    /// Until when the route gathers, if it does.
    pub(super) fn gathering_until(&self, key: &RouteKey, now: Timestamp) -> Option<Timestamp> {
        self.0.get(key)?.gathering_until.filter(|until| *until > now)
    }

    /// This batch goes out, by us or by another server.
    pub(in crate::notify) fn note(&mut self, batch: &Batch, now: Timestamp) {
        let recent = self.0.entry(batch.key.clone()).or_default();
        match batch.kind {
            Kind::Digest => recent.gathering_until = Some(now + GATHERING),
            Kind::Single => {
                recent.singles.push_back(now);
                if recent.singles.len() > MAX_SINGLES {
                    recent.singles.pop_front();
                }
            }
            Kind::Retry | Kind::Repeat => {}
        }
    }
}
