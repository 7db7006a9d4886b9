//! Since when something is listened to: nothing is silent for longer than that.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// Since when regions and sources are listened to.
pub(super) struct Listening {
    /// What was there from the start.
    started_at: Timestamp,
    /// What came later: regions and exporters that a reload brought.
    newcomers: Mutex<BTreeMap<String, Timestamp>>,
}

impl Listening {
    pub(super) fn begin(now: Timestamp) -> Self {
        Self { started_at: now, newcomers: Mutex::default() }
    }

    /// From now on this is listened to as well.
    pub(super) fn add(&self, name: &str, now: Timestamp) {
        self.lock().insert(name.to_owned(), now);
    }

    /// Since when this is listened to.
    pub(super) fn since(&self, name: &str) -> Timestamp {
        self.lock().get(name).copied().unwrap_or(self.started_at)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Timestamp>> {
        self.newcomers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
