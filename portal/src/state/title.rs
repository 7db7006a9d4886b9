//! The title of the browser's tab.

use leptos::prelude::*;

/// Keeps the title as `(3) Denmark – CinePortal`, without the number when it is zero.
pub(crate) fn use_title(name: impl Fn() -> String + 'static, count: impl Fn() -> u32 + 'static) {
    Effect::new(move |_| document().set_title(&title(&name(), count())));
}

fn title(name: &str, count: u32) -> String {
    match count {
        0 => format!("{name} – CinePortal"),
        count => format!("({count}) {name} – CinePortal"),
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_title_tells_how_many_are_open() {
        assert_eq!(title("Denmark", 3), "(3) Denmark – CinePortal");
    }

    #[test]
    fn a_title_is_calm_when_nothing_is_open() {
        assert_eq!(title("Denmark", 0), "Denmark – CinePortal");
    }
}
