//! What solved an incident, in the words of whoever closed it.

use super::incident::{CloseReason, Incident, Status};
use super::timeline::What;

/// What was said at the newest closing; `None` while it is not closed, if monitoring closed it, or if nothing
/// was said.
pub fn solution(incident: &Incident) -> Option<&str> {
    let by_somebody = matches!(incident.close_reason, Some(CloseReason::ByPerson | CloseReason::ByService));
    if incident.status != Status::Closed || !by_somebody {
        return None;
    }
    let closing = incident.timeline.entries.iter().rfind(|entry| entry.what == What::Closed)?;
    closing.note.as_deref()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::command::{self, Action, Command};
    use crate::domain::sample::{after, at, firing, over};

    fn act(incident: &Incident, action: Action, now: Timestamp) -> Incident {
        let command = Command { who: "Anna".to_owned(), expected_version: None, action, request: None };
        command::apply(incident, &command, now).unwrap()
    }

    fn opened() -> Incident {
        after(None, &firing(at(0)), at(0))
    }

    fn closed(incident: &Incident, words: Option<&str>, minute: i64) -> Incident {
        let comment = words.map(str::to_owned);
        act(incident, Action::Close { reason: CloseReason::ByPerson, comment }, at(minute))
    }

    #[test]
    fn it_is_what_the_person_who_closed_it_said() {
        assert_eq!(solution(&closed(&opened(), Some("cable was loose"), 5)), Some("cable was loose"));
        assert_eq!(solution(&closed(&opened(), None, 5)), None);
    }

    #[test]
    fn what_is_said_later_is_no_solution() {
        let closed = closed(&opened(), Some("cable was loose"), 5);
        let said = act(&closed, Action::Comment { text: "thanks".to_owned() }, at(6));
        assert_eq!(solution(&said), Some("cable was loose"));
    }

    #[test]
    fn an_incident_that_is_open_again_is_not_solved() {
        let again = act(&closed(&opened(), Some("done"), 5), Action::Reopen { comment: None }, at(6));
        assert_eq!(solution(&again), None);
        assert_eq!(solution(&closed(&again, None, 7)), None, "the newest closing counts");
        assert_eq!(solution(&closed(&again, Some("really"), 7)), Some("really"));
    }

    #[test]
    fn monitoring_says_nothing_of_what_solved_it() {
        assert_eq!(solution(&after(Some(&opened()), &over(at(0), at(5)), at(5))), None);
        let gone = crate::domain::alert::end_at_source(
            &opened(),
            at(5),
            cineportal_regions::ClosePolicy::Auto,
            at(5),
        );
        assert_eq!(solution(&gone.unwrap()), None);
    }
}
