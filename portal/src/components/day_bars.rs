//! What opened and closed on each day, as bars; as a table for whoever does not see them.

use leptos::prelude::*;

use crate::model::{Report, ReportDay, bar_percent};
use crate::state::texts;

/// A day is so wide, in the units of the picture; it is 100 high.
const DAY: usize = 10;

/// Two bars for each day.
#[component]
pub(super) fn DayBars(report: Report) -> impl IntoView {
    let words = &texts().report;
    let most = report.most_on_a_day();
    let bars = report.by_day.iter().enumerate().map(|(index, day)| bars_view(index, day, most));
    let bars = bars.collect::<Vec<_>>();
    let view_box = ["0 0 ", (report.by_day.len() * DAY).to_string().as_str(), " 100"].concat();
    let ends = [report.by_day.first(), report.by_day.last()];
    let [first, last] = ends.map(|day| day.map(|day| day.date.clone()));
    let rows = report.by_day.into_iter().map(row_view).collect::<Vec<_>>();
    view! {
        <section class="report__part report__part--wide" aria-label=words.by_day>
            <h2 class="machine__heading">{words.by_day}</h2>
            <p class="days__legend" aria-hidden="true">
                <span class="days__key" data-kind="opened">{words.opened}</span>
                <span class="days__key" data-kind="closed">{words.closed}</span>
                <span class="fleet__age">{words.most.with(&[("count", &most.to_string())])}</span>
            </p>
            <svg class="days" viewBox=view_box preserveAspectRatio="none" aria-hidden="true" focusable="false">
                {bars}
            </svg>
            <p class="days__ends" aria-hidden="true">
                <span>{first}</span>
                <span>{last}</span>
            </p>
            <table class="visually-hidden">
                <caption>{words.by_day}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.day}</th>
                        <th scope="col">{words.opened}</th>
                        <th scope="col">{words.closed}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

fn bars_view(index: usize, day: &ReportDay, most: u32) -> AnyView {
    let title = [day.date.clone(), day.opened.to_string(), day.closed.to_string()].join(" / ");
    view! {
        <g>
            <title>{title}</title>
            {bar_view(index * DAY + 1, "opened", bar_percent(day.opened, most))}
            {bar_view(index * DAY + 5, "closed", bar_percent(day.closed, most))}
        </g>
    }
    .into_any()
}

fn bar_view(left: usize, kind: &'static str, percent: u32) -> AnyView {
    view! {
        <rect
            class="days__bar"
            data-kind=kind
            x=left.to_string()
            y=(100 - percent.min(100)).to_string()
            width="4"
            height=percent.to_string()
        />
    }
    .into_any()
}

fn row_view(day: ReportDay) -> AnyView {
    view! {
        <tr>
            <th scope="row">{day.date}</th>
            <td>{day.opened}</td>
            <td>{day.closed}</td>
        </tr>
    }
    .into_any()
}
