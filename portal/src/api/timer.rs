//! Waiting, in a browser.

use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use leptos::web_sys::js_sys::{Date, Math};

const RETRY_MS: i64 = 5_000;

/// Waits; a wait that is dropped leaves no timer behind.
pub(crate) async fn sleep(milliseconds: i64) {
    let (ring, rung) = oneshot::channel();
    let ring = move || {
        let _ = ring.send(());
    };
    let delay = Duration::from_millis(milliseconds.try_into().unwrap_or(0));
    let _timer = Timer(set_timeout_with_handle(ring, delay).ok());
    let _ = rung.await;
}

/// Waits before a question is asked again; not the same in all browsers.
pub(crate) async fn pause_before_retry() {
    sleep(RETRY_MS + (Math::random() * RETRY_MS as f64) as i64).await;
}

/// The browser's time, in milliseconds since 1970.
pub(super) fn now_ms() -> i64 {
    Date::now() as i64
}

struct Timer(Option<TimeoutHandle>);

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take() {
            handle.clear();
        }
    }
}
