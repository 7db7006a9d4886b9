//! The live connection as a state machine: what it is, and when to try again.

const FIRST_DELAY_MS: f64 = 500.0;
const LONGEST_DELAY_MS: f64 = 30_000.0;
/// A connection that held this long was a good one: the next failure is the first again.
const PROVEN_AFTER_MS: i64 = 10_000;

/// The live connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    phase: Phase,
    /// Failures in a row.
    failures: u32,
}

/// How changes are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    WebSocket,
    /// For networks that let no WebSocket through.
    ServerSentEvents,
}

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Connecting,
    /// Every change arrives here.
    Live {
        since_ms: i64,
    },
    /// Waiting until it is time to try again.
    Offline {
        retry_at_ms: i64,
    },
}

impl Link {
    /// A connection that has not been tried yet.
    pub(crate) fn new() -> Self {
        Self { phase: Phase::Connecting, failures: 0 }
    }

    /// An attempt begins.
    pub(crate) fn connecting(self) -> Self {
        Self { phase: Phase::Connecting, ..self }
    }

    /// The server accepted the subscription.
    pub(crate) fn live(self, now_ms: i64) -> Self {
        Self { phase: Phase::Live { since_ms: now_ms }, ..self }
    }

    /// The connection broke, or did not come about. `jitter` is between 0 and 1.
    pub(crate) fn lost(self, now_ms: i64, jitter: f64) -> Self {
        let proven = matches!(self.phase, Phase::Live { since_ms } if now_ms - since_ms >= PROVEN_AFTER_MS);
        let failures = if proven { 1 } else { self.failures.saturating_add(1) };
        let retry_at_ms = now_ms.saturating_add(delay_ms(failures, jitter));
        Self { phase: Phase::Offline { retry_at_ms }, failures }
    }

    /// What to try: WebSocket twice, then both in turn, so that whatever gets through is found.
    pub(crate) fn transport(self) -> Transport {
        match self.failures {
            0 | 1 => Transport::WebSocket,
            failures if failures % 2 == 0 => Transport::ServerSentEvents,
            _ => Transport::WebSocket,
        }
    }

    /// What the connection is doing.
    pub(crate) fn phase(self) -> Phase {
        self.phase
    }

    /// Whether what is shown may be old: it is not live, and not only because the page is just opening.
    pub(crate) fn may_be_old(self) -> bool {
        !matches!(self.phase, Phase::Live { .. }) && self.failures > 0
    }
}

/// Doubles with every failure; between half and all of it, so that not all browsers come back at once.
fn delay_ms(failures: u32, jitter: f64) -> i64 {
    let doublings = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
    let longest_ms = (FIRST_DELAY_MS * 2_f64.powi(doublings)).min(LONGEST_DELAY_MS);
    (longest_ms * (0.5 + 0.5 * jitter.clamp(0.0, 1.0))) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(jitter: f64, failures: usize) -> Vec<i64> {
        let mut link = Link::new();
        let mut delays = Vec::new();
        for _ in 0..failures {
            link = link.connecting().lost(0, jitter);
            let Phase::Offline { retry_at_ms } = link.phase() else { panic!("a lost link is offline") };
            delays.push(retry_at_ms);
        }
        delays
    }

    #[test]
    fn waiting_doubles_up_to_half_a_minute() {
        assert_eq!(delays(1.0, 8), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    }

    #[test]
    fn jitter_shortens_waiting_to_half_at_most() {
        assert_eq!(delays(0.0, 3), [250, 500, 1_000]);
        assert_eq!(delays(f64::INFINITY, 1), [500]);
    }

    #[test]
    fn a_connection_that_held_starts_over() {
        let tired = (0..9).fold(Link::new(), |link, _| link.connecting().lost(0, 1.0));
        let lost = tired.connecting().live(0).lost(PROVEN_AFTER_MS, 1.0);
        assert_eq!(lost.phase(), Phase::Offline { retry_at_ms: PROVEN_AFTER_MS + 500 });
    }

    #[test]
    fn a_connection_that_breaks_at_once_does_not_start_over() {
        let link = Link::new().lost(0, 1.0).connecting().live(0).lost(1, 1.0);
        assert_eq!(link.phase(), Phase::Offline { retry_at_ms: 1_001 });
    }

    #[test]
    fn after_two_failures_both_transports_are_tried_in_turn() {
        use Transport::{ServerSentEvents as Events, WebSocket as Socket};
        let links = std::iter::successors(Some(Link::new()), |link| Some(link.connecting().lost(0, 1.0)));
        let tried: Vec<Transport> = links.take(5).map(Link::transport).collect();
        assert_eq!(tried, [Socket, Socket, Events, Socket, Events]);
    }

    #[test]
    fn a_page_that_is_just_opening_is_not_old() {
        assert!(!Link::new().may_be_old());
    }

    #[test]
    fn a_page_without_connection_may_be_old_until_it_is_live_again() {
        let lost = Link::new().live(0).lost(1, 0.5);
        assert!(lost.may_be_old() && lost.connecting().may_be_old());
        assert!(!lost.connecting().live(9).may_be_old());
    }
}
