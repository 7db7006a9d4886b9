//! A place for one running task.

use std::pin::Pin;

use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Runs one task at a time: a newer one ends the older, and the last ends with its component.
#[derive(Clone, Copy)]
pub(super) struct LatestTask {
    running: StoredValue<Option<AbortHandle>>,
}

impl LatestTask {
    /// An empty place that belongs to the current component.
    pub(super) fn new() -> Self {
        let running = StoredValue::new(None::<AbortHandle>);
        on_cleanup(move || {
            if let Some(Some(task)) = running.try_get_value() {
                task.abort();
            }
        });
        Self { running }
    }

    /// Starts a task in the place of the one before.
    pub(super) fn run(self, task: impl Future<Output = ()> + 'static) {
        self.run_boxed(Box::pin(task));
    }

    /// One type for all tasks, so that what runs them exists once.
    fn run_boxed(self, task: Pin<Box<dyn Future<Output = ()>>>) {
        let (task, handle) = abortable(task);
        if let Some(Some(previous)) = self.running.try_get_value() {
            previous.abort();
        }
        self.running.set_value(Some(handle));
        spawn_local(async move {
            let _ = task.await;
        });
    }
}
