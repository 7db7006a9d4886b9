//! How a period went, in a region or everywhere.

use leptos::prelude::*;

use super::NotFoundPage;
use crate::components::{EmptyState, ErrorNotice, Link, Loading, ReportFigures};
use crate::model::{Page, Period, Trouble};
use crate::state::{Navigation, ReportBoard, ShownReport, memo, texts, use_title, zone_text};

/// The page of a report.
#[component]
pub(crate) fn ReportsPage(region: Option<String>) -> impl IntoView {
    let board = ReportBoard::open(region.clone());
    use_title(|| texts().report.title.to_owned(), || 0);
    let head = head_view(board, region);
    let shown = memo(move || board.shown.get());
    let draw = move || match (shown.get(), board.trouble.get()) {
        (_, Some(trouble)) => trouble_view(board, &trouble),
        (Some(shown), None) => shown_view(board, shown),
        (None, None) if board.reading.get() => view! { <Loading /> }.into_any(),
        (None, None) if board.missing.get() => view! { <NotFoundPage /> }.into_any(),
        (None, None) => view! { <p class="hint" role="status">{texts().report.wrong}</p> }.into_any(),
    };
    view! {
        {head}
        {choices_view(board)}
        {draw}
    }
}

fn head_view(board: ReportBoard, region: Option<String>) -> AnyView {
    let name = Signal::derive(move || {
        board.place.with(|place| place.as_ref().map(|place| place.name.clone()).unwrap_or_default())
    });
    let up = match region {
        Some(id) => view! { <Link to=Page::Region(id) class="page-head__up">{name}</Link> }.into_any(),
        None => view! { <Link to=Page::Overview class="page-head__up">{texts().frame.all_regions}</Link> }
            .into_any(),
    };
    view! {
        <div class="page-head">
            <h1>{up} " " {texts().report.title}</h1>
        </div>
    }
    .into_any()
}

fn choices_view(board: ReportBoard) -> AnyView {
    let is_own = memo(move || board.period.get().is_own());
    let buttons = Period::CHOICES.map(|choice| choice_view(board, choice)).into_iter().collect::<Vec<_>>();
    let [_, from, until] = Period::NAMES;
    let days = move || {
        is_own.get().then(|| vec![day_view(from, texts().report.from), day_view(until, texts().report.until)])
    };
    view! {
        <div class="choices" role="group" aria-label=texts().report.period>
            {buttons}
            {days}
        </div>
    }
    .into_any()
}

fn choice_view(board: ReportBoard, choice: Period) -> AnyView {
    let navigation = Navigation::used();
    let [name, ..] = Period::NAMES;
    let pressed =
        Signal::derive(move || if board.period.get().word() == choice.word() { "true" } else { "false" });
    view! {
        <button
            type="button"
            class="button toggle"
            aria-pressed=pressed
            on:click=move |_| navigation.choose(name, [choice.word()])
        >
            {choice.text(texts())}
        </button>
    }
    .into_any()
}

fn day_view(name: &'static str, text: &'static str) -> AnyView {
    let navigation = Navigation::used();
    let chosen = navigation.chosen(name);
    let value = Signal::derive(move || chosen.get().unwrap_or_default());
    view! {
        <label class="choices__day">
            {text}
            " "
            <input
                type="date"
                class="choices__date"
                prop:value=value
                on:change:target=move |event| navigation.choose(name, [event.target().value()])
            />
        </label>
    }
    .into_any()
}

fn trouble_view(board: ReportBoard, trouble: &Trouble) -> AnyView {
    let text = trouble.explain(texts(), texts().trouble.nothing_yet);
    view! { <ErrorNotice text busy=board.reading retry=move || board.read() /> }.into_any()
}

fn shown_view(board: ReportBoard, shown: ShownReport) -> AnyView {
    let words = &texts().report;
    let time_zone = shown.report.time_zone.clone();
    let (first, last) = (shown.days.0.text(), shown.days.1.text());
    let time = zone_text(shown.read_at_ms, &time_zone);
    let gaps = [("from", first.as_str()), ("until", &last), ("zone", &time_zone), ("time", &time)];
    let about = words.about.with(&gaps);
    let is_empty = shown.report.opened == 0;
    let body = match is_empty {
        true => view! { <EmptyState title=words.empty text=words.empty_text /> }.into_any(),
        false => view! { <ReportFigures report=shown.report /> }.into_any(),
    };
    view! {
        <div class="report__about">
            <p class="fleet__age">{about}</p>
            <button type="button" class="button" disabled=board.reading on:click=move |_| board.read()>
                {words.again}
            </button>
            <a class="button" href=shown.csv download="">{words.csv}</a>
        </div>
        {body}
    }
    .into_any()
}
