//! What has to be done, what has to be done first first.

use leptos::prelude::*;

use crate::components::TriageList;
use crate::state::RegionBoard;

pub(super) fn panel(board: RegionBoard) -> AnyView {
    view! { <TriageList board /> }.into_any()
}
