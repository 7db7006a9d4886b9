//! When the browser comes back from sleep, or its tab to the front: timers were late, and connections may be dead.

use std::cell::RefCell;

use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{Either, select};
use leptos::ev::{Custom, Event};
use leptos::prelude::{WindowListenerHandle, document, window_event_listener};
use std::pin::pin;

use super::timer::{now_ms, sleep};

/// How often the clock is looked at.
const LOOK_MS: i64 = 5_000;
/// A look that is later than this was slept over. Hidden tabs may look once a minute only.
const SLEPT_MS: i64 = 90_000;

/// Hears when it is time to look after the connection, until dropped.
pub(super) struct Wake {
    shown: mpsc::Receiver<()>,
    listener: Option<WindowListenerHandle>,
}

impl Wake {
    /// Begins to listen.
    pub(super) fn listen() -> Self {
        let (sender, shown) = mpsc::channel(1);
        let sender = RefCell::new(sender);
        // The event bubbles from the document to the window. A full channel is as good as another ring.
        let listener = window_event_listener(Custom::<Event>::new("visibilitychange"), move |_| {
            if !document().hidden() {
                let _ = sender.borrow_mut().try_send(());
            }
        });
        Self { shown, listener: Some(listener) }
    }

    /// Waits for the next time.
    pub(super) async fn woken(&mut self) {
        loop {
            let looked_at_ms = now_ms();
            let shown = matches!(select(self.shown.next(), pin!(sleep(LOOK_MS))).await, Either::Left(_));
            if shown || now_ms().saturating_sub(looked_at_ms) > SLEPT_MS {
                return;
            }
        }
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.remove();
        }
    }
}
