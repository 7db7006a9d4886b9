//! A message to people about an incident, as a line of a log.

use crate::texts::Texts;

/// A message that was sent, is to be sent, or never will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The name of the way to people, as the region calls it.
    pub(crate) route: String,
    /// What is told, in the word of the contract.
    pub(crate) occasion: String,
    /// Where it stands, in the word of the contract.
    pub(crate) state: String,
    /// Why it is not sent, in the word of the contract.
    pub(crate) dropped_because: Option<String>,
    pub(crate) due_at_ms: i64,
    /// When it was sent, given up or dropped.
    pub(crate) at_ms: Option<i64>,
    pub(crate) attempts: i32,
    pub(crate) last_error: Option<String>,
}

impl Delivery {
    /// What is told to whom.
    pub(crate) fn what(&self, texts: &Texts) -> String {
        let words = &texts.delivery;
        let phrase = match self.occasion.as_str() {
            "OPENED" => words.opened,
            "REOPENED" => words.reopened,
            "UNATTENDED" => words.unattended,
            "CLOSED" => words.closed,
            _ => words.something,
        };
        phrase.with(&[("route", &self.route)])
    }

    /// Where it stands, and why.
    pub(crate) fn state_text(&self, texts: &Texts) -> String {
        let words = &texts.delivery;
        let state = match self.state.as_str() {
            "WAITING" => words.waiting,
            "SENDING" => words.sending,
            "SENT" => words.sent,
            "FAILED" => words.failed,
            "DROPPED" => return words.dropped.with(&[("reason", self.reason(texts))]),
            _ => words.state_unknown,
        };
        match self.attempts {
            ..=1 => state.to_owned(),
            attempts => words.attempts.with(&[("state", state), ("attempts", &attempts.to_string())]),
        }
    }

    /// Nobody was told although somebody should have been.
    pub(crate) fn is_bad(&self) -> bool {
        self.state == "FAILED" || (self.state != "SENT" && self.last_error.is_some())
    }

    /// When something became of it, or will.
    pub(crate) fn when_ms(&self) -> i64 {
        self.at_ms.unwrap_or(self.due_at_ms)
    }

    fn reason(&self, texts: &Texts) -> &'static str {
        let words = &texts.delivery;
        match self.dropped_because.as_deref() {
            Some("ATTENDED") => words.attended,
            Some("CLOSED_FIRST") => words.closed_first,
            Some("REOPENED_FIRST") => words.reopened_first,
            Some("TOLD_BY_OUTAGE") => words.told_by_outage,
            Some("MUTED") => words.muted,
            Some("ROUTE_GONE") => words.route_gone,
            _ => words.reason_unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn delivery(state: &str) -> Delivery {
        Delivery {
            route: "staff".to_owned(),
            occasion: "OPENED".to_owned(),
            state: state.to_owned(),
            dropped_because: None,
            due_at_ms: 1,
            at_ms: None,
            attempts: 1,
            last_error: None,
        }
    }

    #[test]
    fn a_message_tells_what_and_to_whom() {
        assert_eq!(delivery("SENT").what(pick(["en"])), "That it opened, to “staff”");
        assert_eq!(delivery("SENT").state_text(pick(["en"])), "sent");
    }

    #[test]
    fn a_dropped_message_tells_why() {
        let dropped = Delivery { dropped_because: Some("MUTED".to_owned()), ..delivery("DROPPED") };
        assert_eq!(dropped.state_text(pick(["en"])), "not sent: it was muted until it was over");
    }

    #[test]
    fn whoever_could_not_be_told_is_bad_news() {
        let tried = Delivery { attempts: 3, last_error: Some("refused".to_owned()), ..delivery("SENDING") };
        assert!(tried.is_bad() && !delivery("WAITING").is_bad());
        assert_eq!(tried.state_text(pick(["en"])), "being sent, 3 tries");
    }
}
