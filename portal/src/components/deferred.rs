//! A place for a part that is fetched first.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;

use super::{ErrorNotice, Loading, live};
use crate::parts::{Part, PartMissing};
use crate::state::{follow, texts};

type Fetched = Option<Result<AnyView, PartMissing>>;

/// Draws what `fetch` brings; until then says so, and offers to try again where it fails.
///
/// Not leptos' `Suspense`: that adds much to the file that every page loads.
#[component]
pub(crate) fn Deferred(
    #[prop(into)] fetch: Callback<(), Part>,
    /// Says nothing while it is fetched: what was asked for stands over or beside something.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let fetched = RwSignal::new_local(Fetched::None);
    let attempts = RwSignal::new(0);
    follow(move || {
        attempts.track();
        bring(fetch, fetched);
    });
    live(move || {
        fetched.track();
        match fetched.write_untracked().take() {
            None => (!quiet).then(|| view! { <Loading /> }.into_any()).into_any(),
            Some(Ok(view)) => view,
            Some(Err(PartMissing)) => explain(attempts),
        }
    })
}

/// Starts to fetch. The part finds the contexts of its place, and what it holds ends with the place.
fn bring(fetch: Callback<(), Part>, fetched: RwSignal<Fetched, LocalStorage>) {
    fetched.set(None);
    let part = ScopedFuture::new_untracked(fetch.run(()));
    spawn_local(async move {
        let part = part.await;
        // Nobody waits any more if the place is gone.
        let _ = fetched.try_set(Some(part));
    });
}

fn explain(attempts: RwSignal<u32>) -> AnyView {
    let text = texts().part.missing;
    let retry = move || attempts.update(|attempts| *attempts += 1);
    view! { <ErrorNotice text busy=false retry /> }.into_any()
}
