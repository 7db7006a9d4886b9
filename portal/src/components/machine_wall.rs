//! Tiles of machines: a row for each cinema, arrow keys between them.

use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use crate::model::{Page, Step, Tile, Wall, WallRow};
use crate::state::{Navigation, memo, texts};

/// The wall. One tile at a time is reached by the tab key, the others from there.
#[component]
pub(crate) fn MachineWall(wall: Memo<Wall>) -> impl IntoView {
    let (navigation, root, current) =
        (Navigation::used(), NodeRef::<Div>::new(), RwSignal::new(String::new()));
    let rows = memo(move || wall.with(|wall| wall.rows.clone()));
    let draw = move || {
        let reached = rows.with(|rows| current.with(|current| reached_by_tab(rows, current)));
        rows.get().into_iter().map(|row| row_view(row, &reached, navigation)).collect::<Vec<_>>()
    };
    let open = move |event: MouseEvent| open_tile(navigation, &event);
    let step = move |event: KeyboardEvent| take_step(root, &event);
    let hold = move |event| {
        if let Some(id) = tile_of(&event) {
            current.set(id);
        }
    };
    view! {
        <div class="wall" node_ref=root on:click=open on:keydown=step on:focusin=move |event| hold(event.into())>
            {draw}
        </div>
    }
}

fn row_view(row: WallRow, reached: &str, navigation: Navigation) -> AnyView {
    let name = if row.cinema.is_empty() { texts().machines.no_cinema.to_owned() } else { row.cinema };
    let label = name.clone();
    let tiles = row.tiles.into_iter().map(|tile| tile_view(tile, reached, navigation)).collect::<Vec<_>>();
    view! {
        <section class="wall__row" aria-label=label>
            <h2 class="wall__cinema">{name}</h2>
            <div class="wall__tiles">{tiles}</div>
        </section>
    }
    .into_any()
}

fn tile_view(tile: Tile, reached: &str, navigation: Navigation) -> AnyView {
    let tab = if tile.id == reached { "0" } else { "-1" };
    let (href, _) = navigation.link(Page::Machine(tile.id.clone()).into());
    view! {
        <a
            class="tile"
            href=href
            data-tile=tile.id
            data-state=tile.state.word()
            data-soon=tile.soon.then_some("soon")
            aria-label=tile.label.clone()
            title=tile.label
            tabindex=tab
        >
            <span class="tile__name">{tile.short_name}</span>
            <span class="tile__letter">{tile.state.letter(texts())}</span>
        </a>
    }
    .into_any()
}

/// The tile that was reached last, while it is there; else the first.
fn reached_by_tab(rows: &[WallRow], current: &str) -> String {
    let tiles = || rows.iter().flat_map(|row| &row.tiles).map(|tile| tile.id.as_str());
    tiles().find(|id| *id == current).or_else(|| tiles().next()).unwrap_or_default().to_owned()
}

/// A click with a key that opens a new tab is the browser's.
fn open_tile(navigation: Navigation, event: &MouseEvent) {
    let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if let Some(id) = tile_of(event).filter(|_| !elsewhere) {
        event.prevent_default();
        navigation.go(Page::Machine(id));
    }
}

fn take_step(root: NodeRef<Div>, event: &KeyboardEvent) {
    let with_key = event.ctrl_key() || event.meta_key() || event.alt_key();
    let step = Step::of_key(&event.key()).filter(|_| !with_key);
    let (Some(step), Some(root), Some(id)) = (step, root.get_untracked(), tile_of(event)) else { return };
    let tiles = tiles_in(&root);
    let Some(from) = tiles.iter().position(|tile| tile.get_attribute(TILE).as_ref() == Some(&id)) else {
        return;
    };
    let spots: Vec<(f64, f64)> =
        tiles.iter().map(|tile| (f64::from(tile.offset_left()), f64::from(tile.offset_top()))).collect();
    event.prevent_default();
    if let Some(tile) = tiles.get(step.reach(&spots, from)) {
        let _ = tile.focus();
    }
}

const TILE: &str = "data-tile";

fn tiles_in(root: &Element) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all("[data-tile]") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// The machine whose tile the event is about.
fn tile_of(event: &Event) -> Option<String> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest("[data-tile]").ok()??.get_attribute(TILE)
}
