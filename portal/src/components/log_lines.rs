//! Lines of the server's log. Everything in them is text.

use leptos::prelude::*;

use super::Link;
use crate::model::{Address, LogLine, LogQuestion, Page, Query};
use crate::state::{Navigation, texts};

/// The lines, newest first.
#[component]
pub(crate) fn LogLines(lines: Vec<LogLine>) -> impl IntoView {
    let lines: Vec<AnyView> = lines.into_iter().map(line_view).collect();
    view! { <ol class="log">{lines}</ol> }
}

fn line_view(line: LogLine) -> AnyView {
    let level =
        if line.is_damaged { texts().log.damaged.to_owned() } else { line.level.clone().unwrap_or_default() };
    let kind = if line.is_damaged { "error".to_owned() } else { level.clone() };
    let clock = line.clock().to_owned();
    let about = about_view(&line);
    let others = [line.target.into_iter().collect(), line.others].concat().join(" ");
    view! {
        <li class="log__line" data-level=kind>
            <time class="log__time" datetime=line.at>{clock}</time>
            <span class="log__level">{level}</span>
            <span class="log__text">
                <span class="log__message">{line.message}</span>
                {about}
                <span class="log__others">{others}</span>
            </span>
        </li>
    }
    .into_any()
}

/// The incident, the region, and what else happened for the same reason.
fn about_view(line: &LogLine) -> AnyView {
    let number = line.number.clone().or_else(|| line.incident.clone());
    let incident = line.incident.clone().zip(number).map(|(id, number)| {
        view! { <Link to=Page::Incident(id) class="log__about">{number}</Link> }
    });
    let region = line.region.clone().map(|id| {
        let name = id.clone();
        view! { <Link to=Page::Region(id) class="log__about">{name}</Link> }
    });
    let trace = line.trace_id.clone().map(trace_view);
    view! {
        {incident}
        {region}
        {trace}
    }
    .into_any()
}

/// Leads to all that happened for the same reason, whatever else was chosen; the way back leads here.
fn trace_view(trace_id: String) -> AnyView {
    let navigation = Navigation::used();
    let text = trace_id.clone();
    let go = move |_| {
        let page = navigation.page().get_untracked();
        let query = Query::default().with(LogQuestion::TEXT, [trace_id.clone()]);
        navigation.go(Address { page, query });
    };
    view! {
        <button
            type="button"
            class="log__trace"
            title=texts().log.trace
            on:click=go
        >
            {text}
        </button>
    }
    .into_any()
}
