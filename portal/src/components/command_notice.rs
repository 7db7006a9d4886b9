//! What came of a command.

use leptos::prelude::*;

use super::Notice;
use crate::api::Command;
use crate::state::{CommandTask, texts};

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
