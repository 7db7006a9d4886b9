//! One machine: how it is, what was read of it, and what happened to it.

use leptos::prelude::*;

use crate::components::{
    ErrorNotice, IncidentLine, Link, Loading, MachineReadings, OldDataNotice, charts, next_show_text,
    read_age,
};
use crate::model::{Fact, Incident, MachineFile, Page};
use crate::state::{Clock, MachineBoard, memo, texts, use_title, zone_text};

/// The page of a machine.
#[component]
pub(crate) fn MachinePage(id: String) -> impl IntoView {
    let board = MachineBoard::open(id.clone());
    let title = memo(move || {
        board.file.with(|file| file.as_ref().map_or_else(|| id.clone(), |file| file.machine.place()))
    });
    use_title(move || title.get(), || 0);
    let loaded = memo(move || board.file.with(Option::is_some));
    let missing = memo(move || board.missing.get());
    let draw = move || match (loaded.get(), missing.get()) {
        (true, _) => file_view(board),
        (false, true) => missing_view(),
        (false, false) => board.trouble.with(Option::is_none).then(|| view! { <Loading /> }).into_any(),
    };
    view! {
        <OldDataNotice />
        <MachineTrouble board />
        {draw}
    }
}

/// Without the picture that says that all is well.
fn missing_view() -> AnyView {
    let words = &texts().machine;
    view! {
        <div class="empty">
            <h1 class="empty__title">{words.missing}</h1>
            <p class="empty__text">{words.missing_text}</p>
        </div>
    }
    .into_any()
}

/// Each part is drawn anew only if it changed, so that whoever uses one is not disturbed by another.
fn file_view(board: MachineBoard) -> AnyView {
    let charted = board.part(MachineFile::charted);
    view! {
        {head_view(board)}
        {blind_view(board)}
        <div class="machine">
            {incidents_view(board)}
            <section class="machine__part" aria-label=texts().reading.title>
                <h2 class="machine__heading">{texts().reading.title}</h2>
                {readings_view(board)}
                {charts(Signal::derive(move || charted.get()))}
            </section>
        </div>
    }
    .into_any()
}

fn head_view(board: MachineBoard) -> AnyView {
    let online = board.part(MachineFile::trusted_online);
    let as_of_ms = board.part(|file| file.machine.as_of_ms);
    let state = Signal::derive(move || match online.get().flatten() {
        Some(true) => ("online", texts().machines.online),
        Some(false) => ("offline", texts().machines.offline),
        None => ("unknown", texts().machines.unknown),
    });
    let age = move || view! { <span class="fleet__age">{read_age(as_of_ms.get().flatten())}</span> };
    view! {
        <div class="page-head">
            {name_view(board)}
            <p class="machine__state" data-state=Signal::derive(move || state.get().0)>
                <b>{Signal::derive(move || state.get().1)}</b>
                " "
                {age}
            </p>
        </div>
    }
    .into_any()
}

fn name_view(board: MachineBoard) -> AnyView {
    let named = board.part(|file| (file.region.clone(), file.machine.place(), file.machine.id.clone()));
    let name = move || {
        let (region, place, id) = named.get()?;
        Some(view! {
            <div>
                <h1>
                    <Link to=Page::Machines(region.id) class="page-head__up">{region.name}</Link>
                    " "
                    {place}
                </h1>
                <code class="machine__id">{id}</code>
            </div>
        })
    };
    name.into_any()
}

fn blind_view(board: MachineBoard) -> AnyView {
    let region = board.part(|file| file.region.clone());
    let notice = move || {
        let region = region.get()?;
        let since = zone_text(region.blind_since_ms?, &region.time_zone);
        let text = texts().list.blind_since.with(&[("since", &since)]);
        Some(view! { <div class="notice notice--blind" role="status"><p>{text}</p></div> })
    };
    notice.into_any()
}

fn incidents_view(board: MachineBoard) -> AnyView {
    let (words, open) = (&texts().machine, texts().list.open);
    view! {
        <section class="machine__part" aria-label=open>
            <h2 class="machine__heading">{open}</h2>
            {lines(board, |file| file.open.clone(), words.none_open)}
            <h2 class="machine__heading">{words.closed}</h2>
            {lines(board, |file| file.closed.clone(), words.none_closed)}
        </section>
    }
    .into_any()
}

fn lines(board: MachineBoard, pick: fn(&MachineFile) -> Vec<Incident>, none: &'static str) -> AnyView {
    let (incidents, zone) = (board.part(pick), board.part(|file| file.region.time_zone.clone()));
    let time_zone = Signal::derive(move || zone.get().unwrap_or_default());
    let lines = move || -> AnyView {
        let incidents = incidents.get().unwrap_or_default();
        if incidents.is_empty() {
            return view! { <p class="hint">{none}</p> }.into_any();
        }
        let line = |incident| view! { <IncidentLine incident time_zone /> }.into_any();
        view! { <ul class="lines">{incidents.into_iter().map(line).collect::<Vec<AnyView>>()}</ul> }
            .into_any()
    };
    lines.into_any()
}

fn readings_view(board: MachineBoard) -> AnyView {
    let (reading, clock) = (board.part(MachineFile::trusted_reading), Clock::used());
    let show = board.part(|file| (file.next_show.clone(), file.region.time_zone.clone()));
    let before = Signal::derive(move || Fact {
        name: texts().incident.next_show,
        value: show
            .with(|show| show.as_ref().and_then(|(show, zone)| next_show_text(show, zone, clock.now_ms()))),
        wrong: false,
    });
    let readings = move || reading.get().map(|reading| view! { <MachineReadings reading before /> });
    readings.into_any()
}

#[component]
fn MachineTrouble(board: MachineBoard) -> impl IntoView {
    let trouble = memo(move || board.trouble.get());
    let meaning = move || match board.file.with_untracked(Option::is_some) {
        true => texts().trouble.may_be_old,
        false => texts().trouble.nothing_yet,
    };
    move || {
        let text = trouble.get().map(|trouble| trouble.explain(texts(), meaning()));
        text.map(|text| view! { <ErrorNotice text busy=board.reading retry=move || board.read() /> })
    }
}
