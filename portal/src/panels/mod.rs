//! What a region's page is put together from. A region names its panels and their order in its file; one that we do
//! not know is left out.

mod closed;
mod machines;
mod sources;
mod triage;

use leptos::prelude::*;

use crate::state::RegionBoard;

/// All panels, by the names that regions call them.
const PANELS: &[(&str, Draw)] = &[
    ("closed", closed::panel),
    ("machines", machines::panel),
    ("sources", sources::panel),
    ("triage", triage::panel),
];

/// Draws a panel for the region of a board.
type Draw = fn(RegionBoard) -> AnyView;

/// The names that whoever embeds a portal asked for, where they did.
#[derive(Clone)]
pub(crate) struct Wanted(pub(crate) Vec<String>);

/// The panel of this name.
pub(crate) fn draw(name: &str, board: RegionBoard) -> Option<AnyView> {
    let (_, draw) = PANELS.iter().find(|(known, _)| *known == name)?;
    Some(draw(board))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_in_the_order_of_their_names() {
        assert!(PANELS.is_sorted_by_key(|(name, _)| *name));
    }
}
