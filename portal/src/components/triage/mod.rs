//! The triage list: what has to be done, in the order of time; with its filter.

mod chips;
mod empty;
mod filter_bar;
mod list;
mod news_bar;
mod row;
mod views;
mod views_menu;

pub(crate) use views::draw as views;

use leptos::prelude::*;

use super::command_notice::CommandNotice;
use crate::components::live;
use crate::state::{Keys, RegionBoard, Triage, texts};

/// All open incidents of a board.
#[component]
pub(crate) fn TriageList(board: RegionBoard) -> impl IntoView {
    let triage = Triage::open(board);
    Keys::used().take_list(triage);
    view! {
        <section class="triage" aria-labelledby="triage-heading">
            <h2 id="triage-heading" class="visually-hidden">{texts().list.open}</h2>
            {filter_bar::draw(triage)}
            {news_bar::draw(triage)}
            {list::draw(triage)}
            {empty::draw(triage)}
            {notices(triage)}
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
