//! Cursors of lists of machines: the names that they are ordered by, so that a place outlives its machine.

use async_graphql::Result;

use super::error::bad_input;
use crate::domain::machine::MachinePosition;

/// What every cursor of this list begins with.
const LIST: &str = "machine";
/// What stands for a name that is not known.
const NONE: &str = "-";

/// Writes a place down. Names may hold any character.
pub(super) fn write(position: &MachinePosition) -> String {
    let name = |name: &Option<String>| name.as_ref().map_or_else(|| NONE.to_owned(), hex::encode);
    format!("{LIST}.{}.{}.{}", name(&position.cinema), name(&position.screen), position.id)
}

/// Reads a place, which was given as this argument.
///
/// # Errors
/// If it is a cursor of another list, or none.
pub(super) fn read(argument: &str, text: &str) -> Result<MachinePosition> {
    parse(text).ok_or_else(|| bad_input(format!("`{argument}` is not a cursor of this list.")))
}

fn parse(text: &str) -> Option<MachinePosition> {
    let parts: Vec<&str> = text.splitn(4, '.').collect();
    let [LIST, cinema, screen, id] = parts.as_slice() else { return None };
    Some(MachinePosition { cinema: name(cinema)?, screen: name(screen)?, id: (*id).to_owned() })
}

/// `None` where the text is malformed, `Some(None)` where it says that there is no name.
fn name(text: &str) -> Option<Option<String>> {
    if text == NONE {
        return Some(None);
    }
    let name = String::from_utf8(hex::decode(text).ok()?).ok()?;
    // Only as we write it, or one place would have many cursors.
    (hex::encode(&name) == text).then_some(Some(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_place_has_one_cursor() {
        assert!(read("after", "machine.6a.-.x").is_ok());
        assert!(read("after", "machine.6A.-.x").is_err());
    }

    proptest! {
        #[test]
        fn every_cursor_is_read_back(
            cinema in prop::option::of(any::<String>()), screen in prop::option::of(any::<String>()), id in any::<String>(),
        ) {
            let position = MachinePosition { cinema, screen, id };
            prop_assert_eq!(read("after", &write(&position)).unwrap(), position);
        }

        #[test]
        fn any_other_text_is_refused(text in any::<String>()) {
            prop_assert!(read("after", &text).is_err());
        }
    }
}
