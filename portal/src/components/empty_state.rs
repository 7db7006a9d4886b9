//! When there is nothing to do.

use leptos::prelude::*;

use super::icon::{Icon, Shape};

/// Says calmly that nothing is there.
#[component]
pub(crate) fn EmptyState(title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon shape=Shape::Done />
            <p class="empty__title">{title}</p>
            <p class="empty__text">{text}</p>
        </div>
    }
}
