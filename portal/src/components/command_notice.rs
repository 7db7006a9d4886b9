//! What came of a command.

use leptos::prelude::*;

use super::{Notice, live};
use crate::api::Command;
use crate::model::Trouble;
use crate::state::{CommandTask, texts};

/// Tells why a command was not carried out.
#[component]
pub(super) fn CommandNotice(task: CommandTask) -> impl IntoView {
    view! {
        {live(move || task.refusal.get().map(|sentence| refused(task, sentence)))}
        {live(move || {
            let explained = |trouble: Trouble| trouble.explain(texts(), texts().trouble.unsure);
            task.failure.get().map(|(command, trouble)| failed(task, command, explained(trouble)))
        })}
    }
}

fn refused(task: CommandTask, sentence: String) -> AnyView {
    view! {
        <Notice text=sentence>
            <button type="button" class="button" on:click=move |_| task.refusal.set(None)>
                {texts().frame.all_right}
            </button>
        </Notice>
    }
    .into_any()
}

fn failed(task: CommandTask, command: Command, text: String) -> AnyView {
    view! {
        <Notice text>
            <button type="button" class="button" on:click=move |_| task.send(command.clone())>
                {texts().frame.try_again}
            </button>
        </Notice>
    }
    .into_any()
}
