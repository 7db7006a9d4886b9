//! A person closed an incident while its alert still fires. It stays closed for that occurrence, but opens
//! again before the next show on that screen: closing must not be how a dark screen is forgotten.

use jiff::{SignedDuration, Timestamp};

use super::alert::MONITORING;
use super::incident::{CloseReason, Incident, Origin, Status};
use super::timeline::{Entry, What};
use super::triage::minutes_to_next_show;

/// A show whose time moved by less than this is still the same show.
const SAME_SHOW: SignedDuration = SignedDuration::from_mins(30);

/// Whether it is closed although its alert still fires.
pub fn is_closed_but_firing(incident: &Incident) -> bool {
    let by_somebody = matches!(incident.close_reason, Some(CloseReason::ByPerson | CloseReason::ByService));
    let has_alert = incident.origin == Origin::Monitoring;
    incident.status == Status::Closed && by_somebody && has_alert && incident.is_firing()
}

/// The incident opened again for the show at this time, or `None` where it stays closed.
///
/// It opens `lead` before the show, or at once if it is closed later than that. Only once for each
/// occurrence and show: whoever closes it again means it.
pub fn before_show(
    incident: &Incident,
    show_at: Timestamp,
    lead: SignedDuration,
    now: Timestamp,
) -> Option<Incident> {
    let left = show_at.duration_since(now);
    let is_due = left.is_positive() && left <= lead;
    let same_show = |earlier: Timestamp| show_at.duration_since(earlier).abs() < SAME_SHOW;
    if !is_due || !is_closed_but_firing(incident) || incident.reopened_for_show.is_some_and(same_show) {
        return None;
    }
    let mut next = Incident { updated_at: now, status: Status::Open, ..incident.clone() };
    (next.closed_at, next.close_reason) = (None, None);
    next.reopened_for_show = Some(show_at);
    let minutes = minutes_to_next_show(show_at, now);
    let note = format!("still firing, and the next show here begins in {minutes} min");
    next.timeline.push(Entry::new(now, MONITORING, What::Reopened).with_note(note));
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{after, at, closed, firing, over};

    const LEAD: SignedDuration = SignedDuration::from_mins(30);

    fn closed_but_firing() -> Incident {
        closed(&after(None, &firing(at(0)), at(0)), at(1))
    }

    fn reopens(incident: &Incident, show: i64, now: i64) -> bool {
        before_show(incident, at(show), LEAD, at(now)).is_some()
    }

    #[test]
    fn it_opens_again_half_an_hour_before_the_show() {
        let incident = closed_but_firing();
        assert!(!reopens(&incident, 100, 69));
        let next = before_show(&incident, at(100), LEAD, at(70)).unwrap();
        assert_eq!((next.status, next.closed_at, next.close_reason), (Status::Open, None, None));
        let entry = next.timeline.entries.back().unwrap();
        assert_eq!(entry.what, What::Reopened);
        assert_eq!(entry.note.as_deref(), Some("still firing, and the next show here begins in 30 min"));
    }

    #[test]
    fn not_once_the_show_has_begun() {
        assert!(reopens(&closed_but_firing(), 100, 99));
        assert!(!reopens(&closed_but_firing(), 100, 100));
    }

    #[test]
    fn not_when_the_alert_no_longer_fires() {
        assert!(!reopens(&after(Some(&closed_but_firing()), &over(at(0), at(5)), at(5)), 100, 90));
    }

    #[test]
    fn not_when_it_was_never_closed() {
        assert!(!reopens(&after(None, &firing(at(0)), at(0)), 100, 90));
    }

    #[test]
    fn not_when_somebody_reported_it_and_no_alert_says_that_it_is_still_so() {
        let reported = Origin::Report { by: "Anna".to_owned(), reference: None };
        assert!(!reopens(&Incident { origin: reported, ..closed_but_firing() }, 100, 90));
    }

    #[test]
    fn whoever_closes_it_again_is_left_in_peace_for_that_show() {
        let again = before_show(&closed_but_firing(), at(100), LEAD, at(75)).unwrap();
        let closed = closed(&again, at(80));
        assert!(!reopens(&closed, 100, 85));
        assert!(!reopens(&closed, 110, 85), "the show was only put off");
        assert!(reopens(&closed, 280, 255), "the next show is another one");
    }

    #[test]
    fn a_new_occurrence_opens_again_before_the_same_show() {
        let again = before_show(&closed_but_firing(), at(100), LEAD, at(75)).unwrap();
        let over = after(Some(&again), &over(at(0), at(78)), at(78));
        let closed = closed(&after(Some(&over), &firing(at(80)), at(80)), at(81));
        assert!(reopens(&closed, 100, 85));
    }

    #[test]
    fn without_a_lead_it_never_opens_again() {
        assert_eq!(before_show(&closed_but_firing(), at(100), SignedDuration::ZERO, at(99)), None);
    }
}
