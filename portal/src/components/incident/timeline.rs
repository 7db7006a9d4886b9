//! Who did what, when: by the clock of the cinema, the newest first.

use leptos::prelude::*;

use super::section;
use crate::api::Command;
use crate::model::{Entry, Pending};
use crate::state::{IncidentDesk, texts, viewer_text, zone_short};

/// How many are drawn before somebody asks for more.
const FIRST: usize = 30;

pub(super) fn timeline(desk: IncidentDesk) -> AnyView {
    let entries = desk.part(|file| (file.timeline.clone(), file.timeline_dropped));
    let all = RwSignal::new(false);
    let printing = window_event_listener(leptos::ev::beforeprint, move |_| all.set(true));
    on_cleanup(move || printing.remove());
    let rows = move || {
        let (entries, dropped) = entries.get().unwrap_or_default();
        rows(&entries, dropped, all, &desk.time_zone())
    };
    let sending = move || desk.commands.pending.get().and_then(being_said);
    section(texts().timeline.title, view! { <ol class="timeline">{sending}{rows}</ol> }.into_any())
}

fn rows(entries: &[Entry], dropped: usize, all: RwSignal<bool>, zone: &str) -> Vec<AnyView> {
    let words = &texts().timeline;
    let shown = if all.get() { entries.len() } else { FIRST };
    let mut rows: Vec<AnyView> = entries.iter().rev().take(shown).map(|entry| row(entry, zone)).collect();
    if entries.len() > shown {
        let text = words.all.with(&[("count", &entries.len().to_string())]);
        let button = view! {
            <li><button type="button" class="button button--quiet" on:click=move |_| all.set(true)>{text}</button></li>
        };
        rows.push(button.into_any());
    }
    if dropped > 0 {
        rows.push(view! { <li class="timeline__when">{words.dropped.of(dropped)}</li> }.into_any());
    }
    rows
}

fn row(entry: &Entry, zone: &str) -> AnyView {
    let yours = texts().timeline.your_time.with(&[("time", &viewer_text(entry.at_ms))]);
    let quote = entry.quote().map(|quote| view! { <p class="timeline__quote">{quote.to_owned()}</p> });
    view! {
        <li class="timeline__row" data-person=(!entry.is_of_monitoring()).to_string()>
            <span class="timeline__when" title=yours>{zone_short(entry.at_ms, zone)}</span>
            <div><p>{entry.sentence(texts())}</p>{quote}</div>
        </li>
    }
    .into_any()
}

/// A comment stands there before the server has it.
fn being_said(pending: Pending) -> Option<AnyView> {
    let Command::Comment { text } = pending.command else { return None };
    let row = view! {
        <li class="timeline__row timeline__row--pending">
            <span class="timeline__when">{texts().timeline.being_sent}</span>
            <p class="timeline__quote">{text}</p>
        </li>
    };
    Some(row.into_any())
}
