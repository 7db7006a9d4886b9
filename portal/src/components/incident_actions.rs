//! What a person can do to an incident, and what came of it.

use leptos::html;
use leptos::prelude::*;

use super::Notice;
use super::incident_row::Folds;
use crate::api::Command;
use crate::model::{Incident, Status};
use crate::state::{CommandTask, texts};

/// The buttons of a row.
#[component]
pub(super) fn IncidentActions(task: CommandTask, folds: Folds, incident: Memo<Incident>) -> impl IntoView {
    let is_new = Memo::new(move |_| incident.with(|incident| incident.status == Status::Open));
    let busy = task.running;
    let close = NodeRef::<html::Button>::new();
    return_focus(folds, close);
    view! {
        <div class="incident__actions">
            <Show when=move || is_new.get()>
                <button
                    type="button"
                    class="button button--main"
                    disabled=busy
                    on:click=move |_| task.send(Command::StartProgress)
                >
                    {texts().commands.start_progress}
                </button>
            </Show>
            <button
                type="button"
                class="button"
                disabled=busy
                node_ref=close
                aria-expanded=move || folds.close_form.get().to_string()
                on:click=move |_| folds.close_form.update(|open| *open = !*open)
            >
                {texts().commands.close}
            </button>
        </div>
    }
}

/// Tells why a command was not carried out.
#[component]
pub(super) fn CommandNotice(task: CommandTask) -> impl IntoView {
    view! {
        {move || task.refusal.get().map(|sentence| view! { <Refused task sentence /> })}
        {move || task.failure.get().map(|(command, trouble)| view! { <Failed task command text=trouble.explain(texts(), texts().trouble.unsure) /> })}
    }
}

#[component]
fn Refused(task: CommandTask, sentence: String) -> impl IntoView {
    view! {
        <Notice text=sentence>
            <button type="button" class="button" on:click=move |_| task.refusal.set(None)>
                {texts().frame.all_right}
            </button>
        </Notice>
    }
}

#[component]
fn Failed(task: CommandTask, command: Command, text: String) -> impl IntoView {
    view! {
        <Notice text>
            <button type="button" class="button" on:click=move |_| task.send(command.clone())>
                {texts().frame.try_again}
            </button>
        </Notice>
    }
}

/// Whoever folds the form away goes on where it was folded out.
fn return_focus(folds: Folds, close: NodeRef<html::Button>) {
    Effect::new(move |was_open: Option<bool>| {
        let open = folds.close_form.get();
        if let (Some(true), false, Some(button)) = (was_open, open, close.get_untracked()) {
            let _ = button.focus();
        }
        open
    });
}
