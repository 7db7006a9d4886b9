//! What is folded away, and fetched when somebody unfolds it first.

use leptos::prelude::*;

use super::{Deferred, live};
use crate::parts::Part;
use crate::state::memo;

/// Draws a part inside of something that opens, from the first time that it was opened.
pub(super) fn folded(
    times_opened: RwSignal<u32>,
    fetch: impl Fn() -> Part + Send + Sync + 'static,
) -> AnyView {
    let fetch = Callback::<(), Part>::from(fetch);
    let was_opened = memo(move || times_opened.get() > 0);
    live(move || was_opened.get().then(|| view! { <Deferred fetch /> }.into_any()))
}

/// Counts how often it was opened.
pub(super) fn count(times_opened: RwSignal<u32>) {
    times_opened.update(|times| *times += 1);
}
