//! A place for one running task. What a component begins ends with it: whatever came after it would find the signals
//! that it writes gone, and nothing else in the portal may start a task.

use std::pin::Pin;

use futures::future::{AbortHandle, Abortable, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Runs one task at a time: a newer one ends the older, and the last ends with its component.
#[derive(Clone, Copy)]
pub(crate) struct LatestTask {
    running: StoredValue<Option<AbortHandle>>,
}

impl LatestTask {
    /// An empty place that belongs to the current component.
    pub(crate) fn new() -> Self {
        let running = StoredValue::new(None::<AbortHandle>);
        on_cleanup(move || {
            if let Some(Some(task)) = running.try_get_value() {
                task.abort();
            }
        });
        Self { running }
    }

    /// Starts a task in the place of the one before; nothing if its component is gone.
    pub(crate) fn run(self, task: impl Future<Output = ()> + 'static) {
        self.run_boxed(Box::pin(task));
    }

    /// One type for all tasks, so that what runs them exists once.
    fn run_boxed(self, task: Pin<Box<dyn Future<Output = ()>>>) {
        let (task, handle) = abortable(task);
        if let Some(Some(previous)) = self.running.try_get_value() {
            previous.abort();
        }
        if self.running.try_set_value(Some(handle)).is_none() {
            spawn(task);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the owner of all tasks")]
fn spawn(task: Abortable<Pin<Box<dyn Future<Output = ()>>>>) {
    spawn_local(async move {
        let _ = task.await;
    });
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::sleep;
    use crate::stage::{Stage, settle};

    /// Writes down that it came to its end.
    fn task(ends: RwSignal<Vec<&'static str>>, name: &'static str) -> impl Future<Output = ()> + 'static {
        async move {
            sleep(20).await;
            ends.update(|ends| ends.push(name));
        }
    }

    #[wasm_bindgen_test]
    async fn a_newer_task_ends_the_older() {
        let ends = RwSignal::new(Vec::new());
        let _stage = Stage::set(move || {
            let place = LatestTask::new();
            ["older", "newer"].into_iter().for_each(|name| place.run(task(ends, name)));
            ().into_any()
        })
        .await;
        assert_eq!(ends.get_untracked(), ["newer"]);
    }

    #[wasm_bindgen_test]
    async fn a_task_ends_with_its_component_and_none_begins_after_it() {
        let (ends, made) = (RwSignal::new(Vec::new()), StoredValue::new(None));
        let stage = Stage::set(move || {
            made.set_value(Some(LatestTask::new()));
            ().into_any()
        })
        .await;
        let place = made.get_value().unwrap();
        place.run(task(ends, "under way"));
        leptos::task::tick().await;
        drop(stage);
        place.run(task(ends, "too late"));
        settle().await;
        assert!(ends.get_untracked().is_empty());
    }
}
