//! One machine: how it is, what was read of it, and what happened to it.

use leptos::prelude::*;

use crate::components::{
    EmptyState, ErrorNotice, IncidentLine, Link, Loading, MachineReadings, OldDataNotice,
};
use crate::model::{MachineFile, Page, age_text};
use crate::state::{Clock, MachineBoard, texts, use_title, zone_text};

/// The page of a machine.
#[component]
pub(crate) fn MachinePage(id: String) -> impl IntoView {
    let board = MachineBoard::open(id.clone());
    let title = Memo::new(move |_| {
        board.file.with(|file| file.as_ref().map_or_else(|| id.clone(), |file| file.machine.place()))
    });
    use_title(move || title.get(), || 0);
    let file = Memo::new(move |_| board.file.get());
    let missing = Memo::new(move |_| board.missing.get());
    let draw = move || match (file.get(), missing.get()) {
        (Some(file), _) => file_view(file),
        (None, true) => {
            let words = &texts().machine;
            view! { <EmptyState title=words.missing text=words.missing_text /> }.into_any()
        }
        (None, false) => board.trouble.with(Option::is_none).then(|| view! { <Loading /> }).into_any(),
    };
    view! {
        <OldDataNotice />
        <MachineTrouble board />
        {draw}
    }
}

fn file_view(file: MachineFile) -> AnyView {
    let incidents = &texts().list;
    let blind = blind_view(&file);
    let (open, closed, time_zone) =
        (file.open.clone(), file.closed.clone(), Signal::stored(file.region.time_zone.clone()));
    let lines = |incidents: Vec<_>, none: &'static str| -> AnyView {
        if incidents.is_empty() {
            return view! { <p class="hint">{none}</p> }.into_any();
        }
        let line = |incident| view! { <IncidentLine incident time_zone /> }.into_any();
        view! { <ul class="lines">{incidents.into_iter().map(line).collect::<Vec<AnyView>>()}</ul> }
            .into_any()
    };
    let (open, closed) = (lines(open, texts().machine.none_open), lines(closed, texts().machine.none_closed));
    view! {
        {head_view(&file)}
        {blind}
        <div class="machine">
            <section class="machine__part" aria-label=incidents.open>
                <h2 class="machine__heading">{incidents.open}</h2>
                {open}
                <h2 class="machine__heading">{texts().machine.closed}</h2>
                {closed}
            </section>
            <MachineReadings file />
        </div>
    }
    .into_any()
}

fn head_view(file: &MachineFile) -> AnyView {
    let (state, text) = match file.trusted_online() {
        Some(true) => ("online", texts().machines.online),
        Some(false) => ("offline", texts().machines.offline),
        None => ("unknown", texts().machines.unknown),
    };
    let region = file.region.name.clone();
    view! {
        <div class="page-head">
            <div>
                <h1>
                    <Link to=Page::Machines(file.region.id.clone()) class="page-head__up">{region}</Link>
                    " "
                    {file.machine.place()}
                </h1>
                <code class="machine__id">{file.machine.id.clone()}</code>
            </div>
            <p class="machine__state" data-state=state>
                <b>{text}</b>
                " "
                <Age at_ms=file.machine.as_of_ms />
            </p>
        </div>
    }
    .into_any()
}

/// How old a reading is.
#[component]
fn Age(at_ms: Option<i64>) -> impl IntoView {
    let clock = Clock::used();
    let age = Signal::derive(move || match at_ms {
        Some(at_ms) => texts().machine.as_of.with(&[("age", &age_text(texts(), at_ms, clock.now_ms()))]),
        None => texts().machines.never.to_owned(),
    });
    view! { <span class="fleet__age">{age}</span> }
}

fn blind_view(file: &MachineFile) -> AnyView {
    let since = file.region.blind_since_ms.map(|since_ms| zone_text(since_ms, &file.region.time_zone));
    let text = since.map(|since| texts().list.blind_since.with(&[("since", &since)]));
    text.map(|text| view! { <div class="notice notice--blind" role="status"><p>{text}</p></div> }).into_any()
}

#[component]
fn MachineTrouble(board: MachineBoard) -> impl IntoView {
    let trouble = Memo::new(move |_| board.trouble.get());
    let meaning = move || match board.file.with_untracked(Option::is_some) {
        true => texts().trouble.may_be_old,
        false => texts().trouble.nothing_yet,
    };
    move || {
        let text = trouble.get().map(|trouble| trouble.explain(texts(), meaning()));
        text.map(|text| view! { <ErrorNotice text busy=board.reading retry=move || board.read() /> })
    }
}
