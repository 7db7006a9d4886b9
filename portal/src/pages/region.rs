//! The incidents of one region.

use leptos::prelude::*;

use super::NotFoundPage;
use crate::components::{CountsLine, Drawer, ErrorNotice, Loading, Notice, OldDataNotice, live};
use crate::model::{AccentColour, BoardList, Region};
use crate::panels;
use crate::state::{Clock, Host, RegionBoard, memo, texts, use_title, zone_text};

/// The page of a region.
#[component]
pub(crate) fn RegionPage(id: String) -> impl IntoView {
    let board = RegionBoard::open(id);
    let missing = board.missing;
    let missing = memo(move || missing.get());
    live(move || match missing.get() {
        true => view! { <NotFoundPage /> }.into_any(),
        false => found(board),
    })
}

fn found(board: RegionBoard) -> AnyView {
    view! {
        <RegionHead board />
        <OldDataNotice />
        {blind_notice(board)}
        {trouble(board)}
        {gone_notice(board)}
        {body(board)}
        <Drawer board />
        <p class="visually-hidden" aria-live="polite">{board.announced}</p>
    }
    .into_any()
}

#[component]
fn RegionHead(board: RegionBoard) -> impl IntoView {
    let of_region =
        move |pick: fn(&Region) -> Option<String>| board.region.with(|region| region.as_ref().and_then(pick));
    let name = Signal::derive(move || of_region(|region| Some(region.name.clone())).unwrap_or_default());
    let accent = Signal::derive(move || {
        of_region(|region| region.accent.as_ref().map(AccentColour::css).map(str::to_owned))
            .unwrap_or_default()
    });
    let counts = memo(move || board.list.with(BoardList::counts));
    use_title(move || name.get(), move || counts.get().critical);
    Host::follow(board, counts);
    view! {
        <div class="page-head page-head--region" style:--accent=accent>
            <h1>{name}</h1>
            <CountsLine counts />
        </div>
    }
}

fn body(board: RegionBoard) -> AnyView {
    let wanted = use_context::<panels::Wanted>().map(|wanted| wanted.0);
    let names = memo(move || {
        let of_region = || board.region.with(|region| region.as_ref().map(|region| region.panels.clone()));
        of_region().map(|of_region| wanted.clone().unwrap_or(of_region))
    });
    live(move || match names.get() {
        Some(names) => drawn(&names, board).into_any(),
        None => live(move || board.trouble.with(Option::is_none).then(|| view! { <Loading /> }.into_any())),
    })
}

/// The panels that the region names and we know.
fn drawn(names: &[String], board: RegionBoard) -> Vec<AnyView> {
    names.iter().filter_map(|name| panels::draw(name, board)).collect()
}

fn trouble(board: RegionBoard) -> AnyView {
    let trouble = memo(move || board.trouble.get());
    live(move || {
        trouble.get().map(|trouble| {
            let meaning = match board.region.with_untracked(Option::is_some) {
                true => texts().trouble.may_be_old,
                false => texts().trouble.nothing_yet,
            };
            let text = trouble.explain(texts(), meaning);
            view! { <ErrorNotice text busy=board.reading retry=move || board.read() /> }.into_any()
        })
    })
}

/// How soon a blind region is read again: no change tells when it is seen again.
const BLIND_REREAD_MS: i64 = 10_000;

/// An empty list is not "all clear" while nothing is heard.
fn blind_notice(board: RegionBoard) -> AnyView {
    let since = memo(move || board.blind_since_ms());
    let (clock, asked_at_ms) = (Clock::used(), StoredValue::new(0));
    clock.every_tick(move || {
        let now_ms = clock.now_ms();
        if since.get().is_some() && now_ms.saturating_sub(asked_at_ms.get_value()) >= BLIND_REREAD_MS {
            asked_at_ms.set_value(now_ms);
            board.read();
        }
    });
    live(move || {
        since.get().map(|since_ms| {
            let since = zone_text(since_ms, &board.time_zone());
            let text = texts().list.blind_since.with(&[("since", &since)]);
            view! { <div class="notice notice--blind" role="status"><p>{text}</p></div> }.into_any()
        })
    })
}

/// Why an incident went away under somebody's hands.
fn gone_notice(board: RegionBoard) -> AnyView {
    live(move || {
        board.notice.get().map(|text| {
            view! {
                <Notice text>
                    <button type="button" class="button" on:click=move |_| board.notice.set(None)>
                        {texts().frame.all_right}
                    </button>
                </Notice>
            }
            .into_any()
        })
    })
}
