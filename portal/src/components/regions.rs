//! The regions that one can go to, with what is critical there.

use leptos::prelude::*;

use super::{Link, live};
use crate::model::{Page, Region};
use crate::state::{RegionsMenu, follow, texts};

/// All regions, read anew whenever the menu is opened.
pub(crate) fn regions(times_opened: RwSignal<u32>) -> AnyView {
    let menu = RegionsMenu::new();
    follow(move || {
        times_opened.track();
        menu.read();
    });
    view! { <ul>{live(move || items(menu))}</ul> }.into_any()
}

/// The last good answer stays while a newer one fails.
fn items(menu: RegionsMenu) -> Vec<AnyView> {
    let trouble =
        menu.trouble.get().map(|trouble| hint(trouble.explain(texts(), texts().trouble.numbers_may_be_old)));
    let regions = match menu.regions.get() {
        Some(regions) => regions.into_iter().map(item).collect(),
        None if trouble.is_none() => vec![hint(texts().frame.loading.to_owned())],
        None => Vec::new(),
    };
    trouble.into_iter().chain(regions).collect()
}

fn item(region: Region) -> AnyView {
    let words = &texts().shell;
    let state = match (region.blind_since_ms, region.counts.critical) {
        (Some(_), _) => Some(("menu__mark menu__mark--blind", words.blind.to_owned())),
        (None, 0) => None,
        (None, critical) => Some(("menu__mark", words.critical.with(&[("count", &critical.to_string())]))),
    };
    view! {
        <li>
            <Link to=Page::Region(region.id) class="menu__item">
                {region.name}
                {state.map(|(class, text)| view! { <span class=class>{text}</span> })}
            </Link>
        </li>
    }
    .into_any()
}

fn hint(text: String) -> AnyView {
    view! { <li class="menu__hint">{text}</li> }.into_any()
}
