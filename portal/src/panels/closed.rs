//! What was closed last, folded away.

use leptos::prelude::*;

use crate::components::ClosedList;
use crate::state::RegionBoard;

pub(super) fn panel(board: RegionBoard) -> AnyView {
    view! { <ClosedList board /> }.into_any()
}
