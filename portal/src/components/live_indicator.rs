//! Whether changes arrive by themselves.

use leptos::prelude::*;

use crate::model::{Phase, age_text};
use crate::state::{Clock, LiveStatus, memo, texts};
use crate::texts::Texts;

/// Shows the state of the live connection and the age of the last sign of life.
#[component]
pub(crate) fn LiveIndicator() -> impl IntoView {
    let (live, clock) = (LiveStatus::used(), Clock::used());
    let phase = memo(move || live.link().phase());
    let detail = memo(move || detail(texts(), phase.get(), live.heard_at_ms(), clock.now_ms()));
    let (state, text) =
        (Signal::derive(move || word(phase.get())), Signal::derive(move || text(phase.get())));
    view! {
        <p class="live" data-live=state hidden=Signal::derive(move || !live.is_wanted())>
            <span class="live__dot" aria-hidden="true"></span>
            <span class="live__word" role="status">{text}</span>
            <span class="live__detail">{detail}</span>
        </p>
    }
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Connecting => "Connecting",
        Phase::Live { .. } => "Live",
        Phase::Offline { .. } => "Offline",
    }
}

fn text(phase: Phase) -> &'static str {
    let words = &texts().live;
    match phase {
        Phase::Connecting => words.connecting,
        Phase::Live { .. } => words.live,
        Phase::Offline { .. } => words.offline,
    }
}

fn detail(texts: &Texts, phase: Phase, heard_at_ms: Option<i64>, now_ms: i64) -> String {
    match (phase, heard_at_ms) {
        (Phase::Offline { retry_at_ms }, _) => {
            let seconds = retry_at_ms.saturating_sub(now_ms).max(0) / 1_000 + 1;
            texts.live.next_try.with(&[("seconds", &seconds.to_string())])
        }
        (_, Some(heard_at_ms)) => texts.live.heard.with(&[("age", &age_text(texts, heard_at_ms, now_ms))]),
        (_, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    #[test]
    fn offline_tells_when_it_tries_again() {
        assert_eq!(
            detail(pick(["en"]), Phase::Offline { retry_at_ms: 4_500 }, None, 1_000),
            "next try in 4 s"
        );
        assert_eq!(detail(pick(["en"]), Phase::Offline { retry_at_ms: 0 }, None, 9_000), "next try in 1 s");
    }

    #[test]
    fn live_tells_the_last_sign_of_life() {
        assert_eq!(detail(pick(["en"]), Phase::Live { since_ms: 0 }, Some(0), 180_000), "heard 3 min ago");
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::Stage;

    #[wasm_bindgen_test]
    async fn a_page_that_follows_nothing_says_nothing_of_a_connection() {
        let stage = Stage::set(|| view! { <LiveIndicator /> }.into_any()).await;
        assert!(stage.find(".live").hidden());
    }
}
