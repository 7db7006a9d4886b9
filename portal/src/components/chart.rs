//! What was measured of a machine, drawn.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::{live, read_age};
use crate::model::{Charted, Metric, Range, Series};
use crate::state::{Clock, SeriesBoard, memo, texts, zone_clock, zone_short};

/// The charts of a machine, what tells most about its fault first. They begin anew where something else is charted.
pub(crate) fn charts(charted: Signal<Option<Charted>>) -> AnyView {
    let charted = memo(move || charted.get());
    live(move || charted.get().map(chart))
}

fn chart(charted: Charted) -> AnyView {
    let words = &texts().chart;
    let (metrics, range) = (charted.metrics(), charted.range(Clock::used().now_ms_untracked()));
    let board = SeriesBoard::open(charted.machine.clone(), metrics[0], range);
    let trouble = Signal::derive(move || {
        let text = |error: String| words.no_values.with(&[("error", &error)]);
        board.trouble.get().map(|trouble| text(trouble.to_string())).unwrap_or_default()
    });
    let drawing = live(move || board.series.get().map(|series| drawing(&charted, board, series)));
    view! {
        <section class="file__part chart" aria-busy=Signal::derive(move || board.reading.get().to_string())>
            <h3 class="file__heading">{words.title}</h3>
            {choices(board, metrics)}
            {drawing}
            <p class="file__warning" role="status">{trouble}</p>
        </section>
    }
    .into_any()
}

fn choices(board: SeriesBoard, metrics: Vec<Metric>) -> AnyView {
    let words = &texts().chart;
    let metrics: Vec<AnyView> =
        metrics.into_iter().map(|metric| choose(metric.text(texts()), board.metric, metric)).collect();
    let ranges: Vec<AnyView> =
        Range::ALL.into_iter().map(|range| choose(range.text(texts()), board.range, range)).collect();
    view! {
        <div class="chart__choices" role="group" aria-label=words.metric>{metrics}</div>
        <div class="chart__choices" role="group" aria-label=words.range>{ranges}</div>
    }
    .into_any()
}

fn choose<Choice: Copy + PartialEq + Send + Sync + 'static>(
    text: &'static str,
    chosen: RwSignal<Choice>,
    choice: Choice,
) -> AnyView {
    let pressed = Signal::derive(move || (chosen.get() == choice).to_string());
    view! {
        <button type="button" class="chart__choice" aria-pressed=pressed on:click=move |_| chosen.set(choice)>{text}</button>
    }
    .into_any()
}

fn drawing(charted: &Charted, board: SeriesBoard, series: Series) -> AnyView {
    let words = &texts().chart;
    let levels: Vec<AnyView> = series.levels(texts()).into_iter().map(level).collect();
    let fault = charted.fault_at_ms.and_then(|at_ms| series.x_of(at_ms)).map(|x| {
        view! { <span class="chart__opened" style:--x=share(x)><span>{words.opened}</span></span> }
    });
    let began_before = charted.fault_at_ms.is_some_and(|at_ms| at_ms < series.starts_at_ms);
    let before = began_before.then_some(words.before);
    let zone = charted.time_zone.clone();
    let (first, last) =
        (zone_short(series.starts_at_ms, &zone), zone_clock(series.at_ms(series.last_index()), &zone));
    let (path, summary) = (series.path(), series.summary(texts()));
    let notes = notes(&series);
    view! {
        {plot(board, series, zone, view! {
            <svg class="chart__svg" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                <path d=path fill="none" vector-effect="non-scaling-stroke" />
            </svg>
            {levels}
            {fault}
        }.into_any())}
        <div class="chart__ends"><span>{first}</span><span>{last}</span></div>
        <p class="file__age">{summary}" "{before}</p>
        {notes}
    }
    .into_any()
}

/// How old the values are, and why some or all may lack.
fn notes(series: &Series) -> AnyView {
    let wrong = |text: String| view! { <p class="file__warning">{text}</p> }.into_any();
    let error = series.error.as_ref().map(|error| texts().incident.value_old.with(&[("error", error)]));
    let wrongs: Vec<AnyView> = error.into_iter().chain(series.warnings.iter().cloned()).map(wrong).collect();
    view! { <p class="file__age">{read_age(series.as_of_ms)}</p>{wrongs} }.into_any()
}

fn level((y, text): (i64, String)) -> AnyView {
    view! { <span class="chart__level" style:--y=share(y)><span>{text}</span></span> }.into_any()
}

/// A place in the drawing, for the style sheet.
fn share(place: i64) -> String {
    format!("{}%", place / 10)
}

/// The field that a finger or the arrow keys move over.
fn plot(board: SeriesBoard, series: Series, zone: String, inside: AnyView) -> AnyView {
    let (at, last) = (board.at, series.last_index());
    let series = StoredValue::new(series);
    let index = move || {
        at.get().unwrap_or_else(|| series.with_value(|series| series.newest().unwrap_or(last))).min(last)
    };
    let readout = Signal::derive(move || {
        series.with_value(|series| {
            let (at, value) = (zone_short(series.at_ms(index()), &zone), series.text(texts(), index()));
            texts().chart.readout.with(&[("at", &at), ("value", &value)])
        })
    });
    let x = Signal::derive(move || share(series.with_value(|series| series.x(index()))));
    let now = Signal::derive(move || index().to_string());
    let follow = move |event: PointerEvent| {
        if let Some(near) = share_of(&event) {
            at.set(Some(series.with_value(|series| series.index_near(near))));
        }
    };
    let press = move |event: KeyboardEvent| {
        if let Some(next) = untrack(|| step(&event.key(), index(), last)) {
            event.prevent_default();
            at.set(Some(next));
        }
    };
    view! {
        <p class="chart__readout" aria-hidden="true">{readout}</p>
        <div class="chart__plot" role="slider" tabindex="0" aria-label=texts().chart.slider aria-valuemin="0"
            aria-valuemax=last.to_string() aria-valuenow=now aria-valuetext=readout on:pointermove=follow on:pointerdown=follow
            on:keydown=press>
            {inside}
            <span class="chart__cursor" style:--x=x></span>
        </div>
    }
    .into_any()
}

/// How far from left to right the pointer is, 0 to 1. What is drawn inside takes no pointer.
fn share_of(event: &PointerEvent) -> Option<f64> {
    let plot = event.current_target()?.dyn_into::<HtmlElement>().ok()?;
    let width = f64::from(plot.offset_width());
    (width > 0.0).then_some(f64::from(event.offset_x()) / width)
}

fn step(key: &str, index: usize, last: usize) -> Option<usize> {
    match key {
        "ArrowLeft" => Some(index.saturating_sub(1)),
        "ArrowRight" => Some((index + 1).min(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::model::Unit;
    use crate::stage::Stage;

    async fn stage_of(values: &'static [Option<f64>]) -> Stage {
        Stage::set(move || {
            let series = Series {
                unit: Unit::Celsius,
                starts_at_ms: 0,
                step_ms: 60_000,
                values: values.to_vec(),
                as_of_ms: Some(0),
                error: None,
                warnings: vec!["one replica is away".to_owned()],
            };
            let board = SeriesBoard::open("m".to_owned(), Metric::Temperature, Range::Hour);
            let charted = Charted { machine: "m".to_owned(), ..Charted::default() };
            view! { <section>{drawing(&charted, board, series)}</section> }.into_any()
        })
        .await
    }

    #[wasm_bindgen_test]
    async fn arrow_keys_read_the_values_one_by_one_and_stop_at_the_ends() {
        let stage = stage_of(&[Some(40.0), Some(41.5), None]).await;
        let said = || stage.attribute("[role=slider]", "aria-valuetext").unwrap_or_default();
        assert!(said().contains("41.5"), "begins at the newest: {}", said());
        stage.find("[role=slider]").focus().unwrap();
        stage.press("ArrowLeft").await;
        stage.press("ArrowLeft").await;
        assert!(said().contains("40 °C"), "{}", said());
        stage.press("End").await;
        assert!(!said().contains("°C"), "nothing was measured there: {}", said());
    }

    #[wasm_bindgen_test]
    async fn why_values_may_lack_stands_below_the_chart() {
        let stage = stage_of(&[Some(40.0)]).await;
        assert_eq!(stage.text(".file__warning"), "one replica is away");
    }
}
