//! How many machines are seen, and how old that is; leads to the wall, and to reports.

use leptos::prelude::*;

use crate::components::{Link, MachineCountsLine};
use crate::model::Page;
use crate::state::{RegionBoard, texts};

pub(super) fn panel(board: RegionBoard) -> AnyView {
    let counts = Signal::derive(move || board.health.with(|health| health.machines.clone()));
    view! {
        <section class="fleet" aria-label=texts().machines.title>
            <Link to=Page::Machines(board.id()) class="fleet__link">{texts().machines.title}</Link>
            <MachineCountsLine counts />
            <Link to=Page::Reports(Some(board.id())) class="fleet__link fleet__link--last">{texts().report.title}</Link>
        </section>
    }
    .into_any()
}
