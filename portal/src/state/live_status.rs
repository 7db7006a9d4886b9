//! The state of the live connection, for everybody to see.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use crate::api::{Change, Event, Server};
use crate::model::Link;

/// The live connection and its last sign of life.
#[derive(Clone, Copy)]
pub(crate) struct LiveStatus {
    link: RwSignal<Link>,
    heard_at_ms: RwSignal<Option<i64>>,
    /// How many parts of the page follow something.
    followers: RwSignal<u32>,
}

impl LiveStatus {
    /// Makes the status known to everything below the current component.
    pub(crate) fn provide() {
        provide_context(Self::new());
    }

    /// The status that was made known above.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Whether there is a connection to tell of: some pages follow nothing.
    pub(crate) fn is_wanted(self) -> bool {
        self.followers.get() > 0
    }

    /// What the connection is doing.
    pub(crate) fn link(self) -> Link {
        self.link.get()
    }

    /// When the server last gave a sign of life, since 1970.
    pub(crate) fn heard_at_ms(self) -> Option<i64> {
        self.heard_at_ms.get()
    }

    /// Follows a region, or all of them, until the current component goes.
    pub(super) fn follow(self, region: Option<String>, on_change: impl Fn(Change) + Copy + 'static) {
        let tell = move |event| match event {
            Event::Link(link) => self.link.set(link),
            Event::Heard { at_ms } => self.heard_at_ms.set(Some(at_ms)),
            Event::Change(change) => on_change(change),
        };
        self.begin();
        let (server, task) = (Server::used(), LatestTask::new());
        Effect::new(move |_| {
            server.track_token();
            task.run(server.follow(region.clone(), tell));
        });
    }

    /// Counts a follower, until the current component goes. The next one after the last begins anew.
    fn begin(self) {
        if self.followers.get_untracked() == 0 {
            self.link.set(Link::new());
        }
        self.followers.update(|followers| *followers += 1);
        on_cleanup(move || {
            self.followers.try_update(|followers| *followers -= 1);
        });
    }

    fn new() -> Self {
        Self {
            link: RwSignal::new(Link::new()),
            heard_at_ms: RwSignal::new(None),
            followers: RwSignal::new(0),
        }
    }
}
