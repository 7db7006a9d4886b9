//! The incidents of one region.

use leptos::prelude::*;

use super::NotFoundPage;
use crate::components::{CountsLine, Drawer, ErrorNotice, Loading, Notice, OldDataNotice};
use crate::model::{AccentColour, BoardList, Region};
use crate::panels;
use crate::state::{Clock, Host, RegionBoard, texts, use_title, zone_text};

/// The page of a region.
#[component]
pub(crate) fn RegionPage(id: String) -> impl IntoView {
    let board = RegionBoard::open(id);
    let missing = board.missing;
    view! {
        <Show when=move || !missing.get() fallback=NotFoundPage>
            <RegionHead board />
            <OldDataNotice />
            <BlindNotice board />
            <RegionTrouble board />
            <GoneNotice board />
            <RegionBody board />
            <Drawer board />
            <p class="visually-hidden" aria-live="polite">{board.announced}</p>
        </Show>
    }
}

#[component]
fn RegionHead(board: RegionBoard) -> impl IntoView {
    let of_region =
        move |pick: fn(&Region) -> Option<String>| board.region.with(|region| region.as_ref().and_then(pick));
    let name = move || of_region(|region| Some(region.name.clone())).unwrap_or_default();
    let accent = move || of_region(|region| region.accent.as_ref().map(AccentColour::css).map(str::to_owned));
    let counts = Memo::new(move |_| board.list.with(BoardList::counts));
    use_title(name, move || counts.get().critical);
    Host::follow(board, counts);
    view! {
        <div class="page-head page-head--region" style:--accent=accent>
            <h1>{name}</h1>
            <CountsLine counts />
        </div>
    }
}

#[component]
fn RegionBody(board: RegionBoard) -> impl IntoView {
    let wanted = use_context::<panels::Wanted>().map(|wanted| wanted.0);
    let names = Memo::new(move |_| {
        let of_region = || board.region.with(|region| region.as_ref().map(|region| region.panels.clone()));
        wanted.clone().or_else(of_region).unwrap_or_default()
    });
    let loaded = Memo::new(move |_| board.region.with(Option::is_some));
    let loading = move || board.trouble.with(Option::is_none).then(|| view! { <Loading /> });
    view! {
        <Show when=move || loaded.get() fallback=move || loading>
            {move || drawn(&names.get(), board)}
        </Show>
    }
}

/// The panels that the region names and we know.
fn drawn(names: &[String], board: RegionBoard) -> Vec<AnyView> {
    names.iter().filter_map(|name| panels::draw(name, board)).collect()
}

#[component]
fn RegionTrouble(board: RegionBoard) -> impl IntoView {
    let trouble = Memo::new(move |_| board.trouble.get());
    move || {
        trouble.get().map(|trouble| {
            let meaning = match board.region.with_untracked(Option::is_some) {
                true => texts().trouble.may_be_old,
                false => texts().trouble.nothing_yet,
            };
            view! { <ErrorNotice text=trouble.explain(texts(), meaning) busy=board.reading retry=move || board.read() /> }
        })
    }
}

/// How soon a blind region is read again: no change tells when it is seen again.
const BLIND_REREAD_MS: i64 = 10_000;

/// An empty list is not "all clear" while nothing is heard.
#[component]
fn BlindNotice(board: RegionBoard) -> impl IntoView {
    let since = Memo::new(move |_| board.blind_since_ms());
    let (clock, asked_at_ms) = (Clock::used(), StoredValue::new(0));
    clock.every_tick(move || {
        let now_ms = clock.now_ms();
        if since.get().is_some() && now_ms.saturating_sub(asked_at_ms.get_value()) >= BLIND_REREAD_MS {
            asked_at_ms.set_value(now_ms);
            board.read();
        }
    });
    let text = move || {
        since.get().map(|since_ms| {
            let since = zone_text(since_ms, &board.time_zone());
            texts().list.blind_since.with(&[("since", &since)])
        })
    };
    view! {
        <Show when=move || since.get().is_some()>
            <div class="notice notice--blind" role="status">
                <p>{text}</p>
            </div>
        </Show>
    }
}

#[component]
fn GoneNotice(board: RegionBoard) -> impl IntoView {
    move || {
        board.notice.get().map(|text| {
            view! {
                <Notice text>
                    <button type="button" class="button" on:click=move |_| board.notice.set(None)>
                        {texts().frame.all_right}
                    </button>
                </Notice>
            }
        })
    }
}
