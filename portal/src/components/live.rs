//! The one seam through which views change.

use leptos::prelude::*;

/// Draws what `draw` gives, anew whenever what it reads has changed.
///
/// A closure that stands in a view itself brings the machinery that redraws it along, a kilobyte or two for each;
/// here it exists once, because all of them become one type. Give it `AnyView`, or an `Option` or `Vec` of them.
pub(crate) fn live<View: IntoAny>(draw: impl Fn() -> View + Send + 'static) -> AnyView {
    boxed(Box::new(move || draw().into_any()))
}

fn boxed(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}
