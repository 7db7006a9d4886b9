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

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::model::{Severity, samples};
    use crate::stage::{Stage, settle};

    /// A list of these incidents, and the board that they stand on.
    async fn stage_of(ids: &'static [&'static str]) -> (Stage, RegionBoard) {
        let board = StoredValue::new(None);
        let stage = Stage::set(move || {
            let opened = RegionBoard::open("denmark".to_owned());
            ids.iter().for_each(|id| opened.merge(samples::incident(id)));
            board.set_value(Some(opened));
            view! { <TriageList board=opened /> }.into_any()
        })
        .await;
        settle().await;
        (stage, board.get_value().unwrap())
    }

    #[wasm_bindgen_test]
    async fn every_open_incident_has_a_row_and_tab_stops_at_one_of_them() {
        let (stage, _) = stage_of(&["1", "2", "3"]).await;
        assert_eq!(stage.count(".rows > li"), 3);
        assert_eq!(stage.count(".row__title[tabindex='0']"), 1);
        assert_eq!(stage.attribute(".rows > li", "aria-setsize").as_deref(), Some("3"));
    }

    #[wasm_bindgen_test]
    async fn a_list_without_incidents_says_what_that_means() {
        let (stage, _) = stage_of(&[]).await;
        assert_eq!((stage.count(".rows > li"), stage.count(".empty")), (0, 1));
    }

    #[wasm_bindgen_test]
    async fn a_row_shows_what_its_incident_became() {
        let (stage, board) = stage_of(&["1"]).await;
        assert_eq!(stage.attribute(".rows > li", "data-severity").as_deref(), Some("WARNING"));
        let worse = samples::incident("1");
        board.merge(crate::model::Incident { version: 2, severity: Severity::Critical, ..worse });
        settle().await;
        assert_eq!(stage.attribute(".rows > li", "data-severity").as_deref(), Some("CRITICAL"));
    }

    #[wasm_bindgen_test]
    async fn a_row_that_somebody_took_goes_back_where_the_server_cannot_be_reached() {
        let (stage, _) = stage_of(&["1"]).await;
        stage.find("[data-act=take]").click();
        leptos::task::tick().await;
        assert_eq!(stage.attribute(".rows > li", "data-status").as_deref(), Some("IN_PROGRESS"));
        stage.until(|stage| stage.attribute(".rows > li", "data-status").as_deref() == Some("OPEN")).await;
        stage.until(|stage| stage.count(".triage__notices [role=alert]") == 1).await;
    }
}
