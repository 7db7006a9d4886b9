//! The picture on the browser's tab while something critical is open.

/// More than so many have no room on it.
const MOST: u32 = 9;

/// The address of a picture with this number; nothing where the usual picture will do.
pub(crate) fn badge(critical: u32) -> Option<String> {
    let number = match critical {
        0 => return None,
        1..=MOST => critical.to_string(),
        _ => format!("{MOST}+"),
    };
    let picture = [
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>",
        "<rect width='32' height='32' rx='7' fill='%23b4161f'/>",
        "<text x='16' y='24' font-family='sans-serif' font-weight='700' font-size='22' text-anchor='middle' fill='%23fff'>",
        &number,
        "</text></svg>",
    ];
    Some(picture.concat())
}

#[cfg(test)]
mod tests {
    use super::badge;

    #[test]
    fn the_picture_tells_how_many_are_critical() {
        assert!(badge(3).is_some_and(|picture| picture.contains(">3<")));
        assert!(badge(27).is_some_and(|picture| picture.contains(">9+<")));
    }

    #[test]
    fn the_picture_is_the_usual_one_when_nothing_is() {
        assert_eq!(badge(0), None);
    }
}
