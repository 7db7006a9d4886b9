//! An hour of the server's own log, for admins.

use leptos::prelude::*;

use crate::components::{EmptyState, ErrorNotice, Loading, LogLines};
use crate::model::{Address, LOG_LEVELS, LogPage, LogQuestion, Page, Trouble};
use crate::state::{LogBoard, Navigation, memo, texts, use_title, viewer_text};

/// The page of an hour; of this hour where none is given.
#[component]
pub(crate) fn LogsPage(hour: Option<String>) -> impl IntoView {
    let board = LogBoard::open(hour);
    use_title(|| texts().log.title.to_owned(), || 0);
    let shown = memo(move || board.shown.get());
    let lines = move || match (shown.get(), board.trouble.get()) {
        (Some((page, at_ms)), None) => shown_view(board, page, at_ms),
        (_, Some(trouble)) => trouble_view(board, &trouble),
        (None, None) => view! { <Loading /> }.into_any(),
    };
    view! {
        <div class="page-head">
            <h1>{texts().log.title}</h1>
        </div>
        {choices_view()}
        {lines}
    }
}

fn choices_view() -> AnyView {
    let words = &texts().log;
    let levels = [words.error, words.warn, words.info, words.debug];
    let levels = LOG_LEVELS.iter().zip(levels).map(|((level, _), text)| level_view(level, text));
    let levels: Vec<AnyView> = levels.collect();
    view! {
        <div class="choices" role="group" aria-label=words.levels>
            {levels}
            {text_view(LogQuestion::REGION, words.region)}
            {text_view(LogQuestion::INCIDENT, words.incident)}
            {text_view(LogQuestion::TEXT, words.text)}
        </div>
    }
    .into_any()
}

fn level_view(level: &'static str, text: &'static str) -> AnyView {
    let navigation = Navigation::used();
    let off = move || LogQuestion::off(&navigation.address().query);
    let is_off = memo(move || off().contains(&level));
    let pressed = Signal::derive(move || if is_off.get() { "false" } else { "true" });
    let toggle = move |_| {
        let mut off = untrack(off);
        match off.iter().position(|known| *known == level) {
            Some(place) => {
                off.remove(place);
            }
            None => off.push(level),
        }
        navigation.choose(LogQuestion::OFF, off.into_iter().map(str::to_owned));
    };
    view! {
        <button type="button" class="button toggle" aria-pressed=pressed on:click=toggle>
            {text}
        </button>
    }
    .into_any()
}

fn text_view(name: &'static str, text: &'static str) -> AnyView {
    let navigation = Navigation::used();
    let chosen = navigation.chosen(name);
    let value = Signal::derive(move || chosen.get().unwrap_or_default());
    let choose = move |value: String| navigation.choose(name, Some(value).filter(|value| !value.is_empty()));
    view! {
        <label class="choices__day">
            {text}
            " "
            <input
                type="search"
                class="choices__date"
                prop:value=value
                on:change:target=move |event| choose(event.target().value())
            />
        </label>
    }
    .into_any()
}

fn trouble_view(board: LogBoard, trouble: &Trouble) -> AnyView {
    let text = trouble.explain(texts(), texts().trouble.nothing_yet);
    view! { <ErrorNotice text busy=board.reading retry=move || board.read() /> }.into_any()
}

fn shown_view(board: LogBoard, page: LogPage, read_at_ms: i64) -> AnyView {
    let words = &texts().log;
    if !page.is_kept {
        return view! { <EmptyState title=words.not_kept text=words.not_kept_text /> }.into_any();
    }
    let (hour, time) = (page.hour_text(), viewer_text(read_at_ms));
    let about = words.about.with(&[("server", &page.server), ("hour", &hour), ("time", &time)]);
    let hours = hours_view(&page);
    let more = page.next.is_some().then(|| older_view(board));
    let lines = match page.lines.is_empty() {
        true => view! { <EmptyState title=words.empty text=words.empty_text /> }.into_any(),
        false => view! { <LogLines lines=page.lines /> }.into_any(),
    };
    view! {
        <div class="report__about">
            <p class="fleet__age">{about}</p>
            {hours}
            <button type="button" class="button" disabled=board.reading on:click=move |_| board.read()>
                {words.again}
            </button>
        </div>
        {lines}
        {more}
    }
    .into_any()
}

/// Another hour is looked through for the same.
fn hours_view(page: &LogPage) -> AnyView {
    let (words, navigation) = (&texts().log, Navigation::used());
    let link = |hour: &Option<String>, text: &'static str| {
        let page = Page::Logs(Some(hour.clone()?));
        let query = untrack(|| navigation.address()).query;
        let (href, on_click) = navigation.link(Address { page, query });
        Some(view! { <a href=href class="button" on:click=on_click>{text}</a> })
    };
    view! {
        {link(&page.earlier, words.earlier)}
        {link(&page.later, words.later)}
    }
    .into_any()
}

fn older_view(board: LogBoard) -> AnyView {
    view! {
        <button type="button" class="button" disabled=board.reading on:click=move |_| board.read_older()>
            {texts().log.older}
        </button>
    }
    .into_any()
}
