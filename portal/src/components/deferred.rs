//! A place for a part that is fetched first.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

use super::{ErrorNotice, Loading, live};
use crate::parts::{Part, PartMissing};
use crate::state::{LatestTask, follow, texts};

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
    let (attempts, task) = (RwSignal::new(0), LatestTask::new());
    follow(move || {
        attempts.track();
        bring(fetch, fetched, task);
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
fn bring(fetch: Callback<(), Part>, fetched: RwSignal<Fetched, LocalStorage>, task: LatestTask) {
    fetched.set(None);
    let part = ScopedFuture::new_untracked(fetch.run(()));
    task.run(async move { fetched.set(Some(part.await)) });
}

fn explain(attempts: RwSignal<u32>) -> AnyView {
    let text = texts().part.missing;
    let retry = move || attempts.update(|attempts| *attempts += 1);
    view! { <ErrorNotice text busy=false retry /> }.into_any()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use futures::channel::oneshot;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::{Stage, settle};

    /// A part that comes when the test says so.
    type Sender = oneshot::Sender<Result<AnyView, PartMissing>>;
    type Senders = StoredValue<Vec<Sender>, LocalStorage>;

    fn fetched(senders: Senders) -> Part {
        let (sender, receiver) = oneshot::channel();
        senders.update_value(|senders| senders.push(sender));
        Box::pin(async move { receiver.await.unwrap_or(Err(PartMissing)) })
    }

    async fn stage_of(senders: Senders) -> Stage {
        Stage::set(move || view! { <Deferred fetch=move |()| fetched(senders) /> }.into_any()).await
    }

    async fn bring(senders: Senders, part: Result<AnyView, PartMissing>) {
        let sender = senders.try_update_value(Vec::pop).flatten().unwrap();
        let _ = sender.send(part);
        settle().await;
    }

    #[wasm_bindgen_test]
    async fn a_part_takes_the_place_of_the_word_that_it_is_loading() {
        let senders = Senders::new_local(Vec::new());
        let stage = stage_of(senders).await;
        assert_eq!(stage.count("[role=status]"), 1);
        bring(senders, Ok(view! { <p id="part">"here"</p> }.into_any())).await;
        assert_eq!((stage.count("[role=status]"), stage.text("#part")), (0, "here".to_owned()));
    }

    #[wasm_bindgen_test]
    async fn a_part_that_is_missing_is_explained_and_fetched_again_when_somebody_asks() {
        let senders = Senders::new_local(Vec::new());
        let stage = stage_of(senders).await;
        bring(senders, Err(PartMissing)).await;
        assert_eq!(stage.count("[role=alert]"), 1);
        stage.click("button").await;
        bring(senders, Ok(view! { <p id="part">"here"</p> }.into_any())).await;
        assert_eq!((stage.count("[role=alert]"), stage.text("#part")), (0, "here".to_owned()));
    }

    #[wasm_bindgen_test]
    async fn a_part_that_comes_after_its_place_went_is_not_drawn() {
        let (senders, drawn) = (Senders::new_local(Vec::new()), RwSignal::new(false));
        let fetch = move |()| -> Part {
            let part = fetched(senders);
            Box::pin(async move {
                let part = part.await;
                drawn.set(true);
                part
            })
        };
        drop(Stage::set(move || view! { <Deferred fetch /> }.into_any()).await);
        bring(senders, Ok(().into_any())).await;
        assert!(!drawn.get_untracked());
    }
}
