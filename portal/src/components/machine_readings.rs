//! All that was read of a machine, with its age.

use leptos::prelude::*;

use crate::model::{MachineFile, age_text, tenths};
use crate::state::{Clock, texts, zone_text};

/// A name, its value where one is known, and whether the value is bad.
type Fact = (&'static str, Option<Signal<String>>, bool);

/// Readings as a list of names and values; what was not told is said to be so.
#[component]
pub(crate) fn MachineReadings(file: MachineFile) -> impl IntoView {
    let words = &texts().machine;
    let facts = facts(&file).into_iter().map(fact_view).collect::<Vec<_>>();
    let age = file.machine.as_of_ms.map(|as_of_ms| aged(words.as_of, as_of_ms));
    let errors = [file.machine.error, file.show_error].into_iter().flatten();
    let errors = errors.map(|error| view! { <p class="readings__error">{error}</p> }).collect::<Vec<_>>();
    view! {
        <section class="machine__part readings" aria-label=words.readings>
            <h2 class="machine__heading">
                {words.readings}
                " "
                <span class="fleet__age">{age}</span>
            </h2>
            {errors}
            <dl class="readings__list">{facts}</dl>
        </section>
    }
}

fn fact_view((name, value, bad): Fact) -> AnyView {
    let state = if value.is_none() {
        "unknown"
    } else if bad {
        "bad"
    } else {
        "plain"
    };
    let value = value.unwrap_or_else(|| texts().machine.not_told.to_owned().into());
    view! {
        <div class="readings__fact" data-state=state>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}

fn facts(file: &MachineFile) -> Vec<Fact> {
    let (words, reading) = (&texts().machine, &file.reading);
    let percent = |ratio: f64| ((ratio * 100.0).round() as i64).to_string();
    let plain = |text: String| Signal::stored(text);
    let download = reading.download_ratio.map(|ratio| {
        let phrase =
            if reading.download_failed == Some(true) { words.download_failed } else { words.percent };
        plain(phrase.with(&[("percent", &percent(ratio))]))
    });
    let temperature =
        reading.temperature_celsius.map(|degrees| words.celsius.with(&[("degrees", &tenths(degrees))]));
    let disk = reading.disk_free_bytes.map(|bytes| words.gigabytes.with(&[("amount", &tenths(bytes / 1e9))]));
    vec![
        (words.next_show, file.machine.next_show_at_ms.map(|at_ms| show_text(at_ms, file)), false),
        (words.last_seen, reading.last_seen_at_ms.map(|at_ms| aged(words.ago, at_ms)), false),
        (words.picture, picture_text(file).map(plain), reading.wrong_picture()),
        (words.game, reading.game_version.clone().map(plain), false),
        (words.download, download, reading.download_failed == Some(true)),
        (words.temperature, temperature.map(plain), false),
        (words.disk, disk.map(plain), false),
    ]
}

fn picture_text(file: &MachineFile) -> Option<String> {
    let size = |(width, height): (u32, u32)| [width.to_string(), height.to_string()].join(" × ");
    let picture = size(file.reading.picture?);
    let expected = file.reading.picture_expected.filter(|_| file.reading.wrong_picture());
    Some(match expected {
        Some(expected) => {
            texts().machine.picture_wrong.with(&[("size", &picture), ("expected", &size(expected))])
        }
        None => picture,
    })
}

/// When it begins, and how soon.
fn show_text(at_ms: i64, file: &MachineFile) -> Signal<String> {
    let (clock, when) = (Clock::used(), zone_text(at_ms, &file.region.time_zone));
    Signal::derive(move || {
        let now_ms = clock.now_ms();
        let words = &texts().row;
        let soon = match at_ms <= now_ms {
            true => words.show_began.to_owned(),
            false => words.show_in.with(&[("time", &age_text(texts(), now_ms, at_ms))]),
        };
        [&when, " – ", &soon].concat()
    })
}

fn aged(phrase: crate::texts::Phrase, at_ms: i64) -> Signal<String> {
    let clock = Clock::used();
    Signal::derive(move || phrase.with(&[("age", &age_text(texts(), at_ms, clock.now_ms()))]))
}
