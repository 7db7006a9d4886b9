//! What a list that stands still does not show yet. It floats, so that it moves no row.

use leptos::prelude::*;

use crate::components::live;
use crate::state::{Triage, texts};

pub(super) fn draw(triage: Triage) -> AnyView {
    let words = &texts().list;
    let text = Signal::derive(move || {
        let news = triage.news.get();
        let new = (news.new > 0).then(|| words.new.of(news.new));
        let moved = news.moved.then(|| words.moved.to_owned());
        new.into_iter().chain(moved).collect::<Vec<String>>().join(", ")
    });
    let bar = live(move || {
        let news = triage.news.with(|news| news.is_any());
        news.then(|| {
            view! {
                <button type="button" class="button button--main" on:click=move |_| triage.show_news()>
                    {words.show_news}
                </button>
            }
            .into_any()
        })
    });
    view! {
        <div class="news" role="status">
            <span class="news__text">{text}</span>
            {bar}
        </div>
    }
    .into_any()
}
