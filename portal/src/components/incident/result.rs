//! What came of a command: done and how to take it back, refused, or not known.

use leptos::prelude::*;

use super::View;
use crate::api::Command;
use crate::components::Notice;
use crate::state::{Clock, Done, IncidentDesk, memo, texts};

pub(super) fn result(view: View) -> AnyView {
    let desk = view.desk;
    let commands = desk.commands;
    let told =
        Signal::derive(move || commands.done.with(|done| done.as_ref().map(sentence)).unwrap_or_default());
    let refused = move || commands.refusal.get().map(|sentence| refused(desk, sentence));
    let failed = move || {
        commands.failure.get().map(|(command, trouble)| {
            again(
                desk,
                trouble.explain(texts(), texts().trouble.unsure),
                texts().frame.try_again,
                Some(command),
            )
        })
    };
    view! {
        <div class="file__result">
            <p role="status">{told}</p>
            {undo(view)}
        </div>
        {refused}
        {failed}
    }
    .into_any()
}

fn sentence(done: &Done) -> String {
    let words = &texts().commands;
    match done {
        Done::Command(Command::StartProgress) => words.did_start.to_owned(),
        Done::Command(Command::Assign { to: Some(name) }) => words.did_assign.with(&[("name", name)]),
        Done::Command(Command::Assign { to: None }) => words.did_free.to_owned(),
        Done::Command(Command::Comment { .. }) => words.did_comment.to_owned(),
        Done::Command(Command::Close { .. }) => words.did_close.to_owned(),
        Done::Command(Command::Reopen { .. }) => words.did_reopen.to_owned(),
        Done::Undone => words.undone.to_owned(),
    }
}

/// Stands there for five seconds, and goes when somebody else changes the incident.
fn undo(view: View) -> impl IntoView {
    let desk = view.desk;
    let (commands, clock, shown) = (desk.commands, Clock::used(), desk.shown());
    let take_back = move |_| {
        commands.take_back();
        view.focus();
    };
    let offered = memo(move || {
        let version = shown.with(|shown| shown.as_ref().map(|shown| shown.version)).unwrap_or_default();
        commands.undo.with(|undo| undo.as_ref().is_some_and(|undo| undo.is_offered(version, clock.now_ms())))
    });
    move || {
        offered.get().then(|| {
            view! {
                <button type="button" class="button" on:click=take_back>{texts().commands.undo}</button>
            }
        })
    }
}

/// What is true now stands above; the same command may be given on that.
fn refused(desk: IncidentDesk, sentence: String) -> AnyView {
    let command = desk.commands.refused.get_untracked();
    again(desk, sentence, texts().commands.do_again, command)
}

fn again(desk: IncidentDesk, text: String, action: &'static str, command: Option<Command>) -> AnyView {
    let commands = desk.commands;
    let dismiss = move |_| {
        commands.refusal.set(None);
        commands.failure.set(None);
    };
    let again = command.map(|command| {
        view! { <button type="button" class="button" on:click=move |_| commands.send(command.clone())>{action}</button> }
    });
    view! {
        <Notice text>
            {again}
            <button type="button" class="button button--quiet" on:click=dismiss>{texts().frame.all_right}</button>
        </Notice>
    }
    .into_any()
}
