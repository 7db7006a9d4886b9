//! The figures of a report.

use leptos::prelude::*;

use super::bar_table::{BarRow, BarTable};
use super::day_bars::DayBars;
use crate::model::{Page, Report, ReportShows, ReportTimes, ReportTop, age_text};
use crate::state::texts;

/// All figures of a report, each as words and numbers, and some as bars.
#[component]
pub(crate) fn ReportFigures(report: Report) -> impl IntoView {
    let words = &texts().report;
    let totals = vec![(words.opened, report.opened.to_string()), (words.closed, report.closed.to_string())];
    let outages = (report.in_outages > 0).then(|| words.in_outages.of(report.in_outages as usize));
    let severities = report.by_severity.iter().map(|(severity, count)| BarRow {
        name: severity.text(texts()).to_owned(),
        kind: severity.word(),
        count: *count,
        ..BarRow::default()
    });
    let severities = severities.collect();
    let machines = report.machines.iter().map(machine_row).collect();
    let errors = report.errors.iter().map(top_row).collect();
    view! {
        <div class="report">
            {figures_view(words.count, totals, outages)}
            {figures_view(words.acknowledge, times(report.acknowledge), None)}
            {figures_view(words.resolve, times(report.resolve), None)}
            {figures_view(words.shows, shows(report.shows), None)}
            <DayBars report />
            <BarTable title=words.machines rows=machines />
            <div class="report__stack">
                <BarTable title=words.severities rows=severities />
                <BarTable title=words.errors rows=errors />
            </div>
        </div>
    }
}

fn figures_view(title: &'static str, figures: Vec<(&'static str, String)>, note: Option<String>) -> AnyView {
    let figure = |(name, value): (&'static str, String)| {
        view! {
            <div class="figure">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let figures = figures.into_iter().map(figure).collect::<Vec<_>>();
    view! {
        <section class="report__part" aria-label=title>
            <h2 class="machine__heading">{title}</h2>
            <dl class="figures">{figures}</dl>
            {note.map(|note| view! { <p class="fleet__age">{note}</p> })}
        </section>
    }
    .into_any()
}

fn times(times: ReportTimes) -> Vec<(&'static str, String)> {
    let words = &texts().report;
    let time = |seconds: Option<i64>| seconds.map_or_else(|| NONE.to_owned(), duration);
    vec![
        (words.median, time(times.median_seconds)),
        (words.p90, time(times.p90_seconds)),
        (words.counted, times.count.to_string()),
        (words.without, times.without.to_string()),
    ]
}

/// Where there is no value.
const NONE: &str = "–";

fn shows(shows: ReportShows) -> Vec<(&'static str, String)> {
    let words = &texts().report;
    let figures = [
        (words.at_risk, shows.at_risk),
        (words.hit, shows.hit),
        (words.saved, shows.saved),
        (words.pending, shows.pending),
        (words.show_unknown, shows.not_known),
    ];
    figures.map(|(name, count)| (name, count.to_string())).into()
}

fn machine_row(top: &ReportTop) -> BarRow {
    let name = if top.place.is_empty() { top.id.clone() } else { top.place.clone() };
    BarRow { name, to: Some(Page::Machine(top.id.clone())), ..top_row(top) }
}

fn top_row(top: &ReportTop) -> BarRow {
    let open_time = Some(duration(top.open_minutes.saturating_mul(60)));
    BarRow { name: top.id.clone(), count: top.count, open_time, ..BarRow::default() }
}

fn duration(seconds: i64) -> String {
    age_text(texts(), 0, seconds.saturating_mul(1_000))
}
