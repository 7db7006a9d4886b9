//! All regions at a glance.

use leptos::prelude::*;

use crate::components::{CountsLine, EmptyState, ErrorNotice, Link, Loading, OldDataNotice, RegionCard};
use crate::model::{Page, RegionSummary};
use crate::state::{LiveStatus, OverviewBoard, memo, texts, use_title};

/// A card for every region, with live counts.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let board = OverviewBoard::open();
    let counts = memo(move || board.counts());
    use_title(|| texts().frame.all_regions.to_owned(), move || counts.get().critical);
    let loaded = memo(move || board.regions.with(Option::is_some));
    view! {
        <div class="page-head">
            <h1>{texts().frame.all_regions}</h1>
            <div class="page-head__side">
                <Show when=move || loaded.get()>
                    <CountsLine counts all=true />
                </Show>
                <Link to=Page::Reports(None) class="button">{texts().report.title}</Link>
            </div>
        </div>
        <OldDataNotice />
        <OverviewTrouble board />
        <Show when=move || loaded.get() fallback=move || view! { <NotLoaded board /> }>
            <Cards board />
        </Show>
    }
}

#[component]
fn Cards(board: OverviewBoard) -> impl IntoView {
    let regions = memo(move || board.regions.get().unwrap_or_default());
    let live = LiveStatus::used();
    let old = memo(move || live.link().may_be_old() || board.trouble.with(Option::is_some));
    let ids = memo(move || {
        regions.with(|regions| regions.iter().map(|region| region.region.id.clone()).collect::<Vec<_>>())
    });
    let card = move |id: String| {
        let find =
            move || regions.with(|regions| regions.iter().find(|region| region.region.id == id).cloned());
        let first = untrack(&find)?;
        let summary = Memo::new(move |held: Option<&RegionSummary>| {
            find().or_else(|| held.cloned()).unwrap_or_else(|| first.clone())
        });
        let mood = memo(move || regions.with(|all| summary.with(|summary| summary.mood(all, old.get()))));
        Some(view! { <RegionCard summary mood /> })
    };
    view! {
        <div class="cards">
            <For each=move || ids.get() key=Clone::clone children=card />
        </div>
        <Show when=move || ids.with(Vec::is_empty)>
            <EmptyState title=texts().overview.empty text=texts().overview.empty_text />
        </Show>
    }
}

#[component]
fn NotLoaded(board: OverviewBoard) -> impl IntoView {
    view! {
        <Show when=move || board.trouble.with(Option::is_none)>
            <Loading />
        </Show>
    }
}

#[component]
fn OverviewTrouble(board: OverviewBoard) -> impl IntoView {
    let trouble = memo(move || board.trouble.get());
    move || {
        trouble.get().map(|trouble| {
            let meaning = match board.regions.with_untracked(Option::is_some) {
                true => texts().trouble.numbers_may_be_old,
                false => texts().trouble.nothing_yet,
            };
            view! { <ErrorNotice text=trouble.explain(texts(), meaning) busy=board.reading retry=move || board.read() /> }
        })
    }
}
