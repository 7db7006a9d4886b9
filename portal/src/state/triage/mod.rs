//! The triage list as signals: what is looked for, what is shown, which row is the active one.

mod acts;
mod views;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::quick_commands::QuickCommands;
use super::{Clock, Navigation, RegionBoard, preferences};
use crate::model::{Filter, Found, Hold, Listed, News, Row, SavedViews, Steady, Viewport, find, rows};
use crate::state::memo;

/// The clock of the rows: they tell minutes.
const ROWS_TICK_MS: i64 = 10_000;
/// Where the filter stands in the address.
const QUERY: &str = "q";
const VIEWS: &str = "views";

/// A row as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowNow {
    pub(crate) listed: Arc<Listed>,
    pub(crate) nested: bool,
    pub(crate) unfolded: Option<bool>,
    /// It closed while the list stood still.
    pub(crate) gone: bool,
}

/// The triage list of a region.
#[derive(Clone, Copy)]
pub(crate) struct Triage {
    pub(crate) board: RegionBoard,
    pub(crate) commands: QuickCommands,
    pub(crate) navigation: Navigation,
    pub(crate) query: Memo<String>,
    pub(crate) filter: Memo<Filter>,
    pub(crate) found: Memo<Found>,
    pub(crate) rows: Memo<Arc<Vec<Row>>>,
    /// What waits until the list may move again.
    pub(crate) news: Memo<News>,
    pub(crate) now_ms: Memo<i64>,
    /// The incident that is open beside the list.
    pub(crate) chosen: Memo<Option<String>>,
    /// The row that keys are about.
    pub(crate) active: RwSignal<Option<String>>,
    /// Where it stood last, for when its incident goes.
    pub(crate) at: StoredValue<usize>,
    /// Somebody was asked whether to close this one.
    pub(crate) unsure: RwSignal<Option<String>>,
    pub(crate) hold: RwSignal<Hold>,
    pub(crate) place: RwSignal<Viewport>,
    pub(crate) list: NodeRef<html::Ul>,
    pub(crate) query_box: NodeRef<html::Input>,
    pub(crate) views: RwSignal<SavedViews>,
    /// Grows when somebody asks to see what is new.
    released: RwSignal<u32>,
    unfolded: RwSignal<Vec<String>>,
}

impl Triage {
    /// The list of a board, until the current component goes.
    pub(crate) fn open(board: RegionBoard) -> Self {
        let (clock, navigation) = (Clock::used(), Navigation::used());
        let chosen_query = navigation.chosen(QUERY);
        let query = memo(move || chosen_query.get().unwrap_or_default());
        let filter = memo(move || query.with(|query| Filter::parse(query)));
        let now_ms = memo(move || clock.now_ms() / ROWS_TICK_MS * ROWS_TICK_MS);
        let found = memo(move || {
            let now_ms = now_ms.get();
            filter.with(|filter| {
                board.list.with(|list| find(list.ordered(), |one| filter.matches(one, now_ms)))
            })
        });
        let (hold, released) = (RwSignal::new(Hold::default()), RwSignal::new(0));
        let unfolded = RwSignal::new(Vec::new());
        let steady = steady(query, released, hold, found);
        Self {
            board,
            commands: QuickCommands::new(board),
            navigation,
            query,
            filter,
            found,
            rows: memo(move || {
                Arc::new(steady.with(|steady| unfolded.with(|unfolded| rows(&steady.shown, unfolded))))
            }),
            news: memo(move || {
                steady.with(|steady| found.with(|found| News::between(&steady.shown, &found.listed)))
            }),
            now_ms,
            chosen: navigation.chosen("incident"),
            active: RwSignal::new(None),
            at: StoredValue::new(0),
            unsure: RwSignal::new(None),
            hold,
            place: RwSignal::new(Viewport::default()),
            list: NodeRef::new(),
            query_box: NodeRef::new(),
            views: RwSignal::new(SavedViews::parse(&preferences::read(VIEWS).unwrap_or_default())),
            released,
            unfolded,
        }
    }

    /// What stands at a place of the list now.
    pub(crate) fn row_at(self, index: usize) -> Option<RowNow> {
        let row = self.rows.with(|rows| rows.get(index).cloned())?;
        let newest = self.board.list.with(|list| list.listed(&row.listed.incident.id));
        let gone = newest.is_none();
        let listed = newest.map_or(row.listed, |newest| self.commands.foreseen(newest));
        Some(RowNow { listed, nested: row.nested, unfolded: row.unfolded, gone })
    }
}

/// What is found, in an order that stands still while somebody is about to choose from it.
fn steady(
    query: Memo<String>,
    released: RwSignal<u32>,
    hold: RwSignal<Hold>,
    found: Memo<Found>,
) -> Memo<Steady<(String, u32)>> {
    Memo::new(move |before: Option<&Steady<(String, u32)>>| {
        let asked = (query.get(), released.get());
        let live = || found.with(|found| Arc::clone(&found.listed));
        match before {
            Some(before) => before.clone().next(hold.get().is_held(), asked, live),
            None => Steady::new(asked, live()),
        }
    })
}
