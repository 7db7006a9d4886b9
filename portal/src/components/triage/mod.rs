//! The triage list: what has to be done, in the order of time; with its filter, keys and command palette.

mod chips;
mod dialog;
mod empty;
mod filter_bar;
mod help;
mod keys;
mod list;
mod news_bar;
mod palette;
mod row;
mod views;
mod views_menu;

pub(crate) use help::draw as help;
pub(crate) use palette::draw as palette;
pub(crate) use views::draw as views;

use leptos::prelude::*;

use self::keys::listen;
use super::command_notice::CommandNotice;
use crate::components::{Deferred, live};
use crate::parts;
use crate::state::{Dialog, RegionBoard, Triage, texts};

/// All open incidents of a board.
#[component]
pub(crate) fn TriageList(board: RegionBoard) -> impl IntoView {
    let triage = Triage::open(board);
    listen(triage);
    view! {
        <section class="triage" aria-labelledby="triage-heading">
            <h2 id="triage-heading" class="visually-hidden">{texts().list.open}</h2>
            {filter_bar::draw(triage)}
            {news_bar::draw(triage)}
            {list::draw(triage)}
            {empty::draw(triage)}
            {notices(triage)}
            {dialogs(triage)}
        </section>
    }
}

/// What came of commands; stays where it can be seen, wherever somebody scrolled.
fn notices(triage: Triage) -> AnyView {
    let tasks = live(move || {
        let tasks = triage.commands.tasks().into_iter();
        tasks.map(|task| view! { <CommandNotice task /> }.into_any()).collect::<Vec<AnyView>>()
    });
    view! { <div class="triage__notices">{tasks}</div> }.into_any()
}

fn dialogs(triage: Triage) -> AnyView {
    live(move || {
        triage.dialog.get().map(|dialog| match dialog {
            Dialog::Palette => {
                view! { <Deferred fetch=move |()| parts::palette(triage) quiet=true /> }.into_any()
            }
            Dialog::Help => view! { <Deferred fetch=move |()| parts::help(triage) quiet=true /> }.into_any(),
        })
    })
}
