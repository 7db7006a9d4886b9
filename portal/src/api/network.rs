//! Whether the browser has a network at all.

use std::cell::RefCell;

use futures::StreamExt;
use futures::channel::mpsc;
use leptos::ev;
use leptos::prelude::{WindowListenerHandle, window, window_event_listener};

/// Hears when the browser loses or finds its network, until dropped.
pub(super) struct Network {
    changed: mpsc::Receiver<()>,
    listeners: Vec<WindowListenerHandle>,
}

impl Network {
    /// Begins to listen.
    pub(super) fn listen() -> Self {
        let (sender, changed) = mpsc::channel(1);
        let (on_online, on_offline) = (ringer(sender.clone()), ringer(sender));
        let online = window_event_listener(ev::online, move |_| on_online());
        let offline = window_event_listener(ev::offline, move |_| on_offline());
        Self { changed, listeners: vec![online, offline] }
    }

    /// Waits for the moment when the network is lost.
    pub(super) async fn becomes_offline(&mut self) {
        self.becomes(false).await;
    }

    /// Waits for the moment when the network is found.
    pub(super) async fn becomes_online(&mut self) {
        self.becomes(true).await;
    }

    async fn becomes(&mut self, online: bool) {
        while let Some(()) = self.changed.next().await {
            if window().navigator().on_line() == online {
                return;
            }
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.listeners.drain(..).for_each(WindowListenerHandle::remove);
    }
}

/// A full channel is as good as another ring: the listener looks at the network itself.
fn ringer(sender: mpsc::Sender<()>) -> impl Fn() {
    let sender = RefCell::new(sender);
    move || {
        let _ = sender.borrow_mut().try_send(());
    }
}
