//! Everything about one incident, in the drawer of a region and on its own page.

mod actions;
mod deliveries;
mod earlier;
mod facts;
mod forms;
mod head;
mod machine;
mod result;
mod silences;
mod timeline;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::{ErrorNotice, Loading, charts};
use crate::api::Command;
use crate::model::{Incident, IncidentFile};
use crate::state::{IncidentDesk, follow, memo, texts};

/// What is folded out below the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Assign,
    Close,
    Reopen,
    Silence,
}

/// What the parts of the view share.
#[derive(Clone, Copy)]
struct View {
    desk: IncidentDesk,
    form: RwSignal<Option<Form>>,
    comment: NodeRef<html::Textarea>,
    /// Takes the focus when what had it goes.
    whole: NodeRef<html::Article>,
}

/// An incident in full. Single keys work while the focus is inside; `leave` is what Escape does.
#[component]
pub(crate) fn IncidentView(desk: IncidentDesk, leave: Callback<()>) -> impl IntoView {
    let view = View { desk, form: RwSignal::new(None), comment: NodeRef::new(), whole: NodeRef::new() };
    keep_focus(view);
    let loaded = memo(move || desk.file.with(Option::is_some));
    let body = move || match loaded.get() {
        true => loaded_view(view),
        false if desk.missing.get() => missing(),
        false => desk.trouble.with(Option::is_none).then(|| view! { <Loading /> }).into_any(),
    };
    view! {
        <article class="file" tabindex="-1" node_ref=view.whole on:keydown=move |event| press(view, leave, &event)>
            {trouble(desk)} {body}
        </article>
    }
}

fn loaded_view(view: View) -> AnyView {
    let desk = view.desk;
    view! {
        {head::head(desk)}
        {actions::actions(view)}
        {facts::description(desk)}
        {machine::machine(desk)}
        {charted(desk)}
        {timeline::timeline(desk)}
        {facts::members(desk)}
        {earlier::earlier(desk)}
        {deliveries::deliveries(desk)}
        {facts::links(desk)}
        {facts::labels(desk)}
    }
    .into_any()
}

fn charted(desk: IncidentDesk) -> AnyView {
    let charted = desk.part(IncidentFile::charted);
    charts(Signal::derive(move || charted.get().flatten()))
}

fn missing() -> AnyView {
    let words = &texts().incident;
    view! {
        <div class="empty">
            <h2 class="empty__title">{words.missing}</h2>
            <p class="empty__text">{words.missing_text}</p>
        </div>
    }
    .into_any()
}

fn trouble(desk: IncidentDesk) -> impl IntoView {
    move || {
        desk.trouble.get().map(|trouble| {
            let meaning = match desk.file.with_untracked(Option::is_some) {
                true => texts().trouble.may_be_old,
                false => texts().trouble.nothing_yet,
            };
            view! { <ErrorNotice text=trouble.explain(texts(), meaning) busy=desk.reading retry=move || desk.read(0) /> }
        })
    }
}

/// A section with a heading.
fn section(title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="file__part">
            <h3 class="file__heading">{title}</h3>
            {body}
        </section>
    }
    .into_any()
}

/// Whoever folds a form away, or opens the page, goes on inside: single keys work there.
fn keep_focus(view: View) {
    Effect::new(move |was_open: Option<bool>| {
        let open = view.form.get().is_some();
        if was_open == Some(true) && !open {
            view.focus();
        }
        open
    });
    follow(move || {
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if view.whole.get().is_some() && lost {
            view.focus();
        }
    });
}

impl View {
    fn focus(self) {
        if let Some(whole) = self.whole.get_untracked() {
            let _ = whole.focus();
        }
    }
}

fn press(view: View, leave: Callback<()>, event: &KeyboardEvent) {
    let key = event.key();
    if key == "Escape" {
        event.prevent_default();
        event.stop_propagation();
        match view.form.get_untracked() {
            Some(_) => view.form.set(None),
            None => leave.run(()),
        }
    } else if !is_typing(event) && act(view, &key) {
        event.prevent_default();
    }
}

fn act(view: View, key: &str) -> bool {
    let is_open = view.desk.shown().with_untracked(|shown| shown.as_ref().is_some_and(Incident::is_open));
    match key {
        "a" if is_open => take(view),
        "x" if is_open => view.form.set(Some(Form::Close)),
        "c" => {
            if let Some(comment) = view.comment.get_untracked() {
                let _ = comment.focus();
            }
        }
        _ => return false,
    }
    true
}

/// Gives the incident to whoever sits here; asks who that is if it is not known.
fn take(view: View) {
    let me = view.desk.me.get_untracked();
    match me.is_empty() {
        true => view.form.set(Some(Form::Assign)),
        false => view.desk.commands.send(Command::Assign { to: Some(me) }),
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let field =
        target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    modified || field
}
