//! Tiles of machines: a row for each cinema, arrow keys between them.

use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

use crate::model::{Page, Step, Tile, Wall, WallRow};
use crate::state::{Navigation, memo, texts};

/// The wall. One tile at a time is reached by the tab key, the others from there. Only tiles that changed are drawn
/// anew, so that whoever stands on another one stays there.
#[component]
pub(crate) fn MachineWall(wall: Memo<Wall>) -> impl IntoView {
    let (navigation, root, current) =
        (Navigation::used(), NodeRef::<Div>::new(), RwSignal::new(String::new()));
    let reached = memo(move || wall.with(|wall| current.with(|current| reached_by_tab(&wall.rows, current))));
    let reached = Selector::new(move || reached.get());
    let cinemas =
        memo(move || wall.with(|wall| wall.rows.iter().map(|row| row.cinema.clone()).collect::<Vec<_>>()));
    let open = move |event: MouseEvent| open_tile(navigation, &event);
    let step = move |event: KeyboardEvent| take_step(root, &event);
    let hold = move |event| {
        if let Some(id) = tile_of(&event) {
            current.set(id);
        }
    };
    view! {
        <div class="wall" node_ref=root on:click=open on:keydown=step on:focusin=move |event| hold(event.into())>
            <For
                each=move || cinemas.get()
                key=String::clone
                children=move |cinema| row_view(wall, cinema, reached.clone(), navigation)
            />
        </div>
    }
}

fn row_view(wall: Memo<Wall>, cinema: String, reached: Selector<String>, navigation: Navigation) -> AnyView {
    let name = if cinema.is_empty() { texts().machines.no_cinema.to_owned() } else { cinema.clone() };
    let label = name.clone();
    let tiles = memo(move || wall.with(|wall| tiles_of(wall, &cinema)));
    view! {
        <section class="wall__row" aria-label=label>
            <h2 class="wall__cinema">{name}</h2>
            <div class="wall__tiles">
                <For
                    each=move || tiles.get()
                    key=Tile::clone
                    children=move |tile| tile_view(tile, reached.clone(), navigation)
                />
            </div>
        </section>
    }
    .into_any()
}

fn tiles_of(wall: &Wall, cinema: &str) -> Vec<Tile> {
    wall.rows.iter().find(|row| row.cinema == cinema).map(|row| row.tiles.clone()).unwrap_or_default()
}

fn tile_view(tile: Tile, reached: Selector<String>, navigation: Navigation) -> AnyView {
    let (href, _) = navigation.link(Page::Machine(tile.id.clone()).into());
    let id = tile.id.clone();
    let tab = Signal::derive(move || if reached.selected(&id) { "0" } else { "-1" });
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

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::model::TileState;
    use crate::stage::{Stage, settle};

    fn tile(id: &str) -> Tile {
        Tile {
            id: id.to_owned(),
            short_name: id.to_owned(),
            state: TileState::Fine,
            soon: false,
            label: format!("Screen {id}"),
        }
    }

    fn wall(ids: &[&str]) -> Wall {
        let row = WallRow { cinema: "Palace".to_owned(), tiles: ids.iter().map(|id| tile(id)).collect() };
        Wall { rows: vec![row], ..Wall::default() }
    }

    async fn stage_of(shown: RwSignal<Wall>) -> Stage {
        Stage::set(move || view! { <MachineWall wall=memo(move || shown.get()) /> }.into_any()).await
    }

    fn focused() -> Option<String> {
        document().active_element().and_then(|element| element.get_attribute(TILE))
    }

    #[wasm_bindgen_test]
    async fn tab_reaches_one_tile_and_an_arrow_the_next() {
        let stage = stage_of(RwSignal::new(wall(&["1", "2", "3"]))).await;
        assert_eq!(stage.count("[tabindex='0']"), 1);
        stage.find("[data-tile='1']").focus().unwrap();
        stage.press("ArrowRight").await;
        assert_eq!(focused().as_deref(), Some("2"));
        assert_eq!(stage.attribute("[tabindex='0']", TILE).as_deref(), Some("2"));
    }

    #[wasm_bindgen_test]
    async fn whoever_stands_on_a_tile_stays_there_when_another_changes() {
        let shown = RwSignal::new(wall(&["1", "2"]));
        let stage = stage_of(shown).await;
        stage.find("[data-tile='2']").focus().unwrap();
        shown.update(|wall| wall.rows[0].tiles[0].state = TileState::Offline);
        settle().await;
        assert_eq!(
            stage.attribute("[data-tile='1']", "data-state").as_deref(),
            Some(TileState::Offline.word())
        );
        assert_eq!(focused().as_deref(), Some("2"));
    }
}
