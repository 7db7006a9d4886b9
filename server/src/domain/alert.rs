//! An alert, and what it does to the newest incident of the same identity.
//!
//! Alerts repeat, come late and out of order, and from two Alertmanagers at once.
//! [`apply`] leaves the same status in the end, whatever the order, because it compares occurrences
//! (`starts_at`) and never counts messages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use cineportal_regions::ClosePolicy;
use jiff::{SignedDuration, Timestamp};

use super::flapping::note_start;
use super::incident::{
    CloseReason, Edited, Incident, IncidentId, IncidentKey, IncidentNumber, Link, Origin, Place, Severity,
    Status,
};
use super::show::ShowAtOpening;
use super::timeline::{Entry, Timeline, What};

/// Who acts in the timeline when an alert does.
pub(super) const MONITORING: &str = "monitoring";

/// What the timeline says of an end that nobody told us.
const GONE_AT_SOURCE: &str = "resolved at source";

/// How far ahead of ours a sender's clock may be and still be believed.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// One alert of one occurrence, parsed and routed to its region.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Region and fingerprint: what makes it the same alert the next time.
    pub key: IncidentKey,
    /// When this occurrence began.
    pub starts_at: Timestamp,
    /// When this occurrence ended; `None` while it fires.
    pub ended_at: Option<Timestamp>,
    /// How bad it is.
    pub severity: Severity,
    /// Stable identifier of the kind of fault.
    pub error_id: String,
    /// What is wrong, in a few words.
    pub title: String,
    /// What is wrong, in full.
    pub description: String,
    /// Which machine, cinema and screen.
    pub place: Place,
    /// All labels, as they came.
    pub labels: BTreeMap<String, String>,
    /// Where to read more.
    pub links: Vec<Link>,
}

/// What the operator decided for the alert's region.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether a resolved alert closes its incident.
    pub close: ClosePolicy,
    /// An alert that fires again this soon after its incident closed reopens that incident.
    pub flap_window: SignedDuration,
}

/// The incident after this alert, or `None` when the alert says nothing new.
///
/// `newest` is the incident of the alert's key whose occurrence began last.
/// `number` is taken only if a new incident opens.
pub fn apply(
    newest: Option<&Incident>,
    alert: &Alert,
    rules: Rules,
    number: &IncidentNumber,
    now: Timestamp,
) -> Option<Incident> {
    let corrected = if is_in_future(alert, now) { Some(correct_clock(newest, alert, now)?) } else { None };
    let alert = corrected.as_ref().unwrap_or(alert);
    let fired = match newest {
        None => Some(open(alert, None, number.clone(), now)),
        Some(incident) => match alert.starts_at.cmp(&incident.occurrence_started_at) {
            Ordering::Less if !reaches(alert, incident) => return None,
            Ordering::Less => None,
            Ordering::Equal => refresh(incident, alert, now),
            Ordering::Greater => Some(recur(incident, alert, rules, number, now)),
        },
    };
    let Some(ended_at) = alert.ended_at else { return fired };
    let current = fired.as_ref().or(newest)?;
    end(current, ended_at, CloseReason::Resolved, rules.close, now).or(fired)
}

/// The incident after its alert was found to be gone from its source, though nobody told us; `None` when
/// that is known already. A firing message of the same occurrence proves it wrong, and reopens it.
pub fn end_at_source(
    incident: &Incident,
    ended_at: Timestamp,
    close: ClosePolicy,
    now: Timestamp,
) -> Option<Incident> {
    end(incident, ended_at.max(incident.occurrence_started_at), CloseReason::ResolvedAtSource, close, now)
}

/// Whether an alert that began earlier ended within the newest occurrence: then it is the same one, told by
/// a sender that has seen it for longer (the other Alertmanager of a pair, or one that did not restart).
fn reaches(alert: &Alert, newest: &Incident) -> bool {
    alert.ended_at.is_some_and(|ended_at| ended_at >= newest.occurrence_started_at)
}

fn is_in_future(alert: &Alert, now: Timestamp) -> bool {
    alert.starts_at.duration_since(now) > CLOCK_SKEW
}

/// An alert that begins in the future comes from a wrong clock. Believed, it would make every alert after
/// the clock is set right look late, and be lost; so it begins now, or when the one that fires began.
/// If it is over and none fires, it says nothing that could be dated.
fn correct_clock(newest: Option<&Incident>, alert: &Alert, now: Timestamp) -> Option<Alert> {
    let firing = newest.filter(|incident| incident.is_firing());
    if alert.ended_at.is_some() && firing.is_none() {
        return None;
    }
    let starts_at = firing.map_or(now, |incident| incident.occurrence_started_at);
    Some(Alert { starts_at, ended_at: alert.ended_at.map(|_| now), ..alert.clone() })
}

fn open(alert: &Alert, earlier: Option<IncidentId>, number: IncidentNumber, now: Timestamp) -> Incident {
    let mut timeline = Timeline::default();
    timeline.push(Entry::new(now, MONITORING, What::Opened));
    let mut incident = Incident {
        id: IncidentId::of_occurrence(&alert.key, alert.starts_at),
        number,
        key: alert.key.clone(),
        status: Status::Open,
        severity: alert.severity,
        error_id: alert.error_id.clone(),
        title: alert.title.clone(),
        description: alert.description.clone(),
        place: alert.place.clone(),
        labels: alert.labels.clone(),
        links: alert.links.clone(),
        opened_at: alert.starts_at.min(now),
        updated_at: now,
        acknowledged_at: None,
        closed_at: None,
        close_reason: None,
        occurrence_started_at: alert.starts_at,
        occurrence_ended_at: None,
        end_is_inferred: false,
        edited: Edited::default(),
        occurrences: 1,
        recent_starts: Vec::new(),
        reopened_for_show: None,
        show_at_opening: ShowAtOpening::Unknown,
        assignee: None,
        earlier,
        origin: Origin::Monitoring,
        members: Vec::new(),
        requests: Vec::new(),
        deliveries: Vec::new(),
        timeline,
        version: 0,
        revision: 0,
    };
    note_start(&mut incident, alert.starts_at);
    incident
}

/// The same occurrence again: texts and severity may have moved, nothing else may.
fn refresh(incident: &Incident, alert: &Alert, now: Timestamp) -> Option<Incident> {
    if incident.end_is_inferred && alert.ended_at.is_none() {
        return Some(take_back_end(incident, alert, now));
    }
    let over = incident.occurrence_ended_at.is_some() || incident.status == Status::Closed;
    if over || is_described(incident, alert) {
        return None;
    }
    let mut next = Incident { updated_at: now, ..incident.clone() };
    describe(&mut next, alert);
    if next.severity != incident.severity {
        let note = format!("{} → {}", incident.severity.name(), next.severity.name());
        next.timeline.push(Entry::new(now, MONITORING, What::SeverityChanged).with_note(note));
    }
    Some(next)
}

/// Its source no longer knew it, so it was over. That was wrong: it fires. What closed by that opens again; what a
/// person closed meanwhile stays closed.
fn take_back_end(incident: &Incident, alert: &Alert, now: Timestamp) -> Incident {
    let mut next = Incident { updated_at: now, end_is_inferred: false, ..incident.clone() };
    next.occurrence_ended_at = None;
    let opens = next.close_reason == Some(CloseReason::ResolvedAtSource);
    if opens {
        next.status = Status::Open;
        (next.closed_at, next.close_reason) = (None, None);
    }
    next.timeline.push(Entry::new(now, MONITORING, if opens { What::Reopened } else { What::Repeated }));
    describe(&mut next, alert);
    next
}

/// A newer occurrence of a known alert: the same incident if it is open or closed only just now.
fn recur(
    incident: &Incident,
    alert: &Alert,
    rules: Rules,
    number: &IncidentNumber,
    now: Timestamp,
) -> Incident {
    let since_over = over_at(incident).map(|over_at| alert.starts_at.duration_since(over_at));
    if since_over.is_some_and(|since| since > rules.flap_window) {
        return open(alert, Some(incident.id.clone()), number.clone(), now);
    }
    let mut next = incident.clone();
    let what = if next.status == Status::Closed { What::Reopened } else { What::Repeated };
    if next.status == Status::Closed {
        next.status = Status::Open;
        (next.closed_at, next.close_reason) = (None, None);
    }
    next.updated_at = now;
    next.occurrence_started_at = alert.starts_at;
    (next.occurrence_ended_at, next.end_is_inferred) = (None, false);
    next.reopened_for_show = None;
    next.occurrences = next.occurrences.saturating_add(1);
    note_start(&mut next, alert.starts_at);
    next.timeline.push(Entry::new(now, MONITORING, what));
    describe(&mut next, alert);
    next
}

/// When an incident was over: when its alert ended, not when we heard of it; or when a person closed it.
fn over_at(incident: &Incident) -> Option<Timestamp> {
    match incident.close_reason? {
        CloseReason::Resolved | CloseReason::ResolvedAtSource => incident.occurrence_ended_at,
        CloseReason::ByPerson | CloseReason::ByService => incident.closed_at,
    }
}

/// Whether [`describe`] would say nothing new.
fn is_described(incident: &Incident, alert: &Alert) -> bool {
    let edited = incident.edited;
    (edited.severity || incident.severity == alert.severity)
        && (edited.title || incident.title == alert.title)
        && (edited.description || incident.description == alert.description)
}

/// What the alert says, but for what a person has said otherwise.
fn describe(incident: &mut Incident, alert: &Alert) {
    let edited = incident.edited;
    if !edited.severity {
        incident.severity = alert.severity;
    }
    if !edited.title {
        incident.title.clone_from(&alert.title);
    }
    if !edited.description {
        incident.description.clone_from(&alert.description);
    }
    incident.links.clone_from(&alert.links);
}

/// The occurrence is over. Only an open incident of a region that wants it closes by that.
fn end(
    incident: &Incident,
    ended_at: Timestamp,
    reason: CloseReason,
    close: ClosePolicy,
    now: Timestamp,
) -> Option<Incident> {
    if incident.occurrence_ended_at.is_some() {
        return None;
    }
    let mut next = incident.clone();
    next.updated_at = now;
    next.occurrence_ended_at = Some(ended_at);
    next.end_is_inferred = reason == CloseReason::ResolvedAtSource;
    let closes = next.status != Status::Closed && close == ClosePolicy::Auto;
    if closes {
        next.status = Status::Closed;
        next.closed_at = Some(now);
        next.close_reason = Some(reason);
    }
    let entry = Entry::new(now, MONITORING, if closes { What::Closed } else { What::Resolved });
    next.timeline.push(match reason {
        CloseReason::ResolvedAtSource => entry.with_note(GONE_AT_SOURCE.to_owned()),
        _ => entry,
    });
    Some(next)
}
