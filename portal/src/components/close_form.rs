//! Asks for a comment before an incident is closed.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;

use super::incident_row::Folds;
use crate::api::Command;
use crate::model::Incident;
use crate::state::{CommandTask, texts};

/// As much as a comment may hold.
const LONGEST_COMMENT: &str = "1000";

/// An inline form; Escape folds it away.
#[component]
pub(super) fn CloseForm(task: CommandTask, folds: Folds, incident: Memo<Incident>) -> impl IntoView {
    let comment = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        task.send(Command::Close { comment: spoken(&comment.get_untracked()) });
        folds.close_form.set(false);
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            folds.close_form.set(false);
        }
    };
    let question = move || {
        incident.with(|incident| texts().commands.close_question.with(&[("number", &incident.number)]))
    };
    view! {
        <form class="close-form" on:submit=submit on:keydown=escape>
            <label class="close-form__field">
                <span>{question}</span>
                <input type="text" maxlength=LONGEST_COMMENT autocomplete="off" node_ref=input bind:value=comment />
            </label>
            <button type="submit" class="button button--main" disabled=task.running>
                {texts().commands.close_incident}
            </button>
            <button type="button" class="button" on:click=move |_| folds.close_form.set(false)>
                {texts().commands.cancel}
            </button>
        </form>
    }
}

fn spoken(comment: &str) -> Option<String> {
    let comment = comment.trim();
    (!comment.is_empty()).then(|| comment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn a_comment_of_blanks_is_none() {
        assert_eq!(spoken("  "), None);
        assert_eq!(spoken(" done "), Some("done".to_owned()));
    }
}
