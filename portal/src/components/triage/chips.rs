//! Filters that are one click away, each with how many it would find.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::components::live;
use crate::model::{CHIPS, Chip, Facets, Filter, Term, assigned_to, facets};
use crate::state::{Myself, Triage, memo, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let words = &texts().filter;
    let facets = memo(move || {
        let now_ms = triage.now_ms.get();
        triage.board.list.with(|list| facets(list.ordered(), now_ms))
    });
    let chips: Vec<AnyView> =
        CHIPS.into_iter().enumerate().map(|(index, one)| chip(triage, facets, index, &one)).collect();
    view! {
        <div class="chips">
            {mine(triage)}
            {chips}
            {choice(triage, facets, "cinema", words.cinema, |facets| &facets.cinemas)}
            {choice(triage, facets, "error", words.error, |facets| &facets.errors)}
        </div>
    }
    .into_any()
}

fn chip(triage: Triage, facets: Memo<Facets>, index: usize, chip: &Chip) -> AnyView {
    let term = chip.term;
    let read = move || Term::read(term);
    let pressed = Signal::derive(move || {
        let is_on = read().is_some_and(|term| triage.filter.with(|filter| filter.has(&term)));
        is_on.to_string()
    });
    let count = Signal::derive(move || facets.with(|facets| facets.chips[index].to_string()));
    let toggle = move |_| {
        if let Some(term) = read() {
            triage.refine(|filter| filter.toggled(term));
        }
    };
    view! {
        <button type="button" class="chip" aria-pressed=pressed data-term=term on:click=toggle>
            {(chip.text)(texts())}
            <span class="chip__count">{count}</span>
        </button>
    }
    .into_any()
}

/// What whoever sits here works on; nothing while nobody knows who that is.
fn mine(triage: Triage) -> AnyView {
    let me = Myself::used().name;
    let term = memo(move || me.with(|me| assigned_to(me)));
    let read = move || term.with(|term| term.as_deref().and_then(Term::read));
    let pressed = Signal::derive(move || {
        let is_on = read().is_some_and(|term| triage.filter.with(|filter| filter.has(&term)));
        is_on.to_string()
    });
    let count = Signal::derive(move || {
        let (now_ms, filter) = (triage.now_ms.get(), term.with(|term| term.as_deref().map(Filter::parse)));
        let found = |filter: Filter| {
            triage
                .board
                .list
                .with(|list| list.ordered().iter().filter(|one| filter.matches(one, now_ms)).count())
        };
        filter.map_or(0, found).to_string()
    });
    let toggle = move |_| {
        if let Some(term) = read() {
            triage.refine(|filter| filter.toggled(term));
        }
    };
    live(move || {
        let text = term.get()?;
        let chip = view! {
            <button type="button" class="chip" aria-pressed=pressed data-term=text on:click=toggle>
                {texts().filter.mine}
                <span class="chip__count">{count}</span>
            </button>
        };
        Some(chip.into_any())
    })
}

type Kinds = fn(&Facets) -> &BTreeMap<String, (String, usize)>;

/// A list to choose one kind from.
fn choice(
    triage: Triage,
    facets: Memo<Facets>,
    key: &'static str,
    name: &'static str,
    kinds: Kinds,
) -> AnyView {
    let kinds = memo(move || facets.with(|facets| kinds(facets).clone()));
    // A part of a name, which only the query can say, is none of them.
    let chosen = memo(move || {
        let value = triage.filter.with(|filter| filter.value(key));
        value.filter(|value| kinds.with(|kinds| kinds.contains_key(value))).unwrap_or_default()
    });
    let options = live(move || {
        let chosen = chosen.get();
        let option = |(id, (name, count)): (&String, &(String, usize))| {
            let selected = *id == chosen;
            view! { <option value=id.clone() selected=selected>{[name, " (", &count.to_string(), ")"].concat()}</option> }
                .into_any()
        };
        kinds.with(|kinds| kinds.iter().map(option).collect::<Vec<AnyView>>())
    });
    let choose = move |event| {
        let value = event_target_value(&event);
        triage.refine(|filter: Filter| filter.with(key, &value));
    };
    view! {
        <label class="choice">
            <span class="choice__name">{name}</span>
            <select class="field" prop:value=chosen on:change=choose>
                <option value="">{texts().filter.any}</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}
