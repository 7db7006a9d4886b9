//! Whether changes arrive by themselves.

use leptos::prelude::*;

use crate::model::{Phase, age_text};
use crate::state::{Clock, LiveStatus};

/// Shows the state of the live connection and the age of the last sign of life.
#[component]
pub(crate) fn LiveIndicator() -> impl IntoView {
    let (live, clock) = (LiveStatus::used(), Clock::used());
    let word = move || word(live.link().phase());
    let detail = Memo::new(move |_| detail(live.link().phase(), live.heard_at_ms(), clock.now_ms()));
    view! {
        <p class="live" data-live=word>
            <span class="live__dot" aria-hidden="true"></span>
            <span class="live__word" role="status">{word}</span>
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

fn detail(phase: Phase, heard_at_ms: Option<i64>, now_ms: i64) -> String {
    match (phase, heard_at_ms) {
        (Phase::Offline { retry_at_ms }, _) => {
            let seconds = retry_at_ms.saturating_sub(now_ms).max(0) / 1_000 + 1;
            format!("next try in {seconds} s")
        }
        (_, Some(heard_at_ms)) => format!("heard {} ago", age_text(heard_at_ms, now_ms)),
        (_, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_tells_when_it_tries_again() {
        assert_eq!(detail(Phase::Offline { retry_at_ms: 4_500 }, None, 1_000), "next try in 4 s");
        assert_eq!(detail(Phase::Offline { retry_at_ms: 0 }, None, 9_000), "next try in 1 s");
    }

    #[test]
    fn live_tells_the_last_sign_of_life() {
        assert_eq!(detail(Phase::Live { since_ms: 0 }, Some(0), 180_000), "heard 3 min ago");
    }
}
