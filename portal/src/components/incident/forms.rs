//! Forms for one answer: who works on it, and why it is closed or opened again.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::View;
use crate::api::Command;
use crate::state::{follow, texts};
use crate::texts::Phrase;

/// Asks who works on it.
pub(super) fn assign_form(view: View) -> AnyView {
    let words = &texts().commands;
    let name = RwSignal::new(view.desk.me.get_untracked());
    let is_me = RwSignal::new(view.desk.me.with_untracked(String::is_empty));
    let send = move |to: Option<String>| {
        view.desk.commands.send(Command::Assign { to });
        view.form.set(None);
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if !name.is_empty() {
            if is_me.get_untracked() {
                view.desk.call_me(&name);
            }
            send(Some(name));
        }
    };
    view! {
        <form class="file__form" on:submit=submit>
            {field(words.assign_to.to_owned(), name, "200")}
            <label class="file__check"><input type="checkbox" bind:checked=is_me />{words.assign_is_me}</label>
            <button type="submit" class="button button--main">{words.assign_do}</button>
            <button type="button" class="button" on:click=move |_| send(None)>{words.to_nobody}</button>
            {cancel(view)}
        </form>
    }
    .into_any()
}

/// Asks for a comment, which may be empty.
pub(super) fn reason_form(
    view: View,
    question: Phrase,
    action: &'static str,
    command: fn(Option<String>) -> Command,
) -> AnyView {
    let comment = RwSignal::new(String::new());
    let number = view.desk.file.with_untracked(|file| file.as_ref().map(|file| file.incident.number.clone()));
    let question = question.with(&[("number", &number.unwrap_or_default())]);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let comment = comment.get_untracked().trim().to_owned();
        view.desk.commands.send(command((!comment.is_empty()).then_some(comment)));
        view.form.set(None);
    };
    view! {
        <form class="file__form" on:submit=submit>
            {field(question, comment, "4000")} <button type="submit" class="button button--main">{action}</button>
            {cancel(view)}
        </form>
    }
    .into_any()
}

/// A line of text that takes the focus.
pub(super) fn field(label: String, value: RwSignal<String>, longest: &'static str) -> AnyView {
    let input = NodeRef::<html::Input>::new();
    follow(move || {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    view! {
        <label class="file__field">
            <span>{label}</span>
            <input type="text" maxlength=longest autocomplete="off" node_ref=input bind:value=value />
        </label>
    }
    .into_any()
}

/// Folds the form away.
pub(super) fn cancel(view: View) -> AnyView {
    view! {
        <button type="button" class="button button--quiet" on:click=move |_| view.form.set(None)>
            {texts().commands.cancel}
        </button>
    }
    .into_any()
}
