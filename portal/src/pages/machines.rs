//! All machines of one region at a glance.

use leptos::prelude::*;

use super::NotFoundPage;
use crate::components::{EmptyState, ErrorNotice, Link, Loading, MachineWall, OldDataNotice, WallLegend};
use crate::model::{Page, Region, Wall, WallChoice, age_text};
use crate::state::{Clock, Navigation, WallBoard, memo, texts, use_title, zone_text};

/// The wall of a region.
#[component]
pub(crate) fn MachinesPage(id: String) -> impl IntoView {
    let board = WallBoard::open(id.clone());
    let (choice, missing) = (chosen(), board.board.missing);
    let wall = board.wall(choice);
    view! {
        <Show when=move || !missing.get() fallback=NotFoundPage>
            <Head board id=id.clone() wall />
            <OldDataNotice />
            <BlindNotice board />
            <WallTrouble board />
            <Body board wall choice />
        </Show>
    }
}

/// What is chosen stands in the address.
fn chosen() -> Memo<WallChoice> {
    let navigation = Navigation::used();
    let (words, offline, incident) =
        (navigation.chosen(WORDS), navigation.chosen(OFFLINE), navigation.chosen(INCIDENT));
    memo(move || WallChoice {
        words: words.get().unwrap_or_default(),
        offline: offline.with(Option::is_some),
        incident: incident.with(Option::is_some),
    })
}

const WORDS: &str = "q";
const OFFLINE: &str = "offline";
const INCIDENT: &str = "incident";

#[component]
fn Head(board: WallBoard, id: String, wall: Memo<Wall>) -> impl IntoView {
    let (clock, words) = (Clock::used(), &texts().machines);
    let name = Signal::derive(move || {
        let name = |region: &Region| region.name.clone();
        board.board.region.with(|region| region.as_ref().map(name).unwrap_or_default())
    });
    use_title(move || format!("{} – {}", words.title, name.get()), || 0);
    let age = Signal::derive(move || match wall.with(|wall| wall.oldest_ms) {
        Some(oldest_ms) => words.age.with(&[("age", &age_text(texts(), oldest_ms, clock.now_ms()))]),
        None => String::new(),
    });
    view! {
        <div class="page-head">
            <h1>
                <Link to=Page::Region(id) class="page-head__up">{name}</Link>
                " "
                {words.title}
            </h1>
            <p class="fleet__age">{age}</p>
        </div>
    }
}

#[component]
fn Body(board: WallBoard, wall: Memo<Wall>, choice: Memo<WallChoice>) -> impl IntoView {
    let words = &texts().machines;
    let loaded = memo(move || board.machines.with(Option::is_some));
    let state = memo(move || wall.with(|wall| (wall.total, wall.shown == 0)));
    move || match (loaded.get(), state.get()) {
        (false, _) => board.trouble.with(Option::is_none).then(|| view! { <Loading /> }).into_any(),
        (true, (0, _)) => view! { <EmptyState title=words.empty text=words.empty_text /> }.into_any(),
        (true, (_, none_shown)) => view! {
            <Choices choice wall />
            <WallLegend wall />
            {if none_shown {
                view! { <p class="hint" role="status">{words.none}". "{words.none_text}</p> }.into_any()
            } else {
                view! { <MachineWall wall /> }.into_any()
            }}
            <Elsewhere wall />
        }
        .into_any(),
    }
}

#[component]
fn Choices(choice: Memo<WallChoice>, wall: Memo<Wall>) -> impl IntoView {
    let (navigation, words) = (Navigation::used(), &texts().machines);
    let typed = Signal::derive(move || choice.with(|choice| choice.words.clone()));
    let shown = Signal::derive(move || {
        wall.with(|wall| words.shown.with(wall.shown, &[("all", &wall.total.to_string())]))
    });
    view! {
        <div class="choices" role="search">
            <input
                type="search"
                class="choices__words"
                aria-label=words.search
                placeholder=words.search
                prop:value=typed
                on:input:target=move |event| {
                    navigation.choose(WORDS, Some(event.target().value()).filter(|words| !words.is_empty()));
                }
            />
            {toggle(words.only_offline, OFFLINE, Signal::derive(move || choice.with(|choice| choice.offline)))}
            {toggle(words.only_incident, INCIDENT, Signal::derive(move || choice.with(|choice| choice.incident)))}
            <span class="choices__shown" role="status">{shown}</span>
        </div>
    }
}

fn toggle(text: &'static str, name: &'static str, pressed: Signal<bool>) -> AnyView {
    let navigation = Navigation::used();
    let state = Signal::derive(move || if pressed.get() { "true" } else { "false" });
    let press = move |_| navigation.choose(name, (!pressed.get_untracked()).then(|| "1".to_owned()));
    view! { <button type="button" class="button toggle" aria-pressed=state on:click=press>{text}</button> }
        .into_any()
}

#[component]
fn Elsewhere(wall: Memo<Wall>) -> impl IntoView {
    let count = memo(move || wall.with(|wall| wall.elsewhere));
    move || {
        let text = (count.get() > 0).then(|| texts().machines.elsewhere.of(count.get()));
        text.map(|text| view! { <p class="hint">{text}</p> })
    }
}

#[component]
fn WallTrouble(board: WallBoard) -> impl IntoView {
    let trouble = memo(move || board.trouble.get().or_else(|| board.board.trouble.get()));
    let meaning = move || match board.machines.with_untracked(Option::is_some) {
        true => texts().trouble.may_be_old,
        false => texts().trouble.nothing_yet,
    };
    let retry = move || {
        board.read();
        board.board.read();
    };
    move || {
        let text = trouble.get().map(|trouble| trouble.explain(texts(), meaning()));
        text.map(|text| view! { <ErrorNotice text busy=board.reading retry /> })
    }
}

#[component]
fn BlindNotice(board: WallBoard) -> impl IntoView {
    let since_ms = board.blind_since_ms();
    move || {
        let since = since_ms.get().map(|since_ms| zone_text(since_ms, &board.board.time_zone()));
        let text = since.map(|since| texts().list.blind_since.with(&[("since", &since)]));
        text.map(|text| view! { <div class="notice notice--blind" role="status"><p>{text}</p></div> })
    }
}
