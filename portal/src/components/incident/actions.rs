//! What a person can do: buttons, the form that is open, the comment field, and what came of it.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::forms::{assign_form, reason_form};
use super::result::result;
use super::silences::{silence_form, silences};
use super::{Form, View, take};
use crate::api::Command;
use crate::model::Status;
use crate::state::{memo, texts};

pub(super) fn actions(view: View) -> AnyView {
    let words = &texts().commands;
    view! {
        <section class="file__actions" aria-label=words.actions>
            <div class="file__buttons">{buttons(view)}</div>
            {form(view)}
            {result(view)}
            {silences(view.desk)}
            {comment(view)}
            <p class="file__keys">{words.keys}</p>
        </section>
    }
    .into_any()
}

fn buttons(view: View) -> impl IntoView {
    let shown = view.desk.shown();
    let state = memo(move || {
        let me = view.desk.me.get();
        shown.with(|shown| shown.as_ref().map(|shown| (shown.status, shown.assignee.as_deref() == Some(&me))))
    });
    let words = &texts().commands;
    let open = move |form: Form| Callback::new(move |()| toggle(view, form));
    move || {
        let Some((status, mine)) = state.get() else { return Vec::new() };
        let commands = view.desk.commands;
        let start = Callback::new(move |()| commands.send(Command::StartProgress));
        let all = [
            (status == Status::Open)
                .then(|| button(view, words.start_progress, "button button--main", start)),
            (status != Status::Closed && !mine)
                .then(|| button(view, words.take, "button", Callback::new(move |()| take(view)))),
            (status != Status::Closed).then(|| button(view, words.assign, "button", open(Form::Assign))),
            (status != Status::Closed).then(|| button(view, words.close, "button", open(Form::Close))),
            (status == Status::Closed)
                .then(|| button(view, words.reopen, "button button--main", open(Form::Reopen))),
            Some(button(view, texts().silence.open, "button", open(Form::Silence))),
        ];
        all.into_iter().flatten().collect::<Vec<AnyView>>()
    }
}

fn toggle(view: View, form: Form) {
    view.form.update(|open| *open = if *open == Some(form) { None } else { Some(form) });
}

fn button(view: View, text: &'static str, class: &'static str, act: Callback<()>) -> AnyView {
    view! {
        <button type="button" class=class disabled=view.desk.commands.running on:click=move |_| act.run(())>{text}</button>
    }
    .into_any()
}

fn form(view: View) -> impl IntoView {
    move || {
        let words = &texts().commands;
        view.form.get().map(|form| match form {
            Form::Assign => assign_form(view),
            Form::Close => reason_form(view, words.close_question, words.close_incident, |comment| {
                Command::Close { comment }
            }),
            Form::Reopen => {
                reason_form(view, words.reopen_question, words.reopen, |comment| Command::Reopen { comment })
            }
            Form::Silence => silence_form(view),
        })
    }
}

fn comment(view: View) -> AnyView {
    let words = &texts().commands;
    let said = RwSignal::new(String::new());
    let commands = view.desk.commands;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = said.get_untracked().trim().to_owned();
        if !text.is_empty() && !commands.running.get_untracked() {
            commands.send(Command::Comment { text });
            said.set(String::new());
        }
    };
    view! {
        <form class="file__form" on:submit=submit>
            <label class="file__field">
                <span>{words.comment}</span>
                <textarea rows="2" maxlength="4000" node_ref=view.comment prop:value=said
                    on:input=move |event| said.set(event_target_value(&event))></textarea>
            </label>
            <button type="submit" class="button" disabled=commands.running>{words.comment_do}</button>
        </form>
    }
    .into_any()
}
