//! What a person may choose for themselves: language, brightness, and what calls them.

use leptos::prelude::*;

use super::live;
use crate::model::Theme;
use crate::state::{Alarms, Myself, ThemeChoice, Tongue, texts};
use crate::texts::LANGUAGES;

/// All choices.
pub(crate) fn settings() -> AnyView {
    view! {
        {languages()}
        {themes()}
        {alarms()}
        {sign_out()}
    }
    .into_any()
}

fn languages() -> AnyView {
    let tongue = Tongue::used();
    let choose = move |tag: String| tongue.into_iter().for_each(|tongue| tongue.choose(&tag));
    let offered = LANGUAGES.iter().map(|language| (language.tag, language.name)).collect();
    choice(texts().shell.language, offered, texts().language.tag, choose)
}

fn themes() -> AnyView {
    let theme = ThemeChoice::used();
    let offered = Theme::ALL.iter().map(|theme| (theme.word(), theme.text(texts()))).collect();
    let chosen = untrack(|| theme.theme().word());
    choice(texts().shell.theme, offered, chosen, move |word: String| theme.choose(Theme::of(&word)))
}

fn choice(
    label: &'static str,
    offered: Vec<(&'static str, &'static str)>,
    chosen: &'static str,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    let choose: Box<dyn Fn(String)> = Box::new(choose);
    let option = |(value, text): (&'static str, &'static str)| {
        view! { <option value=value selected=value == chosen>{text}</option> }
    };
    view! {
        <label class="menu__choice">
            <span>{label}</span>
            <select on:change=move |event| choose(event_target_value(&event))>
                {offered.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn alarms() -> AnyView {
    let (alarms, words) = (Alarms::used(), &texts().sound);
    let notifications = move |on| alarms.choose_notifications(on);
    let refused = Signal::derive(move || if alarms.refused.get() { words.refused } else { "" });
    view! {
        {switch(words.sound, alarms.sound, move |on| alarms.choose_sound(on))}
        {switch(words.notifications, alarms.notifications, notifications)}
        <p class="menu__hint" role="status">{refused}</p>
        <p class="menu__hint">{words.explained}</p>
    }
    .into_any()
}

/// Only for whoever has signed in here.
fn sign_out() -> AnyView {
    let myself = Myself::used();
    let way_out = move || {
        view! {
            <p class="menu__hint">{myself.name}</p>
            <button type="button" class="button" on:click=move |_| myself.sign_out()>{texts().shell.sign_out}</button>
        }
        .into_any()
    };
    live(move || myself.can_sign_out.get().then(way_out))
}

fn switch(label: &'static str, on: RwSignal<bool>, choose: impl Fn(bool) + 'static) -> AnyView {
    let choose: Box<dyn Fn(bool)> = Box::new(choose);
    view! {
        <label class="menu__switch">
            <input type="checkbox" prop:checked=on on:change=move |event| choose(event_target_checked(&event)) />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
