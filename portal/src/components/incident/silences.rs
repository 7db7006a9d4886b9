//! Leaving people in peace: what mutes the incident, and a form for more of it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::View;
use super::forms::{cancel, field};
use crate::model::{Scope, Silence, SilencePeriod, SilenceWish};
use crate::state::{Clock, IncidentDesk, memo, texts, zone_day, zone_short};

/// What mutes the incident now or will, each with a way to end it.
pub(super) fn silences(desk: IncidentDesk) -> AnyView {
    let found = desk.part(|file| (file.own_silences(), file.mute));
    let rows = move || {
        let (silences, mute) = found.get()?;
        let zone = desk.time_zone();
        let no_show = mute.filter(|mute| mute.no_show).map(|mute| {
            let until = zone_short(mute.until_ms, &zone);
            view! { <li class="file__row">{texts().silence.no_show.with(&[("until", &until)])}</li> }
                .into_any()
        });
        let rows: Vec<AnyView> = no_show
            .into_iter()
            .chain(silences.into_iter().map(|silence| row(desk, silence, &zone)))
            .collect();
        (!rows.is_empty()).then(|| view! { <ul class="file__list file__silences">{rows}</ul> })
    };
    let told = Signal::derive(move || desk.silence_told.get().unwrap_or_default());
    view! {
        <p role="status" class="file__age">{told}</p>
        {rows}
    }
    .into_any()
}

fn row(desk: IncidentDesk, silence: Silence, zone: &str) -> AnyView {
    let words = &texts().silence;
    let when = match (silence.until_ms, silence.from_ms) {
        (Some(until_ms), _) => words.active.with(&[("until", &zone_short(until_ms, zone))]),
        (None, Some(from_ms)) => words.upcoming.with(&[("from", &zone_short(from_ms, zone))]),
        (None, None) => String::new(),
    };
    let weekly = silence.weekly.then_some(words.weekly_mark);
    let by = words.by.with(&[("who", &silence.created_by), ("comment", &silence.comment)]);
    view! {
        <li class="file__row">
            <span><b>{when}</b>" "{weekly}" "{by}</span>
            <button type="button" class="button" on:click=move |_| desk.end_silence(silence.clone())>{words.end}</button>
        </li>
    }
    .into_any()
}

/// What somebody fills in.
#[derive(Clone, Copy)]
struct Wish {
    scope: RwSignal<String>,
    period: RwSignal<String>,
    days: [(&'static str, RwSignal<bool>); 7],
    start: RwSignal<String>,
    end: RwSignal<String>,
    why: RwSignal<String>,
}

const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// Asks about what, for how long, and why.
pub(super) fn silence_form(view: View) -> AnyView {
    let words = &texts().silence;
    let wish = Wish {
        scope: RwSignal::new(Scope::ALL[0].1.to_owned()),
        period: RwSignal::new("1".to_owned()),
        days: DAYS.map(|day| (day, RwSignal::new(false))),
        start: RwSignal::new("22:00".to_owned()),
        end: RwSignal::new("06:00".to_owned()),
        why: RwSignal::new(String::new()),
    };
    let clock = Clock::used();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match wished(view.desk, wish, clock.now_ms_untracked()) {
            Some(wish) => {
                view.desk.silence(wish);
                view.form.set(None);
            }
            None => {
                let is_unsaid = wish.why.with_untracked(|why| why.trim().is_empty());
                let asks_days = wish.period.with_untracked(|period| period == "weekly");
                let told = if is_unsaid && !asks_days { words.no_reason } else { words.incomplete };
                view.desk.silence_told.set(Some(told.to_owned()));
            }
        }
    };
    let periods =
        [("1", words.hour), ("4", words.four_hours), ("morning", words.morning), ("weekly", words.weekly)];
    view! {
        <form class="file__form" on:submit=submit>
            <p class="file__age">{words.explain}</p>
            {choice(words.scope, wish.scope, &scopes(view.desk))}
            {choice(words.how_long, wish.period, &periods)}
            {weekly(wish)}
            {field(words.why.to_owned(), wish.why, "4000")}
            <button type="submit" class="button button--main">{words.make}</button>
            {cancel(view)}
        </form>
    }
    .into_any()
}

/// Only what the incident tells enough for.
fn scopes(desk: IncidentDesk) -> Vec<(&'static str, &'static str)> {
    let words = &texts().silence;
    let known = |scope: &Scope| {
        desk.file.with_untracked(|file| file.as_ref().is_some_and(|file| scope.is_known(&file.incident)))
    };
    let text = |scope| match scope {
        Scope::Machine => words.machine,
        Scope::Cinema => words.cinema,
        Scope::Fault => words.fault,
    };
    Scope::ALL
        .into_iter()
        .filter(|(scope, _)| known(scope))
        .map(|(scope, word)| (word, text(scope)))
        .collect()
}

fn wished(desk: IncidentDesk, wish: Wish, now_ms: i64) -> Option<SilenceWish> {
    let why = wish.why.get_untracked().trim().to_owned();
    let zone = untrack(|| desk.time_zone());
    let period = match wish.period.get_untracked().as_str() {
        "weekly" => weekly_period(wish)?,
        "morning" => SilencePeriod::until_morning(&zone_day(now_ms, &zone))?,
        "4" => SilencePeriod::hours(now_ms, 4),
        _ => SilencePeriod::hours(now_ms, 1),
    };
    let scope = wish.scope.with_untracked(|word| Scope::ALL.into_iter().find(|(_, known)| known == word));
    let (scope, _) = scope.unwrap_or(Scope::ALL[0]);
    desk.file.with_untracked(|file| {
        let file = file.as_ref().filter(|file| !why.is_empty() && scope.is_known(&file.incident))?;
        Some(SilenceWish::about(&file.incident, &file.region.id, scope, period, why))
    })
}

fn weekly_period(wish: Wish) -> Option<SilencePeriod> {
    let chosen = wish.days.into_iter().filter(|(_, chosen)| chosen.get_untracked());
    let weekdays: Vec<&'static str> = chosen.map(|(day, _)| day).collect();
    let (start, end) = (wish.start.get_untracked(), wish.end.get_untracked());
    (!weekdays.is_empty()).then_some(SilencePeriod::Weekly { weekdays, start, end })
}

fn weekly(wish: Wish) -> impl IntoView {
    let words = &texts().silence;
    let names = [
        words.monday,
        words.tuesday,
        words.wednesday,
        words.thursday,
        words.friday,
        words.saturday,
        words.sunday,
    ];
    let is_weekly = memo(move || wish.period.with(|period| period == "weekly"));
    move || {
        is_weekly.get().then(|| {
            let days: Vec<AnyView> = names.into_iter().zip(wish.days).map(|(name, (_, chosen))| {
                view! { <label class="file__check"><input type="checkbox" bind:checked=chosen />{name}</label> }.into_any()
            }).collect();
            view! {
                <fieldset class="file__days">
                    <legend>{words.days}</legend>
                    {days}
                    {time(words.from, wish.start)}
                    {time(words.until, wish.end)}
                </fieldset>
            }
        })
    }
}

fn time(label: &'static str, value: RwSignal<String>) -> AnyView {
    view! { <label class="file__check">{label}<input type="time" required bind:value=value /></label> }
        .into_any()
}

/// One of a few, in a list that folds out.
fn choice(label: &'static str, value: RwSignal<String>, options: &[(&'static str, &'static str)]) -> AnyView {
    let first = options.first().map(|(word, _)| (*word).to_owned()).unwrap_or_default();
    if options.iter().all(|(word, _)| value.with_untracked(|chosen| chosen != word)) {
        value.set(first);
    }
    let options: Vec<AnyView> = options
        .iter()
        .map(|(word, text)| view! { <option value=*word>{*text}</option> }.into_any())
        .collect();
    view! {
        <label class="file__choice">
            <span>{label}</span>
            <select prop:value=value on:change=move |event| value.set(event_target_value(&event))>{options}</select>
        </label>
    }
    .into_any()
}
