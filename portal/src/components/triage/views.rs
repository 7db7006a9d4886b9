//! Filters that somebody keeps under names.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::live;
use crate::state::{Triage, texts};

pub(crate) fn draw(triage: Triage) -> AnyView {
    let words = &texts().filter;
    let (name, renamed) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (new, query) = (name.get_untracked(), triage.query.get_untracked());
        match renamed.get_untracked() {
            Some(old) => triage.change_views(|views| views.rename(&old, &new)),
            None => triage.change_views(|views| views.save(&new, &query)),
        }
        renamed.set(None);
        name.set(String::new());
    };
    let views = live(move || {
        let views = triage.views.get();
        views
            .all()
            .iter()
            .map(|(one, query)| view(triage, one, query, name, renamed))
            .collect::<Vec<AnyView>>()
    });
    let none =
        Signal::derive(
            move || {
                if triage.views.with(|views| views.all().is_empty()) { words.no_views } else { "" }
            },
        );
    view! {
        <p class="views__none">{none}</p>
        <ul>{views}</ul>
        <form class="views__form" on:submit=save>
            <input type="text" class="field" maxlength="60" aria-label=words.view_name placeholder=words.view_name bind:value=name />
            <button type="submit" class="button">{words.save}</button>
        </form>
    }
    .into_any()
}

fn view(
    triage: Triage,
    one: &str,
    query: &str,
    name: RwSignal<String>,
    renamed: RwSignal<Option<String>>,
) -> AnyView {
    let words = &texts().filter;
    let (query, old, gone) = (query.to_owned(), one.to_owned(), one.to_owned());
    let rename = move |_| {
        name.set(old.clone());
        renamed.set(Some(old.clone()));
    };
    view! {
        <li class="views__one">
            <button type="button" class="button button--quiet" on:click=move |_| triage.look_for(query.clone())>
                {one.to_owned()}
            </button>
            <button type="button" class="button button--quiet" aria-label=words.rename.with(&[("name", one)]) on:click=rename>
                "✎"
            </button>
            <button
                type="button"
                class="button button--quiet"
                aria-label=words.delete.with(&[("name", one)])
                on:click=move |_| triage.change_views(|views| views.delete(&gone))
            >
                "×"
            </button>
        </li>
    }
    .into_any()
}
