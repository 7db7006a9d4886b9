//! The incidents of one region.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::NotFoundPage;
use crate::components::{ClosedList, CountsLine, ErrorNotice, IncidentList, Loading, Notice, OldDataNotice};
use crate::model::{AccentColour, BoardList, Region};
use crate::routes::REGION_PARAM;
use crate::state::{RegionBoard, use_title};

/// The page of the region in the address; a new one for every region.
#[component]
pub(crate) fn RegionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get(REGION_PARAM).unwrap_or_default()));
    move || view! { <RegionView id=id.get() /> }
}

#[component]
fn RegionView(id: String) -> impl IntoView {
    let board = RegionBoard::open(id);
    let missing = board.missing;
    view! {
        <Show when=move || !missing.get() fallback=NotFoundPage>
            <RegionHead board />
            <OldDataNotice />
            <RegionTrouble board />
            <GoneNotice board />
            <RegionBody board />
            <p class="visually-hidden" aria-live="polite">{board.announced}</p>
        </Show>
    }
}

#[component]
fn RegionHead(board: RegionBoard) -> impl IntoView {
    let of_region =
        move |pick: fn(&Region) -> Option<String>| board.region.with(|region| region.as_ref().and_then(pick));
    let name = move || of_region(|region| Some(region.name.clone())).unwrap_or_else(|| "Region".to_owned());
    let accent = move || of_region(|region| region.accent.as_ref().map(AccentColour::css).map(str::to_owned));
    let counts = Memo::new(move |_| board.list.with(BoardList::counts));
    use_title(name, move || counts.get().unresolved());
    view! {
        <div class="page-head page-head--region" style:--accent=accent>
            <h1>{name}</h1>
            <CountsLine counts />
        </div>
    }
}

#[component]
fn RegionBody(board: RegionBoard) -> impl IntoView {
    let loaded = Memo::new(move |_| board.region.with(Option::is_some));
    let loading = move || board.trouble.with(Option::is_none).then(|| view! { <Loading what="incidents" /> });
    view! {
        <Show when=move || loaded.get() fallback=move || loading>
            <IncidentList board />
            <ClosedList board />
        </Show>
    }
}

#[component]
fn RegionTrouble(board: RegionBoard) -> impl IntoView {
    let trouble = Memo::new(move |_| board.trouble.get());
    move || {
        trouble.get().map(|trouble| {
            let meaning = match board.region.with_untracked(Option::is_some) {
                true => "What you see below may be old.",
                false => "There is nothing to show yet.",
            };
            view! { <ErrorNotice text=trouble.explain(meaning) busy=board.reading retry=move || board.read() /> }
        })
    }
}

#[component]
fn GoneNotice(board: RegionBoard) -> impl IntoView {
    move || {
        board.notice.get().map(|text| {
            view! {
                <Notice text>
                    <button type="button" class="button" on:click=move |_| board.notice.set(None)>
                        "All right"
                    </button>
                </Notice>
            }
        })
    }
}
