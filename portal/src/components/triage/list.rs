//! The rows in view: a list as high as all its rows, in which only those around the view are drawn.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::{Function, Reflect};
use leptos::web_sys::{Element, Event, HtmlElement, MouseEvent};
use std::time::Duration;

use super::row;
use crate::model::{Action, Hold, Viewport};
use crate::state::{Triage, follow, memo, texts};

/// A finger that was lifted is followed by its click; the list stands still so long.
const AFTER_POINTER: Duration = Duration::from_millis(400);
/// What the page's bar covers.
const BAR_PX: f64 = 56.0;

pub(super) fn draw(triage: Triage) -> AnyView {
    let total = memo(move || triage.rows.with(|rows| rows.len()));
    let window = memo(move || triage.place.get().window(total.get()));
    follow_view(triage, total);
    keep_focus(triage);
    let pointed = StoredValue::new(0_u32);
    let enter = move |_| {
        pointed.update_value(|times| *times += 1);
        hold(triage, |hold| hold.pointer = true);
    };
    let leave = move |_| {
        let times = pointed.get_value();
        let let_go = move || {
            if pointed.try_get_value() == Some(times) {
                hold(triage, |hold| hold.pointer = false);
            }
        };
        set_timeout(let_go, AFTER_POINTER);
    };
    view! {
        <ul
            class="rows"
            tabindex="-1"
            aria-label=texts().list.open
            style:--rows=Signal::derive(move || total.get().to_string())
            node_ref=triage.list
            on:click=move |event| click(triage, &event)
            on:pointerenter=enter
            on:pointerleave=leave
            on:pointerup=move |_| hold(triage, |hold| hold.selection = is_text_marked())
            on:focusin=move |event| focused(triage, &event)
            on:focusout=move |_| hold(triage, |hold| hold.keyboard = false)
        >
            <For each=move || window.get() key=|index| *index children=move |index| row::draw(triage, index, total) />
        </ul>
    }
    .into_any()
}

/// The row that has the focus is the active one. Where only the list has it, nothing changes.
fn focused(triage: Triage, event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(id) = target.as_ref().and_then(id_of) else { return };
    let by_key = target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(false));
    triage.unsure.update(|unsure| *unsure = unsure.take().filter(|unsure| *unsure == id));
    triage.active.set(Some(id));
    hold(triage, |hold| hold.keyboard = by_key);
}

/// Says what keeps the list from moving.
fn hold(triage: Triage, change: impl FnOnce(&mut Hold)) {
    let before = triage.hold.get_untracked();
    let mut after = before;
    change(&mut after);
    if after != before {
        triage.hold.set(after);
    }
}

/// When rows move, the focus goes with the incident that had it; if that is gone, what stands there now is next.
fn keep_focus(triage: Triage) {
    let go_with_it = move || {
        let Some(Some(active)) = triage.active.try_get_untracked() else { return };
        let Some(index) = triage.active_index() else {
            let last = triage.rows.with_untracked(|rows| rows.len().saturating_sub(1));
            return triage.active.set(triage.id_at(last.min(triage.at.get_value())));
        };
        triage.at.set_value(index);
        let list = triage.list.get_untracked();
        let focused = list.and_then(|list| list.query_selector(":focus").ok().flatten());
        if focused.as_ref().and_then(id_of).is_some_and(|id| id != active) {
            triage.focus_active();
        }
    };
    follow(move || {
        triage.rows.track();
        triage.active.track();
        request_animation_frame(go_with_it);
    });
}

/// Measures where the list stands whenever the page moves or the list grows.
fn follow_view(triage: Triage, total: Memo<usize>) {
    let measure = move || {
        let (Some(before), Some(total)) = (triage.place.try_get_untracked(), total.try_get_untracked())
        else {
            return;
        };
        let list = triage.list.get_untracked();
        let place = list.map(|list| measured(&list, total)).unwrap_or_default();
        if before != place {
            triage.place.set(place);
        }
    };
    let listeners = ["scroll", "resize"].map(|name| window_event_listener_untyped(name, move |_| measure()));
    on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    follow(move || {
        total.track();
        triage.list.track();
        request_animation_frame(measure);
    });
}

/// The styles say how high a row is.
fn measured(list: &HtmlElement, total: usize) -> Viewport {
    let mut top = -window().scroll_y().unwrap_or_default();
    let mut next = Some(list.clone());
    while let Some(element) = next {
        top += f64::from(element.offset_top());
        next = element.offset_parent().and_then(|parent| parent.dyn_into().ok());
    }
    let view = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let row = f64::from(list.offset_height()) / total.max(1) as f64;
    Viewport { top, view, row, covered: BAR_PX }
}

/// The whole row opens its incident; buttons do what they say.
fn click(triage: Triage, event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    let Some(id) = id_of(&target) else { return };
    let act =
        target.closest("[data-act]").ok().flatten().and_then(|element| element.get_attribute("data-act"));
    let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if elsewhere || act.is_none() && is_text_marked() {
        return;
    }
    event.prevent_default();
    triage.active.set(Some(id.clone()));
    match act.as_deref() {
        Some("take") => triage.act(Action::Take),
        Some("close") => triage.act(Action::Close),
        Some("fold") => triage.fold(&id),
        _ => triage.act(Action::Open),
    }
}

fn id_of(target: &Element) -> Option<String> {
    target.closest("[data-id]").ok().flatten()?.get_attribute("data-id")
}

fn is_text_marked() -> bool {
    let selection = || {
        let window = window();
        let get: Function =
            Reflect::get(&window, &JsValue::from_str("getSelection")).ok()?.dyn_into().ok()?;
        let selection = get.call0(&window).ok()?;
        Reflect::get(&selection, &JsValue::from_str("isCollapsed")).ok()?.as_bool()
    };
    selection() == Some(false)
}
