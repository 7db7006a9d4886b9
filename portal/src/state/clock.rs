//! One clock for the whole portal.

use std::time::Duration;

use leptos::prelude::*;

use super::follow::follow;
use leptos::web_sys::js_sys::Date;

const TICK: Duration = Duration::from_secs(1);

/// The browser's time; ticks every second.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    now_ms: RwSignal<i64>,
}

impl Clock {
    /// Starts the clock for everything below the current component.
    pub(crate) fn provide() {
        let now_ms = RwSignal::new(browser_now_ms());
        if let Ok(interval) = set_interval_with_handle(move || now_ms.set(browser_now_ms()), TICK) {
            on_cleanup(move || interval.clear());
        }
        provide_context(Self { now_ms });
    }

    /// The clock that was started above; one that stands still if there is none.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self { now_ms: RwSignal::new(browser_now_ms()) })
    }

    /// Now, in milliseconds since 1970.
    pub(crate) fn now_ms(self) -> i64 {
        self.now_ms.get()
    }

    /// The same for what does not follow the clock.
    pub(crate) fn now_ms_untracked(self) -> i64 {
        self.now_ms.get_untracked()
    }

    /// The browser's time at this very moment.
    pub(super) fn browser_now_ms() -> i64 {
        browser_now_ms()
    }

    /// Runs `act` at every tick, until the current component goes.
    pub(crate) fn every_tick(self, act: impl Fn() + 'static) {
        follow(move || {
            self.now_ms.track();
            untrack(&act);
        });
    }
}

fn browser_now_ms() -> i64 {
    Date::now() as i64
}
